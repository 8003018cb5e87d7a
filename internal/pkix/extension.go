package pkix

// Extensions of certificates and CRLs (RFC 5280 sections 4.2 and 5.2), those decoded
// that decide what a certificate may do or for whom it speaks.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

// Extension is one extension as received.
type Extension struct {
	OID      oid.OID
	Critical bool
	// Value is the content of the extnValue OCTET STRING.
	Value []byte
	// Range is where the extension lies, ValueOffset where Value begins, or -1 when
	// its octets are not in one piece there.
	Range       [2]int
	ValueOffset int
	// Error says why a known extension cannot be read, or "".
	Error string
}

// Root reads the extension's value.
func (e *Extension) Root() ber.Value { return ber.ParseOne(e.Value).Root() }

// BasicConstraints is RFC 5280 section 4.2.1.9.
type BasicConstraints struct {
	Present, CA bool
	PathLen     int // how many certificates may follow below the next, or -1 for any number
}

// KeyUsage is a set of the uses of RFC 5280 section 4.2.1.3: bit n of the BIT STRING
// is 1<<n here.
type KeyUsage uint16

// The uses of a key.
const (
	DigitalSignature KeyUsage = 1 << iota
	NonRepudiation            // contentCommitment in the newer standards
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
	EncipherOnly
	DecipherOnly
)

var keyUsageNames = [...]string{
	"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment",
	"keyAgreement", "keyCertSign", "cRLSign", "encipherOnly", "decipherOnly",
}

// NameConstraints is RFC 5280 section 4.2.1.10.
type NameConstraints struct {
	Permitted, Excluded []Subtree
}

// Subtree is one GeneralSubtree. Minimum and maximum, which RFC 5280 fixes to 0 and
// absent, make it Odd otherwise.
type Subtree struct {
	Base GeneralName
	Odd  bool
}

// PolicyConstraints is RFC 5280 section 4.2.1.11, -1 for what is absent.
type PolicyConstraints struct {
	RequireExplicit, InhibitMapping int
}

// DistributionPoint is one of RFC 5280 section 4.2.1.13, or the one in an issuing
// distribution point.
type DistributionPoint struct {
	FullName []GeneralName
	// Relative is the name relative to the CRL issuer, when that form is used.
	Relative []Attribute
	// Reasons is the BIT STRING of reasons, nil for all of them.
	Reasons   []byte
	CRLIssuer []GeneralName
}

// readExtensions reads the SEQUENCE of Extension that v is.
func (r *reader) readExtensions(v ber.Value) []Extension {
	var all []Extension
	if !v.Is(ber.TagSequence) {
		r.at(v, "extension", "extensions that are not a SEQUENCE", "RFC 5280 section 4.1")
		return nil
	}
	if !v.First().Ok() {
		r.at(v, "extension", "an empty SEQUENCE of extensions", "RFC 5280 section 4.1.2.9")
	}
	for e := range v.Children() {
		x := Extension{Range: r.rangeOf(e)}
		f := e.First()
		if !e.Is(ber.TagSequence) || !f.Is(ber.TagOID) {
			r.at(e, "extension", "an extension without an object identifier", "RFC 5280 section 4.1")
			continue
		}
		x.OID = f.OID()
		f = f.Next()
		if f.Is(ber.TagBoolean) {
			x.Critical = f.Bool()
			if !x.Critical {
				r.at(f, "extension", "critical FALSE is encoded though it is the default", "X.690 section 11.5")
			}
			f = f.Next()
		}
		if !f.Is(ber.TagOctetString) {
			r.at(e, "extension", "the extension "+x.OID.Name()+" has no OCTET STRING", "RFC 5280 section 4.1")
			x.Error = "it has no value"
			x.ValueOffset = -1
		} else {
			x.Value = f.Octets()
			x.ValueOffset = -1
			if !f.Constructed() && r.base >= 0 {
				x.ValueOffset = r.base + f.ContentRange()[0]
			}
		}
		all = append(all, x)
	}
	return all
}

// findExtension gives the first extension of that kind, or nil.
func findExtension(all []Extension, o oid.OID) *Extension {
	for i := range all {
		if all[i].OID == o {
			return &all[i]
		}
	}
	return nil
}

// inside gives a reader for the value of an extension, which records its problems
// at their places in the certificate.
func (r *reader) inside(x *Extension) *reader {
	return &reader{base: x.ValueOffset}
}

