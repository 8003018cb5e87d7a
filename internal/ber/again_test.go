package ber

import (
	"reflect"
	"testing"
)

// A tree that stands for another is what reading again would give.
func TestAllAndAlone(t *testing.T) {
	for _, src := range []string{
		"", "\x05\x00", "\x30\x02\x05\x00", "\x30\x80\x05\x00\x00\x00", // one value or none
		"\x30\x02\x05\x00\x05\x00", "\x30\x80\x05\x00\x00\x00\x02\x01\x07", "\x30\x02\x05\x00\x00\x00", // more behind it
		"\x30\x09\x05\x00", "\x30\x80\x05\x00", "\x30\x04\x30\x09\x05\x00\x05\x00", "\x30", "\x30\x02\x1f\xff\x05\x00", // damaged
	} {
		for _, tree := range []*Tree{Parse([]byte(src)), ParseOne([]byte(src))} {
			if got, want := tree.All(), Parse([]byte(src)); !reflect.DeepEqual(got, want) {
				t.Errorf("all of %x: %+v, want %+v", src, got, want)
			}
			for i := range tree.Nodes {
				v := tree.At(i)
				if got, want := v.Alone(), ParseOne(v.Raw()); !reflect.DeepEqual(got, want) {
					t.Errorf("node %d of %x alone: %+v, want %+v", i, src, got, want)
				}
			}
		}
	}
	// What is there once is not read twice.
	tree := ParseOne([]byte("\x30\x02\x05\x00"))
	if tree.All() != tree || tree.Root().Alone() != tree {
		t.Error("one value that takes all octets was read again")
	}
}
