// Visits without a network, and new versions, as a visitor sees them.

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// visit opens the page and waits until its service worker has everything.
func visit(t *testing.T, s *server) *tab {
	t.Helper()
	p := openURL(t, s.url)
	p.wait("document.documentElement.dataset.ready")
	p.wait("navigator.serviceWorker.ready.then((r) => r.active?.state === 'activated' && navigator.serviceWorker.controller)")
	return p
}

// deploy puts another version of the site where the old one was, and lets the browser
// look for it.
func deploy(t *testing.T, s *server, p *tab) {
	t.Helper()
	script, err := os.ReadFile(filepath.Join(distDir(t), "sw.js"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(distDir(t), "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	names := run[[]string](p, "return caches.keys()")
	if len(names) != 1 {
		t.Fatalf("there are the caches %q", names)
	}
	_, version, _ := strings.Cut(names[0], " ")
	s.add("sw.js", strings.ReplaceAll(string(script), version, "another"))
	s.add("index.html", strings.Replace(string(index), "<html ", `<html data-version="another" `, 1))
	run[bool](p, "const r = await navigator.serviceWorker.getRegistration(); await r.update(); return true")
	p.wait(`document.querySelector('[data-act=update]')`)
}

// arrives is wait across a change of page: an evaluation that the change interrupts may
// never be answered.
func (p *tab) arrives(expression string) {
	p.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(p.ctx, patience/10)
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		cancel()
		if err == nil && ok {
			return
		}
	}
	p.t.Fatalf("waited in vain for %s", expression)
}

// On the second visit all of the page works without a network, and other pages of the
// site too.
func TestSecondVisitWithoutNetwork(t *testing.T) {
	t.Parallel()
	s := serve(t, "/some/sub/path/", nil)
	p := visit(t, s)
	s.stop()
	p.load(s.url)
	p.wait("document.documentElement.dataset.ready")
	p.example("encrypted_signed")
	p.answered("valid")
	run[bool](p, lookups+`q('[role=tab][data-tab=asn1]').click(); await until(() => q('[role=treeitem]')); return true`)
	p.load(s.url + "tour.html")
	if got := run[bool](p, `return !!customElements.get('sipseal-inspector') || await customElements.whenDefined('sipseal-inspector').then(() => true)`); !got {
		t.Error("the tour has no inspectors")
	}
	p.takeProblems() // the browser asked for a newer service worker, in vain
}

// A new version that is deployed while a page is open is offered and nothing more. When
// it is wanted it comes, with what was open, and the address is as before.
func TestNewVersionIsOffered(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := visit(t, s)
	p.drop(file("opaque.sip", read(t, "testdata/demo/opaque.sip")), file("alice.pem", read(t, "testdata/demo/alice.pem")))
	before := p.answered("invalid")
	deploy(t, s, p)
	// The old version goes on as if nothing had happened, and the offer stays.
	if got := p.answered("invalid"); got != before {
		t.Errorf("the page says %q, not %q", got, before)
	}
	p.example("encrypted")
	p.answered("opened")
	if !eval[bool](p, `document.querySelector('[data-act=update]').checkVisibility()`) {
		t.Error("the offer is gone")
	}
	run[bool](p, `delete document.documentElement.dataset.state; document.querySelector('[data-act=clear]').click(); return true`)
	p.drop(file("opaque.sip", read(t, "testdata/demo/opaque.sip")))
	p.wait(`document.documentElement.dataset.state`)
	run[bool](p, `document.querySelector('[data-act=update]').click(); return true`)
	p.arrives(`document.documentElement.dataset.version === 'another' && document.documentElement.dataset.state`)
	if got := look[string](p, `return document.querySelector('.given b').textContent`); got != "opaque.sip" {
		t.Errorf("the new version has %q open", got)
	}
	p.wait(`location.href === '` + s.url + `'`)
	p.wait("caches.keys().then((k) => k.join() === 'sipseal another')")
	p.wait(`!document.querySelector('[data-act=update]')`)
}

// A key is not put into an address, not even for a moment: what cannot come along is
// only left when that was said.
func TestNewVersionAsksBeforeItCloses(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := visit(t, s)
	p.drop(file("bob_key.pem", read(t, "testdata/demo/bob_key.pem")))
	p.wait(`document.documentElement.dataset.state`)
	deploy(t, s, p)
	run[bool](p, `document.querySelector('[data-act=update]').click(); return true`)
	p.wait(`document.querySelector('[data-act=update]')?.parentNode.textContent.includes('closes')`)
	if got := eval[string](p, `location.href + ' ' + document.documentElement.dataset.version`); got != s.url+" undefined" {
		t.Errorf("it is at %s", got)
	}
	run[bool](p, `document.querySelector('[data-act=update]').click(); return true`)
	p.arrives(`document.documentElement.dataset.version === 'another' && document.documentElement.dataset.ready`)
}

// Whoever hosts the site can leave the service worker out: the page works, and keeps
// nothing.
func TestWithoutServiceWorker(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	s.mu.Lock()
	s.added["sw.js"] = true // and there is no such file
	s.mu.Unlock()
	p := openURL(t, s.url)
	p.wait("document.documentElement.dataset.ready")
	p.example("signed")
	p.answered("valid")
	if got := run[int](p, `return (await caches.keys()).length + (await navigator.serviceWorker.getRegistrations()).length`); got != 0 {
		t.Errorf("it keeps %d things", got)
	}
	p.takeProblems() // the 404
}
