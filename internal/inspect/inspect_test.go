package inspect

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/vectors"
)

func at(t *testing.T, day string) int64 {
	t.Helper()
	when, err := time.Parse(time.DateOnly, day)
	if err != nil {
		t.Fatal(err)
	}
	return when.Unix()
}

func files(t *testing.T, names ...string) []NamedBytes {
	t.Helper()
	var out []NamedBytes
	for _, n := range names {
		out = append(out, NamedBytes{Name: n, Data: vectors.Seed(t, n)})
	}
	return out
}

// seals lists the verdicts of a message's seals, outermost first.
func seals(m *report.Message) string {
	var all []string
	for _, l := range layers(m.Body) {
		if l.signature != nil {
			v := l.signature.Verdict
			if l.signature.Reason != "" {
				v += " (" + l.signature.Reason + ")"
			}
			all = append(all, v)
		} else {
			all = append(all, l.envelope.Verdict)
		}
	}
	return strings.Join(all, ", ")
}

// texts gathers the text of every part of a message.
func texts(p *report.Part) string {
	if p == nil {
		return ""
	}
	var all string
	if p.Text != nil {
		all += *p.Text
	}
	for i := range p.Children {
		all += texts(&p.Children[i])
	}
	return all + texts(p.Content)
}

// TestDraftMessages: the messages of draft-ietf-sipcore-sec-flows-01, whose
// certificates ended in 2012 and whose CA is not the bundled one.
func TestDraftMessages(t *testing.T) {
	leaf := files(t, "draft01_user_fluffy.pem")
	ca := files(t, "draft01_ca.pem")
	signed := vectors.Seed(t, "draft01_signed.sip")
	for _, test := range []struct {
		name    string
		message []byte
		options Options
		want    string
		summary string
	}{
		{"valid in its time", signed, Options{Certificates: leaf, Trust: ca, At: at(t, "2010-01-01")},
			"valid", "Signed by “sip:fluffy@example.com”: the signature holds. Not checked: revocation, as no CRL was given."},
		{"parameters absent", vectors.Seed(t, "draft01_signed_no_null.sip"), Options{Certificates: leaf, Trust: ca, At: at(t, "2010-01-01")},
			"valid", ""},
		{"expired today", signed, Options{Certificates: leaf, Trust: ca, At: at(t, "2026-11-21")},
			"invalid (validity)", "Signed by “sip:fluffy@example.com”: the signature is intact, but its certificate expired on 2012-"},
		{"changed text", bytes.Replace(signed, []byte("hello"), []byte("hallo"), 1), Options{Certificates: leaf, Trust: ca, At: at(t, "2010-01-01")},
			"invalid (digest)", "Not what “sip:fluffy@example.com” signed: "},
		{"no certificate", signed, Options{Trust: ca, At: at(t, "2010-01-01")},
			"unverifiable (certificate)", "Signed, but whether that holds cannot be said: "},
		{"no trust anchor", signed, Options{Certificates: leaf, At: at(t, "2010-01-01")},
			"invalid (chain)", "Signed by “sip:fluffy@example.com”: the signature is intact, but "},
		{"another CA", signed, Options{Certificates: leaf, TrustBundled: true, At: at(t, "2010-01-01")},
			"invalid (chain)", ""},
		{"encrypted", vectors.Seed(t, "draft01_encrypted.sip"), Options{At: at(t, "2010-01-01")},
			"no-key", "Encrypted with "},
		{"encrypted and signed", vectors.Seed(t, "draft01_signed_encrypted.sip"), Options{Certificates: leaf, Trust: ca, At: at(t, "2010-01-01")},
			"valid, no-key", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := Inspect(test.message, test.options).Report
			if len(r.Messages) != 1 {
				t.Fatalf("%d messages", len(r.Messages))
			}
			if got := seals(&r.Messages[0]); got != test.want {
				t.Errorf("got %s, want %s\n%s", got, test.want, indented(t, r))
			}
			if !strings.HasPrefix(r.Summary.Text, test.summary) {
				t.Errorf("the summary is %q, want %q", r.Summary.Text, test.summary)
			}
		})
	}
}

