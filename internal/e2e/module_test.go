// The ES module: the same promises (testdata/module.js) in a browser's page, in a
// worker and in Node.

package e2e

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

const seedsDir = "testdata/seeds"

// seeds returns a JavaScript expression for the files of testdata/seeds as bytes
// by name.
func seeds(t *testing.T) string {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Join(root, seedsDir))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		files[e.Name()] = base64.StdEncoding.EncodeToString(read(t, path.Join(seedsDir, e.Name())))
	}
	data, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	return "Object.fromEntries(Object.entries(" + string(data) + ").map(([n, d]) => " +
		"[n, Uint8Array.from(atob(d), (c) => c.charCodeAt(0))]))"
}

// withCheck is dist/ with the checks beside it.
func withCheck(t *testing.T, base string) *server {
	return serve(t, base, map[string]string{"check.js": string(read(t, "internal/e2e/testdata/module.js"))})
}

func TestModuleInPage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, base, module, how string }{
		{"worker", "/", "sipseal.js", "{}"},
		{"same thread", "/", "sipseal.js", "{worker: false}"},
		{"worker, under a subpath", "/some/sub/path/", "sipseal.js", "{worker: true}"},
		{"the npm package", "/", "npm/sipseal.js", "{}"},
		{"several workers", "/", "sipseal.js", "{worker: true, workers: 3}"},
		{"given WASM", "/", "sipseal.js", "{wasm: await (await fetch('npm/sipseal.wasm')).arrayBuffer()}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := withCheck(t, c.base)
			p := openURL(t, s.url+"blank.html")
			wrong := run[[]string](p, `
				const before = Object.getOwnPropertyNames(globalThis).join();
				const module = await import('`+s.url+c.module+`');
				const { check } = await import('`+s.url+`check.js');
				const wrong = await check(module, `+seeds(t)+`, `+c.how+`);
				if (Object.getOwnPropertyNames(globalThis).join() !== before) wrong.push('the global object was changed');
				return wrong;`)
			for _, w := range wrong {
				t.Error(w)
			}
		})
	}
}

// Once the inspector is there, nothing more is asked of any server.
func TestModuleAsksForNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	run[any](p, `
		const { createInspector } = await import('`+s.url+`sipseal.js');
		globalThis.inspector = await createInspector();
		globalThis.files = `+seeds(t)+`;
		return 1;`)
	p.settle()
	before := len(s.requests())
	run[any](p, `for (const f of Object.values(files)) await inspector.inspect(f, {keys: Object.values(files)}); return 1`)
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("the page asked for %q", got)
	}
	if got := s.requests()[before:]; len(got) > 0 {
		t.Errorf("the server was asked for %q", got)
	}
	if got := foreign(); len(got) > 0 {
		t.Errorf("other machines were asked for %q", got)
	}
}

// Where the program cannot be had, the promise says so.
func TestModuleWithoutWASM(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", map[string]string{"text.wasm": "no WASM"})
	p := openURL(t, s.url+"blank.html")
	for wasm, want := range map[string]string{
		"'/missing.wasm'":   "404",
		"'/text.wasm'":      "WebAssembly",
		"new Uint8Array(8)": "magic",
		"await WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))": "did not start",
	} {
		got := run[string](p, `
			const { createInspector } = await import('`+s.url+`sipseal.js');
			try { await createInspector({wasm: `+wasm+`}); return 'it loaded'; } catch (e) { return e.name + ': ' + e.message; }`)
		if !strings.HasPrefix(got, "LoadError: ") || !strings.Contains(got, want) {
			t.Errorf("%s: %s", wasm, got)
		}
	}
	p.takeProblems() // the 404
}

func TestModuleInNode(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no Node here: the module is tested in the browser only")
	}
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{".", "npm"} {
		for _, thread := range []string{"same thread", "worker"} {
			t.Run(folder+", "+thread, func(t *testing.T) {
				cmd := exec.Command(node, "testdata/node.mjs", filepath.Join(distDir(t), folder), filepath.Join(root, seedsDir), thread)
				cmd.Stderr = os.Stderr
				out, err := cmd.Output()
				if err != nil {
					t.Fatalf("%v\n%s", err, out)
				}
				var wrong []string
				if err := json.Unmarshal(out, &wrong); err != nil {
					t.Fatalf("%v in %s", err, out)
				}
				for _, w := range wrong {
					t.Error(w)
				}
			})
		}
	}
}

// What panics in the program where it speaks with JavaScript, and is recovered there, is
// an error at the border, also in the program as it is shipped: recovering reads the
// stack by tables that were rewritten. The module itself never passes such arguments.
func TestPanicAtTheBorder(t *testing.T) {
	t.Parallel()
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		t.Fatal(err)
	}
	p := openURL(t, serve(t, "/", map[string]string{"wasm_exec.js": string(loader)}).url+"blank.html")
	codes := run[[]string](p, `
await import('/wasm_exec.js');
globalThis.exports = {};
const go = new Go();
const { instance } = await WebAssembly.instantiateStreaming(fetch('/npm/sipseal.wasm'), go.importObject);
go.run(instance);
const call = (...args) => new Promise((r) => exports.inspect(...args, r));
const codes = [];
for (const args of [[5, {}], [new Uint8Array([48, 0]), 5], [new Uint8Array(), {}]]) {
  for (let i = 0; i < 100; i++) codes.push((await call(...args)).error?.code ?? 'none');
}
return [...new Set(codes)]`)
	if len(codes) != 1 || codes[0] != "argument" {
		t.Errorf("errors %q, and each call has arguments that are none", codes)
	}
}
