package asn1text

// The objects that the dumps are compared on.

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/vectors"
)

type sample struct {
	name string
	der  []byte
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// corpus makes more than 300 objects: random BER and DER by seed, what Go's
// standard library makes, and what the openssl program makes.
func corpus(t *testing.T) []sample {
	var all []sample
	add := func(name string, der []byte) { all = append(all, sample{name, der}) }
	for seed := range uint64(220) {
		r := newRandomBER(seed, seed%2 == 0)
		add(fmt.Sprintf("random %d", seed), r.wrap(ber.Universal, ber.TagSequence, true, append(r.value(4), r.value(5)...)))
	}
	for seed := range uint64(40) {
		add(fmt.Sprintf("odd %d", seed), newRandomBER(9000+seed, true).odd())
	}
	for level := 8; level < 70; level += 6 {
		r := newRandomBER(uint64(level), level%4 == 0)
		deep := append(append(r.value(3), r.primitive()...), r.value(3)...)
		for range level {
			deep = r.wrap(ber.Universal, ber.TagSequence, true, deep)
		}
		add(fmt.Sprintf("random, %d levels deep", level), deep)
	}
	for _, name := range []string{"rfc6216_ca.pem", "rfc6216_domain_example.com.pem", "rfc6216_user_fluffy.pem", "draft01_ca.pem",
		"draft01_domain_example.com.pem", "draft01_user_fluffy.pem"} {
		block, _ := pem.Decode(vectors.Seed(t, name))
		add(name, block.Bytes)
	}
	madeByGo(add)
	madeByOpenSSL(t, add)
	return all
}

func madeByGo(add func(string, []byte)) {
	rsaKey := must(rsa.GenerateKey(rand.Reader, 1024))
	p256 := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	p521 := must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	signers := []crypto.Signer{rsaKey, p256, p521, edKey}
	names := []pkix.Name{
		{CommonName: "example.com"},
		{Country: []string{"US"}, Province: []string{"California"}, Organization: []string{"Example, Inc. of a Rather Long Name in Order to Wrap"}, CommonName: "a@b"},
		{CommonName: "Jürg Müller", Locality: []string{"Zürich"}, StreetAddress: []string{"Bahnhofstrasse 1, 8001 Zürich, Schweiz, und noch mehr davon"}},
		{SerialNumber: "12345", ExtraNames: []pkix.AttributeTypeAndValue{{Type: asn1.ObjectIdentifier{0, 9, 2342, 19200300, 100, 1, 25}, Value: "example"}}},
	}
	var issuer *x509.Certificate
	var issuerKey crypto.Signer
	for i := range 32 {
		template := &x509.Certificate{
			SerialNumber: new(big.Int).Lsh(big.NewInt(int64(i+1)), uint(i*5)), Subject: names[i%len(names)],
			NotBefore: time.Date(1995+i, 1, 2, 3, 4, 5, 0, time.UTC), NotAfter: time.Date(2020+4*i, 1, 2, 3, 4, 5, 0, time.UTC),
			IsCA: i%3 == 0, BasicConstraintsValid: i%2 == 0, KeyUsage: x509.KeyUsage(i * 17 % 512),
			SubjectKeyId: []byte(strings.Repeat("k", i)),
		}
		if template.IsCA && template.BasicConstraintsValid {
			template.MaxPathLen = i % 4
		}
		if i%2 == 1 {
			template.DNSNames = []string{"example.com", "*.example.com"}
			template.URIs = []*url.URL{{Scheme: "sip", Opaque: "fluffy@example.com"}}
			template.IPAddresses = []net.IP{net.IPv4(192, 0, 2, 1), net.ParseIP("2001:db8::1")}
			template.EmailAddresses = []string{"a@example.com"}
		}
		if i%5 == 1 {
			template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageEmailProtection}
			template.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 20}, {2, 999, 1}}
			template.CRLDistributionPoints = []string{"http://example.com/a-rather-long-name-of-a-list-of-revoked-certificates.crl"}
			template.OCSPServer = []string{"http://ocsp.example.com"}
			template.PolicyIdentifiers = []asn1.ObjectIdentifier{{2, 23, 140, 1, 2, 1}, {1, 2, 3, 4}}
		}
		if i%7 == 2 {
			template.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3, 4, 5}, Critical: true, Value: []byte{0xde, 0xad, 0xbe, 0xef}}}
			template.PermittedDNSDomains = []string{"example.com"}
		}
		key := signers[i%len(signers)]
		der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
		add(fmt.Sprintf("certificate %d", i), der)
		if i == 0 {
			issuer, issuerKey = must(x509.ParseCertificate(der)), key
		}
	}
	issuer.KeyUsage |= x509.KeyUsageCRLSign
	for i, key := range signers {
		add(fmt.Sprintf("PKCS #8 key %d", i), must(x509.MarshalPKCS8PrivateKey(key)))
		add(fmt.Sprintf("public key %d", i), must(x509.MarshalPKIXPublicKey(key.Public())))
		add(fmt.Sprintf("request %d", i), must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{Subject: names[i], DNSNames: []string{"example.com"}}, key)))
	}
	add("PKCS #1 key", x509.MarshalPKCS1PrivateKey(rsaKey))
	add("PKCS #1 public key", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey))
	add("SEC 1 key", must(x509.MarshalECPrivateKey(p256)))
	for i := range 8 {
		list := &x509.RevocationList{Number: big.NewInt(int64(i)), ThisUpdate: time.Unix(1e9, 0), NextUpdate: time.Unix(4e9, 0)}
		entries := i * i
		if i >= 6 {
			entries = 400 * (i - 5) * (i - 5) * 3 // more than 10,000 and than 100,000 bytes
		}
		for entry := range entries {
			list.RevokedCertificateEntries = append(list.RevokedCertificateEntries, x509.RevocationListEntry{
				SerialNumber: big.NewInt(int64(entry) * 7919), RevocationTime: time.Unix(1.1e9, 0), ReasonCode: entry % 6})
		}
		add(fmt.Sprintf("CRL %d", i), must(x509.CreateRevocationList(rand.Reader, list, issuer, issuerKey)))
	}
}

