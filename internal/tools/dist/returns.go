// Return addresses: each function keeps the part of them that is the same in a
// variable. A twentieth less over the wire.
//
// Before each call Go puts the address at which the caller goes on onto its own
// stack: i64.const of the function's number<<16 + the place in it
// (cmd/internal/obj/wasm, preprocess). These constants are all different, which
// hardly compresses. "variable | place" does; and as the variable never changes, the
// engine's compiler computes the constants again.

package dist

import "encoding/binary"

const (
	opI64Or     = 0x84
	opGlobalGet = 0x23
	typeI32     = 0x7f
	typeI64     = 0x7e

	firstFunction = 0x1000 // number of the first function that is not imported
	fewReturns    = 2      // with fewer, a variable does not pay
	returnLocal   = 2      // behind $pc and the copy of the stack pointer
)

// shareReturns returns the body of a function, the one with this index among those
// that are not imported, with its return addresses made of a variable. A function
// that does not begin as Go's do is left as it is.
func shareReturns(index int, body []byte) []byte {
	code, ok := skipLocals(body)
	if !ok {
		return body
	}
	list, ok := readInstructions(body[code:])
	if !ok || len(list) < 4 || list[0].op != opGlobalGet || list[0].n != 0 || list[1].op != opLocalSet || list[1].n != 1 {
		return body
	}
	own := int64(firstFunction + index)
	if list[2].op == opI64Const && sleb64(list[2].b[1:]) == own<<16 && list[3].op == opLocalSet && list[3].n == returnLocal {
		return body // already so
	}
	returns := 0
	for _, in := range list {
		if in.op == opI64Const && sleb64(in.b[1:])>>16 == own {
			returns++
		}
	}
	if returns < fewReturns {
		return body
	}
	out, ok := insertLocal(body[:code])
	if !ok {
		return body
	}
	for i, in := range list {
		switch {
		case in.op >= opLocalGet && in.op <= opLocalTee && in.n >= returnLocal:
			out = append(out, in.op)
			out = binary.AppendUvarint(out, uint64(in.n+1))
		case in.op == opI64Const && sleb64(in.b[1:])>>16 == own:
			out = append(out, opLocalGet, returnLocal, opI64Const)
			out = appendSleb(out, int(sleb64(in.b[1:])&0xffff))
			out = append(out, opI64Or)
		default:
			out = append(out, in.b...)
		}
		if i == 1 {
			out = append(out, opI64Const)
			out = appendSleb(out, int(own<<16))
			out = append(out, opLocalSet, returnLocal)
		}
	}
	return out
}

// insertLocal inserts an i64 as returnLocal into the declaration of the locals of a
// function with one parameter, whose first local is an i32 by itself.
func insertLocal(locals []byte) ([]byte, bool) {
	groups, n := binary.Uvarint(locals)
	rest := locals[n:]
	if groups == 0 || len(rest) < 2 || rest[0] != 1 || rest[1] != typeI32 {
		return nil, false
	}
	rest = rest[2:]
	count := uint64(1)
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

// sleb64 returns a signed LEB128 number.
func sleb64(b []byte) (v int64) {
	shift := 0
	for _, c := range b {
		v |= int64(c&0x7f) << shift
		shift += 7
	}
	if len(b) > 0 && b[len(b)-1]&0x40 != 0 && shift < 64 {
		v -= 1 << shift
	}
	return v
}
