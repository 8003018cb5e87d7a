package radix

// Hex dumps: lines of an offset, bytes in hex and, mostly, the same bytes as
// characters. One reader takes the formats of xxd, hexdump (-C and default),
// od (-t x1, -t x1z, -x, with offsets in octal, decimal or hex), Wireshark ("hex +
// ASCII dump"), tcpdump (-x, -X, -XX), openssl and debuggers.
//
// The offsets carry it: how many bytes a line has is the difference to the offset
// of the next line, so that characters are never mistaken for bytes. Where no line
// follows, the characters themselves say how many bytes there are.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
)

// dumpLine is a line that may be of a dump.
type dumpLine struct {
	start, end int    // in the text, without line end
	digits     string // of the offset
	colon      bool   // the offset ends in a colon
	prefixed   bool   // the offset begins with 0x
	rest       []byte // behind the offset
	tokens     []token
	star       bool // "*": the line before, repeated

	at, size, column int // of its bytes: where among all, how many, where on the line they end
}

// token is a run of hex digits.
type token struct{ start, end int } // in rest

// HexDumps reads all dumps in text. Lines between dumps, such as the headings of
// tcpdump, are passed over; text of which most is no dump has none.
func HexDumps(text []byte) []Run {
	var runs []Run
	var block []dumpLine
	lines, inDumps := 0, 0
	flush := func() {
		if run, ok := readBlock(text, block); ok {
			runs = append(runs, run)
			inDumps += len(block)
		}
		block = nil
	}
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		next := len(text)
		if end >= 0 {
			end += at
			next = end + 1
		} else {
			end = len(text)
		}
		l := parseLine(text, at, end)
		if len(bytes.TrimSpace(text[at:end])) > 0 {
			lines++
		}
		switch {
		case l == nil:
			flush()
		case !l.star && len(block) > 0 && isZero(l.digits):
			flush()
			block = append(block, *l)
		case l.star && len(block) == 0:
		default:
			block = append(block, *l)
		}
		at = next
	}
	flush()
	if inDumps*3 < lines {
		return nil
	}
	return runs
}

func isZero(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '0' {
			return false
		}
	}
	return true
}

// parseLine gives nil for a line that cannot be of a dump.
func parseLine(text []byte, start, end int) *dumpLine {
	b := bytes.TrimRight(text[start:end], " \t\r")
	if len(b) == 0 {
		return nil
	}
	if string(bytes.Trim(b, " \t>|")) == "*" {
		return &dumpLine{start: start, end: end, star: true}
	}
	i, prefixed := 0, false
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '>' || b[i] == '|') {
		i++
	}
	if i+2 < len(b) && b[i] == '0' && (b[i+1] == 'x' || b[i+1] == 'X') {
		prefixed = true
		i += 2
	}
	first := i
	for i < len(b) {
		if _, ok := digit(b[i]); !ok {
			break
		}
		i++
	}
	if i-first < 4 || i-first > 16 {
		return nil
	}
	l := &dumpLine{start: start, end: end, prefixed: prefixed, digits: string(b[first:i])}
	if i < len(b) && b[i] == ':' {
		l.colon = true
		i++
	}
	if i < len(b) && b[i] != ' ' && b[i] != '\t' {
		return nil
	}
	l.rest = b[i:]
	for j := 0; j < len(l.rest); {
		c := l.rest[j]
		if c == ' ' || c == '\t' || c == '-' && len(l.tokens)%8 == 0 {
			j++
			continue
		}
		from := j
		for j < len(l.rest) {
			if _, ok := digit(l.rest[j]); !ok {
				break
			}
			j++
		}
		n := j - from
		if n == 0 || n%2 == 1 || j < len(l.rest) && l.rest[j] != ' ' && l.rest[j] != '\t' && l.rest[j] != '-' {
			// What follows are characters; a token that touches them is theirs.
			break
		}
		l.tokens = append(l.tokens, token{from, j})
	}
	return l
}

