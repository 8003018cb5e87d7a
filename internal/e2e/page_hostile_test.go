package e2e

// Hostile input in every view of the page: nothing of it runs, becomes an element or
// asks a server, and every character that would act is shown as such.

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/sipseal/sipseal/internal/craft"
)

// acts says whether a character acts on the text around it instead of being seen, by
// Unicode's own tables.
func acts(r rune) bool {
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// actingRanges are the ranges of the characters that act, in JSON.
var actingRanges = func() string {
	var ranges [][2]rune
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !acts(r) {
			continue
		}
		if n := len(ranges); n > 0 && ranges[n-1][1] == r-1 {
			ranges[n-1][1] = r
		} else {
			ranges = append(ranges, [2]rune{r, r})
		}
	}
	b, _ := json.Marshal(ranges)
	return string(b)
}()

// watching defines, in a page: baited(), which markup calls; raised, what must not
// have happened; and scan(), which looks through the whole document and every shadow
// root for what must not be there. (Text inside the tag of an inspector is its author's, and
// not shown once the inspector is.)
var watching = `
globalThis.raised ??= [];
globalThis.baited = () => raised.push('a script ran');
for (const n of ['alert', 'confirm', 'prompt', 'print', 'open']) globalThis[n] = () => raised.push(n + ' was called');
addEventListener('securitypolicyviolation', (e) => raised.push('policy ' + e.violatedDirective));
const ranges = ` + actingRanges + `;
const acts = new Uint8Array(0x110000);
for (const [from, to] of ranges) acts.fill(1, from, to + 1);
const acting = (text, plain) => {
  for (const c of text) if (acts[c.codePointAt(0)] && !plain.includes(c)) return 'U+' + c.codePointAt(0).toString(16);
  return '';
};
const clean = new WeakMap();
const SHOWN = ['title', 'aria-label', 'placeholder', 'alt', 'aria-description', 'aria-roledescription', 'label', 'summary'];
const KINDS = ['IMG', 'SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'LINK', 'META', 'BASE', 'STYLE', 'FRAME', 'VIDEO', 'AUDIO', 'FORM:action'];
globalThis.scan = () => {
  const found = [];
  const kinds = {};
  let texts = 0;
  for (const roots = [document]; roots.length; ) {
    const walker = document.createTreeWalker(roots.pop(), NodeFilter.SHOW_ALL);
    for (let n = walker.currentNode; n; n = walker.nextNode()) {
      if (n.nodeType === 3 && !['STYLE', 'SCRIPT', 'SIPSEAL-INSPECTOR'].includes(n.parentNode?.nodeName)) {
        texts++;
        const bad = clean.get(n) === n.data ? '' : acting(n.data, '\n\t');
        if (!bad) clean.set(n, n.data);
        else found.push(bad + ' in <' + n.parentNode.nodeName + ' class="' + n.parentNode.className + '">: ' + JSON.stringify(n.data.slice(0, 80)));
      }
      if (n.nodeType === 8 && /bait/.test(n.data)) found.push('a comment');
      if (n.nodeType !== 1) continue;
      if (n.shadowRoot) roots.push(n.shadowRoot);
      if (n.id === 'bait') found.push('markup became an element: ' + n.nodeName);
      if (KINDS.includes(n.nodeName.toUpperCase())) kinds[n.nodeName] = (kinds[n.nodeName] ?? 0) + 1;
      for (const a of n.attributes) {
        if (/^on/i.test(a.name)) found.push('attribute ' + a.name);
        if (/^(href|src|action|formaction|xlink:href)$/i.test(a.name) && /^\s*(javascript|data):/i.test(a.value) && n.rel !== 'icon') found.push(a.name + '=' + a.value.slice(0, 40));
        if (a.name === 'style' && /bait|elsewhere/.test(a.value)) found.push('style=' + a.value.slice(0, 40));
        const bad = SHOWN.includes(a.name) ? acting(a.value, '\n') : '';
        if (bad) found.push(bad + ' in ' + n.nodeName + ' ' + a.name + '=' + JSON.stringify(a.value.slice(0, 80)));
      }
    }
  }
  globalThis.usual ??= kinds;
  for (const k of Object.keys(kinds)) if (kinds[k] !== usual[k]) found.push(kinds[k] + ' elements ' + k + ', and ' + (usual[k] ?? 0) + ' at the start');
  if (acting(document.title, '')) found.push('title ' + JSON.stringify(document.title));
  if (texts < (globalThis.fewest ?? 5)) found.push('there is nothing to see');
  return [...new Set([...found, ...raised.splice(0)])].slice(0, 8);
};
globalThis.saved = [];
globalThis.copied = [];
HTMLAnchorElement.prototype.click = function () { if (this.download) saved.push({ name: this.download, url: this.href }); else raised.push('a link was followed'); };
URL.revokeObjectURL = () => {};
navigator.clipboard.writeText = async (text) => { copied.push(text); };
`

