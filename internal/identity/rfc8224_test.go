package identity

import (
	"encoding/base64"
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
			verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "does not say so in its parameter ppt"},
		{name: "a quoted extension", params: testInfo + `;ppt="shaken"`, verdict: report.Valid, code: "from", outcome: "ok"},
		{name: "no info", params: ";alg=ES256;ppt=shaken", verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "436"},
		{name: "another algorithm in the field", params: ";info=<" + x5u + ">;alg=RS256;ppt=shaken", verdict: report.Invalid, reason: "match", code: "match", outcome: "fails", says: "alg"},
		{name: "several callees", token: func(k *token) {
			k.claims["dest"] = object{"tn": []string{"12125550000", "12125551213"}, "uri": []string{"sip:x@y.example"}}
		}, verdict: report.Valid, code: "to", outcome: "ok"},
		{name: "several others", token: func(k *token) {
			k.claims["dest"] = object{"tn": []string{"12125550000", "12125550001"}}
		}, verdict: report.Invalid, reason: "to", code: "to", outcome: "fails", says: "12125550000, 12125550001"},
		{name: "dest that is no list", token: func(k *token) { k.claims["dest"] = object{"tn": "12125551213"} }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "dest has to hold arrays"},
		{name: "orig that is a list", token: func(k *token) { k.claims["orig"] = object{"tn": []string{"12155551212"}} }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "orig has to name one"},
		{name: "no orig", token: func(k *token) { delete(k.claims, "orig") }, verdict: report.Invalid, reason: "form", code: "from", outcome: "fails"},
		{name: "no dest", token: func(k *token) { delete(k.claims, "dest") }, verdict: report.Invalid, reason: "form", code: "to", outcome: "fails"},
		{name: "a number with its plus", token: func(k *token) { k.claims["orig"] = object{"tn": "+12155551212"} }, verdict: report.Valid, code: "form", outcome: "fails", says: "canonical"},
		{name: "no iat", token: func(k *token) { delete(k.claims, "iat") }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "there is no iat"},
		{name: "iat as a string", token: func(k *token) { k.claims["iat"] = "1700000000" }, verdict: report.Invalid, reason: "form", code: "form", outcome: "fails", says: "no number of seconds"},
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

