package sip

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/mime"
)

// Whatever is read, ranges lie inside what they belong to, in order, and every
// violation has a place in the source.
func FuzzSIP(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	f.Add(compose("INVITE sip:user@example.com SIP/2.0", "", "To: sip:j.user@example.com;", "Contact: \"Joe\" <sip:joe@example.org>;;;;", "Via: SIP/2.0/UDP 192.0.2.15;;,;,,"))
	f.Add(compose("SIP/2.0 503 ", "v=0\r\n", "Retry-After: 1 ((x)\\) ;a=\"", "Warning: 1812 overture \"In Progress\"", "Identity: \"a", "Date: Sat, 13 Nov 2010 23:29:00 GMT"))
	f.Add([]byte("A b SIP/2.0\n a\n\t\nFrom:\n x\n:\n\rTo: \"<"))
	// A semicolon alone is a parameter, and one that is said to be wrong.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 5_000, Base: 1 << 20}, func(t *testing.T, src []byte) {
		last := 0
		for _, m := range ParseAll(src) {
			if m.Range[0] < last || m.Range[1] < m.Range[0] || m.Rest < m.Range[1] || m.Rest > len(src) {
				t.Fatalf("message at %v, rest %d, after %d", m.Range, m.Rest, last)
			}
			last = m.Rest
			within(t, "start line", m.StartLine, m.Range)
			within(t, "URI", m.URIRange, [2]int{0, len(src)})
			within(t, "body", m.Body, m.Range)
			at := m.StartLine[1]
			for _, h := range m.Headers {
				if h.Range[0] < at {
					t.Fatalf("%s at %v overlaps what ends at %d", h.Name, h.Range, at)
				}
				at = h.Range[1]
				within(t, "field", h.Range, [2]int{m.StartLine[1], m.Body[0]})
				within(t, "name", h.NameRange, h.Range)
				within(t, "value", h.ValueRange, h.Range)
				if strings.ContainsAny(h.Value, "\n") {
					t.Fatalf("value %q is not unfolded", h.Value)
				}
			}
			for _, v := range m.Violations {
				within(t, v.Code, v.Range, [2]int{0, len(src)})
				if v.Detail == "" || v.Reference == "" && v.Code != "limit" || v.Code == "" {
					t.Fatalf("%+v", v)
				}
			}
			m.Entity()
			m.Date()
			m.Sender()
			Compare(m, ParseFragment(src, m.Body), Mode(len(src)%3))
		}
	}))
}

func within(t *testing.T, what string, r, outer [2]int) {
	t.Helper()
	if r[0] < outer[0] || r[1] > outer[1] || r[0] > r[1] {
		t.Fatalf("%s at %v is not inside %v", what, r, outer)
	}
}

// What is read of an address is where its range says, and an address-of-record is
// its own address-of-record.
func FuzzURI(f *testing.F) {
	for _, s := range []string{
		"\"Bob\" <sips:bob:x@[2001:db8::1]:5061;transport=tcp?Subject=a&b=c>;tag=\"a\\\"\"", "sip:a@b;x=<y>", "<sip:user;par=u%40example.net@example.com>",
		"tel:+1-201;phone-context=x", "*", "\"a <sip:b@c>", "a.b <", "sip:@", "sip:[::ffff:1.2.3.4", "<sip:%>",
	} {
		f.Add(s)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 5_000, Base: 1 << 20}, func(t *testing.T, s string) {
		a := ParseAddress(s)
		within(t, "URI", a.URIRange, [2]int{0, len(s)})
		if a.URI.Text != s[a.URIRange[0]:a.URIRange[1]] {
			t.Fatalf("%q at %v", a.URI.Text, a.URIRange)
		}
		for _, fault := range append(a.Faults, append(ParseVia(s).Faults, append(ParseCSeq(s).Faults, append(ParseIdentity(s).Faults, ParseCredentials(s).Faults...)...)...)...) {
			within(t, fault.Code, fault.Range, [2]int{0, len(s)})
		}
		for _, p := range a.Params {
			within(t, "parameter", p.Range, [2]int{a.URIRange[1], len(s)})
		}
		for _, r := range SplitList(s) {
			within(t, "element", r, [2]int{0, len(s)})
		}
		aor, err := AddressOfRecord(s)
		if err != nil || !a.URI.IsSIP() || len(a.URI.Faults) > 0 {
			return
		}
		if again, err := AddressOfRecord("<" + aor + ">"); err != nil || again != aor {
			t.Fatalf("%q: address-of-record %q, and of that %q (%v)", s, aor, again, err)
		}
		mime.ParseValue(s)
	}))
}
