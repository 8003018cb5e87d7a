// What is made by hand on the page Make, in Chromium, saved as a download, and judged by
// the openssl program.

package e2e

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/clock"
	"github.com/sipseal/sipseal/internal/vectors"
)

// bench is the page, the folder that it saves to, and the one that openssl works in.
type bench struct {
	*tab
	downloads, dir string
	saved          chan string // the files in downloads that are complete
	last           time.Time   // when one was asked for
}

// savePause is between two files: of more than ten in a second Chromium's renderer
// silently drops what follows.
const savePause = 150 * time.Millisecond

func openBench(t *testing.T) *bench {
	t.Helper()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("there is no openssl")
	}
	b := &bench{openMake(t), t.TempDir(), t.TempDir(), make(chan string, 64), time.Time{}}
	chromedp.ListenBrowser(b.ctx, func(event any) {
		if e, ok := event.(*browser.EventDownloadProgress); ok && e.State == browser.DownloadProgressStateCompleted {
			// Every tab of the browser is told of the files of all.
			if _, err := os.Stat(filepath.Join(b.downloads, e.GUID)); err == nil {
				b.saved <- e.GUID
			}
		}
	})
	// Named by Chromium, so that two files of one name are not taken for each other.
	if _, err := chromedp.CallBrowser(b.ctx, browser.SetDownloadBehavior, browser.SetDownloadBehaviorParams{
		Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName, BrowserContextID: chromedp.FromContext(b.ctx).BrowserContextID,
		DownloadPath: b.downloads, EventsEnabled: new(true),
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

// press runs a script and presses buttons after it, and gives what the last one said.
func (b *bench) press(script string, acts ...string) string {
	b.t.Helper()
	for _, act := range acts {
		script += `
const said` + strings.ReplaceAll(act, "-", "_") + ` = await press('` + act + `');`
	}
	return run[string](b.tab, makeLookups+script+`
return status()`)
}

// save presses a button and gives the file that the browser saved.
func (b *bench) save(script, act string) []byte {
	b.t.Helper()
	time.Sleep(time.Until(b.last.Add(savePause)))
	b.last = time.Now()
	said := b.press(script, act)
	select {
	case name := <-b.saved:
		data, err := os.ReadFile(filepath.Join(b.downloads, name))
		if err != nil {
			b.t.Fatal(err)
		}
		return data
	case <-time.After(patience):
		b.t.Fatalf("%s saved nothing, but said %q", act, said)
		return nil
	}
}

// saveOf saves one of the files of the certificate that stands at a place of the list.
func (b *bench) saveOf(n int, what, name string) {
	b.t.Helper()
	b.put(name, b.save(fmt.Sprintf(`
const row = make.querySelectorAll('[aria-label=Certificates] > li')[%d];
row.querySelector('select').value = '%s';
for (const a of make.querySelectorAll('[data-act=chosen]')) a.dataset.act = 'save-certificate';
row.querySelector('[data-act=save-certificate]').dataset.act = 'chosen';`, n, what), "chosen"))
}

// unzip gives the files of an archive by name.
func unzip(t *testing.T, data []byte) map[string][]byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return files
}

func (b *bench) put(name string, data []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

// openssl runs openssl in the folder. It judges by the clock that the page goes by.
func (b *bench) openssl(args ...string) (string, error) {
	cmd := exec.Command("openssl", atPageTime(args)...)
	cmd.Dir = b.dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// atPageTime has openssl judge certificates by the clock that the page goes by.
func atPageTime(args []string) []string {
	if args[0] != "verify" && args[0] != "cms" {
		return args
	}
	return slices.Insert(slices.Clone(args), 1, "-attime", strconv.FormatInt(clock.Now().Unix(), 10))
}

// accepts fails the test unless openssl does as it is told; refuses, unless it fails.
func (b *bench) accepts(args ...string) string {
	b.t.Helper()
	out, err := b.openssl(args...)
	if err != nil {
		b.t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func (b *bench) refuses(why string, args ...string) {
	b.t.Helper()
	if out, err := b.openssl(args...); err == nil || !strings.Contains(out, why) {
		b.t.Errorf("openssl %s: %v, want %q\n%s", strings.Join(args, " "), err, why, out)
	}
}

// entity is the MIME entity that a SIP message carries: its Content-… fields and body.
func entity(t *testing.T, message []byte) []byte {
	t.Helper()
	head, body, ok := bytes.Cut(message, []byte("\r\n\r\n"))
	if !ok {
		t.Fatalf("a message without a body: %.200q", message)
	}
	var fields []string
	for _, line := range strings.Split(string(head), "\r\n")[1:] {
		if strings.HasPrefix(line, "Content-") && !strings.HasPrefix(line, "Content-Length") {
			fields = append(fields, line)
		}
	}
	return append([]byte(strings.Join(fields, "\r\n")+"\r\n\r\n"), body...)
}

// field gives a header field's value and parameters.
func field(e []byte, name string) (string, map[string]string) {
	head, _, _ := bytes.Cut(e, []byte("\r\n\r\n"))
	for _, line := range strings.Split(string(head), "\r\n") {
		if k, v, _ := strings.Cut(line, ":"); strings.EqualFold(k, name) {
			value, params, _ := mime.ParseMediaType(strings.TrimSpace(v))
			return value, params
		}
	}
	return "", nil
}

// parts splits a multipart at its delimiters (RFC 2046 section 5.1.1).
func parts(e []byte) [][]byte {
	_, params := field(e, "Content-Type")
	_, body, _ := bytes.Cut(e, []byte("\r\n\r\n"))
	all := bytes.Split(append([]byte("\r\n"), body...), []byte("\r\n--"+params["boundary"]))
	var out [][]byte
	for _, p := range all[1:] {
		if rest, ok := bytes.CutPrefix(p, []byte("\r\n")); ok {
			out = append(out, rest)
		}
	}
	return out
}

// der is the CMS object of an entity.
func der(t *testing.T, e []byte) []byte {
	t.Helper()
	_, body, _ := bytes.Cut(e, []byte("\r\n\r\n"))
	if encoding, _ := field(e, "Content-Transfer-Encoding"); encoding != "base64" {
		return body
	}
	out, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(string(body), "\r\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// unseal takes one seal after another off an entity, each with openssl alone, and gives
// what it took off, outermost first, and what is inside. how are the options to decrypt
// with. Objects in base64 are given to openssl as S/MIME, as they are; it reads no
// binary ones, which it gets as DER.
func (b *bench) unseal(e []byte, how, verify []string) (seals string, inside []byte, err error) {
	b.t.Helper()
	kind, params := field(e, "Content-Type")
	var args []string
	switch {
	case kind == "multipart/mixed": // an authenticated identity body is the second part
		return b.unseal(parts(e)[1], how, verify)
	case kind == "multipart/signed":
		seals = "signed "
		args = append([]string{"-verify"}, verify...)
		p := parts(e)
		if len(p) != 2 {
			return "", nil, fmt.Errorf("%d parts in %.300q", len(p), e)
		}
		b.put("content", p[0])
		if encoding, _ := field(p[1], "Content-Transfer-Encoding"); encoding == "base64" {
			b.put("in", e)
			break
		}
		b.put("in", der(b.t, p[1]))
		args = append(args, "-inform", "DER", "-content", "content", "-binary")
	case kind == "application/pkcs7-mime":
		if params["smime-type"] == "signed-data" {
			seals = "opaque "
			args = append([]string{"-verify"}, verify...)
		} else {
			seals = "encrypted "
			args = append([]string{"-decrypt"}, how...)
		}
		if encoding, _ := field(e, "Content-Transfer-Encoding"); encoding == "base64" {
			b.put("in", e)
			break
		}
		b.put("in", der(b.t, e))
		args = append(args, "-inform", "DER", "-binary")
	default:
		return "", e, nil
	}
	os.Remove(filepath.Join(b.dir, "out"))
	if out, err := b.openssl(append([]string{"cms", "-in", "in", "-out", "out"}, args...)...); err != nil {
		return seals, nil, fmt.Errorf("openssl cms %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	inside, err = os.ReadFile(filepath.Join(b.dir, "out"))
	if err != nil {
		return seals, nil, err
	}
	more, inside, err := b.unseal(inside, how, verify)
	return seals + more, inside, err
}

// The people of the tests, in the order of the list, and how openssl decrypts as each.
const makePeople = `
set('ca-key', 'ECDSA P-256');
await press('make-ca');
for (const [address, type] of [['alice@atlanta.example', 'RSA 2048'], ['bob@biloxi.example', 'RSA 2048'], ['carol@chicago.example', 'ECDSA P-256']]) {
	set('address', address); set('key-type', type);
	await press('make-certificate');
}
`

// people makes them, and saves what openssl needs.
func (b *bench) people() (asAnybody map[string][]string, verify []string) {
	b.t.Helper()
	b.press(makePeople)
	asAnybody = map[string][]string{}
	var certs []byte
	for i, name := range []string{"alice", "bob", "carol"} {
		b.saveOf(i, "pem", name+".pem")
		b.saveOf(i, "key", name+"_key.pem")
		asAnybody[name] = []string{"-inkey", name + "_key.pem", "-recip", name + ".pem"}
		c, err := os.ReadFile(filepath.Join(b.dir, name+".pem"))
		if err != nil {
			b.t.Fatal(err)
		}
		certs = append(certs, c...)
	}
	b.put("all.pem", certs)
	b.put("ca.pem", unzip(b.t, b.save("", "save-ca"))["root_cert_fluffyCA.pem"])
	return asAnybody, []string{"-CAfile", "ca.pem", "-purpose", "any"}
}

// TestMadeMessagesByOpenSSL: messages of every form, made with the form of the page.
func TestMadeMessagesByOpenSSL(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	as, verify := b.people()
	check := func(name string, message []byte, want string, how, verify []string) {
		t.Helper()
		seals, inside, err := b.unseal(entity(t, message), how, verify)
		if err != nil || strings.TrimSpace(seals) != want {
			t.Errorf("%s: openssl takes off %q, want %q: %v", name, seals, want, err)
		}
		if !bytes.Contains(inside, []byte("Watson, come here.\r\n")) {
			t.Errorf("%s: inside is %q", name, inside)
		}
	}
	for _, encoding := range []string{"binary", "base64"} {
		for _, form := range []string{"detached", "opaque"} {
			signed := map[string]string{"detached": "signed", "opaque": "opaque"}[form]
			for seals, want := range map[string]string{
				"sign": signed, "encrypt": "encrypted", "sign-encrypt": "encrypted " + signed,
				"encrypt-sign": signed + " encrypted", "triple": signed + " encrypted " + signed,
			} {
				name := seals + ", " + form + ", " + encoding
				message := b.save(fmt.Sprintf(`set('encoding', '%s'); set('form', '%s'); set('seals', '%s');`, encoding, form, seals), "save-message-bytes")
				check(name, message, want, as["bob"], verify)
			}
		}
	}
	// How it is signed, verified by openssl; without what is attached, it needs the certificates.
	b.press(`set('encoding', 'binary'); set('form', 'detached'); set('seals', 'sign')`)
	for _, set := range []string{
		`set('null', true)`, `set('digest', 'SHA-1'); set('null', true)`, `set('digest', 'SHA-512'); set('combined', true)`, `set('digest', 'SHA-384'); set('no-attributes', true)`,
		`set('pss', true)`, `set('sign-by-key', true); set('capabilities', true)`, `set('signing-time', 'none')`,
		`choose('signer', 0, 1)`, `choose('signer', 0, 1, 2); set('digest', 'SHA-384')`, `choose('signer', 2); set('no-attributes', true)`,
		`set('form', 'opaque'); choose('signer', 0, 2)`, `set('method', 'INVITE'); set('body', 'Watson, come here.\n')`, `set('status', '200'); set('reason', 'Come')`,
		`set('boundary', 'here')`,
	} {
		message := b.save(set, "save-message-bytes")
		want := "signed"
		if strings.Contains(set, "opaque") {
			want = "opaque"
		}
		check(set, message, want, nil, verify)
		bare := b.save(`set('attach', false)`, "save-message-bytes")
		check(set+", without certificates", bare, want, nil, append([]string{"-certfile", "all.pem"}, verify...))
		if _, _, err := b.unseal(entity(t, bare), nil, verify); err == nil {
			t.Errorf("%s: openssl verifies what has no certificates without any", set)
		}
		b.press(`set('attach', true); choose('signer'); set('form', 'detached'); set('digest', ''); set('signing-time', ''); set('method', 'MESSAGE'); set('status', ''); set('reason', ''); set('boundary', '');
for (const n of ['null', 'combined', 'no-attributes', 'pss', 'sign-by-key', 'capabilities']) set(n, false);`)
	}
	// An authenticated identity body, beside the text.
	aib := b.save(`set('aib', true)`, "save-message-bytes")
	seals, inside, err := b.unseal(entity(t, aib), nil, verify)
	if err != nil || seals != "signed " || !bytes.Contains(inside, []byte("From: <sip:alice@atlanta.example>")) {
		t.Errorf("an AIB: %q %v\n%s", seals, err, inside)
	}
	// For whom it is encrypted, and how.
	b.press(`set('aib', false); set('seals', 'encrypt')`)
	const secret, id = "000102030405060708090a0b0c0d0e0f1011121314151617", "c0ffee"
	as["password"], as["key"] = []string{"-pwri_password", "open sesame"}, []string{"-secretkey", secret, "-secretkeyid", id}
	for set, who := range map[string]string{
		`set('cipher', 'AES-256-CBC'); set('oaep', true)`:                     "alice bob",
		`set('cipher', '3DES-CBC'); set('by-key', true)`:                      "alice bob",
		`set('cipher', 'AES-128-GCM'); choose('recipient', 0, 1, 2)`:          "alice bob carol",
		`set('cipher', 'AES-256-GCM'); set('open-password', 'open sesame')`:   "alice bob password",
		`choose('recipient', 2); set('by-key', true)`:                         "carol",
		`set('no-certificates', true); set('open-password', 'open sesame')`:   "password",
		`set('secret-key', '` + secret + `'); set('secret-id', '` + id + `')`: "alice bob key",
		`set('cipher', 'AES-192-CBC'); choose('recipient', 1, 2); set('open-password', 'open sesame'); set('secret-key', '` + secret + `'); set('secret-id', '` + id + `')`: "bob carol password key",
	} {
		message := b.save(set, "save-message-bytes")
		for name, how := range as {
			if strings.Contains(" "+who+" ", " "+name+" ") {
				check(set+", "+name, message, "encrypted", how, verify)
			} else if _, inside, err := b.unseal(entity(t, message), how, verify); err == nil && bytes.Contains(inside, []byte("Watson")) {
				t.Errorf("%s: %s can open it", set, name)
			}
		}
		b.press(`choose('recipient'); set('cipher', 'AES-128-CBC'); for (const n of ['open-password', 'secret-key', 'secret-id']) set(n, '');
for (const n of ['oaep', 'by-key', 'no-certificates']) set(n, false);`)
	}
}

// TestBrokenMessagesByOpenSSL: what is wrong with a message made on the page is wrong
// for openssl.
func TestBrokenMessagesByOpenSSL(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	as, verify := b.people()
	for _, c := range []struct{ set, act, why string }{
		{`set('bad-signature', true)`, "save-message-bytes", "erification failure"},
		{`set('bad-signature', false); set('bad-digest', true)`, "save-message-bytes", "erification failure"},
		{`set('bad-digest', false); set('signer-fault', 'expired')`, "save-message-bytes", "certificate has expired"},
		{`set('signer-fault', 'bad-signature')`, "save-message-bytes", "certificate signature failure"},
		{`set('signer-fault', ''); make.querySelector('[name=damage][value=text]').click()`, "save-broken-bytes", "CMS_SignerInfo_verify_content"},
		{`make.querySelector('[name=damage][value=text]').click(); make.querySelector('[name=damage][value=lf-crlf]').click()`, "save-broken-bytes", "openssl cms"},
	} {
		message := b.save(c.set, c.act)
		if _, _, err := b.unseal(entity(t, message), nil, verify); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want %q", c.set, err, c.why)
		}
	}
	// One byte flipped at a chosen place: in the text that is signed, then in the value of
	// the signature, which stands last.
	message := b.save(`set('seals', 'sign')`, "save-message-bytes")
	b.press(`make.querySelector('[name=damage][value=lf-crlf]').click(); make.querySelector('[name=damage][value=flip]').click()`)
	for at, why := range map[int]string{
		bytes.Index(message, []byte("Watson")):           "CMS_SignerInfo_verify_content",
		bytes.LastIndex(message, []byte("\r\n--")) - 100: "erification failure",
	} {
		flipped := b.save(fmt.Sprintf(`set('at', '%#x')`, at), "save-broken-bytes")
		different := 0
		for i := range flipped {
			if flipped[i] != message[i] {
				different++
			}
		}
		if len(flipped) != len(message) || different != 1 || flipped[at] == message[at] {
			t.Errorf("%d bytes are others, and not the one at %d", different, at)
		}
		if _, _, err := b.unseal(entity(t, flipped), nil, verify); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("a byte flipped at %d: %v, want %q", at, err, why)
		}
	}
	// And in an envelope with a tag.
	message = b.save(`set('seals', 'encrypt'); set('cipher', 'AES-128-GCM')`, "save-message-bytes")
	if _, _, err := b.unseal(entity(t, message), as["bob"], nil); err != nil {
		t.Error(err)
	}
	if _, _, err := b.unseal(entity(t, b.save(fmt.Sprintf(`set('at', '%d')`, len(message)-1), "save-broken-bytes")), as["bob"], nil); err == nil {
		t.Error("openssl opens an envelope whose tag is damaged")
	}
}

// TestMadeFilesByOpenSSL: every file that can be saved of a certificate, a CA and its
// list; a request of openssl's that is signed; a chain with a CA between.
func TestMadeFilesByOpenSSL(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	b.press(`set('ca-key', 'RSA 4096'); set('ca-digest', 'SHA-512'); await press('make-ca'); await press('make-intermediate');
set('address', 'alice@atlanta.example'); await press('make-certificate');
set('address', 'proxy.atlanta.example'); set('kind', 'domain'); set('key-type', 'ECDSA P-384'); set('days', '0'); await press('make-certificate');
for (const f of make.querySelectorAll('[aria-label=Certificates] input[type=password]')) f.value = 'secret';`)
	for what, name := range map[string]string{
		"pem": "cert.pem", "der": "cert.der", "p7c": "certs.p7c", "key": "key.pem", "p8c": "key.p8c", "p12": "both.p12", "csr": "request.csr", "zip": "all.zip",
	} {
		b.saveOf(0, what, name)
	}
	b.saveOf(1, "pem", "expired.pem")
	all, err := os.ReadFile(filepath.Join(b.dir, "all.zip"))
	if err != nil {
		t.Fatal(err)
	}
	files := unzip(t, all)
	for name, data := range files {
		b.put(filepath.Base(name), data)
	}
	const want = "alice@atlanta.example.csr alice@atlanta.example.p12 demoCA/cacert.p7c demoCA/cacert.pem intermediate_cert_1.pem root_cert_fluffyCA.pem " +
		"user_cert_alice@atlanta.example.der user_cert_alice@atlanta.example.p7c user_cert_alice@atlanta.example.pem " +
		"user_key_alice@atlanta.example.p8c user_key_alice@atlanta.example.pem"
	if got := strings.Join(slices.Sorted(maps.Keys(files)), " "); got != want {
		t.Errorf("in the archive: %s", got)
	}
	// The CA's own files: the one between issues, and its key is under a password.
	ca := unzip(t, b.save(`make.querySelector('[aria-labelledby=make-ca] .make-list input').value = 'secret'`, "save-ca"))
	if string(ca["root_cert_fluffyCA.pem"]) != string(files["root_cert_fluffyCA.pem"]) || string(ca["demoCA/cacert.pem"]) != string(files["intermediate_cert_1.pem"]) {
		t.Error("the CA's certificates are others")
	}
	b.put("cakey.pem", ca["demoCA/private/cakey.pem"])
	if theirs := b.accepts("pkey", "-in", "cakey.pem", "-passin", "pass:secret", "-pubout"); theirs != b.accepts("x509", "-in", "intermediate_cert_1.pem", "-noout", "-pubkey") {
		t.Error("the CA's key is another's")
	}
	b.refuses("", "pkey", "-in", "cakey.pem", "-passin", "pass:wrong", "-noout")
	chain := []string{"verify", "-CAfile", "root_cert_fluffyCA.pem", "-untrusted", "intermediate_cert_1.pem"}
	b.accepts(append(chain, "cert.pem")...)
	b.refuses("certificate has expired", append(chain, "expired.pem")...)
	b.refuses("unable to get local issuer", "verify", "-CAfile", "root_cert_fluffyCA.pem", "cert.pem")
	if text := b.accepts("x509", "-in", "root_cert_fluffyCA.pem", "-noout", "-text"); !strings.Contains(text, "sha512WithRSAEncryption") || !strings.Contains(text, "(4096 bit)") {
		t.Error(text)
	}
	if text := b.accepts("x509", "-in", "expired.pem", "-noout", "-text"); !strings.Contains(text, "DNS:proxy.atlanta.example, URI:sip:proxy.atlanta.example") {
		t.Error(text)
	}
	b.accepts("x509", "-inform", "DER", "-in", "cert.der", "-noout")
	if out := b.accepts("pkcs7", "-inform", "DER", "-in", "certs.p7c", "-print_certs", "-noout"); strings.Count(out, "subject=") != 3 {
		t.Error(out)
	}
	for _, file := range []string{"key.pem", "key.p8c"} {
		form := map[string]string{".pem": "PEM", ".p8c": "DER"}[filepath.Ext(file)]
		b.accepts("pkey", "-inform", form, "-in", file, "-passin", "pass:secret", "-noout")
		b.refuses("", "pkey", "-inform", form, "-in", file, "-passin", "pass:wrong", "-noout")
	}
	if out := b.accepts("pkcs12", "-in", "both.p12", "-passin", "pass:secret", "-nodes", "-info"); strings.Count(out, "friendlyName: alice@atlanta.example") != 2 ||
		strings.Count(out, "BEGIN CERTIFICATE") != 3 {
		t.Error(out)
	}
	b.refuses("invalid password", "pkcs12", "-in", "both.p12", "-passin", "pass:wrong", "-noout")
	b.saveOf(0, "old", "old.p12")
	if out := b.accepts("pkcs12", "-legacy", "-in", "old.p12", "-passin", "pass:secret", "-noout", "-info"); !strings.Contains(out, "pbeWithSHA1And3-KeyTripleDES-CBC") {
		t.Error(out)
	}
	b.accepts("req", "-in", "request.csr", "-verify", "-noout")
	// Open keys, where there is no password.
	b.press(`for (const f of make.querySelectorAll('[aria-label=Certificates] input[type=password]')) f.value = '';`)
	b.saveOf(0, "key", "open.pem")
	if out := b.accepts("pkey", "-in", "open.pem"); !strings.Contains(out, "BEGIN PRIVATE KEY") {
		t.Error(out)
	}
	b.saveOf(0, "p12", "usual.p12")
	b.accepts("pkcs12", "-in", "usual.p12", "-passin", "pass:password", "-nodes", "-noout")

	// A request of openssl's, read and signed; the list of what is revoked, and its CA.
	b.accepts("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "k.pem",
		"-subj", "/C=US/O=sipit/CN=dave", "-addext", "subjectAltName=URI:sip:dave@denver.example", "-out", "theirs.csr")
	theirs, err := os.ReadFile(filepath.Join(b.dir, "theirs.csr"))
	if err != nil {
		t.Fatal(err)
	}
	b.press(fmt.Sprintf(`set('csr', %q); set('days', '30'); await press('read-request'); set('address', 'dave@denver.example');
const all = make.querySelector('[name=csr]').closest('details'); all.open = true; await new Promise((r) => setTimeout(r, 100));
await press('read-request'); await press('make-certificate');`, theirs))
	b.saveOf(2, "pem", "dave.pem")
	b.accepts(append(chain, "dave.pem")...)
	if out := b.accepts("x509", "-in", "dave.pem", "-noout", "-text", "-certopt", "no_pubkey"); !strings.Contains(out, "CN = dave") || !strings.Contains(out, "URI:sip:dave@denver.example") {
		t.Error(out)
	}
	mine := b.accepts("x509", "-in", "dave.pem", "-noout", "-pubkey")
	if theirs := b.accepts("pkey", "-in", "k.pem", "-pubout"); mine != theirs {
		t.Error("the certificate is for another key than the request")
	}
	crl := []string{"crl", "-in", "crl.pem", "-CAfile", "intermediate_cert_1.pem", "-noout", "-text"}
	b.put("crl.pem", b.save("", "save-crl"))
	if out := b.accepts(crl...); !strings.Contains(out, "No Revoked Certificates") {
		t.Error(out)
	}
	b.press(`make.querySelectorAll('[aria-label=Certificates] > li')[0].querySelector('[data-act=revoke]').click(); while (make.dataset.busy) await new Promise((r) => setTimeout(r, 25));`)
	b.put("crl.pem", b.save("", "save-crl"))
	b.accepts(crl...)
	// -crl_check looks at the list of who issued the certificate, the CA between.
	b.refuses("certificate revoked", append(chain, "-crl_check", "-CRLfile", "crl.pem", "cert.pem")...)
	b.accepts(append(chain, "-crl_check", "-CRLfile", "crl.pem", "dave.pem")...)
	// A list that says otherwise, is too old, or is not signed by its CA.
	b.put("crl.pem", b.save(`set('crl-revoked', '05'); set('crl-number', '7')`, "save-crl"))
	if out := b.accepts(crl...); !strings.Contains(out, "Serial Number: 05") || !strings.Contains(strings.Join(strings.Fields(out), " "), "X509v3 CRL Number: 7") {
		t.Error(out)
	}
	b.accepts(append(chain, "-crl_check", "-CRLfile", "crl.pem", "cert.pem")...)
	b.put("crl.pem", b.save(`set('crl-this', '2020-01-01'); set('crl-next', '2020-02-01')`, "save-crl"))
	b.refuses("CRL has expired", append(chain, "-crl_check", "-CRLfile", "crl.pem", "dave.pem")...)
	b.put("crl.pem", b.save(`set('crl-this', ''); set('crl-next', ''); set('crl-bad-signature', true)`, "save-crl"))
	b.refuses("CRL signature failure", append(chain, "-crl_check", "-CRLfile", "crl.pem", "dave.pem")...)
}

// TestGivenCAByOpenSSL: the CA that RFC 6216 publishes, taken from the script makeCA as it
// is printed, issues certificates that chain to the CA as published.
func TestGivenCAByOpenSSL(t *testing.T) {
	t.Parallel()
	rfc := string(vectors.RFC6216(t, "rfc6216.txt"))
	b := openBench(t)
	_, script, _ := strings.Cut(rfc, "\nA.1.  makeCA script\n")
	script, _, ok := strings.Cut(script, "\nA.2.  makeCert script\n")
	if !ok {
		t.Fatal("there is no script makeCA")
	}
	if said := b.press(fmt.Sprintf(`set('ca-given', %q); set('ca-password', 'wrong')`, script), "take-ca"); !strings.Contains(said, "password does not open it") {
		t.Errorf("with a wrong password: %s", said)
	}
	if said := b.press(`set('ca-password', 'password')`, "take-ca"); !strings.HasPrefix(said, "The CA that was given") {
		t.Fatal(said)
	}
	for i, digest := range []string{"SHA-1", "SHA-256"} {
		b.press(fmt.Sprintf(`const all = make.querySelector('[name=csr]').closest('details'); all.open = true; while (!make.querySelector('[name=subject]').value) await new Promise((r) => setTimeout(r, 20));
set('cert-digest', '%s'); await press('make-certificate');`, digest))
		b.saveOf(i, "pem", "cert.pem")
		b.put("ca.pem", read(t, "testdata/seeds/rfc6216_ca.pem"))
		b.accepts("verify", "-auth_level", "0", "-CAfile", "ca.pem", "cert.pem")
	}
	// And the inspector, which is not told to trust anything, trusts it.
	got := run[string](b.tab, makeLookups+`
		const said = await press('open-message');
		const message = report().sources[0].bytes;
		const inspector = document.querySelector('.opened sipseal-inspector');
		const { state, text } = (await inspector.inspect(message)).summary;
		return state === 'valid' ? state : state + ': ' + text;`)
	if got != "valid" {
		t.Error(got)
	}
}

// TestMadeKit: the archive of the scenarios holds its manifest, and every file that this
// names.
func TestMadeKit(t *testing.T) {
	t.Parallel()
	b := openBench(t)
	data := b.save(`set('kit-key', 'ECDSA P-256')`, "save-scenarios")
	files := unzip(t, data)
	var manifest []craft.Scenario
	if err := json.Unmarshal(files["index.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 25 || !strings.Contains(string(files["README.txt"]), "For testing only") {
		t.Errorf("%d scenarios; %.200s", len(manifest), files["README.txt"])
	}
	for _, s := range manifest {
		for _, name := range slices.Concat([]string{s.Message}, s.Keys, s.Certificates, s.CRLs, s.Trust) {
			if len(files[name]) == 0 {
				t.Errorf("%s: there is no %s", s.ID, name)
			}
		}
		if s.Outcome == "" || (s.Expect == "valid") != (s.Reason == "") || !strings.Contains(string(files["README.txt"]), s.Outcome) {
			t.Errorf("%s does not say what is to come of it: %+v", s.ID, s)
		}
	}
}
