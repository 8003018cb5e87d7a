package ber

// How a tree departs from DER (X.690 sections 8, 10 and 11).

import (
	"bytes"
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/limit"
)

// Note is one departure from DER, or from BER in the content of a value.
type Note struct {
	Node   int
	Offset int    // of the octet that departs
	Rule   string // the clause, for example "X.690 10.1"
	Detail string // in lower case, without full stop
}

// DERNotes lists how the tree departs from DER, in document order: limit.BERNotes of
// them, and when there are more, one that says so. What could not be read at all is in Faults instead.
func (t *Tree) DERNotes() []Note { return t.DERNotesAs(nil) }

// DERNotesAs is DERNotes for a tree whose types are known: as has for each node the
// universal tag that its own stands in for (X.680 section 31.2.7, IMPLICIT), or 0.
func (t *Tree) DERNotesAs(as []uint8) []Note {
	c := derChecker{t: t}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		c.node, c.n = i, n
		if n.Content-n.Offset > 2 || n.Flags&Indefinite != 0 {
			c.header()
		}
		tag := n.Tag
		if n.Class != Universal {
			if tag = 0; as != nil {
				tag = uint32(as[i])
			}
			if tag == 0 {
				continue
			}
		}
		switch {
		case n.Flags&Damaged != 0:
		case n.Flags&Constructed != 0:
			c.constructed(tag)
		default:
			c.primitive(tag)
		}
		if len(c.notes) > limit.BERNotes {
			break
		}
	}
	return c.notes
}

type derChecker struct {
	t     *Tree
	node  int
	n     *Node
	notes []Note
}

func (c *derChecker) note(at int, rule, detail string) {
	switch n := len(c.notes); {
	case n > limit.BERNotes:
		return
	case n == limit.BERNotes:
		rule, detail = "", limit.More("departures from DER", n, -1)+": the rest is not listed"
	}
	c.notes = append(c.notes, Note{Node: c.node, Offset: at, Rule: rule, Detail: detail})
}

// header checks the identifier and length octets.
func (c *derChecker) header() {
	n, src := c.n, c.t.Src
	at := int(n.Offset)
	if n.Flags&Damaged != 0 && n.Flags&Constructed == 0 && n.Flags&Truncated == 0 {
		return // There may be no whole header.
	}
	pos := at + 1
	if src[at]&0x1f == 0x1f {
		switch {
		case n.Tag < 0x1f:
			c.note(at, "X.690 8.1.2.2", "tag number "+strconv.Itoa(int(n.Tag))+" in the form for numbers of 31 and more")
		case src[pos] == 0x80:
			c.note(at, "X.690 8.1.2.4.2", "the tag number begins with a zero octet")
		}
		for src[pos]&0x80 != 0 {
			pos++
		}
		pos++
	}
	switch {
	case n.Flags&Indefinite != 0:
		c.note(pos, "X.690 10.1", "an indefinite length")
	case int(n.Content)-pos == 2 && src[pos+1] < 0x80, int(n.Content)-pos > 2 && src[pos+1] == 0:
		c.note(pos, "X.690 10.1", "the length takes "+strconv.Itoa(int(n.Content)-pos)+" octets, more than it needs")
	}
}

// constructed checks a constructed value of this universal type.
func (c *derChecker) constructed(tag uint32) {
	switch {
	case tag == TagSequence:
	case tag == TagSet:
		c.set()
	case tag == TagEOC:
		c.endOfContents()
	case mustBePrimitive(tag) != "":
		c.note(int(c.n.Offset), mustBePrimitive(tag), "the value is constructed, which its type does not allow")
	case isString(tag):
		c.note(int(c.n.Offset), "X.690 10.2", "a string in segments")
	}
}

