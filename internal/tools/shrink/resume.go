// Jumps and return addresses: where Go's compiler goes round by a function's
// dispatcher, the program goes straight to the place, and the places at which a
// function can be resumed get numbers that compress well. A fifth less over the wire,
// and faster.
//
// A jump forwards can leave the blocks between itself and its label, and need not set
// $pc: nothing but br_table and the call of a function value, which sets it first,
// reads it. What follows a call, leaving the outermost block, is at another depth
// after each call; "return 1" is the same everywhere. A label that nothing goes to is
// no block.
//
// Before each call Go puts the address at which the caller goes on onto its own
// stack: i64.const of the function's number<<16 + its PC. These constants are all
// different, which hardly compresses. Here the PC is the number of the label, so that
// br_table is 0, 1, 2, …, and a variable holds the last address: "one more" is the
// same before most calls. Where the paths to a place come with different addresses,
// it is made of the function's number and the PC.
//
// The runtime finds the stack maps of a frame by its return address; they are moved
// along. A function that does not look as expected is left as it is.

package shrink

import (
	"encoding/binary"
	"slices"
)

// The locals of a function: $pc, the copy of the stack pointer, and two that are added
// in front of all others.
const (
	localPC   = 0
	localSP   = 1
	localBase = 2 // the function's number<<16
	localLast = 3 // the address of the last call, or that at which the function was resumed
)

// kind says what an item is.
type kind byte

const (
	plain    kind = iota
	jump          // to a label
	jumpIf        // to a label, under the condition on the stack
	label         // the end of the innermost block of a label
	unwind        // return 1 if the value on the stack is not 0
	returnTo      // i64.const of a return address
)

// item is what stays one thing when a function is written anew.
type item struct {
	kind  kind
	in    instruction // of what is plain
	n     int         // the label, or the PC
	depth int         // of the code's own blocks
}

// resume writes a function anew, the one with this index among those that are not
// imported, and moves what the runtime knows of its PCs. It returns false when it
// leaves both as they are.
func resume(index int, locals []byte, list []instruction, f *goFunction) ([]byte, bool) {
	if f.deferReturn != 0 || f.flag&funcFlagAsm != 0 || f.inlined != nil {
		return nil, false
	}
	s, ok := readShape(list)
	if !ok {
		return nil, false
	}
	items, ok := s.items(firstFunction + index)
	if !ok {
		return nil, false
	}
	p, ok := s.number(items, f)
	if !ok {
		return nil, false
	}
	out := p.write(locals, int64(firstFunction+index)<<16)
	if out == nil {
		return nil, false
	}
	f.frame, f.stackMap = p.frame, p.stackMap
	return out, true
}

// items takes apart what is between br_table and the end of the last label's code.
func (s *shape) items(own int) ([]item, bool) {
	var out []item
	list := s.list[:len(s.list)-len(s.tail())]
	depth, left := s.depth, 0 // left: how many of the labels' blocks have ended
	for i := s.first; i < len(list); i++ {
		in := list[i]
		inner := depth - (s.depth - left)
		switch in.op {
		case opBlock, opLoop, opIf:
			// if, i32.const, local.set $pc, br, end: a jump under a condition.
			if in.op == opIf && i+4 < len(list) && list[i+4].op == opEnd {
				if l, ok := s.jump(i+1, depth+1); ok && l >= left {
					out = append(out, item{kind: jumpIf, n: l, depth: inner})
					i += 4
					continue
				}
			}
			depth++
		case opEnd:
			depth--
			if inner == 0 {
				if left == s.labels {
					return nil, false
				}
				out = append(out, item{kind: label, n: left})
				left++
				continue
			}
		case opI32Const:
			if l, ok := s.jump(i, depth); ok {
				out = append(out, item{kind: jump, n: l, depth: inner})
				i += 2
				continue
			}
		case opBr, opBrIf:
			if in.op == opBrIf && s.unwind > 0 && in.n == int64(depth-s.unwind) {
				out = append(out, item{kind: unwind, depth: inner})
				continue
			}
			if in.n >= int64(inner) {
				return nil, false
			}
		case opI64Const:
			if in.n>>16 == int64(own) {
				if returnAddress(list, i) {
					out = append(out, item{kind: returnTo, n: int(in.n & 0xffff), depth: inner})
					continue
				}
				if in.n&0xffff != 0 {
					return nil, false
				}
			}
		}
		out = append(out, item{kind: plain, in: in, depth: inner})
	}
	return out, left == s.labels && depth == s.depth-s.labels
}

