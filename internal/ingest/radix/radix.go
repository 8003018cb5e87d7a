// Package radix reads bytes that were written as text: hex dumps of all programs,
// plain hex, base64, string literals, percent-encoding and quoted-printable.
//
// Each reader says no when the text is not plainly of its form: a reader that sees
// hex in prose does more harm than one that overlooks a dump. What the bytes are is
// for the caller to say, who may refuse what makes no sense.
package radix

import "strconv"

// Run is a run of bytes that was read.
type Run struct {
	Bytes []byte
	// Range is where in the text it was written.
	Range [2]int
	// Code is the form: "hexdump", "hex", "base64", "base64url", "string-escapes",
	// "percent", "quoted-printable".
	Code string
	// Detail says what was read, in a clause.
	Detail string
	// Broken is true when a string literal goes over several lines as they are, some of
	// which may be escapes that somebody wrote as such.
	Broken bool
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func digit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// isText reports whether b holds nothing but printable ASCII, tabs and line ends.
func isText(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}