// TestInfo: info and x5u name the same certificate (RFC 8224 section 4.1, third); as the
// example there has two, it is not said of any but SHAKEN that it is a forgery.
func TestInfo(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")})
	for extension, want := range map[string]string{"shaken": report.Invalid, "": report.Unverifiable} {
		outcome := map[string]string{"shaken": "fails", "": "open"}[extension]
		k := shakenToken()
		if extension == "" {
			delete(k.header, "ppt")
		}
		id := examine(request("<tel:+12155551212>;tag=1", "<tel:+12125551213>", testDate, s.sign(t, k)+";info=<https://biloxi.example.org/biloxi.cer>", noBody), testTime, nil, s.cert)[0]
		if id.Verdict != want || !has(id, "match", outcome, "biloxi.cer") {
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

// TestDiversions: of a call that was passed on each link leads to the next, from the
// token of the caller to where the request goes (RFC 8946 section 4.2).
func TestDiversions(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(1, struct {
		Start string `asn1:"ia5"`
		Count int
	}{"12155551210", 10}, "")})
	const caller, called, second, third = "12155551212", "12155551213", "12155551214", "12155551215"
	link := func(orig, div, dest string, more object) string {
		extension, claims := "div", object{"dest": object{"tn": []string{dest}}, "iat": testTime, "orig": object{"tn": orig}}
		if div == "" {
			extension = "shaken"
			claims["attest"], claims["origid"] = "A", "123e4567-e89b-12d3-a456-426655440000"
		} else {
			claims["div"] = object{"tn": div}
		}
		for name, v := range more {
			extension, claims[name] = "div-o", v
		}
		return s.sign(t, token{object{"alg": "ES256", "ppt": extension, "typ": "passport", "x5u": x5u}, claims}) + testInfo + ";ppt=" + extension
	}
	whole := func(field string) string { field, _, _ = strings.Cut(field, ";"); return field }
	call := link(caller, "", called, nil)
	for _, test := range []struct {
		name, target string
		fields       []string
		verdicts     []string
	}{
		{"once", second, []string{call, link(caller, called, second, nil)}, []string{report.Valid, report.Valid}},
		{"twice, the last first", third, []string{link(caller, second, third, nil), link(caller, called, second, nil), call}, []string{report.Valid, report.Valid, report.Valid}},
		{"alone", second, []string{link(caller, called, second, nil)}, []string{report.Invalid}},
		{"a gap", third, []string{call, link(caller, second, third, nil)}, []string{report.Valid, report.Invalid}},
		{"to another target", third, []string{call, link(caller, called, second, nil)}, []string{report.Valid, report.Invalid}},
		{"of another caller", second, []string{call, link("12155551219", called, second, nil)}, []string{report.Valid, report.Invalid}},
		{"in a circle", second, []string{link(caller, called, second, nil), link(caller, second, called, nil)}, []string{report.Invalid, report.Invalid}},
		{"by a number that the certificate does not have", second, []string{link(caller, "", "13105550000", nil), link(caller, "13105550000", second, nil)}, []string{report.Invalid, report.Invalid}},
		{"div-o", second, []string{link(caller, called, second, object{"opt": whole(call)})}, []string{report.Valid, report.Valid}},
		{"div-o with another caller inside", second, []string{link("12155551219", called, second, object{"opt": whole(call)})}, []string{report.Invalid, report.Valid}},
		{"div-o without opt", second, []string{call, link(caller, called, second, object{"opt": 1})}, []string{report.Valid, report.Invalid}},
	} {
		message := request("<tel:+"+caller+">;tag=1", "<tel:+"+called+">", testDate, strings.Join(test.fields, "\nIdentity: "), noBody)
		list := examine(strings.Replace(message, "sip:x@example.net", "sip:+"+test.target+"@example.net;user=phone", 1), testTime, nil, s.cert)
		if len(list) != len(test.verdicts) {
			t.Errorf("%s: %d identities", test.name, len(list))
			continue
		}
		for i, id := range list {
			if id.Verdict != test.verdicts[i] {
				t.Errorf("%s, %d: %s (%s): %s", test.name, i, id.Verdict, id.Reason, explain(id))
			}
		}
	}
}

// TestRules: what makes a token one that does not hold, though its signature does; each
// is named.
func TestRules(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(2, "12155551212", "ia5")}, "a.example.com")
	bare := newSigner(t, nil, "a.example.com")
	from := "<tel:+12155551212>;tag=1"
	for _, test := range []struct {
		name    string
		signer  signer
		change  func(k *token)
		ppt     string
		more    string // header fields beside Identity
		verdict string
		says    string
	}{
		{"intact", s, nil, "", "", report.Valid, ""},
		{"no TNAuthList", bare, nil, "", "", report.Unverifiable, "TNAuthList"},
		{"two callers", s, func(k *token) { k.claims["orig"] = object{"tn": "12155551212", "uri": "sip:a@a.example.com"} }, "", "", report.Invalid, "orig has to name one"},
		{"crit", s, func(k *token) { k.header["crit"] = []string{"x"} }, "", "", report.Invalid, "crit"},
		{"b64", s, func(k *token) { k.header["b64"] = true }, "", "", report.Invalid, "b64"},
		{"RS256", s, func(k *token) { k.header["alg"] = "RS256" }, "", "", report.Invalid, `"RS256"`},
		{"none", s, func(k *token) { k.header["alg"] = "none" }, "", "", report.Invalid, `"none"`},
		{"alg is no text", s, func(k *token) { k.header["alg"] = 256 }, "", "", report.Invalid, "alg"},
		{"no alg", s, func(k *token) { delete(k.header, "alg") }, "", "", report.Invalid, "has no alg"},
		{"no typ", s, func(k *token) { delete(k.header, "typ") }, "", "", report.Invalid, "has no typ"},
		{"no x5u", s, func(k *token) { delete(k.header, "x5u") }, "", "", report.Invalid, "has no x5u"},
		{"exp now", s, func(k *token) { k.claims["exp"] = testTime }, "", "", report.Invalid, "(exp)"},
		{"exp later", s, func(k *token) { k.claims["exp"] = testTime + 1 }, "", "", report.Valid, ""},
		{"exp as a string", s, func(k *token) { k.claims["exp"] = "1900000000" }, "", "", report.Invalid, "exp is"},
		{"nbf now", s, func(k *token) { k.claims["nbf"] = testTime }, "", "", report.Valid, ""},
		{"nbf later", s, func(k *token) { k.claims["nbf"] = testTime + 1 }, "", "", report.Invalid, "(nbf)"},
		{"iat with a fraction", s, func(k *token) { k.claims["iat"] = testTime + 0.5 }, "", "", report.Valid, ""},
		{"two From", s, nil, "", "f: <tel:+13105550000>\n", report.Invalid, "2 values of From"},
		{"two Date", s, nil, "", "Date: Tue, 14 Nov 2023 22:13:21 GMT\n", report.Invalid, "2 values of Date"},
		{"priority", s, func(k *token) { k.claims["rph"] = object{"auth": []string{"ets.0", "wps.1"}} }, "rph", "Resource-Priority: ETS.0\nResource-Priority: wps.1\n", report.Valid, ""},
		{"more priority", s, func(k *token) { k.claims["rph"] = object{"auth": []string{"ets.1"}} }, "rph", "Resource-Priority: ets.1, ets.0\n", report.Invalid, "asks for ets.0"},
		{"no rph", s, nil, "rph", "", report.Invalid, "rph has to hold"},
		{"another Priority", s, func(k *token) {
			k.claims["rph"], k.claims["sph"] = object{"auth": []string{"esnet.0"}}, "psap-callback"
		}, "rph", "Resource-Priority: esnet.0\nPriority: urgent\n", report.Invalid, "sph"},
	} {
		k := token{object{"alg": "ES256", "typ": "passport", "x5u": x5u},
			object{"dest": object{"tn": []string{"12125551213"}}, "iat": testTime, "orig": object{"tn": "12155551212"}}}
		params := testInfo
		if test.ppt != "" {
			k.header["ppt"] = test.ppt
			params += ";ppt=" + test.ppt
		}
		if test.change != nil {
			test.change(&k)
		}
		message := request(from, "<tel:+12125551213>", testDate, test.signer.sign(t, k)+params, test.more+noBody)
		id := examine(message, testTime, nil, test.signer.cert)[0]
		if id.Verdict != test.verdict || !strings.Contains(explain(id), test.says) {
			t.Errorf("%s: %s (%s): %s", test.name, id.Verdict, id.Reason, explain(id))
		}
	}
}

