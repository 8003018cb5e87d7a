package inspect

// Opening envelopes: for whom something is encrypted, which key opened it, and what
// is inside.

import (
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/ingest/mend"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// envelopePart opens an EnvelopedData and its like, and reads on inside.
func (x *inspection) envelopePart(p *report.Part, m *cms.Message, at place, s scope) {
	e := m.Enveloped
	for _, v := range e.OriginatorCertificates {
		x.attached(v, at)
	}
	pool := &x.ring.pool
	d := e.Decrypt(cms.Keyring{
		Private:      x.ring.private,
		Certificates: pool,
		Passwords:    x.options.Passwords,
		Secrets:      x.ring.secrets,
		Work:         x.one,
	})
	x.ring.secrets = append(x.ring.secrets, d.Secrets()...)
	out := &report.Envelope{
		Kind:       e.Kind,
		Recipients: []report.Recipient{},
		Algorithm:  algorithmName(e.Algorithm),
		Verdict:    d.Verdict,
		Reason:     d.Reason,
	}
	for i, r := range e.Recipients {
		recipient := report.Recipient{
			Type:         r.Type,
			Serial:       pkix.SerialHex(r.Serial),
			SubjectKeyID: hexBytes(r.SubjectKeyID),
			KeyID:        hexBytes(r.KeyID),
			Algorithm:    algorithmName(r.Algorithm),
			Source:       at.source,
			Range:        at.at(r.Value.Range()),
		}
		if r.Serial != nil {
			recipient.Issuer = r.Issuer.String()
		}
		if i < len(d.Recipients) {
			recipient.Key = d.Recipients[i].Key
			recipient.Error = d.Recipients[i].Error
		}
		if c := r.FindCertificate(pool); c != nil {
			recipient.Certificate = ptr(x.reportCertificate(x.ring.byRaw[string(c.Raw)]))
		} else {
			x.shared.want(certificateOf(r.Issuer, r.Serial, r.SubjectKeyID))
		}
		if d.Verdict == report.NoKey && len(r.KeyID) > 0 {
			x.shared.want(secretNamed(r.KeyID))
		}
		out.Recipients = append(out.Recipients, recipient)
	}
	p.Envelope = out
	x.cmsFindings(d.Problems, at, s.claim)
	apply(x, envelopeRules, envelopeSubject{e, out, at}, s.claim.at(at))
	if d.Verdict != cms.Decrypted && e.Kind != cms.KindAuthenticatedData || d.Content == nil {
		return
	}
	origin := report.OriginDecrypted
	if e.Kind == cms.KindAuthenticatedData {
		origin = report.OriginEContent
	}
	s.encrypted = s.encrypted || e.Kind != cms.KindAuthenticatedData
	source := x.addSource(d.Content, origin, at.source, "")
	content := d.Content
	if mended := x.mendOpened(content, source); mended != nil {
		content, s.repaired = mended, true
		source = x.addSource(content, report.OriginUnpacked, source, "")
	}
	x.innerAt(p, e.ContentType, content, source, s)
}

// mendOpened repairs signed content that was encrypted after its line ends were damaged,
// as it is repaired outside of envelopes, or gives nil where nothing is to be repaired.
func (x *inspection) mendOpened(content []byte, source int) []byte {
	if x.options.NoRepair {
		return nil
	}
	e := mime.Parse(content, [2]int{0, len(content)})
	signed := false
	e.Walk(func(e *mime.Entity) { signed = signed || e.Type == "multipart/signed" })
	if !signed {
		return nil
	}
	if x.mender == nil {
		x.mender = &mend.Mender{Certificates: x.ring.pool.All()}
	}
	x.mender.Work = x.one
	m := x.mender.Entity(content, 0)
	if !m.Changed {
		return nil
	}
	for i := range m.Steps {
		m.Steps[i].Source = &source
	}
	x.report.Input.Steps = append(x.report.Input.Steps, m.Steps...)
	return m.Bytes
}
