package asn1text

// Reading a dump back into bytes.
//
// Both styles are read into the same list of items, one for each value, and the
// items are then put together. Text may have been through a text processor: it
// may be indented, broken by page ends and wrapped. What decides is never the
// indent but the offsets and lengths in the text, and all of them are checked.

import (
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
)

// LineError says which line of a dump could not be read back, or lacks data.
type LineError struct {
	Line   int // counted from 1
	Reason string
}

func (e *LineError) Error() string { return "line " + strconv.Itoa(e.Line) + ": " + e.Reason }

// Undump reads a dump in any of the styles back into the bytes it is a dump of. It
// reads what Dump writes and what `openssl asn1parse -dump` and `dumpasn1 -a`
// print, and the text around it (prose, page ends) is passed over. The error is a
// *LineError where it is about one line: where the text lacks data, that is the
// line that lacks it.
func Undump(text []byte) ([]byte, error) {
	if err := tooLarge(text); err != nil {
		return nil, err
	}
	dumps, _ := FindDumps(text)
	switch len(dumps) {
	case 0:
		return nil, errors.New("reading a dump: no line of the text looks like one of openssl asn1parse or of dumpasn1")
	case 1:
		return dumps[0].Undump(text)
	}
	return nil, &LineError{dumps[1].Line, "a second dump begins here; the text holds " + strconv.Itoa(len(dumps))}
}

func tooLarge(text []byte) error {
	if len(text) > limit.DumpText {
		return errorf.New("reading a dump: %w", limit.Over("bytes of text", limit.DumpText, -1))
	}
	return nil
}

// Undump reads this one dump out of the text that it was found in.
func (d DumpSpan) Undump(text []byte) ([]byte, error) {
	text = text[d.Start:d.End]
	if err := tooLarge(text); err != nil {
		return nil, err
	}
	var items []item
	var told octets
	var err error
	if d.Style == Dumpasn1 {
		items, told, err = readDumpasn1(text, d.Line)
	} else {
		items, told, err = readASN1Parse(text, d.Line)
	}
	if err != nil {
		return nil, err
	}
	return assemble(items, told, d.Style != Dumpasn1)
}

type itemKind uint8

const (
	valueItem itemKind = iota
	rawItem            // octets that are no value
	endItem            // end-of-contents octets
	closeItem          // the end of a value of definite length, where the style marks it
)

// item is one value of a dump.
type item struct {
	kind        itemKind
	line        int
	offset      int    // -1 where the text does not say
	header      int    // how many identifier and length octets; 0 where the text does not say
	length      int    // of the content; -1 for an indefinite one
	lengthBytes []byte // the length octets, where the text shows them
	class       ber.Class
	tag         uint32
	unknownTag  bool // the text does not say which
	unknownForm bool // nor whether the value is constructed
	constructed bool
	holds       bool // values follow that are its content
	bits        bool // it is a BIT STRING that holds values: an octet precedes them
	unused      byte // that octet
	content     []byte
	lacks       string // why content is not there
	dots        bool   // the text says that the string has characters that it must not have
	ia5         bool   // and it is an IA5String, which may have all that can be shown
}

// octets are single octets that the text tells, by their offset.
type octets map[int]byte

// assemble puts the items together. In a style that does not mark where values of
// definite length end, their lengths say so.
func assemble(items []item, told octets, sized bool) ([]byte, error) {
	if len(items) == 0 {
		return nil, errors.New("reading a dump: there is no value in it")
	}
	base := max(items[0].offset, 0)
	a := assembler{told: told, base: base, sized: sized}
	for i := range items {
		if err := a.add(items, i); err != nil {
			return nil, err
		}
	}
	// What is of indefinite length may lack its end.
	for _, o := range a.open {
		if o.item.length >= 0 && len(a.out)-o.start != o.item.length {
			return nil, &LineError{o.item.line, "the value has " + strconv.Itoa(o.item.length) + " bytes of content, and the text ends after " + strconv.Itoa(len(a.out)-o.start) + " of them"}
		}
	}
	return a.finish()
}

