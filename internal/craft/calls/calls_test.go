package calls

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/inspect"
)

// object is a JSON object.
type object = map[string]any

// call makes a call that must succeed.
func call[Answer any](t *testing.T, name string, request any) Answer {
	t.Helper()
	data, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	out, err := Call(name, data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var a Answer
	if err := json.Unmarshal(out, &a); err != nil {
		t.Fatalf("%s: %v in %s", name, err, out)
	}
	return a
}

// TestFromCAToMessage goes the way of the page: a CA, a certificate, a signed
// message, its files.
func TestFromCAToMessage(t *testing.T) {
	described := call[object](t, "profile", object{"kind": "ca"})
	ca := call[object](t, "authority", object{"certificate": described, "keyType": "ECDSA P-256"})
	if again := call[object](t, "authority", object{"given": ca["certificate"], "key": ca["key"]}); again["certificate"] != ca["certificate"] {
		t.Error("a CA that is given is another")
	}
	described = call[object](t, "profile", object{"kind": "user", "address": "alice@example.org", "eku": true, "days": 10})
	alice := call[object](t, "certificate", object{"ca": ca, "certificate": described, "keyType": "ECDSA P-256"})
	m := object{
		"from": "sip:alice@example.org", "to": "sip:bob@example.net", "body": "Hello!",
		"layers": []object{{"kind": "sign", "attach": []any{alice["certificate"]},
			"signers": []object{{"certificate": alice["certificate"], "key": alice["key"], "digest": "SHA-384"}}}},
	}
	judge := func(message []byte) string {
		r := inspect.Inspect(message, inspect.Options{Trust: []inspect.NamedBytes{{Name: "ca", Data: []byte(ca["certificate"].(string))}}, At: time.Now().Unix()})
		return r.Report.Summary.State
	}
	made := call[struct{ Bytes []byte }](t, "message", m)
	if got := judge(made.Bytes); got != "valid" {
		t.Errorf("the message is %s\n%s", got, made.Bytes)
	}
	damaged := call[struct{ Bytes []byte }](t, "damage", object{"message": made.Bytes, "id": "text"})
	if got := judge(damaged.Bytes); got != "invalid" {
		t.Errorf("the damaged message is %s", got)
	}
	m["damages"] = []object{{"id": "from"}, {"id": "flip", "at": 3}}
	m["form"] = "hex"
	if b := call[struct{ Bytes []byte }](t, "message", m); !strings.HasPrefix(string(b.Bytes), "00000000  ") || !strings.Contains(string(b.Bytes), "|MESRAGE ") {
		t.Errorf("%s", b.Bytes)
	}
	csr := call[struct{ Request string }](t, "request", object{"certificate": described, "key": alice["key"]})
	if c := call[craft.Certificate](t, "readRequest", csr); len(c.Subject) != 5 || c.Subject[4] != "CN=alice" {
		t.Errorf("%+v", c)
	}
	named := call[[]craft.File](t, "files", object{"address": "alice@example.org", "certificate": alice["certificate"], "key": alice["key"],
		"ca": ca["certificate"], "password": "secret", "request": csr.Request})
	var names []string
	for _, f := range named {
		names = append(names, f.Name)
	}
	const want = "user_cert_alice@example.org.pem user_cert_alice@example.org.der user_cert_alice@example.org.p7c user_key_alice@example.org.pem user_key_alice@example.org.p8c alice@example.org.p12 alice@example.org.csr root_cert_fluffyCA.pem demoCA/cacert.pem demoCA/cacert.p7c"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("files: %s", got)
	}
	if z := call[struct{ Bytes []byte }](t, "zip", object{"files": named}); !strings.HasPrefix(string(z.Bytes), "PK\x03\x04") {
		t.Error("not a zip")
	}
	opened := call[object](t, "key", object{"key": object{"pem": string(named[3].Data), "password": "secret"}})
	if opened["key"] != alice["key"] || opened["type"] != "ECDSA P-256" {
		t.Error("the key that was saved is another")
	}
	authority := call[[]craft.File](t, "authorityFiles", object{"ca": ca, "password": "secret"})
	if last := authority[len(authority)-1]; last.Name != "demoCA/private/cakey.pem" ||
		call[object](t, "key", object{"key": object{"pem": string(last.Data), "password": "secret"}})["key"] != ca["key"] {
		t.Error("the CA's key that was saved is another")
	}
	m = object{"from": "sip:alice@example.org", "to": "sip:bob@example.net", "body": "Hello!", "layers": []object{{"kind": "encrypt",
		"recipients": []object{{"password": "open sesame"}, {"secretKey": object{"id": "c0ffee", "key": "000102030405060708090a0b0c0d0e0f"}}}}}}
	sealed := call[struct{ Bytes []byte }](t, "message", m)
	for _, keys := range []inspect.Options{{Passwords: []string{"open sesame"}}, {SecretKeys: []inspect.SecretKey{{ID: []byte{0xc0, 0xff, 0xee}, Key: []byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}}}}} {
		if got := inspect.Inspect(sealed.Bytes, keys).Report.Summary.State; got != "opened" {
			t.Errorf("with %+v the message is %s", keys, got)
		}
	}
	if l := call[struct{ CRL string }](t, "crl", object{"ca": ca, "crl": object{"revoked": []string{"05"}}}); !strings.Contains(l.CRL, "BEGIN X509 CRL") {
		t.Error(l.CRL)
	}
	if s := call[struct {
		Scenarios []craft.Scenario
		Files     []craft.File
	}](t, "scenarios", object{"keyType": "ECDSA P-256"}); len(s.Scenarios) != 25 || len(s.Files) < 40 {
		t.Errorf("%d scenarios in %d files", len(s.Scenarios), len(s.Files))
	}
}

// TestComplaints: what is asked for wrongly gets a clear answer.
func TestComplaints(t *testing.T) {
	for _, test := range []struct{ name, request, want string }{
		{"make", `{}`, `there is no call "make": there are authority, authorityFiles, certificate`},
		{"key", `{"typ": "RSA 2048"}`, `unknown field "typ"`},
		{"key", `{"type": "DSA"}`, `there is no kind of key "DSA"`},
		{"key", `{"key": "nothing"}`, "a private key: there is no private key in this file"},
		{"certificate", `{"ca": {}}`, "the CA's private key is not given"},
		{"message", `{"layers": [{"kind": "sign"}]}`, "layer 1: there is nobody to sign"},
		{"message", `{"layers": [{"kind": "sign", "signers": [{}]}]}`, "there is no private key to sign with"},
		{"message", `{"layers": [{"kind": "encrypt", "recipients": [{"certificate": "x"}]}]}`, "recipient 1: there is no certificate in this file"},
		{"message", `{"layers": [{"kind": "encrypt", "recipients": [{"secretKey": {"key": "00"}}]}]}`, "recipient 1: the shared key has 1 octets"},
		{"authorityFiles", `{}`, "the CA's private key is not given"},
		{"form", `{"form": "word"}`, `there is no form "word"`},
		{"damage", `{"id": "rust"}`, `there is no damage "rust"`},
		{"profile", `{"kind": "user", "address": "nobody"}`, "there is no domain in the address"},
		{"key", `{`, "unexpected EOF"},
	} {
		if _, err := Call(test.name, []byte(test.request)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s %s: %v, want %q", test.name, test.request, err, test.want)
		}
	}
}
