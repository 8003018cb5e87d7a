package pkix

// Files of keys, made by OpenSSL and by go-pkcs12 in all the forms there are.

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/vectors"
)

// workshop is a folder in which OpenSSL works.
type workshop struct {
	t   testing.TB
	dir string
}

func newWorkshop(t testing.TB) *workshop {
	needOpenSSL(t)
	return &workshop{t, t.TempDir()}
}

// run runs openssl with arguments split at spaces.
func (w *workshop) run(command string) {
	w.t.Helper()
	cmd := exec.Command("openssl", strings.Fields(command)...)
	cmd.Dir = w.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		w.t.Fatalf("openssl %s: %v\n%s", command, err, out)
	}
}

func (w *workshop) read(name string) []byte {
	w.t.Helper()
	b, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return b
}

func (w *workshop) write(name string, data []byte) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func TestReadKeysForms(t *testing.T) {
	w := newWorkshop(t)
	w.run("genrsa -traditional -out rsa.pem 2048")
	w.run("ecparam -name prime256v1 -genkey -out ec.pem") // with EC PARAMETERS before
	w.run("genpkey -algorithm ed25519 -out ed.pem")
	w.run("genpkey -algorithm x25519 -out x.pem")
	w.run("req -x509 -new -key rsa.pem -subj /CN=keys -out cert.pem -days 30")
	forms := []struct {
		file, make string
		kind       string
		encrypted  bool
	}{
		{"rsa.pem", "", "RSA 2048", false},
		{"rsa.der", "rsa -in rsa.pem -traditional -outform DER -out rsa.der", "RSA 2048", false},
		{"rsa8.pem", "pkcs8 -topk8 -nocrypt -in rsa.pem -out rsa8.pem", "RSA 2048", false},
		{"rsa8.der", "pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out rsa8.der", "RSA 2048", false},
		{"ec.pem", "", "EC P-256", false},
		{"ec.der", "ec -in ec.pem -outform DER -out ec.der", "EC P-256", false},
		{"ec8.pem", "pkcs8 -topk8 -nocrypt -in ec.pem -out ec8.pem", "EC P-256", false},
		{"ed.pem", "", "Ed25519", false},
		{"x.pem", "", "X25519", false},
		{"aes.pem", "pkcs8 -topk8 -in rsa.pem -v2 aes-256-cbc -passout pass:secret -out aes.pem", "RSA 2048", true},
		{"aes.der", "pkcs8 -topk8 -in rsa.pem -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout pass:secret -outform DER -out aes.der", "RSA 2048", true},
		{"des3.pem", "pkcs8 -topk8 -in rsa.pem -v2 des3 -passout pass:secret -out des3.pem", "RSA 2048", true},
		{"scrypt.pem", "pkcs8 -topk8 -in ec.pem -scrypt -passout pass:secret -out scrypt.pem", "EC P-256", true},
		{"v1des3.pem", "pkcs8 -topk8 -in rsa.pem -v1 PBE-SHA1-3DES -passout pass:secret -out v1des3.pem", "RSA 2048", true},
		{"v1des.pem", "pkcs8 -topk8 -in rsa.pem -v1 PBE-MD5-DES -provider legacy -provider default -passout pass:secret -out v1des.pem", "RSA 2048", true},
		{"v1rc2.pem", "pkcs8 -topk8 -in rsa.pem -v1 PBE-SHA1-RC2-40 -provider legacy -provider default -passout pass:secret -out v1rc2.pem", "RSA 2048", true},
		{"dekaes.pem", "rsa -in rsa.pem -traditional -aes128 -passout pass:secret -out dekaes.pem", "RSA 2048", true},
		{"dekdes3.pem", "rsa -in rsa.pem -traditional -des3 -passout pass:secret -out dekdes3.pem", "RSA 2048", true},
		{"dekec.pem", "ec -in ec.pem -aes256 -passout pass:secret -out dekec.pem", "EC P-256", true},
		{"new.p12", "pkcs12 -export -inkey rsa.pem -in cert.pem -name mine -passout pass:secret -out new.p12", "RSA 2048", true},
		{"old.p12", "pkcs12 -export -legacy -inkey rsa.pem -in cert.pem -name mine -passout pass:secret -out old.p12", "RSA 2048", true},
		{"nomac.p12", "pkcs12 -export -nomac -inkey rsa.pem -in cert.pem -passout pass:secret -out nomac.p12", "RSA 2048", true},
		{"plain.p12", "pkcs12 -export -keypbe NONE -certpbe NONE -nomac -inkey rsa.pem -in cert.pem -passout pass: -out plain.p12", "RSA 2048", false},
		{"empty.p12", "pkcs12 -export -inkey rsa.pem -in cert.pem -passout pass: -out empty.p12", "RSA 2048", true},
		{"mac256.p12", "pkcs12 -export -macalg sha512 -inkey rsa.pem -in cert.pem -passout pass:secret -out mac256.p12", "RSA 2048", true},
	}
	var rsaKey *algo.RSAPrivateKey
	for _, f := range forms {
		t.Run(f.file, func(t *testing.T) {
			w.t = t
			if f.make != "" {
				w.run(f.make)
			}
			data := w.read(f.file)
			k := ReadKeys(nil, data, f.file, []string{"wrong", "secret"})
			if len(k.Private) != 1 || len(k.Locked) != 0 || len(k.Problems) != 0 {
				t.Fatalf("%d keys, %d locked %v, problems %v", len(k.Private), len(k.Locked), k.Locked, k.Problems)
			}
			key := k.Private[0]
			if got := key.Public.Describe(); got != f.kind {
				t.Errorf("it is %s, not %s", got, f.kind)
			}
			if key.Encrypted != f.encrypted {
				t.Errorf("encrypted: %v", key.Encrypted)
			}
			if r, ok := key.Key.(*algo.RSAPrivateKey); ok {
				if rsaKey == nil {
					rsaKey = r
				}
				if !bytes.Equal(r.D, rsaKey.D) {
					t.Error("it is another key than that in rsa.pem")
				}
			}
			if strings.HasSuffix(f.file, ".p12") {
				if len(k.Certificates) != 1 || k.Certificates[0].Subject.String() != "CN=keys" {
					t.Errorf("%d certificates", len(k.Certificates))
				}
				if NewPool(k.Certificates...).ByPublicKey(key) == nil {
					t.Error("the certificate is not found by the key")
				}
				if strings.Contains(f.make, "-name mine") && key.Name != "mine" {
					t.Errorf("the key is called %q", key.Name)
				}
			} else if key.Name != f.file {
				t.Errorf("the key is called %q", key.Name)
			}
			if !f.encrypted || f.file == "empty.p12" {
				return
			}
			for _, passwords := range [][]string{nil, {"wrong"}, {"wrong", "worse"}} {
				k := ReadKeys(nil, data, f.file, passwords)
				if len(k.Private) != 0 || len(k.Locked) != 1 || len(k.Problems) != 0 {
					t.Errorf("with passwords %q: %d keys, locked %v, problems %v", passwords, len(k.Private), k.Locked, k.Problems)
				} else if k.Locked[0].NoPassword != (passwords == nil) {
					t.Errorf("with passwords %q: %+v", passwords, k.Locked[0])
				}
			}
		})
	}
}

