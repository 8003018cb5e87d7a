// Authenticated Identity Bodies (RFC 3893): a signed fragment of the message's own
// header, in its body, that says who sent it.

package identity

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// aibWindow is how far the Date of an identity body may be from now, in seconds.
const aibWindow = 3600

// Bodies finds the identity bodies among the parts of a message, which are in the
// report already: verified, opened and compared.
func (c *Context) Bodies(root *report.Part) []report.Identity {
	var list []report.Identity
	walk(root, nil, func(p *report.Part, around *report.Part) {
		switch {
		case p.Disposition != "aib":
		case p.Message != nil:
			list = append(list, c.body(p, around))
		case p.Envelope != nil && p.Content == nil:
			id := report.Identity{
				Mechanism: report.IdentityBody, Title: "Authenticated Identity Body, encrypted",
				Checks: []report.Check{}, Part: p.Path, Source: p.Source, Range: p.BodyRange,
			}
			open(&id, CheckContent, true, "it is encrypted, and none of the keys at hand opens it: whom it names is for its recipients", "RFC 3893 section 8")
			Settle(&id)
			list = append(list, id)
		}
	})
	return list
}

// walk visits a part and all in it, with the nearest part around each that is signed.
// The depth of parts is bounded where they are made.
func walk(p *report.Part, around *report.Part, f func(p, around *report.Part)) {
	if p == nil {
		return
	}
	outer := around
	if p.Signature != nil || p.Type == "multipart/signed" {
		around = p
	}
	f(p, around)
	for i := range p.Children {
		if i == 1 && p.Type == "multipart/signed" {
			around = outer // only the first part is signed (RFC 1847 section 2.1)
		}
		walk(&p.Children[i], around, f)
	}
	walk(p.Content, around, f)
}

func (c *Context) body(p, around *report.Part) report.Identity {
	inner := p.Message
	claimed, by := Speaker(inner)
	id := report.Identity{
		Mechanism: report.IdentityBody, Title: "Authenticated Identity Body", Claimed: claimed,
		Checks: []report.Check{}, Part: p.Path, Source: p.Source, Range: p.BodyRange,
	}
	for _, h := range inner.Headers {
		name := h.Canonical
		if name == "" {
			name = h.Name
		}
		field(&id, name, h.Value, "")
	}
	// Where who answers names itself in Responder, the rest is of the request.
	answers := c.Message.Kind == sip.Response && by == "From"
	if by == "Referred-By" {
		id.Title = "Referred-By token"
	}
	if p.Type != "message/sipfrag" && p.Type != "message/sip" {
		check(&id, CheckForm, false, false, "the type is "+p.Type+" and neither message/sipfrag nor message/sip", "RFC 3893 section 2")
	}
	if p.DispParams["handling"] != "optional" {
		check(&id, CheckForm, false, false, "handling is not optional: who does not know identity bodies refuses the message", "RFC 3893 section 2")
	}
	switch {
	case around == nil:
		check(&id, report.CheckSignature, false, true, "nobody signed it", "RFC 3893 section 2")
	case around.Signature == nil || len(around.Signature.Signers) == 0:
		open(&id, report.CheckSignature, true, "the signature around it cannot be read: "+around.Error, "RFC 3893 section 7")
	default:
		c.signedBody(&id, around.Signature)
	}
	if claimed == "" {
		check(&id, CheckForm, false, true, "it has no From, and so names nobody", "RFC 3893 section 2")
	}
	if by != "Referred-By" {
		needed := []string{"Date", "Call-ID"}
		if _, contact := c.Message.Value("Contact"); c.Message.Kind == sip.Request && (contact || c.Message.Method == "INVITE") {
			needed = append(needed, "Contact") // a request such as MESSAGE has none
		}
		for _, name := range needed {
			if headerOf(inner, name) == "" {
				check(&id, CheckForm, false, true, name+" is not in it: "+replay(name), "RFC 3893 section 2")
			}
		}
	}
	for _, d := range inner.Comparison {
		switch {
		case by == "Referred-By":
			c.referred(&id, &d)
		case d.Header == "From" && d.InnerMissing:
		case answers && (d.Header == "From" || d.Header == "To"):
		case d.InnerMissing && d.Detail != "" && (d.Header == "CSeq" || d.Header == "Contact" && c.Message.Kind == sip.Response || d.Header == "To"):
			check(&id, CheckForm, false, false, d.Header+" is not in it: "+replay(d.Header), d.Reference)
		case d.OK:
		case d.Header == "From":
			// Another From outside, as that of an anonymous call, is what an identity body is
			// for; that it is the sender's own says the signature.
			check(&id, CheckFrom, anonymous(d.Outer) != "", true, "From is "+d.Inner+" inside, and "+d.Outer+" outside"+anonymous(d.Outer), d.Reference)
		default:
			outer := strconv.Quote(d.Outer) + " outside"
			if d.OuterMissing {
				outer = "not outside"
			}
			check(&id, CheckMatch, false, true, d.Header+" is "+strconv.Quote(d.Inner)+" inside and "+outer+": "+replay(d.Header), d.Reference)
		}
	}
	if answers {
		called := c.Message.To()
		switch {
		case pkix.SameURI(id.Claimed, called):
			check(&id, CheckTo, true, false, "who answered is who was called", "RFC 3893 section 7")
		case id.Claimed != "":
			open(&id, CheckTo, false, "who answered, "+id.Claimed+", is not who was called, "+called+": the call may have been passed on, and the caller should be told", "RFC 3893 section 7")
		}
		if headerOf(inner, "To") != "" {
			check(&id, CheckForm, false, false, "To is in it, and in a response it must not be", "RFC 3893 section 6")
		}
	}
	if t, err := sip.ParseDate(headerOf(inner, "Date")); t != 0 || err == nil {
		c.fresh(&id, "Date", t, aibWindow, "", "RFC 3893 section 10")
	}
	Settle(&id)
	return id
}

