package cms

// SignedData (RFC 5652 section 5) and its signers, read field by field.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// SignedData is RFC 5652 section 5.1.
type SignedData struct {
	Value            ber.Value
	Version          int // -1 when unreadable
	DigestAlgorithms []algo.Identifier
	Content          EncapContent
	// Certificates are those of the choice certificate, raw. Others are attribute
	// certificates and the like, which are shown and not used.
	Certificates []ber.Value
	Others       []ber.Value
	CRLs         []ber.Value
	OtherCRLs    []ber.Value // OtherRevocationInfoFormat, such as OCSP responses (RFC 5940)
	Signers      []*SignerInfo
	// Digests are of content, each computed once for all signers. Readings of one
	// object that differ, over the same content, may share them.
	Digests Digests
	// Work is what verifying signatures takes it out of.
	Work *limit.Work
	// Unexplained leaves out why a signature does not hold, which is sought in many ways.
	Unexplained bool

	message *Message
	flaws   map[*SignerInfo]*Problem // the first error in each signer; of nil, outside of them
	checks  int                      // signatures computed so far
	hashed  int                      // bytes hashed for signatures so far
	// explained is how many bytes were hashed to find out why digests differ.
	explained int
}

// EncapContent is EncapsulatedContentInfo (RFC 5652 section 5.2): a content type
// and the content itself, or no content when it travels elsewhere.
type EncapContent struct {
	Value ber.Value
	Type  oid.OID
	// Detached is true when the content is not here.
	Detached bool
	// Content is the eContent in one piece: what is signed when there are no signed
	// attributes, and what messageDigest is over when there are.
	Content []byte
	// Range is the content's extent. Where Chunked is true it holds identifier and
	// length octets between the pieces, too.
	Range   [2]int
	Chunked bool
	// PKCS7 is true for content that is not in an OCTET STRING, as PKCS#7 1.5 allowed:
	// its content octets, without identifier and length, are what is digested.
	PKCS7 bool
}

// SignerInfo is RFC 5652 section 5.3.
type SignerInfo struct {
	Value   ber.Value
	Index   int
	Version int // -1 when unreadable
	// The signer is named by Issuer and Serial, or by SubjectKeyID.
	SID             ber.Value
	Issuer          pkix.Name
	Serial          []byte // content octets of the INTEGER
	SubjectKeyID    []byte
	DigestAlgorithm algo.Identifier
	// SignedAttrs is the [0] as received; absent when there are none.
	SignedAttrs        ber.Value
	Signed             []Attribute
	SignatureAlgorithm algo.Identifier
	Signature          []byte
	SignatureValue     ber.Value
	UnsignedAttrs      ber.Value
	Unsigned           []Attribute
	// Countersigners signed this signer's signature (RFC 5652 section 11.4).
	Countersigners []*SignerInfo
	// Counter is true for a countersigner.
	Counter bool
	// Problems are those of this signer alone; the message has them, too.
	Problems []Problem

	data   *SignedData
	parent *SignerInfo // of a countersigner
}

// NamedByKey reports whether the signer is named by a subject key identifier.
func (s *SignerInfo) NamedByKey() bool { return s.SubjectKeyID != nil }

const signedDataRef = "RFC 5652 section 5.1"
const signerInfoRef = "RFC 5652 section 5.3"

