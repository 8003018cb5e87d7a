package inspect

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/limit"
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
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	o := Options{
		TrustBundled: true, At: 1795219200, Passwords: []string{"password"},
		Keys:         []NamedBytes{{"bob", seeds["demo/bob_key.pem"]}},
		Certificates: []NamedBytes{{"alice", seeds["demo/alice.pem"]}, {"fluffy", seeds["seeds/draft01_user_fluffy.pem"]}},
		Trust:        []NamedBytes{{"ca", seeds["demo/ca.pem"]}, {"draft", seeds["seeds/draft01_ca.pem"]}},
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		checkReport(t, inspected(t, input, o))
	})
}

// inspected holds an inspection to what it may allocate: so much whatever is given, for
// the repairs that are sought above all, and so much for each byte of the input and of
// what it is taken apart into. (Messages of 3 to 12 KB take up to 3 MB.)
func inspected(t *testing.T, input []byte, o Options) *Result {
	t.Helper()
	var r *Result
	bound := cost.Bound{PerByte: 2_000, Base: limit.RepairBytes + 16<<20}
	bound.HoldUnpacked(t, func() int {
		r = Inspect(input, o)
		size := 0
		for _, s := range r.Sources {
			size += len(s)
		}
		return size
	})
	return r
}

// FuzzFlip changes bytes of messages that are valid, in what is signed or in the
// signature's value: none of them is valid any more, unless a repair undid the change and
// says so.
func FuzzFlip(f *testing.F) {
	type signed struct {
		message []byte
		options Options
		spans   []report.Range // of what is signed, and the signatures
	}
	seeds := seedFiles(f)
	demo := Options{Trust: []NamedBytes{{"ca", seeds["demo/ca.pem"]}}, At: 1795219200, Keys: []NamedBytes{{"bob", seeds["demo/bob_key.pem"]}}}
	draft := Options{Trust: []NamedBytes{{"ca", seeds["seeds/draft01_ca.pem"]}}, Certificates: []NamedBytes{{"fluffy", seeds["seeds/draft01_user_fluffy.pem"]}}, At: 1262304000}
	var all []signed
	for name, o := range map[string]Options{"demo/signed.sip": demo, "demo/encrypted_signed.sip": demo, "seeds/draft01_signed.sip": draft} {
		s := signed{message: seeds[name], options: o}
		r := Inspect(s.message, o).Report
		if r.Summary.State != report.Valid {
			f.Fatalf("%s is %s to begin with", name, r.Summary.State)
		}
		signature := r.Messages[0].Body.Signature
		if signature.SignedSource == 0 {
			s.spans = append(s.spans, signature.SignedRange)
		}
		if signature.Signers[0].Source == 0 {
			s.spans = append(s.spans, signature.Signers[0].SignatureRange)
		}
		if len(s.spans) == 0 {
			f.Fatalf("%s has nothing to change", name)
		}
		all = append(all, s)
	}
	sort.Slice(all, func(i, j int) bool { return len(all[i].message) < len(all[j].message) })
	for i := range all {
		f.Add(uint8(i), uint8(0), uint16(0), byte(1), false)
		f.Add(uint8(i), uint8(1), uint16(20), byte(0x80), true)
		f.Add(uint8(i), uint8(0), uint16(40), byte('\r'^'\n'), true)
	}
	f.Fuzz(func(t *testing.T, which, part uint8, at uint16, mask byte, repair bool) {
		s := all[int(which)%len(all)]
		span := s.spans[int(part)%len(s.spans)]
		if mask == 0 {
			return
		}
		changed := bytes.Clone(s.message)
		changed[span[0]+int(at)%(span[1]-span[0])] ^= mask
		o := s.options
		o.NoRepair = !repair
		r := inspected(t, changed, o)
		checkReport(t, r)
		repaired := slices.ContainsFunc(r.Report.Input.Steps, func(s report.Step) bool { return s.Repair })
		if r.Report.Summary.State == report.Valid && !repaired {
			t.Errorf("byte %d of %v changed by %#x, and it is still valid", at, span, mask)
		}
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
	last := map[int]int{} // where the last message of each source ends
	for i := range r.Report.Messages {
		m := &r.Report.Messages[i]
		if m.Range[0] < last[m.Source] {
			t.Errorf("message %d at %v overlaps the one before, which ends at %d", i, m.Range, last[m.Source])
		}
		last[m.Source] = m.Range[1]
		checkMessage(t, m, within)
		for _, id := range m.Identity {
			within("identity", id.Source, id.Range)
			// Of an identity, matters of form may be wrong; they are not required.
			required := slices.DeleteFunc(slices.Clone(id.Checks), func(c report.Check) bool { return !c.Required })
			checkVerdict(t, id.Title, id.Verdict, id.Reason, required)
			if id.Verdict == report.Valid && len(required) == 0 {
				t.Errorf("%s is valid without a check", id.Title)
			}
		}
	}
}

// checkMessage: header fields follow one another within the message, and so does the
// body after them, where it is as it was received.
func checkMessage(t *testing.T, m *report.Message, within func(string, int, report.Range)) {
	t.Helper()
	within("message", m.Source, m.Range)
	at := m.Range[0]
	for _, h := range m.Headers {
		if h.Range[0] < at || h.Range[1] < h.Range[0] || h.Range[1] > m.Range[1] {
			t.Errorf("header %s at %v of the message at %v does not follow what ends at %d", h.Name, h.Range, m.Range, at)
		}
		at = h.Range[1]
	}
	if m.Body == nil {
		return
	}
	if b := m.Body; b.Source == m.Source && (b.BodyRange[0] < at || b.Range[1] > m.Range[1]) {
		t.Errorf("the body at %v, %v of the message at %v does not follow its header, which ends at %d", b.Range, b.BodyRange, m.Range, at)
	}
	checkPart(t, m.Body, within)
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
		worst := report.Valid
		for i := range s.Signers {
			checkSigner(t, &s.Signers[i], within)
			if v := s.Signers[i].Verdict; v == report.Invalid || v == report.Unverifiable && worst == report.Valid {
				worst = v
			}
		}
		if s.Verdict == report.Valid && (worst != report.Valid || len(s.Signers) == 0) {
			t.Errorf("part %s is valid, and its %d signers are %s", p.Path, len(s.Signers), worst)
		}
	}
	if p.Content != nil {
		checkPart(t, p.Content, within)
	}
	if p.Message != nil {
		checkMessage(t, p.Message, within)
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
	checkVerdict(t, "a signer", s.Verdict, s.Reason, s.Checks,
		report.CheckDigest, report.CheckSignature, report.CheckCertificate, report.CheckChain, report.CheckValidity)
}

// checkVerdict: what is valid has made all the checks that it must, and all that it
// made hold.
func checkVerdict(t *testing.T, what, verdict, reason string, checks []report.Check, must ...string) {
	t.Helper()
	if verdict == report.Valid {
		if reason != "" {
			t.Errorf("%s is valid because of %s", what, reason)
		}
		for _, code := range must {
			if !slices.ContainsFunc(checks, func(c report.Check) bool { return c.Code == code && c.OK != nil && *c.OK }) {
				t.Errorf("%s is valid without the check %s", what, code)
			}
		}
		for _, c := range checks {
			if c.OK != nil && !*c.OK || c.OK == nil && c.Required {
				t.Errorf("%s is valid in spite of %+v", what, c)
			}
		}
	}
	if verdict == report.Invalid && !slices.ContainsFunc(checks, func(c report.Check) bool { return c.Code == reason && c.OK != nil && !*c.OK }) {
		t.Errorf("%s is invalid because of %q, which is no check that failed", what, reason)
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

// TestFlippedIdentity: whichever byte of the value of an Identity is changed, or of a body
// that it is over, that identity does not hold any more.
func TestFlippedIdentity(t *testing.T) {
	seeds := seedFiles(t)
	o := Options{
		Trust: []NamedBytes{{"ca", seeds["identity/ca.pem"]}}, At: 1795219200, NoRepair: true,
		Certificates: []NamedBytes{{"atlanta", seeds["identity/atlanta.pem"]}, {"provider", seeds["identity/provider.pem"]}},
	}
	for name, body := range map[string]bool{"identity.sip": true, "passport_compact.sip": false, "shaken.sip": false} {
		whole := seeds["identity/"+name]
		m := Inspect(whole, o).Report.Messages[0]
		if len(m.Identity) != 1 || m.Identity[0].Verdict != report.Valid {
			t.Fatalf("%s is %+v to begin with", name, m.Identity)
		}
		field := m.Identity[0].Range
		value := bytes.TrimPrefix(whole[field[0]:field[1]], []byte("Identity: "))
		value = bytes.TrimPrefix(value, []byte(`"`))
		from := field[1] - len(value)
		signed := []report.Range{{from, from + bytes.IndexAny(value, "=;")}} // padding and parameters are not
		if body {
			signed = append(signed, m.Body.BodyRange)
		}
		for _, span := range signed {
			if span[1]-span[0] < 5 {
				t.Fatalf("%s: nothing to change in %v", name, span)
			}
			for i := span[0]; i < span[1]; i++ {
				changed := bytes.Clone(whole)
				changed[i] ^= 1
				for _, m := range Inspect(changed, o).Report.Messages {
					for _, id := range m.Identity {
						if id.Verdict == report.Valid {
							t.Errorf("%s: byte %d changed from %#x to %#x, and it is still valid", name, i, whole[i], changed[i])
						}
					}
				}
			}
		}
	}
}
