package inspect

// The rules of findings: small functions, each with its code, severity and
// citation, in tables by what they look at. A rule gives the detail of its finding,
// and the range it is about when that is not the whole; an empty detail is no
// finding. Titles are in titles.go.

import (
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// finding is what a rule found: a sentence without its full stop, and where.
type finding struct {
	detail string
	span   *report.Range // nil for the whole that the rule looked at
	source *int          // nil for the source of that

	reference string // where it is not the rule's
}

// none is what a rule gives that found nothing.
var none = finding{}

func found(detail string) finding { return finding{detail: detail} }

func foundAt(detail string, span report.Range) finding {
	return finding{detail: detail, span: &span}
}

// rule is an entry of a table: what it looks at is the type parameter.
type rule[T any] struct {
	code, severity, reference string
	check                     func(*inspection, T) finding
}

// apply runs a table of rules over one subject, which lies at a place.
func apply[T any](x *inspection, rules []rule[T], subject T, at where) {
	for _, r := range rules {
		f := r.check(x, subject)
		if f.detail == "" {
			continue
		}
		place := at
		if f.span != nil {
			place.span = *f.span
		}
		if f.source != nil {
			place.source = *f.source
		}
		if f.reference == "" {
			f.reference = r.reference
		}
		x.find(place, r.code, r.severity, sentence(f.detail), f.reference)
	}
}

// sealedSubject is a part that holds a CMS object, for the rules that compare what
// MIME says of it with what it is.
type sealedSubject struct {
	entity  *mime.Entity // nil for an object without MIME around it
	message *cms.Message
	at      place
}

// signedSubject is a multipart/signed with the SignedData of its second part.
type signedSubject struct {
	part    *report.Part
	entity  *mime.Entity
	message *cms.Message
}

// signerSubject is one signer of a SignedData, verified.
type signerSubject struct {
	info   *cms.SignerInfo
	signer *report.Signer
	cert   *pkix.Certificate // nil when it is not at hand
	claim  claim
	at     place
}

// envelopeSubject is an envelope, opened or not.
type envelopeSubject struct {
	data     *cms.EnvelopedData
	envelope *report.Envelope
	at       place
}

// at is the place of a run of bytes for findings about it.
func (c claim) at(p place) where {
	return where{message: c.message, path: c.path, source: p.source, span: p.span}
}
