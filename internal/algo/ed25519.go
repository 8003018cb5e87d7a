package algo

import (
	"bytes"
	"crypto/sha512"
	"errors"
	"strconv"

	"filippo.io/edwards25519"
)

// Ed25519PublicKey is an encoded point, 32 bytes.
type Ed25519PublicKey []byte

// Ed25519PrivateKey is a seed, 32 bytes.
type Ed25519PrivateKey []byte

// Public is the public key of a private one (RFC 8032 section 5.1.5).
func (k Ed25519PrivateKey) Public() Ed25519PublicKey {
	h := sha512.Sum512(k)
	s, err := new(edwards25519.Scalar).SetBytesWithClamping(h[:32])
	if err != nil {
		panic("algo: an Ed25519 scalar: " + err.Error())
	}
	return new(edwards25519.Point).ScalarBaseMult(s).Bytes()
}

// verifyEd25519 verifies a signature (RFC 8032 section 5.1.7) and takes exactly what
// crypto/ed25519 takes. RFC 8032 leaves open whether the equation is multiplied by the
// cofactor; it is not, so that R is compared as bytes and has one encoding. S must be
// less than the order (there is no second signature for a message), and the key may
// be encoded with a y that is not reduced.
func verifyEd25519(pub Ed25519PublicKey, message, signature []byte) error {
	if len(signature) != 64 {
		return errors.New("an Ed25519 signature of " + strconv.Itoa(len(signature)) + " bytes, not 64")
	}
	if len(pub) != 32 {
		return errors.New("an Ed25519 key of " + strconv.Itoa(len(pub)) + " bytes, not 32")
	}
	a, err := new(edwards25519.Point).SetBytes(pub)
	if err != nil {
		return errors.New("an Ed25519 key that is not a point on the curve")
	}
	s, err := new(edwards25519.Scalar).SetCanonicalBytes(signature[32:])
	if err != nil {
		return errors.New("the signature's s is not less than the order of the curve")
	}
	h := sha512.New()
	h.Write(signature[:32])
	h.Write(pub)
	h.Write(message)
	k, err := new(edwards25519.Scalar).SetUniformBytes(h.Sum(nil))
	if err != nil {
		panic("algo: an Ed25519 scalar: " + err.Error())
	}
	// R must be sB - kA.
	r := new(edwards25519.Point).VarTimeDoubleScalarBaseMult(k, a.Negate(a), s)
	if !bytes.Equal(r.Bytes(), signature[:32]) {
		return ErrMismatch
	}
	return nil
}
