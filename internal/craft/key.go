package craft

// Private keys: made and read. keyfile.go writes them.

import (
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Key is a private key.
type Key struct {
	private any // *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey or *ecdh.PrivateKey (X25519)
}

// KeyTypes are the kinds of key that GenerateKey makes. All of them but X25519, the
// last, can sign.
var KeyTypes = []string{"RSA 2048", "RSA 3072", "RSA 4096", "RSA 1024", "ECDSA P-256", "ECDSA P-384", "ECDSA P-521", "Ed25519", "X25519"}

// GenerateKey makes a key of one of KeyTypes, with the platform's random numbers. ""
// is RSA 2048, as in RFC 6216 appendix A.
func GenerateKey(kind string) (*Key, error) {
	var private any
	var err error
	switch kind {
	case "", "RSA 2048":
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	case "RSA 1024":
		private, err = rsa.GenerateKey(rand.Reader, 1024)
	case "RSA 3072":
		private, err = rsa.GenerateKey(rand.Reader, 3072)
	case "RSA 4096":
		private, err = rsa.GenerateKey(rand.Reader, 4096)
	case "ECDSA P-256":
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ECDSA P-384":
		private, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ECDSA P-521":
		private, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "Ed25519":
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case "X25519":
		private, err = ecdh.X25519().GenerateKey(rand.Reader)
	default:
		return nil, fmt.Errorf("there is no kind of key %q: there are %s", kind, strings.Join(KeyTypes, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return &Key{private}, nil
}

// Type says what kind of key it is, for example "RSA 2048".
func (k *Key) Type() string {
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		return fmt.Sprintf("RSA %d", p.N.BitLen())
	case *ecdsa.PrivateKey:
		return "ECDSA " + p.Curve.Params().Name
	case *ecdh.PrivateKey:
		return "X25519"
	}
	return "Ed25519"
}

// Signs reports whether the key can sign; X25519 only agrees on keys.
func (k *Key) Signs() bool {
	_, agrees := k.private.(*ecdh.PrivateKey)
	return !agrees
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: it ends the program when there is no randomness
	return b
}

// ErrPassword: a key is encrypted, and the password that was given does not open it.
var ErrPassword = errors.New("the key is encrypted, and the password does not open it")

// ReadKey reads the first private key of a file: PEM or DER; PKCS #8, PKCS #1 or SEC 1,
// also encrypted, or PKCS #12.
func ReadKey(data []byte, password string) (*Key, error) {
	found := pkix.ReadKeys(nil, data, "", []string{password})
	switch {
	case len(found.Private) > 0:
		return fromAlgo(found.Private[0].PrivateKey)
	case len(found.Locked) > 0:
		return nil, fmt.Errorf("%w (%s)", ErrPassword, found.Locked[0].Kind)
	case len(found.Problems) > 0:
		return nil, fmt.Errorf("there is no private key in this file: %s", found.Problems[0].Detail)
	}
	return nil, errors.New("there is no private key in this file")
}

// curves are the elliptic curves of the standard library.
var curves = map[oid.OID]elliptic.Curve{oid.P256: elliptic.P256(), oid.P384: elliptic.P384(), oid.P521: elliptic.P521()}

// fromAlgo gives a key that was read as the standard library wants it, which can sign.
func fromAlgo(key *algo.PrivateKey) (*Key, error) {
	var private any
	var err error
	switch k := key.Key.(type) {
	case *algo.RSAPrivateKey:
		private, err = fromRSA(k)
	case *algo.ECPrivateKey:
		curve, ok := curves[k.Curve.OID]
		if !ok {
			return nil, fmt.Errorf("a key on the curve %s cannot be used here", k.Curve.Name)
		}
		private, err = ecdsa.ParseRawPrivateKey(curve, k.Scalar)
	case algo.Ed25519PrivateKey:
		private = ed25519.NewKeyFromSeed(k)
	case algo.X25519PrivateKey:
		private, err = ecdh.X25519().NewPrivateKey(k)
	default:
		return nil, fmt.Errorf("a key of this kind (%T) cannot be used here", k)
	}
	if err != nil {
		return nil, fmt.Errorf("the private key cannot be used: %w", err)
	}
	return &Key{private}, nil
}

func fromRSA(k *algo.RSAPrivateKey) (*rsa.PrivateKey, error) {
	if len(k.Primes) != 2 {
		return nil, fmt.Errorf("it has %d primes and not two", len(k.Primes))
	}
	number := func(b []byte) *big.Int { return new(big.Int).SetBytes(b) }
	private := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: number(k.N), E: int(k.E)},
		D:         number(k.D),
		Primes:    []*big.Int{number(k.Primes[0]), number(k.Primes[1])},
	}
	private.Precompute()
	return private, private.Validate()
}

// keyID is the key identifier of RFC 5280 section 4.2.1.2 (1): SHA-1 of the public
// key's BIT STRING.
func keyID(spki []byte) []byte {
	bits, _, _ := ber.ParseOne(spki).Root().First().Next().Bits()
	sum := sha1.Sum(bits)
	return sum[:]
}
