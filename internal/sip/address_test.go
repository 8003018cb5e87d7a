package sip

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestAddressOfRecord(t *testing.T) {
	for in, want := range map[string]string{
		"<sip:fluffy@example.com>;tag=379f5b27":                     "sip:fluffy@example.com",
		"sip:fluffy@example.com;tag=1":                              "sip:fluffy@example.com",
		"\"F, <x>\" <sips:fluffy:pw@Example.COM:5061;lr?a=b>;tag=1": "sips:fluffy@example.com:5061",
		"Fluffy the Cat <sip:fluffy@[2001:DB8::1]>":                 "sip:fluffy@[2001:db8::1]",
		"<sip:user;par=u%40example.net@example.com>":                "sip:user;par=u%40example.net@example.com",
		"SIP:example.com":                                           "sip:example.com",
		"<tel:+1-201-555;phone-context=x>":                          "tel:+1-201-555",
		"<pres:fluffy@example.com>":                                 "pres:fluffy@example.com",
		"\"unended <sip:j.user@example.com>":                        "sip:j.user@example.com",
		"Bell, A. <sip:a.g.bell@example.com>":                       "sip:a.g.bell@example.com",
		"<sip:open@example.com":                                     "sip:open@example.com",
		" < sip:spaces@example.org > ":                              "sip:spaces@example.org",
	} {
		if got, err := AddressOfRecord(in); got != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "   ", "*", "<>", "nobody", "<sip:>", "sip:user@", "\"only a name\""} {
		if got, err := AddressOfRecord(in); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// The parts of URIs as RFC 3261 section 19.1.3 gives them.
func TestParseURI(t *testing.T) {
	for in, want := range map[string]string{
		"sip:alice@atlanta.com":                                              "sip|alice||atlanta.com||[]|[]",
		"sip:alice:secretword@atlanta.com;transport=tcp":                     "sip|alice|secretword|atlanta.com||[transport=tcp]|[]",
		"sips:alice@atlanta.com?subject=project%20x&priority=urgent":         "sips|alice||atlanta.com||[]|[subject=project%20x priority=urgent]",
		"sip:+1-212-555-1212:1234@gateway.com;user=phone":                    "sip|+1-212-555-1212|1234|gateway.com||[user=phone]|[]",
		"sips:1212@gateway.com":                                              "sips|1212||gateway.com||[]|[]",
		"sip:alice@192.0.2.4":                                                "sip|alice||192.0.2.4||[]|[]",
		"sip:atlanta.com;method=REGISTER?to=alice%40atlanta.com":             "sip|||atlanta.com||[method=REGISTER]|[to=alice%40atlanta.com]",
		"sip:alice;day=tuesday@atlanta.com":                                  "sip|alice;day=tuesday||atlanta.com||[]|[]",
		"sip:carol@chicago.com:5060;newparam=5;security=on?Subject=next%20m": "sip|carol||chicago.com|5060|[newparam=5 security=on]|[Subject=next%20m]",
		"sip:[::1]:5070;lr":                                                  "sip|||[::1]|5070|[lr]|[]",
	} {
		u := ParseURI(in)
		list := func(params []Param) (s []string) {
			for _, p := range params {
				if p.Given {
					s = append(s, p.Name+"="+p.Value)
				} else {
					s = append(s, p.Name)
				}
			}
			return s
		}
		if got := fmt.Sprintf("%s|%s|%s|%s|%s|%v|%v", u.Scheme, u.User, u.Password, u.Host, u.Port, list(u.Params), list(u.Headers)); got != want || len(u.Faults) > 0 {
			t.Errorf("%s: %s, want %s; %v", in, got, want, u.Faults)
		}
	}
	for in, want := range map[string]string{
		"sip:a b@example.com": "uri-space", "sip:a%4@example.com": "uri-escape", "sip:ä@example.com": "uri-character",
		"sip:a[@example.com": "uri-character", "sip:@example.com": "uri", "sip:a@-b.com": "host", "sip:a@b.1c": "host",
		"sip:a@b..c": "host", "sip:a@[::1": "host", "sip:a@[::1]x": "host", "sip:a@[1::2::3]": "host", "sip:a@b:x": "port",
		"sip:a@b:65536": "port", "sip:a@b;": "empty-parameter", "sip:a@b;x;X": "duplicate-parameter", "sip:a@b?x": "uri",
		"tel:": "uri", "tel:+49x": "uri-character", "no scheme": "uri", "sip:a@b_c.com": "host",
	} {
		u := ParseURI(in)
		found := false
		for _, f := range u.Faults {
			found = found || f.Code == want
		}
		if !found {
			t.Errorf("%s: %v, want %s", in, u.Faults, want)
		}
	}
}

// The standard library's judgement of IPv6 addresses is ours.
func TestIPv6AgainstStandardLibrary(t *testing.T) {
	for _, s := range []string{
		"::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::3:4:5:6:7:8", "1:2:3:4::5:6:7:8", "::ffff:192.0.2.1",
		"1:2:3:4:5:6:192.0.2.1", "1:2:3:4:5:6:7:192.0.2.1", "::192.0.2.256", "12345::", "g::", ":1", "1:", "1:2", "", ":::", "1::2::3",
		"2001:db8:::192.0.2.1", "2001:db8::10:5070", "fe80::1%eth0", "192.0.2.1", "::1.2.3", "1.2.3.4::",
	} {
		addr, err := netip.ParseAddr(s)
		want := err == nil && addr.Is6() && addr.Zone() == ""
		if got := IsIPv6(s); got != want {
			t.Errorf("%s: %v, want %v", s, got, want)
		}
	}
}

func TestUnescapeAgainstStandardLibrary(t *testing.T) {
	for _, s := range []string{"a%20b", "%C3%A4", "", "plain", "%41%42"} {
		want, err := url.PathUnescape(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := Unescape(s); got != want {
			t.Errorf("%s: %q, want %q", s, got, want)
		}
	}
}

// Dates are the standard library's, for one moment in each of many months.
func TestParseDate(t *testing.T) {
	for at := time.Date(1968, 1, 31, 23, 59, 59, 0, time.UTC); at.Year() < 2111; at = at.Add(29*24*time.Hour + 7*time.Hour + 3*time.Second) {
		s := at.Format("Mon, 02 Jan 2006 15:04:05 GMT")
		if got, err := ParseDate(s); got != at.Unix() || err != nil {
			t.Fatalf("%s: %d, %v, want %d", s, got, err, at.Unix())
		}
	}
	for s, want := range map[string]int64{
		"Fri, 01 Jan 2010 16:00:00 EST": 1262361600, // understood, and not in GMT
		"Sun, 01 Jan 2010 16:00:00 GMT": 1262361600, // a Friday
		"Fri, 1 Jan 2010 16:00:00 GMT":  1262361600,
		"Fri, 30 Feb 2010 16:00:00 GMT": 0,
		"Fri, 01 Jan 2010 24:00:00 GMT": 0,
		"2010-01-01T16:00:00Z":          0,
		"":                              0,
		"Fri, 01 Foo 2010 16:00:00 GMT": 0,
		"Fri, 01 Jan 2010 16:00 GMT":    0,
	} {
		if got, err := ParseDate(s); got != want || err == nil {
			t.Errorf("%s: %d, %v", s, got, err)
		}
	}
}

func TestStructuredFields(t *testing.T) {
	v := ParseVia("SIP / 2.0 / UDP  [2001:db8::9:1] : 5060 ;branch=z9hG4bK87a; rport ;received=192.0.2.1")
	if v.Protocol != "SIP" || v.Version != "2.0" || v.Transport != "UDP" || v.Host != "[2001:db8::9:1]" || v.Port != "5060" || len(v.Params) != 3 || len(v.Faults) > 0 {
		t.Errorf("%+v", v)
	}
	c := ParseCSeq("0009\r\n  INVITE")
	if c.Number != 9 || c.Method != "INVITE" || len(c.Faults) > 0 {
		t.Errorf("%+v", c)
	}
	auth := ParseCredentials("Digest realm=\"a, \\\"b\\\"\" ,qop = auth")
	if p, _ := FindParam(auth.Params, "REALM"); auth.Scheme != "Digest" || p.Value != `a, "b"` || len(auth.Params) != 2 || len(auth.Faults) > 0 {
		t.Errorf("%+v", auth)
	}
	old := ParseIdentity("\"AB\r\n CD=\"")
	if old.Signature != "ABCD=" || !old.Quoted || len(old.Faults) > 0 {
		t.Errorf("%+v", old)
	}
	now := ParseIdentity("..sv7C;info=<https://cert.example.org/p.cer>;alg=ES256")
	if p, _ := FindParam(now.Params, "info"); now.Signature != "..sv7C" || p.Value != "<https://cert.example.org/p.cer>" || now.Quoted || len(now.Faults) > 0 {
		t.Errorf("%+v", now)
	}
	a := ParseAddress("\"a \\\"b\\\"\" <sip:x@y;lr>;q=0.5;+sip.instance=\"<urn:uuid:1>\"")
	if a.Display != `a "b"` || a.URI.Text != "sip:x@y;lr" || len(a.Params) != 2 || a.Params[1].Value != "<urn:uuid:1>" || len(a.Faults) > 0 {
		t.Errorf("%+v", a)
	}
	for in, want := range map[string]int{"": 0, "a": 1, "a,b": 2, "\"a,b\" <sip:c,d@e>, f": 2, "a,,b": 3, "\"a,": 1, "<a,b": 1, "a\\,b": 2} {
		if got := len(SplitList(in)); got != want {
			t.Errorf("%q: %d elements, want %d", in, got, want)
		}
	}
}

func TestHeaderNames(t *testing.T) {
	for in, want := range map[string]string{
		"v": "Via", "I": "Call-ID", "cseq": "CSeq", "WWW-AUTHENTICATE": "WWW-Authenticate", "n": "Identity-Info", "Y": "Identity",
		"x-my-header": "X-My-Header", "mime-version": "MIME-Version", "q": "Q", "p-asserted-identity": "P-Asserted-Identity", "sip-etag": "SIP-ETag",
	} {
		if got := CanonicalName(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	// The compact forms are as many as the registry has, and each is one field's.
	letters := ""
	for i, h := range headers {
		letters += h.Compact
		if h.About == "" || h.Reference == "" || strings.ToUpper(h.About[:1]) == h.About[:1] && h.About[0] != 'P' || strings.HasSuffix(h.About, ".") {
			t.Errorf("%s: %q, %q", h.Name, h.About, h.Reference)
		}
		if got, ok := InfoFor(h.Name); !ok || got.About != h.About {
			t.Errorf("%s is in the table twice, near entry %d", h.Name, i)
		}
	}
	if len(letters) != 20 {
		t.Errorf("compact forms %s", letters)
	}
	if _, ok := InfoFor("X-Unknown"); ok {
		t.Error("X-Unknown is known")
	}
}
