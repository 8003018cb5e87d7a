// Package ber reads BER and DER (ITU-T X.690) into a flat tree of nodes with
// exact offsets.
//
// The tree is an array in document order: a node's children follow it, and Next
// skips them. Nothing is copied and nothing is thrown away: a value that cannot be
// read becomes a damaged node with a Fault, and its siblings are still there.
// Reading is iterative, so nesting costs memory in proportion to the input and
// no stack.
package ber

import (
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
)

// Class is the class of a tag (X.690 section 8.1.2.2).
type Class uint8

// The four classes.
const (
	Universal Class = iota
	Application
	ContextSpecific
	Private
)

// Universal tag numbers (X.680 section 8.4).
const (
	TagEOC              = 0
	TagBoolean          = 1
	TagInteger          = 2
	TagBitString        = 3
	TagOctetString      = 4
	TagNull             = 5
	TagOID              = 6
	TagObjectDescriptor = 7
	TagExternal         = 8
	TagReal             = 9
	TagEnumerated       = 10
	TagEmbeddedPDV      = 11
	TagUTF8String       = 12
	TagRelativeOID      = 13
	TagTime             = 14
	TagSequence         = 16
	TagSet              = 17
	TagNumericString    = 18
	TagPrintableString  = 19
	TagTeletexString    = 20
	TagVideotexString   = 21
	TagIA5String        = 22
	TagUTCTime          = 23
	TagGeneralizedTime  = 24
	TagGraphicString    = 25
	TagVisibleString    = 26
	TagGeneralString    = 27
	TagUniversalString  = 28
	TagCharacterString  = 29
	TagBMPString        = 30
)

// Flags of a Node.
type Flags uint8

const (
	// Constructed: the content is a series of values (X.690 section 8.1.2.5).
	Constructed Flags = 1 << iota
	// Indefinite: the length is indefinite; two octets of end-of-contents follow
	// Node.End, unless they are missing.
	Indefinite
	// Damaged: a Fault is recorded for this node.
	Damaged
	// Encapsulating: the node is a string whose content was read as values of its
	// own, which follow as children.
	Encapsulating
	// MissingEOC: the length is indefinite and no end-of-contents octets end it.
	MissingEOC
	// Truncated: the length claims more content than there is; End is where what
	// there is ends. The node is Damaged too.
	Truncated
)

// Node is one value: where its identifier, content and end lie in Tree.Src.
type Node struct {
	Offset  int32 // first identifier octet
	Content int32 // first content octet
	End     int32 // one past the last content octet
	Next    int32 // index of the first node after this one's descendants
	Parent  int32 // index of the parent, or -1
	Depth   int32
	Tag     uint32
	Class   Class
	Flags   Flags
}

// Fault is a place where the bytes are not BER.
type Fault struct {
	Node   int // index of the node that is damaged, or -1 where none could be made
	Offset int
	Reason string
}

func (f Fault) Error() string {
	return f.Reason + " at byte " + strconv.Itoa(f.Offset)
}

// Tree is what was read.
type Tree struct {
	Src    []byte
	Nodes  []Node
	Faults []Fault
	// End is one past the last byte that was read as a value.
	End int
}

// Err gives the first fault as an error, or nil.
func (t *Tree) Err() error {
	if len(t.Faults) == 0 {
		return nil
	}
	return t.Faults[0]
}

// Parse reads all the values in src. It never fails: what cannot be read is in
// Tree.Faults.
func Parse(src []byte) *Tree { return parse(src, false, nil) }

// ParseOne reads the first value in src and leaves the rest alone: Tree.End says
// where it ends.
func ParseOne(src []byte) *Tree { return parse(src, true, nil) }

// All is the tree of all the values in t.Src: of a tree that ParseOne read, that tree
// itself when there is nothing behind its value, or nothing more would be read.
func (t *Tree) All() *Tree {
	if t.End == len(t.Src) || len(t.Nodes) >= limit.BERNodes {
		return t
	}
	return Parse(t.Src)
}

func parse(src []byte, one bool, o *Opening) *Tree {
	t := &Tree{Src: src}
	if len(src) > limit.BERSize {
		t.fault(-1, 0, limit.More("bytes of BER", limit.BERSize, -1))
		return t
	}
	t.Nodes = make([]Node, 0, min(len(src)/12+8, firstNodes))
	p := parser{t: t, opening: o}
	p.run(one)
	return t
}

func (t *Tree) fault(node, offset int, reason string) {
	if node >= 0 {
		t.Nodes[node].Flags |= Damaged
	}
	switch n := len(t.Faults); {
	case n > limit.BERNotes:
		return
	case n == limit.BERNotes:
		reason = limit.More("faults", n, -1) + ": the rest is not listed"
	}
	t.Faults = append(t.Faults, Fault{Node: node, Offset: offset, Reason: reason})
}

