package sip

import (
	"slices"
	"testing"
)

func TestReferences(t *testing.T) {
	body := "--b\r\nContent-Type: application/pidf+xml\r\nContent-ID: <loc@example.com>\r\n\r\n<x/>\r\n--b\r\nContent-ID: <ref@example.com>\r\n\r\n1\r\n--b--\r\n"
	src := compose("INVITE sip:a@example.com SIP/2.0", body, "Content-Type: multipart/mixed;boundary=b",
		"Geolocation: <cid:loc@example.com>, <https://example.com/cid>", "Referred-By: <sip:r@example.com>;cid=\"ref@example.com\"", "Call-Info: <cid:gone@example.com>;purpose=icon")
	m := Parse(src)
	list := m.References(m.Entity())
	if len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	for i, want := range []string{"cid:loc@example.com", `cid="ref@example.com"`, "cid:gone@example.com"} {
		if got := string(src[list[i].Range[0]:list[i].Range[1]]); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if list[0].Entity == nil || list[0].Entity.Type != "application/pidf+xml" || list[1].Entity == nil || list[2].Entity != nil {
		t.Errorf("%+v", list)
	}
	if got := found(m, Error); !slices.Equal(got, []string{"content-id"}) {
		t.Errorf("%v", got)
	}
}
