// What about a message two recipients may take for two different things: who sent it,
// of what type its body is, and where its header and body end.

package sip

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
)

// Doubts lists why it is not certain who the sender is (From of a request, To of a
// response; RFC 3261 section 23.3) and what the body is. Each of them is a breach of a
// rule, so an honest message has none. Of a Fragment a sender is not demanded.
func (m *Message) Doubts() []Violation {
	var list []Violation
	doubt := func(code string, at [2]int, detail, reference string) {
		list = append(list, Violation{Code: code, Severity: Error, Offset: at[0], Range: at, Detail: detail, Reference: reference})
	}
	sender := "From"
	if m.Kind == Response {
		sender = "To"
	}
	m.repeated(sender, true, doubt)
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Transfer-Encoding", "Content-Disposition"} {
		m.repeated(name, false, doubt)
	}
	if h := m.Field(sender); h != nil {
		m.senderDoubt(h, doubt)
	}
	if h := m.Field("Content-Length"); h != nil && m.ContentLength < 0 {
		doubt("content-length", h.ValueRange, "the Content-Length is no number, so where the body ends is not certain", "RFC 3261 section 20.14")
	}
	for _, v := range m.Violations {
		switch v.Code {
		case mime.FaultBareCR, mime.FaultNoColon, mime.FaultName, mime.FaultLeadingFold, mime.FaultSpaceLine,
			mime.FaultNoBlankLine, mime.FaultTooMany, mime.FaultTooLong:
			list = append(list, v)
		}
	}
	return list
}

// repeated finds the second of the fields of one name, compact or long. Twice the same
// is no doubt, but of a sender, whose fields need not be read as one.
func (m *Message) repeated(name string, always bool, doubt func(code string, at [2]int, detail, reference string)) {
	first := m.Field(name)
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Canonical != name || h == first || !always && h.Value == first.Value {
			continue
		}
		doubt("repeated-field", h.Range, "there are two "+name+" header fields, at bytes "+strconv.Itoa(first.Range[0])+" and "+strconv.Itoa(h.Range[0])+", and which one a recipient takes is not known", "RFC 3261 section 7.3.1")
		return
	}
}

// senderDoubt holds the field that names the sender to the grammar: one address.
func (m *Message) senderDoubt(h *Header, doubt func(code string, at [2]int, detail, reference string)) {
	raw := m.raw(h)
	if n := len(SplitList(raw)); n > 1 {
		doubt("several-senders", h.ValueRange, "the "+h.Canonical+" header field has "+strconv.Itoa(n)+" addresses, of which there may be one", "RFC 3261 section 20.20")
		return
	}
	a := ParseAddress(raw)
	for _, f := range a.Faults {
		if f.Severity != Error {
			continue
		}
		at := h.ValueRange[0] + f.Range[0]
		doubt("sender-address", [2]int{at, max(at, h.ValueRange[0]+f.Range[1])}, "the "+h.Canonical+" header field is no address by the grammar: "+f.Detail, f.Reference)
		return
	}
	if i := strings.IndexFunc(raw, func(r rune) bool { return r < ' ' && r != '\t' && r != '\r' && r != '\n' || r == 0x7f }); i >= 0 {
		at := h.ValueRange[0] + i
		doubt("sender-address", [2]int{at, at + 1}, "the "+h.Canonical+" header field has a control character", "RFC 3261 section 25.1")
	}
}
