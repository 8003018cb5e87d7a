// Reading what Go's runtime knows of the functions of a program: the pclntab.
//
// The garbage collector, defer and recover find their way through the stack by it. Its
// layout is that of runtime/symtab.go and runtime2.go (pcHeader, _func, moduledata).
// A program whose table does not look like that is left as it is.

package shrink

import (
	"encoding/binary"
	"strings"
)

const (
	pclntabMagic = 0xfffffff1 // since Go 1.20
	headerSize   = 8 + 8*8
	funcFixed    = 44 // bytes of _func before its variable part

	firstFunction = 0x1000 // number of the first function that is not imported

	// The kinds of pcdata and funcdata that the stack is walked by (internal/abi/symtab.go).
	// What others there are serves stack traces.
	pcdataStackMap, pcdataInlined                        = 1, 2
	argsMap, localsMap, stackObjects, inlineTree, defers = 0, 1, 2, 3, 4
	funcdataKept                                         = 5

	funcIDWrapper = 23
	funcFlagAsm   = 4
	noFuncdata    = 1<<32 - 1
)

// Words of runtime.moduledata.
const (
	moduleHeader = 0 // address of the pcHeader
	moduleNames  = 1 // slices from here: pointer, length, capacity
	moduleUnits  = 4
	moduleFiles  = 7
	modulePCTab  = 10
	moduleFuncs  = 13
	moduleIndex  = 16
	moduleFind   = 19
	moduleGofunc = 40
	moduleTypes  = 37 // and where they end
	moduleEnd    = 41 // of the pclntab
	moduleWords  = 80
)

// run is a value that holds for so many PCs.
type run struct{ value, pcs int }

// goFunction is what the runtime knows of one function. Its PCs are the places where
// the function can be resumed, from 0.
type goFunction struct {
	name        string
	args        uint32 // bytes of the arguments
	deferReturn uint32 // PC of the call that runs what is deferred, 0 for none
	id, flag    byte
	frame       []run // by PC, bytes of the frame
	stackMap    []run // by PC of the call, which stack map; nil: the first
	inlined     []run // by PC of the call, which entry of the tree of inlined calls
	data        [funcdataKept]uint32
}

// functionTable is the pclntab of a program, in the image of its memory.
type functionTable struct {
	image     []byte
	head      int // address of the pcHeader
	module    int // address of runtime.firstmoduledata
	find, end int // addresses of findfunctab and of what follows the table
	gofunc    int // address from which funcdata counts
	blobEnds  map[uint32]int
	functions []goFunction
}

func (t *functionTable) word(i int) int {
	return int(binary.LittleEndian.Uint64(t.image[t.module+8*i:]))
}

func (t *functionTable) setWord(i, v int) {
	binary.LittleEndian.PutUint64(t.image[t.module+8*i:], uint64(v))
}

// types returns the part of the memory where the descriptors of types are.
func (t *functionTable) types() []byte {
	begin, end := t.word(moduleTypes), t.word(moduleTypes+1)
	if begin&3 != 0 || begin > end || end > len(t.image) {
		begin, end = 0, len(t.image)
	}
	return t.image[begin:end]
}

// only returns the one place in the image, at a multiple of 8, where b is.
func only(image, b []byte) (int, bool) {
	at := -1
	for i := 0; i+len(b) <= len(image); i += 8 {
		if string(image[i:i+len(b)]) == string(b) {
			if at >= 0 {
				return 0, false
			}
			at = i
		}
	}
	return at, at >= 0
}

