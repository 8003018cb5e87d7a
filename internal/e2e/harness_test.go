// The harness: dist/ is built once for all tests, served on a free port with the
// recommended headers, and opened in tabs of one headless Chromium. Each tab is a
// browser profile of its own, so that tests run beside each other. Whatever goes wrong in a page (an uncaught exception,
// a console error, a violation of its policy) fails the test at its end, whether
// the test looks for it or not.

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/heapprofiler"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/tools/browser"
	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/clock"
	"github.com/sipseal/sipseal/internal/tools/dist"
	"github.com/sipseal/sipseal/internal/tools/web"
)

// patience is how long anything that a test waits for may take, on a machine that has
// much else to do. Only a test that fails waits as long.
const patience = 2 * time.Minute

// stage is what all tests share; it is set up by the first that needs it.
var stage struct {
	once    sync.Once
	err     error
	dir     string   // the built dist/
	notes   []string // what the build said
	browser context.Context
	stop    func()
	proxy   *proxy
}

func TestMain(m *testing.M) {
	code := m.Run()
	if stage.stop != nil {
		stage.stop()
	}
	if stage.dir != "" {
		os.RemoveAll(stage.dir)
	}
	os.Exit(code)
}

// built returns the folder of the built dist/, without a browser.
var built = sync.OnceValues(func() (string, error) {
	root, err := checkout.Root()
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp("", "sipseal-dist-")
	if err != nil {
		return "", err
	}
	stage.dir = dir
	return dir, dist.Build(root, dir, dist.Options{Minify: true, Package: true, Before: clock.Script(), Note: func(s string) { stage.notes = append(stage.notes, s) }})
})

// distDir returns the folder of the built dist/.
func distDir(t *testing.T) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatalf("building dist: %v", err)
	}
	return dir
}

// chromium returns the context of the browser that all tests share. Where there
// is none the test is skipped; under CI it fails.
func chromium(t *testing.T) context.Context {
	t.Helper()
	if _, err := browser.Find(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	stage.once.Do(func() {
		if stage.proxy, stage.err = startProxy(); stage.err != nil {
			return
		}
		// Requests to this machine go straight there; all others go to the proxy, which
		// answers none and remembers them.
		stage.browser, stage.stop, stage.err = browser.Start(context.Background(),
			chromedp.ProxyServer(stage.proxy.address), chromedp.WindowSize(1280, 900))
	})
	if stage.err != nil {
		t.Fatal(stage.err)
	}
	return stage.browser
}

// server is dist/ on a port of its own, and what was asked of it.
type server struct {
	url  string // with the path that it is served under, ends in "/"
	stop func() // from then on nothing answers
	t    *testing.T
	more string // a folder of files that are added
	mu   sync.Mutex

	forAll bool // pages of other hosts may read what it serves
	added  map[string]bool
	seen   []string
}

// blank is a page with nothing on it, for tests of scripts.
const blank = "<!doctype html><html lang=en><meta charset=utf-8><title>blank</title><link rel=icon href=data:,><body>"

// serve serves dist/ under the path base until the test ends. The file blank.html
// is added, with the same headers. Extra files, by name, take precedence.
func serve(t *testing.T, base string, extra map[string]string) *server {
	t.Helper()
	l, err := web.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	s := &server{url: "http://" + l.Addr().String() + base, t: t, more: t.TempDir(), added: map[string]bool{}}
	files, added := web.Handler(distDir(t), base), web.Handler(s.more, base)
	s.add("blank.html", blank)
	for name, text := range extra {
		s.add(name, text)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.seen = append(s.seen, r.Method+" "+r.URL.String())
		isAdded := s.added[strings.TrimPrefix(r.URL.Path, base)]
		s.mu.Unlock()
		if s.forAll {
			w.Header().Set("Access-Control-Allow-Origin", "*")
		}
		if isAdded {
			added.ServeHTTP(w, r)
			return
		}
		files.ServeHTTP(w, r)
	})}
	go srv.Serve(l)
	s.stop = func() { srv.Close() }
	t.Cleanup(s.stop)
	return s
}

