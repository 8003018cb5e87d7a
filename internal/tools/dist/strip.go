// Stripping: what a Go program in WASM carries only to print stack traces is left
// out, its data is laid out in fewer pieces, its jumps are made straight
// (branches.go), and its return addresses are made of less (returns.go). Together a
// quarter of what goes over the wire, and nothing of what the program does.
//
// Go's linker has no flag for it: -s and -w leave out symbols and DWARF, but the
// table by which the runtime finds its way through the stack (pclntab) stays whole.
// The garbage collector, defer and recover need part of it. File names, line
// numbers and the names of functions they do not need, with three exceptions that
// are kept (see keepNames). Nobody sees a stack trace of this program: what goes
// wrong in it ends at the border as a message.
//
// The layout is that of runtime/symtab.go and runtime2.go (type pcHeader, type
// _func), unchanged since Go 1.20 but for its magic number. A program whose table
// does not look like that is left as it is.

package dist

import (
	"encoding/binary"
	"errors"
	"strings"
)

// errLayout says that a program is not laid out as is known here.
var errLayout = errors.New("stripping: this Go lays out its programs in another way")

const (
	pclntabMagic = 0xfffffff1 // since Go 1.20
	headerSize   = 8 + 8*8
	funcFixed    = 44 // bytes of _func before its variable part

	// Offsets in _func.
	atName, atFile, atLine, atUnit, atStart, atPCData, atFlags = 4, 20, 24, 32, 36, 28, 40
)

// Strip returns the program without what only stack traces need.
func Strip(wasm []byte) ([]byte, error) {
	before, data, after, err := splitSection(wasm, sectionData)
	if err != nil {
		return nil, err
	}
	image, first, err := readSegments(data)
	if err != nil {
		return nil, err
	}
	instead, err := stripTable(image)
	if err != nil {
		return nil, err
	}
	section := writeSegments(image, first)
	out := append([]byte(nil), before...)
	out = append(out, sectionData)
	out = binary.AppendUvarint(out, uint64(len(section)))
	out = append(out, section...)
	out = append(out, after...)
	return mapBodies(out, func(index int, body []byte) []byte {
		if b := instead[index]; b != nil {
			return b
		}
		return straighten(shareReturns(index, body))
	})
}

const sectionData = 11

// splitSection finds the content of a section, and what is before and after it.
func splitSection(wasm []byte, id byte) (before, data, after []byte, err error) {
	if !strings.HasPrefix(string(wasm), "\x00asm\x01\x00\x00\x00") {
		return nil, nil, nil, errors.New("stripping: not a WASM program")
	}
	for i := 8; i < len(wasm); {
		size, n := binary.Uvarint(wasm[i+1:])
		content := i + 1 + n
		if n <= 0 || size > uint64(len(wasm)-content) {
			break
		}
		end := content + int(size)
		if wasm[i] == id {
			return wasm[:i], wasm[content:end], wasm[end:], nil
		}
		i = end
	}
	return nil, nil, nil, errLayout
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
		if end := address + len(content); end > len(image) {
			image = append(image, make([]byte, end-len(image))...)
		}
		copy(image[address:], content)
		if first < 0 || address < first {
			first = address
		}
	}
	return image, max(first, 0), nil
}

// sleb reads a signed LEB128 number and how many bytes it takes, 0 when it is
// broken.
func sleb(b []byte) (v, n int) {
	for i, c := range b {
		if i > 5 {
			break
		}
		v |= int(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c&0x40 != 0 {
				v -= 1 << (7 * (i + 1))
			}
			return v, i + 1
		}
	}
	return 0, 0
}

func appendSleb(b []byte, v int) []byte {
	for {
		c := byte(v & 0x7f)
		v >>= 7
		if v == 0 && c&0x40 == 0 || v == -1 && c&0x40 != 0 {
			return append(b, c)
		}
		b = append(b, c|0x80)
	}
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
		out = appendSleb(out, i)
		out = append(out, 0x0b)
		out = binary.AppendUvarint(out, uint64(end-i))
		out = append(out, image[i:end]...)
		count++
		i = end
	}
	return append(binary.AppendUvarint(nil, uint64(count)), out...)
}

