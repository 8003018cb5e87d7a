package ingest

// What programs show instead of the bytes: entities of HTML, colours of terminals,
// ^M for CR.

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/limit"
)

// entities knows a message copied out of the source of a web page: addresses stand
// between &lt; and &gt;.
func entities(r *reader, source int, b []byte) bool {
	if len(b) > limit.TextSize || !bytes.Contains(b, []byte("&lt;sip")) || !anyStartLine(b) {
		return false
	}
	return r.undo(source, b, undoEntities)
}

func undoEntities(b []byte) ([]byte, []mark) {
	out := make([]byte, 0, len(b))
	n, first := 0, -1
	for i := 0; i < len(b); {
		if b[i] == '&' {
			if text, size := entity(b[i:]); size > 0 {
				if first < 0 {
					first = i
				}
				n++
				out = append(out, text...)
				i += size
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out, marked(mark{"html-entities", "read " + count(n, "entity", "entities") + " of HTML", first, n})
}

// entity reads one entity; size is 0 when there is none.
func entity(b []byte) (text string, size int) {
	end := bytes.IndexByte(b[:min(len(b), 10)], ';')
	if end < 2 {
		return "", 0
	}
	switch name := string(b[1:end]); name {
	case "lt":
		return "<", end + 1
	case "gt":
		return ">", end + 1
	case "amp":
		return "&", end + 1
	case "quot":
		return `"`, end + 1
	case "apos":
		return "'", end + 1
	case "nbsp":
		return " ", end + 1
	default:
		if name[0] != '#' {
			return "", 0
		}
		digits, base := name[1:], 10
		if digits[0] == 'x' || digits[0] == 'X' {
			digits, base = digits[1:], 16
		}
		c, err := strconv.ParseUint(digits, base, 21)
		if err != nil || !utf8.ValidRune(rune(c)) {
			return "", 0
		}
		return string(rune(c)), end + 1
	}
}

// colours knows text with the escape sequences of terminals (ECMA-48 section 5.4) in
// it.
func colours(r *reader, source int, b []byte) bool {
	if !bytes.Contains(b, []byte("\x1b[")) || !utf8.Valid(b) {
		return false
	}
	out, _ := undoColours(b)
	return anyStartLine(out) && r.undo(source, b, undoColours)
}

func undoColours(b []byte) ([]byte, []mark) {
	first := -1
	out := make([]byte, 0, len(b))
	n := 0
	for i := 0; i < len(b); {
		if b[i] == 0x1b && i+1 < len(b) && b[i+1] == '[' {
			end := i + 2
			for end < len(b) && b[end] >= 0x20 && b[end] < 0x40 {
				end++
			}
			if end < len(b) && b[end] >= 0x40 && b[end] < 0x7f {
				if n == 0 {
					first = i
				}
				n++
				i = end + 1
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out, marked(mark{"terminal-escapes", "took " + count(n, "escape sequence", "escape sequences") + " of a terminal out", first, n})
}

// carets knows text in which CR is shown as ^M, by cat -A with $ for LF besides.
func carets(r *reader, source int, b []byte) bool {
	line, _, ok := bytes.Cut(b, []byte{'\n'})
	sign := []byte("^M")
	if bytes.HasSuffix(line, []byte("^M$")) {
		sign = []byte("^M$")
	}
	if !ok || !bytes.HasSuffix(line, sign) || startAt(bytes.TrimSuffix(line, sign)) != 0 {
		return false
	}
	old := append(append([]byte(nil), sign...), '\n')
	return r.undo(source, b, func(b []byte) ([]byte, []mark) {
		n := bytes.Count(b, old)
		out := bytes.ReplaceAll(b, old, []byte("\r\n"))
		return out, marked(mark{"caret-m", "read " + count(n, "CR", "CRs") + " that " + were(n) + " shown as ^M", bytes.Index(b, old), n})
	})
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
