// Addresses: what Go's compiler adds to an address before a load or a store becomes
// the offset of the load or the store itself, which is shorter and done for nothing.
//
// Go computes the address of a slot of the stack, or of a field, in 64 bits and cuts it
// down to 32: local.get, i64.extend_i32_u, i64.const n, i64.add, i32.wrap_i64. A load or
// store takes n as its offset. Both are the same where address + n does not pass 2^32,
// and no object of a program reaches that: its memory ends before.

package shrink

import "encoding/binary"

const (
	opI32Wrap  = 0xa7
	opFirstGet = 0x28 // loads and stores, in the order of the specification
	opFirstPut = 0x36
	opLastPut  = 0x3e

	maxOffset = 1 << 20 // of an address that is folded into a load or store
)

// foldAddresses returns the instructions with what is added to addresses in the loads
// and stores, with constants of 32 bits where they are made of 64, and without what
// does nothing.
func foldAddresses(list []instruction) []instruction {
	out := make([]instruction, 0, len(list))
	for i := 0; i < len(list); i++ {
		in := list[i]
		next := func(k int) instruction {
			if i+k < len(list) {
				return list[i+k]
			}
			return instruction{}
		}
		switch {
		case in.op == opNop:
			continue
		case in.op == opI64Const && next(1).op == opI32Wrap:
			out = append(out, constant32(in.n))
			i++
			continue
		case in.op == opI64ExtendU && next(1).op == opI64Const && next(2).op == opI64Add && next(3).op == opI32Wrap:
			// What is extended is 32 bits already.
			if at := user(list, i+4); at >= 0 && foldable(next(1).n, list[at]) {
				list[at] = withOffset(list[at], next(1).n)
			} else {
				out = append(out, constant32(next(1).n), instruction{op: opI32Add, b: []byte{opI32Add}})
			}
			i += 3
			continue
		case in.op == opI64Const && next(1).op == opI64Add && next(2).op == opI32Wrap:
			if at := user(list, i+3); at >= 0 && foldable(in.n, list[at]) {
				list[at] = withOffset(list[at], in.n)
				i++ // what remains is to cut it down to 32 bits
				continue
			}
		}
		out = append(out, in)
	}
	return out
}

func constant32(n int64) instruction {
	n = int64(int32(n))
	return instruction{op: opI32Const, n: n, b: appendSleb([]byte{opI32Const}, n)}
}

// user returns the index of the load or store that takes the address which is on top
// of the stack before list[from], or -1 when it is something else, or not plain to see.
func user(list []instruction, from int) int {
	above := 0 // values above the address
	for i := from; i < len(list); i++ {
		op := list[i].op
		switch {
		case op >= opFirstGet && op < opFirstPut:
			if above == 0 {
				return i
			}
		case op >= opFirstPut && op <= opLastPut:
			if above == 1 {
				return i
			}
			if above -= 2; above < 0 {
				return -1
			}
		case op == opLocalGet, op == opGlobalGet, op >= opI32Const && op <= 0x44:
			above++
		case op == opLocalSet, op == opGlobalSet, op == 0x1a:
			if above--; above < 0 {
				return -1
			}
		case op == opLocalTee, op == opNop, unary(op):
			if above == 0 && op != opNop {
				return -1
			}
		case op >= 0x46 && op <= 0xbf: // the others of two operands
			if above--; above < 1 {
				return -1
			}
		default:
			return -1
		}
	}
	return -1
}

// unary says whether an instruction of numbers takes one operand
// (WebAssembly Core Specification, section 5.4.6).
func unary(op byte) bool {
	switch {
	case op == 0x45, op == 0x50, // eqz
		op >= 0x67 && op <= 0x69, op >= 0x79 && op <= 0x7b, // clz, ctz, popcnt
		op >= 0x8b && op <= 0x91, op >= 0x99 && op <= 0x9f, // abs … sqrt
		op >= 0xa7 && op <= 0xc4: // conversions
		return true
	}
	return false
}

// foldable says whether a load or store can take n more.
func foldable(n int64, in instruction) bool {
	_, offset := memoryOperands(in)
	return n >= 0 && n+int64(offset) < maxOffset
}

func memoryOperands(in instruction) (align, offset uint64) {
	align, n := binary.Uvarint(in.b[1:])
	offset, _ = binary.Uvarint(in.b[1+n:])
	return align, offset
}

// withOffset returns a load or store at an address that is n further.
func withOffset(in instruction, n int64) instruction {
	align, offset := memoryOperands(in)
	in.b = binary.AppendUvarint([]byte{in.op}, align)
	in.b = binary.AppendUvarint(in.b, offset+uint64(n))
	return in
}
