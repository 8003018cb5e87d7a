package pkix

// The text of certificates: the RFC's own dumps, and what the openssl command prints.

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func TestX509TextRFC6216(t *testing.T) {
	certs := map[string]string{
		"ca_cert": "ca_cert.pem", "eku_domain_cert_example.com": "eku_domain_cert_example.com.pem",
		"eku_user_cert_fluffy@example.com": "eku_user_cert_fluffy@example.com.pem",
		"robert_cert":                      "robert_cert.pem", "subca_cert_example.net": "subca_cert_example.net.pem",
	}
	for dump, file := range certs {
		t.Run(dump, func(t *testing.T) {
			want := string(vectors.RFC6216(t, "dumps/"+dump+".x509.txt"))
			k := ReadKeys(nil, vectors.RFC6216(t, "certs/"+file), file, nil)
			if got := X509Text(k.Certificates[0], TextRFC6216); got != want {
				t.Errorf("the text differs from the RFC's:\n%s", firstDifference(got, want))
			}
		})
	}
}

// firstDifference shows the first line that differs and what is around it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || g[i] != w[i] {
			from := max(0, i-3)
			return fmt.Sprintf("line %d\nis:\n%s\nshould be:\n%s", i+1,
				strings.Join(g[min(from, len(g)):min(i+4, len(g))], "\n"), strings.Join(w[min(from, len(w)):min(i+4, len(w))], "\n"))
		}
	}
	return "none"
}

// opensslText is what the openssl command prints for DER.
func opensslText(t *testing.T, der []byte, args ...string) string {
	t.Helper()
	needOpenSSL(t)
	path := filepath.Join(t.TempDir(), "der")
	if err := os.WriteFile(path, der, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("openssl", append(args, "-inform", "DER", "-in", path, "-noout")...).Output()
	if err != nil {
		t.Fatalf("openssl %v: %v", args, err)
	}
	return string(out)
}

func TestX509TextOpenSSL(t *testing.T) {
	for name, der := range testCertificates(t) {
		t.Run(name, func(t *testing.T) {
			compareText(t, der)
		})
	}
}

func compareText(t *testing.T, der []byte) {
	t.Helper()
	c, err := ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	want := opensslText(t, der, "x509", "-text")
	if got := X509Text(c, TextOpenSSL); got != want {
		t.Errorf("the text differs from OpenSSL's: %s", firstDifference(got, want))
	}
	issuer := strings.TrimPrefix(strings.TrimSuffix(opensslText(t, der, "x509", "-issuer", "-nameopt", "compat"), "\n"), "issuer=")
	if got := c.Issuer.slashed(1 << 20); got != issuer {
		t.Errorf("the issuer on one line is %s, and OpenSSL prints %s", got, issuer)
	}
	// The form of the RFC's time has its names as X509_NAME_print still writes them.
	for _, line := range strings.Split(opensslText(t, der, "x509", "-text", "-nameopt", "compat"), "\n") {
		if want, found := strings.CutPrefix(line, "        Subject: "); found && c.Subject.OneLine() != want {
			t.Errorf("the subject on one line is %s, and OpenSSL prints %s", c.Subject.OneLine(), want)
		}
	}
	rfc2253 := strings.TrimPrefix(strings.TrimSuffix(opensslText(t, der, "x509", "-subject", "-nameopt", "RFC2253,utf8,-esc_msb"), "\n"), "subject=")
	if got := c.Subject.String(); namePieces(got) != namePieces(rfc2253) {
		t.Errorf("the subject is %s, and OpenSSL prints %s", got, rfc2253)
	}
}

// namePieces makes two forms of RFC 4514 comparable that differ in the case of hex and
// in the order of the attributes of a set.
func namePieces(s string) string {
	pieces := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return r == ',' || r == '+' })
	sort.Strings(pieces)
	return strings.Join(pieces, "|")
}

