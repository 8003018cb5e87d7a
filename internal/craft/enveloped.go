package craft

// EnvelopedData and AuthEnvelopedData (RFC 5652 section 6, RFC 5083): for RSA keys by
// key transport, for EC keys by key agreement.

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// contentCipher is a content-encryption algorithm.
type contentCipher struct {
	name string
	oid  oid.OID
	size int // of the key, in octets
	gcm  bool
}

var contentCiphers = []contentCipher{
	{"AES-128-CBC", oid.AES128CBC, 16, false},
	{"AES-192-CBC", oid.AES192CBC, 24, false},
	{"AES-256-CBC", oid.AES256CBC, 32, false},
	{"3DES-CBC", oid.DESEDE3CBC, 24, false},
	{"AES-128-GCM", oid.AES128GCM, 16, true},
	{"AES-192-GCM", oid.AES192GCM, 24, true},
	{"AES-256-GCM", oid.AES256GCM, 32, true},
}

// Ciphers are the names of the content-encryption algorithms.
func Ciphers() []string {
	var names []string
	for _, c := range contentCiphers {
		names = append(names, c.name)
	}
	return names
}

// Recipient is who can open an envelope.
type Recipient struct {
	Certificate Cert // PEM or DER
	// OAEP encrypts the key by RSAES-OAEP with SHA-256 instead of RSAES-PKCS1-v1_5.
	OAEP bool
	// ByKeyID names the recipient by its subject key identifier.
	ByKeyID bool
}

// Encrypt makes an EnvelopedData of content for recipients, or an AuthEnvelopedData
// for a cipher with GCM, in DER. cipherName "" is AES-128-CBC, as in RFC 6216.
func Encrypt(content []byte, recipients []Recipient, cipherName string) ([]byte, error) {
	if cipherName == "" {
		cipherName = "AES-128-CBC"
	}
	var c contentCipher
	for _, known := range contentCiphers {
		if strings.EqualFold(known.name, cipherName) {
			c = known
		}
	}
	if c.oid == "" {
		return nil, fmt.Errorf("there is no cipher %q: there are %s", cipherName, strings.Join(Ciphers(), ", "))
	}
	if len(recipients) == 0 {
		return nil, errors.New("there is no recipient to encrypt for")
	}
	key := random(c.size)
	version := int64(0)
	var infos [][]byte
	for i, r := range recipients {
		info, v, err := r.info(key)
		if err != nil {
			return nil, fmt.Errorf("recipient %d: %w", i+1, err)
		}
		if v != 0 {
			version = 2
		}
		infos = append(infos, info)
	}
	encrypted, tag, err := c.seal(key, content)
	if err != nil {
		return nil, err
	}
	if c.gcm {
		return contentInfo(oid.AuthEnvelopedData, sequence(smallInteger(0), setOf(infos...), encrypted, octets(tag))), nil
	}
	return contentInfo(oid.EnvelopedData, sequence(smallInteger(version), setOf(infos...), encrypted)), nil
}

// seal encrypts content and gives the EncryptedContentInfo, and for GCM the tag.
func (c contentCipher) seal(key, content []byte) (info, tag []byte, err error) {
	var block cipher.Block
	if c.oid == oid.DESEDE3CBC {
		block, err = des.NewTripleDESCipher(key)
	} else {
		block, err = aes.NewCipher(key)
	}
	if err != nil {
		return nil, nil, err
	}
	var parameters, sealed []byte
	if c.gcm {
		aead, err := cipher.NewGCM(block)
		if err != nil {
			return nil, nil, err
		}
		nonce := random(aead.NonceSize())
		sealed = aead.Seal(nil, nonce, content, nil)
		sealed, tag = sealed[:len(content)], sealed[len(content):]
		parameters = sequence(octets(nonce), smallInteger(int64(len(tag)))) // RFC 5084 section 3.2
	} else {
		iv := random(block.BlockSize())
		sealed = pad(content, block.BlockSize())
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(sealed, sealed)
		parameters = octets(iv)
	}
	return sequence(oidValue(oid.Data), sequence(oidValue(c.oid), parameters), tlv(0x80, sealed)), tag, nil
}

