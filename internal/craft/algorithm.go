package craft

// Digest and signature algorithms, by the names that people use for them.

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5" // the digests that may be asked for
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// digest is a digest algorithm and the signature algorithms that go with it.
type digest struct {
	name   string // "SHA-256"
	micalg string // RFC 8551 section 3.5.3.2
	hash   crypto.Hash
	oid    oid.OID
	rsa    oid.OID // RSASSA-PKCS1-v1_5
	ecdsa  oid.OID
}

var digests = []digest{
	{"MD5", "md5", crypto.MD5, oid.MD5, oid.MD5WithRSAEncryption, ""},
	{"SHA-1", "sha-1", crypto.SHA1, oid.SHA1, oid.SHA1WithRSAEncryption, oid.ECDSAWithSHA1},
	{"SHA-224", "sha-224", crypto.SHA224, oid.SHA224, oid.SHA224WithRSAEncryption, oid.ECDSAWithSHA224},
	{"SHA-256", "sha-256", crypto.SHA256, oid.SHA256, oid.SHA256WithRSAEncryption, oid.ECDSAWithSHA256},
	{"SHA-384", "sha-384", crypto.SHA384, oid.SHA384, oid.SHA384WithRSAEncryption, oid.ECDSAWithSHA384},
	{"SHA-512", "sha-512", crypto.SHA512, oid.SHA512, oid.SHA512WithRSAEncryption, oid.ECDSAWithSHA512},
}

// digestNamed finds a digest by its name with or without dashes in any case; "" is
// SHA-256.
func digestNamed(name string) (digest, error) {
	if name == "" {
		name = "SHA-256"
	}
	bare := strings.ToLower(strings.ReplaceAll(name, "-", ""))
	for _, d := range digests {
		if strings.ToLower(strings.ReplaceAll(d.name, "-", "")) == bare {
			return d, nil
		}
	}
	return digest{}, fmt.Errorf("there is no digest %q: there are MD5, SHA-1, SHA-224, SHA-256, SHA-384 and SHA-512", name)
}

func (d digest) sum(data []byte) []byte {
	h := d.hash.New()
	h.Write(data)
	return h.Sum(nil)
}

// identifier is the AlgorithmIdentifier of the digest. Parameters are NULL or absent
// as nullParams says (RFC 5754 section 2: absent is right; RFC 3370: both are read).
func (d digest) identifier(nullParams bool) []byte {
	if nullParams {
		return sequence(oidValue(d.oid), null())
	}
	return sequence(oidValue(d.oid))
}

// signatureAlgorithm is the AlgorithmIdentifier of key's signatures over d.
func signatureAlgorithm(key *Key, d digest, pss bool) ([]byte, error) {
	switch key.private.(type) {
	case *rsa.PrivateKey:
		if pss {
			// RFC 4055 section 3.1: the digest, MGF1 over the same, a salt as long.
			id := d.identifier(true)
			return sequence(oidValue(oid.RSASSAPSS), sequence(
				explicit(0, id),
				explicit(1, sequence(oidValue(oid.MGF1), id)),
				explicit(2, smallInteger(int64(d.hash.Size()))))), nil
		}
		return sequence(oidValue(d.rsa), null()), nil
	case *ecdsa.PrivateKey:
		if d.ecdsa == "" {
			return nil, fmt.Errorf("ECDSA does not go with %s", d.name)
		}
		return sequence(oidValue(d.ecdsa)), nil
	case ed25519.PrivateKey:
		return sequence(oidValue(oid.Ed25519)), nil
	}
	return nil, fmt.Errorf("a %s key cannot sign", key.Type())
}

// sign signs message, which is digested here; Ed25519 does that itself.
func sign(key *Key, d digest, pss bool, message []byte) ([]byte, error) {
	switch k := key.private.(type) {
	case *rsa.PrivateKey:
		if pss {
			return rsa.SignPSS(rand.Reader, k, d.hash, d.sum(message), &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
		return rsa.SignPKCS1v15(rand.Reader, k, d.hash, d.sum(message))
	case *ecdsa.PrivateKey:
		return ecdsa.SignASN1(rand.Reader, k, d.sum(message))
	case ed25519.PrivateKey:
		return ed25519.Sign(k, message), nil
	}
	return nil, fmt.Errorf("a %s key cannot sign", key.Type())
}

// Digests are the names of the digest algorithms.
func Digests() []string {
	var names []string
	for _, d := range digests {
		names = append(names, d.name)
	}
	return names
}
