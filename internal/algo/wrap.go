package algo

// Keys wrapped in keys: AES (RFC 3394, RFC 5649), triple DES (RFC 3217) and the
// password-based wrap of CMS (RFC 3211).

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"slices"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
)

// UnwrapKey unwraps a content-encryption key with a key-encryption key. ErrWrap means
// that kek is the wrong key or that wrapped is damaged.
func UnwrapKey(alg Identifier, kek, wrapped []byte) ([]byte, error) {
	if size := CipherKeySize(alg.OID); size != 0 && len(kek) != size {
		return nil, errorf.New("%w: %d bytes, and %s takes %d", ErrKeySize, len(kek), alg.Name(), size)
	}
	switch alg.OID {
	case oid.AES128Wrap, oid.AES192Wrap, oid.AES256Wrap:
		return unwrapAES(kek, wrapped)
	case oid.AES128WrapPad, oid.AES192WrapPad, oid.AES256WrapPad:
		return unwrapAESPad(kek, wrapped)
	case oid.CMS3DESWrap:
		return unwrap3DES(kek, wrapped)
	case oid.PWRIKEK:
		inner, err := ReadIdentifier(alg.Params)
		if err != nil {
			return nil, errorf.New("reading the cipher of the password-based wrap: %w", err)
		}
		return unwrapPassword(inner, kek, wrapped)
	}
	return nil, unsupported(alg.OID, "key wrap algorithm")
}

// unwrapAES is RFC 3394 section 2.2.2.
func unwrapAES(kek, wrapped []byte) ([]byte, error) {
	if len(wrapped)%8 != 0 || len(wrapped) < 24 {
		return nil, errorf.New("%w: %d bytes is no length of a wrapped key", ErrWrap, len(wrapped))
	}
	a, key, err := unwrapRounds(kek, wrapped)
	if err != nil {
		return nil, err
	}
	if subtle.ConstantTimeCompare(a[:], []byte{0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6}) != 1 {
		return nil, ErrWrap
	}
	return key, nil
}

// unwrapRounds is the inverse of the wrapping process W (RFC 3394 section 2.2.2).
func unwrapRounds(kek, wrapped []byte) (a [8]byte, r []byte, err error) {
	block, err := aes.NewCipher(kek)
	if err != nil {
		return a, nil, errorf.New("%w: %d bytes", ErrKeySize, len(kek))
	}
	copy(a[:], wrapped)
	r = slices.Clone(wrapped[8:])
	n := len(r) / 8
	var b [16]byte
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			binary.BigEndian.PutUint64(b[:], binary.BigEndian.Uint64(a[:])^uint64(n*j+i))
			copy(b[8:], r[8*(i-1):8*i])
			block.Decrypt(b[:], b[:])
			copy(a[:], b[:8])
			copy(r[8*(i-1):], b[8:])
		}
	}
	return a, r, nil
}

// unwrapAESPad is RFC 5649 section 4.2.
func unwrapAESPad(kek, wrapped []byte) ([]byte, error) {
	if len(wrapped)%8 != 0 || len(wrapped) < 16 {
		return nil, errorf.New("%w: %d bytes is no length of a wrapped key", ErrWrap, len(wrapped))
	}
	var a [8]byte
	var key []byte
	if len(wrapped) == 16 {
		block, err := aes.NewCipher(kek)
		if err != nil {
			return nil, errorf.New("%w: %d bytes", ErrKeySize, len(kek))
		}
		var b [16]byte
		block.Decrypt(b[:], wrapped)
		copy(a[:], b[:8])
		key = slices.Clone(b[8:])
	} else {
		var err error
		if a, key, err = unwrapRounds(kek, wrapped); err != nil {
			return nil, err
		}
	}
	length := binary.BigEndian.Uint32(a[4:])
	if [4]byte(a[:4]) != [4]byte{0xa6, 0x59, 0x59, 0xa6} || uint64(length) > uint64(len(key)) ||
		uint64(length)+8 <= uint64(len(key)) {
		return nil, ErrWrap
	}
	for _, b := range key[length:] {
		if b != 0 {
			return nil, ErrWrap
		}
	}
	return key[:length], nil
}

// unwrap3DES is RFC 3217 section 3.2.
func unwrap3DES(kek, wrapped []byte) ([]byte, error) {
	if len(wrapped) != 40 {
		return nil, errorf.New("%w: %d bytes, and a wrapped triple DES key has 40", ErrWrap, len(wrapped))
	}
	block, err := des.NewTripleDESCipher(kek)
	if err != nil {
		return nil, errorf.New("%w: %d bytes", ErrKeySize, len(kek))
	}
	b := make([]byte, 40)
	cipher.NewCBCDecrypter(block, []byte{0x4a, 0xdd, 0xa2, 0x2c, 0x79, 0xe8, 0x21, 0x05}).CryptBlocks(b, wrapped)
	slices.Reverse(b)
	iv, key := b[:8], b[8:]
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(key, key)
	sum := sha1.Sum(key[:24])
	if subtle.ConstantTimeCompare(sum[:8], key[24:]) != 1 {
		return nil, ErrWrap
	}
	return key[:24], nil
}

// unwrapPassword is RFC 3211 section 2.3.2: two passes of CBC, then a length, three
// check bytes and the key.
func unwrapPassword(inner Identifier, kek, wrapped []byte) ([]byte, error) {
	block, iv, err := cbcCipher(inner, kek)
	if err != nil {
		return nil, err
	}
	size := block.BlockSize()
	if len(wrapped)%size != 0 || len(wrapped) < 2*size {
		return nil, errorf.New("%w: %d bytes is no length of a wrapped key", ErrWrap, len(wrapped))
	}
	// The last block of the inner pass is the initialization vector of the rest: it
	// is found first, from the two last blocks as they are.
	n := len(wrapped)
	b := slices.Clone(wrapped)
	last := make([]byte, size)
	cipher.NewCBCDecrypter(block, wrapped[n-2*size:n-size]).CryptBlocks(last, wrapped[n-size:])
	cipher.NewCBCDecrypter(block, last).CryptBlocks(b[:n-size], wrapped[:n-size])
	copy(b[n-size:], last)
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(b, b)
	check := 1
	for i := range 3 {
		check &= subtle.ConstantTimeByteEq(b[1+i]^b[4+i], 0xff)
	}
	if length := int(b[0]); check == 1 && length >= 3 && 4+length <= n {
		return b[4 : 4+length], nil
	}
	return nil, ErrWrap
}

// KEKSize is how many bytes of key-encryption key a wrap takes: for the wraps that
// have a cipher of their own inside, that cipher's.
func KEKSize(alg Identifier) (int, error) {
	if alg.OID == oid.PWRIKEK {
		inner, err := ReadIdentifier(alg.Params)
		if err != nil {
			return 0, errorf.New("reading the cipher of the password-based wrap: %w", err)
		}
		if inner.OID == oid.RC2CBC {
			return rc2KeySize(inner.Params), nil
		}
		alg = inner
	}
	if n := CipherKeySize(alg.OID); n != 0 {
		return n, nil
	}
	return 0, unsupported(alg.OID, "key wrap algorithm")
}

// rc2KeySize is the length of an RC2 key as its effective bits suggest it.
func rc2KeySize(params ber.Value) int {
	if v := params.First(); v.Is(ber.TagInteger) {
		if bits, err := rc2Bits(v); err == nil {
			return (bits + 7) / 8
		}
	}
	return 16
}