// readFunctions finds and reads the pclntab.
func readFunctions(image []byte) (*functionTable, error) {
	magic := binary.LittleEndian.AppendUint32(nil, pclntabMagic)
	magic = append(magic, 0, 0, 1, 8) // padding, instruction size, pointer size
	head, ok := only(image, magic)
	if !ok || head+headerSize > len(image) {
		return nil, errLayout
	}
	// The module's data begins with the addresses of the table and of its names.
	begin := binary.LittleEndian.AppendUint64(nil, uint64(head))
	begin = binary.LittleEndian.AppendUint64(begin, uint64(head+headerSize))
	module, ok := only(image, begin)
	if !ok || module+8*moduleWords > len(image) {
		return nil, errLayout
	}
	t := &functionTable{image: image, head: head, module: module}
	t.find, t.end, t.gofunc = t.word(moduleFind), t.word(moduleEnd), t.word(moduleGofunc)
	names, pctab, funcs, index := t.word(moduleNames), t.word(modulePCTab), t.word(moduleFuncs), t.word(moduleIndex)
	count := t.word(moduleIndex+1) - 1
	if count < 1 || names > pctab || pctab > funcs || funcs != index || index > t.gofunc || t.gofunc > t.find || t.find > t.end || t.end > len(image) ||
		index+8*count+4 > t.gofunc {
		return nil, errLayout
	}
	nameTable, tables, records := image[names:t.word(moduleUnits)], image[pctab:funcs], image[funcs:t.gofunc]
	blobs := map[uint32]bool{}
	for i := range count + 1 {
		if int(binary.LittleEndian.Uint32(records[8*i:])) != firstFunction+i {
			return nil, errLayout
		}
		if i == count {
			break
		}
		off := int(binary.LittleEndian.Uint32(records[8*i+4:]))
		if off+funcFixed > len(records) {
			return nil, errLayout
		}
		r := records[off:]
		get := func(o int) uint32 { return binary.LittleEndian.Uint32(r[o:]) }
		pcdata, funcdata := int(get(28)), int(r[43])
		if pcdata > 8 || off+funcFixed+4*(pcdata+funcdata) > len(records) || int(get(4)) >= len(nameTable) {
			return nil, errLayout
		}
		f := goFunction{args: get(8), deferReturn: get(12), id: r[40], flag: r[41]}
		f.name, _, _ = strings.Cut(string(nameTable[get(4):min(len(nameTable), int(get(4))+256)]), "\x00")
		if f.frame, ok = readRuns(tables, get(16)); !ok {
			return nil, errLayout
		}
		if pcdata > pcdataStackMap {
			if f.stackMap, ok = readRuns(tables, get(funcFixed+4*pcdataStackMap)); !ok {
				return nil, errLayout
			}
		}
		if pcdata > pcdataInlined {
			if f.inlined, ok = readRuns(tables, get(funcFixed+4*pcdataInlined)); !ok {
				return nil, errLayout
			}
		}
		for k := range f.data {
			f.data[k] = noFuncdata
		}
		for k := range funcdata {
			at := get(funcFixed + 4*(pcdata+k))
			if at == noFuncdata {
				continue
			}
			if int(at) > t.find-t.gofunc {
				return nil, errLayout
			}
			blobs[at] = true
			if k < funcdataKept {
				f.data[k] = at
			}
		}
		t.functions = append(t.functions, f)
	}
	t.blobEnds = ends(blobs, t.find-t.gofunc)
	return t, nil
}

// ends returns where each of the blobs that begin at these offsets ends: where the
// next one begins.
func ends(begins map[uint32]bool, end int) map[uint32]int {
	out := make(map[uint32]int, len(begins))
	for i := end; i >= 0; i-- {
		if begins[uint32(i)] {
			out[uint32(i)] = end
			end = i
		}
	}
	return out
}

// readRuns reads the table at this offset: pairs of a difference of values, in
// zigzag, and a difference of PCs, up to a difference of values of 0. There is no
// table at 0.
func readRuns(tables []byte, at uint32) (out []run, ok bool) {
	if at == 0 {
		return nil, true
	}
	if int(at) > len(tables) {
		return nil, false
	}
	b := tables[at:]
	value := -1
	for {
		v, n := binary.Uvarint(b)
		if n <= 0 {
			return nil, false
		}
		b = b[n:]
		if v == 0 && out != nil {
			return out, true
		}
		value += int(uint32(v)>>1) ^ -int(v&1)
		pcs, n := binary.Uvarint(b)
		if n <= 0 || pcs == 0 || pcs > 1<<16 {
			return nil, false
		}
		b = b[n:]
		out = append(out, run{value, int(pcs)})
	}
}

// valueAt returns the value that holds at a PC; behind the last run, that of it.
func valueAt(runs []run, pc int) int {
	value := -1
	for _, r := range runs {
		value = r.value
		if pc < r.pcs {
			break
		}
		pc -= r.pcs
	}
	return value
}

// keepInlined keeps the trees of inlined calls of those functions that need them:
// recover counts the calls between itself and the panic, in the function that calls it
// and in wrappers. Elsewhere only stack traces tell inlined calls apart.
func (t *functionTable) keepInlined(bodies [][]byte, imported int) {
	recovers := map[int64]bool{}
	for i, f := range t.functions {
		if f.name == "runtime.gorecover" {
			recovers[int64(imported+i)] = true
		}
	}
	for i := range t.functions {
		f := &t.functions[i]
		if f.inlined == nil || f.id == funcIDWrapper || calls(bodies[i], recovers) {
			continue
		}
		f.inlined, f.data[inlineTree] = nil, noFuncdata
	}
}

// calls says whether the body calls one of these functions, or cannot be read.
func calls(body []byte, functions map[int64]bool) bool {
	code, ok := skipLocals(body)
	if !ok {
		return true
	}
	list, ok := readInstructions(body[code:])
	if !ok {
		return true
	}
	for _, in := range list {
		if in.op == opCall && functions[in.n] {
			return true
		}
	}
	return false
}

// forget leaves out what is known of the stack of a function that never runs, or that
// calls nothing.
func (f *goFunction) forget() {
	f.stackMap, f.inlined, f.deferReturn = nil, nil, 0
	f.frame = []run{{0, 1}}
	for k := range f.data {
		if k != argsMap {
			f.data[k] = noFuncdata
		}
	}
}
