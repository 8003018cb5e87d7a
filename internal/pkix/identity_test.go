package pkix

// Whom a certificate speaks for: SIP users, and hosts over TLS.

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// TestSameURI: the examples of RFC 3261 section 19.1.4 as far as they are about
// addresses, and what follows from its rules.
func TestSameURI(t *testing.T) {
	tests := []struct {
		a, b string
		same bool
	}{
		{"sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp", true},
		{"sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5", true},
		{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;newparam=5", true},
		{"sip:carol@chicago.com;security=on", "sip:carol@chicago.com;security=off", false},
		{"sip:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com:5060", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp", false},
		{"sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp", false},
		{"sip:fluffy@example.com", "sips:fluffy@example.com", false},
		{"SIP:fluffy@example.com", "sip:fluffy@EXAMPLE.com", true},
		{"sip:fluffy@example.com", "sip:Fluffy@example.com", false},
		{"sip:fluffy@example.com", "im:fluffy@example.com", false},
		{"sip:fluffy@example.com", "sip:fluffy@example.com.", true},
		{"sip:fluffy@example.com:5060", "sip:fluffy@example.com:5060", true},
		{"sip:fluffy@example.com:5060", "sip:fluffy@example.com:5061", false},
		{"sip:a%3Ab@example.com", "sip:a:b@example.com", false},
		{"sip:a%3ab@example.com", "sip:a%3Ab@example.com", true},
		{"sip:%66luffy@example.com", "sip:fluffy@example.com", true},
		{"sip:alice;day=tuesday@atlanta.com", "sip:alice;day=tuesday@atlanta.com", true},
		{"sip:alice;day=tuesday@atlanta.com", "sip:alice@atlanta.com", false},
		{"sip:example.com", "sip:@example.com", false},
		{"sip:example.com", "sip:fluffy@example.com", false},
		{"sip:fluffy@[2001:db8::1]", "sip:fluffy@[2001:0DB8:0:0::1]", true},
		{"sip:fluffy@[2001:db8::1]", "sip:fluffy@[2001:db8::2]", false},
		{"sip:fluffy@example.com\x00.example.net", "sip:fluffy@example.com", false},
		{"sip:fluffy%40example.com", "sip:fluffy@example.com", false},
		{"sip:fluffy@example.com?subject=x", "sip:fluffy@example.com", true},
		{"sip:fluffy@", "sip:fluffy@", false},
		{"fluffy@example.com", "fluffy@example.com", false},
		{"sip:fl%zzuffy@example.com", "sip:fl%zzuffy@example.com", false},
		{"sip:fluffy@example.com:", "sip:fluffy@example.com:", false},
	}
	for _, test := range tests {
		if got := SameURI(test.a, test.b); got != test.same {
			t.Errorf("%s and %s: %v", test.a, test.b, got)
		}
		if got := SameURI(test.b, test.a); got != test.same {
			t.Errorf("%s and %s: %v", test.b, test.a, got)
		}
	}
}

func TestSpeaksForURI(t *testing.T) {
	fluffy := ReadKeys(nil, vectors.Seed(t, "rfc6216_user_fluffy.pem"), "", nil).Certificates[0]
	domain := ReadKeys(nil, vectors.Seed(t, "rfc6216_domain_example.com.pem"), "", nil).Certificates[0]
	authority := ReadKeys(nil, vectors.Seed(t, "rfc6216_ca.pem"), "", nil).Certificates[0]
	mail := issue(t, "mail only", nil, emails("fluffy@example.com")).ours
	tests := []struct {
		cert   *Certificate
		aor    string
		ok     bool
		detail string
	}{
		{fluffy, "sip:fluffy@example.com", true, "is for “sip:fluffy@example.com”"},
		{fluffy, "sip:fluffy@EXAMPLE.COM", true, ""},
		{fluffy, "im:fluffy@example.com", true, ""},
		{fluffy, "sips:fluffy@example.com", false, "sip: and sips: are not the same"},
		{fluffy, "sip:Fluffy@example.com", false, "another case"},
		{fluffy, "sip:fluffy@example.com:5060", false, "the ports differ"},
		{fluffy, "sip:kumiko@example.net", false, "is for “sip:fluffy@example.com, im:fluffy@example.com, pres:fluffy@example.com” and not for “sip:kumiko@example.net”"},
		{fluffy, "tel:+1234", false, ""},
		{fluffy, "", false, "not a SIP URI"},
		{domain, "sip:fluffy@example.com", false, ""},
		{domain, "sip:example.com", true, ""},
		{authority, "sip:fluffy@example.com", false, "no subjectAltName"},
		{mail, "sip:fluffy@example.com", false, "no URI in its subjectAltName"},
	}
	for _, test := range tests {
		ok, identities, detail := SpeaksForURI(test.cert, test.aor)
		if ok != test.ok || !strings.Contains(detail, test.detail) {
			t.Errorf("%s: %v, %s", test.aor, ok, detail)
		}
		if test.cert == fluffy && len(identities) != 3 {
			t.Errorf("%s: the identities are %q", test.aor, identities)
		}
	}
}

// purposes sets the extended key usage.
func purposes(list ...string) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, p := range list {
			switch p {
			case "serverAuth":
				c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageServerAuth)
			case "clientAuth":
				c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth)
			case "any":
				c.ExtKeyUsage = append(c.ExtKeyUsage, x509.ExtKeyUsageAny)
			case "sipDomain":
				c.UnknownExtKeyUsage = append(c.UnknownExtKeyUsage, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 20})
			}
		}
	}
}

func usage(u x509.KeyUsage) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.KeyUsage = u }
}