// madeByOpenSSL adds CMS of every kind, PKCS #12, OCSP and time-stamps.
func madeByOpenSSL(t *testing.T, add func(string, []byte)) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	run := func(args string) error {
		c := exec.Command("openssl", strings.Fields(args)...)
		c.Dir = dir
		out, err := c.CombinedOutput()
		if err != nil {
			return fmt.Errorf("openssl %s: %w: %s", args, err, out)
		}
		return nil
	}
	if err := os.WriteFile(at("text"), []byte("Content-Type: text/plain\r\n\r\nHello, this is a message of some length.\r\nBye."), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(at("ext"), []byte("subjectAltName=URI:sip:fluffy@example.com\nkeyUsage=digitalSignature,keyEncipherment,keyAgreement\nextendedKeyUsage=critical,timeStamping\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, setup := range []string{
		"req -x509 -newkey rsa:1024 -nodes -keyout rsa.key -out rsa.pem -subj /C=US/O=Example/CN=rsa -addext extendedKeyUsage=critical,timeStamping -days 30",
		"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ec.key -out ec.pem -subj /CN=ec -days 30",
	} {
		if err := run(setup); err != nil {
			t.Fatal(err)
		}
	}
	const sign = "cms -sign -binary -in text -outform DER -signer rsa.pem -inkey rsa.key -out out "
	const encrypt = "cms -encrypt -binary -in text -outform DER -out out "
	commands := []string{
		sign, sign + "-nodetach", sign + "-nodetach -stream", sign + "-noattr", sign + "-nocerts -nodetach", sign + "-keyid",
		sign + "-nosmimecap -md sha512", sign + "-md sha1 -nodetach -econtent_type 1.2.3.4", sign + "-keyopt rsa_padding_mode:pss",
		sign + "-signer ec.pem -inkey ec.key -nodetach", sign + "-certfile ec.pem", sign + "-cades", sign + "-indef -nodetach",
		sign + "-receipt_request_all -receipt_request_to a@example.com",
		encrypt + "-aes128 rsa.pem", encrypt + "-aes256 rsa.pem", encrypt + "-des3 rsa.pem", encrypt + "-aes-128-gcm rsa.pem",
		encrypt + "-aes256 -keyid rsa.pem", encrypt + "-aes256 ec.pem", encrypt + "-aes256 rsa.pem ec.pem", encrypt + "-aes128 -stream rsa.pem",
		encrypt + "-aes128 -secretkey 000102030405060708090a0b0c0d0e0f -secretkeyid 6964",
		encrypt + "-aes128 -pwri_password secret", encrypt + "-aes128 -recip rsa.pem -keyopt rsa_padding_mode:oaep",
		encrypt + "-aes128 -originator rsa.pem rsa.pem",
		"cms -digest_create -binary -in text -outform DER -md sha256 -out out",
		"cms -digest_create -binary -in text -outform DER -md sha1 -nodetach -out out",
		"cms -data_create -binary -in text -outform DER -out out", "cms -data_create -binary -in text -outform DER -stream -out out",
		"cms -EncryptedData_encrypt -binary -in text -outform DER -aes128 -secretkey 000102030405060708090a0b0c0d0e0f -out out",
		"smime -sign -binary -in text -outform DER -signer rsa.pem -inkey rsa.key -out out",
		"smime -encrypt -binary -in text -outform DER -des3 -out out rsa.pem",
		"crl2pkcs7 -nocrl -certfile rsa.pem -outform DER -out out",
		"pkcs12 -export -in rsa.pem -inkey rsa.key -passout pass:x -out out", "pkcs12 -export -in ec.pem -inkey ec.key -passout pass:x -name friendly -out out",
		"pkcs12 -export -in rsa.pem -inkey rsa.key -passout pass:x -nomac -out out", "pkcs12 -export -in rsa.pem -nokeys -passout pass:x -out out",
		"pkcs8 -topk8 -in rsa.key -outform DER -out out -passout pass:x", "pkcs8 -topk8 -in ec.key -outform DER -nocrypt -out out",
		"pkcs8 -topk8 -in rsa.key -outform DER -out out -passout pass:x -scrypt",
		"ec -in ec.key -outform DER -param_enc explicit -out out", "ec -in ec.key -outform DER -no_public -out out",
		"ocsp -issuer rsa.pem -cert ec.pem -reqout out", "ocsp -issuer rsa.pem -serial 0x1234 -no_nonce -reqout out",
		"ts -query -data text -sha256 -cert -out out", "ts -query -data text -sha1 -no_nonce -tspolicy 1.2.3 -out out",
		encrypt + "-aes128 -recip ec.pem -keyopt ecdh_cofactor_mode:1",
		"ocsp -issuer rsa.pem -serial 0x1234 -signer rsa.pem -signkey rsa.key -reqout out",
		"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:sect233k1 -pkeyopt ec_param_enc:explicit -outform DER -out out",
		"ecparam -name P-256 -param_enc explicit -outform DER -out out",
		"genpkey -algorithm DHX -pkeyopt group:dh_2048_256 -outform DER -out out", "genpkey -algorithm DH -pkeyopt group:ffdhe2048 -outform DER -out out",
		"dsaparam -outform DER -out out 512", "genpkey -algorithm X25519 -outform DER -out out", "genpkey -algorithm ED448 -outform DER -out out",
	}
	made := 0
	for _, command := range commands {
		if run(command) != nil {
			continue // an OpenSSL that cannot
		}
		if der, err := os.ReadFile(at("out")); err == nil {
			add("openssl "+command, der)
			made++
		}
		os.Remove(at("out"))
	}
	if made < 40 {
		t.Errorf("openssl made %d objects of %d", made, len(commands))
	}
	// OCSP answers need a list of what was issued.
	os.WriteFile(at("index"), []byte("R\t330101000000Z\t200101000000Z,keyCompromise\t1234\tunknown\t/CN=x\n"), 0o600)
	if run("ocsp -issuer rsa.pem -serial 0x1234 -serial 0x77 -reqout req") == nil &&
		run("ocsp -index index -CA rsa.pem -rsigner rsa.pem -rkey rsa.key -reqin req -respout out") == nil {
		add("OCSP response", must(os.ReadFile(at("out"))))
	}
}
