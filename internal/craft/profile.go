package craft

// The certificates that the scripts of RFC 6216 appendix A make, as descriptions that
// can then be changed.

import (
	"fmt"
	"strings"
	"time"
)

// DefaultCA describes a CA as the makeCA script does: its names, a hundred years, the
// key identifiers and CA:TRUE.
func DefaultCA() Certificate {
	return Certificate{
		Subject: []string{"C=US", "ST=California", "L=San Jose", "O=sipit", "OU=Test Certificate Authority"},
		Digest:  "SHA-256",
		Extensions: []string{
			"subjectKeyIdentifier = hash",
			"authorityKeyIdentifier = keyid",
			"basicConstraints = CA:TRUE",
		},
	}
}

// IntermediateCA describes a CA below another one.
func IntermediateCA(organizationalUnit string, pathLength int) Certificate {
	c := DefaultCA()
	c.Subject[len(c.Subject)-1] = "OU=" + organizationalUnit
	c.Extensions = []string{
		"subjectKeyIdentifier = hash",
		"authorityKeyIdentifier = keyid,issuer",
		fmt.Sprintf("basicConstraints = critical, CA:TRUE, pathlen:%d", pathLength),
		"keyUsage = critical, keyCertSign, cRLSign",
	}
	return c
}

// Kinds of a certificate made by MakeCert.
const (
	KindUser   = "user"
	KindDomain = "domain"
)

// parts takes the user and the domain out of an address as the scripts do: the domain is
// the first word that a dot follows, and all after it; the user is the word before an @
// before a domain.
func parts(address string) (user, domain string) {
	for i, c := range address {
		word := lastWord(address[:i])
		switch {
		case word == "":
		case c == '.' && domain == "":
			domain = word + address[i:]
		case c == '@' && user == "":
			if host, _, ok := strings.Cut(address[i+1:], "."); ok && host != "" && lastWord(host) == host {
				user = word
			}
		}
	}
	return user, domain
}

// lastWord is the letters, digits and underscores at the end.
func lastWord(s string) string {
	return s[len(strings.TrimRightFunc(s, func(r rune) bool {
		return r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
	})):]
}

// MakeCert describes the certificate that "makeCert address user|domain eku|noeku
// days" makes: the common name is the user's or the domain, the subjectAltName has
// sip:, im: and pres: URIs for an address with a user, a dNSName and a sip: URI
// otherwise, and no days make one that was valid in 1999. now is when days begin to
// count.
func MakeCert(address, kind string, eku bool, days int, now time.Time) (Certificate, error) {
	user, domain := parts(address)
	commonName := domain
	purposes := "serverAuth,1.3.6.1.5.5.7.3.20"
	switch kind {
	case KindDomain:
	case KindUser:
		purposes = "emailProtection,1.3.6.1.5.5.7.3.20"
		commonName = user
	default:
		return Certificate{}, fmt.Errorf("a certificate is for a user or a domain, not for %.40q", kind)
	}
	if domain == "" {
		return Certificate{}, fmt.Errorf("there is no domain in the address %.40q", address)
	}
	var names string
	switch {
	case strings.Contains(address, ":"):
		names = "URI:" + address
	case strings.Contains(address, "@"):
		names = "URI:sip:" + address + ",URI:im:" + address + ",URI:pres:" + address
	default:
		names = "DNS:" + domain + ",URI:sip:" + address
	}
	c := Certificate{
		Subject: []string{"C=US", "ST=California", "L=San Jose", "O=sipit"},
		Digest:  "SHA-256",
		Extensions: []string{
			"subjectAltName = " + names,
			"basicConstraints = CA:FALSE",
			"subjectKeyIdentifier = hash",
			"authorityKeyIdentifier = keyid,issuer",
			"keyUsage = nonRepudiation,digitalSignature,keyEncipherment",
		},
	}
	if commonName != "" {
		c.Subject = append(c.Subject, "CN="+commonName)
	}
	if eku {
		c.Extensions = append(c.Extensions, "extendedKeyUsage = "+purposes)
	}
	if days == 0 {
		c.NotBefore, c.NotAfter = "1999-01-01T00:00:00Z", "2000-01-01T00:00:00Z"
	} else {
		now = now.UTC().Truncate(time.Second)
		c.NotBefore, c.NotAfter = now.Format(time.RFC3339), now.AddDate(0, 0, days).Format(time.RFC3339)
	}
	return c, nil
}

// with replaces lines of extensions by others for the same extension, and adds those
// that are new. A line "name = " without a value takes the extension out.
func (c Certificate) with(lines ...string) Certificate {
	out := append([]string(nil), c.Extensions...)
	for _, line := range lines {
		key, value, _ := strings.Cut(line, "=")
		i := 0
		for i < len(out) && !strings.HasPrefix(strings.TrimSpace(out[i]), strings.TrimSpace(key)) {
			i++
		}
		switch {
		case strings.TrimSpace(value) == "" && i < len(out):
			out = append(out[:i], out[i+1:]...)
		case strings.TrimSpace(value) == "":
		case i < len(out):
			out[i] = line
		default:
			out = append(out, line)
		}
	}
	c.Extensions = out
	return c
}
