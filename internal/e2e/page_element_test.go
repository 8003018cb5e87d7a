package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// elements waits until every inspector of a page has shown a report, and returns
// their sentences. Those out of sight are brought near, one after the other.
const elements = `
const sentences = [];
for (const e of document.querySelectorAll('sipseal-inspector')) {
  e.scrollIntoView();
  for (let i = 0; i < 4000 && !e.shadowRoot?.querySelector('.sentence'); i++) await new Promise((r) => setTimeout(r, 25));
  sentences.push(e.shadowRoot?.querySelector('.sentence')?.textContent ?? '');
}
return sentences`

// The tour: each of its inspectors says what the text around it says.
func TestPageTour(t *testing.T) {
	t.Parallel()
	p := open(t, "tour.html")
	got := run[[]string](p, elements)
	want := []string{"Signed by “sip:alice@atlanta.example”", "opened with", "opened with", "opened with", "Not what “sip:alice", "mallory"}
	if len(got) != len(want) {
		t.Fatalf("%d inspectors, not %d", len(got), len(want))
	}
	for i, w := range want {
		if !strings.Contains(got[i], w) {
			t.Errorf("inspector %d says %q, not %q", i+1, got[i], w)
		}
	}
	p.screenshot("tour")
}

// Two inspectors in one page do not know of each other, and one that is far away loads nothing.
func TestPageElements(t *testing.T) {
	t.Parallel()
	page := `<!doctype html><html lang=en><meta charset=utf-8><title>two</title><link rel=icon href=data:,><script type=module src="sipseal-inspector.js"></script>
<sipseal-inspector id=a src="demo/signed.sip" trust="demo/ca.pem" height=500>one</sipseal-inspector>
<sipseal-inspector id=b src="demo/tampered.sip" trust="demo/ca.pem" view="message" height=500>two</sipseal-inspector>
<p class="far"></p><sipseal-inspector id=c src="demo/missing.sip" manual>far</sipseal-inspector>`
	s := serve(t, "/some/sub/path/", map[string]string{"two.html": page})
	p := openURL(t, s.url+"two.html")
	got := run[map[string]string](p, `
const at = (id) => document.getElementById(id).shadowRoot;
for (let i = 0; i < 4000 && !(at('a').querySelector('.sentence') && at('b').querySelector('.sentence')); i++) await new Promise((r) => setTimeout(r, 25));
const out = { a: at('a').querySelector('.answer').dataset.state, b: at('b').querySelector('.answer').dataset.state, tab: at('b').querySelector('.view').dataset.tab };
at('a').querySelector('[role=tab][data-tab=notes]').click();
out.aTab = at('a').querySelector('.view').dataset.tab; out.bTab = at('b').querySelector('.view').dataset.tab;
const b = document.getElementById('b');
const told = new Promise((r) => b.addEventListener('report', (e) => r(e.detail.summary.state), { once: true }));
b.setAttribute('src', 'demo/signed.sip');
out.told = await told; out.property = b.report.summary.state;
out.c = document.getElementById('c').shadowRoot.querySelector('slot') ? 'fallback' : '';
out.ids = String([...at('a').querySelectorAll('[id]')].filter((e) => at('b').getElementById(e.id)).length);
out.height = String(document.getElementById('a').getBoundingClientRect().height >= 500);
return out`)
	for k, want := range map[string]string{"a": "valid", "b": "invalid", "tab": "message", "aTab": "notes", "bTab": "message", "told": "valid", "property": "valid", "c": "fallback", "ids": "0", "height": "true"} {
		if got[k] != want {
			t.Errorf("%s is %q, not %q", k, got[k], want)
		}
	}
}

// What a page loads before an inspector comes near is at most 4 KB.
func TestPageElementStub(t *testing.T) {
	t.Parallel()
	dir := distDir(t)
	size := 0
	seen := map[string]bool{}
	var add func(name string)
	add = func(name string) {
		if seen[name] {
			return
		}
		seen[name] = true
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		w := brotli.NewWriterLevel(&b, 11)
		w.Write(data)
		w.Close()
		size += b.Len()
		for _, m := range regexp.MustCompile(`(?:from\s*|import\s*)["']\./([^"']+)["']`).FindAllStringSubmatch(string(data), -1) {
			add(filepath.Join(filepath.Dir(name), m[1]))
		}
	}
	add("sipseal-inspector.js")
	if size > 4096 || len(seen) < 2 {
		t.Errorf("%d bytes in %d files", size, len(seen))
	}
}

// The recipes work as they are.
func TestPageRecipes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"recipes/plain.html", "recipes/strict-csp.html"} {
		t.Run(name, func(t *testing.T) {
			// These pages are other people's: our headers are not theirs.
			s := serve(t, "/", nil)
			p := openURL(t, s.url+name)
			for _, got := range run[[]string](p, elements) {
				if got == "" {
					t.Error("an inspector says nothing")
				}
			}
		})
	}
	t.Run("markdown", func(t *testing.T) {
		// What a Markdown processor makes of it: the raw HTML as it is.
		lines := []string{}
		for line := range strings.Lines(string(read(t, "site/public/recipes/markdown.md"))) {
			if strings.HasPrefix(line, "<") {
				lines = append(lines, line)
			}
		}
		s := serve(t, "/", map[string]string{"recipes/rendered.html": "<!doctype html><html lang=en><meta charset=utf-8><title>md</title><link rel=icon href=data:,>" + strings.Join(lines, "")})
		if got := run[[]string](openURL(t, s.url+"recipes/rendered.html"), elements); len(got) != 1 || !strings.Contains(got[0], "alice") {
			t.Errorf("%q", got)
		}
	})
	t.Run("embed", func(t *testing.T) {
		p := open(t, "embed.html?src=demo/tampered.sip&trust=demo/ca.pem&view=signature&theme=dark")
		if got := run[[]string](p, elements); len(got) != 1 || !strings.Contains(got[0], "Not what") {
			t.Errorf("%q", got)
		}
	})
}
