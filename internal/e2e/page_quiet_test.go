package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// Once it has loaded, the page asks nobody for anything, whatever is done with it:
// watched in the page, in its workers, at its server and at the proxy that everything
// else goes through. (What hostile input would have it ask for is watched there.)
func TestPageAsksForNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url)
	p.wait(`document.documentElement.dataset.ready`)
	p.watch()
	before := p.quiet(s)
	answered := func() { p.wait(`document.documentElement.dataset.state`) }
	act := func(what, script string) {
		t.Helper()
		patiently[bool](p, lookups+script+`; await new Promise((r) => setTimeout(r, 60)); return true`)
		p.stillQuiet(s, before)
		if t.Failed() {
			t.Fatalf("after %s", what)
		}
	}
	for _, id := range []string{"signed", "encrypted_signed", "draft01_signed", "identity_changed"} {
		p.example(id)
		answered()
		act("example "+id, "")
	}
	act("going through every view", `await visit(2, 4)`)
	p.drop(file("call.pcap", dialog(t)))
	answered()
	act("a capture", `document.querySelector('dialog')?.close()`)
	p.drop(file("key.pem", vectors.Seed(t, "draft01_ca.pem")))
	answered()
	p.drop(file("locked.pem", []byte(newSecret(t).forms["locked.pem"])))
	p.wait(`document.querySelector('#ring-password')`)
	act("a password", `const f = document.querySelector('#ring-password'); f.value = 'no'; f.form.requestSubmit()`)
	for _, id := range []string{"trust", "time", "policy"} {
		act("choosing "+id, `const c = document.querySelector('#choice-`+id+`'); c.value = c.options[c.options.length - 1].value; c.dispatchEvent(new Event('change'))`)
	}
	act("the colours", `const c = document.querySelector('#theme'); c.value = 'dark'; c.dispatchEvent(new Event('change'))`)
	act("help", `document.querySelector('.help').click(); document.querySelector('dialog').close()`)
	act("editing", `document.querySelector('[data-act=edit]').click()`)
	act("forgetting", `document.querySelector('[data-act=forget]').click()`)
	act("clearing", `document.querySelector('[data-act=clear]')?.click()`)
	act("undoing", `document.querySelector('[data-act=undo]')?.click()`)
	p.drop(file("signed.sip", read(t, "testdata/demo/signed.sip")), file("tampered.sip", read(t, "testdata/demo/tampered.sip")))
	p.wait(`document.querySelector('.compare-answer')`)
	act("comparing", `document.querySelector('dialog').close()`)
	act("a link", `document.querySelector('[data-act=share]').click(); const link = (await until(() => document.querySelector('#share-link'))).value; document.querySelector('dialog').close(); location.hash = link.split('#')[1]`)
	answered()
	act("opening it", "")
}

// busily uses every inspector of a page: it goes through its views, has a call past its
// time limit and one that is given up, for each of which the worker is replaced, and
// inspects again. It returns what did not come out as it should.
const busily = `
const wrong = [];
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const hello = 'OPTIONS sip:a@example.com SIP/2.0\r\n\r\n';
for (const e of document.querySelectorAll('sipseal-inspector')) {
  e.scrollIntoView();
  for (const tab of e.shadowRoot.querySelectorAll('.tabs > [role=tab]')) {
    tab.click();
    await pause(40);
    for (const d of e.shadowRoot.querySelectorAll('details')) d.open = true;
  }
  for (const [how, options] of [['late', { timeout: 1 }], ['given up', { signal: AbortSignal.timeout(1) }]]) {
    const large = new Uint8Array(3e6);
    for (let i = 0; i < large.length; i += 5) large.set([0x30, 3, 2, 1, 5], i);
    const name = await e.inspect(large, options).then(() => 'done', (error) => error.name);
    if (name !== 'TimeoutError') wrong.push(how + ': ' + name);
    const report = await e.inspect(hello);
    if (report.messages[0].method !== 'OPTIONS') wrong.push('after what was ' + how + ': ' + report.summary.text);
  }
}
await pause(100);
return wrong`

