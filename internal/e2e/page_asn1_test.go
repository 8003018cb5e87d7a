package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

// openTree opens the tree of the example's first object and waits for it.
func openTree(t *testing.T, example, state string) *tab {
	t.Helper()
	p := openPage(t)
	p.example(example)
	p.answered(state)
	look[bool](p, `q('[role=tab][data-tab=asn1]').click(); await until(() => all('.tree [role=treeitem]').length > 5); return true`)
	return p
}

// The tree by keyboard, as the ARIA tree pattern has it, with what a screen reader hears.
func TestPageTreeByKeyboard(t *testing.T) {
	t.Parallel()
	p := openTree(t, "signed", "valid")
	look[bool](p, `q('.tree').focus(); return true`)
	active := func() []string {
		return look[[]string](p, `await new Promise((r) => setTimeout(r, 60)); const e = view().getElementById(q('.tree').getAttribute('aria-activedescendant'));
return [e.getAttribute('aria-label'), e.getAttribute('aria-level'), e.getAttribute('aria-expanded') ?? '', e.getAttribute('aria-posinset') + '/' + e.getAttribute('aria-setsize')]`)
	}
	if got := active(); !strings.Contains(got[0], "ContentInfo") || got[1] != "1" || got[2] != "true" {
		t.Errorf("the root is %q", got)
	}
	for i, step := range []struct{ key, label, level, expanded, place string }{
		{"ArrowRight", "contentType OBJECT IDENTIFIER signedData", "2", "", "1/2"},
		{"ArrowDown", "content [0] SignedData", "2", "true", "2/2"},
		{"ArrowLeft", "content [0] SignedData", "2", "false", "2/2"},
		{"ArrowLeft", "ContentInfo", "1", "true", "1/1"},
		{"End", "content [0] SignedData", "2", "false", "2/2"},
		{"ArrowRight", "content [0] SignedData", "2", "true", "2/2"},
		{"Home", "ContentInfo", "1", "true", "1/1"},
	} {
		look[bool](p, fmt.Sprintf(`q('.tree').dispatchEvent(new KeyboardEvent('keydown', { key: %q, bubbles: true, cancelable: true })); return true`, step.key))
		got := active()
		if !strings.Contains(got[0], step.label) || got[1] != step.level || got[2] != step.expanded || got[3] != step.place {
			t.Errorf("step %d, %s: %q", i, step.key, got)
		}
	}
}

// A node lights up tag, length and value; a byte selects its node.
func TestPageTreeAndBytes(t *testing.T) {
	t.Parallel()
	p := openTree(t, "signed", "valid")
	got := look[map[string]string](p, `
q('[data-node="2"]').click();
await until(() => q('.tlv-tag'));
const octets = (c) => all('.row .hex .' + c).map((e) => e.textContent).join('');
const out = { tag: octets('tlv-tag'), len: octets('tlv-len') };
const cell = all('.row .hex [data-o]').find((e) => e.classList.contains('tlv-val') && Number(e.dataset.o) > Number(q('.tlv-tag').dataset.o) + 12);
cell.click();
await until(() => q('.tree .active')?.dataset.node !== '2');
out.node = q('.tree .active').dataset.node;
out.crumbs = (await until(() => q('.node .crumbs')?.textContent.includes('content') && q('.node .crumbs'))).textContent;
return out`)
	if got["tag"] != "a0" || !strings.HasPrefix(got["len"], "82") {
		t.Errorf("tag %s, length %s", got["tag"], got["len"])
	}
	if got["node"] == "2" || !strings.Contains(got["crumbs"], "ContentInfo") {
		t.Errorf("from the byte to node %s: %s", got["node"], got["crumbs"])
	}
}

