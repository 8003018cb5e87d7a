// The fields that are neither addresses nor lists of tokens: Via, CSeq, Call-ID,
// Warning, credentials and challenges, Identity.

package sip

import (
	"strconv"
	"strings"
)

// Via is one hop of a Via field (RFC 3261 section 20.42).
type Via struct {
	Protocol, Version, Transport string
	Host                         string // as in a URI: an IPv6 address with its brackets
	Port                         string
	Params                       []Param
	Faults                       []Fault
}

// ParseVia reads one hop. White space is allowed around the slashes and the colon.
func ParseVia(s string) *Via {
	const reference = "RFC 3261 section 20.42"
	v := &Via{}
	fault := func(code string, from, to int, detail string) {
		v.Faults = append(v.Faults, Fault{code, Error, [2]int{from, to}, detail, reference})
	}
	at := skipLWS(s, 0)
	for i, part := range []*string{&v.Protocol, &v.Version, &v.Transport} {
		start := at
		for at < len(s) && isTokenByte(s[at]) {
			at++
		}
		*part = s[start:at]
		if at == start {
			fault("via", start, min(start+1, len(s)), "no protocol, version and transport separated by slashes")
			break
		}
		if i == 2 {
			break
		}
		if next := skipLWS(s, at); next < len(s) && s[next] == '/' {
			at = skipLWS(s, next+1)
		} else {
			fault("via", start, at, "no slash after "+strconv.Quote(clip(*part)))
			break
		}
	}
	if v.Transport != "" && (!strings.EqualFold(v.Protocol, "SIP") || v.Version != "2.0") {
		fault("via-version", 0, at, "the protocol is "+strconv.Quote(clip(v.Protocol+"/"+v.Version))+", not SIP/2.0")
	}
	start := skipLWS(s, at)
	if start == at && v.Transport != "" && at < len(s) {
		fault("via", at, at+1, "no space between the transport and the host")
	}
	at = start
	if at < len(s) && s[at] == '[' {
		if i := strings.IndexByte(s[at:], ']'); i >= 0 {
			at += i + 1
		}
	}
	for at < len(s) && s[at] != ':' && s[at] != ';' && !isLWS(s[at]) {
		at++
	}
	v.Host = s[start:at]
	if v.Transport == "" {
		return v // nothing like a hop: more faults would say no more
	}
	hostCheck(v.Host, func(severity severity, detail string) {
		v.Faults = append(v.Faults, Fault{"host", severity, [2]int{start, at}, detail, "RFC 3261 section 25.1"})
	})
	if next := skipLWS(s, at); next < len(s) && s[next] == ':' {
		at = skipLWS(s, next+1)
		port := at
		for at < len(s) && s[at] != ';' && !isLWS(s[at]) {
			at++
		}
		v.Port = s[port:at]
		if n, ok := decimal(v.Port, 65535); !ok || n > 65535 {
			fault("port", port, at, "the port "+strconv.Quote(clip(v.Port))+" is no number up to 65535")
		}
	}
	var faults []Fault
	v.Params, faults = params(s, at, len(s), reference)
	v.Faults = append(v.Faults, faults...)
	for _, p := range v.Params {
		switch strings.ToLower(p.Name) {
		case "received":
			if strings.HasPrefix(p.Value, "[") {
				v.Faults = append(v.Faults, Fault{"received-brackets", Note, p.Range, "the address in received stands in brackets: tolerated", "RFC 5118 section 4.5"})
			} else if !isIPv4(p.Value) && !IsIPv6(p.Value) {
				fault("via-parameter", p.Range[0], p.Range[1], "received is no address: "+strconv.Quote(clip(p.Value)))
			}
		case "ttl":
			if n, ok := decimal(p.Value, 255); !ok || n > 255 {
				fault("via-parameter", p.Range[0], p.Range[1], "ttl is no number up to 255")
			}
		case "rport":
			if n, ok := decimal(p.Value, 65535); p.Given && (!ok || n > 65535) {
				fault("via-parameter", p.Range[0], p.Range[1], "rport is no number up to 65535")
			}
		}
	}
	return v
}

// CSeq is the value of CSeq (RFC 3261 section 20.16).
type CSeq struct {
	Number int64 // capped at 2^31
	Method string
	Faults []Fault
}

// ParseCSeq reads a number below 2^31 and a method.
func ParseCSeq(s string) *CSeq {
	const reference = "RFC 3261 section 20.16"
	c := &CSeq{}
	start := skipLWS(s, 0)
	at := start
	for at < len(s) && !isLWS(s[at]) {
		at++
	}
	var ok bool
	c.Number, ok = decimal(s[start:at], 1<<31-1)
	switch {
	case !ok:
		c.Faults = append(c.Faults, Fault{"cseq", Error, [2]int{start, at}, "no number comes first: " + strconv.Quote(clip(s[start:at])), reference})
	case c.Number > 1<<31-1:
		c.Faults = append(c.Faults, Fault{"number-range", Error, [2]int{start, at}, "the number " + clip(s[start:at]) + " is not below 2^31", "RFC 3261 section 8.1.1.5"})
	}
	r := trimRange(s, [2]int{at, len(s)})
	c.Method = s[r[0]:r[1]]
	if !isToken(c.Method) {
		c.Faults = append(c.Faults, Fault{"cseq", Error, r, "no method follows the number: " + strconv.Quote(clip(c.Method)), reference})
	}
	return c
}

// isCallID reports whether s is word ["@" word].
func isCallID(s string) bool {
	a, b, at := strings.Cut(s, "@")
	return isWord(a) && (!at || isWord(b))
}

