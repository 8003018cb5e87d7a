package pkix

// Certificates and CRLs as text, in two forms: as OpenSSL 3.0 prints them, and as RFC
// 6216 section 2.1 has it from an OpenSSL of its time.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

// TextStyle chooses the form of a text.
type TextStyle int

const (
	// TextOpenSSL is the form of "openssl x509 -text -noout" and "openssl crl -text
	// -noout" in OpenSSL 3.0.
	TextOpenSSL TextStyle = iota
	// TextRFC6216 is the form of RFC 6216 section 2.1: the same without its outermost
	// lines, indents and trailing spaces.
	TextRFC6216
)

// X509Text prints a certificate. What cannot be read is left out or said to be
// unreadable, as OpenSSL does.
func X509Text(c *Certificate, style TextStyle) string {
	t := &textWriter{style: style}
	if style == TextOpenSSL {
		t.line(0, "Certificate:")
		t.line(4, "Data:")
	}
	if c.Version > 0 {
		t.line(8, "Version: "+strconv.Itoa(c.Version)+" (0x"+strconv.Itoa(c.Version-1)+")")
	} else {
		n, _ := c.tbs.First().First().Int()
		t.line(8, "Version: Unknown ("+strconv.FormatInt(n, 10)+")")
	}
	t.serial(8, c.Serial)
	t.signatureAlgorithm(8, c.innerAlgorithm)
	t.line(8, "Issuer: "+t.name(c.Issuer))
	t.line(8, "Validity")
	t.line(12, "Not Before: "+textTime(c.validity.First()))
	t.line(12, "Not After : "+textTime(c.validity.First().Next()))
	t.line(8, "Subject: "+t.name(c.Subject))
	t.line(8, "Subject Public Key Info:")
	t.publicKey(c.PublicKey)
	for f := c.spki.Next(); f.Ok(); f = f.Next() {
		for tag, name := range [...]string{1: "Issuer", 2: "Subject"} {
			if name != "" && f.IsContext(uint32(tag)) {
				t.indent(8)
				t.b.WriteString(name + " Unique ID: ")
				bits := f.Octets()
				t.dump(12, bits[min(1, len(bits)):])
			}
		}
	}
	if len(c.Extensions) > 0 {
		t.extensions(8, "X509v3 extensions", c.Extensions)
	}
	t.signature(c.SignatureAlgorithm, c.Signature)
	return t.b.String()
}

// CRLText prints a CRL in OpenSSL's form.
func CRLText(c *CRL) string {
	t := &textWriter{}
	t.line(0, "Certificate Revocation List (CRL):")
	if c.Version > 0 {
		t.line(8, "Version "+strconv.Itoa(c.Version)+" (0x"+strconv.Itoa(c.Version-1)+")")
	} else {
		n, _ := c.tbs.First().Int()
		t.line(8, "Version unknown ("+strconv.FormatInt(n, 10)+")")
	}
	inner, _ := algo.ReadIdentifier(c.innerAlgorithm())
	t.signatureAlgorithm(8, inner)
	t.line(8, "Issuer: "+t.name(c.Issuer))
	update := c.innerAlgorithm().Next().Next()
	t.line(8, "Last Update: "+textTime(update))
	if next := update.Next(); next.Is(ber.TagUTCTime) || next.Is(ber.TagGeneralizedTime) {
		t.line(8, "Next Update: "+textTime(next))
	} else {
		t.line(8, "Next Update: NONE")
	}
	if len(c.Extensions) > 0 {
		t.extensions(8, "CRL extensions", c.Extensions)
	}
	if len(c.Revoked) == 0 {
		t.line(0, "No Revoked Certificates.")
	} else {
		t.line(0, "Revoked Certificates:")
	}
	for i := range c.Revoked {
		e := &c.Revoked[i]
		magnitude, negative := integerMagnitude(e.Serial)
		number := strings.ToUpper(hexString(magnitude))
		if negative {
			number = "-" + number
		}
		t.line(4, "Serial Number: "+number)
		t.line(8, "Revocation Date: "+opensslTime(e.Time))
		if len(e.Extensions) > 0 {
			t.extensions(8, "CRL entry extensions", e.Extensions)
		}
	}
	t.signature(c.SignatureAlgorithm, c.Signature)
	return t.b.String()
}

