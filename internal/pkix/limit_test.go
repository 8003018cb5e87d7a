package pkix

// Every bound of this package, just below it and just over it.

import (
	"bytes"
	"crypto/x509"
	stdpkix "crypto/x509/pkix"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

func TestLimitChainLength(t *testing.T) {
	for _, n := range []int{limit.ChainLength, limit.ChainLength + 1} {
		root := issue(t, "long root", nil, ca)
		h := hierarchy{anchors: []*person{root}}
		last := root
		for i := range n - 2 {
			last = issue(t, "long "+strconv.Itoa(i), last, ca)
			h.intermediates = append(h.intermediates, last)
		}
		h.leaf = issue(t, "long leaf", last, nil)
		r := h.build()
		if ok := r.Chain.OK != nil && *r.Chain.OK; ok != (n == limit.ChainLength) || ok == strings.Contains(r.Chain.Detail, "within 10 certificates") {
			t.Errorf("a chain of %d: %+v", n, r.Chain)
		}
	}
}

// TestLimitChainSteps: as many others have the issuer's name.
func TestLimitChainSteps(t *testing.T) {
	called := func(c *x509.Certificate) {
		c.Subject, c.SubjectKeyId = stdpkix.Name{CommonName: "crowd"}, []byte{}
	}
	// The one that did sign is by somebody who is not here: it leads no further.
	root := issue(t, "crowd", issue(t, "absent", nil, ca), with(ca, called))
	leaf := issue(t, "one of many", root, func(c *x509.Certificate) { c.SubjectKeyId = []byte("x") })
	one := issue(t, "another", nil, with(ca, called)).ours
	var crowd []*Certificate
	for i := range limit.ChainCandidates {
		crowd = append(crowd, &Certificate{Subject: one.Subject, Issuer: one.Issuer, PublicKey: one.PublicKey, Raw: append(bytes.Clone(one.Raw), byte(i), byte(i>>8))})
	}
	for _, n := range []int{limit.ChainSteps - 1, limit.ChainSteps} {
		b := &builder{in: ChainInput{At: noon.Unix()}, anchors: NewPool(), signed: map[[2]*Certificate]error{}, checkedCRLs: map[crlSigner]error{}}
		b.pool = NewPool(append(crowd[:n:n], root.ours)...)
		b.extend(leaf.ours)
		if b.steps > limit.ChainSteps || (b.full != "") != (n == limit.ChainSteps) {
			t.Errorf("among %d: %d steps, and the limit was reached: %q", n+1, b.steps, b.full)
		}
	}
	for _, n := range []int{limit.ChainCandidates - 1, limit.ChainCandidates} {
		b := &builder{anchors: NewPool(), pool: NewPool(append(crowd[:n:n], root.ours)...)}
		got, want := len(b.issuers(leaf.ours)), ""
		if n == limit.ChainCandidates {
			want = limit.More("certificates with the name of an issuer", n, -1)
		}
		if got != limit.ChainCandidates || b.full != want {
			t.Errorf("of %d, %d are considered: %q", n+1, got, b.full)
		}
	}
	// Whatever else there is to say of the best chain: that it is not of all comes with it.
	for _, full := range []string{"", "more than there may be"} {
		b := &builder{full: full, best: &candidate{end: endMissing, chain: Outcome{Detail: "an issuer is missing"}}}
		want := "an issuer is missing"
		if full != "" {
			want += "; not every way was tried: " + full
		}
		if got := b.result().Chain.Detail; got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestLimitChainNameChecks(t *testing.T) {
	for _, n := range []int{limit.ChainNameChecks, limit.ChainNameChecks + 1} {
		issuer := &Certificate{NameConstraints: &NameConstraints{Excluded: make([]Subtree, n)}}
		leaf := &Certificate{AltNames: []GeneralName{{Type: NameURI, Value: "sip:a@example.org"}}}
		c := &candidate{path: []*Certificate{leaf, issuer}, links: make([]ChainLink, 2)}
		c.constraints()
		if got := strings.Contains(c.chain.Detail, "comparisons with name constraints"); got != (n > limit.ChainNameChecks) {
			t.Errorf("%d comparisons: %q", n, c.chain.Detail)
		}
	}
}

func TestLimitPolicyNodes(t *testing.T) {
	for _, n := range []int{limit.PolicyNodes, limit.PolicyNodes + 1} {
		leaf := &Certificate{}
		for i := range n {
			leaf.Policies = append(leaf.Policies, oid.OID("\x2a\x03"+string([]byte{0x81, 0x80 | byte(i>>7), byte(i & 0x7f)})))
		}
		c := &candidate{path: []*Certificate{leaf, {}}, links: make([]ChainLink, 2)}
		c.policies()
		if got := strings.Contains(c.chain.Detail, "policies to follow"); got != (n > limit.PolicyNodes) {
			t.Errorf("%d policies: %q", n, c.chain.Detail)
		}
	}
}

func TestLimitChainCRLChecks(t *testing.T) {
	root := issue(t, "CRL limit", nil, ca)
	list := revoke(t, root, nil)
	for _, n := range []int{limit.ChainCRLChecks - 1, limit.ChainCRLChecks} {
		b := &builder{checkedCRLs: map[crlSigner]error{}}
		for range n {
			b.checkedCRLs[crlSigner{new(CRL), root.ours.PublicKey}] = nil
		}
		why := b.verifyCRL(list, root.ours, root.ours.PublicKey)
		if over := n == limit.ChainCRLChecks; (why != "") != over || over && !strings.Contains(why, "more than 500 CRLs") {
			t.Errorf("after %d: %v", n, why)
		}
	}
}

func TestLimitPasswordTrials(t *testing.T) {
	for _, n := range []int{limit.PasswordTrials, limit.PasswordTrials + 1} {
		k := &keyReader{}
		passwords := append(make([]string, n-1), "right")
		err := k.try(passwords, func(p string) error {
			if p != "right" {
				return errors.New("wrong")
			}
			return nil
		})
		var bound *limit.Error
		if errors.As(err, &bound) != (n > limit.PasswordTrials) || n <= limit.PasswordTrials && err != nil {
			t.Errorf("with the right one as number %d: %v", n, err)
		}
	}
}

func TestLimitSafeBags(t *testing.T) {
	for _, n := range []int{limit.SafeBags, limit.SafeBags + 1} {
		p := &pfxReader{k: &keyReader{}}
		content := bytes.Repeat([]byte{0x30, 0}, n)
		p.safeContents(append([]byte{0x30, 0x83, byte(len(content) >> 16), byte(len(content) >> 8), byte(len(content))}, content...))
		got := false
		for _, x := range p.k.Problems {
			got = got || strings.Contains(x.Detail, "more than "+strconv.Itoa(limit.SafeBags)+" bags")
		}
		if got != (n > limit.SafeBags) {
			t.Errorf("%d bags: %d problems", n, len(p.k.Problems))
		}
	}
}

// TestLimitPEMBlocks: what is over is not read, and what is not is.
func TestLimitPEMBlocks(t *testing.T) {
	const block = "-----BEGIN X-----\nMAAA\n-----END X-----\n"
	for _, n := range []int{limit.PEMBlocks, limit.PEMBlocks + 1} {
		want := -1
		if n > limit.PEMBlocks {
			want = limit.PEMBlocks * len(block)
		}
		got, more := FindPEM([]byte(strings.Repeat(block, n)))
		if len(got) != limit.PEMBlocks || more != want || !ber.ParseOne(got[len(got)-1].Bytes).Root().Ok() {
			t.Errorf("%d of %d", len(got), n)
		}
	}
}

// TestLimitPointNames: the name in common is the last on either side, or the point is the
// last, or one more.
func TestLimitPointNames(t *testing.T) {
	names := func(n int, other string) []GeneralName {
		list := make([]GeneralName, n-1, n)
		for i := range list {
			list[i] = GeneralName{Type: NameURI, Bytes: []byte(other + strconv.Itoa(i))}
		}
		return append(list, GeneralName{Type: NameURI, Bytes: []byte("http://a.example/crl")})
	}
	for _, n := range []int{limit.PointNames, limit.PointNames + 1} {
		points := make([]DistributionPoint, n)
		points[n-1].FullName = names(1, "")
		for name, test := range map[string]struct{ scope, cert []DistributionPoint }{
			"names of the CRL":         {[]DistributionPoint{{FullName: names(n, "x")}}, []DistributionPoint{{FullName: names(1, "")}}},
			"names of the certificate": {[]DistributionPoint{{FullName: names(1, "")}}, []DistributionPoint{{FullName: names(n, "y")}}},
			"points":                   {[]DistributionPoint{{FullName: names(1, "")}}, points},
		} {
			l := &CRL{Scope: &CRLScope{hasPoint: true, Point: test.scope[0]}}
			_, got := l.covers(&Certificate{CRLDistributionPoints: test.cert})
			if over := n > limit.PointNames; (got != "") != over || over != strings.Contains(got, limit.More("names to compare", limit.PointNames, -1)) {
				t.Errorf("%d %s: %q", n, name, got)
			}
		}
	}
}

// TestLimitObjectProblems: of a certificate, and of a file of keys.
func TestLimitObjectProblems(t *testing.T) {
	for _, n := range []int{limit.ObjectProblems, limit.ObjectProblems + 1, 3 * limit.ObjectProblems} {
		r := &reader{}
		for i := range n {
			r.problem("x", i, "", "")
		}
		keys := ReadKeys(nil, []byte(strings.Repeat("-----BEGIN CERTIFICATE REQUEST-----\nMAAA\n-----END CERTIFICATE REQUEST-----\n", n)), "", nil)
		for _, problems := range [][]Problem{r.problems, keys.Problems} {
			last := problems[len(problems)-1]
			if over := n > limit.ObjectProblems; len(problems) != min(n, limit.ObjectProblems+1) || (last.Code == "limit") != over || over && !strings.HasPrefix(last.Detail, "more than 100 problems") {
				t.Errorf("of %d problems, %d, the last %+v", n, len(problems), last)
			}
		}
	}
}

// TestLimitPEMBlocksOfKeys: of a file of keys, that not all was read comes first.
func TestLimitPEMBlocksOfKeys(t *testing.T) {
	for _, n := range []int{limit.PEMBlocks, limit.PEMBlocks + 1} {
		const block = "-----BEGIN X-----\nMAAA\n-----END X-----\n"
		k := ReadKeys(nil, []byte(strings.Repeat(block, n)), "", nil)
		if said := len(k.Problems) > 0 && k.Problems[0].Code == "limit" && k.Problems[0].Offset == limit.PEMBlocks*len(block); said != (n > limit.PEMBlocks) {
			t.Errorf("%d: %+v", n, k.Problems[0])
		}
	}
}
