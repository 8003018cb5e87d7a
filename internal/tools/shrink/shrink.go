// Package shrink rewrites a linked Go program in WASM so that it is two fifths smaller
// over the wire, and does the same. What a program carries only to print stack traces
// is left out, and what is left is written so that it compresses: its data in few
// pieces, the runtime's table of functions in columns (functab.go), its jumps and return
// addresses by numbers that repeat (resume.go).
//
// Go's linker has no flag for it: -s and -w leave out symbols and DWARF, but the table by
// which the runtime finds its way through the stack (pclntab) stays whole. The garbage
// collector, defer and recover need part of it. File names, line numbers and the names of
// functions they do not need, with three exceptions that are kept (see keepNames). Nobody
// sees a stack trace of this program: what goes wrong in it ends at the border as a
// message.
//
// README.md says what is changed and why that is safe, how to bring it to another Go, and
// how to do without.
package shrink

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
)

// proved are the versions of Go, as "go env GOVERSION" gives them, whose linked programs
// this was proved with: all tests of this package and all browser tests pass. The layout
// of the runtime's tables and the meaning of its functions' names may change with any
// other.
var proved = []string{"go1.26.8"}

// errLayout says that a program is not laid out as is known here.
var errLayout = errors.New("its tables are not laid out as this Go lays them out")

// Program returns a program smaller, as linked by this version of Go. Where it is left as
// it is, whyNot says why in words.
func Program(wasm []byte, version string) (small []byte, whyNot string) {
	if !slices.Contains(proved, version) {
		return wasm, "shrinking is proved with " + strings.Join(proved, ", ") + " and this is " + version
	}
	small, err := shrink(wasm)
	if err != nil {
		return wasm, "the program cannot be shrunk: " + err.Error()
	}
	return small, ""
}

// shrink does it, whatever the version. What is shrunk already has errLayout.
func shrink(wasm []byte) ([]byte, error) {
	sections, err := readModule(wasm)
	if err != nil {
		return nil, err
	}
	code, data, imports := find(sections, sectionCode), find(sections, sectionData), find(sections, sectionImport)
	if code == nil || data == nil || imports == nil {
		return nil, errLayout
	}
	bodies, err := readBodies(code.content)
	if err != nil {
		return nil, err
	}
	image, first, err := readSegments(data.content)
	if err != nil {
		return nil, err
	}
	table, err := readFunctions(image)
	if err != nil {
		return nil, err
	}
	if len(table.functions) != len(bodies) {
		return nil, errLayout
	}
	imported, err := importedFunctions(imports.content)
	if err != nil {
		return nil, err
	}
	exported, err := exportedFunctions(sections)
	if err != nil {
		return nil, err
	}
	table.keepInlined(bodies, int(imported))
	for i := range bodies {
		if b := bodyInstead(table.functions[i].name); b != nil {
			bodies[i] = b
			table.functions[i].forget()
		}
	}
	live := reached(bodies, image, table.types(), exported, int(imported))
	for i := range bodies {
		f := &table.functions[i]
		if !live[i] {
			bodies[i] = []byte{0, opUnreachable, opEnd}
			f.forget()
		} else {
			bodies[i] = rewrite(i, bodies[i], f)
		}
	}
	start, err := table.write()
	if err != nil {
		return nil, err
	}
	code.content = writeBodies(bodies)
	data.content = writeSegments(image, first)
	if sections, err = addStart(sections, imported, start); err != nil {
		return nil, err
	}
	return writeModule(sections), nil
}

// rewrite returns the body of a function in fewer and more regular instructions.
func rewrite(index int, body []byte, f *goFunction) []byte {
	code, ok := skipLocals(body)
	if !ok {
		return body
	}
	list, ok := readInstructions(body[code:])
	if !ok {
		return body
	}
	if f.flag&funcFlagAsm == 0 {
		list = foldAddresses(list)
	}
	if b, ok := resume(index, body[:code], list, f); ok {
		return b
	}
	out := append([]byte(nil), body[:code]...)
	for _, in := range list {
		out = append(out, in.b...)
	}
	return out
}

// readSegments puts the segments of a data section into an image of the memory,
// and gives the first address that they fill.
func readSegments(data []byte) (image []byte, first int, err error) {
	count, n := binary.Uvarint(data)
	if n <= 0 {
		return nil, 0, errLayout
	}
	data = data[n:]
	first = -1
	for ; count > 0; count-- {
		// Active, in memory 0, at the constant: 0x00 0x41 address 0x0b.
		if len(data) < 4 || data[0] != 0 || data[1] != 0x41 {
			return nil, 0, errLayout
		}
		address, n := sleb(data[2:])
		data = data[2+n:]
		if n == 0 || address < 0 || address > 1<<28 || len(data) == 0 || data[0] != 0x0b {
			return nil, 0, errLayout
		}
		size, m := binary.Uvarint(data[1:])
		if m <= 0 || size > uint64(len(data)-1-m) {
			return nil, 0, errLayout
		}
		content := data[1+m : 1+m+int(size)]
		data = data[1+m+int(size):]
		if end := int(address) + len(content); end > len(image) {
			image = append(image, make([]byte, end-len(image))...)
		}
		copy(image[address:], content)
		if first < 0 || int(address) < first {
			first = int(address)
		}
	}
	return image, max(first, 0), nil
}

// gap is how many zeros in a row are worth a segment of their own. Go's linker
// takes 8; compressed, zeros cost less than the heads of segments.
const gap = 512

// writeSegments is the opposite of readSegments.
func writeSegments(image []byte, from int) []byte {
	var out []byte
	count := 0
	for i := from; ; {
		for i < len(image) && image[i] == 0 {
			i++
		}
		if i == len(image) {
			break
		}
		end, zeros := i, 0
		for j := i; j < len(image) && zeros < gap; j++ {
			if image[j] == 0 {
				zeros++
			} else {
				zeros, end = 0, j+1
			}
		}
		out = append(out, 0, 0x41)
		out = appendSleb(out, int64(i))
		out = append(out, 0x0b)
		out = binary.AppendUvarint(out, uint64(end-i))
		out = append(out, image[i:end]...)
		count++
		i = end
	}
	return append(binary.AppendUvarint(nil, uint64(count)), out...)
}
