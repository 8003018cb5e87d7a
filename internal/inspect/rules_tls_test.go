package inspect

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func codes(t *testing.T, message string, o Options) string {
	t.Helper()
	var found []string
	for _, f := range Inspect([]byte(strings.ReplaceAll(message, "\n", "\r\n")), o).Report.Findings {
		if strings.HasPrefix(f.Code, "tls-") || strings.HasPrefix(f.Code, "sips-") || f.Code == "security-response" || f.Code == "proxy-content" || f.Code == "sip-content-id" || strings.HasPrefix(f.Code, "sdp-") {
			found = append(found, f.Code)
		}
	}
	return strings.Join(found, " ")
}

// TestTransport: what a message says of TLS, and of the responses of the mechanisms
// around S/MIME.
func TestTransport(t *testing.T) {
	const tail = "Max-Forwards: 70\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>\nCall-ID: 1@a\nCSeq: 1 OPTIONS\nContent-Length: 0\n\n"
	request := func(uri, via, tail string) string {
		return "OPTIONS " + uri + " SIP/2.0\nVia: " + via + "\n" + tail
	}
	pem, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", "atlanta.pem"))
	if err != nil {
		t.Fatal(err)
	}
	peer := Options{At: at(t, "2026-06-01"), TLSHost: "atlanta.example", Certificates: []NamedBytes{{Name: "atlanta.pem", Data: pem}}}
	for _, test := range []struct {
		name, message string
		options       Options
		want          string
	}{
		{"plain", request("sip:b@b.example", "SIP/2.0/UDP a.example;branch=z9hG4bK1", tail), Options{}, ""},
		{"sips over TLS", request("sips:b@b.example", "SIP/2.0/TLS a.example;branch=z9hG4bK1", tail), Options{}, ""},
		{"sips over TLS and UDP", request("sips:b@b.example", "SIP/2.0/TLS a.example;branch=z9hG4bK1, SIP/2.0/UDP c.example;branch=z9hG4bK2", tail), Options{}, "sips-without-tls"},
		{"sips in From", request("sip:b@b.example", "SIP/2.0/TCP a.example;branch=z9hG4bK1", strings.Replace(tail, "<sip:a@", "<sips:a@", 1)), Options{}, "sips-without-tls"},
		{"the peer's Via", request("sip:b@b.example", "SIP/2.0/TLS atlanta.example;branch=z9hG4bK1", tail), peer, "tls-via-agrees tls-limits"},
		{"another's Via", request("sip:b@b.example", "SIP/2.0/TLS evil.example;branch=z9hG4bK1", tail), peer, "tls-via tls-limits"},
		{"a demand for Identity", "SIP/2.0 428 Use Identity Header\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\n" + strings.Replace(tail, "Max-Forwards: 70\n", "", 1), Options{}, "security-response"},
		{"a proxy that must see", "SIP/2.0 493 Undecipherable\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nWarning: 380 p.example \"Required Content-Type: application/sdp\"\n" + strings.Replace(tail, "Max-Forwards: 70\n", "", 1), Options{}, "security-response proxy-content"},
		{"a pointer to nothing", request("sip:b@b.example", "SIP/2.0/TLS a.example;branch=z9hG4bK1", strings.Replace(tail, "Content-L", "Call-Info: <cid:x@a>;purpose=icon\nContent-L", 1)), Options{}, "sip-content-id"},
	} {
		if got := codes(t, test.message, test.options); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestStatuses: the responses of the mechanisms around S/MIME are explained, and no
// others.
func TestStatuses(t *testing.T) {
	for status, want := range map[string]string{
		"403 Stale Date": "too old", "403 Forbidden": "", "428 Use Identity Header": "wants an Identity", "431 Failed Responder Identity": "who answered could not be verified",
		"432 Failed Response Authorization": "proof of who answered", "436 Bad Identity Info": "could not be had", "437 Unsupported Credential": "not accepted",
		"438 Invalid Identity Header": "does not hold", "493 Undecipherable": "cannot open the body", "495 Signature Required": "wants the body signed", "486 Busy Here": "",
	} {
		got := ""
		message := "SIP/2.0 " + status + "\nVia: SIP/2.0/TLS a;branch=z9hG4bK1\nFrom: <sip:a@a.example>;tag=1\nTo: <sip:b@b.example>;tag=2\nCall-ID: 1@a\nCSeq: 1 INVITE\nContent-Length: 0\n\n"
		for _, f := range Inspect([]byte(strings.ReplaceAll(message, "\n", "\r\n")), Options{}).Report.Findings {
			if f.Code == "security-response" {
				got += f.Detail
			}
		}
		if (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", status, got, want)
		}
	}
}

// TestSDPLines: a session description is explained line by line, where it lies.
func TestSDPLines(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", "identity.sip"))
	if err != nil {
		t.Fatal(err)
	}
	lines := Inspect(b, Options{}).Report.Messages[0].Body.SDP
	if len(lines) != 7 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if text := string(b[l.Range[0]:l.Range[1]]); text != l.Type+"="+l.Value || l.Meaning == "" {
			t.Errorf("%q is %q=%q: %s", text, l.Type, l.Value, l.Meaning)
		}
	}
	if lines[0].Media != 0 || lines[6].Media != 1 {
		t.Errorf("media %d and %d", lines[0].Media, lines[6].Media)
	}
}
