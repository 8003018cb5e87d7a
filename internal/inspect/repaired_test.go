package inspect

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/report"
)

// withLength is a message with this Content-Length, or, for "none", without any, or, for
// "right", with that of its body.
func withLength(message []byte, length string) []byte {
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	var lines []string
	for _, line := range strings.Split(string(head), "\r\n") {
		if !strings.HasPrefix(line, "Content-Length:") {
			lines = append(lines, line)
		} else if length == "wrong" {
			lines = append(lines, line)
		} else if length == "right" {
			lines = append(lines, "Content-Length: "+strconv.Itoa(len(body)))
		}
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n" + string(body))
}

// disguises are ways to write characters otherwise, of which a reader may think that a
// document or program wrote them so: what the sender signed, and what was received.
var disguises = []struct {
	name         string
	signed       string // the text that was signed
	old, changed string // what was changed in the message
}{
	{"repeat", "Do pay", "Do pay", "Do <repeat count=0>NOT </repeat>pay"},
	{"repeat of hex", "Do pay", "Do pay", "Do <repeat count=0><hex>4e4f5420</hex></repeat>pay"},
	{"hex", "Do pay", "Do pay", "Do <hex>706179</hex>"},
	{"one line", "Do pay", "Do pay", "<allOneLine>\r\nDo \r\npay</allOneLine>"},
	{"entities", "<sip:bob> gets 1", "<sip:bob> gets 1", "&lt;sip:bob&gt; gets &#49;"},
	{"terminal", "Do pay", "Do pay", "Do \x1b[8mNOT\x1b[0m pay"},
	{"terminal, nothing but escapes", "Do pay", "Do pay", "\x1b[8mDo pay\x1b[0m"},
	{"quotation marks", `He said "pay"`, `"pay"`, "“pay”"},
	{"soft hyphen", "Do pay", "Do pay", "Do\u00ad pay"},
	{"hard space", "Do pay", "Do pay", "Do\u00a0pay"},
	{"zero width", "Do pay", "Do pay", "Do \u200bpay"},
	{"trailing blank", "Do pay \r\nnow", "pay \r\n", "pay\r\n"},
	{"literal escapes", "Do pay\r\nnow", "pay\r\nnow", `pay\r\nnow`},
	{"escaped letter", "Do pay", "Do pay", `Do \x70ay`},
	{"percent", "Do pay", "Do pay", "Do%20pay"},
	{"quoted-printable", "Do pay", "Do pay", "Do=20pay"},
	{"hex dump", "Do pay", "Do pay", "0000  44 6f 20 70 61 79   Do pay"},
	{"quoting", "Do pay\r\nnow", "Do pay\r\nnow", "> Do pay\r\n> now"},
	{"indented", "Do pay\r\nnow", "Do pay\r\nnow", "   Do pay\r\n   now"},
	{"page break", "Do pay\r\nnow", "pay\r\nnow", "pay\r\n\r\nX  Standards  [Page 7]\r\n\r\nRFC 1  X  1\r\n\r\nnow"},
	{"empty line", "Do pay\r\n\r\nnow", "pay\r\n\r\n", "pay\r\n\r\n\r\n"},
	{"byte order mark", "Do pay", "Do pay", "\ufeffDo pay"},
	{"backslash", "Do pay", "Do pay", "Do \\\r\npay"},

	{"From with repeat", "Do pay", "From: <sip:alice@", "From: <sip:alice@<repeat count=0>evil.</repeat>"},
	{"From with hex", "Do pay", "From: <sip:alice@", "From: <sip:<hex>616c696365</hex>@"},
	{"From with entities", "Do pay", "From: <sip:alice@example.org>", "From: &lt;sip:alice@example.org&gt;"},
	{"From with soft hyphen", "Do pay", "From: <sip:alice@", "From: <sip:al\u00adice@"},
	{"From with quotation marks", "Do pay", "From: <sip:alice@", "From: “Bank” <sip:alice@"},
	{"From with percent", "Do pay", "From: <sip:alice@", "From: <sip:alice%20@"},
	{"boundary with repeat", "Do pay", "boundary=", "boundary=<repeat count=0>x</repeat>"},
	{"header of the signed part", "Do pay", "\r\nContent-Type: text/plain", "\r\nContent-<repeat count=0>X-</repeat>Type: text/plain"},
	{"entities in the signed header", "Do pay", "\r\nContent-Type: text/plain", "\r\nContent-Type&#58; text/plain"},
	{"From in colour", "Do pay", "From: <sip:alice@", "From: <sip:\x1b[1malice\x1b[0m@"},
	{"From hidden behind a backslash", "Do pay", "From: ", "X-A: a\\\r\nFrom: <sip:mallory@example.org>;tag=0\r\nFrom: "},
}

// TestReceivedCharacters: what was received in place of what was signed, and could have
// been meant as it is, is never valid without a word: where it was undone, steps and
// summary say so; with a Content-Length that fits, no body is changed.
func TestReceivedCharacters(t *testing.T) {
	_, anchor, list := people(t, "alice")
	alice := list["alice"]
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, At: at(t, "2026-06-01"), Policy: PolicyRFC6216}
	undone := 0
	for _, d := range disguises {
		message := alice.sends(t, "text/plain", d.signed, alice.signs(alice))
		if r := Inspect(message, o).Report; r.Summary.State != report.Valid || len(r.Input.Steps) != 0 {
			t.Fatalf("%s: %s to begin with: %s %+v", d.name, r.Summary.State, r.Summary.Text, r.Input.Steps)
		}
		if !bytes.Contains(message, []byte(d.old)) {
			t.Fatalf("%s: there is no %q", d.name, d.old)
		}
		inHeader := strings.HasPrefix(d.old, "From") || strings.HasPrefix(d.old, "boundary")
		for _, length := range []string{"none", "wrong", "right"} {
			changed := withLength(bytes.Replace(message, []byte(d.old), []byte(d.changed), 1), length)
			for way, given := range map[string][]byte{
				"alone":            changed,
				"after a word":     append([]byte("See this:\r\n\r\n"), changed...),
				"a marked header":  bytes.Replace(changed, []byte("\r\nTo: "), []byte("\r\nX-A: </hex></repeat>\r\nTo: "), 1),
				"an entity before": bytes.Replace(changed, []byte("\r\nTo: "), []byte("\r\nX-A: &lt;sip:a&gt;\r\nTo: "), 1),
				"a colour before":  bytes.Replace(changed, []byte("\r\nTo: "), []byte("\r\nX-A: \x1b[1m\r\nTo: "), 1),
				"two of them":      append(bytes.Clone(changed), changed...),
			} {
				what := d.name + ", Content-Length " + length + ", " + way
				r := Inspect(given, o).Report
				checkRepairTold(t, what, r)
				if r.Summary.State == report.Valid {
					undone++
				}
				if r.Summary.State == report.Valid && !repairs(r) {
					t.Errorf("%s: valid without a word: %s", what, r.Summary.Text)
				}
				if length == "right" && !inHeader && r.Summary.State == report.Valid {
					t.Errorf("%s: the body was changed though Content-Length fits: %+v", what, r.Input.Steps)
				}
				if way != "alone" && way != "after a word" {
					continue
				}
				o := o
				o.NoRepair = true
				if r := Inspect(given, o).Report; repairs(r) || r.Summary.State == report.Valid && !strings.HasPrefix(d.name, "From with") {
					t.Errorf("%s: %s without repairs: %s %+v", what, r.Summary.State, r.Summary.Text, r.Input.Steps)
				}
			}
		}
	}
	if undone == 0 {
		t.Error("nothing was undone")
	}
}

