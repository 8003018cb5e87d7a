package asn1text

// The asn1parse styles: that of RFC 6216 section 2.1, and OpenSSL 3's own.

import (
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// asn1parseTypes are OpenSSL's names of the universal types.
var asn1parseTypes = [...]string{
	"EOC", "BOOLEAN", "INTEGER", "BIT STRING", "OCTET STRING", "NULL", "OBJECT", "OBJECT DESCRIPTOR",
	"EXTERNAL", "REAL", "ENUMERATED", "<ASN1 11>", "UTF8STRING", "<ASN1 13>", "<ASN1 14>", "<ASN1 15>",
	"SEQUENCE", "SET", "NUMERICSTRING", "PRINTABLESTRING", "T61STRING", "VIDEOTEXSTRING", "IA5STRING",
	"UTCTIME", "GENERALIZEDTIME", "GRAPHICSTRING", "VISIBLESTRING", "GENERALSTRING", "UNIVERSALSTRING",
	"<ASN1 29>", "BMPSTRING",
}

// typeWidth is how wide OpenSSL pads the type.
const typeWidth = 18

// damagedType stands for the type of octets that are no value.
const damagedType = "(damaged)"

type asn1parseWriter struct {
	*writer
	openssl bool // OpenSSL's own form of today
	data    bool // hex of values without text
	padding int  // how many blanks belong between the type and a value
}

func dumpASN1Parse(buf []byte, t *ber.Tree, o Options) []byte {
	w := asn1parseWriter{writer: newWriter(buf, t, asn1parseSize(t)), openssl: o.Style == OpenSSL3, data: o.Style != OpenSSL3 || o.Data}
	open := int32(-1)
	for i := range t.Nodes {
		for open >= 0 && int(t.Nodes[open].Next) <= i {
			open = w.close(open)
		}
		w.node(int32(i))
		if n := &t.Nodes[i]; n.Flags&ber.Constructed != 0 && n.Flags&ber.Damaged == 0 || int(n.Next) > i+1 || n.Flags&ber.MissingEOC != 0 {
			open = int32(i)
		}
	}
	for open >= 0 {
		open = w.close(open)
	}
	if !w.openssl {
		w.comments("")
	}
	return w.written()
}

// asn1parseSize is about how long the text of a tree will be.
func asn1parseSize(t *ber.Tree) int {
	size := len(t.Nodes)*52 + 64
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if size += min(int(n.Depth), limit.DumpIndent); n.Flags&ber.Constructed == 0 {
			size += int(n.End-n.Content)*9/2 + 12
		}
	}
	return size
}

// close ends a constructed node: an indefinite length with the line of its
// end-of-contents octets. It answers the node around it.
func (w *asn1parseWriter) close(i int32) int32 {
	n := &w.t.Nodes[i]
	switch {
	case n.Flags&ber.MissingEOC != 0:
		w.string("-- ")
		w.string(w.faults[int(i)])
		w.byte('\n')
	case n.Flags&ber.Indefinite != 0:
		w.line(int(n.End), int(n.Depth)+1, 2, 0, linePrimitive, &asn1parseLabels[ber.TagEOC])
		w.end()
	}
	return n.Parent
}

// The parts of a line, and the names of types. What is damaged has a name of its own.
var (
	lineOffset, lineLength, lineIndefinite   = wordOf(":l="), wordOf(" "), wordOf("inf  ")
	lineDepth, lineHeader, lineOpenSSLLength = wordOf(":d="), wordOf(" hl="), wordOf(" l=")
	linePrimitive, lineConstructed           = wordOf("prim: "), wordOf("cons: ")

	asn1parseLabels = labelsOf(asn1parseTypes[:])
	damagedLabel    = labelOf(damagedType)
	noLabel         = labelOf("")
)

// lineRoom is more than a line has before its value.
const lineRoom = 256

