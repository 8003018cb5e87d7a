package craft

// Recipients of an envelope, of every kind but "other" (RFC 5652 section 6.2): RSA keys
// by key transport, keys on curves by key agreement, shared keys, passwords.

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Recipient is who can open an envelope: who has the private key of a certificate, a
// key that is shared beforehand, or a password.
type Recipient struct {
	Certificate Cert // PEM or DER
	// OAEP encrypts the key by RSAES-OAEP with SHA-256 instead of RSAES-PKCS1-v1_5.
	OAEP bool
	// ByKeyID names the recipient by its subject key identifier.
	ByKeyID   bool
	SecretKey *SecretKey
	Password  string
}

// SecretKey is a key-encryption key of 16, 24 or 32 octets that is shared beforehand,
// and what both sides know it by; both in hex.
type SecretKey struct{ ID, Key string }

// info makes the RecipientInfo of a content-encryption key, and gives the version that
// the EnvelopedData must have for it (RFC 5652 section 6.1).
func (r Recipient) info(key []byte) ([]byte, int64, error) {
	switch {
	case r.Password != "":
		info, err := r.password(key)
		return info, 3, err
	case r.SecretKey != nil:
		info, err := r.SecretKey.info(key)
		return info, 2, err
	}
	cert, err := firstCertificate(r.Certificate)
	if err != nil {
		return nil, 0, err
	}
	if cert.PublicKey == nil {
		return nil, 0, errors.New("the certificate has no public key")
	}
	switch p := cert.PublicKey.Key.(type) {
	case *algo.RSAPublicKey:
		return r.transport(cert, &rsa.PublicKey{N: new(big.Int).SetBytes(p.N), E: int(p.E)}, key)
	case *algo.ECPublicKey:
		curve, ok := agreementCurves[p.Curve.OID]
		if !ok {
			return nil, 0, fmt.Errorf("there is no key agreement on the curve %s here", p.Curve.Name)
		}
		return r.agreement(cert, curve, p.Uncompressed(), key)
	case algo.X25519PublicKey:
		return r.agreement(cert, ecdh.X25519(), p, key)
	}
	if err := cert.PublicKey.Err; err != nil {
		return nil, 0, fmt.Errorf("reading the certificate's public key: %w", err)
	}
	return nil, 0, fmt.Errorf("nothing can be encrypted for a key of this kind (%s)", cert.PublicKey.Describe())
}

// transport makes a KeyTransRecipientInfo (RFC 5652 section 6.2.1).
func (r Recipient) transport(cert *pkix.Certificate, public *rsa.PublicKey, key []byte) ([]byte, int64, error) {
	who, version, err := identify(cert, r.ByKeyID)
	if err != nil {
		return nil, 0, err
	}
	if version--; version != 0 { // those of a SignerInfo are 1 and 3
		version = 2
	}
	var sealed, algorithm []byte
	if r.OAEP {
		sealed, err = rsa.EncryptOAEP(sha256.New(), rand.Reader, public, key, nil)
		sha := sequence(oidValue(oid.SHA256), null())
		algorithm = sequence(oidValue(oid.RSAESOAEP), sequence(explicit(0, sha), explicit(1, sequence(oidValue(oid.MGF1), sha))))
	} else {
		//lint:ignore SA1019 it is what S/MIME in SIP uses, and what is asked for
		sealed, err = rsa.EncryptPKCS1v15(rand.Reader, public, key)
		algorithm = sequence(oidValue(oid.RSAEncryption), null())
	}
	if err != nil {
		return nil, 0, fmt.Errorf("encrypting the key: %w", err)
	}
	return sequence(smallInteger(version), who, algorithm, octets(sealed)), version, nil
}

var agreementCurves = map[oid.OID]ecdh.Curve{oid.P256: ecdh.P256(), oid.P384: ecdh.P384(), oid.P521: ecdh.P521()}