// checkRepairTold: what rests on a step that is a repair says so.
func checkRepairTold(t *testing.T, what string, r *report.Report) {
	t.Helper()
	for i := range r.Messages {
		m := &r.Messages[i]
		for _, l := range layers(m.Body) {
			if l.signature != nil && l.signature.Repaired != strings.Contains(m.Summary.Text, "after a repair") {
				t.Errorf("%s: repaired is %v, and the summary says %q", what, l.signature.Repaired, m.Summary.Text)
			}
			if l.signature != nil && l.signature.Repaired && !repairs(r) {
				t.Errorf("%s: repaired, and no step is: %+v", what, r.Input.Steps)
			}
			if l.signature != nil && l.signature.Verdict == report.Valid && repairs(r) && len(r.Messages) == 1 && !l.signature.Repaired {
				t.Errorf("%s: a step is a repair, and the signature is not repaired: %+v", what, r.Input.Steps)
			}
		}
	}
}

func repairs(r *report.Report) bool {
	return slices.ContainsFunc(r.Input.Steps, func(s report.Step) bool { return s.Repair })
}

// TestMeantAsReceived: a sender who signs what looks like marks, entities or escapes is
// taken at the word, with and without Content-Length.
func TestMeantAsReceived(t *testing.T) {
	_, anchor, list := people(t, "alice")
	alice := list["alice"]
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, At: at(t, "2026-06-01"), Policy: PolicyRFC6216}
	for _, body := range []string{
		"Do <repeat count=2>NOT </repeat>pay", "<hex>706179</hex>", "<allOneLine>\r\na\r\nb\r\n</allOneLine>",
		"&lt;sip:bob&gt;", "\x1b[1mDo pay\x1b[0m", "“pay”\u00a0now\u00ad", "a\\\r\nb\r\n", `Do pay\r\n`, "Do=20pay=", "Do^M\r\npay^M\r\n",
		"> MESSAGE sip:a@example.org SIP/2.0\r\n> To: x\r\n", "0000  44 6f 20 70 61 79   Do pay\r\n",
	} {
		message := alice.sends(t, "text/plain", body, alice.signs(alice))
		for _, length := range []string{"none", "right"} {
			for way, given := range map[string][]byte{
				"alone":         withLength(message, length),
				"marked header": bytes.Replace(withLength(message, length), []byte("\r\nTo: "), []byte("\r\nX-A: </hex> &lt;sip:a&gt; </repeat>\r\nTo: "), 1),
			} {
				r := Inspect(given, o).Report
				if r.Summary.State != report.Valid || way == "alone" && repairs(r) {
					t.Errorf("%q, Content-Length %s, %s: %s, %s %+v", body, length, way, r.Summary.State, r.Summary.Text, r.Input.Steps)
				}
			}
		}
	}
}