// primitive checks the content of a primitive value of this universal type.
func (c *derChecker) primitive(tag uint32) {
	n := c.n
	at, b := int(n.Content), c.t.Src[n.Content:n.End]
	const madeOfOthers = "the value is primitive, and its type is made of others"
	switch tag {
	case TagSequence:
		c.note(int(n.Offset), "X.690 8.9.1", madeOfOthers)
	case TagSet:
		c.note(int(n.Offset), "X.690 8.11.1", madeOfOthers)
	case TagEOC:
		c.endOfContents()
	case TagBoolean:
		c.boolean(at, b)
	case TagInteger, TagEnumerated:
		c.integer(at, b, tag)
	case TagBitString:
		c.bits(at, b)
	case TagNull:
		if len(b) > 0 {
			c.note(at, "X.690 8.8.2", "a NULL with content")
		}
	case TagOID, TagRelativeOID:
		c.object(at, b, tag)
	case TagReal:
		c.real(at, b)
	case TagUTCTime:
		if len(b) != 13 || !allDigits(b[:12]) || b[12] != 'Z' {
			c.note(at, "X.690 11.8", "a UTCTime that is not YYMMDDhhmmssZ")
		}
	case TagGeneralizedTime:
		c.generalizedTime(at, b)
	case TagUTF8String:
		if !utf8.Valid(b) {
			c.note(at+invalidUTF8(b), "X.690 8.23.10", "a UTF8String that is not UTF-8")
		}
	case TagBMPString:
		if len(b)%2 != 0 {
			c.note(at+len(b)-1, "X.690 8.23.8", "half a character at the end of a BMPString")
		}
	case TagUniversalString:
		if len(b)%4 != 0 {
			c.note(at+len(b)/4*4, "X.690 8.23.7", "part of a character at the end of a UniversalString")
		}
	case TagPrintableString, TagNumericString, TagIA5String, TagVisibleString:
		c.characters(at, b, tag)
	}
}

func mustBePrimitive(tag uint32) string {
	switch tag {
	case TagBoolean:
		return "X.690 8.2.1"
	case TagInteger:
		return "X.690 8.3.1"
	case TagEnumerated:
		return "X.690 8.4"
	case TagReal:
		return "X.690 8.5.1"
	case TagNull:
		return "X.690 8.8.1"
	case TagOID:
		return "X.690 8.19.1"
	case TagRelativeOID:
		return "X.690 8.20.1"
	}
	return ""
}

func isString(tag uint32) bool {
	return tag == TagBitString || tag == TagOctetString || tag == TagUTF8String || tag == TagObjectDescriptor ||
		tag >= TagNumericString && tag <= TagBMPString && tag != TagCharacterString
}

func (c *derChecker) endOfContents() {
	c.note(int(c.n.Offset), "X.690 8.1.5", "end-of-contents octets where no indefinite length is open")
}

func (c *derChecker) boolean(at int, b []byte) {
	switch {
	case len(b) != 1:
		c.note(at, "X.690 8.2.1", "a BOOLEAN of "+strconv.Itoa(len(b))+" octets")
	case b[0] != 0 && b[0] != 0xff:
		c.note(at, "X.690 11.1", "TRUE is FF in DER, not "+hexOctet(b[0]))
	}
}

func (c *derChecker) integer(at int, b []byte, tag uint32) {
	rule := "X.690 8.3.2"
	if tag == TagEnumerated {
		rule = "X.690 8.4"
	}
	switch {
	case len(b) == 0:
		c.note(int(c.n.Offset), "X.690 8.3.1", "a number without content")
	case len(b) > 1 && b[0] == 0 && b[1] < 0x80, len(b) > 1 && b[0] == 0xff && b[1] >= 0x80:
		c.note(at, rule, "the number begins with an octet that it does not need")
	}
}

func (c *derChecker) bits(at int, b []byte) {
	switch {
	case len(b) == 0:
		c.note(int(c.n.Offset), "X.690 8.6.2.1", "a BIT STRING without the octet that counts unused bits")
	case b[0] > 7:
		c.note(at, "X.690 8.6.2.2", strconv.Itoa(int(b[0]))+" unused bits, of at most 7")
	case len(b) == 1 && b[0] != 0:
		c.note(at, "X.690 8.6.2.3", "an empty BIT STRING with unused bits")
	case len(b) > 1 && b[len(b)-1]&(1<<b[0]-1) != 0:
		c.note(at+len(b)-1, "X.690 11.2.1", "an unused bit is not zero")
	}
}

func (c *derChecker) object(at int, b []byte, tag uint32) {
	rule := "X.690 8.19.2"
	if tag == TagRelativeOID {
		rule = "X.690 8.20.2"
	}
	if len(b) == 0 {
		c.note(int(c.n.Offset), rule, "an object identifier without content")
		return
	}
	for i, start := 0, true; i < len(b); i++ {
		if start && b[i] == 0x80 {
			c.note(at+i, rule, "a number of the object identifier begins with an octet that it does not need")
			return
		}
		start = b[i] < 0x80
	}
	if b[len(b)-1] >= 0x80 {
		c.note(at+len(b)-1, rule, "the last number of the object identifier is cut off")
	}
}

// real checks a REAL, of which no octets stand for zero.
func (c *derChecker) real(at int, b []byte) {
	switch {
	case len(b) == 0:
	case b[0]&0x80 != 0:
		c.binaryReal(at, b)
	case b[0]&0x40 != 0:
		if len(b) != 1 || b[0] > 0x43 {
			c.note(at, "X.690 8.5.9", "no special value of a REAL")
		}
	case b[0] != 3:
		c.note(at, "X.690 11.3.2", "a decimal REAL that is not of the form NR3")
	}
}

