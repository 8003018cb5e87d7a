package algo

// Private keys: PKCS #8 (RFC 5958), PKCS #1 (RFC 8017 appendix A.1.2) and SEC 1
// (RFC 5915).

import (
	"bytes"
	"errors"
	"math/bits"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// PrivateKey is a private key with its public one.
type PrivateKey struct {
	// Key is a *RSAPrivateKey, *ECPrivateKey, Ed25519PrivateKey or X25519PrivateKey.
	Key    any
	Public *PublicKey
}

// ReadPrivateKeyInfo reads a PKCS #8 PrivateKeyInfo or OneAsymmetricKey. A key of
// an algorithm that is not known is an *UnsupportedError.
func ReadPrivateKeyInfo(v ber.Value) (*PrivateKey, error) {
	if !v.Is(ber.TagSequence) {
		return nil, at(v, "a private key that is not a SEQUENCE")
	}
	version := v.First()
	if !version.Is(ber.TagInteger) {
		return nil, at(version, "a private key without a version")
	}
	alg, err := ReadIdentifier(version.Next())
	if err != nil {
		return nil, errorf.New("reading the private key's algorithm: %w", err)
	}
	octets := alg.Value.Next()
	if !octets.Is(ber.TagOctetString) {
		return nil, at(octets, "a private key without its OCTET STRING")
	}
	inner := ber.ParseOne(octets.Octets()).Root()
	var key *PrivateKey
	switch alg.OID {
	case oid.RSAEncryption, oid.RSASSAPSS, oid.RSAESOAEP:
		key, err = ReadRSAPrivateKey(inner)
	case oid.ECPublicKey:
		key, err = ReadECPrivateKey(inner, alg.Params)
	case oid.Ed25519, oid.X25519:
		// RFC 8410 section 7: an OCTET STRING within.
		seed := inner.Octets()
		if !inner.Is(ber.TagOctetString) || len(seed) != 32 {
			return nil, at(octets, "an "+alg.Name()+" key that is not 32 bytes")
		}
		if alg.OID == oid.Ed25519 {
			k := Ed25519PrivateKey(seed)
			key = &PrivateKey{k, &PublicKey{Key: k.Public(), Raw: k.Public()}}
		} else {
			k := X25519PrivateKey(seed)
			key = &PrivateKey{k, &PublicKey{Key: k.Public(), Raw: k.Public()}}
		}
	default:
		return nil, unsupported(alg.OID, "private key algorithm")
	}
	if err != nil {
		return nil, err
	}
	key.Public.Algorithm = alg
	// A public key that is given beside (RFC 5958 section 2) must be this one.
	for f := octets.Next(); f.Ok(); f = f.Next() {
		if !f.IsContext(1) {
			continue
		}
		if b := f.Octets(); len(b) > 1 && !bytes.Equal(b[1:], key.Public.Raw) && alg.OID != oid.RSAEncryption {
			return nil, at(f, "the private key and the public key beside it do not belong together")
		}
	}
	return key, nil
}

// ReadRSAPrivateKey reads a PKCS #1 RSAPrivateKey. Keys of more than two primes are
// read; missing or zero primes are done without; parts that contradict one another
// are an error.
func ReadRSAPrivateKey(v ber.Value) (*PrivateKey, error) {
	if !v.Is(ber.TagSequence) {
		return nil, at(v, "an RSA private key that is not a SEQUENCE")
	}
	version := v.First()
	modulus := version.Next()
	exponent := modulus.Next()
	private := exponent.Next()
	if n, ok := version.Int(); !version.Is(ber.TagInteger) || !ok || n > 1 || n < 0 {
		return nil, at(version, "an RSA private key of an unknown version")
	}
	pub, err := rsaPublicKey(modulus, exponent)
	if err != nil {
		return nil, err
	}
	if pub.E == 0 {
		return nil, limit.Over("bits in the exponent of an RSA private key", 31, exponent.Offset())
	}
	key := &RSAPrivateKey{RSAPublicKey: RSAPublicKey{N: pub.N, E: pub.E, Exponent: pub.Exponent}}
	if key.D, err = readNumber(private, "RSA private exponent"); err != nil {
		return nil, err
	}
	if len(key.D) == 0 || len(key.D) > len(pub.N) {
		return nil, at(private, "an RSA private exponent that is not between 1 and the modulus")
	}
	p := private.Next()
	q := p.Next()
	for _, v := range []ber.Value{p, q} {
		if !v.Ok() {
			break
		}
		prime, err := readNumber(v, "RSA prime")
		if err != nil {
			return nil, err
		}
		if len(prime) > 0 {
			key.Primes = append(key.Primes, prime)
		}
	}
	// dP and dQ follow; they are computed anew when they are needed. Then 1/q, and in
	// version 1 the other primes.
	coefficient := q.Next().Next().Next()
	others := coefficient.Next()
	for other := range others.Children() {
		prime, err := readNumber(other.First(), "RSA prime")
		if err != nil {
			return nil, err
		}
		if key.Primes = append(key.Primes, prime); len(key.Primes) > 16 {
			return nil, at(other, "an RSA key of more than 16 primes")
		}
	}
	inverse, _ := readNumber(coefficient, "RSA coefficient")
	key.precompute(inverse)
	if err := key.check(); err != nil {
		return nil, err
	}
	return &PrivateKey{key, &PublicKey{
		Algorithm: Identifier{OID: oid.RSAEncryption},
		Key:       &key.RSAPublicKey,
		Raw:       marshalRSAPublicKey(&key.RSAPublicKey),
	}}, nil
}

// marshalRSAPublicKey writes an RSAPublicKey.
func marshalRSAPublicKey(pub *RSAPublicKey) []byte {
	return derValue(0x30, append(derInteger(pub.N), derInteger(pub.Exponent)...))
}

// derInteger writes a positive number without leading zeros.
func derInteger(b []byte) []byte {
	if b[0]&0x80 != 0 {
		b = append([]byte{0}, b...)
	}
	return derValue(ber.TagInteger, b)
}

// derValue writes one value in DER.
func derValue(tag byte, content []byte) []byte {
	n := len(content)
	out := []byte{tag}
	if n < 0x80 {
		out = append(out, byte(n))
	} else {
		octets := (bits.Len(uint(n)) + 7) / 8
		out = append(out, 0x80|byte(octets))
		for i := octets - 1; i >= 0; i-- {
			out = append(out, byte(n>>(8*i)))
		}
	}
	return append(out, content...)
}

// ReadECPrivateKey reads a SEC 1 ECPrivateKey. params is the curve as PKCS #8 gives
// it, or absent when the key itself must name it.
func ReadECPrivateKey(v ber.Value, params ber.Value) (*PrivateKey, error) {
	if !v.Is(ber.TagSequence) {
		return nil, at(v, "an elliptic curve private key that is not a SEQUENCE")
	}
	octets := v.First().Next()
	if !octets.Is(ber.TagOctetString) {
		return nil, at(octets, "an elliptic curve private key without its scalar")
	}
	var public ber.Value
	for f := octets.Next(); f.Ok(); f = f.Next() {
		switch {
		case f.IsContext(0) && !params.Ok():
			params = f.First()
		case f.IsContext(1):
			public = f.First()
		}
	}
	curve, err := readCurve(params)
	if err != nil {
		return nil, err
	}
	f := curve.field()
	s, err := numberBelow(f.n, octets.Octets(), "the order of the curve")
	if err != nil {
		return nil, errorf.New("the elliptic curve private key is %w", err)
	}
	key := &ECPrivateKey{curve, s.Bytes(f.n)}
	pub, err := key.public()
	if err != nil {
		return nil, err
	}
	if public.Ok() {
		given, err := curve.ReadPoint(bytes.TrimPrefix(public.Octets(), []byte{0}))
		if err != nil {
			return nil, errorf.New("reading the public key beside the private one: %w", err)
		}
		if !bytes.Equal(given.X, pub.X) || !bytes.Equal(given.Y, pub.Y) {
			return nil, at(public, "the private key and the public key beside it do not belong together")
		}
	}
	return &PrivateKey{key, &PublicKey{
		Algorithm: Identifier{OID: oid.ECPublicKey, Params: params},
		Key:       pub,
		Raw:       pub.Uncompressed(),
	}}, nil
}

func (k *ECPrivateKey) public() (*ECPublicKey, error) {
	f := k.Curve.field()
	x, y, ok := f.affine(f.times(f.g, k.Scalar))
	if !ok {
		return nil, errors.New("an elliptic curve private key that is a multiple of the order")
	}
	return &ECPublicKey{Curve: k.Curve, X: x.Bytes(f.p), Y: y.Bytes(f.p)}, nil
}