// visiting defines visit(), which goes through every view of every message that is
// shown, looks at each and gives what is wrong, by view.
const visiting = `
const pause = (ms = 15) => new Promise((r) => setTimeout(r, ms));
globalThis.visit = async (most, nodes) => {
  const wrong = [];
  const note = (where) => { for (const x of scan()) wrong.push(where + ': ' + x); };
  const settled = () => until(() => !q('[aria-busy=true]'));
  const press = async (button, where) => { button.click(); await pause(); note(where); };
  note('the answer');
  const messages = all('.messages [data-message], .message-rows [data-message]').length;
  for (let m = 0; m < Math.max(1, Math.min(most, messages)); m++) {
    if (messages) { all('.messages [data-message], .message-rows [data-message]')[m]?.click(); await pause(60); note('message ' + m); }
    for (const tab of all('.tabs > [role=tab]').map((b) => b.dataset.tab)) {
      q('.tabs > [data-tab=' + tab + ']').click();
      await pause();
      for (const d of all('details')) d.open = true;
      await pause();
      note(tab);
      if (tab === 'asn1') {
        const objects = q('.asn1 select')?.options.length ?? 0;
        for (let o = 0; o < Math.min(3, objects); o++) {
          q('.asn1 select').value = String(o);
          q('.asn1 select').dispatchEvent(new Event('change'));
          for (const style of ['tree', 'asn1parse', 'dumpasn1', 'openssl3']) {
            q('[data-style=' + style + ']').click();
            await settled(); await pause();
            note('object ' + o + ' as ' + style);
            await press(q('.asn1 [data-act=copy]'), 'copied');
            if (style !== 'tree') continue;
            q('.asn1 [role=tree]')?.focus();
            for (let i = 0; i < nodes; i++) {
              const row = all('.tree-row[data-node]')[i];
              if (!row) break;
              row.click();
              if (row.getAttribute('aria-expanded') === 'false') row.querySelector('.twist').click();
              if (i % 8 === 0) { await pause(20); note('node ' + i + ' of object ' + o); }
            }
            for (const b of all('.node [data-act]').slice(0, nodes)) await press(b, 'an act on a node');
          }
          q('[data-style=tree]').click();
        }
      }
      if (tab === 'certs') {
        for (const f of all('.tls-check form').slice(0, 2)) { f.querySelector('[name=host]').value = BAIT; f.requestSubmit(); await pause(200); note('TLS'); }
        for (const c of all('.certificate-text').slice(0, 2)) for (const b of c.querySelectorAll('[data-form]')) {
          b.click(); await settled(); await pause(); note('certificate as text');
          await press(c.querySelector('[data-act=copy-text]'), 'copied');
        }
        for (const b of all('.certificate > .acts button').slice(1, 3)) await press(b, 'saved');
      }
    }
    for (let source = 0; source < Math.min(3, q('.bytes select')?.options.length ?? 0); source++) {
      q('.bytes select').value = String(source);
      q('.bytes select').dispatchEvent(new Event('change'));
      for (const mode of ['text', 'hex']) {
        q('.bytes [data-mode=' + mode + ']').click();
        await pause();
        note('bytes as ' + mode);
        const rows = q('.bytes-rows');
        for (let at = 0; at <= 4; at++) {
          rows.scrollTop = (rows.scrollHeight * at) / 5;
          await pause();
          for (const cell of all('.bytes-rows [data-o]').filter((_, i) => i % 90 === 0)) { cell.click();  note('a byte as ' + mode); }
        }
      }
    }
    const svg = q('[data-act=save-svg]');
    if (svg) svg.click();
  }
  for (const save of document.querySelectorAll('[data-save]')) { const kind = save.dataset.save; document.querySelector('[data-act=save]').click(); save.click(); await until(() => saved.some((s) => s.name.endsWith('.report.' + kind))); }
  document.querySelector('details.choices')?.setAttribute('open', '');
  note('choices');
  document.querySelector('[data-act=share]')?.click();
  await pause(150);
  note('share');
  for (const b of document.querySelectorAll('dialog [data-act]')) await press(b, 'share');
  document.querySelector('dialog')?.close();
  document.querySelector('[data-act=compare]')?.click();
  await pause();
  const other = document.querySelector('#compare-text');
  if (other) { other.value = BAIT; other.form.requestSubmit(); await pause(300); note('compare'); }
  document.querySelector('dialog')?.close();
  for (const language of ['de', 'en']) {
    const s = document.querySelector('#language');
    s.value = language; s.dispatchEvent(new Event('change'));
    await pause(80); note('in ' + language);
    for (const tab of all('.tabs > [role=tab]').map((b) => b.dataset.tab)) { q('.tabs > [data-tab=' + tab + ']')?.click(); await pause(); note(tab + ' in ' + language); }
  }
  const files = {};
  for (const s of saved.splice(0)) files[s.name] = await (await original(s.url)).text();
  return { wrong: [...new Set(wrong)].slice(0, 20), files, copied: copied.splice(0) };
};
`

