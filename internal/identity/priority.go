// Priority that a PASSporT vouches for (RFC 8443, RFC 9027).

package identity

import (
	"strings"

	"github.com/sipseal/sipseal/internal/report"
)

// priority checks that a message asks for no more priority than its token allows.
func (c *Context) priority(id *report.Identity, claims value) {
	const reference = "RFC 8443 section 4"
	rph, sph := claims.get("rph"), claims.get("sph")
	allowed := map[string]bool{}
	readable := rph.kind == 'o' && len(rph.members) > 0
	for _, m := range rph.members {
		readable = readable && m.kind == 'a' && len(m.members) > 0 && len(m.list()) == len(m.members)
		for _, value := range m.list() {
			allowed[strings.ToLower(value)] = true
		}
	}
	if !readable {
		check(id, CheckForm, false, true, "rph has to hold arrays of the priorities that are allowed, and it is "+shown(rph.written()), reference)
		return
	}
	asked, wrong := 0, ""
	for i := range c.Message.Headers {
		h := &c.Message.Headers[i]
		if !strings.EqualFold(h.Name, "Resource-Priority") {
			continue
		}
		for value := range strings.SplitSeq(h.Value, ",") {
			asked++
			if value = strings.TrimSpace(value); !allowed[strings.ToLower(value)] {
				wrong += ", " + value
			}
		}
	}
	switch {
	case wrong != "":
		check(id, CheckMatch, false, true, "Resource-Priority asks for "+shown(wrong[2:])+", and rph allows "+shown(rph.raw), reference)
	case asked > 0:
		check(id, CheckMatch, true, true, "Resource-Priority asks for no more than rph allows", reference)
		id.Covers = append(id.Covers, "Resource-Priority")
	default:
		open(id, CheckMatch, false, "there is no Resource-Priority, which rph is for", reference)
	}
	if sph.kind != 0 {
		priority, _ := c.Message.Value("Priority")
		ok := sph.kind == 's' && strings.EqualFold(strings.TrimSpace(priority), sph.text)
		detail := "Priority is as sph says"
		if !ok {
			detail = "sph is " + shown(sph.raw) + ", and Priority is " + shown(priority)
		}
		check(id, CheckMatch, ok, true, detail, "RFC 9027 section 4")
	}
}
