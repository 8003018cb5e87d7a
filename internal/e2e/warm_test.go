package e2e

import "testing"

// While nobody does anything the page makes the program ready to be fast: nothing is
// shown of it, nothing is asked for, and the next message is inspected as ever.
func TestPageWarmsUp(t *testing.T) {
	t.Parallel()
	s := serve(t, "/", nil)
	p := openURL(t, s.url)
	p.wait("document.documentElement.dataset.ready")
	before := p.quiet(s)
	p.wait("document.documentElement.dataset.warm")
	if got := eval[string](p, `document.documentElement.dataset.state + document.querySelector('.status').textContent + !document.querySelector('.result').hidden`); got != "undefinedfalse" {
		t.Errorf("the page shows %q", got)
	}
	p.stillQuiet(s, before)
	p.example("signed")
	p.answered("valid")
	p.stillQuiet(s, before)
}
