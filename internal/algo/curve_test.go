//lint:file-ignore SA1019 the raw coordinates that are deprecated for use are what is compared here

package algo

import (
	"bytes"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	mathrand "math/rand/v2"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

var nist = []struct {
	oid  oid.OID
	std  elliptic.Curve
	ecdh ecdh.Curve
}{
	{oid.P224, elliptic.P224(), nil},
	{oid.P256, elliptic.P256(), ecdh.P256()},
	{oid.P384, elliptic.P384(), ecdh.P384()},
	{oid.P521, elliptic.P521(), ecdh.P521()},
}

func TestECDSAAgainstStandardLibrary(t *testing.T) {
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	for _, c := range nist {
		curve, _ := CurveFor(c.oid)
		n := c.std.Params().N
		for round := range rounds {
			key, err := ecdsa.GenerateKey(c.std, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
			if err != nil {
				t.Fatal(err)
			}
			pub := publicKey(t, der)
			ours, ok := pub.Key.(*ECPublicKey)
			if !ok {
				t.Fatal(pub.Err)
			}
			digest := make([]byte, []int{20, 28, 32, 48, 64}[round%5])
			rand.Read(digest)
			if round == 3 {
				clear(digest)
			}
			if round == 4 {
				digest = bytes.Repeat([]byte{0xff}, len(digest))
			}
			r, s, err := ecdsa.Sign(rand.Reader, key, digest)
			if err != nil {
				t.Fatal(err)
			}
			shift := func(x *big.Int, by int64) *big.Int { return new(big.Int).Add(x, big.NewInt(by)) }
			zero, one := new(big.Int), big.NewInt(1)
			for i, pair := range [][2]*big.Int{
				{r, s},
				{r, new(big.Int).Sub(n, s)}, // the other valid s
				{new(big.Int).Sub(n, r), s},
				{shift(r, 1), s}, {r, shift(s, 1)}, {s, r},
				{zero, s}, {r, zero}, {zero, zero}, {n, s}, {r, n}, {n, n},
				{new(big.Int).Add(r, n), s}, {r, new(big.Int).Add(s, n)},
				{new(big.Int).Neg(r), s}, {r, new(big.Int).Neg(s)},
				{one, one}, {shift(n, -1), shift(n, -1)}, {one, shift(n, -1)},
				{new(big.Int).Lsh(r, 64), s}, {r, new(big.Int).Lsh(s, 1000)},
			} {
				sig, err := asn1.Marshal(struct{ R, S *big.Int }{pair[0], pair[1]})
				if err != nil {
					t.Fatal(err)
				}
				want := ecdsa.VerifyASN1(&key.PublicKey, digest, sig)
				if got := verifyECDSA(ours, digest, sig); (got == nil) != want {
					t.Fatalf("%s round %d pair %d: %v, the standard library says %v", curve.Name, round, i, got, want)
				}
				if want != (i < 2) {
					t.Fatalf("%s pair %d: the judge says %v", curve.Name, i, want)
				}
			}
			sig, _ := ecdsa.SignASN1(rand.Reader, key, digest)
			for i := range sig {
				bad := slices.Clone(sig)
				bad[i] ^= 1 << (round % 8)
				if (round+i)%7 != 0 {
					continue
				}
				want := ecdsa.VerifyASN1(&key.PublicKey, digest, bad)
				if got := verifyECDSA(ours, digest, bad); (got == nil) != want {
					t.Fatalf("%s: byte %d changed: %v, the standard library says %v", curve.Name, i, got, want)
				}
			}
			bad := slices.Clone(digest)
			bad[0] ^= 0x80
			if err := verifyECDSA(ours, bad, sig); !errors.Is(err, ErrMismatch) {
				t.Fatalf("%s: another digest: %v", curve.Name, err)
			}
		}
	}
}

// A key and digest chosen so that the sum runs into equal, opposite or infinite points.
func TestECDSASpecialKeys(t *testing.T) {
	for _, c := range nist {
		curve, _ := CurveFor(c.oid)
		n := c.std.Params().N
		half := new(big.Int).Rsh(n, 1)
		for _, d := range []*big.Int{big.NewInt(1), big.NewInt(2), big.NewInt(3), new(big.Int).Sub(n, big.NewInt(1)),
			new(big.Int).Sub(n, big.NewInt(2)), half, new(big.Int).Add(half, big.NewInt(1))} {
			x, y := c.std.ScalarBaseMult(d.Bytes())
			std := &ecdsa.PublicKey{Curve: c.std, X: x, Y: y}
			ours := &ECPublicKey{curve, x.FillBytes(make([]byte, curve.size())), y.FillBytes(make([]byte, curve.size()))}
			own, err := (&ECPrivateKey{curve, d.FillBytes(make([]byte, (n.BitLen()+7)/8))}).public()
			if err != nil || !bytes.Equal(own.X, ours.X) || !bytes.Equal(own.Y, ours.Y) {
				t.Fatalf("%s: %v times the base point: %v", curve.Name, d, err)
			}
			// u1·G + u2·Q is at infinity when e = -r·d, and doubles when e = r·d.
			r := x
			r = new(big.Int).Mod(r, n)
			for _, e := range []*big.Int{new(big.Int).Neg(new(big.Int).Mul(r, d)), new(big.Int).Mul(r, d), r, new(big.Int)} {
				digest := new(big.Int).Mod(e, n).FillBytes(make([]byte, (n.BitLen()+7)/8))
				if n.BitLen()%8 != 0 {
					digest = digest[2:] // a digest as long as the order would be shifted
				}
				for _, s := range []*big.Int{r, d, big.NewInt(1)} {
					if s.Sign() == 0 {
						continue
					}
					sig, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
					if err != nil {
						t.Fatal(err)
					}
					want := ecdsa.VerifyASN1(std, digest, sig)
					if got := verifyECDSA(ours, digest, sig); (got == nil) != want {
						t.Errorf("%s d=%v e=%v s=%v: %v, the standard library says %v", curve.Name, d, e, s, got, want)
					}
				}
			}
		}
	}
}

func TestECDSAEncodings(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
	pub := publicKey(t, der)
	message := []byte("sealed")
	id := identifier(t, oid.ECDSAWithSHA256)
	h, _ := HashFor(oid.SHA256)
	r, s, err := ecdsa.Sign(rand.Reader, key, h.Sum(message))
	if err != nil {
		t.Fatal(err)
	}
	intTLV := func(b []byte) []byte { return tlv(t, 0, 2, false, b) }
	padded := func(x *big.Int) []byte { return append([]byte{0}, x.FillBytes(make([]byte, 32))...) }
	rd, _ := asn1.Marshal(r)
	sd, _ := asn1.Marshal(s)
	good := sequence(t, rd, sd)
	for name, c := range map[string]struct {
		sig []byte
		ok  bool
	}{
		"DER":              {good, true},
		"trailing byte":    {append(slices.Clone(good), 0), false},
		"a third INTEGER":  {sequence(t, rd, sd, sd), false},
		"only one INTEGER": {sequence(t, rd), false},
		"two more zeros":   {sequence(t, intTLV(append([]byte{0, 0}, padded(r)...)), sd), false},
		"long length":      {append([]byte{0x30, 0x81, good[1]}, good[2:]...), false},
		"indefinite":       {append(append([]byte{0x30, 0x80}, good[2:]...), 0, 0), false},
		"SET":              {append([]byte{0x31}, good[1:]...), false},
		"empty":            {nil, false},
		"raw r and s":      {append(padded(r)[1:], padded(s)[1:]...), false},
		"empty INTEGER":    {sequence(t, intTLV(nil), sd), false},
	} {
		err := VerifySignature(id, Hash{}, pub, message, c.sig)
		if std := ecdsa.VerifyASN1(&key.PublicKey, h.Sum(message), c.sig); std != c.ok || (err == nil) != c.ok {
			t.Errorf("%s: %v; the standard library says %v", name, err, std)
		}
	}
	// id-ecPublicKey in place of a signature algorithm, with a digest beside it.
	if err := VerifySignature(identifier(t, oid.ECPublicKey), h, pub, message, good); err != nil {
		t.Error(err)
	}
	if err := VerifySignature(identifier(t, oid.ECPublicKey), Hash{}, pub, message, good); err == nil {
		t.Error("no digest algorithm at all is accepted")
	}
	sha1, _ := HashFor(oid.SHA1)
	var d *DigestError
	if err := VerifySignature(id, sha1, pub, message, good); !errors.As(err, &d) {
		t.Errorf("ecdsa-with-SHA256 beside sha1: %v", err)
	}
}

func TestReadPoint(t *testing.T) {
	for _, c := range nist {
		curve, _ := CurveFor(c.oid)
		size := curve.size()
		for range 50 {
			_, x, y, err := elliptic.GenerateKey(c.std, rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			u := elliptic.Marshal(c.std, x, y)
			p, err := curve.ReadPoint(u)
			if err != nil || !bytes.Equal(p.Uncompressed(), u) {
				t.Fatalf("%s uncompressed: %v", curve.Name, err)
			}
			compressed := elliptic.MarshalCompressed(c.std, x, y)
			p, err = curve.ReadPoint(compressed)
			if curve.Name == "P-224" {
				var unsupported *UnsupportedError
				if !errors.As(err, &unsupported) {
					t.Fatalf("P-224 compressed: %v", err)
				}
			} else if err != nil || !bytes.Equal(p.Uncompressed(), u) {
				t.Fatalf("%s compressed: %v", curve.Name, err)
			}
			hybrid := slices.Clone(u)
			hybrid[0] = 6 + byte(y.Bit(0))
			if _, err = curve.ReadPoint(hybrid); err != nil {
				t.Fatalf("%s hybrid: %v", curve.Name, err)
			}
			hybrid[0] ^= 1
			bad := slices.Clone(u)
			bad[len(bad)-1] ^= 1
			overX := append([]byte{4}, new(big.Int).Add(x, c.std.Params().P).FillBytes(make([]byte, size+8))[8:]...)
			for name, b := range map[string][]byte{"hybrid of the wrong sign": hybrid, "off the curve": bad, "short": u[:len(u)-1],
				"long": append(slices.Clone(u), 0), "infinity": {0}, "empty": nil, "x of the field's size": append(overX, u[1+size:]...),
				"x = p": append(append([]byte{4}, c.std.Params().P.Bytes()...), u[1+size:]...), "zero": make([]byte, 1+2*size), "0,0": append([]byte{4}, make([]byte, 2*size)...)} {
				if name == "x of the field's size" && new(big.Int).Add(x, c.std.Params().P).BitLen() > 8*size {
					continue
				}
				if _, err := curve.ReadPoint(b); err == nil {
					t.Fatalf("%s: %s is accepted", curve.Name, name)
				}
			}
		}
		// Compressed x that may or may not be on the curve.
		if curve.Name == "P-224" {
			continue
		}
		for range 50 {
			b := make([]byte, 1+size)
			rand.Read(b)
			b[0] = 2 + b[0]&1
			if c.oid == oid.P521 {
				b[1] &= 1
			}
			x, y := elliptic.UnmarshalCompressed(c.std, b)
			p, err := curve.ReadPoint(b)
			if (err == nil) != (x != nil) {
				t.Fatalf("%s %x: %v, the standard library says %v", curve.Name, b, err, x != nil)
			}
			if x != nil && !bytes.Equal(p.Uncompressed(), elliptic.Marshal(c.std, x, y)) {
				t.Fatalf("%s %x: another point", curve.Name, b)
			}
		}
	}
}

func TestECDHAgainstStandardLibrary(t *testing.T) {
	for _, c := range nist {
		if c.ecdh == nil {
			continue
		}
		curve, _ := CurveFor(c.oid)
		for range 20 {
			a, err := c.ecdh.GenerateKey(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := c.ecdh.GenerateKey(rand.Reader)
			want, err := a.ECDH(b.PublicKey())
			if err != nil {
				t.Fatal(err)
			}
			pub, err := curve.ReadPoint(b.PublicKey().Bytes())
			if err != nil {
				t.Fatal(err)
			}
			got, err := agreeEC(&ECPrivateKey{curve, a.Bytes()}, pub)
			if err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s: %x, %v; want %x", curve.Name, got, err, want)
			}
			der, err := x509.MarshalPKCS8PrivateKey(a)
			if err != nil {
				t.Fatal(err)
			}
			key, err := ReadPrivateKeyInfo(ber.ParseOne(der).Root())
			if err != nil || !bytes.Equal(key.Public.Key.(*ECPublicKey).Uncompressed(), a.PublicKey().Bytes()) {
				t.Fatalf("%s private key: %v", curve.Name, err)
			}
		}
	}
}

// The curves that the standard library does not have are judged by openssl.
func TestCurvesAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1", "secp224r1", "secp521r1"} {
		for _, who := range []string{"a", "b"} {
			openssl(t, dir, nil, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:"+name, "-pkeyopt", "ec_param_enc:named_curve", "-out", who)
			openssl(t, dir, nil, "pkey", "-in", who, "-pubout", "-out", who+".pub")
		}
		read := func(who string) *PrivateKey {
			key, err := ReadPrivateKeyInfo(ber.ParseOne(pemBody(t, openssl(t, dir, nil, "pkey", "-in", who))).Root())
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			return key
		}
		a, b := read("a"), read("b")
		pub := publicKey(t, pemBody(t, openssl(t, dir, nil, "pkey", "-in", "a", "-pubout")))
		if !pub.Equal(a.Public) || pub.Equal(b.Public) {
			t.Errorf("%s: the public keys are not as they should be", name)
		}
		// SEC 1, the older form.
		sec1, err := ReadECPrivateKey(ber.ParseOne(pemBody(t, openssl(t, dir, nil, "ec", "-in", "a"))).Root(), ber.Value{})
		if err != nil || !sec1.Public.Equal(pub) {
			t.Errorf("%s SEC 1: %v", name, err)
		}
		message := []byte("sealed")
		h, _ := HashFor(oid.SHA512)
		sig := openssl(t, dir, message, "dgst", "-sha512", "-sign", "a")
		if err := VerifySignature(identifier(t, oid.ECDSAWithSHA512), h, pub, message, sig); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := VerifySignature(identifier(t, oid.ECDSAWithSHA512), h, b.Public, message, sig); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s, another key: %v", name, err)
		}
		want := openssl(t, dir, nil, "pkeyutl", "-derive", "-inkey", "a", "-peerkey", "b.pub")
		got, err := agree(a, b.Public)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: agreed on %x, %v; want %x", name, got, err, want)
		}
	}
}

