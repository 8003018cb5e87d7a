package e2e

// A key that is given to the page is in its memory and nowhere else: this gives one
// in every form there is, uses it, and looks for it wherever a page can leave things.

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/clock"
)

const secretPassword = "Tr0ub4dor&3-Zyzzyva"

// secret is a recipient's key in every form, and what to look for.
type secret struct {
	cert    []byte
	message []byte            // encrypted for it
	forms   map[string]string // by the name of its file
	needles map[string]string // in hex, in base64, as it is: what of it each is
}

func newSecret(t *testing.T) secret {
	t.Helper()
	key, err := craft.GenerateKey("RSA 2048")
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := key.PKCS8()
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(pkcs8)
	if err != nil {
		t.Fatal(err)
	}
	private := parsed.(*rsa.PrivateKey)
	description, err := craft.MakeCert("bob@example.net", "user", false, 30, clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := craft.SelfSign(description, key)
	if err != nil {
		t.Fatal(err)
	}
	message, err := craft.Message{From: "sip:alice@example.com", To: "sip:bob@example.net", Body: "the content that is sealed",
		Layers: []craft.Layer{{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{{Certificate: cert}}}}}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	locked, err := key.PEM(secretPassword)
	if err != nil {
		t.Fatal(err)
	}
	p12, err := craft.PKCS12{Key: key, Certificate: cert, Password: secretPassword}.DER()
	if err != nil {
		t.Fatal(err)
	}
	s := secret{cert: cert, message: message, needles: map[string]string{secretPassword: "the password"}, forms: map[string]string{
		"key.pem": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})),
		"key.der": string(pkcs8), "locked.pem": string(locked), "key.p12": string(p12),
		"pkcs1.pem": string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(private)})),
	}}
	// The key of the content, which only the private key gives.
	at := bytes.Index(message, []byte{4, 0x82, 1, 0})
	//lint:ignore SA1019 S/MIME of RFC 6216 transports keys by PKCS #1 v1.5
	cek, err := rsa.DecryptPKCS1v15(rand.Reader, private, message[at+4:at+4+256])
	if err != nil {
		t.Fatal(err)
	}
	s.hide("the content-encryption key", cek)
	for what, n := range map[string][]byte{"d": private.D.Bytes(), "p": private.Primes[0].Bytes(), "q": private.Primes[1].Bytes(), "d mod p-1": private.Precomputed.Dp.Bytes(), "q^-1": private.Precomputed.Qinv.Bytes()} {
		s.hide(what, n)
	}
	for name, form := range s.forms {
		der := []byte(form)
		if block, _ := pem.Decode(der); block != nil {
			der = block.Bytes
		}
		// Its end, where no public part is: of a locked key, ciphertext.
		if name != "key.p12" {
			s.hide(name, der[len(der)-200:])
		}
	}
	return s
}

// hide adds what a secret number or file would look like anywhere.
func (s secret) hide(what string, b []byte) {
	for _, at := range []int{0, (len(b) - 12) / 2, len(b) - 12} {
		s.needles[hex.EncodeToString(b[at:at+12])] = what + " in hex"
		s.needles[latin1(b[at:at+12])] = what
	}
	for at := range 3 {
		e := base64.StdEncoding.EncodeToString(b[at:])
		s.needles[e[:16]] = what + " in base64"
		s.needles[base64.URLEncoding.EncodeToString(b[at:])[:16]] = what + " in base64url"
		// From the middle on, whole groups of three.
		if mid := at + len(b)/2/3*3; mid+12 <= len(b) {
			s.needles[base64.StdEncoding.EncodeToString(b[mid:mid+12])] = what + " in base64"
		}
	}
}

func latin1(b []byte) string {
	r := make([]rune, len(b))
	for i, c := range b {
		r[i] = rune(c)
	}
	return string(r)
}

// in gives what of the secret is in a text.
func (s secret) in(text string) []string {
	var found []string
	plain := strings.NewReplacer(" ", "", "\n", "", "\r", "", ":", "", "-", "", "\t", "", `\n`, "").Replace(text)
	lower := strings.ToLower(plain)
	for needle, what := range s.needles {
		if strings.Contains(text, needle) || strings.Contains(plain, needle) || strings.HasSuffix(what, "hex") && strings.Contains(lower, needle) {
			found = append(found, what)
		}
	}
	return found
}

