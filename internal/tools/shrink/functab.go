// Writing the pclntab anew, for the wire: without what only stack traces need, each
// table once, and what is left in columns, which compress well. A function that runs
// when the program is loaded makes the runtime's records of them (expand.go). A tenth
// less over the wire.

package shrink

import (
	"encoding/binary"
	"maps"
	"slices"
	"strings"
)

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

const (
	recordPCData = 3 // pcdata in each record: unsafe points (none), stack maps, inlined calls
	recordSize   = funcFixed + 4*recordPCData + 4*funcdataKept
	bucketSize   = 20 * 16 // of findfunctab: 16 buckets of 20 bytes for a function
	inlinedSize  = 16      // of an entry of the tree of inlined calls
)

// write puts the table anew into the image, and returns the body of the function that
// makes the rest of it.
func (t *functionTable) write() ([]byte, error) {
	count := len(t.functions)
	names, nameAt := t.names()
	pctab := []byte{0}
	tableAt := map[string]int{}
	table := func(runs []run) int {
		if runs == nil {
			return 0
		}
		b := string(writeRuns(runs))
		at, ok := tableAt[b]
		if !ok {
			at = len(pctab)
			tableAt[b] = at
			pctab = append(pctab, b...)
		}
		return at
	}
	var blobs []byte
	blobAt := map[string]int{}
	blob := func(f *goFunction, k int) int {
		if f.data[k] == noFuncdata || k == inlineTree && f.inlined == nil {
			return -1
		}
		b := string(t.image[t.gofunc+int(f.data[k]) : t.gofunc+t.blobEnds[f.data[k]]])
		if k == inlineTree {
			b = withoutNames(b, nameAt(""))
		}
		at, ok := blobAt[b]
		if !ok {
			at = len(blobs)
			blobAt[b] = at
			blobs = append(blobs, b...)
			blobs = append(blobs, make([]byte, -len(blobs)&3)...)
		}
		return at
	}

	// One column for each field of the records. Tables and blobs of a kind are beside
	// each other, so that their offsets are near.
	columns := map[int][]int{}
	column := func(offset int, value func(f *goFunction) int) {
		c := make([]int, count)
		for i := range t.functions {
			c[i] = value(&t.functions[i])
		}
		columns[offset] = c
	}
	const pcdata, funcdata = funcFixed, funcFixed + 4*recordPCData
	column(4, func(f *goFunction) int { return nameAt(f.name) })
	column(8, func(f *goFunction) int { return int(int32(f.args)) })
	column(12, func(f *goFunction) int { return int(f.deferReturn) })
	column(16, func(f *goFunction) int { return table(extended(f.frame)) })
	column(40, func(f *goFunction) int { return int(f.id) | int(f.flag)<<8 | funcdataKept<<24 })
	column(pcdata+4*pcdataStackMap, func(f *goFunction) int { return table(extended(stackMaps(f.stackMap))) })
	column(pcdata+4*pcdataInlined, func(f *goFunction) int { return table(extended(f.inlined)) })
	for k := range funcdataKept {
		column(funcdata+4*k, func(f *goFunction) int { return blob(f, k) })
	}

	// Where everything goes. The base of funcdata is three bytes before the blobs: the
	// offset of the n-th word is 4n-1 then, and none, which is all ones, is n = 0.
	clear(t.image[t.head+headerSize : t.end])
	at := t.head + headerSize
	place := func(b []byte, align int) int {
		at = (at + align - 1) &^ (align - 1)
		begin := at
		at += len(b)
		if at <= t.find {
			copy(t.image[begin:], b)
		}
		return begin
	}
	e := expansion{count: count}
	setSlice := func(i, address, length int) {
		t.setWord(i, address)
		t.setWord(i+1, length)
		t.setWord(i+2, length)
	}
	setSlice(moduleNames, place(names, 1), len(names))
	setSlice(modulePCTab, place(pctab, 1), len(pctab))
	t.setWord(moduleGofunc, place(blobs, 8)-3)
	setSlice(moduleUnits, at, 0)
	setSlice(moduleFiles, at, 0)
	for i, offset := range []int{4, 7, 10, 13} { // what only debuggers read of the header
		binary.LittleEndian.PutUint64(t.image[t.head+8+8*(3+i):], uint64(t.word(offset)-t.head))
	}
	sources := map[int]int{}
	wide := map[int]bool{}
	for _, offset := range slices.Sorted(maps.Keys(columns)) {
		c := columns[offset]
		if offset >= funcdata {
			for i := range c {
				c[i] = (c[i] + 4) / 4 // 0 for none
			}
		}
		wide[offset] = slices.Min(c) < 0 || slices.Max(c) > 1<<16-1
		var b []byte
		for _, v := range c {
			if wide[offset] {
				b = binary.LittleEndian.AppendUint32(b, uint32(v))
			} else {
				b = binary.LittleEndian.AppendUint16(b, uint16(v))
			}
		}
		if slices.Max(c) > 0 || wide[offset] {
			sources[offset] = place(b, 4)
		}
	}
	records := place(make([]byte, recordSize*count), 8)
	setSlice(moduleFuncs, records, recordSize*count)
	index := place(make([]byte, 8*(count+1)), 8)
	setSlice(moduleIndex, index, count+1)
	if at > t.find || t.find+bucketSize*(count-1)+4 > t.end {
		return nil, errLayout
	}

	e.sequence(records, recordSize, firstFunction, 1)
	e.sequence(records+28, recordSize, recordPCData, 0)
	for _, offset := range slices.Sorted(maps.Keys(columns)) {
		scale, bias := 1, 0
		if offset >= funcdata {
			scale, bias = 4, -1
		}
		if source, ok := sources[offset]; ok {
			e.column(records+offset, recordSize, source, wide[offset], scale, bias)
		} else if bias != 0 {
			e.sequence(records+offset, recordSize, bias, 0)
		}
	}
	e.sequence(index+4, 8, 0, recordSize)
	e.sequence(t.find, bucketSize, 0, 1)
	e.count++ // of the index, the end too
	e.sequence(index, 8, firstFunction, 1)
	return e.body(), nil
}

