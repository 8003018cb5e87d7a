// Package asn1text writes BER as text, in the styles of `openssl asn1parse` and of
// dumpasn1, and reads such text back into the same bytes.
//
// The two styles are those of RFC 6216 (sections 2.1 and 4.1), which are what the
// tools printed when it was written. Both tools leave some octets out: a control
// character is a dot, a length in too many octets is an error message. What the
// text does not tell follows it here as comment lines, "-- 61: 0D 0A", so that
// Undump can give back exactly the bytes that were dumped.
package asn1text

import (
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Style is a form of dump.
type Style string

// The styles.
const (
	// ASN1Parse is that of RFC 6216 section 2.1: `openssl asn1parse -i -dump`
	// without depth and header length, and with the content of every value that
	// OpenSSL 0.9.8 had no text for as hex.
	ASN1Parse Style = "asn1parse"
	// Dumpasn1 is that of RFC 6216 sections 4.1 to 4.3: `dumpasn1 -a -w72`.
	Dumpasn1 Style = "dumpasn1"
	// OpenSSL3 is what `openssl asn1parse -i` prints today.
	OpenSSL3 Style = "openssl3"
)

// Options of Dump.
type Options struct {
	// Style is ASN1Parse when empty.
	Style Style
	// Width is the longest line of the dumpasn1 style, 40 to 500; 0 stands for 72.
	Width int
	// Narrow makes the dumpasn1 style that of today's dumpasn1 for values of less
	// than 1000 bytes too. They have offset and length in 3 columns then, not 4 as in
	// the RFC, and their lines are broken later.
	Narrow bool
	// Data adds the content of values that have no text in the openssl3 style, as
	// `openssl asn1parse -i -dump` does.
	Data bool
}

// Dump writes all the values in src as text. It never fails: what is damaged is
// there with a line that says so, and its siblings too.
func Dump(src []byte, o Options) []byte { return DumpInto(nil, src, o) }

// DumpInto is Dump into the memory of buf, over what it holds, and into other memory
// where that is not enough.
func DumpInto(buf, src []byte, o Options) []byte {
	if o.Style == Dumpasn1 {
		return dumpDumpasn1(buf, ber.ParseEncapsulated(src, ber.Opening{Likely: dumpasn1Opens}), o)
	}
	return dumpASN1Parse(buf, ber.Parse(src), o)
}

// writer is what both styles need to write a tree.
type writer struct {
	output
	t *ber.Tree
	// faults says what is wrong with each damaged node.
	faults map[int]string
	// objects are object identifiers met before.
	objects [objectSlots]object
	// untold are the ranges of t.Src that the text does not tell.
	untold [][2]int
}

// newWriter begins the text of a tree that will take about size octets.
func newWriter(buf []byte, t *ber.Tree, size int) *writer {
	if cap(buf) < size {
		buf = make([]byte, size)
	}
	w := &writer{t: t, output: output{buf: buf[:cap(buf)]}}
	for _, f := range t.Faults {
		if w.faults == nil {
			w.faults = map[int]string{}
		}
		if _, ok := w.faults[f.Node]; !ok {
			w.faults[f.Node] = f.Error()
		}
	}
	return w
}

// raw reports whether a node is shown as the octets that it is, because it is too
// damaged to be anything.
func raw(n *ber.Node, next int32) bool {
	return n.Flags&ber.Damaged != 0 && n.Flags&(ber.Truncated|ber.MissingEOC) == 0 && n.Next == next
}

// objectSlots is how many object identifiers are kept at hand.
const objectSlots = 512

// object is what a dump says of an object identifier.
type object struct {
	oid     oid.OID
	name    string // "" where it has none
	numbers []byte
	ok      bool // the encoding is right
}

// object looks o up, which a dump does again and again with the same few.
func (w *writer) object(o []byte, lookup func(oid.OID) string, sep byte) *object {
	s := &w.objects[0]
	if len(o) > 0 {
		s = &w.objects[(uint(o[len(o)-1])+uint(o[len(o)/2])<<3+uint(len(o))<<5)%objectSlots]
	}
	if s.numbers == nil || string(s.oid) != string(o) {
		s.oid = oid.OID(o)
		s.name = lookup(s.oid)
		s.numbers, s.ok = appendArcs(make([]byte, 0, 24), s.oid, sep)
	}
	return s
}

// tells reports whether the node's identifier and length octets are the shortest
// for its tag and the length of its content, which is what the text tells.
func tells(n *ber.Node) bool {
	want := identifierLength(n.Tag) + 1
	if n.Flags&ber.Indefinite == 0 {
		if length := n.End - n.Content; length >= 0x80 {
			for ; length > 0; length >>= 8 {
				want++
			}
		}
	}
	return n.Content-n.Offset == want && n.Flags&ber.Truncated == 0
}

// identifierLength is how many identifier octets a tag needs.
func identifierLength(tag uint32) int32 {
	length := int32(1)
	if tag >= 0x1f {
		for ; tag > 0; tag >>= 7 {
			length++
		}
	}
	return length
}

// leave notes octets that the text does not tell.
func (w *writer) leave(start, end int32) {
	if start >= end {
		return
	}
	if last := len(w.untold) - 1; last >= 0 && w.untold[last][1] == int(start) {
		w.untold[last][1] = int(end)
		return
	}
	w.untold = append(w.untold, [2]int{int(start), int(end)})
}

// comments writes the octets that the text does not tell, 16 to a line.
func (w *writer) comments(prefix string) {
	sorting.By(w.untold, func(a, b *[2]int) bool { return a[0] < b[0] })
	column := 0
	for _, r := range w.untold {
		for at := r[0]; at < r[1]; {
			end := min(at+16, r[1])
			if column == 0 {
				w.string(prefix)
				w.string("-- ")
			} else {
				w.string(", ")
			}
			w.decimal(at)
			w.byte(':')
			w.byte(' ')
			w.spaced(w.t.Src[at:end])
			column += 10 + 3*(end-at)
			if column > 48 {
				w.byte('\n')
				column = 0
			}
			at = end
		}
	}
	if column > 0 {
		w.byte('\n')
	}
}
