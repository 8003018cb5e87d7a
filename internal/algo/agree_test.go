package algo

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Messages for elliptic curve recipients, made by openssl: from the agreed key down to
// the content.
func TestAgreeKeyAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	message := []byte("sealed")
	for _, curve := range []string{"P-256", "P-384", "P-521", "brainpoolP256r1"} {
		openssl(t, dir, nil, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:"+curve, "-nodes", "-keyout", "key", "-out", "cert", "-subj", "/CN=test")
		key, err := os.ReadFile(filepath.Join(dir, "key"))
		if err != nil {
			t.Fatal(err)
		}
		priv, err := ReadPrivateKeyInfo(ber.ParseOne(pemBody(t, key)).Root())
		if err != nil {
			t.Fatal(err)
		}
		for _, md := range []string{"sha1", "sha224", "sha256", "sha384", "sha512"} {
			for _, wrap := range []struct{ cipher, cofactor string }{{"-aes-128-cbc", "0"}, {"-aes-256-cbc", "1"}, {"-des3", "0"}} {
				der := openssl(t, dir, message, "cms", "-encrypt", "-binary", wrap.cipher, "-outform", "DER", "-recip", "cert", "-keyopt", "ecdh_kdf_md:"+md, "-keyopt", "ecdh_cofactor_mode:"+wrap.cofactor)
				enveloped := ber.ParseOne(der).Root().First().Next().First()
				kari := enveloped.First().Next().First()
				if !kari.IsContext(1) {
					t.Fatal("openssl made no KeyAgreeRecipientInfo")
				}
				originator := kari.First().Next()
				var ukm []byte
				v := originator.Next()
				if v.IsContext(1) {
					ukm = v.First().Octets()
					v = v.Next()
				}
				scheme, err := ReadIdentifier(v)
				if err != nil {
					t.Fatal(err)
				}
				pub, err := ReadOriginatorKey(originator.First(), priv)
				if err != nil || pub.Key == nil {
					t.Fatal(err, pub.Err)
				}
				wrapped := v.Next().First().First().Next().Octets()
				kek, inner, err := AgreeKey(scheme, priv, pub, ukm)
				if err != nil {
					t.Fatalf("%s %s: %v", curve, scheme.Name(), err)
				}
				cek, err := UnwrapKey(inner, kek, wrapped)
				if err != nil {
					t.Errorf("%s %s %s: %v", curve, scheme.Name(), inner.Name(), err)
					continue
				}
				content := enveloped.First().Next().Next()
				id, err := ReadIdentifier(content.First().Next())
				if err != nil {
					t.Fatal(err)
				}
				got, err := DecryptContent(id, cek, content.First().Next().Next().Octets())
				if err != nil || !bytes.Equal(got, message) {
					t.Errorf("%s %s: %q, %v", curve, scheme.Name(), got, err)
				}
				// Other keying material gives another key.
				kek, inner, _ = AgreeKey(scheme, priv, pub, []byte("other"))
				if _, err := UnwrapKey(inner, kek, wrapped); !errors.Is(err, ErrWrap) {
					t.Errorf("%s with other keying material: %v", curve, err)
				}
			}
		}
	}
}

func TestAgreeKeyX25519(t *testing.T) {
	a, err := ecdh.X25519().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := ecdh.X25519().GenerateKey(rand.Reader)
	z, _ := a.ECDH(b.PublicKey())
	wrap := identifierDER(t, oid.AES128Wrap)
	for _, ukm := range [][]byte{nil, []byte("user keying material")} {
		info := [][]byte{wrap}
		if ukm != nil {
			info = append(info, tlv(t, 2, 0, true, octets(t, ukm)))
		}
		info = append(info, tlv(t, 2, 2, true, octets(t, []byte{0, 0, 0, 128})))
		for o, hash := range map[oid.OID]oid.OID{oid.DHSinglePassStdDHHKDFSHA256: oid.SHA256, oid.DHSinglePassStdDHHKDFSHA384: oid.SHA384, oid.DHSinglePassStdDHHKDFSHA512: oid.SHA512} {
			h, _ := HashFor(hash)
			want := hkdf(h, z, ukm, sequence(t, info...), 16)
			kek, inner, err := AgreeKey(identifier(t, o, wrap), &PrivateKey{X25519PrivateKey(a.Bytes()), nil}, &PublicKey{Key: X25519PublicKey(b.PublicKey().Bytes())}, ukm)
			if err != nil || !bytes.Equal(kek, want) || inner.OID != oid.AES128Wrap {
				t.Errorf("%s: %x, %v; want %x", o.Name(), kek, err, want)
			}
		}
	}
}

func TestAgreeKeyErrors(t *testing.T) {
	wrap := identifierDER(t, oid.AES128Wrap)
	scheme := identifier(t, oid.DHSinglePassStdDHSHA256KDF, wrap)
	p256, _ := CurveFor(oid.P256)
	p384, _ := CurveFor(oid.P384)
	one := func(c *Curve) *PrivateKey {
		k := &ECPrivateKey{c, append(make([]byte, c.size()-1), 1)}
		pub, err := k.public()
		if err != nil {
			t.Fatal(err)
		}
		return &PrivateKey{k, &PublicKey{Key: pub}}
	}
	a, b := one(p256), one(p384)
	x := &PrivateKey{X25519PrivateKey(make([]byte, 32)), &PublicKey{Key: X25519PublicKey(make([]byte, 32))}}
	if _, _, err := AgreeKey(scheme, a, a.Public, nil); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		scheme Identifier
		priv   *PrivateKey
		pub    *PublicKey
	}{
		"another curve":       {scheme, a, b.Public},
		"another kind":        {scheme, a, x.Public},
		"another kind too":    {scheme, x, a.Public},
		"small order":         {scheme, x, x.Public},
		"no private key":      {scheme, nil, a.Public},
		"no public key":       {scheme, a, nil},
		"unknown scheme":      {identifier(t, oid.ECMQV, wrap), a, a.Public},
		"unknown wrap":        {identifier(t, oid.DHSinglePassStdDHSHA256KDF, identifierDER(t, oid.SEEDWrap)), a, a.Public},
		"no wrap":             {identifier(t, oid.DHSinglePassStdDHSHA256KDF), a, a.Public},
		"unreadable public":   {scheme, a, &PublicKey{}},
		"point off the curve": {scheme, a, &PublicKey{Key: &ECPublicKey{p256, make([]byte, 32), make([]byte, 32)}}},
	} {
		if _, _, err := AgreeKey(c.scheme, c.priv, c.pub, nil); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