func TestX25519AgainstStandardLibrary(t *testing.T) {
	for i := range 300 {
		scalar, u := make([]byte, 32), make([]byte, 32)
		rand.Read(scalar)
		rand.Read(u)
		if i < 8 {
			// Encodings at and over the prime, which are reduced.
			u = bytes.Repeat([]byte{0xff}, 32)
			u[0] = 0xeb + byte(i)
			u[31] = 0x7f | byte(i&1)<<7
		}
		checkX25519(t, scalar, u)
	}
	// RFC 7748 section 5.2.
	got := scalarMult25519(hexBytes(t, "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
		hexBytes(t, "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"))
	if want := hexBytes(t, "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"); !bytes.Equal(got, want) {
		t.Errorf("got %x", got)
	}
	// Points of small order (RFC 7748 section 7).
	for _, u := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
		"5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	} {
		scalar := make([]byte, 32)
		rand.Read(scalar)
		checkX25519(t, scalar, hexBytes(t, u))
		if _, err := agreeX25519(scalar, hexBytes(t, u)); err == nil {
			t.Errorf("%s: a point of small order is accepted", u)
		}
	}
}

func checkX25519(t testing.TB, scalar, u []byte) {
	t.Helper()
	priv, err := ecdh.X25519().NewPrivateKey(scalar)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := ecdh.X25519().NewPublicKey(u)
	if err != nil {
		t.Fatal(err)
	}
	want, wantErr := priv.ECDH(pub)
	got, err := agreeX25519(scalar, u)
	if (err == nil) != (wantErr == nil) || !bytes.Equal(got, want) {
		t.Fatalf("scalar %x u %x: %x, %v; the standard library says %x, %v", scalar, u, got, err, want, wantErr)
	}
	if !bytes.Equal(X25519PrivateKey(scalar).Public(), priv.PublicKey().Bytes()) {
		t.Fatalf("scalar %x: another public key", scalar)
	}
}

