// Content-Transfer-Encodings undone (RFC 2045 section 6), leniently, with the way
// back from a decoded byte to where it came from.

package mime

import (
	"sort"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
)

// Decoded is a body with its transfer encoding undone.
type Decoded struct {
	Bytes []byte
	// Same is true when the bytes are those of the source, unchanged.
	Same     bool
	Problems []Problem

	src   []byte
	body  [2]int
	marks []mark
	kind  byte // 'b' base64, 'q' quoted-printable, 0 identity
}

// mark says that the decoded byte out comes from the source byte in.
type mark struct{ out, in int }

// markEvery is how many decoded bytes lie between two marks, about.
const markEvery = 256

// Decode undoes the entity's transfer encoding. An encoding that is not known
// leaves the bytes as they are, with a problem.
func (e *Entity) Decode(src []byte) *Decoded {
	return Decode(src, e.BodyRange, e.Encoding)
}

// Decode undoes the transfer encoding named, in lower case, over body of src.
func Decode(src []byte, body [2]int, encoding string) *Decoded {
	d := &Decoded{src: src, body: body}
	switch encoding {
	case "base64":
		d.kind = 'b'
		d.base64()
	case "quoted-printable":
		d.kind = 'q'
		d.quotedPrintable()
	default:
		d.Bytes, d.Same = src[body[0]:body[1]], true
		switch encoding {
		case "", "binary", "8bit", "7bit":
			if encoding == "7bit" {
				d.sevenBit()
			}
		default:
			d.problem("transfer-encoding", Error, body[0], body[1], "the transfer encoding "+strconv.Quote(clip(encoding))+" is not known: the bytes are shown as they are", "RFC 2045 section 6.1")
		}
	}
	return d
}

// Offset returns where the decoded byte i comes from: the first source byte that
// holds bits of it. The end maps to the end of the body.
func (d *Decoded) Offset(i int) int {
	if d.kind == 0 {
		return d.body[0] + i
	}
	if i >= len(d.Bytes) || len(d.marks) == 0 {
		return d.body[1]
	}
	m := d.marks[sort.Search(len(d.marks), func(k int) bool { return d.marks[k].out > i })-1]
	at := m.in
	if d.kind == 'q' {
		for out := m.out; at < d.body[1]; {
			n, next, _ := d.quoted(at)
			if out+len(n) > i {
				// A line's end is given back byte by byte.
				return min(at+i-out, next-1)
			}
			out += len(n)
			at = next
		}
		return at
	}
	// The byte begins in digit (i-out)*8/6 after the mark, which stands at a quantum.
	skip := (i - m.out) * 8 / 6
	for ; at < d.body[1]; at++ {
		if digit64(d.src[at]) >= 0 {
			if skip == 0 {
				return at
			}
			skip--
		}
	}
	return at
}

func (d *Decoded) problem(code string, severity Severity, from, to int, detail, reference string) {
	switch n := len(d.Problems); {
	case n > limit.DecodeProblems:
		return
	case n == limit.DecodeProblems:
		code, severity, detail, reference = "limit", Note, limit.More("problems of decoding", n, from)+": the rest is not listed", ""
	}
	d.Problems = append(d.Problems, Problem{code, severity, from, [2]int{from, to}, detail, reference})
}

func (d *Decoded) mark(in int) {
	if n := len(d.marks); n == 0 || len(d.Bytes)-d.marks[n-1].out >= markEvery {
		d.marks = append(d.marks, mark{len(d.Bytes), in})
	}
}

func digit64(c byte) int {
	switch {
	case 'A' <= c && c <= 'Z':
		return int(c - 'A')
	case 'a' <= c && c <= 'z':
		return int(c-'a') + 26
	case '0' <= c && c <= '9':
		return int(c-'0') + 52
	case c == '+', c == '-':
		return 62
	case c == '/', c == '_':
		return 63
	}
	return -1
}

