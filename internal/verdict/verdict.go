// Package verdict decides what the seals of a message are worth: which octets each of
// them covers, and the state of the message that follows. It is the only place that
// decides this, from the facts that the readers and judges have put into the report.
//
// A seal speaks only of what it covers. Of a multipart/signed that is the first part
// (RFC 1847 section 2.1), of an opaque SignedData its eContent (RFC 5652 section 5.4),
// of an envelope nothing, and of a SIP header nothing but what a signed message inside
// or an Identity repeats. A message is valid only when every part of the body that a
// recipient takes is covered by a seal of the message's own sender that holds, no seal
// and no part of it has an error, and there is no doubt who the sender is and what the
// body is. A recipient takes every leaf but signatures: each alternative, each part
// that is related to another, and those that it need not understand.
package verdict

import (
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/report"
)

// Doubt is something by which two recipients may take one message for two: a second
// From, a part that ends in two places.
type Doubt struct {
	// Path is the Part.Path of what it is about: a part, or the message in a part; ""
	// is the message's own header.
	Path      string
	Code      string
	Detail    string // a clause in lower case
	Source    int
	Range     report.Range
	Reference string
}

// Decision is the state of a message, and why it is no better.
type Decision struct {
	State string // one of the report's State constants
	// Uncovered are the leaves that no seal of the sender covers that holds, where
	// something is sealed by the sender or vouched for.
	Uncovered []*report.Part
	// Signed are the parts whose signatures hold and count for the sender; Foreign those
	// whose signatures hold and do not, since they are in a message of somebody else.
	Signed, Foreign []*report.Part
	// Vouched are the indices of identities that hold.
	Vouched []int
	// Doubts are those that nothing settles, as they lie outside of all that is covered.
	Doubts []Doubt
	// Changed are the fields in which a signed message differs from the one around it
	// and may not (RFC 3261 section 23.4).
	Changed []*report.Comparison
	// Failed is the first part that has an error, nil when none has.
	Failed *report.Part
}

// Holds reports whether something in the message is signed or vouched for, and that holds.
func (d *Decision) Holds() bool { return len(d.Signed)+len(d.Foreign)+len(d.Vouched) > 0 }

// gravity orders the states: the gravest of several is that of the whole.
var gravity = []string{
	report.StatePlain, report.StateOpened, report.StateValid, report.StatePartly, report.StateSealed,
	report.StateUnverifiable, report.StateError, report.StateInvalid,
}

// Graver is the graver one of two states or verdicts.
func Graver(a, b string) string {
	if slices.Index(gravity, b) > slices.Index(gravity, a) {
		return b
	}
	return a
}

// States lists the states, the gravest first.
func States() []string {
	list := slices.Clone(gravity)
	slices.Reverse(list)
	return list
}

// OfAll is the state of several messages, by theirs: the gravest, but partly where what
// nobody signed stands beside what is valid.
func OfAll(states []string) string {
	worst := report.StatePlain
	valid, unsigned := false, false
	for _, s := range states {
		worst = Graver(worst, s)
		valid = valid || s == report.StateValid
		unsigned = unsigned || s == report.StatePlain || s == report.StateOpened
	}
	if valid && unsigned {
		return Graver(worst, report.StatePartly)
	}
	return worst
}

// cover is a seal that lies around a part.
type cover struct {
	by       string // as Covered.By
	identity *int   // as Covered.Identity
	counts   bool   // it holds, and is the sender's
}

// on is what is noted in what the seal covers.
func (c cover) on(source int, r report.Range) report.Covered {
	return report.Covered{By: c.by, Identity: c.identity, Source: source, Range: r}
}

// walker goes through the parts of one message.
type walker struct {
	m *report.Message
	d Decision
	// state is the gravest of what was met.
	state string
}