// parser keeps the open constructed nodes in the nodes themselves: the innermost
// is open, and Parent leads to the others.
type parser struct {
	t    *Tree
	pos  int
	open int32 // innermost open node, or -1
	end  int   // where the innermost definite length ends

	opening *Opening // which strings to read as values, or nil
	opened  []opened // the strings that are being read as values, innermost last
}

func (p *parser) run(one bool) {
	t := p.t
	p.open, p.end = -1, len(t.Src)
	for {
		p.quick(one)
		// Close what ends here.
		for p.open >= 0 && p.pos >= int(p.end) && !p.indefinite() {
			p.close(p.pos, p.pos)
		}
		if p.open < 0 && (p.pos >= len(t.Src) || one && len(t.Nodes) > 0) {
			break
		}
		if p.open >= 0 && p.indefinite() {
			if p.pos >= p.end {
				if p.rollback() {
					continue
				}
				n := p.open
				t.Nodes[n].Flags |= MissingEOC
				t.fault(int(n), p.pos, "the end-of-contents octets of an indefinite length are missing")
				p.close(p.pos, p.pos)
				continue
			}
			if p.pos+1 < p.end && t.Src[p.pos] == 0 && t.Src[p.pos+1] == 0 {
				p.close(p.pos, p.pos+2)
				continue
			}
		}
		if len(t.Nodes) >= limit.BERNodes {
			t.fault(int(p.open), p.pos, limit.More("values", limit.BERNodes, -1))
			p.abandon()
			break
		}
		p.value()
	}
	t.End = p.pos
}

// quick reads what nearly all values are, and all that most inputs hold: an identifier
// octet, a definite length in up to three octets, and content that is there. It goes into
// and out of what is constructed, and stops in front of anything else.
func (p *parser) quick(one bool) {
	if p.opening != nil && len(p.opening.Open) > 0 {
		return
	}
	src, nodes := p.t.Src, p.t.Nodes
	open, pos, end := p.open, p.pos, p.end
	depth := int32(0)
	if open >= 0 {
		depth = nodes[open].Depth + 1
	}
	count, room := len(nodes), min(cap(nodes), limit.BERNodes)
	nodes = nodes[:room]
	for {
		if pos >= end {
			if open < 0 || nodes[open].Flags&(Indefinite|Encapsulating) != 0 {
				break
			}
			n := &nodes[open]
			n.Next = int32(count)
			open, end = n.Parent, len(src)
			if open >= 0 {
				end = int(nodes[open].End)
			}
			depth--
			continue
		}
		if end-pos < 2 || count >= len(nodes) || one && open < 0 && count > 0 {
			break
		}
		id, content, length := src[pos], pos+2, int(src[pos+1])
		if length >= 0x80 {
			if length == 0x81 && end-pos > 2 {
				length = int(src[content])
				content++
			} else if length == 0x82 && end-pos > 3 {
				length = int(src[content])<<8 | int(src[content+1])
				content += 2
			} else {
				break
			}
		}
		next := content + length
		if next > end || id&0x1f == 0x1f || id == 0 {
			break
		}
		n := &nodes[count]
		n.Offset, n.Content, n.End, n.Next = int32(pos), int32(content), int32(next), int32(count+1)
		n.Parent, n.Depth, n.Tag = open, depth, uint32(id&0x1f)
		n.Class, n.Flags = Class(id>>6), 0
		if id&0x20 == 0 {
			if p.opening != nil && (id == TagOctetString || id == TagBitString) && p.opens(n) {
				break
			}
			pos = next
		} else {
			if depth >= limit.BERDepth {
				break
			}
			n.Flags = Constructed
			open, pos, end = int32(count), content, next
			depth++
		}
		count++
	}
	p.t.Nodes = p.t.Nodes[:count]
	p.open, p.pos, p.end = open, pos, end
}

// firstNodes is how many nodes there is room for at first at most, and growth how many
// times more there may be each time that this is not enough.
const (
	firstNodes = 4096
	growth     = 64
)

// add adds a node. When there is no room it makes as much as the input will need if
// it goes on as it began.
func (p *parser) add(n *Node) {
	t := p.t
	if have := len(t.Nodes); have == cap(t.Nodes) {
		want := have
		if p.pos > 0 {
			want = int(int64(have) * int64(len(t.Src)) / int64(p.pos))
		}
		want = min(max(want+want/16, have+have/4)+8, have*growth, limit.BERNodes)
		t.Nodes = slices.Grow(t.Nodes, want-have)
	}
	t.Nodes = append(t.Nodes, *n)
}

