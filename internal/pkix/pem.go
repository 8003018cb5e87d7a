package pkix

// PEM (RFC 7468, RFC 1421) as it is met in the wild: anywhere in a text, indented or
// quoted, with page breaks inside, on one line, with escaped line ends.

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

// PEMBlock is one block.
type PEMBlock struct {
	Type    string // "CERTIFICATE", "RSA PRIVATE KEY"
	Headers []PEMHeader
	Bytes   []byte
	// Range is from the first dash of the BEGIN line to behind the last one of the
	// END line.
	Range [2]int
	// Skipped is how many lines were passed over because they are not base64.
	Skipped int
	// Error says what is wrong with the block, "" for nothing. Bytes is then what
	// could be decoded.
	Error string
}

// PEMHeader is a header field of a block, such as DEK-Info (RFC 1421 section 4.6).
type PEMHeader struct{ Name, Value string }

// Header gives a header field's value, or "".
func (b *PEMBlock) Header(name string) string {
	for _, h := range b.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// pemMark is a BEGIN or END line.
type pemMark struct {
	begin      bool
	label      string
	start, end int
}

var (
	pemBegin = []byte("-----BEGIN ")
	pemEnd   = []byte("-----END ")
	dashes   = []byte("-----")
)

// longestPEMLabel bounds what is taken for the name in a BEGIN line.
const longestPEMLabel = 80

// FindPEM finds the blocks in a text, whatever is around them. more is where the first
// begins that is over limit.PEMBlocks, or -1.
func FindPEM(src []byte) (blocks []PEMBlock, more int) {
	marks := pemMarks(src)
	for i := range marks {
		if !marks[i].begin {
			continue
		}
		if len(blocks) >= limit.PEMBlocks {
			return blocks, marks[i].start
		}
		b := PEMBlock{Type: marks[i].label}
		bodyEnd := len(src)
		b.Range = [2]int{marks[i].start, len(src)}
		switch {
		case i+1 == len(marks):
			b.Error = "the END line is missing"
		case marks[i+1].begin:
			b.Error = "the END line is missing before the next block"
			bodyEnd = marks[i+1].start
			b.Range[1] = bodyEnd
		default:
			bodyEnd = marks[i+1].start
			b.Range[1] = marks[i+1].end
			if marks[i+1].label != b.Type {
				b.Error = "the END line says " + quote(marks[i+1].label)
			}
		}
		b.read(src[marks[i].end:bodyEnd])
		blocks = append(blocks, b)
	}
	return blocks, -1
}

// pemMarks lists the BEGIN and END lines in one pass.
func pemMarks(src []byte) []pemMark {
	var marks []pemMark
	for pos := 0; ; {
		i := bytes.Index(src[pos:], dashes)
		if i < 0 {
			return marks
		}
		pos += i
		m := pemMark{start: pos, begin: bytes.HasPrefix(src[pos:], pemBegin)}
		switch {
		case m.begin:
			pos += len(pemBegin)
		case bytes.HasPrefix(src[pos:], pemEnd):
			pos += len(pemEnd)
		default:
			pos++
			continue
		}
		label := src[pos:min(pos+longestPEMLabel, len(src))]
		j := bytes.Index(label, dashes)
		if j < 0 || bytes.ContainsAny(label[:j], "\r\n") {
			continue
		}
		m.label = strings.TrimSpace(latin1(label[:j]))
		pos += j + len(dashes)
		m.end = pos
		marks = append(marks, m)
	}
}

// read decodes what is between the BEGIN and END lines.
func (b *PEMBlock) read(body []byte) {
	// Line ends written as backslash-n come out of JSON and of source code.
	if bytes.Contains(body, []byte(`\n`)) {
		body = bytes.ReplaceAll(body, []byte(`\r`), nil)
		body = bytes.ReplaceAll(body, []byte(`\n`), []byte("\n"))
	}
	// All on one line: spaces stand for the line ends.
	if !bytes.ContainsAny(body, "\n\r") {
		body = bytes.Join(bytes.Fields(body), []byte("\n"))
	}
	encoded := make([]byte, 0, len(body))
	started, padding := false, 0
	for len(body) > 0 {
		var line []byte
		if i := bytes.IndexAny(body, "\n\r"); i >= 0 {
			line, body = body[:i], body[i+1:]
		} else {
			line, body = body, nil
		}
		text := bytes.TrimSpace(line)
		if !started {
			if name, value, ok := pemHeader(text); ok {
				b.Headers = append(b.Headers, PEMHeader{name, value})
				continue
			}
			if n := len(b.Headers); n > 0 && len(text) > 0 && len(line) > len(text) && (line[0] == ' ' || line[0] == '\t') &&
				strings.HasSuffix(b.Headers[n-1].Value, ",") {
				b.Headers[n-1].Value += string(text)
				continue
			}
		}
		text = unquote(text)
		if len(text) == 0 {
			continue
		}
		if !isBase64(text) {
			b.Skipped++
			continue
		}
		started = true
		for _, c := range text {
			switch c {
			case '=':
				padding++
			case '-':
				encoded = append(encoded, '+')
			case '_':
				encoded = append(encoded, '/')
			default:
				encoded = append(encoded, c)
			}
		}
	}
	// A single character over is no octet, and padding that is missing is not missed.
	if len(encoded)%4 == 1 {
		b.fail("the base64 is cut off")
		encoded = encoded[:len(encoded)-1]
	}
	b.Bytes = make([]byte, base64.RawStdEncoding.DecodedLen(len(encoded)))
	n, err := base64.RawStdEncoding.Decode(b.Bytes, encoded)
	b.Bytes = b.Bytes[:n]
	if err != nil {
		b.fail("the base64 cannot be decoded: " + err.Error())
	}
	if n == 0 {
		b.fail("there is no base64 in it")
	}
	if b.Skipped > 0 && b.Error == "" && padding > 2 {
		b.fail(strconv.Itoa(padding) + " padding characters")
	}
}

func (b *PEMBlock) fail(why string) {
	if b.Error == "" {
		b.Error = why
	}
}

// pemHeader reads "Name: value".
func pemHeader(line []byte) (name, value string, ok bool) {
	i := bytes.IndexByte(line, ':')
	if i <= 0 {
		return "", "", false
	}
	for _, c := range line[:i] {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-') {
			return "", "", false
		}
	}
	return string(line[:i]), latin1(bytes.TrimSpace(line[i+1:])), true
}

// unquote takes the marks of quotations and comments off the beginning of a line,
// and what string literals have at both ends.
func unquote(line []byte) []byte {
	line = bytes.TrimLeft(line, "> \t|#*;\"'")
	if bytes.HasPrefix(line, []byte("//")) && bytes.HasPrefix(bytes.TrimLeft(line, "/"), []byte(" ")) {
		line = bytes.TrimLeft(line, "/ ")
	}
	return bytes.TrimRight(line, " \t|\\\",;'")
}

// isBase64 reports whether a line is nothing but base64, of either alphabet.
func isBase64(line []byte) bool {
	for _, c := range line {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '+', c == '/', c == '=', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
