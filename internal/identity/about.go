// Header fields of the neighbours of S/MIME in SIP, explained in a clause: GRUU (RFC
// 5627), outbound (RFC 5626), feature parameters (RFC 3840, RFC 4508), Refer-Sub (RFC
// 4488), Target-Dialog (RFC 4538), and the drafts that package identity reads.

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/sip"
)

// About says what a header field is for, where that is not common knowledge, and what
// its parameters are.
func About(h *sip.Header) string {
	text, addresses, tags := "", false, false
	switch h.Canonical {
	case "From", "To", "Via", "CSeq", "Call-ID", "Max-Forwards", "Content-Type", "Content-Length", "Date", "Subject", "User-Agent", "Expires":
		return ""
	case "Contact", "Route", "Record-Route", "Path":
		addresses = true
	case "Supported", "Require", "Proxy-Require", "Unsupported":
		tags = true
	case "Responder":
		text = "who answered, and how to verify that (draft of 2005)"
	case "Responder-Info":
		text = "where the certificate of who answered is (draft of 2005)"
	case "Response-Authentication":
		text = "asks who answers to prove it, with a nonce (draft of 2005)"
	case "Response-Authorization":
		text = "the proof that Response-Authentication asked for (draft of 2005)"
	case "Proxy-Required-Body":
		text = "which part of the body a proxy on the way is to look into (draft of 2005)"
	default:
		if info, ok := sip.InfoFor(h.Canonical); ok {
			text = info.About
		}
		if h.Canonical == "Refer-Sub" {
			value, _, _ := strings.Cut(h.Value, ";")
			switch strings.ToLower(strings.TrimSpace(value)) {
			case "true":
				text += ": it is"
			case "false":
				text += ": it is not"
			default:
				text += ": it says neither true nor false"
			}
		}
		addresses = h.Canonical == "Refer-To" || h.Canonical == "Target-Dialog"
	}
	var more []string
	seen := func(name string) {
		if about := parameterAbout(strings.ToLower(name), h.Canonical); about != "" && len(more) < 12 {
			more = append(more, name+" is "+about)
		}
	}
	if addresses || tags {
		for i, r := range sip.SplitList(h.Value) {
			if i >= 20 {
				break
			}
			one := h.Value[r[0]:r[1]]
			if tags {
				if about := tagAbout(one); about != "" {
					more = append(more, one+" is "+about)
				}
				continue
			}
			a := sip.ParseAddress(one)
			if h.Canonical == "Target-Dialog" {
				a.Params, a.URI.Params = nil, nil
				for _, p := range strings.Split(one, ";")[1:] {
					name, _, _ := strings.Cut(p, "=")
					seen(strings.TrimSpace(name))
				}
			}
			for _, p := range append(a.URI.Params, a.Params...) {
				seen(p.Name)
			}
		}
	}
	if text != "" && len(more) > 0 {
		text += ": "
	}
	return text + strings.Join(more, "; ")
}

func parameterAbout(name, field string) string {
	switch name {
	case "+sip.instance":
		return "the device, whatever its address (RFC 5626 section 4.1)"
	case "reg-id":
		return "which of the device's flows to the registrar this is (RFC 5626 section 4.2)"
	case "ob":
		return "a wish to be reached over the same flow (RFC 5626 section 5)"
	case "gr", "gruu", "opaque", "grid":
		return "the mark of a GRUU, an address of one device of a user (RFC 5627 section 3)"
	case "pub-gruu":
		return "the public GRUU that the registrar gave (RFC 5627 section 5)"
	case "temp-gruu":
		return "a temporary GRUU, which does not show the user (RFC 5627 section 5)"
	case "isfocus":
		return "the mark of a conference server (RFC 3840 section 9)"
	case "methods", "audio", "video", "text", "automata", "class", "duplex", "mobility", "events", "schemes", "application", "control", "data", "description", "priority", "actor", "language", "extensions":
		return "a feature of the device (RFC 3840 section 9)"
	case "local-tag", "remote-tag":
		return "half of that dialog's name (RFC 4538 section 7)"
	case "lr":
		if field == "Contact" {
			return ""
		}
		return "the mark of a router that leaves the Request-URI as it is (RFC 3261 section 19.1.1)"
	}
	return ""
}

func tagAbout(tag string) string {
	switch tag {
	case "gruu":
		return "addresses of single devices (RFC 5627)"
	case "outbound":
		return "connections that clients keep open (RFC 5626)"
	case "path":
		return "the way to a registered device (RFC 3327)"
	case "tdialog":
		return "Target-Dialog (RFC 4538)"
	case "norefersub":
		return "REFER without a subscription (RFC 4488)"
	case "multiple-refer":
		return "REFER to a list (RFC 5368)"
	case "replaces":
		return "one call in the place of another (RFC 3891)"
	case "eventlist":
		return "subscriptions to lists (RFC 4662)"
	}
	return ""
}