// line writes everything up to the value; length -1 is an indefinite one. The blanks
// between the type and a value are there, and only counted by pad.
func (w *asn1parseWriter) line(offset, depth, header, length int, form word, name *label) {
	w.room(lineRoom)
	at := w.buf[w.n : w.n+lineRoom]
	i := 0
	if w.openssl {
		i = putNumber(at, offset, 5)
		i += lineDepth.put(at[i:])
		size := putNumber(at[i:], depth, 1)
		if i += size; size == 1 {
			at[i] = ' '
			i++
		}
		i += lineHeader.put(at[i:])
		i += putNumber(at[i:], header, 1)
		i += lineOpenSSLLength.put(at[i:])
	} else {
		i = putNumber(at, offset, 3)
		i += lineOffset.put(at[i:])
	}
	if length < 0 {
		i += lineIndefinite.put(at[i:])
	} else {
		i += putNumber(at[i:], length, 4)
		i += lineLength.put(at[i:])
	}
	i += form.put(at[i:])
	depth = min(depth, limit.DumpIndent)
	fill(at[i:], depth)
	i += depth
	i += name.put(at[i:])
	w.n += i
	w.padding = typeWidth - name.size
}

// pad fills the line up to where values begin.
func (w *asn1parseWriter) pad() {
	if w.padding > 0 {
		w.n += w.padding
	}
}

// end ends a line without a value. RFC 6216 has no blanks at the ends of lines.
func (w *asn1parseWriter) end() {
	if w.openssl {
		w.pad()
	}
	w.byte('\n')
}

func (w *asn1parseWriter) node(i int32) {
	n := &w.t.Nodes[i]
	if raw(n, i+1) {
		w.line(int(n.Offset), int(n.Depth), 0, int(n.End-n.Offset), linePrimitive, &damagedLabel)
		w.end()
		w.hex(w.t.Src[n.Offset:n.End])
		w.fault(i)
		return
	}
	length, form := int(n.End-n.Content), linePrimitive
	if n.Flags&ber.Constructed != 0 {
		form = lineConstructed
		if n.Flags&ber.Indefinite != 0 {
			length = -1
		}
	}
	if n.Class == ber.Universal && int(n.Tag) < len(asn1parseLabels) {
		w.line(int(n.Offset), int(n.Depth), int(n.Content-n.Offset), length, form, &asn1parseLabels[n.Tag])
	} else {
		w.line(int(n.Offset), int(n.Depth), int(n.Content-n.Offset), length, form, &noLabel)
		start := w.n
		w.string([...]string{"<ASN1 ", "appl [ ", "cont [ ", "priv [ "}[n.Class])
		w.decimal(int(n.Tag))
		w.string([...]string{">", " ]", " ]", " ]"}[n.Class])
		w.padding = typeWidth - (w.n - start)
		fill(w.buf[w.n:], w.padding)
	}
	if !tells(n) {
		w.leave(n.Offset, n.Content)
	}
	if n.Flags&ber.Constructed != 0 {
		w.end()
	} else {
		w.value(n, w.t.Src[n.Content:n.End])
	}
	if n.Flags&ber.Truncated != 0 {
		w.fault(i)
	}
}

// fault writes what is wrong with a node, on a line of its own.
func (w *asn1parseWriter) fault(i int32) {
	w.string("-- ")
	w.string(w.faults[int(i)])
	w.byte('\n')
}

// value writes a primitive value, and ends its line.
func (w *asn1parseWriter) value(n *ber.Node, b []byte) {
	if n.Class != ber.Universal {
		w.end()
		if !w.openssl {
			w.hex(b)
		}
		return
	}
	switch n.Tag {
	case ber.TagPrintableString, ber.TagTeletexString, ber.TagIA5String, ber.TagVisibleString, ber.TagNumericString,
		ber.TagUTCTime, ber.TagGeneralizedTime:
		if !w.openssl && !oneLine(b) {
			w.end()
			w.hex(b)
			return
		}
		w.pad()
		w.byte(':')
		w.bytes(b)
	case ber.TagUTF8String:
		if !w.openssl {
			w.end()
			w.hex(b)
			return
		}
		w.pad()
		w.byte(':')
		w.bytes(b)
	case ber.TagOID:
		w.objectName(b)
	case ber.TagBoolean:
		w.pad()
		if len(b) != 1 {
			w.string(":BAD BOOLEAN")
		}
		if len(b) > 0 {
			w.byte(':')
			w.decimal(int(b[0]))
		}
		if len(b) != 1 {
			w.bad(b)
		}
	case ber.TagInteger, ber.TagEnumerated:
		w.pad()
		if !w.integer(b) {
			w.string(":BAD ")
			w.string(asn1parseTypes[n.Tag])
			w.bad(b)
		}
	case ber.TagOctetString:
		if w.openssl {
			w.octets(b)
			return
		}
		w.end()
		w.hex(b)
		return
	default:
		w.end()
		if n.Tag != ber.TagBMPString || !w.openssl {
			w.hex(b)
		}
		return
	}
	w.byte('\n')
}

