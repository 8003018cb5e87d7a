package inspect

// Who sent a message by other means than S/MIME over its body, and what a message
// inside another has to do with it: package identity reads them, and here they meet
// the key ring, the parts and the findings.

import (
	"github.com/sipseal/sipseal/internal/identity"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// identities examines a message whose parts are in the report already.
func (x *inspection) identities(m *sip.Message, root *mime.Entity, source, end int) []report.Identity {
	return identity.Examine(x.identityContext(m, root, source, end))
}

func (x *inspection) identityContext(m *sip.Message, root *mime.Entity, source, end int) *identity.Context {
	c := &identity.Context{
		Message: m, Root: root, Source: source, End: end, Public: x.ring.public,
		At: x.options.At, Modern: x.policy() == pkix.PolicyModern,
		Judge: x.judgeIdentity,
	}
	for _, r := range x.ring.certificates {
		c.Certificates = append(c.Certificates, identity.Certificate{
			Certificate: r.cert, Name: r.name, Bundled: r.origin == report.OriginBundled,
		})
	}
	for _, k := range x.ring.private {
		c.Public = append(c.Public[:len(c.Public):len(c.Public)], k.Public)
	}
	return c
}

// judgeIdentity adds the checks of the certificate behind an identity, as for a
// signer's.
func (x *inspection) judgeIdentity(id *report.Identity, cert *pkix.Certificate) {
	entry := x.ring.byRaw[string(cert.Raw)]
	id.Certificate = ptr(x.reportCertificate(entry))
	id.Checks = append(id.Checks, report.Check{
		Code: report.CheckCertificate, OK: ptr(true), Required: true, Reference: certificateRef,
		Detail: "the signer's certificate was found: " + origins[entry.origin],
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
	text, detail := id.Title, ""
	if id.Claimed != "" {
		text += " of " + id.Claimed
	}
	for _, c := range id.Checks {
		if c.Code == id.Reason && c.Required && (c.OK == nil || !*c.OK) {
			detail = c.Detail
			break
		}
	}
	switch id.Verdict {
	case report.Valid:
		text += ": it holds"
		if id.PublicTestChain {
			text += ", as far as a test CA whose private key is public can say"
		}
	case report.Invalid:
		text += ": it does not hold, as " + detail
	default:
		text += ": whether it holds cannot be said, as " + detail
	}
	return clause("identity-"+id.Verdict, text+".", "mechanism", id.Mechanism, "title", id.Title, "claimed", id.Claimed, "detail", detail)
}
