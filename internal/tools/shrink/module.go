// The sections of a WASM program, and the numbers in them
// (WebAssembly Core Specification, section 5.5).

package shrink

import (
	"encoding/binary"
	"strings"
)

// The sections that are looked at here.
const (
	sectionType     = 1
	sectionImport   = 2
	sectionFunction = 3
	sectionExport   = 7
	sectionStart    = 8
	sectionCode     = 10
	sectionData     = 11
)

const moduleMagic = "\x00asm\x01\x00\x00\x00"

// section is one section: its number and what is in it.
type section struct {
	id      byte
	content []byte
}

// readModule takes apart a program.
func readModule(wasm []byte) ([]section, error) {
	if !strings.HasPrefix(string(wasm), moduleMagic) {
		return nil, errLayout
	}
	var out []section
	for i := len(moduleMagic); i < len(wasm); {
		size, n := binary.Uvarint(wasm[i+1:])
		content := i + 1 + n
		if n <= 0 || size > uint64(len(wasm)-content) {
			return nil, errLayout
		}
		end := content + int(size)
		out = append(out, section{wasm[i], wasm[content:end]})
		i = end
	}
	return out, nil
}

// writeModule is the opposite of readModule.
func writeModule(sections []section) []byte {
	out := []byte(moduleMagic)
	for _, s := range sections {
		out = append(out, s.id)
		out = binary.AppendUvarint(out, uint64(len(s.content)))
		out = append(out, s.content...)
	}
	return out
}

// find returns the section with this number, nil for none.
func find(sections []section, id byte) *section {
	for i := range sections {
		if sections[i].id == id {
			return &sections[i]
		}
	}
	return nil
}

// readBodies takes apart a code section: the body of each function.
func readBodies(code []byte) ([][]byte, error) {
	count, n := binary.Uvarint(code)
	if n <= 0 || count > uint64(len(code)) {
		return nil, errLayout
	}
	code = code[n:]
	out := make([][]byte, count)
	for i := range out {
		size, n := binary.Uvarint(code)
		if n <= 0 || size > uint64(len(code)-n) {
			return nil, errLayout
		}
		out[i] = code[n : n+int(size)]
		code = code[n+int(size):]
	}
	if len(code) != 0 {
		return nil, errLayout
	}
	return out, nil
}

// writeBodies is the opposite of readBodies.
func writeBodies(bodies [][]byte) []byte {
	out := binary.AppendUvarint(nil, uint64(len(bodies)))
	for _, b := range bodies {
		out = binary.AppendUvarint(out, uint64(len(b)))
		out = append(out, b...)
	}
	return out
}

// addStart adds a function that runs when the program, which imports so many, is
// loaded, before any other.
func addStart(sections []section, imported uint64, body []byte) ([]section, error) {
	types, functions, code := find(sections, sectionType), find(sections, sectionFunction), find(sections, sectionCode)
	if types == nil || functions == nil || code == nil || find(sections, sectionStart) != nil {
		return nil, errLayout
	}
	var typeIndex, defined uint64
	types.content, typeIndex = addToVector(types.content, []byte{0x60, 0, 0}) // no parameters, no results
	functions.content, defined = addToVector(functions.content, binary.AppendUvarint(nil, typeIndex))
	code.content, _ = addToVector(code.content, append(binary.AppendUvarint(nil, uint64(len(body))), body...))
	start := section{sectionStart, binary.AppendUvarint(nil, imported+defined)}
	for i, s := range sections {
		if s.id == sectionExport {
			return append(sections[:i+1:i+1], append([]section{start}, sections[i+1:]...)...), nil
		}
	}
	return nil, errLayout
}

// addToVector appends an element to a vector and returns the index of it.
func addToVector(vector, element []byte) ([]byte, uint64) {
	count, n := binary.Uvarint(vector)
	out := binary.AppendUvarint(nil, count+1)
	out = append(out, vector[max(n, 0):]...)
	return append(out, element...), count
}

// importedFunctions counts the functions in an import section, in which there must be
// nothing else.
func importedFunctions(b []byte) (uint64, error) {
	r := vectorReader{b: b}
	count := r.number()
	for i := uint64(0); i < count && r.err == nil; i++ {
		r.skip(r.number()) // module
		r.skip(r.number()) // name
		if kind := r.number(); kind != 0 {
			return 0, errLayout
		}
		r.number()
	}
	return count, r.err
}

// exportedFunctions returns the indexes of the functions that a program exports.
func exportedFunctions(sections []section) (out []uint64, err error) {
	exports := find(sections, sectionExport)
	if exports == nil {
		return nil, errLayout
	}
	r := vectorReader{b: exports.content}
	for count := r.number(); count > 0 && r.err == nil; count-- {
		r.skip(r.number()) // name
		kind := r.number()
		if i := r.number(); kind == 0 {
			out = append(out, i)
		}
	}
	return out, r.err
}

// vectorReader reads what a section holds, up to the first thing that is not there.
type vectorReader struct {
	b   []byte
	err error
}

func (r *vectorReader) number() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.err, n = errLayout, len(r.b)
	}
	r.b = r.b[n:]
	return v
}

func (r *vectorReader) skip(n uint64) {
	if n > uint64(len(r.b)) {
		r.err, n = errLayout, uint64(len(r.b))
	}
	r.b = r.b[n:]
}

// sleb reads a signed LEB128 number and how many bytes it takes, 0 when it is
// broken.
func sleb(b []byte) (v int64, n int) {
	for i, c := range b {
		if i > 9 {
			break
		}
		v |= int64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c&0x40 != 0 && i < 9 {
				v -= 1 << (7 * (i + 1))
			}
			return v, i + 1
		}
	}
	return 0, 0
}

func appendSleb(b []byte, v int64) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
}
