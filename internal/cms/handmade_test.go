package cms

// A writer of CMS for tests, for what openssl 3.0 does not make: Ed25519, X25519, CCM,
// AuthenticatedData, CompressedData, odd but legal encodings, and illegal ones. The
// cryptography is the standard library's; the structures are written out by hand from
// the RFCs, so that they owe nothing to the reader under test.

import (
	"bytes"
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/sipseal/sipseal/internal/oid"
)

func oidTLV(o oid.OID) []byte { return der(6, []byte(o)) }

func algID(o oid.OID, params ...[]byte) []byte {
	return der(0x30, append([][]byte{oidTLV(o)}, params...)...)
}

func integer(n byte) []byte { return der(2, []byte{n}) }

func octets(b []byte) []byte { return der(4, b) }

func contentInfo(o oid.OID, content []byte) []byte {
	return der(0x30, oidTLV(o), der(0xa0, content))
}

func attribute(o oid.OID, values ...[]byte) []byte {
	return der(0x30, oidTLV(o), der(0x31, values...))
}

// issuerSerial is the IssuerAndSerialNumber of a party.
func (p *party) issuerSerial() []byte {
	return der(0x30, p.cert.Issuer.Raw, der(2, p.cert.Serial))
}

// sealed is a SignedData in the making. The zero values are the usual choice.
type sealed struct {
	signer    *party
	content   []byte
	econtent  []byte   // the encoded EncapsulatedContentInfo's [0]; nil: content in an OCTET STRING
	ctype     oid.OID  // data
	attrs     [][]byte // nil: none
	wire      []byte   // the attributes as sent, if not as signed
	sigAlg    []byte   // by the key
	digestAlg []byte   // SHA-256, or SHA-512 for Ed25519
	announced []byte   // digestAlg
	unsigned  [][]byte
	by        func(message []byte) []byte // makes the signature; nil: as it should be
}

func (s sealed) hash() crypto.Hash {
	if _, ok := s.signer.signer.(ed25519.PrivateKey); ok {
		return crypto.SHA512
	}
	return crypto.SHA256
}

func (s sealed) digest(b []byte) []byte {
	h := s.hash().New()
	h.Write(b)
	return h.Sum(nil)
}

// usual gives the attributes that every signer has.
func (s sealed) usual() [][]byte {
	ctype := s.ctype
	if ctype == "" {
		ctype = oid.Data
	}
	return [][]byte{attribute(oid.ContentType, oidTLV(ctype)), attribute(oid.MessageDigest, octets(s.digest(s.content)))}
}

func (s sealed) signature(t testing.TB, message []byte) []byte {
	t.Helper()
	var sig []byte
	var err error
	if s.hash() == crypto.SHA512 {
		sig, err = s.signer.signer.Sign(nil, message, crypto.Hash(0))
	} else {
		sig, err = s.signer.signer.Sign(rand.Reader, s.digest(message), s.hash())
	}
	if err != nil {
		t.Fatal(err)
	}
	return sig
}

// info writes the SignerInfo.
func (s sealed) info(t testing.TB) []byte {
	t.Helper()
	digestAlg, sigAlg := s.digestAlg, s.sigAlg
	if digestAlg == nil {
		digestAlg = algID(oid.SHA256)
		if s.hash() == crypto.SHA512 {
			digestAlg = algID(oid.SHA512)
		}
	}
	if sigAlg == nil {
		switch s.signer.name {
		case "ed25519":
			sigAlg = algID(oid.Ed25519)
		case "p256":
			sigAlg = algID(oid.ECDSAWithSHA256)
		default:
			sigAlg = algID(oid.RSAEncryption, der(5))
		}
	}
	fields := [][]byte{integer(1), s.signer.issuerSerial(), digestAlg}
	message := s.content
	if s.attrs != nil {
		message = der(0x31, s.attrs...)
		wire := s.wire
		if wire == nil {
			wire = der(0xa0, s.attrs...)
		}
		fields = append(fields, wire)
	}
	signature := s.by
	if signature == nil {
		signature = func(message []byte) []byte { return s.signature(t, message) }
	}
	fields = append(fields, sigAlg, octets(signature(message)))
	if s.unsigned != nil {
		fields = append(fields, der(0xa1, s.unsigned...))
	}
	return der(0x30, fields...)
}

// data writes the SignedData, without the ContentInfo.
func (s sealed) data(t testing.TB) []byte {
	t.Helper()
	announced := s.announced
	if announced == nil {
		announced = algID(oid.SHA256)
		if s.hash() == crypto.SHA512 {
			announced = algID(oid.SHA512)
		}
	}
	ctype := s.ctype
	if ctype == "" {
		ctype = oid.Data
	}
	version := integer(1)
	if ctype != oid.Data {
		version = integer(3)
	}
	econtent := s.econtent
	if econtent == nil {
		econtent = der(0xa0, octets(s.content))
	}
	return der(0x30, version, der(0x31, announced), der(0x30, oidTLV(ctype), econtent), der(0x31, s.info(t)))
}

func (s sealed) message(t testing.TB) []byte { return contentInfo(oid.SignedData, s.data(t)) }

func reversed(attrs [][]byte) [][]byte {
	out := make([][]byte, len(attrs))
	for i, a := range attrs {
		out[len(attrs)-1-i] = a
	}
	return out
}

// wrapAES is RFC 3394 section 2.2.1.
func wrapAES(kek, key []byte) []byte {
	block, err := aes.NewCipher(kek)
	if err != nil {
		panic(err)
	}
	n := len(key) / 8
	a := bytes.Repeat([]byte{0xa6}, 8)
	r := bytes.Clone(key)
	for j := range 6 {
		for i := 1; i <= n; i++ {
			b := append(bytes.Clone(a), r[8*(i-1):8*i]...)
			block.Encrypt(b, b)
			binary.BigEndian.PutUint64(a, binary.BigEndian.Uint64(b)^uint64(n*j+i))
			copy(r[8*(i-1):], b[8:])
		}
	}
	return append(a, r...)
}

// encryptCBC pads and encrypts with AES, and gives the AlgorithmIdentifier too.
func encryptCBC(key, content []byte) (alg, ciphertext []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	iv := sha256.Sum256(content)
	pad := 16 - len(content)%16
	out := append(bytes.Clone(content), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, iv[:16]).CryptBlocks(out, out)
	o := map[int]oid.OID{16: oid.AES128CBC, 24: oid.AES192CBC, 32: oid.AES256CBC}[len(key)]
	return algID(o, octets(iv[:16])), out
}

// encryptedContent is an EncryptedContentInfo.
func encryptedContent(alg, ciphertext []byte) []byte {
	return der(0x30, oidTLV(oid.Data), alg, der(0x80, ciphertext))
}

// kekRecipient is a KEKRecipientInfo with AES wrap.
func kekRecipient(id, kek, cek []byte) []byte {
	o := map[int]oid.OID{16: oid.AES128Wrap, 24: oid.AES192Wrap, 32: oid.AES256Wrap}[len(kek)]
	return der(0xa2, integer(4), der(0x30, octets(id)), algID(o), octets(wrapAES(kek, cek)))
}
