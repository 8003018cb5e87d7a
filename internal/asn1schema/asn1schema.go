// Package asn1schema names the nodes of a BER tree by the ASN.1 modules that define
// them: "signerInfos[0].sid.issuerAndSerialNumber" is an IssuerAndSerialNumber.
//
// What a whole input is, is found by trying the types that it may be. From there
// tags decide, and object identifiers where a module leaves a type open. Where a
// tree leaves its module, names end and the rest of the tree is without them.
package asn1schema

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Names are the field names and types of a tree's nodes.
type Names struct {
	tree *ber.Tree
	// All of these are nil where nothing is known.
	fields []uint16 // for each node an index into texts; 0 is none
	types  []uint16
	places []int32 // for each element of a SEQUENCE OF or SET OF its place, from 1; 0 for other nodes
	as     []uint8
	texts  []string
	index  map[string]uint16

	// Open and Closed are the offsets of strings that hold a value by their type and
	// were not read as one, and of those that hold none and were.
	Open, Closed map[int]bool
}

// Field is the name of the field that a node is, "" where it has none: an element of
// a SEQUENCE OF or SET OF, a value inside a tag or string, and what is not known.
// An alternative of a CHOICE follows it: "sid.issuerAndSerialNumber".
func (n *Names) Field(node int) string {
	if n.types == nil {
		return ""
	}
	return n.texts[n.fields[node]]
}

// Type is the name of a node's type ("IssuerAndSerialNumber", "SET OF Attribute",
// "OBJECT IDENTIFIER"), "" where it is not known.
func (n *Names) Type(node int) string {
	if n.types == nil {
		return ""
	}
	return n.texts[n.types[node]]
}

// Place is a node's place in its SEQUENCE OF or SET OF, from 0; -1 for other nodes.
func (n *Names) Place(node int) int {
	if n.types == nil {
		return -1
	}
	return int(n.places[node]) - 1
}

// Universal has for each node the universal tag that its own stands in for
// (IMPLICIT tags), 0 where there is none: what ber.Tree.DERNotesAs takes. It is nil
// where nothing is known.
func (n *Names) Universal() []uint8 { return n.as }

// Path is where a node stands in its structure, by field names and places:
// "content.signerInfos[0].sid.issuerAndSerialNumber". It is "" where the node is the
// whole, or is not known.
func (n *Names) Path(node int) string {
	var steps []int
	for i := node; i >= 0; i = int(n.tree.Nodes[i].Parent) {
		if n.types == nil || n.types[i] == 0 {
			return ""
		}
		steps = append(steps, i)
	}
	var path []byte
	for i := len(steps) - 1; i >= 0; i-- {
		node := steps[i]
		if place := n.Place(node); place >= 0 {
			path = append(path, '[')
			path = strconv.AppendInt(path, int64(place), 10)
			path = append(path, ']')
		}
		if field := n.Field(node); field != "" {
			if len(path) > 0 {
				path = append(path, '.')
			}
			path = append(path, field...)
		}
	}
	return string(path)
}

// frame is a node whose children are being named.
type frame struct {
	end    int32
	typ    *typ    // nil: its children have no names
	inside bool    // the node is a tag or string around one value of this type
	next   int     // the part of a sequence that may come next
	oid    oid.OID // the last OBJECT IDENTIFIER in it
	isAlgo bool
	count  int32
}

// Name names the nodes of a tree.
func Name(t *ber.Tree) *Names {
	n := &Names{tree: t, texts: []string{""}, index: map[string]uint16{"": 0}}
	s := compiled()
	var open []frame
	roots := 0
	for i, next := 0, 0; i < len(t.Nodes); i = next {
		node := &t.Nodes[i]
		next = i + 1
		for len(open) > 0 && open[len(open)-1].end <= int32(i) {
			open = open[:len(open)-1]
		}
		var top *frame
		var as *typ
		field := ""
		if len(open) == 0 {
			if roots++; roots <= rootValues {
				as = s.root(t, i)
			}
		} else if top = &open[len(open)-1]; top.typ != nil {
			field, as = n.child(top, node, i)
		} else {
			next = int(top.end)
			continue
		}
		if as == nil {
			next = int(node.Next)
			continue
		}
		f := frame{end: node.Next}
		if top != nil {
			f.oid = top.oid
		}
		n.describe(i, node, field, as, top, &f)
		// An algorithm's parameters may be an object identifier too.
		if node.Class == ber.Universal && node.Tag == ber.TagOID && top != nil && (!top.isAlgo || field == "algorithm") {
			top.oid = oid.OID(t.Src[node.Content:node.End])
			if top.isAlgo && len(open) > 1 {
				open[len(open)-2].oid = top.oid
			}
		}
		if node.Next > int32(i+1) {
			open = append(open, f)
		}
	}
	return n
}

