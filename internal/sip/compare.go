// A message inside a message: how the header fields of a message/sip or
// message/sipfrag that was signed or encrypted compare with those outside
// (RFC 3261 section 23.4, RFC 3420, RFC 3893).

package sip

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Mode is what the inner message is for, and how it was sealed.
type Mode uint8

const (
	// SignedTunnel is a message/sip or message/sipfrag that was signed (RFC 3261
	// section 23.4.2).
	SignedTunnel Mode = iota
	// EncryptedTunnel is one that was encrypted, signed or not (RFC 3261 section
	// 23.4.3): fields may be kept from those on the way.
	EncryptedTunnel
	// IdentityBody is an Authenticated Identity Body, whose Content-Disposition is
	// "aib": a fragment that vouches for who sent the message (RFC 3893).
	IdentityBody
)

// ModeOf says what a message/sip or message/sipfrag is for, by its Content-Disposition
// and by whether it was encrypted.
func ModeOf(e *mime.Entity, encrypted bool) Mode {
	switch {
	case e.Disposition == "aib":
		return IdentityBody
	case encrypted:
		return EncryptedTunnel
	}
	return SignedTunnel
}

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
var mayChange = []string{
	"Request-URI", "Via", "Record-Route", "Route", "Max-Forwards", "Proxy-Authorization",
}

// endToEnd are the fields that are worth encrypting, and that count as they are
// inside (RFC 3261 section 23.4.1.2). From and To may have an alternative there.
var endToEnd = []string{
	"Subject", "Reply-To", "Organization", "Accept", "Accept-Encoding", "Accept-Language",
	"Alert-Info", "Error-Info", "Authentication-Info", "Expires", "In-Reply-To", "Require",
	"Supported", "Unsupported", "Retry-After", "User-Agent", "Server", "Warning",
	"From", "To",
}

