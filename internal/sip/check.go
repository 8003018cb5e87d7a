// The rules of RFC 3261 that a message is held against: its Request-URI, each field
// by the grammar of its value, what may be there once and what must be there, and
// what has to agree.
//
// An error is what the standard forbids. What an element that follows the first
// version of SIP does (RFC 2543: no branch, no tag, no Max-Forwards) is a warning,
// since the standard wants it to be understood.

package sip

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// check holds the message against the rules.
func (m *Message) check(fragment bool) {
	if m.Kind == Request {
		m.checkRequestURI()
		if upper := strings.ToUpper(m.Method); upper != m.Method && isMethod(upper) {
			m.note("method-case", Warning, [2]int{m.StartLine[0], m.StartLine[0] + len(m.Method)}, "the method "+m.Method+" is not "+upper+": methods are compared with regard to case", "RFC 3261 section 7.1")
		}
	}
	if !utf8.Valid(m.Source[m.StartLine[0]:m.StartLine[1]]) {
		m.note("utf-8", Error, m.StartLine, "the start line is not UTF-8", "RFC 3261 section 7")
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Name == "" {
			continue
		}
		if m.full {
			break
		}
		if !isToken(h.Name) && mime.IsToken([]byte(h.Name)) {
			m.note(mime.FaultName, Error, h.NameRange, "the name of a header field is no token", "RFC 3261 section 25.1")
		}
		raw := m.raw(h)
		m.checkCharacters(h, raw)
		if info := lookUp(h.Canonical); info != nil {
			m.checkField(h, raw, info)
		}
	}
	m.whole = true // of which more may be said, whatever its fields are like
	m.checkOnce()
	if !fragment {
		m.checkMandatory()
	}
	m.checkAgreement()
}

// raw is the value of a field as it stands, folds included, so that places in it are
// places in the source.
func (m *Message) raw(h *Header) string {
	r := h.ValueRange
	return string(m.Source[r[0]:min(r[1], r[0]+limit.HeaderSize)])
}

// fault makes a violation of a fault in the raw value of h, from base on.
func (m *Message) fault(h *Header, base int, f Fault) {
	at := h.ValueRange[0] + base
	m.note(f.Code, f.Severity, [2]int{at + f.Range[0], at + f.Range[1]}, h.Canonical+": "+f.Detail, f.Reference)
}

func (m *Message) faults(h *Header, base int, faults []Fault) {
	for _, f := range faults {
		m.fault(h, base, f)
	}
}

func (m *Message) checkRequestURI() {
	uri, at := m.RequestURI, m.URIRange[0]
	if len(uri) >= 2 && uri[0] == '<' && uri[len(uri)-1] == '>' {
		m.note("request-uri-brackets", Error, m.URIRange, "the Request-URI stands in angle brackets", "RFC 3261 section 7.1")
		uri, at = uri[1:len(uri)-1], at+1
	}
	u := ParseURI(uri)
	for _, f := range u.Faults {
		m.note(f.Code, f.Severity, [2]int{at + f.Range[0], at + f.Range[1]}, "Request-URI: "+f.Detail, f.Reference)
	}
	if len(u.Headers) > 0 {
		m.note("request-uri-headers", Error, m.URIRange, "the Request-URI has headers, which belong in other places", "RFC 3261 section 19.1.1")
	}
	if p, ok := FindParam(u.Params, "method"); ok {
		m.note("request-uri-method", Error, [2]int{at + p.Range[0], at + p.Range[1]}, "the Request-URI has the parameter method, which belongs in other places", "RFC 3261 section 19.1.1")
	}
	if m.Method == "REGISTER" && u.HasUser {
		m.note("register-uri", Error, m.URIRange, "the Request-URI of a REGISTER names a user; it names the domain alone", "RFC 3261 section 10.2")
	}
}

