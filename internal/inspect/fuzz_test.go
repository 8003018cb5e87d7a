package inspect

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/vectors"
)

// seedFiles are all files of testdata, which every fuzz target here starts from.
func seedFiles(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for _, pattern := range []string{"seeds/*", "demo/*", "scenarios/*", "identity/*"} {
		names, err := filepath.Glob(filepath.Join(vectors.Root(), "testdata", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			b, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			found[filepath.Base(filepath.Dir(n))+"/"+filepath.Base(n)] = b
		}
	}
	if len(found) < 20 {
		t.Fatalf("only %d seed files", len(found))
	}
	return found
}

// FuzzInspect gives anything at all, with keys and certificates at hand, and holds
// the report to what is always true of one.
func FuzzInspect(f *testing.F) {
	seeds := seedFiles(f)
	for _, b := range seeds {
		f.Add(b)
	}
	o := Options{
		TrustBundled: true, At: 1795219200, Passwords: []string{"password"},
		Keys:         []NamedBytes{{"bob", seeds["demo/bob_key.pem"]}},
		Certificates: []NamedBytes{{"alice", seeds["demo/alice.pem"]}, {"fluffy", seeds["seeds/draft01_user_fluffy.pem"]}},
		Trust:        []NamedBytes{{"ca", seeds["demo/ca.pem"]}, {"draft", seeds["seeds/draft01_ca.pem"]}},
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		r := Inspect(input, o)
		checkReport(t, r)
	})
}

// checkReport holds a report to its invariants: every range lies in its source,
// parts lie inside their parents and do not overlap, verdicts follow from checks,
// and there is always an answer.
func checkReport(t *testing.T, r *Result) {
	t.Helper()
	within := func(what string, source int, span report.Range) {
		t.Helper()
		if source < 0 || source >= len(r.Sources) || span[0] < 0 || span[0] > span[1] || span[1] > len(r.Sources[source]) {
			t.Errorf("%s: range %v of source %d, of which there are %d", what, span, source, len(r.Sources))
		}
	}
	if len(r.Report.Sources) != len(r.Sources) {
		t.Errorf("%d sources reported, %d given", len(r.Report.Sources), len(r.Sources))
	}
	if r.Report.Summary.Text == "" || r.Report.Summary.State == "" {
		t.Errorf("no answer: %+v", r.Report.Summary)
	}
	for _, f := range r.Report.Findings {
		if f.Source != nil {
			within("finding "+f.Code, *f.Source, *f.Range)
		}
		if f.Title == "" || f.Detail == "" {
			t.Errorf("an empty finding: %+v", f)
		}
	}
	for _, c := range r.Report.Certificates {
		within("certificate", c.Source, c.Range)
	}
	for i := range r.Report.Messages {
		m := &r.Report.Messages[i]
		within("message", m.Source, m.Range)
		for _, h := range m.Headers {
			within("header "+h.Name, m.Source, h.Range)
		}
		if m.Body != nil {
			checkPart(t, m.Body, within)
		}
	}
}

func checkPart(t *testing.T, p *report.Part, within func(string, int, report.Range)) {
	t.Helper()
	within("part "+p.Path, p.Source, p.Range)
	within("body of part "+p.Path, p.Source, p.BodyRange)
	if p.BodyRange[0] < p.Range[0] || p.BodyRange[1] > p.Range[1] {
		t.Errorf("part %s: its body %v is not inside of it, %v", p.Path, p.BodyRange, p.Range)
	}
	last := p.BodyRange[0]
	for i := range p.Children {
		c := &p.Children[i]
		if c.Source != p.Source || c.Range[0] < last || c.Range[1] > p.BodyRange[1] {
			t.Errorf("part %s at %v does not follow within part %s at %v", c.Path, c.Range, p.Path, p.BodyRange)
		}
		last = c.Range[1]
		checkPart(t, c, within)
	}
	if s := p.Signature; s != nil {
		within("signed content of part "+p.Path, s.SignedSource, s.SignedRange)
		for i := range s.Signers {
			checkSigner(t, &s.Signers[i], within)
		}
	}
	if p.Content != nil {
		checkPart(t, p.Content, within)
	}
	if p.Message != nil && p.Message.Body != nil {
		checkPart(t, p.Message.Body, within)
	}
}

func checkSigner(t *testing.T, s *report.Signer, within func(string, int, report.Range)) {
	t.Helper()
	within("signer", s.Source, s.Range)
	within("signature", s.Source, s.SignatureRange)
	failed, open := "", false
	for _, c := range s.Checks {
		if c.OK != nil && !*c.OK && failed == "" {
			failed = c.Code
		}
		open = open || c.OK == nil && c.Required
		if c.Detail == "" || c.Reference == "" {
			t.Errorf("a check that says nothing: %+v", c)
		}
	}
	want := report.Valid
	if failed != "" {
		want = report.Invalid
	} else if open {
		want = report.Unverifiable
	}
	if s.Verdict != want || failed != "" && s.Reason != failed {
		t.Errorf("the verdict is %s (%s), and its checks say %s (%s)", s.Verdict, s.Reason, want, failed)
	}
}

// TestReportsOfSeeds holds the report of every seed file to the same.
func TestReportsOfSeeds(t *testing.T) {
	for name, b := range seedFiles(t) {
		r := Inspect(b, Options{TrustBundled: true, At: 1795219200})
		checkReport(t, r)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// TestFlippedBytes: whichever byte of what is signed, or of the signature's value,
// is changed, the message is not valid any more.
func TestFlippedBytes(t *testing.T) {
	seeds := seedFiles(t)
	for _, test := range []struct {
		message string
		options Options
	}{
		{"demo/signed.sip", Options{Trust: []NamedBytes{{"ca", seeds["demo/ca.pem"]}}, At: 1795219200, NoRepair: true}},
		{"seeds/draft01_signed.sip", Options{
			Trust: files(t, "draft01_ca.pem"), Certificates: files(t, "draft01_user_fluffy.pem"),
			At: at(t, "2010-01-01"), NoRepair: true,
		}},
	} {
		whole := seeds[test.message]
		signature := Inspect(whole, test.options).Report.Messages[0].Body.Signature
		if signature == nil || signature.Verdict != report.Valid {
			t.Fatalf("%s is not valid to begin with", test.message)
		}
		spans := []report.Range{signature.SignedRange, signature.Signers[0].SignatureRange}
		flipped := 0
		for _, span := range spans {
			for i := span[0]; i < span[1]; i++ {
				changed := append([]byte(nil), whole...)
				changed[i] ^= 1
				flipped++
				r := Inspect(changed, test.options).Report
				if r.Summary.State == report.Valid {
					t.Errorf("%s: byte %d changed from %#x to %#x, and it is still valid", test.message, i, whole[i], changed[i])
				}
			}
		}
		if flipped < 300 {
			t.Errorf("%s: only %d bytes", test.message, flipped)
		}
	}
}