// names returns the table of names, and what gives the offset of a name in it.
func (t *functionTable) names() (table []byte, at func(name string) int) {
	table = append([]byte{0}, runtimePrefix+"\x00"...)
	offsets := map[string]int{}
	for _, n := range append([]string{anyName}, keepNames...) {
		offsets[n] = len(table)
		table = append(table, n+"\x00"...)
	}
	return table, func(name string) int {
		if o, ok := offsets[name]; ok {
			return o
		}
		if strings.HasPrefix(name, runtimePrefix) {
			return 1
		}
		return offsets[anyName]
	}
}

// withoutNames returns a tree of inlined calls without names and lines.
func withoutNames(tree string, name int) string {
	out := []byte(tree)
	for b := out; len(b) >= inlinedSize; b = b[inlinedSize:] {
		binary.LittleEndian.PutUint32(b[4:], uint32(name))
		binary.LittleEndian.PutUint32(b[12:], 0)
	}
	return string(out)
}

// stackMaps returns the runs of stack maps in the shortest form: where there is no
// number the runtime takes 0 (runtime.stkframe.getStackMap).
func stackMaps(runs []run) []run {
	var out []run
	for _, r := range runs {
		r.value = max(r.value, 0)
		if n := len(out); n > 0 && out[n-1].value == r.value {
			out[n-1].pcs += r.pcs
		} else {
			out = append(out, r)
		}
	}
	if len(out) == 1 && out[0].value == 0 {
		return nil
	}
	return out
}

// extended returns the runs with the last one up to the last possible PC, so that
// tables of functions of different lengths are the same.
func extended(runs []run) []run {
	out := slices.Clone(runs)
	if len(out) > 0 {
		out[len(out)-1].pcs = 1 << 16
	}
	return out
}

// writeRuns is the opposite of readRuns.
func writeRuns(runs []run) []byte {
	var b []byte
	value := -1
	for _, r := range runs {
		d := r.value - value
		value = r.value
		b = binary.AppendUvarint(b, uint64(uint32(d<<1^d>>63)))
		b = binary.AppendUvarint(b, uint64(r.pcs))
	}
	return append(b, 0)
}
