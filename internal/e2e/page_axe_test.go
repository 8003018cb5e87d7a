package e2e

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// guise is how a page is looked at: a width in CSS pixels and a colour scheme.
type guise struct {
	width  int64
	scheme string
}

// Both schemes, and the narrow, the middle and the wide page.
var guises = []guise{{1440, "light"}, {320, "dark"}, {768, "light"}}

// injectAxe puts axe-core into the page by way of the debugger, which the page's policy does
// not concern.
func (p *tab) injectAxe() {
	p.t.Helper()
	eval[bool](p, string(read(p.t, "internal/e2e/testdata/axe/axe.min.js"))+"\n;true")
}

// axe has axe-core judge the page as it is, in every guise.
func (p *tab) axe(view string) {
	p.t.Helper()
	for _, g := range guises {
		p.viewport(g.width, 900)
		for _, violation := range run[[]string](p, `
document.documentElement.dataset.theme = '`+g.scheme+`';
await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 30)));
await Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {})));
const { violations } = await axe.run(document, { resultTypes: ['violations'] });
return violations.map((v) => v.id + ': ' + v.help + v.nodes.slice(0, 3).map((n) => '\n    ' + n.target.flat(9).join(' ') + ' ' + n.html.slice(0, 120) + ' ' + n.any.concat(n.all, n.none).map((c) => c.message).join('; ')).join(''))`) {
			p.t.Errorf("%s, %s at %d pixels: %s", view, g.scheme, g.width, violation)
		}
	}
	p.do(chromedp.EmulateReset())
}

// archived is a tar archive of messages of the demonstration set.
func archived(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, name := range names {
		data := read(t, "testdata/demo/"+name+".sip")
		if err := w.WriteHeader(&tar.Header{Name: name + ".sip", Mode: 0o644, Size: int64(len(data))}); err != nil {
			t.Fatal(err)
		}
		w.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// axe finds no violation on any view of the page.
func TestPageAxe(t *testing.T) {
	p := openPage(t)
	p.injectAxe()
	p.wait(`document.querySelector('[data-example]')`)
	p.axe("start")
	tab := func(name string) {
		look[bool](p, `q('.tabs [data-tab=`+name+`]').click(); await until(() => !q('[aria-busy=true]')); return true`)
	}
	// Every tab once, on the example that has the most in it; then what only others have.
	p.example("encrypted_signed")
	p.answered("valid")
	for _, name := range []string{"seals", "message", "certs", "notes", "asn1"} {
		tab(name)
		p.axe(name)
	}
	for _, style := range []string{"asn1parse", "dumpasn1"} {
		look[bool](p, `q('[data-style=`+style+`]').click(); await until(() => q('.dump-view .dump')); return true`)
		p.axe("dump by " + style)
	}
	tab("seals")
	look[bool](p, `q('.over .bytes-link').click(); q('.bytes [data-mode=text]').click(); return true`)
	p.axe("signed bytes as text")
	look[bool](p, `q('.bytes [data-mode=hex]').click(); q('.row [data-o]').click(); return true`)
	p.axe("a byte as hex")
	run[bool](p, `document.querySelector('.choices').open = true; return true`)
	p.axe("key ring, trust, time and policy")
	run[bool](p, `document.querySelector('[data-act=save]').click(); return true`)
	p.axe("ways to save")
	run[bool](p, `document.querySelector('.menu:popover-open').hidePopover(); return true`)
	for key, name := range map[string]string{"?": "shortcuts", "s": "share", "c": "compare"} {
		p.key(key)
		p.wait(`document.querySelector('dialog[open]')`)
		if key == "c" {
			run[bool](p, `const d = document.querySelector('dialog[open]'); d.querySelector('textarea').value = 'x'; d.querySelector('[data-act=compare]').click(); return true`)
			p.wait(`document.querySelector('dialog[open] .differences')`)
		}
		p.axe(name)
		run[bool](p, `document.querySelector('dialog[open]').close(); return true`)
	}
	for _, e := range [][2]string{{"signed_encrypted", "valid"}, {"sealed", "sealed"}, {"tampered", "invalid"}, {"identity_changed", "invalid"}, {"tunnel_changed", "valid"}, {"draft01_signed_no_null", "unverifiable"}} {
		p.example(e[0])
		p.answered(e[1])
		tab("seals")
		p.axe(e[0])
	}
	p.example("rfc6216_08")
	p.wait(`document.documentElement.dataset.state`)
	tab("certs")
	look[bool](p, `for (const d of all('details')) d.open = true; await until(() => q('.tls') && all('.certificate-text .dump').every((e) => e.getAttribute('aria-busy') === 'false')); return true`)
	p.axe("TLS check")
	run[bool](p, `delete document.documentElement.dataset.state; return true`)
	p.drop(file("call.pcap", dialog(t)))
	p.wait(`document.documentElement.dataset.state`)
	look[bool](p, `(await until(() => all('.message-row')[1])).click(); await until(() => all('.arrow').length === 10); return true`)
	p.axe("many messages")
	run[bool](p, `delete document.documentElement.dataset.state; return true`)
	p.drop(file("three.tar", archived(t, "signed", "tampered", "sealed")))
	p.wait(`document.documentElement.dataset.state`)
	look[bool](p, `await until(() => q('.messages [data-message]')); return true`)
	p.axe("three messages of an archive")
	run[bool](p, `document.querySelector('[data-act=examples]').click(); return true`)
	p.axe("examples beside a message")
	run[bool](p, `const s = document.querySelector('#language'); s.value = 'de'; s.dispatchEvent(new Event('change')); return true`)
	p.axe("in German")
	run[bool](p, `document.querySelector('[data-act=clear]').click(); return true`)
	p.wait(`document.querySelector('[data-act=undo]')`)
	p.axe("cleared")
}

// Nor on the tour and the page for an iframe. (The maker is judged with its own tests.)
func TestOtherPagesAxe(t *testing.T) {
	t.Run("tour", func(t *testing.T) {
		p := open(t, "tour.html")
		run[[]string](p, elements)
		p.injectAxe()
		p.axe("tour")
	})
	t.Run("embed", func(t *testing.T) {
		p := open(t, "embed.html?src=demo/signed.sip&trust=demo/ca.pem")
		run[[]string](p, elements)
		p.injectAxe()
		p.axe("embed")
	})
}

// axe is really there, and looks into shadow roots: a test of the test.
func TestAxeNotices(t *testing.T) {
	p := openPage(t)
	p.injectAxe()
	got := run[string](p, `const host = document.createElement('div'); document.querySelector('main').append(host);
host.attachShadow({ mode: 'open' }).append(document.createElement('button'));
return (await axe.run(document)).violations.map((v) => v.id).join()`)
	if !strings.Contains(got, "button-name") {
		t.Errorf("a button without a name is not noticed, only %q", got)
	}
}
