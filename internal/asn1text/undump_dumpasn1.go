package asn1text

// Reading the dumpasn1 style back.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
)

// cutDumpasn1 reads what follows the offset: "  472: SEQUENCE {" or " NDEF: …". It
// answers the length, -1 for an indefinite one, and the text behind the colon.
func cutDumpasn1(s []byte) (length int, rest []byte, ok bool) {
	t := bytes.TrimLeft(s, " \t")
	if len(t) == len(s) {
		return 0, nil, false
	}
	length, rest, ok = cutNumber(t)
	if !ok {
		length = -1
		for _, word := range [...]string{"NDF", "NDEF", "INDEF"} {
			if rest, ok = bytes.CutPrefix(t, []byte(word)); ok {
				break
			}
		}
		rest = bytes.TrimLeft(rest, " ")
	}
	if !ok || len(rest) == 0 || rest[0] != ':' {
		return 0, nil, false
	}
	rest = bytes.TrimLeft(rest[1:], indent)
	_, _, ok = cutDumpasn1Type(rest)
	return length, rest, ok
}

// indent is what stands before a type or value: with -d dumpasn1 puts dots there.
const indent = " \t."

// isHexHeader reports whether a line is that of a value whose offset or length is in
// hexadecimal and cannot be decimal.
func isHexHeader(s []byte) bool {
	head, rest, _ := bytes.Cut(s, []byte(":"))
	fields := bytes.Fields(head)
	if len(fields) != 2 || bytes.ContainsFunc(bytes.Join(fields, nil), func(r rune) bool { return r > 'f' || hexValue(byte(r)) < 0 }) {
		return false
	}
	_, _, ok := cutDumpasn1Type(bytes.TrimLeft(rest, indent))
	return ok
}

// cutDumpasn1Type reads a value's type.
func cutDumpasn1Type(s []byte) (it item, rest []byte, ok bool) {
	if rest, ok = bytes.CutPrefix(s, []byte(damagedType)); ok {
		it.kind = rawItem
		return it, rest, true
	}
	if len(s) > 0 && s[0] == '[' {
		rest = s[1:]
		it.class = ber.ContextSpecific
		if after, ok := bytes.CutPrefix(rest, []byte("APPLICATION ")); ok {
			it.class, rest = ber.Application, after
		} else if after, ok := bytes.CutPrefix(rest, []byte("PRIVATE ")); ok {
			it.class, rest = ber.Private, after
		}
		end := bytes.IndexByte(rest, ']')
		if end < 0 {
			return it, nil, false
		}
		tag, err := strconv.ParseUint(string(rest[:end]), 10, 32)
		it.tag = uint32(tag)
		return it, rest[end+1:], err == nil
	}
	if rest, ok = bytes.CutPrefix(s, []byte(unknownType)); ok {
		it.unknownTag = true
		return it, rest, true
	}
	for tag, name := range dumpasn1Types {
		rest, ok = bytes.CutPrefix(s, []byte(name))
		if ok && (len(rest) == 0 || rest[0] == ' ' || rest[0] == ',') {
			it.tag = uint32(tag)
			return it, rest, true
		}
	}
	return it, nil, false
}

type dumpasn1Reader struct {
	items []item
	told  octets
	open  []int // items that a brace has opened
	// last is what hex, strings and names go on with: the value above.
	last int
	// pieces are the lines of that value, the first being what follows its type.
	pieces []piece
}

// piece is a line of a value's text.
type piece struct {
	text    []byte
	foreign bool // a line without a margin: the wrapped end of the one before
}

func readDumpasn1(text []byte, first int) ([]item, octets, error) {
	r := dumpasn1Reader{told: octets{}, last: -1}
	for _, line := range splitLines(text, first) {
		s := bytes.TrimLeft(line.text, margin)
		if len(s) == 0 {
			continue
		}
		var err error
		if offset, rest, ok := cutNumber(s); ok {
			if length, rest, ok := cutDumpasn1(rest); ok {
				if err = r.begin(line.number, offset, length, rest); err != nil {
					return nil, nil, err
				}
				continue
			}
		}
		if s[0] != ':' && pageEnd(s) {
			continue
		}
		if isHexHeader(s) {
			return nil, nil, &LineError{line.number, "the offset or the length is hexadecimal, as dumpasn1 -x has them; decimal ones can be read"}
		}
		if s[0] != ':' {
			r.pieces = append(r.pieces, piece{s, true})
			continue
		}
		if err = r.further(line.number, bytes.TrimLeft(s[1:], indent)); err != nil {
			return nil, nil, err
		}
	}
	return r.items, r.told, r.finish()
}

