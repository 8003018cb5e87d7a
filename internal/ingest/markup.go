package ingest

// The markup with which RFCs print messages that do not fit their pages (RFC 4475
// section 2.1): <allOneLine>, <hex>, <repeat>; and lines that a backslash joins.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// markup knows messages with such marks in them.
func markup(r *reader, source int, b []byte) bool {
	if len(b) > limit.TextSize {
		return false
	}
	if !bytes.Contains(b, []byte("</allOneLine>")) && !bytes.Contains(b, []byte("</hex>")) && !bytes.Contains(b, []byte("</repeat>")) {
		return false
	}
	if !anyStartLine(b) && !bytes.HasPrefix(bytes.TrimSpace(b), []byte("<allOneLine>")) {
		return false
	}
	return r.undo(source, b, undoMarkup)
}

// markedMessage knows a message with marks that begins with its start line.
func markedMessage(r *reader, source int, b []byte) bool {
	return looksLikeSIP(b) && markup(r, source, b)
}

// undoMarkup undoes the marks. An element that is not closed stays as it is.
func undoMarkup(b []byte) ([]byte, []mark) {
	var out []byte
	counts := map[string]*mark{}
	var order []string
	note := func(code string, at int) {
		m := counts[code]
		if m == nil {
			m = &mark{code: code, offset: at}
			counts[code] = m
			order = append(order, code)
		}
		m.count++
	}
	oneLine := false
	lineEnds, hexEnds, repeatEnds := ends{b, "</allOneLine>", -1}, ends{b, "</hex>", -1}, ends{b, "</repeat>", -1}
	most := limit.CompressionRatio*len(b) + limit.CompressionFloor
	for i := 0; i < len(b); {
		rest := b[i:]
		switch {
		case rest[0] == '<' && bytes.HasPrefix(rest, []byte("<allOneLine>")) && lineEnds.after(i) < len(b):
			oneLine = true
			note("all-one-line", i)
			i += len("<allOneLine>")
			i += lineBreak(b[i:])
			continue
		case rest[0] == '<' && oneLine && bytes.HasPrefix(rest, []byte("</allOneLine>")):
			oneLine = false
			i += len("</allOneLine>")
			continue
		case rest[0] == '<' && bytes.HasPrefix(rest, []byte("<hex>")):
			if bytes, n, ok := hexElement(rest, hexEnds.after(i)-i); ok {
				note("hex-markup", i)
				out = append(out, bytes...)
				i += n
				continue
			}
		case rest[0] == '<' && bytes.HasPrefix(rest, []byte("<repeat ")):
			if text, times, n, ok := repeatElement(rest, repeatEnds.after(i)-i); ok {
				if len(text) == 0 || times <= (most-len(out))/len(text) {
					note("repeat-markup", i)
					out = append(out, bytes.Repeat(text, times)...)
					i += n
					continue
				}
				note("repeat-kept", i)
			}
		case oneLine && (rest[0] == '\n' || rest[0] == '\r'):
			i++
			for i < len(b) && (b[i] == '\n') {
				i++
			}
			continue
		}
		out = append(out, b[i])
		i++
	}
	var marks []mark
	for _, code := range order {
		m := counts[code]
		switch code {
		case "all-one-line":
			m.detail = "joined the lines of " + count(m.count, "<allOneLine>", "<allOneLine>s")
		case "hex-markup":
			m.detail = "read the bytes of " + count(m.count, "<hex>", "<hex>s")
		case "repeat-markup":
			m.detail = "wrote out " + count(m.count, "<repeat>", "<repeat>s")
		case "repeat-kept":
			m.detail = limit.More("times the size of the input to write out", limit.CompressionRatio, m.offset) + ": " + count(m.count, "<repeat>", "<repeat>s") + " left as it is"
		}
		marks = append(marks, *m)
	}
	return out, marks
}

func lineBreak(b []byte) int {
	switch {
	case bytes.HasPrefix(b, []byte("\r\n")):
		return 2
	case bytes.HasPrefix(b, []byte("\n")):
		return 1
	}
	return 0
}

