package algo

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"errors"
	"testing"

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