// visited is what going through all views gave.
type visited struct {
	Wrong  []string
	Files  map[string]string // what was saved, by its name
	Copied []string          // what was put into the clipboard
}

// watch makes the page keep watch on itself from here on.
func (p *tab) watch() {
	p.t.Helper()
	quoted, err := json.Marshal(bait)
	if err != nil {
		p.t.Fatal(err)
	}
	// A saved file is read from its object and not by a request, which the policy of the
	// page would not allow.
	run[bool](p, lookups+`const BAIT = `+string(quoted)+`; const made = new Map(); const make = URL.createObjectURL;
URL.createObjectURL = (b) => { const url = make.call(URL, b); made.set(url, b); return url; };
globalThis.original = async (url) => made.get(url);
`+watching+visiting+`scan(); return true`)
}

// Hostile input in every view: from every kind of file there is.
func TestPageHostileContent(t *testing.T) {
	t.Parallel()
	v := newVillain(t)
	message := hostileMessage(t, v)
	sealed := craft.Message{From: "sip:mallory@example.com", To: "sip:bob@example.net", ContentType: "multipart/mixed;boundary=b", Body: hostileBody(),
		Headers: []string{"Subject: " + oneLine(bait)},
		Layers: []craft.Layer{{Kind: craft.LayerSign, Opaque: true, Base64: true, Signers: []craft.Signer{{Certificate: v.der, Key: v.craftKey(t)}}, Attach: []craft.Cert{v.der}},
			{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{{Certificate: v.der}}}}}
	envelope, err := sealed.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	aib, err := craft.Message{From: "sip:" + oneLine(bait) + "@example.com", To: "sip:bob@example.net", AIB: true, ContentType: "text/" + oneLine(bait), Body: bait,
		Headers: []string{"Date: " + oneLine(bait), "Subject: " + oneLine(bait), "Contact: <sip:" + oneLine(bait) + ">"},
		Layers:  []craft.Layer{{Kind: craft.LayerSign, Signers: []craft.Signer{{Certificate: v.der, Key: v.craftKey(t)}}, Attach: []craft.Cert{v.der}}}}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	block := func(label string, der []byte) []byte {
		return []byte("-----BEGIN " + label + "-----\n" + strings.TrimSpace(strings.Join(strings.Split(string(pem.EncodeToMemory(&pem.Block{Type: "X", Bytes: der})), "\n")[1:], "\n")) + "\n")
	}
	for name, files := range map[string][]given{
		"message":    {file(bait+".sip", message), file(acting+".pem", v.pem())},
		"envelope":   {file("x\u202epis.sip", envelope), file(bait+".key.pem", append(v.keyPEM(t), v.pem()...))},
		"CRL":        {file(bait+".crl", v.crl(t))},
		"AIB":        {file(bait+".sip", aib), file(acting+".pem", v.pem())},
		"PASSporT":   {file(bait, []byte(v.passport(t))), file(bait+".pem", v.pem())},
		"tree":       {file(bait+".der", hostileTree(t))},
		"zip":        {file(bait+".zip", hostileZip(t, v))},
		"tar":        {file(bait+".tar", hostileTar(t, v))},
		"capture":    {file(bait+".pcap", hostileCapture(t, message))},
		"PEM labels": {file(bait+".pem", append(block(oneLine(bait), v.der), block("CERTIFICATE "+oneLine(markup), v.der)...))},
		"PEM fields": {file("k"+bait+".pem", []byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED"+oneLine(bait)+"\nDEK-Info: "+oneLine(bait)+","+oneLine(bait)+"\n\nMAMCAQU=\n-----END RSA PRIVATE KEY-----\n"))},
		"text":       {file(bait, []byte(bait+nul+odd+bait))},
		"dump":       {file(bait+".txt", []byte("  0 30: SEQUENCE {\n  2  5:  UTF8String '"+oneLine(bait)+"'\n  9 10:  "+oneLine(bait)+"\n   : }\n"))},
		"hex":        {file(bait+".hex", []byte(hex.EncodeToString([]byte(bait+string(message)))))},
		"start line": {file(bait, []byte("SIP/2.0 999 "+oneLine(bait)+"\r\n"+oneLine(bait)+"\r\nFrom: "+oneLine(bait)+"\r\nContent-Type: "+oneLine(bait)+"\r\nContent-Length: "+oneLine(bait)+"\r\n\r\n"+bait)), file("2"+bait, []byte("INVITE "+oneLine(bait)+" SIP/2.0\r\n\r\n"))},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, "/", nil)
			p := openURL(t, s.url)
			p.wait(`document.documentElement.dataset.ready`)
			p.watch()
			before := p.quiet(s)
			p.drop(files...)
			p.wait(`document.documentElement.dataset.state && document.querySelector('.result-host').shadowRoot.querySelector('.answer, .message-list')`)
			if name == "start line" { // two messages are compared
				p.wait(`document.querySelector('dialog .compare-answer')`)
				for _, w := range run[[]string](p, `return scan()`) {
					t.Errorf("compared: %s", w)
				}
			}
			run[bool](p, `for (const d of document.querySelectorAll('dialog')) d.close(); return true`)
			got := patiently[visited](p, `return visit(2, `+map[bool]string{true: "40", false: "6"}[name == "tree" || name == "PEM labels"]+`)`)
			for _, w := range got.Wrong {
				t.Error(w)
			}
			if len(got.Files) < 3 || len(got.Copied) == 0 && name != "text" && name != "start line" && name != "PEM fields" && name != "PASSporT" {
				t.Errorf("%d files were saved and %d texts copied", len(got.Files), len(got.Copied))
			}
			checkSaved(t, got)
			p.stillQuiet(s, before)
		})
	}
}

