package asn1text

// The dumpasn1 style: RFC 6216 sections 4.1 to 4.3.

import (
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// dumpasn1Types are dumpasn1's names of the universal types.
var dumpasn1Types = [...]string{
	"End-of-contents octets", "BOOLEAN", "INTEGER", "BIT STRING", "OCTET STRING", "NULL", "OBJECT IDENTIFIER",
	"ObjectDescriptor", "EXTERNAL", "REAL", "ENUMERATED", "EMBEDDED PDV", "UTF8String", unknownType, unknownType,
	unknownType, "SEQUENCE", "SET", "NumericString", "PrintableString", "TeletexString", "VideotexString",
	"IA5String", "UTCTime", "GeneralizedTime", "GraphicString", "VisibleString", "GeneralString",
	"UniversalString", unknownType, "BMPString",
}

const (
	unknownType = "Unknown (Reserved)"
	// unrecognised stands before the octets of a type that dumpasn1 has no text for.
	unrecognised = "Unrecognised primitive, hex value is:"
	// hexLine is how many octets stand on a line.
	hexLine = 16
	// textLine is how many characters of a long string stand on a line, and
	// shortText the longest string that stands on its value's line.
	textLine  = 48
	shortText = 40
	// textLevel is the deepest level that long strings are indented to.
	textLevel = 8
	// longestSaneOID is the longest object identifier that dumpasn1 takes seriously.
	longestSaneOID = 32
)

type dumpasn1Writer struct {
	*writer
	width   int
	columns int    // of the offset, and of the length
	old     bool   // the line breaks of RFC 6216's time
	margin  string // what stands in place of offset and length on other lines
}

func dumpDumpasn1(buf []byte, t *ber.Tree, o Options) []byte {
	w := dumpasn1Writer{writer: newWriter(buf, t, dumpasn1Size(t)), width: o.Width}
	if w.width == 0 {
		w.width = 72
	}
	w.width = min(max(w.width, 40), 500)
	w.layout(o.Narrow)
	open := int32(-1)
	for i := range t.Nodes {
		for open >= 0 && int(t.Nodes[open].Next) <= i {
			open = w.close(open)
		}
		if w.node(int32(i)) {
			open = int32(i)
		}
	}
	for open >= 0 {
		open = w.close(open)
	}
	w.comments(w.margin)
	return w.written()
}

// dumpasn1Size is about how long the text of a tree will be.
func dumpasn1Size(t *ber.Tree) int {
	size := 64
	for i := range t.Nodes {
		n := &t.Nodes[i]
		line := 2*min(int(n.Depth), limit.DumpIndent) + 12
		size += line + 20
		switch length := int(n.End - n.Content); {
		case int(n.Next) > i+1:
			size += line + 4
		case length > hexLine:
			size += (length/hexLine+1)*(line+2) + length*3
		default:
			size += line + length*3
		}
	}
	return size
}

// layout chooses how many columns the offset and the length have, by the size of
// the first value as dumpasn1 does. A value of less than 1000 bytes is laid out as
// by the dumpasn1 of RFC 6216's time, unless narrow.
func (w *dumpasn1Writer) layout(narrow bool) {
	w.columns = 4
	if len(w.t.Nodes) > 0 && w.t.Nodes[0].Flags&ber.Indefinite == 0 {
		size := w.t.Nodes[0].End - w.t.Nodes[0].Offset
		w.old = size < 1000 && !narrow
		for bound := int32(10_000); size >= bound && w.columns < 8; bound *= 10 {
			w.columns++
		}
		if size < 1000 && narrow {
			w.columns = 3
		}
	}
	w.margin = blanks[:2*w.columns+1] + ": "
}

// close ends a node that has others in it, and answers the node around it.
func (w *dumpasn1Writer) close(i int32) int32 {
	n := &w.t.Nodes[i]
	if n.Flags&ber.MissingEOC != 0 {
		w.complain(int(n.Depth), "Error: "+w.faults[int(i)])
	}
	w.begin(int(n.Depth) + 1)
	w.n += braceEnd.put(w.buf[w.n:])
	return n.Parent
}

// begin begins a line that has no offset, at this level.
func (w *dumpasn1Writer) begin(level int) {
	w.room(lineRoom + 2*limit.DumpIndent)
	at := w.buf[w.n : w.n+lineRoom+2*limit.DumpIndent]
	i := 2*w.columns + 1
	fill(at, i)
	i += colon.put(at[i:])
	indent := 2 * min(level, limit.DumpIndent)
	fill(at[i:], indent)
	w.n += i + indent
}

// The names of types, and how other tags begin.
var (
	dumpasn1Labels  = labelsOf(dumpasn1Types[:])
	unknownLabel    = labelOf(unknownType)
	dumpasn1Classes = labelsOf([]string{"", "[APPLICATION ", "[", "[PRIVATE "})
	// indefiniteLengths are as wide as the column of lengths.
	indefiniteLengths = [...]word{3: wordOf("NDF"), wordOf("NDEF"), wordOf("INDEF"), wordOf("INDEF "), wordOf("INDEF  "), wordOf("INDEF   ")}
	colon             = wordOf(": ")
	brace, braceEnd   = wordOf(" {\n"), wordOf("}\n")
	quote, quoteEnd   = wordOf(" '"), wordOf("'\n")
	bitsEnd, bitOpen  = wordOf("'B"), wordOf(" (bit ")
)

// line begins a value's line with its offset, its length (-1 is an indefinite one)
// and its type.
func (w *dumpasn1Writer) line(offset, length, level int, name *label) {
	w.room(lineRoom + 2*limit.DumpIndent)
	at := w.buf[w.n : w.n+lineRoom+2*limit.DumpIndent]
	i := putNumber(at, offset, w.columns)
	at[i] = ' '
	i++
	if length < 0 {
		i += indefiniteLengths[w.columns].put(at[i:])
	} else {
		i += putNumber(at[i:], length, w.columns)
	}
	i += colon.put(at[i:])
	indent := 2 * min(level, limit.DumpIndent)
	fill(at[i:], indent)
	i += indent
	w.n += i + name.put(at[i:])
}

// next begins a further line of a value at this level.
func (w *dumpasn1Writer) next(level int) {
	w.byte('\n')
	w.begin(level + 1)
}

// complain writes a line of its own about the value above it.
func (w *dumpasn1Writer) complain(level int, message string) {
	w.begin(level + 1)
	w.string(message)
	w.byte('\n')
}

// node writes a value, and reports whether it was opened with a brace.
func (w *dumpasn1Writer) node(i int32) bool {
	n := &w.t.Nodes[i]
	level := int(n.Depth)
	if raw(n, i+1) {
		w.line(int(n.Offset), int(n.End-n.Offset), level, &damagedLabel)
		w.hex(w.t.Src[n.Offset:n.End], level)
		w.complain(level, "Error: "+w.faults[int(i)])
		return false
	}
	length := int(n.End - n.Content)
	shown := length
	if n.Flags&ber.Indefinite != 0 {
		shown = -1
	}
	known := true
	if n.Class == ber.Universal {
		name := &unknownLabel
		if int(n.Tag) < len(dumpasn1Labels) {
			name = &dumpasn1Labels[n.Tag]
			known = dumpasn1Types[n.Tag] != unknownType
		} else {
			known = false
		}
		w.line(int(n.Offset), shown, level, name)
	} else {
		w.line(int(n.Offset), shown, level, &dumpasn1Classes[n.Class])
		w.decimal(int(n.Tag))
		w.byte(']')
	}
	minimal := tells(n)
	opened := false
	switch {
	case n.Flags&(ber.Constructed|ber.Encapsulating) != 0:
		if n.Flags&ber.Encapsulating != 0 {
			if n.Tag == ber.TagBitString {
				w.unused(w.t.Src[n.Content])
			}
			w.string(", encapsulates")
		}
		switch {
		case length > 0 || n.Flags&ber.Indefinite != 0:
			opened = true
			w.word(brace)
		case n.Class == ber.Universal:
			w.string(" {}\n")
		default:
			w.byte('\n')
			w.complain(level, "Error: Object has zero length.")
		}
	default:
		w.primitive(n, w.t.Src[n.Content:n.End], level)
	}
	if length == 0 && n.Class != ber.Universal && !opened {
		known = false // not whether it is constructed
	}
	told := known && minimal
	if !minimal && n.Flags&ber.Truncated == 0 && w.nonCanonical(n, level) {
		told = known
	}
	if n.Flags&ber.Truncated != 0 {
		w.complain(level, "Error: "+w.faults[int(i)])
	}
	if !told {
		w.leave(n.Offset, n.Content)
	}
	return opened
}

// nonCanonical complains about length octets where dumpasn1 does, and in its words,
// which hold the octets. It reports whether the text now tells the value's header.
func (w *dumpasn1Writer) nonCanonical(n *ber.Node, level int) bool {
	at := n.Offset + 1
	if w.t.Src[n.Offset]&0x1f == 0x1f {
		for w.t.Src[at]&0x80 != 0 {
			at++
		}
		at++
	}
	b := w.t.Src[at:n.Content]
	switch {
	case n.Flags&ber.Indefinite != 0 || len(b) < 2 || len(b) > 5:
		return false
	case len(b) == 2 && b[1] < 0x80:
		b = b[1:]
	case len(b) > 2 && b[1] == 0 && b[2] < 0x80:
	default:
		return false
	}
	w.begin(level + 1)
	w.string("Error: Length '")
	w.spaced(b)
	w.string("' has non-canonical encoding.\n")
	return at-n.Offset == identifierLength(n.Tag)
}

// unused writes how many bits of a BIT STRING's last octet are not part of it.
func (w *dumpasn1Writer) unused(n byte) {
	switch {
	case n == 0:
	case int(n) < len(unusedLabels):
		w.room(24)
		w.n += unusedLabels[n].put(w.buf[w.n:])
	default:
		w.byte(' ')
		w.decimal(int(n))
		w.string(" unused bits")
	}
}

// unusedLabels are what unused writes of the numbers that are right.
var unusedLabels = labelsOf([]string{"", " 1 unused bit", " 2 unused bits", " 3 unused bits", " 4 unused bits",
	" 5 unused bits", " 6 unused bits", " 7 unused bits"})

// primitive writes a primitive value and ends its line.
func (w *dumpasn1Writer) primitive(n *ber.Node, b []byte, level int) {
	if n.Class != ber.Universal {
		if len(b) == 0 {
			w.byte('\n')
			w.complain(level, "Error: Object has zero length.")
			return
		}
		if form := textForm(b); form != notText {
			w.text(n, b, level, form)
			return
		}
		w.hex(b, level)
		return
	}
	if len(b) == 0 && n.Tag != ber.TagEOC && n.Tag != ber.TagNull && n.Tag != ber.TagReal {
		w.byte('\n')
		w.complain(level, "Error: Object has zero length.")
		return
	}
	switch n.Tag {
	case ber.TagBoolean:
		w.boolean(n, b, level)
	case ber.TagInteger, ber.TagEnumerated:
		w.integer(b, level)
	case ber.TagBitString:
		w.bitString(n, b, level)
	case ber.TagOctetString:
		if form := textForm(b); form != notText {
			w.text(n, b, level, form)
			return
		}
		w.hex(b, level)
	case ber.TagOID:
		w.objectName(n, b, level)
	case ber.TagEOC, ber.TagNull:
		w.byte('\n')
		w.leave(n.Content, n.End)
	case ber.TagSequence, ber.TagSet:
		w.byte('\n')
		w.complain(level, "Error: "+dumpasn1Types[n.Tag]+" has invalid primitive encoding.")
		w.leave(n.Offset, n.End)
	case ber.TagUTF8String:
		w.text(n, b, level, utf8Text)
	case ber.TagBMPString:
		w.text(n, b, level, bmpText)
	case ber.TagUTCTime:
		w.text(n, b, level, utcTime)
	case ber.TagGeneralizedTime:
		w.text(n, b, level, generalizedTime)
	case ber.TagIA5String:
		w.text(n, b, level, ia5Text)
	case ber.TagTeletexString:
		w.text(n, b, level, latin1Text)
	case ber.TagObjectDescriptor, ber.TagGraphicString, ber.TagVisibleString, ber.TagGeneralString,
		ber.TagUniversalString, ber.TagNumericString, ber.TagVideotexString, ber.TagPrintableString:
		w.text(n, b, level, printableText)
	default:
		w.next(level)
		w.string(unrecognised)
		w.hex(b, level)
	}
}

func (w *dumpasn1Writer) boolean(n *ber.Node, b []byte, level int) {
	value := " FALSE\n"
	if b[0] != 0 {
		value = " TRUE\n"
	}
	w.string(value)
	switch {
	case len(b) != 1:
		w.begin(level + 1)
		w.string("Error: BOOLEAN has invalid length ")
		w.decimal(len(b))
		w.string(".\n")
		w.leave(n.Content, n.End)
	case b[0] != 0 && b[0] != 0xff:
		w.complain(level, "Error: BOOLEAN '"+string([]byte{upperHex[b[0]>>4], upperHex[b[0]&15]})+"' has non-DER encoding.")
	}
}

// integer writes one of up to four octets as the number without its sign, and a
// longer one as hex.
func (w *dumpasn1Writer) integer(b []byte, level int) {
	if len(b) <= 4 {
		value := 0
		for _, c := range b {
			value = value<<8 | int(c)
		}
		w.byte(' ')
		w.decimal(value)
		w.byte('\n')
	} else {
		level = w.hex(b, level)
	}
	if len(b) > 1 && (b[0] == 0 && b[1] < 0x80 || b[0] == 0xff && b[1] >= 0x80) {
		w.begin(level + 1)
		w.string("Error: Integer '")
		w.spaced(b[:2])
		w.string(" ...' has non-DER encoding.\n")
	}
	if b[0] >= 0x80 {
		w.complain(level, "Error: Integer is encoded as a negative value.")
	}
}

// hex writes octets behind the type where they fit on its line, otherwise on lines
// of their own. It answers the level of those lines.
func (w *dumpasn1Writer) hex(b []byte, level int) int {
	header := 2*w.columns + 3 + 2
	label, deepest := 0, max((w.width-header-min(len(b), hexLine)*3)/2, 0)
	if w.old {
		label, deepest = len("OCTET STRING")-2, 8
	}
	single := header+level*2+label+len(b)*3 < w.width
	level = min(level, deepest)
	if single {
		w.byte(' ')
		w.spaced(b)
	} else {
		for at := 0; at < len(b); at += hexLine {
			w.next(level)
			w.spaced(b[at:min(at+hexLine, len(b))])
		}
	}
	w.byte('\n')
	return level
}

// bitString writes up to four octets as bits, the first one last, as flags are
// numbered.
func (w *dumpasn1Writer) bitString(n *ber.Node, b []byte, level int) {
	unused, bits := int(b[0]), b[1:]
	w.unused(b[0])
	switch {
	case len(bits) == 0:
		w.string(" (no bits set)\n")
		if unused != 0 {
			w.complain(level, "Error: Empty BIT STRING has non-zero unused-bits value.")
		}
		return
	case len(bits) > 4:
		if form := textForm(bits); form != notText {
			w.text(n, bits, level, form)
			return
		}
		w.hex(bits, level)
		return
	}
	if unused > 7 {
		w.complain(level, "Error: Invalid number of unused bits.")
		w.leave(n.Content, n.End)
		unused = 7
	}
	count := len(bits)*8 - unused
	w.next(level)
	w.byte('\'')
	set, last := 0, -1
	w.room(32)
	for i := count - 1; i >= 0; i-- {
		bit := bits[i/8] >> (7 - i%8) & 1
		if bit != 0 {
			set++
			last = i
		}
		w.buf[w.n] = '0' + bit
		w.n++
	}
	w.word(bitsEnd)
	if set == 1 {
		w.word(bitOpen)
		w.decimal(last)
		w.byte(')')
	}
	w.byte('\n')
	tail := bits[len(bits)-1] & byte(1<<unused-1)
	if tail != 0 {
		w.leave(n.End-1, n.End)
	} else if count > 0 && bits[len(bits)-1]>>unused&1 == 0 {
		w.complain(level, "Error: Spurious zero bits in bitstring.")
	}
}

// objectName writes an object identifier, on a line of its own where it is too long
// to stand behind its type.
func (w *dumpasn1Writer) objectName(n *ber.Node, b []byte, level int) {
	o := w.object(b, oid.OID.Dumpasn1, ' ')
	switch {
	case o.name == "":
		w.word(quote)
		w.bytes(o.numbers)
		w.word(quoteEnd)
	default:
		if 2*w.columns+3+level*2+len("OBJECT IDENTIFIER ")+len(o.name)+2+len(o.numbers) >= w.width {
			w.next(level)
		} else {
			w.byte(' ')
		}
		w.string(o.name)
		w.string(" (")
		w.bytes(o.numbers)
		w.string(")\n")
	}
	switch {
	case !o.ok:
		w.badObject(n, level)
	case o.name == "" && len(b) > longestSaneOID:
		w.complain(level, "Error: OID contains random garbage.")
	}
}

func (w *dumpasn1Writer) badObject(n *ber.Node, level int) {
	w.complain(level, "Error: OID has invalid encoding.")
	w.leave(n.Content, n.End)
}
