// The start line: a request line (RFC 3261 section 7.1) or a status line (section
// 7.2), with whatever white space was put where none belongs.

package sip

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
)

// startLine reads the line at [at, end) as the start line, and reports whether it is
// taken as one. A line that is neither a start line nor a header field is, so that
// the fields after it are found.
func (m *Message) startLine(at, end int, fragment bool) bool {
	src := m.Source
	if isVersion(src[at:end]) {
		m.Kind = Response
		m.statusLine(at, end)
		return true
	}
	trimmed := end
	for trimmed > at && isBlank(src[trimmed-1]) {
		trimmed--
	}
	text := src[at:trimmed]
	space := bytes.IndexAny(text, " \t")
	last := bytes.LastIndexAny(text, " \t")
	if space > 0 && last > space && isVersion(text[last+1:]) {
		m.Kind = Request
		m.requestLine(at, at+space, at+last, trimmed, end)
		return true
	}
	if space > 0 && space == last && mime.IsToken(text[:space]) && looksLikeScheme(string(text[space+1:])) {
		m.Kind = Request
		m.Method = string(text[:space])
		m.URIRange = [2]int{at + space + 1, trimmed}
		m.RequestURI = string(text[space+1:])
		m.note("start-line", Error, [2]int{at, end}, "the request line has no SIP version", "RFC 3261 section 7.1")
		return true
	}
	colon := bytes.IndexByte(text, ':')
	if !fragment {
		detail := "the first line is neither a request line nor a status line"
		if len(text) == 0 {
			detail = "there is no start line"
		}
		m.note("no-start-line", Error, [2]int{at, end}, detail, "RFC 3261 section 7")
	}
	return colon <= 0 && len(text) > 0
}

// requestLine reads a request line whose method ends at space, whose version follows
// last and ends at trimmed, and which itself ends at end. Spaces inside the
// Request-URI are kept in it.
func (m *Message) requestLine(at, space, last, trimmed, end int) {
	const reference = "RFC 3261 section 7.1"
	src := m.Source
	m.Method = string(src[at:space])
	if !isToken(m.Method) {
		m.note("method", Error, [2]int{at, space}, "the method is no token", reference)
	}
	m.Version = string(src[last+1 : trimmed])
	m.version([2]int{last + 1, trimmed})
	uri := [2]int{space, last}
	for uri[0] < uri[1] && isBlank(src[uri[0]]) {
		uri[0]++
	}
	for uri[1] > uri[0] && isBlank(src[uri[1]-1]) {
		uri[1]--
	}
	m.URIRange, m.RequestURI = uri, string(src[uri[0]:uri[1]])
	if uri[0] != space+1 || uri[1] != last || src[space] != ' ' || src[last] != ' ' {
		m.note("start-line-space", Error, [2]int{space, last + 1}, "the parts of the request line are separated by more than one space", reference)
	}
	if trimmed < end {
		m.note("start-line-space", Error, [2]int{trimmed, end}, "white space at the end of the request line", reference)
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func (m *Message) version(r [2]int) {
	switch {
	case m.Version == "SIP/2.0":
	case strings.EqualFold(m.Version, "SIP/2.0"):
		m.note("version", Note, r, "the version is written "+strconv.Quote(m.Version)+"; it is compared without regard to case, and to be sent in capitals", "RFC 3261 section 7.1")
	default:
		m.note("version", Error, r, "the version is "+strconv.Quote(clip(m.Version))+", not SIP/2.0: to be answered with 505", "RFC 3261 section 21.5.6")
	}
}

func (m *Message) statusLine(at, end int) {
	const reference = "RFC 3261 section 7.2"
	src := m.Source
	i := at
	for i < end && !isBlank(src[i]) {
		i++
	}
	m.Version = string(src[at:i])
	m.version([2]int{at, i})
	code := i
	for code < end && isBlank(src[code]) {
		code++
	}
	if code != i+1 || src[i] != ' ' {
		m.note("start-line-space", Error, [2]int{i, code}, "the version and the status code are not separated by one space", reference)
	}
	last := code
	for last < end && !isBlank(src[last]) {
		last++
	}
	digits := string(src[code:last])
	n, err := strconv.Atoi(digits)
	if err != nil || len(digits) != 3 || n < 100 || n > 699 {
		m.note("status-code", Error, [2]int{code, last}, "the status code "+strconv.Quote(clip(digits))+" is not of three digits from 100 to 699", reference)
	}
	if err == nil && n >= 0 && n < 1<<31 {
		m.Status = n
	}
	if last == end {
		m.note("start-line-space", Warning, [2]int{last, last}, "a space has to follow the status code, also when the reason phrase is empty", reference)
		return
	}
	m.Reason = string(src[last+1 : end])
}
