package algo

// Content encryption in cipher block chaining mode (RFC 3370 section 5, RFC 3565,
// RFC 8018 section 6.1.1).

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
)

// CipherKeySize is the length in bytes of the key that a cipher takes, 0 when it is
// not fixed by the identifier (RC2) or the cipher is not known.
func CipherKeySize(o oid.OID) int {
	switch o {
	case oid.AES128CBC, oid.AES128GCM, oid.AES128CCM, oid.AES128Wrap, oid.AES128WrapPad:
		return 16
	case oid.AES192CBC, oid.AES192GCM, oid.AES192CCM, oid.AES192Wrap, oid.AES192WrapPad:
		return 24
	case oid.AES256CBC, oid.AES256GCM, oid.AES256CCM, oid.AES256Wrap, oid.AES256WrapPad:
		return 32
	case oid.DESEDE3CBC, oid.CMS3DESWrap:
		return 24
	case oid.DESCBC:
		return 8
	}
	return 0
}

// DecryptContent decrypts content in CBC mode and takes the padding off (RFC 5652
// section 6.3): AES, triple DES, DES and RC2. ErrTruncated, ErrPadding and
// ErrKeySize say what was wrong; the plaintext is not returned with them.
func DecryptContent(alg Identifier, key, ciphertext []byte) ([]byte, error) {
	block, iv, err := cbcCipher(alg, key)
	if err != nil {
		return nil, err
	}
	if out, ok := platformDecrypt(alg.OID, key, iv, ciphertext); ok {
		return out, nil
	}
	return decryptCBC(block, iv, ciphertext)
}

// cbcCipher is the block cipher and initialization vector of a CBC algorithm.
func cbcCipher(alg Identifier, key []byte) (cipher.Block, []byte, error) {
	size := CipherKeySize(alg.OID)
	if size != 0 && len(key) != size {
		return nil, nil, errorf.New("%w: %d bytes, and %s takes %d", ErrKeySize, len(key), alg.Name(), size)
	}
	iv := alg.Params
	var block cipher.Block
	var err error
	switch alg.OID {
	case oid.AES128CBC, oid.AES192CBC, oid.AES256CBC:
		block, err = aes.NewCipher(key)
	case oid.DESEDE3CBC:
		block, err = des.NewTripleDESCipher(key)
	case oid.DESCBC:
		block, err = des.NewCipher(key)
	case oid.RC2CBC:
		bits := 32 // RFC 8018 appendix B.2.3: without a version
		if alg.Params.Is(ber.TagSequence) {
			iv = alg.Params.First()
			if iv.Is(ber.TagInteger) {
				if bits, err = rc2Bits(iv); err != nil {
					return nil, nil, err
				}
				iv = iv.Next()
			}
		}
		block, err = newRC2(key, bits)
	default:
		return nil, nil, unsupported(alg.OID, "content encryption algorithm")
	}
	if err != nil {
		return nil, nil, err
	}
	if !iv.Is(ber.TagOctetString) {
		return nil, nil, at(alg.Params, "the initialization vector is missing")
	}
	if n := len(iv.Octets()); n != block.BlockSize() {
		return nil, nil, at(iv, "an initialization vector of "+strconv.Itoa(n)+" bytes, not "+strconv.Itoa(block.BlockSize()))
	}
	return block, iv.Octets(), nil
}

// decryptCBC decrypts and takes off the padding: the last byte says how many bytes,
// each of them the same.
func decryptCBC(block cipher.Block, iv, ciphertext []byte) ([]byte, error) {
	size := block.BlockSize()
	if len(ciphertext) == 0 {
		return nil, errorf.New("%w: it is empty", ErrTruncated)
	}
	if rest := len(ciphertext) % size; rest != 0 {
		return nil, errorf.New("%w: %d bytes, %d over a multiple of %d", ErrTruncated, len(ciphertext), rest, size)
	}
	out := make([]byte, len(ciphertext))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, ciphertext)
	pad := int(out[len(out)-1])
	if pad == 0 || pad > size {
		return nil, errorf.New("%w: the last byte is %d, and blocks have %d bytes", ErrPadding, pad, size)
	}
	for _, b := range out[len(out)-pad:] {
		if int(b) != pad {
			return nil, errorf.New("%w: the last %d bytes are not all %d", ErrPadding, pad, pad)
		}
	}
	return out[:len(out)-pad], nil
}

// rc2Bits is the effective key size that an rc2ParameterVersion stands for (RFC
// 2268 section 6).
func rc2Bits(v ber.Value) (int, error) {
	n, ok := v.Int()
	switch {
	case !ok || n < 0 || n > 1024:
		return 0, at(v, "an RC2 version that makes no sense")
	case n >= 256:
		return int(n), nil
	case n == 160:
		return 40, nil
	case n == 120:
		return 64, nil
	case n == 58:
		return 128, nil
	}
	return 0, at(v, "an RC2 version that is not known, "+strconv.Itoa(int(n)))
}