// oneLine reports whether b is text that can stand on a line as it is: printable
// ASCII, and no blank at the end.
func oneLine(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return len(b) == 0 || b[len(b)-1] != ' '
}

// objectName writes an object identifier by name or number.
func (w *asn1parseWriter) objectName(b []byte) {
	o := w.object(b, oid.OID.OpenSSL, '.')
	w.pad()
	switch {
	case o.name != "":
		w.byte(':')
		w.string(o.name)
	case o.ok:
		w.byte(':')
		w.bytes(o.numbers)
	default:
		w.string(":BAD OBJECT")
		w.bad(b)
	}
}

// bad writes content that OpenSSL refuses.
func (w *asn1parseWriter) bad(b []byte) {
	w.string(":[")
	w.upper(b)
	w.byte(']')
}

// integer writes an INTEGER as OpenSSL does: the octets of its absolute value. It
// answers false for one that is not in its shortest form, which OpenSSL refuses.
func (w *asn1parseWriter) integer(b []byte) bool {
	if len(b) == 0 || len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		return false
	}
	w.byte(':')
	if b[0] < 0x80 {
		if b[0] == 0 && len(b) > 1 {
			b = b[1:]
		}
		w.upper(b)
		return true
	}
	w.byte('-')
	// Two's complement, from the last octet that is not zero: below it nothing
	// changes, above it every bit is turned over.
	last := len(b) - 1
	for last > 0 && b[last] == 0 {
		last--
	}
	for i, c := range b {
		switch {
		case i < last:
			c = ^c
		case i == last:
			c = -c
		}
		if i == 0 && c == 0 && len(b) > 1 && last > 0 {
			continue
		}
		w.upper([]byte{c})
	}
	return true
}

// octets writes an OCTET STRING as OpenSSL 3 does.
func (w *asn1parseWriter) octets(b []byte) {
	w.pad()
	text := true
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c > '~' {
			text = false
			break
		}
	}
	switch {
	case len(b) == 0:
	case text:
		w.byte(':')
		w.bytes(b)
	case !w.data:
		w.string("[HEX DUMP]:")
		w.upper(b)
	default:
		w.byte('\n')
		w.hex(b)
		return
	}
	w.byte('\n')
}

// hex writes octets 16 to a line with their printable characters.
func (w *asn1parseWriter) hex(b []byte) {
	if !w.data {
		return
	}
	for at := 0; at < len(b); at += hexLine {
		line := b[at:min(at+hexLine, len(b))]
		if w.openssl {
			w.indent(6)
			w.offset(at)
			w.string(" - ")
		} else {
			w.string("  ")
		}
		const text = 3*hexLine + 2 // where the text begins
		w.room(text + hexLine + 1)
		out := w.buf[w.n : w.n+text+hexLine+1]
		lowerOctets.spaced(out, line)
		fill(out[3*len(line):], text-3*len(line))
		if len(line) > 7 {
			out[3*7+2] = '-'
		}
		for i, c := range line {
			out[text+i] = shown[c]
		}
		out[text+len(line)] = '\n'
		w.n += text + len(line) + 1
	}
}

// shown is how the text beside the hex shows an octet.
var shown = func() (table [256]byte) {
	for c := range table {
		table[c] = '.'
		if c >= ' ' && c <= '~' {
			table[c] = byte(c)
		}
	}
	return table
}()

// offset writes where a line of OpenSSL's own hex dump begins: four digits of hex at
// least.
func (w *asn1parseWriter) offset(at int) {
	digits := 4
	for digits < 8 && at>>(4*digits) != 0 {
		digits++
	}
	for i := digits - 1; i >= 0; i-- {
		w.byte(lowerHex[at>>(4*i)&15])
	}
}
