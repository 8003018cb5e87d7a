package pkix

// The text of ASN.1 character strings (X.680 section 41), as UTF-8.

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
)

// isString reports whether a universal tag is one of the character strings.
func isString(tag uint32) bool {
	switch tag {
	case ber.TagUTF8String, ber.TagNumericString, ber.TagPrintableString, ber.TagTeletexString,
		ber.TagIA5String, ber.TagVisibleString, ber.TagGeneralString, ber.TagUniversalString,
		ber.TagBMPString, ber.TagVideotexString, ber.TagGraphicString:
		return true
	}
	return false
}

// decodeString gives the text of a string's content octets. Octets that are not of
// the type's alphabet are kept as well as can be: a TeletexString, and any octet
// over 127 where there should be none, is read as Latin-1, which is what has been
// put there in practice. The result is false when octets had to be replaced.
func decodeString(tag uint32, b []byte) (string, bool) {
	switch tag {
	case ber.TagUTF8String:
		if utf8.Valid(b) {
			return string(b), true
		}
		return strings.ToValidUTF8(string(b), "\uFFFD"), false
	case ber.TagBMPString:
		units := make([]uint16, len(b)/2)
		for i := range units {
			units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
		}
		return string(utf16.Decode(units)), len(b)%2 == 0
	case ber.TagUniversalString:
		var s strings.Builder
		ok := len(b)%4 == 0
		for ; len(b) >= 4; b = b[4:] {
			r := rune(b[0])<<24 | rune(b[1])<<16 | rune(b[2])<<8 | rune(b[3])
			if !utf8.ValidRune(r) {
				r, ok = utf8.RuneError, false
			}
			s.WriteRune(r)
		}
		return s.String(), ok
	}
	return latin1(b), true
}

// latin1 gives octets as text, each an ISO 8859-1 character.
func latin1(b []byte) string {
	ascii := true
	for _, c := range b {
		if c >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

// isPrintableString reports whether octets are of the PrintableString alphabet
// (X.680 section 41.4).
func isPrintableString(b []byte) bool {
	for _, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.IndexByte(" '()+,-./:=?", c) >= 0:
		default:
			return false
		}
	}
	return true
}

// isASCII reports whether all octets are below 128.
func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// lowerASCII is strings.ToLower for ASCII letters alone, which is what host names
// and schemes compare by.
func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if 'A' <= b[i] && b[i] <= 'Z' {
					b[i] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

const hexDigits = "0123456789abcdef"

// hexString gives octets as lower-case hex without separators.
func hexString(b []byte) string {
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, hexDigits[c>>4], hexDigits[c&15])
	}
	return string(out)
}

// hexColons gives octets as hex in pairs with colons between.
func hexColons(b []byte, upper bool) string {
	digits := hexDigits
	if upper {
		digits = "0123456789ABCDEF"
	}
	out := make([]byte, 0, 3*len(b))
	for i, c := range b {
		if i > 0 {
			out = append(out, ':')
		}
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}
