// Calls that were passed on (RFC 8946): each PASSporT of a diversion says who passed the
// call on to whom, and together they lead from who was called at first to who is called
// now.

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// tokens reads a PASSporT, and the one that a div-o carries in its claim opt (RFC 8946
// section 5), and the one in that.
func (c *Context) tokens(list []report.Identity, v *sip.Identity, h *sip.Header) []report.Identity {
	for inside := false; ; inside = true {
		id, t := c.passport(v, h)
		if inside {
			id.Title += ", inside div-o"
		}
		list = append(list, id)
		if t == nil {
			return list
		}
		t.index = len(list) - 1
		c.read = append(c.read, t)
		if t.extension() != "div-o" || !t.full {
			return list
		}
		outer := &list[t.index]
		opt := t.claims.get("opt")
		if opt.kind != 's' || strings.Count(opt.text, ".") != 2 || strings.HasPrefix(opt.text, ".") {
			check(outer, CheckForm, false, true, "a div-o token carries the token before it whole in opt, and this does not", "RFC 8946 section 5")
			Settle(outer)
			return list
		}
		if len(list) >= limit.Identities {
			return append(list, c.more(h, outer.Mechanism))
		}
		before, _ := decodeJSON(opt.text[:strings.IndexByte(opt.text, '.')])
		v = &sip.Identity{Signature: opt.text, Params: []sip.Param{
			{Name: "info", Value: before.get("x5u").text}, {Name: "ppt", Value: before.get("ppt").text},
		}}
	}
}

// diversions checks every link between the tokens of a message: who passed the call on
// was called by the token before, for the same caller, down to a token that is no
// diversion; and the last one leads to where the request goes (RFC 8946 section 4.2).
func (c *Context) diversions(list []report.Identity) {
	const reference = "RFC 8946 section 4.2"
	for _, t := range c.read {
		if !diverts(t.extension()) {
			continue
		}
		id := &list[t.index]
		if from := spoken(t.claims.get("div")); c.grounded(t, make([]bool, len(c.read))) {
			check(id, CheckMatch, true, true, "the token before this one called "+from+", who passed the call on", reference)
		} else {
			check(id, CheckMatch, false, true, "there is no chain of tokens from the caller to "+from+", who passed the call on: one that called it, for the same caller, is missing", reference)
		}
		onward := c.matching(t.claims.get("dest"), []string{"Request-URI"}) != ""
		for _, next := range c.read {
			onward = onward || next != t && diverts(next.extension()) && follows(next, t)
		}
		detail := "the call was passed on to where the request goes, or to who passed it on again"
		if !onward {
			detail = "the call was passed on to " + shown(t.claims.get("dest").written()) + ", and the request goes to " + shown(c.Message.RequestURI)
		}
		check(id, CheckTo, onward, true, detail, reference)
		Settle(id)
	}
}

// grounded reports whether a chain of links leads from a token back to one that is no
// diversion. seen are the tokens that were met, of which there are few.
func (c *Context) grounded(t *passportToken, seen []bool) bool {
	for i, before := range c.read {
		if seen[i] || before == t || !follows(t, before) {
			continue
		}
		seen[i] = true
		if !diverts(before.extension()) || c.grounded(before, seen) {
			return true
		}
	}
	return false
}

// follows reports whether who passed the call on in one token is who was called in
// another, by the same caller.
func follows(next, before *passportToken) bool {
	return meets(next.claims.get("div"), before.claims.get("dest")) && meets(next.claims.get("orig"), before.claims.get("orig"))
}

// meets reports whether two claims have an identity in common.
func meets(a, b value) bool {
	for _, kind := range []string{"tn", "uri"} {
		for _, x := range a.get(kind).list() {
			canonical := number(x)
			if kind == "uri" {
				canonical = canonicalURI(sip.ParseURI(x))
			}
			for _, y := range b.get(kind).list() {
				if canonical != "" && same(kind, canonical, y) {
					return true
				}
			}
		}
	}
	return false
}
