package algo

import (
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/vectors"
)

// FuzzIdentifier gives every operation an identifier, a key and data that the fuzzer
// chose. What must hold: no panic, and never a plaintext together with an error.
func FuzzIdentifier(f *testing.F) {
	iv := octets(f, make([]byte, 16))
	for _, seed := range [][]byte{
		identifierDER(f, oid.AES128CBC, iv),
		identifierDER(f, oid.DESEDE3CBC, octets(f, make([]byte, 8))),
		identifierDER(f, oid.RC2CBC, sequence(f, integer(f, 58), octets(f, make([]byte, 8)))),
		identifierDER(f, oid.AES128GCM, aeadParams(f, make([]byte, 12), 16)),
		identifierDER(f, oid.AES128CCM, aeadParams(f, make([]byte, 12), 8)),
		identifierDER(f, oid.RSASSAPSS, pssParams(f, oid.SHA256, oid.SHA256, 32)),
		identifierDER(f, oid.RSAESOAEP, sequence(f)),
		identifierDER(f, oid.PWRIKEK, identifierDER(f, oid.AES128CBC, iv)),
		identifierDER(f, oid.AES128Wrap),
		identifierDER(f, oid.AES128WrapPad),
		identifierDER(f, oid.CMS3DESWrap, null),
		identifierDER(f, oid.PBEWithSHAAnd40BitRC2CBC, sequence(f, iv, integer(f, 2))),
		identifierDER(f, oid.PBES2, sequence(f, identifierDER(f, oid.PBKDF2, sequence(f, iv, integer(f, 2))), identifierDER(f, oid.AES128CBC, iv))),
		identifierDER(f, oid.PBES2, sequence(f, identifierDER(f, oid.Scrypt, sequence(f, iv, integer(f, 2), integer(f, 1), integer(f, 1))), identifierDER(f, oid.AES128CBC, iv))),
		identifierDER(f, oid.DHSinglePassStdDHSHA256KDF, identifierDER(f, oid.AES128Wrap)),
		identifierDER(f, oid.ECDSAWithSHA256),
	} {
		f.Add(seed, make([]byte, 16), make([]byte, 32))
		f.Add(seed, make([]byte, 24), make([]byte, 40))
	}
	curve, _ := CurveFor(oid.P256)
	ec := &ECPrivateKey{curve, append(make([]byte, 31), 1)}
	point, err := ec.public()
	if err != nil {
		f.Fatal(err)
	}
	_, rsaPair := rsaKey(f, 1024)
	ecPair := &PrivateKey{ec, &PublicKey{Key: point}}
	f.Fuzz(func(t *testing.T, der, key, data []byte) {
		id, err := ReadIdentifier(ber.ParseOne(der).Root())
		if err != nil {
			return
		}
		// What costs time by design is bounded in its own test.
		for i := range id.Value.Tree().Nodes {
			if n, ok := id.Value.Tree().At(i).Int(); ok && id.Value.Tree().At(i).Is(ber.TagInteger) && n > 256 {
				return
			}
		}
		check := func(what string, out []byte, err error) {
			if err != nil && out != nil {
				t.Errorf("%s gave %d bytes and %v", what, len(out), err)
			}
		}
		out, err := DecryptContent(id, key, data)
		check("DecryptContent", out, err)
		out, err = OpenAEAD(id, key, data, key, nil)
		check("OpenAEAD", out, err)
		out, err = UnwrapKey(id, key, data)
		check("UnwrapKey", out, err)
		out, err = DecryptPBE(nil, id, string(key), data)
		check("DecryptPBE", out, err)
		out, err = DeriveKey(nil, id, string(key), 16, 16)
		check("DeriveKey", out, err)
		out, err = DecryptKeyTransport(id, rsaPair, data)
		check("DecryptKeyTransport", out, err)
		out, _, err = AgreeKey(id, ecPair, ecPair.Public, key)
		check("AgreeKey", out, err)
		for _, pub := range []*PublicKey{rsaPair.Public, ecPair.Public} {
			for _, h := range append([]Hash{{}}, hashes...) {
				if VerifySignature(id, h, pub, key, data) == nil {
					t.Errorf("%s: %x is a signature", id.Name(), data)
				}
			}
		}
	})
}

// FuzzKeys reads public and private keys, and uses what it gets.
func FuzzKeys(f *testing.F) {
	for _, o := range []oid.OID{oid.P256, oid.P521, oid.BrainpoolP256r1} {
		curve, _ := CurveFor(o)
		k := &ECPrivateKey{curve, append(make([]byte, curve.size()-1), 2)}
		pub, err := k.public()
		if err != nil {
			f.Fatal(err)
		}
		id := identifierDER(f, oid.ECPublicKey, oidTLV(f, o))
		f.Add(sequence(f, id, tlv(f, 0, 3, false, append([]byte{0}, pub.Uncompressed()...))))
		f.Add(sequence(f, integer(f, 0), id, octets(f, sequence(f, integer(f, 1), octets(f, k.Scalar)))))
	}
	_, ours := rsaKey(f, 1024)
	f.Add(sequence(f, identifierDER(f, oid.RSAEncryption, null), tlv(f, 0, 3, false, append([]byte{0}, ours.Public.Raw...))))
	f.Add(sequence(f, integer(f, 0), identifierDER(f, oid.Ed25519), octets(f, octets(f, make([]byte, 32)))))
	f.Add(sequence(f, identifierDER(f, oid.Ed25519), tlv(f, 0, 3, false, make([]byte, 33))))
	for _, file := range vectors.All(f) {
		for _, object := range vectors.Objects(file) {
			f.Add(object)
			for v := ber.ParseOne(object).Root().First().First(); v.Ok(); v = v.Next() { // the key of a certificate among them
				f.Add(v.Raw())
			}
		}
	}
	// Numbers as large as RSA allows are computed with.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 8 << 20}, func(t *testing.T, der []byte) {
		root := ber.ParseOne(der).Root()
		if pub, err := ReadPublicKey(root); err == nil {
			if (pub.Key == nil) == (pub.Err == nil) {
				t.Errorf("key %v and error %v", pub.Key, pub.Err)
			}
			if !pub.Equal(pub) || pub.Describe() == "" {
				t.Errorf("%q is not equal to itself", pub.Describe())
			}
			for _, o := range []oid.OID{oid.SHA1WithRSAEncryption, oid.ECDSAWithSHA256, oid.Ed25519} {
				if VerifySignature(Identifier{OID: o}, Hash{}, pub, nil, make([]byte, 64)) == nil && o != oid.Ed25519 {
					t.Error("zeros are a signature")
				}
			}
		}
		if key, err := ReadPrivateKeyInfo(root); err == nil && (key.Key == nil || key.Public == nil || key.Public.Key == nil) {
			t.Errorf("a private key without %v or %v", key.Key, key.Public)
		}
		for _, read := range []func() (*PrivateKey, error){
			func() (*PrivateKey, error) { return ReadRSAPrivateKey(root) },
			func() (*PrivateKey, error) { return ReadECPrivateKey(root, ber.Value{}) },
		} {
			if key, err := read(); err == nil && key.Key == nil {
				t.Error("neither key nor error")
			}
		}
	}))
}
