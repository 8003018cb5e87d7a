package ingest

// SIP messages with something around them: prefixes of a log on each line or on the
// first, quotation marks of a mail, indentation, text before.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/sip"
)

// wrapped knows messages that begin somewhere in a text, each behind a prefix that
// may stand before its other lines as well.
func wrapped(r *reader, source int, b []byte) bool {
	if !anyStartLine(b) {
		return false
	}
	lines := splitLines(b)
	found := 0
	for i := 0; i < len(lines); i++ {
		p := startAt(lines[i].text(b))
		if p < 0 {
			continue
		}
		if found >= limit.Messages {
			r.more(source, "messages", limit.Messages, int(lines[i].start))
			break
		}
		prefix := lines[i].text(b)[:p]
		c := collect(b, lines, i, prefix)
		if c.next == 0 || c.guessed && r.options.NoRepair {
			continue
		}
		code, detail := naming(prefix, i)
		add := r.unpacked
		if c.guessed {
			add = r.repaired
			detail += ", and on other lines what looks like it"
		}
		if !add(source, c.bytes, code, detail, int(lines[i].start), c.next-i) {
			return found > 0
		}
		found++
		i = c.next - 1
	}
	return found > 0
}

// naming says what a prefix is.
func naming(prefix []byte, line int) (code, detail string) {
	switch trimmed := bytes.TrimSpace(prefix); {
	case len(prefix) == 0:
		return "text-before", "took the message out of the text around it: it begins after " + count(line, "line", "lines")
	case len(trimmed) == 0:
		return "indent", "took the indentation off the message's lines"
	case len(bytes.Trim(trimmed, "> |")) == 0:
		return "quoting", "took the quotation marks off the message's lines"
	}
	return "log-prefix", "took what stands before the message's lines off, such as \"" + printableClip(prefix) + "\""
}

func printableClip(b []byte) string {
	out := make([]byte, 0, 40)
	for _, c := range b[:min(len(b), 40)] {
		if c < ' ' || c > '~' {
			c = '?'
		}
		out = append(out, c)
	}
	if len(b) > 40 {
		return string(out) + "…"
	}
	return string(bytes.TrimRight(out, " "))
}

// textLine is a line of a text.
type textLine struct{ start, end, next int32 } // end is before the line end

func (l textLine) text(b []byte) []byte { return b[l.start:l.end] }

func splitLines(b []byte) []textLine {
	lines := make([]textLine, 0, bytes.Count(b, []byte{'\n'})+1)
	for at := 0; at < len(b); {
		l := textLine{start: int32(at), end: int32(len(b)), next: int32(len(b))}
		if n := bytes.IndexByte(b[at:], '\n'); n >= 0 {
			l.end, l.next = int32(at+n), int32(at+n+1)
			if n > 0 && b[at+n-1] == '\r' {
				l.end--
			}
		}
		lines = append(lines, l)
		at = int(l.next)
	}
	return lines
}

// anyStartLine reports whether some line of b may be a start line behind a prefix.
func anyStartLine(b []byte) bool {
	if !bytes.Contains(b, []byte("SIP/2.0")) {
		return false
	}
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte{'\n'})
		if startAt(bytes.TrimRight(line, "\r")) >= 0 {
			return true
		}
		b = rest
	}
	return false
}

// startAt is where on a line a start line begins, or -1: "METHOD URI SIP/2.0" with
// nothing behind it, or "SIP/2.0 code", where a Via or other text is not before it.
func startAt(line []byte) int {
	if len(line) > limit.HeaderSize {
		return -1
	}
	line = bytes.TrimRight(line, " \t")
	if rest, ok := bytes.CutSuffix(line, []byte(" SIP/2.0")); ok {
		space := bytes.LastIndexAny(rest, " \t")
		if space <= 0 || bytes.IndexByte(rest[space:], ':') < 0 {
			return -1
		}
		head := bytes.TrimRight(rest[:space], " \t")
		from := len(head)
		for from > 0 && (head[from-1] >= 'A' && head[from-1] <= 'Z') {
			from--
		}
		if len(head)-from < 3 || from > 0 && !bytes.ContainsRune([]byte(" \t>|]):;,\"'-="), rune(head[from-1])) {
			return -1
		}
		return from
	}
	at := bytes.Index(line, []byte("SIP/2.0 "))
	if at < 0 || at > 0 && !bytes.ContainsRune([]byte(" \t>|]):;,\"'-="), rune(line[at-1])) {
		return -1
	}
	code := line[at+len("SIP/2.0 "):]
	if len(code) < 3 || code[0] < '1' || code[0] > '6' || code[1] < '0' || code[1] > '9' || code[2] < '0' || code[2] > '9' || len(code) > 3 && code[3] != ' ' {
		return -1
	}
	return at
}

