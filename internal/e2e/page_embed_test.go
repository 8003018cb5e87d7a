// The element in other people's pages: when it loads, what it leaves alone, and how it
// is made to look like the page around it.

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
)

// embedding is a page that loads the element, with markup of its own.
func embedding(markup string) map[string]string {
	return map[string]string{"page.html": `<!doctype html><html lang=en><meta charset=utf-8><title>page</title>` +
		`<link rel=icon href=data:,><link rel=stylesheet href=page.css><script type=module src="sipseal-inspector.js"></script>` + markup}
}

// Before an element comes near nothing but the stub is loaded; then it loads, keeps its
// place, and tells its report. The site's service worker is not the embedder's.
func TestElementComesNear(t *testing.T) {
	t.Parallel()
	extra := embedding(`<p class=far>Above</p><sipseal-inspector src="demo/signed.sip" trust="demo/ca.pem" height=300>A message.</sipseal-inspector><p id=after>After</p>`)
	extra["page.css"] = `.far { height: 5000px } #after { height: 40px }`
	s := serve(t, "/some/sub/path/", extra)
	p := openURL(t, s.url+"page.html")
	p.wait(`customElements.get('sipseal-inspector')`)
	run[bool](p, `await new Promise((r) => setTimeout(r, 300)); return true`)
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	var early []string
	for _, r := range s.requests() {
		name := strings.TrimPrefix(r, "GET /some/sub/path/")
		switch {
		case name == "page.html", name == "page.css", name == "sipseal-inspector.js",
			strings.HasPrefix(name, "assets/element-"), strings.HasPrefix(name, "assets/chunk-"):
			if strings.HasPrefix(name, "page.") {
				continue
			}
			data, err := os.ReadFile(filepath.Join(distDir(t), name))
			if err != nil {
				t.Fatal(err)
			}
			br, err := dist.BrotliKept(root, data)
			if err != nil {
				t.Fatal(err)
			}
			size += len(br)
		default:
			early = append(early, r)
		}
	}
	if len(early) > 0 || size > 4096 {
		t.Errorf("before the element was near: %d bytes of stub, and %q", size, early)
	}
	got := run[map[string]float64](p, `
const e = document.querySelector('sipseal-inspector');
const after = document.querySelector('#after');
const whole = () => document.documentElement.scrollHeight;
const before = [e.offsetTop, e.offsetHeight, after.offsetTop, whole()];
let shifted = 0;
new PerformanceObserver((list) => { for (const s of list.getEntries()) shifted += s.value; }).observe({ type: 'layout-shift', buffered: true });
const told = new Promise((r) => document.addEventListener('report', (event) => r(event), { once: true }));
e.scrollIntoView();
const event = await told;
await new Promise((r) => setTimeout(r, 300));
return {
  valid: Number(event.target === e && event.detail.summary.state === 'valid' && e.report === event.detail),
  moved: Math.abs(e.offsetTop - before[0]) + Math.abs(e.offsetHeight - before[1]) + Math.abs(after.offsetTop - before[2]) + Math.abs(whole() - before[3]),
  shifted, height: e.clientHeight, inside: e.scrollHeight,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
};`)
	if got["valid"] != 1 {
		t.Error("the event does not tell the report")
	}
	if got["moved"] != 0 || got["shifted"] != 0 {
		t.Errorf("the page jumped: %v", got)
	}
	if got["height"] != 300 || got["inside"] <= 300 {
		t.Errorf("it is %v high and what is inside %v", got["height"], got["inside"])
	}
	if got["workers"] != 0 {
		t.Error("the element has registered a service worker")
	}
	if got := foreign(); len(got) > 0 {
		t.Errorf("other machines were asked for %q", got)
	}
}

// Several elements in a page, each with options of its own; a change of one is none of
// the others.
func TestElementsAreApart(t *testing.T) {
	t.Parallel()
	extra := embedding(`
<sipseal-inspector id=own src="demo/signed.sip" trust="demo/ca.pem"></sipseal-inspector>
<sipseal-inspector id=none src="demo/signed.sip" trust="none" lang=de></sipseal-inspector>
<sipseal-inspector id=past src="demo/signed.sip" trust="demo/ca.pem" at="1990-01-01" view=signature></sipseal-inspector>
<sipseal-inspector id=open src="demo/encrypted.sip" keys="demo/bob_key.pem" certificates="demo/bob.pem" view=asn1></sipseal-inspector>
<sipseal-inspector id=shut src="demo/encrypted.sip" view=message policy=modern></sipseal-inspector>
<sipseal-inspector id=gone src="demo/there-is-none.sip"></sipseal-inspector>
<sipseal-inspector id=text><pre>
  OPTIONS sip:bob@biloxi.example SIP/2.0

</pre></sipseal-inspector>`)
	s := serve(t, "/", extra)
	p := openURL(t, s.url+"blank.html")
	p.load(s.url + "page.html")
	got := run[map[string]string](p, `
const out = {};
for (const e of document.querySelectorAll('sipseal-inspector')) {
  e.scrollIntoView();
  const done = () => e.shadowRoot.querySelector('.sentence, [role=alert]');
  for (let i = 0; i < 4000 && !done(); i++) await new Promise((r) => setTimeout(r, 25));
  out[e.id] = e.report?.summary.state ?? done()?.textContent;
  const view = e.shadowRoot.querySelector('.view');
  out[e.id + ' view'] = view?.dataset.tab ?? '';
  out[e.id + ' lang'] = view?.lang ?? '';
}
const own = document.querySelector('#own');
const others = {};
for (const e of document.querySelectorAll('sipseal-inspector')) e.addEventListener('report', () => { others[e.id] = 1; });
const again = new Promise((r) => own.addEventListener('report', r, { once: true }));
own.setAttribute('trust', 'none');
await again;
await new Promise((r) => setTimeout(r, 200));
out['own again'] = own.report.summary.state;
out.told = Object.keys(others).join();
return out`)
	for id, want := range map[string]string{
		"own": "valid", "none": "invalid", "past": "invalid", "open": "opened", "shut": "sealed", "text": "plain",
		"none lang": "de", "own lang": "en", "past view": "seals", "open view": "asn1", "shut view": "message",
		"own again": "invalid", "told": "own",
	} {
		if got[id] != want {
			t.Errorf("%s is %q, not %q", id, got[id], want)
		}
	}
	if !strings.Contains(got["gone"], "404") {
		t.Errorf("a message that is not there: %q", got["gone"])
	}
	p.takeProblems() // the 404
}