// left is every place where a page can leave something, by its name.
const left = `
const left = {};
left.localStorage = JSON.stringify(Object.entries(localStorage));
left.sessionStorage = JSON.stringify(Object.entries(sessionStorage));
left.IndexedDB = JSON.stringify(await indexedDB.databases());
const latin1 = new TextDecoder('latin1');
left.caches = '';
for (const name of await caches.keys()) {
  const cache = await caches.open(name);
  for (const request of await cache.keys()) left.caches += request.url + latin1.decode(await (await cache.match(request)).arrayBuffer());
}
left.cookies = document.cookie + JSON.stringify(await cookieStore?.getAll?.());
left.address = location.href + document.referrer;
left.history = JSON.stringify(history.state);
left.name = window.name;
left.title = document.title;
left.files = globalThis.navigator.storage?.getDirectory ? (await Array.fromAsync((await navigator.storage.getDirectory()).keys())).join() : '';
const texts = [];
for (const roots = [document]; roots.length; ) {
  const walker = document.createTreeWalker(roots.pop(), NodeFilter.SHOW_ALL);
  for (let n = walker.currentNode; n; n = walker.nextNode()) {
    if (n.nodeType !== 1) { texts.push(n.data ?? ''); continue; }
    if (n.shadowRoot) roots.push(n.shadowRoot);
    for (const a of n.attributes) texts.push(a.value);
    if ('value' in n && n.id !== 'input') texts.push(String(n.value));
  }
}
left.document = texts.join('\n');
`

// The key in every form, beside a message for it.
func TestPageKeysAreNowhere(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	if got := s.in(s.forms["key.pem"]); len(got) == 0 {
		t.Fatal("the key is not found where it is")
	}
	if got := s.in(hex.EncodeToString([]byte(s.forms["key.der"]))); len(got) == 0 {
		t.Fatal("the key is not found in hex")
	}
	for name, form := range s.forms {
		t.Run(name, func(t *testing.T) {
			p := openPage(t)
			p.watch()
			p.drop(file("message.sip", s.message), file(name, []byte(form)))
			p.wait(`document.documentElement.dataset.state`)
			if strings.HasPrefix(name, "locked") || strings.HasSuffix(name, "p12") {
				for _, password := range []string{secretPassword + "x", secretPassword} {
					p.wait(`document.querySelector('#ring-password')`)
					run[bool](p, `const f = document.querySelector('#ring-password'); f.value = `+quote(password)+`; f.form.requestSubmit(); return true`)
					if password != secretPassword {
						p.wait(`document.querySelector('.unlock [role=alert]')`)
					}
				}
			}
			p.wait(`document.documentElement.dataset.state === 'opened'`)
			got := patiently[visited](p, `return visit(1, 3)`)
			share := look[string](p, `document.querySelector('[data-act=share]').click(); const link = (await until(() => document.querySelector('#share-link'))).value; document.querySelector('dialog').close(); return link`)
			look := func(when string, places map[string]string) {
				t.Helper()
				if len(places["document"]) < 1000 && when == "used" {
					t.Errorf("the document says only %q", places["document"])
				}
				for place, text := range places {
					if found := s.in(text); len(found) > 0 {
						t.Errorf("%s: in %s there is %q", when, place, found)
					}
				}
			}
			places := patiently[map[string]string](p, left+`return left`)
			for file, text := range got.Files {
				places["the file "+file] = text
			}
			if len(got.Files) < 3 {
				t.Errorf("only %d files were saved", len(got.Files))
			}
			places["the clipboard"] = strings.Join(got.Copied, "\n")
			places["the link"] = share
			if !strings.Contains(share, "#m=") {
				t.Errorf("the link is %s", share)
			}
			if data, err := inflated(share); err != nil {
				t.Error(err)
			} else {
				places["what the link holds"] = data
			}
			places["the console"] = p.console()
			look("used", places)
			if !strings.Contains(places["document"], "the content that is sealed") {
				t.Error("what was opened is not shown")
			}
			run[bool](p, `document.querySelector('[data-act=forget]').click(); return true`)
			p.wait(`document.documentElement.dataset.state === 'sealed'`)
			places = patiently[map[string]string](p, left+`return left`)
			places["the field"] = run[string](p, `return document.querySelector('#input').value`)
			look("forgotten", places)
			if strings.Contains(places["document"], name) || strings.Contains(places["document"], "the content that is sealed") {
				t.Error("its file or what it opened is still shown")
			}
			places["the console"] = p.console()
		})
	}
}

