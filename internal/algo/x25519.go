package algo

// X25519 (RFC 7748 section 5) by the Montgomery ladder.

import (
	"crypto/subtle"
	"errors"
	"slices"

	"filippo.io/bigmod"
)

// X25519PublicKey is a u coordinate as RFC 7748 encodes it, 32 bytes.
type X25519PublicKey []byte

// X25519PrivateKey is a scalar before clamping, 32 bytes.
type X25519PrivateKey []byte

// Public is the public key of a private one.
func (k X25519PrivateKey) Public() X25519PublicKey {
	return scalarMult25519(k, append([]byte{9}, make([]byte, 31)...))
}

// agreeX25519 is the shared secret. An all-zero one, from a point of small order,
// is an error (RFC 7748 section 6.1).
func agreeX25519(priv X25519PrivateKey, pub X25519PublicKey) ([]byte, error) {
	secret := scalarMult25519(priv, pub)
	if subtle.ConstantTimeCompare(secret, make([]byte, 32)) == 1 {
		return nil, errors.New("the other party's X25519 key is a point of small order")
	}
	return secret, nil
}

func scalarMult25519(scalar, u []byte) []byte {
	f := field25519()
	k := slices.Clone(scalar)
	k[0] &= 248
	k[31] = k[31]&127 | 64
	x1 := f.little(u)
	x2, z2 := f.small(1), f.zero()
	x3, z3 := f.add(x1, f.zero()), f.small(1)
	a24 := f.small(121665)
	swap := uint(0)
	for t := 254; t >= 0; t-- {
		bit := uint(k[t/8]>>(t%8)) & 1
		swap ^= bit
		swapNats(swap, x2, x3)
		swapNats(swap, z2, z3)
		swap = bit
		a := f.add(x2, z2)
		b := f.sub(x2, z2)
		da := f.sub(x3, z3).Mul(a, f.p)
		cb := f.add(x3, z3).Mul(b, f.p)
		aa := f.mul(a, a)
		bb := f.mul(b, b)
		e := f.sub(aa, bb)
		x3 = f.add(da, cb)
		x3.Mul(x3, f.p)
		z3 = f.sub(da, cb)
		z3.Mul(z3, f.p).Mul(x1, f.p)
		x2 = f.mul(aa, bb)
		z2 = f.mul(a24, e).Add(aa, f.p).Mul(e, f.p)
	}
	swapNats(swap, x2, x3)
	swapNats(swap, z2, z3)
	out := x2.Mul(f.invert(z2), f.p).Bytes(f.p)
	slices.Reverse(out)
	return out
}

// swapNats swaps two numbers when on is 1, in the same time when it is 0.
func swapNats(on uint, x, y *bigmod.Nat) {
	xs, ys := x.Bits(), y.Bits()
	for i := range xs {
		d := (xs[i] ^ ys[i]) & -on
		xs[i] ^= d
		ys[i] ^= d
	}
}
