package asn1text

// The content octets of a value by its text in the dumpasn1 style.

import (
	"bytes"
	"encoding/binary"
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// dumpasn1Content turns a value's text into content octets. Where it cannot, it
// says what is lacking.
func dumpasn1Content(it *item, pieces []piece) ([]byte, string) {
	first := bytes.TrimLeft(pieces[0].text, " ")
	if it.kind == rawItem {
		return hexContent(pieces, it.length)
	}
	if it.class != ber.Universal || it.unknownTag {
		return guessedContent(pieces, it.length)
	}
	switch it.tag {
	case ber.TagBoolean:
		switch string(first) {
		case "TRUE":
			return []byte{0xff}, ""
		case "FALSE":
			return []byte{0}, ""
		}
		return nil, "there is neither TRUE nor FALSE on this line"
	case ber.TagInteger, ber.TagEnumerated:
		if it.length > 4 {
			return hexContent(pieces, it.length)
		}
		if it.length < 1 {
			return []byte{}, ""
		}
		n, err := strconv.ParseUint(string(first), 10, 32)
		if err != nil || it.length < 4 && n>>(8*max(it.length, 0)) != 0 {
			return nil, "there is no number of the value's length on this line"
		}
		return binary.BigEndian.AppendUint32(nil, uint32(n))[4-it.length:], ""
	case ber.TagBitString:
		return bitContent(it, pieces)
	case ber.TagOctetString:
		return guessedContent(pieces, it.length)
	case ber.TagOID:
		return numbersContent(pieces)
	case ber.TagReal, ber.TagExternal, ber.TagEmbeddedPDV:
		return hexContent(pieces, it.length)
	}
	return stringContent(it, pieces)
}

// join puts the pieces of a string together: what stands between the quotes of
// each line. A foreign line is the wrapped end of the line above it, where a blank
// was taken out.
func join(pieces []piece) ([]byte, bool) {
	var out []byte
	inside, begun := false, false
	for _, p := range pieces {
		s := p.text
		switch {
		case inside:
			// The line above has no closing quote: this one goes on with it.
			out = append(append(out, ' '), s...)
		case p.foreign:
			continue
		default:
			s = bytes.TrimLeft(s, " ")
			if len(s) == 0 {
				continue
			}
			if s[0] != '\'' {
				continue
			}
			out, begun = append(out, s[1:]...), true
		}
		inside = true
		if n := len(out); n > 0 && out[n-1] == '\'' && (len(s) > 1 || p.foreign) {
			out, inside = out[:n-1], false
		}
	}
	return out, begun && !inside
}

// stringContent reads a string or time.
func stringContent(it *item, pieces []piece) ([]byte, string) {
	if b := timeContent(pieces[0].text, it.length); b != nil && (it.tag == ber.TagUTCTime || it.tag == ber.TagGeneralizedTime) {
		return b, ""
	}
	text, ok := join(pieces)
	if !ok {
		return nil, "there is no string between quotes here"
	}
	switch it.tag {
	case ber.TagBMPString:
		return bmpContent(text, it.length)
	case ber.TagTeletexString:
		return latin1Content(text), "the text does not have the length of the value"
	}
	return text, "the text does not have the length of the value"
}

func latin1Content(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if size == 1 || r > 0xff {
			r = rune(text[0])
			size = 1
		}
		out = append(out, byte(r))
		text = text[size:]
	}
	return out
}

// bmpContent writes characters in two octets each.
func bmpContent(text []byte, length int) ([]byte, string) {
	var out []byte
	for _, r := range string(text) {
		if len(out)+1 == length && r < 0x80 {
			out = append(out, byte(r))
			continue
		}
		out = append(out, byte(r>>8), byte(r))
	}
	return out, "the text does not have the length of the value"
}

// timeContent reads "27/01/2011 18:36:05 GMT", nil when it is none.
func timeContent(s []byte, length int) []byte {
	s = bytes.TrimLeft(s, " ")
	if len(s) != len("27/01/2011 18:36:05 GMT") || s[2] != '/' || s[5] != '/' || s[13] != ':' || length != 13 && length != 15 {
		return nil
	}
	out := make([]byte, 0, 15)
	if length == 15 {
		out = append(out, s[6:8]...)
	}
	for _, at := range [...]int{8, 3, 0, 11, 14, 17} {
		out = append(out, s[at:at+2]...)
	}
	return append(out, 'Z')
}

