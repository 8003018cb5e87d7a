package pkix

// Certificates (RFC 5280 section 4), read field by field.

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"strconv"
	"sync/atomic"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/say"
)

// Certificate is an X.509 certificate, or what could be read of one.
type Certificate struct {
	Raw  []byte // the whole certificate as received
	Tree *ber.Tree
	TBS  []byte // the tbsCertificate as received: what is signed

	Version int // 1, 2 or 3; 0 when it cannot be read
	// Serial is the content octets of the serial number, a two's complement integer.
	Serial          []byte
	Issuer, Subject Name
	// NotBefore and NotAfter are Unix seconds; both 0 where HasValidity is false
	// because one of them cannot be read.
	NotBefore, NotAfter int64
	HasValidity         bool
	PublicKey           *algo.PublicKey // nil when there is none
	SignatureAlgorithm  algo.Identifier // the outer one
	Signature           []byte
	Extensions          []Extension

	BasicConstraints      BasicConstraints
	KeyUsage              KeyUsage
	HasKeyUsage           bool
	ExtKeyUsage           []oid.OID
	HasExtKeyUsage        bool
	AltNames              []GeneralName
	IssuerAltNames        []GeneralName
	SubjectKeyID          []byte
	AuthorityKeyID        []byte
	AuthorityIssuer       []GeneralName
	AuthoritySerial       []byte // content octets
	NameConstraints       *NameConstraints
	CRLDistributionPoints []DistributionPoint
	Policies              []oid.OID
	PolicyMappings        [][2]oid.OID
	PolicyConstraints     *PolicyConstraints
	InhibitAnyPolicy      int // -1 when absent

	Problems []Problem

	// unusable says why the certificate cannot be part of a chain, though it can be
	// shown: something in it that decides about trust cannot be relied upon.
	unusable string

	tbs, spki, validity ber.Value
	innerAlgorithm      algo.Identifier

	// signed is what CheckSignature said last: it is asked for the list of certificates
	// and for the chain, and about bundled certificates by every inspection.
	signed atomic.Pointer[signedBy]
}

// signedBy is whether a certificate's signature is by its issuer.
type signedBy struct {
	issuer *Certificate
	err    error
}

func (c *Certificate) malformed(why string) {
	if c.unusable == "" {
		c.unusable = why
	}
}

// ParseCertificate reads a certificate in BER or DER. As long as there is anything
// to be shown the certificate is not nil, and its Problems say what is wrong. The
// error, which may come with a certificate, says why it is not a whole one.
func ParseCertificate(der []byte) (*Certificate, error) { return readCertificate(ber.ParseOne(der)) }

func readCertificate(tree *ber.Tree) (*Certificate, error) {
	c := &Certificate{Tree: tree, BasicConstraints: BasicConstraints{PathLen: -1}, InhibitAnyPolicy: -1}
	r := &reader{}
	r.faults(tree)
	root := tree.Root()
	if !root.Is(ber.TagSequence) {
		return nil, errors.New("reading a certificate: it is not a SEQUENCE")
	}
	c.Raw = root.Raw()
	if rest := len(tree.Src) - tree.End; rest > 0 {
		r.problem("structure", tree.End, strconv.Itoa(rest)+" bytes follow the certificate", "RFC 5280 section 4.1")
	}
	c.tbs = root.First()
	if !c.tbs.Is(ber.TagSequence) {
		return nil, errors.New("reading a certificate: it has no tbsCertificate")
	}
	c.TBS = c.tbs.Raw()
	c.readTBS(r)
	if c.Issuer.Raw == nil && c.Subject.Raw == nil && c.PublicKey == nil {
		return nil, errors.New("reading a certificate: there is neither a name nor a key in it")
	}
	c.readSignature(r, c.tbs.Next())
	c.Problems = r.problems
	if err := tree.Err(); err != nil {
		c.malformed("it is not whole: " + err.Error())
		return c, errors.New("reading a certificate: " + err.Error())
	}
	if c.unusable != "" && !c.complete() {
		return c, errors.New("reading a certificate: " + c.unusable)
	}
	return c, nil
}

