package pkix

// Distinguished names (RFC 5280 section 4.1.2.4): reading, writing in the two usual
// forms, and comparing.

import (
	"bytes"
	"strings"
	"unicode"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/sorting"
	"github.com/sipseal/sipseal/internal/table"
)

// Name is a distinguished name: a sequence of relative distinguished names, the most
// general first. The zero Name is the empty name.
type Name struct {
	// Raw is the name as received, identifier and length included.
	Raw []byte
	// RDNs are the relative distinguished names in the order received, each a set of
	// one attribute or more.
	RDNs [][]Attribute

	key string // two names are the same by RFC 5280 section 7.1 when their keys are
}

// Attribute is one attribute of a relative distinguished name.
type Attribute struct {
	Type oid.OID
	// Tag is the universal tag of the value, 0 when it is not universal.
	Tag uint32
	// Bytes are the value's content octets, Raw the whole value.
	Bytes, Raw []byte
	// Value is the text of a string, "" for other values.
	Value string
}

const nameRef = "RFC 5280 section 4.1.2.4"

// ReadName reads a Name. What cannot be read is left out of RDNs, and Raw still
// holds all of it.
func ReadName(v ber.Value) Name {
	var r reader
	return r.name(v)
}

func (r *reader) name(v ber.Value) Name {
	n := Name{Raw: v.Raw()}
	if !v.Ok() {
		return n
	}
	for set := range v.Children() {
		if !set.Is(ber.TagSet) || !set.First().Ok() {
			r.at(set, "name", "a relative distinguished name that is not a SET of attributes", nameRef)
			continue
		}
		var rdn []Attribute
		for a := range set.Children() {
			t, value := a.First(), a.First().Next()
			if !a.Is(ber.TagSequence) || !t.Is(ber.TagOID) || !value.Ok() {
				r.at(a, "name", "an attribute of a name that is not a type with a value", nameRef)
				continue
			}
			rdn = append(rdn, r.attribute(t.OID(), value))
		}
		if rdn != nil {
			n.RDNs = append(n.RDNs, rdn)
		}
	}
	n.key = n.comparisonKey()
	return n
}

func (r *reader) attribute(t oid.OID, v ber.Value) Attribute {
	a := Attribute{Type: t, Bytes: v.Octets(), Raw: v.Raw()}
	if v.Node().Class != ber.Universal {
		return a
	}
	a.Tag = v.Node().Tag
	if !isString(a.Tag) {
		return a
	}
	var whole bool
	a.Value, whole = decodeString(a.Tag, a.Bytes)
	switch {
	case !whole:
		r.at(v, "name", "a "+stringTypes[a.Tag]+" that holds what is not text of that type", nameRef)
	case a.Tag == ber.TagPrintableString && !isPrintableString(a.Bytes):
		r.at(v, "name", "a PrintableString with characters that are not printable in it (X.680 section 41.4)", nameRef)
	case a.Tag == ber.TagIA5String && !isASCII(a.Bytes):
		r.at(v, "name", "an IA5String with characters that are not ASCII", nameRef)
	case strings.IndexByte(a.Value, 0) >= 0:
		r.at(v, "name", "a NUL character inside a name", nameRef)
	}
	return a
}

var stringTypes = map[uint32]string{
	ber.TagUTF8String: "UTF8String", ber.TagBMPString: "BMPString", ber.TagUniversalString: "UniversalString",
}

// Empty reports whether the name has no attribute.
func (n Name) Empty() bool { return len(n.RDNs) == 0 }

// Get is the text of the last attribute of this type, which is the most specific
// one, or "".
func (n Name) Get(t oid.OID) string {
	for i := len(n.RDNs) - 1; i >= 0; i-- {
		for j := len(n.RDNs[i]) - 1; j >= 0; j-- {
			if n.RDNs[i][j].Type == t {
				return n.RDNs[i][j].Value
			}
		}
	}
	return ""
}

// CommonName is the most specific common name, or "".
func (n Name) CommonName() string { return n.Get(oid.CommonName) }

// ldapNames are the short names of attribute types in RFC 4514 section 3 and in the
// registry of LDAP descriptors (RFC 4520).
var ldapNames = table.Of[oid.OID, string]{
	{oid.CommonName, "CN"},
	{oid.LocalityName, "L"},
	{oid.StateOrProvinceName, "ST"},
	{oid.OrganizationName, "O"},
	{oid.OrganizationalUnitName, "OU"},
	{oid.CountryName, "C"},
	{oid.StreetAddress, "STREET"},
	{oid.DomainComponent, "DC"},
	{oid.UserID, "UID"},
	{oid.Surname, "SN"},
	{oid.SerialNumber, "serialNumber"},
	{oid.Title, "title"},
	{oid.Description, "description"},
	{oid.BusinessCategory, "businessCategory"},
	{oid.PostalAddress, "postalAddress"},
	{oid.PostalCode, "postalCode"},
	{oid.TelephoneNumber, "telephoneNumber"},
	{oid.Name, "name"},
	{oid.GivenName, "givenName"},
	{oid.Initials, "initials"},
	{oid.GenerationQualifier, "generationQualifier"},
	{oid.DNQualifier, "dnQualifier"},
	{oid.HouseIdentifier, "houseIdentifier"},
	{oid.Pseudonym, "pseudonym"},
	{oid.OrganizationIdentifier, "organizationIdentifier"},
	{oid.RFC822Mailbox, "mail"},
	{oid.EmailAddress, "emailAddress"},
}

