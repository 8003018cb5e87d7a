package e2e

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func seed(t *testing.T, name string) given {
	t.Helper()
	return file(name, read(t, "testdata/seeds/"+name))
}

// Every example of the menu ends as it says it does.
func TestPageExamples(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.settle()
	for _, list := range []string{"testdata/demo/index.json", "site/examples.json"} {
		var examples []struct{ ID, Expect string }
		if err := json.Unmarshal(read(t, list), &examples); err != nil {
			t.Fatal(err)
		}
		if len(examples) == 0 {
			t.Errorf("no examples in %s", list)
		}
		for _, e := range examples {
			p.example(e.ID)
			if s := p.answered(e.Expect); s == "" {
				t.Errorf("%s: no sentence", e.ID)
			}
		}
	}
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("examples were asked for after the page had loaded: %q", got)
	}
}

// A message dropped with its certificates and judged at a chosen time, then now.
func TestPageDropMessageWithCertificates(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.drop(seed(t, "draft01_signed.sip"), seed(t, "draft01_user_fluffy.pem"), seed(t, "draft01_ca.pem"))
	p.answered("invalid") // the certificates have expired, and the CA is not trusted yet
	run[bool](p, `delete document.documentElement.dataset.state; document.querySelector('[data-ring="draft01_ca.pem"] [type=checkbox]').click(); return true`)
	p.wait(`document.documentElement.dataset.state`)
	if got := p.answered("invalid"); !strings.Contains(got, "expired") {
		t.Errorf("today: %s", got)
	}
	run[bool](p, `delete document.documentElement.dataset.state;
const time = document.querySelector('#choice-time'); time.value = 'chosen'; time.dispatchEvent(new Event('change')); return true`)
	p.wait(`document.querySelector('#choice-at')`)
	run[bool](p, `delete document.documentElement.dataset.state;
const at = document.querySelector('#choice-at'); at.value = '2010-01-01T00:00:00'; at.dispatchEvent(new Event('change')); return true`)
	p.wait(`document.documentElement.dataset.state === 'valid'`)
	if got := p.answered("valid"); !strings.Contains(got, "sip:fluffy@example.com") {
		t.Errorf("in 2010: %s", got)
	}
	// Without the certificate nothing can be decided.
	run[bool](p, `delete document.documentElement.dataset.state; document.querySelector('[data-ring="draft01_user_fluffy.pem"] button').click(); return true`)
	p.wait(`document.documentElement.dataset.state`)
	p.answered("unverifiable")
}

func TestPageChangedByte(t *testing.T) {
	t.Parallel()
	message := read(t, "testdata/seeds/draft01_signed.sip")
	changed := bytes.Replace(message, []byte("\r\n\r\nhello"), []byte("\r\n\r\nhallo"), 1)
	if bytes.Equal(message, changed) {
		t.Fatal("nothing was changed")
	}
	p := openPage(t)
	p.drop(file("changed.sip", changed), seed(t, "draft01_user_fluffy.pem"))
	p.answered("invalid")
	reason := look[string](p, `return q('.check[data-ok=false]').dataset.code`)
	if reason != "digest" && reason != "signature" {
		t.Errorf("the first check that fails is %s", reason)
	}
}

func TestPageMessagesOfTheRFC(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		keys        []string
		state, says string
	}{
		"repaired/smime-msg.sip":          {nil, "valid", ""},
		"repaired/cms-smime-msg.sip":      {nil, "valid", ""},
		"repaired/smime-encrypted.sip":    {[]string{"certs/eku_user_key_kumiko@example.net.pem"}, "opened", "Hello!"},
		"repaired/smime-sign-encrypt.sip": {[]string{"certs/eku_user_key_kumiko@example.net.pem"}, "valid", "Hello!"},
	} {
		t.Run(name, func(t *testing.T) {
			files := []given{file("message.sip", vectors.RFC6216(t, name))}
			for _, k := range want.keys {
				files = append(files, file("key.pem", vectors.RFC6216(t, k)))
			}
			p := openPage(t)
			p.drop(files...)
			p.answered(want.state)
			if got := look[string](p, `return text('.layers')`); !strings.Contains(got, want.says) {
				t.Errorf("the layers do not say %q: %s", want.says, got)
			}
			public := look[bool](p, `return !!q('.notice[data-kind=public-ca]')`)
			if public != (want.state == "valid") {
				t.Errorf("the notice that the CA's key is public: %v", public)
			}
		})
	}
}

// Text that stands for bytes, pasted.
func TestPagePaste(t *testing.T) {
	t.Parallel()
	message := read(t, "testdata/demo/signed.sip")
	for name, text := range map[string]string{
		"hex":    hex.EncodeToString(message),
		"base64": base64.StdEncoding.EncodeToString(message),
	} {
		t.Run(name, func(t *testing.T) {
			p := openPage(t)
			p.paste(text)
			p.answered("invalid") // the demonstration CA is not trusted here
			if got := look[string](p, `return text('.layers')`); !strings.Contains(got, "multipart/signed") {
				t.Errorf("layers: %s", got)
			}
		})
	}
	t.Run("PEM", func(t *testing.T) {
		p := openPage(t)
		p.paste(string(read(t, "testdata/demo/alice.pem")))
		p.wait(`document.querySelector('.ring li')`)
		if got := look[string](p, `return document.querySelector('.ring li').textContent`); !strings.Contains(got, "alice") {
			t.Errorf("the key ring says %q", got)
		}
	})
}

