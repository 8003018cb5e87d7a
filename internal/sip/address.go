// Addresses: name-addr and addr-spec with their parameters (RFC 3261 section 20.10),
// as From, To, Contact, Route and others have them.

package sip

import (
	"errors"
	"strconv"
	"strings"
)

// Address is a name-addr or addr-spec. Ranges count in the text that was read.
type Address struct {
	// Display is the display name with quotes and escapes undone.
	Display  string
	HasName  bool
	Brackets bool // the URI stands in angle brackets
	URI      *URI
	URIRange [2]int
	// Params are those of the header field, after the URI.
	Params []Param
	Faults []Fault
	// Wildcard is the "*" of a Contact in a REGISTER.
	Wildcard bool
}

const addressReference = "RFC 3261 section 20.10"

// ParseAddress reads one address. It never returns nil; URI is never nil.
func ParseAddress(s string) *Address {
	a := &Address{}
	at := skipLWS(s, 0)
	end := trimRange(s, [2]int{0, len(s)})[1]
	if at >= end {
		a.fault("address", 0, len(s), "the address is empty")
		a.URI = &URI{}
		return a
	}
	if s[at] == '*' && at+1 == end {
		a.Wildcard = true
		a.URI, a.URIRange = &URI{Text: "*"}, [2]int{at, end}
		return a
	}
	if s[at] == '"' {
		next, ok := quotedEnd(s[:end], at)
		if !ok {
			a.fault("quoted-string", at, end, "the quoted display name does not end")
			// The way out: what stands in angle brackets is the address all the same.
			if i := strings.LastIndexByte(s[:end], '<'); i >= 0 {
				next = i
			}
		}
		a.Display, a.HasName = unquote(s[at:next]), true
		at = skipLWS(s[:end], next)
		if at >= end || s[at] != '<' {
			a.fault("address", at, end, "a display name is not followed by a URI in angle brackets")
			if i := strings.IndexByte(s[at:end], '<'); i >= 0 {
				at += i
			}
		}
	}
	open := strings.IndexByte(s[at:end], '<')
	if semi := strings.IndexByte(s[at:end], ';'); open >= 0 && semi >= 0 && semi < open && !a.HasName {
		// "sip:a@b;x=<y>": the bracket is not the address's, unless words come first.
		if looksLikeScheme(s[at : at+semi]) {
			open = -1
		}
	}
	if open < 0 {
		a.addrSpec(s, at, end)
		return a
	}
	open += at
	if open > at && !a.HasName {
		name := trimRange(s, [2]int{at, open})
		a.Display, a.HasName = unfolded(s[name[0]:name[1]]), true
		for i := name[0]; i < name[1]; i++ {
			if c := s[i]; !isLWS(c) && !isTokenByte(c) {
				a.fault("display-name", i, i+1, "the display name has the character "+strconv.QuoteRune(rune(c))+" and is not in quotes")
				break
			}
		}
	}
	a.Brackets = true
	closing := strings.IndexByte(s[open:end], '>')
	if closing < 0 {
		a.fault("address", open, end, "the angle bracket is not closed")
		closing = end
		a.setURI(s, open+1, end)
		return a
	}
	closing += open
	inner := trimRange(s, [2]int{open + 1, closing})
	if inner != [2]int{open + 1, closing} {
		a.fault("addr-spec-space", open, closing+1, "white space inside the angle brackets")
	}
	a.setURI(s, inner[0], inner[1])
	a.params(s, closing+1, end)
	return a
}

// addrSpec reads an address without angle brackets: its parameters are the header
// field's, and neither comma, question mark nor semicolon can be the URI's
// (RFC 3261 section 20).
func (a *Address) addrSpec(s string, at, end int) {
	stop := at
	for stop < end && s[stop] != ';' && !isLWS(s[stop]) {
		stop++
	}
	// A semicolon before the "@" is in the user part, which brackets should guard.
	if i := strings.IndexByte(s[at:end], '@'); i >= 0 && at+i > stop && s[stop] == ';' && !strings.ContainsAny(s[stop:at+i], " \t\r\n\"=<") {
		a.fault("unbracketed-uri", at, end, "a URI with a semicolon stands outside angle brackets")
		stop = at + i
		for stop < end && s[stop] != ';' && !isLWS(s[stop]) {
			stop++
		}
	}
	if i := strings.IndexAny(s[at:stop], "?,"); i >= 0 {
		a.fault("unbracketed-uri", at+i, stop, "a URI with a question mark or comma stands outside angle brackets")
	}
	a.setURI(s, at, stop)
	a.params(s, stop, end)
}

func (a *Address) setURI(s string, from, to int) {
	a.URIRange = [2]int{from, to}
	a.URI = ParseURI(s[from:to])
	for _, f := range a.URI.Faults {
		f.Range[0] += from
		f.Range[1] += from
		a.Faults = append(a.Faults, f)
	}
}

func (a *Address) params(s string, at, end int) {
	var faults []Fault
	a.Params, faults = params(s, at, end, addressReference)
	a.Faults = append(a.Faults, faults...)
}

func (a *Address) fault(code string, from, to int, detail string) {
	a.Faults = append(a.Faults, Fault{code, Error, [2]int{from, to}, detail, addressReference})
}

// looksLikeScheme reports whether s begins like a URI: letters and a colon.
func looksLikeScheme(s string) bool {
	i := strings.IndexByte(s, ':')
	return i > 0 && isScheme(s[:i])
}

// Tag is the tag parameter of a From or To.
func (a *Address) Tag() string {
	p, _ := FindParam(a.Params, "tag")
	return p.Value
}

// AddressOfRecord returns the address-of-record in the value of a From, To or
// similar field: scheme, user, host and an explicit port, without display name,
// password, parameters and headers.
func AddressOfRecord(value string) (string, error) {
	a := ParseAddress(value)
	if a.Wildcard || a.URI.Text == "" {
		return "", errors.New("reading an address-of-record: there is no address in " + strconv.Quote(clip(value)))
	}
	return a.URI.AddressOfRecord()
}

// addressOf returns the address-of-record of the first field of that name.
func (m *Message) addressOf(name string) string {
	h := m.Field(name)
	if h == nil {
		return ""
	}
	s, err := AddressOfRecord(h.Value)
	if err != nil {
		return ""
	}
	return s
}

// From is the address-of-record in From, or empty.
func (m *Message) From() string { return m.addressOf("From") }

// To is the address-of-record in To, or empty.
func (m *Message) To() string { return m.addressOf("To") }

// Sender is the address-of-record of who made the message: From in a request, To in
// a response (RFC 3261 section 23.3).
func (m *Message) Sender() string {
	if m.Kind == Response {
		return m.To()
	}
	return m.From()
}
