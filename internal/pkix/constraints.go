package pkix

// Name constraints (RFC 5280 section 4.2.1.10): which names a CA may issue for.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

const constraintRef = "RFC 5280 section 4.2.1.10"

// constraints holds the names of every certificate against the constraints of all
// CAs above it. A self-issued certificate in the middle of the path is exempt.
func (c *candidate) constraints() {
	checks := 0
	for i := len(c.path) - 1; i >= 1; i-- {
		nc := c.path[i].NameConstraints
		if nc == nil {
			continue
		}
		if odd := nc.oddity(); odd != "" {
			c.fail(i, odd, constraintRef)
			continue
		}
		for j := i - 1; j >= 0; j-- {
			if j > 0 && c.path[j].SelfIssued() {
				continue
			}
			for _, name := range c.path[j].constrainedNames(j == 0) {
				checks += len(nc.Permitted) + len(nc.Excluded)
				if checks > limit.ChainNameChecks {
					c.fail(j, limit.More("comparisons with name constraints", limit.ChainNameChecks, -1), constraintRef)
					return
				}
				if why := nc.refuses(&name); why != "" {
					c.fail(j, "is for "+name.Type+" "+quote(name.Value)+", "+why+" by its issuer "+c.path[i].label(), constraintRef)
					break
				}
			}
		}
	}
}

// oddity says which constraint cannot be applied, or "".
func (n *NameConstraints) oddity() string {
	for _, trees := range [][]Subtree{n.Permitted, n.Excluded} {
		for i := range trees {
			if trees[i].Odd {
				return "constrains names with a minimum or maximum, which must not be used"
			}
		}
	}
	return ""
}

// constrainedNames are all the names of a certificate that constraints are about: the
// subject, the alternative names, mail addresses in the subject, and, as OpenSSL
// does, the common name of the last certificate when it looks like a host name and no
// dNSName says otherwise.
func (c *Certificate) constrainedNames(last bool) []GeneralName {
	var names []GeneralName
	if !c.Subject.Empty() {
		names = append(names, GeneralName{Type: NameDir, Name: c.Subject, Value: c.Subject.String()})
	}
	hasDNS := false
	for _, n := range c.AltNames {
		names = append(names, n)
		hasDNS = hasDNS || n.Type == NameDNS
	}
	for _, rdn := range c.Subject.RDNs {
		for _, a := range rdn {
			switch {
			case a.Type == oid.EmailAddress:
				names = append(names, GeneralName{Type: NameEmail, Bytes: []byte(a.Value), Value: a.Value})
			case a.Type == oid.CommonName && last && !hasDNS && looksLikeHost(a.Value):
				names = append(names, GeneralName{Type: NameDNS, Bytes: []byte(a.Value), Value: a.Value})
			}
		}
	}
	return names
}

