package craft

// Private keys: made, read and written.

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Key is a private key.
type Key struct {
	signer crypto.Signer // *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey
}

// KeyTypes are the kinds of key that GenerateKey makes.
var KeyTypes = []string{"RSA 2048", "RSA 3072", "RSA 4096", "RSA 1024", "ECDSA P-256", "ECDSA P-384", "ECDSA P-521", "Ed25519"}

// GenerateKey makes a key of one of KeyTypes, with the platform's random numbers. ""
// is RSA 2048, as in RFC 6216 appendix A.
func GenerateKey(kind string) (*Key, error) {
	var signer crypto.Signer
	var err error
	switch kind {
	case "", "RSA 2048":
		signer, err = rsa.GenerateKey(rand.Reader, 2048)
	case "RSA 1024":
		signer, err = rsa.GenerateKey(rand.Reader, 1024)
	case "RSA 3072":
		signer, err = rsa.GenerateKey(rand.Reader, 3072)
	case "RSA 4096":
		signer, err = rsa.GenerateKey(rand.Reader, 4096)
	case "ECDSA P-256":
		signer, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ECDSA P-384":
		signer, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ECDSA P-521":
		signer, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "Ed25519":
		_, signer, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, fmt.Errorf("there is no kind of key %q: there are %s", kind, strings.Join(KeyTypes, ", "))
	}
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return &Key{signer}, nil
}

// Type says what kind of key it is, for example "RSA 2048".
func (k *Key) Type() string {
	switch s := k.signer.(type) {
	case *rsa.PrivateKey:
		return fmt.Sprintf("RSA %d", s.N.BitLen())
	case *ecdsa.PrivateKey:
		return "ECDSA " + s.Curve.Params().Name
	}
	return "Ed25519"
}

// PublicKey is the key's SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func (k *Key) PublicKey() ([]byte, error) {
	return x509.MarshalPKIXPublicKey(k.signer.Public())
}

// PKCS8 is the key as PrivateKeyInfo (RFC 5958).
func (k *Key) PKCS8() ([]byte, error) {
	return x509.MarshalPKCS8PrivateKey(k.signer)
}

// PEM is the key as PKCS #8 in PEM, under a password unless that is "".
func (k *Key) PEM(password string) ([]byte, error) {
	der, err := k.PKCS8()
	if err != nil {
		return nil, err
	}
	if password == "" {
		return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
	}
	if der, err = encryptPKCS8(der, password); err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: der}), nil
}

// iterations of PBKDF2 when a key is written: few enough for a browser to take no
// more than a moment, and many more than the scripts of RFC 6216 got from OpenSSL.
const iterations = 100_000

// encryptPKCS8 seals a PrivateKeyInfo with PBES2: PBKDF2 with HMAC-SHA-256 and
// AES-256-CBC (RFC 8018 section 6.2).
func encryptPKCS8(der []byte, password string) ([]byte, error) {
	salt, iv := random(16), random(aes.BlockSize)
	key, err := pbkdf2.Key(sha256.New, password, salt, iterations, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	sealed := pad(der, aes.BlockSize)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
	kdf := sequence(oidValue(oid.PBKDF2), sequence(octets(salt), smallInteger(iterations), sequence(oidValue(oid.HMACWithSHA256), null())))
	scheme := sequence(oidValue(oid.AES256CBC), octets(iv))
	return sequence(sequence(oidValue(oid.PBES2), sequence(kdf, scheme)), octets(sealed)), nil
}

// pad adds the padding of RFC 5652 section 6.3.
func pad(b []byte, block int) []byte {
	n := block - len(b)%block
	out := append(make([]byte, 0, len(b)+n), b...)
	for range n {
		out = append(out, byte(n))
	}
	return out
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: it ends the program when there is no randomness
	return b
}

// ErrPassword: a key is encrypted, and the password that was given does not open it.
var ErrPassword = errors.New("the key is encrypted, and the password does not open it")

// ReadKey reads the first private key of a file: PEM or DER; PKCS #8, also encrypted,
// PKCS #1, SEC 1 or PKCS #12.
func ReadKey(data []byte, password string) (*Key, error) {
	rest := data
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if !strings.HasSuffix(block.Type, "PRIVATE KEY") {
			continue
		}
		if block.Headers["DEK-Info"] != "" {
			return nil, errors.New("the key has the PEM encryption of RFC 1421: rewrite it with openssl pkcs8 -topk8")
		}
		return readKeyDER(block.Bytes, password)
	}
	if len(data) > 0 && data[0] == tagSequence {
		return readKeyDER(data, password)
	}
	return nil, errors.New("there is no private key in this file")
}

func readKeyDER(der []byte, password string) (*Key, error) {
	root := ber.ParseOne(der).Root()
	if first := root.First(); first.Is(ber.TagSequence) {
		// EncryptedPrivateKeyInfo
		id, err := algo.ReadIdentifier(first)
		if err != nil {
			return nil, fmt.Errorf("reading an encrypted key: %w", err)
		}
		if der, err = algo.DecryptPBE(id, password, first.Next().Octets()); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPassword, err)
		}
	}
	if k, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if s, ok := k.(crypto.Signer); ok {
			return &Key{s}, nil
		}
		return nil, fmt.Errorf("a key of this kind (%T) cannot sign", k)
	}
	if k, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return &Key{k}, nil
	}
	if k, err := x509.ParseECPrivateKey(der); err == nil {
		return &Key{k}, nil
	}
	k, _, _, err := pkcs12.DecodeChain(der, password)
	if s, ok := k.(crypto.Signer); ok && err == nil {
		return &Key{s}, nil
	}
	if errors.Is(err, pkcs12.ErrIncorrectPassword) {
		return nil, fmt.Errorf("%w: %w", ErrPassword, err)
	}
	return nil, errors.New("the private key cannot be read: it is not PKCS #8, PKCS #1, SEC 1 or PKCS #12")
}

// keyID is the key identifier of RFC 5280 section 4.2.1.2 (1): SHA-1 of the public
// key's BIT STRING.
func keyID(spki []byte) []byte {
	bits, _, _ := ber.ParseOne(spki).Root().First().Next().Bits()
	sum := sha1.Sum(bits)
	return sum[:]
}