func (m *Message) readSignedData(v ber.Value) *SignedData {
	s := &SignedData{Value: v, Version: -1, message: m}
	if !v.Is(ber.TagSequence) {
		m.missing("a SignedData", v, m.Value, signedDataRef)
		return s
	}
	f := m.version(v, &s.Version, signedDataRef)
	if f.Is(ber.TagSet) {
		for a := range f.Children() {
			if !a.Is(ber.TagSequence) {
				m.missing("a digest algorithm", a, f, signedDataRef)
			}
			s.DigestAlgorithms = append(s.DigestAlgorithms, m.identifier(a, "a digest algorithm", signedDataRef))
		}
		f = f.Next()
	} else {
		m.missing("the SET of digest algorithms", f, v, signedDataRef)
	}
	if f.Is(ber.TagSequence) {
		s.Content = m.readEncapContent(f)
		f = f.Next()
	} else {
		m.missing("the encapsulated content", f, v, signedDataRef)
		s.Content.Detached = true
	}
	for ; f.Ok(); f = f.Next() {
		switch {
		case f.IsContext(0):
			m.readCertificates(s, f)
		case f.IsContext(1):
			for c := range f.Children() {
				if c.Is(ber.TagSequence) {
					s.CRLs = append(s.CRLs, c)
				} else {
					s.OtherCRLs = append(s.OtherCRLs, c)
				}
			}
		case f.Is(ber.TagSet):
			for c := range f.Children() {
				s.Signers = append(s.Signers, m.readSignerInfo(c, s, len(s.Signers)))
			}
			if extra := f.Next(); extra.Ok() {
				m.problem("structure", SeverityError, extra.Range(), "a value follows the signers", signedDataRef)
			}
			m.checkSignedDataVersion(s)
			return s
		default:
			m.problem("structure", SeverityError, f.Range(), "certificates, CRLs or the SET of signers was expected", signedDataRef)
		}
	}
	m.missing("the SET of signers", f, v, signedDataRef)
	return s
}

// readCertificates reads a CertificateSet (RFC 5652 section 10.2.3).
func (m *Message) readCertificates(s *SignedData, set ber.Value) {
	for c := range set.Children() {
		switch {
		case c.Is(ber.TagSequence):
			s.Certificates = append(s.Certificates, c)
		case c.IsContext(0), c.IsContext(1), c.IsContext(2), c.IsContext(3):
			s.Others = append(s.Others, c)
		default:
			s.Others = append(s.Others, c)
			m.problem("structure", SeverityError, c.Range(), "no kind of certificate that CMS knows", "RFC 5652 section 10.2.2")
		}
	}
}

// checkSignedDataVersion compares the version with the one that the content asks
// for. No reader cares, and many writers are wrong.
func (m *Message) checkSignedDataVersion(s *SignedData) {
	want := 1
	byKey := false
	for _, si := range s.Signers {
		byKey = byKey || si.Version == 3
	}
	if byKey || s.Content.Type != oid.Data && !s.Content.PKCS7 {
		want = 3
	}
	for _, c := range s.Others {
		if c.IsContext(3) {
			want = 5
		} else if c.IsContext(2) {
			want = max(want, 4)
		} else if c.IsContext(1) {
			want = max(want, 3)
		}
	}
	if len(s.OtherCRLs) > 0 {
		want = 5
	}
	if s.Version >= 0 && s.Version != want {
		m.problem("version", SeverityNote, s.Value.First().Range(),
			"the SignedData says version "+strconv.Itoa(s.Version)+", and its content asks for "+strconv.Itoa(want), signedDataRef)
	}
}

func (m *Message) readEncapContent(v ber.Value) EncapContent {
	const ref = "RFC 5652 section 5.2"
	e := EncapContent{Value: v, Detached: true}
	f := v.First()
	if !f.Is(ber.TagOID) {
		m.missing("the type of the encapsulated content", f, v, ref)
		return e
	}
	e.Type = f.OID()
	f = f.Next()
	if !f.Ok() {
		return e
	}
	if !f.IsContext(0) || !f.Constructed() {
		m.missing("the content tagged [0]", f, v, ref)
		return e
	}
	c := f.First()
	if !c.Ok() {
		m.missing("the encapsulated content", c, f, ref)
		return e
	}
	e.Detached = false
	e.Range = c.ContentRange()
	if c.Is(ber.TagOctetString) {
		e.Content = c.Octets()
		e.Chunked = c.Constructed()
		if e.Content == nil {
			e.Content = []byte{}
		}
	} else {
		e.PKCS7 = true
		e.Content = c.Bytes()
		if !c.Is(ber.TagSequence) {
			m.missing("an OCTET STRING", c, f, ref)
		}
		m.problem("pkcs7-content", SeverityNote, c.Range(),
			"the content is not in an OCTET STRING, as PKCS#7 1.5 had it", "RFC 5652 section 5.2.1")
	}
	return e
}