// looksLikeHost reports whether text could be the fully qualified name of a host.
func looksLikeHost(s string) bool {
	if strings.IndexByte(s, '.') < 0 {
		return false
	}
	for _, label := range strings.Split(s, ".") {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for i := range len(label) {
			if c := label[i]; !isAlphanumeric(c) && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// refuses says why a name is not allowed, or "".
func (n *NameConstraints) refuses(name *GeneralName) string {
	constrained, permitted := false, false
	for i := range n.Permitted {
		base := &n.Permitted[i].Base
		if base.Type != name.Type {
			continue
		}
		constrained = true
		in, why := within(name, base)
		if why != "" {
			return why
		}
		permitted = permitted || in
	}
	if constrained && !permitted {
		return "which is not among the names permitted"
	}
	for i := range n.Excluded {
		base := &n.Excluded[i].Base
		if base.Type != name.Type {
			continue
		}
		in, why := within(name, base)
		if why != "" {
			return why
		}
		if in {
			return "which is excluded"
		}
	}
	return ""
}

// within reports whether a name is in the subtree of a base of the same kind, or
// says why that cannot be told, which is a refusal.
func within(name, base *GeneralName) (in bool, why string) {
	switch name.Type {
	case NameDir:
		return nameWithin(name.Name, base.Name), ""
	case NameDNS:
		return hostWithin(name.Value, base.Value), ""
	case NameEmail:
		return emailWithin(name.Value, base.Value)
	case NameURI:
		host := uriHost(name.Value)
		if host == "" || parseIP(host) != nil {
			return false, "which has no authority with a domain name in it that could be held against the constraint"
		}
		return domainWithin(host, base.Value), ""
	case NameIP:
		return ipWithin(name.Bytes, base.Bytes)
	}
	return false, "a kind of name that is constrained in a way that is not known"
}

// nameWithin: the base is the beginning of the name.
func nameWithin(n, base Name) bool {
	if len(base.RDNs) > len(n.RDNs) {
		return false
	}
	for i := range base.RDNs {
		if rdnKey(n.RDNs[i]) != rdnKey(base.RDNs[i]) {
			return false
		}
	}
	return true
}

// hostWithin: adding labels to the left of the base gives the name. An empty base
// is all names; with a dot at its beginning, as is met, it needs one label more.
func hostWithin(host, base string) bool {
	host, base = lowerASCII(host), lowerASCII(base)
	if base == "" || host == base {
		return true
	}
	if base[0] != '.' {
		base = "." + base
	}
	return len(host) > len(base) && strings.HasSuffix(host, base)
}

// domainWithin is the rule of hosts in URIs and mail addresses: a base with a dot at
// its beginning is every host below it, another one is that host alone.
func domainWithin(host, base string) bool {
	host, base = lowerASCII(host), lowerASCII(base)
	if strings.HasPrefix(base, ".") {
		return len(host) > len(base) && strings.HasSuffix(host, base)
	}
	return host == base
}

func emailWithin(email, base string) (bool, string) {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return false, "which is not a mail address"
	}
	host := email[at+1:]
	if i := strings.LastIndexByte(base, '@'); i >= 0 {
		// A mailbox; its local part counts exactly.
		return (i == 0 || email[:at] == base[:i]) && lowerASCII(host) == lowerASCII(base[i+1:]), ""
	}
	if base == "" {
		return true, ""
	}
	return domainWithin(host, base), ""
}

func ipWithin(ip, base []byte) (bool, string) {
	if len(base) != 8 && len(base) != 32 || len(ip) != 4 && len(ip) != 16 {
		return false, "where address or constraint has " + strconv.Itoa(len(ip)) + " and " + strconv.Itoa(len(base)) + " bytes"
	}
	if len(base) != 2*len(ip) {
		return false, ""
	}
	network, mask := base[:len(ip)], base[len(ip):]
	masked := make([]byte, len(ip))
	for i := range ip {
		masked[i] = ip[i] & mask[i]
		if network[i]&^mask[i] != 0 {
			// Bits of the network outside of the mask never match: OpenSSL compares so.
			return false, ""
		}
	}
	return bytes.Equal(masked, network), ""
}

// uriHost is the host in the authority of a URI (RFC 3986 section 3.2), "" where it
// has no authority. A SIP URI has none, and though it has a host, RFC 5280 is clear:
// under a constraint of URIs a name without an authority is to be refused.
func uriHost(uri string) string {
	_, rest, _ := strings.Cut(uri, ":")
	authority, found := strings.CutPrefix(rest, "//")
	if !found {
		return ""
	}
	if i := strings.IndexAny(authority, "/?#"); i >= 0 {
		authority = authority[:i]
	}
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		authority = authority[i+1:]
	}
	return cutPort(authority)
}

// cutPort takes the port off a host, which may be an IPv6 address in brackets.
func cutPort(host string) string {
	if strings.HasPrefix(host, "[") {
		if i := strings.IndexByte(host, ']'); i >= 0 {
			return host[:i+1]
		}
		return host
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}
