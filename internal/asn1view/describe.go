package asn1view

// The words of a row.

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

const (
	// previewOctets is how much of a value is looked at for its row, and
	// previewCharacters how much is shown.
	previewOctets     = 256
	previewCharacters = 96
	// decimalOctets is the longest INTEGER that is shown in decimal.
	decimalOctets = 16
)

// universalNames are the ASN.1 names of the universal types (X.680).
var universalNames = [...]string{
	"end-of-contents", "BOOLEAN", "INTEGER", "BIT STRING", "OCTET STRING", "NULL", "OBJECT IDENTIFIER",
	"ObjectDescriptor", "EXTERNAL", "REAL", "ENUMERATED", "EMBEDDED PDV", "UTF8String", "RELATIVE-OID", "TIME", "",
	"SEQUENCE", "SET", "NumericString", "PrintableString", "TeletexString", "VideotexString", "IA5String",
	"UTCTime", "GeneralizedTime", "GraphicString", "VisibleString", "GeneralString", "UniversalString",
	"CHARACTER STRING", "BMPString", "DATE", "TIME-OF-DAY", "DATE-TIME", "DURATION", "OID-IRI", "RELATIVE-OID-IRI",
}

// label is the name of a node's tag.
func (v *View) label(i int) string {
	n := &v.tree.Nodes[i]
	if n.Flags&ber.Damaged != 0 && n.Flags&(ber.Truncated|ber.MissingEOC) == 0 {
		return "damaged"
	}
	tag := strconv.FormatUint(uint64(n.Tag), 10)
	switch n.Class {
	case ber.Application:
		tag = "[APPLICATION " + tag + "]"
	case ber.ContextSpecific:
		tag = "[" + tag + "]"
	case ber.Private:
		tag = "[PRIVATE " + tag + "]"
	default:
		if int(n.Tag) < len(universalNames) && universalNames[n.Tag] != "" {
			tag = universalNames[n.Tag]
		} else {
			tag = "[UNIVERSAL " + tag + "]"
		}
	}
	if n.Flags&ber.Encapsulating != 0 {
		tag += ", encapsulates"
	}
	return tag
}

// value is a line that shows a node's content, "" where it is made of values.
func (v *View) value(i int) string {
	n := &v.tree.Nodes[i]
	b := v.tree.Src[n.Content:n.End]
	if n.Flags&ber.Damaged != 0 && n.Flags&(ber.Truncated|ber.MissingEOC) == 0 {
		return hexPreview(v.tree.Src[n.Offset:n.End])
	}
	tag := n.Tag
	if n.Class != ber.Universal {
		if tag = 0; v.names.Universal() != nil {
			tag = uint32(v.names.Universal()[i])
		}
	}
	if n.Flags&ber.Constructed != 0 {
		if tag == ber.TagOctetString || tag == ber.TagUTF8String {
			return v.segments(i)
		}
		return ""
	}
	if n.Flags&ber.Encapsulating != 0 {
		return ""
	}
	switch tag {
	case ber.TagBoolean:
		switch {
		case len(b) == 0:
			return ""
		case b[0] == 0:
			return "FALSE"
		}
		return "TRUE"
	case ber.TagInteger, ber.TagEnumerated:
		return integer(b)
	case ber.TagBitString:
		return v.bits(i, b)
	case ber.TagNull:
		return ""
	case ber.TagOID:
		o := oid.OID(b)
		if len(b) > previewOctets {
			return hexPreview(b)
		}
		if o.Known() {
			return o.Name() + " (" + o.String() + ")"
		}
		return o.String()
	case ber.TagUTCTime:
		if t, ok := utcTime(b); ok {
			return t
		}
	case ber.TagGeneralizedTime:
		if t, ok := generalizedTime(b); ok {
			return t
		}
	case ber.TagUTF8String, ber.TagNumericString, ber.TagPrintableString, ber.TagIA5String, ber.TagVisibleString,
		ber.TagGeneralString, ber.TagGraphicString, ber.TagObjectDescriptor:
		return quote(string(b[:min(len(b), previewOctets)]), len(b) > previewOctets)
	case ber.TagTeletexString, ber.TagVideotexString:
		text := make([]rune, 0, min(len(b), previewOctets))
		for _, c := range b[:min(len(b), previewOctets)] {
			text = append(text, rune(c))
		}
		return quote(string(text), len(b) > previewOctets)
	case ber.TagBMPString:
		units := make([]uint16, 0, previewOctets/2)
		for at := 0; at+1 < len(b) && at < previewOctets; at += 2 {
			units = append(units, uint16(b[at])<<8|uint16(b[at+1]))
		}
		return quote(string(utf16.Decode(units)), len(b) > previewOctets)
	case ber.TagUniversalString:
		var text []rune
		for at := 0; at+3 < len(b) && at < previewOctets; at += 4 {
			text = append(text, rune(uint32(b[at])<<24|uint32(b[at+1])<<16|uint32(b[at+2])<<8|uint32(b[at+3])))
		}
		return quote(string(text), len(b) > previewOctets)
	}
	return octets(b)
}

