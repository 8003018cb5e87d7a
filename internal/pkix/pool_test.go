package pkix

import (
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
)

// TestPoolTruncate: what was taken out is not found any more, by nothing, and what is
// left is found as before; and so after it was put in again.
func TestPoolTruncate(t *testing.T) {
	root := issue(t, "root", nil, ca)
	all := ours(root, issue(t, "one", root, nil), issue(t, "two", root, nil), issue(t, "two", root, nil))
	find := func(p *Pool) (found [][]*Certificate) {
		for _, c := range all {
			key := &PrivateKey{PrivateKey: &algo.PrivateKey{Public: c.PublicKey}}
			found = append(found, p.BySubject(c.Subject), p.ByIssuerAndSerial(c.Issuer, c.Serial), p.BySubjectKeyID(c.KeyID()), p.ByPublicKey(key))
		}
		return found
	}
	equal := func(a, b [][]*Certificate) bool { return slices.EqualFunc(a, b, slices.Equal[[]*Certificate]) }
	p := NewPool(all...)
	for n := len(all); n >= 0; n-- {
		find(p) // so that everything is indexed
		p.Truncate(n)
		if want := find(NewPool(all[:n]...)); !equal(find(p), want) || len(p.All()) != n || n < len(all) && p.Contains(all[n]) {
			t.Errorf("of %d: %v, want %v", n, find(p), want)
		}
	}
	for _, c := range all {
		p.Add(c)
	}
	if !equal(find(p), find(NewPool(all...))) {
		t.Errorf("put in again: %v", find(p))
	}
}