type textWriter struct {
	b     bytes.Buffer
	style TextStyle
}

// indent begins a line, n columns in as OpenSSL counts them.
func (t *textWriter) indent(n int) {
	if t.style == TextRFC6216 {
		n -= 8
	}
	for ; n > 0; n-- {
		t.b.WriteByte(' ')
	}
}

func (t *textWriter) line(n int, text string) {
	t.indent(n)
	t.b.WriteString(text)
	t.b.WriteByte('\n')
}

// name writes a distinguished name in the form of the style.
func (t *textWriter) name(n Name) string {
	if t.style == TextRFC6216 {
		return n.OneLine()
	}
	return n.spaced()
}

func (t *textWriter) serial(n int, serial []byte) {
	magnitude, negative := integerMagnitude(serial)
	value := uint64(0)
	for _, c := range magnitude[:min(8, len(magnitude))] {
		value = value<<8 | uint64(c)
	}
	minus := ""
	if negative {
		minus = "-"
	}
	// A number that fits a long is written as one, but for -1, which the call that
	// gets it returns for an error too.
	if len(magnitude) <= 8 && (value < 1<<63 || negative && value == 1<<63) && !(negative && value == 1) {
		t.line(n, "Serial Number: "+minus+strconv.FormatUint(value, 10)+" ("+minus+"0x"+strconv.FormatUint(value, 16)+")")
		return
	}
	t.line(n, "Serial Number:")
	t.indent(n + 4)
	if negative {
		t.b.WriteString(" (Negative)")
	}
	t.b.WriteString(hexColons(magnitude, false))
	t.b.WriteByte('\n')
}

// longName is OpenSSL's long name, or the dotted form.
func longName(o oid.OID) string {
	if s := o.OpenSSL(); s != "" {
		return s
	}
	return o.String()
}

func (t *textWriter) signatureAlgorithm(n int, id algo.Identifier) {
	// The indent before the parameters of PSS stands at the end of the line above.
	if id.OID == oid.RSASSAPSS && t.style == TextOpenSSL {
		t.line(n, "Signature Algorithm: "+longName(id.OID)+"        ")
		t.pss(8, id)
		return
	}
	t.line(n, "Signature Algorithm: "+longName(id.OID))
}

// signature writes the algorithm again and the signature's octets.
func (t *textWriter) signature(id algo.Identifier, signature []byte) {
	if t.style == TextRFC6216 {
		t.b.WriteString("    Signature Algorithm: " + longName(id.OID) + "\n")
		t.hexLines(8, 18, signature)
		return
	}
	t.line(4, "Signature Algorithm: "+longName(id.OID))
	if id.OID == oid.RSASSAPSS {
		t.line(4, "Signature Value:        ")
		t.pss(8, id)
	} else {
		t.line(4, "Signature Value:")
	}
	t.hexLines(8, 18, signature)
}

// hexLines writes octets in lines of so many each; all but the last end in a colon.
func (t *textWriter) hexLines(n, width int, b []byte) {
	for len(b) > 0 {
		line := b[:min(width, len(b))]
		b = b[len(line):]
		t.indent(n)
		t.b.WriteString(hexColons(line, false))
		if len(b) > 0 {
			t.b.WriteByte(':')
		}
		t.b.WriteByte('\n')
	}
}

// dump writes octets the way unique identifiers are written: the first line begins on
// a line of its own.
func (t *textWriter) dump(n int, b []byte) {
	t.b.WriteByte('\n')
	t.hexLines(n, 18, b)
}

