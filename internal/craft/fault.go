package craft

// Faults: certificates that are wrong in one respect, for users and for hosts.

import (
	"fmt"
	"strings"
	"time"
)

// Fault is one thing that can be wrong with a certificate.
type Fault struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	alter func(c Certificate, born time.Time) Certificate
}

// Faults are those that lie in the certificate alone. What lies in its issuer
// (unknown, missing, revoking) is for whoever issues it.
var Faults = []Fault{
	{"expired", "Expired", func(c Certificate, born time.Time) Certificate {
		c.NotBefore, c.NotAfter = born.AddDate(-1, 0, 0).Format(time.RFC3339), born.AddDate(0, -1, 0).Format(time.RFC3339)
		return c
	}},
	{"not-yet-valid", "Not yet valid", func(c Certificate, born time.Time) Certificate {
		c.NotBefore, c.NotAfter = born.AddDate(40, 0, 0).Format(time.RFC3339), born.AddDate(50, 0, 0).Format(time.RFC3339)
		return c
	}},
	{"wrong-san", "For somebody else", func(c Certificate, _ time.Time) Certificate {
		for i, line := range c.Extensions {
			if strings.HasPrefix(line, "subjectAltName") {
				c = c.with(otherNames.Replace(c.Extensions[i]))
			}
		}
		return c
	}},
	{"no-san", "Without a subjectAltName", func(c Certificate, _ time.Time) Certificate { return c.with("subjectAltName =") }},
	{"key-usage", "Key usage without Digital Signature", func(c Certificate, _ time.Time) Certificate { return c.with("keyUsage = keyEncipherment") }},
	{"eku", "Extended key usage for something else", func(c Certificate, _ time.Time) Certificate { return c.with("extendedKeyUsage = codeSigning") }},
	{"bad-signature", "Not signed by its issuer", func(c Certificate, _ time.Time) Certificate { c.BadSignature = true; return c }},
	{"critical", "A critical extension that nobody knows", func(c Certificate, _ time.Time) Certificate {
		return c.with("1.3.6.1.4.1.32473.1 = critical, DER:0500")
	}},
}

// otherNames turns the addresses of a subjectAltName into others of the same form.
var otherNames = strings.NewReplacer("sip:", "sip:not-", "im:", "im:not-", "pres:", "pres:not-", "DNS:", "DNS:not-")

// WithFault gives the description of a certificate that has a fault. born is about
// when the certificate would be valid otherwise.
func WithFault(c Certificate, fault string, born time.Time) (Certificate, error) {
	if fault == "" {
		return c, nil
	}
	for _, f := range Faults {
		if f.ID == fault {
			return f.alter(c, born), nil
		}
	}
	return Certificate{}, fmt.Errorf("there is no fault %q", fault)
}
