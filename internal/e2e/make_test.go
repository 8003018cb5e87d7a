// The page that makes certificates and messages, and the maker as a module.

package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/craft"
)

// makeLookups is put before the scripts: press presses a button and waits until it
// may be pressed again; set gives a control its value; choose checks those boxes of a
// name that stand at the places given, and no others.
const makeLookups = `
const make = document.querySelector('sipseal-maker');
const status = () => make.querySelector(':scope > .status').textContent;
const press = async (act) => {
	const b = make.querySelector('[data-act="' + act + '"]');
	b.click();
	while (b.disabled && b.isConnected || make.dataset.busy) await new Promise((r) => setTimeout(r, 25));
	return status();
};
const set = (name, value) => {
	const c = make.querySelector('[name="' + name + '"]');
	if (c.type === 'checkbox') c.checked = value; else c.value = value;
	c.dispatchEvent(new Event('change', { bubbles: true }));
};
const choose = (name, ...who) => [...make.querySelectorAll('[name=' + name + ']')].forEach((c, i) => { if (c.checked !== who.includes(i)) c.click(); });
const report = () => document.querySelector('.opened sipseal-inspector').report;
`

func openMake(t *testing.T) *tab {
	t.Helper()
	p := open(t, "make.html")
	p.wait(`document.querySelector('sipseal-maker').dataset.ready`)
	return p
}

// TestMakeMessages makes messages in the page and opens each in its inspector.
func TestMakeMessages(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	for _, c := range []struct{ set, state, reason string }{
		{``, "valid", ""},
		{`set('form', 'opaque'); set('encoding', 'base64'); set('digest', 'SHA-512');`, "valid", ""},
		{`set('form', 'detached'); set('encoding', 'binary'); set('seals', 'triple'); set('cipher', 'AES-256-GCM');`, "valid", ""},
		{`set('seals', 'encrypt');`, "opened", ""},
		{`set('seals', 'sign'); set('bad-digest', true);`, "invalid", "digest"},
		{`set('bad-digest', false); set('signer-fault', 'expired');`, "invalid", "validity"},
	} {
		got := run[[]string](p, makeLookups+c.set+`
			const said = await press('open-message');
			const r = report();
			return [r.summary.state, r.messages[0].body.signature?.reason ?? '', said];`)
		if got[0] != c.state || got[1] != c.reason {
			t.Errorf("%s: %q, want %s (%s)", c.set, got, c.state, c.reason)
		}
	}
}

// TestMakeCertificates makes a CA, one below it, and certificates, right and wrong.
func TestMakeCertificates(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	got := run[[]string](p, makeLookups+`
		const out = [];
		set('ca-key', 'ECDSA P-256');
		out.push(await press('make-ca'));
		out.push(await press('make-intermediate'));
		set('key-type', 'ECDSA P-256');
		out.push(await press('make-certificate'));
		out.push(await press('open-certificate'));
		out.push(report().certificates.length > 0 ? 'shown' : 'not shown');
		set('fault', 'expired');
		out.push(await press('make-certificate'));
		set('seals', 'sign');
		choose('signer', 1);
		await press('open-message');
		out.push(report().messages[0].body.signature.reason);
		choose('signer');
		await press('open-message');
		out.push(report().summary.state);
		set('address', 'nobody');
		out.push(await press('make-certificate'));
		return out;`)
	want := []string{"There is a fresh CA.", "The new intermediate CA issues", "The certificate of alice@atlanta.example", "", "shown",
		"The certificate of alice@atlanta.example", "validity", "valid", "There is no domain in the address"}
	for i, w := range want {
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("step %d says %q, want %q", i, got[i], w)
		}
	}
}

