// URIs: sip and sips in full (RFC 3261 section 19.1), tel (RFC 3966) and others as
// far as their scheme.

package sip

import (
	"errors"
	"strconv"
	"strings"
)

// URI is a URI as it was read. Strings are as they were written, escapes included.
type URI struct {
	Text   string
	Scheme string // lower case
	// The following are of sip and sips.
	HasUser     bool
	User        string
	HasPassword bool
	Password    string
	Host        string // an IPv6 address with its brackets
	HostRange   [2]int
	Port        string // digits, or empty
	Params      []Param
	Headers     []Param
	// Opaque is what follows the scheme of any other URI, without parameters.
	Opaque string
	Faults []Fault
}

// IsSIP reports whether the scheme is sip or sips.
func (u *URI) IsSIP() bool { return u.Scheme == "sip" || u.Scheme == "sips" }

const uriReference = "RFC 3261 section 19.1.1"

// ParseURI reads a URI. It never returns nil; what is wrong is in Faults, with
// places in s.
func ParseURI(s string) *URI {
	u := &URI{Text: s}
	colon := strings.IndexByte(s, ':')
	if colon <= 0 || !isScheme(s[:colon]) {
		u.fault("uri", 0, len(s), "the URI has no scheme: "+strconv.Quote(clip(s)), uriReference)
		u.Opaque = s
		return u
	}
	u.Scheme = strings.ToLower(s[:colon])
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] == 0x7f {
			u.fault("uri-space", i, i+1, "white space or a control character in the URI", uriReference)
			break
		}
		if s[i] >= 0x80 {
			u.fault("uri-character", i, i+1, "a character in the URI that must be escaped", uriReference)
			break
		}
		if s[i] == '<' || s[i] == '>' || s[i] == '"' {
			u.fault("uri-character", i, i+1, "a character in the URI that must be escaped: "+strconv.QuoteRune(rune(s[i])), uriReference)
			break
		}
	}
	u.escapes(s)
	at := colon + 1
	if !u.IsSIP() {
		end := len(s)
		if u.Scheme == "tel" {
			if semi := strings.IndexByte(s, ';'); semi >= 0 {
				end = semi
				u.uriParams(semi, len(s))
			}
			u.telNumber(at, end)
		}
		u.Opaque = s[at:end]
		return u
	}
	if i := strings.IndexByte(s[at:], '@'); i >= 0 {
		user := s[at : at+i]
		u.HasUser = true
		u.User = user
		if c := strings.IndexByte(user, ':'); c >= 0 {
			u.User, u.HasPassword, u.Password = user[:c], true, user[c+1:]
			u.characters(at+c+1, at+i, "&=+$,", "password")
		}
		u.characters(at, at+len(u.User), "&=+$,;?/", "user part")
		if u.User == "" {
			u.fault("uri", at, at+i+1, "the user part is empty", uriReference)
		}
		at += i + 1
	}
	end := at
	for end < len(s) && s[end] != ';' && s[end] != '?' {
		end++
	}
	u.hostPort(at, end)
	headers := len(s)
	if i := strings.IndexByte(s[end:], '?'); i >= 0 {
		headers = end + i
	}
	u.uriParams(end, headers)
	if headers < len(s) {
		u.uriHeaders(headers)
	}
	return u
}

func (u *URI) fault(code string, from, to int, detail, reference string) {
	u.Faults = append(u.Faults, Fault{code, Error, [2]int{from, to}, detail, reference})
}

// escapes notes the first "%" that two hexadecimal digits do not follow.
func (u *URI) escapes(s string) {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' {
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				u.fault("uri-escape", i, min(i+3, len(s)), "a % in the URI is not followed by two hexadecimal digits", "RFC 3261 section 19.1.2")
				return
			}
			i += 2
		}
	}
}

// characters notes the first character of Text[from:to] that is neither unreserved,
// nor escaped, nor in extra.
func (u *URI) characters(from, to int, extra, what string) {
	for i := from; i < to; i++ {
		c := u.Text[i]
		if isUnreserved(c) || c == '%' || strings.IndexByte(extra, c) >= 0 || c <= ' ' || c >= 0x7f || c == '<' || c == '>' || c == '"' {
			continue // white space and the like have their fault already
		}
		u.fault("uri-character", i, i+1, "the "+what+" of the URI has the character "+strconv.QuoteRune(rune(c))+", which must be escaped", uriReference)
		return
	}
}

