package ber

import (
	"bytes"
	"testing"
)

func TestParseShapes(t *testing.T) {
	for _, test := range []struct {
		name   string
		in     []byte
		nodes  int
		faults int
	}{
		{"empty", nil, 0, 0},
		{"null", []byte{5, 0}, 1, 0},
		{"two values", []byte{5, 0, 2, 1, 7}, 2, 0},
		{"indefinite empty", []byte{0x30, 0x80, 0, 0}, 1, 0},
		{"indefinite nested", []byte{0x30, 0x80, 0x24, 0x80, 4, 1, 'a', 4, 1, 'b', 0, 0, 0, 0}, 4, 0},
		{"high tag", []byte{0xbf, 0x81, 0x01, 2, 5, 0}, 2, 0},
		{"truncated", []byte{0x30, 5, 2, 1, 7}, 2, 1},
		{"bad child keeps sibling", []byte{0x30, 7, 0x30, 2, 2, 5, 2, 1, 7}, 4, 1},
		{"missing end", []byte{0x30, 0x80, 5, 0}, 2, 1},
	} {
		tree := Parse(test.in)
		if len(tree.Nodes) != test.nodes || len(tree.Faults) != test.faults {
			t.Errorf("%s: %d nodes and %d faults (%v), want %d and %d", test.name, len(tree.Nodes), len(tree.Faults), tree.Faults, test.nodes, test.faults)
		}
	}
}

func TestOctetsOfNestedSegments(t *testing.T) {
	in := []byte{0x24, 0x80, 4, 1, 'a', 0x24, 4, 4, 2, 'b', 'c', 4, 1, 'd', 0, 0}
	if got := Parse(in).Root().Octets(); !bytes.Equal(got, []byte("abcd")) {
		t.Errorf("got %q", got)
	}
}

func TestDeepNesting(t *testing.T) {
	in := bytes.Repeat([]byte{0x30, 0x80}, 100_000)
	in = append(in, make([]byte, 200_000)...)
	tree := Parse(in)
	if len(tree.Nodes) != 100_000 || tree.Err() != nil {
		t.Errorf("%d nodes, %v", len(tree.Nodes), tree.Err())
	}
}
