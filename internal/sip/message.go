// Package sip reads SIP messages (RFC 3261): start line, header fields, addresses,
// and where the body lies, each with its byte range in what was received.
//
// In the spirit of RFC 4475 it is liberal in what it reads and exact in what it
// says: no message is refused. What breaks a rule becomes a Violation with its
// place and the section that has the rule, and everything that can be understood
// nevertheless is.
package sip

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// Header is one header field, its Canonical name by RFC 3261 section 7.3.3 and the
// registry: "v" and "VIA" are both "Via".
type Header = mime.Header

// Violation is a breach of a rule, or something worth knowing, at its place.
type Violation = mime.Problem

// Severities of a Violation.
const (
	Error   = mime.Error   // the standard forbids it
	Warning = mime.Warning // it is discouraged, or elements will disagree about it
	Note    = mime.Note    // allowed, and worth knowing
)

// Kinds of a Message.
const (
	Request  = "request"
	Response = "response"
	// Fragment is a message without a start line: a message/sipfrag may be one
	// (RFC 3420).
	Fragment = "fragment"
)

// Message is a SIP message as it was read. Ranges count in Source.
type Message struct {
	Source []byte
	Kind   string // Request, Response or Fragment

	// StartLine is the start line without its line end; empty for a Fragment.
	StartLine  [2]int
	Method     string // of a request
	RequestURI string
	URIRange   [2]int
	Version    string // "SIP/2.0", as it was written
	Status     int    // of a response; 0 when it is no number
	Reason     string

	Headers []Header
	Body    [2]int
	// ContentLength is what the header field says, or -1 without one that can be
	// read.
	ContentLength int
	// Range is all of the message: from its start line to the end of its body.
	Range [2]int
	// Rest is where the message ends and, in a stream, the next may begin.
	Rest int

	Violations []Violation
	full       bool // there are more
	whole      bool // the fields were checked, and the message as a whole is
}

// Parse reads the message that begins at the first byte of src. It never returns
// nil.
func Parse(src []byte) *Message { return ParseRange(src, [2]int{0, len(src)}) }

// ParseRange reads the message that begins at r[0] and ends at r[1] at the latest.
func ParseRange(src []byte, r [2]int) *Message {
	m := Skim(src, r)
	m.Check()
	return m
}

// Skim is ParseRange for those who want to know the fields and where the message ends:
// it is not held against the rules. Check does that, once.
func Skim(src []byte, r [2]int) *Message { return parse(src, r, false) }

// Check holds a message that was skimmed against the rules, which gives it Violations.
func (m *Message) Check() { m.check(false) }

// ParseFragment reads a message/sipfrag (RFC 3420) in r: the start line, header
// fields and the body may be missing, and none is mandatory.
func ParseFragment(src []byte, r [2]int) *Message {
	m := parse(src, r, true)
	m.check(true)
	return m
}

// ParseAll reads the messages that follow one another in src, as in a stream
// (RFC 3261 section 18.3). It stops where what follows a message does not look like
// one; there is always at least one.
func ParseAll(src []byte) []*Message {
	var all []*Message
	at := 0
	for {
		m := ParseRange(src, [2]int{at, len(src)})
		all = append(all, m)
		next := skipEmptyLines(src, m.Rest)
		if m.Rest <= at || next >= len(src) || !LooksLikeSIP(src[next:]) {
			return all
		}
		if len(all) >= limit.StreamMessages {
			m.note("messages", Error, [2]int{next, len(src)}, limit.More("messages in a stream", limit.StreamMessages, next)+": the rest is not read", "RFC 3261 section 18.3")
			return all
		}
		at = m.Rest
	}
}