// begin reads the line of a value.
func (r *dumpasn1Reader) begin(line, offset, length int, s []byte) error {
	if err := r.finish(); err != nil {
		return err
	}
	it, rest, _ := cutDumpasn1Type(s)
	it.line, it.offset, it.length = line, offset, length
	if it.kind == valueItem && it.class == ber.Universal && it.tag == ber.TagNull {
		it.content = []byte{}
	}
	// How the line ends tells what kind of value it is.
	after := rest
	if head, ok := bytes.CutSuffix(after, []byte(" {")); ok && !quoted(head) {
		it.holds, after = true, head
	} else if head, ok := bytes.CutSuffix(after, []byte(" {}")); ok && !quoted(head) {
		it.constructed, after = true, head
	}
	if it.holds {
		if head, ok := bytes.CutSuffix(after, []byte(", encapsulates")); ok {
			after = head
			if it.class == ber.Universal && it.tag == ber.TagBitString {
				it.bits = true
				n, _, _ := cutUnused(after)
				it.unused = byte(n)
			}
		} else {
			it.constructed = true
		}
	}
	if it.constructed && !it.holds {
		it.holds = true
		r.items = append(r.items, it, item{kind: closeItem, line: line, offset: -1})
		return nil
	}
	it.unknownForm = it.class != ber.Universal && it.length == 0 && !it.holds
	r.items = append(r.items, it)
	if it.holds {
		r.open = append(r.open, len(r.items)-1)
		return nil
	}
	r.last = len(r.items) - 1
	r.pieces = append(r.pieces[:0], piece{rest, false})
	return nil
}

// quoted reports whether a string has begun and not ended in s.
func quoted(s []byte) bool {
	s = bytes.TrimLeft(s, " ")
	return len(s) > 0 && s[0] == '\''
}

// further reads a line that has no offset.
func (r *dumpasn1Reader) further(line int, s []byte) error {
	switch {
	case len(s) == 0:
	case bytes.Equal(s, []byte("}")):
		if err := r.finish(); err != nil {
			return err
		}
		if len(r.open) == 0 {
			return &LineError{line, "nothing is open that could end here"}
		}
		it := &r.items[r.open[len(r.open)-1]]
		r.open = r.open[:len(r.open)-1]
		kind := closeItem
		if it.length < 0 && it.lacks != missingEnd {
			kind = endItem
		}
		r.items = append(r.items, item{kind: kind, line: line, offset: -1})
	case r.told.comment(s):
	case bytes.HasPrefix(s, []byte("Error: ")):
		r.complaint(s[len("Error: "):])
	case bytes.HasPrefix(s, []byte("[ Another ")):
		if r.last >= 0 {
			r.items[r.last].lacks = "the text leaves bytes out on line " + strconv.Itoa(line) + ": " + string(s)
			return &LineError{line, "the text lacks data: " + string(s)}
		}
	default:
		r.pieces = append(r.pieces, piece{s, false})
	}
	return nil
}

// missingEnd marks a value of indefinite length that has no end.
const missingEnd = "no end-of-contents octets"

// complaint reads those error messages that tell octets.
func (r *dumpasn1Reader) complaint(s []byte) {
	if bytes.Contains(s, []byte("end-of-contents octets of an indefinite length are missing")) {
		if len(r.open) > 0 {
			r.items[r.open[len(r.open)-1]].lacks = missingEnd
		}
		return
	}
	if len(r.items) == 0 {
		return
	}
	it := &r.items[len(r.items)-1]
	if it.kind == closeItem && len(r.items) > 1 {
		it = &r.items[len(r.items)-2]
	}
	if bytes.HasSuffix(s, []byte("String contains illegal character(s).")) {
		it.dots, it.ia5 = true, s[0] == 'I'
	} else if rest, ok := bytes.CutPrefix(s, []byte("Length '")); ok {
		if b, rest := hexPairsQuoted(rest); len(rest) > 0 {
			it.lengthBytes = lengthOctets(b, it.length)
		}
	} else if rest, ok := bytes.CutPrefix(s, []byte("BOOLEAN '")); ok {
		if b, rest := hexPairsQuoted(rest); len(b) == 1 && len(rest) > 0 {
			it.content = b
		}
	}
}

// hexPairsQuoted reads hex up to a closing quote.
func hexPairsQuoted(s []byte) (b, rest []byte) {
	end := bytes.IndexByte(s, '\'')
	if end < 0 {
		return nil, nil
	}
	b, left := hexPairs(nil, s[:end], end)
	if len(left) > 0 {
		return nil, nil
	}
	return b, s[end:]
}

// lengthOctets are a value's length octets by what dumpasn1 says of them: all of
// them, or all but the first.
func lengthOctets(b []byte, length int) []byte {
	value := func(b []byte) int {
		n := 0
		for _, c := range b {
			n = n<<8 | int(c)
		}
		return n
	}
	switch {
	case len(b) > 1 && len(b) < 9 && int(b[0]) == 0x80+len(b)-1 && value(b[1:]) == length:
		return b
	case len(b) > 0 && len(b) < 9 && value(b) == length:
		return append([]byte{0x80 | byte(len(b))}, b...)
	}
	return nil
}

// finish reads the text of the last value, now that all of it is there.
func (r *dumpasn1Reader) finish() error {
	last := r.last
	r.last = -1
	if last < 0 {
		r.pieces = r.pieces[:0]
		return nil
	}
	it := &r.items[last]
	if it.content == nil {
		it.content, it.lacks = dumpasn1Content(it, r.pieces)
	}
	r.pieces = r.pieces[:0]
	return nil
}

// pageEnd reports whether a line is the footer or the header of a page of an RFC or
// Internet-Draft.
func pageEnd(s []byte) bool {
	s = bytes.TrimSpace(s)
	if bytes.HasSuffix(s, []byte("]")) && bytes.Contains(s, []byte("[Page ")) {
		return true
	}
	if !bytes.HasPrefix(s, []byte("RFC ")) && !bytes.HasPrefix(s, []byte("Internet-Draft ")) || len(s) < 40 {
		return false
	}
	year, _, ok := cutNumber(s[len(s)-4:])
	return ok && year > 1900
}
