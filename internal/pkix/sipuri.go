package pkix

// The parts of a SIP URI that make an address-of-record, and their comparison (RFC
// 3261 sections 19.1.1, 19.1.4 and 23.3).

import (
	"strings"
)

// sipURI is a URI of the form scheme:user@host:port, with parameters and headers cut
// off. im: and pres: URIs (RFC 3859, RFC 3860) have the same form without a port.
type sipURI struct {
	scheme  string // lower case
	user    string // as unescape gives it, the password with its colon included
	hasUser bool
	host    string // lower case, an IPv6 address in brackets
	port    string // "" when absent
	// params are the parameters as written, without the first semicolon.
	params string
}

// parseSIPURI reads a URI. It answers false when there is no scheme or no host.
func parseSIPURI(s string) (sipURI, bool) {
	var u sipURI
	scheme, rest, ok := strings.Cut(s, ":")
	if !ok || scheme == "" || strings.IndexByte(s, 0) >= 0 {
		return u, false
	}
	u.scheme = lowerASCII(scheme)
	// A user may hold ";" and "?", so it is found first: it ends at the first "@", which
	// it cannot hold itself.
	if i := strings.IndexByte(rest, '@'); i >= 0 {
		u.hasUser = true
		u.user, ok = unescape(rest[:i])
		if !ok {
			return u, false
		}
		rest = rest[i+1:]
	}
	if i := strings.IndexAny(rest, ";?"); i >= 0 {
		if rest[i] == ';' {
			u.params, _, _ = strings.Cut(rest[i+1:], "?")
		}
		rest = rest[:i]
	}
	host := cutPort(rest)
	u.port = strings.TrimPrefix(rest[len(host):], ":")
	if len(rest) > len(host) && (rest[len(host)] != ':' || u.port == "" || !isDigits(u.port)) {
		return u, false
	}
	u.host = lowerASCII(host)
	if ip := parseIP(u.host); ip != nil {
		// One address can be written in several ways.
		u.host = formatIP(ip)
		if len(ip) == 16 {
			u.host = "[" + u.host + "]"
		}
	} else {
		u.host = strings.TrimSuffix(u.host, ".")
	}
	if u.host == "" || strings.ContainsAny(u.host, "@ \t\r\n<>\"") {
		return u, false
	}
	u.port = strings.TrimLeft(u.port, "0")
	return u, true
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// unescape decodes %HH, but not where it stands for a reserved character: those are
// not equal to their escapes (RFC 3261 section 19.1.4), and stay escaped in one
// spelling. It answers false when an escape is not one.
func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			out = append(out, s[i])
			continue
		}
		if i+2 >= len(s) || unhex(s[i+1]) < 0 || unhex(s[i+2]) < 0 {
			return "", false
		}
		c := byte(unhex(s[i+1])<<4 | unhex(s[i+2]))
		if c == '%' || strings.IndexByte(";/?:@&=+$,", c) >= 0 {
			out = append(out, '%')
			out = append(out, strings.ToUpper(hexString([]byte{c}))...)
		} else {
			out = append(out, c)
		}
		i += 2
	}
	return string(out), true
}

func unhex(c byte) int {
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

// sameAddress reports whether two URIs are the same address-of-record: the same
// scheme, the same user to the letter once escapes are undone, the same host without
// regard to case, and the same port or none in both. A URI with a transport, user,
// ttl, maddr or method parameter is not the same as one without (section 19.1.4).
func sameAddress(a, b sipURI) bool {
	return a.scheme == b.scheme && a.hasUser == b.hasUser && a.user == b.user && a.host == b.host && a.port == b.port &&
		sameParams(a.params, b.params)
}

// significantParams are those that two equal URIs must both have or both lack.
var significantParams = [...]string{"user", "ttl", "method", "maddr", "transport"}

func sameParams(a, b string) bool {
	if a == b {
		return true
	}
	left, right := readParams(a), readParams(b)
	for name, value := range left {
		if other, both := right[name]; both && other != value {
			return false
		}
	}
	for _, name := range significantParams {
		_, inLeft := left[name]
		_, inRight := right[name]
		if inLeft != inRight {
			return false
		}
	}
	return true
}

func readParams(s string) map[string]string {
	params := map[string]string{}
	for _, p := range strings.Split(s, ";") {
		if p == "" {
			continue
		}
		name, value, _ := strings.Cut(p, "=")
		if decoded, ok := unescape(value); ok {
			value = decoded
		}
		params[lowerASCII(name)] = lowerASCII(value)
	}
	return params
}
