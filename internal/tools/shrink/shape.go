// The shape that Go's compiler gives a function in WASM:
//
//	block                      ; left, it returns 1: the stack is being unwound
//	  loop
//	    block … block          ; n+1 of them
//	      local.get $pc
//	      br_table …           ; leaves as many of the blocks as $pc says
//	    end                    ; of the innermost, label 0
//	    …
//	    end                    ; label 1
//	    …
//	  end
//	  unreachable
//	end
//	i32.const 1
//
// (cmd/internal/obj/wasm, preprocess). Any jump sets $pc and goes back to the loop, by
// which the function goes on at a label; and with $pc a function whose stack was
// unwound is called again to go on behind a call.

package shrink

import (
	"encoding/binary"
	"slices"
)

// shape is a function as Go compiles it.
type shape struct {
	list   []instruction
	table  []int // the label for each $pc, the default last
	labels int   // blocks inside the loop
	first  int   // index in list of the first instruction behind br_table
	unwind int   // depth of the block that is left to unwind: 1, or 0 for none
	loop   int   // depth of the loop, or 0 for none
	depth  int   // of the innermost block
}

// readShape finds the shape of a function.
func readShape(list []instruction) (*shape, bool) {
	f := &shape{list: list}
	at := 0
	// Before the blocks: the copy of the stack pointer.
	for at < len(list) && (list[at].op == opGlobalGet || list[at].op == opLocalSet) {
		at++
	}
	for ; at < len(list); at++ {
		op := list[at].op
		if op == opLoop && f.loop == 0 && f.depth <= 1 {
			f.loop = f.depth + 1
		} else if op != opBlock {
			break
		}
		if list[at].b[1] != noResult {
			return nil, false
		}
		f.depth++
	}
	if at+2 >= len(list) || list[at].op != opLocalGet || list[at].n != 0 || list[at+1].op != opBrTable {
		return nil, false
	}
	b := list[at+1].b[1:]
	count, n := binary.Uvarint(b)
	b = b[n:]
	for range count + 1 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		f.table = append(f.table, int(v))
	}
	f.first = at + 2
	f.labels = f.table[count] + 1
	if slices.Max(f.table) >= f.labels {
		return nil, false
	}
	around := f.depth - f.labels
	if f.loop > 0 {
		around--
	}
	switch {
	case around == 1 && f.loop != 1:
		f.unwind = 1
	case around != 0:
		return nil, false
	}
	tail := f.tail()
	same := func(a, b instruction) bool { return a.op == b.op && a.n == b.n }
	if len(list)-f.first < len(tail) || !slices.EqualFunc(list[len(list)-len(tail):], tail, same) {
		return nil, false
	}
	// $pc is only set to go round, or to be read at once, as scratch, in the call of
	// a function value: local.set $pc, i32.const 0, local.get $pc.
	for i := f.first; i < len(list); i++ {
		if list[i].op == opLocalGet && list[i].n == 0 && (list[i-1].op != opI32Const || list[i-2].op != opLocalSet || list[i-2].n != 0) {
			return nil, false
		}
	}
	return f, true
}

// jump says whether list[i:] is a jump by the dispatcher, at this depth, and to
// which label.
func (s *shape) jump(i, depth int) (int, bool) {
	if s.loop == 0 || i+2 >= len(s.list) {
		return 0, false
	}
	set, store, br := s.list[i], s.list[i+1], s.list[i+2]
	if set.op != opI32Const || store.op != opLocalSet || store.n != localPC || br.op != opBr || br.n != int64(depth-s.loop) || set.n < 0 {
		return 0, false
	}
	return s.table[min(int(set.n), len(s.table)-1)], true
}

// tail is how a function ends, behind the code of its last label.
func (s *shape) tail() []instruction {
	var out []instruction
	if s.loop > 0 {
		out = append(out, instruction{op: opEnd})
	}
	out = append(out, instruction{op: opUnreachable})
	if s.unwind > 0 {
		out = append(out, instruction{op: opEnd}, instruction{op: opI32Const, n: 1})
	}
	return append(out, instruction{op: opEnd})
}
