// Identity as RFC 4474 had it: a domain signs some header fields and the body of a
// request.

package identity

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

const rfc4474 = "RFC 4474 section 9"

// rfc4474Window is how far Date may be from now, in seconds (RFC 4474 section 13.1).
const rfc4474Window = 3600

// rfc4474 verifies one Identity field.
func (c *Context) rfc4474(v *sip.Identity, h *sip.Header) report.Identity {
	m := c.Message
	id := report.Identity{
		Mechanism: report.IdentityRFC4474, Title: "Identity (RFC 4474)", Claimed: m.From(),
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
		Covers: []string{"From", "To", "Call-ID", "CSeq", "Date", "Contact", report.CoversBody},
	}
	fields := []report.Field{
		{Name: "From", Value: addrSpec(m, "From")}, {Name: "To", Value: addrSpec(m, "To")},
		{Name: "Call-ID", Value: one(m, "Call-ID")}, {Name: "CSeq", Value: one(m, "CSeq")},
		{Name: "Date", Value: one(m, "Date")}, {Name: "Contact", Value: addrSpec(m, "Contact")},
	}
	id.Fields = append(id.Fields, fields...)
	bodies := c.bodies()
	field(&id, "body", strconv.Itoa(len(bodies[0]))+" bytes", "")
	required(&id, fields[:5], rfc4474)
	for _, f := range fields {
		c.once(&id, f.Name, rfc4474)
		if strings.Contains(f.Value, "|") {
			check(&id, CheckForm, false, true, f.Name+" has a | in it, which separates the fields in what is signed: where it ends is not certain", rfc4474)
		}
	}
	if before, _, found := strings.Cut(bodies[0], "|"); found && !strings.ContainsAny(before, "\r\n") {
		// A field has no line ends, so a later | cannot have been behind a field's end.
		open(&id, CheckForm, true, "the first line of the body has a | in it, so what was signed may have been a longer Contact and a shorter body: where the body begins is not certain", rfc4474)
	}
	url, alg := infoOf(m, "Identity-Info")
	if url == "" {
		check(&id, CheckForm, false, false, "there is no Identity-Info that says where the certificate is; a recipient answers 436", "RFC 4474 section 6")
	} else {
		field(&id, "certificate at", url, "it is not fetched")
	}
	host := sip.ParseURI(id.Claimed).Host
	mine := func(k Certificate) bool {
		ok, _, _ := SpeaksForHost(k.Certificate, host)
		return ok || named(k, url)
	}
	var over []string
	for _, separator := range []string{"|", ":"} {
		for _, body := range bodies {
			if len(over) == 0 || len(body) < limit.IdentityHashed/limit.Identities/8 {
				over = append(over, joined(fields, separator, body))
			}
		}
	}
	which, cert := c.domainSignature(&id, v.Signature, alg, invalidIdentity, mine, over...)
	if which > 0 && which >= len(bodies) {
		id.Title = "Identity (a draft before RFC 4474)"
		open(&id, CheckForm, true, "what was signed has colons between the fields, which the fields have too: what ends where is not certain", rfc4474)
	}
	if which%len(bodies) == 1 {
		check(&id, CheckMatch, false, false, "what was signed has "+strconv.Itoa(len(bodies[1]))+" bytes of body, and Content-Length says "+strconv.Itoa(len(bodies[0])), "RFC 3261 section 18.3")
	}
	c.domain(&id, cert, host, "From is "+id.Claimed, "RFC 4474 section 13.4")
	c.date(&id, cert, "RFC 4474 section 6")
	Settle(&id)
	return id
}

// bodies are what may be meant by the body of the message: what Content-Length says,
// and all that came, where that is more.
func (c *Context) bodies() []string {
	m := c.Message
	list := []string{string(m.Source[m.Body[0]:m.Body[1]])}
	if m.Body[1] < c.End && c.End <= len(m.Source) {
		list = append(list, string(m.Source[m.Body[0]:c.End]))
	}
	return list
}

