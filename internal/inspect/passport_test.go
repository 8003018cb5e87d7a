package inspect

// PASSporTs that come without a SIP message around them.

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
)

// The token of RFC 8225 section 7.1 (that of appendix A is another: its signature is not
// by the key that is printed with it), as published, with its line breaks; the public
// key of appendix A.2.
const (
	rfc8225Header    = "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9j\n  ZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9"
	rfc8225Claims    = "eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI\n  6IjE0NDMyMDgzNDUiLCJvcmlnIjp7InRuIjoiMTIxNTU1NTEyMTIifX0"
	rfc8225Signature = "rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojN\n  CpTzO3QfPOlckGaS6hEck7w"
	rfc8225Key       = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH\n78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g==\n-----END PUBLIC KEY-----\n"
)

// TestTokenAlone: header, claims and signature are shown of a token that was pasted
// without a message, and what cannot be compared is said.
func TestTokenAlone(t *testing.T) {
	key := []NamedBytes{{Name: "passport.pem", Data: []byte(rfc8225Key)}}
	breaks := strings.NewReplacer("\n", "", " ", "")
	full := rfc8225Header + "\n  .\n  " + rfc8225Claims + "\n  .\n  " + rfc8225Signature
	for _, test := range []struct {
		name, input, kind string
		keys              []NamedBytes
		signature, form   string
	}{
		{"as published", full, "token", key, "ok", "fails"}, // its iat is a string
		{"in one line", breaks.Replace(full) + "\r\n", "token", key, "ok", "fails"},
		{"with the key behind it", full + "\n" + rfc8225Key, "", nil, "ok", "fails"},
		{"the value of an Identity field", breaks.Replace(full) + ";info=<https://cert.example.org/passport.cer>;alg=ES256", "token", key, "ok", "fails"},
		{"an Identity field", "Identity: " + breaks.Replace(full) + ";info=<https://cert.example.org/passport.cer>\r\n", "fields", key, "ok", "fails"},
		{"in its compact form", "y: " + breaks.Replace(full) + ";info=<https://cert.example.org/passport.cer>", "fields", key, "ok", "fails"},
		{"one character changed", strings.Replace(full, "MTIxNTU1NTEyMTIi", "MTIxNTU1NTEyMTMi", 1), "token", key, "open", "fails"},
		{"without a key", full, "token", nil, "open", "fails"},
		{"compact", "..\n" + rfc8225Signature, "token", key, "-", "open"},
		{"compact, with parameters", ".." + breaks.Replace(rfc8225Signature) + ";info=<https://cert.example.org/passport.cer>", "token", key, "-", "open"},
	} {
		r := Inspect([]byte(test.input), Options{Certificates: test.keys, At: 1443208345}).Report
		if test.kind != "" && r.Input.Kind != test.kind {
			t.Errorf("%s: taken for %s", test.name, r.Input.Kind)
		}
		if len(r.Messages) != 1 || len(r.Messages[0].Identity) != 1 {
			t.Errorf("%s: %d messages", test.name, len(r.Messages))
			continue
		}
		id := r.Messages[0].Identity[0]
		if outcome(&id, "signature") != test.signature || outcome(&id, "form") != test.form || id.Verdict == report.Valid {
			t.Errorf("%s: %s (%s), signature %s: %+v", test.name, id.Verdict, id.Reason, outcome(&id, "signature"), id.Checks)
		}
		for _, f := range r.Findings {
			if strings.HasPrefix(f.Code, "sip-") {
				t.Errorf("%s: %s: %s", test.name, f.Code, f.Detail)
			}
		}
		if strings.HasPrefix(test.name, "compact") || test.name == "one character changed" {
			continue
		}
		if id.Claimed != "tel:12155551212" || outcome(&id, "from") != "open" || outcome(&id, "to") != "open" {
			t.Errorf("%s: claims %q, from %s, to %s", test.name, id.Claimed, outcome(&id, "from"), outcome(&id, "to"))
		}
		shown := map[string]string{}
		for _, f := range id.Fields {
			shown[f.Name] = f.Value
		}
		if shown["header x5u"] != "https://cert.example.org/passport.cer" || shown["claims orig"] != `{"tn":"12155551212"}` || shown["header alg"] != "ES256" {
			t.Errorf("%s: shows %v", test.name, shown)
		}
	}
}

// TestFieldsAlone: header fields that were cut out of a message are compared as far as
// they are there. (The iat of RFC 8225's example is no number, so it is no date.)
func TestFieldsAlone(t *testing.T) {
	breaks := strings.NewReplacer("\n", "", " ", "")
	identity := "Identity: " + breaks.Replace(rfc8225Header+"."+rfc8225Claims+"."+rfc8225Signature) + ";info=<https://cert.example.org/passport.cer>\r\n"
	for _, test := range []struct{ fields, from, to, date string }{
		{"From: <sip:+12155551212@example.com;user=phone>;tag=1\r\n", "ok", "open", "-"},
		{"From: <sip:+12155551213@example.com;user=phone>;tag=1\r\nTo: <sip:alice@example.com>\r\nDate: Fri, 25 Sep 2015 19:12:25 GMT\r\n", "fails", "ok", "-"},
	} {
		id := onlyIdentity(t, []byte(test.fields+identity), Options{At: 1443208345, Certificates: []NamedBytes{{Name: "p.pem", Data: []byte(rfc8225Key)}}})
		if outcome(&id, "from") != test.from || outcome(&id, "to") != test.to || outcome(&id, "date") != test.date {
			t.Errorf("%s: from %s, to %s, date %s: %+v", test.fields, outcome(&id, "from"), outcome(&id, "to"), outcome(&id, "date"), id.Checks)
		}
	}
}

// TestNoToken: what only looks like a token is none.
func TestNoToken(t *testing.T) {
	for _, input := range []string{"..", "eyJ.a.b", "... and so on", "eyJhbGciOiJFUzI1NiJ9." + strings.Repeat("a", 40), "Identity theft is a crime."} {
		if kind := Inspect([]byte(input), Options{}).Report.Input.Kind; kind == "token" || kind == "fields" {
			t.Errorf("%q is taken for %s", input, kind)
		}
	}
}
