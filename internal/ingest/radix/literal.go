package radix

// String literals of C, JSON, Python and JavaScript, and text that holds their
// escapes without the quotes, as logs do.

import (
	"bytes"
	"unicode/utf8"
)

// Literal undoes the escapes of string literals: of the quoted strings that the
// text consists of, one after the other, or of the whole text when it has none
// around it.
func Literal(text []byte) (Run, bool) {
	trimmed := bytes.TrimSpace(text)
	if bytes.IndexByte(trimmed, '\\') < 0 {
		return Run{}, false
	}
	run := Run{Range: [2]int{0, len(text)}, Code: "string-escapes"}
	if out, n, broken, ok := quoted(trimmed); ok {
		run.Bytes, run.Broken = out, broken
		run.Detail = "undid the escapes of " + count(n, "string literal", "string literals")
		return run, true
	}
	out, n := unescape(make([]byte, 0, len(trimmed)), trimmed)
	if n < 2 {
		return Run{}, false
	}
	run.Bytes, run.Broken = out, hasLine(trimmed)
	run.Detail = "undid " + count(n, "escape", "escapes") + " of a string literal"
	return run, true
}

// quoted reads text that is nothing but string literals, with what a declaration
// puts around them.
func quoted(text []byte) (out []byte, literals int, broken, ok bool) {
	first := bytes.IndexAny(text, `"'`)
	if first < 0 || first > 200 {
		return nil, 0, false, false
	}
	if head := bytes.TrimSpace(text[:first]); len(head) > 1 && head[len(head)-1] != '=' && head[len(head)-1] != '(' && head[len(head)-1] != ':' && !bytes.HasSuffix(head, []byte("= b")) && !bytes.HasSuffix(head, []byte("=b")) {
		return nil, 0, false, false
	}
	quote := text[first]
	for i := first; i < len(text); {
		switch c := text[i]; {
		case isSpace(c) || c == '\\' || c == '+' || c == ';' || c == ',' || c == ')' || c == '}' || c == 'b':
			i++
		case c == quote:
			end := i + 1
			for end < len(text) && text[end] != quote {
				if text[end] == '\\' {
					end++
				}
				end++
			}
			if end >= len(text) {
				return nil, 0, false, false
			}
			out, _ = unescape(out, text[i+1:end])
			broken = broken || hasLine(text[i+1:end])
			literals++
			i = end + 1
		default:
			return nil, 0, false, false
		}
	}
	return out, literals, broken, literals > 0
}

// hasLine reports whether b has a line end of its own, none that a backslash joins.
func hasLine(b []byte) bool {
	for i, c := range b {
		if c == '\n' && !bytes.HasSuffix(bytes.TrimSuffix(b[:i], []byte{'\r'}), []byte{'\\'}) {
			return true
		}
	}
	return false
}

// unescape appends b to out with its escapes undone, and counts them.
func unescape(out, b []byte) ([]byte, int) {
	n := 0
	for i := 0; i < len(b); i++ {
		c := b[i]
		if c != '\\' || i+1 == len(b) {
			out = append(out, c)
			continue
		}
		n++
		i++
		switch c = b[i]; c {
		case 'r':
			out = append(out, '\r')
		case 'n':
			out = append(out, '\n')
		case 't':
			out = append(out, '\t')
		case 'a':
			out = append(out, 7)
		case 'b':
			out = append(out, 8)
		case 'v':
			out = append(out, 11)
		case 'f':
			out = append(out, 12)
		case 'e':
			out = append(out, 27)
		case '\n':
		case '\\', '"', '\'', '/', '?':
			out = append(out, c)
		case 'x':
			high, ok := digitAt(b, i+1)
			low, ok2 := digitAt(b, i+2)
			switch {
			case ok && ok2:
				out = append(out, high<<4|low)
				i += 2
			case ok:
				out = append(out, high)
				i++
			default:
				out = append(out, '\\', 'x')
				n--
			}
		case 'u':
			r, ok := hex4(b, i+1)
			if !ok {
				out = append(out, '\\', 'u')
				n--
				continue
			}
			i += 4
			if r >= 0xd800 && r < 0xdc00 && i+2 < len(b) && b[i+1] == '\\' && b[i+2] == 'u' {
				if low, ok := hex4(b, i+3); ok && low >= 0xdc00 && low < 0xe000 {
					r = 0x10000 + (r-0xd800)<<10 + (low - 0xdc00)
					i += 6
				}
			}
			out = utf8.AppendRune(out, r)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			v, digits := 0, 0
			for digits < 3 && i+digits < len(b) && b[i+digits] >= '0' && b[i+digits] <= '7' {
				v = v<<3 | int(b[i+digits]-'0')
				digits++
			}
			out = append(out, byte(v))
			i += digits - 1
		default:
			out = append(out, '\\', c)
			n--
		}
	}
	return out, n
}

func hex4(b []byte, at int) (rune, bool) {
	var r rune
	for i := range 4 {
		d, ok := digitAt(b, at+i)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}
