package pkix

// crypto/x509 as a second opinion on random chains. It follows RFC 9618, of which the
// answers are those of RFC 5280. It differs in two known things, which the chains here do
// not have: it lets a mapping of anyPolicy pass where mapping is inhibited, and RFC 5280
// section 6.1.4 (a) refuses it always; and it counts self-issued certificates against a
// path length, which section 6.1.4 (l) does not.

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomChain makes a chain of two to five certificates below an anchor, each edited
// by edit, one in selfIssued of them self-issued (0: none). It gives the last one first.
func randomChain(t testing.TB, r *rand.Rand, selfIssued int, edit func(c *x509.Certificate, last bool)) (anchor *person, chain []*person) {
	t.Helper()
	anchor = issue(t, "anchor", nil, ca)
	above := anchor
	depth := 2 + r.IntN(4)
	for i := range depth {
		last := i == depth-1
		p := issue(t, fmt.Sprint("level ", i), above, func(c *x509.Certificate) {
			if !last {
				ca(c)
			}
			edit(c, last)
			if !last && selfIssued > 0 && r.IntN(selfIssued) == 0 {
				c.Subject = above.cert.Subject
			}
		})
		chain = append([]*person{p}, chain...)
		above = p
	}
	return anchor, chain
}

// agree asks both and reports whether they say the same, and what.
func agree(t *testing.T, anchor *person, chain []*person) bool {
	t.Helper()
	roots, intermediates := x509.NewCertPool(), x509.NewCertPool()
	roots.AddCert(anchor.cert)
	for _, p := range chain[1:] {
		intermediates.AddCert(p.cert)
	}
	_, err := chain[0].cert.Verify(x509.VerifyOptions{
		Roots: roots, Intermediates: intermediates, CurrentTime: noon, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	h := &hierarchy{leaf: chain[0], intermediates: chain[1:], anchors: []*person{anchor}}
	got := h.build().Chain
	if got.OK == nil || *got.OK != (err == nil) {
		t.Errorf("crypto/x509 says %v, and here it is %v: %s", err, got.OK != nil && *got.OK, got.Detail)
		for _, p := range chain {
			t.Logf("%s", X509Text(p.ours, TextOpenSSL))
		}
	}
	return err == nil
}

// marshalled is a value in DER.
func marshalled(t testing.TB, value any) []byte {
	t.Helper()
	der, err := asn1.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// judged counts the answers, of which there must be many of both kinds.
type judged [2]int

func (j *judged) add(ok bool) {
	if ok {
		j[1]++
	} else {
		j[0]++
	}
}

func (j *judged) check(t *testing.T) {
	t.Helper()
	if t.Logf("%d chains are refused, %d hold", j[0], j[1]); j[0] < 20 || j[1] < 20 {
		t.Errorf("%d chains are refused and %d hold: one kind is hardly tried", j[0], j[1])
	}
}

func TestPoliciesAgainstStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(5280, 9618))
	policies := []asn1.ObjectIdentifier{{2, 5, 29, 32, 0}, {1, 2, 3, 1}, {1, 2, 3, 2}, {1, 2, 3, 3}, {1, 2, 3, 4}}
	chance := func(oneIn int) bool { return r.IntN(oneIn) == 0 }
	var count judged
	for i := range 300 {
		anchor, chain := randomChain(t, r, 4, func(c *x509.Certificate, last bool) {
			type information struct{ ID asn1.ObjectIdentifier }
			var list []information
			// anyPolicy is likelier than one of the others, else few chains hold.
			if chance(3) {
				list = append(list, information{policies[0]})
			}
			for _, p := range policies[1:] {
				if chance(2) {
					list = append(list, information{p})
				}
			}
			if len(list) > 0 {
				extension(false, "2.5.29.32", marshalled(t, list))(c)
			}
			if !last && chance(2) {
				type mapping struct{ From, To asn1.ObjectIdentifier }
				var list []mapping
				for range 1 + r.IntN(3) {
					list = append(list, mapping{policies[1+r.IntN(4)], policies[1+r.IntN(4)]})
				}
				extension(true, "2.5.29.33", marshalled(t, list))(c)
			}
			if chance(2) {
				type constraints struct {
					Explicit int `asn1:"optional,tag:0,default:-1"`
					Mapping  int `asn1:"optional,tag:1,default:-1"`
				}
				v := constraints{-1, -1}
				if chance(2) {
					v.Explicit = r.IntN(3)
				}
				if v.Explicit < 0 || chance(2) {
					v.Mapping = r.IntN(3)
				}
				extension(true, "2.5.29.36", marshalled(t, v))(c)
			}
			if chance(3) {
				extension(true, "2.5.29.54", marshalled(t, r.IntN(3)))(c)
			}
		})
		count.add(agree(t, anchor, chain))
		if t.Failed() {
			t.Fatalf("at chain %d", i)
		}
	}
	count.check(t)
}

// Basic constraints: CAs that are none, and how many of them may follow.
func TestPathLengthsAgainstStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5280))
	var count judged
	for i := range 120 {
		anchor, chain := randomChain(t, r, 0, func(c *x509.Certificate, last bool) {
			switch r.IntN(12) {
			case 0:
				c.IsCA, c.MaxPathLen = false, 0
			case 1, 2, 3, 4:
				if c.IsCA {
					c.MaxPathLen = r.IntN(4)
					c.MaxPathLenZero = c.MaxPathLen == 0
				}
			}
		})
		count.add(agree(t, anchor, chain))
		if t.Failed() {
			t.Fatalf("at chain %d", i)
		}
	}
	count.check(t)
}

// Name constraints on the host names and addresses of the certificate at the end.
// crypto/x509 has other rules for e-mail addresses and URIs, and these are left to the
// tests of RFC 5280's own examples.
func TestNameConstraintsAgainstStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(10, 5280))
	hosts := []string{"example.com", "sip.example.com", "a.sip.example.com", "example.net", "xexample.com", "com"}
	pick := func(most int) (list []string) {
		for range r.IntN(most + 1) {
			list = append(list, hosts[r.IntN(len(hosts))])
		}
		return list
	}
	var count judged
	for i := range 120 {
		anchor, chain := randomChain(t, r, 4, func(c *x509.Certificate, last bool) {
			switch {
			case last:
				c.DNSNames = pick(2)
			case r.IntN(3) == 0:
				c.PermittedDNSDomainsCritical = true
				c.PermittedDNSDomains, c.ExcludedDNSDomains = pick(2), pick(1)
			}
		})
		count.add(agree(t, anchor, chain))
		if t.Failed() {
			t.Fatalf("at chain %d", i)
		}
	}
	count.check(t)
}
