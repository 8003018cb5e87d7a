package craft

// EnvelopedData and AuthEnvelopedData (RFC 5652 section 6, RFC 5083). recipient.go has
// those who can open them.

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
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

// Encrypt makes an EnvelopedData of content for recipients, or an AuthEnvelopedData
// for a cipher with GCM, in DER. cipherName "" is AES-128-CBC, as in RFC 6216.
func Encrypt(content []byte, recipients []Recipient, cipherName string) ([]byte, error) {
	c, err := cipherNamed(cipherName)
	if err != nil {
		return nil, err
	}
	if len(recipients) == 0 {
		return nil, errors.New("there is no recipient to encrypt for")
	}
	der, _, err := c.envelope(content, recipients)
	return der, err
}

// envelope encrypts content for recipients, with attributes that are not protected, and
// gives the content-encryption key too.
func (c contentCipher) envelope(content []byte, recipients []Recipient, attributes ...[]byte) (der, key []byte, err error) {
	key = random(c.size)
	var version int64
	if len(attributes) > 0 {
		version = 2
	}
	var infos [][]byte
	for i, r := range recipients {
		info, needs, err := r.info(key)
		if err != nil {
			return nil, nil, fmt.Errorf("recipient %d: %w", i+1, err)
		}
		version = max(version, needs)
		infos = append(infos, info)
	}
	encrypted, tag, err := c.seal(key, content)
	if err != nil {
		return nil, nil, err
	}
	if c.gcm {
		return contentInfo(oid.AuthEnvelopedData, sequence(smallInteger(0), setOf(infos...), encrypted, octets(tag))), key, nil
	}
	parts := [][]byte{smallInteger(version), setOf(infos...), encrypted}
	if len(attributes) > 0 {
		parts = append(parts, tlv(0xa1, attributes...))
	}
	return contentInfo(oid.EnvelopedData, sequence(parts...)), key, nil
}

// cipherNamed finds a cipher; "" is AES-128-CBC, as in RFC 6216.
func cipherNamed(name string) (contentCipher, error) {
	if name == "" {
		name = "AES-128-CBC"
	}
	for _, c := range contentCiphers {
		if strings.EqualFold(c.name, name) {
			return c, nil
		}
	}
	return contentCipher{}, fmt.Errorf("there is no cipher %q: there are %s", name, strings.Join(Ciphers(), ", "))
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
		sealed = encryptCBC(block, iv, content)
		parameters = octets(iv)
	}
	return sequence(oidValue(oid.Data), sequence(oidValue(c.oid), parameters), tlv(0x80, sealed)), tag, nil
}