// base64 reads the digits and passes over all else (RFC 2045 section 6.8). Padding
// in the middle ends a run; another may follow.
func (d *Decoded) base64() {
	const reference = "RFC 2045 section 6.8"
	d.Bytes = make([]byte, 0, (d.body[1]-d.body[0])*3/4+3)
	var bits uint32
	digits, pads := 0, 0
	junk, junkAt, url, longLine := 0, 0, -1, -1
	padded := -1 // where data went on after padding
	column := 0
	flush := func(at int) {
		switch digits {
		case 0:
			return
		case 1:
			d.problem("base64-length", Error, at, at, "a single base64 digit is left over: 6 bits make no byte", reference)
		case 2:
			d.Bytes = append(d.Bytes, byte(bits>>4))
			if bits&0xf != 0 {
				d.problem("base64-bits", Warning, at, at, "the last digit has bits that stand for nothing and are not zero", "RFC 4648 section 3.5")
			}
		case 3:
			d.Bytes = append(d.Bytes, byte(bits>>10), byte(bits>>2))
			if bits&3 != 0 {
				d.problem("base64-bits", Warning, at, at, "the last digit has bits that stand for nothing and are not zero", "RFC 4648 section 3.5")
			}
		}
		if digits > 1 && pads != 4-digits {
			d.problem("base64-padding", Warning, at, at, strconv.Itoa(pads)+" padding characters where "+strconv.Itoa(4-digits)+" belong", reference)
		}
		bits, digits = 0, 0
	}
	for at := d.body[0]; at < d.body[1]; at++ {
		c := d.src[at]
		if c == '\n' {
			column = 0
			continue
		}
		if column++; column == 77 && longLine < 0 && c != '\r' {
			longLine = at
		}
		v := digit64(c)
		if v >= 0 {
			if pads > 0 {
				flush(at)
				if padded < 0 {
					padded = at
				}
				pads = 0
			}
			if (c == '-' || c == '_') && url < 0 {
				url = at
			}
			if digits == 0 {
				d.mark(at)
			}
			bits = bits<<6 | uint32(v)
			if digits++; digits == 4 {
				d.Bytes = append(d.Bytes, byte(bits>>16), byte(bits>>8), byte(bits))
				bits, digits = 0, 0
			}
			continue
		}
		switch c {
		case '=':
			pads++
			if digits == 0 && pads == 1 {
				d.problem("base64-padding", Warning, at, at+1, "padding where no digits need it", reference)
			}
		case '\r', ' ', '\t':
		default:
			if junk == 0 {
				junkAt = at
			}
			junk++
		}
	}
	flush(d.body[1])
	if junk > 0 {
		d.problem("base64-junk", Warning, junkAt, junkAt+1, strconv.Itoa(junk)+" characters that are no base64 were passed over", reference)
	}
	if url >= 0 {
		d.problem("base64url", Warning, url, url+1, "the digits are those of base64url", "RFC 4648 section 5")
	}
	if padded >= 0 {
		d.problem("base64-after-padding", Warning, padded, padded+1, "data goes on after padding", reference)
	}
	if longLine >= 0 {
		d.problem("base64-line", Note, longLine, longLine+1, "lines are longer than 76 characters", reference)
	}
}

// quoted reads one unit of quoted-printable at at: a byte, an escape, a soft line
// break (no bytes), or white space that ends a line (no bytes, RFC 2045 section 6.7
// rule 3). The bytes returned alias a table or the source.
func (d *Decoded) quoted(at int) (out []byte, next int, fault string) {
	c := d.src[at]
	end := d.body[1]
	switch {
	case c == '=':
		if at+2 < end && hexDigit(d.src[at+1]) >= 0 && hexDigit(d.src[at+2]) >= 0 {
			if d.src[at+1] >= 'a' || d.src[at+2] >= 'a' {
				fault = "lower"
			}
			v := hexDigit(d.src[at+1])<<4 | hexDigit(d.src[at+2])
			return allBytes[v : v+1], at + 3, fault
		}
		i := at + 1
		for i < end && isSpace(d.src[i]) {
			i++
		}
		if i < end && d.src[i] == '\r' && i+1 < end && d.src[i+1] == '\n' {
			return nil, i + 2, ""
		}
		if i < end && d.src[i] == '\n' {
			return nil, i + 1, ""
		}
		if i == end {
			return nil, i, ""
		}
		return d.src[at : at+1], at + 1, "escape"
	case isSpace(c):
		i := at
		for i < end && isSpace(d.src[i]) {
			i++
		}
		if i == end || d.src[i] == '\n' || d.src[i] == '\r' && i+1 < end && d.src[i+1] == '\n' {
			return nil, i, "space"
		}
		return d.src[at:i], i, ""
	}
	return d.src[at : at+1], at + 1, ""
}

// allBytes holds each byte at its own index.
var allBytes = func() []byte {
	b := make([]byte, 256)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}()

func (d *Decoded) quotedPrintable() {
	const reference = "RFC 2045 section 6.7"
	d.Bytes = make([]byte, 0, d.body[1]-d.body[0])
	first := map[string]int{}
	count := map[string]int{}
	see := func(code string, at int) {
		if count[code] == 0 {
			first[code] = at
		}
		count[code]++
	}
	line := d.body[0]
	for at := d.body[0]; at < d.body[1]; {
		d.mark(at)
		out, next, fault := d.quoted(at)
		if fault != "" {
			see(fault, at)
		}
		if len(out) == 1 && d.src[at] >= 0x80 {
			see("8bit", at)
		}
		d.Bytes = append(d.Bytes, out...)
		if d.src[next-1] == '\n' {
			if next-line > 78 {
				see("line", line)
			}
			line = next
		}
		at = next
	}
	for _, f := range []struct {
		code, name string
		severity   Severity
		detail     string
	}{
		{"escape", "qp-escape", Error, " equal signs are followed by neither two hexadecimal digits nor a line end: left as they are"},
		{"8bit", "qp-8bit", Error, " bytes above 127 stand unencoded: left as they are"},
		{"space", "qp-space", Warning, " lines ended in white space, which a transport added: dropped"},
		{"lower", "qp-lower-case", Note, " escapes are in lower case"},
		{"line", "qp-line", Note, " lines are longer than 76 characters"},
	} {
		if n := count[f.code]; n > 0 {
			d.problem(f.name, f.severity, first[f.code], first[f.code]+1, strconv.Itoa(n)+f.detail, reference)
		}
	}
}

// sevenBit notes bytes that a body that claims to be 7bit does not have.
func (d *Decoded) sevenBit() {
	for i, c := range d.Bytes {
		if c >= 0x80 || c == 0 {
			d.problem("not-7bit", Warning, d.body[0]+i, d.body[0]+i+1, "the body says 7bit and has a byte of value "+strconv.Itoa(int(c)), "RFC 2045 section 2.7")
			return
		}
	}
}
