package e2e

// What is forgotten cannot be reached any more: not from the page, whose heap is searched,
// and not from a worker, which is another one then.

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/input"
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
	if len(h.texts) < 1000 || len(h.sizes) < 3 {
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
	all, err := chromedp.CallBrowser(p.ctx, target.GetTargets, target.GetTargetsParams{Filter: target.Filter{{}}})
	if err != nil {
		p.t.Fatal(err)
	}
	var profile cdp.BrowserContextID
	for _, i := range all.TargetInfos {
		if i.TargetID == chromedp.FromContext(p.ctx).Target.TargetID {
			profile = i.BrowserContextID
		}
	}
	for _, i := range all.TargetInfos {
		if i.BrowserContextID == profile && i.Type == "worker" {
			out = append(out, i.TargetID)
		}
	}
	return out
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

func TestPageForgets(t *testing.T) {
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
