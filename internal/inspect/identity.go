package inspect

// Who sent a message by other means than S/MIME over its body, and what a message
// inside another has to do with it: package identity reads them, and here they meet
// the key ring, the parts and the findings.

import (
	"bytes"
	"slices"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/identity"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
	"github.com/sipseal/sipseal/internal/sdp"
	"github.com/sipseal/sipseal/internal/sip"
)

// identities examines a message whose parts are in the report already.
func (x *inspection) identities(m *sip.Message, root *mime.Entity, out *report.Message, end int) []report.Identity {
	c := x.identityContext(m, root, out.Source, end)
	list := append(identity.Examine(c), c.Bodies(out.Body)...)
	list = append(list, c.Middle(out.Body)...)
	for i := range list {
		if list[i].Verdict == report.Unverifiable && list[i].Certificate == nil {
			x.shared.want(anyCertificate)
		}
	}
	return list
}

func (x *inspection) identityContext(m *sip.Message, root *mime.Entity, source, end int) *identity.Context {
	c := &identity.Context{
		Message: m, Root: root, Source: source, End: end, Public: x.ring.public,
		At: x.options.At, Work: x.one, Modern: x.policy() == pkix.PolicyModern,
		Judge: x.judgeIdentity, Reported: x.reported,
		Index: func(cert *pkix.Certificate) *int {
			if entry := x.ring.byRaw[string(cert.Raw)]; entry != nil && entry.here {
				return ptr(x.reportCertificate(entry))
			}
			return nil
		},
		Carried: func(file []byte) *algo.PublicKey {
			for _, k := range x.ring.carried {
				if bytes.Equal(k.file, file) {
					return k.public
				}
			}
			return nil
		},
		Trusted: func(cert *pkix.Certificate) bool {
			chain := x.chain(cert)
			return chain.Chain.OK != nil && *chain.Chain.OK
		},
	}
	if !identity.Wants(m) {
		return c
	}
	for _, r := range x.ring.certificates {
		c.Certificates = append(c.Certificates, identity.Certificate{
			Certificate: r.cert, Name: r.name, Bundled: r.from() == report.OriginBundled,
		})
	}
	c.Public = slices.Clone(x.ring.public)
	for _, k := range x.ring.private {
		c.Public = append(c.Public, k.Public)
	}
	return c
}

// reported is the certificate at an index of the report.
func (x *inspection) reported(index int) *pkix.Certificate {
	for _, r := range x.ring.certificates {
		if r.index == index {
			return r.cert
		}
	}
	return nil
}

// compare sets the fields of a sealed message against those of the message around it
// (RFC 3261 section 23.4). What should not differ is a finding.
func (x *inspection) compare(inner *sip.Message, e *mime.Entity, b body, s scope) []report.Comparison {
	if *s.compared++; *s.compared > limit.Comparisons {
		if *s.compared == limit.Comparisons+1 {
			at := where{message: s.claim.message, path: s.claim.path, source: b.source, span: b.span}
			x.over(at, "messages inside one message", limit.Comparisons, "from here on they are not compared with it")
		}
		return nil
	}
	mode := sip.ModeOf(e, s.encrypted)
	var list []report.Comparison
	for _, d := range sip.Compare(s.outer, inner, mode) {
		list = append(list, report.Comparison{
			Header: d.Header, Outer: d.Outer, Inner: d.Inner, OuterMissing: d.OuterMissing, InnerMissing: d.InnerMissing,
			Class: string(d.Class), Same: d.Same, OK: d.OK, Detail: d.Detail, Reference: d.Reference,
			OuterSource: s.outerSource, OuterRange: d.OuterRange, InnerSource: b.source, InnerRange: d.InnerRange,
		})
		if !d.OK && mode != sip.IdentityBody {
			at := where{message: s.claim.message, path: s.claim.path, source: b.source, span: d.InnerRange}
			x.find(at, "tunnel-difference", report.SeverityWarning, sentence(d.Header+": "+d.Detail), d.Reference)
		}
	}
	return list
}

// sessionLines explains a session description line by line; what breaks its rules is
// a finding.
func (x *inspection) sessionLines(b body, s scope) []report.SDPLine {
	d := sdp.Parse(x.sources[b.source], b.span)
	var list []report.SDPLine
	for _, l := range d.Lines {
		list = append(list, report.SDPLine{Type: l.Type, Value: l.Value, Meaning: l.Meaning, Media: l.Media, Source: b.source, Range: l.Range})
	}
	for _, p := range d.Problems {
		x.find(where{message: s.claim.message, path: s.claim.path, source: b.source, span: p.Range}, "sdp-"+p.Code, report.SeverityWarning, sentence(p.Detail), p.Reference)
	}
	return list
}

// judgeIdentity adds the checks of the certificate behind an identity, as for a
// signer's.
func (x *inspection) judgeIdentity(id *report.Identity, cert *pkix.Certificate) {
	entry := x.ring.byRaw[string(cert.Raw)]
	id.Certificate = ptr(x.reportCertificate(entry))
	id.Checks = append(id.Checks, report.Check{
		Code: report.CheckCertificate, OK: ptr(true), Required: true, Reference: certificateRef,
		Detail: "the signer's certificate was found: " + origins.Get(entry.from()),
	})
	var checks []report.Check
	id.Chain, checks, id.PublicTestChain = x.chainChecks(cert)
	id.Checks = append(append(id.Checks, checks...), keyUsageCheck(cert))
}

// identityFindings says what of a message's identities does not hold.
func (x *inspection) identityFindings(list []report.Identity, message int) {
	for i := range list {
		id := &list[i]
		at := where{message: message, path: id.Part, source: id.Source, span: id.Range}
		for _, c := range id.Checks {
			if c.OK == nil || *c.OK {
				continue
			}
			severity := report.SeverityWarning
			if c.Required {
				severity = report.SeverityError
			}
			x.find(at, "identity-"+c.Code, severity, sentence(id.Title+": "+c.Detail), c.Reference)
		}
	}
}

// identityClause says in a sentence what came of an identity.
func identityClause(id *report.Identity) report.Clause {
	text, detail, intact, claimed := id.Title, "", false, say.Quoted(id.Claimed)
	switch {
	case id.Claimed == "":
	case id.Mechanism == report.IdentityMiddle:
		text += " for " + claimed
	default:
		text += " of " + claimed
	}
	for _, c := range id.Checks {
		intact = intact || c.Code == report.CheckSignature && c.OK != nil && *c.OK
		if detail == "" && c.Code == id.Reason && c.Required && (c.OK == nil || !*c.OK) {
			detail = c.Detail
		}
	}
	switch id.Verdict {
	case report.Valid:
		text += ": it holds"
		if id.PublicTestChain {
			text += ", as far as a test CA whose private key is public can say"
		}
	case report.Invalid:
		if intact && id.Reason != report.CheckSignature {
			text += ": the signature is intact, but " + detail
			break
		}
		text += ": it does not hold, as " + detail
	default:
		text += ": whether it holds cannot be said, as " + detail
	}
	return clause("identity-"+id.Verdict, text+".", "mechanism", id.Mechanism, "title", id.Title, "claimed", claimed, "detail", detail)
}
