package e2e

// The keys that the page Make makes are in its memory and in the files that are saved, and
// nowhere else.

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"strings"
	"testing"
)

// nearlyHex is a shared key with a slip in it.
const nearlyHex = "5d41402abc4b2a76b9719d911017c59x"

func TestMakeKeysAreNowhere(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	p.watch()
	got := patiently[map[string]string](p, makeLookups+left+`
const out = {}, keys = [];
const reports = () => JSON.stringify(report());
set('key-type', 'RSA 2048'); set('ca-key', 'ECDSA P-256'); set('seals', 'sign-encrypt');
await press('make-ca');
await press('make-certificate');
for (const [password, what] of [['', 'key'], [`+quote(secretPassword)+`, 'key']]) {
  const entry = make.querySelector('.make-list li select').closest('li');
  entry.querySelector('select').value = what;
  entry.querySelector('input[type=password]').value = password;
  await press('save-certificate');
  entry.querySelector('input[type=password]').value = '';
  const file = saved.pop();
  if (!password) out.key = await (await original(file.url)).text();
}
await press('open-message');
const inside = document.querySelector('.opened sipseal-inspector').shadowRoot;
for (const tab of inside.querySelectorAll('.tabs > [role=tab]')) { tab.click(); await new Promise((r) => setTimeout(r, 60)); }
out.report = reports();
// Keys and a password in places where they are no use.
const said = [];
for (const name of ['csr', 'subject', 'ca-given', 'crl-revoked', 'serial', 'secret-key', 'micalg', 'at', 'days', 'headers']) {
  const control = make.querySelector('[name="' + name + '"]'), before = control.value;
  for (let up = control; up; up = up.parentElement) if (up.nodeName === 'DETAILS') up.open = true;
  control.value = name === 'ca-given' ? out.key.replace('A', 'B') : out.key.replaceAll('\n', ' ');
  for (const act of ['read-request', 'take-ca', 'make-certificate', 'save-crl', 'make-message', 'open-broken']) said.push(name + ' ' + act + ': ' + await press(act));
  control.value = before;
}
set('secret-key', '`+nearlyHex+`');
said.push('a shared key make-message: ' + await press('make-message'));
out.errors = said.filter((s) => !/^(headers|micalg) /.test(s)).join('\n');
for (const f of make.querySelectorAll('input:not([type=checkbox], [type=number], [type=file]), textarea')) f.value = '';
await new Promise((r) => setTimeout(r, 100));
return out`)
	block, _ := pem.Decode([]byte(got["key"]))
	if block == nil {
		t.Fatalf("the saved key is %.200q", got["key"])
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	s := secret{needles: map[string]string{secretPassword: "the password", nearlyHex[:16]: "the shared key"}}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		s.hide("d", key.D.Bytes())
		s.hide("p", key.Primes[0].Bytes())
		s.hide("the end of the key", block.Bytes[len(block.Bytes)-200:])
	case *ecdsa.PrivateKey:
		t.Fatal("the key is not of the type that was asked for")
	}
	if len(s.in(hex.EncodeToString(block.Bytes))) == 0 {
		t.Fatal("the key is not found where it is")
	}
	places := patiently[map[string]string](p, left+`return left`)
	places["the report"], places["what the page said"], places["the console"] = got["report"], got["errors"], p.console()
	if !strings.Contains(got["report"], "decrypted") {
		t.Errorf("the message was not opened: %.200s", got["report"])
	}
	if !strings.Contains(got["errors"], "shared key is not hex") {
		t.Errorf("nothing is said of the shared key in %s", got["errors"])
	}
	for place, text := range places {
		if found := s.in(text); len(found) > 0 {
			t.Errorf("in %s there is %q", place, found)
		}
	}
}
