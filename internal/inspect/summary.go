package inspect

// The answer in a sentence or two, made from the finished report of a message.

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
	"github.com/sipseal/sipseal/internal/verdict"
)

// layer is a seal of a message: a signature or an envelope, outermost first.
type layer struct {
	part      *report.Part
	signature *report.Signature
	envelope  *report.Envelope
}

// layers lists the seals of a part and of all that is in it, in document order,
// outer before inner. The depth of a part tree is bounded where it is built.
func layers(p *report.Part) []layer {
	if p == nil {
		return nil
	}
	var all []layer
	if p.Signature != nil {
		all = append(all, layer{part: p, signature: p.Signature})
	}
	if p.Envelope != nil {
		all = append(all, layer{part: p, envelope: p.Envelope})
	}
	for i := range p.Children {
		all = append(all, layers(&p.Children[i])...)
	}
	all = append(all, layers(p.Content)...)
	if p.Message != nil {
		all = append(all, layers(p.Message.Body)...)
	}
	return all
}

// summarise makes the summary of one message from what was decided about it. cut says
// how the message was cut off, or is empty; repaired is true when its bytes are those of a
// repair.
func summarise(m *report.Message, d *verdict.Decision, certificates []report.Certificate, cut string, repaired bool) *report.Summary {
	s := &report.Summary{State: d.State, Clauses: []report.Clause{}}
	if cut != "" {
		s.State = verdict.Graver(s.State, report.StateError)
		s.Clauses = append(s.Clauses, clause("cut-off", "The message is cut off: "+cut+".", "detail", cut))
	}
	start := len(s.Clauses)
	for i := range m.Identity {
		s.Clauses = append(s.Clauses, identityClause(&m.Identity[i]))
	}
	for _, l := range layers(m.Body) {
		if l.signature != nil {
			s.Clauses = append(s.Clauses, signatureClause(l, d, m, certificates))
		} else {
			s.Clauses = append(s.Clauses, envelopeClause(l.envelope))
		}
	}
	sealed := len(s.Clauses) > start
	if sealed && (restsOnRepair(m.Body) || repaired && len(m.Identity) > 0) {
		s.Clauses = append(s.Clauses, clause("repaired", "That is after a repair of what was given: its steps say what was changed, and on what evidence."))
	}
	s.Clauses = append(s.Clauses, reservations(m, d)...)
	if d.Failed != nil && (!sealed || s.State == report.StateError && cut == "") {
		reason := d.Failed.Error
		if sealed {
			s.Clauses = append(s.Clauses, clause("part-unreadable", "Part "+d.Failed.Path+" could not be read: "+reason+".", "part", d.Failed.Path, "reason", reason))
		} else {
			s.Clauses = append(s.Clauses, clause("unreadable", "This could not be read: "+reason+".", "reason", reason))
		}
	} else if !sealed && cut == "" {
		s.Clauses = append(s.Clauses, plainClause(m))
	}
	finish(s)
	return s
}

// reservations say what keeps a message with seals that hold from being valid, and what
// was not checked.
func reservations(m *report.Message, d *verdict.Decision) []report.Clause {
	var list []report.Clause
	holds := d.Holds()
	if holds && len(d.Uncovered) > 0 {
		list = append(list, uncoveredClause(d.Uncovered))
	}
	for i, c := range d.Changed {
		if i == shownReservations {
			break
		}
		outer, inner := say.Quoted(c.Outer), say.Quoted(c.Inner)
		list = append(list, clause("changed-around", "The signed message inside has "+inner+" in "+c.Header+", and the message around it "+outer+": it was changed on the way, or the signature is of another message.", "field", c.Header, "inner", inner, "outer", outer))
	}
	if holds {
		for i, doubt := range d.Doubts {
			if i == shownReservations {
				break
			}
			list = append(list, clause("doubt", "That cannot be relied on: "+doubt.Detail+".", "detail", doubt.Detail))
		}
	}
	if d.State == report.StateValid || d.State == report.StatePartly {
		if detail := unchecked(m, d); detail != "" {
			list = append(list, clause("not-checked", "Not checked: revocation, as "+detail+".", "detail", detail))
		}
	}
	return list
}

// shownReservations is how many of the reservations of one kind a summary names.
const shownReservations = 3

