package cms

// Attributes (RFC 5652 sections 5.3 and 11), and what they say as readable text.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/table"
)

// attrNames are the names that the standards use: RFC 5652 section 11, RFC 8551
// section 2.5, RFC 5035, RFC 6211, RFC 3185.
var attrNames = table.Of[oid.OID, string]{
	{oid.ContentType, "contentType"},
	{oid.MessageDigest, "messageDigest"},
	{oid.SigningTime, "signingTime"},
	{oid.Countersignature, "countersignature"},
	{oid.SMIMECapabilities, "sMIMECapabilities"},
	{oid.CMSAlgorithmProtect, "cmsAlgorithmProtection"},
	{oid.EncrypKeyPref, "sMIMEEncryptionKeyPreference"},
	{oid.SigningCertificate, "signingCertificate"},
	{oid.SigningCertificateV2, "signingCertificateV2"},
	{oid.CEKReference, "cekReference"},
	{oid.CEKMaxDecrypts, "cekMaxDecrypts"},
	{oid.KEKDerivationAlg, "kekDerivationAlg"},
}

// Attribute is one attribute of a signer, an envelope or an authenticated message.
type Attribute struct {
	OID    oid.OID
	Name   string      // as the standards call it, dotted when not known
	Value  string      // all its values as text; long ones are cut
	Values []ber.Value // the values as received
	Range  [2]int      // the whole attribute
}

// Attributes gives the signer's signed attributes and then its unsigned ones, as
// readable text.
func (s *SignerInfo) Attributes() []Attribute {
	all := make([]Attribute, 0, len(s.Signed)+len(s.Unsigned))
	return append(append(all, s.Signed...), s.Unsigned...)
}

// SigningTime gives the signer's signingTime attribute in Unix seconds, and false
// when there is none or it cannot be read (RFC 5652 section 11.3).
func (s *SignerInfo) SigningTime() (int64, bool) {
	v, count := single(s.Signed, oid.SigningTime)
	if count != 1 {
		return 0, false
	}
	t, err := pkix.ReadTime(v)
	return t, err == nil
}

// single finds the only value of an attribute. The count is the number of values
// in all attributes of that type.
func single(attrs []Attribute, o oid.OID) (value ber.Value, count int) {
	for _, a := range attrs {
		if a.OID == o {
			for _, v := range a.Values {
				value = v
				count++
			}
		}
	}
	return value, count
}

// readAttributes reads a SET OF Attribute, whatever its tag.
func (m *Message) readAttributes(set ber.Value) []Attribute {
	const ref = "RFC 5652 section 5.3"
	var attrs []Attribute
	for v := range set.Children() {
		a := Attribute{Range: v.Range()}
		o := v.First()
		if !v.Is(ber.TagSequence) || !o.Is(ber.TagOID) {
			m.missing("an attribute", v, set, ref)
			continue
		}
		a.OID = o.OID()
		values := o.Next()
		if !values.Is(ber.TagSet) {
			m.missing("the SET of an attribute's values", values, v, ref)
		} else if values.First().Ok() {
			for c := range values.Children() {
				a.Values = append(a.Values, c)
			}
		} else {
			m.problem("structure", SeverityWarning, values.Range(), "an attribute has no value", ref)
		}
		a.Name = attrNames.Get(a.OID)
		if a.Name == "" {
			a.Name = a.OID.Name()
		}
		a.Value = attributeText(a)
		attrs = append(attrs, a)
	}
	return attrs
}

// attributeText writes an attribute's values for a reader.
func attributeText(a Attribute) string {
	var b strings.Builder
	for i, v := range a.Values {
		if i > 0 {
			b.WriteString("; ")
		}
		if b.Len() > limit.AttributeText {
			b.WriteString("…")
			break
		}
		b.WriteString(valueText(a.OID, v))
	}
	return b.String()
}

func valueText(o oid.OID, v ber.Value) string {
	switch o {
	case oid.SigningTime:
		if t, err := pkix.ReadTime(v); err == nil {
			return pkix.FormatTime(t)
		}
	case oid.MessageDigest, oid.CEKReference:
		return hex(v.Octets())
	case oid.SMIMECapabilities:
		return capabilitiesText(v)
	case oid.Countersignature:
		return "a countersignature of " + strconv.Itoa(len(v.Raw())) + " bytes"
	case oid.EncrypKeyPref:
		return keyPreferenceText(v)
	case oid.SigningCertificate, oid.SigningCertificateV2:
		hash, digest, _ := signingCertificate(o, v)
		if digest != nil {
			return hash.Name + " " + hex(digest)
		}
	case oid.CMSAlgorithmProtect:
		return algorithmsText(v)
	}
	return genericText(v)
}

