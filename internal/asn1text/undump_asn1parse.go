package asn1text

// Reading the asn1parse styles back.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// asn1parseLine is the line of a value up to its type.
type asn1parseLine struct {
	header, length int // header 0: not there; length -1: indefinite
	constructed    bool
	rest           []byte // type and value
}

// cutASN1Parse reads what follows the offset: ":d=1  hl=4 l= 669 cons: " or
// ":l= 669 cons: ".
func cutASN1Parse(s []byte) (asn1parseLine, bool) {
	var l asn1parseLine
	s, ok := bytes.CutPrefix(s, []byte(":"))
	if !ok {
		return l, false
	}
	if rest, ok := bytes.CutPrefix(s, []byte("d=")); ok {
		if _, s, ok = cutNumber(rest); !ok {
			return l, false
		}
		if s, ok = bytes.CutPrefix(bytes.TrimLeft(s, " "), []byte("hl=")); !ok {
			return l, false
		}
		if l.header, s, ok = cutNumber(s); !ok {
			return l, false
		}
		s = bytes.TrimLeft(s, " ")
	}
	if s, ok = bytes.CutPrefix(s, []byte("l=")); !ok {
		return l, false
	}
	s = bytes.TrimLeft(s, " ")
	if rest, ok := bytes.CutPrefix(s, []byte("inf")); ok {
		l.length, s = -1, rest
	} else if l.length, s, ok = cutNumber(s); !ok {
		return l, false
	}
	s = bytes.TrimLeft(s, " ")
	if rest, ok := bytes.CutPrefix(s, []byte("cons:")); ok {
		l.constructed, s = true, rest
	} else if s, ok = bytes.CutPrefix(s, []byte("prim:")); !ok {
		return l, false
	}
	l.rest = bytes.TrimLeft(s, " ")
	return l, true
}

// cutASN1ParseType reads the type, and answers what follows it and its padding.
func cutASN1ParseType(s []byte) (class ber.Class, tag uint32, rest []byte, ok bool) {
	for class, prefix := range [...]string{"<ASN1 ", "appl [ ", "cont [ ", "priv [ "} {
		after, ok := bytes.CutPrefix(s, []byte(prefix))
		if !ok {
			continue
		}
		end := 0
		for end < len(after) && after[end] >= '0' && after[end] <= '9' {
			end++
		}
		n, err := strconv.ParseUint(string(after[:end]), 10, 32)
		close := " ]"
		if class == 0 {
			close = ">"
		}
		after, ok = bytes.CutPrefix(after[end:], []byte(close))
		return ber.Class(class), uint32(n), bytes.TrimLeft(after, " "), err == nil && ok
	}
	best := -1
	for i, name := range asn1parseTypes {
		if bytes.HasPrefix(s, []byte(name)) && (best < 0 || len(name) > len(asn1parseTypes[best])) {
			best = i
		}
	}
	if best < 0 {
		return 0, 0, nil, false
	}
	return ber.Universal, uint32(best), bytes.TrimLeft(s[len(asn1parseTypes[best]):], " "), true
}

// textValue reports whether a line's value is text that may go on over ends of
// lines: OpenSSL prints strings as they are.
func textValue(tag uint32) bool {
	switch tag {
	case ber.TagUTF8String, ber.TagPrintableString, ber.TagTeletexString, ber.TagIA5String, ber.TagVisibleString,
		ber.TagNumericString, ber.TagUTCTime, ber.TagGeneralizedTime, ber.TagOctetString:
		return true
	}
	return false
}

// textSpan is how many bytes of text a string's value takes when it goes on over
// ends of lines: all of its length, behind which a line must end. It is 0
// otherwise. text begins behind the colon.
func textSpan(l asn1parseLine, text []byte) int {
	_, tag, value, ok := cutASN1ParseType(l.rest)
	if !ok || l.constructed || !textValue(tag) || len(value) == 0 || value[0] != ':' {
		return 0
	}
	if l.length < 0 || l.length > len(text) || bytes.IndexByte(text[:l.length], '\n') < 0 {
		return 0
	}
	if l.length < len(text) && text[l.length] != '\n' && text[l.length] != '\r' {
		return 0
	}
	return l.length
}

// asn1parseValue is where a value's text begins in its line, behind the colon.
func asn1parseValue(line []byte, l asn1parseLine) int {
	_, _, value, _ := cutASN1ParseType(l.rest)
	return len(line) - len(value) + 1
}

