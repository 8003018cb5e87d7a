package identity

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	ourpkix "github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
	"github.com/sipseal/sipseal/internal/vectors"
)

// plain turns a value into what encoding/json makes of the same text.
func (v value) plain() any {
	switch v.kind {
	case 's':
		return v.text
	case 'n':
		return json.Number(v.text)
	case 'a':
		list := []any{}
		for _, m := range v.members {
			list = append(list, m.plain())
		}
		return list
	case 'o':
		object := map[string]any{}
		for _, m := range v.members {
			object[m.name] = m.plain()
		}
		return object
	}
	switch v.text {
	case "true":
		return true
	case "false":
		return false
	}
	return nil
}

var jsonSeeds = []string{
	`{}`, `{"a":1}`, ` { "a" : [ 1 , -2.5e+3, "x\"\\\/\b\f\n\r\té", true, false, null, {}, [] ] } `,
	`{"dest":{"uri":["sip:alice@example.com"]},"iat":1471375418,"orig":{"tn":"12155551212"}}`,
	`{"a":}`, `{"a" 1}`, `{"a":1,}`, `[1]`, `{"a":"`, `{"a":"\u12"}`, `{"a":"\x"}`, `{} x`, ``, `{"a":tru}`,
	strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100),
}

// TestJSON: the reader agrees with encoding/json.
func TestJSON(t *testing.T) {
	for _, src := range jsonSeeds[:len(jsonSeeds)-1] {
		got, err := parseJSON(src)
		decoder := json.NewDecoder(strings.NewReader(src))
		decoder.UseNumber()
		var want map[string]any
		wantErr := json.Unmarshal([]byte(src), &map[string]any{})
		if (err == nil) != (wantErr == nil) {
			t.Errorf("%q: %v, encoding/json: %v", src, err, wantErr)
			continue
		}
		if err == nil && decoder.Decode(&want) == nil && !reflect.DeepEqual(got.plain(), any(want)) {
			t.Errorf("%q: %#v, want %#v", src, got.plain(), want)
		}
	}
	if _, err := parseJSON(jsonSeeds[len(jsonSeeds)-1]); err == nil {
		t.Error("a hundred objects in one another are read")
	}
}

func FuzzJSON(f *testing.F) {
	for _, s := range jsonSeeds {
		f.Add(s)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, src string) {
		v, err := parseJSON(src)
		if json.Unmarshal([]byte(src), &map[string]any{}) == nil && err != nil && len(src) < 1000 && strings.Count(src, "{")+strings.Count(src, "[") < 20 {
			t.Fatalf("%q: %v", src, err)
		}
		if err == nil && v.kind != 'o' {
			t.Fatalf("%q is no object", src)
		}
	}))
}

// FuzzExamine: no message brings the mechanisms down, and none is valid without a
// certificate.
func FuzzExamine(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	provider, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "identity", "provider.pem"))
	if err != nil {
		f.Fatal(err)
	}
	keys := ourpkix.ReadKeys(nil, provider, "provider.pem", nil)
	// Signatures are verified.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 2_000, Base: 4 << 20}, func(t *testing.T, b []byte) {
		m := sip.Parse(b)
		c := &Context{
			Message: m, Root: m.Entity(), End: len(b), At: testTime,
			Certificates: []Certificate{{Certificate: keys.Certificates[0]}}, Public: []*algo.PublicKey{keys.Certificates[0].PublicKey},
			Judge:    func(*report.Identity, *ourpkix.Certificate) {},
			Reported: func(int) *ourpkix.Certificate { return nil },
			Index:    func(*ourpkix.Certificate) *int { return nil },
			Trusted:  func(*ourpkix.Certificate) bool { return false },
			Carried:  func([]byte) *algo.PublicKey { return nil },
		}
		for _, id := range append(Examine(c), c.Middle(nil)...) {
			if id.Verdict == "" || id.Title == "" || id.Checks == nil {
				t.Fatalf("an identity without a verdict: %+v", id)
			}
		}
		for i := range m.Headers {
			About(&m.Headers[i])
		}
	}))
}