type openItem struct {
	item  *item
	start int // of the content
}

type assembler struct {
	out  []byte
	open []openItem
	// definite are the places in open of values of definite length, in a style that
	// does not mark where they end.
	definite []int
	told     octets
	base     int
	sized    bool // lengths alone say where values end
}

func (a *assembler) add(items []item, i int) error {
	it := &items[i]
	if it.kind == closeItem {
		if len(a.open) == 0 {
			return &LineError{it.line, "nothing is open that could end here"}
		}
		return a.end(it.line)
	}
	if it.offset >= 0 && it.offset-a.base != len(a.out) {
		return &LineError{it.line, "the value is at byte " + strconv.Itoa(it.offset) + ", and the values above it end at byte " + strconv.Itoa(len(a.out)+a.base)}
	}
	switch it.kind {
	case endItem:
		if len(a.open) > 0 && a.open[len(a.open)-1].item.length < 0 {
			a.open = a.open[:len(a.open)-1]
		}
		if b := a.toldHeader(len(a.out) + a.base); b != nil {
			a.out = append(a.out, b...) // a value with the tag 0, not an end
			break
		}
		a.out = append(a.out, 0, 0)
	case rawItem:
		if err := a.content(it); err != nil {
			return err
		}
	default:
		if err := a.header(items, i); err != nil {
			return err
		}
		if it.holds {
			if a.sized && it.length >= 0 {
				a.definite = append(a.definite, len(a.open))
			}
			a.open = append(a.open, openItem{it, len(a.out)})
			if it.bits {
				a.out = append(a.out, it.unused)
			}
		} else if err := a.content(it); err != nil {
			return err
		}
	}
	return a.endBySize(it.line)
}

// endBySize closes the values that end here by their lengths, in a style that does
// not mark ends. Values of indefinite length inside them lack theirs.
func (a *assembler) endBySize(line int) error {
	for a.sized && len(a.definite) > 0 {
		at := a.definite[len(a.definite)-1]
		if o := a.open[at]; len(a.out) < o.start+o.item.length {
			break
		}
		a.open = a.open[:at+1]
		a.definite = a.definite[:len(a.definite)-1]
		if err := a.end(line); err != nil {
			return err
		}
	}
	return nil
}

// end closes the innermost open value of definite length.
func (a *assembler) end(line int) error {
	o := a.open[len(a.open)-1]
	a.open = a.open[:len(a.open)-1]
	if size := len(a.out) - o.start; o.item.length >= 0 && size != o.item.length {
		return &LineError{o.item.line, "the value has " + strconv.Itoa(o.item.length) + " bytes of content by its length, and " + strconv.Itoa(size) + " by the lines up to " + strconv.Itoa(line)}
	}
	return nil
}

// content adds the content of a value that holds no others.
func (a *assembler) content(it *item) error {
	if it.content != nil && len(it.content) == it.length {
		if it.dots && a.hidden(it) {
			return &LineError{it.line, "the string has characters that the text shows as dots"}
		}
		a.out = append(a.out, it.content...)
		return nil
	}
	// Not told by the value's own lines: by comment lines, then.
	for range max(it.length, 0) {
		b, ok := a.told[len(a.out)+a.base]
		if !ok {
			switch {
			case it.lacks != "":
				return &LineError{it.line, it.lacks}
			case it.content == nil:
				return &LineError{it.line, "the text lacks the " + strconv.Itoa(it.length) + " bytes of content of this value"}
			}
			return &LineError{it.line, "the value has " + strconv.Itoa(it.length) + " bytes of content, and the text tells " + strconv.Itoa(len(it.content))}
		}
		a.out = append(a.out, b)
	}
	return nil
}

// hidden reports whether a string that is said to have characters that it must not
// have shows none of them, so that they must be among its dots, and no comment line
// tells them.
func (a *assembler) hidden(it *item) bool {
	dot := false
	for i, c := range it.content {
		if _, ok := a.told[len(a.out)+a.base+i]; ok || !it.ia5 && !printableChar(c) {
			return false
		}
		dot = dot || c == '.'
	}
	return dot
}