func TestPageTreeSearchAndActs(t *testing.T) {
	t.Parallel()
	p := openTree(t, "signed", "valid")
	got := look[map[string]string](p, `
const s = q('.search input'); s.value = 'messageDigest'; s.dispatchEvent(new Event('input'));
await until(() => q('.count-found').textContent);
const out = { found: q('.count-found').textContent };
s.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
out.active = await until(() => q('.tree .active.found .value')?.textContent);
await until(() => q('.node .crumbs')?.textContent.includes('signedAttrs'));
let copied = ''; navigator.clipboard.writeText = async (x) => { copied = x; };
q('[data-act=copy-path]').click(); await until(() => copied); out.path = copied; copied = '';
q('[data-act=copy-hex]').click(); await until(() => copied); out.hex = copied; copied = '';
q('[data-act=copy-base64]').click(); await until(() => copied); out.base64 = copied;
return out`)
	if strings.HasPrefix(got["found"], "0 ") || !strings.Contains(got["active"], "messageDigest") {
		t.Errorf("searching found %q, %q", got["found"], got["active"])
	}
	if !strings.Contains(got["path"], "signedAttrs") || !strings.HasPrefix(got["hex"], "06092a864886f70d010904") {
		t.Errorf("path %q, hex %q", got["path"], got["hex"])
	}
	if b, err := base64.StdEncoding.DecodeString(got["base64"]); err != nil || fmt.Sprintf("%x", b) != got["hex"] {
		t.Errorf("base64 %q (%v)", got["base64"], err)
	}
}

// A node opens as an input of its own, named by its path, and undo brings back where it
// was.
func TestPageOpensNode(t *testing.T) {
	t.Parallel()
	p := openTree(t, "signed", "valid")
	got := look[map[string]string](p, `
const s = q('.search input'); s.value = 'messageDigest'; s.dispatchEvent(new Event('input'));
await until(() => q('.count-found').textContent);
s.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
await until(() => q('.node .crumbs')?.textContent.includes('signedAttrs'));
const out = { primitive: q('[data-act=open-document]') ? 'can be opened' : '' };
q('.tree').dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true, cancelable: true }));
const undo = () => document.querySelector('[data-act=undo]');
(await until(() => q('[data-act=open-document]'))).click();
await until(undo);
Object.assign(out, { given: document.querySelector('.given b').textContent });
for (let i = 0; i < 4000 && !q('.tree [role=treeitem]')?.getAttribute('aria-label')?.includes('SEQUENCE, '); i++) await new Promise((r) => setTimeout(r, 25));
out.rows = all('.tree [role=treeitem]').map((e) => e.getAttribute('aria-label')).join(' | ');
undo().click();
await until(() => document.documentElement.dataset.state === 'valid');
out.back = document.querySelector('.given b').textContent;
return out`)
	if !strings.Contains(got["given"], "signedAttrs") || got["back"] != "signed.sip" {
		t.Errorf("opened %q, and back %q", got["given"], got["back"])
	}
	if rows := strings.Split(got["rows"], " | "); len(rows) != 4 || !strings.HasPrefix(rows[0], "SEQUENCE") || !strings.Contains(rows[1], "messageDigest") || got["primitive"] != "" {
		t.Errorf("its tree is %q; a primitive one %s", rows, got["primitive"])
	}
}

// Any DER opens on its own, damaged or not, and a large one stays in hand.
func TestPageOpensAnyASN1(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.paste("30 0a 0c 01 41 04 05 30 03 01 01 ff")
	p.wait(`document.documentElement.dataset.state`)
	rows := look[[]string](p, `await until(() => all('.tree [role=treeitem]').length > 3); await new Promise((r) => setTimeout(r, 100)); return all('.tree [role=treeitem]').map((e) => e.getAttribute('aria-label'))`)
	if got := strings.Join(rows, "\n"); !strings.Contains(got, "UTF8String \"A\", 1 byte") || !strings.Contains(got, "encapsulates") || !strings.Contains(got, "TRUE") {
		t.Errorf("the tree says\n%s", got)
	}
	// Treated as octets, the string has nothing in it.
	n := look[int](p, `
all('.tree [role=treeitem]').find((e) => e.getAttribute('aria-label').includes('encapsulates')).click();
(await until(() => q('[data-act=close-string]'))).click();
await until(() => q('.asn1[aria-busy=false]') && !all('.tree [role=treeitem]').some((e) => (e.getAttribute('aria-label') ?? '').includes('encapsulates')));
return all('.tree [role=treeitem]').length`)
	if n != 3 {
		t.Errorf("%d rows with the string closed, not 3", n)
	}
}

