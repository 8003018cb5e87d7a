package e2e

// What takes too long is ended, and everything goes on.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/limit/cases"
)

// withPatience serves the page with another time limit than its own, in milliseconds.
func withPatience(t *testing.T, limit string) *server {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(distDir(t), "assets", "*.js"))
	if err != nil {
		t.Fatal(err)
	}
	own := regexp.MustCompile(`\b1e4(\+[\w$]+\.length\*)\.003\b`)
	extra := map[string]string{}
	for _, name := range names {
		script, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if own.Match(script) {
			extra["assets/"+filepath.Base(name)] = own.ReplaceAllString(string(script), limit+"${1}0")
		}
	}
	if len(extra) == 0 {
		t.Fatal("the time limit of the page is in no file")
	}
	return serve(t, "/", extra)
}

// A call past its time limit is cancelled, the worker replaced without asking anybody
// for anything, the page says what happened, and the next input works.
func TestPageTimeLimit(t *testing.T) {
	s := withPatience(t, "150")
	p := openURL(t, s.url)
	p.wait(`document.documentElement.dataset.ready`)
	before := p.quiet(s)
	for range 2 {
		// 40 MB of DER, of which the inspector has something to say.
		run[bool](p, `const bytes = new Uint8Array(40e6); for (let i = 0; i < bytes.length; i += 5) bytes.set([0x30, 3, 2, 1, 5], i);
const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([bytes], 'large.der'));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })); return true`)
		p.wait(`/cancelled|abgebrochen/.test(document.querySelector('.status').textContent)`)
		if said := run[string](p, `return document.querySelector('.status').textContent`); !strings.Contains(said, "150 ms") {
			t.Errorf("the page says %q", said)
		}
		if !run[bool](p, `return document.querySelector('.result').hidden && !document.documentElement.dataset.state`) {
			t.Error("something is shown for what was cancelled")
		}
		p.drop(file("hello.sip", []byte("OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nFrom: <sip:b@example.com>;tag=1\r\nTo: <sip:a@example.com>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n")))
		p.wait(`document.documentElement.dataset.state === 'plain'`)
	}
	p.stillQuiet(s, before)
}

// The same of the module, whose limit is an option.
func TestModuleTimeLimit(t *testing.T) {
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	got := patiently[[]string](p, `
const { createInspector } = await import('`+s.url+`sipseal.js');
const inspector = await createInspector({ timeout: 100 });
const bytes = new Uint8Array(40e6);
for (let i = 0; i < bytes.length; i += 5) bytes.set([0x30, 3, 2, 1, 5], i);
const out = [];
const waiting = [];
for (const call of [() => inspector.inspect(bytes), () => inspector.dump(bytes), () => inspector.asn1(bytes)]) {
  const slow = call().then(() => 'done', (e) => e.name + ': ' + e.message);
  // One that waits behind it is not cancelled with it.
  const next = inspector.inspect('OPTIONS sip:a@example.com SIP/2.0\r\n\r\n', { timeout: 20_000 }).then((r) => r.messages[0].method, String);
  out.push(await slow, await next);
}
return out;`)
	for i, g := range got {
		want := "OPTIONS"
		if i%2 == 0 {
			want = "TimeoutError: the call was cancelled after 100 ms"
		}
		if g != want {
			t.Errorf("call %d: %q, not %q", i, g, want)
		}
	}
}

// written is a script that makes a function of that name, which writes pieces out.
const written = `globalThis.written = (pieces) => {
  const parts = pieces.map(({ bytes, times }) => [Uint8Array.from(atob(bytes ?? ''), (c) => c.charCodeAt(0)), times]);
  const out = new Uint8Array(parts.reduce((n, [b, times]) => n + b.length * times, 0));
  let at = 0;
  for (const [b, times] of parts) for (let i = 0; i < times; i++, at += b.length) out.set(b, at);
  return out;
};
`

// What a visitor drops at a limit is shown without a word about it; of what is over it, the
// page says which limit, and shows the rest.
func TestPageLimits(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	run[bool](p, written+`return true`)
	for _, name := range []string{"MIMEParts", "MIMEDepth", "Headers", "HeaderSize", "ShownText", "Identities", "Sealed", "ArchiveFiles", "Dumps", "PEMBlocks"} {
		i := slices.IndexFunc(cases.All, func(c cases.Case) bool { return c.Limit == name })
		if i < 0 {
			t.Fatalf("there is no case for %s", name)
		}
		c := cases.All[i]
		for _, n := range []int{c.Most, c.Most + 1} {
			input, err := json.Marshal(c.Make(n))
			if err != nil {
				t.Fatal(err)
			}
			file := fmt.Sprintf("%s-%d", name, n)
			run[bool](p, `const dataTransfer = new DataTransfer(); dataTransfer.items.add(new File([written(`+string(input)+`)], '`+file+`'));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })); return true`)
			p.wait(`document.documentElement.dataset.state && document.querySelector('.given b')?.textContent === '` + file + `'`)
			shown := look[string](p, `
await until(() => q('.answer'));
let out = text('.answer');
for (const tab of ['message', 'seals', 'notes']) {
  const button = q('.tabs [data-tab=' + tab + ']');
  if (!button) continue;
  button.click();
  if (tab === 'notes') await until(() => q('.steps'));
  for (const d of all('details:not([open])')) d.open = true;
  out += '\n' + view().textContent;
}
return out`)
			if got := strings.Contains(strings.ToLower(shown), strings.ToLower(c.Says)); got != (n > c.Most) {
				t.Errorf("%s, that there is %q: %v. The page: %.1500s", file, c.Says, got, shown)
			}
			if !strings.Contains(shown, c.Still) {
				t.Errorf("%s: the rest is not shown", file)
			}
		}
	}
}

