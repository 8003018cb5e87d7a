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

// TestLimitLineEndChoices: some of so many line ends in an OCTET STRING are too long; any
// of them may be meant. There are 1,024 ways to choose one of 1,024, and 1,025 of 1,025.
func TestLimitLineEndChoices(t *testing.T) {
	for _, ends := range []int{limit.LineEndChoices, limit.LineEndChoices + 1} {
		size := 2*ends - 1
		b := append([]byte{0x30, 0x82, byte((size + 4) >> 8), byte(size + 4), 4, 0x82, byte(size >> 8), byte(size)}, bytes.Repeat([]byte("\r\n"), ends)...)
		r := Search(b, 0, len(b), true, Added)
		if len(r.Solutions) != 1 {
			t.Fatalf("%d solutions", len(r.Solutions))
		}
		ways := 0
		all := r.Solutions[0].Each(Added, func([]Edit) bool { ways++; return true })
		if ways != limit.LineEndChoices || all != (ends == limit.LineEndChoices) {
			t.Errorf("%d line ends: %d ways, all %v", ends, ways, all)
		}
	}
}