// 60,000 values: the tree is there, and has only the rows that are seen.
func TestPageLargeTree(t *testing.T) {
	t.Parallel()
	var body []byte
	for range 30_000 {
		body = append(body, 0x30, 0x03, 0x02, 0x01, 0x07)
	}
	n := len(body)
	der := append([]byte{0x30, 0x83, byte(n >> 16), byte(n >> 8), byte(n)}, body...)
	p := openPage(t)
	p.drop(file("large.der", der))
	p.wait(`document.documentElement.dataset.state`)
	got := look[map[string]int](p, `await until(() => all('.tree [role=treeitem]').length > 5);
const list = q('.tree'); const out = { rows: all('.tree [role=treeitem]').length };
list.focus(); list.dispatchEvent(new KeyboardEvent('keydown', { key: 'End', bubbles: true, cancelable: true }));
await new Promise((r) => setTimeout(r, 150));
const e = view().getElementById(list.getAttribute('aria-activedescendant'));
const box = e.getBoundingClientRect(), frame = list.getBoundingClientRect();
out.last = Number(e.dataset.node); out.seen = box.top >= frame.top - 1 && box.bottom <= frame.bottom + 1 ? 1 : 0;
return out`)
	if got["rows"] > 100 || got["last"] != 60_000 || got["seen"] != 1 {
		t.Errorf("%v", got)
	}
}

// Two million values: the page answers while they are read, and has only the rows
// that are seen of the tree and of its dump.
func TestPageHugeTree(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	got := look[map[string]string](p, `
const count = 2_000_000;
const der = new Uint8Array(5 + 3 * count);
der.set([0x30, 0x83, 3 * count >> 16, 3 * count >> 8 & 255, 3 * count & 255]);
for (let i = 5; i < der.length; i += 3) der.set([2, 1, i % 100], i);
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([der], 'huge.der'));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
// It is still being read, and the page does what it is told.
const out = {};
const root = document.documentElement;
const running = () => !root.dataset.state;
await new Promise(requestAnimationFrame);
const theme = document.querySelector('#theme');
theme.value = 'dark';
theme.dispatchEvent(new Event('change'));
out.theme = root.dataset.theme;
out.running = String(!!running());
return out`)
	if got["theme"] != "dark" || got["running"] != "true" {
		t.Errorf("while the file is read: %v", got)
	}
	p.wait(`document.documentElement.dataset.state`)
	p.wait(`document.querySelector('.result-host').shadowRoot.querySelectorAll('.tree [role=treeitem]').length > 5`)
	got = look[map[string]string](p, `
const out = {};
const list = q('.tree');
const rows = () => all('.tree [role=treeitem]').length;
const active = () => view().getElementById(list.getAttribute('aria-activedescendant'));
const key = (k) => list.dispatchEvent(new KeyboardEvent('keydown', { key: k, bubbles: true, cancelable: true }));
out.rows = String(rows() < 100);
key('End');
out.last = (await until(() => active()?.getAttribute('aria-label').includes('INTEGER') && active())).dataset.node;
out.place = active().getAttribute('aria-posinset') + '/' + active().getAttribute('aria-setsize');
key('ArrowLeft');
key('ArrowLeft');
out.closed = String(rows());
key('ArrowRight');
out.open = String(rows() > 5 && rows() < 100);
q('[data-style=asn1parse]').click();
await until(() => q('.asn1[aria-busy=false] .dump-line'));
out.lines = String(all('.dump-line').length < 100);
out.first = text('.dump-line');
return out`)
	// The end of the dump is where its scroll bar ends, once its lines are counted.
	p.wait(`(() => {
	const dump = document.querySelector('.result-host').shadowRoot.querySelector('.virtual.dump');
	dump.scrollTop = dump.scrollHeight;
	return [...dump.querySelectorAll('.dump-line')].at(-1)?.textContent === '6000002:l=   1 prim:  INTEGER           :02';
})()`)
	for name, want := range map[string]string{
		"rows": "true", "last": "2000000", "place": "2000000/2000000", "closed": "1", "open": "true", "lines": "true",
		"first": "  0:l=6000000 cons: SEQUENCE",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}
