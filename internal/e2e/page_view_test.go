package e2e

import (
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/vectors"
)

// From a claim to its bytes, and from a byte to the claims about it.
func TestPageClaimsAndBytes(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("signed")
	p.answered("valid")
	got := look[map[string]string](p, `
q('.over .bytes-link').click();
const shown = { link: q('.over .bytes-link').dataset.bytes, lit: String(q('.over').classList.contains('lit')) };
await until(() => q('.row .sel'));
shown.first = q('.row .sel').dataset.o;
shown.text = all('.row .sel').map((e) => e.textContent).join('');
shown.unsigned = all('.row .unsigned').map((e) => e.textContent).join('');
const value = all('.row .line > span').find((e) => e.textContent.includes('Watson'));
value.click();
shown.crumbs = text('.crumbs');
all('.crumbs button').at(-1).click();
shown.tab = view().querySelector('.view').dataset.tab;
shown.claim = view().activeElement?.dataset.claim ?? '';
return shown`)
	if got["link"] != "0:"+got["first"]+"-508" || got["lit"] != "true" {
		t.Errorf("the signed bytes %s begin to be lit at %s, claim lit: %s", got["link"], got["first"], got["lit"])
	}
	if !strings.HasPrefix(got["text"], "Content-Type: text/plain") || !strings.HasSuffix(got["text"], `Watson, come here.\r\n`) {
		t.Errorf("lit: %q", got["text"])
	}
	if got["unsigned"] != `\r\n` {
		t.Errorf("marked as not signed: %q", got["unsigned"])
	}
	if !strings.Contains(got["crumbs"], "Signed bytes") || got["tab"] != "message" || !strings.HasPrefix(got["claim"], "m0.p1.1") {
		t.Errorf("from the byte: %q in tab %s, claim %s", got["crumbs"], got["tab"], got["claim"])
	}
}

// Text from a message cannot become markup, nor change the direction of other text.
func TestPageUntrustedText(t *testing.T) {
	t.Parallel()
	message := "MESSAGE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nFrom: <sip:a@example.com>;tag=1\r\nTo: <sip:b@example.net>\r\n" +
		"Call-ID: 1\r\nCSeq: 1 MESSAGE\r\nSubject: <img src=x onerror=alert(1)>\u202egpj\r\nContent-Type: text/plain\r\nContent-Length: 36\r\n\r\n<script>alert(1)</script>\u202eevil\u202c\x1b"
	p := openPage(t)
	p.drop(file("x.sip", []byte(message)))
	p.answered("plain")
	got := look[map[string]string](p, `
view().querySelector('[data-tab=message]').click();
await until(() => q('.headers'));
return { elements: String(view().querySelectorAll('img, script').length), subject: all('.headers tr').find((r) => r.textContent.includes('Subject')).textContent,
  body: text('.text pre'), marks: all('.ctl').map((e) => e.title).join('|') }`)
	if got["elements"] != "0" {
		t.Error("text became markup")
	}
	if !strings.Contains(got["subject"], "<img src=x") || strings.Contains(got["subject"], "\u202e") || !strings.Contains(got["marks"], "right-to-left override") {
		t.Errorf("subject %q, marks %q", got["subject"], got["marks"])
	}
	if !strings.Contains(got["body"], "<script>") || strings.ContainsAny(got["body"], "\u202e\x1b") {
		t.Errorf("body %q", got["body"])
	}
}

// A SIP Identity is judged beside what S/MIME says, and a session description is explained.
func TestPageIdentity(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.drop(file("invite.identity", vectors.RFC4474(t, "invite.identity")))
	p.wait(`document.documentElement.dataset.state`)
	got := look[map[string]string](p, `
await until(() => q('.card'));
const out = { card: text('.card h3'), checks: String(all('.card .check').length), names: all('.card .check b').map((e) => e.textContent).join(' ') };
q('[role=tab][data-tab=message]').click();
out.meanings = String(all('.headers td.meaning').length);
return out`)
	if !strings.Contains(got["card"], "RFC 4474") || got["checks"] == "0" || strings.Contains(got["names"], "check.") {
		t.Errorf("the identity: %v", got)
	}
	if got["meanings"] == "0" {
		t.Error("the session description is not explained")
	}
}

func TestPageDump(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("draft01_signed")
	p.answered("valid")
	for style, begins := range map[string]string{"asn1parse": "cons: SEQUENCE", "dumpasn1": "SEQUENCE {", "openssl3": "d=0"} {
		got := look[string](p, `
view().querySelector('[data-tab=asn1]').click();
(await until(() => q('[data-style=`+style+`]'))).click();
return (await until(() => q('.asn1[aria-busy=false]') && q('.dump')?.textContent.includes('SEQUENCE') && q('[data-style=`+style+`][aria-pressed=true]') && q('.dump'))).textContent`)
		if line, _, _ := strings.Cut(got, "\n"); !strings.Contains(line, begins) {
			t.Errorf("%s begins with %q, without %q", style, line, begins)
		}
	}
}

