// A message inside a message: how the header fields of a message/sip or
// message/sipfrag that was signed or encrypted compare with those outside
// (RFC 3261 section 23.4, RFC 3420, RFC 3893).

package sip

import (
	"sort"
	"strconv"
	"strings"
)

// Mode is what the inner message is for.
type Mode uint8

const (
	// Tunnel is a whole message in a message (RFC 3261 section 23.4).
	Tunnel Mode = iota
	// AIB is an Authenticated Identity Body: a fragment that vouches for who sent the
	// message (RFC 3893).
	AIB
)

// Class says what a difference in a header field means.
type Class string

const (
	// Integrity: the outer field has to be the inner one; a difference means that
	// somebody changed it on the way (RFC 3261 section 23.4.1.1).
	Integrity Class = "integrity"
	// Confidential: the inner field may well be hidden or replaced outside
	// (RFC 3261 section 23.4.1.2).
	Confidential Class = "confidential"
	// MayChange: proxies are meant to change the outer field (RFC 3261 section
	// 23.4.1.1).
	MayChange Class = "may-change"
)

// Difference is one header field compared. It is listed also when the values agree.
type Difference struct {
	Header string // canonical
	// Outer and Inner are the values, several joined by a comma; Missing says that
	// one of the two messages does not have the field.
	Outer, Inner               string
	OuterMissing, InnerMissing bool
	OuterRange, InnerRange     [2]int // of the first field, in each message's source
	Class                      Class
	Same                       bool
	// OK is false for a difference that should not be, or for a field that the inner
	// message must have and has not.
	OK        bool
	Detail    string
	Reference string
}

// mayChange are the fields that servers change on the way (RFC 3261 section
// 23.4.1.1): what they say inside is of no account.
var mayChange = map[string]bool{
	"Request-URI": true, "Via": true, "Record-Route": true, "Route": true, "Max-Forwards": true, "Proxy-Authorization": true,
}

// integrityFields are those that the recipient compares (RFC 3261 section 23.4.1.1),
// where both messages have them.
var integrityFields = map[string]bool{
	"Call-ID": true, "CSeq": true, "Contact": true, "Date": true, "From": true, "To": true,
	"Allow": true, "In-Reply-To": true, "Require": true, "Supported": true, "Content-Type": true,
	"Content-Length": true, "Expires": true, "User-Agent": true,
}

// Compare sets the fields of inner, which was sealed, against those of outer, which
// travelled in the open. The result is sorted: what is not OK first.
func Compare(outer, inner *Message, mode Mode) []Difference {
	outerValues, outerAt, names := byName(outer)
	innerValues, innerAt, innerNames := byName(inner)
	for _, name := range innerNames {
		if _, both := outerValues[name]; !both {
			names = append(names, name)
		}
	}
	var list []Difference
	if outer.Kind == Request && inner.Kind == Request {
		list = append(list, compareRequestLine(outer, inner))
	}
	for _, name := range names {
		// The fields of the body describe two different bodies.
		if strings.HasPrefix(name, "Content-") || name == "MIME-Version" {
			continue
		}
		d := Difference{Header: name, OuterRange: outerAt[name], InnerRange: innerAt[name], OK: true}
		var inOuter, inInner bool
		d.Outer, inOuter = outerValues[name]
		d.Inner, inInner = innerValues[name]
		d.OuterMissing, d.InnerMissing = !inOuter, !inInner
		d.Same = inOuter && inInner && sameField(name, d.Outer, d.Inner)
		d.classify(mode)
		list = append(list, d)
	}
	if mode == AIB {
		list = append(list, missingInAIB(inner, innerValues)...)
	}
	sort.SliceStable(list, func(i, j int) bool {
		if list[i].OK != list[j].OK {
			return !list[i].OK
		}
		return !list[i].Same && list[j].Same
	})
	return list
}

// byName joins the values of each field, in order of first appearance.
func byName(m *Message) (values map[string]string, at map[string][2]int, names []string) {
	parts := map[string][]string{}
	at = map[string][2]int{}
	for i := range m.Headers {
		h := &m.Headers[i]
		if h.Name == "" {
			continue
		}
		if _, seen := parts[h.Canonical]; !seen {
			names = append(names, h.Canonical)
			at[h.Canonical] = h.Range
		}
		parts[h.Canonical] = append(parts[h.Canonical], h.Value)
	}
	values = make(map[string]string, len(parts))
	for name, list := range parts {
		values[name] = strings.Join(list, ", ")
	}
	return values, at, names
}

func compareRequestLine(outer, inner *Message) Difference {
	d := Difference{
		Header: "Request-URI", Outer: outer.RequestURI, Inner: inner.RequestURI, OuterRange: outer.URIRange, InnerRange: inner.URIRange,
		Class: MayChange, OK: true, Reference: "RFC 3261 section 23.4.1.1",
	}
	d.Same = outer.RequestURI == inner.RequestURI
	switch {
	case outer.Method != inner.Method:
		d.Header, d.Outer, d.Inner = "method", outer.Method, inner.Method
		d.OuterRange, d.InnerRange = outer.StartLine, inner.StartLine
		d.Class, d.OK, d.Same = Integrity, false, false
		d.Detail = "the sealed message is a " + strconv.Quote(clip(inner.Method)) + ", the one around it a " + strconv.Quote(clip(outer.Method))
	case d.Same:
		d.Detail = "the same inside and outside"
	default:
		d.Detail = "differs, as it may: proxies set it to the next target"
	}
	return d
}

