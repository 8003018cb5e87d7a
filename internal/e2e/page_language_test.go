package e2e

import (
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// speak chooses a language and waits until the page is in it.
func (p *tab) speak(language string) {
	p.t.Helper()
	run[bool](p, `const s = document.querySelector('#language'); s.value = '`+language+`'; s.dispatchEvent(new Event('change')); return true`)
	p.wait(`document.documentElement.lang === '` + language + `' && document.querySelector('.result-host')?.shadowRoot?.querySelector('.view')?.lang === '` + language + `'`)
}

// Words and answer in German, and what the core says; back in English. No request is made for it.
func TestPageLanguage(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("tampered")
	english := p.answered("invalid")
	p.settle()
	p.speak("de")
	got := look[map[string]string](p, `
return { sentence: text('.sentence'), message: text('[data-tab=message]'), clear: document.querySelector('[data-act=clear]').textContent,
  english: all('.sentence [lang=en], .check [lang=en]').map((e) => e.textContent).join('|'),
  digest: text('.check[data-code=digest] .check-detail') }`)
	if !strings.HasPrefix(got["sentence"], "Nicht das, was “sip:alice@atlanta.example” signiert hat (der Inhalt ist nicht der, der signiert wurde") || got["message"] != "Nachricht" || got["clear"] != "Leeren" {
		t.Errorf("in German: %q", got)
	}
	if got["english"] != "" || !strings.HasPrefix(got["digest"], "der Inhalt ist nicht der") {
		t.Errorf("of a signature, this is English: %q; the digest is said to be: %q", got["english"], got["digest"])
	}
	p.speak("en")
	if back := look[string](p, `return text('.sentence')`); back != english {
		t.Errorf("back in English: %q", back)
	}
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("asked for after the page had loaded: %q", got)
	}
}

// What is English on the German page is marked as English: no word of it is left unmarked.
func TestPageEnglishIsMarked(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("encrypted_signed")
	p.answered("valid")
	p.speak("de")
	check := func(view string) {
		t.Helper()
		for _, left := range look[[]string](p, `
await new Promise((r) => setTimeout(r, 50));
const roots = [document.querySelector('main'), view()];
const out = [];
for (const root of roots) for (const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT); walker.nextNode(); ) {
  const e = walker.currentNode.parentElement;
  // What is in the message, names of ASN.1 and dumps are in no language.
  if (!e.getClientRects().length || e.closest('[lang=en], .headers, .text, .box-text, .bytes, .asn1 .tree-view, .dump, code, textarea, .reference, option')) continue;
  if (/\b(the|is|of|and|not|a|for|by|no)\b/.test(walker.currentNode.data)) out.push(walker.currentNode.data);
}
return out`) {
			t.Errorf("%s: %q", view, left)
		}
	}
	tabs := func(of string) {
		t.Helper()
		for _, tab := range []string{"seals", "message", "asn1", "certs", "notes"} {
			look[bool](p, `q('.tabs [data-tab=`+tab+`]')?.click(); for (const d of all('.panel details')) d.open = true; return true`)
			check(of + " " + tab)
		}
	}
	check("start")
	tabs("encrypted and signed")
	for _, e := range []string{"signed_encrypted", "impostor", "identity_changed", "tunnel_changed", "rfc6216_08"} {
		p.example(e)
		p.wait(`document.documentElement.dataset.state`)
		tabs(e)
	}
	run[bool](p, `document.querySelector('.choices').open = true; return true`)
	check("choices")
}

// The catalogues in German have every key of the English ones.
func TestPageCatalogues(t *testing.T) {
	t.Parallel()
	keys := func(name string) map[string]bool {
		found := map[string]bool{}
		for line := range strings.Lines(string(read(t, name))) {
			line = strings.TrimSpace(line)
			if !strings.HasPrefix(line, "'") {
				continue
			}
			if key, _, ok := strings.Cut(line[1:], "':"); ok {
				found[key] = true
			}
		}
		return found
	}
	for catalogue, core := range map[string]string{
		"texts": "clause.", "make-texts": "fault. damage. scenario. outcome.", // what the core says in English
	} {
		english, german := keys("js/elements/"+catalogue+"-en.js"), keys("js/elements/"+catalogue+"-de.js")
		if len(english) < 150 {
			t.Fatalf("%s: only %d texts in English", catalogue, len(english))
		}
		for k := range english {
			if !german[k] {
				t.Errorf("%s: no German text for %s", catalogue, k)
			}
		}
		for k := range german {
			stem, _, _ := strings.Cut(k, ".")
			if !english[k] && !strings.Contains(core, stem+".") {
				t.Errorf("%s: a German text for %s, which is not in English", catalogue, k)
			}
		}
	}
}

// literals are the strings in the sources of the core's packages.
func literals(t *testing.T) []string {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, name := range []string{"inspect", "pkix", "cms", "identity"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", name, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no sources of %s: %v", name, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var s scanner.Scanner
			fset := token.NewFileSet()
			s.Init(fset.AddFile(file, fset.Base(), len(src)), src, nil, 0)
			for {
				_, tok, lit := s.Scan()
				if tok == token.EOF {
					break
				}
				if text, err := strconv.Unquote(lit); tok == token.STRING && err == nil {
					out = append(out, text)
				}
			}
		}
	}
	return out
}

// Every title of a finding is in German, and every sentence that is known in German is one of the core's.
func TestPageSaidInGerman(t *testing.T) {
	t.Parallel()
	german := string(read(t, "js/elements/said-de.js"))
	key := func(code string) bool {
		return regexp.MustCompile(`\n  ('` + code + `'|` + code + `):\s+'`).MatchString(german)
	}
	titles := regexp.MustCompile(`(?m)^\t"([\w-]+)": +"`).FindAllStringSubmatch(string(read(t, "internal/inspect/titles.go")), -1)
	if len(titles) < 100 {
		t.Fatalf("only %d titles", len(titles))
	}
	for _, m := range titles {
		if !key(m[1]) {
			t.Errorf("no German title for %s", m[1])
		}
	}
	// A phrase may be made of the end of one string and the beginning of the next.
	all := literals(t)
	said := func(text string) bool {
		for i := range len(text) + 1 {
			head, tail := i == 0, i == len(text)
			for _, s := range all {
				head = head || strings.HasSuffix(s, text[:i]) || i == len(text) && strings.Contains(s, text)
				tail = tail || strings.HasPrefix(s, text[i:])
			}
			if head && tail {
				return true
			}
		}
		return false
	}
	hole := regexp.MustCompile(`\{\d\}`)
	phrases := regexp.MustCompile(`\[\s*('[^'\n]+'|"[^"\n]+"),\s*('[^'\n]+'),?\s*\]`).FindAllStringSubmatch(german, -1)
	if len(phrases) < 40 {
		t.Fatalf("only %d phrases", len(phrases))
	}
	for _, m := range phrases {
		english := m[1][1 : len(m[1])-1]
		for _, part := range hole.Split(english, -1) {
			// A sentence is made of a detail by its first letter and a full stop.
			if part = strings.TrimSuffix(part, "."); !said(part) && !said(strings.ToLower(part[:min(1, len(part))])+part[min(1, len(part)):]) {
				t.Errorf("the core does not say %q, of %q", part, english)
			}
		}
		if got, want := len(hole.FindAllString(m[2], -1)), len(hole.FindAllString(english, -1)); got != want {
			t.Errorf("%d places in German for the %d of %q", got, want, english)
		}
	}
}