// knownExtensions are those that chains are built by, or that change nothing about
// whether a chain holds: a critical extension that is not among them makes a
// certificate unusable (RFC 5280 section 4.2). Each reads its value, and gives an
// error text or "".
var knownExtensions = table.Of[oid.OID, func(*Certificate, *reader, ber.Value) string]{
	{oid.BasicConstraints, (*Certificate).readBasicConstraints},
	{oid.KeyUsage, (*Certificate).readKeyUsage},
	{oid.ExtKeyUsage, (*Certificate).readExtKeyUsage},
	{oid.SubjectAltName, (*Certificate).readSubjectAltName},
	{oid.IssuerAltName, (*Certificate).readIssuerAltName},
	{oid.SubjectKeyIdentifier, (*Certificate).readSubjectKeyID},
	{oid.AuthorityKeyIdentifier, (*Certificate).readAuthorityKeyID},
	{oid.NameConstraints, (*Certificate).readNameConstraints},
	{oid.CRLDistributionPoints, (*Certificate).readDistributionPoints},
	{oid.CertificatePolicies, (*Certificate).readPolicies},
	{oid.PolicyMappings, (*Certificate).readPolicyMappings},
	{oid.PolicyConstraints, (*Certificate).readPolicyConstraints},
	{oid.InhibitAnyPolicy, (*Certificate).readInhibitAnyPolicy},
}

// processedCritical are the extensions that may be critical without making the
// certificate unusable, because BuildChain does what they say.
var processedCritical = []oid.OID{
	oid.BasicConstraints, oid.KeyUsage, oid.ExtKeyUsage, oid.SubjectAltName,
	oid.NameConstraints, oid.CRLDistributionPoints, oid.CertificatePolicies,
	oid.PolicyMappings, oid.PolicyConstraints, oid.InhibitAnyPolicy,
	oid.NetscapeCertType, oid.OCSPNoCheck,
}

// neverCritical are extensions that RFC 5280 forbids to be critical (sections 4.2.1.1,
// 4.2.1.2, 4.2.1.8, 4.2.1.15, 4.2.2) or advises against it (4.2.1.7).
var neverCritical = []oid.OID{
	oid.AuthorityKeyIdentifier, oid.SubjectKeyIdentifier, oid.SubjectDirectoryAttributes,
	oid.FreshestCRL, oid.AuthorityInfoAccess, oid.SubjectInfoAccess, oid.IssuerAltName,
}

// decodeExtensions reads the value of every known extension.
func (c *Certificate) decodeExtensions(r *reader) {
	seen := map[oid.OID]bool{}
	for i := range c.Extensions {
		x := &c.Extensions[i]
		if seen[x.OID] {
			r.problem("extension", x.Range[0], "the extension "+x.OID.Name()+" appears more than once", "RFC 5280 section 4.2")
			c.malformed("the extension " + x.OID.Name() + " appears more than once")
			continue
		}
		seen[x.OID] = true
		read := knownExtensions.Get(x.OID)
		if read == nil {
			continue
		}
		if x.Error == "" {
			in := r.inside(x)
			tree := ber.ParseOne(x.Value)
			in.faults(tree)
			switch {
			case !tree.Root().Ok():
				x.Error = "it is empty"
			default:
				x.Error = read(c, in, tree.Root())
				if x.Error == "" && len(tree.Faults) > 0 {
					x.Error = tree.Faults[0].Reason
				}
			}
			if tree.End < len(x.Value) && x.Error == "" {
				x.Error = strconv.Itoa(len(x.Value)-tree.End) + " bytes follow its value"
			}
			for _, p := range in.problems {
				r.problem(p.Code, p.Offset, p.Detail, p.Reference)
			}
		}
		if x.Error != "" {
			r.problem("extension", x.Range[0], "the extension "+x.OID.Name()+" cannot be read: "+x.Error, "RFC 5280 section 4.2")
			c.malformed("its extension " + x.OID.Name() + " cannot be read: " + x.Error)
		}
	}
}

func (c *Certificate) readBasicConstraints(r *reader, v ber.Value) string {
	b := BasicConstraints{Present: true, PathLen: -1}
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	f := v.First()
	if f.Is(ber.TagBoolean) {
		b.CA = f.Bool()
		if !b.CA {
			r.at(f, "extension", "cA FALSE is encoded though it is the default", "X.690 section 11.5")
		}
		f = f.Next()
	}
	if f.Is(ber.TagInteger) {
		n, ok := f.Int()
		if !ok || n < 0 {
			return "its pathLenConstraint is not a count"
		}
		b.PathLen = int(min(n, 1<<30))
		if !b.CA {
			r.at(f, "extension", "a pathLenConstraint in a certificate that is not a CA's", "RFC 5280 section 4.2.1.9")
		}
		f = f.Next()
	}
	if f.Ok() {
		return "there is something in it that does not belong there"
	}
	c.BasicConstraints = b
	return ""
}

func (c *Certificate) readKeyUsage(r *reader, v ber.Value) string {
	if !v.Is(ber.TagBitString) {
		return "it is not a BIT STRING"
	}
	bits, unused, ok := v.Bits()
	if !ok {
		return "its BIT STRING cannot be read"
	}
	for i := range min(8*len(bits)-unused, 16) {
		if bits[i/8]&(0x80>>(i%8)) != 0 {
			c.KeyUsage |= 1 << i
		}
	}
	c.HasKeyUsage = true
	if c.KeyUsage == 0 {
		r.at(v, "extension", "a key usage that allows no use at all", "RFC 5280 section 4.2.1.3")
	}
	return ""
}

