package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func TestHandler(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"index.html": "top", "sub/index.html": "sub", "embed.html": "embed", "assets/a-X.js": "plain",
		"assets/a-X.js.br": "brotli", "assets/a-X.js.gz": "gzip", "x.wasm": "\x00asm",
	} {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "secret"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		base, path, accept string
		status             int
		body, header, want string
	}{
		{"/", "/", "", 200, "top", "Content-Type", "text/html; charset=utf-8"},
		{"/", "/index.html", "", 200, "top", "Cache-Control", "no-cache"},
		{"/", "/sub", "", 301, "", "Location", "/sub/"},
		{"/", "/sub/", "", 200, "sub", "X-Content-Type-Options", "nosniff"},
		{"/", "/x.wasm", "br", 200, "\x00asm", "Content-Type", "application/wasm"},
		{"/", "/assets/a-X.js", "gzip, deflate, br, zstd", 200, "brotli", "Content-Encoding", "br"},
		{"/", "/assets/a-X.js", "br;q=0, gzip", 200, "gzip", "Content-Encoding", "gzip"},
		{"/", "/assets/a-X.js", "", 200, "plain", "Cache-Control", "public, max-age=31536000, immutable"},
		{"/", "/embed.html", "", 200, "embed", "Content-Security-Policy", policy + "*"},
		{"/", "/", "", 200, "top", "Content-Security-Policy", policy + "'none'"},
		{"/some/sub/path/", "/some/sub/path/", "", 200, "top", "", ""},
		{"/some/sub/path/", "/some/sub/path", "", 301, "", "Location", "/some/sub/path/"},
		{"/some/sub/path/", "/index.html", "", 404, "", "", ""},
		{"/", "/missing.js", "", 404, "", "Cache-Control", "no-store"},
		{"/", "/../secret", "", 404, "", "", ""},
		{"/", "/sub/../../secret", "", 404, "", "", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = c.path
		if c.accept != "" {
			r.Header.Set("Accept-Encoding", c.accept)
		}
		w := httptest.NewRecorder()
		Handler(dir, c.base).ServeHTTP(w, r)
		if w.Code != c.status || c.body != "" && w.Body.String() != c.body {
			t.Errorf("%s under %s: %d %q", c.path, c.base, w.Code, w.Body)
		}
		if got := w.Header().Get(c.header); c.header != "" && got != c.want {
			t.Errorf("%s: %s is %q, not %q", c.path, c.header, got, c.want)
		}
	}
	w := httptest.NewRecorder()
	Handler(dir, "/").ServeHTTP(w, httptest.NewRequest("POST", "/", strings.NewReader("x")))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
}

// A port that is taken is passed over.
func TestListenTakesTheNextPort(t *testing.T) {
	a, err := Listen(18080)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	_, port, _ := strings.Cut(a.Addr().String(), ":")
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Listen(n)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if a.Addr().String() == b.Addr().String() {
		t.Errorf("both listen on %s", a.Addr())
	}
}
