package inspect

// The answer in a sentence or two, made from the finished report of a message.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/report"
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

// gravity orders the states of a summary: the gravest of a message's seals is the
// message's.
var gravity = []string{
	report.StatePlain, report.StateOpened, report.StateValid, report.StateSealed,
	report.StateUnverifiable, report.StateError, report.StateInvalid,
}

func graver(a, b string) string {
	for _, state := range gravity {
		if state == a {
			return b
		}
		if state == b {
			return a
		}
	}
	return a
}

// summarise makes the summary of one message. cut says how the message was cut off,
// or is empty.
func summarise(m *report.Message, certificates []report.Certificate, cut string) *report.Summary {
	s := &report.Summary{State: report.StatePlain, Clauses: []report.Clause{}}
	if cut != "" {
		s.State = report.StateError
		s.Clauses = append(s.Clauses, clause("cut-off", "The message is cut off: "+cut+".", "detail", cut))
	}
	seals := len(s.Clauses)
	for i := range m.Identity {
		s.Clauses = append(s.Clauses, identityClause(&m.Identity[i]))
		if signs(&m.Identity[i]) {
			s.State = graver(s.State, m.Identity[i].Verdict)
		}
	}
	for _, l := range layers(m.Body) {
		if l.signature != nil {
			s.Clauses = append(s.Clauses, signatureClause(l.signature, m, certificates))
			s.State = graver(s.State, l.signature.Verdict)
		} else {
			c, state := envelopeClause(l.envelope)
			s.Clauses = append(s.Clauses, c)
			s.State = graver(s.State, state)
		}
	}
	if restsOnRepair(m.Body) {
		s.Clauses = append(s.Clauses, clause("repaired", "That is after a repair of what was given: its steps say what was changed, and on what evidence."))
	}
	if len(s.Clauses) == seals {
		if reason := firstError(m.Body); reason != "" {
			s.State = report.StateError
			s.Clauses = append(s.Clauses, clause("unreadable", "This could not be read: "+reason+".", "reason", reason))
		} else if cut == "" {
			s.Clauses = append(s.Clauses, plainClause(m))
		}
	}
	finish(s)
	return s
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
func signatureClause(sig *report.Signature, m *report.Message, certificates []report.Certificate) report.Clause {
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
		if graver(signer.Verdict, sig.Signers[i].Verdict) != signer.Verdict {
			signer = &sig.Signers[i]
		}
	}
	who := signerName(signer, m, certificates)
	detail := reasonDetail(signer)
	switch {
	case signer.Verdict == report.Valid && signer.PublicTestChain:
		return clause("signed-valid-test", "Signed by "+who+": the signature holds, as far as a test CA whose private key is public can say.", "who", who)
	case signer.Verdict == report.Valid:
		return clause("signed-valid", "Signed by "+who+": the signature holds.", "who", who)
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
	return clause("signed-invalid-"+signer.Reason, "Signed by "+who+": the signature is intact, but "+short+".", "who", who, "detail", detail)
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
			return identity
		}
	}
	if len(s.Identities) > 0 {
		return s.Identities[0]
	}
	if s.Certificate != nil && *s.Certificate < len(certificates) && certificates[*s.Certificate].Subject != "" {
		return certificates[*s.Certificate].Subject
	}
	if s.Serial != "" {
		return "the holder of certificate " + s.Serial + " of " + s.Issuer
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
func envelopeClause(e *report.Envelope) (report.Clause, string) {
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
			return clause("opened", "Encrypted with "+e.Algorithm+", and opened.", "algorithm", e.Algorithm), report.StateOpened
		}
		return clause("opened-with", "Encrypted with "+e.Algorithm+" for "+recipients+", and opened with "+key+".", "algorithm", e.Algorithm, "count", n, "key", key), report.StateOpened
	case report.NoKey:
		return clause("sealed", "Encrypted with "+e.Algorithm+" for "+recipients+": "+e.Reason+".", "algorithm", e.Algorithm, "count", n, "reason", e.Reason), report.StateSealed
	case report.Unsupported:
		return clause("envelope-unsupported", "Encrypted in a way that cannot be read here: "+e.Reason+".", "reason", e.Reason), report.StateUnverifiable
	}
	return clause("envelope-failed", "Encrypted, and it does not open: "+e.Reason+".", "reason", e.Reason), report.StateError
}

// firstError is the first error of a part or of anything in it.
func firstError(p *report.Part) string {
	if p == nil {
		return ""
	}
	if p.Error != "" {
		return p.Error
	}
	for i := range p.Children {
		if reason := firstError(&p.Children[i]); reason != "" {
			return reason
		}
	}
	return firstError(p.Content)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