// TestPrintedMessage: a message that a document prints with marks opens, and the repair
// is told with its evidence.
func TestPrintedMessage(t *testing.T) {
	_, anchor, list := people(t, "alice")
	alice := list["alice"]
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, At: at(t, "2026-06-01"), Policy: PolicyRFC6216}
	message := alice.sends(t, "text/plain", "Do pay", alice.signs(alice))
	r := Inspect(craft.RFCText(message), o).Report
	checkRepairTold(t, "printed", r)
	if r.Summary.State != report.Valid || !repairs(r) || !slices.ContainsFunc(r.Input.Steps, func(s report.Step) bool { return strings.Contains(s.Detail, "the signature holds only so") }) {
		t.Errorf("%s: %s %+v", r.Summary.State, r.Summary.Text, r.Input.Steps)
	}
	var escaped strings.Builder
	for _, c := range message {
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			escaped.WriteByte(c)
		} else {
			fmt.Fprintf(&escaped, `\%03o`, c)
		}
	}
	broken := strings.ReplaceAll(escaped.String(), `\015\012`, "\r\n")
	for _, test := range []struct {
		name, given string
		repair      bool
	}{
		{"a hex dump", craft.HexDump(message), false},
		{"a string literal", `"` + escaped.String() + `"`, false},
		{"a string literal over lines", `"` + broken + `"`, true}, // its escapes may be the sender's
	} {
		if r := Inspect([]byte(test.given), o).Report; r.Summary.State != report.Valid || repairs(r) != test.repair {
			t.Errorf("%s: %s %+v", test.name, r.Summary.Text, r.Input.Steps)
		}
	}
}