// complete reports whether all the fields are there that every certificate has.
func (c *Certificate) complete() bool {
	return c.Issuer.Raw != nil && c.Subject.Raw != nil && c.PublicKey != nil && len(c.Serial) > 0 && c.HasValidity && c.Signature != nil
}

func (c *Certificate) readTBS(r *reader) {
	f := c.tbs.First()
	c.Version = 1
	if f.IsContext(0) {
		n, ok := f.First().Int()
		if !ok || n < 0 || n > 2 || !f.First().Is(ber.TagInteger) {
			c.Version = 0
			r.at(f, "version", "a version that does not exist", "RFC 5280 section 4.1.2.1")
		} else {
			c.Version = int(n) + 1
			if n == 0 {
				r.at(f, "version", "version 1 is encoded though it is the default", "X.690 section 11.5")
			}
		}
		f = f.Next()
	}
	f = c.readSerial(r, f)
	if !f.Is(ber.TagSequence) {
		r.at(f, "structure", "the signature algorithm of the tbsCertificate is missing", "RFC 5280 section 4.1.2.3")
		c.malformed("its fields are not those of a certificate")
		return
	}
	var err error
	if c.innerAlgorithm, err = algo.ReadIdentifier(f); err != nil {
		r.at(f, "algorithm", err.Error(), "RFC 5280 section 4.1.2.3")
	}
	f = f.Next()
	if f.Is(ber.TagSequence) {
		c.Issuer = r.name(f)
		if c.Issuer.Empty() {
			r.at(f, "name", "an empty issuer name", nameRef)
		}
		f = f.Next()
	} else {
		r.at(c.tbs, "structure", "the issuer is missing", nameRef)
		c.malformed("it has no issuer")
	}
	if f.Is(ber.TagSequence) {
		c.readValidity(r, f)
		f = f.Next()
	} else {
		r.at(c.tbs, "structure", "the validity is missing", "RFC 5280 section 4.1.2.5")
		c.malformed("it has no period of validity")
	}
	if f.Is(ber.TagSequence) {
		c.Subject = r.name(f)
		f = f.Next()
	} else {
		r.at(c.tbs, "structure", "the subject is missing", "RFC 5280 section 4.1.2.6")
		c.malformed("it has no subject")
	}
	if f.Is(ber.TagSequence) {
		c.spki = f
		if c.PublicKey, err = algo.ReadPublicKey(f); err != nil {
			r.at(f, "key", "the public key cannot be read: "+err.Error(), "RFC 5280 section 4.1.2.7")
			c.malformed("its public key cannot be read")
		}
		f = f.Next()
	} else {
		r.at(c.tbs, "structure", "the public key is missing", "RFC 5280 section 4.1.2.7")
		c.malformed("it has no public key")
	}
	for ; f.Ok(); f = f.Next() {
		switch {
		case f.IsContext(1), f.IsContext(2):
			if c.Version == 1 {
				r.at(f, "version", "a unique identifier in a certificate of version 1", "RFC 5280 section 4.1.2.8")
			}
		case f.IsContext(3) && c.Extensions == nil:
			if c.Version != 3 {
				r.at(f, "version", "extensions in a certificate of version "+strconv.Itoa(c.Version), "RFC 5280 section 4.1.2.9")
			}
			c.Extensions = r.readExtensions(f.First())
			c.decodeExtensions(r)
		default:
			r.at(f, "structure", "a field that does not belong in a certificate", "RFC 5280 section 4.1")
			c.malformed("it has a field that does not belong there")
		}
	}
	if c.Subject.Empty() && len(c.AltNames) == 0 && c.Subject.Raw != nil {
		r.at(c.tbs, "name", "the subject is empty and there is no subjectAltName", "RFC 5280 section 4.1.2.6")
	}
}