// TestX509TextMade: certificates with every extension that OpenSSL can make, with
// every kind of key and signature.
func TestX509TextMade(t *testing.T) {
	w := newWorkshop(t)
	w.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem")
	w.run("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32 -out pss.pem")
	for curve, file := range map[string]string{"P-256": "p256", "P-384": "p384", "P-521": "p521"} {
		w.run("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + curve + " -out " + file + ".pem")
	}
	w.run("genpkey -algorithm ed25519 -out ed.pem")
	w.write("openssl.cnf", []byte(`
[req]
distinguished_name = dn
prompt = no
string_mask = utf8only
utf8 = yes
[dn]
C = DE
ST = "Baden-Württemberg"
O = "Ex\"ample, Inc. + more; <x>"
1.OU = "#one "
2.OU = a/b=c
CN = sip test
emailAddress = a@example.com
serialNumber = 12 34
1.2.3.4 = unknown
+DC = plus
[many]
basicConstraints = critical,CA:TRUE,pathlen:3
keyUsage = critical,digitalSignature,nonRepudiation,keyEncipherment,dataEncipherment,keyAgreement,keyCertSign,cRLSign,encipherOnly,decipherOnly
extendedKeyUsage = serverAuth,clientAuth,codeSigning,emailProtection,timeStamping,OCSPSigning,1.3.6.1.5.5.7.3.20,anyExtendedKeyUsage
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid:always,issuer:always
subjectAltName = critical,@san
issuerAltName = URI:sip:ca@example.com
nameConstraints = critical,permitted;DNS:example.com,permitted;email:.example.com,permitted;IP:192.0.2.0/255.255.255.0,excluded;IP:2001:db8::/ffff:ffff::,excluded;URI:.example.net,excluded;dirName:dir
crlDistributionPoints = point1,point2
certificatePolicies = 1.2.3.4,@pol,anyPolicy
policyConstraints = requireExplicitPolicy:3,inhibitPolicyMapping:1
policyMappings = 1.2.3.4:1.2.3.5,1.2.3.6:1.2.3.7
inhibitAnyPolicy = 2
authorityInfoAccess = OCSP;URI:http://ocsp.example.com/,caIssuers;URI:http://ca.example.com/ca.der,caIssuers;DNS:x.example.com
subjectInfoAccess = caRepository;URI:http://repo.example.com
tlsfeature = status_request,17,23
noCheck = ignored
nsCertType = client,server,email,objsign,sslCA,emailCA,objCA
nsComment = "a comment"
nsBaseUrl = http://base.example.com
1.2.3.4.5 = ASN1:UTF8String:unknown äö
1.2.3.4.6 = critical,DER:30:03:02:01:05
privateKeyUsagePeriod = DER:30:22:80:0f:32:30:32:30:30:31:30:31:30:30:30:30:30:30:5a:81:0f:32:30:33:30:30:31:30:31:30:30:30:30:30:30:5a
freshestCRL = URI:http://delta.example.com/
[san]
URI.1 = sip:alice@example.com
URI.2 = im:alice@example.com
DNS.1 = example.com
email.1 = alice@example.com
IP.1 = 192.0.2.7
IP.2 = 2001:db8::7
RID.1 = 1.2.3.4
RID.2 = 2.5.4.3
dirName.1 = dir
otherName.1 = 1.3.6.1.5.5.7.8.9;UTF8:älice@example.com
otherName.2 = 1.3.6.1.5.5.7.8.5;UTF8:alice@example.com
otherName.3 = 1.3.6.1.5.5.7.8.7;IA5:_sip.example.com
otherName.4 = 1.3.6.1.4.1.311.20.2.3;UTF8:alice@example.com
otherName.5 = 1.2.3.4;UTF8:alice
otherName.6 = 1.2.3.4;INT:5
otherName.7 = 1.2.3.5;IA5:bob
otherName.8 = emailProtection;IA5:bob
[dir]
C = US
O = Somewhere
CN = somebody
[point1]
fullname = URI:http://crl.example.com/1.crl,URI:http://crl.example.com/2.crl
CRLissuer = dirName:dir
reasons = keyCompromise,CACompromise
[point2]
relativename = rel
[rel]
CN = relative
[pol]
policyIdentifier = 1.3.5.8
CPS.1 = "http://cps.example.com/"
CPS.2 = "http://cps2.example.com/"
userNotice.1 = @notice
[notice]
explicitText = "Explicit text here"
organization = "Organization"
noticeNumbers = 1,2,3
[few]
basicConstraints = CA:FALSE
certificatePolicies = @short
crlDistributionPoints = URI:http://crl.example.com/only.crl
subjectAltName = email:copy,URI:sip:example.com
keyUsage = keyCertSign
[short]
policyIdentifier = 2.16.840.1.101.3.2.1.48.1
userNotice.1 = @shortnotice
[shortnotice]
explicitText = UTF8:only this
[none]
`))
	tests := []struct{ name, key, extensions, more string }{
		{"rsa", "rsa", "many", "-sha256"},
		{"rsa sha1", "rsa", "few", "-sha1"},
		{"rsa sha512", "rsa", "none", "-sha512 -set_serial 5"},
		{"negative", "rsa", "few", "-set_serial -5"},
		{"minus one", "rsa", "none", "-set_serial -1"},
		{"large serial", "rsa", "none", "-set_serial 0xffffffffffffffff"},
		{"long serial", "rsa", "none", "-set_serial 0x7fffffffffffffff"},
		{"negative large serial", "rsa", "none", "-set_serial -0x96a384174eef8a4c12"},
		{"pss signature", "rsa", "few", "-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20"},
		{"pss signature of sha1", "rsa", "none", "-sha1 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:20"},
		{"pss key", "pss", "none", "-sha256"},
		{"p256", "p256", "many", "-sha256"},
		{"p384", "p384", "few", "-sha384"},
		{"p521", "p521", "none", "-sha512"},
		{"ed25519", "ed", "few", ""},
		{"after 2050", "ed", "none", "-days 20000"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			w.t = t
			w.run("req -x509 -new -key " + test.key + ".pem -config openssl.cnf -extensions " + test.extensions + " -outform DER -out cert.der " + test.more)
			compareText(t, w.read("cert.der"))
		})
	}
}

