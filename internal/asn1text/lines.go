package asn1text

// The lines of a dump, and the dumps in a text.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/limit"
)

// DumpSpan is a dump inside a text.
type DumpSpan struct {
	Start, End int // its lines are text[Start:End], ends of lines included
	Line       int // the number of its first line, counted from 1
	Style      Style
	Values     int // how many values it has
}

// textLineOf is a line without its end.
type textLineOf struct {
	number int
	text   []byte // without blanks at its end
	full   []byte // with them, and with a CR
	start  int
	end    int // behind the line's end
}

// splitLines splits a text; first is the number of its first line.
func splitLines(text []byte, first int) []textLineOf {
	var lines []textLineOf
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		next := at + end + 1
		if end < 0 {
			next = len(text)
			end = len(text)
		} else {
			end += at
		}
		full := text[at:end]
		lines = append(lines, textLineOf{number: first + len(lines), text: bytes.TrimRight(full, " \t\r\f"), full: full, start: at, end: next})
		at = next
	}
	return lines
}

// margin is what may stand before a line: an indent, and the signs of a quotation in
// mail.
const margin = " \t>"

// gap is how many lines that are no part of a dump may lie inside one: a page end
// with its footer, header and blank lines, and a wrapped line.
const gap = 16

// FindDumps finds the dumps in a text, in order. A dump begins with the line of a
// value and goes on as long as offsets grow; page ends and wrapped lines inside it
// belong to it. more is where the first begins that is over limit.Dumps, or -1.
func FindDumps(text []byte) (dumps []DumpSpan, more int) {
	var d *DumpSpan
	last, since := -1, 0 // the offset of the last value, and how many foreign lines ago
	number := 0
	for at := 0; at < len(text); {
		number++
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text)
		} else {
			end += at + 1
		}
		line := bytes.TrimRight(text[at:end], " \t\r\n\f")
		style, offset, part := recogniseLine(line)
		if part == valueLine && style == ASN1Parse {
			end = spanOverLines(text, at, end, line)
		}
		switch {
		case part == valueLine && d != nil && style == d.Style && offset > last && since <= gap:
			d.End, d.Values, last, since = end, d.Values+1, offset, 0
		case part == valueLine:
			if len(dumps) >= limit.Dumps {
				return dumps, at
			}
			dumps = append(dumps, DumpSpan{Start: at, End: end, Line: number, Style: style, Values: 1})
			d, last, since = &dumps[len(dumps)-1], offset, 0
		case d == nil:
		case part == furtherLine && (style == d.Style || style == "") && since <= gap:
			d.End, since = end, 0
		default:
			if since++; since > gap {
				d = nil
			}
		}
		at = end
	}
	return dumps, -1
}

// spanOverLines is where the line of an asn1parse value ends when its text goes on
// over ends of lines: OpenSSL prints them as they are.
func spanOverLines(text []byte, at, end int, line []byte) int {
	s := bytes.TrimLeft(line, margin)
	_, rest, _ := cutNumber(s)
	l, _ := cutASN1Parse(rest)
	begin := at + asn1parseValue(line, l)
	if begin > len(text) {
		return end
	}
	span := textSpan(l, text[begin:])
	if span == 0 {
		return end
	}
	next := bytes.IndexByte(text[begin+span:], '\n')
	if next < 0 {
		return len(text)
	}
	return begin + span + next + 1
}

type linePart uint8

const (
	foreignLine linePart = iota
	valueLine            // it has an offset
	furtherLine          // it goes on with a value, or closes one
)

// recogniseLine tells by a line's form what it is to a dump.
func recogniseLine(line []byte) (Style, int, linePart) {
	s := bytes.TrimLeft(line, margin)
	if len(s) == 0 {
		return "", 0, foreignLine
	}
	switch {
	case s[0] == ':':
		return Dumpasn1, 0, furtherLine
	case s[0] == '-' && len(s) > 3 && s[1] == '-' && s[2] == ' ':
		return "", 0, furtherLine
	}
	offset, rest, ok := cutNumber(s)
	if ok {
		if _, ok := cutASN1Parse(rest); ok {
			return ASN1Parse, offset, valueLine
		}
		if _, _, ok := cutDumpasn1(rest); ok {
			return Dumpasn1, offset, valueLine
		}
	}
	if isHexLine(s) {
		return ASN1Parse, 0, furtherLine
	}
	return "", 0, foreignLine
}

// cutNumber reads a decimal number of up to nine digits at the start of s.
func cutNumber(s []byte) (int, []byte, bool) {
	n, i := 0, 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		if i == 9 {
			return 0, nil, false
		}
		n = n*10 + int(s[i]-'0')
		i++
	}
	return n, s[i:], i > 0
}

// isHexLine reports whether s begins as a line of an asn1parse hex dump does: with
// a pair of digits, or an offset and a hyphen.
func isHexLine(s []byte) bool {
	digits := 0
	for digits < len(s) && hexValue(s[digits]) >= 0 {
		digits++
	}
	switch {
	case digits == 2:
		return len(s) == 2 || s[2] == ' ' || s[2] == '-'
	case digits >= 4 && digits <= 8:
		return bytes.HasPrefix(s[digits:], []byte(" - "))
	}
	return false
}

func hexValue(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// hexPairs reads pairs of hex digits, each behind at most one separator, up to
// most of them, and answers what follows.
func hexPairs(out, s []byte, most int) ([]byte, []byte) {
	for range most {
		t := s
		if len(t) > 0 && (t[0] == ' ' || t[0] == '-') {
			t = t[1:]
		}
		if len(t) < 2 || len(t) > 2 && t[2] != ' ' && t[2] != '-' && t[2] != ',' {
			return out, s
		}
		high, low := hexValue(t[0]), hexValue(t[1])
		if high < 0 || low < 0 {
			return out, s
		}
		out = append(out, byte(high<<4|low))
		s = t[2:]
	}
	return out, s
}

// comment reads a comment line, "-- 61: 0D 0A, 98: 0D 0A", into told. It answers
// false for any other.
func (o octets) comment(s []byte) bool {
	s, ok := bytes.CutPrefix(s, []byte("-- "))
	if !ok {
		return false
	}
	for {
		at, rest, ok := cutNumber(s)
		if !ok || len(rest) == 0 || rest[0] != ':' {
			return false
		}
		var b []byte
		b, rest = hexPairs(nil, rest[1:], 16)
		for i, c := range b {
			o[at+i] = c
		}
		if s, ok = bytes.CutPrefix(rest, []byte(", ")); !ok {
			return len(rest) == 0
		}
	}
}