// TestCheckTLS has the rules of RFC 5922 section 7 and the scenarios of RFC 6216
// section 6 that are about names and purposes.
func TestCheckTLS(t *testing.T) {
	twoNames := func(c *x509.Certificate) {
		c.Subject = pkix.Name{ExtraNames: []pkix.AttributeTypeAndValue{
			{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "old.example.com"},
			{Type: asn1.ObjectIdentifier{2, 5, 4, 3}, Value: "new.example.com"},
		}}
	}
	tests := []struct {
		name   string
		edit   func(*x509.Certificate)
		host   string
		reason string // of the first check that fails, "" for none
		detail string
	}{
		{"the host in a dNSName", hosts("example.com"), "example.com", "", "the dNSName “example.com”"},
		{"in another case, with the root's dot", hosts("Example.COM"), "eXample.com.", "", ""},
		{"one of several dNSNames", hosts("a.example.com", "b.example.com"), "b.example.com", "", ""},
		{"another host in dNSName", hosts("a.example.com"), "b.example.com", "identity", "is for “a.example.com” and not for “b.example.com”"},
		{"a wildcard in a dNSName", hosts("*.example.com"), "a.example.com", "identity", "wildcard in a dNSName matches nothing"},
		{"the common name alone", subject("example.com"), "example.com", "", "common name"},
		{"the wrong common name", subject("example.net"), "example.com", "identity", ""},
		{"the common name beside another dNSName", with(subject("example.com"), hosts("other.example.com")), "example.com", "identity", "does not count beside a dNSName"},
		{"a wildcard in the common name", subject("*.example.com"), "a.example.com", "", ""},
		{"a wildcard is one label", subject("*.example.com"), "a.b.example.com", "identity", ""},
		{"a wildcard is not no label", subject("*.example.com"), "example.com", "identity", ""},
		{"a part of a label", subject("sip*.example.com"), "sip12.example.com", "", ""},
		{"a wildcard for a top-level domain", subject("*.com"), "example.com", "identity", ""},
		{"a wildcard further in", subject("a.*.com"), "a.example.com", "identity", ""},
		{"the most specific of two common names", twoNames, "new.example.com", "", ""},
		{"the less specific of two common names", twoNames, "old.example.com", "identity", ""},
		{"no name at all", func(c *x509.Certificate) { c.Subject = pkix.Name{Organization: []string{"Somebody"}} }, "example.com", "identity", "names no host"},
		{"an iPAddress", with(func(c *x509.Certificate) { c.Subject = pkix.Name{} }, ips("192.0.2.1")), "192.0.2.1", "", "iPAddress 192.0.2.1"},
		{"another iPAddress", ips("192.0.2.1"), "192.0.2.2", "identity", ""},
		{"an IPv6 address in another spelling", ips("2001:db8::1"), "[2001:DB8:0::1]", "", ""},
		{"an address in the common name", subject("192.0.2.1"), "192.0.2.1", "identity", ""},
		{"an address in a dNSName", hosts("192.0.2.1"), "192.0.2.1", "identity", ""},
		{"a SIP URI of the host", uris("sip:example.com"), "example.com", "", "the URI “sip:example.com”"},
		{"a SIP URI of a user", uris("sip:alice@example.com"), "example.com", "identity", "is a user's"},
		{"a SIPS URI of the host", uris("sips:example.com"), "example.com", "identity", "not a sip: URI"},
		{"a web URI of the host", uris("https://example.com"), "example.com", "identity", ""},
		{"no host asked for", hosts("example.com"), "", "identity", ""},

		{"serverAuth and sipDomain", with(hosts("example.com"), purposes("serverAuth", "sipDomain")), "example.com", "", ""},
		{"any purpose", with(hosts("example.com"), purposes("any")), "example.com", "", ""},
		{"not serverAuth", with(hosts("example.com"), purposes("sipDomain")), "example.com", "extended-key-usage", "serverAuth is not among them"},
		{"not sipDomain", with(hosts("example.com"), purposes("serverAuth")), "example.com", "extended-key-usage", "sipDomain is not among them"},
		{"a client's", with(hosts("example.com"), purposes("clientAuth", "sipDomain")), "example.com", "extended-key-usage", ""},
		{"a key that signs", with(hosts("example.com"), usage(x509.KeyUsageDigitalSignature)), "example.com", "", ""},
		{"a key that only signs certificates", with(hosts("example.com"), usage(x509.KeyUsageCertSign)), "example.com", "key-usage", ""},
	}
	root := issue(t, "tls root", nil, ca)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := issue(t, "tls leaf", root, test.edit)
			chain := BuildChain(p.ours, ChainInput{Anchors: ours(root), At: noon.Unix()})
			r := CheckTLS(p.ours, test.host, TLSOptions{Chain: &chain})
			if r.Reason != test.reason || r.OK != (test.reason == "") {
				t.Errorf("%v because of %q: %+v", r.OK, r.Reason, r.Checks)
			}
			var all []string
			for _, c := range r.Checks {
				all = append(all, c.Detail)
			}
			if !strings.Contains(strings.Join(all, "\n"), test.detail) {
				t.Errorf("nothing says %q in %q", test.detail, all)
			}
		})
	}
	expiredLeaf := issue(t, "tls old", root, with(hosts("example.com"), expired))
	chain := BuildChain(expiredLeaf.ours, ChainInput{Anchors: ours(root), At: noon.Unix()})
	if r := CheckTLS(expiredLeaf.ours, "example.com", TLSOptions{Chain: &chain}); r.OK || r.Reason != "validity" {
		t.Errorf("an expired certificate: %v, %s", r.OK, r.Reason)
	}
	client := issue(t, "tls client", root, with(hosts("example.com"), purposes("clientAuth", "sipDomain")))
	if r := CheckTLS(client.ours, "example.com", TLSOptions{Client: true}); !r.OK {
		t.Errorf("a client's certificate: %s", r.Reason)
	}
}
