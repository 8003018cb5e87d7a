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

// undecided judges what axe-core leaves to people. Of contrasts that it does not decide,
// because something lies beside, above or behind, or a text is short, it takes the colour
// of the text and of what is painted behind it: 4.5 to 1, and 3 to 1 for large text and for
// signs (WCAG 2.2, 1.4.3 and 1.4.11). Two things are as they are to be:
//   - a button with a sign on it is named by a word, which the sign cannot be part of;
//   - a tree is as deep as what it shows.
const undecided = `
const paint = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
const colours = new Map();
const rgba = (colour) => {
  if (!colours.has(colour)) {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = colour;
    paint.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data;
    colours.set(colour, [r, g, b, a / 255]);
  }
  return colours.get(colour);
};
const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
const luminance = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => { const v = c[i] / 255; return sum + w * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4); }, 0);
const around = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host;
const contrast = (e) => {
  const style = getComputedStyle(e);
  const layers = [];
  let opacity = 1;
  for (let n = e; n; n = around(n)) {
    const s = getComputedStyle(n);
    opacity *= Number(s.opacity);
    if (n instanceof SVGElement && n.nodeName !== 'svg') continue;
    if (s.backgroundImage !== 'none') return { ratio: 0, why: 'a picture behind it' };
    layers.push(rgba(s.backgroundColor));
    if (layers.at(-1)[3] === 1) break;
  }
  const ground = layers.reverse().reduce((under, c) => over(c, under), rgba('Canvas'));
  const [r, g, b, a] = rgba(e instanceof SVGElement ? style.fill : style.color);
  const [light, dark] = [luminance(over([r, g, b, a * opacity], ground)), luminance(ground)].sort((x, y) => y - x);
  const size = parseFloat(style.fontSize);
  const sign = !/[\p{L}\p{N}]/u.test(e.textContent);
  return { ratio: (light + 0.05) / (dark + 0.05), least: sign || size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5 };
};
const reach = (target) => target.flat(9).reduce((root, selector) => (root.shadowRoot ?? root).querySelector(selector), document);
const judge = (v, n) => {
  const checks = n.any.concat(n.all, n.none);
  const e = reach(n.target);
  if (v.id === 'color-contrast') {
    const { ratio, least, why } = contrast(e);
    return ratio >= least ? '' : 'a contrast of ' + (why ?? ratio.toFixed(2) + ' to 1');
  }
  if (v.id === 'label-content-name-mismatch' && !/[\p{L}\p{N}]/u.test(e.textContent)) return '';
  if (v.id === 'aria-valid-attr-value' && e.role === 'treeitem' && checks.every((c) => /aria-level/.test(c.message))) return '';
  return checks.map((c) => c.message).join('; ');
};
`

// axeAs has axe-core judge the page as it is, in one guise.
func (p *tab) axeAs(g guise) []string {
	p.t.Helper()
	p.viewport(g.width, 900)
	return patiently[[]string](p, undecided+`
document.documentElement.dataset.theme = '`+g.scheme+`';
await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 30)));
await Promise.all(document.getAnimations().map((a) => a.finished.catch(() => {})));
const { violations, incomplete } = await axe.run(document, { resultTypes: ['violations', 'incomplete'] });
const open = incomplete.flatMap((v) => v.nodes.map((n) => [judge(v, n), v, n])).filter(([why]) => why);
const place = (n) => n.target.flat(9).join(' ') + ' ' + n.html.slice(0, 120);
return violations.map((v) => v.id + ': ' + v.help + v.nodes.slice(0, 3).map((n) => '\n    ' + place(n) + ' ' + n.any.concat(n.all, n.none).map((c) => c.message).join('; ')).join(''))
  .concat(open.slice(0, 8).map(([why, v, n]) => v.id + ', undecided: ' + place(n) + ': ' + why))`)
}

// axe has axe-core judge the page as it is, in every guise.
func (p *tab) axe(view string) {
	p.t.Helper()
	for _, g := range guises {
		for _, violation := range p.axeAs(g) {
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
	t.Parallel()
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
		p.wait(`!document.querySelector('dialog')`) // with the focus in its field
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
	t.Parallel()
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

// axe is really there, looks into shadow roots, and what it does not decide is judged: a
// test of the test.
func TestAxeNotices(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.injectAxe()
	run[bool](p, `const host = document.createElement('div'); document.querySelector('main').append(host);
const root = host.attachShadow({ mode: 'open' });
root.append(document.createElement('button'));
for (const [text, colour] of [['x', '#999'], ['y', '#555'], ['→', '#aaa'], ['←', '#888']]) {
  const sign = document.createElement('p');
  sign.id = 'c' + colour.slice(1);
  sign.textContent = text; sign.style.color = colour; sign.style.backgroundColor = '#fff';
  root.append(sign);
}
const pre = document.createElement('pre'); pre.id = 'named'; pre.ariaLabel = 'a name'; pre.textContent = 'What is in it';
root.append(pre);
return true`)
	got := strings.Join(p.axeAs(guises[0]), "\n")
	for _, want := range []string{"button-name", "#c999", "#caaa", "#named"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not noticed, only %s", want, got)
		}
	}
	for _, fine := range []string{"#c555", "#c888"} {
		if strings.Contains(got, fine) {
			t.Errorf("%s is noticed: %s", fine, got)
		}
	}
}