// collected is a message taken out of lines with a prefix.
type collected struct {
	bytes []byte
	// body is the line that the body begins on, 0 when there is none; next is the line
	// after the message, 0 when there is no message.
	body, next int
	// guessed is true when what was taken off some line differs from the first line's
	// prefix by more than its digits: the line could have been so when it was received.
	guessed bool
}

// collect takes the message that begins on line first, behind prefix.
func collect(b []byte, lines []textLine, first int, prefix []byte) collected {
	strip := stripper(b, lines, first, prefix)
	var c collected
	out := append([]byte(nil), lines[first].text(b)[len(prefix):]...)
	out = append(out, b[lines[first].end:lines[first].next]...)
	fields := 0
	i := first + 1
	length, size := -1, 0
	for ; i < len(lines); i++ {
		text := lines[i].text(b)
		rest, ok := strip(text)
		if !ok {
			break
		}
		if c.body == 0 {
			if len(bytes.TrimSpace(rest)) == 0 {
				if fields == 0 {
					return collected{}
				}
				c.body = i + 1
				m := sip.Skim(out, [2]int{0, len(out)})
				length = m.ContentLength
			} else if colon := bytes.IndexByte(rest, ':'); colon > 0 && mime.IsToken(bytes.TrimRight(rest[:colon], " \t")) {
				fields++
			} else if fields == 0 || rest[0] != ' ' && rest[0] != '\t' {
				break // no field, no fold of one: the header has ended without its empty line
			}
		} else if length >= 0 && size >= length || length < 0 && startAt(text) >= 0 {
			break
		} else {
			size += len(rest) + 2 // a text's LF was CR LF
		}
		if taken := text[:len(text)-len(rest)]; len(taken) > 0 && !sameButDigits(taken, prefix) {
			c.guessed = true
		}
		out = append(out, rest...)
		out = append(out, b[lines[i].end:lines[i].next]...)
	}
	if fields == 0 {
		return collected{}
	}
	c.bytes, c.next = out, i
	return c
}

// sameButDigits reports whether what was taken off a line is the prefix, but for digits:
// those of a time, say. White space may be missing at the end of an empty line.
func sameButDigits(taken, prefix []byte) bool {
	if len(taken) > len(prefix) || len(bytes.TrimSpace(prefix[len(taken):])) > 0 {
		return false
	}
	for i, c := range taken {
		if c != prefix[i] && !(isDigit(c) && isDigit(prefix[i])) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// stripper gives a function that takes the prefix off a line, or says that the line
// has none. Where the first field has nothing like the prefix, only the start line
// had it.
func stripper(b []byte, lines []textLine, first int, prefix []byte) func([]byte) ([]byte, bool) {
	plain := func(line []byte) ([]byte, bool) { return line, true }
	if len(prefix) == 0 || first+1 >= len(lines) {
		return plain
	}
	if len(bytes.TrimLeft(prefix, " \t")) == 0 {
		return func(line []byte) ([]byte, bool) {
			n := 0
			for n < len(line) && n < len(prefix) && (line[n] == ' ' || line[n] == '\t') {
				n++
			}
			return line[n:], n == len(prefix) || n == len(line)
		}
	}
	pattern := shape(prefix)
	match := func(line []byte) ([]byte, bool) {
		if n, ok := pattern.match(line); ok {
			return line[n:], true
		}
		return nil, false
	}
	if rest, ok := match(lines[first+1].text(b)); !ok || bytes.IndexByte(rest, ':') <= 0 {
		// The prefix of the first line may be followed by less on the others.
		return plain
	}
	return match
}

// shape is what a prefix looks like: runs of letters and digits, of white space, and
// other characters one by one.
type shaped []byte

func shape(prefix []byte) shaped {
	var s shaped
	for _, c := range prefix {
		k := kindOf(c)
		if (k == 'w' || k == ' ') && len(s) > 0 && s[len(s)-1] == k {
			continue
		}
		s = append(s, k)
	}
	return s
}

// kindOf is 'w' for letters and digits, ' ' for white space, else the byte itself,
// a 'w' of which cannot be.
func kindOf(c byte) byte {
	switch {
	case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= 0x80:
		return 'w'
	case c == ' ' || c == '\t':
		return ' '
	}
	return c
}

// match is how long the prefix of a line of that shape is. White space at its end
// may be missing where the line ends there.
func (s shaped) match(line []byte) (int, bool) {
	at := 0
	for i, k := range s {
		if at == len(line) {
			return at, i == len(s)-1 && k == ' '
		}
		if kindOf(line[at]) != k {
			return 0, false
		}
		at++
		if k == 'w' {
			for at < len(line) && kindOf(line[at]) == 'w' {
				at++
			}
		} else if k == ' ' && i < len(s)-1 {
			for at < len(line) && kindOf(line[at]) == ' ' {
				at++
			}
		}
	}
	return at, true
}
