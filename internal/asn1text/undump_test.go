package asn1text

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func TestUndumpOfRFC6216(t *testing.T) {
	for _, g := range golden {
		got, err := Undump(vectors.RFC6216(t, g.text))
		if err != nil || !bytes.Equal(got, vectors.RFC6216(t, g.der)) {
			t.Errorf("%s: %v, equal: %v", g.text, err, bytes.Equal(got, vectors.RFC6216(t, g.der)))
		}
	}
}

// The dumps as they stand in the RFC: between prose, with page ends, indents that
// change and a wrapped line.
func TestUndumpFromTheTextOfRFC6216(t *testing.T) {
	text := vectors.RFC6216(t, "rfc6216.txt")
	dumps := FindDumps(text)
	if len(dumps) != len(golden) {
		t.Fatalf("%d dumps, want %d", len(dumps), len(golden))
	}
	found := map[string]bool{}
	for _, d := range dumps {
		got, err := d.Undump(text)
		if err != nil {
			t.Errorf("the dump at line %d: %v", d.Line, err)
		}
		found[string(got)] = true
	}
	for _, g := range golden {
		if !found[string(vectors.RFC6216(t, g.der))] {
			t.Errorf("%s is not among them", g.der)
		}
	}
}
