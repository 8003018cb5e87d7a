package e2e

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// TestScripts runs the tests that lie beside the scripts in js/, which Node's own runner
// runs as well, in Chromium: as a browser has it, and where there is no Node.
func TestScripts(t *testing.T) {
	t.Parallel()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	var entry strings.Builder
	for _, dir := range []string{"js", "js/elements"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.test.js"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no tests in %s: %v", dir, err)
		}
		for _, f := range files {
			entry.WriteString("import './" + dir + "/" + filepath.Base(f) + "';\n")
		}
	}
	entry.WriteString("export { runAll } from 'node:test';\n")
	shim := func(name string) string { return filepath.Join(root, "internal", "e2e", "testdata", "units", name) }
	r := api.Build(api.BuildOptions{
		Stdin:  &api.StdinOptions{Contents: entry.String(), ResolveDir: root, Sourcefile: "units.js"},
		Bundle: true, Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8,
		Alias: map[string]string{"node:test": shim("test.js"), "node:assert/strict": shim("assert.js")},
	})
	for _, m := range append(r.Errors, r.Warnings...) {
		t.Fatalf("bundling: %s", m.Text)
	}
	s := serve(t, "/", map[string]string{"units.js": string(r.OutputFiles[0].Contents)})
	p := openURL(t, s.url+"blank.html")
	got := run[struct {
		Ran    int
		Failed []string
	}](p, `return (await import('`+s.url+`units.js')).runAll()`)
	if got.Ran < 40 {
		t.Errorf("only %d tests were found", got.Ran)
	}
	for _, f := range got.Failed {
		t.Error(f)
	}
}
