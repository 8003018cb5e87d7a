// What unpacks the single file, by itself: js/single.

package e2e

import (
	"encoding/ascii85"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/lzma"
)

// unpackers is a page with the module as "lzma", and bytes(base64).
func unpackers(t *testing.T) *tab {
	t.Helper()
	s := serve(t, "/", map[string]string{
		"lzma.js":   string(read(t, "js/single/lzma.js")),
		"base85.js": string(read(t, "js/single/base85.js")),
	})
	p := openURL(t, s.url+"blank.html")
	run[bool](p, `
globalThis.lzma = await import('/lzma.js');
globalThis.base85 = await import('/base85.js');
globalThis.bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
globalThis.hash = async (b) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', b))].join();
return true`)
	return p
}

func quoted(t *testing.T, data []byte) string {
	t.Helper()
	text, err := json.Marshal(base64.StdEncoding.EncodeToString(data))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestUnpackLZMA(t *testing.T) {
	p := unpackers(t)
	// What another program packed, with two sets of parameters.
	var text strings.Builder
	run[bool](p, `globalThis.text = Array.from({ length: 3000 }, (_, i) =>
'Via: SIP/2.0/TCP host' + (i % 7) + '.example:5060;branch=z9hG4bK' + (i * i).toString(16) + '\r\n').join(''); return true`)
	for _, name := range []string{"text.lzma", "text_lc0_lp2_pb0.lzma"} {
		packed := read(t, "internal/tools/lzma/testdata/"+name)
		if !run[bool](p, `return new TextDecoder().decode(lzma.unpackLZMA(bytes(`+quoted(t, packed)+`))) === text`) {
			t.Errorf("%s is not what it was", name)
		}
	}
	// What is packed here: a script, noise, all the same, copies from afar.
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 200_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	text.Write(read(t, "js/elements/view.js"))
	for name, data := range map[string][]byte{
		"empty": nil, "a byte": {7}, "the same": make([]byte, 100_000), "a script": []byte(text.String()),
		"noise and copies": append(append(noise, noise[100:150_000]...), noise[:70_000]...),
	} {
		packed := lzma.Encode(data)
		if !run[bool](p, `return await hash(lzma.unpackLZMA(bytes(`+quoted(t, packed)+`))) === await hash(bytes(`+quoted(t, data)+`))`) {
			t.Errorf("%s is not what it was", name)
		}
	}
}

// Cut off anywhere, or changed anywhere, it ends, with a RangeError or as many bytes as
// its header says.
func TestUnpackDamagedLZMA(t *testing.T) {
	p := unpackers(t)
	packed := lzma.Encode(read(t, "testdata/demo/signed.sip"))
	wrong := run[[]string](p, `
const whole = bytes(`+quoted(t, packed)+`);
const size = lzma.unpackLZMA(whole).length;
const wrong = [];
const outcome = (b) => { try { return lzma.unpackLZMA(b).length; } catch (e) { return e instanceof RangeError ? 'refused' : e.stack; } };
for (let n = 0; n < whole.length; n++) if (outcome(whole.subarray(0, n)) !== 'refused') wrong.push('cut off at ' + n);
if (outcome(Uint8Array.of(...whole, 0)) !== 'refused') wrong.push('longer');
let refused = 0;
for (let n = 13; n < whole.length; n++) for (const bit of [1, 0x80]) {
  const b = whole.slice(); b[n] ^= bit;
  const got = outcome(b);
  if (got === 'refused') refused++; else if (got !== size) wrong.push('changed at ' + n + ': ' + got);
}
if (refused < 1.9 * (whole.length - 13)) wrong.push('only ' + refused + ' changes were noticed');
for (const [n, value] of [[0, 225], [0, 255], [8, 0xff], [12, 0xff], [12, 1], [13, 1]]) {
  const b = whole.slice(); b[n] = value;
  if (outcome(b) !== 'refused') wrong.push('byte ' + n + ' as ' + value);
}
// In the middle of another buffer, as a file read in pieces is.
const more = new Uint8Array(whole.length + 20); more.set(whole, 10);
if (outcome(more.subarray(10, 10 + whole.length)) !== size) wrong.push('in another buffer');
return wrong`)
	for _, w := range wrong {
		t.Error(w)
	}
}

func TestUnpackBase85(t *testing.T) {
	p := unpackers(t)
	// By the standard library, with these characters in place of its own.
	encode := func(data []byte) string {
		out := make([]byte, ascii85.MaxEncodedLen(len(data)))
		out = out[:ascii85.Encode(out, data)]
		for i, c := range out {
			if out[i] = c + '*' - '!'; out[i] == '<' {
				out[i] = '!'
			}
		}
		return string(out)
	}
	for n := range 12 {
		data := []byte("\xff\xfe\x80Z\x01\xff\xff\xff\xfe \x7f")[:min(n, 11)]
		text, err := json.Marshal(encode(data))
		if err != nil {
			t.Fatal(err)
		}
		if !run[bool](p, `return String(base85.fromBase85(`+string(text)+`)) === String(bytes(`+quoted(t, data)+`))`) {
			t.Errorf("%x, as %s, is not what it was", data, text)
		}
	}
	for _, bad := range []string{"*", "******", "****<", "****\x7f", "*** *", "~~~~~", "\u20ac****"} {
		text, err := json.Marshal(bad)
		if err != nil {
			t.Fatal(err)
		}
		if !run[bool](p, `try { base85.fromBase85(`+string(text)+`); return false; } catch (e) { return e instanceof RangeError; }`) {
			t.Errorf("%q is taken", bad)
		}
	}
}