// TestMakeScenarios opens every scenario from the page: the state and the reason are
// the manifest's.
func TestMakeScenarios(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	wrong := run[[]string](p, makeLookups+`
		const wrong = [];
		set('kit-key', 'ECDSA P-256');
		const all = [...make.querySelectorAll('[data-act^="open-rfc6216_"], [data-act^="open-tls_"]')].map((b) => b.dataset.act);
		if (all.length !== 25) wrong.push(all.length + ' scenarios');
		for (const act of all) {
			const said = await press(act);
			const [, expect, reason = ''] = /^Expected: ([\w ]+?)(?: \(([\w-]+)\))?\./.exec(said.replace('Not valid', 'invalid').replace('Expected: Valid', 'Expected: valid')) ?? [];
			const r = report();
			const s = r.messages[0]?.body.signature;
			const got = s ? [s.verdict, s.reason ?? ''] : (() => {
				const t = r.certificates.find((c) => c.origin === 'input')?.tls;
				return t ? [t.verdict, t.reason ?? ''] : ['nothing', ''];
			})();
			if (got[0] !== expect || got[1] !== reason) wrong.push(act + ': ' + got + ', said ' + said);
		}
		return wrong;`)
	for _, w := range wrong {
		t.Error(w)
	}
}

// TestMakeWrongIssuer: any certificate that was made can issue others, whether it may or
// not; and another CA, given as files, makes a world of its own again.
func TestMakeWrongIssuer(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	got := run[[]string](p, makeLookups+`
		const out = [];
		const at = (i, act) => { for (const b of make.querySelectorAll('[data-act=chosen]')) b.dataset.act = act; make.querySelectorAll('[data-act=' + act + ']')[i].dataset.act = 'chosen'; return press('chosen'); };
		set('key-type', 'ECDSA P-256');
		await press('make-certificate');
		out.push(await at(0, 'promote'));
		set('address', 'eve@evil.example');
		await press('make-certificate');
		set('from', 'sip:eve@evil.example');
		await press('open-message');
		out.push(report().messages[0].body.signature.reason);
		const { createMaker } = await import('./sipseal-make.js');
		const maker = await createMaker();
		const ca = await maker.authority({ keyType: 'ECDSA P-256' });
		maker.close();
		const files = new DataTransfer();
		const der = Uint8Array.from(atob(ca.certificate.replace(/-----.*-----|\s/g, '')), (c) => c.charCodeAt(0));
		files.items.add(new File([der], 'ca.der'));
		files.items.add(new File([ca.key], 'key.pem'));
		const input = make.querySelector('[name=ca-files]');
		input.files = files.files;
		input.dispatchEvent(new Event('change'));
		while (!make.querySelector('[name=ca-given]').value) await new Promise((r) => setTimeout(r, 25));
		out.push(await press('take-ca'));
		await press('open-message');
		out.push(report().summary.state);
		return out;`)
	want := []string{"alice@atlanta.example issues from now on", "chain", "The CA that was given issues from now on.", "valid"}
	for i, w := range want {
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("%d: %q, want %q", i, got[i], w)
		}
	}
}

// TestMakeRecipients opens what is encrypted for an X25519 key, for a password and for a
// shared key in the page's inspector, which is given them; openssl 3.0 has no X25519 in
// CMS. Each person of the list can do what their key can.
func TestMakeRecipients(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	got := run[[]string](p, makeLookups+`
		const out = [];
		const opened = async () => { await press('open-message'); return report().messages[0].body.envelope.recipients.map((r) => r.type).join() + ' ' + report().summary.state; };
		set('address', 'bob@biloxi.example'); set('key-type', 'X25519');
		await press('make-certificate');
		set('address', 'alice@atlanta.example'); set('key-type', 'Ed25519');
		await press('make-certificate');
		const names = (n) => [...make.querySelectorAll('[name=' + n + ']')].map((c) => c.parentElement.textContent).join();
		out.push(names('signer'), names('recipient'));
		set('seals', 'encrypt');
		choose('recipient', 0);
		out.push(await opened());
		set('no-certificates', true); set('open-password', 'open sesame');
		out.push(await opened());
		set('open-password', '');
		await press('fresh-secret');
		out.push(await opened());
		set('no-certificates', false); set('secret-key', ''); choose('recipient');
		out.push(await opened()); // alice's Ed25519 key cannot open, so she gets another
		set('seals', 'sign');
		await press('open-message');
		out.push(report().messages[0].body.signature.signers[0].algorithm + ' ' + report().summary.state);
		return out;`)
	want := []string{"alice@atlanta.example (Ed25519)", "bob@biloxi.example (X25519)", "kari opened", "pwri opened", "kekri opened", "ktri,kari opened", "Ed25519 valid"}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("%d: %q, want %q", i, got[i], w)
		}
	}
}

