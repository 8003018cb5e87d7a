// Prices: what a step costs by the model as it is, in 64ths of a bit.

package lzma

import "math"

type price = uint32

const (
	unaffordable price = math.MaxUint32
	priceScale         = 64
	stale              = 128 // bytes after which the tables are made anew
)

// bitPrices are the prices of a 0, by the highest bits of its probability.
var bitPrices = func() (t [1 << (probabilityBits - 2)]price) {
	for i := range t {
		t[i] = price(-math.Log2((float64(i)+0.5)/float64(len(t)))*priceScale + 0.5)
	}
	return t
}()

// of returns the price of a bit.
func (p probability) of(bit uint32) price {
	if bit != 0 {
		p = 1<<probabilityBits - p
	}
	return bitPrices[min(p, 1<<probabilityBits-1)>>2]
}

func treePrice(probs []probability, count, v uint32) (sum price) {
	node := uint32(1)
	for ; count > 0; count-- {
		b := v >> (count - 1) & 1
		sum += probs[node].of(b)
		node = node<<1 | b
	}
	return sum
}

func reverseTreePrice(probs []probability, count, v uint32) (sum price) {
	node := uint32(1)
	for ; count > 0; count-- {
		sum += probs[node].of(v & 1)
		node = node<<1 | v&1
		v >>= 1
	}
	return sum
}

// prices are those of lengths and distances, which are asked for all the time.
type prices struct {
	made             bool
	at               int
	matchLen, repLen [1 << pb][maxMatch + 1]price
	slot             [4][64]price // the bits that are as likely as not are included
	near             [4][128]price
	align            [16]price
}

// refresh makes the tables anew, where they are no longer true.
func (p *prices) refresh(m *model, at int) {
	if p.made && at < p.at+stale {
		return
	}
	p.made, p.at = true, at
	for pos := range 1 << pb {
		m.matchLen.prices(&p.matchLen[pos], pos)
		m.repLen.prices(&p.repLen[pos], pos)
	}
	for s := range p.slot {
		for slot := range uint32(64) {
			p.slot[s][slot] = treePrice(m.slot[s][:], 6, slot)
			if slot >= 14 {
				p.slot[s][slot] += (slot>>1 - 1 - 4) * priceScale
			}
		}
	}
	for d := range uint32(128) {
		slot := distanceSlot(d)
		more := price(0)
		if slot >= 4 {
			bits := slot>>1 - 1
			base := (2 | slot&1) << bits
			more = reverseTreePrice(m.special[base-slot:], bits, d-base)
		}
		for s := range p.near {
			p.near[s][d] = p.slot[s][slot] + more
		}
	}
	for v := range uint32(16) {
		p.align[v] = reverseTreePrice(m.align[:], 4, v)
	}
}

func (l *lengthModel) prices(to *[maxMatch + 1]price, pos int) {
	for n := range uint32(maxMatch - minMatch + 1) {
		switch {
		case n < 8:
			to[n+minMatch] = l.choice.of(0) + treePrice(l.low[pos][:], 3, n)
		case n < 16:
			to[n+minMatch] = l.choice.of(1) + l.choice2.of(0) + treePrice(l.mid[pos][:], 3, n-8)
		default:
			to[n+minMatch] = l.choice.of(1) + l.choice2.of(1) + treePrice(l.high[:], 8, n-16)
		}
	}
}

// distance returns the price of a distance, less one.
func (p *prices) distance(d uint32, size int) price {
	if s := lengthState(size); d < 128 {
		return p.near[s][d]
	} else {
		return p.slot[s][distanceSlot(d)] + p.align[d&15]
	}
}

// literal returns the price of the byte at a position, in a state and with a last
// distance.
func (e *encoder) literalPrice(at int, s state, rep0 uint32) price {
	before := byte(0)
	if at > 0 {
		before = e.data[at-1]
	}
	probs := e.model.literalProbs(at, before)
	symbol := uint32(e.data[at]) | 0x100
	sum := e.model.isMatch[s][at&(1<<pb-1)].of(0)
	if s.afterLiteral() {
		for ; symbol < 0x10000; symbol <<= 1 {
			sum += probs[symbol>>8].of(symbol >> 7 & 1)
		}
		return sum
	}
	hint, offset := uint32(e.data[at-int(rep0)-1]), uint32(0x100)
	for symbol < 0x10000 {
		hint <<= 1
		sum += probs[offset+hint&offset+symbol>>8].of(symbol >> 7 & 1)
		symbol <<= 1
		offset &= ^(hint ^ symbol)
	}
	return sum
}

// repPrice returns the price of choosing one of the last distances for more than a byte.
func (m *model) repPrice(k int, s state, pos int) price {
	sum := m.isMatch[s][pos].of(1) + m.isRep[s].of(1)
	if k == 0 {
		return sum + m.isRep0[s].of(0) + m.isRep0Long[s][pos].of(1)
	}
	sum += m.isRep0[s].of(1) + m.isRep1[s].of(uint32(min(k-1, 1)))
	if k > 1 {
		sum += m.isRep2[s].of(uint32(k - 2))
	}
	return sum
}
