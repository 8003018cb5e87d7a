package pkix

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// answer puts the three outcomes of a chain into one word each.
func answer(r ChainResult) string {
	word := func(o Outcome) string {
		switch {
		case o.OK == nil:
			return "?"
		case *o.OK:
			return "yes"
		}
		return "no"
	}
	return word(r.Chain) + " " + word(r.Validity) + " " + word(r.Revocation)
}

// good reports whether nothing fails.
func good(r ChainResult) bool { return !strings.Contains(answer(r), "no") && r.Chain.OK != nil }

func mustURL(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func extension(critical bool, id string, value []byte) func(*x509.Certificate) {
	var o asn1.ObjectIdentifier
	for _, arc := range strings.Split(id, ".") {
		n, _ := new(big.Int).SetString(arc, 10)
		o = append(o, int(n.Int64()))
	}
	return func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: o, Critical: critical, Value: value})
	}
}

func keyID(id string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.SubjectKeyId = []byte(id) }
}

func subject(cn string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.Subject.CommonName = cn }
}

func authority(id string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.AuthorityKeyId = []byte(id) }
}

func pathLen(n int) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = n, n == 0 }
}

func expired(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = noon.AddDate(-3, 0, 0), noon.AddDate(-2, 0, 0)
}

func early(c *x509.Certificate) {
	c.NotBefore, c.NotAfter = noon.AddDate(1, 0, 0), noon.AddDate(2, 0, 0)
}

func uris(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, s := range list {
			c.URIs = append(c.URIs, mustURL(s))
		}
	}
}

func hosts(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.DNSNames = list }
}

func emails(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.EmailAddresses = list }
}

func ips(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, s := range list {
			c.IPAddresses = append(c.IPAddresses, net.ParseIP(s))
		}
	}
}

func cidr(s string) *net.IPNet {
	_, n, err := net.ParseCIDR(s)
	if err != nil {
		panic(err)
	}
	return n
}

func critical(c *x509.Certificate) { c.PermittedDNSDomainsCritical = true }