// LooksLikeSIP reports whether src begins, after empty lines, with a start line:
// "METHOD URI SIP/x.y" or "SIP/x.y code".
func LooksLikeSIP(src []byte) bool {
	at := skipEmptyLines(src, 0)
	line := src[at:min(len(src), at+limit.HeaderSize)]
	if n := bytes.IndexByte(line, '\n'); n >= 0 {
		line = line[:n]
	}
	line = bytes.TrimRight(line, "\r \t")
	if isVersion(line) {
		after := bytes.TrimLeft(line[4:], "0123456789./")
		after = bytes.TrimLeft(after, " \t")
		return len(after) > 0 && '0' <= after[0] && after[0] <= '9'
	}
	space := bytes.IndexAny(line, " \t")
	if space <= 0 || !mime.IsToken(line[:space]) {
		return false
	}
	last := bytes.LastIndexAny(line, " \t")
	return last > space && isVersion(line[last+1:])
}

// isVersion reports whether b begins with "SIP/" and a digit, in any case.
func isVersion(b []byte) bool {
	return len(b) > 4 && bytes.EqualFold(b[:4], []byte("SIP/")) && '0' <= b[4] && b[4] <= '9'
}

func skipEmptyLines(src []byte, at int) int {
	for at < len(src) && (src[at] == '\n' || src[at] == '\r' && at+1 < len(src) && src[at+1] == '\n') {
		at++
	}
	return at
}

func parse(src []byte, r [2]int, fragment bool) *Message {
	m := &Message{Source: src, ContentLength: -1, Kind: Fragment}
	at := skipEmptyLines(src[:r[1]], r[0])
	if at > r[0] && at < r[1] {
		m.note("leading-empty-line", Note, [2]int{r[0], at}, "empty lines before the start line, as kept-alive streams have them, are passed over", "RFC 3261 section 7.5")
	}
	m.Range = [2]int{at, r[1]}
	end, next := mime.LineEnd(src, at, r[1])
	if m.startLine(at, end, fragment) {
		m.StartLine = [2]int{at, end}
		at = next
	} else {
		m.StartLine = [2]int{at, at}
	}
	fields := mime.ReadFields(src, [2]int{at, r[1]}, false)
	m.Headers = fields.Headers
	if m.StartLine[0] < m.StartLine[1] && next-end == 1 {
		bare := mime.Fault{Code: mime.FaultBareLF, Range: [2]int{end, next}, Count: 1}
		merged := false
		for i := range fields.Faults {
			if f := &fields.Faults[i]; f.Code == bare.Code {
				f.Range, f.Count, merged = bare.Range, f.Count+1, true
			}
		}
		if !merged {
			fields.Faults = append(fields.Faults, bare)
		}
	}
	for i := range m.Headers {
		if h := &m.Headers[i]; h.Name != "" {
			h.Canonical = CanonicalName(h.Name)
		}
	}
	m.fieldFaults(fields.Faults, fragment)
	m.Body = [2]int{fields.End, r[1]}
	m.Rest = r[1]
	m.contentLength(fragment)
	m.Range[1] = m.Body[1]
	return m
}

// contentLength finds the body by the header field, and what follows it.
func (m *Message) contentLength(fragment bool) {
	const reference = "RFC 3261 section 18.3"
	var h *Header
	for i := range m.Headers {
		if m.Headers[i].Canonical == "Content-Length" {
			h = &m.Headers[i]
			break
		}
	}
	if h == nil {
		return
	}
	n, ok := decimal(h.Value, 1<<40)
	if !ok {
		m.note("content-length", Error, h.ValueRange, "the Content-Length "+strconv.Quote(clip(h.Value))+" is no number of bytes; the body is taken to go to the end", "RFC 3261 section 20.14")
		return
	}
	if n > 1<<31-1 {
		n = 1<<31 - 1
	}
	m.ContentLength = int(n)
	have := m.Body[1] - m.Body[0]
	if m.ContentLength > have {
		m.note("content-length", Error, h.ValueRange, "the Content-Length is "+h.Value+", and only "+strconv.Itoa(have)+" bytes follow the header", reference)
		return
	}
	m.Body[1] = m.Body[0] + m.ContentLength
	limitEnd := m.Rest
	m.Rest = m.Body[1]
	after := skipEmptyLines(m.Source[:limitEnd], m.Rest)
	extra := limitEnd - m.Rest
	switch {
	case extra == 0:
	case after == limitEnd:
		m.note("trailing-empty-lines", Note, [2]int{m.Rest, limitEnd}, strconv.Itoa(extra)+" bytes of empty lines follow the body and are not part of it", reference)
	case LooksLikeSIP(m.Source[after:limitEnd]):
	default:
		m.note("trailing-bytes", Warning, [2]int{m.Rest, limitEnd}, strconv.Itoa(extra)+" bytes follow the body that the Content-Length of "+h.Value+" counts: in a datagram they are to be dropped, in a stream they would begin the next message", reference)
	}
}