// Nor by a link, in whose every part there is bait; nor in the single file, whose policy is
// its own; nor in the page for an iframe, by its address.
func TestPageHostileLinks(t *testing.T) {
	t.Parallel()
	v := newVillain(t)
	folded := func(b []byte) string {
		var out bytes.Buffer
		w, err := flate.NewWriter(&out, flate.BestSpeed)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(b)
		w.Close()
		return base64.RawURLEncoding.EncodeToString(out.Bytes())
	}
	message := folded([]byte("INVITE " + oneLine(bait) + " SIP/2.0\r\nSubject: " + oneLine(bait) + "\r\nFrom: <sip:" + oneLine(bait) + ">\r\n\r\n" + bait))
	named := "&n=" + url.QueryEscape(bait) + "&c=" + folded(v.pem()) + "&c=" + folded([]byte(bait)) + "&policy=" + url.QueryEscape(bait)
	shown := `document.documentElement.dataset.state && document.querySelector('.result-host').shadowRoot.querySelector('.answer')`
	said := `document.querySelector('main > .status').textContent.length > 20`
	for what, c := range map[string]struct{ fragment, shown string }{
		"a message":            {"#m=" + message + named + "&at=signing", shown},
		"an odd time":          {"#m=" + message + named + "&at=" + url.QueryEscape("2010-01-01"+bait), said},
		"what does not unfold": {"#m=" + url.QueryEscape(bait), said},
		"what is cut off":      {"#m=" + message[:len(message)/2] + "&c=" + url.QueryEscape(bait), said},
	} {
		t.Run(what, func(t *testing.T) {
			s := serve(t, "/", nil)
			p := openURL(t, s.url)
			p.wait(`document.documentElement.dataset.ready`)
			p.watch()
			before := p.quiet(s)
			run[bool](p, `location.hash = `+quote(c.fragment)+`; return true`)
			p.wait(c.shown)
			wrong := run[[]string](p, `return scan()`)
			if c.shown == shown {
				got := patiently[visited](p, `return visit(2, 6)`)
				wrong = append(wrong, got.Wrong...)
				checkSaved(t, got)
			}
			for _, w := range wrong {
				t.Error(w)
			}
			p.stillQuiet(s, before)
		})
	}
	t.Run("the single file", func(t *testing.T) {
		p := openURL(t, "file://"+filepath.Join(distDir(t), "sipseal.html"))
		p.wait(`document.documentElement.dataset.ready`)
		p.watch()
		p.drop(file(bait+".sip", hostileMessage(t, v)), file(acting+".pem", v.pem()))
		p.wait(shown)
		got := patiently[visited](p, `return visit(2, 6)`)
		for _, w := range got.Wrong {
			t.Error(w)
		}
		checkSaved(t, got)
		if asked := append(p.requestsAfterLoad(), foreign()...); len(asked) > 0 {
			t.Errorf("it asked for %q", asked)
		}
	})
	for what, address := range map[string]string{
		"framed, a message":    "embed.html?theme=" + url.QueryEscape(bait) + "#m=" + message,
		"framed, no message":   "embed.html#m=" + url.QueryEscape(bait),
		"framed, odd settings": "embed.html?src=demo/signed.sip&keys=" + url.QueryEscape(bait) + "&at=" + url.QueryEscape(bait) + "&view=" + url.QueryEscape(bait) + "&lang=" + url.QueryEscape(bait) + "&trust=" + url.QueryEscape(bait),
		"framed, an odd time":  "embed.html?src=demo/signed.sip&at=" + url.QueryEscape(bait) + "&view=" + url.QueryEscape(bait) + "&lang=" + url.QueryEscape(bait),
	} {
		t.Run(what, func(t *testing.T) {
			s := serve(t, "/", nil)
			p := openURL(t, s.url+address)
			wrong := patiently[[]string](p, watching+`
const e = document.querySelector('sipseal-inspector');
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
for (let i = 0; i < 800 && !(e.shadowRoot.querySelector('.answer, [role=alert]') || e.textContent); i++) await pause(25);
const wrong = scan();
for (const tab of e.shadowRoot.querySelectorAll('.tabs > [role=tab]')) {
  tab.click();
  await pause(60);
  for (const x of scan()) wrong.push(tab.dataset.tab + ': ' + x);
}
if (acts && [...e.textContent].some((c) => acts[c.codePointAt(0)] && c !== '\n')) wrong.push('said as it is: ' + e.textContent);
return wrong`)
			for _, w := range wrong {
				t.Error(w)
			}
			for _, problem := range p.takeProblems() { // what is missing is told by the browser too
				if !strings.Contains(problem, "404") && !strings.Contains(problem, "400") {
					t.Error(problem)
				}
			}
			if got := foreign(); len(got) > 0 {
				t.Errorf("other machines were asked for %q", got)
			}
		})
	}
}