// pss writes the parameters of a PSS signature.
func (t *textWriter) pss(n int, id algo.Identifier) {
	hash, mgf, salt, trailer := "sha1 (default)", "mgf1 with sha1 (default)", "14 (default)", "01 (default)"
	if !id.Params.Is(ber.TagSequence) {
		t.line(n, "(INVALID PSS PARAMETERS)")
		return
	}
	for f := range id.Params.Children() {
		v := f.First()
		switch {
		case f.IsContext(0):
			hash = longName(v.First().OID())
		case f.IsContext(1):
			mgf = longName(v.First().OID()) + " with " + longName(v.First().Next().First().OID())
		case f.IsContext(2):
			salt = upperHex(v.Bytes())
		case f.IsContext(3):
			trailer = upperHex(v.Bytes())
		}
	}
	t.line(n, "Hash Algorithm: "+hash)
	t.line(n, "Mask Algorithm: "+mgf)
	t.line(n, " Salt Length: 0x"+salt)
	t.line(n, "Trailer Field: 0x"+trailer)
}

// upperHex is an INTEGER in the hex of i2a_ASN1_INTEGER.
func upperHex(b []byte) string {
	magnitude, negative := integerMagnitude(b)
	s := strings.ToUpper(hexString(magnitude))
	if negative {
		return "-" + s
	}
	return s
}

func (t *textWriter) publicKey(key *algo.PublicKey) {
	if key == nil {
		t.line(12, "Public Key Algorithm: ")
		t.line(12, "Unable to load Public Key")
		return
	}
	t.line(12, "Public Key Algorithm: "+longName(key.Algorithm.OID))
	switch k := key.Key.(type) {
	case *algo.RSAPublicKey:
		bits := strconv.Itoa(k.Bits())
		modulus := k.N
		if len(modulus) > 0 && modulus[0]&0x80 != 0 {
			modulus = append([]byte{0}, modulus...)
		}
		exponent, long := "", []byte(nil)
		if len(k.Exponent) > 8 {
			long = k.Exponent
			if long[0]&0x80 != 0 {
				long = append([]byte{0}, long...)
			}
		} else {
			var e uint64
			for _, b := range k.Exponent {
				e = e<<8 | uint64(b)
			}
			exponent = " " + strconv.FormatUint(e, 10) + " (0x" + strconv.FormatUint(e, 16) + ")"
		}
		if t.style == TextRFC6216 {
			t.line(12, "RSA Public Key: ("+bits+" bit)")
			t.line(16, "Modulus ("+bits+" bit):")
			t.hexLines(20, 15, modulus)
			t.line(16, "Exponent:"+exponent)
			t.hexLines(20, 15, long)
			return
		}
		t.line(16, "Public-Key: ("+bits+" bit)")
		t.line(16, "Modulus:")
		t.hexLines(20, 15, modulus)
		t.line(16, "Exponent:"+exponent)
		t.hexLines(20, 15, long)
		if key.Algorithm.OID == oid.RSASSAPSS {
			t.pssRestrictions(key.Algorithm)
		}
	case *algo.ECPublicKey:
		t.line(16, "Public-Key: ("+strconv.Itoa(k.Curve.Bits)+" bit)")
		t.line(16, "pub:")
		t.hexLines(20, 15, key.Raw)
		t.line(16, "ASN1 OID: "+curveNames.Get(k.Curve.Name))
		t.line(16, "NIST CURVE: "+k.Curve.Name)
	case algo.Ed25519PublicKey:
		t.line(16, "ED25519 Public-Key:")
		t.line(16, "pub:")
		t.hexLines(20, 15, key.Raw)
	case algo.X25519PublicKey:
		t.line(16, "X25519 Public-Key:")
		t.line(16, "pub:")
		t.hexLines(20, 15, key.Raw)
	default:
		t.line(12, "Unable to load Public Key")
	}
}

// curveNames are OpenSSL's short names of the curves.
var curveNames = table.Of[string, string]{
	{"P-256", "prime256v1"},
	{"P-384", "secp384r1"},
	{"P-521", "secp521r1"},
}