// TestAbout: headers of the neighbours, and none about what everybody knows.
func TestAbout(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"From", "<sip:a@b>;tag=1", ""},
		{"Contact", `<sip:a@b;gr=urn:uuid:1;ob>;+sip.instance="<urn:uuid:1>";reg-id=1`, "RFC 5627 section 3); ob is"},
		{"Contact", `<sip:a@b>;+sip.instance="<urn:uuid:1>"`, "+sip.instance is the device"},
		{"Contact", `<sip:a@b>;pub-gruu="sip:a@b;gr=1"`, "pub-gruu is the public GRUU"},
		{"Refer-To", `<sip:conf@b>;isfocus`, "isfocus is the mark of a conference server"},
		{"Refer-Sub", "false", "whether a REFER is to create a subscription: it is not"},
		{"Refer-Sub", "true;x=1", "whether a REFER is to create a subscription: it is"},
		{"Refer-Sub", "perhaps", "neither true nor false"},
		{"Contact", `<sip:a@b;opaque=user:1;grid=99a>`, "opaque is the mark of a GRUU"},
		{"Contact", `<sip:a@b;opaque=user:1;grid=99a>`, "grid is the mark of a GRUU"},
		{"Contact", `<sip:a@b>;temp-gruu="sip:tgruu.7hs@b;gr"`, "temp-gruu is a temporary GRUU"},
		{"Contact", `<sip:a@b>;reg-id=2`, "reg-id is which of the device's flows"},
		{"Contact", `<sip:a@b>;audio;methods="INVITE"`, "methods is a feature of the device"},
		{"Refer-To", `<sip:a@b>;audio`, "audio is a feature of the device"},
		{"Target-Dialog", "fa77@h;local-tag=k;remote-tag=l", "remote-tag is half of that dialog's name"},
		{"Require", "tdialog", "tdialog is Target-Dialog"},
		{"Supported", "norefersub", "norefersub is REFER without a subscription"},
		{"Path", "<sip:edge.example;lr;ob>", "ob is a wish to be reached over the same flow"},
		{"Flow-Timer", "120", "how often the server expects a sign of life"},
		{"Target-Dialog", "fa77@h;local-tag=k;remote-tag=l", "local-tag is half of that dialog's name"},
		{"Supported", "gruu, outbound", "outbound is connections that clients keep open"},
		{"Proxy-Required-Body", `p.example.com;cid="1@x"`, "which part of the body a proxy"},
	} {
		got := About(&sip.Header{Name: test.name, Canonical: test.name, Value: test.value})
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: %q: %q, want %q in it", test.name, test.value, got, test.want)
		}
	}
}

// TestResponseAuthorization: the string is built by the draft's ABNF and shown, with
// what only the request has marked.
func TestResponseAuthorization(t *testing.T) {
	const message = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nTo: <sip:bob@d.example>;tag=1\r\nFrom: Alice <sip:alice@s.example>;tag=2\r\nCall-ID: a84b\r\nCSeq: 3 INVITE\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT\r\n" +
		"Responder: claimer=bob@d.example; verify-method=AIB\r\nResponse-Authorization: digest=\"0123456789abcdef0123456789abcdef\"\r\nContent-Length: 2\r\n\r\nhi"
	list := examine(message, testTime, nil)
	if len(list) != 1 {
		t.Fatalf("%d identities", len(list))
	}
	id := list[0]
	want := "200:sip:bob@d.example:sip:alice@s.example:bob@d.example:<method of the request>:<nonce of the request>:a84b:3 INVITE:Tue, 14 Nov 2023 22:13:20 GMT:hi"
	if id.SignedString != want || id.Verdict != report.Unverifiable || id.Claimed != "sip:bob@d.example" {
		t.Errorf("%s of %q: %q", id.Verdict, id.Claimed, id.SignedString)
	}
	if bad := examine(strings.Replace(message, "abcdef\"", "abcdeg\"", 1), testTime, nil)[0]; bad.Verdict != report.Invalid || bad.Reason != CheckForm {
		t.Errorf("a digest that is none: %s (%s)", bad.Verdict, bad.Reason)
	}
}

// TestResponseAuthentication: the challenge in a request, by the draft's grammar.
func TestResponseAuthentication(t *testing.T) {
	for value, want := range map[string]struct{ verdict, nonce string }{
		`method=DAS;nonce="d3bf"`:          {report.Valid, "d3bf"},
		`method=SharedKey; nonce=84a4cc6f`: {report.Valid, "84a4cc6f"},
		`method=PublicKey`:                 {report.Invalid, ""},
		`method=Digest;nonce="1"`:          {report.Invalid, "1"},
		`nonce="1"`:                        {report.Invalid, "1"},
	} {
		message := "INVITE sip:b@b.example SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nResponse-Authentication: " + value + "\r\nContent-Length: 0\r\n\r\n"
		list := examine(message, testTime, nil)
		if len(list) != 1 || list[0].Mechanism != report.IdentityChallenge || list[0].Verdict != want.verdict || list[0].Fields[1].Value != want.nonce {
			t.Errorf("%s: %+v", value, list)
		}
	}
}

// TestMissingFields: what is to be signed and is not there is said by name.
func TestMissingFields(t *testing.T) {
	message := strings.Replace(request("<sip:a@a.example>;tag=1", "<sip:b@b.example>", testDate, `"AAAA"`, noBody), "Date: "+testDate+"\r\n", "", 1)
	id := examine(message, testTime, nil)[0]
	if id.Verdict != report.Invalid || id.Reason != CheckForm || !strings.Contains(id.Checks[0].Detail, "Date") {
		t.Errorf("%s (%s): %+v", id.Verdict, id.Reason, id.Checks)
	}
}
