// Certificates by SIP (RFC 6072): NOTIFY and PUBLISH of the event packages
// "certificate" and "credential", and whether the certificate in one may be used.

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// event judges the certificate in a NOTIFY or PUBLISH. others are the identities that
// the message has already: the chain of trust goes from the address that was
// subscribed to, over From and Identity, to the body.
func (c *Context) event(others []report.Identity) (report.Identity, bool) {
	m := c.Message
	value, _ := m.Value("Event")
	name, _, _ := strings.Cut(value, ";")
	name = strings.TrimSpace(name)
	if m.Method != "NOTIFY" && m.Method != "PUBLISH" || name != "certificate" && name != "credential" {
		return report.Identity{}, false
	}
	const reference = "RFC 6072 section 6"
	id := report.Identity{
		Mechanism: name, Title: "Certificate by " + m.Method, Claimed: m.From(),
		Checks: []report.Check{}, Source: c.Source, Range: report.Range(m.Field("Event").Range),
	}
	for _, n := range []string{"Event", "Subscription-State", "Expires", "SIP-ETag", "SIP-If-Match"} {
		if v, ok := m.Value(n); ok {
			field(&id, n, v, "")
		}
	}
	if etag := parameter(value, "etag"); etag != "" {
		field(&id, "etag", etag, "the version of the credential that the notifier has")
	}
	if m.Body[0] == m.Body[1] {
		what := "the certificate was revoked or withdrawn, or there is none: what was cached is to be removed"
		if m.Method == "PUBLISH" {
			what = "what was published is revoked"
			if expires, _ := m.Value("Expires"); expires != "0" {
				if _, update := m.Value("SIP-If-Match"); update {
					what += ", unless it is a refresh as any event package has it (RFC 3903 section 4.4)"
				}
			}
		}
		check(&id, CheckContent, false, m.Method == "NOTIFY", "the body is empty: "+what, "RFC 6072 section 6")
		Settle(&id)
		return id, true
	}
	var cert *pkix.Certificate
	var key []byte
	locked := false
	c.Root.Walk(func(e *mime.Entity) {
		switch e.Type {
		case "application/pkix-cert":
			if cert == nil {
				cert, _ = pkix.ParseCertificate(e.Decode(m.Source).Bytes)
			}
		case "application/pkcs8":
			key = e.Decode(m.Source).Bytes
			locked = ber.ParseOne(key).Root().First().Is(ber.TagSequence)
		default:
			return
		}
		if e.Disposition != "signal" && c.Root.Disposition != "signal" {
			check(&id, CheckForm, false, false, "the Content-Disposition of "+e.Type+" is not signal", "RFC 6072 section 6")
		}
	})
	if cert == nil {
		check(&id, CheckContent, false, true, "the body holds no certificate as application/pkix-cert", reference)
		Settle(&id)
		return id, true
	}
	id.Certificate = c.Index(cert)
	check(&id, CheckContent, true, true, "the body holds the certificate of "+label(cert), reference)
	if name == "credential" {
		c.credential(&id, cert, key, locked)
	}
	if cert.HasValidity {
		ok := c.At >= cert.NotBefore && c.At <= cert.NotAfter
		check(&id, report.CheckValidity, ok, true, "the certificate is valid from "+pkix.FormatTime(cert.NotBefore)+" to "+pkix.FormatTime(cert.NotAfter), "RFC 6072 section 10.3")
	}
	if cert.IsCA() {
		check(&id, report.CheckEKU, false, true, "the certificate is a CA's: it could sign certificates for others", reference)
	}
	ok, identities, detail := pkix.SpeaksForURI(cert, id.Claimed)
	id.Identities = identities
	check(&id, report.CheckIdentity, ok, true, detail, "RFC 6072 section 10.3")
	trusted := c.Trusted(cert)
	vouched := false
	for i := range others {
		vouched = vouched || others[i].Verdict == report.Valid
	}
	switch {
	case vouched:
		check(&id, report.CheckSignature, true, true, "Identity vouches for From and the body", "RFC 6072 section 10.3")
	case ok && trusted:
		check(&id, report.CheckChain, true, true, "the certificate is by a trusted CA and names the address, so it may be used as it is, for this address alone", "RFC 6072 section 10.3")
	case len(others) > 0 && others[0].Verdict == report.Invalid:
		check(&id, report.CheckSignature, false, true, "the Identity of the message does not hold, so the certificate must not be used", "RFC 6072 section 10.3")
	case m.Method == "PUBLISH":
		open(&id, report.CheckSignature, false, "who publishes shows the server by Digest authentication, over TLS, that it may: the message itself shows nothing", "RFC 6072 section 7.10")
	default:
		open(&id, report.CheckSignature, true, "there is neither an Identity that vouches for From and the body, nor a trusted CA behind the certificate: the notifier alone says whose it is", "RFC 6072 section 10.3")
	}
	if m.Method == "NOTIFY" {
		open(&id, CheckMatch, false, "that From, "+id.Claimed+", is who was subscribed to says the To of the SUBSCRIBE, which is not here", "RFC 6072 section 10.3")
	}
	Settle(&id)
	return id, true
}

// credential checks the private key that comes with a certificate.
func (c *Context) credential(id *report.Identity, cert *pkix.Certificate, key []byte, locked bool) {
	const reference = "RFC 6072 section 7"
	switch {
	case key == nil:
		check(id, CheckContent, false, true, "there is no private key as application/pkcs8", reference)
		return
	case !locked:
		check(id, CheckForm, false, false, "the private key is not encrypted: every server on the way can read it", reference)
	}
	if via, _ := c.Message.Value("Via"); via != "" && !strings.Contains(strings.ToUpper(sip.ParseVia(via).Transport), "TLS") {
		check(id, CheckForm, false, false, "a private key has to come over TLS, and the topmost Via says "+sip.ParseVia(via).Transport, reference)
	}
	if public := c.Carried(key); public != nil {
		ok := public.Equal(cert.PublicKey)
		detail := "the private key is the certificate's"
		if !ok {
			detail = "the private key is not the certificate's"
		}
		check(id, CheckMatch, ok, true, detail, reference)
		return
	}
	if locked {
		open(id, CheckMatch, false, "the private key is encrypted: its password is needed to see whether it is the certificate's. A device without it answers 437", reference)
		return
	}
	check(id, CheckContent, false, true, "the private key cannot be read", reference)
}
