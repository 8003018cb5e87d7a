// Package asn1view is BER as a page shows it: a tree of which only the rows in
// sight are described, so that a file of a hundred thousand values is there at
// once.
//
// The structure crosses to the page as one flat array of numbers (Structure). What
// a row says is asked for by the rows that are to be drawn (Describe).
package asn1view

import (
	"slices"

	"github.com/sipseal/sipseal/internal/asn1schema"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Stride is how many numbers Structure has for each node.
const Stride = 8

// The numbers of a node in Structure, in their order.
const (
	Offset  = iota // of the first identifier octet
	Content        // offset of the first content octet
	End            // offset behind the last content octet; end-of-contents octets not included
	Next           // index of the first node that is not inside this one
	Parent         // index, or -1
	Depth          // 0 for the outermost
	Tag            // number
	Flags          // class (0 to 3) in the lowest two bits, and the bits below
)

// Bits of Flags.
const (
	Constructed   = 1 << 2 // its content is values
	Indefinite    = 1 << 3 // its length is indefinite: two end-of-contents octets follow End, unless MissingEnd
	Damaged       = 1 << 4 // it is not what its octets claim
	Encapsulating = 1 << 5 // a string that was opened: its content is values
	MissingEnd    = 1 << 6 // end-of-contents octets are missing
	Truncated     = 1 << 7 // it claims more content than there is
	Noted         = 1 << 8 // it departs from DER
)

// Options are what the user chose.
type Options struct {
	// Open and Closed are offsets of values that are shown as holding values, or as
	// octets, whatever they are.
	Open, Closed []int
}

// View is one document.
type View struct {
	tree  *ber.Tree
	names *asn1schema.Names
	notes map[int][]Note
	// list has all notes in the order of the document.
	list []Note
}

// rounds is how often a tree is read again because its types say that strings are
// to be opened or closed.
const rounds = 3

// New reads src. It never fails: what is damaged is marked.
func New(src []byte, o Options) *View {
	opening := ber.Opening{Open: offsets(o.Open), Closed: offsets(o.Closed)}
	var schemaOpen, schemaClosed map[int]bool
	opening.Likely = func(n *ber.Node, content []byte) bool {
		offset := int(n.Offset)
		bits := n.Tag == ber.TagBitString && src[n.Content] != 0 // with unused bits at its end
		return (!bits && ber.Encapsulates(content) || len(schemaOpen) > 0 && schemaOpen[offset]) && !schemaClosed[offset]
	}
	v := &View{}
	for round := 0; ; round++ {
		v.tree = ber.ParseEncapsulated(src, opening)
		v.names = asn1schema.Name(v.tree)
		opened := add(&schemaOpen, v.names.Open)
		closed := add(&schemaClosed, v.names.Closed)
		if round == rounds || !opened && !closed {
			break
		}
	}
	v.note()
	return v
}

func offsets(list []int) map[int]bool {
	m := make(map[int]bool, len(list))
	for _, o := range list {
		m[o] = true
	}
	return m
}

// add puts offsets into a set, and reports whether any is new.
func add(to *map[int]bool, from map[int]bool) bool {
	grown := false
	for o := range from {
		if *to == nil {
			*to = map[int]bool{}
		}
		grown = grown || !(*to)[o]
		(*to)[o] = true
	}
	return grown
}

// Tree is the tree that is shown.
func (v *View) Tree() *ber.Tree { return v.tree }

// Structure gives the numbers of nodes in document order, Stride of them each,
// beginning with node from: as many as there is room for in out. It answers how many
// numbers these are.
func (v *View) Structure(out []int32, from int) int {
	nodes := v.tree.Nodes[from:]
	nodes = nodes[:min(len(nodes), len(out)/Stride)]
	for i := range nodes {
		n, to := &nodes[i], out[i*Stride:i*Stride+Stride]
		to[Offset], to[Content], to[End], to[Next], to[Parent], to[Depth] = n.Offset, n.Content, n.End, n.Next, n.Parent, n.Depth
		// The bits here are in the order of those there.
		to[Tag], to[Flags] = int32(n.Tag), int32(n.Class)|int32(n.Flags)<<2
	}
	for i := range v.list {
		if at := v.list[i].Node - from; at >= 0 && at < len(nodes) {
			out[at*Stride+Flags] |= Noted
		}
	}
	return len(nodes) * Stride
}

// Row is what is shown of one node.
type Row struct {
	Node  int
	Label string // the tag: "SEQUENCE", "[0]", "OCTET STRING, encapsulates"
	Value string // a line at most; "" for what is made of values
	Field string // the name of its field, "" where it has none or is not known
	Place int    // its place in a SEQUENCE OF or SET OF, from 0; -1 elsewhere
	Path  string // "content.signerInfos[0].sid.issuerAndSerialNumber"
	Type  string // "IssuerAndSerialNumber", "" where it is not known
	Notes []Note
}

// Note is what is wrong with a node, or how it departs from DER.
type Note struct {
	Node   int
	Offset int    // of the octet
	Rule   string // "X.690 10.1"; "" for damage
	Detail string
}

// Describe says what is to be shown of these nodes. Nodes that do not exist are
// left out.
func (v *View) Describe(nodes []int) []Row {
	rows := make([]Row, 0, len(nodes))
	for _, i := range nodes {
		if i < 0 || i >= len(v.tree.Nodes) {
			continue
		}
		rows = append(rows, Row{
			Node: i, Label: v.label(i), Value: v.value(i), Field: v.names.Field(i), Place: v.names.Place(i),
			Path: v.names.Path(i), Type: v.names.Type(i), Notes: v.notes[i],
		})
	}
	return rows
}

// Notes lists what is wrong with the document and how it departs from DER, in its
// order. Faults come first for a node.
func (v *View) Notes() []Note { return v.list }

// note gathers the notes of all nodes.
func (v *View) note() {
	for _, f := range v.tree.Faults {
		v.list = append(v.list, Note{Node: f.Node, Offset: f.Offset, Detail: f.Reason})
	}
	for _, n := range append(v.tree.DERNotesAs(v.names.Universal()), v.names.Notes()...) {
		v.list = append(v.list, Note{Node: n.Node, Offset: n.Offset, Rule: n.Rule, Detail: n.Detail})
	}
	sorting.By(v.list, func(a, b *Note) bool { return a.Node < b.Node })
	if len(v.list) == 0 {
		return
	}
	v.notes = map[int][]Note{}
	for start := 0; start < len(v.list); {
		end := start + 1
		for end < len(v.list) && v.list[end].Node == v.list[start].Node {
			end++
		}
		v.notes[v.list[start].Node] = v.list[start:end:end]
		start = end
	}
}

// At is the innermost node that has the octet at this offset in it, -1 where there
// is none. An octet of a node's identifier, length or end belongs to that node.
func (v *View) At(offset int) int {
	nodes := v.tree.Nodes
	i, _ := slices.BinarySearchFunc(nodes, int32(offset), func(n ber.Node, at int32) int {
		if n.Offset <= at {
			return -1
		}
		return 1
	})
	for i--; i >= 0; i = int(nodes[i].Parent) {
		if r := v.tree.At(i).Range(); offset < r[1] {
			return i
		}
	}
	return -1
}