// child finds what a node is to the frame that it stands in, nil when it is nothing.
func (n *Names) child(f *frame, node *ber.Node, i int) (string, *typ) {
	if f.inside {
		t := f.typ
		f.typ = nil
		if t.accepts(node) {
			return "", t
		}
		return "", nil
	}
	switch f.typ.kind {
	case sequence:
		for at := f.next; at < len(f.typ.parts); at++ {
			p := &f.typ.parts[at]
			if p.typ.accepts(node) {
				f.next = at + 1
				return p.name, p.typ
			}
			if !p.optional {
				break
			}
		}
		f.typ = nil
	case set:
		for at := range f.typ.parts {
			if p := &f.typ.parts[at]; p.typ.accepts(node) {
				return p.name, p.typ
			}
		}
	case sequenceOf, setOf:
		if f.typ.of.accepts(node) {
			f.count++
			n.know()
			n.places[i] = f.count
			return "", f.typ.of
		}
		f.count++
	}
	return "", nil
}

// know makes room for what is known.
func (n *Names) know() {
	if count := len(n.tree.Nodes); n.types == nil {
		n.fields, n.types, n.places, n.as = make([]uint16, count), make([]uint16, count), make([]int32, count), make([]uint8, count)
	}
}

// describe records what a node is, and prepares the frame of its children.
func (n *Names) describe(i int, node *ber.Node, field string, t *typ, top, f *frame) {
	name := t.name
	tagged := false
	for {
		switch t.kind {
		case reference:
			if name == "" {
				name = t.name
			}
			t = t.of
			if t.kind != sequence && t.kind != set && t.kind != choice && name == "" {
				name = t.name
			}
			continue
		case choice:
			var alternative *part
			for at := range t.parts {
				if t.parts[at].typ.accepts(node) {
					alternative = &t.parts[at]
					break
				}
			}
			if alternative == nil {
				return
			}
			if field != "" {
				field += "."
			}
			field += alternative.name
			t = alternative.typ
			name = t.name
			continue
		case implicit:
			if name == "" {
				name = t.of.name
			}
			t = t.of.resolve()
			tagged = true
			// A tag cannot stand in place of that of a CHOICE.
			if t.kind == choice {
				t = &typ{kind: explicit, name: name, of: t}
			}
			continue
		case byTable:
			found := (*typ)(nil)
			if top != nil {
				found = t.lookup[top.oid]
			}
			if found == nil || !tagged && !found.accepts(node) {
				t = &typ{kind: anything, name: "ANY"}
				name = "ANY"
			} else {
				t, name = found, found.name
			}
			continue
		}
		break
	}
	if name == "" {
		name = universalName(node)
	}
	n.know()
	n.fields[i], n.types[i] = n.text(field), n.text(name)
	if tagged {
		n.as[i] = t.universal()
	}
	switch t.kind {
	case primitive:
		n.segments(node, t, f)
	case sequence, set, sequenceOf, setOf:
		f.typ = t
		f.isAlgo = len(t.parts) == 2 && t.parts[0].name == "algorithm"
	case explicit:
		f.typ, f.inside = t.of, true
		if found := t.of.lookup[f.oid]; found != nil && found.name != "" {
			n.types[i] = n.text(found.name)
		} else if found != nil {
			n.types[i] = n.text("OCTET STRING")
		}
	case holds:
		inner := t.of
		if inner.kind == byTable {
			found := (*typ)(nil)
			if top != nil {
				found = inner.lookup[top.oid]
			}
			if inner = found; inner == nil {
				return
			}
		}
		if inner.kind == raw {
			if node.Flags&ber.Encapsulating != 0 {
				n.hint(&n.Closed, node)
			}
			return
		}
		f.typ, f.inside = inner, true
		if node.Flags&(ber.Constructed|ber.Encapsulating|ber.Damaged) == 0 && node.End-node.Content > 1 {
			n.hint(&n.Open, node)
		}
	case opaque:
		n.segments(node, t, f)
		if node.Flags&ber.Encapsulating != 0 {
			n.hint(&n.Closed, node)
		}
	}
}

// segments prepares the frame of a string in segments (X.690 section 8.7.3.2).
func (n *Names) segments(node *ber.Node, t *typ, f *frame) {
	if node.Flags&ber.Constructed != 0 {
		f.typ = &typ{kind: sequenceOf, of: t}
	}
}

func (n *Names) hint(m *map[int]bool, node *ber.Node) {
	if *m == nil {
		*m = map[int]bool{}
	}
	(*m)[int(node.Offset)] = true
}

// text is the index of a text.
func (n *Names) text(s string) uint16 {
	i, ok := n.index[s]
	if !ok && len(n.texts) < 1<<16 {
		i = uint16(len(n.texts))
		n.texts = append(n.texts, s)
		n.index[s] = i
	}
	return i
}

func universalName(node *ber.Node) string {
	if node.Class == ber.Universal {
		switch node.Tag {
		case ber.TagOctetString:
			return "OCTET STRING"
		case ber.TagBitString:
			return "BIT STRING"
		case ber.TagSequence:
			return "SEQUENCE"
		case ber.TagSet:
			return "SET"
		}
	}
	return ""
}