func (c *Certificate) readExtKeyUsage(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	c.HasExtKeyUsage = true
	for p := range v.Children() {
		if !p.Is(ber.TagOID) {
			return "there is something in it that is not an object identifier"
		}
		c.ExtKeyUsage = append(c.ExtKeyUsage, p.OID())
	}
	if len(c.ExtKeyUsage) == 0 {
		r.at(v, "extension", "an extended key usage that names no purpose", "RFC 5280 section 4.2.1.12")
	}
	return ""
}

func (c *Certificate) readSubjectAltName(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	c.AltNames = r.generalNames(v)
	if len(c.AltNames) == 0 {
		r.at(v, "extension", "a subjectAltName without a name", generalNameRef)
	}
	return ""
}

func (c *Certificate) readIssuerAltName(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	c.IssuerAltNames = r.generalNames(v)
	return ""
}

func (c *Certificate) readSubjectKeyID(_ *reader, v ber.Value) string {
	if !v.Is(ber.TagOctetString) {
		return "it is not an OCTET STRING"
	}
	c.SubjectKeyID = v.Octets()
	return ""
}

func (c *Certificate) readAuthorityKeyID(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			c.AuthorityKeyID = f.Octets()
		case f.IsContext(1):
			c.AuthorityIssuer = r.generalNames(f)
		case f.IsContext(2):
			c.AuthoritySerial = f.Bytes()
		}
	}
	if (c.AuthorityIssuer == nil) != (c.AuthoritySerial == nil) {
		r.at(v, "extension", "an authority key identifier with an issuer or a serial number but not both", "RFC 5280 section 4.2.1.1")
	}
	return ""
}

func (c *Certificate) readNameConstraints(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	n := &NameConstraints{}
	for f := range v.Children() {
		var into *[]Subtree
		switch {
		case f.IsContext(0):
			into = &n.Permitted
		case f.IsContext(1):
			into = &n.Excluded
		default:
			return "there is something in it that does not belong there"
		}
		for s := range f.Children() {
			base := s.First()
			if !s.Is(ber.TagSequence) || !base.Ok() {
				return "a subtree in it has no base"
			}
			t := Subtree{Base: r.generalName(base)}
			for m := base.Next(); m.Ok(); m = m.Next() {
				if minimum, ok := m.Int(); !m.IsContext(0) || !ok || minimum != 0 {
					t.Odd = true
				}
			}
			*into = append(*into, t)
		}
	}
	c.NameConstraints = n
	return ""
}

func (c *Certificate) readDistributionPoints(r *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	for p := range v.Children() {
		var d DistributionPoint
		for f := range p.Children() {
			switch {
			case f.IsContext(0):
				r.distributionPointName(&d, f)
			case f.IsContext(1):
				d.Reasons = append([]byte{}, f.Bytes()...)
			case f.IsContext(2):
				d.CRLIssuer = r.generalNames(f)
			}
		}
		c.CRLDistributionPoints = append(c.CRLDistributionPoints, d)
	}
	return ""
}

func (r *reader) distributionPointName(d *DistributionPoint, v ber.Value) {
	switch f := v.First(); {
	case f.IsContext(0):
		d.FullName = r.generalNames(f)
	case f.IsContext(1):
		for a := range f.Children() {
			d.Relative = append(d.Relative, r.attribute(a.First().OID(), a.First().Next()))
		}
	}
}

func (c *Certificate) readPolicies(_ *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	for p := range v.Children() {
		if !p.First().Is(ber.TagOID) {
			return "a policy in it has no object identifier"
		}
		c.Policies = append(c.Policies, p.First().OID())
	}
	return ""
}

func (c *Certificate) readPolicyMappings(_ *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	for p := range v.Children() {
		from, to := p.First(), p.First().Next()
		if !from.Is(ber.TagOID) || !to.Is(ber.TagOID) {
			return "a mapping in it does not have two object identifiers"
		}
		c.PolicyMappings = append(c.PolicyMappings, [2]oid.OID{from.OID(), to.OID()})
	}
	return ""
}

func (c *Certificate) readPolicyConstraints(_ *reader, v ber.Value) string {
	if !v.Is(ber.TagSequence) {
		return "it is not a SEQUENCE"
	}
	p := &PolicyConstraints{-1, -1}
	for f := range v.Children() {
		n, ok := f.Int()
		if !ok || n < 0 {
			return "a count in it is not a count"
		}
		switch {
		case f.IsContext(0):
			p.RequireExplicit = int(min(n, 1<<30))
		case f.IsContext(1):
			p.InhibitMapping = int(min(n, 1<<30))
		}
	}
	c.PolicyConstraints = p
	return ""
}

func (c *Certificate) readInhibitAnyPolicy(_ *reader, v ber.Value) string {
	n, ok := v.Int()
	if !v.Is(ber.TagInteger) || !ok || n < 0 {
		return "it is not a count"
	}
	c.InhibitAnyPolicy = int(min(n, 1<<30))
	return ""
}
