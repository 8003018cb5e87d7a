package pkix

// Extensions that hold names, as OpenSSL prints them.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// listed writes a general name as it stands in a list of names.
func listed(v ber.Value) string {
	n := v.Node()
	switch n.Tag {
	case 0:
		return otherNameText(v)
	case 3:
		return "X400Name:<unsupported>"
	case 5:
		return "EdiPartyName:<unsupported>"
	case 1:
		return "email:" + string(v.Octets())
	case 2:
		return "DNS:" + string(v.Octets())
	case 6:
		return "URI:" + string(v.Octets())
	case 4:
		return "DirName:" + ReadName(v.First()).slashed(255)
	case 7:
		return "IP Address:" + addressText(v.Octets())
	case 8:
		return "Registered ID:" + longName(v.OID())
	}
	return "<unsupported>"
}

func otherNameText(v ber.Value) string {
	t, value := v.First().OID(), v.First().Next().First()
	name := otherNames[t]
	if name == "" {
		name = longName(t)
	}
	text := "<unsupported>"
	if tag := value.Node().Tag; value.Node().Class == ber.Universal && (tag == ber.TagUTF8String || tag == ber.TagIA5String) {
		text = string(value.Octets())
	}
	return "othername: " + name + "::" + text
}

// otherNames are the other names that OpenSSL 3.0 knows.
var otherNames = func() map[oid.OID]string {
	names := map[oid.OID]string{}
	for dotted, name := range map[string]string{
		"1.3.6.1.5.5.7.8.9": "SmtpUTF8Mailbox", "1.3.6.1.5.5.7.8.5": "XmppAddr", "1.3.6.1.5.5.7.8.7": "SRVName",
		"1.3.6.1.4.1.311.20.2.3": "UPN", "1.3.6.1.5.5.7.8.8": "NAIRealm",
	} {
		o, _ := oid.Parse(dotted)
		names[o] = name
	}
	return names
}()

// addressText writes an IP address as OpenSSL does, IPv6 without compression.
func addressText(b []byte) string {
	switch len(b) {
	case 4:
		return formatIP(b)
	case 16:
		groups := make([]string, 8)
		for i := range groups {
			groups[i] = strings.ToUpper(strconv.FormatUint(uint64(b[2*i])<<8|uint64(b[2*i+1]), 16))
		}
		return strings.Join(groups, ":")
	}
	return "<invalid>"
}

func textGeneralNames(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for g := range v.Children() {
		if g.Node().Class != ber.ContextSpecific || g.Node().Tag > 8 {
			return false
		}
		list = append(list, listed(g))
	}
	t.values(n, list)
	return v.Is(ber.TagSequence)
}

func textAuthorityKeyID(t *textWriter, n int, v ber.Value) bool {
	var list []string
	var id []byte
	hasID, more := false, false
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			id, hasID = f.Octets(), true
		case f.IsContext(1):
			more = true
			for g := range f.Children() {
				list = append(list, listed(g))
			}
		case f.IsContext(2):
			more = true
			magnitude, negative := integerMagnitude(f.Bytes())
			s := hexColons(magnitude, true)
			if negative {
				s = "-" + s
			}
			list = append(list, "serial:"+s)
		default:
			return false
		}
	}
	if hasID {
		s := hexColons(id, true)
		if more {
			s = "keyid:" + s
		}
		list = append([]string{s}, list...)
	}
	t.lines(n, list)
	return v.Is(ber.TagSequence)
}

// printed writes a general name as it stands by itself.
func printed(v ber.Value) string {
	if v.IsContext(4) {
		return "DirName:" + ReadName(v.First()).spaced()
	}
	return listed(v)
}

var reasonBits = [...]string{
	"Unused", "Key Compromise", "CA Compromise", "Affiliation Changed", "Superseded",
	"Cessation Of Operation", "Certificate Hold", "Privilege Withdrawn", "AA Compromise",
}