// TestRFC6216Messages: the repaired messages of RFC 6216 against the bundled CA.
func TestRFC6216Messages(t *testing.T) {
	key := func(name string) []NamedBytes {
		return []NamedBytes{{Name: "kumiko", Data: vectors.RFC6216(t, "certs/"+name)}}
	}
	eku := "eku_user_key_kumiko@example.net.pem"
	for _, test := range []struct {
		file, key, want string
	}{
		{"smime-msg.sip", "", "valid"},
		{"cms-smime-msg.sip", "", "valid"},
		{"smime-sign-encrypt.sip", "", "valid, no-key"},
		{"smime-sign-encrypt.sip", eku, "valid, decrypted"},
		{"smime-encrypted.sip", eku, "decrypted"},
		{"smime-encrypted.sip", "noeku_user_key_kumiko@example.net.pem", "no-key"},
		{"noeku-smime-sign-encrypt.sip", eku, "valid, decrypted"},
	} {
		o := Options{TrustBundled: true, At: at(t, "2026-11-21")}
		if test.key != "" {
			o.Keys = key(test.key)
		}
		r := Inspect(vectors.RFC6216(t, "repaired/"+test.file), o).Report
		m := &r.Messages[0]
		if got := seals(m); got != test.want {
			t.Errorf("%s with key %q: got %s, want %s\n%s", test.file, test.key, got, test.want, indented(t, r))
		}
		if strings.Contains(test.want, "decrypted") && texts(m.Body) != "Hello!" {
			t.Errorf("%s says %q", test.file, texts(m.Body))
		}
		for _, l := range layers(m.Body) {
			if l.signature != nil && !l.signature.Signers[0].PublicTestChain {
				t.Errorf("%s: that the CA's key is public is not said", test.file)
			}
		}
	}
}

// TestDemo holds every demonstration message to what its index says of it.
func TestDemo(t *testing.T) {
	folder := filepath.Join(vectors.Root(), "testdata", "demo")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	var index []struct {
		ID, Message, Expect       string
		Keys, Certificates, Trust []string
	}
	if err := json.Unmarshal(read("index.json"), &index); err != nil {
		t.Fatal(err)
	}
	if len(index) < 5 {
		t.Fatalf("only %d examples", len(index))
	}
	load := func(names []string) (out []NamedBytes) {
		for _, n := range names {
			out = append(out, NamedBytes{n, read(n)})
		}
		return out
	}
	for _, e := range index {
		r := Inspect(read(e.Message), Options{
			Keys: load(e.Keys), Certificates: load(e.Certificates), Trust: load(e.Trust), At: at(t, "2026-11-21"),
		}).Report
		if r.Summary.State != e.Expect {
			t.Errorf("%s: %s (%s), want %s", e.ID, r.Summary.State, r.Summary.Text, e.Expect)
		}
		// The certificate of alice, who is a recipient too, comes with the signature
		// around the envelope.
		if e.ID == "encrypted_signed" {
			for i, recipient := range r.Messages[0].Body.Children[0].Envelope.Recipients {
				if recipient.Certificate == nil {
					t.Errorf("%s: the certificate of recipient %d was not found", e.ID, i)
				}
			}
		}
	}
}

// TestKeyFiles: files of keys and certificates are told for what they are, whether
// or not they were given beside the input as well.
func TestKeyFiles(t *testing.T) {
	ca := vectors.Seed(t, "draft01_ca.pem")
	alice, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "demo", "alice_key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	both := append(append([]byte{}, alice...), ca...)
	for _, test := range []struct {
		input []byte
		want  string
	}{
		{ca, "No message here, but 1 certificate."},
		{alice, "No message here, but 1 key."},
		{both, "No message here, but 1 certificate and 1 key."},
	} {
		for _, o := range []Options{{}, {Keys: []NamedBytes{{"x", test.input}}}, {Certificates: []NamedBytes{{"x", test.input}}}} {
			if r := Inspect(test.input, o).Report; r.Summary.Text != test.want {
				t.Errorf("%q, want %q", r.Summary.Text, test.want)
			}
		}
	}
	locked := vectors.RFC6216(t, "certs/ca_key_encrypted.pem")
	if r := Inspect(locked, Options{}).Report; r.Summary.Text != "No message here, but 1 key. A password is needed to open 1 key." {
		t.Error(r.Summary.Text)
	}
	if r := Inspect(locked, Options{Passwords: []string{"password"}}).Report; r.Summary.Text != "No message here, but 1 key." {
		t.Error(r.Summary.Text)
	}
}