func (t *textWriter) pssRestrictions(id algo.Identifier) {
	if !id.Params.Is(ber.TagSequence) {
		t.line(16, "No PSS parameter restrictions")
		return
	}
	hash, mgf, salt, trailer := "SHA1 (default)", "MGF1 with SHA1 (default)", "20 (default)", "0x1 (default)"
	for f := range id.Params.Children() {
		v := f.First()
		switch {
		case f.IsContext(0):
			hash = providerName(v.First().OID())
		case f.IsContext(1):
			mgf = "MGF1 with " + providerName(v.First().Next().First().OID())
		case f.IsContext(2):
			n, _ := v.Int()
			salt = strconv.FormatInt(n, 10)
		}
	}
	t.line(16, "PSS parameter restrictions:")
	t.line(18, "Hash Algorithm: "+hash)
	t.line(18, "Mask Algorithm: "+mgf)
	t.line(18, "Minimum Salt Length: "+salt)
	t.line(18, "Trailer Field: "+trailer)
}

// providerName is what OpenSSL's providers call a hash: SHA1, SHA2-256.
func providerName(o oid.OID) string {
	h, ok := algo.HashFor(o)
	switch {
	case !ok:
		return shortName(o)
	case h.Size == 20, h.Size == 16:
		return strings.Replace(h.Name, "-", "", 1)
	}
	return strings.Replace(h.Name, "SHA-", "SHA2-", 1)
}

// textTime writes a time as OpenSSL does.
func textTime(v ber.Value) string {
	seconds, err := ReadTime(v)
	if err != nil {
		return "Bad time value"
	}
	return opensslTime(seconds)
}

// spaced writes a name as OpenSSL 3 does: "C = US, O = Example", values with special
// characters between quotation marks, what is not ASCII as \XX.
func (n Name) spaced() string {
	var b strings.Builder
	for i, rdn := range n.RDNs {
		for j, a := range rdn {
			switch {
			case j > 0:
				b.WriteString(" + ")
			case i > 0:
				b.WriteString(", ")
			}
			b.WriteString(shortName(a.Type))
			b.WriteString(" = ")
			writeQuoted(&b, &a)
		}
	}
	return b.String()
}

func writeQuoted(b *strings.Builder, a *Attribute) {
	switch a.Tag {
	case ber.TagUTF8String, ber.TagNumericString, ber.TagPrintableString, ber.TagTeletexString, ber.TagIA5String,
		ber.TagVisibleString, ber.TagUniversalString, ber.TagBMPString:
	default:
		b.WriteString("#" + strings.ToUpper(hexString(a.Raw)))
		return
	}
	text := a.Value
	if a.Tag == ber.TagUTF8String {
		text = string(a.Bytes)
	}
	var out strings.Builder
	quoted := false
	for i := range len(text) {
		c := text[i]
		switch {
		case c == '"' || c == '\\':
			out.WriteByte('\\')
			out.WriteByte(c)
			continue
		case c < ' ' || c >= 0x7f:
			out.WriteString(`\` + strings.ToUpper(hexString([]byte{c})))
			continue
		case strings.IndexByte("+,;<>", c) >= 0, i == 0 && (c == ' ' || c == '#'), i == len(text)-1 && c == ' ':
			quoted = true
		}
		out.WriteByte(c)
	}
	if quoted {
		b.WriteString(`"` + out.String() + `"`)
	} else {
		b.WriteString(out.String())
	}
}

// slashed writes a name as X509_NAME_oneline does, "/C=US/O=Example", and stops
// before the attribute that would make it longer than most octets.
func (n Name) slashed(most int) string {
	var b strings.Builder
	for _, rdn := range n.RDNs {
		for j, a := range rdn {
			start := "/"
			if j > 0 {
				start = "+"
			}
			piece := start + shortName(a.Type) + "=" + oneLineValue(a.Bytes)
			if b.Len()+len(piece) > most {
				return b.String()
			}
			b.WriteString(piece)
		}
	}
	return b.String()
}
