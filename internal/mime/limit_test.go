package mime

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitProblems: as many problems of decoding one body, and as many faults of one
// field, and one more; that there are more is said where they begin.
func TestLimitProblems(t *testing.T) {
	for _, test := range []struct {
		name, code string
		most       int
		read       func(n int) []Problem
	}{
		{"problems of decoding", "", limit.DecodeProblems, func(n int) []Problem {
			// Padding is missing in each group, and that data goes on after some is one more.
			b := []byte("Content-Transfer-Encoding: base64\r\n\r\n" + strings.Repeat("QQ=\r\n", n-1))
			return Parse(b, [2]int{0, len(b)}).Decode(b).Problems
		}},
		{"faults", "parameter", limit.FieldFaults, func(n int) []Problem {
			b := []byte("Content-Type: text/plain" + strings.Repeat(";=", n) + "\r\n\r\nx")
			return Parse(b, [2]int{0, len(b)}).Problems
		}},
	} {
		for _, n := range []int{test.most, test.most + 1, 3 * test.most} {
			got := test.read(n)
			last := got[len(got)-1]
			over := n > test.most
			if len(got) != min(n, test.most+1) || (last.Code == "limit") != over || over && !strings.HasPrefix(last.Detail, limit.More(test.name, test.most, last.Offset)) {
				t.Errorf("%d %s: %d, the last %+v", n, test.name, len(got), last)
			}
		}
	}
}
