package sip

import (
	"bytes"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/vectors"
)

// A message inside other bytes is read as the same message alone, all places moved
// by where it begins.
func TestParseRange(t *testing.T) {
	for _, alone := range [][]byte{
		vectors.Seed(t, "draft01_signed.sip"),
		compose("INVITE sip:user@example.com SIP/2.0", "", "To: sip:j.user@example.com;", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"),
		compose("MESSAGE sip:a@example.com SIP/2.0", "--b\r\n\r\none\r\n--b", "Content-Type: multipart/mixed;boundary=b", "-Content-Length"),
		[]byte("A b SIP/2.0\nTo"),
	} {
		const before = "--b\r\nINVITE x SIP/2.0\r\n"
		src := slices.Concat([]byte(before), alone, []byte("-\r\n--b--\r\nMore: header\r\n\r\n--b--"))
		a, b := Parse(alone), ParseRange(src, [2]int{len(before), len(before) + len(alone)})
		shift := func(r [2]int) [2]int { return [2]int{r[0] + len(before), r[1] + len(before)} }
		if b.Body != shift(a.Body) || b.Range != shift(a.Range) || len(a.Headers) != len(b.Headers) || len(a.Violations) != len(b.Violations) {
			t.Errorf("%q: %v and %v", alone, a, b)
			continue
		}
		for i, h := range a.Headers {
			if g := b.Headers[i]; g.Value != h.Value || g.ValueRange != shift(h.ValueRange) || g.Range != shift(h.Range) {
				t.Errorf("%s: %+v and %+v", h.Name, h, g)
			}
		}
		for i, v := range a.Violations {
			if w := b.Violations[i]; w.Code != v.Code || w.Range != shift(v.Range) || w.Detail != v.Detail {
				t.Errorf("%+v and %+v", v, w)
			}
		}
		var parts, moved [][]byte
		a.Entity().Walk(func(e *mime.Entity) { parts = append(parts, alone[e.Range[0]:e.Range[1]]) })
		b.Entity().Walk(func(e *mime.Entity) { moved = append(moved, src[e.Range[0]:e.Range[1]]) })
		if !slices.EqualFunc(parts, moved, bytes.Equal) {
			t.Errorf("parts %q and %q", parts, moved)
		}
	}
}
