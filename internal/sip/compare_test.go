package sip

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/mime"
)

// One message in another, with one thing different at a time. Expected: RFC 3261
// section 23.4.1, RFC 3893 sections 2 and 7.
func TestCompare(t *testing.T) {
	const start = "INVITE sip:kumiko@example.net SIP/2.0"
	date := "Date: Thu, 21 Feb 2002 13:02:03 GMT"
	for _, test := range []struct {
		name         string
		outer, inner []byte
		mode         Mode
		header       string
		class        Class
		ok           bool
	}{
		{"same", compose(start, ""), compose(start, ""), SignedTunnel, "From", Integrity, true},
		{"another writing", compose(start, "", "f: \"F\"<sip:fluffy@EXAMPLE.com>;tag=4711"), compose(start, "", "From: F <sip:%66luffy@example.com> ; tag = 4711"), SignedTunnel, "From", Integrity, true},
		{"From changed", compose(start, "", "From: <sip:mallory@example.com>;tag=4711"), compose(start, ""), SignedTunnel, "From", Integrity, false},
		{"From hidden", compose(start, "", "From: Anonymous <sip:anonymous@atlanta.com>;tag=4711"), compose(start, ""), EncryptedTunnel, "From", Confidential, true},
		{"tag changed", compose(start, "", "From: <sip:fluffy@example.com>;tag=4712"), compose(start, ""), SignedTunnel, "From", Integrity, false},
		{"Via", compose(start, "", "Via: SIP/2.0/UDP other.example;branch=z9hG4bKx"), compose(start, ""), SignedTunnel, "Via", MayChange, true},
		{"Max-Forwards", compose(start, "", "Max-Forwards: 68"), compose(start, ""), SignedTunnel, "Max-Forwards", MayChange, true},
		{"retargeted", compose("INVITE sip:kumiko@192.0.2.8 SIP/2.0", ""), compose(start, ""), SignedTunnel, "Request-URI", MayChange, true},
		{"another method", compose("BYE sip:kumiko@example.net SIP/2.0", ""), compose(start, ""), SignedTunnel, "method", Integrity, false},
		{"Subject, signed", compose(start, "", "Subject: a"), compose(start, "", "Subject: b"), SignedTunnel, "Subject", Integrity, false},
		{"Subject, encrypted", compose(start, "", "Subject: a"), compose(start, "", "s: b"), EncryptedTunnel, "Subject", Confidential, true},
		{"Subject inside, encrypted", compose(start, ""), compose(start, "", "Subject: b"), EncryptedTunnel, "Subject", Confidential, true},
		{"Subject inside, signed", compose(start, ""), compose(start, "", "Subject: b"), SignedTunnel, "Subject", Integrity, false},
		{"Subject outside", compose(start, "", "Subject: b"), compose(start, ""), SignedTunnel, "Subject", Integrity, true},
		{"Call-ID, encrypted", compose(start, "", "Call-ID: x"), compose(start, ""), EncryptedTunnel, "Call-ID", Integrity, false},
		{"CSeq written otherwise", compose(start, "", "CSeq: 08  INVITE"), compose(start, ""), SignedTunnel, "CSeq", Integrity, true},
		{"Date, encrypted", compose(start, "", date), compose(start, "", strings.Replace(date, "13:02", "13:03", 1)), EncryptedTunnel, "Date", Integrity, false},
		{"Priority, encrypted", compose(start, ""), compose(start, "", "Priority: urgent"), EncryptedTunnel, "Priority", Confidential, true},
		{"extension", compose(start, "", "X-A: 1"), compose(start, "", "X-A: 2"), SignedTunnel, "X-A", Integrity, false},
		{"identity without Date", compose(start, ""), compose(start, ""), IdentityBody, "Date", Integrity, false},
		{"identity without To", compose(start, "", date), compose(start, "", date, "-To"), IdentityBody, "To", Integrity, true},
		{"identity without Contact", compose(start, "", date), compose(start, "", date, "-Contact"), IdentityBody, "Contact", Integrity, false},
		{"identity of who answers", compose("SIP/2.0 200 OK", "", date), compose("SIP/2.0 200 OK", "", date, "From: <sip:kumiko@example.net>"), IdentityBody, "From", Integrity, true},
		{"identity without a tag", compose(start, "", date), compose(start, "", date, "From: <sip:fluffy@example.com>"), IdentityBody, "From", Integrity, true},
		{"identity of another", compose(start, "", date), compose(start, "", date, "From: <sip:mallory@example.com>"), IdentityBody, "From", Integrity, false},
		{"tunnel without a tag", compose(start, "", date), compose(start, "", date, "From: <sip:fluffy@example.com>"), SignedTunnel, "From", Integrity, false},
		{"identity of another call", compose(start, "", date), compose(start, "", date, "Call-ID: other"), IdentityBody, "Call-ID", Integrity, false},
	} {
		outer, inner := Parse(test.outer), ParseFragment(test.inner, [2]int{0, len(test.inner)})
		var got []string
		for _, d := range Compare(outer, inner, test.mode) {
			if d.Header == test.header {
				got = append(got, fmt.Sprint(d.Class, " ", d.OK))
			} else if !d.OK && d.Header != "CSeq" {
				t.Errorf("%s: %s too: %s", test.name, d.Header, d.Detail)
			}
			if d.Detail == "" || d.Reference == "" || d.Class == "" {
				t.Errorf("%s: %+v", test.name, d)
			}
			if strings.HasPrefix(d.Header, "Content-") {
				t.Errorf("%s: %s is compared", test.name, d.Header)
			}
		}
		if want := fmt.Sprint(test.class, " ", test.ok); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %v, want %s", test.name, test.header, got, want)
		}
	}
}

// A fragment may be header fields alone (RFC 3420 section 2).
func TestFragment(t *testing.T) {
	src := []byte("From: Alice <sip:alice@example.com>\r\nDate: Thu, 21 Feb 2002 13:02:03 GMT\r\nCall-ID: a84b4c76e66710\r\n")
	m := ParseFragment(src, [2]int{0, len(src)})
	if m.Kind != Fragment || len(m.Headers) != 3 || m.From() != "sip:alice@example.com" {
		t.Errorf("%s %v %q", m.Kind, m.Headers, m.From())
	}
	if len(m.Violations) > 0 {
		t.Errorf("%+v", m.Violations)
	}
	src = []byte("SIP/2.0 603 Declined\r\n")
	if m := ParseFragment(src, [2]int{0, len(src)}); m.Kind != Response || m.Status != 603 || len(m.Violations) > 0 {
		t.Errorf("%+v", m)
	}
	src = []byte("INVITE sip:a@b SIP/2.0")
	if m := ParseFragment(src, [2]int{0, len(src)}); m.Kind != Request || m.Method != "INVITE" || len(m.Violations) > 0 {
		t.Errorf("%+v", m)
	}
}

func TestModeOf(t *testing.T) {
	for want, in := range map[Mode]struct {
		disposition string
		encrypted   bool
	}{IdentityBody: {"aib", true}, EncryptedTunnel: {"", true}, SignedTunnel: {"render", false}} {
		if got := ModeOf(&mime.Entity{Disposition: in.disposition}, in.encrypted); got != want {
			t.Errorf("%+v: %d, want %d", in, got, want)
		}
	}
}