// uncoveredClause says which parts nobody signed.
func uncoveredClause(parts []*report.Part) report.Clause {
	if len(parts) == 1 && parts[0].Path == "1" {
		return clause("body-unsigned", "The body is signed by nobody.")
	}
	var paths []string
	for _, p := range parts[:min(len(parts), shownReservations)] {
		paths = append(paths, p.Path)
	}
	if more := len(parts) - len(paths); more > 0 {
		paths = append(paths, strconv.Itoa(more)+" more")
	}
	what := list(paths)
	if len(parts) == 1 {
		return clause("part-unsigned", "Part "+what+" is signed by nobody.", "part", what)
	}
	return clause("parts-unsigned", "Parts "+what+" are signed by nobody.", "parts", what)
}

// unchecked is why revocation was not checked for something that holds, or "".
func unchecked(m *report.Message, d *verdict.Decision) string {
	open := func(checks []report.Check) string {
		for _, c := range checks {
			if c.Code == report.CheckRevocation && c.OK == nil {
				return c.Detail
			}
		}
		return ""
	}
	for _, p := range d.Signed {
		for i := range p.Signature.Signers {
			if detail := open(p.Signature.Signers[i].Checks); detail != "" {
				return detail
			}
		}
	}
	for _, i := range d.Vouched {
		if detail := open(m.Identity[i].Checks); detail != "" {
			return detail
		}
	}
	return ""
}

// restsOnRepair reports whether a verdict rests on bytes that were repaired.
func restsOnRepair(p *report.Part) bool {
	for _, l := range layers(p) {
		if l.signature != nil && l.signature.Repaired {
			return true
		}
	}
	return false
}

// finish writes the text of a summary from its clauses.
func finish(s *report.Summary) {
	texts := make([]string, len(s.Clauses))
	for i, c := range s.Clauses {
		texts[i] = c.Text
	}
	s.Text = strings.Join(texts, " ")
}

// clause makes a Clause; args are names and values in turn.
func clause(code, text string, args ...string) report.Clause {
	c := report.Clause{Code: code, Text: text}
	if len(args) > 0 {
		c.Args = make(map[string]string, len(args)/2)
		for i := 0; i+1 < len(args); i += 2 {
			c.Args[args[i]] = args[i+1]
		}
	}
	return c
}

// plainClause says what a message is that carries no seal.
func plainClause(m *report.Message) report.Clause {
	what := "message"
	switch m.Kind {
	case report.KindRequest:
		what = m.Method + " request"
	case report.KindResponse:
		what = strconv.Itoa(m.Status) + " response"
	case report.KindEntity:
		return clause("plain-entity", "This entity is neither signed nor encrypted.")
	}
	return clause("plain", "This "+what+" is neither signed nor encrypted.", "what", what)
}

// signatureClause says who signed, whether that holds, and why not.
func signatureClause(l layer, d *verdict.Decision, m *report.Message, certificates []report.Certificate) report.Clause {
	sig := l.signature
	if len(sig.Signers) == 0 {
		if len(sig.Certificates) > 0 {
			n := strconv.Itoa(len(sig.Certificates))
			return clause("certificates-only", "This carries "+plural(len(sig.Certificates), "certificate", "certificates")+" and no signature.", "count", n)
		}
		return clause("no-signers", "This is a SignedData without any signer.")
	}
	// The gravest signer speaks for all.
	signer := &sig.Signers[0]
	for i := range sig.Signers {
		if verdict.Graver(signer.Verdict, sig.Signers[i].Verdict) != signer.Verdict {
			signer = &sig.Signers[i]
		}
	}
	who := signerName(signer, m, certificates)
	detail := reasonDetail(signer)
	switch {
	case signer.Verdict == report.Valid:
		return holdsClause(l.part, who, signer.PublicTestChain, d)
	case signer.Verdict == report.Unverifiable && signer.Reason == report.CheckCertificate:
		return clause("signed-no-certificate", "Signed, but whether that holds cannot be said: "+detail+".", "who", who, "detail", detail)
	case signer.Verdict == report.Unverifiable:
		return clause("signed-unverifiable", "Signed by "+who+", but whether that holds cannot be said: "+detail+".", "who", who, "detail", detail)
	case signer.Reason == report.CheckDigest:
		return clause("signed-invalid-digest", "Not what "+who+" signed: "+detail+".", "who", who, "detail", detail)
	case signer.Reason == report.CheckSignature:
		return clause("signed-invalid-signature", "The signature in the name of "+who+" is not good: "+detail+".", "who", who, "detail", detail)
	}
	short := detail
	if rest, found := strings.CutPrefix(detail, "the signer's certificate "); found {
		short = "its certificate " + rest
	}
	if !intact(signer) {
		return clause("signed-invalid-unchecked", "Signed in the name of "+who+", which was not checked: "+short+".", "who", who, "detail", detail)
	}
	return clause("signed-invalid-"+signer.Reason, "Signed by "+who+": the signature is intact, but "+short+".", "who", who, "detail", detail)
}

