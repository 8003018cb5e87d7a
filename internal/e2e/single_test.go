// The single file: everything that the page does, from a disk, without a server.

package e2e

import (
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// openSingle opens sipseal.html where nothing else lies beside it, in a folder whose
// name has to be escaped in a URL.
func openSingle(t *testing.T) *tab {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(distDir(t), "sipseal.html"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "my #1 tööl")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "sipseal.html")
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	p := openURL(t, (&url.URL{Scheme: "file", Path: file}).String())
	p.wait("document.documentElement.dataset.ready")
	return p
}

// What a visitor does most, one after the other, and nothing is asked for: neither when
// it loads nor later.
func TestSingleFile(t *testing.T) {
	t.Parallel()
	p := openSingle(t)
	if !eval[bool](p, "'single' in document.documentElement.dataset") {
		t.Error("the page cannot tell that it is a single file")
	}
	p.screenshot("single-file")

	// Examples, of every list.
	for _, e := range []struct{ id, state string }{{"draft01_signed", "valid"}, {"identity", "valid"}, {"encrypted", "opened"}, {"signed", "valid"}} {
		p.example(e.id)
		p.answered(e.state)
	}
	if got := look[string](p, `return text('.layers')`); !strings.Contains(got, "multipart/signed") {
		t.Errorf("the layers: %s", got)
	}

	// Pasted, and decrypted with a key that is dropped beside it.
	run[bool](p, `document.querySelector('[data-act=clear]').click(); return true`)
	p.paste(string(read(t, "testdata/seeds/draft01_encrypted.sip")))
	p.wait(`document.documentElement.dataset.state`)
	p.drop(file("encrypted.sip", read(t, "testdata/demo/encrypted.sip")), file("bob_key.pem", read(t, "testdata/demo/bob_key.pem")))
	p.wait(`document.documentElement.dataset.state === 'opened'`)

	// The ASN.1 tree.
	p.example("signed")
	p.answered("valid")
	run[bool](p, lookups+`q('[role=tab][data-tab=asn1]').click();
await until(() => all('[role=treeitem]').some((e) => e.textContent.includes('SEQUENCE'))); return true`)

	// A saved report.
	report := look[string](p, `
const made = new Promise((r) => { const old = URL.createObjectURL; URL.createObjectURL = (blob) => { r(blob); return old(blob); }; });
HTMLAnchorElement.prototype.click = function () {};
document.querySelector('[data-act=save]').click(); document.querySelector('[data-save=html]').click();
return (await made).text()`)
	if !strings.Contains(report, "alice@atlanta.example") || strings.Contains(report, "<script") {
		t.Errorf("the saved report: %.300s", report)
	}

	// A link, opened in the same file.
	link := look[string](p, `
document.querySelector('[data-act=share]').click();
return (await until(() => document.querySelector('#share-link'))).value`)
	if !strings.HasPrefix(link, eval[string](p, "location.href.split('#')[0]")+"#m=") {
		t.Errorf("the link is %.200s", link)
	}
	if got := p.requestsAfterLoad(); len(got) > 0 {
		t.Errorf("it asked for %q", got)
	}
	again := openURL(t, link)
	again.wait(`document.documentElement.dataset.state`)
	if got := look[string](again, `return text('.layers')`); !strings.Contains(got, "multipart/signed") {
		t.Errorf("what the link opens: %s", got)
	}
	if got := foreign(); len(got) > 0 {
		t.Errorf("other machines were asked for %q", got)
	}
}

// A copy that was cut off or changed on its way says so.
func TestSingleFileDamaged(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(distDir(t), "sipseal.html"))
	if err != nil {
		t.Fatal(err)
	}
	whole := string(data)
	const start = `id="sipseal-packed">`
	at := strings.Index(whole, start) + len(start)
	if at < len(start) {
		t.Fatal("there are no packed files in it")
	}
	for name, damaged := range map[string]string{
		"cut off": whole[:at+100_000],
		"changed": whole[:at+100_000] + "Sipseal" + whole[at+100_007:],
	} {
		file := filepath.Join(t.TempDir(), "sipseal.html")
		if err := os.WriteFile(file, []byte(damaged), 0o644); err != nil {
			t.Fatal(err)
		}
		p := openURL(t, "file://"+file)
		p.wait(`document.querySelector('.status[role=alert]')`)
		if got := eval[string](p, `document.querySelector('.status').textContent`); !strings.Contains(got, "unpacking") {
			t.Errorf("%s: it says %q", name, got)
		}
		p.takeProblems() // those that wait for the examples
	}
}
