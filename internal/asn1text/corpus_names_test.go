package asn1text

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/asn1schema"
	"github.com/sipseal/sipseal/internal/ber"
)

// Every node of every object that openssl and Go make has a type: the schema knows
// all that they write, and opens no string that is not open already.
func TestObjectsOfTheToolsAreNamed(t *testing.T) {
	need(t, "openssl")
	for _, o := range corpus(t) {
		if strings.HasPrefix(o.name, "random") || strings.HasPrefix(o.name, "odd") {
			continue
		}
		tree := ber.ParseEncapsulated(o.der, ber.Opening{})
		names := asn1schema.Name(tree)
		if len(names.Closed) > 0 {
			// One point on a curve in 256 looks like an OCTET STRING.
			tree = ber.ParseEncapsulated(o.der, ber.Opening{Closed: names.Closed})
			names = asn1schema.Name(tree)
		}
		for i := range tree.Nodes {
			if names.Type(i) == "" {
				t.Errorf("%s: node %d (%s) has no type", o.name, i, names.Path(int(max(tree.Nodes[i].Parent, 0))))
				break
			}
		}
		if len(names.Open) > 0 {
			t.Errorf("%s: strings are to be opened at %v", o.name, names.Open)
		}
	}
}