func TestEd25519AgainstStandardLibrary(t *testing.T) {
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	for i := range 100 {
		pub, priv, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(Ed25519PrivateKey(priv.Seed()).Public(), pub) {
			t.Fatal("another public key")
		}
		message := make([]byte, i)
		rand.Read(message)
		sig := ed25519.Sign(priv, message)
		checkEd25519(t, pub, message, sig)
		if err := verifyEd25519(Ed25519PublicKey(pub), message, sig); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			bad := slices.Clone(sig)
			bad[mathrand.IntN(64)] ^= 1 << mathrand.IntN(8)
			checkEd25519(t, pub, message, bad)
			badKey := slices.Clone(pub)
			badKey[mathrand.IntN(32)] ^= 1 << mathrand.IntN(8)
			checkEd25519(t, badKey, message, sig)
		}
		checkEd25519(t, pub, append(message, 1), sig)
		// s + L is the same point, and not allowed.
		s := slices.Clone(sig[32:])
		slices.Reverse(s)
		over := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
		slices.Reverse(over)
		malleable := append(slices.Clone(sig[:32]), over...)
		checkEd25519(t, pub, message, malleable)
		if verifyEd25519(Ed25519PublicKey(pub), message, malleable) == nil {
			t.Fatal("a signature with an s that is not reduced is accepted")
		}
	}
	// Keys of small order, canonical and not, with and without the sign of zero: any
	// signature may be valid under them, and the judge decides which.
	var points [][]byte
	for _, p := range []string{
		"0100000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0200000000000000000000000000000000000000000000000000000000000000",
	} {
		b := hexBytes(t, p)
		points = append(points, b)
		signed := slices.Clone(b)
		signed[31] |= 0x80
		points = append(points, signed)
	}
	valid := 0
	for _, a := range points {
		for _, r := range points {
			for m := range 4 {
				sig := append(slices.Clone(r), make([]byte, 32)...)
				checkEd25519(t, a, []byte{byte(m)}, sig)
				if ed25519.Verify(a, []byte{byte(m)}, sig) {
					valid++
				}
			}
		}
	}
	if valid == 0 {
		t.Error("no case was valid")
	}
}

