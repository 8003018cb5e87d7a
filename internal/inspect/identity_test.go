package inspect

import (
	"bytes"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/vectors"
)

// outcome is what came of a check, or "-" when it was not made.
func outcome(id *report.Identity, code string) string {
	for _, c := range id.Checks {
		if c.Code == code {
			switch {
			case c.OK == nil:
				return "open"
			case *c.OK:
				return "ok"
			}
			return "fails"
		}
	}
	return "-"
}

func onlyIdentity(t *testing.T, input []byte, o Options) report.Identity {
	t.Helper()
	r := Inspect(input, o).Report
	if len(r.Messages) != 1 || len(r.Messages[0].Identity) != 1 {
		t.Fatalf("not one message with one identity: %+v", r.Messages)
	}
	return r.Messages[0].Identity[0]
}

// TestRFC4474 holds the two messages of RFC 4474 appendix B and every change in a
// field that the signature covers.
func TestRFC4474(t *testing.T) {
	for _, test := range []struct {
		name, certificate, identity string
		changes                     [][2]string
	}{
		{"invite", "atlanta.cer", "ok", [][2]string{
			{"<sip:alice@atlanta.example.com>;tag", "<sip:alicf@atlanta.example.com>;tag"},
			{"<sip:bob@biloxi.example.org>", "<sip:rob@biloxi.example.org>"},
			{"a84b4c76e66710", "a84b4c76e66711"},
			{"314159 INVITE\r\nMax", "314158 INVITE\r\nMax"},
			{"13:02:03", "13:02:04"},
			{"<sip:alice@pc33.", "<sip:alice@pc34."},
			{"audio 49172", "audio 49173"},
			{"Contact: <sip:alice@pc33.atlanta.example.com>\r\n", ""},
		}},
		// As published, the certificate is of biloxi.example.com and From is at
		// biloxi.example.org.
		{"bye", "biloxi.cer", "fails", [][2]string{
			{"<sip:bob@biloxi.example.org>", "<sip:bob@biloxi.example.orf>"},
			{"<sip:alice@atlanta.example.com>;tag", "<sip:alice@atlanta.example.con>;tag"},
			{"a84b4c76e66710", "b84b4c76e66710"},
			{"231 BYE", "232 BYE"},
			{"14:19:51", "14:19:50"},
			// The empty Contact is covered as well.
			{"231 BYE\r\n", "231 BYE\r\nContact: <sip:mallory@192.0.2.1>\r\n"},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			message := vectors.RFC4474(t, test.name+".identity")
			cert := []NamedBytes{{Name: test.certificate, Data: vectors.RFC4474(t, test.certificate)}}
			o := Options{Certificates: cert, Trust: cert, At: at(t, "2006-01-01")}
			id := onlyIdentity(t, message, o)
			if got := outcome(&id, "signature"); got != "ok" {
				t.Fatalf("signature %s: %+v", got, id.Checks)
			}
			if want := string(vectors.RFC4474(t, test.name+".canonical")); id.SignedString != want {
				t.Errorf("signed string\n%q\nwant\n%q", id.SignedString, want)
			}
			if got := outcome(&id, "identity"); got != test.identity {
				t.Errorf("identity check %s, want %s", got, test.identity)
			}
			wantVerdict := report.Valid
			if test.identity == "fails" {
				wantVerdict = report.Invalid
			}
			if id.Verdict != wantVerdict {
				t.Errorf("verdict %s (%s)", id.Verdict, id.Reason)
			}
			for _, change := range test.changes {
				if !bytes.Contains(message, []byte(change[0])) {
					t.Fatalf("%q is not in the message", change[0])
				}
				changed := bytes.Replace(message, []byte(change[0]), []byte(change[1]), 1)
				id := onlyIdentity(t, changed, o)
				if id.Verdict != report.Invalid || outcome(&id, "signature") != "fails" {
					t.Errorf("%q for %q: %s, signature %s", change[1], change[0], id.Verdict, outcome(&id, "signature"))
				}
			}
			// The signature itself.
			at := bytes.Index(message, []byte("Identity: \"")) + 20
			changed := bytes.Clone(message)
			changed[at] ^= 1
			if id := onlyIdentity(t, changed, o); id.Verdict == report.Valid || outcome(&id, "signature") == "ok" {
				t.Errorf("a changed signature: %s", id.Verdict)
			}
			if id := onlyIdentity(t, message, Options{At: o.At}); id.Verdict != report.Unverifiable || id.Reason != "certificate" {
				t.Errorf("without a certificate: %s (%s)", id.Verdict, id.Reason)
			}
		})
	}
}

