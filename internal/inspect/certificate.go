package inspect

// Certificates in the report.

import (
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// reportCertificate gives the index in the report of a ring certificate, and puts
// it there when it is the first to ask.
func (x *inspection) reportCertificate(r *ringCertificate) int {
	if r.index >= 0 {
		return r.index
	}
	c := r.cert
	if r.source < 0 {
		r.source = x.addSource(c.Raw, r.from(), -1, r.name)
	}
	span := report.Range{r.offset, r.offset + len(c.Raw)}
	out := report.Certificate{
		Subject:            c.Subject.String(),
		Issuer:             c.Issuer.String(),
		Serial:             c.SerialHex(),
		SignatureAlgorithm: c.SignatureAlgorithm.Name(),
		KeyUsage:           c.KeyUsageNames(),
		ExtendedKeyUsage:   c.ExtKeyUsageNames(),
		CA:                 c.IsCA(),
		SelfSigned:         c.SelfIssued() && x.one.Take(c.PublicKey.VerifyWork()) == nil && c.CheckSignature(c) == nil,
		SubjectKeyID:       hexBytes(c.SubjectKeyID),
		AuthorityKeyID:     hexBytes(c.AuthorityKeyID),
		SHA256:             c.Fingerprint(),
		Origin:             r.from(),
		Name:               r.name,
		Trusted:            r.trusted,
		PublicTestCA:       r.testCA,
		Source:             r.source,
		Range:              span,
	}
	if c.HasValidity {
		out.NotBefore, out.NotAfter = isoTime(c.NotBefore), isoTime(c.NotAfter)
	}
	if c.PublicKey != nil {
		out.PublicKey = c.PublicKey.Describe()
	}
	for _, n := range c.AltNames {
		out.SubjectAltNames = append(out.SubjectAltNames, report.AltName{Type: n.Type, Value: n.Value})
	}
	if r.err != nil {
		out.Error = r.err.Error()
	}
	r.index = len(x.report.Certificates)
	x.report.Certificates = append(x.report.Certificates, out)
	x.certificateFindings(r)
	return r.index
}

// certificateFindings reports how a certificate departs from its standards.
func (x *inspection) certificateFindings(r *ringCertificate) {
	at := where{message: -1, certificate: &r.index, source: r.source, span: report.Range{r.offset, r.offset + len(r.cert.Raw)}}
	apply(x, certificateRules, certificateSubject{r.cert, place{source: r.source, span: at.span}}, at)
	for _, p := range r.cert.Problems {
		severity := report.SeverityWarning
		if r.from() == report.OriginBundled {
			severity = report.SeverityNote
		}
		start := r.offset + max(p.Offset, 0)
		at.span = report.Range{start, min(start+1, r.offset+len(r.cert.Raw))}
		x.find(at, "certificate-"+p.Code, severity, sentence(p.Detail), p.Reference)
	}
}

// readCertificate reads a certificate into the ring. What cannot be read at all is
// a finding and gives nil.
func (x *inspection) readCertificate(der []byte, origin, name string, source, offset int) *ringCertificate {
	// Of a thousand messages most carry the same certificates.
	if r := x.ring.byRaw[string(der)]; r != nil && r.read {
		x.ring.take(r)
		return r
	}
	c, err := pkix.ParseCertificate(der)
	if c == nil {
		x.find(where{message: -1, source: source, span: report.Range{offset, offset + len(der)}},
			"certificate-unreadable", report.SeverityError, sentence(err.Error()), "RFC 5280 section 4.1")
		return nil
	}
	r := x.addCertificate(c, origin, name, source, offset)
	if r.err == nil {
		r.err = err
	}
	r.read = true
	return r
}
