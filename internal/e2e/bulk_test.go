package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// What WebCrypto hashes, decrypts and verifies is the same as what Go does: reports on large
// messages by OpenSSL, whole and damaged, are the same with WebCrypto, in a worker,
// and without.
func TestBulkWork(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("openssl"); errors.Is(err, exec.ErrNotFound) {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	openssl := func(args ...string) {
		t.Helper()
		cmd := exec.Command("openssl", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("openssl %q: %v\n%s", args, err, out)
		}
	}
	text := bytes.Repeat([]byte("0123456789abcde\n"), 20_000)
	if err := os.WriteFile(filepath.Join(dir, "text"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	openssl("req", "-x509", "-nodes", "-subj", "/CN=bulk", "-days", "30", "-newkey", "rsa:2048", "-keyout", "key", "-out", "crt")
	// Files by name, and what is in the report on each.
	files, want := map[string]string{}, map[string]string{}
	add := func(name, found string, change func([]byte) []byte) {
		t.Helper()
		data, err := os.ReadFile(filepath.Join(dir, "out"))
		if err != nil {
			t.Fatal(err)
		}
		files[name], want[name] = string(change(data)), found
	}
	whole := func(b []byte) []byte { return b }
	flipped := func(from int) func([]byte) []byte {
		return func(b []byte) []byte {
			b = bytes.Clone(b)
			b[len(b)-from] ^= 1
			return b
		}
	}
	for _, md := range []string{"sha1", "sha224", "sha256", "sha384", "sha512"} {
		openssl("cms", "-sign", "-binary", "-nodetach", "-md", md, "-in", "text", "-signer", "crt", "-inkey", "key", "-outform", "DER", "-out", "out")
		add(md, `"code":"digest","ok":true`, whole)
		add(md+"-changed", `"code":"digest","ok":false`, flipped(200_000))
	}
	for _, curve := range []string{"P-256", "P-384", "P-521"} {
		openssl("req", "-x509", "-nodes", "-subj", "/CN="+curve, "-days", "30", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:"+curve, "-keyout", "ec.key", "-out", "ec.crt")
		openssl("cms", "-sign", "-binary", "-nodetach", "-in", "text", "-signer", "ec.crt", "-inkey", "ec.key", "-outform", "DER", "-out", "out")
		add(curve, `"code":"signature","ok":true`, whole)
		add(curve+"-changed", `"code":"signature","ok":false`, flipped(1)) // the end of s
	}
	for _, cipher := range []string{"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des-ede3-cbc"} {
		openssl("cms", "-encrypt", "-binary", "-"+cipher, "-in", "text", "-outform", "DER", "-out", "out", "crt")
		add(cipher, `"verdict":"decrypted"`, whole)
		add(cipher+"-changed", `"verdict":"decrypted"`, flipped(200_000)) // a block of it, and the next byte for byte
		// Before the last block, which is all padding: of its last byte a bit changes, and it
		// is larger than a block.
		block := 16
		if cipher == "des-ede3-cbc" {
			block = 8
		}
		add(cipher+"-padding", `"verdict":"failed"`, flipped(block+1))
	}
	s := serve(t, "/", files)
	p := openURL(t, s.url+"blank.html")
	names, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	files["key"] = string(mustRead(t, filepath.Join(dir, "key")))
	s.add("key", files["key"])
	now := time.Now().UTC().Format(time.RFC3339) // by openssl's clock, which made all of it
	wrong := patiently[[]string](p, `
		const { createInspector } = await import('`+s.url+`sipseal.js');
		const want = `+string(names)+`, wrong = [], asked = {};
		const { subtle } = crypto;
		for (const method of ['digest', 'decrypt', 'verify']) {
			const own = subtle[method].bind(subtle);
			subtle[method] = (...args) => { asked[method] = (asked[method] ?? 0) + 1; return own(...args); };
		}
		const here = await createInspector({ worker: false });
		const worker = await createInspector();
		Object.defineProperty(crypto, 'subtle', { value: undefined });
		const without = await createInspector({ worker: false });
		const key = await (await fetch('key')).text();
		for (const [name, found] of Object.entries(want)) {
			const data = new Uint8Array(await (await fetch(name)).arrayBuffer());
			const reports = [];
			for (const inspector of [without, here, worker]) {
				const report = await inspector.inspect(data, { keys: [key], at: '`+now+`' });
				const last = report.sources.at(-1).bytes;
				reports.push(JSON.stringify(report) + ' ' + last.length + ' ' + last.reduce((a, b) => (a * 31 + b) | 0, 0));
			}
			if (reports[1] !== reports[0]) wrong.push(name + ': with WebCrypto it is another report');
			if (reports[2] !== reports[0]) wrong.push(name + ': in a worker it is another report');
			if (!reports[0].includes(found)) wrong.push(name + ': ' + reports[0].slice(0, 2000));
		}
		if (!(asked.digest >= 8)) wrong.push('WebCrypto was asked for ' + asked.digest + ' digests');
		if (!(asked.decrypt >= 6)) wrong.push('WebCrypto was asked to decrypt ' + asked.decrypt + ' times');
		// Each once for the message and once for its certificate, which signed itself.
		if (!(asked.verify >= 6)) wrong.push('WebCrypto was asked to verify ' + asked.verify + ' times');
		// Two calls at once do not get into each other's way.
		const data = new Uint8Array(await (await fetch('sha256')).arrayBuffer());
		const [a, b] = await Promise.all([here.inspect(data, { at: '`+now+`' }), here.inspect(data.slice(0, -1), { at: '`+now+`' })]);
		if (JSON.stringify(a) === JSON.stringify(b)) wrong.push('two calls gave one report');
		if (JSON.stringify(a) !== JSON.stringify(await here.inspect(data, { at: '`+now+`' }))) wrong.push('a call beside another gave another report');
		return wrong;`)
	for _, w := range wrong {
		t.Error(w)
	}
}

func mustRead(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
