package asn1text

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

func TestLimitDumpText(t *testing.T) {
	for _, n := range []int{limit.DumpText, limit.DumpText + 1} {
		err := tooLarge(make([]byte, n))
		var bound *limit.Error
		if errors.As(err, &bound) != (n > limit.DumpText) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := Undump(make([]byte, limit.DumpText+1)); err == nil {
		t.Error("it is read all the same")
	}
}

func TestLimitDumps(t *testing.T) {
	const one = "    0:d=0  hl=2 l=   3 cons: SEQUENCE          \n    2:d=1  hl=2 l=   1 prim:  INTEGER           :05\n\nand then\n\n"
	for _, n := range []int{limit.Dumps, limit.Dumps + 1} {
		want := -1
		if n > limit.Dumps {
			want = limit.Dumps * len(one)
		}
		if got, more := FindDumps([]byte(strings.Repeat(one, n))); len(got) != limit.Dumps || more != want {
			t.Errorf("%d of %d, and more from %d on", len(got), n, more)
		}
	}
}

// TestLimitDumpIndent: the value at the limit is indented by one level more than the one
// around it, and the next is not.
func TestLimitDumpIndent(t *testing.T) {
	depth := limit.DumpIndent + 2
	src := append(bytes.Repeat([]byte{0x30, 0x80}, depth), bytes.Repeat([]byte{0, 0}, depth)...)
	for _, style := range []Style{ASN1Parse, Dumpasn1} {
		lines := strings.Split(string(Dump(src, Options{Style: style})), "\n")
		at := func(level int) int { return strings.Index(lines[level], "SEQUENCE") }
		// Offsets grow by a column as they pass 99.
		below, over := at(limit.DumpIndent)-at(limit.DumpIndent-1), at(limit.DumpIndent+1)-at(limit.DumpIndent)
		if below < 1 || over != 0 {
			t.Errorf("%s: at the limit %d columns more, over it %d\n%q\n%q", style, below, over, lines[limit.DumpIndent], lines[limit.DumpIndent+1])
		}
	}
}