// TestRFC4474Uncovered: what the signature does not cover may change.
func TestRFC4474Uncovered(t *testing.T) {
	cert := []NamedBytes{{Name: "atlanta.cer", Data: vectors.RFC4474(t, "atlanta.cer")}}
	message := string(vectors.RFC4474(t, "invite.identity"))
	for _, change := range [][2]string{{"nashds8", "nashds9"}, {";tag=1928301774", ";tag=19"}, {"Max-Forwards: 70", "Max-Forwards: 69"}} {
		id := onlyIdentity(t, []byte(strings.Replace(message, change[0], change[1], 1)), Options{Certificates: cert, Trust: cert, At: at(t, "2006-01-01")})
		if id.Verdict != report.Valid {
			t.Errorf("%q: %s (%s)", change[1], id.Verdict, id.Reason)
		}
	}
}

// TestIdentityExamples holds the examples, which the standard library signed, to what
// their index expects.
func TestIdentityExamples(t *testing.T) {
	dir := filepath.Join(vectors.Root(), "testdata", "identity")
	load := func(names []string) (files []NamedBytes) {
		for _, n := range names {
			b, err := os.ReadFile(filepath.Join(dir, n))
			if err != nil {
				t.Fatal(err)
			}
			files = append(files, NamedBytes{Name: n, Data: b})
		}
		return files
	}
	var index []struct {
		ID, Message, At, Expect, Mechanism, Verdict, Reason, Host, Finding string
		Keys, Certificates, Trust                                          []string
	}
	if err := json.Unmarshal(load([]string{"index.json"})[0].Data, &index); err != nil {
		t.Fatal(err)
	}
	for _, e := range index {
		t.Run(e.ID, func(t *testing.T) {
			when, err := time.Parse(time.RFC3339, e.At)
			if err != nil {
				t.Fatal(err)
			}
			r := Inspect(load([]string{e.Message})[0].Data, Options{Keys: load(e.Keys), Certificates: load(e.Certificates), Trust: load(e.Trust), At: when.Unix(), TLSHost: e.Host}).Report
			want := 1
			if e.ID == "reuse" {
				want = 2
			}
			if len(r.Messages) != want {
				t.Fatalf("%d messages", len(r.Messages))
			}
			m := r.Messages[0]
			for _, m := range r.Messages {
				if m.Summary.State != e.Expect {
					t.Errorf("state %s, want %s: %s", m.Summary.State, e.Expect, m.Summary.Text)
				}
			}
			if e.Finding != "" && !hasFinding(r, e.Finding) {
				t.Errorf("no finding %s", e.Finding)
			}
			if e.Mechanism == "" {
				return
			}
			for _, id := range m.Identity {
				if id.Mechanism != e.Mechanism {
					continue
				}
				if id.Verdict != e.Verdict || id.Reason != e.Reason {
					t.Errorf("%s is %s (%s), want %s (%s): %+v", id.Mechanism, id.Verdict, id.Reason, e.Verdict, e.Reason, id.Checks)
				}
				return
			}
			t.Errorf("no identity by %s: %+v", e.Mechanism, m.Identity)
		})
	}
}

// TestReuse: the content-encryption key of one message opens the next (RFC 3185), in
// either order; the second alone says what is missing.
func TestReuse(t *testing.T) {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	both, second := read("reuse.sip"), read("reuse_second.sip")
	first := bytes.TrimSuffix(both, second)
	o := Options{Keys: []NamedBytes{{Name: "bob_key.pem", Data: read("bob_key.pem")}}, At: at(t, "2026-06-01")}
	for name, input := range map[string][]byte{"in order": both, "in the other": append(bytes.Clone(second), first...)} {
		r := Inspect(input, o).Report
		if len(r.Messages) != 2 {
			t.Fatalf("%s: %d messages", name, len(r.Messages))
		}
		said := ""
		for _, m := range r.Messages {
			said += texts(m.Body)
			if m.Summary.State != report.StateOpened {
				t.Errorf("%s: %s", name, m.Summary.Text)
			}
			if e := m.Body.Envelope; e.Recipients[0].Type == "kekri" && !strings.Contains(e.Recipients[0].Key, "an earlier message") {
				t.Errorf("%s: opened with %q", name, e.Recipients[0].Key)
			}
		}
		if !strings.Contains(said, "Watson, come here.") || !strings.Contains(said, "I want to see you.") || len(r.Keys) != 1 {
			t.Errorf("%s: %q with %d keys", name, said, len(r.Keys))
		}
	}
	r := Inspect(second, o).Report
	if e := r.Messages[0].Body.Envelope; e.Verdict != report.NoKey || !strings.Contains(e.Reason, "61746c616e74612d31") || !strings.Contains(e.Reason, "RFC 3185") {
		t.Errorf("the second alone: %s: %s", e.Verdict, e.Reason)
	}
	// Another first message gives another key.
	o.Keys = nil
	for _, m := range Inspect(both, o).Report.Messages {
		if m.Body.Envelope.Verdict != report.NoKey {
			t.Errorf("without a key: %s", m.Body.Envelope.Verdict)
		}
	}
}

