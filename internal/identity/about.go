// What header fields, their parameters and the claims of a PASSporT mean, in a clause:
// those of the neighbours of S/MIME in SIP, GRUU (RFC 5627), outbound (RFC 5626), feature
// parameters (RFC 3840, RFC 4508), Refer-Sub (RFC 4488), Target-Dialog (RFC 4538), and of
// the drafts that package identity reads.

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/sip"
)

// meanings has a line each: what it is, its name, and its meaning. (A switch over as many
// names would be several times as much of the WASM.)
const meanings = `
field:Responder who answered, and how to verify that (draft of 2005)
field:Responder-Info where the certificate of who answered is (draft of 2005)
field:Response-Authentication asks who answers to prove it, with a nonce (draft of 2005)
field:Response-Authorization the proof that Response-Authentication asked for (draft of 2005)
field:Proxy-Required-Body which part of the body a proxy on the way is to look into (draft of 2005)
refer-sub:true : it is
refer-sub:false : it is not
refer-sub: : it says neither true nor false
param:+sip.instance the device, whatever its address (RFC 5626 section 4.1)
param:reg-id which of the device's flows to the registrar this is (RFC 5626 section 4.2)
param:ob a wish to be reached over the same flow (RFC 5626 section 5)
param:gr the mark of a GRUU, an address of one device of a user (RFC 5627 section 3)
param:gruu the mark of a GRUU, an address of one device of a user (RFC 5627 section 3)
param:opaque the mark of a GRUU, an address of one device of a user (RFC 5627 section 3)
param:grid the mark of a GRUU, an address of one device of a user (RFC 5627 section 3)
param:pub-gruu the public GRUU that the registrar gave (RFC 5627 section 5)
param:temp-gruu a temporary GRUU, which does not show the user (RFC 5627 section 5)
param:isfocus the mark of a conference server (RFC 3840 section 9)
param:local-tag half of that dialog's name (RFC 4538 section 7)
param:remote-tag half of that dialog's name (RFC 4538 section 7)
param:lr the mark of a router that leaves the Request-URI as it is (RFC 3261 section 19.1.1)
tag:gruu addresses of single devices (RFC 5627)
tag:outbound connections that clients keep open (RFC 5626)
tag:path the way to a registered device (RFC 3327)
tag:tdialog Target-Dialog (RFC 4538)
tag:norefersub REFER without a subscription (RFC 4488)
tag:multiple-refer REFER to a list (RFC 5368)
tag:replaces one call in the place of another (RFC 3891)
tag:eventlist subscriptions to lists (RFC 4662)
claim:alg the algorithm of the signature
claim:typ what kind of token it is
claim:x5u where the signer's certificate is; it is not fetched
claim:ppt the extension that defines further claims
claim:orig who calls
claim:dest who is called
claim:mky fingerprints of the keys of the media
claim:origid names the origin of the call to the provider that signed, for tracing
claim:div who the call was for before it was diverted
claim:rph resource priority
claim:rcd rich call data: how the caller is to be presented
claim:rcdi rich call data: how the caller is to be presented
attest:A full: the provider knows the customer and that the number is the customer's
attest:B partial: the provider knows the customer, and not whether the number is the customer's
attest:C gateway: the provider knows only where the call entered its network
attest: no level of attestation
`

// features are the feature parameters of RFC 3840 section 9.
const features = " methods audio video text automata class duplex mobility events schemes application control data description priority actor language extensions "

// meaning finds one of meanings; where a name is not there, that of no name, or "".
func meaning(kind, name string) string {
	_, rest, ok := strings.Cut(meanings, "\n"+kind+":"+name+" ")
	if !ok {
		_, rest, _ = strings.Cut(meanings, "\n"+kind+": ")
	}
	text, _, _ := strings.Cut(rest, "\n")
	return text
}

func oneOf(names, name string) bool { return strings.Contains(names, " "+name+" ") }

// About says what a header field is for, where that is not common knowledge, and what
// its parameters are.
func About(h *sip.Header) string {
	name := h.Canonical
	if oneOf(" From To Via CSeq Call-ID Max-Forwards Content-Type Content-Length Date Subject User-Agent Expires ", name) {
		return ""
	}
	addresses := oneOf(" Contact Route Record-Route Path ", name)
	tags := oneOf(" Supported Require Proxy-Require Unsupported ", name)
	text := meaning("field", name)
	if info, ok := sip.InfoFor(name); ok && text == "" && !addresses && !tags {
		text = info.About
	}
	if name == "Refer-Sub" {
		value, _, _ := strings.Cut(h.Value, ";")
		text += strings.TrimPrefix(meaning("refer-sub", strings.ToLower(strings.TrimSpace(value))), " ")
	}
	var more []string
	seen := func(kind, which string) {
		about := meaning(kind, strings.ToLower(which))
		if kind == "param" && oneOf(features, strings.ToLower(which)) {
			about = "a feature of the device (RFC 3840 section 9)"
		}
		if about != "" && len(more) < 12 && (which != "lr" || name != "Contact") {
			more = append(more, which+" is "+about)
		}
	}
	if tags || addresses || name == "Refer-To" || name == "Target-Dialog" {
		for i, r := range sip.SplitList(h.Value) {
			if i >= 20 {
				break
			}
			one := h.Value[r[0]:r[1]]
			switch {
			case tags:
				seen("tag", one)
			case name == "Target-Dialog":
				for _, p := range strings.Split(one, ";")[1:] {
					which, _, _ := strings.Cut(p, "=")
					seen("param", strings.TrimSpace(which))
				}
			default:
				a := sip.ParseAddress(one)
				for _, p := range append(a.URI.Params, a.Params...) {
					seen("param", p.Name)
				}
			}
		}
	}
	if text != "" && len(more) > 0 {
		text += ": "
	}
	return text + strings.Join(more, "; ")
}
