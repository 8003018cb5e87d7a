package algo

// Authenticated encryption: AES in GCM and CCM (RFC 5084).

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
)

// AEADParams are GCMParameters or CCMParameters, defaults filled in.
type AEADParams struct {
	Nonce   []byte
	TagSize int // bytes
}

// ReadAEADParams reads the parameters of an AES-GCM or AES-CCM identifier.
func ReadAEADParams(alg Identifier) (AEADParams, error) {
	p := AEADParams{TagSize: 12}
	nonce := alg.Params.First()
	if !alg.Params.Is(ber.TagSequence) || !nonce.Is(ber.TagOctetString) {
		return p, at(alg.Params, "the parameters of "+alg.Name()+" are not a SEQUENCE with a nonce")
	}
	p.Nonce = nonce.Octets()
	if size := nonce.Next(); size.Ok() {
		n, ok := size.Int()
		if !ok || n < 0 || n > 16 {
			return p, at(size, "a tag length that makes no sense")
		}
		p.TagSize = int(n)
	}
	return p, nil
}

// OpenAEAD decrypts and authenticates: ErrTag when the tag does not match, and then no
// plaintext. The tag's length must be the one that the parameters state.
func OpenAEAD(alg Identifier, key, ciphertext, tag, aad []byte) ([]byte, error) {
	var open func(cipher.Block, AEADParams, []byte, []byte, []byte) ([]byte, error)
	switch alg.OID {
	case oid.AES128GCM, oid.AES192GCM, oid.AES256GCM:
		open = openGCM
	case oid.AES128CCM, oid.AES192CCM, oid.AES256CCM:
		open = openCCM
	default:
		return nil, unsupported(alg.OID, "authenticated encryption algorithm")
	}
	p, err := ReadAEADParams(alg)
	if err != nil {
		return nil, err
	}
	if size := CipherKeySize(alg.OID); len(key) != size {
		return nil, errorf.New("%w: %d bytes, and %s takes %d", ErrKeySize, len(key), alg.Name(), size)
	}
	if len(tag) != p.TagSize {
		return nil, errors.New("the tag has " + strconv.Itoa(len(tag)) + " bytes, and the parameters say " + strconv.Itoa(p.TagSize))
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return open(block, p, ciphertext, tag, aad)
}

// openGCM takes nonces of every length and tags of 12 to 16 bytes.
func openGCM(block cipher.Block, p AEADParams, ciphertext, tag, aad []byte) ([]byte, error) {
	if len(p.Nonce) == 0 {
		return nil, errors.New("an empty nonce")
	}
	if p.TagSize < 12 {
		return nil, errors.New("a tag of " + strconv.Itoa(p.TagSize) + " bytes; GCM has 12 to 16")
	}
	gcm, err := cipher.NewGCMWithNonceSize(block, len(p.Nonce))
	if err != nil {
		return nil, err
	}
	if len(tag) == gcm.Overhead() {
		out, err := gcm.Open(nil, p.Nonce, append(ciphertext[:len(ciphertext):len(ciphertext)], tag...), aad)
		if err != nil {
			return nil, ErrTag
		}
		return out, nil
	}
	// The library has no shorter tags together with other nonces. Encrypting is
	// adding a key stream, so to encrypt the ciphertext is to decrypt it, and to
	// encrypt what comes out gives the whole tag.
	plaintext := gcm.Seal(nil, p.Nonce, ciphertext, nil)[:len(ciphertext)]
	full := gcm.Seal(nil, p.Nonce, plaintext, aad)[len(ciphertext):]
	if subtle.ConstantTimeCompare(full[:len(tag)], tag) != 1 {
		return nil, ErrTag
	}
	return plaintext, nil
}

// openCCM is CCM (RFC 3610; SP 800-38C) with nonces of 7 to 13 bytes and tags of 4, 6,
// … 16.
func openCCM(block cipher.Block, p AEADParams, ciphertext, tag, aad []byte) ([]byte, error) {
	if len(p.Nonce) < 7 || len(p.Nonce) > 13 {
		return nil, errors.New("a nonce of " + strconv.Itoa(len(p.Nonce)) + " bytes; CCM has 7 to 13")
	}
	if p.TagSize < 4 || p.TagSize%2 != 0 {
		return nil, errors.New("a tag of " + strconv.Itoa(p.TagSize) + " bytes; CCM has 4, 6, … 16")
	}
	l := 15 - len(p.Nonce)
	if l < 8 && uint64(len(ciphertext))>>(8*l) != 0 {
		return nil, errors.New("more ciphertext than the nonce's length allows")
	}
	// The key stream: A_0 for the tag, A_1 onwards for the text.
	var a [16]byte
	a[0] = byte(l - 1)
	copy(a[1:], p.Nonce)
	stream := cipher.NewCTR(block, a[:])
	var s0 [16]byte
	stream.XORKeyStream(s0[:], s0[:])
	plaintext := make([]byte, len(ciphertext))
	stream.XORKeyStream(plaintext, ciphertext)

	// CBC-MAC over B_0, the associated data and the text.
	var mac [16]byte
	mac[0] = byte((p.TagSize-2)/2<<3 | (l - 1))
	if len(aad) > 0 {
		mac[0] |= 0x40
	}
	copy(mac[1:], p.Nonce)
	for i, n := 15, len(plaintext); i > 15-l && n > 0; i-- {
		mac[i] = byte(n)
		n >>= 8
	}
	block.Encrypt(mac[:], mac[:])
	add := func(data []byte) {
		for len(data) > 0 {
			n := subtle.XORBytes(mac[:], mac[:], data[:min(16, len(data))])
			block.Encrypt(mac[:], mac[:])
			data = data[n:]
		}
	}
	if n := len(aad); n > 0 {
		var first []byte
		if n < 0xff00 {
			first = []byte{byte(n >> 8), byte(n)}
		} else {
			first = []byte{0xff, 0xfe, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
		}
		fill := min(16-len(first), n)
		add(append(first, aad[:fill]...))
		add(aad[fill:])
	}
	add(plaintext)
	subtle.XORBytes(mac[:], mac[:], s0[:])
	if subtle.ConstantTimeCompare(mac[:p.TagSize], tag) != 1 {
		return nil, ErrTag
	}
	return plaintext, nil
}