// TestGuessedPrefix: what stands before the lines of a log is taken off in silence only
// where it is the same on all of them, digits aside. What a body's line begins with may
// look like it.
func TestGuessedPrefix(t *testing.T) {
	_, anchor, list := people(t, "alice")
	alice := list["alice"]
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, At: at(t, "2026-06-01"), Policy: PolicyRFC6216}
	o.Certificates = []NamedBytes{{"alice", alice.cert}}
	object := alice.signs()
	object.Base64 = true
	message := string(alice.sends(t, "text/plain", "pay\r\nnow", object))
	for _, test := range []struct {
		name   string
		prefix func(i int, line string) string
		repair bool
	}{
		{"the same", func(int, string) string { return "log: " }, false},
		{"times", func(i int, _ string) string { return fmt.Sprintf("12:%02d proxy: ", i%60) }, false},
		{"quoting", func(int, string) string { return "> " }, false},
		{"indentation", func(int, string) string { return "   " }, false},
		{"another word", func(_ int, line string) string {
			if line == "pay" {
				return "not: "
			}
			return "log: "
		}, true},
		{"tabs", func(_ int, line string) string {
			if line == "pay" {
				return "\t "
			}
			return "  "
		}, true},
	} {
		var text strings.Builder
		for i, line := range strings.Split(message, "\r\n") {
			text.WriteString(test.prefix(i, line) + line + "\r\n")
		}
		r := Inspect([]byte(text.String()), o).Report
		checkRepairTold(t, test.name, r)
		if r.Summary.State != report.Valid || repairs(r) != test.repair {
			t.Errorf("%s: %s %+v", test.name, r.Summary.Text, r.Input.Steps)
		}
		o := o
		o.NoRepair = true
		if r := Inspect([]byte(text.String()), o).Report; repairs(r) || test.repair && r.Summary.State == report.Valid {
			t.Errorf("%s, without repairs: %s %+v", test.name, r.Summary.Text, r.Input.Steps)
		}
	}
}

// TestRepairedIdentity: an Identity over header fields that were repaired says so.
func TestRepairedIdentity(t *testing.T) {
	seeds := seedFiles(t)
	o := Options{
		Trust: []NamedBytes{{"ca", seeds["identity/ca.pem"]}}, At: at(t, "2026-06-01") + 12*3600 + 10, Policy: PolicyRFC6216,
		Certificates: []NamedBytes{{"provider", seeds["identity/provider.pem"]}, {"atlanta", seeds["identity/atlanta.pem"]}},
	}
	for name, field := range map[string]string{"identity/identity.sip": "From: <sip:alice@", "identity/shaken.sip": "From: "} {
		given := seeds[name]
		whole := Inspect(given, o).Report
		if whole.Messages[0].Identity[0].Verdict != report.Valid || repairs(whole) || strings.Contains(whole.Summary.Text, "after a repair") {
			t.Fatalf("%s: %s", name, whole.Summary.Text)
		}
		changed := bytes.Replace(given, []byte(field), []byte(field+"<repeat count=0>evil</repeat>"), 1)
		r := Inspect(changed, o).Report
		if bytes.Equal(changed, given) || r.Messages[0].Identity[0].Verdict != report.Valid || !repairs(r) || !strings.Contains(r.Summary.Text, "after a repair") {
			t.Errorf("%s: %s %+v", name, r.Summary.Text, r.Input.Steps)
		}
	}
}

// TestEncodedReason: a reason phrase may end as a line of quoted-printable does; its
// message is decoded only where it is not whole as it is, and that is told.
func TestEncodedReason(t *testing.T) {
	for length, repair := range map[string]bool{"": true, "Content-Length: 11\r\n": false} {
		message := "SIP/2.0 200 OK=0D=0A\r\nVia: SIP/2.0/TCP h\r\nFrom: <sip:a@example.org>;tag=1\r\nTo: <sip:b@example.org>;tag=2\r\n" +
			"Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nContent-Type: text/plain\r\n" + length + "\r\nDo=4eOT pay"
		if r := Inspect([]byte(message), Options{}).Report; repairs(r) != repair || len(r.Messages) != 1 {
			t.Errorf("%q: %d messages, %+v", length, len(r.Messages), r.Input.Steps)
		}
	}
}