// The picture of the layers as a file, the report as JSON and as a page: what is saved is well formed.
func TestPageSaves(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("encrypted_signed")
	p.answered("valid")
	// What would be written to a file is caught on its way.
	saved := func(act string) string {
		return look[string](p, `
let made; const real = URL.createObjectURL; URL.createObjectURL = (b) => { made = b; return real.call(URL, b); };
const stop = (e) => { if (e.target.download) e.preventDefault(); };
const click = HTMLAnchorElement.prototype.click; HTMLAnchorElement.prototype.click = function () { if (!this.download) click.call(this); };
`+act+`
await until(() => made);
URL.createObjectURL = real; HTMLAnchorElement.prototype.click = click;
return await made.text();`)
	}
	menu := func(kind string) string {
		return `document.querySelector('[data-act=save]').click(); document.querySelector('[data-save=` + kind + `]').click();`
	}
	picture := saved(`q('[data-act=save-svg]').click();`)
	if err := xml.Unmarshal([]byte(picture), new(struct{})); err != nil || !strings.Contains(picture, "Watson, come here.") {
		t.Errorf("the picture (%v): %.200s", err, picture)
	}
	var report struct {
		Schema  int
		Summary struct{ State string }
	}
	if err := json.Unmarshal([]byte(saved(menu("json"))), &report); err != nil || report.Schema != 1 || report.Summary.State != "valid" {
		t.Errorf("the report as JSON: %v %+v", err, report)
	}
	page := saved(menu("html"))
	if !strings.HasPrefix(page, "<!doctype html>") || regexp.MustCompile(`<(button|script|form|input|select)|<dd[^>]*></dd>|<p class="acts"></p>`).MatchString(page) || !strings.Contains(page, "Signed by “sip:alice@atlanta.example”") {
		t.Errorf("the report as a page: %.300s", page)
	}
	if strings.Contains(page, "PRIVATE KEY") {
		t.Error("a key is in the saved page")
	}
}

// A link holds the message and never a key, and opens what it holds.
func TestPageShare(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("encrypted")
	p.answered("opened")
	link := look[string](p, `
document.querySelector('[data-act=share]').click();
return (await until(() => document.querySelector('#share-link'))).value`)
	base, fragment, found := strings.Cut(link, "#m=")
	if !found || fragment == "" || strings.Contains(base, "m=") {
		t.Fatalf("the link is %q", link)
	}
	p2 := openURL(t, link)
	p2.wait(`document.documentElement.dataset.state === 'sealed'`) // without the key
	if got := look[string](p2, `return document.querySelector('.given b').textContent`); got != "encrypted.sip" {
		t.Errorf("the link opens %q", got)
	}
	if got := look[string](p, `return document.querySelector('dialog').textContent`); !strings.Contains(got, "no keys, no passwords") {
		t.Errorf("about keys, the dialog says %q", got)
	}
	// What does not fit into a link becomes a file.
	p4 := openPage(t)
	p4.drop(file("large.sip", fmt.Appendf(nil, "MESSAGE sip:b@example.net SIP/2.0\r\nContent-Type: text/plain\r\n\r\n%s", noise(64<<10))))
	p4.wait(`document.documentElement.dataset.state`)
	if got := look[map[string]bool](p4, `
document.querySelector('[data-act=share]').click();
await until(() => document.querySelector('dialog [data-act=share-file]'));
return { link: !!document.querySelector('#share-link'), file: true, said: document.querySelector('dialog').textContent.includes('Send it as a file') }`); got["link"] || !got["said"] {
		t.Errorf("of a message that is too large for a link: %v", got)
	}
	// A private key in the input itself is not shared.
	p3 := openPage(t)
	p3.drop(file("bob_key.pem", read(t, "testdata/demo/bob_key.pem")))
	p3.wait(`document.documentElement.dataset.state`)
	if got := look[string](p3, `document.querySelector('[data-act=share]').click(); await until(() => document.querySelector('dialog')); return document.querySelector('dialog').textContent`); !strings.Contains(got, "never put into a link") {
		t.Errorf("sharing a key says %q", got)
	}
}

// noise is text that hardly compresses.
func noise(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	b := make([]byte, n/2)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return hex.EncodeToString(b)
}

func TestPageCompare(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.drop(file("signed.sip", read(t, "testdata/demo/signed.sip")), file("tampered.sip", read(t, "testdata/demo/tampered.sip")), file("ca.pem", read(t, "testdata/demo/ca.pem")))
	p.wait(`document.querySelector('.compare-answer')`)
	got := look[map[string]string](p, `return { answer: document.querySelector('.compare-answer').textContent, row: document.querySelector('.differences tbody tr').textContent,
  signed: document.querySelector('.differences tbody tr').dataset.signed, digests: String(new Set([...document.querySelectorAll('.compare-sides dd')].map((e) => e.textContent)).size) }`)
	if !strings.Contains(got["answer"], "one place") || !strings.Contains(got["row"], "come here") || !strings.Contains(got["row"], "stay away") || got["signed"] != "true" || got["digests"] != "2" {
		t.Errorf("the comparison says %v", got)
	}
}

// Pictures of every view in every width and colour, for a person to look at; and nothing is wider than its page.
func TestPageWidths(t *testing.T) {
	t.Parallel()
	for _, scheme := range []string{"light", "dark"} {
		p := openPage(t)
		p.example("encrypted_signed")
		p.answered("valid")
		run[bool](p, `const s = document.querySelector('#theme'); s.value = '`+scheme+`'; s.dispatchEvent(new Event('change')); return true`)
		for _, width := range []int64{320, 768, 1440} {
			p.viewport(width, 900)
			for _, tab := range look[[]string](p, `return all('.tabs [role=tab]').filter((b) => getComputedStyle(b).display !== 'none').map((b) => b.dataset.tab)`) {
				wide := look[string](p, `view().querySelector('.tabs [data-tab=`+tab+`]').click();
await new Promise((r) => requestAnimationFrame(() => setTimeout(r, 60)));
const over = document.documentElement.scrollWidth - innerWidth;
return over > 0 ? 'by ' + over + ' pixels' : ''`)
				if wide != "" {
					t.Errorf("%s at %d pixels is too wide %s", tab, width, wide)
				}
				p.screenshot(strings.Join([]string{"page", tab, scheme, strconv.FormatInt(width, 10)}, "-"))
			}
		}
		p.do(chromedp.EmulateReset())
	}
}
