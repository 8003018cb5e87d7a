package algo

// Ed25519 verification (RFC 8032 section 5.1.7), without the cofactor, as the
// standard library does it: s must be reduced, and R is compared as bytes.

import (
	"bytes"
	"crypto/sha512"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"

	"filippo.io/bigmod"
)

// Ed25519PublicKey is an encoded point, 32 bytes.
type Ed25519PublicKey []byte

// Ed25519PrivateKey is a seed, 32 bytes.
type Ed25519PrivateKey []byte

// Public is the public key of a private one (RFC 8032 section 5.1.5).
func (k Ed25519PrivateKey) Public() Ed25519PublicKey {
	h := sha512.Sum512(k)
	h[0] &= 248
	h[31] = h[31]&63 | 64
	f := field25519()
	e := edwardsConstants()
	s := slices.Clone(h[:32])
	slices.Reverse(s)
	r := e.identity()
	// A ladder of fixed length that always adds, and keeps by mask.
	for _, b := range s {
		for i := 7; i >= 0; i-- {
			r = e.sum(r, r)
			added := e.sum(r, e.base)
			bit := uint(b>>i) & 1
			swapNats(bit, r.x, added.x)
			swapNats(bit, r.y, added.y)
			swapNats(bit, r.z, added.z)
			swapNats(bit, r.t, added.t)
		}
	}
	return f.encode(r)
}

// field25519 is the field of Curve25519.
var field25519 = sync.OnceValue(func() *field {
	f := &field{p: modulus("7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"),
		n: modulus("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed")}
	f.pMinus2 = f.p.Nat().SubOne(f.p).SubOne(f.p).Bytes(f.p)
	return f
})

// little reads 255 little-endian bits; values from p to 2²⁵⁵-1 are reduced, as RFC
// 7748 section 5 asks and as Ed25519 implementations do.
func (f *field) little(b []byte) *bigmod.Nat {
	big := slices.Clone(b)
	slices.Reverse(big)
	big[0] &= 127
	x, err := new(bigmod.Nat).SetOverflowingBytes(big, f.p)
	if err != nil {
		panic("algo: 255 bits do not fit: " + err.Error())
	}
	return x
}

// edwards is the curve -x² + y² = 1 + dx²y².
type edwards struct {
	*field
	d2   *bigmod.Nat // 2d
	d    *bigmod.Nat
	i    *bigmod.Nat // a square root of -1
	base *extended
}

// extended is a point in extended coordinates: x = X/Z, y = Y/Z, xy = T/Z.
type extended struct{ x, y, z, t *bigmod.Nat }

var edwardsConstants = sync.OnceValue(func() *edwards {
	f := field25519()
	e := &edwards{field: f}
	e.d = f.hex("52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3")
	e.d2 = f.add(e.d, e.d)
	e.i = f.hex("2b8324804fc1df0b2b4d00993dfbd7a72f431806ad2fe478c4ee1b274a0ea0b0")
	base, err := e.decode(append([]byte{0x58}, bytes.Repeat([]byte{0x66}, 31)...))
	if err != nil {
		panic("algo: the base point: " + err.Error())
	}
	e.base = base
	return e
})

func (e *edwards) identity() *extended {
	return &extended{e.zero(), e.small(1), e.small(1), e.zero()}
}

// sum adds two points; the formula is complete (RFC 8032 section 5.1.4).
func (e *edwards) sum(p, q *extended) *extended {
	m := e.p
	a := e.sub(p.y, p.x).Mul(e.sub(q.y, q.x), m)
	b := e.add(p.y, p.x).Mul(e.add(q.y, q.x), m)
	c := e.mul(p.t, e.d2).Mul(q.t, m)
	d := e.add(p.z, p.z).Mul(q.z, m)
	ee, f, g, h := e.sub(b, a), e.sub(d, c), e.add(d, c), e.add(b, a)
	return &extended{e.mul(ee, f), e.mul(g, h), e.mul(f, g), ee.Mul(h, m)}
}

// decode reads a point (RFC 8032 section 5.1.3).
func (e *edwards) decode(b []byte) (*extended, error) {
	m := e.p
	y := e.little(b)
	yy := e.mul(y, y)
	u := e.sub(yy, e.small(1))
	v := e.mul(yy, e.d).Add(e.small(1), m)
	// x = u v³ (u v⁷)^((p-5)/8), then perhaps times i.
	v3 := e.mul(v, v).Mul(v, m)
	v7 := e.mul(v3, v3).Mul(v, m)
	exponent := e.p.Nat().ShiftRightVarTime(3).Bytes(m)
	x := new(bigmod.Nat).Exp(v7.Mul(u, m), exponent, m).Mul(v3, m).Mul(u, m)
	check := e.mul(x, x).Mul(v, m)
	if check.Equal(u) != 1 {
		if check.Add(u, m).IsZero() != 1 {
			return nil, errors.New("an Ed25519 key that is not a point on the curve")
		}
		x.Mul(e.i, m)
	}
	if x.IsOdd() != uint(b[31]>>7) {
		x = e.sub(e.zero(), x)
	}
	return &extended{x, y, e.small(1), e.mul(x, y)}, nil
}

// encode writes a point (RFC 8032 section 5.1.2).
func (f *field) encode(p *extended) []byte {
	inverse := f.invert(p.z)
	x := f.mul(p.x, inverse)
	out := f.mul(p.y, inverse).Bytes(f.p)
	slices.Reverse(out)
	out[31] |= byte(x.IsOdd()) << 7
	return out
}

func verifyEd25519(pub Ed25519PublicKey, message, signature []byte) error {
	if len(signature) != 64 {
		return errors.New("an Ed25519 signature of " + strconv.Itoa(len(signature)) + " bytes, not 64")
	}
	if len(pub) != 32 {
		return errors.New("an Ed25519 key of " + strconv.Itoa(len(pub)) + " bytes, not 32")
	}
	e := edwardsConstants()
	a, err := e.decode(pub)
	if err != nil {
		return err
	}
	s := slices.Clone(signature[32:])
	slices.Reverse(s)
	if _, err := new(bigmod.Nat).SetBytes(s, e.n); err != nil {
		return errors.New("the signature's s is not less than the order of the curve")
	}
	h := sha512.New()
	h.Write(signature[:32])
	h.Write(pub)
	h.Write(message)
	k := reduce(h.Sum(nil), e.n)
	// R must be sB - kA.
	minusA := &extended{e.sub(e.zero(), a.x), a.y, a.z, e.sub(e.zero(), a.t)}
	r := e.identity()
	both := e.sum(e.base, minusA)
	for i := range s {
		for bit := 7; bit >= 0; bit-- {
			r = e.sum(r, r)
			switch s[i]>>bit&1 | k[i]>>bit&1<<1 {
			case 1:
				r = e.sum(r, e.base)
			case 2:
				r = e.sum(r, minusA)
			case 3:
				r = e.sum(r, both)
			}
		}
	}
	if !bytes.Equal(e.encode(r), signature[:32]) {
		return ErrMismatch
	}
	return nil
}

// reduce is a little-endian number of 64 bytes modulo m, big-endian in 32 bytes.
func reduce(little []byte, m *bigmod.Modulus) []byte {
	b := slices.Clone(little)
	slices.Reverse(b)
	// Any modulus of more than 512 bits holds the number as it is.
	x, err := new(bigmod.Nat).SetBytes(b, modulus("01"+strings.Repeat("00", 63)+"01"))
	if err != nil {
		panic("algo: 512 bits do not fit: " + err.Error())
	}
	return new(bigmod.Nat).Mod(x, m).Bytes(m)
}
