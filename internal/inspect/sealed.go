package inspect

// CMS objects in parts: parsed, verified or opened, and what they hold read again.

import (
	"slices"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/identity"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// detached is a SignedData without content, and where it lies.
type detached struct {
	m  *cms.Message
	at place
}

// multipartSigned verifies a multipart/signed (RFC 1847 section 2.1): the first
// part as it was received, header and all, is what the second part signs.
func (x *inspection) multipartSigned(p *report.Part, e *mime.Entity, found detached, s scope) {
	if len(e.Children) < 2 {
		p.Error = "a multipart/signed has two parts, and this one has " + plural(len(e.Children), "part", "parts")
		return
	}
	if e.Params["protocol"] == "application/pgp-signature" {
		p.Error = "it is signed with OpenPGP, which is not S/MIME"
		return
	}
	if own := p.Children[1].Signature; found.m == nil && own != nil && !own.Detached && len(own.Signers) > 0 {
		x.signedElsewhere(p)
		return
	}
	if found.m == nil {
		p.Error = "the second part of the multipart/signed holds no detached signature"
		if reason := p.Children[1].Error; reason != "" {
			p.Error += ": " + reason
		}
		return
	}
	signed := report.Range(e.Children[0].Range)
	content := signedContent{
		bytes:    x.sources[s.source][signed[0]:signed[1]:signed[1]],
		source:   s.source,
		span:     signed,
		repaired: s.repaired,
	}
	p.CMS = p.Children[1].CMS
	s.claim.path = p.Path
	for first := &p.Children[0]; first != nil; first = first.Content {
		// An identity body speaks for who is named in it, whatever From is around it.
		if first.Disposition != "aib" || first.Message == nil {
			continue
		}
		if aor, field := identity.Speaker(first.Message); aor != "" {
			s.claim.other = field == "Referred-By" && !pkix.SameURI(aor, s.claim.aor)
			s.claim.aor, s.claim.field = aor, "identity body's "+field
		}
	}
	p.Signature = x.signature(found.m, found.at, content, s.claim)
	whole := place{source: s.source, span: p.Range}
	apply(x, signedRules, signedSubject{p, e, found.m}, s.claim.at(whole))
}

// signedElsewhere is for a multipart/signed whose signature has a content of its own:
// whatever that says, it is not the first part that is signed.
func (x *inspection) signedElsewhere(p *report.Part) {
	second := &p.Children[1]
	p.CMS, p.Signature, second.Signature = second.CMS, second.Signature, nil
	p.Signature.Verdict, p.Signature.Reason = report.Invalid, report.CheckDigest
	for i := range p.Signature.Signers {
		s := &p.Signature.Signers[i]
		s.Checks = slices.Clone(s.Checks)
		for j := range s.Checks {
			if s.Checks[j].Code == report.CheckDigest {
				s.Checks[j].OK, s.Checks[j].Reference = ptr(false), "RFC 8551 section 3.5.3"
				s.Checks[j].Detail = "the signature has a content of its own, and the first part is not what it signs"
			}
		}
		s.Verdict, s.Reason = settled(s.Checks)
	}
}

// sealedPart reads a CMS object in a part, and goes on with what is inside. e is nil
// for an object without MIME around it.
func (x *inspection) sealedPart(p *report.Part, e *mime.Entity, b body, s scope) {
	s.claim.path = p.Path
	m, err := cms.Parse(b.bytes)
	p.CMS = object(m.Kind, b.place)
	x.cmsFindings(m.Problems, b.place, s.claim)
	if err != nil {
		p.Error = "no CMS object: " + notCMS(b.bytes, m)
		return
	}
	apply(x, sealedRules, sealedSubject{e, m, b.place}, s.claim.at(b.place))
	if s.detached != nil && m.Signed != nil && m.Signed.Content.Detached {
		*s.detached = detached{m, b.place}
		x.attachedTo(m.Signed, b.place)
		return
	}
	s.detached = nil
	x.message(p, m, b.place, s)
}

// notCMS says why bytes are no CMS object.
func notCMS(b []byte, m *cms.Message) string {
	switch {
	case len(b) == 0:
		return "it is empty"
	case len(m.Tree.Faults) > 0:
		return m.Tree.Faults[0].Error()
	}
	return "it does not begin as a ContentInfo does (RFC 5652 section 3)"
}

// message goes on with a parsed CMS message in a part.
func (x *inspection) message(p *report.Part, m *cms.Message, at place, s scope) {
	switch {
	case m.Signed != nil:
		x.signedPart(p, m, at, s)
	case m.Enveloped != nil:
		x.envelopePart(p, m, at, s)
	case m.Compressed != nil:
		content, err := x.decompress(m.Compressed)
		if err != nil {
			p.Error = "decompressing: " + err.Error()
		}
		if content != nil {
			x.inner(p, m.Compressed.Content.Type, content, report.OriginDecompressed, at.source, s)
		}
	case m.Digested != nil:
		check := outcomeCheck(report.CheckDigest, m.Digested.Verify(nil), at)
		p.Digest = &check
		if check.OK != nil && !*check.OK {
			p.Error = check.Detail
		}
		if c := m.Digested.Content; !c.Detached {
			x.inner(p, c.Type, c.Content, report.OriginEContent, at.source, s)
		}
	case m.Data != nil:
		x.inner(p, oid.Data, m.Data, report.OriginEContent, at.source, s)
	}
}

// decompress gives the content of a CompressedData, unless all of them have become too
// much. Those after that are not even tried.
func (x *inspection) decompress(c *cms.CompressedData) (content []byte, err error) {
	if x.decompressed <= limit.DecompressedTotal {
		content, err = c.Decompress()
		x.decompressed += len(content)
	}
	if x.decompressed > limit.DecompressedTotal {
		return nil, limit.Over("bytes decompressed in all", limit.DecompressedTotal, -1)
	}
	return content, err
}

// signedPart verifies a SignedData that stands alone. What a detached one signs is
// not there.
func (x *inspection) signedPart(p *report.Part, m *cms.Message, at place, s scope) {
	c := m.Signed.Content
	if c.Detached {
		p.Signature = x.signature(m, at, signedContent{source: at.source, span: at.span}, s.claim)
		return
	}
	source := x.addSource(c.Content, report.OriginEContent, at.source, "")
	p.Signature = x.signature(m, at, signedContent{
		bytes: c.Content, source: source, span: report.Range{0, len(c.Content)}, repaired: at.repaired || s.repaired,
	}, s.claim)
	x.innerAt(p, c.Type, c.Content, source, s)
}

// inner reads content that a CMS object held as the part's content.
func (x *inspection) inner(p *report.Part, contentType oid.OID, content []byte, origin string, parent int, s scope) {
	x.innerAt(p, contentType, content, x.addSource(content, origin, parent, ""), s)
}

func (x *inspection) innerAt(p *report.Part, contentType oid.OID, content []byte, source int, s scope) {
	path := p.Path + ".1"
	s = s.inside(source)
	if contentType == oid.Data || contentType == "" || s.sealed > limit.Sealed {
		inner := x.contentPart(report.Range{0, len(content)}, path, s)
		p.Content = &inner
		return
	}
	// Sealed directly inside, without MIME between.
	at := place{source: source, span: report.Range{0, len(content)}, repaired: s.repaired}
	s.claim.path = path
	inner := report.Part{
		Path: path, Type: "application/pkcs7-mime", Params: map[string]string{}, Headers: []report.Header{},
		Source: source, Range: at.span, BodyRange: at.span, Children: []report.Part{},
	}
	m, err := cms.ParseContent(contentType, content)
	inner.CMS = object(m.Kind, at)
	x.cmsFindings(m.Problems, at, s.claim)
	if err != nil {
		inner.Type = "application/octet-stream"
		if m.Kind != cms.KindUnknown {
			inner.Error = "content of type " + contentType.Name() + ": " + err.Error()
		}
	} else {
		x.message(&inner, m, at, s)
	}
	p.Content = &inner
}

func object(kind string, at place) *report.Object {
	return &report.Object{Kind: kind, Source: at.source, Range: at.span}
}