// keepNames are the names of functions that the runtime compares: those two when it
// looks for pointers in a frame, and of others only whether they begin with
// "runtime.", when it counts goroutines of its own.
var keepNames = []string{"reflect.makeFuncStub", "reflect.methodValueCall"}

const runtimePrefix = "runtime."

// anyName is what all other functions are called. It has the form of a method's name
// because the runtime takes apart the name of the caller when a method of a value is
// called by a nil pointer: with another form it ends the program instead of panicking
// (runtime.panicwrap).
const anyName = "x.(*x).x"

// stripTable blanks the parts of the pclntab in the image, and returns what
// stands in for the functions that cannot run (unused.go), by index.
func stripTable(image []byte) (instead map[int][]byte, err error) {
	head := -1
	magic := binary.LittleEndian.AppendUint32(nil, pclntabMagic)
	magic = append(magic, 0, 0, 1, 8) // padding, instruction size, pointer size
	for i := 0; i+headerSize < len(image); i += 8 {
		if string(image[i:i+8]) == string(magic) {
			if head >= 0 {
				return nil, errLayout
			}
			head = i
		}
	}
	if head < 0 {
		return nil, errLayout
	}
	field := func(i int) int { return int(binary.LittleEndian.Uint64(image[head+8+8*i:])) }
	count, names, units, files, tables, functions := field(0), field(3), field(4), field(5), field(6), field(7)
	rest := image[head:]
	if names != headerSize || units < names || files < units || tables < files || functions < tables ||
		count <= 0 || functions+8*count+4 > len(rest) {
		return nil, errLayout
	}
	nameTable, table, index := rest[names:units], rest[tables:functions], rest[functions:]

	// The new names: "runtime.", any other, and those that are kept, at the start of
	// the table of names, which is blank but for them.
	newNames := append([]byte{0}, runtimePrefix+"\x00"...)
	other := uint32(len(newNames))
	newNames = append(newNames, anyName+"\x00"...)
	at := map[string]uint32{}
	for _, n := range keepNames {
		at[n] = uint32(len(newNames))
		newNames = append(newNames, n+"\x00"...)
	}

	// Which tables are used for what; a table may serve for several things.
	const onlyTraces, needed = 1, 2
	uses := map[int]int{}
	var entries [][]byte
	instead = map[int][]byte{}
	for i := range count {
		off := int(binary.LittleEndian.Uint32(index[8*i+4:]))
		if off+funcFixed > len(index) {
			return nil, errLayout
		}
		f := index[off:]
		get := func(o int) int { return int(binary.LittleEndian.Uint32(f[o:])) }
		pcdata, funcdata := get(atPCData), int(f[atFlags+3])
		if off+funcFixed+4*(pcdata+funcdata) > len(index) || get(atName) >= len(nameTable) {
			return nil, errLayout
		}
		used := []int{get(16)}
		for k := range pcdata {
			used = append(used, get(funcFixed+4*k))
		}
		for _, t := range used {
			uses[t] |= needed
		}
		uses[get(atFile)] |= onlyTraces
		uses[get(atLine)] |= onlyTraces
		entries = append(entries, f)
	}
	for t, use := range uses {
		if t < 0 || t >= len(table) && t != 0 {
			return nil, errLayout
		}
		if use == onlyTraces && t != 0 {
			// A table ends where its delta of values is zero; it has one byte at least.
			for end := tableEnd(table, t); t < end; t++ {
				table[t] = 0
			}
		}
	}
	for i, f := range entries {
		put := func(o int, v uint32) { binary.LittleEndian.PutUint32(f[o:], v) }
		nameAt := binary.LittleEndian.Uint32(f[atName:])
		name, _, _ := strings.Cut(string(nameTable[nameAt:min(len(nameTable), int(nameAt)+64)]), "\x00")
		if b := bodyInstead(name); b != nil {
			instead[int(binary.LittleEndian.Uint32(index[8*i:]))-firstFunction] = b
		}
		newName := other
		if n, ok := at[name]; ok {
			newName = n
		} else if strings.HasPrefix(name, runtimePrefix) {
			newName = 1
		}
		put(atName, newName)
		put(atFile, 0)
		put(atLine, 0)
		put(atUnit, 0)
		put(atStart, 0)
	}
	stripInlined(image, head, names, table, entries, other)
	if len(newNames) > len(nameTable) {
		return nil, errLayout
	}
	clear(rest[names:tables])
	copy(nameTable, newNames)
	return instead, nil
}