func TestReadKeysMixture(t *testing.T) {
	w := newWorkshop(t)
	w.run("genrsa -out a.pem 2048")
	w.run("genpkey -algorithm ed25519 -out b.pem")
	w.run("req -x509 -new -key a.pem -subj /CN=a -out ca.pem -days 30")
	w.run("pkcs8 -topk8 -in a.pem -v2 aes-256-cbc -passout pass:secret -out locked.pem")
	w.run("pkey -in b.pem -pubout -out pub.pem")
	w.run("crl2pkcs7 -nocrl -certfile ca.pem -out certs.p7b")
	w.write("index.txt", nil)
	var mixture []byte
	for _, name := range []string{"a.pem", "b.pem", "ca.pem", "locked.pem", "pub.pem", "certs.p7b"} {
		mixture = append(mixture, "something before\r\n"...)
		mixture = append(mixture, w.read(name)...)
	}
	k := ReadKeys(nil, mixture, "mixture", nil)
	if len(k.Private) != 2 || len(k.Certificates) != 2 || len(k.Locked) != 1 || len(k.Public) != 1 || len(k.Problems) != 0 {
		t.Errorf("%d keys, %d certificates, %d locked, %d public, problems %v", len(k.Private), len(k.Certificates), len(k.Locked), len(k.Public), k.Problems)
	}
	if k.Private[0].Name != "mixture (1)" || k.Private[1].Name != "mixture (2)" {
		t.Errorf("the keys are called %q and %q", k.Private[0].Name, k.Private[1].Name)
	}
	for i, r := range k.CertificateRanges {
		if !strings.HasPrefix(string(mixture[r[0]:]), "-----BEGIN ") || !strings.HasSuffix(string(mixture[:r[1]]), "-----") {
			t.Errorf("certificate %d lies at %v", i, r)
		}
	}
}

