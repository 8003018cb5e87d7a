// What is shipped besides the pages: sizes, the package folder, the licence
// notices, the single file, the service worker, and that a build can be repeated.

package e2e

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
	"github.com/sipseal/sipseal/internal/version"
)

func TestBudgets(t *testing.T) {
	t.Parallel()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	sizes, err := dist.Sizes(root, distDir(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sizes {
		t.Logf("%s: %d bytes, %d brotli", s.Name, s.Raw, s.Brotli)
		if s.Budget > 0 && s.Brotli > s.Budget {
			t.Errorf("%s: %d bytes of brotli, and the budget is %d %q", s.Name, s.Brotli, s.Budget, stage.notes)
		}
	}
	info, err := os.Stat(filepath.Join(distDir(t), "sipseal.html"))
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > dist.BudgetSingle {
		t.Errorf("sipseal.html: %d bytes, and the budget is %d", info.Size(), dist.BudgetSingle)
	}
}

// TestPreloadedOnce: what the scripts of a page import is preloaded, each file once.
func TestPreloadedOnce(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob(filepath.Join(distDir(t), "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, m := range preloadedModule.FindAllSubmatch(page, -1) {
			found++
			if file := string(m[1]); seen[file] {
				t.Errorf("%s preloads %s again", filepath.Base(name), file)
			} else {
				seen[file] = true
			}
		}
	}
	if found == 0 {
		t.Error("no page preloads anything")
	}
}

var preloadedModule = regexp.MustCompile(`<link rel="modulepreload" href="([^"]+)">`)

// contents returns the hash of each file below dir.
func contents(t *testing.T, dir string) map[string][32]byte {
	t.Helper()
	out := map[string][32]byte{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = sha256.Sum256(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The same sources in another folder, built into another folder, give the same
// bytes.
func TestBuildIsReproducible(t *testing.T) {
	t.Parallel()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := filepath.Join(t.TempDir(), "a", "copy")
	for _, name := range []string{"go.mod", "go.sum", "LICENSE", "internal", "wasm", "js", "site", "testdata"} {
		from := filepath.Join(root, name)
		info, err := os.Stat(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(elsewhere, 0o755); err != nil {
			t.Fatal(err)
		}
		if info.IsDir() {
			err = os.CopyFS(filepath.Join(elsewhere, name), os.DirFS(from))
		} else {
			var data []byte
			if data, err = os.ReadFile(from); err == nil {
				err = os.WriteFile(filepath.Join(elsewhere, name), data, 0o644)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// What was compressed once: it is by far the slowest, and named by its content.
	if err := os.Symlink(filepath.Join(root, ".cache"), filepath.Join(elsewhere, ".cache")); err != nil {
		t.Fatal(err)
	}
	// Both now, so that a source that is being edited does not matter.
	here, there := t.TempDir(), t.TempDir()
	options := dist.Options{Minify: true, Package: true}
	if err := dist.Build(root, here, options); err != nil {
		t.Fatal(err)
	}
	if err := dist.Build(elsewhere, there, options); err != nil {
		t.Fatal(err)
	}
	got, want := contents(t, there), contents(t, here)
	for name := range want {
		if got[name] != want[name] {
			t.Errorf("%s differs", name)
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			t.Errorf("%s is there once only", name)
		}
	}
}

// SHA256SUMS has every file but itself, with its hash.
func TestChecksums(t *testing.T) {
	t.Parallel()
	want := contents(t, distDir(t))
	delete(want, "SHA256SUMS")
	list, err := os.ReadFile(filepath.Join(distDir(t), "SHA256SUMS"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(list)) {
		sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
		if got, ok := want[name]; !ok || sum != hex.EncodeToString(got[:]) {
			t.Errorf("%q is said to be %s and is %x", name, sum, got)
		}
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s is not in the list", name)
	}
}

// The foot of the page, and that of the single file, show which version this is, and the
// hash of the program that lies in assets/.
func TestFootOfThePage(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob(filepath.Join(distDir(t), "assets", "sipseal-????????.wasm"))
	if err != nil || len(programs) != 1 {
		t.Fatalf("%q, %v", programs, err)
	}
	data, err := os.ReadFile(programs[0])
	if err != nil {
		t.Fatal(err)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(data))
	served := openURL(t, serve(t, "/", nil).url)
	served.wait("document.documentElement.dataset.ready")
	for name, p := range map[string]*tab{"served": served, "single file": openSingle(t)} {
		p.wait("document.querySelector('footer .build')")
		foot := eval[string](p, "document.querySelector('footer .build').textContent")
		title := eval[string](p, "document.querySelector('footer .build').title")
		if !strings.Contains(foot, version.Version) || !strings.Contains(foot, sum[:16]) || !strings.Contains(title, sum) {
			t.Errorf("%s: %q, with %q, for version %s and %s", name, foot, title, version.Version, sum)
		}
	}
}

func TestPackageFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(distDir(t), "npm")
	data, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err != nil {
		t.Fatal(err)
	}
	var m struct {
		Type, Main, Types string
		Version           string
		Scripts           map[string]string
		Dependencies      map[string]string
		Files             []string
		Exports           map[string]any
	}
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	if m.Type != "module" || len(m.Scripts) > 0 || len(m.Dependencies) > 0 {
		t.Errorf("type %q, scripts %v, dependencies %v", m.Type, m.Scripts, m.Dependencies)
	}
	if m.Version != version.Version {
		t.Errorf("version %q, and it is %s", m.Version, version.Version)
	}
	for _, f := range append(m.Files, m.Main, m.Types, "README.md") {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Error(err)
		}
	}
	// The bundler that somebody else uses finds the files by these names.
	var scripts strings.Builder
	names, err := filepath.Glob(filepath.Join(dir, "*.js"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		scripts.Write(data)
	}
	for _, ref := range []string{"./sipseal.wasm", "./sipseal-make.wasm", "./worker.js"} {
		if !strings.Contains(scripts.String(), `new URL("`+ref+`",import.meta.url)`) {
			t.Errorf("no script names %s", ref)
		}
	}
}

// Every module that is linked into a program has its licence in the notices.
func TestNotices(t *testing.T) {
	t.Parallel()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"THIRD_PARTY_LICENSES", "npm/THIRD_PARTY_LICENSES"} {
		notices, err := os.ReadFile(filepath.Join(distDir(t), name))
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}}{{end}}{{end}}", "./wasm/...")
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		for m := range strings.Lines(string(out)) {
			if !strings.Contains(string(notices), strings.TrimSpace(m)) {
				t.Errorf("%s says nothing of %s", name, m)
			}
		}
		if !strings.Contains(string(notices), "The Go Authors") {
			t.Errorf("%s says nothing of Go", name)
		}
	}
}

// Files under assets/ are named by their content, and pages refer to files that
// exist.
func TestAssetsAreImmutable(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(filepath.Join(distDir(t), "assets"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), path.Ext(e.Name()))
		i := strings.LastIndexByte(name, '-')
		if i < 0 || len(name)-i != 9 {
			t.Errorf("%s has no hash in its name", e.Name())
		}
	}
}

// After the first visit the site needs no network.
func TestWithoutNetwork(t *testing.T) {
	t.Parallel()
	s := serve(t, "/some/sub/path/", nil)
	p := openURL(t, s.url)
	p.wait("document.documentElement.dataset.ready")
	p.wait("navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')")
	s.stop()
	p.load(s.url)
	p.wait("document.documentElement.dataset.ready")
	p.load(s.url + "index.html?again#there")
	p.wait("document.documentElement.dataset.ready")
	p.takeProblems() // the browser asked for a newer service worker, in vain
}

// A new version waits until it is told to take over, and leaves nothing behind.
func TestNewVersionTakesOver(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url)
	p.wait("navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated')")
	first := run[[]string](p, "return caches.keys()")
	if len(first) != 1 {
		t.Fatalf("the first version left the caches %q", first)
	}
	script, err := os.ReadFile(filepath.Join(distDir(t), "sw.js"))
	if err != nil {
		t.Fatal(err)
	}
	_, version, _ := strings.Cut(first[0], " ")
	s.add("sw.js", strings.ReplaceAll(string(script), version, "another"))
	run[any](p, "const r = await navigator.serviceWorker.getRegistration(); await r.update(); return 1")
	p.wait("navigator.serviceWorker.getRegistration().then((r) => r.waiting)")
	run[any](p, `
		const { waiting } = await navigator.serviceWorker.getRegistration();
		const changed = new Promise((r) => navigator.serviceWorker.addEventListener('controllerchange', r));
		waiting.postMessage('take over');
		await changed;
		return 1`)
	p.wait("caches.keys().then((k) => k.join() === 'sipseal another')")
}
