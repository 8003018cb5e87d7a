// The function that runs when the program is loaded: it copies columns of numbers
// into the records of a table.

package shrink

import "encoding/binary"

// Opcodes that only this function needs.
const (
	opI32Load16U = 0x2f
	opI32Load    = 0x28
	opI32Store   = 0x36
	opI32Add     = 0x6a
	opI32Mul     = 0x6c
	opI32LtU     = 0x49
)

// The function's locals.
const (
	localTo   = 0 // address of the record's field
	localFrom = 1 // address of the column's number; or the number itself
)

// expansion writes that function: so many records, each call a loop over them.
type expansion struct {
	count int
	code  []byte
}

// sequence puts first, first+step, first+2*step, … into 32-bit fields that are size
// apart.
func (e *expansion) sequence(to, size, first, step int) {
	e.loop(to, size, first, step, func() {})
}

// column puts the numbers of a column, of 32 bits when it is wide and of 16 otherwise,
// each times scale and plus bias, into 32-bit fields that are size apart.
func (e *expansion) column(to, size, from int, wide bool, scale, bias int) {
	width, load := 2, []byte{opI32Load16U, 1, 0}
	if wide {
		width, load = 4, []byte{opI32Load, 2, 0}
	}
	e.loop(to, size, from, width, func() {
		e.code = append(e.code, load...)
		if scale != 1 {
			e.constant(scale)
			e.code = append(e.code, opI32Mul)
		}
		if bias != 0 {
			e.constant(bias)
			e.code = append(e.code, opI32Add)
		}
	})
}

func (e *expansion) loop(to, size, from, step int, value func()) {
	e.constant(to)
	e.code = append(e.code, opLocalSet, localTo)
	e.constant(from)
	e.code = append(e.code, opLocalSet, localFrom, opLoop, noResult, opLocalGet, localTo, opLocalGet, localFrom)
	value()
	e.code = append(e.code, opI32Store, 2, 0, opLocalGet, localFrom)
	e.constant(step)
	e.code = append(e.code, opI32Add, opLocalSet, localFrom, opLocalGet, localTo)
	e.constant(size)
	e.code = append(e.code, opI32Add, opLocalTee, localTo)
	e.constant(to + size*e.count)
	e.code = append(e.code, opI32LtU, opBrIf, 0, opEnd)
}

func (e *expansion) constant(v int) {
	e.code = append(e.code, opI32Const)
	e.code = appendSleb(e.code, int64(v))
}

// body returns the function's body.
func (e *expansion) body() []byte {
	out := []byte{1} // one group of locals
	out = binary.AppendUvarint(out, 2)
	out = append(out, typeI32)
	out = append(out, e.code...)
	return append(out, opEnd)
}
