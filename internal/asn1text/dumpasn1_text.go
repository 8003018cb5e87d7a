package asn1text

// Strings in the dumpasn1 style.

import (
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
)

// form is how a string's octets are shown as characters.
type form uint8

const (
	notText form = iota
	utcTime
	generalizedTime
	printableText
	ia5Text
	latin1Text
	utf8Text
	bmpText
	bmpReversed // little-endian, as Microsoft puts them into OCTET STRINGs
)

// textForm reports whether the content of a value that is not said to be a string
// looks like one to dumpasn1: it looks at the first 16 octets.
func textForm(b []byte) form {
	sample := b[:min(len(b), 16)]
	if len(sample) < 4 {
		for _, c := range sample {
			if !letterDigitSpace(c) {
				return notText
			}
		}
		if len(sample) < 3 {
			return notText
		}
		return ia5Text
	}
	if len(b) == 13 || len(b) == 15 {
		if b[len(b)-1] == 'Z' && digits(b[:len(b)-1]) {
			if len(b) == 13 {
				return utcTime
			}
			return generalizedTime
		}
	}
	bmp, reversed := false, false
	for i, c := range sample {
		even := i&1 == 0
		if c == 0 {
			if even && reversed || !even && bmp {
				return notText
			}
			if !even {
				reversed = true
			} else if i < len(sample)-2 {
				bmp = true
			}
			continue
		}
		if even && bmp || !even && reversed || c < 0x20 || c > 0x7e {
			return notText
		}
	}
	switch {
	case reversed:
		return bmpReversed
	case bmp:
		return bmpText
	}
	return ia5Text
}

