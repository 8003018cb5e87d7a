package e2e

import (
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/web"
)

// gate serves the site, but hands each request for a WASM to another handler. asked
// gives the names of what was asked for so far.
func gate(t *testing.T, wasm http.HandlerFunc) (url string, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var seen []string
	files := web.Handler(distDir(t), "/")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		seen = append(seen, path.Base(r.URL.Path))
		mu.Unlock()
		if path.Ext(r.URL.Path) == ".wasm" {
			wasm(w, r)
			return
		}
		files.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s.URL + "/", func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), seen...)
	}
}

// The page is there before the program is. What is given to it by then is inspected
// when it can be; what the first inspection does not need is fetched only afterwards,
// and the program itself once.
func TestPageBeforeTheProgram(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	files := web.Handler(distDir(t), "/")
	url, asked := gate(t, func(w http.ResponseWriter, r *http.Request) {
		<-arrived
		files.ServeHTTP(w, r)
	})
	p := openURL(t, url)
	p.wait(`document.querySelector('#input') && document.querySelector('details.choices')`)
	p.drop(file("signed.sip", read(t, "testdata/demo/signed.sip")))
	if got := eval[string](p, `'' + document.documentElement.dataset.ready + document.documentElement.dataset.state`); got != "undefinedundefined" {
		t.Errorf("without its program the page says %q", got)
	}
	late := regexp.MustCompile(`^(examples|german|messages|access)-\w+\.js$`)
	for _, name := range asked() {
		if late.MatchString(name) || name == "sw.js" {
			t.Errorf("%s was fetched before the program was there", name)
		}
	}
	close(arrived)
	p.wait(`document.documentElement.dataset.ready`)
	p.answered("invalid") // signed, by somebody whose issuer the page does not know
	p.wait(`document.querySelector('[data-example]')`)
	programs, rest := 0, map[string]bool{}
	for _, name := range asked() {
		if strings.HasPrefix(name, "sipseal-") && path.Ext(name) == ".wasm" {
			programs++
		}
		if m := late.FindStringSubmatch(name); m != nil {
			rest[m[1]] = true
		}
	}
	if programs != 1 || len(rest) != 4 {
		t.Errorf("the program was fetched %d times, and of the rest %v", programs, rest)
	}
}

// A program that cannot be had is said to be missing, and what is given to the page
// then is answered as well.
func TestPageWithoutTheProgram(t *testing.T) {
	t.Parallel()
	url, _ := gate(t, http.NotFound)
	p := openURL(t, url)
	p.wait(`/could not be loaded.*404/.test(document.querySelector('[role=alert]')?.textContent)`)
	p.drop(file("signed.sip", read(t, "testdata/demo/signed.sip")))
	p.wait(`/Not inspected|could not be inspected|404/.test(document.querySelector('.status').textContent)`)
	if eval[bool](p, `!!document.documentElement.dataset.ready`) {
		t.Error("the page says that it is ready")
	}
	p.takeProblems() // the 404s
}