func (d *Difference) classify(mode Mode) {
	d.Reference = "RFC 3261 section 23.4.1.1"
	switch {
	case mayChange[d.Header]:
		d.Class = MayChange
	case d.Header == "Subject" || d.Header == "Reply-To" || d.Header == "Organization" ||
		d.Header == "Accept" || d.Header == "Accept-Encoding" || d.Header == "Accept-Language" || d.Header == "Alert-Info" ||
		d.Header == "Error-Info" || d.Header == "Authentication-Info" || d.Header == "Priority" || d.Header == "Retry-After" ||
		d.Header == "Server" || d.Header == "Unsupported" || d.Header == "Warning":
		d.Class, d.Reference = Confidential, "RFC 3261 section 23.4.1.2"
	case integrityFields[d.Header]:
		d.Class = Integrity
	default:
		// Fields of extensions: what is sealed counts, and a difference is worth a look.
		d.Class = Integrity
	}
	switch {
	case d.Same:
		d.Detail = "the same inside and outside"
	case d.InnerMissing:
		d.Detail = "only outside: nothing seals it"
	case d.OuterMissing && d.Class != MayChange:
		d.Class, d.Reference = Confidential, "RFC 3261 section 23.4.1.2"
		d.Detail = "only inside: it was kept from those on the way"
	case d.Class == MayChange:
		d.Detail = "differs, as it may: servers on the way change it"
	case d.Class == Confidential:
		d.Detail = "differs: what is inside is meant for the recipient, and counts"
	case d.Header == "From" && mode == Tunnel && anonymous(d.Outer):
		d.Class, d.Reference = Confidential, "RFC 3261 section 23.4.2"
		d.Detail = "anonymous outside: the sender named itself to the recipient alone"
	default:
		d.OK = false
		d.Detail = "differs: it was changed after it was sealed, or was sealed for another message"
		if mode == AIB {
			d.Reference = "RFC 3893 section 6"
		}
	}
}

// missingInAIB says which of the fields that an identity body must have are not
// there.
func missingInAIB(inner *Message, values map[string]string) []Difference {
	var list []Difference
	need := []string{"From", "Date", "Call-ID"}
	for _, name := range append(need, "To", "Contact", "CSeq") {
		if _, ok := values[name]; ok {
			continue
		}
		d := Difference{Header: name, InnerMissing: true, InnerRange: inner.Range, Class: Integrity, Reference: "RFC 3893 section 3", OK: true,
			Detail: "the identity body has no " + name + ", which it should have so that it cannot be used for another message"}
		if name == "From" || name == "Date" || name == "Call-ID" {
			d.OK = false
			d.Detail = "the identity body has no " + name + ", which it must have"
		}
		list = append(list, d)
	}
	return list
}

// anonymous reports whether a From hides its user (RFC 3261 section 8.1.1.3,
// RFC 3323 section 4.1.1.3).
func anonymous(from string) bool {
	a := ParseAddress(from)
	return strings.EqualFold(a.URI.Host, "anonymous.invalid") || strings.EqualFold(a.Display, "Anonymous") || strings.EqualFold(a.URI.User, "anonymous")
}

// sameField compares two values as far as their grammar makes writings equal: white
// space around separators, case of hosts, quotes of display names.
func sameField(name, a, b string) bool {
	if a == b {
		return true
	}
	info, _ := InfoFor(name)
	switch info.shape {
	case shapeAddress, shapeAddresses, shapeRoutes:
		return normalAddresses(a) == normalAddresses(b)
	case shapeDate:
		x, err := ParseDate(a)
		y, err2 := ParseDate(b)
		return err == nil && err2 == nil && x == y
	case shapeCSeq:
		x, y := ParseCSeq(a), ParseCSeq(b)
		return len(x.Faults)+len(y.Faults) == 0 && x.Number == y.Number && x.Method == y.Method
	case shapeNumber, shapeHops, shapeLength:
		x, ok := decimal(a, 1<<40)
		y, ok2 := decimal(b, 1<<40)
		return ok && ok2 && x == y
	case shapeTokens:
		return strings.EqualFold(strings.Join(elements(a), ","), strings.Join(elements(b), ","))
	}
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

func elements(s string) []string {
	var list []string
	for _, r := range SplitList(s) {
		list = append(list, s[r[0]:r[1]])
	}
	return list
}

// normalAddresses writes a comma list of addresses in one way.
func normalAddresses(s string) string {
	var b strings.Builder
	for _, text := range elements(s) {
		a := ParseAddress(text)
		b.WriteString(strconv.Quote(a.Display))
		u := a.URI
		if u.IsSIP() {
			b.WriteString("<" + u.Scheme + ":" + Unescape(u.User) + ":" + u.Password + "@" + strings.ToLower(u.Host) + ":" + u.Port + ">")
			writeParams(&b, u.Params)
			writeParams(&b, u.Headers)
		} else {
			b.WriteString("<" + u.Text + ">")
		}
		writeParams(&b, a.Params)
		b.WriteByte('\n')
	}
	return b.String()
}

// writeParams writes parameters sorted, names in lower case.
func writeParams(b *strings.Builder, list []Param) {
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, strings.ToLower(p.Name)+"="+strconv.Quote(p.Value))
	}
	sort.Strings(names)
	b.WriteString(";" + strings.Join(names, ";"))
}
