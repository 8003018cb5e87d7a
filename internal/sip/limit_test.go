package sip

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

func TestLimitStreamMessages(t *testing.T) {
	one := []byte("OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r\n")
	for _, n := range []int{limit.StreamMessages, limit.StreamMessages + 1} {
		all := ParseAll(bytes.Repeat(one, n))
		said := false
		for _, v := range all[len(all)-1].Violations {
			said = said || strings.Contains(v.Detail, "messages in a stream")
		}
		if len(all) != limit.StreamMessages || said != (n > limit.StreamMessages) {
			t.Errorf("of %d, %d are read; that there are more is said: %v", n, len(all), said)
		}
	}
}

// TestLimitViolations: so many breaches are kept of the fields, and what is wrong with the
// message as a whole comes after them all the same. That there are more is said.
func TestLimitViolations(t *testing.T) {
	for _, n := range []int{limit.Violations, limit.Violations + 1, 5 * limit.Violations} {
		m := Parse([]byte("OPTIONS sip:a SIP/2.0\r\n" + strings.Repeat("Contact: <sip:a\r\n", n) + "\r\n"))
		fields, more, whole := 0, 0, 0
		for _, v := range m.Violations {
			switch {
			case v.Code == "limit" && v.Detail == limit.More("breaches of the rules", limit.Violations, v.Offset)+": the rest is not listed":
				more++
			case strings.Contains(v.Detail, "Contact"):
				fields++
			default:
				whole++
			}
		}
		if over := n > limit.Violations; fields != limit.Violations || (more == 1) != over || more > 1 || whole < 5 {
			t.Errorf("of %d with each field, %d; %d as a whole; that there are more is said %d times", n, fields, whole, more)
		}
	}
}
