package mime

import (
	"fmt"
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

// TestLimitsOfParts: what a part may have, and one more of it, which is said; the rest is there.
func TestLimitsOfParts(t *testing.T) {
	for _, test := range []struct {
		name, code string
		most       int
		make       func(n int) string
	}{
		{"parts", "mime-parts", limit.MIMEParts, func(n int) string {
			return "Content-Type: multipart/mixed;boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", n-1) + "--b--\r\n"
		}},
		{"nested multiparts", "mime-depth", limit.MIMEDepth, func(n int) string {
			b := "Content-Type: multipart/mixed;boundary=b0\r\n\r\n"
			for i := range n - 1 {
				b += fmt.Sprintf("--b%d\r\nContent-Type: multipart/mixed;boundary=b%d\r\n\r\n", i, i+1)
			}
			return b
		}},
		{"header fields in a part", FaultTooMany, limit.Headers, func(n int) string { return strings.Repeat("A: b\r\n", n) + "\r\nthe end" }},
		{"bytes in a header field", FaultTooLong, limit.HeaderSize, func(n int) string { return "A: " + strings.Repeat("b", n) + "\r\n\r\nthe end" }},
		{"codings of one body", "limit", limit.Wrappings, func(n int) string {
			return "Content-Encoding: gzip" + strings.Repeat(",gzip", n-1) + "\r\n\r\nthe end"
		}},
	} {
		for _, n := range []int{test.most, test.most + 1} {
			b := []byte(test.make(n))
			root := Parse(b, [2]int{0, len(b)})
			said, parts := 0, 0
			root.Walk(func(e *Entity) {
				parts++
				for _, p := range e.Problems {
					if p.Code == test.code && strings.HasPrefix(p.Detail, limit.More(test.name, test.most, p.Offset)) {
						said++
					}
				}
			})
			if over := n > test.most; (said == 1) != over || said > 1 {
				t.Errorf("%d %s: it is said %d times", n, test.name, said)
			}
			switch test.code {
			case "mime-parts", "mime-depth":
				if most := test.most; parts != min(n, most) && parts != most+1 {
					t.Errorf("%d %s: %d are read", n, test.name, parts)
				}
			default:
				if got := string(b[root.BodyRange[0]:root.BodyRange[1]]); got != "the end" {
					t.Errorf("%d %s: the body is %.40q", n, test.name, got)
				}
			}
		}
	}
}
