package e2e

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// A certificate is asked for hosts, one after the other, with the trust that was chosen.
func TestPageTLSCheck(t *testing.T) {
	t.Parallel()
	p := openPage(t)
	p.example("rfc6216_08")
	p.wait(`document.documentElement.dataset.state`)
	// The example asks already.
	got := look[[]string](p, `
view().querySelector('.tabs [data-tab=certs]').click();
const card = await until(() => q('.certificate .tls')?.closest('.certificate'));
const out = [card.querySelector('[name=host]').value + ' ' + card.querySelector('.tls').dataset.verdict];
const ask = async (host, client) => {
  card.querySelector('[name=host]').value = host;
  card.querySelector('[name=client]').checked = client;
  card.querySelector('.tls-check form').requestSubmit();
  const verdict = await until(() => card.querySelector('.tls') && card.querySelector('.tls-word').textContent.includes(host) && card.querySelector('.tls'));
  out.push(verdict.dataset.verdict + ' ' + (verdict.querySelector('[data-ok=false]')?.dataset.code ?? '') + ' chain of ' + verdict.querySelectorAll('.chain li').length);
};
await ask('other.example.com', false);
await ask('PROXY.example.com', false);
return out`)
	want := []string{"proxy.example.com valid", "invalid identity chain of 2", "valid  chain of 2"}
	if strings.Join(got, "|") != strings.Join(want, "|") {
		t.Errorf("asked for three hosts: %q, not %q", got, want)
	}
	for _, width := range []int64{320, 1440} {
		for _, scheme := range []string{"light", "dark"} {
			run[bool](p, `const s = document.querySelector('#theme'); s.value = '`+scheme+`'; s.dispatchEvent(new Event('change')); return true`)
			p.viewport(width, 900)
			wide := look[string](p, `
for (const d of all('details.tls-check, details.certificate-text')) d.open = true;
await until(() => all('.certificate-text .dump').every((e) => e.getAttribute('aria-busy') === 'false'));
const over = document.documentElement.scrollWidth - innerWidth; return over > 0 ? 'by ' + over : ''`)
			if wide != "" {
				t.Errorf("at %d pixels it is too wide %s", width, wide)
			}
			for _, problem := range look[[]string](p, audit) {
				t.Errorf("%s, at %d pixels: %s", scheme, width, problem)
			}
			p.screenshot("tls-" + scheme + "-" + strconv.FormatInt(width, 10))
		}
	}
	p.do(chromedp.EmulateReset())
}

// A certificate as text is what OpenSSL prints.
func TestPageCertificateText(t *testing.T) {
	t.Parallel()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	openssl, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip(err)
	}
	name := "testdata/demo/ca.pem"
	want, err := exec.Command(openssl, "x509", "-text", "-noout", "-in", filepath.Join(root, name)).Output()
	if err != nil {
		t.Fatal(err)
	}
	p := openPage(t)
	p.drop(file("ca.pem", read(t, name)))
	p.wait(`document.documentElement.dataset.state`)
	got := look[[]string](p, `
view().querySelector('.tabs [data-tab=certs]').click();
const part = await until(() => q('.certificate-text')); part.open = true;
const shown = () => until(() => part.querySelector('.dump[aria-busy=false]')?.textContent);
const openssl = await shown();
part.querySelector('[data-form=rfc6216]').click();
part.querySelector('.dump').setAttribute('aria-busy', 'true');
const old = await shown();
let copied = '';
navigator.clipboard.writeText = async (s) => { copied = s; };
part.querySelector('[data-act=copy-text]').click();
await until(() => copied);
return [openssl, old, copied]`)
	if got[0] != string(want) {
		t.Errorf("as text:\n%s\nopenssl prints:\n%s", got[0], want)
	}
	if got[1] == got[0] || !strings.Contains(got[1], "Version: 3") || got[2] != got[1] {
		t.Errorf("in the form of the RFC:\n%s\ncopied:\n%s", got[1], got[2])
	}
}