// String writes the name as RFC 4514 does: the most specific part first, and "" for
// the empty name.
func (n Name) String() string {
	var b strings.Builder
	for i := len(n.RDNs) - 1; i >= 0; i-- {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		for j, a := range n.RDNs[i] {
			if j > 0 {
				b.WriteByte('+')
			}
			short, known := ldapNames.Find(a.Type)
			if !known {
				b.WriteString(a.Type.String())
			} else {
				b.WriteString(short)
			}
			b.WriteByte('=')
			// A type without a short name, and a value that is not text, take the
			// hexadecimal form (section 2.4).
			if !known || !isString(a.Tag) {
				b.WriteByte('#')
				b.WriteString(hexString(a.Raw))
				continue
			}
			escape4514(&b, a.Value)
		}
	}
	return b.String()
}

// escape4514 writes a value with the escapes of RFC 4514 section 2.4. Control
// characters, which need none, are escaped as well, so that a name is one line.
func escape4514(b *strings.Builder, s string) {
	for i, c := range s {
		switch {
		case c < ' ' || c == 0x7f:
			b.WriteByte('\\')
			b.WriteString(hexString([]byte{byte(c)}))
			continue
		case strings.ContainsRune(`"+,;<>\`, c),
			i == 0 && (c == ' ' || c == '#'),
			i == len(s)-1 && c == ' ':
			b.WriteByte('\\')
		}
		b.WriteRune(c)
	}
}

// OneLine writes the name as OpenSSL always did in its text form: the most general
// part first, "C=US, ST=California". As there, an attribute whose short name is
// longer than two letters has a "/" before it and no comma, and octets that are not
// printable ASCII are written \xHH.
func (n Name) OneLine() string {
	var b strings.Builder
	for i, rdn := range n.RDNs {
		for j, a := range rdn {
			short := shortName(a.Type)
			switch {
			case j > 0:
				b.WriteByte('+')
			case i == 0:
			case isCommaName(short):
				b.WriteString(", ")
			default:
				b.WriteByte('/')
			}
			b.WriteString(short)
			b.WriteByte('=')
			b.WriteString(oneLineValue(a.Bytes))
		}
	}
	return b.String()
}

// oneLineValue escapes a value as X509_NAME_oneline does.
func oneLineValue(value []byte) string {
	var b strings.Builder
	for _, c := range value {
		switch {
		case c < ' ' || c > '~':
			b.WriteString(`\x` + strings.ToUpper(hexString([]byte{c})))
		case c == '/' || c == '+':
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// shortName is OpenSSL's short name, or the dotted form where it has none.
func shortName(o oid.OID) string {
	if s := o.Short(); s != "" {
		return s
	}
	return o.String()
}

func isCommaName(s string) bool {
	if len(s) != 1 && len(s) != 2 {
		return false
	}
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}

// Equal reports whether two names are the same by RFC 5280 section 7.1: attribute by
// attribute, text compared without regard to case, to the kind of string, and to how
// much white space there is. Of the Unicode normalization that RFC 4518 asks for
// only the folding of case is done, so names that differ in how their accents are
// composed are different here.
func (n Name) Equal(other Name) bool {
	return n.key == other.key && (n.key != "" || bytes.Equal(n.Raw, other.Raw) || n.Empty() && other.Empty())
}

// Key is a text that equal names have in common, and others do not.
func (n Name) Key() string {
	if n.key == "" {
		return string(n.Raw)
	}
	return n.key
}

// comparisonKey writes the name so that equal names give equal strings. Every piece
// is preceded by its length, so that nothing inside a value can look like the next.
func (n Name) comparisonKey() string {
	var b strings.Builder
	for _, rdn := range n.RDNs {
		b.WriteString(rdnKey(rdn))
	}
	return b.String()
}

func rdnKey(rdn []Attribute) string {
	keys := make([]string, len(rdn))
	for i, a := range rdn {
		value := "#" + string(a.Raw)
		if isString(a.Tag) {
			value = "=" + foldString(a.Value)
		}
		keys[i] = lengthPrefixed(string(a.Type)) + lengthPrefixed(value)
	}
	sorting.Strings(keys)
	return lengthPrefixed(strings.Join(keys, ""))
}

func lengthPrefixed(s string) string {
	n := len(s)
	return string([]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}) + s
}

// foldString prepares text for comparison (RFC 4518 section 2): letters without
// case, white space trimmed and each run of it one space, and what has no meaning
// (soft hyphens, joiners, variation selectors) dropped.
func foldString(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			space = b.Len() > 0
			continue
		case r == 0xad || r == 0x1806 || r == 0x34f || r >= 0x180b && r <= 0x180d || r >= 0xfe00 && r <= 0xfe0f ||
			r == 0x200b || r == 0x200c || r == 0x200d || r == 0xfeff:
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(unicode.ToLower(unicode.ToUpper(r)))
	}
	return b.String()
}