// add adds a file, in place of the one of that name in dist/. It is a file like the
// others, so that it gets their headers.
func (s *server) add(name, text string) {
	s.t.Helper()
	p := filepath.Join(s.more, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.mu.Lock()
	s.added[name] = true
	s.mu.Unlock()
}

// requests returns what was asked of the server so far.
func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

// tab is an open page.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu       sync.Mutex
	problems []string
	printed  []string      // all that was written to the console
	requests []string      // every URL that the page has asked for, from any server
	settled  int           // how many of them when the page had loaded
	snapshot *bytes.Buffer // of the heap, where one is taken
}

// open opens a page of dist/, served at the top of a host.
func open(t *testing.T, page string) *tab {
	t.Helper()
	return openURL(t, serve(t, "/", nil).url+page)
}

// openURL opens any URL in a new tab with a profile of its own, and waits until it
// has loaded.
func openURL(t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext())
	p := &tab{t: t, ctx: ctx}
	t.Cleanup(func() {
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.problems) > 0 {
			t.Errorf("the page had problems:\n  %s", strings.Join(p.problems, "\n  "))
		}
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a tab: %v", err)
	}
	if err := chromedp.Listen(ctx, p.event); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, audits.Enable, struct{}{}); err != nil {
		t.Fatal(err)
	}
	// Several tabs are used at once, each as if it were in front.
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	p.load(url)
	return p
}

// event notes what a page does. It is called between the messages from the
// browser and must not wait.
func (p *tab) event(ev any) {
	switch ev := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		var args []string
		for _, a := range ev.Args {
			args = append(args, strings.TrimSpace(a.Description+" "+string(a.Value)))
		}
		p.mu.Lock()
		p.printed = append(p.printed, args...)
		p.mu.Unlock()
		if ev.Type == "error" || ev.Type == "warning" || ev.Type == "assert" {
			p.problem("console %s: %s", ev.Type, strings.Join(args, " "))
		}
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if e := ev.ExceptionDetails.Exception; e != nil {
			text += " " + e.Description
		}
		p.problem("uncaught: %s", text)
	case *cdplog.EventEntryAdded:
		if ev.Entry.Level == "error" || ev.Entry.Source == "security" {
			p.problem("%s: %s %s", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL)
		}
	case *audits.EventIssueAdded:
		if d := ev.Issue.Details.ContentSecurityPolicyIssueDetails; d != nil {
			p.problem("content security policy: %s, %s", d.ViolatedDirective, d.BlockedURL)
		}
	case *heapprofiler.EventAddHeapSnapshotChunk:
		p.mu.Lock()
		if p.snapshot != nil {
			p.snapshot.WriteString(ev.Chunk)
		}
		p.mu.Unlock()
	case *network.EventRequestWillBeSent:
		p.mu.Lock()
		p.requests = append(p.requests, ev.Request.URL)
		p.mu.Unlock()
	}
}

func (p *tab) problem(format string, args ...any) {
	p.mu.Lock()
	p.problems = append(p.problems, fmt.Sprintf(format, args...))
	p.mu.Unlock()
}

// load goes to a URL in the same tab.
func (p *tab) load(url string) {
	p.t.Helper()
	p.do(chromedp.Navigate(url))
	p.settle()
}

// settle says that the page has loaded: requests from here on are counted.
func (p *tab) settle() {
	p.mu.Lock()
	p.settled = len(p.requests)
	p.mu.Unlock()
}

// requestsAfterLoad returns the URLs that the page has asked for since it was
// settled. (A worker's own requests are in server.requests and foreign.)
func (p *tab) requestsAfterLoad() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, u := range p.requests[p.settled:] {
		if !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:") {
			out = append(out, u)
		}
	}
	return out
}

// quiet waits until a page of s has nothing more to fetch, its service worker
// included, and says how often the server had been asked by then. From then on the
// workers that there are are listened to as well.
func (p *tab) quiet(s *server) int {
	p.t.Helper()
	// The first page has one, but not as a single file, and no other page.
	run[bool](p, `if (document.documentElement.dataset.ready && document.querySelector('script[src]')) await navigator.serviceWorker.ready; return true`)
	n := -1
	for ; n != len(s.requests()); time.Sleep(150 * time.Millisecond) {
		n = len(s.requests())
	}
	p.listenToWorkers()
	p.settle()
	return n
}

