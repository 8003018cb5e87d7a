package asn1text

// The text that is being written. A dump of 1 MB is some 9 MB of text in small
// pieces: appending to a slice in a struct would cost a write barrier for each.

import "slices"

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

type output struct {
	buf []byte
	n   int // how much of buf is written
}

// room makes sure that size more octets fit.
func (o *output) room(size int) {
	if len(o.buf)-o.n < size {
		o.buf = slices.Grow(o.buf[:o.n], max(size, o.n/2, 512))
		o.buf = o.buf[:cap(o.buf)]
	}
}

// written is the text so far.
func (o *output) written() []byte { return o.buf[:o.n] }

func (o *output) string(s string) {
	o.room(len(s))
	o.n += copy(o.buf[o.n:], s)
}

func (o *output) bytes(b []byte) {
	o.room(len(b))
	o.n += copy(o.buf[o.n:], b)
}

func (o *output) byte(b byte) {
	o.room(1)
	o.buf[o.n] = b
	o.n++
}

const blanks = "                                                                                                                                                                                                                                                                                "

// indent writes n blanks, at most as many as blanks has.
func (o *output) indent(n int) {
	if n > 0 {
		o.string(blanks[:min(n, len(blanks))])
	}
}

// number writes n, which is not negative, right-aligned. It divides 32 bits at a
// time: WebAssembly has no fast way to divide 64.
func (o *output) number(n, width int) {
	size, v := 1, uint32(n)
	for rest := v; rest >= 10; rest /= 10 {
		size++
	}
	width = max(width, size)
	o.room(width)
	field := o.buf[o.n : o.n+width]
	o.n += width
	i := len(field) - 1
	for ; v >= 10 && i > 0; i-- {
		tens := v / 10
		field[i] = byte('0' + v - tens*10)
		v = tens
	}
	field[i] = byte('0' + v)
	for i--; i >= 0; i-- {
		field[i] = ' '
	}
}

// decimal writes n, which is not negative.
func (o *output) decimal(n int) { o.number(n, 1) }

// upper writes octets in upper-case hex without anything between them.
func (o *output) upper(b []byte) {
	o.room(2 * len(b))
	at := o.buf[o.n:]
	for i, c := range b {
		at[2*i], at[2*i+1] = upperHex[c>>4], upperHex[c&15]
	}
	o.n += 2 * len(b)
}

// spaced writes octets in upper-case hex with blanks between them.
func (o *output) spaced(b []byte) {
	if len(b) == 0 {
		return
	}
	o.room(3 * len(b))
	at := o.buf[o.n : o.n+3*len(b)]
	for _, c := range b {
		at[0], at[1], at[2] = upperHex[c>>4], upperHex[c&15], ' '
		at = at[3:]
	}
	o.n += 3*len(b) - 1
}
