package craft

import (
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// authority is a CA with its certificate.
type authority struct {
	*Issuer
	der []byte
}

func newAuthority(t *testing.T, kind, digest string) authority {
	t.Helper()
	key := must(GenerateKey(kind))(t)
	c := DefaultCA()
	c.Digest = digest
	der := must(SelfSign(c, key))(t)
	return authority{must(NewIssuer(der, key))(t), der}
}

// issue makes a key and a certificate for it.
func (a authority) issue(t *testing.T, c Certificate, kind string) (*Key, []byte) {
	t.Helper()
	key := must(GenerateKey(kind))(t)
	return key, must(a.Issue(c, must(key.PublicKey())(t)))(t)
}

// TestKindsOfCA: chains of every kind of key and digest, as openssl verifies them.
// (-auth_level 0, because openssl by itself refuses SHA-1.)
func TestKindsOfCA(t *testing.T) {
	for _, test := range []struct{ key, digest string }{
		{usualKey(), "SHA-1"}, {"RSA 2048", "SHA-224"}, {"RSA 2048", "SHA-256"}, {"RSA 3072", "SHA-384"},
		{"ECDSA P-256", "SHA-1"}, {"ECDSA P-256", "SHA-256"}, {"ECDSA P-384", "SHA-512"}, {"Ed25519", "SHA-256"},
	} {
		dir := t.TempDir()
		ca := newAuthority(t, test.key, test.digest)
		c := must(MakeCert("alice@example.org", KindUser, true, 10, time.Now()))(t)
		c.Digest = test.digest
		_, der := ca.issue(t, c, "ECDSA P-256")
		put(t, dir, "ca.pem", CertificatePEM(ca.der))
		put(t, dir, "cert.pem", CertificatePEM(der))
		accepts(t, dir, "verify", "-auth_level", "0", "-CAfile", "ca.pem", "cert.pem")
		c.BadSignature = true
		_, der = ca.issue(t, c, "ECDSA P-256")
		put(t, dir, "bad.pem", CertificatePEM(der))
		refuses(t, dir, "signature failure", "verify", "-auth_level", "0", "-CAfile", "ca.pem", "bad.pem")
	}
}

// TestPSS: certificates signed with RSASSA-PSS.
func TestPSS(t *testing.T) {
	ca := newAuthority(t, "RSA 2048", "SHA-256")
	c := must(MakeCert("alice@example.org", KindUser, true, 10, time.Now()))(t)
	c.PSS = true
	_, der := ca.issue(t, c, "ECDSA P-256")
	dir := t.TempDir()
	put(t, dir, "ca.pem", CertificatePEM(ca.der))
	put(t, dir, "cert.pem", CertificatePEM(der))
	accepts(t, dir, "verify", "-CAfile", "ca.pem", "cert.pem")
}

// TestMakeCert holds the certificates to the configuration in RFC 6216 appendix A, as
// openssl prints them.
func TestMakeCert(t *testing.T) {
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	for _, test := range []struct {
		address, kind string
		eku           bool
		want          []string
	}{
		{"fluffy@example.com", KindUser, true, []string{
			"CN = fluffy\n", "URI:sip:fluffy@example.com, URI:im:fluffy@example.com, URI:pres:fluffy@example.com",
			"CA:FALSE", "Digital Signature, Non Repudiation, Key Encipherment", "E-mail Protection, 1.3.6.1.5.5.7.3.20",
			"X509v3 Subject Key Identifier", "X509v3 Authority Key Identifier"}},
		{"example.com", KindDomain, true, []string{
			"CN = example.com\n", "DNS:example.com, URI:sip:example.com", "CA:FALSE", "TLS Web Server Authentication, 1.3.6.1.5.5.7.3.20"}},
		{"example.com", KindDomain, false, []string{"DNS:example.com, URI:sip:example.com"}},
		{"sips:fluffy@example.com", KindUser, false, []string{"URI:sips:fluffy@example.com\n"}},
	} {
		c := must(MakeCert(test.address, test.kind, test.eku, 10, time.Now()))(t)
		_, der := ca.issue(t, c, "ECDSA P-256")
		dir := t.TempDir()
		put(t, dir, "cert.pem", CertificatePEM(der))
		text := accepts(t, dir, "x509", "-in", "cert.pem", "-noout", "-text")
		for _, w := range test.want {
			if !strings.Contains(text, w) {
				t.Errorf("%s: no %q in\n%s", test.address, w, text)
			}
		}
		if has := strings.Contains(text, "Extended Key Usage"); has != test.eku {
			t.Errorf("%s: extended key usage: %v", test.address, has)
		}
		if _, err := x509.ParseCertificate(der); err != nil {
			t.Errorf("%s: %v", test.address, err)
		}
	}
}

// TestExpired: no days make a certificate that has expired.
func TestExpired(t *testing.T) {
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	_, der := ca.issue(t, must(MakeCert("a@example.org", KindUser, true, 0, time.Now()))(t), "ECDSA P-256")
	dir := t.TempDir()
	put(t, dir, "ca.pem", CertificatePEM(ca.der))
	put(t, dir, "cert.pem", CertificatePEM(der))
	refuses(t, dir, "certificate has expired", "verify", "-CAfile", "ca.pem", "cert.pem")
	if out := accepts(t, dir, "x509", "-in", "cert.pem", "-noout", "-dates"); !strings.Contains(out, "Jan  1 00:00:00 1999") || !strings.Contains(out, "Jan  1 00:00:00 2000") {
		t.Error(out)
	}
}

// TestPublishedCA: with the CA that RFC 6216 publishes, certificates chain to the CA
// that is bundled.
func TestPublishedCA(t *testing.T) {
	file := vectors.RFC6216(t, "certs/ca_key_encrypted.pem")
	if _, err := ReadKey(file, "wrong"); err == nil || !strings.Contains(err.Error(), "password") {
		t.Errorf("a wrong password: %v", err)
	}
	key := must(ReadKey(file, "password"))(t)
	published := vectors.Seed(t, "rfc6216_ca.pem")
	issuer := must(NewIssuer(published, key))(t)
	if !issuer.Matches() {
		t.Fatal("the key is not the certificate's")
	}
	for _, digest := range []string{"SHA-1", "SHA-256"} {
		c := must(MakeCert("alice@example.org", KindUser, true, 10, time.Now()))(t)
		c.Digest = digest
		_, der := authority{Issuer: issuer}.issue(t, c, "RSA 2048")
		dir := t.TempDir()
		put(t, dir, "ca.pem", published)
		put(t, dir, "cert.pem", CertificatePEM(der))
		accepts(t, dir, "verify", "-auth_level", "0", "-CAfile", "ca.pem", "cert.pem")
		leaf := must(pkix.ParseCertificate(der))(t)
		anchor := must(firstCertificate(published))(t)
		r := pkix.BuildChain(leaf, pkix.ChainInput{Anchors: []*pkix.Certificate{anchor}, At: time.Now().Unix() + 5})
		if r.Chain.OK == nil || !*r.Chain.OK || r.Validity.OK == nil || !*r.Validity.OK {
			t.Errorf("%s: %+v", digest, r)
		}
	}
}

// TestIntermediate: a chain of three, and what path length and key usage forbid.
func TestIntermediate(t *testing.T) {
	root := newAuthority(t, "ECDSA P-256", "SHA-256")
	key, der := root.issue(t, IntermediateCA("Below", 0), "ECDSA P-256")
	below := authority{must(NewIssuer(der, key))(t), der}
	leafOf := func(a authority) []byte {
		_, leaf := a.issue(t, must(MakeCert("a@example.org", KindUser, true, 10, time.Now()))(t), "ECDSA P-256")
		return CertificatePEM(leaf)
	}
	dir := t.TempDir()
	put(t, dir, "ca.pem", CertificatePEM(root.der))
	put(t, dir, "sub.pem", CertificatePEM(der))
	put(t, dir, "cert.pem", leafOf(below))
	accepts(t, dir, "verify", "-CAfile", "ca.pem", "-untrusted", "sub.pem", "cert.pem")
	refuses(t, dir, "unable to get local issuer", "verify", "-CAfile", "ca.pem", "cert.pem")
	key2, der2 := below.issue(t, IntermediateCA("Too deep", 0), "ECDSA P-256")
	deep := authority{must(NewIssuer(der2, key2))(t), der2}
	put(t, dir, "subs.pem", append(CertificatePEM(der), CertificatePEM(der2)...))
	put(t, dir, "deep.pem", leafOf(deep))
	refuses(t, dir, "path length constraint", "verify", "-CAfile", "ca.pem", "-untrusted", "subs.pem", "deep.pem")
}

// TestCRL: openssl reads the list, verifies it, and refuses what it revokes.
func TestCRL(t *testing.T) {
	ca := newAuthority(t, usualKey(), "SHA-256")
	c := must(MakeCert("a@example.org", KindUser, true, 10, time.Now()))(t)
	c.Serial = "96a384174eef8a4d"
	_, revoked := ca.issue(t, c, "ECDSA P-256")
	c.Serial = "02"
	_, good := ca.issue(t, c, "ECDSA P-256")
	dir := t.TempDir()
	put(t, dir, "ca.pem", CertificatePEM(ca.der))
	put(t, dir, "revoked.pem", CertificatePEM(revoked))
	put(t, dir, "good.pem", CertificatePEM(good))
	put(t, dir, "crl.pem", CRLPEM(must(ca.Revoke(CRL{Revoked: []string{"96:A3:84:17:4E:EF:8A:4D"}}))(t)))
	put(t, dir, "empty.pem", CRLPEM(must(ca.Revoke(CRL{}))(t)))
	accepts(t, dir, "crl", "-in", "crl.pem", "-CAfile", "ca.pem", "-noout")
	if out := accepts(t, dir, "crl", "-in", "crl.pem", "-noout", "-text"); !strings.Contains(out, "96A384174EEF8A4D") {
		t.Error(out)
	}
	accepts(t, dir, "verify", "-CAfile", "ca.pem", "-crl_check", "-CRLfile", "crl.pem", "good.pem")
	accepts(t, dir, "verify", "-CAfile", "ca.pem", "-crl_check", "-CRLfile", "empty.pem", "revoked.pem")
	refuses(t, dir, "certificate revoked", "verify", "-CAfile", "ca.pem", "-crl_check", "-CRLfile", "crl.pem", "revoked.pem")
}

// TestRequest: requests both ways: ours read by openssl, and openssl's and ours read
// and signed here.
func TestRequest(t *testing.T) {
	dir := t.TempDir()
	key := must(GenerateKey(usualKey()))(t)
	c := must(MakeCert("alice@example.org", KindUser, true, 10, time.Now()))(t)
	ours := must(Request(c, key))(t)
	put(t, dir, "ours.csr", RequestPEM(ours))
	out := accepts(t, dir, "req", "-in", "ours.csr", "-verify", "-noout", "-text")
	if !strings.Contains(out, "URI:sip:alice@example.org") || strings.Contains(out, "E-mail") {
		t.Error(out)
	}
	accepts(t, dir, "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem",
		"-subj", "/C=US/O=sipit/CN=bob", "-addext", "subjectAltName=URI:sip:bob@example.net", "-out", "theirs.csr")
	theirs := readFile(t, dir, "theirs.csr")
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	put(t, dir, "ca.pem", CertificatePEM(ca.der))
	for _, test := range []struct {
		csr  []byte
		want string
	}{{theirs, "URI:sip:bob@example.net"}, {RequestPEM(ours), "URI:sip:alice@example.org"}, {ours, "CN = alice"}} {
		asked, spki, err := ReadRequest(test.csr)
		if err != nil {
			t.Fatal(err)
		}
		der := must(ca.Issue(asked, spki))(t)
		put(t, dir, "cert.pem", CertificatePEM(der))
		accepts(t, dir, "verify", "-CAfile", "ca.pem", "cert.pem")
		if out := accepts(t, dir, "x509", "-in", "cert.pem", "-noout", "-text"); !strings.Contains(out, test.want) {
			t.Errorf("no %q in %s", test.want, out)
		}
	}
	block, _ := pem.Decode(theirs)
	block.Bytes[len(block.Bytes)-20] ^= 1
	if _, _, err := ReadRequest(block.Bytes); err == nil {
		t.Error("a request with a bad signature was taken")
	}
}

// TestBundle: the files of a certificate, each opened by openssl.
func TestBundle(t *testing.T) {
	ca := newAuthority(t, usualKey(), "SHA-256")
	for _, kind := range []string{usualKey(), "ECDSA P-384", "Ed25519"} {
		c := must(MakeCert("alice@example.org", KindUser, true, 10, time.Now()))(t)
		key, der := ca.issue(t, c, kind)
		b := Bundle{Address: "alice@example.org", Certificate: der, Key: key, Password: "secret", CA: ca.der, Request: RequestPEM(must(Request(c, key))(t))}
		files := must(b.Files())(t)
		dir := t.TempDir()
		for _, f := range files {
			put(t, dir, f.Name, f.Data)
		}
		accepts(t, dir, "pkey", "-in", "user_key_alice@example.org.pem", "-passin", "pass:secret", "-noout")
		refuses(t, dir, "", "pkey", "-in", "user_key_alice@example.org.pem", "-passin", "pass:wrong", "-noout")
		accepts(t, dir, "pkcs12", "-in", "alice@example.org.p12", "-passin", "pass:secret", "-nodes", "-info")
		refuses(t, dir, "invalid password", "pkcs12", "-in", "alice@example.org.p12", "-passin", "pass:wrong", "-noout")
		accepts(t, dir, "req", "-in", "alice@example.org.csr", "-verify", "-noout")
		if out := accepts(t, dir, "pkcs7", "-inform", "DER", "-in", "demoCA/cacert.p7c", "-print_certs", "-noout"); !strings.Contains(out, "Test Certificate Authority") {
			t.Error(out)
		}
		accepts(t, dir, "verify", "-CAfile", "root_cert_fluffyCA.pem", "user_cert_alice@example.org.pem")
		// What was written is read here again.
		for _, name := range []string{"user_key_alice@example.org.pem", "alice@example.org.p12"} {
			again, err := ReadKey(readFile(t, dir, name), "secret")
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if string(must(again.PublicKey())(t)) != string(must(key.PublicKey())(t)) {
				t.Errorf("%s holds another key", name)
			}
		}
		accepts(t, dir, "pkcs7", "-inform", "DER", "-in", "user_cert_alice@example.org.p7c", "-print_certs", "-noout")
		accepts(t, dir, "pkey", "-inform", "DER", "-in", "user_key_alice@example.org.p8c", "-passin", "pass:secret", "-noout")
		old := PKCS12{Key: key, Certificate: der, Certificates: [][]byte{ca.der}, FriendlyName: "alice", Password: "secret", Legacy: true}
		put(t, dir, "old.p12", must(old.DER())(t))
		accepts(t, dir, "pkcs12", "-in", "old.p12", "-passin", "pass:secret", "-nodes", "-noout")
	}
}

// TestWrongOnPurpose: every field can be wrong, and arrives as it was asked for.
func TestWrongOnPurpose(t *testing.T) {
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	c := Certificate{
		Subject: []string{"CN=", "2.5.4.97=x"}, Issuer: []string{"CN=Somebody else"}, Serial: "-05",
		NotBefore: "2050-01-01", NotAfter: "1949-12-31T23:59:59Z", Version: 1,
		Extensions: []string{
			"subjectAltName = critical, IP:192.0.2.7, IP:2001:db8::1, email:a@example.org, RID:1.2.3, dirName:O=x/CN=y, DNS:*.example.org",
			"keyUsage = critical, decipherOnly", "extendedKeyUsage = 1.2.3.4, anyExtendedKeyUsage",
			"basicConstraints = CA:TRUE, pathlen:3", "subjectKeyIdentifier = 01:02", "authorityKeyIdentifier = 0304",
			"nameConstraints = permitted;DNS:example.org, excluded;URI:.example.net",
			"crlDistributionPoints = URI:http://ca.example/crl", "1.2.3.4.5 = critical, DER:0500",
		},
	}
	_, der := ca.issue(t, c, "ECDSA P-256")
	dir := t.TempDir()
	put(t, dir, "cert.der", der)
	out := accepts(t, dir, "x509", "-inform", "DER", "-in", "cert.der", "-noout", "-text")
	for _, want := range []string{
		"Version: 1 (0x0)", "Serial Number: -5", "CN = Somebody else", "Jan  1 00:00:00 2050", "Dec 31 23:59:59 1949",
		"Alternative Name: critical", "IP Address:192.0.2.7", "IP Address:2001:DB8", "email:a@example.org", "Registered ID:1.2.3", "DirName:/O=x/CN=y", "DNS:*.example.org",
		"Decipher Only", "Any Extended Key Usage", "CA:TRUE, pathlen:3", "01:02", "03:04", "Permitted:", "URI:http://ca.example/crl", "1.2.3.4.5: critical",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
	for _, bad := range []string{"keyUsage = signing", "nothing", "subjectAltName = IP:x", "x.y = DER:00", "1.2.3 = abc", "basicConstraints = CA:MAYBE", "extendedKeyUsage = web", "nameConstraints = DNS:x", "subjectAltName = URL:x", "subjectAltName = DER:0"} {
		if _, err := ca.Issue(Certificate{Extensions: []string{bad}}, nil); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