func letterDigitSpace(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == ' ' || c >= '\t' && c <= '\r'
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// text writes a string: a short one behind its type, a longer one in pieces of 48
// characters on lines of their own.
func (w *dumpasn1Writer) text(n *ber.Node, b []byte, level int, as form) {
	end := n.End
	start := end - int32(len(b))
	isTime := as == utcTime && len(b) == 13 || as == generalizedTime && len(b) == 15
	if isTime {
		w.time(n, b, level, as)
		return
	}
	level = min(level, textLevel)
	if w.plain(b, level, as) {
		return
	}
	short := len(b) <= shortText
	if short {
		w.string(" '")
	}
	var badPrintable, badIA5, oddBMP, lost bool
	line, told := textLine, len(w.untold)
	for i := 0; i < len(b); {
		if !short && i%line == 0 {
			if i > 0 {
				w.byte('\'')
			}
			w.next(level)
			w.byte('\'')
		}
		c := b[i]
		// A character of several octets moves dumpasn1's end of line by one.
		switch as {
		case bmpText:
			if i == len(b)-1 {
				oddBMP = true
				break
			}
			if !w.rune(rune(c)<<8 | rune(b[i+1])) {
				w.leave(start+int32(i), start+int32(i)+2)
			}
			line++
			i += 2
			continue
		case bmpReversed:
			if i == len(b)-1 {
				oddBMP = true
				break
			}
			if c < ' ' || c > '~' {
				c = '.'
			}
			w.byte(c)
			i += 2
			continue
		case utf8Text:
			if c >= 0x80 {
				r, size := utf8.DecodeRune(b[i:])
				// A dot for several octets moves all that follow: none is told then.
				lost = !w.rune(r) || lost
				line++
				i += size
				continue
			}
		case latin1Text:
			if c >= 0xa0 {
				w.bytes(utf8.AppendRune(nil, rune(c)))
				i++
				continue
			}
		case printableText, utcTime, generalizedTime:
			badPrintable = badPrintable || !printableChar(c)
		case ia5Text:
			badIA5 = badIA5 || c != '\r' && c != '\n' && c != '\t' && (c < ' ' || c > '~')
		}
		if c < ' ' || c > '~' {
			w.leave(start+int32(i), start+int32(i)+1)
			c = '.'
		}
		w.byte(c)
		i++
	}
	w.string("'\n")
	if lost || as == bmpReversed || as == bmpText && (n.Class != ber.Universal || n.Tag != ber.TagBMPString) {
		// Nothing tells that these characters have two octets, and in which order.
		w.untold = append(w.untold[:told], [2]int{int(n.Content), int(end)})
	}
	switch {
	case as == utcTime || as == generalizedTime:
		w.complain(level, "Error: Time is encoded incorrectly.")
	case badPrintable:
		w.complain(level, "Error: PrintableString contains illegal character(s).")
	case badIA5:
		w.complain(level, "Error: IA5String contains illegal character(s).")
	case oddBMP:
		w.complain(level, "Error: BMPString has missing final byte/half character.")
	}
}

// The kinds of characters that text can be made of without a second look.
const (
	visible   = 1 << iota // printable ASCII
	printable             // of a PrintableString
)

var characterKinds = func() (table [256]uint8) {
	for c := range table {
		if c >= ' ' && c <= '~' {
			table[c] |= visible
		}
		if printableChar(byte(c)) {
			table[c] |= printable
		}
	}
	return table
}()

// plain writes a string that has nothing but characters that can be shown and that
// it may have, as nearly all do. It answers false for any other.
func (w *dumpasn1Writer) plain(b []byte, level int, as form) bool {
	need := uint8(visible)
	switch as {
	case printableText:
		need = printable
	case ia5Text, latin1Text, utf8Text:
	default:
		return false
	}
	for _, c := range b {
		if characterKinds[c]&need == 0 {
			return false
		}
	}
	if len(b) <= shortText {
		w.word(quote)
		w.bytes(b)
	} else {
		for at := 0; at < len(b); at += textLine {
			if at > 0 {
				w.byte('\'')
			}
			w.next(level)
			w.byte('\'')
			w.bytes(b[at:min(at+textLine, len(b))])
		}
	}
	w.word(quoteEnd)
	return true
}

// rune writes a character, or a dot in place of one that cannot be seen, and
// reports which.
func (w *dumpasn1Writer) rune(r rune) bool {
	if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0xd800 && r < 0xe000 || r == 0xfeff || r == 0x2028 || r == 0x2029 || r == utf8.RuneError {
		w.byte('.')
		return false
	}
	w.bytes(utf8.AppendRune(nil, r))
	return true
}

// printableChar reports whether X.680 section 41.4 allows the character.
func printableChar(c byte) bool {
	switch {
	case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		return true
	}
	switch c {
	case ' ', '\'', '(', ')', '+', ',', '-', '.', '/', ':', '=', '?':
		return true
	}
	return false
}

var timeLabel = labelOf(" dd/mm/ccyy hh:mm:ss GMT")

// time writes a UTCTime of 13 or a GeneralizedTime of 15 octets.
func (w *dumpasn1Writer) time(n *ber.Node, b []byte, level int, as form) {
	level = min(level, textLevel)
	var chars [15]byte // of a GeneralizedTime
	t := chars[15-len(b):]
	bad, other := false, b[len(b)-1] != 'Z'
	for i, c := range b {
		if c-'0' > 9 {
			other = other || i < len(b)-1
			if bad = bad || c != 'Z'; c < ' ' || c > '~' {
				c = '.'
			}
		}
		t[i] = c
	}
	if other {
		w.leave(n.End-int32(len(b)), n.End)
	}
	if as == utcTime {
		chars[0], chars[1] = '1', '9'
		if t[0] < '5' {
			chars[0], chars[1] = '2', '0'
		}
	}
	year := chars[2:]
	w.room(32)
	at := w.buf[w.n : w.n+25]
	timeLabel.put(at)
	at[24] = '\n'
	w.n += 25
	at[1], at[2], at[4], at[5], at[7], at[8] = year[4], year[5], year[2], year[3], chars[0], chars[1]
	at[9], at[10], at[12], at[13], at[15], at[16], at[18], at[19] = year[0], year[1], year[6], year[7], year[8], year[9], year[10], year[11]
	if bad {
		w.complain(level, "Error: Time is encoded incorrectly.")
	}
	past38 := year[0] == '3' && year[1] >= '8'
	farFuture, far := false, false
	if as == utcTime {
		past38 = past38 || year[0] == '4'
	} else {
		past38 = past38 || year[0] >= '4'
		if t[0] == '2' && t[1] >= '1' {
			past38, farFuture = true, true
		}
		far = year[0] >= '7'
	}
	if past38 {
		w.complain(level, "Error: Time value cannot be represented in a 32-bit time_t.")
	}
	switch {
	case far:
		w.complain(level, "Error: Time value is either more than twenty years in the past or more than half a century in the future.")
	case farFuture:
		w.complain(level, "Error: Time value is more than half a century in the future.")
	}
}
