// Inputs with many messages, inspected by one worker and by several.

package e2e

import (
	"archive/tar"
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// tarOf is an archive of files, in this order.
func tarOf(t *testing.T, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i, f := range files {
		err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%03d.sip", i), Size: int64(len(f)), Mode: 0o644})
		if err == nil {
			_, err = w.Write(f)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// everyMessage is what testdata has of messages, so often, in no order.
func everyMessage(t *testing.T, times int) [][]byte {
	t.Helper()
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, folder := range []string{"seeds", "demo", "identity", "scenarios"} {
		names, err := filepath.Glob(filepath.Join(root, "testdata", folder, "*.sip"))
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			all = append(all, read(t, "testdata/"+folder+"/"+filepath.Base(n)))
		}
	}
	if len(all) < 40 {
		t.Fatalf("only %d messages", len(all))
	}
	one := all
	for range times - 1 {
		all = append(all, one...)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// scattered are messages of which each lacks what another has: the signer's certificate,
// which is sealed in a message to bob, or the key, which is in a message that another
// such key opens. key is bob's.
func scattered(t *testing.T, n int) (messages [][]byte, key, anchor []byte) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	newKey := func() *craft.Key {
		k, err := craft.GenerateKey("ECDSA P-256")
		must(err)
		return k
	}
	root := newKey()
	anchor, err := craft.SelfSign(craft.DefaultCA(), root)
	must(err)
	ca, err := craft.NewIssuer(anchor, root)
	must(err)
	certificate := func(name string, k *craft.Key) []byte {
		spki, err := k.PublicKey()
		must(err)
		der, err := ca.Issue(craft.Certificate{Subject: []string{"CN=" + name}, Extensions: []string{"subjectAltName = URI:sip:" + name + "@example.org"}}, spki)
		must(err)
		return der
	}
	send := func(contentType, body string, layers ...craft.Layer) {
		m, err := craft.Message{From: "sip:alice@example.org", To: "sip:bob@example.org", ContentType: contentType, Body: body, Binary: true, Layers: layers}.Bytes()
		must(err)
		messages = append(messages, m)
	}
	sealed := func(cert []byte) craft.Layer {
		return craft.Layer{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{{Certificate: cert}}}
	}
	owner := newKey()
	ownerCert := certificate("bob", owner)
	key, err = owner.PKCS8()
	must(err)
	for i := range n {
		signer := newKey()
		cert := certificate("alice", signer)
		sign := craft.Layer{Kind: craft.LayerSign, Signers: []craft.Signer{{Certificate: cert, Key: signer}}}
		send("text/plain", "signed, without a certificate\r\n", sign)
		sign.Attach = []craft.Cert{cert}
		send("text/plain", "with it, and sealed\r\n", sign, sealed(ownerCert))
		if i >= 2 {
			continue
		}
		next := newKey()
		der, err := next.PKCS8()
		must(err)
		send("application/pkcs8", string(der), sealed(ownerCert))
		owner, ownerCert = next, certificate("bob", next)
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(messages), func(i, j int) { messages[i], messages[j] = messages[j], messages[i] })
	return messages, key, anchor
}

func TestSlices(t *testing.T) {
	t.Parallel()
	everything := everyMessage(t, 3)
	apart, key, anchor := scattered(t, 20)
	// Made now, and so judged now, by the clock that they were made by.
	now := time.Now().UTC().Format(time.RFC3339)
	demo := read(t, "testdata/demo/bob_key.pem")
	in := func(b []byte) string {
		return "Uint8Array.from(atob('" + base64.StdEncoding.EncodeToString(b) + "'), (c) => c.charCodeAt(0))"
	}
	s := serve(t, "/", nil)
	p := openURL(t, s.url+"blank.html")
	run[any](p, `
		const { createInspector } = await import('`+s.url+`sipseal.js');
		const count = { workers: 0 };
		const one = globalThis.Worker;
		globalThis.Worker = class extends one { constructor(...a) { super(...a); count.workers++ } };
		globalThis.compared = async (input, options) => {
			const reports = [];
			let hired = 0;
			for (const workers of [1, 4]) {
				const inspector = await createInspector({ worker: true, workers, timeout: 120000 });
				count.workers = 0;
				const report = await inspector.inspect(input, { at: '2026-12-01', ...options });
				hired = count.workers;
				inspector.close();
				const bytes = await Promise.all(report.sources.map(async (s) => new Uint8Array(await crypto.subtle.digest('SHA-256', s.bytes)).join()));
				reports.push(JSON.stringify({ report, bytes }, (k, v) => v && v.constructor === Object
					? Object.fromEntries(Object.entries(v).sort(([a], [b]) => a < b ? -1 : 1)) : v, 1).split('\n'));
			}
			const [a, b] = reports;
			const at = a.findIndex((line, i) => line !== b[i]);
			const report = JSON.parse(a.join('\n')).report;
			return { hired, messages: report.messages.length, summary: report.summary.text, lines: a.length,
				difference: at < 0 && a.length === b.length ? '' : 'line ' + at + '\n' + a.slice(at - 8, at + 4).join('\n') + '\n---\n' + b.slice(at - 8, at + 4).join('\n') };
		};
		return 1;`)
	for _, c := range []struct {
		name, input, options string
		hired, messages      int
		summary              string
	}{
		{"an archive", in(tarOf(t, everything...)), "{ keys: [" + in(demo) + "] }", 3, 0, "unverifiable"},
		{"a stream", in(bytes.Join(everything, nil)), "{ keys: [" + in(demo) + "], certificateText: 'openssl', policy: 'modern' }", 3, 0, "unverifiable"},
		{"messages that need one another", in(tarOf(t, apart...)), "{ keys: [" + in(key) + "], trust: [" + in(anchor) + "], at: '" + now + "' }", 3, len(apart),
			"42 messages: 40 valid, 2 opened."},
		{"few messages", in(tarOf(t, everything[:20]...)), "{}", 0, 20, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := patiently[struct {
				Hired, Messages, Lines int
				Summary, Difference    string
			}](p, "return compared("+c.input+", "+c.options+")")
			if got.Difference != "" {
				t.Errorf("the reports differ at %s", got.Difference)
			}
			if got.Hired != c.hired {
				t.Errorf("%d workers were hired, want %d", got.Hired, c.hired)
			}
			if c.messages != 0 && got.Messages != c.messages || got.Messages < 20 || got.Lines < 200*got.Messages || !strings.Contains(got.Summary, c.summary) {
				t.Errorf("%d messages: %s", got.Messages, got.Summary)
			}
		})
	}
}

// A shared inspection that is given up, or takes too long, ends in every worker, and the
// next call works.
func TestSlicesGivenUp(t *testing.T) {
	sealed := read(t, "testdata/demo/encrypted.sip")
	key := read(t, "testdata/demo/bob_key.pem")
	s := serve(t, "/", map[string]string{"many.tar": string(tarOf(t, slices.Repeat([][]byte{sealed}, 2000)...)), "one.sip": string(sealed), "key.pem": string(key)})
	p := openURL(t, s.url+"blank.html")
	got := patiently[map[string]string](p, `
		const { createInspector } = await import('`+s.url+`sipseal.js');
		const workers = [];
		const one = globalThis.Worker;
		globalThis.Worker = class extends one {
			constructor(...a) { super(...a); workers.push(this) }
			terminate() { workers.splice(workers.indexOf(this), 1); super.terminate() }
		};
		const get = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
		const [many, message, key] = await Promise.all(['many.tar', 'one.sip', 'key.pem'].map(get));
		const inspector = await createInspector({ worker: true, workers: 3 });
		const said = {};
		const attempt = async (name, options) => {
			const call = inspector.inspect(many, { keys: [key], ...options });
			await call.then(() => said[name] = 'done', (e) => said[name] = e.name + ': ' + e.message);
			const next = await inspector.inspect(message, { keys: [key] });
			said[name] += ', then ' + next.summary.state;
		};
		const shared = async () => { while (workers.length < 3) await new Promise((ok) => setTimeout(ok, 5)) };
		const control = new AbortController();
		const given = attempt('given up', { signal: control.signal, timeout: 60000 });
		await shared();
		control.abort(new Error('no more'));
		await given;
		await attempt('too long', { timeout: 600 });
		const closed = inspector.inspect(many, { keys: [key], timeout: 60000 }).catch((e) => e.name);
		await shared();
		inspector.close();
		said.closed = await closed + ', ' + workers.length;
		return said;`)
	for what, want := range map[string]string{
		"given up": "Error: no more, then opened",
		"too long": "TimeoutError: the call was cancelled after 600 ms, then opened", "closed": "ClosedError, 0",
	} {
		if got[what] != want {
			t.Errorf("%s: %q, want %q", what, got[what], want)
		}
	}
}
