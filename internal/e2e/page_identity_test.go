package e2e

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// A private key in a message asks for its password, and with it shows whether it is the
// certificate's.
func TestPageCredential(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{"credential": "true", "credential_key": "false"} {
		p := openPage(t)
		p.example(id)
		p.wait(`document.querySelector('#ring-password') && document.querySelector('.given b').textContent === 'identity/` + id + `.sip'`)
		if got := look[string](p, `await until(() => q('.card .check[data-code=match]')); return q('.card .check[data-code=match]').dataset.ok`); got != "null" {
			t.Errorf("%s without its password: %s", id, got)
		}
		run[bool](p, `const f = document.querySelector('#ring-password'); f.value = 'wrong'; f.form.requestSubmit(); return true`)
		p.wait(`document.querySelector('.unlock [role=alert]')`)
		run[bool](p, `const f = document.querySelector('#ring-password'); f.value = 'passw0rd'; f.form.requestSubmit(); return true`)
		p.wait(`!document.querySelector('#ring-password')`)
		if got := look[string](p, `await until(() => q('.card .check[data-code=match]')?.dataset.ok !== 'null'); return q('.card .check[data-code=match]').dataset.ok`); got != want {
			t.Errorf("%s with its password: %s, not %s", id, got, want)
		}
	}
}

// Who can open what: those it is encrypted for and the proxy that is to look into it on
// one side, the sealed parts on the other, and a line for each that is so.
func TestPageAccess(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	for _, test := range []struct {
		id             string
		parties, parts string
		lines, eyes    int
	}{
		{"middle", "sip:bob@biloxi.example can open 1|ssl.atlanta.example opened 1 here is to look into 1", "part 1 opened", 2, 1},
		{"middle_changed", "sip:bob@biloxi.example can open 1|ssl.atlanta.example is to look into a part that is not there opened 1 here", "part 1 opened", 2, 0},
		{"middle_parts", "sip:bob@biloxi.example can open 1.1|ssl.atlanta.example opened 1.2 here is to look into 1.2", "part 1.1 sealed|part 1.2 opened", 2, 1},
	} {
		p.example(test.id)
		p.wait(`document.querySelector('.given b')?.textContent === 'identity/` + test.id + `.sip'`)
		for _, width := range []int64{320, 1280} {
			p.viewport(width, 900)
			got := look[map[string]string](p, `
await until(() => q('.access path'));
const words = (list) => [...list.querySelectorAll('.box-head')].map((b) => [...b.querySelectorAll('span')].map((s) => s.textContent).join(' ')).join('|');
const [left, right] = all('.access ul');
// A line goes from the edge of one box to that of the other.
const lines = () => all('.access path').filter((l) => !l.closest('button'));
const off = () => lines().filter((l) => { const r = l.getBoundingClientRect(); return r.left < left.getBoundingClientRect().right - 2 || r.right > right.getBoundingClientRect().left + 2; });
await until(() => lines().length && off().length === 0); // drawn when the boxes have their places
return { parties: words(left), parts: words(right), lines: String(lines().length), eyes: String(all('.access circle').length), off: String(off().length), wide: String(document.documentElement.scrollWidth > innerWidth) };`)
			if got["parties"] != test.parties || got["parts"] != test.parts || got["lines"] != strconv.Itoa(test.lines) || got["eyes"] != strconv.Itoa(test.eyes) || got["off"] != "0" || got["wide"] != "false" {
				t.Errorf("%s at %d pixels: %v", test.id, width, got)
			}
			for _, problem := range look[[]string](p, audit) {
				t.Errorf("%s at %d pixels: %s", test.id, width, problem)
			}
			p.screenshot("access-" + test.id + "-" + strconv.FormatInt(width, 10))
		}
	}
	// Without certificates nobody knows who the recipients are, nor that one is the proxy.
	p.example("middle")
	p.answered("opened")
	p.wait(`document.querySelector('.given b')?.textContent === 'identity/middle.sip' && document.querySelectorAll('.ring li').length === 4`)
	run[bool](p, `document.querySelector('[data-act=forget]').click(); return true`)
	p.wait(`document.documentElement.dataset.state === 'sealed'`)
	if got := look[string](p, `
await until(() => q('.access .box-head'));
return [...q('.access ul').querySelectorAll('.box')].map((b) => b.dataset.state + ' ' + [...b.querySelectorAll('span')].map((s) => s.textContent).join(' ')).join('|')`); got !=
		"unverifiable certificate 04 not known here can open 1|unverifiable certificate 05 not known here can open 1|unverifiable ssl.atlanta.example is to look into 1 is no known recipient" {
		t.Errorf("without certificates: %q", got)
	}
	// The picture is saved with the same words.
	p.example("middle_parts")
	p.wait(`document.querySelector('.given b')?.textContent === 'identity/middle_parts.sip'`)
	saved := look[string](p, `
let file;
const { createObjectURL } = URL;
URL.createObjectURL = (blob) => { file = blob; return createObjectURL.call(URL, blob); };
(await until(() => q('[data-act=save-access]'))).click();
URL.createObjectURL = createObjectURL;
return file.text()`)
	var words []string
	count := map[string]int{}
	decoder, in := xml.NewDecoder(strings.NewReader(saved)), ""
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch x := token.(type) {
		case xml.StartElement:
			in = x.Name.Local
			count[in]++
		case xml.EndElement:
			in = ""
		case xml.CharData:
			if in == "text" {
				words = append(words, string(x))
			}
		}
	}
	if got := strings.Join(words, "|"); count["line"] != 2 || count["circle"] != 1 ||
		got != "sip:bob@biloxi.example|can open 1.1|ssl.atlanta.example|opened 1.2 here|is to look into 1.2|part 1.1|sealed|part 1.2|opened" {
		t.Errorf("the picture that is saved: %v %q", count, got)
	}
	// A box leads to what is said of it, by the keyboard as well.
	look[bool](p, `await until(() => all('.access ul:last-of-type .box-head').length === 2); q('.access ul:last-of-type .box-head').focus(); return true`)
	p.key(enterKey)
	if got := look[string](p, focused+`return e.dataset.claim ?? ''`); !strings.HasSuffix(got, ".r0") {
		t.Errorf("a part leads to %q", got)
	}
	// What is for one recipient needs no picture.
	p.example("aib_encrypted")
	p.wait(`document.querySelector('.given b')?.textContent === 'identity/aib_encrypted.sip' && document.documentElement.dataset.state === 'partly'`)
	if look[bool](p, `await until(() => q('.card')); return !!q('.access')`) {
		t.Error("a message for one recipient has a picture of who can open it")
	}
	p.do(chromedp.EmulateReset())
}

