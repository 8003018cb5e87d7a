// Package algo holds the cryptographic algorithms that certificates, CMS and
// keys name by an AlgorithmIdentifier (RFC 5280 section 4.1.1.2): it reads the
// identifier and its parameters, verifies signatures, and opens what is
// encrypted. Nothing here signs or encrypts.
//
// Block ciphers, hashes and HMAC are the standard library's. Ed25519 and X25519 are
// done over filippo.io/edwards25519, the standard library's own group as a module. RSA,
// DSA and the curves in Weierstrass form are done here, over filippo.io/bigmod, which
// is the standard library's own constant-time modular arithmetic as a module. The
// reasons:
//
//   - Size. crypto/ecdsa, ecdh and ed25519 together would be a third of the whole
//     program in a browser, crypto/rsa and the math/big it needs another 50 KB.
//   - An inspector has to show old keys of fewer than 1024 bits, keys of an odd
//     size, digests with absent parameters and PSS with two hashes, all of which
//     crypto/rsa refuses.
//   - One generic curve serves P-224, secp256k1 and the brainpool curves as well,
//     most of which neither the standard library nor a module of its authors has.
//
// Verifying has only public inputs; private keys go through constant-time
// exponentiation and ladders. The judges of all of it, in the tests, are every vector
// of project Wycheproof for what is claimed here (github.com/c2sp/wycheproof), the
// standard library on random and on chosen inputs, and OpenSSL.
//
// An inspector tells its user what is wrong with a message, so the errors here
// are precise where a network service's must not be. In particular RSA PKCS #1
// v1.5 decryption reports bad padding: it must not be offered as a service to
// strangers who can call it at will (RFC 3218).
package algo

import (
	"errors"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// Identifier is an AlgorithmIdentifier as received.
type Identifier struct {
	OID oid.OID
	// Params is the parameters. Absent parameters (Params.Ok() is false) and NULL
	// are different things, and some algorithms care.
	Params ber.Value
	// Value is the whole AlgorithmIdentifier.
	Value ber.Value
}

// ReadIdentifier reads an AlgorithmIdentifier. The tag of v itself is not
// looked at, because it may be implicit.
func ReadIdentifier(v ber.Value) (Identifier, error) {
	id := Identifier{Value: v}
	if !v.Ok() {
		return id, errors.New("the algorithm identifier is missing")
	}
	if !v.Constructed() {
		return id, at(v, "an algorithm identifier that is not a SEQUENCE")
	}
	first := v.First()
	if !first.Is(ber.TagOID) || len(first.Bytes()) == 0 {
		return id, at(v, "an algorithm identifier without an object identifier")
	}
	id.OID = first.OID()
	id.Params = first.Next()
	if extra := id.Params.Next(); extra.Ok() {
		return id, at(extra, "more than parameters in an algorithm identifier")
	}
	return id, nil
}

// Name is the algorithm's name, dotted when it is not known.
func (id Identifier) Name() string { return id.OID.Name() }

// NullParams reports whether the parameters are there and NULL.
func (id Identifier) NullParams() bool { return id.Params.Is(ber.TagNull) }

// IsZero reports whether there is no algorithm at all.
func (id Identifier) IsZero() bool { return id.OID == "" }

// Errors that callers tell apart. Each is wrapped with what was being done.
var (
	// ErrMismatch: the signature or the MAC does not belong to this key and content.
	ErrMismatch = errors.New("it does not match")
	// ErrPadding: decrypted data does not end, or begin, as its padding should. The
	// key is wrong or the data is damaged.
	ErrPadding = errors.New("the padding is wrong")
	// ErrTruncated: the ciphertext is not a whole number of blocks.
	ErrTruncated = errors.New("the ciphertext is not a whole number of blocks")
	// ErrKeySize: the key has a length that the algorithm does not take.
	ErrKeySize = errors.New("the key has the wrong length")
	// ErrTag: the authentication tag does not match: the key is wrong, or the
	// ciphertext, the tag or the authenticated attributes are damaged.
	ErrTag = errors.New("the authentication tag does not match")
	// ErrWrap: a wrapped key fails its integrity check: the wrapping key is wrong or
	// the wrapped key is damaged.
	ErrWrap = errors.New("the wrapped key fails its integrity check")
	// ErrKeyType: the key is of another kind than the algorithm.
	ErrKeyType = errors.New("the key is of another kind than the algorithm")
)

// UnsupportedError says that an algorithm, or a variant of one, is not known here.
type UnsupportedError struct {
	OID  oid.OID
	What string // "signature algorithm", "curve"
}

// AsUnsupported gives the *UnsupportedError in an error's chain, or nil.
func AsUnsupported(err error) *UnsupportedError {
	e, _ := errors.AsType[*UnsupportedError](err)
	return e
}

// Undecided reports whether an error of verifying leaves it open whether the signature
// holds: something is not known, the key cannot be used, or it would be too much work.
func Undecided(err error) bool {
	_, unusable := errors.AsType[*unusableKey](err)
	return unusable || AsUnsupported(err) != nil || limit.Reached(err)
}

// unusableKey says that nothing can be computed with a public key, so that nothing is
// known about what it signed.
type unusableKey struct{ err error }

func (e *unusableKey) Error() string { return "the public key cannot be used: " + e.err.Error() }
func (e *unusableKey) Unwrap() error { return e.err }

func (e *UnsupportedError) Error() string {
	if e.OID == "" {
		return "unsupported " + e.What
	}
	s := "unsupported " + e.What + " " + e.OID.Name()
	if dotted := e.OID.String(); dotted != e.OID.Name() {
		s += " (" + dotted + ")"
	}
	return s
}

// unsupported and at are not inlined, because the many places that call them would
// each grow by a struct and its conversion: 7 KB in all.
//
//go:noinline
func unsupported(o oid.OID, what string) error { return &UnsupportedError{OID: o, What: what} }

// at makes an error about a value, with its offset.
//
//go:noinline
func at(v ber.Value, reason string) error {
	if !v.Ok() {
		return errors.New(reason)
	}
	return ber.Fault{Node: v.Index(), Offset: v.Offset(), Reason: reason}
}