func TestReadKeysOthers(t *testing.T) {
	w := newWorkshop(t)
	w.run("genrsa -out a.pem 2048")
	w.run("req -new -key a.pem -subj /CN=a -out request.pem")
	w.run("req -in request.pem -outform DER -out request.der")
	tests := map[string]string{
		string(w.read("request.pem")): "a request for a certificate",
		string(w.read("request.der")): "neither a certificate nor a CRL",
		"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n": "OpenSSH's own format",
		"just text":            "neither PEM nor DER",
		"\x30\x03\x02\x01":     "unknown kind",
		"\x30\x03\x02\x01\x05": "unknown kind",
	}
	for data, why := range tests {
		k := ReadKeys(nil, []byte(data), "other", nil)
		var said []string
		for _, p := range k.Problems {
			said = append(said, p.Detail)
		}
		if !k.Empty() || !strings.Contains(strings.Join(said, "\n"), why) {
			t.Errorf("%.40q: %d certificates, %d keys, and it says %q", data, len(k.Certificates), len(k.Private), said)
		}
	}
}

func TestReadKeysVectors(t *testing.T) {
	data := vectors.RFC6216(t, "certs/ca_key_encrypted.pem")
	if k := ReadKeys(nil, data, "ca", nil); len(k.Locked) != 1 || !k.Locked[0].NoPassword {
		t.Errorf("without a password: %+v", k.Locked)
	}
	k := ReadKeys(nil, data, "ca", []string{"password"})
	if len(k.Private) != 1 || !Bundled()[0].PublicKey.Equal(k.Private[0].Public) {
		t.Errorf("with its password: %d keys, %v", len(k.Private), k.Problems)
	}
	for _, who := range []string{"eku_user_%s_fluffy@example.com.pem", "noeku_user_%s_kumiko@example.net.pem", "robert_%s.pem", "subca_%s_example.net.pem"} {
		name := func(what string) string { return "certs/" + strings.Replace(who, "%s", what, 1) }
		keys := ReadKeys(nil, vectors.RFC6216(t, name("key")), "key", nil)
		certs := ReadKeys(nil, vectors.RFC6216(t, name("cert")), "cert", nil)
		if len(keys.Private) != 1 || len(certs.Certificates) != 1 || !certs.Certificates[0].PublicKey.Equal(keys.Private[0].Public) {
			t.Errorf("%s: %d keys, %d certificates, or they do not belong together", who, len(keys.Private), len(certs.Certificates))
		}
	}
	// The whole RFC as a file of keys: its 22 blocks, one of them locked.
	all := ReadKeys(nil, vectors.RFC6216(t, "rfc6216.txt"), "rfc6216.txt", nil)
	if len(all.Private) != 10 || len(all.Certificates) != 11 || len(all.Locked) != 1 {
		t.Errorf("in the RFC: %d keys, %d certificates, %d locked, problems %v", len(all.Private), len(all.Certificates), len(all.Locked), all.Problems)
	}
}
