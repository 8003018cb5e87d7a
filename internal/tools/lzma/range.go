// The range coder: bits of known probability in, bytes out.

package lzma

const top = 1 << 24

type rangeEncoder struct {
	out  []byte
	low  uint64 // 33 bits: the highest is a carry
	span uint32
	// The last byte may still change by a carry, and with it all the 0xFF after it:
	// pending of them wait.
	last    byte
	pending int
}

// bit writes a bit and lets its probability learn.
func (r *rangeEncoder) bit(p *probability, bit uint32) {
	bound := r.span >> probabilityBits * uint32(*p)
	if bit == 0 {
		r.span = bound
		*p += (1<<probabilityBits - *p) >> moveBits
	} else {
		r.low += uint64(bound)
		r.span -= bound
		*p -= *p >> moveBits
	}
	r.normalise()
}

func (r *rangeEncoder) normalise() {
	for r.span < top {
		r.span <<= 8
		r.shift()
	}
}

func (r *rangeEncoder) shift() {
	if r.low < 0xff000000 || r.low > 0xffffffff {
		carry := byte(r.low >> 32)
		for b := r.last; r.pending > 0; r.pending-- {
			r.out = append(r.out, b+carry)
			b = 0xff
		}
		r.last = byte(r.low >> 24)
	}
	r.pending++
	r.low = r.low << 8 & 0xffffffff
}

// direct writes bits that are as likely as not, the highest first.
func (r *rangeEncoder) direct(v, count uint32) {
	for ; count > 0; count-- {
		r.span >>= 1
		if v>>(count-1)&1 == 1 {
			r.low += uint64(r.span)
		}
		r.normalise()
	}
}

// tree writes a number of so many bits, the highest first, each in the light of those
// before it.
func (r *rangeEncoder) tree(probs []probability, count, v uint32) {
	node := uint32(1)
	for ; count > 0; count-- {
		b := v >> (count - 1) & 1
		r.bit(&probs[node], b)
		node = node<<1 | b
	}
}

// reverseTree is tree with the lowest bit first.
func (r *rangeEncoder) reverseTree(probs []probability, count, v uint32) {
	node := uint32(1)
	for ; count > 0; count-- {
		r.bit(&probs[node], v&1)
		node = node<<1 | v&1
		v >>= 1
	}
}

// finish writes what is left and returns everything.
func (r *rangeEncoder) finish() []byte {
	for range 5 {
		r.shift()
	}
	return r.out
}
