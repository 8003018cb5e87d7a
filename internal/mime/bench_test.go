package mime

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// Inputs that are as bad as can be thought of, to be seen to cost time in proportion
// to their size.
func BenchmarkHostile(b *testing.B) {
	const size = 4 << 20
	var nested strings.Builder
	nested.WriteString("Content-Type: multipart/mixed; boundary=b0\r\n\r\n")
	for i := 1; i <= limit.MIMEDepth; i++ {
		fmt.Fprintf(&nested, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i-1, i)
	}
	head := "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
	for _, c := range []struct{ name, head, unit string }{
		{"nested, text", nested.String(), "some text\r\n"},
		{"nested, hyphens", nested.String(), "-"},
		{"nested, near delimiters", nested.String(), "\n--b5x"},
		{"delimiters", head, "\n--b"},
		{"delimiter and spaces", head + "\n--b", " "},
		{"hyphens in the boundary", "Content-Type: multipart/mixed; boundary=" + strings.Repeat("-", 60) + "\r\n\r\n", "-"},
		{"header lines", "", "a:b\n"},
		{"folds", "a:", "\n b"},
		{"junk lines", head + "--b\r\na:b\r\n", " \n"},
		{"parameters", "Content-Type: a/b", ";a=\"\\\"\""},
		{"sections", "Content-Type: a/b", ";a*1=x"},
		{"comments", "Content-Type: a/b", "("},
	} {
		src := append([]byte(c.head), bytes.Repeat([]byte(c.unit), size/len(c.unit))...)
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Parse(src, [2]int{0, len(src)})
			}
		})
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, c := range []struct{ encoding, unit string }{
		{"base64", "SGVsbG8hSGVsbG8hSGVsbG8hSGVsbG8hSGVsbG8hSGVsbG8hSGVsbG8h\r\n"}, {"base64", "=A"}, {"quoted-printable", "some text=20\r\n"}, {"quoted-printable", "= "},
	} {
		src := bytes.Repeat([]byte(c.unit), 1<<20/len(c.unit))
		b.Run(c.encoding, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Decode(src, [2]int{0, len(src)}, c.encoding)
			}
		})
	}
}