// tableEnd returns where the table of (value delta, pc delta) pairs at t ends.
func tableEnd(table []byte, t int) int {
	for first := true; ; first = false {
		v, n := binary.Uvarint(table[t:])
		if n <= 0 {
			return len(table)
		}
		t += n
		if v == 0 && !first {
			return t
		}
		_, n = binary.Uvarint(table[t:])
		if n <= 0 {
			return len(table)
		}
		t += n
	}
}

const (
	atGofunc      = 320 // offset in moduledata of the address from which funcdata counts, and the end
	inlineIndex   = 2   // abi.PCDATA_InlTreeIndex
	inlineTree    = 3   // abi.FUNCDATA_InlTree
	inlinedSize   = 16  // of an inlinedCall: function's kind, name, parent's pc, line
	inlinedName   = 4
	inlinedLine   = 12
	noFuncdata    = 1<<32 - 1
	maxModuleData = 1024
)

// stripInlined takes the names and the lines from the trees of inlined calls of the
// functions. What kind of function was inlined, and where, stays: recover needs it.
// Where the trees are not found they stay as they are.
func stripInlined(image []byte, head, names int, table []byte, functions [][]byte, name uint32) {
	// The module's data begins with the address of the table and that of its names.
	begin := binary.LittleEndian.AppendUint64(nil, uint64(head))
	begin = binary.LittleEndian.AppendUint64(begin, uint64(head+names))
	module := -1
	for i := 0; i+maxModuleData <= len(image); i += 8 {
		if string(image[i:i+16]) == string(begin) {
			if module >= 0 {
				return
			}
			module = i
		}
	}
	if module < 0 {
		return
	}
	base := binary.LittleEndian.Uint64(image[module+atGofunc:])
	end := binary.LittleEndian.Uint64(image[module+atGofunc+8:])
	if base < uint64(head) || base >= end || end > uint64(len(image)) {
		return // before Go 1.26 they are elsewhere
	}
	for _, f := range functions {
		pcdata := binary.LittleEndian.Uint32(f[atPCData:])
		if pcdata <= inlineIndex || f[atFlags+3] <= inlineTree {
			continue
		}
		index := binary.LittleEndian.Uint32(f[funcFixed+4*inlineIndex:])
		off := binary.LittleEndian.Uint32(f[funcFixed+4*(pcdata+inlineTree):])
		if index == 0 || off == noFuncdata {
			continue
		}
		tree := base + uint64(off)
		for k := range uint64(tableMax(table, int(index)) + 1) {
			call := tree + inlinedSize*k
			if call+inlinedSize > end || image[call+1]|image[call+2]|image[call+3] != 0 {
				return
			}
			binary.LittleEndian.PutUint32(image[call+inlinedName:], name)
			binary.LittleEndian.PutUint32(image[call+inlinedLine:], 0)
		}
	}
}

// tableMax returns the largest value, -1 at least, in the table at t of pairs of
// (value delta in zigzag, pc delta).
func tableMax(table []byte, t int) int {
	value, largest := -1, -1
	for first := true; t < len(table); first = false {
		v, n := binary.Uvarint(table[t:])
		if n <= 0 || v == 0 && !first {
			break
		}
		t += n
		value += int(uint32(v)>>1) ^ -int(v&1)
		largest = max(largest, value)
		_, n = binary.Uvarint(table[t:])
		if n <= 0 {
			break
		}
		t += n
	}
	return largest
}
