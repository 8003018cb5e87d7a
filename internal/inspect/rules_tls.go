package inspect

// Rules about TLS in SIP, for a message: what its transports and the certificate of
// the peer that sent it say, what TLS does not, and responses that ask for identity.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/identity"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
	"github.com/sipseal/sipseal/internal/sip"
)

// transportRules look at what a message says of its transports, and at responses.
var transportRules = []rule[*sip.Message]{
	{"sips-without-tls", report.SeverityWarning, "RFC 5630 section 3.1", func(_ *inspection, m *sip.Message) finding {
		what := ""
		for _, name := range []string{"Contact", "To", "From", "Request-URI"} {
			v, _ := m.Value(name)
			if name == "Request-URI" {
				v = m.RequestURI
			}
			if sip.ParseAddress(v).URI.Scheme == "sips" {
				what = name
			}
		}
		if what == "" {
			return none
		}
		for _, v := range vias(m) {
			if t := strings.ToUpper(v.Transport); t != "" && !strings.Contains(t, "TLS") && t != "WSS" {
				return found(what + " is a sips: URI, and the hop by " + say.Quoted(v.Host) + " used " + t + ": every hop must use TLS")
			}
		}
		return none
	}},
	{"tls-via", report.SeverityWarning, "The use of TLS in SIP (draft) section 5.5", func(x *inspection, m *sip.Message) finding {
		c, names := x.peer()
		hops := vias(m)
		if c == nil || len(hops) == 0 || m.Kind != sip.Request || speaksForHost(c, hops[0].Host) {
			return none
		}
		return found("the topmost Via says that the message was sent by " + say.Quoted(hops[0].Host) + ", and the certificate of the peer is for " + list(names))
	}},
	{"tls-via-agrees", report.SeverityNote, "The use of TLS in SIP (draft) section 5.5", func(x *inspection, m *sip.Message) finding {
		c, _ := x.peer()
		hops := vias(m)
		if c == nil || len(hops) == 0 || m.Kind != sip.Request || !speaksForHost(c, hops[0].Host) {
			return none
		}
		return found("the sent-by of the topmost Via, " + say.Quoted(hops[0].Host) + ", is whom the certificate of the peer is for. The hops before it are only what that peer says they are")
	}},
	{"tls-limits", report.SeverityNote, "The use of TLS in SIP (draft) sections 3 and 4", func(x *inspection, m *sip.Message) finding {
		if x.options.TLSHost == "" {
			return none
		}
		return found("TLS shows who is at the other end of one connection. It does not show who wrote the message, that no server on the way changed it, or that the other hops used TLS; and it leaves nothing to show to a third party")
	}},
	{"security-response", report.SeverityNote, "RFC 8224 section 6.2.2", func(_ *inspection, m *sip.Message) finding {
		about := statusAbout(m.Status)
		if m.Status == 403 && strings.EqualFold(m.Reason, "Stale Date") {
			about = "the Date of the request, or iat in its PASSporT, was too old: it may have been a replay"
		}
		if m.Kind != sip.Response || about == "" {
			return none
		}
		f := found(strconv.Itoa(m.Status) + ": " + about)
		switch m.Status {
		case 431, 432:
			f.reference = "SIP response identity (draft of 2005)"
		case 493:
			f.reference = "RFC 3261 section 23.2"
		case 495:
			f.reference = "draft-ietf-sip-e2m-sec-00"
		}
		return f
	}},
	{"proxy-content", report.SeverityNote, "draft-ietf-sip-e2m-sec-00", func(_ *inspection, m *sip.Message) finding {
		warning, _ := m.Value("Warning")
		if m.Status != 493 || !strings.HasPrefix(warning, "380 ") {
			return none
		}
		body := "the body of the response is the certificate to encrypt for"
		if kind, _ := m.Value("Content-Type"); !strings.Contains(kind, "application/pkix-cert") {
			body = "its certificate to encrypt for should be the body of the response, as application/pkix-cert, and is not"
		}
		return found("a proxy has to see a body: Warning names its type (" + warning + "), and " + body)
	}},
}

// statusAbout explains the responses of the mechanisms around S/MIME.
func statusAbout(status int) string {
	switch status {
	case 428:
		return "the server wants an Identity header field in the request"
	case 431:
		return "the identity of who answered could not be verified (Failed Responder Identity, a draft of 2005)"
	case 432:
		return "the proof of who answered is missing or wrong (Failed Response Authorization, a draft of 2005)"
	case 436:
		return "the certificate that Identity points to could not be had"
	case 437:
		return "the certificate behind Identity, or a certificate that was published, was not accepted"
	case 438:
		return "the signature in Identity does not hold"
	case 493:
		return "the recipient, or a proxy that has to, cannot open the body; its certificate may be in the response"
	case 495:
		return "a proxy wants the body signed (Signature Required, a draft of 2005)"
	}
	return ""
}

func vias(m *sip.Message) []*sip.Via {
	var list []*sip.Via
	for i := range m.Headers {
		if h := &m.Headers[i]; h.Canonical == "Via" && len(list) < 70 {
			for _, r := range sip.SplitList(h.Value) {
				list = append(list, sip.ParseVia(h.Value[r[0]:r[1]]))
			}
		}
	}
	return list
}

// peer is the certificate of the TLS peer, when a host to check was named and a
// certificate of a host was given.
func (x *inspection) peer() (*pkix.Certificate, []string) {
	if x.options.TLSHost == "" {
		return nil, nil
	}
	for _, r := range x.ring.certificates {
		if r.from() == report.OriginBundled || r.cert.IsCA() {
			continue
		}
		if names := pkix.CheckTLS(r.cert, x.options.TLSHost, pkix.TLSOptions{}).Identities; len(names) > 0 {
			return r.cert, names
		}
	}
	return nil, nil
}

func speaksForHost(c *pkix.Certificate, host string) bool {
	ok, _, _ := identity.SpeaksForHost(c, host)
	return ok
}
