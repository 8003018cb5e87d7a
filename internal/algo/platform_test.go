package algo

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// stand is a platform that answers what it is told to, and counts.
type stand struct {
	answer []byte
	ok     bool
	asked  int
}

func (s *stand) Digest(string, []byte) ([]byte, bool) {
	s.asked++
	return s.answer, s.ok
}

func (s *stand) DecryptCBC(_, _, _ []byte) ([]byte, bool) {
	s.asked++
	return s.answer, s.ok
}

func (s *stand) VerifiesECDSA(_, _ string, _, signature, _ []byte) bool {
	s.asked++
	s.answer = signature
	return s.ok
}

// A platform is asked about signatures on curves that it knows, with r and s as long
// as the field; where it declines, Go verifies.
func TestPlatformVerifies(t *testing.T) {
	message := []byte("message")
	for _, c := range []elliptic.Curve{elliptic.P256(), elliptic.P521()} {
		key, err := ecdsa.GenerateKey(c, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(message)
		// r and s as numbers, to write them in both forms.
		r, s, err := ecdsa.Sign(rand.Reader, key, sum[:])
		if err != nil {
			t.Fatal(err)
		}
		signature, err := asn1.Marshal([]*big.Int{r, s})
		if err != nil {
			t.Fatal(err)
		}
		spki, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		if err != nil {
			t.Fatal(err)
		}
		pub, err := ReadPublicKey(ber.ParseOne(spki).Root())
		if err != nil {
			t.Fatal(err)
		}
		id := identifier(t, oid.ECDSAWithSHA256, nil)
		for _, test := range []struct {
			ok      bool
			message string
			want    error
		}{{true, "message", nil}, {true, "another", nil}, {false, "message", nil}, {false, "another", ErrMismatch}} {
			p := &stand{ok: test.ok}
			SetPlatform(p)
			err := VerifySignature(id, Hash{}, pub, []byte(test.message), signature)
			SetPlatform(nil)
			size := (c.Params().BitSize + 7) / 8
			both := append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
			if !errors.Is(err, test.want) || p.asked != 1 || !bytes.Equal(p.answer, both) {
				t.Errorf("%s, %+v: %v, asked %d times about %x", c.Params().Name, test, err, p.asked, p.answer)
			}
		}
	}
}

// The platform is asked about what is large, and what it declines Go does, with the
// same answers and errors as without a platform.
func TestPlatform(t *testing.T) {
	large, small := make([]byte, BulkSize), make([]byte, BulkSize-1)
	sha, _ := HashFor(oid.SHA256)
	sum := func(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
	given := bytes.Repeat([]byte{7}, sha.Size)
	for _, c := range []struct {
		name     string
		platform stand
		data     []byte
		want     []byte
		asked    int
	}{
		{"small", stand{answer: given, ok: true}, small, sum(small), 0},
		{"large", stand{answer: given, ok: true}, large, given, 1},
		{"declined", stand{answer: given}, large, sum(large), 1},
		{"of another length", stand{answer: given[1:], ok: true}, large, sum(large), 1},
	} {
		SetPlatform(&c.platform)
		got := sha.Sum(c.data)
		SetPlatform(nil)
		if !bytes.Equal(got, c.want) || c.platform.asked != c.asked {
			t.Errorf("%s: %x, asked %d times", c.name, got, c.platform.asked)
		}
	}

	key, iv := make([]byte, 16), make([]byte, 16)
	alg := identifier(t, oid.AES128CBC, append([]byte{4, 16}, iv...))
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	padded := append(bytes.Clone(large), bytes.Repeat([]byte{16}, 16)...)
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(padded, padded)
	damaged := bytes.Clone(padded)
	damaged[len(damaged)-1] ^= 1
	for _, c := range []struct {
		name       string
		platform   stand
		ciphertext []byte
		want       []byte
		err        error
		asked      int
	}{
		{"done", stand{answer: []byte("by the platform"), ok: true}, padded, []byte("by the platform"), nil, 1},
		{"declined", stand{}, padded, large, nil, 1},
		{"damaged", stand{}, damaged, nil, ErrPadding, 1},
		{"cut", stand{ok: true}, padded[:len(padded)-1], nil, ErrTruncated, 0},
	} {
		SetPlatform(&c.platform)
		got, err := DecryptContent(alg, key, c.ciphertext)
		SetPlatform(nil)
		if !bytes.Equal(got, c.want) || !errors.Is(err, c.err) || c.platform.asked != c.asked {
			t.Errorf("%s: %d bytes, %v, asked %d times", c.name, len(got), err, c.platform.asked)
		}
	}
}
