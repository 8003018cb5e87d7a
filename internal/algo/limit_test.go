package algo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

func long(tag byte, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(content))), content...)
}

func TestLimitRSABits(t *testing.T) {
	for _, size := range []int{limit.RSABits / 8, limit.RSABits/8 + 1} {
		modulus := append([]byte{0}, bytes.Repeat([]byte{0xff}, size)...)
		key := long(0x30, append(long(2, modulus), 2, 3, 1, 0, 1))
		seq := ber.ParseOne(key).Root()
		_, err := rsaPublicKey(seq.First(), seq.First().Next())
		var bound *limit.Error
		if errors.As(err, &bound) != (size > limit.RSABits/8) || bound != nil && bound.Offset != 6 || bound == nil && err != nil {
			t.Errorf("%d bits: %v", 8*size, err)
		}
	}
}

func TestLimitDerivedKey(t *testing.T) {
	salt := octets(t, []byte("saltsalt"))
	for _, n := range []int{limit.DerivedKey, limit.DerivedKey + 1} {
		id, err := ReadIdentifier(ber.ParseOne(identifierDER(t, oid.PBKDF2, sequence(t, salt, integer(t, 2)))).Root())
		if err != nil {
			t.Fatal(err)
		}
		key, err := DeriveKey(id, "x", n, n)
		if (err == nil) != (n <= limit.DerivedKey) || err == nil && len(key) != n {
			t.Errorf("%d bytes: %d, %v", n, len(key), err)
		}
	}
}