// domainSignature verifies a signature by the key of a domain, in base64, over one
// of the given strings.
func (c *Context) domainSignature(id *report.Identity, text, alg, answer string, mine func(Certificate) bool, over ...string) (which int, cert *pkix.Certificate) {
	const reference = "RFC 4474 section 6"
	id.SignedString = shown(over[0])
	a := algo.Identifier{OID: oid.SHA1WithRSAEncryption}
	id.Algorithm = "RSA with SHA-1"
	switch strings.ToLower(alg) {
	case "", "rsa-sha1":
	case "rsa-sha256":
		a.OID = oid.SHA256WithRSAEncryption
		id.Algorithm = "RSA with SHA-256"
	default:
		id.Algorithm = alg
		open(id, report.CheckSignature, true, "the algorithm "+strconv.Quote(alg)+" is not known; a recipient answers 437", reference)
		return 0, nil
	}
	raw, err := decodeBase64(text)
	if err != nil || len(raw) == 0 {
		check(id, report.CheckSignature, false, true, "the signature is not in base64", reference)
		return 0, nil
	}
	which, cert = c.verify(id, signature{
		algorithm: a, bytes: raw, strings: over, mine: mine, reference: reference,
		about: "One of the fields that it covers, or the body,", answer: answer,
		fits: func(k *algo.PublicKey) bool { _, ok := k.Key.(*algo.RSAPublicKey); return ok },
	})
	id.SignedString = shown(over[which])
	if c.Modern && a.OID == oid.SHA1WithRSAEncryption {
		check(id, report.CheckSignature, false, true, "SHA-1 is refused by the policy", "RFC 8551 section 2.1")
	}
	return which, cert
}

// domain checks that the signer's certificate is of the domain that is spoken for.
func (c *Context) domain(id *report.Identity, cert *pkix.Certificate, host, claim, reference string) {
	if cert == nil {
		return
	}
	ok, identities, detail := SpeaksForHost(cert, host)
	id.Identities = identities
	if !ok {
		detail = claim + ", and " + detail
	}
	check(id, report.CheckIdentity, ok, true, detail, reference)
}

// date checks the Date of the message, as it bears on what was signed.
func (c *Context) date(id *report.Identity, cert *pkix.Certificate, reference string) {
	if t, ok := c.Message.Date(); ok {
		signedWhile(id, cert, "Date", t, false, reference)
		c.fresh(id, "Date", t, rfc4474Window, "", "RFC 4474 section 13.1")
	}
}

// signedWhile checks that a certificate was valid when it was signed with. Without one
// there is nothing to check. (The messages that RFC 4474 publishes are older than their
// certificate, so that there it does not bear on the verdict.)
func signedWhile(id *report.Identity, cert *pkix.Certificate, what string, t int64, required bool, reference string) {
	if cert != nil && cert.HasValidity && (t < cert.NotBefore || t > cert.NotAfter) {
		check(id, CheckDate, false, required, what+" is "+pkix.FormatTime(t)+", outside the validity of the signer's certificate", reference)
	}
}

// required adds a failed check when fields that are to be signed are not there.
func required(id *report.Identity, fields []report.Field, reference string) {
	missing := ""
	for _, f := range fields {
		if f.Value == "" {
			missing += ", " + f.Name
		}
	}
	if missing != "" {
		check(id, CheckForm, false, true, "what is to be signed is missing: "+missing[2:], reference)
	}
}

// joined is a digest-string: the fields and the body with a separator between.
func joined(fields []report.Field, separator, body string) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(f.Value)
		b.WriteString(separator)
	}
	b.WriteString(body)
	return b.String()
}

// infoOf reads "<URL>;alg=…".
func infoOf(m *sip.Message, name string) (url, alg string) {
	value, ok := m.Value(name)
	if !ok {
		return "", ""
	}
	a := sip.ParseAddress(value)
	p, _ := sip.FindParam(a.Params, "alg")
	return a.URI.Text, p.Value
}

// decodeBase64 reads base64 with or without padding, in either alphabet.
func decodeBase64(s string) ([]byte, error) {
	s = strings.TrimRight(strings.ReplaceAll(strings.ReplaceAll(s, "-", "+"), "_", "/"), "=")
	return base64.RawStdEncoding.DecodeString(s)
}