// intact reports whether digest and signature were both checked and hold.
func intact(s *report.Signer) bool {
	for _, c := range s.Checks {
		if (c.Code == report.CheckDigest || c.Code == report.CheckSignature) && (c.OK == nil || !*c.OK) {
			return false
		}
	}
	return true
}

// holdsClause says of a signature that holds whose it is, and of what where that is not
// the whole body.
func holdsClause(p *report.Part, who string, test bool, d *verdict.Decision) report.Clause {
	holds, suffix := "the signature holds", ""
	if test {
		holds, suffix = "the signature holds, as far as a test CA whose private key is public can say", "-test"
	}
	if slices.Contains(d.Foreign, p) {
		return clause("signed-foreign", "Part "+p.Path+", in a message inside, is signed by "+who+": "+holds+", and says nothing of the message around it.", "part", p.Path, "who", who)
	}
	if len(d.Uncovered) == 0 {
		return clause("signed-valid"+suffix, "Signed by "+who+": "+holds+".", "who", who)
	}
	path := p.Path
	if path == "1" && len(p.Children) > 0 {
		path = p.Children[0].Path
	}
	if len(d.Signed) == 1 {
		return clause("only-part-signed"+suffix, "Only part "+path+" is signed, by "+who+": "+holds+".", "part", path, "who", who)
	}
	return clause("part-signed"+suffix, "Part "+path+" is signed by "+who+": "+holds+".", "part", path, "who", who)
}

// signerName is how a signer is called: by the identity that the message claims,
// when the certificate has it, else by the certificate's first identity, its
// subject, or the signer identifier.
func signerName(s *report.Signer, m *report.Message, certificates []report.Certificate) string {
	claimed := m.From
	if m.Kind == report.KindResponse {
		claimed = m.To
	}
	for _, identity := range s.Identities {
		if identity == claimed {
			return say.Quoted(identity)
		}
	}
	if len(s.Identities) > 0 {
		return say.Quoted(s.Identities[0])
	}
	if s.Certificate != nil && *s.Certificate < len(certificates) && certificates[*s.Certificate].Subject != "" {
		return say.Quoted(certificates[*s.Certificate].Subject)
	}
	if s.Serial != "" {
		return "the holder of certificate " + s.Serial + " of " + say.Quoted(s.Issuer)
	}
	if s.SubjectKeyID != "" {
		return "the holder of key " + s.SubjectKeyID
	}
	return "somebody"
}

// reasonDetail is the detail of the check that decided the verdict.
func reasonDetail(s *report.Signer) string {
	for _, c := range s.Checks {
		if c.Code == s.Reason {
			return c.Detail
		}
	}
	return s.Reason
}

// envelopeClause says for whom something is encrypted and whether it was opened.
func envelopeClause(e *report.Envelope) report.Clause {
	n := strconv.Itoa(len(e.Recipients))
	recipients := plural(len(e.Recipients), "recipient", "recipients")
	switch e.Verdict {
	case report.Decrypted:
		key := ""
		for _, r := range e.Recipients {
			if r.Key != "" {
				key = r.Key
			}
		}
		if key == "" {
			return clause("opened", "Encrypted with "+e.Algorithm+", and opened.", "algorithm", e.Algorithm)
		}
		return clause("opened-with", "Encrypted with "+e.Algorithm+" for "+recipients+", and opened with "+say.Quoted(key)+".", "algorithm", e.Algorithm, "count", n, "key", say.Quoted(key))
	case report.NoKey:
		return clause("sealed", "Encrypted with "+e.Algorithm+" for "+recipients+": "+e.Reason+".", "algorithm", e.Algorithm, "count", n, "reason", e.Reason)
	case report.Unsupported:
		return clause("envelope-unsupported", "Encrypted in a way that cannot be read here: "+e.Reason+".", "reason", e.Reason)
	}
	return clause("envelope-failed", "Encrypted, and it does not open: "+e.Reason+".", "reason", e.Reason)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