func (t *textWriter) point(n int, v ber.Value) {
	inner := v.First()
	if inner.IsContext(0) {
		t.line(n, "Full Name:")
		t.names(n+2, inner)
		return
	}
	t.line(n, "Relative Name:")
	t.indent(n + 2)
	name := Name{RDNs: [][]Attribute{nil}}
	var r reader
	for a := range inner.Children() {
		name.RDNs[0] = append(name.RDNs[0], r.attribute(a.First().OID(), a.First().Next()))
	}
	t.b.WriteString(name.spaced() + "\n")
}

func (t *textWriter) names(n int, v ber.Value) {
	first := true
	for g := range v.Children() {
		if !first {
			t.b.WriteByte('\n')
		}
		first = false
		t.indent(n)
		t.b.WriteString(printed(g))
	}
}

func (t *textWriter) reasons(n int, heading string, v ber.Value) {
	var set []string
	if bits := v.Bytes(); len(bits) > 1 {
		for i, name := range reasonBits {
			if 1+i/8 < len(bits) && bits[1+i/8]&(0x80>>(i%8)) != 0 {
				set = append(set, name)
			}
		}
	}
	t.line(n, heading+":")
	t.indent(n + 2)
	if len(set) == 0 {
		t.b.WriteString("<EMPTY>\n")
		return
	}
	t.b.WriteString(strings.Join(set, ", ") + "\n")
}

func textDistributionPoints(t *textWriter, n int, v ber.Value) bool {
	first := true
	for p := range v.Children() {
		if !first {
			t.b.WriteByte('\n')
		}
		first = false
		for f := range p.Children() {
			switch {
			case f.IsContext(0):
				t.point(n, f)
			case f.IsContext(1):
				t.reasons(n, "Reasons", f)
			case f.IsContext(2):
				t.line(n, "CRL Issuer:")
				t.names(n+2, f)
			}
		}
	}
	return v.Is(ber.TagSequence)
}

func textIssuingPoint(t *textWriter, n int, v ber.Value) bool {
	fields := [6]ber.Value{}
	for f := range v.Children() {
		if tag := f.Node().Tag; f.Node().Class == ber.ContextSpecific && tag < 6 {
			fields[tag] = f
		}
	}
	flag := func(tag int, text string) {
		if fields[tag].Bool() {
			t.line(n, text)
		}
	}
	if fields[0].Ok() {
		t.point(n, fields[0])
	}
	flag(1, "Only User Certificates")
	flag(2, "Only CA Certificates")
	flag(4, "Indirect CRL")
	if fields[3].Ok() {
		t.reasons(n, "Only Some Reasons", fields[3])
	}
	flag(5, "Only Attribute Certificates")
	if !v.First().Ok() {
		t.line(n, "<EMPTY>")
	}
	return v.Is(ber.TagSequence)
}

func textNameConstraints(t *textWriter, n int, v ber.Value) bool {
	first := true
	for f := range v.Children() {
		heading := "Permitted:"
		if f.IsContext(1) {
			heading = "Excluded:"
		}
		if !first {
			t.b.WriteByte('\n')
		}
		first = false
		t.indent(n)
		t.b.WriteString(heading)
		for s := range f.Children() {
			t.b.WriteByte('\n')
			t.indent(n + 2)
			base := s.First()
			if b := base.Octets(); base.IsContext(7) {
				switch len(b) {
				case 8, 32:
					t.b.WriteString("IP:" + addressText(b[:len(b)/2]) + "/" + addressText(b[len(b)/2:]))
				default:
					t.b.WriteString("IP Address:<invalid>")
				}
				continue
			}
			t.b.WriteString(printed(base))
		}
	}
	return v.Is(ber.TagSequence)
}

func textAccess(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for a := range v.Children() {
		list = append(list, longName(a.First().OID())+" - "+listed(a.First().Next()))
	}
	t.lines(n, list)
	return v.Is(ber.TagSequence)
}