// What is wrong with an input is said in a sentence, and the bytes are shown.
func TestPageBadInput(t *testing.T) {
	t.Parallel()
	signed := read(t, "testdata/demo/signed.sip")
	jpeg := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00"), make([]byte, 400)...)
	p := openPage(t)
	for name, c := range map[string][]given{
		"empty":                         {file("empty.sip", nil)},
		"a JPEG":                        {file("photo.jpg", jpeg)},
		"truncated in its header":       {file("cut.sip", signed[:120])},
		"cut in the CMS":                {file("cut.sip", signed[:1200])},
		"a certificate as the only key": {file("encrypted.sip", read(t, "testdata/demo/encrypted.sip")), file("key.pem", read(t, "testdata/demo/bob.pem"))},
		"a key that does not fit":       {file("encrypted.sip", read(t, "testdata/demo/sealed.sip")), file("key.pem", read(t, "testdata/demo/alice_expired_key.pem"))},
	} {
		run[bool](p, `delete document.documentElement.dataset.state; return true`)
		p.drop(c...)
		p.wait(`document.documentElement.dataset.state`)
		got := look[string](p, `await until(() => q('.sentence')); return text('.sentence')`)
		if len(got) < 10 || strings.ContainsAny(got, "{}") || strings.Contains(got, "undefined") || strings.Contains(got, " at ") && strings.Contains(got, ".js:") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Clearing is undone with everything that it took: the message, the key ring and the choices.
func TestPageClearAndUndo(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("encrypted_signed")
	p.answered("valid")
	ring := func() string {
		return run[string](p, `return [...document.querySelectorAll('.ring li')].map((e) => e.textContent).join('|') + document.querySelector('.chosen').textContent`)
	}
	before := ring()
	if !strings.Contains(before, "bob_key.pem") {
		t.Fatalf("the key ring is %q", before)
	}
	run[bool](p, `document.querySelector('[data-act=clear]').click(); return true`)
	p.wait(`document.querySelector('.result').hidden && document.querySelector('[data-act=undo]')`)
	run[bool](p, `document.querySelector('[data-act=undo]').click(); return true`)
	p.wait(`document.documentElement.dataset.state === 'valid'`)
	p.answered("valid")
	if after := ring(); after != before {
		t.Errorf("after undoing, the key ring is %q, not %q", after, before)
	}
	// By the keyboard as well.
	run[bool](p, `document.activeElement.blur(); return true`)
	p.key("x")
	p.wait(`document.querySelector('.result').hidden`)
	run[bool](p, `document.activeElement.blur(); return true`)
	p.key("z")
	p.wait(`document.documentElement.dataset.state === 'valid'`)
}

// Work that takes long is told, and can be given up; the page goes on.
func TestPageCancel(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	run[bool](p, `
const line = new TextEncoder().encode('MESSAGE sip:b@example.net SIP/2.0\r\nVia: SIP/2.0/TCP a;branch=z9hG4bK1\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n');
const all = new Uint8Array(line.length * 400000);
for (let at = 0; at < all.length; at += line.length) all.set(line, at);
const dataTransfer = new DataTransfer();
dataTransfer.items.add(new File([all], 'many.sip'));
document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
return true`)
	got := look[string](p, `
const status = document.querySelector('.status');
const cancel = await until(() => status.querySelector('.spinner') && status.querySelector('button'));
const said = status.textContent;
cancel.click();
await until(() => status.textContent === 'Cancelled.');
return said`)
	if !strings.HasPrefix(got, "Inspecting") {
		t.Errorf("long work is told by %q", got)
	}
	p.example("signed")
	p.answered("valid")
}

// A key under a password: asked for, refused, opened.
func TestPageLockedKey(t *testing.T) {
	t.Parallel()
	key := vectors.RFC6216(t, "certs/ca_key_encrypted.pem")
	p := openPage(t)
	p.drop(file("ca_key_encrypted.pem", key))
	unlock := func(password string) {
		p.wait(`document.querySelector('#ring-password')`)
		run[bool](p, `const f = document.querySelector('#ring-password'); f.value = '`+password+`'; f.form.requestSubmit(); return true`)
	}
	unlock("wrong")
	p.wait(`document.querySelector('.unlock [role=alert]')`)
	unlock("password")
	p.wait(`!document.querySelector('#ring-password') && document.querySelector('.ring li')`)
	if got := look[string](p, `return document.querySelector('.ring li').textContent`); !strings.Contains(got, "RSA") {
		t.Errorf("the key ring says %q", got)
	}
}