// readSerial reads the serial number and gives the field after it.
func (c *Certificate) readSerial(r *reader, f ber.Value) ber.Value {
	const ref = "RFC 5280 section 4.1.2.2"
	if !f.Is(ber.TagInteger) || len(f.Bytes()) == 0 {
		r.at(f, "serial", "the serial number is missing", ref)
		c.malformed("it has no serial number")
		if f.Is(ber.TagInteger) {
			return f.Next()
		}
		return f
	}
	c.Serial = f.Bytes()
	b := c.Serial
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		r.at(f, "serial", "the serial number begins with an octet it does not need", "X.690 section 8.3.2")
	}
	switch {
	case b[0]&0x80 != 0:
		r.at(f, "serial", "the serial number is negative", ref)
	case len(bytes.TrimLeft(b, "\x00")) == 0:
		r.at(f, "serial", "the serial number is zero", ref)
	case len(b) > 20:
		r.at(f, "serial", "the serial number has "+strconv.Itoa(len(b))+" octets, and more than 20 are not allowed", ref)
	}
	return f.Next()
}

func (c *Certificate) readValidity(r *reader, v ber.Value) {
	const ref = "RFC 5280 section 4.1.2.5"
	c.validity = v
	from, to := v.First(), v.First().Next()
	notBefore, odd1, err1 := readTime(from)
	notAfter, odd2, err2 := readTime(to)
	for _, p := range []struct {
		v    ber.Value
		odd  string
		err  error
		name string
	}{{from, odd1, err1, "notBefore"}, {to, odd2, err2, "notAfter"}} {
		if p.err != nil {
			r.at(p.v, "time", p.name+" cannot be read: "+p.err.Error(), ref)
		} else if p.odd != "" {
			r.at(p.v, "time", p.name+" is "+p.odd, ref)
		}
	}
	if err1 != nil || err2 != nil {
		return
	}
	c.NotBefore, c.NotAfter, c.HasValidity = notBefore, notAfter, true
	if notAfter < notBefore {
		r.at(v, "time", "the certificate ends before it begins", ref)
	}
}

// readSignature reads what follows the tbsCertificate.
func (c *Certificate) readSignature(r *reader, f ber.Value) {
	var err error
	c.SignatureAlgorithm, err = algo.ReadIdentifier(f)
	if err != nil {
		r.at(f, "algorithm", err.Error(), "RFC 5280 section 4.1.1.2")
		c.malformed("its signature algorithm cannot be read")
	}
	if c.innerAlgorithm.Value.Ok() && !bytes.Equal(c.innerAlgorithm.Value.Raw(), f.Raw()) {
		r.at(f, "algorithm", "the signature algorithm inside and outside of the signed part differ", "RFC 5280 section 4.1.1.2")
		c.malformed("its two signature algorithms differ")
	}
	sig := f.Next()
	if !sig.Is(ber.TagBitString) {
		r.at(c.tbs, "structure", "the signature is missing after this", "RFC 5280 section 4.1.1.3")
		c.malformed("it has no signature")
		return
	}
	octets := sig.Octets()
	if len(octets) == 0 || octets[0] != 0 {
		r.at(sig, "structure", "the signature is not a whole number of bytes", "RFC 5280 section 4.1.1.3")
		c.malformed("its signature is not a whole number of bytes")
	}
	if len(octets) > 0 {
		c.Signature = octets[1:]
	}
	if extra := sig.Next(); extra.Ok() {
		r.at(extra, "structure", "a field follows the signature", "RFC 5280 section 4.1")
	}
}

// Fingerprint is the SHA-256 of the whole certificate in hex.
func (c *Certificate) Fingerprint() string {
	sum := sha256.Sum256(c.Raw)
	return hexString(sum[:])
}

// SerialHex is the serial number in hex, two digits an octet, without the octet that
// only keeps it positive; "-" before a negative one.
func (c *Certificate) SerialHex() string { return SerialHex(c.Serial) }

// SerialHex writes the content octets of a serial number as Certificate.SerialHex
// does; none give "".
func SerialHex(octets []byte) string {
	if len(octets) == 0 {
		return ""
	}
	magnitude, negative := integerMagnitude(octets)
	s := hexString(magnitude)
	if negative {
		return "-" + s
	}
	return s
}