// segments shows the start of a string in segments, put together.
func (v *View) segments(i int) string {
	var b []byte
	nodes := v.tree.Nodes
	for j := int32(i + 1); j < nodes[i].Next && len(b) <= previewOctets; {
		n := &nodes[j]
		if n.Flags&ber.Constructed != 0 {
			j++
			continue
		}
		b = append(b, v.tree.Src[n.Content:min(n.End, n.Content+previewOctets)]...)
		j = n.Next
	}
	return octets(b)
}

// octets shows octets as text where they are, else in hex.
func octets(b []byte) string {
	sample := b[:min(len(b), previewOctets)]
	if len(sample) > 2 && isText(sample) {
		return quote(string(sample), len(b) > len(sample))
	}
	return hexPreview(b)
}

func isText(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && c != '\r' && c != '\n' && c != '\t' {
			return false
		}
	}
	return true
}

func hexPreview(b []byte) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, previewCharacters+8)
	for i, c := range b {
		if len(out)+3 > previewCharacters {
			return string(out) + " …"
		}
		if i > 0 {
			out = append(out, ' ')
		}
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// quote shows text on one line: what cannot be seen becomes an escape.
func quote(s string, cut bool) string {
	out := make([]byte, 0, len(s)+2)
	out = append(out, '"')
	count := 0
	for i, r := range s {
		if count++; count > previewCharacters {
			cut = true
			break
		}
		switch {
		case r == utf8.RuneError:
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				if cut && len(s)-i < utf8.UTFMax {
					continue // a character that the preview cuts through
				}
				out = append(out, `\x`...)
				out = append(out, "0123456789abcdef"[s[i]>>4], "0123456789abcdef"[s[i]&15])
				continue
			}
			out = utf8.AppendRune(out, r)
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r >= ' ' && r < 0x7f:
			out = append(out, byte(r))
		default:
			quoted := strconv.QuoteRune(r)
			out = append(out, quoted[1:len(quoted)-1]...)
		}
	}
	out = append(out, '"')
	if cut {
		out = append(out, " …"...)
	}
	return string(out)
}

func integer(b []byte) string {
	switch {
	case len(b) == 0:
		return ""
	case len(b) > decimalOctets:
		return hexPreview(b)
	case len(b) <= 8:
		n := int64(int8(b[0]))
		for _, c := range b[1:] {
			n = n<<8 | int64(c)
		}
		return strconv.FormatInt(n, 10)
	}
	return string(ber.AppendDecimal(nil, b))
}

// keyUsages and reasons name the bits of KeyUsage (RFC 5280 section 4.2.1.3) and of
// ReasonFlags (section 4.2.1.13).
var (
	keyUsages = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
		"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}
	reasons = []string{"unused", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
		"cessationOfOperation", "certificateHold", "privilegeWithdrawn", "aACompromise"}
)

// bits shows a BIT STRING: by the names of its bits, as bits where they are few, in
// hex otherwise.
func (v *View) bits(i int, b []byte) string {
	if len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 {
		return hexPreview(b)
	}
	count := (len(b)-1)*8 - int(b[0])
	b = b[1:]
	var names []string
	switch v.names.Type(i) {
	case "KeyUsage":
		names = keyUsages
	case "ReasonFlags":
		names = reasons
	}
	if count > 32 {
		return hexPreview(b)
	}
	var out []byte
	for bit := range count {
		set := b[bit/8]>>(7-bit%8)&1 != 0
		switch {
		case bit < len(names):
			if set {
				if len(out) > 0 {
					out = append(out, ", "...)
				}
				out = append(out, names[bit]...)
			}
		case names == nil && set:
			out = append(out, '1')
		case names == nil:
			out = append(out, '0')
		}
	}
	return string(out)
}

// utcTime shows a UTCTime as RFC 5280 section 4.1.2.5.1 reads it.
func utcTime(b []byte) (string, bool) {
	if len(b) != 13 || b[12] != 'Z' || !digits(b[:12]) {
		return "", false
	}
	century := "20"
	if b[0] >= '5' {
		century = "19"
	}
	return iso(century + string(b)), true
}

// generalizedTime shows a GeneralizedTime in UTC.
func generalizedTime(b []byte) (string, bool) {
	if len(b) != 15 || b[14] != 'Z' || !digits(b[:14]) {
		return "", false
	}
	return iso(string(b)), true
}

func iso(s string) string {
	return s[:4] + "-" + s[4:6] + "-" + s[6:8] + "T" + s[8:10] + ":" + s[10:12] + ":" + s[12:14] + "Z"
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}