// checkCharacters looks for what no value may hold: control characters that no
// backslash escapes, and bytes that are not UTF-8.
func (m *Message) checkCharacters(h *Header, raw string) {
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == '\\':
			i++
		case c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f:
			at := h.ValueRange[0] + i
			m.note("control-character", Error, [2]int{at, at + 1}, h.Canonical+" has the control character "+strconv.Itoa(int(c)), "RFC 3261 section 25.1")
			return
		}
	}
	if !utf8.ValidString(raw) {
		i := 0
		for i < len(raw) {
			r, n := utf8.DecodeRuneInString(raw[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		at := h.ValueRange[0] + i
		m.note("utf-8", Error, [2]int{at, at + 1}, h.Canonical+" is not UTF-8", "RFC 3261 section 7")
	}
}

// checkField holds one value against the grammar of its field. Content-Type and
// Content-Disposition are the entity's, which reports on them itself.
func (m *Message) checkField(h *Header, raw string, info *HeaderInfo) {
	s, reference := info.shape, info.Reference
	bad := func(code, detail string) {
		m.note(code, Error, h.ValueRange, h.Canonical+": "+detail, reference)
	}
	switch s {
	case shapeAddress:
		m.checkAddress(h, ParseAddress(raw), 0)
	case shapeAddresses, shapeRoutes, shapeURIs:
		m.eachElement(h, raw, reference, func(text string, base int) {
			a := ParseAddress(text)
			if s != shapeAddresses && !a.Brackets && len(a.Faults) == 0 {
				a.Faults = append(a.Faults, Fault{"unbracketed-uri", Error, a.URIRange, "the URI has to stand in angle brackets", reference})
			}
			m.checkAddress(h, a, base)
		})
	case shapeVia:
		m.eachElement(h, raw, reference, func(text string, base int) {
			m.faults(h, base, ParseVia(text).Faults)
		})
	case shapeCSeq:
		m.faults(h, 0, ParseCSeq(raw).Faults)
	case shapeCallID:
		if !isCallID(raw) {
			bad("call-id", strconv.Quote(clip(h.Value))+" has characters that a Call-ID may not have")
		}
	case shapeDate:
		if _, err := ParseDate(h.Value); err != nil {
			bad("date", strings.TrimPrefix(err.Error(), "reading a date: "))
		}
	case shapeNumber, shapeHops:
		most := int64(1<<32 - 1)
		if s == shapeHops {
			most = 255
		}
		n, ok := decimal(raw, most)
		switch {
		case !ok:
			bad("number", strconv.Quote(clip(h.Value))+" is no number")
		case n > most:
			bad("number-range", clip(h.Value)+" is more than "+strconv.FormatInt(most, 10))
		case s == shapeHops && n == 0:
			m.note("max-forwards-zero", Note, h.ValueRange, "Max-Forwards is 0: the request may not be forwarded any further", reference)
		}
	case shapeDelta:
		digits := len(raw) - len(strings.TrimLeft(raw, "0123456789"))
		n, ok := decimal(raw[:digits], 1<<32-1)
		switch {
		case !ok:
			bad("number", strconv.Quote(clip(h.Value))+" does not begin with a number of seconds")
		case n > 1<<32-1:
			bad("number-range", clip(raw[:digits])+" is more than 4294967295")
		}
		if at := skipComment(raw, digits); ok && at < len(raw) {
			_, faults := params(raw, at, len(raw), reference)
			m.faults(h, 0, faults)
		}
	case shapeTokens:
		m.eachElement(h, raw, reference, func(text string, base int) {
			if !isToken(text) {
				m.fault(h, base, Fault{"token", Error, [2]int{0, len(text)}, strconv.Quote(clip(text)) + " is no token", reference})
			}
		})
	case shapeTokenParams:
		m.checkTokenParams(h, raw, 0, reference)
	case shapeReason, shapeRanges:
		m.eachElement(h, raw, reference, func(text string, base int) {
			m.checkTokenParams(h, text, base, reference)
		})
	case shapeAuth:
		c := ParseCredentials(raw)
		m.faults(h, 0, c.Faults)
		if strings.EqualFold(c.Scheme, "Basic") {
			m.note("auth-basic", Warning, h.ValueRange, h.Canonical+": Basic authentication is not to be used: it shows the password", "RFC 3261 section 22")
		}
	case shapeAuthInfo:
		_, faults := authParams(raw, 0, reference)
		m.faults(h, 0, faults)
	case shapeWarning:
		m.eachElement(h, raw, reference, func(text string, base int) {
			if !isWarning(text) {
				m.fault(h, base, Fault{"warning", Error, [2]int{0, len(text)}, "no three digits, agent and quoted text: " + strconv.Quote(clip(text)), reference})
			}
		})
	case shapeIdentity:
		m.faults(h, 0, ParseIdentity(raw).Faults)
	}
}

// eachElement calls f for the elements of a comma list that are not empty, and notes
// those that are.
func (m *Message) eachElement(h *Header, raw, reference string, f func(text string, base int)) {
	list := SplitList(raw)
	for _, r := range list {
		if r[0] == r[1] {
			m.fault(h, 0, Fault{"empty-element", Error, r, "an element of the comma list is empty", reference})
			continue
		}
		f(raw[r[0]:r[1]], r[0])
	}
	if len(list) == 0 {
		switch h.Canonical {
		case "Accept", "Accept-Encoding", "Accept-Language", "Allow", "Supported", "Allow-Events", "Recv-Info":
		default:
			m.fault(h, 0, Fault{"empty-value", Error, [2]int{0, len(raw)}, "the value is empty", reference})
		}
	}
}

func (m *Message) checkTokenParams(h *Header, text string, base int, reference string) {
	end := strings.IndexByte(text, ';')
	if end < 0 {
		end = len(text)
	}
	main := strings.TrimSpace(text[:end])
	kind, subtype, slash := strings.Cut(main, "/")
	if !isToken(strings.TrimSpace(kind)) || slash && !isToken(strings.TrimSpace(subtype)) {
		m.fault(h, base, Fault{"token", Error, [2]int{0, end}, strconv.Quote(clip(main)) + " is no token", reference})
	}
	_, faults := params(text, end, len(text), reference)
	m.faults(h, base, faults)
}

func (m *Message) checkAddress(h *Header, a *Address, base int) {
	m.faults(h, base, a.Faults)
	seen := map[string]bool{}
	for _, p := range a.Params {
		key := strings.ToLower(p.Name)
		if seen[key] {
			m.fault(h, base, Fault{"duplicate-parameter", Error, p.Range, "the parameter " + strconv.Quote(clip(p.Name)) + " is given twice", "RFC 3261 section 7.3.1"})
		}
		seen[key] = true
		switch {
		case h.Canonical == "Contact" && key == "expires":
			if n, ok := decimal(p.Value, 1<<32-1); !ok || n > 1<<32-1 {
				m.fault(h, base, Fault{"number-range", Error, p.Range, "expires is no number up to 4294967295", "RFC 3261 section 20.10"})
			}
		case h.Canonical == "Contact" && key == "q" && !isQValue(p.Value):
			m.fault(h, base, Fault{"q-value", Error, p.Range, "q is no number from 0 to 1 with up to three decimals", "RFC 3261 section 25.1"})
		case key == "tag" && (h.Canonical == "From" || h.Canonical == "To") && !isToken(p.Value):
			m.fault(h, base, Fault{"parameter", Error, p.Range, "the tag is no token", "RFC 3261 section 25.1"})
		}
	}
	if a.Wildcard {
		if expires, _ := m.Value("Expires"); h.Canonical != "Contact" || m.Kind == Request && (m.Method != "REGISTER" || strings.Trim(expires, "0") != "" || expires == "") {
			m.fault(h, base, Fault{"contact-wildcard", Error, a.URIRange, "the address is \"*\", which is for the Contact of a REGISTER with Expires: 0 alone", "RFC 3261 section 10.2.2"})
		}
	}
	if a.URI.IsSIP() && (h.Canonical == "From" || h.Canonical == "To") && len(a.URI.Headers) > 0 {
		m.fault(h, base, Fault{"uri-headers", Error, a.URIRange, "the URI has headers, which it may not have here", "RFC 3261 section 19.1.1"})
	}
}

// checkOnce looks for fields that may be there once and are there more often.
func (m *Message) checkOnce() {
	first := map[string]int{}
	for i := range m.Headers {
		h := &m.Headers[i]
		info := lookUp(h.Canonical)
		if info == nil || !info.Single || h.Name == "" {
			continue
		}
		j, twice := first[h.Canonical]
		if !twice {
			first[h.Canonical] = i
			continue
		}
		detail := "a second " + h.Canonical + ", of which there may be one; the first counts"
		if m.Headers[j].Value == h.Value {
			detail = h.Canonical + " is given twice with the same value, of which there may be one"
		}
		m.note("duplicate-header", Error, h.Range, detail, "RFC 3261 section 7.3.1")
	}
}

func (m *Message) checkMandatory() {
	reference := "RFC 3261 section 8.1.1"
	if m.Kind == Response {
		reference = "RFC 3261 section 8.2.6.2"
	}
	at := [2]int{m.StartLine[0], m.StartLine[1]}
	for _, name := range []string{"To", "From", "CSeq", "Call-ID", "Via"} {
		if m.Field(name) == nil {
			m.note("missing-header", Error, at, "there is no "+name, reference)
		}
	}
	if m.Kind == Request {
		if m.Field("Max-Forwards") == nil {
			m.note("missing-max-forwards", Warning, at, "there is no Max-Forwards; proxies add it", "RFC 3261 section 8.1.1.6")
		}
		if m.Method == "INVITE" && m.Field("Contact") == nil {
			m.note("missing-contact", Warning, at, "an INVITE has no Contact, so that nothing can be sent to its sender directly", "RFC 3261 section 8.1.1.8")
		}
	}
	if h := m.Field("From"); h != nil && ParseAddress(h.Value).Tag() == "" {
		m.note("missing-tag", Warning, h.ValueRange, "From has no tag", "RFC 3261 section 8.1.1.3")
	}
	if h := m.Field("To"); h != nil && m.Kind == Response && m.Status > 100 && ParseAddress(h.Value).Tag() == "" {
		m.note("missing-tag", Warning, h.ValueRange, "To has no tag in a response other than 100", "RFC 3261 section 8.2.6.2")
	}
	if m.Body[0] < m.Body[1] && m.Field("Content-Type") == nil {
		m.note("missing-content-type", Error, m.Body, "there is a body and no Content-Type", "RFC 3261 section 20.15")
	}
}

// checkAgreement looks at what has to agree among the fields.
func (m *Message) checkAgreement() {
	if h := m.Field("CSeq"); h != nil && m.Kind == Request {
		if c := ParseCSeq(h.Value); c.Method != "" && c.Method != m.Method {
			m.note("cseq-method", Error, h.ValueRange, "CSeq says "+strconv.Quote(clip(c.Method))+", and the request line "+strconv.Quote(clip(m.Method)), "RFC 3261 section 8.1.1.5")
		}
	}
	if h := m.Field("Via"); h != nil {
		raw := m.raw(h)
		list := SplitList(raw)
		if len(list) == 0 || list[0][0] == list[0][1] {
			return
		}
		top := ParseVia(raw[list[0][0]:list[0][1]])
		branch, ok := FindParam(top.Params, "branch")
		switch {
		case !ok:
			m.note("missing-branch", Warning, h.ValueRange, "the topmost Via has no branch, as with the first version of SIP", "RFC 3261 section 8.1.1.7")
		case branch.Value == magicCookie:
			at := h.ValueRange[0] + list[0][0]
			m.note("branch", Error, [2]int{at + branch.Range[0], at + branch.Range[1]}, "the branch is z9hG4bK and nothing more: it names no transaction", "RFC 3261 section 8.1.1.7")
		case len(branch.Value) < len(magicCookie) || !strings.EqualFold(branch.Value[:len(magicCookie)], magicCookie):
			at := h.ValueRange[0] + list[0][0]
			m.note("branch-cookie", Note, [2]int{at + branch.Range[0], at + branch.Range[1]}, "the branch does not begin with z9hG4bK, as with the first version of SIP", "RFC 3261 section 8.1.1.7")
		}
		if top.Host == "255.255.255.255" {
			m.note("via-broadcast", Warning, h.ValueRange, "the topmost Via names the broadcast address", "RFC 4475 section 3.3.16")
		}
	}
}

// magicCookie begins the branches that are unique (RFC 3261 section 8.1.1.7).
const magicCookie = "z9hG4bK"

// isMethod reports whether s is a method that has been registered.
func isMethod(s string) bool {
	switch s {
	case "ACK", "BYE", "CANCEL", "INFO", "INVITE", "MESSAGE", "NOTIFY", "OPTIONS", "PRACK", "PUBLISH", "REFER", "REGISTER", "SUBSCRIBE", "UPDATE":
		return true
	}
	return false
}