// checkSaved looks at what left the page: names, texts, and the files that show something.
func checkSaved(t *testing.T, got visited) {
	t.Helper()
	for _, text := range got.Copied {
		for _, r := range text {
			if acts(r) && r != '\n' && r != '\t' {
				t.Errorf("%U was copied in %.80q", r, text)
				break
			}
		}
	}
	dir := t.TempDir()
	n := 0
	for name, content := range got.Files {
		if strings.ContainsFunc(name, acts) || strings.ContainsAny(name, `/\<>:"|?*`) || len(name) > 255 {
			t.Errorf("a file is saved as %q", name)
		}
		kind := name[strings.LastIndex(name, ".")+1:]
		switch kind {
		case "json":
			var report struct{ Schema int }
			if err := json.Unmarshal([]byte(content), &report); err != nil || report.Schema != 1 {
				t.Errorf("the report as JSON: %v", err)
			}
			for _, r := range content {
				if acts(r) && r != '\n' {
					t.Errorf("%U stands in the report as JSON", r)
					break
				}
			}
		case "html", "svg":
			// With its own policy, and without: no markup must get so far.
			bare := strings.Replace(content, `http-equiv="Content-Security-Policy"`, "", 1)
			for i, text := range []string{content, bare} {
				if i == 1 && bare == content {
					continue
				}
				n++
				path := filepath.Join(dir, strconv.Itoa(n)+"."+kind)
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
				p := openURL(t, "file://"+path)
				if wrong := run[[]string](p, "globalThis.usual = "+map[string]string{"html": "{ META: 4, STYLE: 1 }", "svg": "{}; globalThis.fewest = 2"}[kind]+";"+watching+`return scan()`); len(wrong) > 0 {
					t.Errorf("%s: %q", kind, wrong)
				}
				if kind == "svg" {
					if name := run[string](p, `return document.documentElement.nodeName + document.querySelectorAll('parsererror, script, image, foreignObject, a').length`); name != "svg0" {
						t.Errorf("the picture is %s", name)
					}
				}
			}
		}
	}
}

