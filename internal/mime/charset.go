// Text in its charset, as UTF-8. Only charsets that need no table of their own to
// speak of are read: those that text in and around SIP is in.

package mime

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// DecodeCharset turns text in a charset (an IANA name in any case; empty stands for
// UTF-8, RFC 3261 section 25.1) into UTF-8. When the charset is not known, or the
// bytes are not valid in it, known is false, and each run of bytes that is not UTF-8
// becomes one U+FFFD.
func DecodeCharset(b []byte, charset string) (text string, known bool) {
	switch strings.ToLower(charset) {
	case "", "utf-8", "utf8":
		if utf8.Valid(b) {
			return string(b), true
		}
	case "us-ascii", "ascii", "ansi_x3.4-1968", "iso646-us":
		for _, c := range b {
			if c >= 0x80 {
				return strings.ToValidUTF8(string(b), "\uFFFD"), false
			}
		}
		return string(b), true
	case "iso-8859-1", "latin1", "iso_8859-1", "l1":
		return single(b, nil), true
	case "iso-8859-15", "latin-9":
		return single(b, latin9), true
	case "windows-1252", "cp1252":
		return single(b, windows1252), true
	case "utf-16", "utf-16be", "utf-16le":
		return fromUTF16(b, strings.ToLower(charset))
	}
	return strings.ToValidUTF8(string(b), "\uFFFD"), false
}

func single(b []byte, table func(byte) rune) string {
	out := make([]byte, 0, len(b)+len(b)/8)
	for _, c := range b {
		r := rune(c)
		if table != nil {
			r = table(c)
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// latin9 differs from Latin-1 in eight places.
func latin9(c byte) rune {
	switch c {
	case 0xa4:
		return '€'
	case 0xa6:
		return 'Š'
	case 0xa8:
		return 'š'
	case 0xb4:
		return 'Ž'
	case 0xb8:
		return 'ž'
	case 0xbc:
		return 'Œ'
	case 0xbd:
		return 'œ'
	case 0xbe:
		return 'Ÿ'
	}
	return rune(c)
}

// windows1252 differs from Latin-1 in 80 to 9F. The five bytes that it leaves
// undefined stay control characters.
func windows1252(c byte) rune {
	const block = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if c < 0x80 || c > 0x9f {
		return rune(c)
	}
	i := int(c - 0x80)
	for _, r := range block {
		if i == 0 {
			return r
		}
		i--
	}
	return rune(c)
}

func fromUTF16(b []byte, charset string) (string, bool) {
	little := charset == "utf-16le"
	if len(b) >= 2 && charset == "utf-16" {
		switch {
		case b[0] == 0xff && b[1] == 0xfe:
			little, b = true, b[2:]
		case b[0] == 0xfe && b[1] == 0xff:
			b = b[2:]
		}
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		high, low := b[2*i], b[2*i+1]
		if little {
			high, low = low, high
		}
		units[i] = uint16(high)<<8 | uint16(low)
	}
	return string(utf16.Decode(units)), len(b)%2 == 0
}

// Text is the entity's decoded body as UTF-8, by the charset parameter. known is
// false when the charset is not known or the bytes are not valid in it.
func (e *Entity) Text(decoded []byte) (text string, known bool) {
	return DecodeCharset(decoded, e.Params["charset"])
}
