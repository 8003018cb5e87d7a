package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Every claim with bytes lights them up, and from its first byte the way leads back to it: checks,
// findings, header fields, parts, recipients, attributes, certificates.
func TestPageEveryClaimBothWays(t *testing.T) {
	t.Parallel()
	for _, example := range []string{"encrypted_signed", "tampered", "identity_changed"} {
		p := openPage(t)
		p.example(example)
		p.wait(`document.documentElement.dataset.state`)
		got := look[map[string]string](p, `
const bad = [], kinds = new Set();
const frame = () => new Promise((r) => requestAnimationFrame(() => setTimeout(r)));
const lit = () => { const cells = all('.row .sel'); return cells.length ? Number(cells[0].dataset.o) : -1; };
const find = (key) => q('.panel [data-claim="' + CSS.escape(key) + '"]');
for (const tab of ['seals', 'message', 'certs', 'notes']) {
  q('.tabs [data-tab=' + tab + ']').click();
  for (const d of all('.panel details')) d.open = true;
  for (const key of all('.panel [data-claim]').map((e) => e.dataset.claim)) {
    q('.tabs [data-tab=' + tab + ']').click();
    const claim = find(key);
    const link = [...claim.querySelectorAll('.bytes-link')].find((l) => l.closest('[data-claim]') === claim);
    if (!link) continue;
    const [, source, start, end] = link.dataset.bytes.match(/^(\d+):(\d+)-(\d+)$/).map(Number);
    if (end === start) continue;
    // There: the bytes, and the claim itself.
    link.click();
    await frame();
    if (lit() !== start) bad.push(key + ': lights up ' + lit() + ', not ' + start);
    if (Number(q('.bytes select').value) !== source) bad.push(key + ': in source ' + q('.bytes select').value + ', not ' + source);
    if (!find(key).matches('.lit')) bad.push(key + ': is not lit itself');
    kinds.add(key.replace(/\d+|[pm.!]/g, ''));
    // And back, from its first byte. Of two claims of one name about the same bytes one is offered.
    const crumb = all('.crumbs [data-claim-link]').find((c) => c.dataset.claimLink === key);
    if (!crumb) {
      const twin = all('.crumbs [aria-current=true]').length > 0;
      if (!twin) bad.push(key + ': no way back, only ' + text('.crumbs'));
      continue;
    }
    crumb.click();
    await frame();
    const target = find(key);
    if (!target?.matches('.lit')) bad.push(key + ': the way back does not light it up');
    else if (view().activeElement !== target) bad.push(key + ': the way back leaves the focus on ' + view().activeElement?.tagName);
  }
}
return { bad: bad.join('\n'), kinds: [...kinds].sort().join(' ') }`)
		if got["bad"] != "" {
			t.Errorf("%s:\n%s", example, got["bad"])
		}
		for _, kind := range map[string][]string{
			"encrypted_signed": {"c", "f", "h", "r", "s", "sdigest", "sig", "sa"},
			"tampered":         {"sdigest", "sig"},
			"identity_changed": {"i"},
		}[example] {
			if !strings.Contains(" "+got["kinds"]+" ", " "+kind+" ") {
				t.Errorf("%s: no claim of kind %s was tried, only %s", example, kind, got["kinds"])
			}
		}
	}
}

// What was signed is in brackets, as text and as hex, and no other byte is; the line end after it is marked.
func TestPageSignedBrackets(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("signed")
	p.answered("valid")
	for _, mode := range []string{"text", "hex"} {
		got := look[map[string]string](p, `
q('.bytes [data-mode=`+mode+`]').click();
const grounds = String(new Set(all('.row .signed').map((e) => getComputedStyle(e).backgroundColor)).size);
q('.signed-key').click();
await until(() => q('.row .sel'));
const lit = String(new Set(all('.row .sel').map((e) => getComputedStyle(e).backgroundColor)).size);
q('.bytes-rows').scrollTop = q('.bytes-rows').scrollTop; // as it is: all of the signed bytes are in sight
await new Promise((r) => requestAnimationFrame(r));
const body = all('.row [data-o]').filter((e) => !e.closest('.ascii'));
const at = (c) => body.filter((e) => e.classList.contains(c)).map((e) => e.dataset.o).join();
return { begin: at('signed-begin'), end: at('signed-end'), unsigned: at('unsigned'), first: at('signed').split(',')[0], grounds, lit }`)
		// The text begins at 425 and has 83 bytes: the line end of the delimiter follows at 508.
		if got["begin"] != "425" || got["first"] != "425" || got["end"] != "507" || got["unsigned"] != "508,509" {
			t.Errorf("%s: %v", mode, got)
		}
		// Line ends are signed and lit as other bytes are, and look like it.
		if got["grounds"] != "1" || got["lit"] != "1" {
			t.Errorf("%s: signed bytes have %s grounds, lit ones %s", mode, got["grounds"], got["lit"])
		}
	}
}

// On a narrow page the bytes are a tab: a link to bytes from far below brings it, and them, into sight.
func TestPageNarrowBytes(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.viewport(320, 640)
	p.example("encrypted_signed")
	p.answered("valid")
	got := look[map[string]bool](p, `
q('.tabs [data-tab=message]').click();
const link = all('.panel .bytes-link').at(-1);
link.scrollIntoView();
link.click();
await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 50)));
const tab = q('.tabs [data-tab=bytes]').getBoundingClientRect(), row = q('.row .sel').getBoundingClientRect();
return { selected: q('.tabs [data-tab=bytes]').ariaSelected === 'true', tab: tab.left >= 0 && tab.right <= innerWidth, bytes: row.top >= 0 && row.bottom <= innerHeight,
  rows: q('.bytes-rows').scrollWidth <= q('.bytes-rows').clientWidth }`)
	for what, ok := range got {
		if !ok {
			t.Errorf("%s: not as it should be: %v", what, got)
		}
	}
	p.do(chromedp.EmulateReset())
}

// Who asked for less motion gets none: nothing glides, nothing turns.
func TestPageReducedMotion(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("signed")
	p.answered("valid")
	motion := func(wish string) string {
		if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: wish}},
		}); err != nil {
			t.Fatal(err)
		}
		return look[string](p, `
const asked = [], real = Element.prototype.scrollIntoView;
Element.prototype.scrollIntoView = function (o) { asked.push(o.behavior); };
q('.box-head[data-layer$=".sig"]').click();
Element.prototype.scrollIntoView = real;
const spinner = document.createElement('span'); spinner.className = 'spinner'; document.body.append(spinner);
const turns = getComputedStyle(spinner).animationName; spinner.remove();
return asked.join() + ' ' + turns`)
	}
	if got := motion("no-preference"); got != "smooth turn" {
		t.Errorf("with motion: %q", got)
	}
	if got := motion("reduce"); got != "auto none" {
		t.Errorf("with less motion: %q", got)
	}
}
