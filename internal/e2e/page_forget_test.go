package e2e

// What is forgotten cannot be reached any more: not from the page, whose heap is searched,
// and not from a worker, which is another one then.

import (
	"archive/tar"
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// held is what a page can still reach, after its garbage is collected.
type held struct {
	texts []string    // its strings, the long ones as far as a snapshot tells them
	sizes map[int]int // how many buffers there are of how many bytes
}

func (p *tab) heap() held {
	p.t.Helper()
	var written bytes.Buffer
	p.mu.Lock()
	p.snapshot = &written
	p.mu.Unlock()
	for _, c := range []cdp.Command[cdp.Empty, cdp.Empty]{heapprofiler.Enable, heapprofiler.CollectGarbage} {
		if _, err := chromedp.Call(p.ctx, c, cdp.Empty{}); err != nil {
			p.t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(p.ctx, heapprofiler.TakeHeapSnapshot, heapprofiler.TakeHeapSnapshotParams{}); err != nil {
		p.t.Fatal(err)
	}
	p.mu.Lock()
	p.snapshot = nil
	p.mu.Unlock()
	var graph struct {
		Snapshot struct {
			Meta struct {
				NodeFields []string `json:"node_fields"`
			}
		}
		Nodes   []int
		Strings []string
	}
	if err := json.Unmarshal(written.Bytes(), &graph); err != nil {
		p.t.Fatalf("reading a snapshot of the heap: %v", err)
	}
	fields := graph.Snapshot.Meta.NodeFields
	name, size := slices.Index(fields, "name"), slices.Index(fields, "self_size")
	h := held{graph.Strings, map[int]int{}}
	for n := range slices.Chunk(graph.Nodes, len(fields)) {
		if graph.Strings[n[name]] == "system / JSArrayBufferData" {
			h.sizes[n[size]]++
		}
	}
	if len(h.texts) < 1000 || len(h.sizes) == 0 {
		p.t.Fatalf("the heap has only %d strings and %d sizes of buffers", len(h.texts), len(h.sizes))
	}
	return h
}

// secret gives what of a secret is in strings.
func (h held) secret(s secret) []string {
	// What is between them is in no needle, and stays where white space is taken out.
	found := s.in(strings.Join(h.texts, "\x00|\x00"))
	slices.Sort(found)
	return slices.Compact(found)
}

// workers returns the ids of the tab's workers.
func (p *tab) workers() (out []target.ID) {
	p.t.Helper()
	for _, i := range p.targets() {
		if i.Type == "worker" {
			out = append(out, i.TargetID)
		}
	}
	return out
}

// memories counts the memories of WASM programs that a page's own thread can reach.
func (p *tab) memories() int {
	p.t.Helper()
	prototype, err := chromedp.Call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "WebAssembly.Memory.prototype"})
	if err != nil {
		p.t.Fatal(err)
	}
	found, err := chromedp.Call(p.ctx, runtime.QueryObjects, runtime.QueryObjectsParams{PrototypeObjectID: prototype.Result.ObjectID})
	if err != nil {
		p.t.Fatal(err)
	}
	value := true
	n, err := chromedp.Call(p.ctx, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		ObjectID: found.Objects.ObjectID, ReturnByValue: &value, FunctionDeclaration: "function () { return this.length }"})
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := chromedp.Call(p.ctx, runtime.ReleaseObject, runtime.ReleaseObjectParams{ObjectID: found.Objects.ObjectID}); err != nil {
		p.t.Fatal(err)
	}
	count, err := strconv.Atoi(string(n.Result.Value))
	if err != nil {
		p.t.Fatal(err)
	}
	return count
}

// give opens files by a field for files, as a person does: nothing of them is in a script.
func (p *tab) give(field string, files map[string]string) {
	p.t.Helper()
	dir := p.t.TempDir()
	var paths []string
	for name, data := range files {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(data), 0o600); err != nil {
			p.t.Fatal(err)
		}
		paths = append(paths, path)
	}
	p.do(chromedp.SetUploadFiles(field, paths))
}