// decimal reads digits. Values above most become most+1.
func decimal(s string, most int64) (int64, bool) {
	if s == "" {
		return 0, false
	}
	var n int64
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		if n <= most {
			n = n*10 + int64(s[i]-'0')
		}
	}
	return min(n, most+1), true
}

func (m *Message) fieldFaults(faults []mime.Fault, fragment bool) {
	for _, f := range faults {
		switch f.Code {
		case mime.FaultBareLF:
			m.note(f.Code, Warning, f.Range, strconv.Itoa(f.Count)+" lines of the header end in LF alone, where CR LF belongs", "RFC 3261 section 7")
		case mime.FaultBareCR:
			m.note(f.Code, Error, f.Range, "a CR in the header ends no line", "RFC 3261 section 25.1")
		case mime.FaultNoColon:
			m.note(f.Code, Error, f.Range, "the line is no header field: it has no colon", "RFC 3261 section 7.3.1")
		case mime.FaultName:
			m.note(f.Code, Error, f.Range, "the name of a header field is no token", "RFC 3261 section 7.3.1")
		case mime.FaultSpaceColon:
			m.note(f.Code, Note, f.Range, "white space before the colon: allowed, not to be sent", "RFC 3261 section 7.3.1")
		case mime.FaultLeadingFold:
			m.note(f.Code, Error, f.Range, "a continuation line stands where there is no field to continue", "RFC 3261 section 7.3.1")
		case mime.FaultSpaceLine:
			m.note(f.Code, Warning, f.Range, "a line of white space alone: it continues the field before it and does not end the header", "RFC 3261 section 7.3.1")
		case mime.FaultNoBlankLine:
			if !fragment {
				m.note(f.Code, Error, f.Range, "the message ends before the empty line that ends its header", "RFC 3261 section 7")
			}
		case mime.FaultTooMany:
			m.note(f.Code, Error, f.Range, limit.More("header fields", limit.Headers, f.Range[0])+": the rest is passed over", "RFC 3261 section 7.3")
		case mime.FaultTooLong:
			m.note(f.Code, Error, f.Range, limit.More("bytes in a header field", limit.HeaderSize, f.Range[0])+": its value is cut", "RFC 3261 section 7.3")
		}
	}
}

func (m *Message) note(code string, severity mime.Severity, at [2]int, detail, reference string) {
	most := limit.Violations
	if m.whole {
		most *= 2
	}
	if len(m.Violations) >= most {
		if m.full {
			return
		}
		m.full = true
		code, severity, detail, reference = "limit", Note, limit.More("breaches of the rules", limit.Violations, at[0])+": the rest is not listed", ""
	}
	m.Violations = append(m.Violations, Violation{
		Code: code, Severity: severity, Offset: at[0], Range: at, Detail: detail, Reference: reference})
}

// Field returns the first header field of that canonical name, or nil.
func (m *Message) Field(canonical string) *Header {
	for i := range m.Headers {
		if m.Headers[i].Canonical == canonical {
			return &m.Headers[i]
		}
	}
	return nil
}

// Value returns the value of the first header field of that canonical name.
func (m *Message) Value(canonical string) (string, bool) {
	if h := m.Field(canonical); h != nil {
		return h.Value, true
	}
	return "", false
}

// Entity reads the message's body as MIME: its Content-* fields are the message's.
func (m *Message) Entity() *mime.Entity { return mime.ParseBody(m.Source, m.Headers, m.Body) }

// clip shortens text that is quoted in a violation.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