// binaryReal checks mantissa and exponent of a REAL.
func (c *derChecker) binaryReal(at int, b []byte) {
	start, size := 1, int(b[0]&3)+1
	if size == 4 && len(b) > 1 {
		start, size = 2, int(b[1])
	}
	if size == 0 || start+size >= len(b) {
		c.note(at, "X.690 8.5.7", "a REAL without exponent or mantissa")
		return
	}
	e, m := b[start:start+size], b[start+size:]
	switch {
	case b[0]&0x3c != 0:
		c.note(at, "X.690 11.3.1", "a REAL of another base than 2, or with a scaling factor")
	case size > 1 && (e[0] == 0 && e[1] < 0x80 || e[0] == 0xff && e[1] >= 0x80), start == 2 && size < 4:
		c.note(at+start, "X.690 11.3.1", "the exponent takes more octets than it needs")
	case m[0] == 0, m[len(m)-1]&1 == 0:
		c.note(at+start+size, "X.690 11.3.1", "the mantissa is not odd, or begins with an octet that it does not need")
	}
}

// set checks the order of a SET's components by their tags, or of a SET OF's by
// their encodings. A SET that is in either order passes: without its type it could
// be both.
func (c *derChecker) set() {
	nodes, src := c.t.Nodes, c.t.Src
	byTag, byEncoding := true, true
	bad := 0
	first := int32(c.node + 1)
	if first >= c.n.Next {
		return
	}
	for i := nodes[first].Next; i < c.n.Next; i = nodes[i].Next {
		a, b := &nodes[first], &nodes[i]
		if tagBefore(b, a) || a.Class == b.Class && a.Tag == b.Tag {
			byTag = false
		}
		if bytes.Compare(encoding(src, a), encoding(src, b)) > 0 {
			byEncoding = false
		}
		if !byTag && !byEncoding {
			bad = int(b.Offset)
			break
		}
		first = i
	}
	if bad > 0 {
		c.note(bad, "X.690 11.6", "the elements of the SET OF are not in the order of their encodings")
	}
}

func encoding(src []byte, n *Node) []byte {
	end := n.End
	if n.Flags&(Indefinite|MissingEOC) == Indefinite {
		end += 2
	}
	return src[n.Offset:end]
}

func tagBefore(a, b *Node) bool {
	return a.Class < b.Class || a.Class == b.Class && a.Tag < b.Tag
}

func (c *derChecker) generalizedTime(at int, b []byte) {
	digits := 0
	for digits < len(b) && b[digits] >= '0' && b[digits] <= '9' {
		digits++
	}
	rest := b[digits:]
	ok := digits == 14 && len(rest) > 0 && rest[len(rest)-1] == 'Z'
	if ok && len(rest) > 1 {
		fraction := rest[1 : len(rest)-1]
		ok = rest[0] == '.' && len(fraction) > 0 && allDigits(fraction) && fraction[len(fraction)-1] != '0'
	}
	if !ok {
		c.note(at, "X.690 11.7", "a GeneralizedTime that is not YYYYMMDDhhmmssZ, with a fraction without zeros at its end or none")
	}
}

// characters checks the character sets of X.680 section 41.
func (c *derChecker) characters(at int, b []byte, tag uint32) {
	for i, ch := range b {
		ok, rule, name := true, "", ""
		switch tag {
		case TagPrintableString:
			ok, rule, name = isPrintable(ch), "X.680 41.4", "PrintableString"
		case TagNumericString:
			ok, rule, name = ch == ' ' || ch >= '0' && ch <= '9', "X.680 41.2", "NumericString"
		case TagIA5String:
			ok, rule, name = ch < 0x80, "X.680 41.1", "IA5String"
		case TagVisibleString:
			ok, rule, name = ch >= ' ' && ch < 0x7f, "X.680 41.1", "VisibleString"
		}
		if !ok {
			c.note(at+i, rule, "octet "+hexOctet(ch)+" is no character of a "+name)
			return
		}
	}
}

func isPrintable(c byte) bool {
	if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
		return true
	}
	switch c {
	case ' ', '\'', '(', ')', '+', ',', '-', '.', '/', ':', '=', '?':
		return true
	}
	return false
}

func allDigits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func invalidUTF8(b []byte) int {
	at := 0
	for at < len(b) {
		r, size := utf8.DecodeRune(b[at:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return at
}

func hexOctet(b byte) string {
	const digits = "0123456789ABCDEF"
	return string([]byte{digits[b>>4], digits[b&15]})
}
