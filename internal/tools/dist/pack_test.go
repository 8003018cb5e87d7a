package dist

import (
	"encoding/ascii85"
	"strings"
	"testing"
)

// base85 is that of the standard library with other characters, and without its "z" for
// four zeros.
func TestBase85(t *testing.T) {
	var data []byte
	for n := range 300 {
		var want strings.Builder
		group := func(b []byte) {
			var out [5]byte
			if len(b) == 4 && string(b) == "\x00\x00\x00\x00" {
				want.WriteString("*****")
				return
			}
			for _, c := range out[:ascii85.Encode(out[:], b)] {
				if c += '*' - '!'; c == '<' {
					c = '!'
				}
				want.WriteByte(c)
			}
		}
		for b := data; len(b) > 0; b = b[min(4, len(b)):] {
			group(b[:min(4, len(b))])
		}
		if got := base85(data); got != want.String() {
			t.Fatalf("%d bytes: %q, not %q", n, got, want.String())
		}
		data = append(data, byte(n*n+n>>3))
		if n%16 == 0 {
			data = append(data, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff)
		}
	}
}