// A key that is all that was given is inspected as the input. What is saved of it is no
// copy of it, and when it is forgotten it is gone from the page.
func TestPageKeyAsInput(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	t.Run("pasted", func(t *testing.T) { keyAsInput(t, s, func(p *tab) { p.paste(s.forms["key.pem"]) }) })
	t.Run("dropped", func(t *testing.T) {
		keyAsInput(t, s, func(p *tab) { p.drop(file("key.der", []byte(s.forms["key.der"]))) })
	})
}

func keyAsInput(t *testing.T, s secret, give func(*tab)) {
	p := openPage(t)
	p.watch()
	give(p)
	p.wait(`document.querySelector('.ring li')`)
	places := patiently[map[string]string](p, left+`return left`)
	delete(places, "document") // it is what is inspected
	for _, kind := range []string{"json", "html"} {
		places[kind] = look[string](p, `document.querySelector('[data-act=save]').click(); document.querySelector('[data-save=`+kind+`]').click();
const file = await until(() => saved.find((s) => s.name.endsWith('.report.`+kind+`'))); return (await original(file.url)).text();`)
	}
	places["the console"] = p.console()
	for place, text := range places {
		if found := s.in(text); len(found) > 0 {
			t.Errorf("in %s there is %q", place, found)
		}
	}
	run[bool](p, `document.querySelector('[data-act=forget]').click(); return true`)
	p.wait(`document.querySelector('.result').hidden && !document.querySelector('.ring li')`)
	places = patiently[map[string]string](p, left+`return left`)
	places["the field"] = run[string](p, `return document.querySelector('#input').value`)
	for place, text := range places {
		if found := s.in(text); len(found) > 0 {
			t.Errorf("forgotten: in %s there is %q", place, found)
		}
	}
	if run[bool](p, `return !!document.querySelector('[data-act=undo]')`) {
		t.Error("forgetting can be undone")
	}
}

// What the module says of keys, in reports and in errors, is not the keys.
func TestModuleKeysAreNowhere(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	served := serve(t, "/", nil)
	p := openURL(t, served.url+"blank.html")
	encoded := map[string]string{}
	for name, form := range s.forms {
		encoded[name] = base64.StdEncoding.EncodeToString([]byte(form))
	}
	forms, err := json.Marshal(encoded)
	if err != nil {
		t.Fatal(err)
	}
	said := patiently[[]string](p, `
const { createInspector } = await import('`+served.url+`sipseal.js');
const inspector = await createInspector();
const bytes = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
const forms = `+string(forms)+`;
const message = bytes('`+base64.StdEncoding.EncodeToString(s.message)+`');
const said = [];
const say = async (p) => { try { said.push(JSON.stringify(await p)); } catch (e) { said.push(e.name + e.message + e.stack + e.cause); } };
const password = `+quote(secretPassword)+`;
let opened = 0;
for (const [name, form] of Object.entries(forms)) {
  const key = bytes(form);
  const report = await inspector.inspect(message, { keys: [key], passwords: [password] });
  if (report.summary.state === 'opened') opened++;
  said.push(JSON.stringify(report));
  await say(inspector.inspect(message, { keys: [key], passwords: ['no'] }));
  await say(inspector.inspect(message, { keys: [key.slice(0, key.length - 9)], passwords: [password] }));
  await say(inspector.inspect(message, { certificates: [key], crls: [key], trust: [key], passwords: [password] }));
  await say(inspector.inspect(key, { passwords: [password] }));
  await say(inspector.undump(latin1(key)));
  await say(inspector.inspect(message, { secretKeys: [{ id: latin1(key), key: latin1(key) }] }));
  await say(inspector.inspect(message, { keys: { key } }));
  await say(inspector.inspect(message, { passwords: password }));
  await say(inspector.inspect(message, { keys: [key], timeout: 0.0001 }));
}
function latin1(b) { return new TextDecoder('latin1').decode(b); }
said.push(String(opened));
// After forget the same inspector knows nothing of before, and works.
inspector.forget();
const report = await inspector.inspect(message);
said.push(report.summary.state);
return said;`)
	if n := len(said); said[n-2] != "5" || said[n-1] != "sealed" {
		t.Errorf("opened with %s forms, and afterwards the message is %s", said[n-2], said[n-1])
	}
	for i, text := range append(said, p.console()) {
		if found := s.in(text); len(found) > 0 {
			t.Errorf("text %d has %q: %.300s", i, found, text)
		}
	}
}