// TestPageWithoutMaker: the inspector's page does not ask for the maker.
func TestPageWithoutMaker(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	q := openURL(t, s.url)
	q.wait(`document.documentElement.dataset.ready`)
	for _, r := range s.requests() {
		if strings.Contains(r, "make") {
			t.Errorf("the inspector's page asked for %s", r)
		}
	}
}

// TestMakeByKeyboard: the way from the top to a message needs no mouse, and every
// control has a label.
func TestMakeByKeyboard(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	unnamed := run[[]string](p, makeLookups+`
		return [...make.querySelectorAll('input, select, textarea, button')]
			.filter((c) => !c.labels?.length && !c.getAttribute('aria-label') && !c.textContent.trim()).map((c) => c.outerHTML)`)
	p.screenshot("make")
	for _, u := range unnamed {
		t.Errorf("no label: %s", u)
	}
	run[bool](p, makeLookups+`make.querySelector('[data-act=open-message]').focus(); return true`)
	p.do(chromedp.KeyEvent("\r"))
	p.wait(`document.querySelector('.opened sipseal-inspector').report`)
	if got := eval[string](p, `document.querySelector('.opened sipseal-inspector').report.summary.state`); got != "valid" {
		t.Error(got)
	}
	// From the result back to where one was.
	p.wait(`document.activeElement.id === 'opened'`)
	p.do(chromedp.KeyEvent("\t"), chromedp.KeyEvent("\r"))
	if got := eval[string](p, `document.activeElement.dataset.act ?? document.activeElement.outerHTML`); got != "open-message" {
		t.Errorf("the way back leads to %s", got)
	}
	// The links at the top lead to every step.
	broken := run[[]string](p, makeLookups+`
		const links = [...make.querySelectorAll('.make-steps a')];
		return [String(links.length), ...links.filter((a) => !document.querySelector(a.getAttribute('href'))).map((a) => a.href)];`)
	if len(broken) != 1 || broken[0] != "5" {
		t.Error(broken)
	}
}

// TestMakeGerman: the page in German, with what was typed and made before; and there are
// German texts for all that the core says in English.
func TestMakeGerman(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	const english = `
		const texts = () => [...document.querySelectorAll('main h1, main h2, main p, main label, main legend, main summary, main button, main option, main small, footer p')]
			.filter((e) => !e.closest('sipseal-inspector')).map((e) => [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.data.trim()).join(' ')).filter((s) => /[a-z]{4}/i.test(s));`
	before := run[[]string](p, makeLookups+english+`
		set('address', 'carol@chicago.example'); await press('make-certificate');
		set('body', 'Guten Tag!'); set('seals', 'encrypt'); await press('open-message');
		make.querySelector('details').open = true;
		globalThis.shown = report().sources[0].bytes;
		return texts();`)
	run[bool](p, `const s = document.querySelector('#language'); s.value = 'de'; s.dispatchEvent(new Event('change')); return true`)
	p.wait(`document.documentElement.lang === 'de' && document.querySelector('sipseal-maker h2').textContent.includes('Eine CA')`)
	after := run[[]string](p, makeLookups+english+`return texts()`)
	if got := eval[string](p, `document.activeElement.id`); got != "language" {
		t.Errorf("after the choice of a language the focus is on %q", got)
	}
	// Names are the same in every language.
	same := map[string]bool{"From": true, "To": true, "Request-URI": true, "Content-Length": true, "micalg": true, "MESSAGE": true, "RSASSA-PSS": true, "Extended key usage": true, "Extended Key Usage": true, "Version": true, "Name": true}
	known := map[string]bool{}
	for _, text := range before {
		known[text] = true
	}
	for _, text := range after {
		if known[text] && !same[text] && strings.Contains(text, " ") && !strings.Contains(text, "@") && !strings.HasPrefix(text, "ECDSA P-") && !strings.HasPrefix(text, "RSA ") {
			t.Errorf("in German it still says %q", text)
		}
	}
	kept := run[[]string](p, makeLookups+`
		const value = (n) => make.querySelector('[name="' + n + '"]').value;
		const again = await press('open-message');
		return [value('address'), value('body'), value('seals'), String(make.querySelector('details').open), document.title.slice(0, 11),
			String(report().sources[0].bytes.join() === globalThis.shown.join()), again];`)
	want := []string{"carol@chicago.example", "Guten Tag!", "encrypt", "true", "Zertifikate", "true", "Mit AES-128-CBC verschlüsselt"}
	for i, w := range want {
		if !strings.HasPrefix(kept[i], w) {
			t.Errorf("%d: %q, want %q", i, kept[i], w)
		}
	}
	p.screenshot("make-german")
	german := string(read(t, "js/elements/make-texts-de.js"))
	need := func(key string) {
		if !strings.Contains(german, "'"+key+"':") {
			t.Errorf("no German text for %s", key)
		}
	}
	for _, f := range craft.Faults {
		need("fault." + f.ID)
	}
	for _, d := range craft.Damages {
		need("damage." + d.ID)
		need("damage." + d.ID + ".about")
	}
	for _, s := range craft.ListScenarios() {
		need("scenario." + s.ID)
		need("scenario." + s.ID + ".about")
		need("outcome." + s.Kind + "." + s.Expect)
	}
}