// Two messages that share a key are opened together, and the second alone says what is
// missing.
func TestPageReuse(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("reuse")
	p.answered("opened")
	if got := look[[]string](p, `
const out = [];
for (const i of [0, 1]) { view().querySelector('[data-message="' + i + '"]').click(); await until(() => q('.box-text')); out.push(q('.box-text').textContent); }
return out`); len(got) != 2 || !strings.Contains(got[0], "Watson, come here.") || !strings.Contains(got[1], "I want to see you.") {
		t.Errorf("the two say %q", got)
	}
	p.example("reuse_second")
	p.answered("sealed")
	if got := look[string](p, `await until(() => q('.card .over')); return q('.card .over').textContent`); !strings.Contains(got, "earlier message (RFC 3185)") {
		t.Errorf("the second alone: %q", got)
	}
}

// A PASSporT that is pasted without a message shows its header, its claims and what
// cannot be compared; header fields that are explained change with their values.
func TestPageTokenAndFields(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("passport_alone")
	p.answered("valid")
	got := look[string](p, `await until(() => q('.card[data-claim]')); return q('.card[data-claim]').textContent`)
	for _, want := range []string{"SHAKEN PASSporT", "tel:12155551212", "header x5u", "claims attest", "full: the provider knows", "there is no From to compare"} {
		if !strings.Contains(got, want) {
			t.Errorf("the token does not say %q: %s", want, got)
		}
	}
	for id, want := range map[string]string{"neighbours": "it is not", "neighbours_changed": "it is"} {
		p.example(id)
		p.wait(`document.querySelector('.given b').textContent === 'identity/` + id + `.sip'`)
		got := look[string](p, `q('.tabs [data-tab=message]').click(); await until(() => q('.headers')); return q('.headers').textContent`)
		for _, want := range []string{"whether a REFER is to create a subscription: " + want, "gr is the mark of a GRUU", "ob is a wish", "reg-id is", "isfocus is", "methods is", "local-tag is half", "tdialog is Target-Dialog"} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: the header does not say %q: %s", id, want, got)
			}
		}
	}
}

// A signature that verifies and is by another domain is told from one that does not
// verify.
func TestPageIdentityOfAnother(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	for id, want := range map[string]string{"identity_other": "signature=true identity=false", "identity_changed": "signature=false identity=true"} {
		p.example(id)
		p.answered("invalid")
		p.wait(`document.querySelector('.given b').textContent === 'identity/` + id + `.sip'`)
		got := look[[]string](p, `
await until(() => q('.card[data-claim]'));
const ok = (code) => code + '=' + q('.card[data-claim] .check[data-code=' + code + ']').dataset.ok;
return [ok('signature') + ' ' + ok('identity'), q('.sentence').textContent]`)
		if got[0] != want || strings.Contains(got[1], "the signature is intact, but") != (id == "identity_other") {
			t.Errorf("%s: %q", id, got)
		}
	}
}

// What is signed in part is said in a word, and where nobody signed: in the answer, in the
// picture of the layers, and field by field.
func TestPagePartly(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("aib")
	sentence := p.answered("partly")
	for _, want := range []string{"Only part 1.2 is signed, by “sip:alice@atlanta.example”", "Part 1.1 is signed by nobody."} {
		if !strings.Contains(sentence, want) {
			t.Errorf("the answer does not say %q: %s", want, sentence)
		}
	}
	got := look[map[string]string](p, `
return { word: text('.state-word'), mark: q('.answer .mark').dataset.state,
  unsigned: all('.box[data-state=none] > .box-head').map((e) => e.textContent).join('|') }`)
	if got["word"] != "Partly signed" || got["mark"] != "partly" || !strings.HasPrefix(got["unsigned"], "application/sdpsigned by nobody") {
		t.Errorf("the view: %q", got)
	}
	// An Identity covers some fields of the header.
	p.example("shaken")
	p.answered("partly")
	fields := look[[]string](p, `
q('[role=tab][data-tab=message]').click();
await until(() => q('.headers .covered'));
return all('.headers .covered').map((e) => e.closest('th').firstChild.textContent)`)
	if got := strings.Join(fields, " "); got != "From To Date" {
		t.Errorf("covered are %q", got)
	}
}
