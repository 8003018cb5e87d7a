package algo

// Work that the platform does faster than Go compiled to WebAssembly: bulk, and
// elliptic curves.

import (
	"bytes"
	"crypto/aes"

	"github.com/sipseal/sipseal/internal/oid"
)

// Platform hashes, decrypts and verifies in place of Go. What it cannot do it declines, by ok
// false, and Go does it: the answers are the same either way.
type Platform interface {
	// Digest is the digest of data with the hash function of that name ("SHA-256").
	Digest(name string, data []byte) (sum []byte, ok bool)
	// DecryptCBC decrypts with AES in CBC mode and takes the padding off. It declines
	// where anything is wrong: what it is, Go says.
	DecryptCBC(key, iv, ciphertext []byte) (plaintext []byte, ok bool)
	// VerifiesECDSA reports whether a signature, r and s each as long as the curve's
	// field, is over message by the key of the uncompressed point. It declines where
	// the signature does not hold: why, Go says.
	VerifiesECDSA(curve, hash string, point, signature, message []byte) bool
}

// BulkSize is from how many bytes on the platform is asked; it answers less slowly
// than Go computes.
const BulkSize = 128 << 10

var platform Platform

// SetPlatform gives such work to a platform. A program does so before all else.
func SetPlatform(p Platform) { platform = p }

// platformDigest asks the platform for a digest.
func platformDigest(h Hash, data []byte) ([]byte, bool) {
	if platform == nil || len(data) < BulkSize {
		return nil, false
	}
	sum, ok := platform.Digest(h.Name, data)
	return sum, ok && len(sum) == h.Size
}

// platformDecrypt asks the platform to decrypt content of whole blocks.
func platformDecrypt(o oid.OID, key, iv, ciphertext []byte) ([]byte, bool) {
	switch o {
	case oid.AES128CBC, oid.AES192CBC, oid.AES256CBC:
	default:
		return nil, false
	}
	if platform == nil || len(ciphertext) < BulkSize || len(ciphertext)%aes.BlockSize != 0 {
		return nil, false
	}
	return platform.DecryptCBC(key, iv, ciphertext)
}

// platformVerifies asks the platform whether an ECDSA signature over message holds.
func platformVerifies(h Hash, key any, message, signature []byte) bool {
	pub, ok := key.(*ECPublicKey)
	if platform == nil || !ok {
		return false
	}
	switch pub.Curve.OID {
	case oid.P256, oid.P384, oid.P521:
	default:
		return false
	}
	r, s, err := readECDSA(signature)
	size := pub.Curve.size()
	if err != nil || len(bytes.TrimLeft(r, "\x00")) > size || len(bytes.TrimLeft(s, "\x00")) > size {
		return false
	}
	both := make([]byte, 2*size)
	for i, n := range [2][]byte{r, s} {
		n = bytes.TrimLeft(n, "\x00")
		copy(both[(i+1)*size-len(n):], n)
	}
	return platform.VerifiesECDSA(pub.Curve.Name, h.Name, pub.Uncompressed(), both, message)
}