// What the documentation says can be styled from outside can be, and no other element
// changes with it.
func TestElementThemes(t *testing.T) {
	t.Parallel()
	extra := embedding(`
<sipseal-inspector id=mine src="demo/signed.sip" trust="demo/ca.pem"></sipseal-inspector>
<sipseal-inspector id=other src="demo/signed.sip" trust="demo/ca.pem"></sipseal-inspector>`)
	properties := map[string]string{
		"--sipseal-accent": "rgb(1, 2, 3)", "--sipseal-bg": "rgb(4, 5, 6)", "--sipseal-surface": "rgb(7, 8, 9)", "--sipseal-sunken": "rgb(10, 11, 12)",
		"--sipseal-text": "rgb(13, 14, 15)", "--sipseal-muted": "rgb(16, 17, 18)", "--sipseal-line": "rgb(19, 20, 21)",
		"--sipseal-font": "themesans", "--sipseal-mono": "thememono", "--sipseal-radius": "23px",
	}
	parts := []string{"view", "answer", "sentence", "layers", "tabs", "tab", "panel", "bytes"}
	var css strings.Builder
	css.WriteString("#mine { ")
	for name, value := range properties {
		css.WriteString(name + ": " + value + "; ")
	}
	css.WriteString("}\n")
	for _, part := range parts {
		css.WriteString("#mine::part(" + part + ") { outline: 3px solid rgb(200, 1, 1) }\n")
	}
	extra["page.css"] = css.String()
	p := openURL(t, serve(t, "/", extra).url+"page.html")
	run[[]string](p, elements)
	got := run[map[string][]string](p, `
const out = {};
for (const id of ['mine', 'other']) {
  const root = document.getElementById(id).shadowRoot;
  const used = new Set();
  for (const e of [root.host, ...root.querySelectorAll('*')]) {
    const s = getComputedStyle(e);
    for (const p of ['color', 'backgroundColor', 'borderTopColor', 'borderBottomColor', 'borderTopLeftRadius', 'fontFamily', 'fill', 'stroke', 'accentColor']) used.add(s[p]);
  }
  out[id] = [...used];
  out[id + ' parts'] = [...new Set([...root.querySelectorAll('[part]')].filter((e) => getComputedStyle(e).outlineColor === 'rgb(200, 1, 1)').flatMap((e) => [...e.part]))];
}
return out`)
	has := func(list []string, want string) bool {
		for _, v := range list {
			if v == want {
				return true
			}
		}
		return false
	}
	for name, value := range properties {
		if !has(got["mine"], value) {
			t.Errorf("%s is used nowhere", name)
		}
		if has(got["other"], value) {
			t.Errorf("%s is used in the other element", name)
		}
	}
	for _, part := range parts {
		if !has(got["mine parts"], part) {
			t.Errorf("::part(%s) styles nothing", part)
		}
	}
	if len(got["other parts"]) > 0 {
		t.Errorf("in the other element the parts %q are styled", got["other parts"])
	}
	tour := string(read(t, "site/tour.html"))
	for name := range properties {
		if !strings.Contains(tour, "<code>"+name+"</code>") {
			t.Errorf("the documentation says nothing of %s", name)
		}
	}
}

// The recipe without a script, under the headers that hosts are told to send.
func TestRecipeIframe(t *testing.T) {
	t.Parallel()
	s := serve(t, "/some/sub/path/", nil)
	p := openURL(t, s.url+"recipes/iframe.html")
	got := run[string](p, `
const f = document.querySelector('iframe');
const sentence = () => f.contentDocument?.querySelector('sipseal-inspector')?.shadowRoot?.querySelector('.sentence')?.textContent;
for (let i = 0; i < 4000 && !sentence(); i++) await new Promise((r) => setTimeout(r, 25));
return sentence() ?? ''`)
	if !strings.Contains(got, "alice@atlanta.example") {
		t.Errorf("the frame says %q", got)
	}
}