// returnAddress says whether the constant is put onto Go's stack as a return address:
// the stack pointer is moved down by 8 before, and the constant stored there.
func returnAddress(list []instruction, i int) bool {
	want := []instruction{
		{op: opLocalGet, n: localSP}, {op: opI32Const, n: 8}, {op: opI32Sub}, {op: opLocalTee, n: localSP},
		{op: opGlobalSet, n: 0}, {op: opLocalGet, n: localSP},
	}
	if i < len(want) || i+1 >= len(list) || string(list[i+1].b) != "\x37\x03\x00" {
		return false
	}
	return slices.EqualFunc(want, list[i-len(want):i], func(a, b instruction) bool { return a.op == b.op && a.n == b.n })
}

// numbered is a function whose places have new numbers.
type numbered struct {
	*shape
	items    []item
	labelNo  []int       // by old label, the new one, -1 for one that nothing goes to
	labels   int         // new ones
	returns  int         // return addresses
	back     bool        // it jumps backwards
	again    []bool      // by old label: a jump backwards goes to it
	resumed  []bool      // by old label: the function is resumed at it
	pcNo     map[int]int // by old PC in a return address, the new one
	frame    []run
	stackMap []run
}

// number finds which labels are needed and gives every PC its number: that of its
// label when the function is resumed there, and a number behind those of the labels
// when it is not (the stack is looked at, but never goes on there).
func (s *shape) number(items []item, f *goFunction) (*numbered, bool) {
	p := &numbered{shape: s, items: items, labelNo: make([]int, s.labels), again: make([]bool, s.labels), resumed: make([]bool, s.labels), pcNo: map[int]int{}}
	used := make([]bool, s.labels)
	used[0], p.resumed[0] = true, true
	if s.table[0] != 0 {
		return nil, false
	}
	at := 0
	for _, it := range items {
		switch it.kind {
		case label:
			at = it.n + 1
		case jump, jumpIf:
			used[it.n] = true
			if it.n < at {
				p.again[it.n], p.back = true, true
			}
		case returnTo:
			p.returns++
			if l, ok := s.resumedAt(it.n); ok {
				used[l], p.resumed[l] = true, true
			}
		}
	}
	for l := range used {
		p.labelNo[l] = -1
		if used[l] {
			p.labelNo[l] = p.labels
			p.labels++
		}
	}
	// What is looked up for a return address holds at the PC before it.
	oldPC := map[int]int{}
	behind := map[int]int{} // by stack map
	first := valueAt(f.frame, 0)
	rest, framed := first, false
	for _, it := range items {
		if it.kind != returnTo || it.n == 0 {
			continue
		}
		no := 0
		if l, ok := s.resumedAt(it.n); ok {
			no = p.labelNo[l]
		} else {
			m := max(valueAt(f.stackMap, it.n-1), 0)
			if _, ok := behind[m]; !ok {
				behind[m] = p.labels + len(behind)
			}
			no = behind[m]
		}
		if frame := valueAt(f.frame, it.n); !framed {
			rest, framed = frame, true
		} else if frame != rest {
			return nil, false
		}
		if no == 0 {
			return nil, false
		}
		p.pcNo[it.n] = no
		oldPC[no] = it.n
	}
	if p.labels+len(behind) > 1<<16 {
		return nil, false
	}
	p.frame = []run{{first, 1}, {rest, 1}}
	if first == rest {
		p.frame = p.frame[:1]
	}
	value := 0
	for no := 1; no < p.labels+len(behind); no++ {
		if pc, ok := oldPC[no]; ok {
			value = max(valueAt(f.stackMap, pc-1), 0)
		}
		p.stackMap = append(p.stackMap, run{value, 1})
	}
	return p, true
}

// resumedAt returns the label at which a function goes on for a PC, if it is the first
// PC of that label: so are those behind a call that can be resumed, and no others.
func (s *shape) resumedAt(pc int) (int, bool) {
	if pc >= len(s.table) {
		return 0, false
	}
	l := s.table[pc]
	return l, pc == 0 || s.table[pc-1] != l
}

// unknown says that paths with different addresses come together.
const unknown = -1

