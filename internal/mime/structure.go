// What the parts of a multipart are to one another: the root of multipart/related
// (RFC 2387), the choices of multipart/alternative (RFC 2046 section 5.1.4), and
// parts that are referred to by their Content-ID (RFC 2392).

package mime

import "strings"

// Root returns the part of a multipart/related that the others are for: the one
// that the parameter start names, and the first otherwise. It is nil for an entity
// that has no parts.
func (e *Entity) Root() *Entity {
	if len(e.Children) == 0 {
		return nil
	}
	if start := strings.TrimSpace(e.Params["start"]); e.Type == "multipart/related" && start != "" {
		id := strings.TrimSuffix(strings.TrimPrefix(start, "<"), ">")
		for _, c := range e.Children {
			if c.ContentID == id {
				return c
			}
		}
	}
	return e.Children[0]
}

// Choose returns the part of a multipart/alternative that a reader shows who
// understands what understands accepts: the last such part, since the sender puts
// the richest last. It is nil when there is none.
func (e *Entity) Choose(understands func(*Entity) bool) *Entity {
	for i := len(e.Children) - 1; i >= 0; i-- {
		if understands(e.Children[i]) {
			return e.Children[i]
		}
	}
	return nil
}

// ByContentID finds the entity, e itself or one in it, with the Content-ID that a
// "cid:" URL names (RFC 2392 section 2). The URL may come with or without its
// scheme.
func (e *Entity) ByContentID(url string) *Entity {
	if len(url) >= 4 && strings.EqualFold(url[:4], "cid:") {
		url = url[4:]
	}
	id, _ := unescape(url)
	if id == "" {
		return nil
	}
	var found *Entity
	e.Walk(func(e *Entity) {
		if found == nil && e.ContentID == id {
			found = e
		}
	})
	return found
}

// relate notes what does not fit among the parts of e.
func (e *Entity) relate() {
	if e.Type == "multipart/related" {
		if start := e.Params["start"]; start != "" && len(e.Children) > 0 {
			if root := e.Root(); "<"+root.ContentID+">" != strings.TrimSpace(start) && root.ContentID != strings.TrimSpace(start) {
				e.note("related-start", Error, e.Range, "the parameter start names a Content-ID that no part has; the first part is taken as the root", "RFC 2387 section 3.2")
			}
		}
		switch want := strings.ToLower(e.Params["type"]); {
		case want == "":
			e.note("related-type", Warning, e.Range, "a multipart/related has no parameter type, which says what its root is", "RFC 2387 section 3.1")
		case len(e.Children) > 0 && e.Root().Type != want:
			e.note("related-type", Warning, e.Range, "the parameter type says that the root is "+clip(want)+", and it is "+e.Root().Type, "RFC 2387 section 3.1")
		}
	}
	ids := map[string]bool{}
	for _, c := range e.Children {
		if c.ContentID != "" && ids[c.ContentID] {
			c.note("content-id", Warning, c.Range, "another part has the same Content-ID", "RFC 2045 section 7")
		}
		ids[c.ContentID] = true
	}
}
