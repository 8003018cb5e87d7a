package e2e

import (
	"strings"
	"testing"
)

// The harness sees what goes wrong: a test of the tests.
func TestHarnessNoticesProblems(t *testing.T) {
	s := serve(t, "/", map[string]string{"inline.html": blank + "<script>throw 1</script>"})
	for name, c := range map[string]struct{ page, script, want string }{
		"console error": {"blank.html", "console.error('oh')", "console error"},
		"exception":     {"blank.html", "setTimeout(() => { throw new Error('lost') })", "uncaught"},
		"rejection":     {"blank.html", "void Promise.reject(new Error('lost'))", "uncaught"},
		"policy":        {"inline.html", "1", "script-src"},
		"trusted types": {"blank.html", "try { document.body.innerHTML = 'x' } catch {}", "require-trusted-types-for"},
		"missing":       {"blank.html", "fetch('/missing').then(() => {})", "404"},
	} {
		t.Run(name, func(t *testing.T) {
			p := openURL(t, s.url+c.page)
			run[any](p, c.script+"; await new Promise((r) => setTimeout(r, 100)); return 1")
			if got := strings.Join(p.takeProblems(), "\n"); !strings.Contains(got, c.want) {
				t.Errorf("noticed %q, not %s", got, c.want)
			}
		})
	}
}

func TestHarnessNoticesRequests(t *testing.T) {
	s := serve(t, "/", map[string]string{"worker.js": "onmessage = async () => { await fetch('/sipseal.d.ts'); postMessage(1) }"})
	p := openURL(t, s.url+"blank.html")
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("a blank page asks for %q", got)
	}
	run[any](p, "await fetch('/sipseal.d.ts'); return 1")
	if got := p.requestsAfterLoad(); len(got) != 1 {
		t.Errorf("noticed %q", got)
	}
	run[any](p, "await fetch('http://elsewhere.test/').catch(() => {}); return 1")
	if got := strings.Join(p.takeProblems(), "\n"); !strings.Contains(got, "connect-src") {
		t.Errorf("a request to elsewhere: %q", got)
	}
	worker := openURL(t, s.url+"blank.html")
	run[any](worker, `globalThis.worker = new Worker(trustedTypes.createPolicy('sipseal', { createScriptURL: (x) => x }).createScriptURL('/worker.js')); return 1`)
	before := worker.quiet(s)
	run[any](worker, `worker.postMessage(1); await new Promise((r) => (worker.onmessage = r)); return 1`)
	if got := worker.requestsAfterLoad(); len(got) != 1 || len(s.requests()) != before+1 {
		t.Errorf("noticed %q of a worker", got)
	}
	if got := foreign(); len(got) > 0 {
		t.Errorf("requests to other machines: %q", got)
	}
}
