package asn1text

// The text that is being written. A dump of 1 MB is some 9 MB of text in small
// pieces. Appending to a slice in a struct would cost a write barrier for each, and
// copying a call, which for a few octets takes longer than the octets; so they are
// written eight at a time, and what is too much is written over.

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"strconv"
)

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
	blanks   = "                                                                                                                                                                                                                                                                                "
	// eight are eight blanks.
	eight = 0x2020202020202020
	// slack is how much may be written behind the text.
	slack = 16
)

type output struct {
	buf []byte
	n   int // how much of buf is written
}

// room makes sure that size more octets fit, and slack behind them.
func (o *output) room(size int) {
	if len(o.buf)-o.n < size+slack {
		o.grow(size + slack)
	}
}

func (o *output) grow(size int) {
	o.buf = slices.Grow(o.buf[:o.n], max(size, o.n/2, 512))
	o.buf = o.buf[:cap(o.buf)]
}

// written is the text so far.
func (o *output) written() []byte { return o.buf[:o.n] }

func (o *output) string(s string) {
	o.room(len(s))
	at := o.buf[o.n:]
	o.n += len(s)
	for len(s) >= 8 {
		binary.LittleEndian.PutUint64(at, uint64(s[0])|uint64(s[1])<<8|uint64(s[2])<<16|uint64(s[3])<<24|
			uint64(s[4])<<32|uint64(s[5])<<40|uint64(s[6])<<48|uint64(s[7])<<56)
		s, at = s[8:], at[8:]
	}
	for i := range len(s) {
		at[i] = s[i]
	}
}

func (o *output) bytes(b []byte) {
	o.room(len(b))
	at := o.buf[o.n:]
	o.n += len(b)
	for len(b) >= 8 {
		binary.LittleEndian.PutUint64(at, binary.LittleEndian.Uint64(b))
		b, at = b[8:], at[8:]
	}
	copy(at, b)
}

func (o *output) byte(b byte) {
	o.room(1)
	o.buf[o.n] = b
	o.n++
}

// indent writes n blanks.
func (o *output) indent(n int) {
	if n > 0 {
		o.room(n)
		fill(o.buf[o.n:], n)
		o.n += n
	}
}

// fill writes n blanks and up to 7 more.
func fill(at []byte, n int) {
	for ; n > 0; n -= 8 {
		binary.LittleEndian.PutUint64(at, eight)
		at = at[8:]
	}
}

// number writes n, which is not negative and has up to eight digits, as all offsets
// and lengths do, right-aligned in up to eight columns.
func (o *output) number(n, width int) {
	o.room(8)
	o.n += putNumber(o.buf[o.n:], n, width)
}

// decimal writes n, which is not negative.
func (o *output) decimal(n int) {
	if n >= 1e8 {
		o.string(strconv.Itoa(n))
		return
	}
	o.number(n, 1)
}

// putNumber writes eight octets, and answers how many of them are the number.
func putNumber(at []byte, n, width int) int {
	text, size := digits8(uint32(n))
	if width > size {
		shift := uint(width-size) * 8
		text = text<<shift | eight>>(64-shift)
		size = width
	}
	binary.LittleEndian.PutUint64(at, text)
	return size
}

// digits8 is a number of up to eight digits in ASCII, the first digit lowest, and how
// many it has. All digits are computed at once: halves, pairs and digits are split in
// lanes of one word.
func digits8(n uint32) (text uint64, size int) {
	x := uint64(n) << 32
	if n >= 1e4 {
		x = uint64(n/1e4) | uint64(n%1e4)<<32
	}
	q := x * 10486 >> 20 & 0x7f_0000007f
	x = q | (x-q*100)<<16
	q = x * 103 >> 10 & 0xf_000f_000f_000f
	x = q | (x-q*10)<<8
	// The last digit is there even if it is zero.
	zeros := bits.TrailingZeros64(x|1<<56) / 8
	return (x | 0x3030303030303030) >> (8 * zeros), 8 - zeros
}

// word is a text of up to eight octets, and blanks behind it.
type word struct {
	text uint64
	size int
}

func wordOf(s string) word {
	w := word{eight, len(s)}
	for i := len(s) - 1; i >= 0; i-- {
		w.text = w.text<<8 | uint64(s[i])
	}
	return w
}

// word writes a word.
func (o *output) word(w word) {
	o.room(8)
	o.n += w.put(o.buf[o.n:])
}

// put writes eight octets, and answers how many of them are the word.
func (w word) put(at []byte) int {
	binary.LittleEndian.PutUint64(at, w.text)
	return w.size
}

// label is a text of up to 24 octets, and blanks behind it.
type label struct {
	text [3]uint64
	size int
}

func labelOf(s string) label {
	l := label{size: len(s)}
	for i := range l.text {
		rest := s[min(8*i, len(s)):]
		l.text[i] = wordOf(rest[:min(8, len(rest))]).text
	}
	return l
}

func labelsOf(names []string) []label {
	labels := make([]label, len(names))
	for i, s := range names {
		labels[i] = labelOf(s)
	}
	return labels
}

// put writes 24 octets, and answers how many of them are the label.
func (l *label) put(at []byte) int {
	at = at[:24]
	binary.LittleEndian.PutUint64(at, l.text[0])
	binary.LittleEndian.PutUint64(at[8:], l.text[1])
	binary.LittleEndian.PutUint64(at[16:], l.text[2])
	return l.size
}

// hexOctets has for each octet its two digits of hex and a blank, in a word.
type hexOctets [256]uint32

func hexTable(digits string) (table hexOctets) {
	for c := range table {
		table[c] = uint32(digits[c>>4]) | uint32(digits[c&15])<<8 | ' '<<16
	}
	return table
}

var (
	upperOctets = hexTable(upperHex)
	lowerOctets = hexTable(lowerHex)
)

// spaced writes octets with a blank behind each, and up to one octet more.
func (table *hexOctets) spaced(at, b []byte) {
	for _, c := range b {
		binary.LittleEndian.PutUint32(at, table[c])
		at = at[3:]
	}
}

// upper writes octets in upper-case hex without anything between them.
func (o *output) upper(b []byte) {
	o.room(2 * len(b))
	at := o.buf[o.n:]
	for _, c := range b {
		binary.LittleEndian.PutUint16(at, uint16(upperOctets[c]))
		at = at[2:]
	}
	o.n += 2 * len(b)
}

// spaced writes octets in upper-case hex with blanks between them.
func (o *output) spaced(b []byte) {
	if len(b) == 0 {
		return
	}
	o.room(3 * len(b))
	upperOctets.spaced(o.buf[o.n:], b)
	o.n += 3*len(b) - 1
}