// TestUnnamedKey: a key without a file name is told by its number.
func TestUnnamedKey(t *testing.T) {
	folder := filepath.Join(vectors.Root(), "testdata", "demo")
	var read [2][]byte
	for i, name := range []string{"encrypted.sip", "bob_key.pem"} {
		b, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		read[i] = b
	}
	r := Inspect(read[0], Options{Keys: []NamedBytes{{Data: read[1]}}}).Report
	if want := "Encrypted with AES-128-CBC for 2 recipients, and opened with “key 1”."; r.Summary.Text != want {
		t.Errorf("%q, want %q", r.Summary.Text, want)
	}
}

// TestModernPolicy: what the RFC's messages rest on is refused.
func TestModernPolicy(t *testing.T) {
	r := Inspect(vectors.Seed(t, "draft01_signed.sip"), Options{
		Certificates: files(t, "draft01_user_fluffy.pem"), Trust: files(t, "draft01_ca.pem"),
		At: at(t, "2010-01-01"), Policy: PolicyModern,
	}).Report
	if got := seals(&r.Messages[0]); got != "invalid (signature)" {
		t.Error(got)
	}
}

// TestFindings: what RFC 6216 section 5 tells of is found in its messages.
func TestFindings(t *testing.T) {
	draft := Options{Certificates: files(t, "draft01_user_fluffy.pem"), Trust: files(t, "draft01_ca.pem"), At: at(t, "2026-11-21")}
	signed := vectors.Seed(t, "draft01_signed.sip")
	other := func(from, to string) []byte { return bytes.Replace(signed, []byte(from), []byte(to), 1) }
	demo := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "demo", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for _, test := range []struct {
		code  string
		input []byte
	}{
		{"digest-parameters-null", signed},
		{"digest-parameters-absent", vectors.Seed(t, "draft01_signed_no_null.sip")},
		{"weak-digest", signed},
		{"certificate-weak-key", signed},
		{"expired-accepted", signed},
		{"micalg-mismatch", other("micalg=sha1", "micalg=md5 ")},
		{"micalg-missing", other("micalg=sha1;", "")},
		{"protocol-missing", other(`;protocol="application/pkcs7-signature"`, "")},
		{"protocol-mismatch", other(`protocol="application/pkcs7-signature"`, `protocol="application/pkcs7-mime"`)},
		{"signature-type", other("Type: application/pkcs7-signature", "Type: application/pkcs7-mime")},
		{"identity-mismatch", other("From: <sip:fluffy@", "From: <sip:mallory@")},
		{"too-large-for-udp", other("SIP/2.0/TCP", "SIP/2.0/UDP")},
		{"certificates-attached", demo("signed.sip")},
		{"encoding-base64", demo("opaque.sip")},
		{"not-authenticated", demo("encrypted.sip")},
		{"smime-type-mismatch", bytes.Replace(demo("opaque.sip"), []byte("signed-data"), []byte("enveloped-data"), 1)},
		{"smime-type-missing", bytes.Replace(demo("opaque.sip"), []byte("smime-type=signed-data;"), nil, 1)},
	} {
		r := Inspect(test.input, draft).Report
		if !hasFinding(r, test.code) {
			t.Errorf("no finding %s in %s", test.code, indented(t, r))
		}
	}
	quiet := Inspect(signed, draft).Report
	for _, code := range []string{"micalg-mismatch", "micalg-missing", "protocol-missing", "protocol-mismatch", "signature-type", "identity-mismatch", "too-large-for-udp", "certificates-attached", "encoding-base64"} {
		if hasFinding(quiet, code) {
			t.Errorf("finding %s in a message that has no such fault", code)
		}
	}
	for _, f := range quiet.Findings {
		if f.Title == "" || f.Detail == "" || f.Reference == "" {
			t.Errorf("an incomplete finding: %+v", f)
		}
	}
}

