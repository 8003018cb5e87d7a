package cms

// What the differential tests are made with: keys and certificates by the standard
// library, messages and second opinions by the openssl program, and a few lines of
// DER writing for what openssl does not make.

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	stdpkix "crypto/x509/pkix"
	stdpem "encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/pkix"
)

// needOpenSSL skips the test where there is no openssl program; in CI it must be there.
func needOpenSSL(t testing.TB) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("a WASM program starts no other")
	}
	if testing.Short() {
		t.Skip("in short what other programs say is not asked")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the openssl program is needed: ", err)
		}
		t.Skip("the openssl program, which makes the messages and judges them, is absent")
	}
}

// openssl runs "openssl cms".
func openssl(args ...string) error { return opensslProgram(append([]string{"cms"}, args...)...) }

func opensslProgram(args ...string) error {
	cmd := exec.Command("openssl", args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("openssl %v: %w: %s", args, err, stderr.Bytes())
	}
	return nil
}

// opensslMake runs "openssl cms" and gives what it wrote in DER.
func opensslMake(t testing.TB, dir string, args ...string) []byte {
	t.Helper()
	out := filepath.Join(dir, "out.der")
	if err := openssl(append([]string{args[0], "-binary", "-outform", "DER", "-out", out}, args[1:]...)...); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func write(t testing.TB, dir, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// party is somebody with a key and a certificate.
type party struct {
	name              string
	keyFile, certFile string
	signer            crypto.Signer    // nil for X25519
	agree             *ecdh.PrivateKey // of X25519
	cert              *pkix.Certificate
	key               *pkix.PrivateKey
}

func (p *party) ring() Keyring {
	return Keyring{Private: []*pkix.PrivateKey{p.key}, Certificates: pkix.NewPool(p.cert)}
}

// parties makes everybody once for all tests.
var parties = sync.OnceValue(func() map[string]*party {
	dir, err := os.MkdirTemp("", "sipseal-cms-")
	if err != nil {
		panic(err)
	}
	partiesDir = dir
	all := map[string]*party{}
	add := func(name string, key any, public any) {
		p := &party{name: name}
		p.signer, _ = key.(crypto.Signer)
		p.agree, _ = key.(*ecdh.PrivateKey)
		_, caKey, _ := ed25519.GenerateKey(rand.Reader)
		template := &x509.Certificate{
			SerialNumber: new(big.Int).SetBytes([]byte("serial of " + name)[:8+len(name)]),
			Subject:      stdpkix.Name{CommonName: name, Organization: []string{"Müller & Söhne"}},
			NotBefore:    time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC),
			NotAfter:     time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC),
			KeyUsage:     x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment | x509.KeyUsageKeyAgreement,
			SubjectKeyId: append(bytes.Repeat([]byte{0xa5}, 12), name...),
		}
		issuer := &x509.Certificate{Subject: stdpkix.Name{CommonName: "issuer", Country: []string{"DE"}}, SubjectKeyId: []byte{1, 2, 3}}
		x25519, isX25519 := public.(*ecdh.PublicKey)
		if isX25519 {
			// The library does not certify such keys. Nobody verifies these certificates, so
			// one for an Ed25519 key is rewritten.
			public = ed25519.PublicKey(x25519.Bytes())
		}
		der, err := x509.CreateCertificate(rand.Reader, template, issuer, public, caKey)
		if err != nil {
			panic(name + ": " + err.Error())
		}
		if isX25519 {
			key := append([]byte{0x2b, 0x65, 0x70, 3, 33, 0}, x25519.Bytes()...)
			at := bytes.Index(der, key)
			der[at+2] = 0x6e
		}
		p.cert, err = pkix.ParseCertificate(der)
		if err != nil {
			panic(err)
		}
		pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			panic(err)
		}
		p.keyFile, p.certFile = filepath.Join(dir, name+".key"), filepath.Join(dir, name+".crt")
		keyPEM := stdpem.EncodeToMemory(&stdpem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
		if err := os.WriteFile(p.keyFile, keyPEM, 0o600); err != nil {
			panic(err)
		}
		if err := os.WriteFile(p.certFile, stdpem.EncodeToMemory(&stdpem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
			panic(err)
		}
		keys := pkix.ReadKeys(nil, keyPEM, name, nil)
		if len(keys.Private) != 1 {
			panic(fmt.Sprintf("%s: %+v", name, keys))
		}
		p.key = keys.Private[0]
		all[name] = p
	}
	for _, name := range []string{"alice", "bob", "mallory"} {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		add(name, key, key.Public())
	}
	for name, curve := range map[string]elliptic.Curve{"p256": elliptic.P256(), "p256b": elliptic.P256(), "p384": elliptic.P384(), "p521": elliptic.P521()} {
		// Always the same keys, so that the processes of a fuzz run agree on them.
		scalar := bytes.Repeat([]byte(name), 20)[:(curve.Params().BitSize+7)/8]
		scalar[0] = 0
		key, err := ecdsa.ParseRawPrivateKey(curve, scalar)
		if err != nil {
			panic(err)
		}
		add(name, key, key.Public())
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	add("ed25519", ed, ed.Public())
	for _, name := range []string{"x25519", "x25519b"} {
		x, err := ecdh.X25519().GenerateKey(rand.Reader)
		if err != nil {
			panic(err)
		}
		add(name, x, x.PublicKey())
	}
	return all
})

var partiesDir string

func TestMain(m *testing.M) {
	code := m.Run()
	if partiesDir != "" {
		os.RemoveAll(partiesDir)
	}
	os.Exit(code)
}

// pool is the certificates of everybody named, or of all.
func pool(names ...string) *pkix.Pool {
	out := &pkix.Pool{}
	if names == nil {
		for name := range parties() {
			names = append(names, name)
		}
	}
	for _, name := range names {
		out.Add(parties()[name].cert)
	}
	return out
}

// everybody is the certificates of pools, any of which may be nil.
func everybody(pools ...*pkix.Pool) *pkix.Pool {
	out := &pkix.Pool{}
	for _, p := range pools {
		if p != nil {
			for _, c := range p.All() {
				out.Add(c)
			}
		}
	}
	return out
}

// der writes one value in DER.
func der(tag byte, parts ...[]byte) []byte {
	return appendValue(nil, []byte{tag}, bytes.Join(parts, nil))
}

// ber80 writes one constructed value with an indefinite length.
func ber80(tag byte, parts ...[]byte) []byte {
	return append(append([]byte{tag, 0x80}, bytes.Join(parts, nil)...), 0, 0)
}

func flip(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 0x04
	return c
}