// integerMagnitude gives the absolute value of an INTEGER's content octets, big
// endian and at least one octet, and whether it is negative.
func integerMagnitude(b []byte) ([]byte, bool) {
	if len(b) == 0 {
		return []byte{0}, false
	}
	negative := b[0]&0x80 != 0
	m := bytes.Clone(b)
	if negative {
		carry := true
		for i := len(m) - 1; i >= 0; i-- {
			m[i] = ^m[i]
			if carry {
				m[i]++
				carry = m[i] == 0
			}
		}
	}
	for len(m) > 1 && m[0] == 0 {
		m = m[1:]
	}
	return m, negative
}

// SameInteger compares the content octets of two INTEGERs as numbers: needless
// leading octets make no difference.
func SameInteger(a, b []byte) bool {
	return bytes.Equal(TrimInteger(a), TrimInteger(b))
}

// TrimInteger takes the needless leading octets off an INTEGER's content.
func TrimInteger(b []byte) []byte {
	for len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		b = b[1:]
	}
	return b
}

// IsCA reports whether the basic constraints say that the subject is a CA.
func (c *Certificate) IsCA() bool { return c.BasicConstraints.CA }

// SelfIssued reports whether issuer and subject are the same name.
func (c *Certificate) SelfIssued() bool { return c.Subject.Equal(c.Issuer) }

// Allows reports whether the key usage allows a use: it names one of the uses given,
// or there is no key usage extension.
func (c *Certificate) Allows(use KeyUsage) bool { return !c.HasKeyUsage || c.KeyUsage&use != 0 }

// HasPurpose reports whether the extended key usage names a purpose.
func (c *Certificate) HasPurpose(o oid.OID) bool {
	for _, p := range c.ExtKeyUsage {
		if p == o {
			return true
		}
	}
	return false
}

// Extension gives an extension by its kind, or nil.
func (c *Certificate) Extension(o oid.OID) *Extension { return findExtension(c.Extensions, o) }

// KeyUsageNames are the uses that the key usage allows, by their names in RFC 5280;
// nil without that extension.
func (c *Certificate) KeyUsageNames() []string {
	var names []string
	for i, n := range keyUsageNames {
		if c.KeyUsage&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return names
}

// ExtKeyUsageNames are the purposes of the extended key usage, by name where they
// have one.
func (c *Certificate) ExtKeyUsageNames() []string {
	var names []string
	for _, o := range c.ExtKeyUsage {
		names = append(names, o.Name())
	}
	return names
}

// KeyID is the subject key identifier, or where there is none the one that RFC 5280
// section 4.2.1.2 makes of the public key: the SHA-1 of its bits. Nil without a key.
func (c *Certificate) KeyID() []byte {
	if len(c.SubjectKeyID) > 0 {
		return c.SubjectKeyID
	}
	if c.PublicKey == nil || c.PublicKey.Raw == nil {
		return nil
	}
	sum := sha1.Sum(c.PublicKey.Raw)
	return sum[:]
}

// CheckSignature verifies that the holder of issuer's key signed the certificate.
func (c *Certificate) CheckSignature(issuer *Certificate) error {
	if issuer.PublicKey == nil {
		return errors.New("the issuer has no public key that can be read")
	}
	if s := c.signed.Load(); s != nil && s.issuer == issuer {
		return s.err
	}
	err := algo.VerifySignature(c.SignatureAlgorithm, algo.Hash{}, issuer.PublicKey, c.TBS, c.Signature)
	c.signed.Store(&signedBy{issuer, err})
	return err
}

// label names the certificate in a sentence: by the common name, the first other
// name, or the serial number.
func (c *Certificate) label() string {
	if n := c.Subject.CommonName(); n != "" {
		return quote(n)
	}
	if s := c.Subject.String(); s != "" {
		return quote(s)
	}
	if len(c.AltNames) > 0 {
		return quote(c.AltNames[0].Value)
	}
	return "with serial number " + c.SerialHex()
}

// quote marks what came from outside as that.
func quote(s string) string { return say.Quoted(s) }