// plainOnly are the fields whose encrypted values a recipient ignores, beside those
// of mayChange (RFC 3261 section 23.4.1.2).
var plainOnly = []string{
	"Min-Expires", "Timestamp", "Authorization", "Priority", "WWW-Authenticate",
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
		if mode == IdentityBody && !d.Same && (name == "From" || name == "To") {
			// The tag is the dialog's, not the person's: an identity body may do without, and
			// without the display name (RFC 3893 section 9).
			inside, outside := ParseAddress(d.Inner), ParseAddress(d.Outer)
			if inside.Display == "" {
				outside.Display = ""
			}
			if inside.Tag() == "" {
				d.Same = inInner && inOuter && sameAddress(outside, inside)
			}
		}
		d.classify(mode, outer.Kind)
		list = append(list, d)
	}
	if mode == IdentityBody {
		list = addMissing(list, outer, inner, innerValues)
	}
	sorting.By(list, func(a, b *Difference) bool {
		if a.OK != b.OK {
			return !a.OK
		}
		return !a.Same && b.Same
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

func (d *Difference) classify(mode Mode, kind string) {
	const integrity, confidentiality = "RFC 3261 section 23.4.1.1", "RFC 3261 section 23.4.1.2"
	d.Class, d.Reference = Integrity, integrity
	switch {
	case slices.Contains(mayChange, d.Header):
		d.Class = MayChange
	case mode == EncryptedTunnel && (slices.Contains(endToEnd, d.Header) || d.OuterMissing || slices.Contains(plainOnly, d.Header)):
		d.Class, d.Reference = Confidential, confidentiality
	}
	switch {
	case d.Same:
		d.Detail = "the same inside and outside"
	case d.InnerMissing:
		d.Detail = "only outside: it is not sealed, and whether it was added on the way cannot be told"
		if mode != IdentityBody {
			d.Reference = "RFC 3261 section 23.4.2"
		}
	case d.Class == MayChange:
		d.Detail = "differs, as it may: servers on the way change it"
	case d.Class == Confidential && slices.Contains(plainOnly, d.Header):
		d.Detail = "of no use when encrypted: the value inside is to be ignored"
	case d.Class == Confidential && d.OuterMissing:
		d.Detail = "only inside: it was kept from those on the way"
	case d.Class == Confidential && d.Header == "From" && anonymous(d.Outer):
		d.Reference = "RFC 3261 section 23.4.3"
		d.Detail = "anonymous outside: the sender named itself to the recipient alone"
	case d.Class == Confidential:
		d.Detail = "differs: the value inside is the one for the recipient, and counts"
	case mode == IdentityBody && kind == Response && (d.Header == "From" || d.Header == "To"):
		d.Reference = "RFC 3893 section 6"
		d.Detail = "differs, as it may in a response: inside, From is who answers"
	case d.OuterMissing:
		d.OK = false
		d.Detail = "only inside: it was removed after it was sealed, or the seal is of another message"
	default:
		d.OK = false
		d.Detail = "differs: it was changed after it was sealed, or the seal is of another message"
		if d.Header == "Date" {
			d.Reference = confidentiality
		}
		if info, ok := InfoFor(d.Header); !ok || !strings.HasPrefix(info.Reference, "RFC 3261 ") {
			d.Detail += "; a field of an extension that differs is to be ignored"
		}
	}
	if mode == IdentityBody && !d.OK {
		d.Reference = "RFC 3893 section 7"
	}
}

// addMissing says which of the fields that an identity body has for reference
// integrity are not there (RFC 3893 section 2).
func addMissing(list []Difference, outer, inner *Message, values map[string]string) []Difference {
	must := map[string]bool{"From": true, "Date": true, "Call-ID": true, "Contact": outer.Method == "INVITE"}
	for _, name := range []string{"From", "Date", "Call-ID", "Contact", "To", "CSeq"} {
		if _, ok := values[name]; ok || name == "To" && outer.Kind == Response {
			continue // in a response To is not to be there (RFC 3893 section 6)
		}
		// A field that is outside has its entry already.
		at := -1
		for i := range list {
			if list[i].Header == name {
				at = i
			}
		}
		if at < 0 {
			if !must[name] {
				continue
			}
			list = append(list, Difference{Header: name, OuterMissing: true, InnerMissing: true, Class: Integrity})
			at = len(list) - 1
		}
		d := &list[at]
		d.InnerRange, d.Reference, d.OK = inner.Range, "RFC 3893 section 2", !must[name]
		d.Detail = "the identity body does not have it, and must"
		if d.OK {
			d.Detail = "the identity body does not have it, and should"
		}
	}
	return list
}

// anonymous reports whether a From hides its user (RFC 3261 section 8.1.1.3,
// RFC 3323 section 4.1.1.3).
func anonymous(from string) bool {
	a := ParseAddress(from)
	return strings.HasSuffix(strings.ToLower(a.URI.Host), ".invalid") || strings.EqualFold(a.Display, "Anonymous") || strings.EqualFold(a.URI.User, "anonymous")
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
		writeAddress(&b, a)
		writeParams(&b, a.Params)
		b.WriteByte('\n')
	}
	return b.String()
}

// sameAddress compares display name and URI alone.
func sameAddress(x, y *Address) bool {
	var a, b strings.Builder
	writeAddress(&a, x)
	writeAddress(&b, y)
	return a.String() == b.String()
}

func writeAddress(b *strings.Builder, a *Address) {
	b.WriteString(strconv.Quote(a.Display))
	u := a.URI
	if !u.IsSIP() {
		b.WriteString("<" + u.Text + ">")
		return
	}
	b.WriteString("<" + u.Scheme + ":" + Unescape(u.User) + ":" + Unescape(u.Password) + "@" + strings.ToLower(u.Host) + ":" + u.Port + ">")
	writeParams(b, u.Params)
	writeParams(b, u.Headers)
}

// writeParams writes parameters sorted, names in lower case.
func writeParams(b *strings.Builder, list []Param) {
	names := make([]string, 0, len(list))
	for _, p := range list {
		names = append(names, strings.ToLower(p.Name)+"="+strconv.Quote(p.Value))
	}
	sorting.Strings(names)
	b.WriteString(";" + strings.Join(names, ";"))
}
