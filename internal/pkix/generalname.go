package pkix

// General names (RFC 5280 section 4.2.1.6): what a certificate names its subject by,
// beside or instead of the distinguished name.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Kinds of a GeneralName, as GeneralName.Type says them.
const (
	NameOther   = "other"
	NameEmail   = "email"
	NameDNS     = "DNS"
	NameX400    = "x400"
	NameDir     = "dirName"
	NameEDI     = "EDI"
	NameURI     = "URI"
	NameIP      = "IP"
	NameRID     = "RID"
	nameUnknown = "unknown"
)

// nameTypes is indexed by the tag of the choice.
var nameTypes = [...]string{NameOther, NameEmail, NameDNS, NameX400, NameDir, NameEDI, NameURI, NameIP, NameRID}

// GeneralName is one name.
type GeneralName struct {
	Type string // one of the Name constants
	// Value is the name as text: a URI, a host name, "192.0.2.1", a distinguished
	// name by RFC 4514. An other name is its type, a colon, and its value as text
	// where it is text, or as hex.
	Value string
	// Bytes are the content octets: the address of an IP (4 or 16, in a name
	// constraint twice that), the text of URI, DNS and email as received.
	Bytes []byte
	// Name is the name of a dirName.
	Name Name
	// OID is the type of an other name, or the identifier of an RID.
	OID oid.OID
	// Range is where the name lies in the certificate, [-1,-1] when its bytes are
	// not in one piece there.
	Range [2]int

	value ber.Value
}

const generalNameRef = "RFC 5280 section 4.2.1.6"

func (r *reader) generalName(v ber.Value) GeneralName {
	g := GeneralName{Type: nameUnknown, Bytes: v.Octets(), Range: r.rangeOf(v), value: v}
	n := v.Node()
	if n.Class != ber.ContextSpecific || int(n.Tag) >= len(nameTypes) {
		r.at(v, "extension", "a general name of a kind that does not exist", generalNameRef)
		g.Value = "#" + hexString(v.Raw())
		return g
	}
	g.Type = nameTypes[n.Tag]
	switch g.Type {
	case NameEmail, NameDNS, NameURI:
		g.Value = latin1(g.Bytes)
		if !isASCII(g.Bytes) {
			r.at(v, "extension", "a "+g.Type+" name with characters that are not ASCII", generalNameRef)
		}
		if strings.IndexByte(g.Value, 0) >= 0 {
			r.at(v, "extension", "a "+g.Type+" name with a NUL character inside", generalNameRef)
		}
	case NameIP:
		g.Value = formatIP(g.Bytes)
		if n := len(g.Bytes); n != 4 && n != 16 && n != 8 && n != 32 {
			r.at(v, "extension", "an IP address of "+strconv.Itoa(n)+" bytes", generalNameRef)
		}
	case NameDir:
		// The choice is explicit, because Name is itself a choice.
		inner := v.First()
		if !inner.Is(ber.TagSequence) {
			r.at(v, "extension", "a directoryName without a name in it", generalNameRef)
		}
		g.Name = r.name(inner)
		g.Value = g.Name.String()
	case NameRID:
		g.OID = v.OID()
		g.Value = g.OID.String()
	case NameOther:
		t := v.First()
		g.OID = t.OID()
		value := t.Next().First()
		if !t.Is(ber.TagOID) || !value.Ok() {
			r.at(v, "extension", "an otherName without a type and a value", generalNameRef)
		}
		g.Value = g.OID.Name() + ":"
		if tag := value.Node().Tag; value.Node().Class == ber.Universal && isString(tag) {
			text, _ := decodeString(tag, value.Octets())
			g.Value += text
		} else {
			g.Value += hexString(value.Raw())
		}
	default:
		g.Value = hexString(v.Raw())
	}
	return g
}

func (r *reader) generalNames(v ber.Value) []GeneralName {
	var names []GeneralName
	for c := range v.Children() {
		names = append(names, r.generalName(c))
	}
	return names
}

// rangeOf is where a value lies in the bytes that offsets count in.
func (r *reader) rangeOf(v ber.Value) [2]int {
	if r.base < 0 || !v.Ok() {
		return [2]int{-1, -1}
	}
	at := v.Range()
	return [2]int{at[0] + r.base, at[1] + r.base}
}

// formatIP writes an address, or an address and its mask (twice the octets), the way
// a name constraint has it. IPv6 is written by RFC 5952.
func formatIP(b []byte) string {
	switch len(b) {
	case 4:
		return strconv.Itoa(int(b[0])) + "." + strconv.Itoa(int(b[1])) + "." + strconv.Itoa(int(b[2])) + "." + strconv.Itoa(int(b[3]))
	case 16:
		return formatIPv6(b)
	case 8, 32:
		return formatIP(b[:len(b)/2]) + "/" + formatIP(b[len(b)/2:])
	}
	return "#" + hexString(b)
}

func formatIPv6(b []byte) string {
	var groups [8]uint64
	for i := range groups {
		groups[i] = uint64(b[2*i])<<8 | uint64(b[2*i+1])
	}
	// The longest run of two or more zero groups, the first of equals, becomes "::".
	start, length := -1, 1
	for i := 0; i < 8; i++ {
		j := i
		for j < 8 && groups[j] == 0 {
			j++
		}
		if j-i > length {
			start, length = i, j-i
		}
		i = max(i, j-1)
	}
	var s []byte
	for i := 0; i < 8; i++ {
		if i == start {
			s = append(s, "::"...)
			i += length - 1
			continue
		}
		if len(s) > 0 && s[len(s)-1] != ':' {
			s = append(s, ':')
		}
		s = strconv.AppendUint(s, groups[i], 16)
	}
	return string(s)
}

// parseIP reads the text of an IPv4 or IPv6 address, brackets around the latter
// allowed, and gives 4 or 16 octets, or nil.
func parseIP(s string) []byte {
	if len(s) >= 2 && s[0] == '[' && s[len(s)-1] == ']' {
		s = s[1 : len(s)-1]
		if strings.IndexByte(s, ':') < 0 {
			return nil
		}
	}
	if strings.IndexByte(s, ':') < 0 {
		return parseIPv4(s)
	}
	return parseIPv6(s)
}

func parseIPv4(s string) []byte {
	parts := strings.Split(s, ".")
	if len(parts) != 4 {
		return nil
	}
	out := make([]byte, 4)
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 8)
		if err != nil || len(p) > 1 && p[0] == '0' || p[0] == '+' {
			return nil
		}
		out[i] = byte(n)
	}
	return out
}

func parseIPv6(s string) []byte {
	head, tail, gap := strings.Cut(s, "::")
	read := func(s string) ([]byte, bool) {
		if s == "" {
			return nil, true
		}
		var out []byte
		groups := strings.Split(s, ":")
		for i, g := range groups {
			if strings.IndexByte(g, '.') >= 0 && i == len(groups)-1 {
				v4 := parseIPv4(g)
				if v4 == nil {
					return nil, false
				}
				return append(out, v4...), true
			}
			n, err := strconv.ParseUint(g, 16, 16)
			if err != nil || len(g) > 4 || g[0] == '+' || len(out) > 16 {
				return nil, false
			}
			out = append(out, byte(n>>8), byte(n))
		}
		return out, true
	}
	before, ok1 := read(head)
	after, ok2 := read(tail)
	n := len(before) + len(after)
	if !ok1 || !ok2 || gap && n > 14 || !gap && n != 16 {
		return nil
	}
	out := make([]byte, 16)
	copy(out, before)
	copy(out[16-len(after):], after)
	return out
}
