package algo

import (
	"bytes"
	"encoding/asn1"
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

// TestLimitDerivedKey: the length is stated in the parameters.
func TestLimitDerivedKey(t *testing.T) {
	salt := octets(t, []byte("saltsalt"))
	for _, n := range []int{limit.DerivedKey, limit.DerivedKey + 1} {
		id, err := ReadIdentifier(ber.ParseOne(identifierDER(t, oid.PBKDF2, sequence(t, salt, integer(t, 2), integer(t, int64(n))))).Root())
		if err != nil {
			t.Fatal(err)
		}
		key, err := DeriveKey(nil, id, "x", 0, 16)
		var bound *limit.Error
		if errors.As(err, &bound) != (n > limit.DerivedKey) || bound != nil && bound.Offset < 1 || err == nil && len(key) != n {
			t.Errorf("%d bytes: %d, %v", n, len(key), err)
		}
	}
}

// TestLimitCost: what a derivation may cost at most takes seconds, so that only the checks
// are made here. Of scrypt's memory the nearest values are taken that its parameters, of
// which n is a power of two, can express.
func TestLimitCost(t *testing.T) {
	for _, test := range []struct {
		name string
		err  error
		most int // when it is over
	}{
		{"iterations", checkIterations(nil, limit.KDFIterations, 1), 0},
		{"iterations", checkIterations(nil, limit.KDFIterations+1, 1), limit.KDFIterations},
		{"steps", checkScrypt(1<<10, 8, limit.ScryptWork/(8<<10)), 0},
		{"steps", checkScrypt(1<<10, 8, limit.ScryptWork/(8<<10)+1), limit.ScryptWork},
		{"steps", checkScrypt(2*limit.ScryptWork, 1, 1), limit.ScryptWork},
		{"memory", checkScrypt(limit.ScryptMemory/256, 1, 4), 0},
		{"memory", checkScrypt(limit.ScryptMemory/128, 1, 1), limit.ScryptMemory},
	} {
		bound, _ := errors.AsType[*limit.Error](test.err)
		if (bound != nil) != (test.most > 0) || bound != nil && bound.Limit != test.most {
			t.Errorf("%s: %v", test.name, test.err)
		}
	}
}

// TestWorkOfKeys: a derivation takes its iterations, times the blocks that it makes, out of
// the budget; one that does not fit is not made, and says so.
func TestWorkOfKeys(t *testing.T) {
	kdf := func(iterations int) Identifier {
		params, err := asn1.Marshal(struct {
			Salt       []byte
			Iterations int
		}{[]byte("salt"), iterations})
		if err != nil {
			t.Fatal(err)
		}
		return Identifier{OID: oid.PBKDF2, Params: ber.ParseOne(params).Root()}
	}
	// 16 bytes are one block of SHA-1, 50 are three.
	w := limit.NewWork(100 * limit.WorkOfKDF)
	for _, step := range []struct {
		iterations, size int
		fits             bool
	}{{101, 16, false}, {10, 16, true}, {31, 50, false}, {30, 50, true}, {1, 16, false}} {
		_, err := DeriveKey(w, kdf(step.iterations), "password", step.size, 0)
		if (err == nil) != step.fits || err != nil && !limit.Reached(err) {
			t.Errorf("%d iterations for %d bytes: %v", step.iterations, step.size, err)
		}
	}
	if !w.Over() {
		t.Error("nothing was left out")
	}
}
