package algo

// Hash functions by object identifier, their own and those of the signature and
// HMAC algorithms that use them.

import (
	"crypto"
	_ "crypto/md5"    // registers MD5
	_ "crypto/sha1"   // registers SHA-1
	_ "crypto/sha256" // registers SHA-224 and SHA-256
	_ "crypto/sha512" // registers SHA-384, SHA-512 and its truncations
	"hash"

	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

// Hash is a hash function. The zero Hash is none.
type Hash struct {
	Name   string // "SHA-256"
	OID    oid.OID
	Size   int // of the digest, in bytes
	Crypto crypto.Hash
}

var hashes = []Hash{
	{"MD5", oid.MD5, 16, crypto.MD5},
	{"SHA-1", oid.SHA1, 20, crypto.SHA1},
	{"SHA-224", oid.SHA224, 28, crypto.SHA224},
	{"SHA-256", oid.SHA256, 32, crypto.SHA256},
	{"SHA-384", oid.SHA384, 48, crypto.SHA384},
	{"SHA-512", oid.SHA512, 64, crypto.SHA512},
	{"SHA-512/224", oid.SHA512224, 28, crypto.SHA512_224},
	{"SHA-512/256", oid.SHA512256, 32, crypto.SHA512_256},
}

// Hashes are all that there are.
func Hashes() []Hash { return hashes }

func hashOf(c crypto.Hash) Hash {
	for _, h := range hashes {
		if h.Crypto == c {
			return h
		}
	}
	return Hash{}
}

// Ok reports whether h is a hash function at all.
func (h Hash) Ok() bool { return h.Crypto != 0 }

// New starts a digest.
func (h Hash) New() hash.Hash { return h.Crypto.New() }

// Sum is the digest of data.
func (h Hash) Sum(data []byte) []byte {
	if sum, ok := platformDigest(h, data); ok {
		return sum
	}
	d := h.New()
	d.Write(data)
	return d.Sum(nil)
}

// HashFor is the hash function of an object identifier: of the hash itself, of a
// signature algorithm that names its hash, or of an HMAC.
func HashFor(o oid.OID) (Hash, bool) {
	for _, h := range hashes {
		if h.OID == o {
			return h, true
		}
	}
	c, ok := hashUsedBy.Find(o)
	if !ok {
		return Hash{}, false
	}
	return hashOf(c), true
}

// hashUsedBy maps algorithms that include a hash to it.
var hashUsedBy = table.Of[oid.OID, crypto.Hash]{
	{oid.MD5WithRSAEncryption, crypto.MD5},
	{oid.MD5WithRSA, crypto.MD5},
	{oid.SHA1WithRSAEncryption, crypto.SHA1},
	{oid.SHA1WithRSA, crypto.SHA1},
	{oid.SHA224WithRSAEncryption, crypto.SHA224},
	{oid.SHA256WithRSAEncryption, crypto.SHA256},
	{oid.SHA384WithRSAEncryption, crypto.SHA384},
	{oid.SHA512WithRSAEncryption, crypto.SHA512},
	{oid.SHA512224WithRSAEncryption, crypto.SHA512_224},
	{oid.SHA512256WithRSAEncryption, crypto.SHA512_256},
	{oid.DSAWithSHA1, crypto.SHA1},
	{oid.DSAWithSHA1Old, crypto.SHA1},
	{oid.DSAWithSHA224, crypto.SHA224},
	{oid.DSAWithSHA256, crypto.SHA256},
	{oid.ECDSAWithSHA1, crypto.SHA1},
	{oid.ECDSAWithSHA224, crypto.SHA224},
	{oid.ECDSAWithSHA256, crypto.SHA256},
	{oid.ECDSAWithSHA384, crypto.SHA384},
	{oid.ECDSAWithSHA512, crypto.SHA512},
	{oid.HMACWithMD5, crypto.MD5},
	{oid.HMACWithSHA1, crypto.SHA1},
	{oid.HMACSHA1, crypto.SHA1},
	{oid.HMACMD5, crypto.MD5},
	{oid.HMACWithSHA224, crypto.SHA224},
	{oid.HMACWithSHA256, crypto.SHA256},
	{oid.HMACWithSHA384, crypto.SHA384},
	{oid.HMACWithSHA512, crypto.SHA512},
	{oid.HMACWithSHA512224, crypto.SHA512_224},
	{oid.HMACWithSHA512256, crypto.SHA512_256},
}
