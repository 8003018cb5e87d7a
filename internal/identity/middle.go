// End-to-middle security (draft-ietf-sip-e2m-sec-00, of July 2005): which part
// of a body is for which proxy.

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

const middleDraft = "draft-ietf-sip-e2m-sec-00"

// Middle reads Proxy-Required-Body and ties it to the parts, which are in the report.
func (c *Context) Middle(root *report.Part) []report.Identity {
	var list []report.Identity
	for i := range c.Message.Headers {
		h := &c.Message.Headers[i]
		if h.Canonical != "Proxy-Required-Body" {
			continue
		}
		if len(list) >= limit.Identities {
			list = append(list, c.more(h, report.IdentityMiddle))
			break
		}
		host, rest, _ := strings.Cut(h.Value, ";")
		host = strings.TrimSpace(host)
		id := report.Identity{
			Mechanism: report.IdentityMiddle, Title: "Proxy-Required-Body", Claimed: host,
			Checks: []report.Check{}, Source: c.Source, Range: h.Range,
		}
		cids := 0
		for _, r := range sip.SplitList(rest) {
			if cids >= limit.Identities {
				open(&id, CheckForm, true, limit.More("bodies named", limit.Identities, h.Range[0])+": the rest is not looked for", middleDraft)
				break
			}
			name, cid, ok := strings.Cut(rest[r[0]:r[1]], "=")
			if !ok || !strings.EqualFold(strings.TrimSpace(name), "cid") {
				continue
			}
			cids++
			c.required(&id, root, host, strings.Trim(strings.TrimSpace(cid), `"`))
		}
		if host == "" || cids == 0 {
			check(&id, CheckForm, false, true, "it needs a host and the Content-ID of a body", middleDraft)
		}
		walk(root, nil, func(p, _ *report.Part) { c.handling(&id, p) })
		Settle(&id)
		list = append(list, id)
	}
	return list
}

// handling checks that of a multipart against that of its parts: what holds anything
// required is required, and what holds only what is optional is not.
func (c *Context) handling(id *report.Identity, p *report.Part) {
	optional := 0
	for i := range p.Children {
		if p.Children[i].DispParams["handling"] == "optional" {
			optional++
		}
	}
	mine := p.DispParams["handling"] == "optional"
	switch {
	case optional == 0 || !strings.HasPrefix(p.Type, "multipart/"):
	case optional == len(p.Children) && !mine:
		check(id, CheckForm, false, false, "all in part "+p.Path+" is optional, so its own handling has to be optional", middleDraft)
	case optional < len(p.Children) && mine:
		check(id, CheckForm, false, false, "not all in part "+p.Path+" is optional, so its own handling must not be optional", middleDraft)
	}
}

// required checks one part that a proxy is asked to look into.
func (c *Context) required(id *report.Identity, root *report.Part, host, cid string) {
	var part *report.Part
	walk(root, nil, func(p, _ *report.Part) {
		if part == nil && p.ContentID != "" && strings.Trim(p.ContentID, "<>") == strings.Trim(cid, "<>") {
			part = p
		}
	})
	if part != nil && part.Type == "application/pkcs7-signature" {
		// The signature of a multipart/signed stands for all of it.
		signature := part
		walk(root, nil, func(p, _ *report.Part) {
			for i := range p.Children {
				if &p.Children[i] == signature && p.Signature != nil {
					part = p
				}
			}
		})
	}
	if part == nil {
		check(id, CheckMatch, false, true, "no part has the Content-ID "+cid, middleDraft)
		return
	}
	field(id, cid, "part "+part.Path, part.Type)
	switch {
	case part.Envelope != nil:
		mine, others := false, 0
		for i := range part.Envelope.Recipients {
			r := &part.Envelope.Recipients[i]
			cert := c.certificateOf(r)
			if cert == nil {
				others++
				continue
			}
			if ok, _, _ := SpeaksForHost(cert, host); ok {
				mine = true
			} else {
				others++
			}
		}
		switch {
		case mine:
			check(id, CheckTo, true, true, host+" can open part "+part.Path, middleDraft)
		case others > 0:
			open(id, CheckTo, false, "no recipient of part "+part.Path+" is known to be "+host+": give its certificate, or the proxy answers 493", middleDraft)
		}
		if mine && others == 0 && part.DispParams["handling"] != "optional" {
			check(id, CheckForm, false, true, "only "+host+" can open part "+part.Path+", so its handling has to be optional: the recipient would refuse the message", middleDraft)
		}
	case part.Signature != nil:
		check(id, CheckTo, true, true, host+" is to verify the signature of part "+part.Path, middleDraft)
	default:
		check(id, CheckTo, false, true, "part "+part.Path+" is neither an EnvelopedData nor a SignedData", middleDraft)
	}
}

func (c *Context) certificateOf(r *report.Recipient) *pkix.Certificate {
	if r.Certificate == nil {
		return nil
	}
	return c.Reported(*r.Certificate)
}