// TestChains builds chains with one thing about each, and holds the answer against
// what it must be and against what OpenSSL says.
func TestChains(t *testing.T) {
	root := issue(t, "root", nil, ca)
	other := issue(t, "other root", nil, ca)
	sub := issue(t, "sub", root, ca)
	low := issue(t, "low", sub, ca)
	leaf := issue(t, "leaf", sub, nil)

	// below makes a leaf under a CA under the root, with edits of both.
	below := func(caEdit, leafEdit func(*x509.Certificate)) hierarchy {
		s := issue(t, "sub2", root, with(ca, caEdit))
		return hierarchy{leaf: issue(t, "leaf2", s, leafEdit), intermediates: []*person{s}, anchors: []*person{root}}
	}
	nothing := func(*x509.Certificate) {}
	null := []byte{5, 0}

	tests := []struct {
		name   string
		h      hierarchy
		want   string // chain, validity, revocation
		detail string // that the outcome that fails says
	}{
		{"a leaf under an intermediate", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}}, "yes yes ?", ""},
		{"two intermediates in the wrong order", hierarchy{leaf: issue(t, "deep", low, nil), intermediates: []*person{low, other, sub}, anchors: []*person{root}}, "yes yes ?", ""},
		{"an intermediate as anchor", hierarchy{leaf: leaf, anchors: []*person{sub}}, "yes yes ?", ""},
		{"the leaf itself is an anchor", hierarchy{leaf: leaf, anchors: []*person{leaf}}, "yes yes ?", "itself a trust anchor"},
		{"a missing intermediate", hierarchy{leaf: leaf, anchors: []*person{root}}, "no yes ?", "was issued by “CN=sub,O=Test”, whose certificate is not at hand"},
		{"an untrusted root", hierarchy{leaf: leaf, intermediates: []*person{sub, root}, anchors: []*person{other}}, "no yes ?", "“root” is signed by its own key and is not a trust anchor"},
		{"no trust anchors", hierarchy{leaf: leaf, intermediates: []*person{sub, root}}, "no yes ?", "no trust anchors"},
		{"no trust anchors and no issuer", hierarchy{leaf: leaf}, "no yes ?", "no trust anchors"},
		{"an issuer of the same name and another key", hierarchy{leaf: leaf,
			intermediates: []*person{issue(t, "false sub", root, with(ca, subject("sub")))}, anchors: []*person{root}}, "no yes ?", "is not signed by the key of “sub”"},
		{"the right one of two of the same name", hierarchy{leaf: leaf,
			intermediates: []*person{issue(t, "false sub", root, with(ca, subject("sub"), keyID("sub"))), sub}, anchors: []*person{root},
			opensslDiffers: "OpenSSL takes the first issuer that looks right and does not come back when it did not sign"}, "yes yes ?", ""},
		{"key identifiers that disagree do not matter", hierarchy{leaf: issue(t, "astray", &person{key: "sub", cert: func() *x509.Certificate { c := *sub.cert; c.SubjectKeyId = []byte("elsewhere"); return &c }()}, nil),
			intermediates: []*person{sub}, anchors: []*person{root}, opensslDiffers: "OpenSSL takes no issuer whose key identifier differs; RFC 5280 section 4.2.1.1 has it as a help to find one"}, "yes yes ?", ""},

		{"an expired leaf", hierarchy{leaf: issue(t, "leaf3", sub, expired), intermediates: []*person{sub}, anchors: []*person{root}}, "yes no ?", "“leaf3” expired on"},
		{"a leaf of tomorrow", hierarchy{leaf: issue(t, "leaf3", sub, early), intermediates: []*person{sub}, anchors: []*person{root}}, "yes no ?", "is not valid before"},
		{"an expired intermediate", below(expired, nothing), "yes no ?", "“sub2” expired on"},
		{"an expired root", func() hierarchy {
			r := issue(t, "old root", nil, with(ca, expired))
			return hierarchy{leaf: issue(t, "leaf4", r, nil), anchors: []*person{r}}
		}(), "yes no ?", "“old root” expired on"},
		{"the last second", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, at: leaf.cert.NotAfter,
			opensslDiffers: "OpenSSL ends a certificate a second early; RFC 5280 section 4.1.2.5 has the period include notAfter"}, "yes yes ?", ""},
		{"the second after", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, at: leaf.cert.NotAfter.Add(1e9)}, "yes no ?", ""},
		{"an expired intermediate and another for the same key", hierarchy{leaf: leaf,
			intermediates: []*person{issue(t, "sub", root, with(ca, expired)), sub}, anchors: []*person{root}}, "yes yes ?", ""},

		{"an issuer that is not a CA", below(func(c *x509.Certificate) { c.IsCA = false; c.MaxPathLen = 0 }, nothing), "no yes ?", "is not a CA's, and yet it issued"},
		{"an issuer without basic constraints", below(func(c *x509.Certificate) { c.BasicConstraintsValid, c.IsCA = false, false }, nothing), "no yes ?", "no basic constraints"},
		{"an issuer that may not sign certificates", below(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }, nothing), "no yes ?", "may not sign certificates"},
		{"an issuer without key usage", below(func(c *x509.Certificate) { c.KeyUsage = 0 }, nothing), "yes yes ?", ""},
		{"a root that may not sign certificates", func() hierarchy {
			r := issue(t, "crl root", nil, with(ca, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCRLSign }))
			return hierarchy{leaf: issue(t, "leaf5", r, nil), anchors: []*person{r}}
		}(), "no yes ?", "“crl root” may not sign certificates"},
		{"a root without basic constraints that may sign certificates", func() hierarchy {
			r := issue(t, "usage root", nil, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign })
			return hierarchy{leaf: issue(t, "leaf5", r, nil), anchors: []*person{r}}
		}(), "yes yes ?", ""},
		{"a root without basic constraints", func() hierarchy {
			r := issue(t, "plain root", nil, nothing)
			return hierarchy{leaf: issue(t, "leaf5", r, nil), anchors: []*person{r}}
		}(), "no yes ?", "no basic constraints"},
		{"an expired anchor under a good one", func() hierarchy {
			s := issue(t, "old sub", root, with(ca, expired))
			return hierarchy{leaf: issue(t, "leaf5", s, nil), anchors: []*person{s, root}}
		}(), "yes no ?", "“old sub” expired"},
		{"an expired anchor and another for the same key under a good one", func() hierarchy {
			s := issue(t, "two subs", root, with(ca, expired))
			again := issue(t, "two subs", root, ca)
			return hierarchy{leaf: issue(t, "leaf5", s, nil), anchors: []*person{s, root}, intermediates: []*person{again},
				opensslDiffers: "OpenSSL settles for the first issuer in the trust store and does not look for another"}
		}(), "yes yes ?", ""},
		{"path length 0, no CA below", below(pathLen(0), nothing), "yes yes ?", ""},
		{"path length 0, a CA below", func() hierarchy {
			s := issue(t, "sub6", root, with(ca, pathLen(0)))
			l := issue(t, "low6", s, ca)
			return hierarchy{leaf: issue(t, "leaf6", l, nil), intermediates: []*person{s, l}, anchors: []*person{root}}
		}(), "no yes ?", "allows 0 CAs below it"},
		{"path length 0, a self-issued CA below", func() hierarchy {
			s := issue(t, "sub7", root, with(ca, pathLen(0)))
			l := issue(t, "low7", s, with(ca, subject("sub7"), authority("sub7")))
			return hierarchy{leaf: issue(t, "leaf7", l, nil), intermediates: []*person{s, l}, anchors: []*person{root}}
		}(), "yes yes ?", ""},
		{"path length 0 at the root", func() hierarchy {
			r := issue(t, "short root", nil, with(ca, pathLen(0)))
			s := issue(t, "sub8", r, ca)
			return hierarchy{leaf: issue(t, "leaf8", s, nil), intermediates: []*person{s}, anchors: []*person{r}}
		}(), "no yes ?", "“short root” allows 0 CAs"},

		{"an unknown critical extension in the leaf", below(nothing, extension(true, "1.2.3.4", null)), "no yes ?", "“leaf2” has the critical extension 1.2.3.4"},
		{"an unknown extension that is not critical", below(nothing, extension(false, "1.2.3.4", null)), "yes yes ?", ""},
		{"a critical authority key identifier", below(nothing, extension(true, "2.5.29.35", tlv(0x30, tlv(0x80, []byte("sub2"))))), "no yes ?", "marked critical"},
		{"a critical issuer alternative name", below(nothing, extension(true, "2.5.29.18", tlv(0x30, tlv(0x86, []byte("sip:ca@example.com"))))), "no yes ?", "marked critical"},
		{"an unknown critical extension in a CA", below(extension(true, "1.2.3.4", null), nothing), "no yes ?", "“sub2” has the critical extension"},
		{"the same extension twice", below(nothing, with(extension(false, "2.5.29.37", []byte{0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 4}), extension(false, "2.5.29.37", []byte{0x30, 0x0a, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1}))), "no yes ?", "more than once"},
		{"basic constraints that cannot be read", below(nothing, extension(true, "2.5.29.19", []byte{4, 1, 0})), "no yes ?", "cannot be read"},
		{"key usage that cannot be read", below(nothing, extension(true, "2.5.29.15", []byte{4, 1, 0})), "no yes ?", "cannot be read"},

		{"hosts permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }), hosts("a.b.example.com", "example.com")), "yes yes ?", ""},
		{"a host not permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }), hosts("example.com", "badexample.com")), "no yes ?", "DNS “badexample.com”, which is not among the names permitted"},
		{"a host excluded", below(with(critical, func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"bad.example.com"} }), hosts("WWW.BAD.example.com")), "no yes ?", "which is excluded"},
		{"a host in the common name", below(with(critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }), subject("www.example.net")), "no yes ?", "not among the names permitted"},
		{"a constraint with a dot at its beginning", below(with(critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{".example.com"} }), hosts("www.example.com")), "yes yes ?", ""},
		{"addresses permitted", below(with(critical, func(c *x509.Certificate) {
			c.PermittedIPRanges = []*net.IPNet{cidr("192.0.2.0/24"), cidr("2001:db8::/32")}
		}), ips("192.0.2.200", "2001:db8:1::1")), "yes yes ?", ""},
		{"an address not permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedIPRanges = []*net.IPNet{cidr("192.0.2.0/24")} }), ips("192.0.3.200")), "no yes ?", "IP “192.0.3.200”"},
		{"an address excluded", below(with(critical, func(c *x509.Certificate) { c.ExcludedIPRanges = []*net.IPNet{cidr("2001:db8::/32")} }), ips("2001:db8::5")), "no yes ?", "excluded"},
		{"mail permitted at a host", below(with(critical, func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.com"} }), emails("a@EXAMPLE.com")), "yes yes ?", ""},
		{"mail at a host below", below(with(critical, func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"example.com"} }), emails("a@mail.example.com")), "no yes ?", ""},
		{"mail in a domain", below(with(critical, func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{".example.com"} }), emails("a@mail.example.com")), "yes yes ?", ""},
		{"one mailbox", below(with(critical, func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"alice@example.com"} }), emails("alice@Example.com")), "yes yes ?", ""},
		{"another mailbox", below(with(critical, func(c *x509.Certificate) { c.PermittedEmailAddresses = []string{"alice@example.com"} }), emails("Alice@example.com")), "no yes ?", ""},
		{"web URIs permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedURIDomains = []string{".example.com"} }), uris("https://www.example.com:8443/x")), "yes yes ?", ""},
		{"web URIs not permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedURIDomains = []string{".example.com"} }), uris("https://example.com/")), "no yes ?", ""},
		{"SIP URIs have no authority to constrain", below(with(critical, func(c *x509.Certificate) { c.PermittedURIDomains = []string{"example.com"} }), uris("sip:alice@example.com")), "no yes ?", "no authority"},
		{"SIP URIs not permitted", below(with(critical, func(c *x509.Certificate) { c.PermittedURIDomains = []string{"example.com"} }), uris("sip:alice@example.net")), "no yes ?", "URI “sip:alice@example.net”"},
		{"a URI with an address under a constraint", func() hierarchy {
			h := below(with(critical, func(c *x509.Certificate) { c.ExcludedURIDomains = []string{"example.com"} }), uris("https://192.0.2.1/"))
			h.opensslDiffers = "OpenSSL compares the address as if it were a host; RFC 5280 section 4.2.1.10 has it refused"
			return h
		}(), "no yes ?", "no authority with a domain name"},
		{"a constraint of the root", func() hierarchy {
			r := issue(t, "tight root", nil, with(ca, critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} }))
			s := issue(t, "sub9", r, ca)
			return hierarchy{leaf: issue(t, "leaf9", s, hosts("example.net")), intermediates: []*person{s}, anchors: []*person{r}}
		}(), "no yes ?", "by its issuer “tight root”"},

		{"not on the CRL", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, crls: []*CRL{revoke(t, sub, nil, low), revoke(t, root, nil)}}, "yes yes yes", ""},
		{"on the CRL", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, crls: []*CRL{revoke(t, sub, nil, low, leaf)}}, "yes yes no", "“leaf” was revoked on 2026-05-30T12:00:00Z (keyCompromise)"},
		{"the intermediate is on the CRL", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, crls: []*CRL{revoke(t, sub, nil), revoke(t, root, nil, sub)}, opensslArgs: []string{"-crl_check_all"}}, "yes yes no", "“sub” was revoked"},
		{"a CRL of somebody else of that name", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, issue(t, "false sub", root, with(ca, subject("sub"))), nil, leaf)}, opensslDiffers: "OpenSSL takes a CRL that cannot be used for a failure; here nothing is known then"}, "yes yes ?", "its signature is not good"},
		{"a CRL that has ended", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, sub, func(l *x509.RevocationList) {
				l.ThisUpdate, l.NextUpdate = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -8)
			})}, opensslDiffers: "OpenSSL takes an old CRL for a failure; here nothing is known then"}, "yes yes ?", "it ended on"},
		{"on a CRL that has ended", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, sub, func(l *x509.RevocationList) {
				l.ThisUpdate, l.NextUpdate = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -8)
			}, leaf)}}, "yes yes no", "was revoked"},
		{"on a CRL of later, revoked before", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, sub, func(l *x509.RevocationList) { l.ThisUpdate = noon.AddDate(0, 0, 3) }, leaf)}}, "yes yes no", "was revoked"},
		{"on a CRL of later, revoked after", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, sub, func(l *x509.RevocationList) {
				l.ThisUpdate, l.RevokedCertificateEntries[0].RevocationTime = noon.AddDate(0, 0, 3), noon.AddDate(0, 0, 2)
			}, leaf)}, opensslDiffers: "OpenSSL takes a CRL that is not valid yet for a failure; here nothing is known then"}, "yes yes ?", "it was issued only on"},
		{"removed from the CRL", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root},
			crls: []*CRL{revoke(t, sub, func(l *x509.RevocationList) { l.RevokedCertificateEntries[0].ReasonCode = 8 }, leaf), revoke(t, root, nil)}}, "yes yes yes", ""},
		{"a CRL by a CA that may not sign CRLs", func() hierarchy {
			h := below(nothing, nothing)
			sub := h.intermediates[0]
			h.crls = []*CRL{revoke(t, sub, nil, h.leaf)}
			strict := issue(t, "sub2", root, with(ca, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageCertSign }))
			h.intermediates = []*person{strict}
			h.opensslDiffers = "OpenSSL takes a CRL that cannot be used for a failure; here nothing is known then"
			return h
		}(), "yes yes ?", "may not sign CRLs"},
		{"no CRL for the intermediate", hierarchy{leaf: leaf, intermediates: []*person{sub}, anchors: []*person{root}, crls: []*CRL{revoke(t, sub, nil)}}, "yes yes ?", "no CRL of “CN=root,O=Test” was given"},
	}
	needOpenSSL(t)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := test.h.build()
			if got := answer(r); got != test.want {
				t.Errorf("chain, validity, revocation: %s, not %s (%s; %s; %s)", got, test.want, r.Chain.Detail, r.Validity.Detail, r.Revocation.Detail)
			}
			if all := r.Chain.Detail + "\n" + r.Validity.Detail + "\n" + r.Revocation.Detail; !strings.Contains(all, test.detail) {
				t.Errorf("nothing says %q in:\n%s", test.detail, all)
			}
			theirs, said := test.h.openssl(t)
			if agree := theirs == good(r); agree != (test.h.opensslDiffers == "") {
				t.Errorf("OpenSSL says %v, we say %v: %s", theirs, good(r), said)
			}
		})
	}
}

