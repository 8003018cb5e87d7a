package craft

// Keys in their files: SubjectPublicKeyInfo, PKCS #8 and its encryption.

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/pbkdf2"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/pem"
	"fmt"

	"github.com/sipseal/sipseal/internal/oid"
)

// PublicKey is the key's SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).
func (k *Key) PublicKey() ([]byte, error) {
	algorithm, err := k.algorithm()
	if err != nil {
		return nil, err
	}
	var bits []byte
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		bits = sequence(integer(p.N), smallInteger(int64(p.E)))
	case *ecdsa.PrivateKey:
		if bits, err = p.PublicKey.Bytes(); err != nil {
			return nil, err
		}
	case ed25519.PrivateKey:
		bits = p.Public().(ed25519.PublicKey)
	case *ecdh.PrivateKey:
		bits = p.PublicKey().Bytes()
	}
	return sequence(algorithm, bitString(bits)), nil
}

// algorithm is the AlgorithmIdentifier of the key itself (RFC 3279 section 2.3, RFC
// 5480 section 2.1.1, RFC 8410 section 3).
func (k *Key) algorithm() ([]byte, error) {
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		return sequence(oidValue(oid.RSAEncryption), null()), nil
	case *ecdsa.PrivateKey:
		for o, c := range curves {
			if c == p.Curve {
				return sequence(oidValue(oid.ECPublicKey), oidValue(o)), nil
			}
		}
	case ed25519.PrivateKey:
		return sequence(oidValue(oid.Ed25519)), nil
	case *ecdh.PrivateKey:
		return sequence(oidValue(oid.X25519)), nil
	}
	return nil, fmt.Errorf("a key of this kind (%T) cannot be written", k.private)
}

// PKCS8 is the key as PrivateKeyInfo (RFC 5958): within it, PKCS #1 (RFC 8017 appendix
// A.1.2), SEC 1 (RFC 5915), or an OCTET STRING (RFC 8410 section 7).
func (k *Key) PKCS8() ([]byte, error) {
	algorithm, err := k.algorithm()
	if err != nil {
		return nil, err
	}
	var inner []byte
	switch p := k.private.(type) {
	case *rsa.PrivateKey:
		inner = sequence(smallInteger(0), integer(p.N), smallInteger(int64(p.E)), integer(p.D), integer(p.Primes[0]), integer(p.Primes[1]),
			integer(p.Precomputed.Dp), integer(p.Precomputed.Dq), integer(p.Precomputed.Qinv))
	case *ecdsa.PrivateKey:
		scalar, err := p.Bytes()
		if err != nil {
			return nil, err
		}
		point, err := p.PublicKey.Bytes()
		if err != nil {
			return nil, err
		}
		inner = sequence(smallInteger(1), octets(scalar), explicit(1, bitString(point)))
	case ed25519.PrivateKey:
		inner = octets(p.Seed())
	case *ecdh.PrivateKey:
		inner = octets(p.Bytes())
	}
	return sequence(smallInteger(0), algorithm, octets(inner)), nil
}

// SealedPKCS8 is the key as EncryptedPrivateKeyInfo under a password, or as
// PrivateKeyInfo where that is "".
func (k *Key) SealedPKCS8(password string) ([]byte, error) {
	der, err := k.PKCS8()
	if err != nil || password == "" {
		return der, err
	}
	algorithm, sealed, err := encryptPBES2(der, password)
	if err != nil {
		return nil, err
	}
	return sequence(algorithm, octets(sealed)), nil
}

// PEM is the key as PKCS #8 in PEM, under a password unless that is "".
func (k *Key) PEM(password string) ([]byte, error) {
	der, err := k.SealedPKCS8(password)
	if err != nil {
		return nil, err
	}
	return keyPEM(der, password), nil
}

// keyPEM writes what SealedPKCS8 gave.
func keyPEM(der []byte, password string) []byte {
	kind := "PRIVATE KEY"
	if password != "" {
		kind = "ENCRYPTED PRIVATE KEY"
	}
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

// iterations of a key derivation from a password: few enough for WASM to take no more
// than a moment, and ten times as many as the scripts of RFC 6216 get from OpenSSL. The
// keys are for testing.
const iterations = 20_000

// encryptPBES2 encrypts with a password: PBKDF2 with HMAC-SHA-256 and AES-256-CBC (RFC
// 8018 section 6.2). It gives the algorithm's identifier too.
func encryptPBES2(plain []byte, password string) (algorithm, sealed []byte, err error) {
	kdf, key, err := deriveKey(password, 32)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	iv := random(aes.BlockSize)
	scheme := sequence(oidValue(oid.AES256CBC), octets(iv))
	return sequence(oidValue(oid.PBES2), sequence(kdf, scheme)), encryptCBC(block, iv, plain), nil
}

// deriveKey derives a key from a password by PBKDF2 with HMAC-SHA-256, and gives the
// AlgorithmIdentifier of that too (RFC 8018 appendix A.2).
func deriveKey(password string, size int) (algorithm, key []byte, err error) {
	salt := random(16)
	key, err = pbkdf2.Key(sha256.New, password, salt, iterations, size)
	return sequence(oidValue(oid.PBKDF2), sequence(octets(salt), smallInteger(iterations), sequence(oidValue(oid.HMACWithSHA256), null()))), key, err
}

// encryptCBC pads (RFC 5652 section 6.3) and encrypts.
func encryptCBC(block cipher.Block, iv, plain []byte) []byte {
	n := block.BlockSize() - len(plain)%block.BlockSize()
	out := append(make([]byte, 0, len(plain)+n), plain...)
	for range n {
		out = append(out, byte(n))
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, out)
	return out
}
