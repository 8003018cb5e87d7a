package asn1schema

// Turning the grammar into types. It is done once, when the first tree is named.

import (
	"strconv"
	"strings"
	"sync"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

type kind uint8

const (
	primitive kind = iota
	sequence
	set
	sequenceOf
	setOf
	choice
	implicit // a tag in place of another's
	explicit // a tag around another
	holds    // a string with an encoding in it
	opaque   // a string that never has one
	raw      // in place of what a string holds: it holds octets
	anything
	byTable
	reference
)

// typ is a type of the grammar.
type typ struct {
	kind   kind
	name   string // that the type goes by, "" for one without
	tag    uint32 // of a primitive one, or of implicit and explicit
	parts  []part // of sequence, set and choice
	of     *typ   // what it is made of or refers to
	lookup map[oid.OID]*typ
}

type part struct {
	name     string
	typ      *typ
	optional bool
}

type schema struct {
	types map[string]*typ
	roots []*typ
}

// compiled is the grammar as types.
var compiled = sync.OnceValue(func() *schema {
	c := &compiler{types: map[string]*typ{}, tables: map[string]map[oid.OID]*typ{}}
	table := ""
	for line := range strings.Lines(grammar) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if line[0] == '@' {
			table = line[1:]
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if table != "" {
			o, ok := oid.Parse(name)
			if !ok {
				panic("asn1schema: " + line)
			}
			c.rest = rest
			c.table(table)[o] = c.typ()
			continue
		}
		c.rest = strings.TrimPrefix(rest, "= ")
		t := c.named(name)
		*t = typ{kind: reference, name: name, of: c.typ()}
	}
	for name, t := range c.types {
		if t.kind == reference && t.of == nil {
			panic("asn1schema: " + name + " is not defined")
		}
	}
	s := &schema{types: c.types}
	for _, name := range roots {
		s.roots = append(s.roots, c.named(name))
	}
	return s
})

// compiler reads the notation that is described above the grammar.
type compiler struct {
	rest   string
	types  map[string]*typ
	tables map[string]map[oid.OID]*typ
}

// named is the type of this name, which may only be defined later.
func (c *compiler) named(name string) *typ {
	t := c.types[name]
	if t == nil {
		t = &typ{kind: reference, name: name}
		c.types[name] = t
	}
	return t
}

func (c *compiler) table(name string) map[oid.OID]*typ {
	t := c.tables[name]
	if t == nil {
		t = map[oid.OID]*typ{}
		c.tables[name] = t
	}
	return t
}

// word takes the next word or sign.
func (c *compiler) word() string {
	c.rest = strings.TrimLeft(c.rest, " ")
	end := 0
	for end < len(c.rest) && !strings.ContainsRune(" {}[](),?", rune(c.rest[end])) {
		end++
	}
	if end == 0 && c.rest != "" {
		end = 1
	}
	w := c.rest[:end]
	c.rest = c.rest[end:]
	return w
}

func (c *compiler) typ() *typ {
	switch w := c.word(); w {
	case "{":
		return &typ{kind: sequence, name: "SEQUENCE", parts: c.parts()}
	case "set":
		c.word()
		return &typ{kind: set, name: "SET", parts: c.parts()}
	case "choice":
		c.word()
		return &typ{kind: choice, parts: c.parts()}
	case "seqof":
		of := c.typ()
		return &typ{kind: sequenceOf, name: "SEQUENCE OF " + of.name, of: of}
	case "setof":
		of := c.typ()
		name := of.name
		if of.kind == byTable {
			name = "AttributeValue"
		}
		return &typ{kind: setOf, name: "SET OF " + name, of: of}
	case "[", "(":
		n, err := strconv.ParseUint(c.word(), 10, 32)
		if err != nil {
			panic("asn1schema: " + c.rest)
		}
		c.word()
		t := &typ{kind: implicit, tag: uint32(n), of: c.typ()}
		if t.name = t.of.name; w == "(" {
			t.kind = explicit
		}
		return t
	case "holds":
		return &typ{kind: holds, of: c.typ()}
	case "opaque":
		of := c.typ()
		return &typ{kind: opaque, name: of.name, of: of}
	case "any":
		return &typ{kind: byTable, name: "ANY", lookup: c.table(c.word())}
	case "raw":
		return &typ{kind: raw}
	case "ANY":
		return &typ{kind: anything, name: "ANY"}
	default:
		if tag, ok := builtin.Find(w); ok {
			return &typ{kind: primitive, name: builtinName(w), tag: tag}
		}
		return c.named(w)
	}
}

// builtinName is the ASN.1 name of a universal type.
func builtinName(w string) string {
	switch w {
	case "OID":
		return "OBJECT IDENTIFIER"
	case "OCTETSTRING":
		return "OCTET STRING"
	case "BITSTRING":
		return "BIT STRING"
	}
	return w
}

// parts reads "a T, b T?}".
func (c *compiler) parts() []part {
	var parts []part
	for {
		p := part{name: c.word(), typ: c.typ()}
		w := c.word()
		if w == "?" {
			p.optional = true
			w = c.word()
		}
		parts = append(parts, p)
		switch w {
		case "}":
			return parts
		case ",":
		default:
			panic("asn1schema: " + w + c.rest)
		}
	}
}

// resolve follows references.
func (t *typ) resolve() *typ {
	for t.kind == reference {
		t = t.of
	}
	return t
}

// accepts reports whether a node's tag can be that of this type.
func (t *typ) accepts(n *ber.Node) bool {
	t = t.resolve()
	universal := n.Class == ber.Universal
	constructed := n.Flags&ber.Constructed != 0
	switch t.kind {
	case primitive:
		return universal && n.Tag == t.tag
	case sequence, sequenceOf:
		return universal && n.Tag == ber.TagSequence
	case set, setOf:
		return universal && n.Tag == ber.TagSet
	case choice:
		for i := range t.parts {
			if t.parts[i].typ.accepts(n) {
				return true
			}
		}
		return false
	case implicit:
		return n.Class == ber.ContextSpecific && n.Tag == t.tag
	case explicit:
		return n.Class == ber.ContextSpecific && n.Tag == t.tag && constructed
	case holds:
		return universal && (n.Tag == ber.TagOctetString || n.Tag == ber.TagBitString)
	case opaque:
		return t.of.accepts(n)
	}
	return true
}

// universal is the universal tag of a type, 0 where it has none of its own.
func (t *typ) universal() uint8 {
	t = t.resolve()
	switch t.kind {
	case primitive:
		return uint8(t.tag)
	case sequence, sequenceOf:
		return ber.TagSequence
	case set, setOf:
		return ber.TagSet
	case opaque:
		return t.of.universal()
	}
	return 0
}