func (u *URI) hostPort(at, end int) {
	s := u.Text
	host := end
	if at < end && s[at] == '[' {
		if i := strings.IndexByte(s[at:end], ']'); i >= 0 {
			host = at + i + 1
		}
	} else if i := strings.IndexByte(s[at:end], ':'); i >= 0 {
		host = at + i
	}
	u.Host, u.HostRange = s[at:host], [2]int{at, host}
	hostCheck(u.Host, func(severity severity, detail string) {
		u.Faults = append(u.Faults, Fault{"host", severity, [2]int{at, host}, detail, "RFC 3261 section 25.1"})
	})
	if host == end {
		return
	}
	if s[host] != ':' {
		u.fault("host", host, end, "text after the host: "+strconv.Quote(clip(s[host:end])), "RFC 3261 section 25.1")
		return
	}
	u.Port = s[host+1 : end]
	if n, ok := decimal(u.Port, 65535); !ok || n > 65535 {
		u.fault("port", host+1, end, "the port "+strconv.Quote(clip(u.Port))+" is no number up to 65535", uriReference)
	}
}

func (u *URI) uriParams(at, end int) {
	s := u.Text
	seen := map[string]bool{}
	for at < end {
		at++ // the semicolon
		next := end
		if i := strings.IndexByte(s[at:end], ';'); i >= 0 {
			next = at + i
		}
		p := Param{Name: s[at:next], Range: [2]int{at, next}}
		if eq := strings.IndexByte(p.Name, '='); eq >= 0 {
			p.Name, p.Value, p.Given = p.Name[:eq], p.Name[eq+1:], true
		}
		if p.Name == "" {
			u.fault("empty-parameter", at-1, max(at, next), "a semicolon in the URI is not followed by a parameter", uriReference)
		} else {
			u.characters(at, at+len(p.Name), "[]/:&+$", "parameter name")
			u.characters(next-len(p.Value), next, "[]/:&+$", "parameter value")
			if key := strings.ToLower(p.Name); seen[key] {
				u.fault("duplicate-parameter", at, next, "the URI has the parameter "+strconv.Quote(clip(p.Name))+" twice", uriReference)
			} else {
				seen[key] = true
			}
			u.Params = append(u.Params, p)
		}
		at = next
	}
}

func (u *URI) uriHeaders(at int) {
	s := u.Text
	for at < len(s) {
		at++ // "?" or "&"
		next := len(s)
		if i := strings.IndexByte(s[at:], '&'); i >= 0 {
			next = at + i
		}
		p := Param{Name: s[at:next], Range: [2]int{at, next}}
		if eq := strings.IndexByte(p.Name, '='); eq > 0 {
			p.Name, p.Value, p.Given = p.Name[:eq], p.Name[eq+1:], true
		} else {
			u.fault("uri", at, next, "a header in the URI has no name and value", uriReference)
		}
		u.characters(at, next, "[]/?:+$=", "header")
		u.Headers = append(u.Headers, p)
		at = next
	}
}

// telNumber checks the digits of a tel URI: visual separators are allowed.
func (u *URI) telNumber(at, end int) {
	digits := 0
	for i := at; i < end; i++ {
		c := u.Text[i]
		switch {
		case isHex(c) || c == '*' || c == '#':
			digits++
		case c == '+' && i == at || strings.IndexByte("-.()", c) >= 0:
		default:
			u.fault("uri-character", i, i+1, "a telephone number has the character "+strconv.QuoteRune(rune(c)), "RFC 3966 section 3")
			return
		}
	}
	if digits == 0 {
		u.fault("uri", at, end, "the telephone number has no digits", "RFC 3966 section 3")
	}
}

// AddressOfRecord is the URI without what does not name the user: password,
// parameters and headers (RFC 3261 sections 10.3 and 19.1.1). Scheme and host are in
// lower case, since their case means nothing; an explicit port stays. Of a tel URI
// it is the number.
func (u *URI) AddressOfRecord() (string, error) {
	switch {
	case u.IsSIP():
		if u.Host == "" {
			return "", errors.New("reading an address-of-record: the URI " + strconv.Quote(clip(u.Text)) + " has no host")
		}
		s := u.Scheme + ":"
		if u.HasUser {
			s += u.User + "@"
		}
		s += strings.ToLower(u.Host)
		if u.Port != "" {
			s += ":" + u.Port
		}
		return s, nil
	case u.Scheme != "":
		return u.Scheme + ":" + u.Opaque, nil
	}
	return "", errors.New("reading an address-of-record: " + strconv.Quote(clip(u.Text)) + " is no URI")
}

// Unescape undoes %XX. A "%" without two hexadecimal digits stays.
func Unescape(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			n, _ := strconv.ParseUint(s[i+1:i+3], 16, 8)
			b = append(b, byte(n))
			i += 2
			continue
		}
		b = append(b, s[i])
	}
	return string(b)
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

func isUnreserved(c byte) bool { return isAlnum(c) || strings.IndexByte("-_.!~*'()", c) >= 0 }

func isScheme(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isAlnum(s[i]) && (i == 0 || strings.IndexByte("+-.", s[i]) < 0) {
			return false
		}
	}
	return s != "" && (s[0] < '0' || s[0] > '9')
}
