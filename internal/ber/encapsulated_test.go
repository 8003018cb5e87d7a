package ber

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

func TestParseEncapsulated(t *testing.T) {
	for _, test := range []struct {
		name  string
		in    []byte
		nodes int
	}{
		{"OCTET STRING", []byte{4, 4, 0x30, 2, 5, 0}, 3},
		{"BIT STRING", []byte{3, 5, 0, 0x30, 2, 5, 0}, 3},
		{"BIT STRING with unused bits in front", []byte{3, 5, 3, 0x30, 2, 5, 0}, 1},
		{"text", []byte{4, 2, '0', '1'}, 1},
		{"something behind the value", []byte{4, 3, 5, 0, 0}, 1},
		{"a fault inside", []byte{4, 6, 0x30, 4, 2, 9, 1, 1}, 1},
		{"strings in strings", []byte{4, 6, 4, 4, 4, 2, 5, 0}, 4},
		{"a fault in the innermost", []byte{4, 7, 4, 5, 4, 3, 5, 0, 0}, 3},
		{"indefinite", []byte{4, 6, 0x30, 0x80, 5, 0, 0, 0}, 3},
		{"a sibling behind a closed string", []byte{0x30, 8, 4, 4, 0x30, 2, 2, 9, 5, 0}, 3},
	} {
		tree := ParseEncapsulated(test.in, Opening{})
		if len(tree.Nodes) != test.nodes || len(tree.Faults) > 0 {
			t.Errorf("%s: %d nodes, want %d; %v", test.name, len(tree.Nodes), test.nodes, tree.Faults)
		}
		checkTree(t, tree)
	}
}

func TestForcedOpenAndClosed(t *testing.T) {
	in := []byte{0x30, 9, 4, 4, 0x30, 2, 5, 0, 0x80, 1, 5}
	tree := ParseEncapsulated(in, Opening{Closed: map[int]bool{2: true}, Open: map[int]bool{8: true}})
	if len(tree.Nodes) != 4 || len(tree.Faults) != 1 || tree.Nodes[2].Flags&Encapsulating == 0 {
		t.Errorf("%+v, %v", tree.Nodes, tree.Faults)
	}
}

func TestOctetsPassOverWhatASegmentHolds(t *testing.T) {
	in := []byte{0x24, 0x80, 4, 2, 5, 0, 4, 1, 'x', 0, 0}
	tree := ParseEncapsulated(in, Opening{})
	if got := tree.Root().Octets(); len(tree.Nodes) != 4 || !bytes.Equal(got, []byte{5, 0, 'x'}) {
		t.Errorf("got %x of %d nodes", got, len(tree.Nodes))
	}
}

// A chain of strings in strings costs its length and not the square of it, whether
// it ends well or not. (A square of this would take minutes.)
func TestChainOfStrings(t *testing.T) {
	for _, end := range [][]byte{{5, 0}, {5, 9}} {
		in := end
		for len(in) < 4<<20 {
			// Long form of four octets: each level adds six.
			n := len(in)
			head := []byte{4, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}
			in = append(in, head...)
			if len(in) > 60_000 {
				break
			}
		}
		// Built back to front above: write the heads in order.
		levels := (len(in) - 2) / 6
		ordered := make([]byte, 0, len(in))
		for i := levels; i > 0; i-- {
			ordered = append(ordered, in[2+(i-1)*6:2+i*6]...)
		}
		ordered = append(ordered, end...)
		tree := ParseEncapsulated(ordered, Opening{})
		want := levels + 1
		if end[1] == 9 {
			want = levels
		}
		if len(tree.Nodes) != want {
			t.Errorf("%d levels: %d nodes, want %d", levels, len(tree.Nodes), want)
		}
		checkTree(t, tree)
	}
}