// The same in an element of another page: by its attribute, its text and its property.
func TestElementHostileContent(t *testing.T) {
	t.Parallel()
	v := newVillain(t)
	message := hostileMessage(t, v)
	page := `<!doctype html><html lang=en><meta charset=utf-8><title>element</title><link rel=icon href=data:,><script type=module src="sipseal-inspector.js"></script>
<sipseal-inspector id=a src="hostile%E2%80%AEpis.sip" trust="v.pem">one</sipseal-inspector>
<sipseal-inspector id=b view=message>` + strings.NewReplacer("&", "&amp;", "<", "&lt;", "\x00", "").Replace("SIP/2.0 999 "+oneLine(bait)+"\r\n"+oneLine(bait)+": "+oneLine(bait)+"\r\n\r\n"+bait) + `</sipseal-inspector>
<sipseal-inspector id=c manual></sipseal-inspector><sipseal-inspector id=d src="missing` + strings.NewReplacer(`"`, "", "<", "&lt;", "\x00", "").Replace(bait) + `"></sipseal-inspector>`
	s := serve(t, "/", map[string]string{"element.html": page, "hostile\u202epis.sip": string(message), "v.pem": string(v.pem())})
	p := openURL(t, s.url+"element.html")
	quoted, _ := json.Marshal(base64.StdEncoding.EncodeToString(hostileZip(t, v)))
	wrong := patiently[[]string](p, watching+`
scan();
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const root = (id) => document.getElementById(id).shadowRoot;
const until = async (f) => { for (let i = 0; i < 800 && !f(); i++) await pause(25); return f(); };
document.getElementById('c').inspect(Uint8Array.from(atob(`+string(quoted)+`), (x) => x.charCodeAt(0)), { name: `+"`"+oneLine(acting)+"`"+` }).catch(() => {});
const wrong = [];
for (const id of ['a', 'b', 'c']) {
  document.getElementById(id).scrollIntoView();
  if (!(await until(() => root(id).querySelector('.answer')))) wrong.push('no answer in ' + id);
  for (const tab of [...root(id).querySelectorAll('.tabs > [role=tab]')]) {
    tab.click();
    await pause(80);
    for (const d of root(id).querySelectorAll('details')) d.open = true;
    await pause(20);
    for (const x of scan()) wrong.push(id + ' ' + tab.dataset.tab + ': ' + x);
  }
}
document.getElementById('d').scrollIntoView();
if (!(await until(() => root('d').querySelector('[role=alert]')))) wrong.push('no error in d');
for (const x of scan()) wrong.push('error: ' + x);
return wrong;`)
	for _, w := range wrong {
		t.Error(w)
	}
	for _, problem := range p.takeProblems() { // what is missing is told by the browser too
		if !strings.Contains(problem, "404") {
			t.Error(problem)
		}
	}
}
