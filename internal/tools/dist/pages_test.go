package dist

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// project writes files into a folder that stands for a checkout.
func project(t *testing.T, files map[string]string) *output {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return &output{root: root, o: Options{Minify: true}, files: map[string][]byte{}}
}

// withModules are files of a project, and what the bundler takes without being told by a
// page.
func withModules(files map[string]string) map[string]string {
	for _, m := range modules {
		files[m.entry] = "export const one = 1"
	}
	files["js/worker.js"] = "onmessage = () => {}"
	return files
}

func TestSite(t *testing.T) {
	b := project(t, withModules(map[string]string{
		"js/assets.js":         "export const wasmURL = 1",
		"js/shared.js":         "import { wasmURL } from './assets.js'; export const there = () => wasmURL",
		"site/index.html":      `<html><head><link rel="stylesheet" href="a.css"><script type="module" async src="../js/c.js"></script><script type="module" src="../js/a.js"></script></head><a href="sub/b.html?x#y">b</a><img src="icon.svg"><a href="https://example.com/">e</a></html>`,
		"site/sub/b.html":      `<script type="module" src="../../js/b.js"></script><a href="../">top</a>`,
		"site/a.css":           "body { color : red }",
		"js/a.js":              "import { there } from './shared.js'; console.log('a', there())",
		"js/c.js":              "import { there } from './shared.js'; console.log('c', there())",
		"js/b.js":              "import { there } from './shared.js'; console.log('b', there())",
		"site/public/icon.svg": "<svg/>",
	}))
	programs := []program{{name: "inspect", file: "sipseal.wasm", hashed: "sipseal-X.wasm"}}
	if err := b.site(programs); err != nil {
		t.Fatal(err)
	}
	index, sub := string(b.files["index.html"]), string(b.files["sub/b.html"])
	for _, want := range []string{`href="assets/a-`, `src="assets/a-`, `async src="assets/c-`, `<link rel="modulepreload" href="assets/chunk-`, `href="sub/b.html?x#y"`, `src="icon.svg"`} {
		if !strings.Contains(index, want) {
			t.Errorf("index.html lacks %s: %s", want, index)
		}
	}
	if !strings.Contains(sub, `src="../assets/b-`) {
		t.Errorf("sub/b.html: %s", sub)
	}
	found := false
	for name, data := range b.files {
		found = found || strings.Contains(string(data), "./sipseal-X.wasm") && strings.HasPrefix(name, "assets/")
	}
	if !found {
		t.Error("no script knows where the WASM lies")
	}
	if string(b.files["icon.svg"]) != "<svg/>" {
		t.Error("site/public was not copied")
	}
}

// What the Content-Security-Policy would stop, or what is not there, stops the
// build; so does a warning of the bundler.
func TestSiteRefuses(t *testing.T) {
	for name, c := range map[string]struct{ html, script, want string }{
		"inline script": {"<script>1</script>", "", "inline"},
		"inline style":  {`<p style="color: red">`, "", "inline"},
		"style element": {"<style>p {}</style>", "", "inline"},
		"handler":       {`<p onclick="f()">`, "", "inline"},
		"missing page":  {`<a href="none.html">`, "", "there is no none.html"},
		"missing image": {`<img src="none.png">`, "", "there is no none.png"},
		"syntax":        {`<script type="module" src="a.js"></script>`, "let = ;", "a.js:1"},
		"warning":       {`<script type="module" src="a.js"></script>`, "f({ a: 1, a: 2 })", "Duplicate"},
	} {
		b := project(t, withModules(map[string]string{"js/assets.js": "1", "site/index.html": c.html, "site/a.js": c.script}))
		if err := b.site(nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b := project(t, withModules(map[string]string{"js/assets.js": "1", "site/index.html": `<script type="application/json">{"a": 1}</script>`}))
	if err := b.site(nil); err != nil {
		t.Errorf("data in a script element: %v", err)
	}
}
