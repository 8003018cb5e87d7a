// The parts of the JSON encoder that do not depend on the report's types. They
// are written out, and encoding/json is not used, because that package would be
// a third of the WASM.

package report

import (
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/sorting"
)

//go:generate go run ../tools/typegen

const hexDigits = "0123456789abcdef"

// escaped are the ASCII characters that do not stand for themselves in a JSON string.
var escaped = [utf8.RuneSelf]bool{
	'"': true, '\\': true, '<': true, '>': true, '&': true,
	0: true, 1: true, 2: true, 3: true, 4: true, 5: true, 6: true, 7: true, 8: true, 9: true, 10: true,
	11: true, 12: true, 13: true, 14: true, 15: true, 16: true, 17: true, 18: true, 19: true, 20: true,
	21: true, 22: true, 23: true, 24: true, 25: true, 26: true, 27: true, 28: true, 29: true, 30: true, 31: true,
}

// plain is how many octets s begins with, in eights, that are ASCII and stand for
// themselves. It looks at eight at once: a report can hold megabytes of text.
func plain(s string) int {
	const each = 0x0101010101010101
	size := len(s)
	for ; len(s) >= 8; s = s[8:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
			uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		// The highest bit of an octet is set where the octet is not ASCII, is less than a
		// space, is " or & (which differ in one bit), < or > (so do these), or a backslash.
		odd := w | (w - ' '*each) | ((w&^(4*each) ^ '"'*each) - each) | ((w&^(2*each) ^ '<'*each) - each) | ((w ^ '\\'*each) - each)
		if odd&(0x80*each) != 0 {
			break
		}
	}
	return size - len(s)
}

// appendString appends s as a JSON string, byte for byte as encoding/json does:
// what is not UTF-8 becomes U+FFFD, and <, >, &, U+2028 and U+2029 are escaped so
// that the text is safe inside HTML and JavaScript too.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := plain(s); i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if !escaped[c] {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\b':
				b = append(b, '\\', 'b')
			case '\f':
				b = append(b, '\\', 'f')
			case '\n':
				b = append(b, '\\', 'n')
			case '\r':
				b = append(b, '\\', 'r')
			case '\t':
				b = append(b, '\\', 't')
			default:
				b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			i += plain(s[i:])
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			b = append(b, s[start:i]...)
			b = append(b, `\ufffd`...)
			start = i + size
		case r == '\u2028' || r == '\u2029':
			b = append(b, s[start:i]...)
			b = append(b, `\u202`...)
			b = append(b, hexDigits[r&15])
			start = i + size
		}
		i += size
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

// appendStringMap appends m as an object with its keys in order.
func appendStringMap(b []byte, m map[string]string) []byte {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sorting.Strings(keys)
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendString(b, k), ':')
		b = appendString(b, m[k])
	}
	return append(b, '}')
}

// appendInts appends v as an array of numbers.
func appendInts(b []byte, v []int) []byte {
	b = append(b, '[')
	for i, n := range v {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, int64(n), 10)
	}
	return append(b, ']')
}

// beginField appends a key, given as `,"key":`. The comma falls away at the start of
// an object.
func beginField(b []byte, key string) []byte {
	if b[len(b)-1] == '{' {
		key = key[1:]
	}
	return append(b, key...)
}

// The functions below append a field of a plain type; an optional one only if it
// has a value.

func fieldString(b []byte, key, v string) []byte { return appendString(beginField(b, key), v) }

func optionalString(b []byte, key, v string) []byte {
	if v == "" {
		return b
	}
	return fieldString(b, key, v)
}

func fieldInt(b []byte, key string, v int) []byte {
	return strconv.AppendInt(beginField(b, key), int64(v), 10)
}

func optionalInt(b []byte, key string, v int) []byte {
	if v == 0 {
		return b
	}
	return fieldInt(b, key, v)
}

func optionalIntPointer(b []byte, key string, v *int) []byte {
	if v == nil {
		return b
	}
	return fieldInt(b, key, *v)
}

func fieldBool(b []byte, key string, v bool) []byte {
	return strconv.AppendBool(beginField(b, key), v)
}

func optionalBool(b []byte, key string, v bool) []byte {
	if !v {
		return b
	}
	return fieldBool(b, key, v)
}

func fieldRange(b []byte, key string, v Range) []byte {
	return appendInts(beginField(b, key), v[:])
}

// AppendJSON appends a summary alone.
func (s *Summary) AppendJSON(b []byte) []byte { return appendSummary(b, s) }

// AppendString appends s as a JSON string in the same way, for what crosses to
// JavaScript beside a report.
func AppendString(b []byte, s string) []byte { return appendString(b, s) }
