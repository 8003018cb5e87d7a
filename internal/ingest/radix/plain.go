package radix

// Hex without offsets, base64, percent-encoding, quoted-printable.

import (
	"bytes"
	"encoding/base64"
)

// Hex reads a run of hex digits with white space, colons, commas, hyphens, 0x, \x
// or % between the bytes, in one literal of C or none: what "as hex stream",
// xxd -p, xxd -i and "as C array" of Wireshark give.
func Hex(text []byte) (Run, bool) {
	body, literal := arrayBody(text)
	out := make([]byte, 0, len(body)/2)
	for i := 0; i < len(body); {
		c := body[i]
		switch {
		case isSpace(c) || c == ':' || c == ',' || c == ';' || c == '-' && len(out) > 0:
			i++
			continue
		case literal && c == '/' && i+1 < len(body) && body[i+1] == '*':
			end := bytes.Index(body[i:], []byte("*/"))
			if end < 0 {
				return Run{}, false
			}
			i += end + 2
			continue
		case literal && c == '/' && i+1 < len(body) && body[i+1] == '/':
			end := bytes.IndexByte(body[i:], '\n')
			if end < 0 {
				end = len(body) - i
			}
			i += end
			continue
		case c == '0' && i+1 < len(body) && (body[i+1] == 'x' || body[i+1] == 'X'):
			i += 2
			high, ok := digitAt(body, i)
			if !ok {
				return Run{}, false
			}
			i++
			if low, ok := digitAt(body, i); ok {
				high = high<<4 | low
				i++
			}
			out = append(out, high)
			continue
		}
		high, ok := digit(c)
		low, ok2 := digitAt(body, i+1)
		if !ok || !ok2 {
			return Run{}, false
		}
		out = append(out, high<<4|low)
		i += 2
	}
	if len(out) < 4 {
		return Run{}, false
	}
	return Run{Bytes: out, Range: [2]int{0, len(text)}, Code: "hex", Detail: "read " + count(len(out), "byte", "bytes") + " from hex digits"}, true
}

func digitAt(b []byte, i int) (byte, bool) {
	if i >= len(b) {
		return 0, false
	}
	return digit(b[i])
}

// arrayBody is what stands between the braces of an array of C, of which
// declaration and length are left away; else the text itself.
func arrayBody(text []byte) (body []byte, literal bool) {
	open := bytes.IndexByte(text, '{')
	if open < 0 {
		return bytes.TrimSpace(text), false
	}
	end := bytes.IndexByte(text[open:], '}')
	head := text[:open]
	if end < 0 || len(head) > 300 || !isText(head) || len(bytes.TrimSpace(head)) > 0 && !bytes.Contains(head, []byte("=")) {
		return nil, false
	}
	return text[open+1 : open+end], true
}

// Base64 reads base64 or base64url (RFC 4648 sections 4 and 5), with line ends and
// with or without padding.
func Base64(text []byte) (Run, bool) {
	text = bytes.TrimSpace(text)
	clean := make([]byte, 0, len(text))
	url, pad := false, 0
	for i, c := range text {
		switch {
		case isSpace(c):
		case c == '=':
			pad++
		case pad > 0:
			return Run{}, false
		case c == '-' || c == '_':
			url = true
			clean = append(clean, "+/"[(c>>6)&1])
		case c == '>' && (i == 0 || text[i-1] == '\n'):
		default:
			clean = append(clean, c)
		}
	}
	if len(clean) < 8 || pad > 2 {
		return Run{}, false
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	if err != nil {
		return Run{}, false
	}
	code := "base64"
	if url {
		code = "base64url"
	}
	return Run{Bytes: out[:n], Range: [2]int{0, len(text)}, Code: code, Detail: "read " + count(n, "byte", "bytes") + " from " + code}, true
}

// Percent undoes percent-encoding (RFC 3986 section 2.1). With form, "+" is a space.
func Percent(text []byte) (Run, bool) {
	text = bytes.TrimSpace(text)
	if bytes.Count(text, []byte{'%'}) < 2 || bytes.ContainsAny(text, " \n") {
		return Run{}, false
	}
	form := bytes.IndexByte(text, '+') >= 0 && !bytes.Contains(text, []byte("%20"))
	out := make([]byte, 0, len(text))
	n := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '%' {
			high, ok := digitAt(text, i+1)
			low, ok2 := digitAt(text, i+2)
			if !ok || !ok2 {
				return Run{}, false
			}
			c = high<<4 | low
			i += 2
			n++
		} else if c == '+' && form {
			c = ' '
		}
		out = append(out, c)
	}
	return Run{Bytes: out, Range: [2]int{0, len(text)}, Code: "percent", Detail: "undid " + count(n, "percent-escape", "percent-escapes")}, true
}

// QuotedPrintable undoes quoted-printable (RFC 2045 section 6.7) in text that is
// all of it encoded so.
func QuotedPrintable(text []byte) (Run, bool) {
	out := make([]byte, 0, len(text))
	n := 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= 0x80 {
			return Run{}, false
		}
		if c != '=' {
			out = append(out, c)
			continue
		}
		switch rest := text[i+1:]; {
		case bytes.HasPrefix(rest, []byte("\r\n")):
			i += 2
		case bytes.HasPrefix(rest, []byte("\n")):
			i++
		default:
			high, ok := digitAt(rest, 0)
			low, ok2 := digitAt(rest, 1)
			if !ok || !ok2 {
				out = append(out, c)
				continue
			}
			out = append(out, high<<4|low)
			i += 2
		}
		n++
	}
	if n == 0 {
		return Run{}, false
	}
	return Run{Bytes: out, Range: [2]int{0, len(text)}, Code: "quoted-printable", Detail: "undid " + count(n, "escape", "escapes") + " of quoted-printable"}, true
}
