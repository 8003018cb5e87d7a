// Response identity (a draft of 2005): who answered, signed by its
// domain as a request is by RFC 4474, and whether the answer is to this request.

package identity

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

const responseDraft = "SIP response identity (draft of 2005), ABNF"

// parameter finds "name=value" in a list with semicolons between, as Responder,
// Response-Authentication and Proxy-Required-Body are from their first byte on.
func parameter(value, name string) string {
	angle := false
	start := 0
	for i := 0; i <= len(value); i++ {
		if i < len(value) {
			switch value[i] {
			case '<':
				angle = true
			case '>':
				angle = false
			}
			if value[i] != ';' || angle {
				continue
			}
		}
		key, v, ok := strings.Cut(value[start:i], "=")
		if ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.Trim(strings.TrimSpace(v), `"`)
		}
		start = i + 1
	}
	return ""
}

// claimer gives the URI of who is said to have answered in a Responder field, which
// may stand without its scheme.
func claimer(value string) (text, aor string) {
	text = sip.ParseAddress(parameter(value, "claimer")).URI.Text
	if text == "" {
		return "", ""
	}
	full := text
	if !strings.Contains(full, ":") {
		full = "sip:" + full
	}
	aor, _ = sip.ParseURI(full).AddressOfRecord()
	return text, aor
}

// answerFields are the fields that both digest-strings begin and end with.
func (c *Context) answerFields(claimer string) (who, when []report.Field) {
	m := c.Message
	return []report.Field{{Name: "To", Value: addrSpec(m, "To")}, {Name: "From", Value: addrSpec(m, "From")}, {Name: "claimer", Value: claimer}},
		[]report.Field{{Name: "Call-ID", Value: one(m, "Call-ID")}, {Name: "CSeq", Value: one(m, "CSeq")}, {Name: "Date", Value: one(m, "Date")}}
}

// response verifies the Identity field of a response.
func (c *Context) response(h *sip.Header) report.Identity {
	m := c.Message
	responder, _ := m.Value("Responder")
	text, aor := claimer(responder)
	id := report.Identity{
		Mechanism: report.IdentityResponse, Title: "Response identity", Claimed: aor,
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
	}
	who, when := c.answerFields(text)
	fields := append(who, when...)
	id.Fields = append(id.Fields, fields...)
	required(&id, fields, responseDraft)
	url, alg := infoOf(m, "Responder-Info")
	if url != "" {
		field(&id, "certificate at", url, "it is not fetched")
	}
	method := parameter(responder, "verify-method")
	field(&id, "verify-method", method, "")
	if method != "" && !strings.EqualFold(method, "DAS") {
		check(&id, CheckForm, false, false, "verify-method is "+method+", and an Identity field is there as for DAS", responseDraft)
	}
	host := sip.ParseURI(aor).Host
	over := []string{}
	for _, body := range c.bodies() {
		over = append(over, joined(fields, ":", body))
	}
	for _, body := range c.bodies() {
		over = append(over, joined(fields, "|", body))
	}
	_, cert := c.domainSignature(&id, sip.ParseIdentity(h.Value).Signature, alg, "431 (Failed Responder Identity)", func(k Certificate) bool {
		ok, _, _ := SpeaksForHost(k.Certificate, host)
		return ok || named(k, url)
	}, over...)
	c.domain(&id, cert, host, "the responder is "+aor, responseDraft)
	c.date(&id, cert, responseDraft)
	Settle(&id)
	return id
}

// authorization reads Response-Authorization: proof that who answered knows the nonce
// of the request. What was signed holds that nonce, which stands encrypted in the
// request and not in the response, so only the string around it can be shown.
func (c *Context) authorization() []report.Identity {
	m := c.Message
	if h := m.Field("Response-Authentication"); m.Kind == sip.Request && h != nil {
		return []report.Identity{c.challenge(h)}
	}
	h := m.Field("Response-Authorization")
	if m.Kind != sip.Response || h == nil {
		return nil
	}
	responder, _ := m.Value("Responder")
	text, aor := claimer(responder)
	id := report.Identity{
		Mechanism: report.IdentityAnswer, Title: "Response authorization", Claimed: aor,
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
	}
	request, _ := m.Value("Response-Authentication")
	method, nonce := parameter(request, "method"), parameter(request, "nonce")
	if method == "" {
		method = "<method of the request>"
	}
	if nonce == "" {
		nonce = "<nonce of the request>"
	}
	who, when := c.answerFields(text)
	fields := append([]report.Field{{Name: "status", Value: strconv.Itoa(m.Status)}}, who...)
	fields = append(append(fields, report.Field{Name: "method", Value: method}, report.Field{Name: "nonce", Value: nonce}), when...)
	id.Fields = fields
	required(&id, fields, responseDraft)
	id.SignedString = shown(joined(fields, ":", c.bodies()[0]))
	digest := parameter(h.Value, "digest")
	field(&id, "digest", digest, "")
	if len(digest) != 32 || strings.Trim(digest, "0123456789abcdef") != "" {
		check(&id, CheckForm, false, true, "the digest is not 32 hexadecimal digits in lower case", responseDraft)
	}
	open(&id, report.CheckSignature, true, "the decrypted nonce of the request is needed to verify it", responseDraft)
	Settle(&id)
	return []report.Identity{id}
}

// challenge reads Response-Authentication: a request asks who answers for a proof.
func (c *Context) challenge(h *sip.Header) report.Identity {
	id := report.Identity{
		Mechanism: report.IdentityChallenge, Title: "Response authentication",
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
	}
	method, nonce := parameter(h.Value, "method"), parameter(h.Value, "nonce")
	field(&id, "method", method, "how the nonce is encrypted for the next hop")
	field(&id, "nonce", nonce, "")
	known := oneOf(" DAS SharedKey PublicKey ", method)
	detail := "the method is " + method
	if !known {
		detail = "the method is " + strconv.Quote(method) + ", and neither DAS nor SharedKey nor PublicKey"
	}
	check(&id, CheckForm, known, true, detail, responseDraft)
	if nonce == "" {
		check(&id, CheckForm, false, true, "there is no nonce to prove anything with", responseDraft)
	}
	open(&id, report.CheckSignature, false, "the proof is in Response-Authorization of the response", responseDraft)
	Settle(&id)
	return id
}