// header adds the identifier and length octets of a value: those that the text
// tells, or the shortest, made longer where offsets show that they were.
func (a *assembler) header(items []item, i int) error {
	it := &items[i]
	if b := a.toldHeader(len(a.out) + a.base); b != nil {
		a.out = append(a.out, b...)
		return nil
	}
	if it.unknownTag {
		return &LineError{it.line, "the text does not say which tag this value has"}
	}
	if it.unknownForm {
		return &LineError{it.line, "the text does not say whether this value without content is constructed"}
	}
	start := len(a.out)
	a.out = appendIdentifier(a.out, it.class, it.tag, it.constructed)
	identifier := len(a.out) - start
	switch {
	case it.length < 0:
		a.out = append(a.out, 0x80)
		return nil
	case it.lengthBytes != nil:
		a.out = append(a.out, it.lengthBytes...)
		return nil
	}
	size := 1
	if it.length >= 0x80 {
		for n := it.length; n > 0; n >>= 8 {
			size++
		}
	}
	want := it.header
	if want == 0 {
		want = headerByOffsets(items, i)
	}
	if longer := want - identifier; longer > size && longer <= 9 {
		size = longer
	} else if it.header > 0 && longer != size {
		return &LineError{it.line, "a length of " + strconv.Itoa(it.length) + " does not fit into a header of " + strconv.Itoa(it.header) + " bytes"}
	}
	if size == 1 {
		a.out = append(a.out, byte(it.length))
		return nil
	}
	a.out = append(a.out, 0x80|byte(size-1))
	for shift := 8 * (size - 2); shift >= 0; shift -= 8 {
		a.out = append(a.out, byte(it.length>>shift))
	}
	return nil
}

// headerByOffsets is how many identifier and length octets a value has by the
// offset of the one after it, or 0.
func headerByOffsets(items []item, i int) int {
	it := &items[i]
	size := it.length
	if it.holds {
		size = 0
		if it.bits {
			size = 1
		}
	}
	for j := i + 1; j < len(items); j++ {
		next := &items[j]
		switch {
		case next.offset >= 0:
			return next.offset - it.offset - size
		case next.kind == endItem:
			size += 2
		}
	}
	return 0
}

// toldHeader is the identifier and length octets at an offset where comment lines
// tell all of them, or nil.
func (a *assembler) toldHeader(at int) []byte {
	if len(a.told) == 0 {
		return nil
	}
	var b []byte
	next := func() (byte, bool) {
		c, ok := a.told[at+len(b)]
		b = append(b, c)
		return c, ok
	}
	c, ok := next()
	if ok && c&0x1f == 0x1f {
		for c, ok = next(); ok && c&0x80 != 0; c, ok = next() {
		}
	}
	if !ok {
		return nil
	}
	c, ok = next()
	if ok && c > 0x80 && c != 0xff {
		for range c & 0x7f {
			if _, ok = next(); !ok {
				return nil
			}
		}
	}
	if !ok {
		return nil
	}
	return b
}

// finish puts the octets that comment lines tell in their places.
func (a *assembler) finish() ([]byte, error) {
	for at, b := range a.told {
		if at < a.base || at-a.base >= len(a.out) {
			return nil, errors.New("reading a dump: a comment line tells byte " + strconv.Itoa(at) + ", which is not in any value")
		}
		a.out[at-a.base] = b
	}
	return a.out, nil
}

// appendIdentifier writes identifier octets in their shortest form (X.690 section
// 8.1.2).
func appendIdentifier(out []byte, class ber.Class, tag uint32, constructed bool) []byte {
	id := byte(class) << 6
	if constructed {
		id |= 0x20
	}
	if tag < 0x1f {
		return append(out, id|byte(tag))
	}
	out = append(out, id|0x1f)
	shift := 28
	for ; shift > 0 && tag>>shift == 0; shift -= 7 {
	}
	for ; shift > 0; shift -= 7 {
		out = append(out, byte(tag>>shift)|0x80)
	}
	return append(out, byte(tag&0x7f))
}
