package pkix

// Extensions as OpenSSL prints them.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

// extensions writes a list of extensions under a heading. An extension whose value
// cannot be printed is written as it is, with a dot for what is not ASCII.
func (t *textWriter) extensions(n int, heading string, all []Extension) {
	t.line(n, heading+":")
	for i := range all {
		x := &all[i]
		head := longName(x.OID) + ":"
		if x.Critical {
			head += " critical"
		} else if t.style == TextOpenSSL {
			head += " "
		}
		t.line(n+4, head)
		mark := t.b.Len()
		if print := extensionText.Get(x.OID); print != nil && x.readable() && print(t, n+8, x.Root()) {
			t.b.WriteByte('\n')
			continue
		}
		// What was written before the value turned out to be odd is taken back.
		t.b.Truncate(mark)
		t.indent(n + 8)
		t.b.WriteString(asciiDots(x.Value))
		t.b.WriteByte('\n')
	}
}

// readable reports whether the value is one whole value of BER.
func (e *Extension) readable() bool {
	tree := ber.ParseOne(e.Value)
	return len(tree.Faults) == 0 && tree.End == len(e.Value)
}

// asciiDots is text with a dot for every octet that is not printable.
func asciiDots(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		if c > '~' || c < ' ' && c != '\n' && c != '\r' {
			c = '.'
		}
		out[i] = c
	}
	return string(out)
}

// extensionText writes the value of an extension, without the line end after it. It
// answers false when the value is not of the shape it should be.
var extensionText = table.Of[oid.OID, func(*textWriter, int, ber.Value) bool]{
	{oid.BasicConstraints, textBasicConstraints},
	{oid.KeyUsage, textKeyUsage},
	{oid.NetscapeCertType, textNetscapeType},
	{oid.ExtKeyUsage, textPurposes},
	{oid.SubjectAltName, textGeneralNames},
	{oid.IssuerAltName, textGeneralNames},
	{oid.CertificateIssuer, textGeneralNames},
	{oid.SubjectKeyIdentifier, textOctets},
	{oid.AuthorityKeyIdentifier, textAuthorityKeyID},
	{oid.CRLDistributionPoints, textDistributionPoints},
	{oid.FreshestCRL, textDistributionPoints},
	{oid.IssuingDistributionPoint, textIssuingPoint},
	{oid.CertificatePolicies, textPolicies},
	{oid.PolicyMappings, textPolicyMappings},
	{oid.PolicyConstraints, textPolicyConstraints},
	{oid.InhibitAnyPolicy, textInteger},
	{oid.NameConstraints, textNameConstraints},
	{oid.AuthorityInfoAccess, textAccess},
	{oid.SubjectInfoAccess, textAccess},
	{oid.CRLNumber, textInteger},
	{oid.DeltaCRLIndicator, textInteger},
	{oid.ReasonCode, textReason},
	{oid.InvalidityDate, textInvalidity},
	{oid.HoldInstructionCode, textObject},
	{oid.NetscapeComment, textIA5},
	{oid.NetscapeBaseURL, textIA5},
	{oid.NetscapeRevocationURL, textIA5},
	{oid.NetscapeCARevocationURL, textIA5},
	{oid.NetscapeRenewalURL, textIA5},
	{oid.NetscapeCAPolicyURL, textIA5},
	{oid.NetscapeSSLServerName, textIA5},
	{oid.TLSFeature, textFeatures},
	{oid.OCSPNoCheck, textNull},
	{oid.PrivateKeyUsagePeriod, textUsagePeriod},
}

// values writes a list with commas between.
func (t *textWriter) values(n int, list []string) {
	t.indent(n)
	if len(list) == 0 {
		t.b.WriteString("<EMPTY>\n")
		return
	}
	t.b.WriteString(strings.Join(list, ", "))
}

// lines writes a list, each on its line.
func (t *textWriter) lines(n int, list []string) {
	if len(list) == 0 {
		t.indent(n)
		t.b.WriteString("<EMPTY>\n")
		return
	}
	for i, s := range list {
		if i > 0 {
			t.b.WriteByte('\n')
		}
		t.indent(n)
		t.b.WriteString(s)
	}
}

func textBasicConstraints(t *textWriter, n int, v ber.Value) bool {
	if !v.Is(ber.TagSequence) {
		return false
	}
	text := "CA:FALSE"
	f := v.First()
	if f.Is(ber.TagBoolean) {
		if f.Bool() {
			text = "CA:TRUE"
		}
		f = f.Next()
	}
	if f.Is(ber.TagInteger) {
		text += ", pathlen:" + integerText(f.Bytes())
		f = f.Next()
	}
	t.values(n, []string{text})
	return !f.Ok()
}

