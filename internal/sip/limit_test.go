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

// TestLimitViolations: what is wrong with each field is kept until the room that is left
// for the message as a whole, and no more than that many in all.
func TestLimitViolations(t *testing.T) {
	for _, n := range []int{40, limit.Violations, 5 * limit.Violations} {
		m := Parse([]byte("OPTIONS sip:a SIP/2.0\r\n" + strings.Repeat("Contact: <\r\n", n) + "\r\n"))
		if got := len(m.Violations); got > limit.Violations || n < limit.Violations/2 && got < n || n >= limit.Violations && got < limit.Violations-20 {
			t.Errorf("%d are kept of more than %d", got, n)
		}
	}
}