func isWord(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isTokenByte(s[i]) && strings.IndexByte("()<>:\\\"/[]?{}", s[i]) < 0 {
			return false
		}
	}
	return s != ""
}

// isWarning reports whether s is three digits, an agent and a quoted-string.
func isWarning(s string) bool {
	code, rest, ok := strings.Cut(s, " ")
	if _, digits := decimal(code, 999); !ok || !digits || len(code) != 3 {
		return false
	}
	agent, text, ok := strings.Cut(strings.TrimLeft(rest, " "), " ")
	text = strings.TrimSpace(text)
	if !ok || agent == "" || text == "" || text[0] != '"' {
		return false
	}
	end, closed := quotedEnd(text, 0)
	return closed && end == len(text)
}

// isQValue reports whether s is a qvalue: 0 to 1 with up to three decimals.
func isQValue(s string) bool {
	whole, part, _ := strings.Cut(s, ".")
	if whole != "0" && whole != "1" || len(part) > 3 {
		return false
	}
	for i := 0; i < len(part); i++ {
		if part[i] < '0' || part[i] > '9' || whole == "1" && part[i] != '0' {
			return false
		}
	}
	return true
}

// Credentials is the value of Authorization, WWW-Authenticate and their like
// (RFC 3261 section 20.7).
type Credentials struct {
	Scheme string
	Params []Param
	Faults []Fault
}

// ParseCredentials reads a scheme and its comma list of name=value.
func ParseCredentials(s string) *Credentials {
	const reference = "RFC 3261 section 25.1"
	c := &Credentials{}
	at := 0
	for at < len(s) && !isLWS(s[at]) {
		at++
	}
	c.Scheme = s[:at]
	if !isToken(c.Scheme) {
		c.Faults = append(c.Faults, Fault{"auth", Error, [2]int{0, at}, "no scheme comes first: " + strconv.Quote(clip(c.Scheme)), reference})
	}
	if strings.EqualFold(c.Scheme, "Basic") || strings.EqualFold(c.Scheme, "Bearer") && strings.IndexByte(s, '"') < 0 {
		return c // one run of base64 or a token (RFC 8898), no parameters
	}
	var faults []Fault
	c.Params, faults = authParams(s, at, reference)
	c.Faults = append(c.Faults, faults...)
	return c
}

// authParams reads name=value, … in s from at on.
func authParams(s string, at int, reference string) (list []Param, faults []Fault) {
	for _, r := range SplitList(s[at:]) {
		from, to := at+r[0], at+r[1]
		text := s[from:to]
		eq := strings.IndexByte(text, '=')
		if eq < 0 || !isToken(strings.TrimSpace(unfolded(text[:eq]))) {
			faults = append(faults, Fault{"auth", Error, [2]int{from, to}, "no name=value: " + strconv.Quote(clip(text)), reference})
			continue
		}
		value := strings.TrimSpace(unfolded(text[eq+1:]))
		p := Param{Name: strings.TrimSpace(unfolded(text[:eq])), Given: true, Range: [2]int{from, to}}
		if p.Quoted = strings.HasPrefix(value, `"`); p.Quoted {
			if end, ok := quotedEnd(value, 0); !ok || end != len(value) {
				faults = append(faults, Fault{"quoted-string", Error, [2]int{from, to}, "the quoted-string of " + p.Name + " does not end where its value does", reference})
			}
		}
		p.Value = unquote(value)
		list = append(list, p)
	}
	return list, faults
}

// Identity is the value of an Identity field.
type Identity struct {
	// Signature is the base64 text: the signature of RFC 4474, or the PASSporT of
	// RFC 8224 in full ("a.b.c") or compact ("..c") form.
	Signature string
	Quoted    bool // the form of RFC 4474
	Params    []Param
	Faults    []Fault
}

// ParseIdentity reads either form of Identity: a quoted signature (RFC 4474 section
// 9), or a PASSporT with info, alg and ppt (RFC 8224 section 4).
func ParseIdentity(s string) *Identity {
	i := &Identity{}
	at := skipLWS(s, 0)
	if at < len(s) && s[at] == '"' {
		end, ok := quotedEnd(s, at)
		if !ok {
			i.Faults = append(i.Faults, Fault{"quoted-string", Error, [2]int{at, len(s)}, "the quoted signature does not end", "RFC 4474 section 9"})
		}
		i.Quoted = true
		i.Signature = strings.Join(strings.Fields(unquote(s[at:end])), "")
		if rest := skipLWS(s, end); rest < len(s) {
			i.Faults = append(i.Faults, Fault{"identity", Warning, [2]int{rest, len(s)}, "text after the quoted signature", "RFC 4474 section 9"})
		}
		return i
	}
	end := strings.IndexByte(s, ';')
	if end < 0 {
		end = len(s)
	}
	i.Signature = strings.Join(strings.Fields(s[at:max(at, end)]), "")
	var faults []Fault
	i.Params, faults = params(s, end, len(s), "RFC 8224 section 4")
	i.Faults = append(i.Faults, faults...)
	if _, ok := FindParam(i.Params, "info"); !ok {
		i.Faults = append(i.Faults, Fault{"identity", Error, [2]int{0, len(s)}, "there is neither a quoted signature nor the parameter info", "RFC 8224 section 4"})
	}
	return i
}

// skipComment passes over white space and comments in s from at on.
func skipComment(s string, at int) int {
	for {
		at = skipLWS(s, at)
		if at >= len(s) || s[at] != '(' {
			return at
		}
		depth := 0
		for at < len(s) {
			c := s[at]
			at++
			if c == '\\' {
				at++
			} else if c == '(' {
				depth++
			} else if c == ')' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		at = min(at, len(s))
	}
}