var keyUsageTexts = [...]string{
	"Digital Signature", "Non Repudiation", "Key Encipherment", "Data Encipherment",
	"Key Agreement", "Certificate Sign", "CRL Sign", "Encipher Only", "Decipher Only",
}

var netscapeTypes = [...]string{"SSL Client", "SSL Server", "S/MIME", "Object Signing", "Unused", "SSL CA", "S/MIME CA", "Object Signing CA"}

func textKeyUsage(t *textWriter, n int, v ber.Value) bool { return t.bits(n, v, keyUsageTexts[:]) }

func textNetscapeType(t *textWriter, n int, v ber.Value) bool { return t.bits(n, v, netscapeTypes[:]) }

// bits writes the names of the bits that are set.
func (t *textWriter) bits(n int, v ber.Value, names []string) bool {
	bits, _, ok := v.Bits()
	if !v.Is(ber.TagBitString) || !ok {
		return false
	}
	var set []string
	for i, name := range names {
		if i/8 < len(bits) && bits[i/8]&(0x80>>(i%8)) != 0 {
			set = append(set, name)
		}
	}
	t.values(n, set)
	return true
}

func textPurposes(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for p := range v.Children() {
		if !p.Is(ber.TagOID) {
			return false
		}
		list = append(list, longName(p.OID()))
	}
	t.values(n, list)
	return v.Is(ber.TagSequence)
}

func textOctets(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	t.b.WriteString(hexColons(v.Octets(), true))
	return v.Is(ber.TagOctetString)
}

func textIA5(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	t.b.Write(v.Octets())
	return v.Is(ber.TagIA5String)
}

func textObject(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	t.b.WriteString(longName(v.OID()))
	return v.Is(ber.TagOID)
}

func textNull(*textWriter, int, ber.Value) bool { return true }

func textInvalidity(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	t.b.WriteString(textTime(v))
	return true
}

// integerText writes an INTEGER in decimal, or in hex when it has 128 bits or more.
func integerText(b []byte) string {
	magnitude, negative := integerMagnitude(b)
	minus := ""
	if negative {
		minus = "-"
	}
	if len(magnitude) > 16 || len(magnitude) == 16 && magnitude[0]&0x80 != 0 {
		return minus + "0x" + strings.ToUpper(hexString(magnitude))
	}
	return minus + decimal(magnitude)
}

// decimal writes a short big-endian number in decimal by dividing it by ten.
func decimal(b []byte) string {
	rest := append([]byte(nil), b...)
	var digits []byte
	for {
		remainder, zero := 0, true
		for i, c := range rest {
			remainder = remainder<<8 | int(c)
			rest[i] = byte(remainder / 10)
			remainder %= 10
			zero = zero && rest[i] == 0
		}
		digits = append([]byte{byte('0' + remainder)}, digits...)
		if zero {
			return string(digits)
		}
	}
}

func textInteger(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	t.b.WriteString(integerText(v.Bytes()))
	return v.Is(ber.TagInteger)
}

var reasonTexts = [...]string{
	"Unspecified", "Key Compromise", "CA Compromise", "Affiliation Changed", "Superseded", "Cessation Of Operation", "Certificate Hold",
	"", "Remove From CRL", "Privilege Withdrawn", "AA Compromise",
}

func textReason(t *textWriter, n int, v ber.Value) bool {
	number, ok := v.Int()
	if !v.Is(ber.TagEnumerated) || !ok {
		return false
	}
	t.indent(n)
	if number >= 0 && number < int64(len(reasonTexts)) && reasonTexts[number] != "" {
		t.b.WriteString(reasonTexts[number])
	} else {
		t.b.WriteString(strconv.FormatInt(number, 10))
	}
	return true
}

func textFeatures(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for f := range v.Children() {
		number, _ := f.Int()
		switch number {
		case 5:
			list = append(list, "status_request")
		case 17:
			list = append(list, "status_request_v2")
		default:
			list = append(list, strconv.FormatInt(number, 10))
		}
	}
	t.values(n, list)
	return v.Is(ber.TagSequence)
}

func textUsagePeriod(t *textWriter, n int, v ber.Value) bool {
	t.indent(n)
	from, to := ber.Value{}, ber.Value{}
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			from = f
		case f.IsContext(1):
			to = f
		}
	}
	if from.Ok() {
		t.b.WriteString("Not Before: " + implicitTime(from))
		if to.Ok() {
			t.b.WriteString(", ")
		}
	}
	if to.Ok() {
		t.b.WriteString("Not After: " + implicitTime(to))
	}
	return v.Is(ber.TagSequence)
}

// implicitTime writes a GeneralizedTime whose tag is another.
func implicitTime(v ber.Value) string {
	content := v.Octets()
	if len(content) > 100 {
		return "Bad time value"
	}
	return textTime(ber.ParseOne(append([]byte{ber.TagGeneralizedTime, byte(len(content))}, content...)).Root())
}
