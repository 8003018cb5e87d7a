package web

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// row is one of the README's table.
type row struct{ header, value, files string }

// table reads the README's table of headers.
func table(t *testing.T) []row {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "\n| header | value | files |\n| --- | --- | --- |\n")
	if !found {
		t.Fatal("there is no table of headers in the README")
	}
	var out []row
	for line := range strings.Lines(rest) {
		cells := strings.Split(strings.TrimSpace(line), " | ")
		if len(cells) != 3 {
			break
		}
		bare := func(s string) string { return strings.Trim(s, "|` ") }
		out = append(out, row{bare(cells[0]), bare(cells[1]), bare(cells[2])})
	}
	return out
}

// means says whether a row is meant for a file, in the words of the table.
func means(t *testing.T, files, name string) bool {
	t.Helper()
	asset := strings.HasPrefix(name, "assets/")
	switch files {
	case "all":
		return true
	case "assets/":
		return asset
	case "all but assets/":
		return !asset
	case "all but these two":
		return name != "embed.html" && name != "recipes/iframe.html"
	case "embed.html", "recipes/iframe.html":
		return name == files
	}
	t.Fatalf("the README's table says %q", files)
	return false
}

// A host that is set up by the README's table sends what is sent here: for each kind of
// file, in each encoding, under a subpath too, and nothing else but what belongs to the
// answer itself.
func TestHeadersAreThoseOfTheReadme(t *testing.T) {
	rows := table(t)
	if len(rows) < 5 {
		t.Fatalf("the table has %d rows", len(rows))
	}
	dir := t.TempDir()
	names := []string{"index.html", "embed.html", "recipes/iframe.html", "recipes/plain.html", "sw.js", "sipseal.js", "assets/page-X.js", "assets/sipseal-X.wasm"}
	for _, name := range names {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		for _, ext := range []string{"", ".br", ".gz"} {
			if err := os.WriteFile(p+ext, []byte(name), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	own := map[string]bool{"Content-Type": true, "Content-Length": true, "Content-Encoding": true, "Vary": true, "Etag": true}
	for _, base := range []string{"/", "/some/sub/path/"} {
		for _, accept := range []string{"", "gzip", "br"} {
			for _, name := range names {
				r := httptest.NewRequest("GET", base+name, nil)
				r.Header.Set("Accept-Encoding", accept)
				w := httptest.NewRecorder()
				Handler(dir, base).ServeHTTP(w, r)
				want := map[string]string{}
				for _, row := range rows {
					if !means(t, row.files, name) {
						continue
					}
					if want[row.header] != "" {
						t.Errorf("%s: the table has two values of %s", name, row.header)
					}
					want[row.header] = row.value
				}
				for header, value := range want {
					if got := w.Header().Get(header); w.Code != 200 || got != value {
						t.Errorf("%s%s (%q): %d, %s is %q, not %q", base, name, accept, w.Code, header, got, value)
					}
				}
				for header := range w.Header() {
					if want[header] == "" && !own[header] {
						t.Errorf("%s%s: %s is not in the table", base, name, header)
					}
				}
			}
		}
	}
}
