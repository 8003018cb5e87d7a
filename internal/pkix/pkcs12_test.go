package pkix

// PKCS #12 as another implementation writes it.

import (
	"crypto/rsa"
	"crypto/x509"
	"testing"

	gopkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/sipseal/sipseal/internal/algo"
)

func TestPKCS12AsGoWritesIt(t *testing.T) {
	root := issue(t, "rsa p12 root", nil, ca)
	leaf := issue(t, "rsa p12 leaf", root, nil)
	private := testKey("rsa p12 leaf").(*rsa.PrivateKey)
	for name, encoder := range map[string]*gopkcs12.Encoder{
		"legacy RC2": gopkcs12.LegacyRC2, "legacy 3DES": gopkcs12.LegacyDES, "modern": gopkcs12.Modern2023, "newest": gopkcs12.Modern2026,
		"without a password": gopkcs12.Passwordless,
	} {
		for _, password := range []string{"", "secret", "pässwörd ☎"} {
			if name == "without a password" && password != "" {
				continue
			}
			data, err := encoder.Encode(private, leaf.cert, []*x509.Certificate{root.cert}, password)
			if err != nil {
				t.Fatal(err)
			}
			k := ReadKeys(nil, data, "file", []string{"no", password})
			if len(k.Private) != 1 || len(k.Certificates) != 2 || len(k.Locked)+len(k.Problems) != 0 {
				t.Errorf("%s, %q: %d keys, %d certificates, %v, %v", name, password, len(k.Private), len(k.Certificates), k.Locked, k.Problems)
				continue
			}
			if key, ok := k.Private[0].Key.(*algo.RSAPrivateKey); !ok || string(key.D) != string(private.D.Bytes()) {
				t.Errorf("%s, %q: another key", name, password)
			}
			if got := NewPool(k.Certificates...).ByPublicKey(k.Private[0]); len(got) != 1 || got[0].Subject.CommonName() != "rsa p12 leaf" {
				t.Errorf("%s, %q: the key's certificate is not found", name, password)
			}
			if password == "" {
				continue
			}
			if k := ReadKeys(nil, data, "file", []string{"no"}); len(k.Locked) != 1 || k.Locked[0].NoPassword || len(k.Private) != 0 {
				t.Errorf("%s with a wrong password: %+v", name, k.Locked)
			}
			if k := ReadKeys(nil, data, "file", nil); len(k.Locked) != 1 || !k.Locked[0].NoPassword {
				t.Errorf("%s without a password: %+v", name, k.Locked)
			}
		}
	}
}

// TestPKCS12Damaged: with any byte changed the file is closed, or it is said what is
// wrong, or it holds the very same key.
func TestPKCS12Damaged(t *testing.T) {
	w := newWorkshop(t)
	w.run("genpkey -algorithm ed25519 -out key.pem")
	w.run("req -x509 -new -key key.pem -subj /CN=keys -out cert.pem -days 30")
	w.run("pkcs12 -export -iter 1 -inkey key.pem -in cert.pem -passout pass:secret -out file.p12")
	data := w.read("file.p12")
	whole := ReadKeys(nil, data, "file", []string{"secret"})
	if len(whole.Private) != 1 {
		t.Fatalf("undamaged: %v %v", whole.Locked, whole.Problems)
	}
	for i := range data {
		damaged := append([]byte(nil), data...)
		damaged[i] ^= 1
		k := ReadKeys(nil, damaged, "file", []string{"secret"})
		for _, p := range k.Private {
			if !p.Public.Equal(whole.Private[0].Public) {
				t.Errorf("with byte %d changed there is another key", i)
			}
		}
		if len(k.Private) == 0 && len(k.Locked)+len(k.Problems) == 0 {
			t.Errorf("with byte %d changed there is no key, and nothing is said", i)
		}
	}
}
