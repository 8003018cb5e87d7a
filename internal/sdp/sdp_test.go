package sdp

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/cost"
)

// The example of RFC 3261 section 23.4.2, with a second medium.
const example = "v=0\r\no=UserA 2890844526 2890844527 IN IP4 here.com\r\ns=Session SDP\r\nc=IN IP4 pc33.atlanta.com\r\nt=0 0\r\nm=audio 49172/2 RTP/SAVP 0 97\r\na=rtpmap:97 iLBC/8000\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xyz\r\nm=video 0 RTP/AVP 34\r\na=x-y:z\r\n"

func TestParse(t *testing.T) {
	d := Parse([]byte(example), [2]int{0, len(example)})
	if len(d.Problems) > 0 || len(d.Lines) != 10 {
		t.Fatalf("%d lines, %+v", len(d.Lines), d.Problems)
	}
	for i, want := range []string{
		"version 0 of SDP", "made by UserA on here.com, session 2890844526, version 2890844527", "the session's name",
		"media go to pc33.atlanta.com (IPv4)", "a session without set times", "audio on port 49172 and on, 2 in all over RTP/SAVP, formats 0 (PCMU), 97",
		"payload type 97 is iLBC/8000", "the keys of SRTP, in the open: whoever reads this can decrypt the media; suite AES_CM_128_HMAC_SHA1_80",
		"video, refused or ended (port 0) over RTP/AVP, formats 34 (H263)", "an attribute that is not known here",
	} {
		l := d.Lines[i]
		if l.Meaning != want {
			t.Errorf("line %d: %q, want %q", i, l.Meaning, want)
		}
		if text := example[l.Range[0]:l.Range[1]]; text != l.Type+"="+l.Value {
			t.Errorf("line %d stands at %q", i, text)
		}
	}
	if d.Lines[4].Media != 0 || d.Lines[6].Media != 1 || d.Lines[9].Media != 2 {
		t.Errorf("media: %+v", d.Lines)
	}
}

func TestProblems(t *testing.T) {
	const head = "v=0\r\no=- 1 1 IN IP4 a\r\ns=-\r\nt=0 0\r\n"
	for in, want := range map[string]string{
		head:                                 "",
		head + "t=1 2\r\nr=1 2\r\nt=3 4\r\n": "",
		head + "i=late\r\n":                  "order",
		head + "x=y\r\n":                     "type",
		head + "nonsense\r\n":                "line",
		head + "m=audio 1 RTP/AVP 0\r\n":     "missing",
		head + "c=IN IP4 a\r\nm=a 1 x 0\r\nt=0 0\r\n": "order order",
		"o=- 1 1 IN IP4 a\r\ns=-\r\nt=0 0\r\n":        "version missing",
		strings.ReplaceAll(head, "\r", ""):            "bare-lf",
		"":                                            "missing missing missing missing",
		"v=0\r\nv=0\r\n":                              "twice missing missing missing",
	} {
		var codes []string
		for _, p := range Parse([]byte(in), [2]int{0, len(in)}).Problems {
			codes = append(codes, p.Code)
		}
		if got := strings.Join(codes, " "); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// Times are those of the standard library.
func TestNTP(t *testing.T) {
	for at := time.Date(1901, 1, 1, 0, 0, 0, 0, time.UTC); at.Year() < 2200; at = at.Add(97*24*time.Hour + 3661*time.Second) {
		if got, want := ntp(strconv.FormatInt(at.Unix()+2208988800, 10)), at.Format(time.RFC3339); got != want {
			t.Fatalf("%s, want %s", got, want)
		}
	}
	for in, want := range map[string]string{"2873397496": "1991-01-20T21:58:16Z", "2873404696": "1991-01-20T23:58:16Z", "0": "no set time", "x": "x"} {
		if got := ntp(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func FuzzSDP(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte("v=0\n\n=\na=\nm=\nc=\nb=:\nt=\nr=99999999999999999999"))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, src []byte) {
		at := 0
		for _, l := range Parse(src, [2]int{0, len(src)}).Lines {
			if l.Range[0] < at || l.Range[1] < l.Range[0] || l.Range[1] > len(src) || l.Meaning == "" {
				t.Fatalf("%+v after %d", l, at)
			}
			at = l.Range[1]
		}
	}))
}