func (p *parser) indefinite() bool {
	return p.t.Nodes[p.open].Flags&(Indefinite|MissingEOC) == Indefinite
}

// close ends the innermost open node: its content ends at end, and reading goes
// on at pos.
func (p *parser) close(end, pos int) {
	n := &p.t.Nodes[p.open]
	n.End = int32(end)
	n.Next = int32(len(p.t.Nodes))
	if n.Flags&Encapsulating != 0 {
		p.opened = p.opened[:len(p.opened)-1]
	}
	p.pos = pos
	p.open = n.Parent
	p.end = p.bound(p.open)
}

// bound is where the content of an open node must end at the latest: its own end,
// or for an indefinite length that of the innermost definite one around it, which
// was noted in End when the node was opened.
func (p *parser) bound(node int32) int {
	if node < 0 {
		return len(p.t.Src)
	}
	return int(p.t.Nodes[node].End)
}

// abandon closes everything that is open, at the current position.
func (p *parser) abandon() {
	for p.open >= 0 {
		p.close(p.pos, p.pos)
	}
}

// value reads one identifier and length, and opens the node or steps over it.
func (p *parser) value() {
	t, start, end := p.t, p.pos, p.end
	src := t.Src
	n := Node{Offset: int32(start), Parent: p.open, Next: int32(len(t.Nodes) + 1)}
	if p.open >= 0 {
		n.Depth = t.Nodes[p.open].Depth + 1
	}
	id := src[start]
	n.Class = Class(id >> 6)
	if id&0x20 != 0 {
		n.Flags |= Constructed
	}
	n.Tag = uint32(id & 0x1f)
	pos := start + 1
	// bad adds the node as the rest of its parent and says what is wrong with it.
	bad := func(at int, reason string) {
		if p.rollback() {
			return
		}
		n.Content, n.End = int32(min(pos, end)), int32(end)
		n.Flags &^= Constructed
		p.add(&n)
		t.fault(len(t.Nodes)-1, at, reason)
		p.pos = end
	}
	if n.Tag == 0x1f {
		n.Tag = 0
		for {
			if pos >= end {
				bad(start, "the tag number is cut off")
				return
			}
			b := src[pos]
			pos++
			if n.Tag>>25 != 0 {
				bad(start, "the tag number is larger than 32 bits")
				return
			}
			n.Tag = n.Tag<<7 | uint32(b&0x7f)
			if b&0x80 == 0 {
				break
			}
		}
	}
	if pos >= end {
		bad(start, "the length is missing")
		return
	}
	l := src[pos]
	pos++
	length := 0
	switch {
	case l < 0x80:
		length = int(l)
	case l == 0x80:
		if n.Flags&Constructed == 0 {
			bad(pos-1, "an indefinite length on a primitive value")
			return
		}
		n.Flags |= Indefinite
	case l == 0xff:
		bad(pos-1, "the length octet FF is reserved (X.690 section 8.1.3.5)")
		return
	default:
		count := int(l & 0x7f)
		if pos+count > end {
			bad(pos-1, "the length is cut off")
			return
		}
		for _, b := range src[pos : pos+count] {
			if length>>40 != 0 {
				bad(pos-1, "the length is far larger than the input")
				return
			}
			length = length<<8 | int(b)
		}
		pos += count
	}
	n.Content = int32(pos)
	index := int32(len(t.Nodes))
	if n.Flags&Indefinite != 0 {
		n.End = int32(end)
	} else if pos+length > end {
		// Everything there is is kept, and read on where it is constructed.
		if p.rollback() {
			return
		}
		n.End = int32(end)
		n.Flags |= Truncated
		p.add(&n)
		t.fault(int(index), start, "the value claims "+strconv.Itoa(length)+" bytes of content, of which "+strconv.Itoa(end-pos)+" are there")
		p.enter(index, pos, end)
		return
	} else {
		n.End = int32(pos + length)
	}
	p.add(&n)
	p.enter(index, pos, int(n.End))
}

// enter goes into a constructed node, or past a primitive one.
func (p *parser) enter(index int32, pos, end int) {
	n := &p.t.Nodes[index]
	if n.Flags&Constructed == 0 {
		if p.opening != nil && n.Flags&Damaged == 0 && n.Depth < limit.BERDepth && p.openString(index) {
			return
		}
		p.pos = end
		return
	}
	p.pos = pos
	if n.Depth >= limit.BERDepth {
		p.t.fault(int(index), int(n.Offset), limit.More("nested values", limit.BERDepth, -1))
		n.Flags &^= Indefinite
		p.pos = end
		return
	}
	p.open, p.end = index, end
}
