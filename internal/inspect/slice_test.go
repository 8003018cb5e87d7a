package inspect

import (
	"bytes"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
)

// inSlices inspects an input in n slices as js/slices.js has it done, and gives their
// last results.
func inSlices(input []byte, o Options, n int) []*Result {
	results := make([]*Result, n)
	for {
		next := make([]*Result, n)
		for i := range next {
			o.Slice.Index, o.Slice.Of = i, n
			next[i] = Inspect(input, o)
		}
		if next[0].Slice.Unhelped {
			return results
		}
		results = next
		var brought, wants []byte
		for _, r := range results {
			brought, wants = append(brought, r.Slice.Brought...), append(wants, r.Slice.Wants...)
		}
		if len(brought) == 0 || len(wants) == 0 {
			return results
		}
		o.Slice.Rounds = append(o.Slice.Rounds, append(brought, wants...))
	}
}

// TestSlicesAreTheWhole: slices have each message once, in order, and say of it what is
// said when all are inspected together; also where there are more slices than messages.
func TestSlicesAreTheWhole(t *testing.T) {
	_, anchor, list := people(t, "alice", "bob", "carol")
	alice, bob, carol := list["alice"], list["bob"], list["carol"]
	input := slices.Concat(
		alice.sends(t, "", "bare", alice.signs()),
		alice.sends(t, "", "for carol", sealedFor(carol)),
		alice.sends(t, "", "plain"),
		carol.sends(t, "", "sealed, with certificates", carol.signs(carol, alice), sealedFor(bob)),
		alice.sends(t, "application/pkcs8", string(carol.keyFile(t)), sealedFor(bob)),
		alice.sends(t, "", "bare again", alice.signs()),
	)
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, Keys: []NamedBytes{{"bob", bob.keyFile(t)}}, Certificates: []NamedBytes{{"bob", bob.cert}}, At: at(t, "2026-06-01")}
	whole := Inspect(input, o).Report
	if got, want := states(whole), []string{report.Valid, report.StateOpened, report.StatePlain, report.Valid, report.StateOpened, report.Valid}; !slices.Equal(got, want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for n := 1; n <= 8; n++ {
		next, findings := 0, len(whole.Findings)
		for i, r := range inSlices(input, o, n) {
			if r.Slice.First != next && len(r.Report.Messages) > 0 {
				t.Errorf("slice %d of %d begins at message %d, not %d", i, n, r.Slice.First, next)
			}
			for j := range r.Report.Messages {
				got, want := &r.Report.Messages[j], &whole.Messages[next]
				if got.Summary.Text != want.Summary.Text || got.Range != want.Range || texts(got.Body) != texts(want.Body) {
					t.Errorf("slice %d of %d: message %d: %s, not %s", i, n, next, got.Summary.Text, want.Summary.Text)
				}
				next++
			}
			for _, f := range r.Report.Findings {
				if f.Message != nil {
					findings--
				}
			}
		}
		for _, f := range whole.Findings {
			if f.Message == nil {
				findings--
			}
		}
		if next != len(whole.Messages) || findings != 0 {
			t.Errorf("%d slices have %d messages of %d, and %d findings too few", n, next, len(whole.Messages), findings)
		}
	}
}

// TestShared: what slices have for one another is read as it was written.
func TestShared(t *testing.T) {
	s := shared{brought: []brought{
		{broughtCertificate, nil, []byte("a certificate")}, {broughtSecret, []byte("id"), []byte{0, 'w', 1}}, {broughtCredential, []byte("a file"), nil},
	}}
	s.want("subject x")
	s.want("")
	things, wants := s.write()
	var all shared
	all.read(things)
	all.read(append(wants, things...))
	if !all.wants["subject x"] || !all.wants[anything] || len(all.wants) != 2 || len(all.brought) != 6 {
		t.Errorf("%+v", all)
	}
	for i, b := range all.brought {
		if want := s.brought[i%3]; b.kind != want.kind || !bytes.Equal(b.name, want.name) || !bytes.Equal(b.data, want.data) {
			t.Errorf("%d is %+v, want %+v", i, b, want)
		}
	}
}

// FuzzSlices: whatever is given, two slices say of every message what one inspection says.
func FuzzSlices(f *testing.F) {
	_, anchor, list := people(f, "alice", "bob")
	alice, bob := list["alice"], list["bob"]
	messages := [][]byte{
		alice.sends(f, "", "bare", alice.signs()), alice.sends(f, "", "sealed, with it", alice.signs(alice), sealedFor(bob)),
		alice.sends(f, "application/pkcs8", string(alice.keyFile(f)), sealedFor(bob)), alice.sends(f, "", "sealed", sealedFor(alice)),
	}
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, Keys: []NamedBytes{{"bob", bob.keyFile(f)}}, At: 1780272000}
	for name, b := range seedFiles(f) {
		f.Add(b)
		if len(b) < 5000 {
			f.Add(slices.Concat(messages[len(name)%4], b, messages[1]))
		}
	}
	for i := range messages {
		f.Add(slices.Concat(slices.Concat(messages[i:]...), slices.Concat(messages[:i]...)))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		whole := Inspect(input, o).Report
		if len(whole.Messages) < 2 {
			return // one message is not shared, and what it brings does not help it
		}
		var got []string
		for _, r := range inSlices(input, o, 2) {
			got = append(got, states(r.Report)...)
		}
		if want := states(whole); !slices.Equal(got, want) {
			t.Errorf("in slices %v, together %v", got, want)
		}
	})
}