// guessedContent reads a value of which dumpasn1 guessed what it is: a time, a
// string, or octets.
func guessedContent(pieces []piece, length int) ([]byte, string) {
	first := bytes.TrimLeft(pieces[0].text, " ")
	if b := timeContent(first, length); b != nil {
		return b, ""
	}
	quote := len(first) > 0 && first[0] == '\''
	for _, p := range pieces[1:] {
		quote = quote || len(first) == 0 && p.text[0] == '\''
	}
	if !quote {
		return hexContent(pieces, length)
	}
	text, ok := join(pieces)
	if !ok {
		return nil, "there is no string between quotes here"
	}
	if len(text) != length && utf8.RuneCount(text) == (length+1)/2 {
		return text, "the text does not say in which order the two octets of each character are"
	}
	return text, "the text does not have the length of the value"
}

// hexContent reads octets from all the lines of a value.
func hexContent(pieces []piece, length int) ([]byte, string) {
	room := 0
	for _, p := range pieces {
		room += len(p.text) / 3
	}
	out := make([]byte, 0, min(max(length, 0), room+1))
	for _, p := range pieces {
		s := bytes.TrimPrefix(bytes.TrimLeft(p.text, " "), []byte(unrecognised))
		most := max(length-len(out), 0)
		if !p.foreign {
			most++ // to see that there is no more
		}
		out, _ = hexPairs(out, bytes.TrimLeft(s, " "), most)
	}
	if len(out) > length {
		return out, "the value has " + strconv.Itoa(length) + " bytes of content by its length, and more by the lines below"
	}
	return out, "the text lacks data: the value has " + strconv.Itoa(length) + " bytes of content, and there are " + strconv.Itoa(len(out)) + " here"
}

// cutUnused reads " 3 unused bits".
func cutUnused(s []byte) (int, []byte, bool) {
	s = bytes.TrimLeft(s, " ")
	n, rest, ok := cutNumber(s)
	if !ok || n > 255 {
		return 0, s, false
	}
	rest, ok = bytes.CutPrefix(rest, []byte(" unused bit"))
	if !ok {
		return 0, s, false
	}
	return n, bytes.TrimPrefix(rest, []byte("s")), true
}

// bitContent reads a BIT STRING: flags, text or hex.
func bitContent(it *item, pieces []piece) ([]byte, string) {
	unused, rest, _ := cutUnused(pieces[0].text)
	pieces[0].text = rest
	out := []byte{byte(unused)}
	if bytes.Equal(bytes.TrimLeft(rest, " "), []byte("(no bits set)")) {
		return out, ""
	}
	for _, p := range pieces {
		s := bytes.TrimLeft(p.text, " ")
		end := bytes.Index(s, []byte("'B"))
		if len(s) == 0 || s[0] != '\'' || end < 1 || it.length > 5 {
			continue
		}
		bits := s[1:end]
		size := (len(bits) + 7) / 8
		out = append(out, make([]byte, size)...)
		for i := range bits {
			// The first bit of the BIT STRING is the last on the line.
			if bits[len(bits)-1-i] == '1' {
				out[1+i/8] |= 0x80 >> (i % 8)
			}
		}
		return out, "the bits do not have the length of the value"
	}
	b, lacks := guessedContent(pieces, it.length-1)
	return append(out, b...), lacks
}

// numbersContent reads an object identifier: "rsaEncryption (1 2 840 113549 1 1 1)"
// or "'1 2 3'". The name may stand on a line of its own.
func numbersContent(pieces []piece) ([]byte, string) {
	var s []byte
	for _, p := range pieces[:min(len(pieces), gap)] {
		s = append(append(s, ' '), bytes.TrimSpace(p.text)...)
		t := bytes.TrimSpace(s)
		if len(t) < 3 {
			continue
		}
		open := -1
		switch t[len(t)-1] {
		case ')':
			open = bytes.LastIndexByte(t, '(')
		case '\'':
			open = bytes.IndexByte(t, '\'')
		}
		if open < 0 || open == len(t)-1 {
			continue
		}
		if o, ok := oid.Parse(string(bytes.Join(bytes.Fields(t[open+1:len(t)-1]), []byte(".")))); ok {
			return []byte(o), ""
		}
	}
	return nil, "there are no numbers of an object identifier here"
}
