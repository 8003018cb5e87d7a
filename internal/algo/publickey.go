package algo

// Public keys as a SubjectPublicKeyInfo carries them (RFC 5280 section 4.1.2.7).

import (
	"errors"
	"math/bits"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// PublicKey is a public key, or what could be read of one.
type PublicKey struct {
	Algorithm Identifier
	// Key is a *RSAPublicKey, *ECPublicKey, *DSAPublicKey, Ed25519PublicKey or
	// X25519PublicKey, or
	// nil when the key could not be read: Err says why.
	Key any
	Err error
	// SPKI is the whole SubjectPublicKeyInfo as received, nil when the key was
	// computed from a private one.
	SPKI []byte
	// Raw is the content of the subjectPublicKey BIT STRING, of which a subject key
	// identifier is commonly the SHA-1 (RFC 5280 section 4.2.1.2).
	Raw []byte
}

// ReadPublicKey reads a SubjectPublicKeyInfo. It fails only when there is no such
// structure; a key of an unknown or unusable kind is a PublicKey whose Key is
// nil and whose Err says why.
func ReadPublicKey(spki ber.Value) (*PublicKey, error) {
	if !spki.Ok() || !spki.Constructed() {
		return nil, at(spki, "a subjectPublicKeyInfo that is not a SEQUENCE")
	}
	p := &PublicKey{SPKI: spki.Raw()}
	alg := spki.First()
	var err error
	if p.Algorithm, err = ReadIdentifier(alg); err != nil {
		return nil, errorf.New("reading the public key's algorithm: %w", err)
	}
	key := alg.Next()
	if !key.Is(ber.TagBitString) {
		return nil, at(key, "a subjectPublicKeyInfo without a BIT STRING")
	}
	// The bits are taken from the octets and not by way of Bits, which refuses the
	// constructed form.
	octets := key.Octets()
	if len(octets) < 2 || octets[0] != 0 {
		p.Err = at(key, "a public key that is not a whole number of bytes")
		return p, nil
	}
	p.Raw = octets[1:]
	p.Key, p.Err = readPublicKeyBits(p.Algorithm, p.Raw)
	return p, nil
}

func readPublicKeyBits(alg Identifier, raw []byte) (any, error) {
	switch alg.OID {
	case oid.RSAEncryption, oid.RSASSAPSS, oid.RSAESOAEP:
		return orNil(readRSAPublicKey(raw))
	case oid.ECPublicKey:
		curve, err := readCurve(alg.Params)
		if err != nil {
			return nil, err
		}
		return orNil(curve.ReadPoint(raw))
	case oid.DSA:
		return orNil(readDSAPublicKey(alg.Params, raw))
	case oid.Ed25519:
		if len(raw) != 32 {
			return nil, errors.New("an Ed25519 key of " + strconv.Itoa(len(raw)) + " bytes, not 32")
		}
		return Ed25519PublicKey(raw), nil
	case oid.X25519:
		if len(raw) != 32 {
			return nil, errors.New("an X25519 key of " + strconv.Itoa(len(raw)) + " bytes, not 32")
		}
		return X25519PublicKey(raw), nil
	}
	return nil, unsupported(alg.OID, "public key algorithm")
}

// orNil keeps a nil pointer from becoming a Key that is not nil.
func orNil[T any](key *T, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return key, nil
}

// readRSAPublicKey reads an RSAPublicKey (RFC 8017 appendix A.1.1).
func readRSAPublicKey(der []byte) (*RSAPublicKey, error) {
	seq := ber.ParseOne(der).Root()
	if !seq.Is(ber.TagSequence) {
		return nil, errors.New("an RSA key that is not a SEQUENCE of modulus and exponent")
	}
	return rsaPublicKey(seq.First(), seq.First().Next())
}

// longExponent is how many bits an RSA exponent may have where the modulus has more than
// longExponentModulus.
const longExponent, longExponentModulus = 64, 3072

func rsaPublicKey(modulus, exponent ber.Value) (*RSAPublicKey, error) {
	n, err := readNumber(modulus, "RSA modulus")
	if err != nil {
		return nil, err
	}
	e, err := readNumber(exponent, "RSA exponent")
	if err != nil {
		return nil, err
	}
	pub := &RSAPublicKey{N: n, Exponent: e}
	if bitLen(e) <= 31 {
		for _, b := range e {
			pub.E = pub.E<<8 | uint(b)
		}
	}
	switch {
	case pub.Bits() < 16:
		return nil, errors.New("an RSA modulus of " + strconv.Itoa(pub.Bits()) + " bits")
	case n[len(n)-1]&1 == 0:
		return nil, errors.New("an RSA modulus that is even")
	case len(e) == 0 || e[len(e)-1]&1 == 0 || bitLen(e) == 1:
		return nil, errors.New("an RSA exponent that is even or less than 3")
	case bitLen(e) > longExponent && pub.Bits() > longExponentModulus:
		// As OpenSSL has it: the two together take too long.
		return nil, limit.Over("bits in the exponent of an RSA key of more than "+strconv.Itoa(longExponentModulus)+" bits", longExponent, exponent.Offset())
	case bitLen(e) > pub.Bits():
		return nil, errors.New("an RSA exponent that is larger than the modulus")
	}
	return pub, nil
}

// readNumber reads an INTEGER that is not negative: its octets without leading zeros.
func readNumber(v ber.Value, what string) ([]byte, error) {
	b := v.Bytes()
	switch {
	case !v.Is(ber.TagInteger) || len(b) == 0:
		return nil, at(v, "the "+what+" is missing")
	case b[0]&0x80 != 0:
		return nil, at(v, "the "+what+" is negative")
	}
	for len(b) > 0 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) > limit.RSABits/8 {
		return nil, limit.Over("bits in an "+what, limit.RSABits, v.Offset())
	}
	return b, nil
}

