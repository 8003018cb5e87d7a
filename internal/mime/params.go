// Values with parameters: Content-Type (RFC 2045 section 5.1) and
// Content-Disposition (RFC 2183), quoted-strings, comments, and the continuations
// and charsets of RFC 2231.

package mime

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/sorting"
)

// Value is a value with parameters, read.
type Value struct {
	Main   string            // before the first semicolon, lower case, without comments
	Params map[string]string // by name in lower case
	// Faults are clauses that say what is odd about the text.
	Faults []string
}

// ParseValue reads "main; name=value; …". It never fails: what cannot be read is
// passed over and named in Faults.
func ParseValue(s string) Value {
	v := Value{Params: map[string]string{}}
	main, rest := cutValue(s)
	main = strings.TrimSpace(main)
	if i := strings.IndexAny(main, " \t"); i >= 0 {
		v.Faults = append(v.Faults, "text after "+strconv.Quote(main[:i])+" where a semicolon belongs")
		main = main[:i]
	}
	v.Main = strings.ToLower(main)
	type piece struct {
		index int
		text  string
		coded bool
	}
	var pieces map[string][]piece
	for rest != "" {
		var param string
		param, rest = cutParam(rest)
		name, value, quoted, fault := splitParam(param)
		if name == "" && value == "" && fault == "" {
			if rest != "" {
				v.Faults = append(v.Faults, "an empty parameter")
			}
			continue
		}
		if fault != "" {
			v.Faults = append(v.Faults, fault)
		}
		name = strings.ToLower(name)
		if name == "" {
			continue
		}
		base, index, coded := section(name)
		if base != "" && !(quoted && coded) {
			if pieces == nil {
				pieces = map[string][]piece{}
			}
			pieces[base] = append(pieces[base], piece{index, value, coded})
			continue
		}
		if _, twice := v.Params[name]; twice {
			v.Faults = append(v.Faults, "parameter "+name+" is given twice; the first counts")
			continue
		}
		v.Params[name] = value
	}
	for base, list := range pieces {
		if _, plain := v.Params[base]; plain {
			// RFC 2231 has no rule for both; RFC 6266 section 4.3 prefers the extended form.
			v.Faults = append(v.Faults, "parameter "+base+" is given plainly and by RFC 2231; the latter counts")
		}
		sorting.By(list, func(a, b *piece) bool { return a.index < b.index })
		charset, text := "", []byte(nil)
		for i, p := range list {
			if p.index >= 0 && p.index != i {
				v.Faults = append(v.Faults, "parameter "+base+": section "+strconv.Itoa(i)+" is missing or given twice")
				break
			}
			t := p.text
			if p.coded {
				if i == 0 {
					if parts := strings.SplitN(t, "'", 3); len(parts) == 3 {
						charset, t = parts[0], parts[2]
					} else {
						v.Faults = append(v.Faults, "parameter "+base+" names no charset and language")
					}
				}
				var ok bool
				if t, ok = unescape(t); !ok {
					v.Faults = append(v.Faults, "parameter "+base+" has a % without two hexadecimal digits")
				}
			}
			text = append(text, t...)
		}
		decoded, known := DecodeCharset(text, charset)
		if !known && charset != "" {
			v.Faults = append(v.Faults, "parameter "+base+" is in the charset "+charset+", which is not known here")
		}
		v.Params[base] = decoded
	}
	sorting.Strings(v.Faults)
	return v
}

// section splits "name*", "name*0" and "name*0*". The index of "name*" is -1; base
// is empty for a name that is none of these.
func section(name string) (base string, index int, coded bool) {
	star := strings.IndexByte(name, '*')
	if star <= 0 {
		return "", 0, false
	}
	rest := name[star+1:]
	if rest == "" {
		return name[:star], -1, true
	}
	if strings.HasSuffix(rest, "*") {
		coded, rest = true, rest[:len(rest)-1]
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 || n > 999 {
		return "", 0, false
	}
	return name[:star], n, coded
}

// cutValue cuts s at the first semicolon outside quotes and comments, and drops
// comments from what is before it.
func cutValue(s string) (before, after string) {
	var out []byte
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && depth > 0 && i+1 < len(s):
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == ';':
			return string(out), s[i+1:]
		default:
			out = append(out, c)
		}
	}
	return string(out), ""
}

// cutParam cuts s at the first semicolon outside quotes.
func cutParam(s string) (param, rest string) {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case c == ';' && !quoted:
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

func splitParam(s string) (name, value string, quoted bool, fault string) {
	s = strings.TrimSpace(s)
	eq := strings.IndexByte(s, '=')
	if eq < 0 {
		name, _ = cutComment(s)
		if name != "" && !IsToken([]byte(name)) {
			return "", "", false, "text that is no parameter: " + strconv.Quote(clip(s))
		}
		return name, "", false, ""
	}
	name, value = strings.TrimSpace(s[:eq]), strings.TrimSpace(s[eq+1:])
	if !IsToken([]byte(name)) {
		return "", "", false, "a parameter's name is no token: " + strconv.Quote(clip(name))
	}
	if value == "" || value[0] != '"' {
		value, _ = cutComment(value)
		switch {
		case value == "":
			fault = "parameter " + name + " has no value"
		case strings.ContainsAny(value, " \t\"(),;<>@[]\\"):
			fault = "parameter " + name + " has characters that need quotes"
		}
		return name, value, false, fault
	}
	var out []byte
	for i := 1; i < len(value); i++ {
		switch c := value[i]; {
		case c == '\\' && i+1 < len(value):
			i++
			out = append(out, value[i])
		case c == '"':
			if rest, _ := cutComment(value[i+1:]); rest != "" {
				fault = "text after the quoted value of parameter " + name
			}
			return name, string(out), true, fault
		default:
			out = append(out, c)
		}
	}
	return name, string(out), true, "the quoted value of parameter " + name + " does not end"
}

// cutComment drops comments and the white space around what is left.
func cutComment(s string) (string, bool) {
	if strings.IndexByte(s, '(') < 0 {
		return strings.TrimSpace(s), false
	}
	var out []byte
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && depth > 0 && i+1 < len(s):
			i++
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth == 0:
			out = append(out, c)
		}
	}
	return strings.TrimSpace(string(out)), true
}

// unescape undoes %XX.
func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	ok := true
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+2 < len(s) && hexDigit(s[i+1]) >= 0 && hexDigit(s[i+2]) >= 0 {
				out = append(out, byte(hexDigit(s[i+1])<<4|hexDigit(s[i+2])))
				i += 2
				continue
			}
			ok = false
		}
		out = append(out, s[i])
	}
	return string(out), ok
}

func hexDigit(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// clip shortens text that is quoted in a problem.
func clip(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return s[:most] + "…"
}