// agreement makes a KeyAgreeRecipientInfo with an ephemeral key and AES-128 key wrap:
// ECDH with the key derivation of X9.63 over SHA-256 (RFC 5753 section 3.1), or X25519
// with HKDF over SHA-256 (RFC 8418 section 2).
func (r Recipient) agreement(cert *pkix.Certificate, curve ecdh.Curve, public, key []byte) ([]byte, int64, error) {
	their, err := curve.NewPublicKey(public)
	if err != nil {
		return nil, 0, fmt.Errorf("the certificate's public key: %w", err)
	}
	ephemeral, err := curve.GenerateKey(rand.Reader)
	if err != nil {
		return nil, 0, err
	}
	secret, err := ephemeral.ECDH(their)
	if err != nil {
		return nil, 0, fmt.Errorf("agreeing on a key: %w", err)
	}
	scheme, derive := oid.DHSinglePassStdDHSHA256KDF, x963
	if curve == ecdh.X25519() {
		scheme, derive = oid.DHSinglePassStdDHHKDFSHA256, expand
	}
	const size = 16
	wrapID := sequence(oidValue(oid.AES128Wrap))
	// ECC-CMS-SharedInfo (RFC 5753 section 7.2).
	kek, err := derive(secret, sequence(wrapID, explicit(2, octets(binary.BigEndian.AppendUint32(nil, 8*size)))), size)
	if err != nil {
		return nil, 0, err
	}
	wrapped, err := wrapKey(kek, key)
	if err != nil {
		return nil, 0, err
	}
	who := sequence(cert.Issuer.Raw, tlv(tagInteger, cert.Serial))
	if r.ByKeyID {
		if cert.SubjectKeyID == nil {
			return nil, 0, errNoKeyID
		}
		who = tlv(0xa0, octets(cert.SubjectKeyID))
	}
	// The algorithm of the ephemeral key is that of the recipient's.
	kind := ber.ParseOne(cert.PublicKey.SPKI).Root().First().Raw()
	originator := explicit(0, tlv(0xa1, kind, bitString(ephemeral.PublicKey().Bytes())))
	return tlv(0xa1, smallInteger(3), originator, sequence(oidValue(scheme), wrapID), sequence(sequence(who, octets(wrapped)))), 2, nil
}

// x963 is the key derivation of ANSI X9.63 over SHA-256, for no more than one block.
func x963(secret, info []byte, size int) ([]byte, error) {
	sum := sha256.Sum256(bytes.Join([][]byte{secret, {0, 0, 0, 1}, info}, nil))
	return sum[:size], nil
}

// expand is HKDF over SHA-256 without a salt.
func expand(secret, info []byte, size int) ([]byte, error) {
	return hkdf.Key(sha256.New, secret, nil, string(info), size)
}

// info makes a KEKRecipientInfo (RFC 5652 section 6.2.3).
func (s SecretKey) info(key []byte) ([]byte, error) {
	kek, err := unhex(s.Key)
	if err != nil {
		return nil, errors.New("the shared key is not hex") // and is not repeated
	}
	wrap, ok := map[int]oid.OID{16: oid.AES128Wrap, 24: oid.AES192Wrap, 32: oid.AES256Wrap}[len(kek)]
	if !ok {
		return nil, fmt.Errorf("the shared key has %d octets, and not 16, 24 or 32", len(kek))
	}
	id, err := unhex(s.ID)
	if err != nil {
		return nil, fmt.Errorf("the identifier of the shared key: %w", err)
	}
	wrapped, err := wrapKey(kek, key)
	if err != nil {
		return nil, err
	}
	return tlv(0xa2, smallInteger(4), sequence(octets(id)), sequence(oidValue(wrap)), octets(wrapped)), nil
}

// password makes a PasswordRecipientInfo: PBKDF2, and the key wrap of RFC 3211 with
// AES-256 (RFC 5652 section 6.2.4, RFC 3370 section 4.4.1).
func (r Recipient) password(key []byte) ([]byte, error) {
	derivation, kek, err := deriveKey(r.Password, 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	iv := random(aes.BlockSize)
	derivation = append([]byte{0xa0}, derivation[1:]...) // an implicit tag
	algorithm := sequence(oidValue(oid.PWRIKEK), sequence(oidValue(oid.AES256CBC), octets(iv)))
	return tlv(0xa3, smallInteger(0), derivation, algorithm, octets(wrapByPassword(block, iv, key))), nil
}

// wrapByPassword is the key wrap of RFC 3211 section 2.3.1: the length, a check, the key
// and random octets up to two blocks or more, encrypted twice.
func wrapByPassword(block cipher.Block, iv, key []byte) []byte {
	out := append([]byte{byte(len(key)), ^key[0], ^key[1], ^key[2]}, key...)
	size := block.BlockSize()
	for len(out) < 2*size || len(out)%size != 0 {
		out = append(out, random(1)...)
	}
	twice := cipher.NewCBCEncrypter(block, iv)
	twice.CryptBlocks(out, out)
	twice.CryptBlocks(out, out) // on from its own last block
	return out
}

// wrapKey wraps a key by AES (RFC 3394). Keys of contents are multiples of 8 octets.
func wrapKey(kek, key []byte) ([]byte, error) {
	block, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	n := len(key) / 8
	out := append([]byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}, key...)
	b := make([]byte, 16)
	for j := range 6 {
		for i := 1; i <= n; i++ {
			copy(b, out[:8])
			copy(b[8:], out[8*i:8*i+8])
			block.Encrypt(b, b)
			binary.BigEndian.PutUint64(out, binary.BigEndian.Uint64(b)^uint64(n*j+i))
			copy(out[8*i:], b[8:])
		}
	}
	return out, nil
}
