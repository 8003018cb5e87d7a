// Package say is how the core's sentences are made. What is not the program's own
// words, a name out of a certificate, an address, a file name, stands in them so that
// nobody can take it for the program's.
package say

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// quotedMost is how many characters of a foreign text a sentence shows.
const quotedMost = 100

// Quoted marks a text as foreign: in quotation marks that it cannot close, at most
// quotedMost characters of it, with control characters, line ends, and characters that
// are not seen or turn the direction of writing, as \u and their number.
func Quoted(s string) string {
	var b strings.Builder
	b.WriteString("“")
	n := 0
	for i, r := range s {
		if n == quotedMost {
			b.WriteString("…")
			break
		}
		n++
		switch {
		case r == utf8.RuneError && isBroken(s[i:]):
			b.WriteString(`\x`)
			writeHex(&b, uint64(s[i]), 2)
		case r == '“' || r == '”' || r == '"' || r == '\\' || !unicode.IsPrint(r) || unicode.Is(unicode.Mn, r):
			b.WriteString(`\u`)
			writeHex(&b, uint64(r), 4)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString("”")
	return b.String()
}

// isBroken tells a byte that is no UTF-8 from the character that stands for one.
func isBroken(s string) bool {
	_, n := utf8.DecodeRuneInString(s)
	return n == 1
}

func writeHex(b *strings.Builder, v uint64, digits int) {
	h := strconv.FormatUint(v, 16)
	b.WriteString(strings.Repeat("0", max(0, digits-len(h))))
	b.WriteString(h)
}