// TestTunnel: what a sealed message says against what is outside.
func TestTunnel(t *testing.T) {
	for name, want := range map[string]string{"tunnel.sip": "", "tunnel_changed.sip": "Subject"} {
		b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", name))
		if err != nil {
			t.Fatal(err)
		}
		r := Inspect(b, Options{At: at(t, "2026-06-01")}).Report
		inner := r.Messages[0].Body.Children[0].Message
		if inner == nil || len(inner.Comparison) == 0 {
			t.Fatalf("%s: no comparison", name)
		}
		var differ []string
		for _, c := range inner.Comparison {
			if !c.OK {
				differ = append(differ, c.Header)
			}
		}
		if got := strings.Join(differ, ","); got != want {
			t.Errorf("%s: differs in %q, want %q", name, got, want)
		}
		var found []string
		for _, f := range r.Findings {
			if f.Code == "tunnel-difference" {
				found = append(found, f.Detail)
			}
		}
		if (len(found) == 1) != (want != "") {
			t.Errorf("%s: findings %q", name, found)
		}
	}
}

// TestIdentityBodyForms: an identity body that nobody signed, one whose signature is
// none, and what it does not cover.
func TestIdentityBodyForms(t *testing.T) {
	const head = "MESSAGE sip:b@b.example SIP/2.0\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\nCall-ID: 1@a\nCSeq: 1 MESSAGE\nDate: Mon, 01 Jun 2026 12:00:00 GMT\n"
	const fragment = "From: <sip:a@a.example>\nCall-ID: 1@a\n"
	const disposition = "Content-Type: message/sipfrag\nContent-Disposition: aib;handling=optional\n"
	for _, test := range []struct{ name, message, verdict, reason string }{
		{"unsigned", head + disposition + "\n" + fragment, report.Invalid, "signature"},
		{"a signature that is none", head + "Content-Type: multipart/signed;boundary=b;protocol=\"application/pkcs7-signature\"\n\n--b\n" + disposition + "\n" + fragment +
			"\n--b\nContent-Type: application/pkcs7-signature\n\n7GhIGfHfYT6\n--b--\n", report.Invalid, "form"}, // Date is not in it
	} {
		id := onlyIdentity(t, []byte(strings.ReplaceAll(test.message, "\n", "\r\n")), Options{At: at(t, "2026-06-01")})
		if id.Mechanism != report.IdentityBody || id.Claimed != "sip:a@a.example" || id.Verdict != test.verdict || id.Reason != test.reason {
			t.Errorf("%s: %s of %q: %s (%s)", test.name, id.Mechanism, id.Claimed, id.Verdict, id.Reason)
		}
		var lacks []string
		for _, c := range id.Checks {
			if c.Code == "form" {
				name, _, _ := strings.Cut(c.Detail, " ")
				lacks = append(lacks, name)
			}
		}
		if got := strings.Join(lacks, " "); got != "Date To CSeq" && got != "Date CSeq To" && got != "To CSeq Date" {
			t.Errorf("%s: lacks %q", test.name, got)
		}
	}
}

