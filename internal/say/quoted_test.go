package say

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestQuoted(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "“”"},
		{"sip:alice@example.com", "“sip:alice@example.com”"},
		{"Jürgen Müller", "“Jürgen Müller”"},
		{"a”: the signature holds", "“a\\u201d: the signature holds”"},
		{`say "x"`, `“say \u0022x\u0022”`},
		{"two\r\nlines", `“two\u000d\u000alines”`},
		{"\u202egnorw", `“\u202egnorw”`},
		{"zero\u200bwidth", `“zero\u200bwidth”`},
		{"e\u0301", `“e\u0301”`},
		{"\xff\xfe", `“\xff\xfe”`},
		{"\ufffd", "“\ufffd”"},
		{`C:\u0041`, `“C:\u005cu0041”`},
	} {
		if got := Quoted(c.in); got != c.want {
			t.Errorf("Quoted(%q) = %s, want %s", c.in, got, c.want)
		}
	}
}

func FuzzQuoted(f *testing.F) {
	for _, s := range []string{"", "sip:alice@example.com", "”\n“", "\x80", strings.Repeat("x", 100), strings.Repeat("é", 73)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q := Quoted(s)
		inside := strings.TrimSuffix(strings.TrimPrefix(q, "“"), "”")
		if len(inside)+len("“”") != len(q) || strings.ContainsAny(inside, "“”\r\n\t") {
			t.Fatalf("%q is not closed: %s", s, q)
		}
		if !utf8.ValidString(q) || utf8.RuneCountInString(q) > 2+6*quotedMost+1+quotedMost {
			t.Fatalf("%q is shown as %q", s, q)
		}
	})
}