// targets are what runs in the tab's profile: the tab, its workers, its service worker.
func (p *tab) targets() (own []*target.Info) {
	p.t.Helper()
	all, err := chromedp.CallBrowser(p.ctx, target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{}}})
	if err != nil {
		p.t.Fatal(err)
	}
	var profile cdp.BrowserContextID
	for _, i := range all.TargetInfos {
		if i.TargetID == chromedp.FromContext(p.ctx).Target.TargetID {
			profile = i.BrowserContextID
		}
	}
	for _, i := range all.TargetInfos {
		if i.BrowserContextID == profile {
			own = append(own, i)
		}
	}
	return own
}

// listenToWorkers takes the requests of the tab's workers, its service worker
// included, for the tab's own.
func (p *tab) listenToWorkers() {
	p.t.Helper()
	for _, i := range p.targets() {
		if !strings.HasSuffix(i.Type, "worker") {
			continue
		}
		ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithTargetID(i.TargetID))
		p.t.Cleanup(cancel)
		if err := chromedp.Do(ctx); err != nil {
			p.t.Fatalf("listening to %s %s: %v", i.Type, i.URL, err)
		}
		if err := chromedp.Listen(ctx, func(ev any) {
			if ev, ok := ev.(*network.EventRequestWillBeSent); ok {
				p.event(ev)
			}
		}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// stillQuiet fails the test when anybody was asked for anything since quiet said so:
// by the page, by its workers, by its service worker or by the browser for it.
func (p *tab) stillQuiet(s *server, before int) {
	p.t.Helper()
	if got := p.requestsAfterLoad(); len(got) > 0 {
		p.t.Errorf("the page asked for %q", got)
	}
	if got := s.requests()[before:]; len(got) > 0 {
		p.t.Errorf("the server was asked for %q", got)
	}
	if got := foreign(); len(got) > 0 {
		p.t.Errorf("other machines were asked for %q", got)
	}
}

// takeProblems returns the problems so far and forgets them, for a test that
// expects some.
func (p *tab) takeProblems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := p.problems
	p.problems = nil
	return out
}

// console returns all that the page has written to its console, and its problems.
func (p *tab) console() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(append(slices.Clone(p.printed), p.problems...), "\n")
}

// do runs chromedp's actions, one after the other.
func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// eval evaluates an expression in the page, awaits it where it is a promise, and
// decodes what it gives.
func eval[T any](p *tab, expression string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%v\nin %.300s", err, expression)
	}
	return v
}

// patiently is run for what takes its time: going through everything on a page.
func patiently[T any](p *tab, body string) T {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 3*patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T]("(async () => {"+body+"\n})()", chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%v\nin %.300s", err, body)
	}
	return v
}

// run is eval for the body of an async function.
func run[T any](p *tab, body string) T {
	p.t.Helper()
	return eval[T](p, "(async () => {"+body+"\n})()")
}

// wait waits until an expression is true in the page.
func (p *tab) wait(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("(async () => !!(await ("+expression+")))()", chromedp.EvalAwaitPromise))
		if err != nil {
			p.t.Fatalf("waiting for %s: %v", expression, err)
		}
		if ok {
			return
		}
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// viewport sets the size of the page in CSS pixels.
func (p *tab) viewport(width, height int64) {
	p.t.Helper()
	p.do(chromedp.EmulateViewport(width, height))
}

// screenshot writes a picture of the whole page to $SCREENSHOTS/name.png, where
// that folder is named.
func (p *tab) screenshot(name string) {
	p.t.Helper()
	dir := os.Getenv("SCREENSHOTS")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// read returns a file of the checkout.
func read(t *testing.T, name string) []byte {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// proxy takes the requests that go to other machines, refuses and remembers them.
type proxy struct {
	address string
	mu      sync.Mutex
	seen    []string
}

func startProxy() (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{address: l.Addr().String()}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.seen = append(p.seen, r.Method+" "+r.URL.String()+" "+r.Host)
		p.mu.Unlock()
		w.WriteHeader(http.StatusForbidden)
	}))
	return p, nil
}

// foreign returns the requests to other machines so far, from all tests: those of
// the browser itself are left out.
func foreign() []string {
	stage.proxy.mu.Lock()
	defer stage.proxy.mu.Unlock()
	var out []string
	for _, r := range stage.proxy.seen {
		if !strings.Contains(r, "google") && !strings.Contains(r, "gvt1.com") {
			out = append(out, r)
		}
	}
	return out
}