func checkEd25519(t testing.TB, pub, message, sig []byte) {
	t.Helper()
	want := ed25519.Verify(pub, message, sig)
	if got := verifyEd25519(pub, message, sig); (got == nil) != want {
		t.Fatalf("key %x message %x signature %x: %v, the standard library says %v", pub, message, sig, got, want)
	}
}

func BenchmarkECDSAVerify(b *testing.B) {
	for _, c := range nist {
		curve, _ := CurveFor(c.oid)
		b.Run(curve.Name, func(b *testing.B) {
			key, _ := ecdsa.GenerateKey(c.std, rand.Reader)
			digest := make([]byte, 32)
			sig, _ := ecdsa.SignASN1(rand.Reader, key, digest)
			der, _ := x509.MarshalPKIXPublicKey(&key.PublicKey)
			pub := publicKey(b, der)
			for b.Loop() {
				if err := verifyECDSA(pub.Key.(*ECPublicKey), digest, sig); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkX25519(b *testing.B) {
	k := make([]byte, 32)
	rand.Read(k)
	for b.Loop() {
		scalarMult25519(k, append([]byte{9}, make([]byte, 31)...))
	}
}

func BenchmarkEd25519Verify(b *testing.B) {
	pub, priv, _ := ed25519.GenerateKey(rand.Reader)
	sig := ed25519.Sign(priv, nil)
	for b.Loop() {
		if err := verifyEd25519(Ed25519PublicKey(pub), nil, sig); err != nil {
			b.Fatal(err)
		}
	}
}