// TestCRLText compares with what openssl crl prints.
func TestCRLText(t *testing.T) {
	w := newWorkshop(t)
	w.run("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem")
	w.write("openssl.cnf", []byte(`
[ca]
default_ca = it
[it]
database = index.txt
certificate = ca.pem
private_key = key.pem
default_md = sha256
default_crl_days = 30
crlnumber = number.txt
[req]
distinguished_name = dn
[dn]
[ext]
basicConstraints = CA:TRUE
subjectKeyIdentifier = hash
[crl]
authorityKeyIdentifier = keyid:always,issuer:always
issuerAltName = URI:http://ca.example.com/
issuingDistributionPoint = critical,@idp
freshestCRL = URI:http://delta.example.com/
[idp]
fullname = URI:http://crl.example.com/
onlyuser = TRUE
indirectCRL = TRUE
onlysomereasons = keyCompromise,CACompromise
[delta]
deltaCRL = critical,ASN1:INTEGER:5
`))
	w.run("req -x509 -new -key key.pem -subj /C=DE/CN=crl -config openssl.cnf -extensions ext -out ca.pem")
	w.write("number.txt", []byte("1000\n"))
	w.write("index.txt", []byte("R\t301231235959Z\t200101000000Z,keyCompromise\t01\tunknown\t/CN=one\n"+
		"R\t301231235959Z\t200101000000Z,keyTime,20190101000000Z\t02AB\tunknown\t/CN=two\n"+
		"R\t301231235959Z\t200101000000Z,holdInstruction,holdInstructionCallIssuer\t03\tunknown\t/CN=three\n"+
		"R\t301231235959Z\t200101000000Z\tFFFFFFFFFFFFFFFFFFFF\tunknown\t/CN=four\n"))
	for name, more := range map[string]string{
		"plain": "", "extensions": "-crlexts crl", "delta": "-crlexts delta", "sha1": "-md sha1",
		"pss": "-sigopt rsa_padding_mode:pss",
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.run("ca -gencrl -config openssl.cnf -out crl.pem " + more)
			w.run("crl -in crl.pem -outform DER -out crl.der")
			der := w.read("crl.der")
			c, err := ParseCRL(der)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := CRLText(c), opensslText(t, der, "crl", "-text"); got != want {
				t.Errorf("the text differs from OpenSSL's: %s", firstDifference(got, want))
			}
			if e := c.Find([]byte{2, 0xab}); len(c.Revoked) != 4 || e == nil || e.ReasonName() != "keyCompromise" || FormatTime(e.Invalidity) != "2019-01-01T00:00:00Z" {
				t.Errorf("the entries are %+v", c.Revoked)
			}
			issuer := ReadKeys(nil, w.read("ca.pem"), "ca", nil).Certificates[0]
			if err := c.checkSignature(issuer.PublicKey); err != nil {
				t.Error(err)
			}
		})
	}
	w.t = t
	w.write("index.txt", nil)
	w.run("ca -gencrl -config openssl.cnf -out crl.pem")
	w.run("crl -in crl.pem -outform DER -out crl.der")
	c, err := ParseCRL(w.read("crl.der"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := CRLText(c), opensslText(t, w.read("crl.der"), "crl", "-text"); got != want {
		t.Errorf("the text of an empty list differs: %s", firstDifference(got, want))
	}
}