// A search finds so many nodes, and says when there are more.
func TestPageSearchLimit(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	for n, want := range map[int]string{limit.Found: "10000 ", limit.Found + 1: "10000+ "} {
		name := fmt.Sprintf("found-%d", n)
		content := bytes.Repeat([]byte("\x0c\x01x"), n)
		p.drop(file(name, append([]byte{0x30, 0x83, byte(len(content) >> 16), byte(len(content) >> 8), byte(len(content))}, content...)))
		p.wait(`document.documentElement.dataset.state && document.querySelector('.given b')?.textContent === '` + name + `'`)
		got := look[string](p, `
(await until(() => q('.tabs [data-tab=asn1]'))).click();
const s = await until(() => q('.search input'));
await until(() => q('.tree .value, .tree [role=treeitem]'));
s.value = 'x'; s.dispatchEvent(new Event('input'));
return until(() => text('.count-found'))`)
		if !strings.HasPrefix(got, want) {
			t.Errorf("of %d it says %q", n, got)
		}
	}
}

// What is larger than any input is refused before it is read, and the next input works.
func TestPageInputSize(t *testing.T) {
	t.Parallel()
	limits := string(read(t, "js/limits.js"))
	if !strings.Contains(limits, "MAX_INPUT = 256 * 2 ** 20;") || limit.InputSize != 256<<20 || !strings.Contains(limits, fmt.Sprintf("MAX_FINDINGS = %d;", limit.Findings)) || !strings.Contains(strings.ReplaceAll(limits, "_000", "000"), fmt.Sprintf("MAX_FOUND = %d;", limit.Found)) {
		t.Fatal("the limits in js/limits.js are not those of the core")
	}
	p := openPage(t)
	for _, files := range []string{"[257]", "[128, 129]"} {
		run[bool](p, `const megabyte = new Uint8Array(1 << 20); const dataTransfer = new DataTransfer();
for (const n of `+files+`) dataTransfer.items.add(new File(Array(n).fill(megabyte), 'large-' + n));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })); return true`)
		p.wait(`/269484032.*268435456/.test(document.querySelector('.status').textContent)`)
		p.drop(file("hello.sip", []byte("OPTIONS sip:a@example.com SIP/2.0\r\nCall-ID: 1\r\n\r\n")))
		p.wait(`document.documentElement.dataset.state === 'plain' && document.querySelector('.status').textContent.length > 0 && !/268435456/.test(document.querySelector('.status').textContent)`)
	}
	// One byte decides, and nothing of it is read.
	s := serve(t, "/", nil)
	got := patiently[[]string](openURL(t, s.url+"blank.html"), `
const { createInspector } = await import('`+s.url+`sipseal.js');
const inspector = await createInspector();
const out = [];
for (const size of [268435456, 268435457]) {
  const blob = new Blob(['OPTIONS sip:a SIP/2.0\r\n\r\n']);
  Object.defineProperty(blob, 'size', { value: size });
  out.push(await inspector.inspect(blob).then((r) => r.messages[0].method, (e) => e.name + ': ' + e.message));
}
return out;`)
	if len(got) != 2 || got[0] != "OPTIONS" || got[1] != "InputError: input has more than 268435456 bytes" {
		t.Errorf("%q", got)
	}
}

// In the browser a limit is where it is elsewhere: just below nothing is said of it, just
// over it is.
func TestModuleLimits(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	run[bool](p, `const { createInspector } = await import('`+s.url+`sipseal.js');
globalThis.inspector = await createInspector({ timeout: 60_000 });
`+written+`
return true`)
	for _, c := range cases.All {
		if c.Large {
			continue
		}
		for _, over := range []bool{false, true} {
			n := c.Most
			if over {
				n++
			}
			input, err := json.Marshal(c.Make(n))
			if err != nil {
				t.Fatal(err)
			}
			report := patiently[string](p, `return JSON.stringify(await inspector.inspect(written(`+string(input)+`), { passwords: [`+quote(c.Password)+`] }))`)
			if got := strings.Contains(strings.ToLower(report), strings.ToLower(c.Says)); got != over {
				t.Errorf("%s with %d, that there is %q: %v", c.Limit, n, c.Says, got)
			}
			if !strings.Contains(report, c.Still) {
				t.Errorf("%s with %d: the rest is not shown", c.Limit, n)
			}
		}
	}
}