// readBlock reads consecutive lines.
func readBlock(text []byte, block []dumpLine) (Run, bool) {
	for len(block) > 0 && block[len(block)-1].star {
		block = block[:len(block)-1]
	}
	if len(block) == 0 || len(block[0].tokens) == 0 {
		return Run{}, false
	}
	// Only a dump that cannot be read whole in any of the bases is read in part.
	for i, base := range []int{16, 8, 10, 16, 8, 10} {
		cut := i >= 3
		out, width, ok := readOffsets(block, base, cut)
		if !ok {
			continue
		}
		swapped := false
		if width == 2 && !block[0].colon && !block[0].prefixed && len(block[0].digits) <= 8 || width > 1 && mismatch(block, out, width) {
			// hexdump and od write words of the machine's order, least octet first.
			swapped = true
			swap(out, width)
		}
		if n, exact := total(block, base); exact && n <= len(out) {
			out = out[:n]
		}
		if len(out) < 4 {
			return Run{}, false
		}
		detail := "read " + count(len(out), "byte", "bytes") + " from a hex dump of " + count(len(block), "line", "lines")
		if swapped {
			detail += ", whose words have their least octet first"
		}
		if cut {
			detail += ": " + limit.More("bytes out of repeated lines", mostRepeated(block), -1) + " would follow, which are not read"
		}
		return Run{Bytes: out, Range: [2]int{block[0].start, block[len(block)-1].end}, Code: "hexdump", Detail: detail}, true
	}
	return Run{}, false
}

// mostRepeated is how many bytes a block may become: repeated lines are compression, and
// bounded as such.
func mostRepeated(block []dumpLine) int {
	return min(limit.CompressionFloor+limit.CompressionRatio*(block[len(block)-1].end-block[0].start), limit.Decompressed)
}

// readOffsets reads the bytes if the offsets are numbers of that base. width is how
// many bytes a group has. With cut, it reads until there would be too many.
func readOffsets(block []dumpLine, base int, cut bool) (out []byte, width int, ok bool) {
	for i := range block {
		block[i].size = 0
	}
	first, err := strconv.ParseInt(block[0].digits, base, 64)
	if err != nil || first != 0 && len(block) < 3 {
		return nil, 0, false
	}
	width = (block[0].tokens[0].end - block[0].tokens[0].start) / 2
	if width > 16 {
		return nil, 0, false
	}
	most := mostRepeated(block)
	full := 0    // bytes of a full line
	column := -1 // where a full line's bytes end
	for i := range block {
		l := &block[i]
		if l.star {
			continue
		}
		at, err := strconv.ParseInt(l.digits, base, 64)
		if err != nil {
			return nil, 0, false
		}
		at -= first
		if i > 0 && block[i-1].star {
			// The line before stands for all until here.
			gap := int(at) - len(out)
			if full == 0 || gap < 0 || gap%full != 0 || len(out) < full {
				return nil, 0, false
			}
			if len(out)+gap > most {
				return out, width, cut
			}
			last := out[len(out)-full:]
			for ; gap > 0; gap -= full {
				out = append(out, last...)
			}
		}
		if int(at) != len(out) {
			// The last line may be a length alone, of an odd number of bytes.
			if i == len(block)-1 && len(l.tokens) == 0 && int(at) < len(out) && len(out)-int(at) < width {
				return out, width, true
			}
			return nil, 0, false
		}
		want := -1
		for n := i + 1; n < len(block) && want < 0; n++ {
			if block[n].star {
				if want = full; full == 0 {
					want = -1
				}
				break
			}
			next, err := strconv.ParseInt(block[n].digits, base, 64)
			if err != nil {
				return nil, 0, false
			}
			want = int(next - first - at)
		}
		if want > 64 || want < -1 {
			return nil, 0, false
		}
		got, end, ok := l.bytes(want, width, full, column)
		if !ok {
			return nil, 0, false
		}
		if full == 0 {
			full, column = len(got), end
		}
		l.at, l.size, l.column = len(out), len(got), end
		out = append(out, got...)
	}
	return out, width, true
}