// bitLen is the number of bits of a number without leading zeros.
func bitLen(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	return 8*len(b) - bits.LeadingZeros8(b[0])
}

// Bits is the size of the key: of the modulus, or of the curve's field. 0 when it
// is not known.
func (p *PublicKey) Bits() int {
	if p == nil {
		return 0
	}
	switch k := p.Key.(type) {
	case *RSAPublicKey:
		return k.Bits()
	case *ECPublicKey:
		return k.Curve.Bits
	case *DSAPublicKey:
		return k.Bits()
	case Ed25519PublicKey, X25519PublicKey:
		return 255
	}
	return 0
}

// Describe names the key's kind and size: "RSA 2048", "EC P-256", "Ed25519".
func (p *PublicKey) Describe() string {
	if p == nil {
		return "no key"
	}
	switch k := p.Key.(type) {
	case *RSAPublicKey:
		return "RSA " + strconv.Itoa(k.Bits())
	case *ECPublicKey:
		return "EC " + k.Curve.Name
	case *DSAPublicKey:
		return "DSA " + strconv.Itoa(k.Bits())
	case Ed25519PublicKey:
		return "Ed25519"
	case X25519PublicKey:
		return "X25519"
	}
	return p.Algorithm.Name()
}

// Equal reports whether two keys are the same key, however encoded. Keys that
// could not be read are compared by their bytes.
func (p *PublicKey) Equal(other *PublicKey) bool {
	return p != nil && other != nil && p.Identity() != "" && p.Identity() == other.Identity()
}

// Identity is what Equal compares: the same string for the same key, and "" for one of
// which nothing is known.
func (p *PublicKey) Identity() string {
	if p == nil {
		return ""
	}
	// Numbers are preceded by their length, so that none can look like part of another.
	numbers := func(kind string, list ...[]byte) string {
		for _, n := range list {
			kind += " " + strconv.Itoa(len(n)) + " " + string(n)
		}
		return kind
	}
	switch k := p.Key.(type) {
	case *RSAPublicKey:
		return numbers("RSA", k.Exponent, k.N)
	case *ECPublicKey:
		return numbers(k.Curve.Name, k.X, k.Y)
	case *DSAPublicKey:
		return numbers("DSA", k.P, k.Q, k.G, k.Y)
	case Ed25519PublicKey:
		return numbers("Ed25519", k)
	case X25519PublicKey:
		return numbers("X25519", k)
	}
	return string(p.SPKI)
}