func (m *Message) readSignerInfo(v ber.Value, data *SignedData, index int) *SignerInfo {
	start := len(m.Problems)
	s := &SignerInfo{Value: v, Version: -1, Index: index, data: data}
	m.readSignerFields(s)
	s.Problems = append(s.Problems, m.Problems[start:]...)
	return s
}

func (m *Message) readSignerFields(s *SignerInfo) {
	v := s.Value
	if !v.Is(ber.TagSequence) {
		m.missing("a SignerInfo", v, v, signerInfoRef)
		return
	}
	f := m.version(v, &s.Version, signerInfoRef)
	s.SID = f
	switch {
	case f.Is(ber.TagSequence):
		s.Issuer, s.Serial = m.readIssuerAndSerial(f)
		f = f.Next()
	case f.IsContext(0):
		s.SubjectKeyID = f.Octets()
		if s.SubjectKeyID == nil {
			s.SubjectKeyID = []byte{}
		}
		f = f.Next()
	default:
		m.missing("the signer's identifier", f, v, signerInfoRef)
	}
	if s.Version == 1 && s.NamedByKey() || s.Version == 3 && !s.NamedByKey() {
		m.problem("version", SeverityNote, v.First().Range(),
			"the SignerInfo says version "+strconv.Itoa(s.Version)+", which is the other way to name a signer", signerInfoRef)
	}
	if f.Is(ber.TagSequence) {
		s.DigestAlgorithm = m.identifier(f, "the digest algorithm", signerInfoRef)
		f = f.Next()
	} else {
		m.missing("the digest algorithm", f, v, signerInfoRef)
	}
	if f.IsContext(0) {
		s.SignedAttrs = f
		s.Signed = m.readAttributes(f)
		if len(s.Signed) == 0 {
			m.problem("structure", SeverityWarning, f.Range(), "the signed attributes are there and empty", signerInfoRef)
		}
		if !sortedSet(f) {
			m.problem("attributes-not-der", SeverityNote, f.Range(),
				"the signed attributes are not in the order that DER asks for", "RFC 5652 section 5.4")
		}
		f = f.Next()
	}
	if f.Is(ber.TagSequence) {
		s.SignatureAlgorithm = m.identifier(f, "the signature algorithm", signerInfoRef)
		f = f.Next()
	} else {
		m.missing("the signature algorithm", f, v, signerInfoRef)
	}
	if f.Is(ber.TagOctetString) {
		s.SignatureValue = f
		s.Signature = f.Octets()
		f = f.Next()
	} else {
		m.missing("the signature", f, v, signerInfoRef)
	}
	if f.IsContext(1) {
		s.UnsignedAttrs = f
		s.Unsigned = m.readAttributes(f)
		m.readCountersigners(s)
		f = f.Next()
	}
	if f.Ok() {
		m.problem("structure", SeverityError, f.Range(), "a value follows the last field of the SignerInfo", signerInfoRef)
	}
}

// readIssuerAndSerial reads IssuerAndSerialNumber (RFC 5652 section 10.2.4).
func (m *Message) readIssuerAndSerial(v ber.Value) (pkix.Name, []byte) {
	const ref = "RFC 5652 section 10.2.4"
	issuer := v.First()
	if !issuer.Is(ber.TagSequence) {
		m.missing("the issuer's name", issuer, v, ref)
		return pkix.Name{}, nil
	}
	name := pkix.ReadName(issuer)
	serial := issuer.Next()
	if !serial.Is(ber.TagInteger) {
		m.missing("the serial number", serial, v, ref)
		return name, nil
	}
	return name, serial.Bytes()
}