// TestMakeMessageStays: a message stays the same over all ways to save it and to open it,
// until the form changes or another is asked for.
func TestMakeMessageStays(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	const opened = makeLookups + `await press('open-message'); return btoa(String.fromCharCode(...report().sources[0].bytes))`
	bytesOf := func() []byte { return b.save("", "save-message-bytes") }
	first := bytesOf()
	if again := bytesOf(); string(again) != string(first) {
		t.Error("saved again, it is another message")
	}
	if got := run[string](b.tab, opened); got != base64.StdEncoding.EncodeToString(first) {
		t.Error("opened in the inspector, it is another message")
	}
	hex := string(b.save("", "save-message-hex"))
	if !strings.Contains(hex, "|MESSAGE sip:bob@|") || string(undump(t, hex)) != string(first) {
		t.Errorf("as hex, it is another message: %.300s", hex)
	}
	// A header of the file and one of the packet, then Ethernet, IPv4 and UDP.
	if pcap := b.save("", "save-message-pcap"); len(pcap) < 82 || string(pcap[24+16+14+20+8:]) != string(first) {
		t.Error("as pcap, it is another message")
	}
	if text := string(b.save("", "save-message-text")); unmark(t, text) != string(first) {
		t.Errorf("as RFC text, it is another message: %.300s", text)
	}
	if said := b.press("", "make-message"); said != "There is a new message." {
		t.Error(said)
	}
	second := bytesOf()
	if string(second) == string(first) {
		t.Error("made again, it is the same message")
	}
	b.press(`set('digest', 'SHA-512')`)
	third := bytesOf()
	if string(third) == string(second) || !strings.Contains(string(third), "micalg=sha-512") {
		t.Error("after a change of the form, it is the same message")
	}
	if again := bytesOf(); string(again) != string(third) {
		t.Error("it does not stay")
	}
	// What breaks a message starts from the same one, and leaves it.
	b.press(`make.querySelector('[name=damage][value=micalg]').click()`)
	if broken := b.save("", "save-broken-bytes"); string(broken) != strings.Replace(string(third), "micalg=sha-512", "micalg=md5", 1) {
		t.Error("what was broken is another message")
	}
	if again := bytesOf(); string(again) != string(third) {
		t.Error("the message that was broken does not stay")
	}
	// Another CA is another world.
	b.press("", "make-ca")
	if again := bytesOf(); string(again) == string(third) {
		t.Error("with another CA, it is the same message")
	}
}

