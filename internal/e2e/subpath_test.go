// The site as a host serves it: under any path, with the headers of the README, and
// silent once it has loaded.

package e2e

import (
	"strings"
	"testing"
)

// Everything that is asked for lies under the path, and after the page has loaded nothing
// is asked for at all, whatever is done in it.
func TestSiteUnderAPath(t *testing.T) {
	t.Parallel()
	const base = "/some/sub/path/"
	s := serve(t, base, nil)
	p := visit(t, s)
	if got := run[string](p, `return (await fetch(location.href, { cache: 'reload' })).headers.get('content-security-policy') ?? ''`); !strings.HasPrefix(got, "default-src 'none'") {
		t.Errorf("the policy is %q", got)
	}
	p.settle()
	before := len(s.requests())
	p.example("encrypted_signed")
	p.answered("valid")
	for _, tab := range []string{"message", "certs", "notes", "asn1", "seals"} {
		run[bool](p, lookups+`q('[role=tab][data-tab=`+tab+`]').click(); await until(() => q('[role=tabpanel]:not([hidden])')?.textContent); return true`)
	}
	look[bool](p, `
for (const act of ['share', 'compare']) {
  document.querySelector('[data-act=' + act + ']').click();
  (await until(() => document.querySelector('dialog[open]'))).close();
}
document.querySelector('[data-act=save]').click();
const made = new Promise((r) => { const old = URL.createObjectURL; URL.createObjectURL = (blob) => { r(blob); URL.createObjectURL = old; return old.call(URL, blob); }; });
const click = HTMLAnchorElement.prototype.click; HTMLAnchorElement.prototype.click = function () {};
document.querySelector('[data-save=html]').click(); await made;
HTMLAnchorElement.prototype.click = click;
return true`)
	// What is awaited is the answer to this, and not the one that still stands.
	run[bool](p, `delete document.documentElement.dataset.state; return true`)
	p.drop(file("capture.sip", append(read(t, "testdata/demo/signed.sip"), read(t, "testdata/demo/tampered.sip")...)))
	p.wait(`document.documentElement.dataset.state`)
	run[bool](p, `delete document.documentElement.dataset.state; document.querySelector('[data-act=clear]').click(); return true`)
	p.paste("30 03 01 01 ff")
	p.wait(`document.documentElement.dataset.state`)
	p.example("identity")
	p.answered("valid")
	run[bool](p, `document.querySelector('[data-act=clear]').click(); return true`)
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("after it had loaded, the page asked for %q", got)
	}
	if got := s.requests()[before:]; len(got) > 0 {
		t.Errorf("after it had loaded, the server was asked for %q", got)
	}

	// The other pages; each test fails by itself where a policy is violated.
	for _, page := range []string{"tour.html", "make.html", "embed.html?src=demo/signed.sip&trust=demo/ca.pem", "recipes/plain.html", "recipes/strict-csp.html", "recipes/iframe.html"} {
		other := openURL(t, s.url+page)
		if strings.HasPrefix(page, "embed") {
			if got := run[[]string](other, elements); len(got) != 1 || got[0] == "" {
				t.Errorf("%s: %q", page, got)
			}
		}
	}
	for _, r := range s.requests() {
		if !strings.Contains(r, " "+base) {
			t.Errorf("asked for outside of the path: %s", r)
		}
	}
	if got := foreign(); len(got) > 0 {
		t.Errorf("other machines were asked for %q", got)
	}
}