// TestPolicies: certificate policies (RFC 5280 section 6.1), which OpenSSL looks at
// when it is told to.
func TestPolicies(t *testing.T) {
	needOpenSSL(t)
	policies := func(list ...string) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			for _, s := range list {
				o, err := x509.ParseOID(s)
				if err != nil {
					t.Fatal(err)
				}
				c.Policies = append(c.Policies, o)
			}
		}
	}
	constraints := func(explicit, mapping int) func(*x509.Certificate) {
		var b []byte
		if explicit >= 0 {
			b = append(b, 0x80, 1, byte(explicit))
		}
		if mapping >= 0 {
			b = append(b, 0x81, 1, byte(mapping))
		}
		return extension(true, "2.5.29.36", tlv(0x30, b))
	}
	inhibitAny := func(n byte) func(*x509.Certificate) { return extension(true, "2.5.29.54", []byte{2, 1, n}) }
	a, b := []byte{6, 3, 0x2a, 3, 1}, []byte{6, 3, 0x2a, 3, 2}
	mapAB := extension(true, "2.5.29.33", tlv(0x30, tlv(0x30, a, b)))
	const anyPolicy = "2.5.29.32.0"
	tests := []struct {
		name           string
		root, sub, low func(*x509.Certificate)
		leaf           func(*x509.Certificate)
		good           bool
	}{
		{"no policies", nil, nil, nil, nil, true},
		{"the same policy all the way", nil, policies("1.2.3.1"), policies("1.2.3.1"), policies("1.2.3.1"), true},
		{"required and missing", nil, with(policies("1.2.3.1"), constraints(0, -1)), policies("1.2.3.1"), nil, false},
		{"required and there", nil, with(policies("1.2.3.1"), constraints(0, -1)), policies("1.2.3.1"), policies("1.2.3.1"), true},
		{"required and another", nil, with(policies("1.2.3.1"), constraints(0, -1)), policies("1.2.3.1"), policies("1.2.3.2"), false},
		{"required and lost in between", nil, with(policies("1.2.3.1"), constraints(0, -1)), nil, policies("1.2.3.1"), false},
		{"required later than that", nil, with(policies("1.2.3.1"), constraints(3, -1)), policies("1.2.3.1"), nil, true},
		{"required at the end of the chain", nil, with(policies("1.2.3.1"), constraints(2, -1)), policies("1.2.3.1"), nil, false},
		{"required just in time", nil, with(policies("1.2.3.1"), constraints(1, -1)), policies("1.2.3.1"), nil, false},
		{"any policy", nil, with(policies(anyPolicy), constraints(0, -1)), policies(anyPolicy), policies("1.2.3.1"), true},
		{"any policy in the leaf", nil, with(policies("1.2.3.1"), constraints(0, -1)), policies("1.2.3.1"), policies(anyPolicy), true},
		{"any policy inhibited", nil, with(policies("1.2.3.1"), constraints(0, -1), inhibitAny(0)), policies("1.2.3.1"), policies(anyPolicy), false},
		{"any policy inhibited later", nil, with(policies("1.2.3.1"), constraints(0, -1), inhibitAny(2)), policies(anyPolicy), policies("1.2.3.1"), true},
		{"any policy inhibited in between", nil, with(policies("1.2.3.1"), constraints(0, -1), inhibitAny(1)), policies("1.2.3.1"), policies(anyPolicy), false},
		{"mapped", nil, with(policies("1.2.3.1"), constraints(0, -1), mapAB), policies("1.2.3.2"), policies("1.2.3.2"), true},
		{"mapped and not used", nil, with(policies("1.2.3.1"), constraints(0, -1), mapAB), policies("1.2.3.1"), policies("1.2.3.1"), false},
		{"mapping inhibited", nil, with(policies("1.2.3.1"), constraints(0, 0)), with(policies("1.2.3.1"), mapAB), policies("1.2.3.2"), false},
		{"mapping inhibited, and the old one too", nil, with(policies("1.2.3.1"), constraints(0, 0)), with(policies("1.2.3.1"), mapAB), policies("1.2.3.1"), false},
		{"mapping of another one", nil, with(policies("1.2.3.1", "1.2.3.3"), constraints(0, -1), mapAB), policies("1.2.3.3"), policies("1.2.3.3"), true},
		{"mapped out of any", nil, with(policies(anyPolicy), constraints(0, -1), mapAB), policies("1.2.3.2"), policies("1.2.3.2"), true},
		{"required by the leaf itself", nil, nil, nil, constraints(0, -1), false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			edit := func(e func(*x509.Certificate)) func(*x509.Certificate) {
				if e == nil {
					return ca
				}
				return with(ca, e)
			}
			root := issue(t, "policy root", nil, edit(test.root))
			sub := issue(t, "policy sub", root, edit(test.sub))
			low := issue(t, "policy low", sub, edit(test.low))
			h := hierarchy{leaf: issue(t, "policy leaf", low, test.leaf), intermediates: []*person{sub, low}, anchors: []*person{root}, opensslArgs: []string{"-policy_check", "-policy", anyPolicy}}
			r := h.build()
			theirs, said := h.openssl(t)
			if good(r) != test.good || theirs != test.good {
				t.Errorf("we say %v (%s), OpenSSL says %v: %s", good(r), r.Chain.Detail, theirs, said)
			}
		})
	}
}