// Nor does an element in any page, once its report is shown: not for the worker that takes
// the place of one that was ended, and not where it comes from another host.
func TestElementAsksForNothing(t *testing.T) {
	t.Parallel()
	const markup = `<sipseal-inspector src="demo/encrypted_signed.sip" keys="demo/bob_key.pem" trust="demo/ca.pem" height=500>one</sipseal-inspector>
<sipseal-inspector src="demo/tampered.sip" trust="demo/ca.pem">two</sipseal-inspector>`
	extra := embedding(markup)
	extra["page.css"] = ""
	extra["packed.html"] = strings.Replace(extra["page.html"], `src="sipseal-inspector.js"`, `src="npm/sipseal-inspector.js"`, 1)
	// A host that has workers only from its own URLs.
	extra["strict.html"] = strings.Replace(extra["page.html"], "<title>", `<meta http-equiv="Content-Security-Policy" content="worker-src 'self'"><title>`, 1)
	for _, c := range []struct{ name, page string }{
		{"element", "page.html"}, {"package", "packed.html"}, {"tour", "tour.html"}, {"embed", "embed.html?src=demo/signed.sip&trust=demo/ca.pem"},
		{"strict recipe", "recipes/strict-csp.html"}, {"no workers from memory", "strict.html"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, "/", extra)
			p := openURL(t, s.url+c.page)
			for i, sentence := range run[[]string](p, elements) {
				if sentence == "" {
					t.Errorf("inspector %d says nothing", i)
				}
			}
			before := p.quiet(s)
			for _, w := range patiently[[]string](p, busily) {
				t.Error(w)
			}
			if c.page != "strict.html" {
				p.stillQuiet(s, before)
				return
			}
			// There it works, from the URL, and the browser says what it did not allow.
			for _, problem := range p.takeProblems() {
				if !strings.Contains(problem, "worker-src") {
					t.Error(problem)
				}
			}
			for _, url := range p.requestsAfterLoad() {
				if !strings.Contains(url, "/assets/worker-") {
					t.Errorf("the page asked for %s", url)
				}
			}
			if len(p.requestsAfterLoad()) == 0 {
				t.Error("workers come from memory where they must not, or there are none")
			}
		})
	}
	t.Run("from another host", func(t *testing.T) {
		s := serve(t, "/", nil)
		s.forAll = true
		own := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			from := strings.TrimSuffix(s.url, "/")
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src "+from+" 'wasm-unsafe-eval'; connect-src "+from+"; worker-src blob:; img-src data:; style-src 'none'; "+
				"require-trusted-types-for 'script'; trusted-types sipseal")
			page := strings.NewReplacer("<link rel=stylesheet href=page.css>", "", `"sipseal-inspector.js"`, `"`+s.url+`sipseal-inspector.js"`, "demo/", s.url+"demo/").Replace(extra["page.html"])
			io.WriteString(w, page)
		}))
		defer own.Close()
		p := openURL(t, own.URL)
		if got := run[[]string](p, elements); len(got) != 2 || got[0] == "" || got[1] == "" {
			t.Errorf("the inspectors say %q", got)
		}
		before := p.quiet(s)
		for _, w := range patiently[[]string](p, busily) {
			t.Error(w)
		}
		p.stillQuiet(s, before)
	})
}

// Nor does the page Make: what it opens things with is loaded before, and so are its
// languages.
func TestMakeAsksForNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"make.html")
	p.wait(`document.querySelector('sipseal-maker').dataset.ready`)
	run[bool](p, `await document.querySelector('sipseal-inspector').prepare(); return true`)
	before := p.quiet(s)
	run[bool](p, makeLookups+`
set('ca-key', 'ECDSA P-256'); set('key-type', 'ECDSA P-256'); set('kit-key', 'ECDSA P-256');
for (const d of make.querySelectorAll('details')) d.open = true;
URL.createObjectURL = () => 'data:,';
HTMLAnchorElement.prototype.click = () => {};
for (const act of ['make-ca', 'make-intermediate', 'make-certificate', 'open-certificate', 'save-certificate', 'revoke', 'open-message', 'open-rfc6216_08']) await press(act);
const language = document.querySelector('#language');
for (const l of ['de', 'en', 'de']) { document.querySelector('#language').value = l; document.querySelector('#language').dispatchEvent(new Event('change')); await new Promise((r) => setTimeout(r, 200)); }
return true`)
	for _, w := range patiently[[]string](p, busily) {
		t.Error(w)
	}
	p.stillQuiet(s, before)
}

// The same of the makers' module, whose limit is an option.
func TestMakerModuleAsksForNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	run[bool](p, `const { createMaker } = await import('`+s.url+`sipseal-make.js'); globalThis.maker = await createMaker(); return true`)
	before := p.quiet(s)
	got := run[[]string](p, `
const out = [];
const key = (await maker.key('ECDSA P-256')).key;
for (const options of [{ timeout: 1 }, { signal: AbortSignal.timeout(1) }]) {
  out.push(await maker.scenarios({ keyType: 'ECDSA P-384' }, options).then(() => 'done', (e) => e.name));
  out.push((await maker.readKey({ pem: key })).type);
}
return out`)
	if want := "TimeoutError ECDSA P-256 TimeoutError ECDSA P-256"; strings.Join(got, " ") != want {
		t.Errorf("%q, not %s", got, want)
	}
	p.stillQuiet(s, before)
}
