package lineend

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitLineEndWork: with as much work done, or as many readings found, a search goes
// on; with more it ends, and says so.
func TestLimitLineEndWork(t *testing.T) {
	object := []byte{0x30, 0x06, 0x02, 0x01, 0x0d, 0x02, 0x01, 0x05}
	for _, test := range []struct {
		work, found int
		ends        bool
	}{
		{limit.LineEndWork, 0, false}, {limit.LineEndWork + 1, 0, true},
		{0, limit.LineEndSolutions - 1, false}, {0, limit.LineEndSolutions, true},
	} {
		s := &search{b: object, end: len(object), exact: true, work: test.work, result: Result{Solutions: make([]Solution, test.found)}}
		s.run()
		if s.result.Incomplete != test.ends || len(s.result.Solutions) > test.found == test.ends {
			t.Errorf("after %d values and %d readings: incomplete %v, %d readings", test.work, test.found, s.result.Incomplete, len(s.result.Solutions))
		}
	}
}

// TestLimitLineEndChoices: two of so many line ends in an OCTET STRING are too long; any
// two may be meant.
func TestLimitLineEndChoices(t *testing.T) {
	for _, ends := range []int{45, 46} { // 990 and 1035 pairs
		b := append([]byte{0x30, byte(2 * ends), 4, byte(2*ends - 2)}, bytes.Repeat([]byte("\r\n"), ends)...)
		r := Search(b, 0, len(b), true, Added)
		ways, all := 0, true
		for _, s := range r.Solutions {
			all = s.Each(Added, func([]Edit) bool { ways++; return true }) && all
		}
		if pairs := ends * (ends - 1) / 2; ways != min(pairs, limit.LineEndChoices) || all != (pairs <= limit.LineEndChoices) {
			t.Errorf("%d line ends: %d ways, all %v", ends, ways, all)
		}
	}
}