// insert puts text where the focus is, as an input method does.
func (p *tab) insert(text string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, input.InsertText, input.InsertTextParams{Text: text}); err != nil {
		p.t.Fatal(err)
	}
}

// forgets presses the button, and looks for the secret afterwards: in the heap, in the
// workers that were there before, and in what the field can undo.
func (p *tab) forgets(s secret, form, gone string) {
	p.t.Helper()
	size := len(s.forms[form])
	held := p.heap().sizes[size]
	before := p.workers()
	run[bool](p, `document.querySelector('[data-act=forget]').click(); return true`)
	p.wait(gone)
	h := p.heap()
	for _, what := range h.secret(s) {
		p.t.Errorf("forgotten, there is a string with %s", what)
	}
	// The binary forms may by chance be as long as something else.
	other := 0
	if !strings.HasSuffix(form, ".pem") {
		other = openPage(p.t).heap().sizes[size]
	}
	if n := h.sizes[size]; held <= other || n > other {
		p.t.Errorf("there were %d buffers as long as the key, and are %d", held, n)
	}
	now := p.workers()
	for _, id := range before {
		if slices.Contains(now, id) {
			p.t.Errorf("of %d workers, one is still there", len(before))
		}
	}
	if len(before) == 0 || len(now) == 0 {
		p.t.Errorf("there were %d workers, and are %d", len(before), len(now))
	}
	undone := run[string](p, `const field = document.querySelector('#input');
const { hidden } = field.form;
field.form.hidden = false;
field.focus();
let text = field.value;
for (let i = 0; i < 20; i++) { document.execCommand('undo'); text += field.value; }
field.value = ''; field.form.hidden = hidden;
return text`)
	if found := s.in(undone); len(found) > 0 {
		p.t.Errorf("forgotten, the field gives back %q", found)
	}
}

// A password that is being typed stays, and the focus with it, when an inspection ends
// meanwhile and the choices are drawn anew.
func TestPagePasswordBeingTyped(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	p := openPage(t)
	p.give("#main .input input[type=file]", map[string]string{"message.sip": string(s.message), "key.p12": s.forms["key.p12"]})
	p.wait(`document.querySelector('#ring-password') && document.documentElement.dataset.state === 'sealed'`)
	run[bool](p, `document.querySelector('#ring-password').focus(); return true`)
	p.insert(secretPassword)
	run[bool](p, `globalThis.drawn = document.querySelector('.choices');
document.querySelector('#choice-policy').value = 'modern';
document.querySelector('#choice-policy').dispatchEvent(new Event('change'));
return true`)
	p.wait(`document.querySelector('.choices') !== drawn && document.documentElement.dataset.state === 'sealed'`)
	got := run[string](p, `return document.querySelector('#ring-password').value + ' in ' + document.activeElement.id`)
	if want := secretPassword + " in ring-password"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	run[bool](p, `document.querySelector('#ring-password').form.requestSubmit(); return true`)
	p.wait(`document.documentElement.dataset.state === 'opened'`)
}