// write writes the function with these locals.
func (p *numbered) write(locals []byte, base int64) []byte {
	share := p.returns > 1
	if share {
		var ok bool
		if locals, ok = insertLocals(locals); !ok {
			return nil
		}
	}
	w := writer{out: append([]byte(nil), locals...)}
	for _, in := range p.list {
		if in.op == opBlock || in.op == opLoop || in.op == opLocalGet {
			break
		}
		w.bytes(in.b...)
	}
	if share {
		w.i64(base)
		w.bytes(opLocalTee, localBase, opLocalGet, localPC, opI64ExtendU, opI64Or, opLocalSet, localLast)
	}
	if p.back {
		w.bytes(opLoop, noResult)
	}
	for range p.labels {
		w.bytes(opBlock, noResult)
	}
	w.bytes(opLocalGet, localPC, opBrTable)
	w.number(p.labels - 1)
	for l := range p.labels {
		w.number(l)
	}

	state, dead := 0, true // the PC in localLast; whether nothing comes to this place
	come := map[int]int{}  // by old label, the state with which jumps come
	join := func(l, with int) {
		if s, ok := come[l]; ok && s != with {
			with = unknown
		}
		come[l] = with
	}
	left := 0
	for _, it := range p.items {
		if it.kind == label {
			no := p.labelNo[it.n]
			if no < 0 {
				continue
			}
			if !dead {
				join(it.n, state)
			}
			if p.resumed[it.n] {
				join(it.n, no)
			}
			if p.again[it.n] {
				join(it.n, unknown)
			}
			state, dead = come[it.n], false
			left++
			w.bytes(opEnd)
			continue
		}
		if dead {
			continue
		}
		switch it.kind {
		case jump:
			if no := p.labelNo[it.n]; no >= left {
				join(it.n, state)
				w.bytes(opBr)
				w.number(it.depth + no - left)
			} else {
				w.i32(no)
				w.bytes(opLocalSet, localPC, opBr)
				w.number(it.depth + p.labels - left)
			}
			dead = it.depth == 0
		case jumpIf:
			join(it.n, state)
			w.bytes(opBrIf)
			w.number(it.depth + p.labelNo[it.n] - left)
		case unwind:
			w.bytes(opIf, noResult, opI32Const, 1, opReturn, opEnd)
		case returnTo:
			no := p.pcNo[it.n]
			l, again := p.resumedAt(it.n)
			again = again && l > 0 && it.depth == 0
			switch {
			case !share:
				w.i64(base + int64(no))
			case no == 0:
				w.bytes(opLocalGet, localBase)
			case again && state != unknown && state < no:
				w.bytes(opLocalGet, localLast)
				w.i64(int64(no - state))
				w.bytes(opI64Add, opLocalTee, localLast)
			default:
				w.bytes(opLocalGet, localBase)
				w.i64(int64(no))
				w.bytes(opI64Or)
				if again {
					w.bytes(opLocalTee, localLast)
				}
			}
			if again {
				state = no
			}
		case plain:
			if share && it.in.op >= opLocalGet && it.in.op <= opLocalTee && it.in.n >= localBase {
				w.bytes(it.in.op)
				w.number(int(it.in.n) + 2)
			} else {
				w.bytes(it.in.b...)
			}
			dead = it.depth == 0 && (it.in.op == opReturn || it.in.op == opUnreachable)
		}
	}
	if p.back {
		w.bytes(opEnd)
	}
	w.bytes(opUnreachable, opEnd)
	return w.out
}

// writer appends instructions.
type writer struct{ out []byte }

func (w *writer) bytes(b ...byte) { w.out = append(w.out, b...) }
func (w *writer) number(n int)    { w.out = binary.AppendUvarint(w.out, uint64(n)) }
func (w *writer) i32(n int)       { w.out = appendSleb(append(w.out, opI32Const), int64(n)) }
func (w *writer) i64(n int64)     { w.out = appendSleb(append(w.out, opI64Const), n) }

// insertLocals adds two i64 in front of the locals of a function with one parameter,
// behind its first local, an i32 by itself.
func insertLocals(locals []byte) ([]byte, bool) {
	groups, n := binary.Uvarint(locals)
	rest := locals[n:]
	if groups == 0 || len(rest) < 2 || rest[0] != 1 || rest[1] != typeI32 {
		return nil, false
	}
	rest = rest[2:]
	count := uint64(2)
	if groups > 1 {
		if c, n := binary.Uvarint(rest); rest[n] == typeI64 {
			count += c
			rest = rest[n+1:]
			groups--
		}
	}
	out := binary.AppendUvarint(nil, groups+1)
	out = append(out, 1, typeI32)
	out = binary.AppendUvarint(out, count)
	out = append(out, typeI64)
	return append(out, rest...), true
}
