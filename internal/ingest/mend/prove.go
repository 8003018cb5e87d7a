package mend

// The best evidence for a repair: a signature that verifies.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/sip"
)

// proof is what a signature says about a repair, the better the higher.
type proof int

const (
	refuted proof = iota // it does not verify
	unknown              // there is none, or no certificate to verify it with
	proven               // it verifies
)

// signed gives what the object in l signs when it is the second part of a
// multipart/signed (RFC 1847 section 2.1), or nil.
func (l leaf) signed(d *document) []byte {
	if l.parent == nil || l.parent.Type != "multipart/signed" || len(l.parent.Children) < 2 || l.parent.Children[1] != l.Entity {
		return nil
	}
	r := l.parent.Children[0].Range
	return d.bytes[r[0]:r[1]:r[1]]
}

// prove verifies the signatures of a CMS object over its own content, or else over
// content.
func (m *Mender) prove(object, content []byte) proof {
	if m.proof >= limit.RepairProofs {
		return unknown
	}
	msg, err := cms.Parse(object)
	if err != nil || msg.Signed == nil || len(msg.Signed.Signers) == 0 {
		return unknown
	}
	sd := msg.Signed
	if !sd.Content.Detached {
		content = sd.Content.Content
	}
	if content == nil {
		return unknown
	}
	pool := pkix.NewPool(pkix.Bundled()...)
	for _, c := range m.Certificates {
		pool.Add(c)
	}
	var attached []*pkix.Certificate
	for _, v := range sd.Certificates {
		if c, err := pkix.ParseCertificate(v.Raw()); err == nil {
			attached = append(attached, c)
			pool.Add(c)
		}
	}
	result := proven
	for _, c := range attached[:min(len(attached), limit.ChainLength)] {
		// By key and not by name: several authorities may have one name.
		for _, issuer := range pool.BySubjectKeyID(c.AuthorityKeyID) {
			m.proof++
			if c.CheckSignature(issuer) != nil {
				return refuted
			}
		}
	}
	for _, s := range sd.Signers {
		var candidates []*pkix.Certificate
		if s.NamedByKey() {
			candidates = pool.BySubjectKeyID(s.SubjectKeyID)
		} else {
			candidates = pool.ByIssuerAndSerial(s.Issuer, s.Serial)
		}
		if len(candidates) == 0 {
			if v := s.Verify(content, nil); v.Fails() {
				return refuted
			}
			result = min(result, unknown)
			continue
		}
		m.proof++
		v, _ := s.VerifyAny(content, candidates)
		switch {
		case v.Holds():
		case v.Fails():
			return refuted
		default:
			result = min(result, unknown)
		}
	}
	return result
}

// startsMessage reports whether a SIP message begins with b.
func startsMessage(b []byte) bool {
	return sip.LooksLikeSIP(bytes.TrimLeft(b[:min(len(b), limit.HeaderSize)], "\r\n"))
}
