package ber

// A thin view of one node of a tree, which is how the packages above read
// structures by their schema.

import (
	"iter"

	"github.com/sipseal/sipseal/internal/oid"
)

// Value is one node of a tree. The zero Value is absent: every method answers it
// with nothing.
type Value struct {
	t *Tree
	i int32
}

// Root is the first value of the tree, absent when there is none.
func (t *Tree) Root() Value { return t.At(0) }

// At is the value of node i, absent when there is no such node.
func (t *Tree) At(i int) Value {
	if i < 0 || i >= len(t.Nodes) {
		return Value{}
	}
	return Value{t, int32(i)}
}

// Ok reports whether the value is there.
func (v Value) Ok() bool { return v.t != nil }

// Tree is the tree that the value is a node of.
func (v Value) Tree() *Tree { return v.t }

// Index is the value's index in Tree.Nodes, or -1.
func (v Value) Index() int {
	if v.t == nil {
		return -1
	}
	return int(v.i)
}

// Node is the value's node; the zero Node when it is absent.
func (v Value) Node() Node {
	if v.t == nil {
		return Node{}
	}
	return v.t.Nodes[v.i]
}

// Offset is where the value's identifier octets begin in Tree.Src.
func (v Value) Offset() int { return int(v.Node().Offset) }

// Range is the value's whole extent in Tree.Src: identifier, length, content and
// end-of-contents octets.
func (v Value) Range() [2]int {
	n := v.Node()
	end := int(n.End)
	if n.Flags&Indefinite != 0 && n.Flags&MissingEOC == 0 {
		end += 2
	}
	return [2]int{int(n.Offset), end}
}

// ContentRange is the extent of the content octets in Tree.Src.
func (v Value) ContentRange() [2]int {
	n := v.Node()
	return [2]int{int(n.Content), int(n.End)}
}

// Raw is the whole value as received: identifier, length, content, end.
func (v Value) Raw() []byte {
	if v.t == nil {
		return nil
	}
	r := v.Range()
	return v.t.Src[r[0]:r[1]:r[1]]
}

// Bytes is the content octets as received.
func (v Value) Bytes() []byte {
	if v.t == nil {
		return nil
	}
	n := &v.t.Nodes[v.i]
	return v.t.Src[n.Content:n.End:n.End]
}

// Is reports whether the value has this universal tag.
func (v Value) Is(tag uint32) bool {
	n := v.Node()
	return v.t != nil && n.Class == Universal && n.Tag == tag
}

// IsContext reports whether the value has this context-specific tag.
func (v Value) IsContext(tag uint32) bool {
	n := v.Node()
	return v.t != nil && n.Class == ContextSpecific && n.Tag == tag
}

// Constructed reports whether the value's content is a series of values.
func (v Value) Constructed() bool { return v.Node().Flags&Constructed != 0 }

// Damaged reports whether the value, or anything inside it, is damaged.
func (v Value) Damaged() bool {
	if v.t == nil {
		return false
	}
	n := v.Node()
	for _, f := range v.t.Faults {
		if f.Node >= int(v.i) && f.Node < int(n.Next) {
			return true
		}
	}
	return false
}

// Alone is the tree that ParseOne reads from v.Raw(): the one that the value is in, when
// there is nothing else in that.
func (v Value) Alone() *Tree {
	if v.i == 0 && v.t != nil && v.t.End == len(v.t.Src) && int(v.t.Nodes[0].Next) == len(v.t.Nodes) {
		return v.t
	}
	return ParseOne(v.Raw())
}

// First is the first child, absent when there is none.
func (v Value) First() Value {
	if v.t == nil || v.i+1 >= v.t.Nodes[v.i].Next {
		return Value{}
	}
	return Value{v.t, v.i + 1}
}

// Next is the next sibling, absent at the end.
func (v Value) Next() Value {
	if v.t == nil {
		return Value{}
	}
	n := &v.t.Nodes[v.i]
	if int(n.Next) >= len(v.t.Nodes) || v.t.Nodes[n.Next].Parent != n.Parent {
		return Value{}
	}
	return Value{v.t, n.Next}
}

// Children runs over the children in order.
func (v Value) Children() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		for c := v.First(); c.Ok(); c = c.Next() {
			if !yield(c) {
				return
			}
		}
	}
}

// OID is the content as an object identifier. The caller knows the tag, which may
// be an implicit one.
func (v Value) OID() oid.OID { return oid.OID(v.Bytes()) }

// Int is a small INTEGER's value; false when it is empty or has more than eight
// octets.
func (v Value) Int() (int64, bool) {
	b := v.Bytes()
	if len(b) == 0 || len(b) > 8 {
		return 0, false
	}
	n := int64(int8(b[0]))
	for _, c := range b[1:] {
		n = n<<8 | int64(c)
	}
	return n, true
}

// Octets is the content of a string in one piece: the content octets of a
// primitive string, and for a constructed one, nested to any depth, the segments
// put together (X.690 section 8.7.3). One segment is not copied.
func (v Value) Octets() []byte {
	if v.t == nil || !v.Constructed() {
		return v.Bytes()
	}
	var only []byte
	var joined []byte
	count := 0
	for i := v.i + 1; i < v.t.Nodes[v.i].Next; {
		n := &v.t.Nodes[i]
		if n.Flags&Constructed != 0 {
			i++
			continue
		}
		i = n.Next // past what an encapsulating segment holds
		segment := v.t.Src[n.Content:n.End:n.End]
		switch count {
		case 0:
			only = segment
		case 1:
			joined = append(append(joined, only...), segment...)
		default:
			joined = append(joined, segment...)
		}
		count++
	}
	if count < 2 {
		return only
	}
	return joined
}

// Bits is the content of a primitive BIT STRING without its first octet, and the
// number of unused bits at its end; false when that octet is missing or wrong.
func (v Value) Bits() (bits []byte, unused int, ok bool) {
	b := v.Bytes()
	if len(b) == 0 || b[0] > 7 || len(b) == 1 && b[0] != 0 || v.Constructed() {
		return nil, 0, false
	}
	return b[1:], int(b[0]), true
}

// Bool is a BOOLEAN's value.
func (v Value) Bool() bool {
	b := v.Bytes()
	return len(b) > 0 && b[0] != 0
}
