package e2e

import (
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// Once it has loaded, the page asks nobody for anything, whatever is done with it:
// watched in the page, in its workers, at its server and at the proxy that everything
// else goes through. (What hostile input would have it ask for is watched there.)
func TestPageAsksForNothing(t *testing.T) {
	s := serve(t, "/", nil)
	p := openURL(t, s.url)
	p.wait(`document.documentElement.dataset.ready`)
	p.watch()
	before := p.quiet(s)
	answered := func() { p.wait(`document.documentElement.dataset.state`) }
	act := func(what, script string) {
		t.Helper()
		patiently[bool](p, lookups+script+`; await new Promise((r) => setTimeout(r, 60)); return true`)
		p.stillQuiet(s, before)
		if t.Failed() {
			t.Fatalf("after %s", what)
		}
	}
	for _, id := range []string{"signed", "encrypted_signed", "draft01_signed", "identity_changed"} {
		p.example(id)
		answered()
		act("example "+id, "")
	}
	act("going through every view", `await visit(2, 4)`)
	p.drop(file("call.pcap", dialog(t)))
	answered()
	act("a capture", `document.querySelector('dialog')?.close()`)
	p.drop(file("key.pem", vectors.Seed(t, "draft01_ca.pem")))
	answered()
	p.drop(file("locked.pem", []byte(newSecret(t).forms["locked.pem"])))
	p.wait(`document.querySelector('#ring-password')`)
	act("a password", `const f = document.querySelector('#ring-password'); f.value = 'no'; f.form.requestSubmit()`)
	for _, id := range []string{"trust", "time", "policy"} {
		act("choosing "+id, `const c = document.querySelector('#choice-`+id+`'); c.value = c.options[c.options.length - 1].value; c.dispatchEvent(new Event('change'))`)
	}
	act("the colours", `const c = document.querySelector('#theme'); c.value = 'dark'; c.dispatchEvent(new Event('change'))`)
	act("help", `document.querySelector('.help').click(); document.querySelector('dialog').close()`)
	act("editing", `document.querySelector('[data-act=edit]').click()`)
	act("forgetting", `document.querySelector('[data-act=forget]').click()`)
	act("clearing", `document.querySelector('[data-act=clear]')?.click()`)
	act("undoing", `document.querySelector('[data-act=undo]')?.click()`)
	p.drop(file("signed.sip", read(t, "testdata/demo/signed.sip")), file("tampered.sip", read(t, "testdata/demo/tampered.sip")))
	p.wait(`document.querySelector('.compare-answer')`)
	act("comparing", `document.querySelector('dialog').close()`)
	act("a link", `document.querySelector('[data-act=share]').click(); const link = (await until(() => document.querySelector('#share-link'))).value; document.querySelector('dialog').close(); location.hash = link.split('#')[1]`)
	answered()
	act("opening it", "")
}