func readASN1Parse(text []byte, first int) ([]item, octets, error) {
	var items []item
	told := octets{}
	var names map[string][]byte
	lines := splitLines(text, first)
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		s := bytes.TrimLeft(line.text, margin)
		if told.comment(s) {
			continue
		}
		offset, rest, ok := cutNumber(s)
		var l asn1parseLine
		if ok {
			l, ok = cutASN1Parse(rest)
		}
		if !ok {
			if len(items) > 0 && isHexLine(s) {
				if err := addHexLine(&items[len(items)-1], s, line.number); err != nil {
					return nil, nil, err
				}
			}
			continue
		}
		it := item{line: line.number, offset: offset, header: l.header, length: l.length, constructed: l.constructed, holds: l.constructed}
		if bytes.HasPrefix(l.rest, []byte(damagedType)) {
			it.kind = rawItem
			items = append(items, it)
			continue
		}
		var value []byte
		it.class, it.tag, value, ok = cutASN1ParseType(l.rest)
		if !ok {
			return nil, nil, &LineError{line.number, "there is no type that is known on this line"}
		}
		if it.class == ber.Universal && it.tag == ber.TagEOC && !it.constructed && it.length == 0 {
			it.kind = endItem
			items = append(items, it)
			continue
		}
		if !it.constructed {
			begin := line.start + asn1parseValue(line.text, l)
			if span := textSpan(l, text[min(begin, len(text)):]); span > 0 {
				it.content = text[begin : begin+span]
				for i+1 < len(lines) && lines[i+1].start < begin+span {
					i++
				}
			} else if len(value) > 0 && value[0] == ':' {
				if names == nil {
					names = map[string][]byte{}
				}
				it.content, it.lacks = asn1parseContent(&it, line.full[asn1parseValue(line.text, l):], value[1:], names)
			} else if b, ok := bytes.CutPrefix(value, []byte("[HEX DUMP]:")); ok {
				it.content = upperHexValue(b)
			}
		}
		items = append(items, it)
	}
	return items, told, nil
}

// addHexLine adds a line of hex to the value above it, as many octets as it lacks.
// What follows them on the line is their text.
func addHexLine(it *item, s []byte, line int) error {
	lacking := it.length - len(it.content)
	if it.holds || lacking <= 0 {
		return nil
	}
	if digits := bytes.IndexByte(s, ' '); digits >= 4 {
		s = s[digits+3:]
	}
	count := min(lacking, hexLine)
	if bytes.Contains(s, []byte("<SPACES/NULS>")) {
		return &LineError{line, "the text does not say which octets here are blanks and which are zero"}
	}
	before := len(it.content)
	if it.content == nil {
		it.content = []byte{} // it grows by what is there, not by what is claimed
	}
	it.content, _ = hexPairs(it.content, s, count)
	if got := len(it.content) - before; got < count {
		return &LineError{line, "the line has " + strconv.Itoa(got) + " bytes of hex, and " + strconv.Itoa(count) + " are due"}
	}
	return nil
}

// asn1parseContent turns a value's text into content octets: full is the text with
// the blanks at its end. Where it cannot, it says what is lacking.
func asn1parseContent(it *item, full, value []byte, names map[string][]byte) ([]byte, string) {
	if it.class != ber.Universal {
		return nil, ""
	}
	if open := bytes.LastIndex(value, []byte(":[")); open >= 0 && bytes.HasPrefix(value, []byte("BAD ")) && value[len(value)-1] == ']' {
		return upperHexValue(value[open+2 : len(value)-1]), "the hex on this line does not have the length of the value"
	}
	switch it.tag {
	case ber.TagBoolean:
		if n, rest, ok := cutNumber(value); ok && len(rest) == 0 && n < 256 {
			return []byte{byte(n)}, ""
		}
		return nil, "there is no number of a BOOLEAN on this line"
	case ber.TagInteger, ber.TagEnumerated:
		return integerContent(value, it.length)
	case ber.TagOID:
		name := string(value)
		b, ok := names[name]
		if !ok {
			b = objectContent(name)
			names[name] = b
		}
		if b == nil {
			return nil, "the object identifier " + strconv.Quote(name) + " is not known by this name"
		}
		return b, ""
	}
	if textValue(it.tag) {
		// Blanks at the end of a line are easily lost.
		switch {
		case len(full) >= it.length && len(bytes.TrimRight(full[it.length:], "\r")) == 0:
			return full[:it.length], ""
		case len(value) < it.length && it.length-len(value) <= 64 && !textEndsElsewhere(full):
			return append(append(make([]byte, 0, it.length), value...), bytes.Repeat([]byte(" "), it.length-len(value))...), ""
		}
		return value, ""
	}
	return nil, ""
}

// textEndsElsewhere reports whether a line still has the blanks at its end, so that
// none can have been lost.
func textEndsElsewhere(full []byte) bool {
	return len(full) > 0 && full[len(full)-1] == ' '
}

// integerContent reads "-80" or "96A3" into content of this length.
func integerContent(value []byte, length int) ([]byte, string) {
	const lacking = "there is no INTEGER of the value's length on this line"
	digits, negative := bytes.CutPrefix(value, []byte("-"))
	magnitude := upperHexValue(digits)
	if magnitude == nil || len(magnitude) > length || length > len(magnitude)+1 {
		return nil, lacking
	}
	b := make([]byte, length)
	copy(b[length-len(magnitude):], magnitude)
	if negative {
		carry := 1
		for i := length - 1; i >= 0; i-- {
			n := int(^b[i]) & 0xff
			n += carry
			b[i], carry = byte(n), n>>8
		}
	}
	if length > 0 && b[0]&0x80 != 0 != negative {
		return nil, lacking
	}
	return b, ""
}

// upperHexValue reads hex without separators; nil when it is none.
func upperHexValue(s []byte) []byte {
	if len(s)%2 != 0 {
		return nil
	}
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i += 2 {
		high, low := hexValue(s[i]), hexValue(s[i+1])
		if high < 0 || low < 0 {
			return nil
		}
		b = append(b, byte(high<<4|low))
	}
	return b
}

// objectContent is the content of an object identifier by its dotted form or by
// OpenSSL's name; nil when it is neither.
func objectContent(name string) []byte {
	o, ok := oid.Parse(name)
	if !ok {
		o, ok = opensslNumber(name)
	}
	if !ok {
		return nil
	}
	return []byte(o)
}
