package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// focused says what has the focus, inside the view's shadow root too.
const focused = `const e = document.activeElement?.shadowRoot?.activeElement ?? document.activeElement;`

// From an empty page to the decrypted text and a byte of it, with the keyboard alone.
func TestPageByKeyboard(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.wait(`document.querySelector('[data-example=encrypted]')`)
	tabTo := func(what string, most int) {
		t.Helper()
		for range most {
			p.key(tabKey)
			if look[bool](p, focused+`return !!e?.matches('`+what+`')`) {
				return
			}
		}
		t.Fatalf("%d times Tab does not reach %s", most, what)
	}
	tabTo("[data-example=encrypted]", 14)
	p.key(enterKey)
	p.answered("opened")
	// Shortcuts, and the list of them.
	p.key("?")
	p.wait(`document.querySelector('dialog[open]')`)
	if got := look[string](p, `return document.querySelector('dialog[open] .shortcuts').textContent`); !strings.Contains(got, "Seals") {
		t.Errorf("the list of shortcuts: %q", got)
	}
	run[bool](p, `document.querySelector('dialog[open]').close(); return true`)
	p.key("2")
	if got := look[string](p, focused+`return (e.dataset.tab ?? '') + ' ' + e.getAttribute('aria-selected')`); got != "message true" {
		t.Errorf("2 goes to %q", got)
	}
	// The tabs as the ARIA tabs pattern has them.
	look[bool](p, focused+`e.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true, cancelable: true })); return true`)
	if got := look[string](p, focused+`return e.dataset.tab`); got != "asn1" {
		t.Errorf("the right arrow goes to %q", got)
	}
	p.key("1")
	tabTo(".bytes-link", 12)
	link := look[string](p, focused+`return e.dataset.bytes`)
	p.key(enterKey)
	p.wait(`document.querySelector('.result-host').shadowRoot.querySelector('.row .sel')`)
	if first := look[string](p, `return q('.row .sel').dataset.o`); !strings.Contains(link, ":"+first+"-") {
		t.Errorf("the link %s lights up from byte %s", link, first)
	}
	// The bytes by arrow keys, and back to what is said about one.
	p.key("b")
	if got := look[string](p, focused+`return e.className`); !strings.Contains(got, "bytes-rows") {
		t.Errorf("b goes to %q", got)
	}
	before := look[string](p, `return q('.here').textContent`)
	look[bool](p, focused+`e.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true, cancelable: true })); return true`)
	if after := look[string](p, `return q('.here').textContent`); after == before {
		t.Errorf("the down arrow does not move: %q", after)
	}
	look[bool](p, focused+`e.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true })); return true`)
	if got := look[string](p, focused+`return e.dataset.claim ?? e.getAttribute('role') ?? ''`); got == "" {
		t.Error("Enter on a byte goes nowhere")
	}
}

// What a screen reader needs: names, landmarks, headings in order, unique ids; and what
// eyes need: contrast, and targets that can be hit. On every view, in both schemes.
func TestPageAccessibility(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"light", "dark"} {
		p := openPage(t)
		run[bool](p, `const s = document.querySelector('#theme'); s.value = '`+scheme+`'; s.dispatchEvent(new Event('change')); return true`)
		check := func(view string) {
			t.Helper()
			for _, problem := range look[[]string](p, audit) {
				t.Errorf("%s, %s: %s", scheme, view, problem)
			}
		}
		p.wait(`document.querySelector('[data-example]')`)
		check("start")
		for _, e := range [][2]string{{"encrypted_signed", "valid"}, {"tampered", "invalid"}, {"sealed", "sealed"}} {
			p.example(e[0])
			p.answered(e[1])
			for _, tab := range look[[]string](p, `return all('.tabs [role=tab]').filter((b) => b.getClientRects().length).map((b) => b.dataset.tab)`) {
				look[bool](p, `q('.tabs [data-tab=`+tab+`]').click(); await until(() => !q('[aria-busy=true]')); await new Promise((r) => setTimeout(r, 50)); return true`)
				check(e[0] + " " + tab)
			}
		}
		run[bool](p, `document.querySelector('.choices').open = true; return true`)
		check("choices")
		for _, k := range []string{"?", "s", "c"} {
			p.key(k)
			p.wait(`document.querySelector('dialog[open]')`)
			check("dialog " + k)
			run[bool](p, `document.querySelector('dialog[open]').close(); return true`)
		}
	}
}