// Decide computes what covers what in a message, which it notes in its parts and header
// fields (Covered), and decides the state. doubts are all that there are, settled or not.
func Decide(m *report.Message, doubts []Doubt) *Decision {
	w := &walker{m: m, state: report.StatePlain}
	var around []cover
	for i := range m.Identity {
		id := &m.Identity[i]
		if !Signs(id) {
			if id.Verdict == report.Invalid {
				w.meet(report.Invalid)
			}
			continue
		}
		w.meet(id.Verdict)
		holds := id.Verdict == report.Valid
		seal := cover{strconv.Itoa(i), &i, holds}
		if holds {
			w.d.Vouched = append(w.d.Vouched, i)
			for _, name := range id.Covers {
				w.field(name, seal)
			}
		}
		if slices.Contains(id.Covers, report.CoversBody) {
			around = append(around, seal)
		}
	}
	covered := map[string]bool{}
	if m.Body != nil {
		w.part(m.Body, around, true, covered)
	}
	if len(w.d.Changed) > 0 {
		w.meet(report.StateInvalid)
	}
	for _, d := range doubts {
		if !covered[d.Path] {
			w.d.Doubts = append(w.d.Doubts, d)
		}
	}
	if w.d.Holds() {
		if len(w.d.Uncovered) > 0 {
			w.meet(report.StatePartly)
		}
		if len(w.d.Doubts) > 0 {
			w.meet(report.StateUnverifiable)
		}
	}
	w.d.State = w.state
	return &w.d
}

// Signs reports whether an identity bears on the state of the message: those that
// carry a certificate or name a proxy do not make a message a signed one.
func Signs(id *report.Identity) bool {
	switch id.Mechanism {
	case report.IdentityCertificate, report.IdentityCredential, report.IdentityMiddle, report.IdentityChallenge:
		return false
	}
	return true
}

func (w *walker) meet(state string) { w.state = Graver(w.state, state) }

// part goes through a part and all that is in it. around are the seals that cover it
// whole. own is false in a message of somebody else: seals there are not the sender's.
// The depth of parts is bounded where they are read.
func (w *walker) part(p *report.Part, around []cover, own bool, covered map[string]bool) {
	counted := w.note(p, around)
	covered[p.Path] = counted
	if p.Error != "" {
		w.meet(report.StateError)
		if w.d.Failed == nil {
			w.d.Failed = p
		}
	}
	if p.Digest != nil && p.Digest.OK != nil && !*p.Digest.OK {
		w.meet(report.StateInvalid)
	}
	inside := around
	if p.Signature != nil {
		inside = append(slices.Clip(around), w.signature(p, own))
	}
	if p.Envelope != nil {
		w.meet(envelopeState(p.Envelope))
	}
	switch {
	case len(p.Children) > 0:
		for i := range p.Children {
			c := &p.Children[i]
			switch {
			case p.Signature == nil || i > 1:
				w.part(c, around, own, covered)
			case i == 0:
				w.part(c, inside, own, covered)
			default:
				w.signaturePart(c, around, own, covered)
			}
		}
	case p.Content != nil:
		w.part(p.Content, inside, own, covered)
	case p.Message != nil:
		if !counted {
			w.d.Uncovered = append(w.d.Uncovered, p)
		}
		w.inner(p, around, counted, own, covered)
	case p.Envelope != nil || p.Signature != nil && p.Signature.Detached:
		// Not opened, or without what it signs: that is said already, and nothing is there
		// to be taken.
	case p.Path == "1" && p.BodyRange[0] == p.BodyRange[1] && p.Type != "message/external-body":
		// There is no body.
	case !counted:
		w.d.Uncovered = append(w.d.Uncovered, p)
	case p.Type == "message/external-body":
		w.elsewhere(p, "the content of part "+p.Path+" is elsewhere, and what is signed is only where", "RFC 2046 section 5.2.3")
	case p.Type == "message/partial":
		w.elsewhere(p, "part "+p.Path+" is a piece of a message, whose other pieces are elsewhere", "RFC 2046 section 5.2.2")
	}
}