func TestPageForgets(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	// A length that nothing else has.
	for _, name := range []string{"key.pem", "pkcs1.pem", "locked.pem"} {
		s.forms[name] += strings.Repeat("#", 7919-len(s.forms[name])-1) + "\n"
	}
	// used opens the message with a key and goes through the page.
	used := func(t *testing.T, name string) *tab {
		p := openPage(t)
		p.give("#main .input input[type=file]", map[string]string{"message.sip": string(s.message), name: s.forms[name]})
		if strings.HasPrefix(name, "locked") || strings.HasSuffix(name, "p12") {
			p.wait(`document.querySelector('#ring-password')`)
			run[bool](p, `document.querySelector('#ring-password').focus(); return true`)
			p.insert(secretPassword)
			run[bool](p, `document.querySelector('#ring-password').form.requestSubmit(); return true`)
			p.wait(`document.documentElement.dataset.state === 'opened'`)
			if got := p.heap().secret(s); !slices.Contains(got, "the password") {
				t.Errorf("while it is held, the password is not found, only %q", got)
			}
		}
		p.wait(`document.documentElement.dataset.state === 'opened'`)
		look[bool](p, `for (const tab of all('.tabs > [role=tab]')) { tab.click(); await new Promise((r) => setTimeout(r, 50)); } return true`)
		return p
	}
	const sealed = `document.documentElement.dataset.state === 'sealed'`
	for name := range s.forms {
		t.Run(name, func(t *testing.T) { used(t, name).forgets(s, name, sealed) })
	}
	const empty = `document.querySelector('.result').hidden && !document.querySelector('.ring li')`
	for what, c := range map[string]struct {
		do   func(*tab)
		gone string
	}{
		"compared and shared": {func(p *tab) {
			run[bool](p, `document.querySelector('[data-act=compare]').click(); return true`)
			p.insert("something else")
			run[bool](p, `document.querySelector('dialog [data-act=compare]').click(); return true`)
			p.wait(`document.querySelector('.compare-answer')`)
			run[bool](p, `document.querySelector('dialog').close(); document.querySelector('[data-act=share]').click(); return true`)
			p.wait(`document.querySelector('#share-link')`)
			run[bool](p, `document.querySelector('dialog').close(); return true`)
		}, sealed},
		"of many messages": {func(p *tab) {
			var many bytes.Buffer
			w := tar.NewWriter(&many)
			for i := range 60 {
				if err := w.WriteHeader(&tar.Header{Name: strconv.Itoa(i) + ".sip", Mode: 0o600, Size: int64(len(s.message))}); err != nil {
					t.Fatal(err)
				}
				w.Write(s.message)
			}
			w.Close()
			run[bool](p, `delete document.documentElement.dataset.state; return true`)
			p.give("#main .input input[type=file]", map[string]string{"many.tar": many.String()})
			p.wait(`document.documentElement.dataset.state === 'opened'`)
			if n := len(p.workers()); n < 2 {
				t.Logf("there is only %d worker", n)
			}
		}, sealed},
		"in another language": {func(p *tab) { p.speak("de") }, sealed},
		"after it was cleared": {func(p *tab) {
			run[bool](p, `document.querySelector('[data-act=clear]').click(); return true`)
			p.wait(`document.querySelector('[data-act=undo]')`)
		}, empty},
		"after a part was opened": {func(p *tab) {
			look[bool](p, `q('.tabs > [data-tab=asn1]').click(); (await until(() => q('.tree-row[data-node]'))).click(); (await until(() => q('.node [data-act=open-document]'))).click(); return true`)
			p.wait(`document.querySelector('[data-act=undo]')`)
		}, `!document.querySelector('.ring li') && !document.querySelector('[data-act=undo]')`},
	} {
		t.Run(what, func(t *testing.T) {
			p := used(t, "key.pem")
			c.do(p)
			p.forgets(s, "key.pem", c.gone)
		})
	}
	t.Run("as the input", func(t *testing.T) {
		p := openPage(t)
		run[bool](p, `document.querySelector('#input').focus(); return true`)
		p.insert(s.forms["key.pem"])
		run[bool](p, `document.querySelector('[data-act=inspect]').click(); return true`)
		p.wait(`document.querySelector('.ring li') && !document.querySelector('.result').hidden`)
		look[bool](p, `for (const tab of all('.tabs > [role=tab]')) { tab.click(); await new Promise((r) => setTimeout(r, 50)); } return true`)
		run[bool](p, `document.querySelector('[data-act=edit]').click(); return true`)
		p.forgets(s, "key.pem", empty)
	})
}