// TestMiddleHandling: what only a proxy can open must not be required of the
// recipient.
func TestMiddleHandling(t *testing.T) {
	dir := filepath.Join(vectors.Root(), "testdata", "identity")
	file, err := os.ReadFile(filepath.Join(dir, "proxy.pem"))
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(file)
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := pkcs7.Encrypt([]byte("Content-Type: text/plain\r\n\r\nhello"), []*x509.Certificate{cert})
	if err != nil {
		t.Fatal(err)
	}
	for handling, want := range map[string]string{"required": report.Invalid, "optional": report.Valid} {
		message := strings.ReplaceAll("MESSAGE sip:b@b.example SIP/2.0\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\nCall-ID: 1@a\nCSeq: 1 MESSAGE\n"+
			"Proxy-Required-Body: ssl.atlanta.example;cid=\"1@a\"\nContent-ID: <1@a>\nContent-Type: application/pkcs7-mime;smime-type=enveloped-data\nContent-Disposition: attachment;handling="+handling+"\n\n", "\n", "\r\n") + string(sealed)
		id := onlyIdentity(t, []byte(message), Options{At: at(t, "2026-06-01"), Certificates: []NamedBytes{{Name: "proxy.pem", Data: file}}})
		if id.Verdict != want {
			t.Errorf("handling=%s: %s (%s): %+v", handling, id.Verdict, id.Reason, id.Checks)
		}
	}
}

// TestCredentialPassword: with its password the private key is held to the
// certificate.
func TestCredentialPassword(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", "credential.sip"))
	if err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{"passw0rd": "ok", "wrong": "open"} {
		id := onlyIdentity(t, b, Options{At: at(t, "2026-06-01"), Passwords: []string{password}})
		if got := outcome(&id, "match"); got != want {
			t.Errorf("password %q: the key's check is %s, want %s", password, got, want)
		}
	}
	// With the password it shows whose the key is.
	if b, err = os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", "credential_key.sip")); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{"passw0rd": "fails", "wrong": "open"} {
		id := onlyIdentity(t, b, Options{At: at(t, "2026-06-01"), Passwords: []string{password}})
		if got := outcome(&id, "match"); got != want {
			t.Errorf("another key, password %q: its check is %s, want %s", password, got, want)
		}
	}
}

const middleHead = "MESSAGE sip:b@b.example SIP/2.0\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\nCall-ID: 1@a\nCSeq: 1 MESSAGE\n"

// TestMiddleSigned is the request of section 7.2 of the draft: the Content-ID of the
// signature stands for all of the multipart/signed.
func TestMiddleSigned(t *testing.T) {
	alice := newUser(t, "a@a.example")
	body := strings.Replace(alice.signed(t, "Content-Type: text/plain\r\n\r\nHello.\r\n"), "name=smime.p7s\r\n", "name=smime.p7s\r\nContent-ID:1234@atlanta.example.com\r\n", 1)
	id := onlyIdentity(t, []byte(crlf(middleHead+"Proxy-Required-Body: ssl.atlanta.example.com;\n cid=1234@atlanta.example.com\n")+body), Options{At: at(t, "2026-06-01"), Trust: []NamedBytes{alice.file()}})
	if id.Verdict != report.Valid || outcome(&id, "to") != "ok" {
		t.Errorf("%s (%s): %+v", id.Verdict, id.Reason, id.Checks)
	}
}

// TestMiddleMultipart: handling of a multipart by that of its parts (section 2.1 of the
// draft).
func TestMiddleMultipart(t *testing.T) {
	for _, test := range []struct {
		whole string
		parts [2]string
		want  string
	}{
		{"optional", [2]string{"optional", "optional"}, "-"},
		{"required", [2]string{"optional", "optional"}, "fails"},
		{"optional", [2]string{"required", "optional"}, "fails"},
		{"required", [2]string{"required", "optional"}, "-"},
		{"", [2]string{"required", "optional"}, "-"},
		{"", [2]string{"", ""}, "-"},
	} {
		disposition := func(handling string) string {
			if handling == "" {
				return ""
			}
			return "Content-Disposition: session;handling=" + handling + "\n"
		}
		message := middleHead + "Proxy-Required-Body: p.example;cid=\"1@a\"\n" + disposition(test.whole) + "Content-Type: multipart/mixed;boundary=b\n\n"
		for _, handling := range test.parts {
			message += "--b\n" + disposition(handling) + "Content-Type: text/plain\n\nx\n"
		}
		id := onlyIdentity(t, []byte(crlf(message+"--b--\n")), Options{At: at(t, "2026-06-01")})
		if got := outcome(&id, "form"); got != test.want {
			t.Errorf("%q around %q: %s, want %s: %+v", test.whole, test.parts, got, test.want, id.Checks)
		}
	}
}