// checkTree checks what holds for every tree.
func checkTree(t testing.TB, tree *Tree) {
	t.Helper()
	for i := range tree.Nodes {
		n := &tree.Nodes[i]
		if n.Offset < 0 || n.Content < n.Offset || n.End < n.Content || int(n.End) > len(tree.Src) || int(n.Next) <= i || int(n.Next) > len(tree.Nodes) {
			t.Fatalf("node %d: %+v", i, n)
		}
		if i > 0 && n.Offset < tree.Nodes[i-1].Offset {
			t.Fatalf("node %d begins before the one before", i)
		}
		if n.Parent < 0 {
			if n.Depth != 0 {
				t.Fatalf("node %d: depth %d without a parent", i, n.Depth)
			}
		} else {
			p := &tree.Nodes[n.Parent]
			if int(n.Parent) >= i || n.Depth != p.Depth+1 || n.Offset < p.Content || n.End > p.End || n.Next > p.Next {
				t.Fatalf("node %d %+v is not inside its parent %+v", i, n, p)
			}
		}
		if int(n.Next) < len(tree.Nodes) && tree.Nodes[n.Next].Offset < n.End {
			t.Fatalf("node %d overlaps the next, %d", i, n.Next)
		}
	}
	for _, f := range tree.Faults {
		if f.Node >= len(tree.Nodes) || f.Offset > len(tree.Src) || f.Node >= 0 && tree.Nodes[f.Node].Flags&Damaged == 0 {
			t.Fatalf("%+v", f)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range [][]byte{
		{0x30, 0x80, 0x24, 0x80, 4, 1, 'a', 4, 1, 'b', 0, 0, 0, 0},
		{0xbf, 0x81, 0x01, 2, 5, 0},
		{4, 6, 4, 4, 4, 2, 5, 0},
		{3, 5, 0, 0x30, 2, 5, 0},
		{0x30, 7, 0x30, 2, 2, 5, 2, 1, 7},
		{0x31, 6, 2, 1, 2, 2, 1, 1},
		{0x17, 3, '1', '2', '3'},
	} {
		f.Add(seed)
	}
	for _, file := range vectors.All(f) {
		for _, object := range vectors.Objects(file) {
			f.Add(object)
		}
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 1 << 20}, func(t *testing.T, src []byte) {
		for _, tree := range []*Tree{
			Parse(src), ParseOne(src), ParseEncapsulated(src, Opening{}),
			ParseEncapsulated(src, Opening{Open: map[int]bool{0: true, 2: true, 4: true}, Closed: map[int]bool{6: true}}),
		} {
			checkTree(t, tree)
			notes := tree.DERNotes()
			for _, n := range notes {
				if n.Node < 0 || n.Node >= len(tree.Nodes) || n.Offset < 0 || n.Offset > len(src) || n.Rule == "" && len(notes) <= limit.BERNotes {
					t.Fatalf("%+v", n)
				}
			}
			for i := range tree.Nodes {
				tree.At(i).Octets()
			}
		}
		// Values without faults cover the input to its end.
		if tree := Parse(src); len(tree.Faults) == 0 && tree.End != len(src) {
			t.Fatalf("read to %d of %d", tree.End, len(src))
		}
	}))
}

func benchmarkSource() []byte {
	one := append([]byte{0x30, 46, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0, 4, 6, 0x30, 4, 2, 2, 1, 0, 0x31, 13, 0x30, 11, 6, 3, 0x55, 4, 3, 0x13, 4}, "abcd\x02\x01\x05\x01\x01\xff\x02\x01\x00"...)
	one[1] = byte(len(one) - 2)
	return bytes.Repeat(one, 1<<20/len(one))
}

func BenchmarkParse(b *testing.B) {
	src := benchmarkSource()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		Parse(src)
	}
}

func BenchmarkParseEncapsulated(b *testing.B) {
	src := benchmarkSource()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		ParseEncapsulated(src, Opening{})
	}
}

func BenchmarkDERNotes(b *testing.B) {
	tree := Parse(benchmarkSource())
	b.SetBytes(int64(len(tree.Src)))
	for b.Loop() {
		tree.DERNotes()
	}
}
