package ber

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

func TestLimitBERNotes(t *testing.T) {
	// A length in two octets where one would do.
	for _, n := range []int{limit.BERNotes, limit.BERNotes + 1} {
		if got := len(Parse(bytes.Repeat([]byte{4, 0x81, 0}, n)).DERNotes()); got != limit.BERNotes {
			t.Errorf("%d of %d", got, n)
		}
		if got := len(Parse(append([]byte{0x30, 0x84, 0, 0, byte(2 * n >> 8), byte(2 * n)}, bytes.Repeat([]byte{0x1f, 0x80}, n)...)).Faults); got > limit.BERNotes {
			t.Errorf("%d faults", got)
		}
	}
}
