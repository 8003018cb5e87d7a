package ber

// Strings that hold values of their own: an OCTET STRING or BIT STRING whose
// content is BER is read on as if it were constructed, and marked Encapsulating.
//
// Whether the content is BER is only known at its end. So the string is opened on
// the strength of its first octets and closed again, as the string it was, at the
// first fault inside it. No byte is read twice on that account: what had been read
// is dropped, and reading goes on behind the string. A chain of strings within
// strings therefore costs no more than its length.

// Opening chooses the strings that are read as values.
type Opening struct {
	// Likely reports from a string's content, without the count of unused bits of a
	// BIT STRING, whether to try. Nil stands for Encapsulates, and no unused bits.
	Likely func(n *Node, content []byte) bool
	// Open and Closed are the offsets of values (of their identifier octets) that
	// are opened, or left closed, whatever they hold. A value in Open may have any
	// tag, and stays open though its content is damaged.
	Open, Closed map[int]bool
}

// ParseEncapsulated reads all the values in src as Parse does, and those inside
// strings too.
func ParseEncapsulated(src []byte, o Opening) *Tree {
	if o.Likely == nil {
		o.Likely = func(n *Node, content []byte) bool { return n.encapsulates(src, content) }
	}
	return parse(src, false, &o)
}

// encapsulates is Encapsulates for the content of a node of src.
func (n *Node) encapsulates(src, content []byte) bool {
	return (n.Tag != TagBitString || src[n.Content] == 0) && Encapsulates(content)
}

// Encapsulates reports whether content begins as one value that takes all of it,
// as far as its first identifier and length octets tell: a universal tag that
// exists and has the form that it should, or a context-specific one.
func Encapsulates(content []byte) bool {
	if len(content) < 2 {
		return false
	}
	id := content[0]
	tag := id & 0x1f
	switch Class(id >> 6) {
	case Universal:
		constructed := id&0x20 != 0
		mustBe := tag == TagSequence || tag == TagSet || tag == TagExternal || tag == TagEmbeddedPDV
		if tag == TagEOC || tag == 15 || tag == 31 || constructed != mustBe {
			return false
		}
	case ContextSpecific:
		// A high tag number, or random octets.
		if tag == 31 {
			return false
		}
	default:
		return false
	}
	return fits(content, 1)
}

// fits reports whether the length octets at pos lead exactly to the end of
// content, or are those of an indefinite length that could end there.
func fits(content []byte, pos int) bool {
	l := int(content[pos])
	pos++
	switch {
	case l < 0x80:
		return pos+l == len(content)
	case l == 0x80:
		return content[0]&0x20 != 0 && len(content) >= pos+2 && content[len(content)-1] == 0 && content[len(content)-2] == 0
	case l > 0x84 || pos+l&0x7f > len(content):
		return false
	}
	length := 0
	for _, b := range content[pos : pos+l&0x7f] {
		length = length<<8 | int(b)
	}
	return pos+l&0x7f+length == len(content)
}

// opened is a string that is being read as values.
type opened struct {
	node   int32
	forced bool
}

// opens reports whether a primitive value is to be read as values.
func (p *parser) opens(n *Node) bool {
	start, end := n.stringRange()
	switch {
	case start >= end:
		return false
	case len(p.opening.Open) > 0 && p.opening.Open[int(n.Offset)]:
		return true
	}
	return n.Class == Universal && (n.Tag == TagOctetString || n.Tag == TagBitString) &&
		p.opening.Likely(n, p.t.Src[start:end]) && !p.opening.Closed[int(n.Offset)]
}

// stringRange is where the octets of a string lie: behind the count of unused bits in a
// BIT STRING.
func (n *Node) stringRange() (start, end int) {
	start = int(n.Content)
	if n.Class == Universal && n.Tag == TagBitString {
		start++
	}
	return start, int(n.End)
}

// openString goes into a primitive value that is to be read as values, and
// answers false when it is not.
func (p *parser) openString(index int32) bool {
	n := &p.t.Nodes[index]
	if !p.opens(n) {
		return false
	}
	n.Flags |= Encapsulating
	p.opened = append(p.opened, opened{index, p.opening.Open[int(n.Offset)]})
	p.pos, p.end = n.stringRange()
	p.open = index
	return true
}

// rollback closes the innermost string that is being read as values, because what
// it holds is not BER, and makes it the string that it was. It answers false when
// the fault is to be kept: outside strings, and inside one that was forced open.
func (p *parser) rollback() bool {
	if len(p.opened) == 0 || p.opened[len(p.opened)-1].forced {
		return false
	}
	index := p.opened[len(p.opened)-1].node
	p.opened = p.opened[:len(p.opened)-1]
	t := p.t
	t.Nodes = t.Nodes[:index+1]
	// A string that was forced open inside this one may have left faults.
	for len(t.Faults) > 0 && t.Faults[len(t.Faults)-1].Node > int(index) {
		t.Faults = t.Faults[:len(t.Faults)-1]
	}
	n := &t.Nodes[index]
	n.Flags &^= Encapsulating
	n.Next = index + 1
	p.open = n.Parent
	p.end = p.bound(p.open)
	p.pos = int(n.End)
	return true
}
