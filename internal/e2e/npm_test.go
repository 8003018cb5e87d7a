// The package as those have it who install it: by its name, in a bundler, in a page, in
// Node.

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"
)

// installed returns a folder of a project in which the package is installed.
func installed(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "node_modules", "sipseal"), os.DirFS(filepath.Join(distDir(t), "npm"))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// Bundled, the element and the API work, from the files that the bundler writes and the
// two that are copied. That the element's module is imported for what it does alone does
// not make the bundler drop it.
func TestPackageInBundler(t *testing.T) {
	t.Parallel()
	dir := installed(t)
	r := api.Build(api.BuildOptions{
		AbsWorkingDir: dir,
		Stdin: &api.StdinOptions{ResolveDir: dir, Sourcefile: "app.js", Contents: `
import 'sipseal/element';
import { createInspector } from 'sipseal';
export const inspect = async (data, options) => {
	const inspector = await createInspector();
	try { return await inspector.inspect(data, options); } finally { inspector.close(); }
};
window.inspect = inspect;`},
		Bundle: true, Splitting: true, Format: api.FormatESModule, Outdir: filepath.Join(dir, "out"), MinifySyntax: true, MinifyIdentifiers: true, MinifyWhitespace: true,
	})
	for _, m := range append(r.Errors, r.Warnings...) {
		t.Errorf("bundling: %s", m.Text)
	}
	s := serve(t, "/some/sub/path/", map[string]string{
		"app/page.html": `<!doctype html><html lang=en><meta charset=utf-8><title>app</title><link rel=icon href=data:,><script type=module src="app.js"></script>
<sipseal-inspector src="../demo/signed.sip" trust="../demo/ca.pem" height=400>A message.</sipseal-inspector>`,
		"app/worker.js":    string(mustRead(t, filepath.Join(dir, "node_modules/sipseal/worker.js"))),
		"app/sipseal.wasm": string(mustRead(t, filepath.Join(dir, "node_modules/sipseal/sipseal.wasm"))),
	})
	for _, f := range r.OutputFiles {
		name := filepath.Base(f.Path)
		if name == "stdin.js" {
			name = "app.js"
		}
		s.add("app/"+name, string(f.Contents))
	}
	p := openURL(t, s.url+"app/page.html")
	if got := run[[]string](p, elements); len(got) != 1 || !strings.Contains(got[0], "alice@atlanta.example") {
		t.Errorf("the element says %q", got)
	}
	if got := run[string](p, `return (await inspect(await (await fetch('../demo/encrypted.sip')).arrayBuffer())).summary.state`); got != "sealed" {
		t.Errorf("the API says %q", got)
	}
}

// From a plain page, without a bundler: before the element is near, only the stub is
// loaded. The modules share what may be there only once, under the headers that hosts
// are told to send.
func TestPackageInPage(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"npm/", ""} {
		t.Run("/"+folder, func(t *testing.T) {
			s := serve(t, "/", map[string]string{"plain.html": `<!doctype html><html lang=en><meta charset=utf-8><title>plain</title><link rel=icon href=data:,>
<link rel=stylesheet href=plain.css><script type=module src="` + folder + `sipseal-inspector.js"></script>
<p>Above</p><sipseal-inspector src="demo/signed.sip" trust="demo/ca.pem" height=400>A message.</sipseal-inspector>`, "plain.css": "p { height: 5000px }"})
			p := openURL(t, s.url+"plain.html")
			p.wait(`customElements.get('sipseal-inspector')`)
			for _, r := range s.requests() {
				if strings.Contains(r, "session") || strings.Contains(r, "worker") || strings.HasSuffix(r, ".wasm") {
					t.Errorf("before the element is near: %s", r)
				}
			}
			if got := run[[]string](p, elements); len(got) != 1 || !strings.Contains(got[0], "alice@atlanta.example") {
				t.Errorf("the element says %q", got)
			}
			got := run[string](p, `
const { createInspector } = await import('/`+folder+`sipseal.js');
const { createMaker } = await import('/`+folder+`sipseal-make.js');
const inspector = await createInspector({ worker: true });
const maker = await createMaker({ worker: true });
const report = await inspector.inspect('OPTIONS sip:a@example.net SIP/2.0\r\n\r\n');
inspector.close(); maker.close();
return report.messages[0].method`)
			if got != "OPTIONS" {
				t.Errorf("the inspector beside it says %q", got)
			}
		})
	}
}

// By its names in Node: the API works, and the element's module can be imported where
// pages are made on a server.
func TestPackageInNode(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no Node here: the package is tested in the browser only")
	}
	cmd := exec.Command(node, "--input-type=module", "-e", `
import { SipsealInspector } from 'sipseal/element';
import { createInspector } from 'sipseal';
import { createMaker } from 'sipseal/make';
const inspector = await createInspector();
const report = await inspector.inspect('OPTIONS sip:a@example.net SIP/2.0\r\n\r\n');
inspector.close();
console.log(typeof SipsealInspector, typeof createMaker, report.messages[0].method);`)
	cmd.Dir = installed(t)
	out, err := cmd.CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "function function OPTIONS" {
		t.Errorf("%v: %s", err, got)
	}
}

// Every name of the package leads to a file that is in it, and every module has
// declarations, which are TypeScript and name only files that are there.
func TestPackageNames(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(distDir(t), "npm")
	var m struct {
		Exports     map[string]json.RawMessage
		Files       []string
		SideEffects []string
	}
	if err := json.Unmarshal(mustRead(t, filepath.Join(dir, "package.json")), &m); err != nil {
		t.Fatal(err)
	}
	packed := map[string]bool{"./package.json": true, "./README.md": true}
	for _, f := range m.Files {
		packed["./"+f] = true
	}
	for name, raw := range m.Exports {
		var file string
		if json.Unmarshal(raw, &file) == nil {
			if !packed[file] {
				t.Errorf("%s leads to %s, which is not packed", name, file)
			}
			continue
		}
		var module struct{ Types, Default string }
		if err := json.Unmarshal(raw, &module); err != nil || !packed[module.Types] || !packed[module.Default] {
			t.Errorf("%s: %v, %+v", name, err, module)
		}
	}
	for _, name := range []string{".", "./make", "./element"} {
		if m.Exports[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	declarations, err := filepath.Glob(filepath.Join(dir, "*.d.ts"))
	if err != nil || len(declarations) < 4 {
		t.Fatalf("%v, %q", err, declarations)
	}
	for _, d := range declarations {
		r := api.Transform(string(mustRead(t, d)), api.TransformOptions{Loader: api.LoaderTS, Sourcefile: d})
		for _, e := range append(r.Errors, r.Warnings...) {
			t.Errorf("%s: %s", filepath.Base(d), e.Text)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !packed["./"+e.Name()] {
			t.Errorf("%s is in the folder and not packed", e.Name())
		}
	}
}