// elsewhere doubts a leaf that is covered, and for which a recipient takes something that
// is not.
func (w *walker) elsewhere(p *report.Part, detail, reference string) {
	w.d.Doubts = append(w.d.Doubts, Doubt{
		Path: p.Path, Code: "content-elsewhere", Detail: detail, Source: p.Source, Range: p.Range, Reference: reference,
	})
}

// signaturePart is the second part of a multipart/signed, whose signature is that of
// the whole. It is taken by nobody, unless it holds something else.
func (w *walker) signaturePart(p *report.Part, around []cover, own bool, covered map[string]bool) {
	if p.Signature == nil && p.Envelope == nil && p.Content == nil && p.Message == nil && len(p.Children) == 0 && p.CMS != nil {
		covered[p.Path] = w.note(p, around)
		return
	}
	w.part(p, around, own, covered)
}

// note lists in a part the seals around it, and reports whether one of them counts.
func (w *walker) note(p *report.Part, around []cover) bool {
	counts := false
	p.Covered = nil
	for _, c := range around {
		p.Covered = append(p.Covered, c.on(p.Source, p.Range))
		counts = counts || c.counts
	}
	return counts
}

// signature meets the signature of a part.
func (w *walker) signature(p *report.Part, own bool) cover {
	w.meet(p.Signature.Verdict)
	own = own && (w.m.Kind == report.KindEntity || p.Signature.Sender != "")
	holds := p.Signature.Verdict == report.Valid
	switch {
	case holds && own:
		w.d.Signed = append(w.d.Signed, p)
	case holds:
		w.d.Foreign = append(w.d.Foreign, p)
	}
	return cover{p.Path, nil, holds && own}
}

// inner goes through a message in a part. It stands for the one around it where it was
// compared with it and agrees: then its seals are the sender's too.
func (w *walker) inner(p *report.Part, around []cover, counted, own bool, covered map[string]bool) {
	in := p.Message
	tunnel := p.Type == "message/sip"
	stands := own && tunnel && len(in.Comparison) > 0
	for i := range in.Comparison {
		c := &in.Comparison[i]
		if c.OK || !tunnel || !binds(c.Header) {
			continue
		}
		stands = false
		if counted {
			w.d.Changed = append(w.d.Changed, c)
		}
	}
	if counted {
		w.headers(in, around)
	}
	for i := range in.Identity {
		if in.Identity[i].Verdict == report.Invalid {
			w.meet(report.StateInvalid)
		}
	}
	if in.Body != nil {
		w.part(in.Body, around, stands, covered)
	}
}

// binds reports whether a field ties a signed message to the one around it: where these
// differ, it is the message of another time, dialog or person (RFC 3261 section 23.4.2).
func binds(header string) bool {
	switch header {
	case "From", "To", "Call-ID", "CSeq", "Date", "method":
		return true
	}
	return false
}

// headers notes in the message's header fields that a signed message inside repeats
// them.
func (w *walker) headers(in *report.Message, around []cover) {
	for i := range in.Comparison {
		c := &in.Comparison[i]
		if !c.Same {
			continue
		}
		for _, s := range around {
			if s.counts {
				w.field(c.Header, s)
			}
		}
	}
}

// field notes in the message's header fields of a name that a seal covers them.
func (w *walker) field(name string, by cover) {
	for i := range w.m.Headers {
		h := &w.m.Headers[i]
		if h.Name == name || h.Canonical == name {
			h.Covered = append(h.Covered, by.on(w.m.Source, h.Range))
		}
	}
}

// envelopeState is the state of what is encrypted.
func envelopeState(e *report.Envelope) string {
	switch e.Verdict {
	case report.Decrypted:
		return report.StateOpened
	case report.NoKey:
		return report.StateSealed
	case report.Unsupported:
		return report.StateUnverifiable
	}
	return report.StateError
}