// A message that carries a locked key (RFC 6072), by a link: when it is forgotten, it is in
// the address no more, and the password is gone though nothing was in the key ring.
func TestPageForgetsCarriedKey(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	block, _ := pem.Decode([]byte(s.forms["locked.pem"]))
	s.hide("the locked key", block.Bytes[len(block.Bytes)-200:])
	message := "NOTIFY sip:bob@example.net SIP/2.0\r\nEvent: credential\r\nContent-Type: application/pkcs8\r\nContent-Length: " +
		strconv.Itoa(len(block.Bytes)) + "\r\n\r\n" + string(block.Bytes)
	var folded bytes.Buffer
	w, err := flate.NewWriter(&folded, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(message))
	w.Close()
	link := "#m=" + base64.RawURLEncoding.EncodeToString(folded.Bytes())
	p := openURL(t, serve(t, "/", nil).url+link)
	p.wait(`document.querySelector('#ring-password')`)
	run[bool](p, `document.querySelector('#ring-password').focus(); return true`)
	p.insert(secretPassword)
	run[bool](p, `document.querySelector('#ring-password').form.requestSubmit(); return true`)
	p.wait(`document.querySelector('details.choices') && !document.querySelector('#ring-password')`)
	if got := p.heap().secret(s); !slices.Contains(got, "the password") {
		t.Errorf("while it is held, the password is not found, only %q", got)
	}
	run[bool](p, `document.querySelector('[data-act=forget]').click(); return true`)
	p.wait(`document.querySelector('.result').hidden`)
	if got := p.heap().secret(s); len(got) > 0 {
		t.Errorf("forgotten, there are strings with %q", got)
	}
	if got := run[string](p, `return location.hash`); got != "" {
		t.Errorf("forgotten, the address ends in %.40s", got)
	}
	if run[bool](p, `return !!document.querySelector('[data-act=forget]')`) {
		t.Error("there is still something to forget")
	}
}

// What was typed or pasted into a field is not kept by the browser for when one comes back.
func TestFieldsAreNotKept(t *testing.T) {
	t.Parallel()
	for _, page := range []string{"", "make.html"} {
		t.Run("/"+page, func(t *testing.T) {
			served := serve(t, "/", nil)
			p := openURL(t, served.url+page)
			p.wait(`document.documentElement.dataset.ready || document.querySelector('sipseal-maker')?.dataset.ready`)
			const fields = `const fields = [...document.querySelectorAll('textarea, input:not([type]), input[type=text], input[type=password], input[type=search]')]; `
			fill := func() {
				for i := range run[int](p, fields+`return fields.length`) {
					run[bool](p, fields+`const f = fields[`+strconv.Itoa(i)+`]; for (let up = f; up; up = up.parentElement) if (up.nodeName === 'DETAILS') up.open = true; f.focus(); f.select(); return true`)
					p.insert(secretPassword)
				}
			}
			if page == "" {
				p.example("signed")
				p.wait(`document.documentElement.dataset.state`)
				run[bool](p, `document.querySelector('[data-act=edit]').click(); return true`)
				fill()
				run[bool](p, `document.querySelector('[data-act=compare]').click(); return true`)
			}
			fill()
			filled := run[[]int](p, fields+`return [fields.length, fields.filter((f) => f.value === `+quote(secretPassword)+`).length]`)
			if filled[1] < 2 || filled[1] < filled[0]/2 {
				t.Errorf("of %d fields, %d were filled", filled[0], filled[1])
			}
			for _, f := range run[[]string](p, fields+`return fields.filter((f) => f.type !== 'password' && !f.readOnly && f.autocomplete !== 'off').map((f) => f.outerHTML.slice(0, 120))`) {
				t.Errorf("the browser keeps what is in %s", f)
			}
			// A page that wants to know that it is left is not kept as it is for when one comes back.
			run[bool](p, `addEventListener('unload', () => {}); globalThis.before = true; return true`)
			p.load(served.url + "blank.html")
			run[bool](p, `globalThis.other = true; history.back(); return true`)
			p.wait(`!globalThis.other && document.readyState === 'complete' && (document.documentElement.dataset.ready || document.querySelector('sipseal-maker')?.dataset.ready)`)
			if run[bool](p, `return !!globalThis.before`) {
				t.Error("it is the page of before, and not loaded again")
			}
			if got := run[[]string](p, fields+`return fields.map((f) => f.value)`); slices.Contains(got, secretPassword) {
				t.Errorf("coming back, the fields hold %q", got)
			}
		})
	}
}