// The audit sees what it is for: a test of the test.
func TestPageAuditNotices(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	for want, script := range map[string]string{
		"contrast":      `const e = document.createElement('p'); e.textContent = 'pale'; e.style.color = 'rgb(200 200 200)'; e.style.backgroundColor = 'white'; document.querySelector('main').append(e)`,
		"no name":       `document.querySelector('main').append(document.createElement('button'))`,
		"too small":     `const e = document.createElement('button'); e.textContent = 'x'; Object.assign(e.style, { width: '8px', minHeight: '8px', height: '8px', padding: 0 }); document.querySelector('main').append(e)`,
		"heading 6":     `document.querySelector('main').append(Object.assign(document.createElement('h6'), { textContent: 'deep' }))`,
		"two of id":     `for (const _ of [1, 2]) document.querySelector('main').append(Object.assign(document.createElement('p'), { id: 'twice', textContent: 'text' }))`,
		"names nothing": `const e = document.createElement('button'); e.textContent = 'what'; e.setAttribute('aria-controls', 'nowhere'); document.querySelector('main').append(e)`,
		"not one h1":    `document.querySelector('main').append(Object.assign(document.createElement('h1'), { textContent: 'second' }))`,
	} {
		look[bool](p, script+"; return true")
		if got := strings.Join(look[[]string](p, audit), "\n"); !strings.Contains(got, want) {
			t.Errorf("%s is not noticed, only %q", want, got)
		}
		run[bool](p, `document.querySelector('main').lastElementChild.remove(); return true`)
	}
}

// audit lists what is wrong with the page as it is.
const audit = `
const problems = [];
const everything = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? everything(e.shadowRoot) : [])]);
const modal = document.querySelector('dialog[open]');
const elements = everything(modal ?? document.body).filter((e) => e.getClientRects().length > 0 && !e.closest('[aria-hidden=true]'));
const brief = (e) => '<' + e.tagName.toLowerCase() + (e.className?.baseVal === undefined && e.className ? ' class=' + e.className : '') + '> ' + e.textContent.trim().slice(0, 30);
const byID = (e, id) => e.getRootNode().getElementById(id);
const nameOf = (e) => (e.getAttribute('aria-labelledby') ? e.getAttribute('aria-labelledby').split(' ').map((i) => byID(e, i)?.textContent ?? '').join(' ') : e.getAttribute('aria-label') ?? (e.labels?.length ? [...e.labels].map((l) => l.textContent).join(' ') : e.textContent || e.getAttribute('title') || '')).trim();
for (const e of elements) {
  if (e.matches('button, a[href], input, select, textarea, summary, [role=tab], [role=treeitem], [role=tree], [role=tabpanel], dialog, [role=group], nav') && !nameOf(e)) problems.push('no name: ' + brief(e));
  for (const a of ['aria-labelledby', 'aria-controls', 'aria-describedby', 'aria-activedescendant']) for (const id of (e.getAttribute(a) ?? '').split(' ').filter(Boolean)) {
    if (!byID(e, id) && !(a === 'aria-controls' && e.getAttribute('aria-selected') === 'false')) problems.push(a + ' names nothing, ' + id + ': ' + brief(e));
  }
  if (e.matches('svg:not([aria-hidden]):not([role=img], [role=group][aria-label])')) problems.push('a picture without a role: ' + brief(e));
  if (e.matches('button, [role=tab], select, summary, a[href]')) {
    const box = e.getBoundingClientRect();
    if (box.width < 24 || box.height < 20) problems.push('too small to hit, ' + Math.round(box.width) + ' by ' + Math.round(box.height) + ': ' + brief(e));
  }
}
const ids = new Map();
for (const e of elements) if (e.id) { const key = e.id; if (ids.has(key) && ids.get(key).getRootNode() === e.getRootNode()) problems.push('two of id ' + key); ids.set(key, e); }
if (!modal) {
  for (const l of ['header', 'main', 'footer', 'h1']) if (elements.filter((e) => e.matches('body > ' + l + ', h1' + (l === 'h1' ? '' : ':not(h1)'))).length !== 1) problems.push('not one ' + l);
  let last = 0;
  for (const e of elements.filter((e) => /^H[1-6]$/.test(e.tagName))) { const level = Number(e.tagName[1]); if (level > last + 1) problems.push('heading ' + level + ' after ' + last + ': ' + brief(e)); last = level; }
}
const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgba = (c) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = c; canvas.fillRect(0, 0, 1, 1); const d = canvas.getImageData(0, 0, 1, 1).data; return [d[0], d[1], d[2], d[3] / 255]; };
const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
const up = (e) => e.assignedSlot ?? e.parentElement ?? e.getRootNode().host;
const ground = (e) => { const layers = []; for (let u = e; u; u = up(u)) { const c = rgba(getComputedStyle(u).backgroundColor); if (c[3] > 0) layers.push(c); if (c[3] === 1) break; } return layers.reduceRight((under, top) => over(top, under), rgba(getComputedStyle(document.body).backgroundColor)); };
const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
const told = new Set();
for (const e of elements) {
  if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) || e.matches('.visually-hidden, .visually-hidden *, option, title')) continue;
  const s = getComputedStyle(e), back = ground(e), front = over(rgba(s.color), back);
  const [a, b] = [light(front), light(back)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
  const large = parseFloat(s.fontSize) >= 24 || (parseFloat(s.fontSize) >= 18.66 && Number(s.fontWeight) >= 700);
  const key = e.tagName + e.className;
  if (ratio < (large ? 3 : 4.5) && !told.has(key)) { told.add(key); problems.push('contrast ' + ratio.toFixed(2) + ' (' + s.color + '): ' + brief(e)); }
}
return problems`

