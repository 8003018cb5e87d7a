package mend

// The best evidence for a repair: a signature that verifies.

import (
	"bytes"
	"sort"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/ingest/lineend"
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
// multipart/signed (RFC 1847 section 2.1), or nil: as it is with edits, which are in
// order of place.
func (l leaf) signed(d *document, edits []lineend.Edit) []byte {
	if l.parent == nil || l.parent.Type != "multipart/signed" || len(l.parent.Children) < 2 || l.parent.Children[1] != l.Entity {
		return nil
	}
	r := l.parent.Children[0].Range
	from := sort.Search(len(edits), func(i int) bool { return edits[i].At >= r[0] })
	to := sort.Search(len(edits), func(i int) bool { return edits[i].At >= r[1] })
	if from == to {
		return d.bytes[r[0]:r[1]:r[1]]
	}
	return lineend.Apply(d.bytes[r[0]:r[1]], r[0], edits[from:to])
}

// prove verifies the signatures of a CMS object over its own content, or else over
// content, whose digests are computed once for all objects that are tried.
func (m *Mender) prove(object, content []byte, digests cms.Digests) proof {
	msg, err := cms.Parse(object)
	if err != nil || msg.Signed == nil || len(msg.Signed.Signers) == 0 {
		return unknown
	}
	sd := msg.Signed
	if !sd.Content.Detached {
		content = sd.Content.Content
	} else {
		sd.Digests = digests
	}
	if content == nil || !m.mayProve() {
		return unknown
	}
	sd.Work, sd.Unexplained = m.Work, true
	known, attached := m.pool(), &pkix.Pool{}
	// What all this costs is not in the size of the object alone.
	defer func() { m.tried += sd.Hashed() + 8*len(known.All()) }()
	for _, v := range sd.Certificates {
		if c, err := pkix.ParseCertificate(v.Raw()); err == nil {
			attached.Add(c)
		}
	}
	result := proven
	all := attached.All()
	for _, c := range all[:min(len(all), limit.ChainLength)] {
		// By key and not by name: several authorities may have one name.
		for _, issuer := range append(known.BySubjectKeyID(c.AuthorityKeyID), attached.BySubjectKeyID(c.AuthorityKeyID)...) {
			pair := c.Fingerprint() + issuer.Fingerprint()
			sound, known := m.sound[pair]
			if !known {
				if !m.mayProve() {
					return unknown
				}
				m.proof++
				if m.Work.Take(issuer.PublicKey.VerifyWork()) != nil {
					return unknown
				}
				sound = c.CheckSignature(issuer) == nil
				if m.sound == nil {
					m.sound = map[string]bool{}
				}
				m.sound[pair] = sound
			}
			if !sound {
				return refuted
			}
		}
	}
	for _, s := range sd.Signers {
		var candidates []*pkix.Certificate
		if s.NamedByKey() {
			candidates = append(known.BySubjectKeyID(s.SubjectKeyID), attached.BySubjectKeyID(s.SubjectKeyID)...)
		} else {
			candidates = append(known.ByIssuerAndSerial(s.Issuer, s.Serial), attached.ByIssuerAndSerial(s.Issuer, s.Serial)...)
		}
		if len(candidates) == 0 {
			if v := s.Verify(content, nil); v.Fails() {
				return refuted
			}
			result = min(result, unknown)
			continue
		}
		if !m.mayProve() {
			return unknown
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

// pool is of the bundled certificates and of those that the Mender was given, now.
func (m *Mender) pool() *pkix.Pool {
	if m.known == nil {
		m.known = pkix.NewPool(pkix.Bundled()...)
	}
	for ; m.pooled < len(m.Certificates); m.pooled++ {
		m.known.Add(m.Certificates[m.pooled])
	}
	return m.known
}

// startsMessage reports whether a SIP message begins with b.
func startsMessage(b []byte) bool {
	return sip.LooksLikeSIP(bytes.TrimLeft(b[:min(len(b), limit.HeaderSize)], "\r\n"))
}

// Whole reports whether a SIP message, once its line ends and objects are repaired, is as
// long as its Content-Length says, and whether it has signatures that all hold.
func (m *Mender) Whole(b []byte) (fits, holds bool) {
	d := newDocument(b, 0)
	j := &job{mender: m, isSIP: true, first: d}
	if v := j.read(d); len(b) > limit.RepairSize {
		return v.length >= 0 && v.fits(d), false
	}
	w := j.worth(d)
	return w.fits, w.proof == proven
}