// referred compares a field of a token that says who referred the sender to the
// recipient: in the REFER it is as outside, and in the request that this brought about
// Refer-To is where that goes (RFC 3892 section 4).
func (c *Context) referred(id *report.Identity, d *report.Comparison) {
	const reference = "RFC 3892 section 4.1"
	switch {
	case d.InnerMissing && d.Header == "Date":
		check(id, CheckForm, false, false, "Date is not in it: "+replay("Date"), reference)
	case d.InnerMissing || d.Header == "Date":
	case d.Header == "Refer-To" && d.OuterMissing:
		inside := canonicalURI(sip.ParseAddress(d.Inner).URI)
		ok := inside == canonicalURI(sip.ParseURI(c.Message.RequestURI))
		detail := "the request goes to where Refer-To in it points"
		if !ok {
			detail = "Refer-To in it is " + inside + ", and the request goes to " + c.Message.RequestURI
		}
		check(id, CheckTo, ok, false, detail, reference)
	case d.Header == "Referred-By" || d.Header == "Refer-To":
		ok := canonicalURI(sip.ParseAddress(d.Inner).URI) == canonicalURI(sip.ParseAddress(d.Outer).URI)
		detail := d.Header + " is the same outside"
		if !ok {
			detail = d.Header + " is " + strconv.Quote(d.Inner) + " inside and " + strconv.Quote(d.Outer) + " outside"
		}
		check(id, CheckMatch, ok, true, detail, reference)
	case !d.OK:
		check(id, CheckMatch, false, true, d.Header+" is "+strconv.Quote(d.Inner)+" inside and "+strconv.Quote(d.Outer)+" outside", reference)
	}
}

// Speaker says for whom an identity body speaks, and by which of its fields: From, or who
// answers in Responder, or who referred in Referred-By (RFC 3892).
func Speaker(m *report.Message) (aor, field string) {
	if responder := headerOf(m, "Responder"); responder != "" {
		if _, aor := claimer(responder); aor != "" {
			return aor, "Responder"
		}
	}
	if referred := headerOf(m, "Referred-By"); m.From == "" && referred != "" {
		aor, _ = sip.ParseAddress(referred).URI.AddressOfRecord()
		return aor, "Referred-By"
	}
	return m.From, "From"
}

// signedBody takes over the checks of the signer, but for the one that a signature over
// any body is held to: an identity body speaks for the From inside.
func (c *Context) signedBody(id *report.Identity, around *report.Signature) {
	signer := &around.Signers[0]
	for i := range around.Signers {
		if around.Signers[i].Verdict == around.Verdict {
			signer = &around.Signers[i]
			break
		}
	}
	for _, k := range signer.Checks {
		if k.Code != report.CheckIdentity {
			id.Checks = append(id.Checks, k)
		}
	}
	id.Algorithm, id.Certificate, id.Chain, id.PublicTestChain = signer.Algorithm, signer.Certificate, signer.Chain, signer.PublicTestChain
	if signer.Certificate == nil || id.Claimed == "" {
		open(id, report.CheckIdentity, true, "there is no certificate, or no From, to compare", "RFC 3893 section 7")
		return
	}
	cert := c.Reported(*signer.Certificate)
	if cert == nil {
		return
	}
	ok, identities, detail := pkix.SpeaksForURI(cert, id.Claimed)
	if !ok {
		// An authentication service of the domain may sign as well (RFC 3893 section 1).
		if domain, names, why := SpeaksForHost(cert, sip.ParseURI(id.Claimed).Host); domain {
			ok, identities, detail = true, names, "it is signed by the domain: "+why
		}
	}
	id.Identities = identities
	check(id, report.CheckIdentity, ok, true, detail, "RFC 3893 section 7")
}

func anonymous(from string) string {
	u := sip.ParseAddress(from).URI
	if u.User == "anonymous" || len(u.Host) > 8 && u.Host[len(u.Host)-8:] == ".invalid" {
		return ": an anonymous message whose sender names itself to the recipient"
	}
	return ""
}

// replay says what a field in an identity body keeps from being possible.
func replay(name string) string {
	switch name {
	case "Date":
		return "by it a recipient tells a message of now from one that is sent again later"
	case "Call-ID", "CSeq":
		return "by it a recipient tells that the body was not cut out of another message and put into this one"
	case "Contact":
		return "without it somebody else could put the place where answers go"
	case "To":
		return "without it the body could be sent on to somebody else"
	}
	return "the body is of another message, or the field was changed"
}

func headerOf(m *report.Message, name string) string {
	for _, h := range m.Headers {
		if h.Name == name || h.Canonical == name {
			return h.Value
		}
	}
	return ""
}