// bytes gives a line's bytes: want of them, or, where that is -1, as many as the
// characters behind them show.
// end is the column where they end.
func (l *dumpLine) bytes(want, width, full, column int) (b []byte, end int, ok bool) {
	if len(l.tokens) == 0 {
		return nil, 0, want <= 0
	}
	var out []byte
	var ends []int // of the tokens, after so many bytes
	for _, t := range l.tokens {
		if column >= 0 && t.end > column || (t.end-t.start)/2 > width || full > 0 && len(out) >= full || want >= 0 && len(out) >= want {
			break
		}
		for i := t.start; i < t.end; i += 2 {
			high, _ := digit(l.rest[i])
			low, _ := digit(l.rest[i+1])
			out = append(out, high<<4|low)
		}
		for len(ends) < len(out) {
			ends = append(ends, t.end)
		}
	}
	if want >= 0 {
		end = last(ends)
		for _, t := range l.tokens {
			if t.start >= end && !shows(l.rest[end:], out) {
				// More bytes, and no characters that look like bytes.
				return nil, 0, false
			}
		}
		return out, end, len(out) >= want && len(out)-want < width
	}
	// The most bytes whose characters follow them.
	for n := len(out); n > 0; n-- {
		if n < len(out) && ends[n-1] == ends[n] {
			continue
		}
		if shows(l.rest[ends[n-1]:], out[:n]) {
			return out[:n], ends[n-1], true
		}
	}
	// No characters that match: bytes go to the first wide gap but the middle one.
	for i := 1; i < len(ends); i++ {
		if ends[i] == ends[i-1] {
			continue
		}
		gap := 0
		for j := ends[i-1]; j < len(l.rest) && l.rest[j] == ' '; j++ {
			gap++
		}
		if gap >= 3 || gap == 2 && i != 8 {
			return out[:i], ends[i-1], true
		}
	}
	return out, last(ends), len(out) > 0
}

func last(ends []int) int {
	if len(ends) == 0 {
		return 0
	}
	return ends[len(ends)-1]
}

// shows reports whether rest is nothing, or the characters of b.
func shows(rest, b []byte) bool {
	rest = bytes.TrimLeft(rest, " \t")
	if len(rest) == 0 {
		return true
	}
	if (rest[0] == '|' || rest[0] == '>') && len(rest) > 1 && (rest[len(rest)-1] == '|' || rest[len(rest)-1] == '<') {
		rest = rest[1 : len(rest)-1]
	}
	match := func(b []byte) bool {
		if len(rest) > len(b) {
			return false
		}
		for i, c := range rest {
			if printable := b[i] > ' ' && b[i] < 0x7f; printable && c != b[i] && c != '.' || !printable && c != '.' && c != ' ' && c < 0x80 {
				return false
			}
		}
		// Spaces at the end may have been stripped.
		return len(bytes.Trim(b[len(rest):], " ")) == 0
	}
	return match(b) || match(bytes.TrimLeft(b, " "))
}

// mismatch reports whether the characters of some line show another order of the
// bytes within each group.
func mismatch(block []dumpLine, out []byte, width int) bool {
	for i := range block {
		l := &block[i]
		if l.size == 0 || l.size%width != 0 || len(bytes.TrimSpace(l.rest[l.column:])) == 0 {
			continue
		}
		b := out[l.at : l.at+l.size]
		turned := append([]byte(nil), b...)
		swap(turned, width)
		if !bytes.Equal(b, turned) {
			return !shows(l.rest[l.column:], b) && shows(l.rest[l.column:], turned)
		}
	}
	return false
}

// swap turns the bytes of each group around.
func swap(b []byte, width int) {
	for at := 0; at < len(b); at += width {
		g := b[at:min(at+width, len(b))]
		for i, j := 0, len(g)-1; i < j; i, j = i+1, j-1 {
			g[i], g[j] = g[j], g[i]
		}
	}
}

// total is the length that a last line of an offset alone gives.
func total(block []dumpLine, base int) (int, bool) {
	last := block[len(block)-1]
	if len(block) < 2 || len(last.tokens) > 0 || last.star {
		return 0, false
	}
	first, err := strconv.ParseInt(block[0].digits, base, 64)
	end, err2 := strconv.ParseInt(last.digits, base, 64)
	return int(end - first), err == nil && err2 == nil && end >= first
}