// genericText writes a value of which only the tag is known.
func genericText(v ber.Value) string {
	switch {
	case v.Is(ber.TagOID):
		return v.OID().Name()
	case v.Is(ber.TagInteger), v.Is(ber.TagEnumerated):
		if n, ok := v.Int(); ok {
			return strconv.FormatInt(n, 10)
		}
	case v.Is(ber.TagBoolean):
		return strconv.FormatBool(v.Bool())
	case v.Is(ber.TagNull):
		return "NULL"
	case v.Is(ber.TagUTF8String), v.Is(ber.TagPrintableString), v.Is(ber.TagIA5String),
		v.Is(ber.TagVisibleString), v.Is(ber.TagNumericString):
		return cut(strings.ToValidUTF8(string(v.Octets()), "\uFFFD"))
	case v.Is(ber.TagUTCTime), v.Is(ber.TagGeneralizedTime):
		if t, err := pkix.ReadTime(v); err == nil {
			return pkix.FormatTime(t)
		}
	case v.Is(ber.TagOctetString):
		return hex(v.Octets())
	}
	return hex(v.Raw())
}

func cut(s string) string {
	if len(s) > limit.AttributeText {
		return strings.ToValidUTF8(s[:limit.AttributeText], "") + "…"
	}
	return s
}

// hex writes bytes in lower case; long runs are cut and say how long they are.
func hex(b []byte) string {
	const digits = "0123456789abcdef"
	shown := b
	if len(b) > limit.AttributeText/2 {
		shown = b[:limit.AttributeText/2]
	}
	out := make([]byte, 0, 2*len(shown)+16)
	for _, c := range shown {
		out = append(out, digits[c>>4], digits[c&15])
	}
	if len(shown) < len(b) {
		out = append(out, "… ("+strconv.Itoa(len(b))+" bytes)"...)
	}
	return string(out)
}

// capabilitiesText names the algorithms of SMIMECapabilities (RFC 8551 section
// 2.5.2), with RC2's key size, which is its parameter (RFC 2633 section 2.5.2).
func capabilitiesText(v ber.Value) string {
	var b strings.Builder
	for c := range v.Children() {
		if b.Len() > limit.AttributeText {
			b.WriteString(", …")
			break
		}
		if b.Len() > 0 {
			b.WriteString(", ")
		}
		o := c.First()
		b.WriteString(o.OID().Name())
		if p := o.Next(); p.Is(ber.TagInteger) {
			if n, ok := p.Int(); ok {
				b.WriteString(" (" + strconv.FormatInt(n, 10) + " bits)")
			}
		}
	}
	return b.String()
}

// keyPreferenceText reads SMIMEEncryptionKeyPreference (RFC 8551 section 2.5.3).
func keyPreferenceText(v ber.Value) string {
	switch {
	case v.IsContext(0):
		issuer := v.First()
		if issuer.Is(ber.TagSequence) && issuer.Next().Is(ber.TagInteger) {
			return "the key of the certificate by " + cut(pkix.ReadName(issuer).String()) + ", serial " + hex(issuer.Next().Bytes())
		}
	case v.IsContext(2):
		return "the key with identifier " + hex(v.Octets())
	}
	return genericText(v)
}

// algorithmsText names the algorithms of CMSAlgorithmProtection (RFC 6211).
func algorithmsText(v ber.Value) string {
	var names []string
	for c := range v.Children() {
		if len(names) == 4 {
			break
		}
		o := c
		if c.Is(ber.TagSequence) || c.IsContext(1) || c.IsContext(2) {
			o = c.First()
		}
		names = append(names, o.OID().Name())
	}
	return strings.Join(names, ", ")
}

// signingCertificate reads the first ESSCertID or ESSCertIDv2 of an attribute
// (RFC 5035 sections 3 and 5): the hash of the signer's certificate.
func signingCertificate(o oid.OID, v ber.Value) (h algo.Hash, digest []byte, ok bool) {
	id := v.First().First() // certs, its first
	f := id.First()
	hashID := oid.SHA1 // of the first version
	if o == oid.SigningCertificateV2 {
		hashID = oid.SHA256 // the default of the second
		if f.Is(ber.TagSequence) {
			a, err := algo.ReadIdentifier(f)
			if err != nil {
				return h, nil, false
			}
			hashID = a.OID
			f = f.Next()
		}
	}
	if !f.Is(ber.TagOctetString) {
		return h, nil, false
	}
	h, ok = algo.HashFor(hashID)
	return h, f.Octets(), ok
}

// readCountersigners reads the countersignatures among the unsigned attributes.
func (m *Message) readCountersigners(s *SignerInfo) {
	depth := 1
	for p := s; p.parent != nil; p = p.parent {
		depth++
	}
	for _, a := range s.Unsigned {
		if a.OID != oid.Countersignature {
			continue
		}
		for _, v := range a.Values {
			if depth > limit.Countersignatures {
				m.problem("limit", SeverityWarning, v.Range(), limit.More("nested countersignatures", limit.Countersignatures, v.Offset()), "RFC 5652 section 11.4")
				return
			}
			start := len(m.Problems)
			c := &SignerInfo{Value: v, Version: -1, Index: len(s.Countersigners), data: s.data, Counter: true, parent: s}
			m.readSignerFields(c)
			c.Problems = append(c.Problems, m.Problems[start:]...)
			s.Countersigners = append(s.Countersigners, c)
		}
	}
}
