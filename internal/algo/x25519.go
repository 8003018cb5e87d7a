package algo

// X25519 (RFC 7748 section 5) by the Montgomery ladder.

import (
	"crypto/subtle"
	"errors"
	"slices"

	field25519 "filippo.io/edwards25519/field"
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

// scalarMult25519 takes any u, also one that is not reduced or has its top bit set, as
// RFC 7748 section 5 asks. Its time depends on neither argument.
func scalarMult25519(scalar, u []byte) []byte {
	k := slices.Clone(scalar)
	k[0] &= 248
	k[31] = k[31]&127 | 64
	var x1, x2, z2, x3, z3, a, b, c, d, e field25519.Element
	if _, err := x1.SetBytes(u); err != nil {
		panic("algo: an X25519 coordinate: " + err.Error())
	}
	x2.One()
	x3.Set(&x1)
	z3.One()
	swap := 0
	for t := 254; t >= 0; t-- {
		bit := int(k[t/8]>>(t%8)) & 1
		x2.Swap(&x3, swap^bit)
		z2.Swap(&z3, swap^bit)
		swap = bit
		a.Add(&x2, &z2)
		b.Subtract(&x2, &z2)
		c.Add(&x3, &z3)
		d.Subtract(&x3, &z3)
		d.Multiply(&d, &a)
		c.Multiply(&c, &b)
		a.Square(&a)
		b.Square(&b)
		e.Subtract(&a, &b)
		x3.Add(&d, &c)
		x3.Square(&x3)
		z3.Subtract(&d, &c)
		z3.Square(&z3)
		z3.Multiply(&z3, &x1)
		x2.Multiply(&a, &b)
		z2.Mult32(&e, 121665)
		z2.Add(&z2, &a)
		z2.Multiply(&z2, &e)
	}
	x2.Swap(&x3, swap)
	z2.Swap(&z3, swap)
	return x2.Multiply(&x2, z2.Invert(&z2)).Bytes()
}