// ends finds the next closing tag; it is asked for growing places, and looks at each
// byte once.
type ends struct {
	b    []byte
	tag  string
	next int
}

// after is where the next tag at or behind a place is, or where b ends.
func (e *ends) after(at int) int {
	if e.next < at {
		e.next = len(e.b)
		if n := bytes.Index(e.b[at:], []byte(e.tag)); n >= 0 {
			e.next = at + n
		}
	}
	return e.next
}

// hexElement reads <hex>…</hex>, the closing tag of which is at end: n is its length.
func hexElement(b []byte, end int) (out []byte, n int, ok bool) {
	if end >= len(b) || end > limit.HeaderSize || end < len("<hex>") {
		return nil, 0, false
	}
	var digits []byte
	for _, c := range b[len("<hex>"):end] {
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			digits = append(digits, c)
		default:
			return nil, 0, false
		}
	}
	if len(digits)%2 == 1 {
		return nil, 0, false
	}
	for i := 0; i < len(digits); i += 2 {
		v, _ := strconv.ParseUint(string(digits[i:i+2]), 16, 8)
		out = append(out, byte(v))
	}
	return out, end + len("</hex>"), true
}

// repeatElement reads <repeat count=n>…</repeat>, the closing tag of which is at end.
// Its text may be one <hex>.
func repeatElement(b []byte, end int) (text []byte, times, n int, ok bool) {
	if end >= len(b) || end > limit.HeaderSize {
		return nil, 0, 0, false
	}
	close := bytes.IndexByte(b[:end], '>')
	if close < 0 {
		return nil, 0, 0, false
	}
	_, value, found := bytes.Cut(b[:close], []byte("count="))
	times, err := strconv.Atoi(string(bytes.Trim(value, `"' `)))
	if !found || err != nil || times < 0 {
		return nil, 0, 0, false
	}
	text = b[close+1 : end]
	if inner, used, ok := hexElement(text, len(text)-len("</hex>")); ok && used == len(text) && bytes.HasPrefix(text, []byte("<hex>")) && bytes.HasSuffix(text, []byte("</hex>")) {
		text = inner
	}
	return text, times, end + len("</repeat>"), true
}

// continued knows messages in which a backslash at the end of a line says that the
// line goes on: some drafts print long header fields so.
func continued(r *reader, source int, b []byte) bool {
	if !looksLikeSIP(b) || r.options.NoRepair {
		return false
	}
	var out []byte
	joined, first := 0, 0
	for at := 0; at < len(b); {
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			out = append(out, b[at:]...)
			break
		}
		line := bytes.TrimRight(b[at:at+n], "\r")
		if len(line) == 0 && joined == 0 {
			return false // not in the header
		}
		if len(line) > 1 && line[len(line)-1] == '\\' && line[len(line)-2] != '\\' && at+n+1 < len(b) && goesOn(b[at+n+1:]) {
			if joined == 0 {
				first = at + len(line) - 1
			}
			joined++
			out = append(out, line[:len(line)-1]...)
			at += n + 1
			for at < len(b) && (b[at] == ' ' || b[at] == '\t') {
				at++
			}
			continue
		}
		if len(line) == 0 {
			out = append(out, b[at:]...)
			break
		}
		out = append(out, b[at:at+n+1]...)
		at += n + 1
	}
	return joined > 0 && r.repaired(source, out, "backslash-lines", "joined "+count(joined, "line", "lines")+" that a backslash breaks: what follows it is no header field", first, joined)
}

// goesOn reports whether b begins with what may be the rest of a header field, and not
// with the end of the header or another field. A URI begins like a field.
func goesOn(b []byte) bool {
	line, _, _ := bytes.Cut(b, []byte{'\n'})
	if len(bytes.TrimRight(line, "\r")) == 0 {
		return false
	}
	name, _, colon := bytes.Cut(line, []byte{':'})
	if name = bytes.TrimRight(name, " \t"); !colon || !mime.IsToken(name) {
		return true
	}
	switch string(bytes.ToLower(name)) {
	case "sip", "sips", "tel", "http", "https", "cid", "urn", "mailto":
		return true
	}
	return false
}