// undump reads "hexdump -C".
func undump(t *testing.T, s string) []byte {
	t.Helper()
	var out []byte
	for line := range strings.Lines(s) {
		digits, _, _ := strings.Cut(line[8:], "|")
		b, err := hex.DecodeString(strings.Join(strings.Fields(digits), ""))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, b...)
	}
	return out
}

// unmark reads the marks of RFC 4475 section 2.1, line by line.
func unmark(t *testing.T, s string) string {
	t.Helper()
	var out strings.Builder
	one, digits := false, false
	for line := range strings.SplitSeq(s, "\r\n") {
		switch {
		case line == "<allOneLine>":
			one = true
		case line == "</allOneLine>":
			one = false
			out.WriteString("\r\n")
		case line == "<hex>", line == "</hex>":
			digits = line == "<hex>"
		case digits:
			b, err := hex.DecodeString(line)
			if err != nil {
				t.Fatal(err)
			}
			out.Write(b)
		case one:
			out.WriteString(line)
		default:
			out.WriteString(line + "\r\n")
		}
	}
	return strings.TrimSuffix(out.String(), "\r\n")
}

// TestMakeBreaksFiles: a message that is not from this page is broken at a chosen place.
func TestMakeBreaksFiles(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	got := run[[]string](p, makeLookups+`
		const out = [];
		out.push(await press('open-broken'));
		make.querySelector('[name=damage][value=truncated]').click();
		set('source', 'file');
		out.push(await press('open-broken'));
		const files = new DataTransfer();
		const text = 'MESSAGE sip:bob@example.net SIP/2.0\r\nFrom: <sip:a@example.org>;tag=1\r\nContent-Length: 8\r\n\r\n12345678';
		files.items.add(new File([text], 'mine.sip'));
		const input = make.querySelector('[name=source-file]');
		input.files = files.files;
		input.dispatchEvent(new Event('change'));
		set('at', 'the end');
		out.push(await press('open-broken'));
		set('at', '0x' + (text.length - 5).toString(16));
		await press('open-broken');
		out.push(String.fromCharCode(...report().sources[0].bytes).split('\r\n').at(-1));
		return out;`)
	want := []string{"No damage is chosen.", "No file is chosen.", "The place is not a number: the end.", "123"}
	for i, w := range want {
		if got[i] != w {
			t.Errorf("%d: %q, want %q", i, got[i], w)
		}
	}
}

