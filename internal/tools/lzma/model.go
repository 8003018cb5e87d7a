// The model: what has been seen, as the probabilities of the next bits.

package lzma

import "math/bits"

const (
	minMatch = 2
	maxMatch = 273

	probabilityBits = 11
	even            = 1 << probabilityBits / 2 // a bit of which nothing is known
	moveBits        = 5                        // how fast a probability learns
)

// probability is that of a 0, in 2048ths.
type probability uint16

// state says what the last steps were.
type state uint8

const (
	stateCount    = 12
	firstOfCopies = 7 // states from here on follow a copy
)

func (s state) afterLiteral() bool { return s < firstOfCopies }

func (s state) literal() state {
	switch {
	case s < 4:
		return 0
	case s < 10:
		return s - 3
	}
	return s - 6
}

func (s state) after(ofLiteral, ofCopy state) state {
	if s.afterLiteral() {
		return ofLiteral
	}
	return ofCopy
}

func (s state) match() state    { return s.after(7, 10) }
func (s state) rep() state      { return s.after(8, 11) }
func (s state) shortRep() state { return s.after(9, 11) }

// distances are the last four, each less one, the newest first.
type distances [4]uint32

// after returns the last four after a copy from back.
func (d distances) after(back int) distances {
	switch back {
	case 0:
		return d
	case 1:
		return distances{d[1], d[0], d[2], d[3]}
	case 2:
		return distances{d[2], d[0], d[1], d[3]}
	case 3:
		return distances{d[3], d[0], d[1], d[2]}
	}
	return distances{uint32(back - 4), d[0], d[1], d[2]}
}

type lengthModel struct {
	choice, choice2 probability
	low, mid        [1 << pb][8]probability
	high            [256]probability
}

type model struct {
	state                         state
	reps                          distances
	isMatch                       [stateCount][1 << pb]probability
	isRep, isRep0, isRep1, isRep2 [stateCount]probability
	isRep0Long                    [stateCount][1 << pb]probability
	literals                      [1 << (lc + lp)][0x300]probability
	matchLen, repLen              lengthModel
	slot                          [4][64]probability
	special                       [128 - 14 + 1]probability
	align                         [16]probability
}

// reset forgets everything.
func (m *model) reset() {
	*m = model{}
	fill := func(lists ...[]probability) {
		for _, l := range lists {
			for i := range l {
				l[i] = even
			}
		}
	}
	for s := range stateCount {
		fill(m.isMatch[s][:], m.isRep0Long[s][:])
	}
	fill(m.isRep[:], m.isRep0[:], m.isRep1[:], m.isRep2[:], m.special[:], m.align[:])
	for i := range m.literals {
		fill(m.literals[i][:])
	}
	for i := range m.slot {
		fill(m.slot[i][:])
	}
	for _, l := range []*lengthModel{&m.matchLen, &m.repLen} {
		l.choice, l.choice2 = even, even
		for i := range l.low {
			fill(l.low[i][:], l.mid[i][:])
		}
		fill(l.high[:])
	}
}

// literalProbs returns the probabilities of the byte at a position.
func (m *model) literalProbs(at int, before byte) *[0x300]probability {
	return &m.literals[at&(1<<lp-1)<<lc|int(before)>>(8-lc)]
}

// distanceSlot is the number of bits of a distance less one, and the bit behind the
// first.
func distanceSlot(d uint32) uint32 {
	if d < 4 {
		return d
	}
	n := uint32(bits.Len32(d))
	return (n-1)*2 | d>>(n-2)&1
}

// lengthState chooses the probabilities of the distance.
func lengthState(size int) int { return min(size-minMatch, 3) }