// The acts around a message with the keyboard alone: each is reached, done and left, and leaves the focus where it was.
func TestPageActsByKeyboard(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("signed")
	p.answered("valid")
	on := func(selector string) {
		t.Helper()
		p.wait(`document.activeElement?.matches('` + selector + `')`)
	}
	// Tab to the first act, and from there through all of them.
	run[bool](p, `document.querySelector('.help').focus(); return true`)
	for _, act := range []string{"edit", "open", "examples", "compare", "share", "save", "clear"} {
		p.key(tabKey)
		on("[data-act=" + act + "]")
	}
	// A menu that opens, is walked and is left.
	run[bool](p, `document.querySelector('[data-act=save]').focus(); return true`)
	p.key(enterKey)
	on("[data-save=json]")
	p.key(tabKey)
	on("[data-save=html]")
	p.key(kb.Escape)
	on("[data-act=save]")
	// A dialog: what to do first has the focus, Escape leaves it.
	for act, first := range map[string]string{"compare": "#compare-text", "share": "[data-act=copy-link]"} {
		run[bool](p, `document.querySelector('[data-act=`+act+`]').focus(); return true`)
		p.key(enterKey)
		p.wait(`document.querySelector('dialog[open]')`)
		// The link is made while the dialog is open.
		p.wait(`document.querySelector('dialog[open] ` + first + `') === document.activeElement`)
		p.key(kb.Escape)
		on("[data-act=" + act + "]")
	}
	// A box of the picture leads to what is said of it, which has the focus then.
	look[bool](p, `q('.box-head[data-layer$=".sig"]').focus(); return true`)
	p.key(enterKey)
	if got := look[string](p, focused+`return e.dataset.claim ?? ''`); !strings.HasSuffix(got, ".sig") {
		t.Errorf("from the picture to claim %q", got)
	}
	// The choices: opened, changed, and the answer with them.
	run[bool](p, `document.querySelector('.choices > summary').focus(); delete document.documentElement.dataset.state; return true`)
	p.key(enterKey)
	p.wait(`document.querySelector('.choices').open`)
	run[bool](p, `document.querySelector('.judgement select').focus(); return true`)
	p.key(kb.End)
	p.wait(`document.documentElement.dataset.state === 'invalid'`)
}
