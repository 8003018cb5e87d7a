// A small JSON reader (RFC 8259) for the header and claims of a PASSporT, which are
// short. Members keep their order and their text as it was received. (encoding/json
// would be a third of the WASM.)

package identity

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/limit"
)

// value is one JSON value.
type value struct {
	kind    byte // 's' string, 'n' number, 'o' object, 'a' array, 'l' true, false or null
	text    string
	raw     string // as received
	members []member
}

// member is one of an object, or of an array, where its name is empty.
type member struct {
	name string
	value
}

// get gives the member of an object by its name; the zero value when there is none.
func (v value) get(name string) value {
	for _, m := range v.members {
		if v.kind == 'o' && m.name == name {
			return m.value
		}
	}
	return value{}
}

// list gives an array's strings, or the one that a string is.
func (v value) list() []string {
	if v.kind == 's' {
		return []string{v.text}
	}
	var out []string
	for _, m := range v.members {
		if v.kind == 'a' && m.kind == 's' {
			out = append(out, m.text)
		}
	}
	return out
}

// date gives a NumericDate (RFC 7519 section 2) in whole seconds.
func (v value) date() (int64, bool) {
	whole, fraction, _ := strings.Cut(v.text, ".")
	n, err := strconv.ParseInt(whole, 10, 64)
	return n, v.kind == 'n' && err == nil && strings.Trim(fraction, "0123456789") == ""
}

// written is a value as it was received, or that there is none.
func (v value) written() string {
	if v.kind == 0 {
		return "not there"
	}
	return v.raw
}

// repeated finds a member that an object has twice, at any depth. The depth is bounded
// where it is read.
func (v value) repeated() (name string, twice bool) {
	seen := map[string]bool{}
	for _, m := range v.members {
		if v.kind == 'o' && seen[m.name] {
			return m.name, true
		}
		seen[m.name] = true
		if name, twice := m.repeated(); twice {
			return name, true
		}
	}
	return "", false
}

type jsonReader struct {
	src    string
	at     int
	values int
}

// parseJSON reads one object.
func parseJSON(src string) (value, error) {
	if len(src) > limit.JSONSize {
		return value{}, limit.Over("bytes of JSON", limit.JSONSize, -1)
	}
	r := jsonReader{src: src}
	v, err := r.value(0)
	if err == nil {
		r.space()
		if r.at < len(src) {
			err = r.wrong("text after the end")
		} else if v.kind != 'o' {
			err = errors.New("it is not an object")
		}
	}
	return v, err
}

func (r *jsonReader) wrong(what string) error {
	return errors.New(what + " at byte " + strconv.Itoa(r.at))
}

func (r *jsonReader) space() {
	for r.at < len(r.src) {
		switch r.src[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

func (r *jsonReader) peek() byte {
	r.space()
	if r.at < len(r.src) {
		return r.src[r.at]
	}
	return 0
}

// value reads a value. depth bounds the recursion.
func (r *jsonReader) value(depth int) (v value, err error) {
	c := r.peek()
	start := r.at
	if depth > limit.JSONDepth {
		return v, limit.Over("nested values of JSON", limit.JSONDepth, start)
	}
	if r.values++; r.values > limit.JSONValues {
		return v, limit.Over("values of JSON", limit.JSONValues, start)
	}
	switch {
	case c == '"':
		v.kind = 's'
		v.text, err = r.str()
	case c == '{' || c == '[':
		v.kind = 'o'
		closing := byte('}')
		if c == '[' {
			v.kind, closing = 'a', ']'
		}
		r.at++
		if r.peek() == closing {
			r.at++
			break
		}
		for {
			var m member
			if v.kind == 'o' {
				if r.peek() != '"' {
					return v, r.wrong("no name of a member")
				}
				if m.name, err = r.str(); err != nil {
					return v, err
				}
				if r.peek() != ':' {
					return v, r.wrong("no colon after a name")
				}
				r.at++
			}
			if m.value, err = r.value(depth + 1); err != nil {
				return v, err
			}
			v.members = append(v.members, m)
			next := r.peek()
			if next != ',' && next != closing {
				return v, r.wrong("neither a comma nor the end")
			}
			r.at++
			if next == closing {
				break
			}
		}
	case c == '-' || '0' <= c && c <= '9':
		v.kind = 'n'
		for r.at < len(r.src) && (r.src[r.at] >= '0' && r.src[r.at] <= '9' || r.src[r.at] == '-' || r.src[r.at] == '+' || r.src[r.at] == '.' || r.src[r.at]|0x20 == 'e') {
			r.at++
		}
		v.text = r.src[start:r.at]
	default:
		for r.at < len(r.src) && 'a' <= r.src[r.at] && r.src[r.at] <= 'z' {
			r.at++
		}
		v.kind, v.text = 'l', r.src[start:r.at]
		if v.text != "true" && v.text != "false" && v.text != "null" {
			return v, r.wrong("no value")
		}
	}
	v.raw = r.src[start:r.at]
	return v, err
}

// str reads a string, from its quote on.
func (r *jsonReader) str() (string, error) {
	var b []byte
	for r.at++; r.at < len(r.src); r.at++ {
		c := r.src[r.at]
		switch {
		case c == '"':
			r.at++
			return string(b), nil
		case c < ' ':
			return "", r.wrong("a control character in a string")
		case c != '\\':
			b = append(b, c)
			continue
		}
		if r.at++; r.at >= len(r.src) {
			break
		}
		switch c = r.src[r.at]; c {
		case '"', '\\', '/':
			b = append(b, c)
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			n, err := uint64(0), error(nil)
			if r.at+5 > len(r.src) {
				return "", r.wrong("an escape that is cut off")
			}
			if n, err = strconv.ParseUint(r.src[r.at+1:r.at+5], 16, 32); err != nil {
				return "", r.wrong("an escape that is none")
			}
			b = utf8.AppendRune(b, rune(n))
			r.at += 4
		default:
			return "", r.wrong("an escape that is none")
		}
	}
	return "", r.wrong("a string without its end")
}