// TestMadeInChromium has the module make things in a page, and openssl judge them.
func TestMadeInChromium(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Skip("there is no openssl")
	}
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	files := run[map[string]string](p, `
		const { createMaker } = await import('`+s.url+`sipseal-make.js');
		const maker = await createMaker();
		const ca = await maker.authority({ keyType: 'RSA 2048' });
		const certificate = await maker.profile({ kind: 'user', address: 'alice@example.org', days: 10 });
		const alice = await maker.certificate({ ca, certificate, keyType: 'RSA 2048' });
		const expired = await maker.certificate({ ca, certificate: await maker.profile({ kind: 'domain', address: 'example.org', days: 0 }), key: alice.key });
		certificate.serial = '05';
		const revoked = await maker.certificate({ ca, certificate, key: alice.key });
		const { crl } = await maker.crl({ ca, revoked: ['05'] });
		const { request } = await maker.request({ certificate, key: alice.key });
		const named = await maker.files({ address: 'alice@example.org', certificate: alice.certificate, key: alice.key, ca: ca.certificate, password: 'secret', request });
		maker.close();
		const out = { 'ca.pem': ca.certificate, 'expired.pem': expired.certificate, 'revoked.pem': revoked.certificate, 'crl.pem': crl };
		for (const f of named) if (!f.name.includes('/')) out[f.name] = String.fromCharCode(...f.data);
		return Object.fromEntries(Object.entries(out).map(([n, text]) => [n, btoa(text)]));`)
	dir := t.TempDir()
	for name, data := range files {
		b, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct{ args, refused string }{
		{"verify -CAfile ca.pem user_cert_alice@example.org.pem", ""},
		{"verify -CAfile ca.pem expired.pem", "certificate has expired"},
		{"verify -CAfile ca.pem -crl_check -CRLfile crl.pem revoked.pem", "certificate revoked"},
		{"verify -CAfile ca.pem -crl_check -CRLfile crl.pem user_cert_alice@example.org.pem", ""},
		{"crl -in crl.pem -CAfile ca.pem -noout", ""},
		{"pkcs12 -in alice@example.org.p12 -passin pass:secret -nodes -noout", ""},
		{"pkcs12 -in alice@example.org.p12 -passin pass:wrong -noout", "invalid password"},
		{"pkey -in user_key_alice@example.org.pem -passin pass:secret -noout", ""},
		{"req -in alice@example.org.csr -verify -noout", ""},
	} {
		cmd := exec.Command("openssl", atPageTime(strings.Fields(c.args))...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if (err == nil) != (c.refused == "") || !strings.Contains(string(out), c.refused) {
			t.Errorf("openssl %s: %v, want %q\n%s", c.args, err, c.refused, out)
		}
	}
}

// TestMakeAxe: axe-core finds nothing wrong with the page, empty, open and full.
func TestMakeAxe(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	p.injectAxe()
	p.axe("make")
	run[bool](p, makeLookups+`for (const d of make.querySelectorAll('details')) d.open = true;
		set('key-type', 'ECDSA P-256'); await press('make-certificate'); await press('make-certificate'); await press('revoke');
		await press('make-intermediate'); await press('open-message'); return true`)
	p.axe("make, with all that it can show")
}

// TestMakeIsNarrow: the page fits a telephone.
func TestMakeIsNarrow(t *testing.T) {
	t.Parallel()
	p := openMake(t)
	p.viewport(320, 640)
	run[bool](p, makeLookups+`for (const d of make.querySelectorAll('details')) d.open = true; await press('make-certificate'); return true`)
	if got := eval[int](p, `document.documentElement.scrollWidth`); got > 320 {
		t.Errorf("the page is %d pixels wide", got)
	}
	p.screenshot("make-narrow")
}

// TestMakerInNode: the module does in Node what it does in a page.
func TestMakerInNode(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node")
	}
	const script = `
import { createMaker } from './sipseal-make.js'
import { createInspector } from './sipseal.js'
const maker = await createMaker()
const ca = await maker.authority({ keyType: 'ECDSA P-256' })
const alice = await maker.certificate({ ca, keyType: 'RSA 2048', certificate: await maker.profile({ kind: 'user', address: 'alice@example.org' }) })
const message = await maker.message({ from: 'sip:alice@example.org', to: 'sip:bob@example.net', body: 'Hello!',
  layers: [{ kind: 'sign', signers: [alice], attach: [alice.certificate] }] })
const inspector = await createInspector()
console.log((await inspector.inspect(message, { trust: [ca.certificate] })).summary.state)
inspector.close()
maker.close()`
	cmd := exec.Command(node, "--input-type=module", "-e", script)
	cmd.Dir = filepath.Join(distDir(t), "npm")
	out, err := cmd.CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "valid" {
		t.Errorf("%v %s", err, out)
	}
}

// TestScenarioExamples opens every test scenario from the inspector's menu, where the
// maker is not loaded.
func TestScenarioExamples(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	var all []struct{ ID, Kind, Expect, Reason string }
	if err := json.Unmarshal(read(t, "testdata/scenarios/index.json"), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != 25 {
		t.Fatalf("%d scenarios", len(all))
	}
	for _, s := range all {
		p.example(s.ID)
		if s.Kind == "smime" {
			p.answered(s.Expect)
			continue
		}
		p.wait(`document.documentElement.dataset.state`)
		got := look[string](p, `
			q('[data-tab=certs]').click();
			await until(() => q('.tls'));
			return q('.tls').dataset.verdict + ' ' + (q('.tls [data-ok=false]')?.dataset.code ?? '')`)
		if got != s.Expect+" "+s.Reason {
			t.Errorf("%s: %s, want %s (%s)", s.ID, got, s.Expect, s.Reason)
		}
	}
}
