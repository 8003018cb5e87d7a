package algo

// ECDSA verification (FIPS 186-5 section 6.4.2) and elliptic curve
// Diffie-Hellman (SP 800-56A section 5.7.1.2).

import (
	"errors"

	"filippo.io/bigmod"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
)

// verifyECDSA checks an Ecdsa-Sig-Value (RFC 3279 section 2.2.3) over a digest.
func verifyECDSA(pub *ECPublicKey, digest, signature []byte) error {
	rBytes, sBytes, err := readECDSA(signature)
	if err != nil {
		return err
	}
	f := pub.Curve.field()
	r, err := numberBelow(f.n, rBytes, "the order of the curve")
	if err != nil {
		return errorf.New("the signature's r is %w", err)
	}
	s, err := numberBelow(f.n, sBytes, "the order of the curve")
	if err != nil {
		return errorf.New("the signature's s is %w", err)
	}
	q, err := pub.point()
	if err != nil {
		return err
	}
	// The leftmost bits of the digest, as many as the order has. Every curve here
	// whose order is not a whole number of bytes is longer than any digest.
	if size := f.n.Size(); len(digest) > size {
		digest = digest[:size]
	}
	e, err := new(bigmod.Nat).SetOverflowingBytes(digest, f.n)
	if err != nil {
		return errors.New("the digest does not fit the curve")
	}
	nMinus2 := f.n.Nat().SubOne(f.n).SubOne(f.n).Bytes(f.n)
	w := new(bigmod.Nat).Exp(s, nMinus2, f.n)
	u1 := e.Mul(w, f.n).Bytes(f.n)
	u2 := w.Mul(r, f.n).Bytes(f.n)
	x, _, ok := f.affine(f.timesTwo(f.g, u1, q, u2))
	if !ok {
		return ErrMismatch
	}
	v, err := new(bigmod.Nat).SetOverflowingBytes(x.Bytes(f.p), f.n)
	if err != nil || v.Equal(r) != 1 {
		return ErrMismatch
	}
	return nil
}

// readECDSA reads SEQUENCE { r INTEGER, s INTEGER }, in DER and nothing else: the
// same signature in another encoding is refused, as OpenSSL does.
func readECDSA(signature []byte) (r, s []byte, err error) {
	t := ber.Parse(signature)
	seq := t.Root()
	rv := seq.First()
	sv := rv.Next()
	if !seq.Is(ber.TagSequence) || !rv.Is(ber.TagInteger) || !sv.Is(ber.TagInteger) ||
		len(t.Nodes) != 3 || len(t.Faults) > 0 || sv.Next().Ok() {
		return nil, nil, errors.New("the signature is not a SEQUENCE of the two INTEGERs r and s")
	}
	r, s = rv.Bytes(), sv.Bytes()
	for _, n := range [][]byte{r, s} {
		if len(n) == 0 {
			return nil, nil, errors.New("an empty INTEGER in the signature")
		}
		if n[0]&0x80 != 0 {
			return nil, nil, errors.New("a negative INTEGER in the signature")
		}
		if len(n) > 1 && n[0] == 0 && n[1]&0x80 == 0 {
			return nil, nil, errors.New("the signature's INTEGERs are not in DER")
		}
	}
	if size := 2*2 + len(r) + len(s); len(r) > 127 || len(s) > 127 || len(signature) != size+headerSize(size) {
		return nil, nil, errors.New("the signature is not in DER")
	}
	return r, s, nil
}

// headerSize is how many bytes DER needs for a tag and a length.
func headerSize(length int) int {
	switch {
	case length < 0x80:
		return 2
	case length < 0x100:
		return 3
	}
	return 4
}

// agreeEC is the x coordinate of the private scalar times the public point.
func agreeEC(priv *ECPrivateKey, pub *ECPublicKey) ([]byte, error) {
	if priv.Curve != pub.Curve {
		return nil, errors.New("the keys are on different curves, " + priv.Curve.Name + " and " + pub.Curve.Name)
	}
	q, err := pub.point()
	if err != nil {
		return nil, err
	}
	f := priv.Curve.field()
	x, _, ok := f.affine(f.times(q, priv.Scalar))
	if !ok {
		return nil, errors.New("the agreed point is the point at infinity")
	}
	return x.Bytes(f.p), nil
}
