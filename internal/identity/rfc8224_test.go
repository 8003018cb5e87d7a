package identity

import (
	"strings"
	"testing"

	"encoding/asn1"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// TestCanonicalForms: the claims that a message stands for, as RFC 8224 sections 8.3 and
// 8.5 have them.
func TestCanonicalForms(t *testing.T) {
	for _, test := range []struct{ from, tn, uri string }{
		{"<tel:+1-215-555-1212>", "12155551212", ""},
		{"<tel:+1(215)555.1212;phone-context=x>", "12155551212", ""},
		{"<sip:+1-215-555-1212:secret@Example.COM:5061;user=phone>", "12155551212", "sip:+1-215-555-1212@example.com"},
		{"<sip:%2a69@example.com;user=phone>", "*69", "sip:%2a69@example.com"},
		{"<sip:*69@example.com;user=phone>", "*69", "sip:*69@example.com"},
		{`"Alice" <sips:Alice:pw@Atlanta.Example.com:5061;transport=tcp?Subject=x>;tag=1`, "", "sips:alice@atlanta.example.com"},
		{"sip:%61lice%40home@example.com;tag=1", "", "sip:alice%40home@example.com"},
		{"<sip:example.com>", "", "sip:example.com"},
		{"<https://example.com/Alice>", "", "https://example.com/Alice"},
	} {
		m := sip.Parse([]byte(request(test.from, "<sip:b@b.example>", testDate, "..A"+testInfo, noBody)))
		var tn, uri string
		for _, form := range claimed(m, "From") {
			switch form.name {
			case "tn":
				tn = form.text
			case "uri":
				uri = form.text
			}
		}
		if tn != test.tn || uri != test.uri {
			t.Errorf("%s: number %q, URI %q", test.from, tn, uri)
		}
	}
}

// shaken is a token as RFC 8588 has it, and the message of the call.
func shakenToken() token {
	return token{
		object{"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": x5u},
		object{"attest": "A", "dest": object{"tn": []string{"12125551213"}}, "iat": testTime, "orig": object{"tn": "12155551212"}, "origid": "123e4567-e89b-12d3-a456-426655440000"},
	}
}

// has reports whether a check of that outcome has the text in its detail.
func has(id report.Identity, code, outcome, text string) bool {
	for _, c := range id.Checks {
		what := "open"
		if c.OK != nil && *c.OK {
			what = "ok"
		} else if c.OK != nil {
			what = "fails"
		}
		if c.Code == code && what == outcome && strings.Contains(c.Detail, text) {
			return true
		}
	}
	return false
}

// TestPASSporTRules: what RFC 8224 section 6.2 and RFC 8225 ask of a token whose
// signature is good, rule by rule.
func TestPASSporTRules(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")}, "a.example.com")
	const from, to = "<sip:+12155551212@a.example.com;user=phone>;tag=1", "<sip:+12125551213@b.example.com;user=phone>"
	for _, test := range []struct {
		name   string
		token  func(k *token)
		params string // of the Identity field
		at     int64
		from   string
		body   string

		verdict, reason     string
		code, outcome, says string
	}{
		{name: "intact", verdict: report.Valid, code: "date", outcome: "ok"},
		{name: "after a minute", at: testTime + 60, verdict: report.Valid, code: "date", outcome: "ok", says: "within 60 seconds"},
		{name: "stale", at: testTime + 61, verdict: report.Valid, code: "date", outcome: "fails", says: "403 (Stale Date)"},
		{name: "an extension that nobody knows", token: func(k *token) { k.header["ppt"] = "foo" }, params: testInfo + ";ppt=foo",
			verdict: report.Unverifiable, reason: "form", code: "form", outcome: "open", says: `"foo" is not known`},
		{name: "an extension in the field alone", token: func(k *token) { delete(k.header, "ppt") }, params: testInfo + ";ppt=shaken",
			verdict: report.Invalid, reason: "match", code: "match", outcome: "fails", says: "the parameter ppt"},
		{name: "an extension in the token alone", params: testInfo,
			verdict: report.Valid, code: "form", outcome: "fails", says: "does not say so in its parameter ppt"},
		{name: "a quoted extension", params: testInfo + `;ppt="shaken"`, verdict: report.Valid, code: "from", outcome: "ok"},
		{name: "no info", params: ";alg=ES256;ppt=shaken", verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "436"},
		{name: "another algorithm in the field", params: ";info=<" + x5u + ">;alg=RS256;ppt=shaken", verdict: report.Invalid, reason: "match", code: "match", outcome: "fails", says: "alg"},
		{name: "several callees", token: func(k *token) {
			k.claims["dest"] = object{"tn": []string{"12125550000", "12125551213"}, "uri": []string{"sip:x@y.example"}}
		}, verdict: report.Valid, code: "to", outcome: "ok"},
		{name: "several others", token: func(k *token) {
			k.claims["dest"] = object{"tn": []string{"12125550000", "12125550001"}}
		}, verdict: report.Invalid, reason: "to", code: "to", outcome: "fails", says: "12125550000, 12125550001"},
		{name: "dest that is no list", token: func(k *token) { k.claims["dest"] = object{"tn": "12125551213"} }, verdict: report.Valid, code: "form", outcome: "fails", says: "dest is a list"},
		{name: "orig that is a list", token: func(k *token) { k.claims["orig"] = object{"tn": []string{"12155551212"}} }, verdict: report.Valid, code: "form", outcome: "fails", says: "orig names one caller"},
		{name: "no orig", token: func(k *token) { delete(k.claims, "orig") }, verdict: report.Invalid, reason: "from", code: "from", outcome: "fails"},
		{name: "no dest", token: func(k *token) { delete(k.claims, "dest") }, verdict: report.Invalid, reason: "to", code: "to", outcome: "fails"},
		{name: "a number with its plus", token: func(k *token) { k.claims["orig"] = object{"tn": "+12155551212"} }, verdict: report.Valid, code: "form", outcome: "fails", says: "canonical"},
		{name: "no iat", token: func(k *token) { delete(k.claims, "iat") }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "there is no iat"},
		{name: "iat as a string", token: func(k *token) { k.claims["iat"] = "1700000000" }, verdict: report.Valid, code: "form", outcome: "fails", says: "iat is a string"},
		{name: "signed before there was a certificate", token: func(k *token) { k.claims["iat"] = 1_400_000_000 }, verdict: report.Invalid, reason: "date", code: "date", outcome: "fails", says: "outside the validity"},
		{name: "a level that is none", token: func(k *token) { k.claims["attest"] = "D" }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "attested"},
		{name: "media keys that nobody vouches for", body: "Content-Type: application/sdp\n\nv=0\na=fingerprint:sha-256 4A:AD\n", verdict: report.Valid, code: "form", outcome: "fails", says: "no mky"},
		{name: "media keys, written otherwise", token: func(k *token) {
			k.claims["mky"] = []object{{"dig": "4aad", "alg": "SHA-256"}, {"dig": "021A", "alg": "sha-256"}}
		}, body: "Content-Type: application/sdp\n\nv=0\na=fingerprint:sha-256 02:1A\na=fingerprint:sha-256 4A:AD\n", verdict: report.Valid, code: "match", outcome: "ok"},
		{name: "other media keys", token: func(k *token) { k.claims["mky"] = []object{{"alg": "sha-256", "dig": "4AAE"}} },
			body: "Content-Type: application/sdp\n\nv=0\na=fingerprint:sha-256 4A:AD\n", verdict: report.Invalid, reason: "match", code: "match", outcome: "fails", says: "4AAE"},
		{name: "a number of somebody else", token: func(k *token) { k.claims["orig"] = object{"tn": "12155551213"} }, from: "<tel:+12155551213>;tag=1",
			verdict: report.Invalid, reason: "identity", code: "identity", outcome: "fails", says: "not among those"},
	} {
		k := shakenToken()
		if test.token != nil {
			test.token(&k)
		}
		params, body, at, sender := test.params, test.body, test.at, test.from
		if params == "" {
			params = testInfo + ";ppt=shaken"
		}
		if body == "" {
			body = noBody
		}
		if at == 0 {
			at = testTime
		}
		if sender == "" {
			sender = from
		}
		id := examine(request(sender, to, testDate, s.sign(t, k)+params, body), at, nil, s.cert)[0]
		if id.Verdict != test.verdict || id.Reason != test.reason || !has(id, test.code, test.outcome, test.says) || outcome(id, "signature") != "ok" {
			t.Errorf("%s: %s (%s): %s", test.name, id.Verdict, id.Reason, explain(id))
		}
	}
}

func explain(id report.Identity) string {
	var b strings.Builder
	for _, c := range id.Checks {
		ok := "open"
		if c.OK != nil && *c.OK {
			ok = "ok"
		} else if c.OK != nil {
			ok = "fails"
		}
		b.WriteString("\n\t" + c.Code + " " + ok + ": " + c.Detail)
	}
	return b.String()
}

// TestAsserted: in SHAKEN the caller may be any of P-Asserted-Identity (ATIS-1000074).
func TestAsserted(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")})
	identity := s.sign(t, shakenToken()) + testInfo + ";ppt=shaken"
	for asserted, want := range map[string]string{
		"P-Asserted-Identity: \"Doe, J\" <sip:alice@a.example.com>, <tel:+12155551212>\n":           report.Valid,
		"P-Asserted-Identity: <sip:alice@a.example.com>\nP-Asserted-Identity: <tel:+12155551212>\n": report.Valid,
		"P-Asserted-Identity: <sip:alice@a.example.com>\n":                                          report.Invalid,
	} {
		id := examine(request("<sip:anonymous@anonymous.invalid>;tag=1", "<tel:+12125551213>", testDate, identity, asserted+noBody), testTime, nil, s.cert)[0]
		if id.Verdict != want {
			t.Errorf("%s: %s (%s): %s", asserted, id.Verdict, id.Reason, explain(id))
		}
	}
}

// TestInfo: that info and x5u name the same certificate is asked of SHAKEN alone; the
// example of RFC 8224 section 4.1 has two.
func TestInfo(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")})
	for extension, want := range map[string]string{"shaken": report.Invalid, "": report.Valid} {
		k := shakenToken()
		if extension == "" {
			delete(k.header, "ppt")
		}
		id := examine(request("<tel:+12155551212>;tag=1", "<tel:+12125551213>", testDate, s.sign(t, k)+";info=<https://biloxi.example.org/biloxi.cer>", noBody), testTime, nil, s.cert)[0]
		if id.Verdict != want || !has(id, "match", "fails", "biloxi.cer") {
			t.Errorf("%q: %s (%s): %s", extension, id.Verdict, id.Reason, explain(id))
		}
	}
}

// TestRefusals: what a recipient answers is said where it refuses.
func TestRefusals(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")})
	from, to := "<tel:+12155551212>;tag=1", "<tel:+12125551213>"
	full := s.sign(t, shakenToken())
	changed := full[:len(full)-20] + "AAAA" + full[len(full)-16:]
	for name, test := range map[string]struct{ identity, says string }{
		"438": {changed + testInfo, "438 (Invalid Identity Header)"},
		"437": {strings.Replace(full, full[:strings.IndexByte(full, '.')], "eyJhbGciOiJFUzUxMiIsInR5cCI6InBhc3Nwb3J0In0", 1) + ";info=<" + x5u + ">", "437 (Unsupported Credential)"},
		"436": {full + ";alg=ES256;ppt=shaken", "436 (Bad Identity Info)"},
	} {
		id := examine(request(from, to, testDate, test.identity, noBody), testTime, nil, s.cert)[0]
		if !strings.Contains(explain(id), test.says) {
			t.Errorf("%s: %s", name, explain(id))
		}
	}
}

// TestDiverted: the dest of a token of the extension div is where the call was sent on
// to (RFC 8946 section 3).
func TestDiverted(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5"), explicit(2, "12155551213", "ia5")})
	k := token{
		object{"alg": "ES256", "ppt": "div", "typ": "passport", "x5u": x5u},
		object{"dest": object{"uri": []string{"sip:x@example.net"}}, "div": object{"tn": "12155551213"}, "iat": testTime, "orig": object{"tn": "12155551212"}},
	}
	id := examine(request("<tel:+12155551212>;tag=1", "<tel:+12155551213>", testDate, s.sign(t, k)+testInfo+";ppt=div", noBody), testTime, nil, s.cert)[0]
	if id.Verdict != report.Valid || !has(id, "to", "ok", "Request-URI") {
		t.Errorf("%s (%s): %s", id.Verdict, id.Reason, explain(id))
	}
}

// TestTNAuthList: the three forms of RFC 8226 section 9, with tags explicit as there and
// implicit as some write them.
func TestTNAuthList(t *testing.T) {
	type span struct {
		Start string `asn1:"ia5"`
		Count int
	}
	implicit := func(tag int, s string) asn1.RawValue {
		return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, Bytes: []byte(s)}
	}
	for _, test := range []struct {
		name  string
		entry asn1.RawValue
		says  string
		yes   []string
		no    []string
		open  bool
	}{
		{"a provider", explicit(0, "709J", "ia5"), "service provider 709J", nil, []string{"12155551200"}, true},
		{"a range", explicit(1, span{"12155551200", 100}, ""), "12155551200 and the 99 numbers after it", []string{"12155551200", "12155551299"}, []string{"12155551199", "12155551300", "112155551200", "2155551200"}, false},
		{"a number", explicit(2, "12155551200", "ia5"), "12155551200", []string{"12155551200"}, []string{"12155551201", "1215555120"}, false},
		{"a number with a star", explicit(2, "*69", "ia5"), "*69", []string{"*69"}, []string{"69"}, false},
		{"an implicit provider", implicit(0, "709J"), "service provider 709J", nil, nil, true},
		{"an implicit number", implicit(2, "12155551200"), "12155551200", []string{"12155551200"}, nil, false},
	} {
		s := newSigner(t, []asn1.RawValue{test.entry})
		ask := func(tn string) *bool {
			ok, identities, _ := covers(s.cert, value{kind: 'o', members: []member{{"tn", value{kind: 's', text: tn}}}})
			if len(identities) != 1 || identities[0] != test.says {
				t.Errorf("%s: %q", test.name, identities)
			}
			return ok
		}
		for _, tn := range test.yes {
			if ok := ask(tn); ok == nil || !*ok {
				t.Errorf("%s does not cover %s", test.name, tn)
			}
		}
		for _, tn := range test.no {
			if ok := ask(tn); test.open != (ok == nil) || ok != nil && *ok {
				t.Errorf("%s covers %s: %v", test.name, tn, ok)
			}
		}
	}
}
