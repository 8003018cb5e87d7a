package sip

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func BenchmarkParse(b *testing.B) {
	src := vectors.Seed(b, "draft01_signed.sip")
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse(src).Entity()
	}
}

// Inputs that are as bad as can be thought of, to be seen to cost time in proportion
// to their size.
func BenchmarkHostile(b *testing.B) {
	const size = 1 << 20
	for _, c := range []struct{ name, head, unit string }{
		{"empty lines", "", "\r\n"},
		{"short messages", "", "A b SIP/2.0\nl:0\n\n"},
		{"semicolons", "A b SIP/2.0\nTo:", ";"},
		{"commas", "A b SIP/2.0\nContact:", ","},
		{"many semicolons", "A b SIP/2.0\n", "To:<a:b>" + strings.Repeat(";", 1000) + "\n"},
		{"URI parameters", "A b SIP/2.0\nTo: <sip:a@b", ";x"},
		{"angle brackets", "A b SIP/2.0\nTo: ", "<"},
		{"quotes", "A b SIP/2.0\nContact: ", "\"\\\""},
		{"Via", "A b SIP/2.0\nVia: ", "SIP/2.0/UDP a,"},
		{"Vias", "A b SIP/2.0\n", "v: SIP/2.0/UDP a;b=c\n"},
		{"folds", "A b SIP/2.0\nTo:", "\n a"},
		{"request line", "A ", "sip:"},
		{"spaces", "A ", " "},
		{"colons", "A sip:[", "::"},
	} {
		src := []byte(c.head + strings.Repeat(c.unit, size/len(c.unit)))
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				ParseAll(src)
			}
		})
	}
}
