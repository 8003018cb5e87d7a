package dist

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// Beside each file that gains by it lie its compressed copies, which are the same file;
// a second build takes them from the cache.
func TestCompress(t *testing.T) {
	text := []byte(strings.Repeat("Via: SIP/2.0/TCP client.atlanta.example\r\n", 200))
	root := t.TempDir()
	for _, build := range []string{"first", "second"} {
		b := &output{root: root, files: map[string][]byte{
			"index.html": text, "assets/a-X.js": text[1:], "assets/sipseal-make-X.wasm": text[2:], "small.txt": text[:100],
			"img.png": text, "npm/sipseal.js": text,
		}}
		if err := b.compress(); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"index.html", "assets/a-X.js", "assets/sipseal-make-X.wasm"} {
			br, err := io.ReadAll(brotli.NewReader(bytes.NewReader(b.files[name+".br"])))
			if err != nil || !bytes.Equal(br, b.files[name]) {
				t.Errorf("%s, %s.br: %v, %d bytes of %d", build, name, err, len(br), len(b.files[name]))
			}
			r, err := gzip.NewReader(bytes.NewReader(b.files[name+".gz"]))
			if err != nil {
				t.Fatalf("%s, %s.gz: %v", build, name, err)
			}
			gz, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(gz, b.files[name]) {
				t.Errorf("%s, %s.gz: %v, %d bytes of %d", build, name, err, len(gz), len(b.files[name]))
			}
		}
		if len(b.files) != 6+2*3 {
			t.Errorf("%s: %q", build, b.names())
		}
	}
}
