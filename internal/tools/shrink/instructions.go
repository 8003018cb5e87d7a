// The instructions of a function's body, one by one.

package shrink

import "encoding/binary"

// Opcodes (WebAssembly Core Specification, section 5.4).
const (
	opUnreachable = 0x00
	opBlock       = 0x02
	opLoop        = 0x03
	opIf          = 0x04
	opEnd         = 0x0b
	opBr          = 0x0c
	opBrIf        = 0x0d
	opBrTable     = 0x0e
	opReturn      = 0x0f
	opLocalGet    = 0x20
	opLocalSet    = 0x21
	opLocalTee    = 0x22
	opI32Const    = 0x41
	opI64Const    = 0x42
	opNop         = 0x01
	opCall        = 0x10
	opGlobalGet   = 0x23
	opGlobalSet   = 0x24
	opI32Sub      = 0x6b
	opI64Add      = 0x7c
	opI64Or       = 0x84
	opI64ExtendU  = 0xad
	typeI32       = 0x7f
	typeI64       = 0x7e
	noResult      = 0x40 // the type of a block
)

// instruction is one instruction: b is all of it, n its first operand where that is
// a number.
type instruction struct {
	op byte
	n  int64
	b  []byte
}

// readInstructions takes apart the code of a function behind its locals.
func readInstructions(b []byte) ([]instruction, bool) {
	var out []instruction
	for len(b) > 0 {
		i := instruction{op: b[0]}
		at, good := 1, true
		number := func() int {
			v, n := binary.Uvarint(b[min(at, len(b)):])
			good = good && n > 0 && v < 1<<32
			at += max(n, 1)
			return int(v)
		}
		switch op := b[0]; {
		case op == opUnreachable, op == 1, op == 5, op == opEnd, op == opReturn, op == 0x1a, op == 0x1b, op >= 0x45 && op <= 0xc4:
		case op == opBlock, op == opLoop, op == opIf, op == 0x3f, op == 0x40:
			at++ // a type of one byte; a memory
		case op == opBr, op == opBrIf, op == 0x10, op >= opLocalGet && op <= 0x24:
			i.n = int64(number())
		case op == opBrTable:
			count := number()
			for k := 0; k <= count && good; k++ {
				i.n = int64(number()) // the last one is the default
			}
		case op == 0x11, op >= 0x28 && op <= 0x3e:
			number()
			number()
		case op == opI32Const, op == opI64Const:
			for at < len(b) && b[at] >= 0x80 {
				at++
			}
			at++
			if at <= len(b) {
				i.n, _ = sleb(b[1:at])
			}
		case op == 0x43:
			at += 4
		case op == 0x44:
			at += 8
		case op == 0xfc:
			switch what := number(); {
			case what <= 7: // conversions
			case what == 10:
				at += 2
			case what == 11:
				at++
			default:
				return nil, false
			}
		default:
			return nil, false
		}
		if !good || at > len(b) {
			return nil, false
		}
		i.b, b = b[:at], b[at:]
		out = append(out, i)
	}
	return out, true
}

// skipLocals returns where the code of a function begins.
func skipLocals(body []byte) (int, bool) {
	count, at := binary.Uvarint(body)
	if at <= 0 {
		return 0, false
	}
	for ; count > 0; count-- {
		_, n := binary.Uvarint(body[at:])
		if n <= 0 || at+n+1 > len(body) {
			return 0, false
		}
		at += n + 1
	}
	return at, true
}