// TestCertificatePackages: NOTIFY and PUBLISH of RFC 6072, by the steps of its sections
// 6, 7 and 10.3. Nobody vouches but the certificate itself.
func TestCertificatePackages(t *testing.T) {
	bob := newUser(t, "bob@biloxi.example.com")
	key, err := x509.MarshalPKCS8PrivateKey(bob.key)
	if err != nil {
		t.Fatal(err)
	}
	head := func(method, transport, more string) string {
		return crlf(method + " sips:bob@biloxi.example.com SIP/2.0\nVia: SIP/2.0/" + transport + " a;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: <sip:bob@biloxi.example.com>;tag=1\nTo: <sip:bob@biloxi.example.com>\nCall-ID: 1@a\nCSeq: 1 " + method + "\n" + more)
	}
	cert := string(bob.cert.Raw)
	both := "--b\r\nContent-ID: <123@a>\r\nContent-Type: application/pkix-cert\r\n\r\n" + cert + "\r\n--b\r\nContent-ID: <456@a>\r\nContent-Type: application/pkcs8\r\n\r\n" + string(key) + "\r\n--b--\r\n"
	const single, multi = "Content-Type: application/pkix-cert\nContent-Disposition: signal\n", "Content-Type: multipart/mixed;boundary=b\nContent-Disposition: signal\n"
	const notify = "Event: certificate\nSubscription-State: active;expires=7200\n"
	trust, none := []NamedBytes{bob.file()}, []NamedBytes{}
	for _, test := range []struct {
		name, message   string
		trust           []NamedBytes
		at              string
		verdict, reason string
		says            string
	}{
		{"signed by a trusted CA", head("NOTIFY", "TLS", notify+single+"\n") + cert, trust, "2026-06-01", report.Valid, "", "for this address alone"},
		{"vouched for by nobody", head("NOTIFY", "TLS", notify+single+"\n") + cert, none, "2026-06-01", report.Unverifiable, "signature", "the notifier alone says whose it is"},
		{"expired", head("NOTIFY", "TLS", notify+single+"\n") + cert, trust, "2049-06-01", report.Invalid, "validity", ""},
		{"not yet valid", head("NOTIFY", "TLS", notify+single+"\n") + cert, trust, "1999-06-01", report.Invalid, "validity", ""},
		{"of somebody else", strings.Replace(head("NOTIFY", "TLS", notify+single+"\n"), "From: <sip:bob@", "From: <sip:rob@", 1) + cert, trust, "2026-06-01", report.Invalid, "identity", ""},
		{"no disposition", head("NOTIFY", "TLS", notify+"Content-Type: application/pkix-cert\n\n") + cert, trust, "2026-06-01", report.Valid, "", "is not signal"},
		{"no certificate", head("NOTIFY", "TLS", notify+"Content-Type: text/plain\n\nhi"), trust, "2026-06-01", report.Invalid, "content", "holds no certificate"},
		{"revoked", head("NOTIFY", "TLS", notify+"Content-Length: 0\n\n"), trust, "2026-06-01", report.Invalid, "content", "revoked or withdrawn"},
		{"published", head("PUBLISH", "TLS", "Event: credential\nExpires: 3600\nSIP-If-Match: x\n"+multi+"\n") + both, none, "2026-06-01", report.Valid, "", "the private key is not encrypted"},
		{"published in the clear", head("PUBLISH", "UDP", "Event: credential\nExpires: 3600\n"+multi+"\n") + both, none, "2026-06-01", report.Valid, "", "has to come over TLS"},
		{"withdrawn", head("PUBLISH", "TLS", "Event: credential\nExpires: 0\nSIP-If-Match: x\nContent-Length: 0\n\n"), none, "2026-06-01", report.Unverifiable, "content", "what was published is revoked"},
		{"refreshed", head("PUBLISH", "TLS", "Event: credential\nExpires: 3600\nSIP-If-Match: x\nContent-Length: 0\n\n"), none, "2026-06-01", report.Unverifiable, "content", "unless it is a refresh"},
		{"a credential without its key", head("NOTIFY", "TLS", "Event: credential;etag=x\nSubscription-State: active\n"+single+"\n") + cert, trust, "2026-06-01", report.Invalid, "content", "there is no private key"},
	} {
		id := onlyIdentity(t, []byte(test.message), Options{At: at(t, test.at), Trust: test.trust})
		says := test.says == ""
		for _, c := range id.Checks {
			says = says || strings.Contains(c.Detail, test.says)
			if strings.Contains(c.Detail, "is not signal") && test.name != "no disposition" {
				t.Errorf("%s: %s", test.name, c.Detail)
			}
		}
		if id.Verdict != test.verdict || id.Reason != test.reason || !says {
			t.Errorf("%s: %s (%s): %+v", test.name, id.Verdict, id.Reason, id.Checks)
		}
	}
}
