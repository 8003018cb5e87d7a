package algo

// DSA (FIPS 186-4 section 4.7), which only verifies what is old: the examples of
// RFC 4134 and the certificates of its time.

import (
	"errors"
	"strconv"

	"filippo.io/bigmod"

	"github.com/sipseal/sipseal/internal/ber"
)

// DSAPublicKey is a DSA key with its domain parameters (RFC 3279 section 2.3.2),
// big endian without leading zeros.
type DSAPublicKey struct {
	P, Q, G, Y []byte
}

// Bits is the size of the key: of the modulus p.
func (k *DSAPublicKey) Bits() int { return bitLen(k.P) }

var errInherited = errors.New("a DSA key without parameters, which it inherits from its issuer")

// Inherits reports whether a key has the parameters of its issuer's (RFC 3279 section
// 2.3.2).
func Inherits(pub *PublicKey) bool { return pub != nil && pub.Err == errInherited }

// Inherit gives a key that Inherits with the parameters of its issuer's key, or as it is
// where that has none.
func Inherit(pub, issuer *PublicKey) *PublicKey {
	if issuer == nil {
		return pub
	}
	from, ok := issuer.Key.(*DSAPublicKey)
	if !ok {
		return pub
	}
	y, err := readNumber(ber.ParseOne(pub.Raw).Root(), "DSA public key y")
	whole := *pub
	whole.Key, whole.Err = &DSAPublicKey{P: from.P, Q: from.Q, G: from.G, Y: y}, nil
	if err != nil {
		whole.Key, whole.Err = nil, err
	}
	return &whole
}

// readDSAPublicKey reads Dss-Parms and the INTEGER of the key's bits. A key that
// inherits its parameters from its issuer's cannot be used alone.
func readDSAPublicKey(params ber.Value, raw []byte) (*DSAPublicKey, error) {
	if !params.Is(ber.TagSequence) {
		return nil, errInherited
	}
	k := &DSAPublicKey{}
	v := params.First()
	var err error
	for _, f := range []struct {
		to   *[]byte
		what string
	}{{&k.P, "DSA modulus p"}, {&k.Q, "DSA order q"}, {&k.G, "DSA generator g"}} {
		if *f.to, err = readNumber(v, f.what); err != nil {
			return nil, err
		}
		v = v.Next()
	}
	if k.Y, err = readNumber(ber.ParseOne(raw).Root(), "DSA public key y"); err != nil {
		return nil, err
	}
	switch {
	case bitLen(k.Q) < 160 || bitLen(k.Q) > 256:
		return nil, errors.New("a DSA order of " + strconv.Itoa(bitLen(k.Q)) + " bits")
	case k.Bits() < 512 || k.Q[len(k.Q)-1]&1 == 0 || k.P[len(k.P)-1]&1 == 0:
		return nil, errors.New("a DSA key whose parameters cannot be right")
	}
	return k, nil
}

// verifyDSA checks a Dss-Sig-Value (RFC 3279 section 2.2.2) over a digest.
func verifyDSA(k *DSAPublicKey, digest, signature []byte) error {
	rBytes, sBytes, err := readECDSA(signature)
	if err != nil {
		return err
	}
	p, err := bigmod.NewModulus(k.P)
	if err != nil {
		return errors.New("the DSA modulus p cannot be used")
	}
	q, err := bigmod.NewModulus(k.Q)
	if err != nil {
		return errors.New("the DSA order q cannot be used")
	}
	r, err := numberBelow(q, rBytes, "the order of the key")
	if err != nil {
		return errors.New("the signature's r is " + err.Error())
	}
	s, err := numberBelow(q, sBytes, "the order of the key")
	if err != nil {
		return errors.New("the signature's s is " + err.Error())
	}
	g, err := numberBelow(p, k.G, "the modulus")
	if err != nil {
		return errors.New("the generator is " + err.Error())
	}
	y, err := numberBelow(p, k.Y, "the modulus")
	if err != nil {
		return errors.New("the public key is " + err.Error())
	}
	e, err := new(bigmod.Nat).SetOverflowingBytes(digest[:min(len(digest), q.Size())], q)
	if err != nil {
		return errors.New("the digest does not fit the key")
	}
	qMinus2 := q.Nat().SubOne(q).SubOne(q).Bytes(q)
	w := new(bigmod.Nat).Exp(s, qMinus2, q)
	u1 := e.Mul(w, q).Bytes(q)
	u2 := w.Mul(r, q).Bytes(q)
	v := new(bigmod.Nat).Exp(g, u1, p)
	v.Mul(new(bigmod.Nat).Exp(y, u2, p), p)
	reduced := new(bigmod.Nat).Mod(v, q)
	if reduced.Equal(r) != 1 {
		return ErrMismatch
	}
	return nil
}

// numberBelow reads a number that must lie in [1, m-1].
func numberBelow(m *bigmod.Modulus, b []byte, than string) (*bigmod.Nat, error) {
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) == 0 {
		return nil, errors.New("zero")
	}
	if len(b) > m.Size() {
		return nil, errors.New("not less than " + than)
	}
	x, err := new(bigmod.Nat).SetBytes(b, m)
	if err != nil {
		return nil, errors.New("not less than " + than)
	}
	return x, nil
}