// info makes the RecipientInfo of a content-encryption key, and its version.
func (r Recipient) info(key []byte) ([]byte, int64, error) {
	cert, err := firstCertificate(r.Certificate)
	if err != nil {
		return nil, 0, err
	}
	spki := spkiOf(cert)
	public, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return nil, 0, fmt.Errorf("reading the certificate's public key: %w", err)
	}
	switch p := public.(type) {
	case *rsa.PublicKey:
		return r.transport(cert, p, key)
	case *ecdsa.PublicKey:
		return r.agreement(cert, spki, p, key)
	}
	return nil, 0, fmt.Errorf("nothing can be encrypted for a key of this kind (%T)", public)
}

func spkiOf(c *pkix.Certificate) []byte {
	if c.PublicKey == nil {
		return nil
	}
	return c.PublicKey.SPKI
}

// transport makes a KeyTransRecipientInfo (RFC 5652 section 6.2.1).
func (r Recipient) transport(cert *pkix.Certificate, public *rsa.PublicKey, key []byte) ([]byte, int64, error) {
	who, version, err := identify(cert, r.ByKeyID)
	if err != nil {
		return nil, 0, err
	}
	if version == 1 {
		version = 0
	} else {
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

// agreement makes a KeyAgreeRecipientInfo with an ephemeral key: ECDH with the key
// derivation of X9.63 over SHA-256, and AES-128 key wrap (RFC 5753 section 3.1).
func (r Recipient) agreement(cert *pkix.Certificate, spki []byte, public *ecdsa.PublicKey, key []byte) ([]byte, int64, error) {
	their, err := public.ECDH()
	if err != nil {
		return nil, 0, fmt.Errorf("the certificate's public key: %w", err)
	}
	ephemeral, err := their.Curve().GenerateKey(rand.Reader)
	if err != nil {
		return nil, 0, err
	}
	wrapID := sequence(oidValue(oid.AES128Wrap))
	kek, err := agreed(ephemeral, their, wrapID, 16)
	if err != nil {
		return nil, 0, err
	}
	wrapped, err := wrapKey(kek, key)
	if err != nil {
		return nil, 0, err
	}
	var who []byte
	if r.ByKeyID {
		if cert.SubjectKeyID == nil {
			return nil, 0, errors.New("the certificate has no subject key identifier to name it by")
		}
		who = tlv(0xa0, octets(cert.SubjectKeyID))
	} else {
		who = sequence(cert.Issuer.Raw, tlv(tagInteger, cert.Serial))
	}
	// The algorithm of the ephemeral key is that of the recipient's.
	originator := explicit(0, tlv(0xa1, ber.ParseOne(spki).Root().First().Raw(), bitString(ephemeral.PublicKey().Bytes())))
	return tlv(0xa1, smallInteger(3), originator, sequence(oidValue(oid.DHSinglePassStdDHSHA256KDF), wrapID),
		sequence(sequence(who, octets(wrapped)))), 3, nil
}

// agreed derives a key-encryption key: X9.63 over the shared secret and the
// ECC-CMS-SharedInfo of RFC 5753 section 7.2.
func agreed(ephemeral *ecdh.PrivateKey, their *ecdh.PublicKey, wrapID []byte, size int) ([]byte, error) {
	secret, err := ephemeral.ECDH(their)
	if err != nil {
		return nil, fmt.Errorf("agreeing on a key: %w", err)
	}
	info := sequence(wrapID, explicit(2, octets(binary.BigEndian.AppendUint32(nil, uint32(8*size)))))
	h := sha256.New()
	h.Write(secret)
	h.Write([]byte{0, 0, 0, 1})
	h.Write(info)
	return h.Sum(nil)[:size], nil
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
