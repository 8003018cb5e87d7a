package ber

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitBERNotes: as many departures from DER, and as many faults, and one more; that
// there are more is said.
func TestLimitBERNotes(t *testing.T) {
	for _, n := range []int{limit.BERNotes, limit.BERNotes + 1, 3 * limit.BERNotes} {
		// A length in two octets where one would do.
		notes := Parse(bytes.Repeat([]byte{4, 0x81, 0}, n)).DERNotes()
		last := notes[len(notes)-1]
		if over := n > limit.BERNotes; len(notes) != min(n, limit.BERNotes+1) || over != strings.HasPrefix(last.Detail, limit.More("departures from DER", limit.BERNotes, -1)) || last.Offset/3 != len(notes)-1 {
			t.Errorf("%d of %d, the last %+v", len(notes), n, last)
		}
		tree := &Tree{}
		for i := range n {
			tree.fault(-1, i, "x")
		}
		end := tree.Faults[len(tree.Faults)-1]
		if over := n > limit.BERNotes; len(tree.Faults) != min(n, limit.BERNotes+1) || over != strings.HasPrefix(end.Reason, limit.More("faults", limit.BERNotes, -1)) || end.Offset != len(tree.Faults)-1 {
			t.Errorf("%d faults of %d, the last %+v", len(tree.Faults), n, end)
		}
	}
}
