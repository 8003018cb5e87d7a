package ingest

// Recognisers of bytes written as text: hex and base64.

import "encoding/base64"

// hexText knows a run of hex digits with white space, colons or commas between the
// bytes.
func hexText(r *reader, source int, b []byte) bool {
	out := make([]byte, 0, len(b)/2)
	high, digits := byte(0), 0
	for _, c := range b {
		d, ok := hexDigit(c)
		switch {
		case ok:
			if digits%2 == 1 {
				out = append(out, high<<4|d)
			}
			high = d
			digits++
		case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':' || c == ',':
			if digits%2 == 1 {
				return false
			}
		default:
			return false
		}
	}
	if digits < 4 || digits%2 == 1 || !r.unpack(source, out, r.result.Sources[source].Name) {
		return false
	}
	r.step("hex", "read "+count(len(out), "byte", "bytes")+" from hex digits", 0, len(out))
	return true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// base64Text knows base64 and base64url (RFC 4648), with line ends and with or
// without padding.
func base64Text(r *reader, source int, b []byte) bool {
	clean := make([]byte, 0, len(b))
	url := false
	for _, c := range b {
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
		case c == '-' || c == '_':
			url = true
			clean = append(clean, "+/"[(c>>6)&1])
		default:
			clean = append(clean, c)
		}
	}
	for len(clean) > 0 && clean[len(clean)-1] == '=' {
		clean = clean[:len(clean)-1]
	}
	if len(clean) < 8 {
		return false
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, err := base64.RawStdEncoding.Decode(out, clean)
	if err != nil || isText(out[:n]) && !looksWrapped(out[:n]) && n < 16 || !r.unpack(source, out[:n], r.result.Sources[source].Name) {
		return false
	}
	name, code := "base64", "base64"
	if url {
		name, code = "base64url", "base64url"
	}
	r.step(code, "read "+count(n, "byte", "bytes")+" from "+name, 0, n)
	return true
}

// looksWrapped reports whether short text is plausible as the content of base64: a
// word of eight letters is valid base64 of six meaningless bytes.
func looksWrapped(b []byte) bool { return len(b) > 0 && b[0] == '0' }