// TestBadInput: a clear sentence for each thing that is no good.
func TestBadInput(t *testing.T) {
	signed := vectors.Seed(t, "draft01_signed.sip")
	leaf := files(t, "draft01_user_fluffy.pem")
	for _, test := range []struct {
		name    string
		input   []byte
		options Options
		summary string // its beginning
		finding string // a code among the findings, or ""
	}{
		{"empty", nil, Options{}, "There is nothing here", ""},
		{"JPEG", []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01"), Options{}, "This is a JPEG picture, not a SIP message.", ""},
		{"prose", []byte("Dear all, please find attached."), Options{}, "This is nothing that can be inspected", ""},
		{"certificate as key", signed, Options{Keys: leaf}, "", "not-a-key"},
		{"cut in the header", signed[:200], Options{}, "The message is cut off: it ends within its header", "sip-no-blank-line"},
		{"cut in the body", signed[:700], Options{}, "The message is cut off: its Content-Length is 772, and ", "sip-content-length"},
		{"cut in the CMS object", signed[:len(signed)-300], Options{Certificates: leaf}, "The message is cut off: ", "cms-ber"},
		{"no final boundary", signed[:bytes.LastIndex(signed, []byte("\r\n--"))], Options{Certificates: leaf, NoRepair: true}, "The message is cut off: ", "mime-no-close-delimiter"},
		{"Content-Length too small", bytes.Replace(signed, []byte("h: 772"), []byte("h: 700"), 1), Options{Certificates: leaf}, "Signed in the name of ", "sip-trailing-bytes"},
		{"key as certificate", signed, Options{Certificates: []NamedBytes{{"k", []byte("rubbish")}}}, "", "not-a-certificate"},
	} {
		r := Inspect(test.input, test.options).Report
		if !strings.HasPrefix(r.Summary.Text, test.summary) || r.Summary.Text == "" {
			t.Errorf("%s: %q", test.name, r.Summary.Text)
		}
		if test.finding != "" && !hasFinding(r, test.finding) {
			t.Errorf("%s: no finding %s in %v", test.name, test.finding, r.Findings)
		}
	}
}

func hasFinding(r *report.Report, code string) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

func indented(t *testing.T, r *report.Report) string {
	t.Helper()
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 12000 {
		b = b[:12000]
	}
	return string(b)
}

// TestPublishedMessages: each message of the RFC's own archive, damaged as it was
// published, gives the verdicts of its repaired twin, and says that it was
// repaired.
func TestPublishedMessages(t *testing.T) {
	var keys []NamedBytes
	for _, n := range []string{"eku_user_key_kumiko@example.net.pem", "noeku_user_key_kumiko@example.net.pem", "noeku_user_cert_fluffy@example.com.pem"} {
		keys = append(keys, NamedBytes{n, vectors.RFC6216(t, "certs/"+n)})
	}
	o := Options{TrustBundled: true, At: at(t, "2026-11-21"), Keys: keys[:2], Certificates: keys[2:]}
	for _, name := range []string{
		"smime-msg", "cms-smime-msg", "smime-encrypted", "smime-sign-encrypt",
		"noeku-smime-msg", "noeku-cms-smime-msg", "noeku-smime-encrypted", "noeku-smime-sign-encrypt",
		"message-tls", "message-tls-resp",
	} {
		published := Inspect(vectors.RFC6216(t, "messages/"+name+".dat"), o).Report
		repaired := Inspect(vectors.RFC6216(t, "repaired/"+name+".sip"), o).Report
		got, want := seals(&published.Messages[0]), seals(&repaired.Messages[0])
		if got != want || published.Summary.State != repaired.Summary.State {
			t.Errorf("%s: %s, and repaired %s", name, got, want)
		}
		if len(repaired.Input.Steps) != 0 {
			t.Errorf("%s: steps were taken on what is not damaged: %v", name, repaired.Input.Steps)
		}
		if want == "" {
			continue
		}
		if strings.Contains(want, "unverifiable") || strings.Contains(want, "no-key") {
			t.Errorf("%s: %s", name, want)
		}
		restored := false
		for _, s := range published.Input.Steps {
			restored = restored || s.Code == "lf-restored" && s.Repair
		}
		if !restored {
			t.Errorf("%s: the repair is not told: %v", name, published.Input.Steps)
		}
		if strings.HasPrefix(want, "valid") && !strings.Contains(published.Summary.Text, "after a repair") {
			t.Errorf("%s: that the verdict rests on a repair is not said: %s", name, published.Summary.Text)
		}
		o := o
		o.NoRepair = true
		if r := Inspect(vectors.RFC6216(t, "messages/"+name+".dat"), o).Report; r.Summary.State == repaired.Summary.State {
			t.Errorf("%s: with repairs off it is %s all the same", name, r.Summary.State)
		}
	}
}

// TestRFCText: the whole text of RFC 6216 lists what is in it (22 PEM blocks, of
// which 11 are certificates and 11 keys; the ten messages of appendix C).
func TestRFCText(t *testing.T) {
	r := Inspect(vectors.RFC6216(t, "rfc6216.txt"), Options{Name: "rfc6216.txt", TrustBundled: true, At: at(t, "2026-11-21")}).Report
	messages := 0
	for i := range r.Messages {
		if r.Messages[i].Kind != report.KindEntity {
			messages++
		}
	}
	certificates := 0
	for _, c := range r.Certificates {
		if c.Origin == report.OriginInput {
			certificates++
		}
	}
	if messages != 10 || certificates != 11 || len(r.Keys) != 11 {
		t.Errorf("%d messages, %d certificates, %d keys; want 10, 11, 11", messages, certificates, len(r.Keys))
	}
	for _, k := range r.Keys {
		if k.Name == "" {
			t.Errorf("a key without a caption: %+v", k)
		}
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		if strings.Contains(seals(m), "invalid") || strings.Contains(seals(m), "no-key") {
			t.Errorf("%s: %s", m.Name, seals(m))
		}
	}
}

// TestCertificatesProveRepairs: a certificate that was given lets a signature
// confirm a repair.
func TestCertificatesProveRepairs(t *testing.T) {
	damaged := bytes.ReplaceAll(vectors.Seed(t, "draft01_signed.sip"), []byte("\n"), []byte("\r\n"))
	damaged = bytes.ReplaceAll(damaged, []byte("\r\r\n"), []byte("\r\n"))
	for _, leaf := range [][]NamedBytes{nil, files(t, "draft01_user_fluffy.pem")} {
		r := Inspect(damaged, Options{Certificates: leaf, Trust: files(t, "draft01_ca.pem"), At: at(t, "2010-01-01")}).Report
		proved := false
		for _, s := range r.Input.Steps {
			proved = proved || s.Repair && strings.Contains(s.Detail, "the signature then verifies")
		}
		if proved != (leaf != nil) {
			t.Errorf("with %d certificates, proved by the signature: %v; %+v", len(leaf), proved, r.Input.Steps)
		}
		if leaf != nil && seals(&r.Messages[0]) != "valid" {
			t.Error(r.Summary.Text)
		}
	}
}

// TestCertificateNotDER: a certificate in BER is told to be none in DER, and those
// of the RFC are not.
func TestCertificateNotDER(t *testing.T) {
	blocks, _ := pkix.FindPEM(vectors.Seed(t, "draft01_ca.pem"))
	block := blocks[0].Bytes
	if len(block) < 256 || block[0] != 0x30 || block[1] != 0x82 {
		t.Fatalf("the certificate begins with % x", block[:4])
	}
	indefinite := append(append([]byte{0x30, 0x80}, block[4:]...), 0, 0)
	if r := Inspect(indefinite, Options{}).Report; len(r.Certificates) != 1 || !hasFinding(r, "certificate-not-der") {
		t.Errorf("%d certificates, findings %v", len(r.Certificates), r.Findings)
	}
	for _, name := range []string{"draft01_ca.pem", "rfc6216_ca.pem", "rfc6216_user_fluffy.pem"} {
		if r := Inspect(vectors.Seed(t, name), Options{}).Report; hasFinding(r, "certificate-not-der") {
			t.Errorf("%s is said not to be in DER: %v", name, r.Findings)
		}
	}
}
