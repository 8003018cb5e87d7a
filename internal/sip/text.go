// The small grammar under the header fields (RFC 3261 section 25.1): white space
// that may hold folds, quoted-strings, comma lists and parameters. All of it works
// on the text as it stands, so that what it returns are places in that text.

package sip

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/mime"
)

// Fault is something wrong in a piece of text, with its place in that text.
type Fault struct {
	Code      string
	Severity  mime.Severity
	Range     [2]int
	Detail    string
	Reference string
}

// Param is one ";name=value". Value has its quotes and escapes undone.
type Param struct {
	Name   string // as it was written
	Value  string
	Given  bool // there was a "="
	Quoted bool
	Range  [2]int // from the name to the value's end
}

// FindParam returns the first parameter of that name, in any case.
func FindParam(params []Param, name string) (Param, bool) {
	for _, p := range params {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Param{}, false
}

func isLWS(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func skipLWS(s string, at int) int {
	for at < len(s) && isLWS(s[at]) {
		at++
	}
	return at
}

func trimRange(s string, r [2]int) [2]int {
	for r[0] < r[1] && isLWS(s[r[0]]) {
		r[0]++
	}
	for r[0] < r[1] && isLWS(s[r[1]-1]) {
		r[1]--
	}
	return r
}

// unfolded makes each run of white space that holds a line end one space.
func unfolded(s string) string {
	if strings.IndexByte(s, '\n') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if !isLWS(s[i]) {
			b.WriteByte(s[i])
			continue
		}
		end := skipLWS(s, i)
		if strings.IndexByte(s[i:end], '\n') >= 0 {
			b.WriteByte(' ')
		} else {
			b.WriteString(s[i:end])
		}
		i = end - 1
	}
	return b.String()
}

// quotedEnd returns where the quoted-string that begins at at ends, behind its
// closing quote; ok is false when there is none.
func quotedEnd(s string, at int) (end int, ok bool) {
	for i := at + 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1, true
		}
	}
	return len(s), false
}

// unquote undoes quotes, escapes and folds. Text without quotes stays.
func unquote(s string) string {
	if len(s) == 0 || s[0] != '"' {
		return unfolded(s)
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case c == '"':
			return unfolded(b.String())
		default:
			b.WriteByte(c)
		}
	}
	return unfolded(b.String())
}

// SplitList returns the ranges of the elements of a comma list in s, trimmed.
// Commas in quoted-strings and between angle brackets do not separate. An empty s
// has no elements; an empty element between commas has an empty range.
func SplitList(s string) [][2]int {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	var list [][2]int
	start, angle := 0, false
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			if !angle {
				end, _ := quotedEnd(s, i)
				i = end - 1
			}
		case '<':
			angle = true
		case '>':
			angle = false
		case ',':
			if !angle {
				list = append(list, trimRange(s, [2]int{start, i}))
				start = i + 1
			}
		}
	}
	return append(list, trimRange(s, [2]int{start, len(s)}))
}

// params reads ";name=value;…" in s from at to end. What follows it that is no
// parameter is a fault.
func params(s string, at, end int, reference string) (list []Param, faults []Fault) {
	for {
		at = skipLWS(s[:end], at)
		if at >= end {
			return list, faults
		}
		if s[at] != ';' {
			faults = append(faults, Fault{"parameter", Error, [2]int{at, end}, "text where a semicolon belongs: " + strconv.Quote(clip(s[at:end])), reference})
			for at < end && s[at] != ';' {
				if s[at] == '"' {
					next, _ := quotedEnd(s[:end], at)
					at = next
				} else {
					at++
				}
			}
			continue
		}
		semicolon := at
		at = skipLWS(s[:end], at+1)
		name := at
		for at < end && s[at] != ';' && s[at] != '=' && !isLWS(s[at]) && s[at] != '"' {
			at++
		}
		if at == name {
			faults = append(faults, Fault{"empty-parameter", Error, [2]int{semicolon, min(semicolon+1, end)}, "a semicolon is not followed by a parameter", reference})
			if at < end && s[at] == '=' || at < end && s[at] == '"' {
				for at < end && s[at] != ';' {
					at++
				}
			}
			continue
		}
		p := Param{Name: s[name:at], Range: [2]int{name, at}}
		if !isToken(p.Name) {
			faults = append(faults, Fault{"parameter", Error, p.Range, "the parameter name " + strconv.Quote(clip(p.Name)) + " is no token", reference})
		}
		if eq := skipLWS(s[:end], at); eq < end && s[eq] == '=' {
			p.Given = true
			at = skipLWS(s[:end], eq+1)
			value := at
			if at < end && s[at] == '"' {
				p.Quoted = true
				var ok bool
				at, ok = quotedEnd(s[:end], at)
				if !ok {
					faults = append(faults, Fault{"quoted-string", Error, [2]int{value, end}, "the quoted-string does not end", "RFC 3261 section 25.1"})
				}
			} else {
				for at < end && s[at] != ';' && !isLWS(s[at]) {
					at++
				}
				if at == value {
					faults = append(faults, Fault{"parameter", Error, [2]int{name, at}, "the parameter " + strconv.Quote(clip(p.Name)) + " has an equal sign and no value", reference})
				}
			}
			p.Value = unquote(s[value:at])
			p.Range[1] = at
			if i := strings.IndexFunc(p.Value, notGeneric); i >= 0 && !p.Quoted && p.Value[0] != '<' {
				faults = append(faults, Fault{"parameter-value", Warning, p.Range, "the value of the parameter " + strconv.Quote(clip(p.Name)) + " has characters that need quotes", "RFC 3261 section 25.1"})
			}
		}
		list = append(list, p)
	}
}

// notGeneric reports whether r can be in neither a token nor a host: what a
// parameter's value is made of when it is not in quotes.
func notGeneric(r rune) bool {
	return r >= 0x80 || !isTokenByte(byte(r)) && strings.IndexByte("[]:", byte(r)) < 0
}

// isToken reports whether s is a token of RFC 3261 section 25.1, which allows fewer
// characters than that of MIME.
func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isTokenByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func isTokenByte(c byte) bool { return isAlnum(c) || strings.IndexByte("-.!%*_+`'~", c) >= 0 }