// An element that is taken out of its page leaves nothing of what it was given, even where
// the page keeps it; put back, it begins anew.
func TestElementForgets(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	key := s.forms["key.pem"] + strings.Repeat("#", 7919-len(s.forms["key.pem"])-1) + "\n"
	extra := embedding(`<sipseal-inspector manual></sipseal-inspector>`)
	extra["page.css"], extra["message.sip"], extra["key.pem"] = "", string(s.message), key
	p := openURL(t, serve(t, "/", extra).url+"page.html")
	p.wait(`customElements.get('sipseal-inspector')`)
	got := run[string](p, `const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
globalThis.element = document.querySelector('sipseal-inspector');
return (await element.inspect(await bytes('message.sip'), { keys: [await bytes('key.pem')] })).summary.state`)
	if n := p.heap().sizes[len(key)]; got != "opened" || n == 0 {
		t.Errorf("the message is %s, and %d buffers are as long as the key", got, n)
	}
	run[bool](p, `element.remove(); await new Promise((r) => setTimeout(r, 50)); return true`)
	if n := p.heap().sizes[len(key)]; n != 0 {
		t.Errorf("taken out, %d buffers are as long as the key", n)
	}
	for end := time.Now().Add(patience); len(p.workers()) > 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("taken out, it has %d workers", len(p.workers()))
		}
	}
	if got := run[string](p, `document.body.append(element); return (await element.inspect(await (await fetch('message.sip')).arrayBuffer())).summary.state`); got != "sealed" {
		t.Errorf("put back, it says %s", got)
	}
}

// A module forgets as well: with workers, also what waits for one; without, at once.
func TestModuleForgets(t *testing.T) {
	t.Parallel()
	s := newSecret(t)
	served := serve(t, "/", map[string]string{"message.sip": string(s.message), "key.pem": s.forms["key.pem"]})
	const begin = `
const { createInspector } = await import('./sipseal.js');
const bytes = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const options = async () => ({ keys: [await bytes('key.pem')], passwords: ['p' + 'w'], secretKeys: [{ id: '01', key: '00112233445566778899aabbccddeeff' }] });
`
	t.Run("in this thread", func(t *testing.T) {
		p := openURL(t, served.url+"blank.html")
		if got := run[string](p, begin+`globalThis.inspector = await createInspector({ worker: false });
return (await inspector.inspect(await bytes('message.sip'), await options())).summary.state`); got != "opened" {
			t.Errorf("the message is %s", got)
		}
		if n := p.memories(); n != 1 {
			t.Errorf("there are %d memories", n)
		}
		run[bool](p, `inspector.forget(); return true`)
		if n := p.memories(); n != 0 {
			t.Errorf("forgotten, there are %d memories", n)
		}
		if got := run[string](p, begin+`return (await inspector.inspect(await bytes('message.sip'))).summary.state`); got != "sealed" {
			t.Errorf("afterwards, the message is %s", got)
		}
	})
	t.Run("while calls wait", func(t *testing.T) {
		p := openURL(t, served.url+"blank.html")
		got := run[[]string](p, begin+`globalThis.inspector = await createInspector({ workers: 1 });
const message = await bytes('message.sip'), given = await options();
const calls = [0, 1, 2].map(() => inspector.inspect(message, given).then((r) => r.summary.state));
await new Promise((r) => setTimeout(r)); // they read what they are given
inspector.forget();
return Promise.all(calls)`)
		if strings.Join(got, " ") != "opened opened opened" {
			t.Errorf("the calls that were made before gave %q", got)
		}
		for end := time.Now().Add(patience); len(p.workers()) > 0; time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("forgotten, there are %d workers that had the key", len(p.workers()))
			}
		}
		if got := run[string](p, begin+`return (await inspector.inspect(await bytes('message.sip'))).summary.state`); got != "sealed" {
			t.Errorf("afterwards, the message is %s", got)
		}
	})
}
