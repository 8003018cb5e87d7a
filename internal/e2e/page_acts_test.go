package e2e

// What the tests of the page have in common: giving it files and text as a visitor
// does, waiting for its answer, and looking into its view.

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// lookups is put before every script: q and all look into the shadow root of the
// page's view, text gives what is written there.
const lookups = `
const view = () => document.querySelector('.result-host').shadowRoot;
const q = (s) => view().querySelector(s);
const all = (s) => [...view().querySelectorAll(s)];
const text = (s) => q(s)?.textContent ?? '';
const until = async (f) => { for (let i = 0; i < 4000; i++) { const v = f(); if (v) return v; await new Promise((r) => setTimeout(r, 25)); } throw new Error('waited in vain for ' + f); };
`

// openPage opens the page and waits until it can take input.
func openPage(t *testing.T) *tab {
	t.Helper()
	p := open(t, "")
	p.wait(`document.documentElement.dataset.ready && document.querySelector('[data-example]')`)
	return p
}

// look runs the body of an async function in which lookups are at hand.
func look[T any](p *tab, body string) T {
	p.t.Helper()
	return run[T](p, lookups+body)
}

// given is a file as it is handed to the page.
type given struct {
	Name string `json:"name"`
	Data string `json:"data"` // base64
}

func file(name string, data []byte) given {
	return given{name, base64.StdEncoding.EncodeToString(data)}
}

// drop drops files on the page.
func (p *tab) drop(files ...given) {
	p.t.Helper()
	run[bool](p, handed(p.t, files)+`
document.body.dispatchEvent(new DragEvent('dragenter', { dataTransfer, bubbles: true, cancelable: true }));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
return true`)
}

// handed is a script that makes a DataTransfer with files.
func handed(t *testing.T, files []given) string {
	t.Helper()
	list, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	return `const dataTransfer = new DataTransfer();
for (const { name, data } of ` + string(list) + `) dataTransfer.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name));
`
}

// paste pastes text into the message field.
func (p *tab) paste(text string) {
	p.t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		p.t.Fatal(err)
	}
	run[bool](p, `const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', `+string(quoted)+`);
const field = document.querySelector('#input'); field.focus();
field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
return true`)
}

// answered waits until the page shows an answer with this state and returns its
// sentence.
func (p *tab) answered(state string) string {
	p.t.Helper()
	p.wait(`document.querySelector('.result-host')?.shadowRoot?.querySelector('.answer') && document.documentElement.dataset.state`)
	got := look[[]string](p, `await until(() => q('.answer')); return [q('.answer').dataset.state, text('.sentence')]`)
	if got[0] != state {
		p.t.Errorf("the answer is %s, not %s: %s", got[0], state, got[1])
	}
	return got[1]
}

// example opens one of the examples.
func (p *tab) example(id string) {
	p.t.Helper()
	p.wait(`document.querySelector('[data-example="` + id + `"]')`)
	run[bool](p, `delete document.documentElement.dataset.state; document.querySelector('[data-example="`+id+`"]').click(); return true`)
}

// quote gives a string as JavaScript has it.
func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// inflated is the message that a link holds, deflated and in base64url.
func inflated(link string) (string, error) {
	_, fragment, _ := strings.Cut(link, "#m=")
	folded, _, _ := strings.Cut(fragment, "&")
	raw, err := base64.RawURLEncoding.DecodeString(folded)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(flate.NewReader(bytes.NewReader(raw)))
	return string(b), err
}

// key presses a key.
func (p *tab) key(keys ...string) {
	p.t.Helper()
	for _, k := range keys {
		p.do(chromedp.KeyEvent(k))
	}
}

var (
	tabKey   = kb.Tab
	enterKey = kb.Enter
)
