// Header fields that point into the body by Content-ID (RFC 2392): Referred-By with
// cid (RFC 3892), Call-Info and its like, Geolocation (RFC 6442), Identity-Info
// (RFC 4474), Refer-To with a list (RFC 5368).

package sip

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
)

// Reference is a pointer from a header field into the body.
type Reference struct {
	Header string // canonical
	ID     string // as it was written, without "cid:"
	Range  [2]int // in the message's source
	Entity *mime.Entity
}

// References finds the pointers of m into its body, which root is the entity of.
// One that leads nowhere has no Entity, and is a violation of m from then on.
func (m *Message) References(root *mime.Entity) []Reference {
	var list []Reference
	for i := range m.Headers {
		h := &m.Headers[i]
		info := lookUp(h.Canonical)
		if info == nil || info.shape != shapeAddress && info.shape != shapeURIs && info.shape != shapeAddresses {
			continue
		}
		raw := m.raw(h)
		if !strings.Contains(strings.ToLower(raw), "cid") {
			continue
		}
		for _, r := range SplitList(raw) {
			a := ParseAddress(raw[r[0]:r[1]])
			at := h.ValueRange[0] + r[0]
			if a.URI.Scheme == "cid" {
				list = append(list, Reference{Header: h.Canonical, ID: a.URI.Opaque, Range: [2]int{at + a.URIRange[0], at + a.URIRange[1]}})
			}
			if p, ok := FindParam(a.Params, "cid"); ok && h.Canonical == "Referred-By" {
				id := strings.TrimSuffix(strings.TrimPrefix(p.Value, "<"), ">")
				list = append(list, Reference{Header: h.Canonical, ID: id, Range: [2]int{at + p.Range[0], at + p.Range[1]}})
			}
		}
	}
	for i := range list {
		r := &list[i]
		r.Entity = root.ByContentID(r.ID)
		if r.Entity == nil {
			m.note("content-id", Error, r.Range, r.Header+" refers to the Content-ID "+strconv.Quote(clip(r.ID))+", which no part of the body has", "RFC 2392 section 2")
		}
	}
	return list
}