// TestText: a token is written in one way only, and each of its members once.
func TestText(t *testing.T) {
	s := newSigner(t, nil, "a.example.com")
	const header = `{"alg":"ES256","typ":"passport","x5u":"` + x5u + `"}`
	const claims = `{"dest":{"uri":["sip:b@b.example.com"]},"iat":1700000000,"orig":{"uri":"sip:a@a.example.com"}}`
	const twice = `{"dest":{"uri":["sip:b@b.example.com"]},"iat":1700000000,"orig":{"uri":"sip:c@a.example.com","uri":"sip:a@a.example.com"}}`
	padded := base64.URLEncoding.EncodeToString([]byte(claims + " "))
	if !strings.HasSuffix(padded, "=") {
		padded = base64.URLEncoding.EncodeToString([]byte(claims + "  "))
	}
	encode := base64.RawURLEncoding.EncodeToString
	for _, test := range []struct{ name, header, claims, end, verdict, says string }{
		{"intact", encode([]byte(header)), encode([]byte(claims)), "", report.Valid, ""},
		{"a member twice", encode([]byte(header)), encode([]byte(twice)), "", report.Invalid, `"uri" stands more than once`},
		{"a member of the header twice", encode([]byte(strings.Replace(header, "{", `{"alg":"ES256",`, 1))), encode([]byte(claims)), "", report.Invalid, `"alg" stands more than once`},
		{"padding", encode([]byte(header)), padded, "", report.Invalid, "base64url"},
		{"padding of the signature", encode([]byte(header)), encode([]byte(claims)), "==", report.Invalid, "base64url"},
	} {
		message := request("<sip:a@a.example.com>;tag=1", "<sip:b@b.example.com>", testDate, s.signText(t, test.header+"."+test.claims)+test.end+testInfo, noBody)
		id := examine(message, testTime, nil, s.cert)[0]
		if id.Verdict != test.verdict || !strings.Contains(explain(id), test.says) {
			t.Errorf("%s: %s (%s): %s", test.name, id.Verdict, id.Reason, explain(id))
		}
	}
}

// TestWithin: the numbers of a delegate certificate lie within those above (RFC 9060).
func TestWithin(t *testing.T) {
	list := []tnEntry{{number: "100", count: 10}, {number: "110", count: 5}, {number: "*69"}, {provider: "709J"}}
	for _, test := range []struct {
		entry tnEntry
		want  bool
	}{
		{tnEntry{number: "100"}, true}, {tnEntry{number: "114"}, true}, {tnEntry{number: "115"}, false}, {tnEntry{number: "0100"}, false},
		{tnEntry{number: "105", count: 10}, true}, {tnEntry{number: "105", count: 11}, false}, {tnEntry{number: "99", count: 2}, false},
		{tnEntry{number: "*69", count: 1}, false}, {tnEntry{number: "*69"}, true}, {tnEntry{provider: "709J"}, true}, {tnEntry{provider: "709K"}, false},
		{tnEntry{number: "100", count: 1 << 62}, false},
	} {
		if got := test.entry.within(list); got != test.want {
			t.Errorf("%s: %v", test.entry, got)
		}
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
			ok, _, _ := covers(s.cert, value{kind: 'o', members: []member{{"tn", value{kind: 's', text: tn}}}})
			numbers, all := telephoneNumbers(s.cert)
			if len(numbers) != 1 || !all || numbers[0].String() != test.says {
				t.Errorf("%s: %q", test.name, numbers)
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
