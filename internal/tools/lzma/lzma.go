// Package lzma compresses by LZMA, for programs that are unpacked by a few lines of
// JavaScript where nothing better than gzip is at hand. It takes its time: every step
// is the cheapest that can be found by looking thousands of bytes ahead, and what a
// step costs is taken from the model that the decoder will have at that point.
//
// The format is that of .lzma files: 13 bytes of header (properties, size of the
// dictionary, size of the data), then what the range coder gives. It is described in
// the LZMA specification of Igor Pavlov (lzma-specification.txt, 2015), whose names are
// used here.
package lzma

import (
	"encoding/binary"
	"math/bits"
)

// The parameters of the model: how many bits of the byte before and of the position
// choose the probabilities. These suit WASM.
const (
	lc = 3
	lp = 0
	pb = 2
)

// HeaderSize is the size of what comes before the compressed data.
const HeaderSize = 13

// Encode compresses data into a .lzma file. Its dictionary is as large as the data,
// which must be smaller than 1 GiB.
func Encode(data []byte) []byte {
	header := make([]byte, HeaderSize)
	header[0] = (pb*5+lp)*9 + lc
	binary.LittleEndian.PutUint32(header[1:], 1<<max(12, bits.Len(uint(len(data)))))
	binary.LittleEndian.PutUint64(header[5:], uint64(len(data)))
	e := &encoder{data: data, finder: newFinder(data), out: rangeEncoder{out: header, span: 1<<32 - 1, pending: 1}}
	e.model.reset()
	for e.at < len(data) {
		for _, s := range e.plan() {
			e.write(s)
		}
	}
	return e.out.finish()
}

// encoder is the state of one compression.
type encoder struct {
	data   []byte
	at     int // written so far
	model  model
	finder *finder
	out    rangeEncoder
	prices prices
	planner
}

// step is what is written at once: a literal (size 1, back literal), or size bytes
// from an earlier place.
type step struct {
	back int // an index into the last four distances, or 4 + the distance - 1
	size int
}

const literal = -1

// write writes a step and lets the model learn from it.
func (e *encoder) write(s step) {
	m, pos := &e.model, e.at&(1<<pb-1)
	if s.back == literal {
		e.out.bit(&m.isMatch[m.state][pos], 0)
		probs := m.literalProbs(e.at, e.before())
		symbol := uint32(e.data[e.at]) | 0x100
		if m.state.afterLiteral() {
			for symbol < 0x10000 {
				e.out.bit(&probs[symbol>>8], symbol>>7&1)
				symbol <<= 1
			}
		} else {
			// What the last distance gives is a hint, as long as it holds.
			hint, offset := uint32(e.data[e.at-int(m.reps[0])-1]), uint32(0x100)
			for symbol < 0x10000 {
				hint <<= 1
				e.out.bit(&probs[offset+hint&offset+symbol>>8], symbol>>7&1)
				symbol <<= 1
				offset &= ^(hint ^ symbol)
			}
		}
		m.state = m.state.literal()
		e.at++
		return
	}
	e.out.bit(&m.isMatch[m.state][pos], 1)
	switch {
	case s.back >= 4:
		e.out.bit(&m.isRep[m.state], 0)
		e.length(&m.matchLen, s.size, pos)
		e.distance(uint32(s.back-4), s.size)
		m.state = m.state.match()
	default:
		e.out.bit(&m.isRep[m.state], 1)
		if s.back == 0 {
			e.out.bit(&m.isRep0[m.state], 0)
			e.out.bit(&m.isRep0Long[m.state][pos], uint32(min(s.size-1, 1)))
		} else {
			e.out.bit(&m.isRep0[m.state], 1)
			e.out.bit(&m.isRep1[m.state], uint32(min(s.back-1, 1)))
			if s.back > 1 {
				e.out.bit(&m.isRep2[m.state], uint32(s.back-2))
			}
		}
		if s.size == 1 {
			m.state = m.state.shortRep()
		} else {
			e.length(&m.repLen, s.size, pos)
			m.state = m.state.rep()
		}
	}
	m.reps = m.reps.after(s.back)
	e.at += s.size
}

// before returns the byte before the next one.
func (e *encoder) before() byte {
	if e.at == 0 {
		return 0
	}
	return e.data[e.at-1]
}

// length writes how many bytes are copied.
func (e *encoder) length(l *lengthModel, size, pos int) {
	n := uint32(size - minMatch)
	switch {
	case n < 8:
		e.out.bit(&l.choice, 0)
		e.out.tree(l.low[pos][:], 3, n)
	case n < 16:
		e.out.bit(&l.choice, 1)
		e.out.bit(&l.choice2, 0)
		e.out.tree(l.mid[pos][:], 3, n-8)
	default:
		e.out.bit(&l.choice, 1)
		e.out.bit(&l.choice2, 1)
		e.out.tree(l.high[:], 8, n-16)
	}
}

// distance writes from how far back they are copied, less one.
func (e *encoder) distance(d uint32, size int) {
	m := &e.model
	slot := distanceSlot(d)
	e.out.tree(m.slot[lengthState(size)][:], 6, slot)
	if slot < 4 {
		return
	}
	bits := slot>>1 - 1
	base := (2 | slot&1) << bits
	switch rest := d - base; {
	case slot < 14:
		e.out.reverseTree(m.special[base-slot:], bits, rest)
	default:
		e.out.direct(rest>>4, bits-4)
		e.out.reverseTree(m.align[:], 4, rest&15)
	}
}
