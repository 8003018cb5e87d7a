package algo

import (
	"crypto/dsa" //lint:ignore SA1019 it is the judge of what is old here
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/asn1"
	"errors"
	"math/big"
	"runtime"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// dsaSPKI writes a DSA key as a SubjectPublicKeyInfo (RFC 3279 section 2.3.2).
func dsaSPKI(t *testing.T, k *dsa.PublicKey) []byte {
	t.Helper()
	type parameters struct{ P, Q, G *big.Int }
	y, err := asn1.Marshal(k.Y)
	if err != nil {
		t.Fatal(err)
	}
	der, err := asn1.Marshal(struct {
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params parameters
		}
		Key asn1.BitString
	}{
		struct {
			OID    asn1.ObjectIdentifier
			Params parameters
		}{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}, parameters{k.P, k.Q, k.G}},
		asn1.BitString{Bytes: y, BitLength: 8 * len(y)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestDSA: what the standard library signs verifies, and nothing that was changed.
func TestDSA(t *testing.T) {
	if runtime.GOARCH == "wasm" {
		t.Skip("making DSA parameters takes minutes as WASM")
	}
	for _, test := range []struct {
		sizes     dsa.ParameterSizes
		describe  string
		algorithm oid.OID
		digest    func([]byte) []byte
	}{
		{dsa.L1024N160, "DSA 1024", oid.DSAWithSHA1, func(b []byte) []byte { s := sha1.Sum(b); return s[:] }},
		{dsa.L2048N256, "DSA 2048", oid.DSAWithSHA256, func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }},
	} {
		var key dsa.PrivateKey
		if err := dsa.GenerateParameters(&key.Parameters, rand.Reader, test.sizes); err != nil {
			t.Fatal(err)
		}
		if err := dsa.GenerateKey(&key, rand.Reader); err != nil {
			t.Fatal(err)
		}
		pub, err := ReadPublicKey(ber.Parse(dsaSPKI(t, &key.PublicKey)).Root())
		if err != nil || pub.Err != nil || pub.Describe() != test.describe {
			t.Fatalf("%v, %v, %s", err, pub.Err, pub.Describe())
		}
		message := []byte("Watson, come here.")
		for range 20 {
			r, s, err := dsa.Sign(rand.Reader, &key, test.digest(message))
			if err != nil {
				t.Fatal(err)
			}
			sign := func(r, s *big.Int) []byte {
				der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
				if err != nil {
					t.Fatal(err)
				}
				return der
			}
			verify := func(signature, message []byte) error {
				return VerifySignature(Identifier{OID: test.algorithm}, Hash{}, pub, message, signature)
			}
			if err := verify(sign(r, s), message); err != nil {
				t.Fatalf("%s: %v", test.describe, err)
			}
			if err := verify(sign(r, s), []byte("Watson, stay away.")); !errors.Is(err, ErrMismatch) {
				t.Errorf("another message: %v", err)
			}
			if err := verify(sign(new(big.Int).Xor(r, big.NewInt(1)), s), message); err == nil {
				t.Error("another r verifies")
			}
			for name, bad := range map[string][]byte{
				"r of zero": sign(new(big.Int), s), "s of zero": sign(r, new(big.Int)),
				"r of q": sign(key.Q, s), "s of q": sign(r, key.Q),
				"s over q": sign(r, new(big.Int).Add(s, key.Q)),
			} {
				if verify(bad, message) == nil {
					t.Errorf("%s verifies", name)
				}
			}
		}
	}
}

// TestDSAInherited: a key without parameters is shown, and cannot verify.
func TestDSAInherited(t *testing.T) {
	spki, err := asn1.Marshal(struct {
		Algorithm struct{ OID asn1.ObjectIdentifier }
		Key       asn1.BitString
	}{struct{ OID asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 2, 840, 10040, 4, 1}}, asn1.BitString{Bytes: []byte{2, 1, 5}, BitLength: 24}})
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ReadPublicKey(ber.Parse(spki).Root())
	if err != nil || pub.Err == nil || pub.Key != nil {
		t.Errorf("%v, %+v", err, pub)
	}
}