// TestRandomHierarchies makes hierarchies with random defects and compares with
// OpenSSL, and with crypto/x509 where the defect is one that it looks for.
func TestRandomHierarchies(t *testing.T) {
	needOpenSSL(t)
	random := rand.New(rand.NewPCG(6216, 1))
	count, holds := 120, 0
	if testing.Short() {
		count = 20
	}
	for i := range count {
		usageDefect := false
		defects := func(isCA bool) func(*x509.Certificate) {
			var edits []func(*x509.Certificate)
			if isCA {
				edits = append(edits, ca)
			} else {
				edits = append(edits, hosts("www.example.com"))
			}
			if random.IntN(4) != 0 {
				return with(edits...)
			}
			switch random.IntN(8) {
			case 0:
				edits = append(edits, expired)
			case 1:
				edits = append(edits, early)
			case 2:
				edits = append(edits, extension(true, "1.2.3.4", []byte{5, 0}))
			case 3:
				if isCA {
					edits = append(edits, pathLen(random.IntN(3)))
				}
			case 4:
				if isCA {
					edits = append(edits, func(c *x509.Certificate) { c.IsCA = false; c.MaxPathLen = 0 })
				}
			case 5:
				if isCA {
					usageDefect = true
					edits = append(edits, usage(x509.KeyUsageCRLSign))
				}
			case 6:
				if isCA {
					edits = append(edits, critical, func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example.com"} })
				}
			case 7:
				if isCA {
					edits = append(edits, critical, func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"www.example.com"} })
				}
			}
			return with(edits...)
		}
		top := issue(t, fmt.Sprintf("r%d", i), nil, defects(true))
		h := hierarchy{anchors: []*person{top}}
		depth := random.IntN(4)
		for d := range depth {
			top = issue(t, fmt.Sprintf("r%d.%d", i, d), top, defects(true))
			if random.IntN(15) != 0 {
				h.intermediates = append(h.intermediates, top)
			}
		}
		h.leaf = issue(t, fmt.Sprintf("r%d leaf", i), top, defects(false))
		random.Shuffle(len(h.intermediates), func(a, b int) {
			h.intermediates[a], h.intermediates[b] = h.intermediates[b], h.intermediates[a]
		})
		r := h.build()
		theirs, said := h.openssl(t)
		if theirs != good(r) {
			t.Errorf("hierarchy %d: OpenSSL says %v, we say %s (%s; %s): %s", i, theirs, answer(r), r.Chain.Detail, r.Validity.Detail, said)
		}
		if theirs {
			holds++
		}
		if usageDefect {
			continue // crypto/x509 does not look at the key usage
		}
		roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
		roots.AddCert(h.anchors[0].cert)
		for _, p := range h.intermediates {
			intermediates.AddCert(p.cert)
		}
		_, err := h.leaf.cert.Verify(x509.VerifyOptions{Roots: roots, Intermediates: intermediates, CurrentTime: noon, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
		if (err == nil) != good(r) {
			t.Errorf("hierarchy %d: crypto/x509 says %v, we say %s (%s; %s)", i, err, answer(r), r.Chain.Detail, r.Validity.Detail)
		}
	}
	t.Logf("%d of %d hierarchies hold", holds, count)
}

// TestVectorChains: the certificates of RFC 6216 lead to its CA.
func TestVectorChains(t *testing.T) {
	read := func(name string) []*Certificate {
		return ReadKeys(nil, vectors.RFC6216(t, "certs/"+name), name, nil).Certificates
	}
	at := noon.Unix()
	rfcCA := read("ca_cert.pem")
	for name, certs := range map[string][]*Certificate{
		"fluffy": read("eku_user_cert_fluffy@example.com.pem"), "kumiko": read("noeku_user_cert_kumiko@example.net.pem"),
		"robert": read("robert_cert.pem"), "domain": read("eku_domain_cert_example.net.pem"),
	} {
		r := BuildChain(certs[0], ChainInput{Known: NewPool(read("subca_cert_example.net.pem")...), Anchors: rfcCA, At: at})
		if answer(r) != "yes yes ?" {
			t.Errorf("%s: %s: %s", name, answer(r), r.Chain.Detail)
		}
		if modern := BuildChain(certs[0], ChainInput{Known: NewPool(read("subca_cert_example.net.pem")...), Anchors: rfcCA, At: at, Policy: PolicyModern}); answer(modern) != "no yes ?" || !strings.Contains(modern.Chain.Detail, "SHA-1") {
			t.Errorf("%s under policy modern: %s: %s", name, answer(modern), modern.Chain.Detail)
		}
	}
	if r := BuildChain(read("robert_cert.pem")[0], ChainInput{Anchors: rfcCA, At: at}); r.Missing.CommonName() != "example.net" {
		t.Errorf("robert's issuer is missing, and this is said: %s", r.Chain.Detail)
	}
}

// TestCrossSigned: of two ways up the one that ends at an anchor is found, whichever
// comes first.
func TestCrossSigned(t *testing.T) {
	a, b := issue(t, "cross a", nil, ca), issue(t, "cross b", nil, ca)
	byA, byB := issue(t, "cross sub", a, ca), issue(t, "cross sub", b, ca)
	aByB := issue(t, "cross a", b, ca)
	bByA := issue(t, "cross b", a, ca)
	leaf := issue(t, "cross leaf", byA, nil)
	all := []*person{byA, byB, aByB, bByA, a, b}
	for i := range all {
		turned := append(append([]*person{}, all[i:]...), all[:i]...)
		for _, anchor := range []*person{a, b} {
			h := hierarchy{leaf: leaf, intermediates: turned, anchors: []*person{anchor}}
			if r := h.build(); answer(r) != "yes yes ?" || r.Anchor != anchor.ours {
				t.Errorf("turned by %d to %s: %s: %s", i, anchor.key, answer(r), r.Chain.Detail)
			}
		}
		h := hierarchy{leaf: leaf, intermediates: turned, anchors: []*person{issue(t, "cross c", nil, ca)}}
		if r := h.build(); good(r) {
			t.Errorf("turned by %d there is a chain to an anchor that signed nothing", i)
		}
	}
}

// TestChainBounds: many certificates that all signed one another cost a bounded
// number of steps.
func TestChainBounds(t *testing.T) {
	var crowd []*person
	for i := range 12 {
		for j := range 4 {
			_ = j
			crowd = append(crowd, issue(t, "crowd", nil, with(ca, func(c *x509.Certificate) { c.SerialNumber = big.NewInt(int64(1000 + 10*i + j)) })))
		}
	}
	names := []string{"m1", "m2", "m3", "m4", "m5", "m6"}
	var mesh []*person
	for _, x := range names {
		self := issue(t, x, nil, ca)
		for _, y := range names {
			mesh = append(mesh, issue(t, y, self, ca))
		}
	}
	leaf := issue(t, "mesh leaf", mesh[0], nil)
	r := BuildChain(leaf.ours, ChainInput{Known: NewPool(ours(append(mesh, crowd...)...)...), Anchors: ours(issue(t, "far", nil, ca)), At: noon.Unix()})
	if good(r) || len(r.Links) == 0 {
		t.Errorf("a chain out of a mesh without an anchor: %s", answer(r))
	}
}
