package mime

import (
	"testing"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
)

// Parts lie inside their multipart, in order, apart from one another and from its
// delimiters.
func FuzzMIME(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n--b\r\nContent-Type: multipart/alternative;\r\n boundary=\"b c\"\r\n\r\n--b c\r\n\r\n1\r\n--b c--\r\n--b--\r\ny"))
	f.Add([]byte("Content-Type: multipart/mixed\n\n--b\n--b\nA\n--b-- \nContent-Transfer-Encoding: base64\n"))
	f.Add([]byte("Content-Type: multipart/x; boundary*0=\"a\"; boundary*1*=%\r\n\r\n--a%\r\n: \r\n \r\n\n--a%--"))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, src []byte) {
		count := 0
		Parse(src, [2]int{0, len(src)}).Walk(func(e *Entity) {
			count++
			inside(t, "body", e.BodyRange, e.Range)
			at := e.Range[0]
			for _, h := range e.Headers {
				inside(t, "field", h.Range, [2]int{at, e.BodyRange[0]})
				inside(t, "name", h.NameRange, h.Range)
				inside(t, "value", h.ValueRange, h.Range)
				at = h.Range[1]
			}
			for _, p := range e.Problems {
				inside(t, p.Code, p.Range, [2]int{0, len(src)})
			}
			d := e.Decode(src)
			if len(d.Bytes) > e.BodyRange[1]-e.BodyRange[0] {
				t.Fatal("decoding makes more bytes than there were")
			}
			if text, _ := e.Text(d.Bytes); !utf8.ValidString(text) {
				t.Fatal("text is not UTF-8")
			}
			if e.Boundary == "" {
				return
			}
			inside(t, "preamble", e.Preamble, e.BodyRange)
			inside(t, "epilogue", e.Epilogue, e.BodyRange)
			at = e.Preamble[1]
			for i, d := range e.Delimiters {
				inside(t, "delimiter", d, [2]int{at, e.BodyRange[1]})
				at = d[1]
				if i < len(e.Children) {
					inside(t, "part", e.Children[i].Range, [2]int{at, e.BodyRange[1]})
					at = e.Children[i].Range[1]
				}
			}
			if e.Epilogue[0] < at {
				t.Fatalf("epilogue at %v, before %d", e.Epilogue, at)
			}
		})
		if count > 1000 {
			t.Fatalf("%d parts", count)
		}
	}))
}

func inside(t *testing.T, what string, r, outer [2]int) {
	t.Helper()
	if r[0] < outer[0] || r[1] > outer[1] || r[0] > r[1] {
		t.Fatalf("%s at %v is not inside %v", what, r, outer)
	}
}

// Decoding gives no more than it is given, and places go forward.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("SGVs\r\nbG8=\r\n*AA=="), uint8(0))
	f.Add([]byte("a=3D =\r\n b \t\r\n=zz="), uint8(1))
	f.Add([]byte("\x00\xff"), uint8(2))
	f.Fuzz(func(t *testing.T, src []byte, kind uint8) {
		encoding := []string{"base64", "quoted-printable", "7bit", "x-y", ""}[kind%5]
		var d *Decoded
		cost.Bound{PerByte: 500, Base: 1 << 20}.Hold(t, len(src), func() { d = Decode(src, [2]int{0, len(src)}, encoding) })
		if len(d.Bytes) > len(src) {
			t.Fatalf("%d bytes from %d", len(d.Bytes), len(src))
		}
		last := 0
		for i := 0; i <= len(d.Bytes); i += 1 + len(d.Bytes)/50 {
			at := d.Offset(i)
			if at < last || at > len(src) {
				t.Fatalf("byte %d is said to stand at %d, after %d of %d", i, at, last, len(src))
			}
			last = at
		}
		for _, p := range d.Problems {
			inside(t, p.Code, p.Range, [2]int{0, len(src)})
		}
	})
}
