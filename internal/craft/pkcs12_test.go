package craft

import (
	"crypto/sha1"
	"crypto/x509"
	"fmt"
	"strings"
	"testing"
	"time"

	pkcs12 "software.sslmate.com/src/go-pkcs12"
)

// TestPKCS12 holds the file to what openssl pkcs12 -export -name makes of the same key
// and certificates: the bags, and their attributes, as openssl lists them.
func TestPKCS12(t *testing.T) {
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	const name = "alice@example.org"
	key, der := ca.issue(t, must(MakeCert(name, KindUser, true, 10, time.Now()))(t), usualKey())
	dir := t.TempDir()
	put(t, dir, "ca.pem", CertificatePEM(ca.der))
	put(t, dir, "cert.pem", CertificatePEM(der))
	put(t, dir, "key.pem", must(key.PEM(""))(t))
	accepts(t, dir, "pkcs12", "-export", "-passout", "pass:password", "-out", "theirs.p12", "-in", "cert.pem", "-inkey", "key.pem", "-name", name, "-certfile", "ca.pem")
	// Nothing of the attributes is to differ; what is encrypted, and how strongly, may.
	attributes := func(file string) string {
		out := accepts(t, dir, "pkcs12", "-in", file, "-passin", "pass:password", "-nodes", "-info")
		var kept []string
		for _, line := range strings.Split(out, "\n") {
			if strings.HasPrefix(line, "MAC") {
				continue
			}
			if strings.HasPrefix(line, "PKCS7") || strings.HasPrefix(line, "Shrouded") {
				line, _, _ = strings.Cut(line, ":")
			}
			kept = append(kept, line)
		}
		return strings.Join(kept, "\n")
	}
	for _, legacy := range []bool{false, true} {
		p := PKCS12{Key: key, Certificate: der, Certificates: [][]byte{ca.der}, FriendlyName: name, Password: "password", Legacy: legacy}
		ours := must(p.DER())(t)
		put(t, dir, "ours.p12", ours)
		got, want := attributes("ours.p12"), attributes("theirs.p12")
		if got != want {
			t.Errorf("legacy %v: openssl reads\n%s\nwant\n%s", legacy, got, want)
		}
		if strings.Count(got, "friendlyName: "+name) != 2 || strings.Count(strings.ReplaceAll(got, " ", ""), fmt.Sprintf("localKeyID:%X", sha1.Sum(der))) != 2 {
			t.Errorf("legacy %v: not both bags have the name and the identifier:\n%s", legacy, got)
		}
		refuses(t, dir, "invalid password", "pkcs12", "-in", "ours.p12", "-passin", "pass:wrong", "-noout")
		// The library that others use reads it too.
		if _, cert, above, err := pkcs12.DecodeChain(ours, "password"); err != nil || string(cert.Raw) != string(der) || len(above) != 1 {
			t.Errorf("legacy %v: go-pkcs12: %v", legacy, err)
		}
	}
	// A name of any script.
	odd := must(PKCS12{Key: key, Certificate: der, FriendlyName: "Jörg 𝄞", Password: "pässword"}.DER())(t)
	put(t, dir, "odd.p12", odd)
	if out := accepts(t, dir, "pkcs12", "-in", "odd.p12", "-passin", "pass:pässword", "-nodes", "-info"); !strings.Contains(out, "friendlyName: J") {
		t.Error(out)
	}
}

// TestKeyFiles: what is written of every kind of key is what the standard library
// reads, and writes itself.
func TestKeyFiles(t *testing.T) {
	for _, kind := range KeyTypes {
		if kind == "RSA 3072" || kind == "RSA 4096" || strings.HasPrefix(kind, "RSA") && kind != usualKey() {
			continue // they differ in length alone, and take long to make
		}
		key := must(GenerateKey(kind))(t)
		if key.Type() != kind {
			t.Errorf("a key of the kind %s says that it is %s", kind, key.Type())
		}
		der := must(key.PKCS8())(t)
		read, err := x509.ParsePKCS8PrivateKey(der)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if again := must(x509.MarshalPKCS8PrivateKey(read))(t); string(again) != string(der) {
			t.Errorf("%s: PKCS #8 is\n%x, and by the standard library\n%x", kind, der, again)
		}
		spki := must(key.PublicKey())(t)
		public, err := x509.ParsePKIXPublicKey(spki)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if again := must(x509.MarshalPKIXPublicKey(public))(t); string(again) != string(spki) {
			t.Errorf("%s: the public key is\n%x, and by the standard library\n%x", kind, spki, again)
		}
		if equal, ok := read.(interface{ Public() any }); ok && fmt.Sprint(equal.Public()) != fmt.Sprint(public) {
			t.Errorf("%s: the keys do not belong together", kind)
		}
		for _, password := range []string{"", "secret"} {
			again, err := ReadKey(must(key.PEM(password))(t), password)
			if err != nil || string(must(again.PKCS8())(t)) != string(der) {
				t.Errorf("%s, password %q: %v", kind, password, err)
			}
		}
	}
	for _, bad := range []string{"", "nothing", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n"} {
		if _, err := ReadKey([]byte(bad), ""); err == nil {
			t.Errorf("%q was read as a key", bad)
		}
	}
}
