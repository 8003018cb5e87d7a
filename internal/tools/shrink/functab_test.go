package shrink

import (
	"encoding/binary"
	"slices"
	"strings"
	"testing"
)

// What the runtime finds of each function of the inspector, by the ways it goes
// (runtime/symtab.go: findfunc, funcdata, pcvalue), is what Go's linker wrote: but for
// names, lines and what else only stack traces need.
func TestFunctionTable(t *testing.T) {
	bodies, image, table := linked(t)
	was := *table
	was.image = slices.Clone(image)
	was.functions = slices.Clone(table.functions)
	table.keepInlined(bodies, 0x7fff) // no function is called so: only wrappers keep theirs
	start, err := table.write()
	if err != nil {
		t.Fatal(err)
	}
	expand(t, start, table.image)

	word := table.word
	u32 := func(at int) int { return int(binary.LittleEndian.Uint32(table.image[at:])) }
	names := table.image[word(moduleNames) : word(moduleNames)+word(moduleNames+1)]
	pctab := table.image[word(modulePCTab) : word(modulePCTab)+word(modulePCTab+1)]
	if n := word(moduleIndex + 1); n != len(was.functions)+1 {
		t.Fatalf("%d entries for %d functions", n, len(was.functions))
	}
	if end := u32(word(moduleIndex) + 8*len(was.functions)); end != firstFunction+len(was.functions) {
		t.Errorf("the index ends with function %#x", end)
	}
	inlinedTrees := 0
	for i := range was.functions {
		f := &was.functions[i]
		// findfunc: by the bucket of the function's first PC, and from there onwards.
		at := u32(word(moduleFind) + 20*(i<<16/4096))
		for u32(word(moduleIndex)+8*(at+1)) <= firstFunction+i {
			at++
		}
		if at != i {
			t.Fatalf("%s: function %d is found as %d", f.name, i, at)
		}
		r := word(moduleFuncs) + u32(word(moduleIndex)+8*i+4)
		if u32(r) != firstFunction+i || uint32(u32(r+8)) != f.args || uint32(u32(r+12)) != f.deferReturn ||
			table.image[r+40] != f.id || table.image[r+41] != f.flag {
			t.Fatalf("%s: another record", f.name)
		}
		name, _, _ := strings.Cut(string(names[u32(r+4):]), "\x00")
		if strings.HasPrefix(name, runtimePrefix) != strings.HasPrefix(f.name, runtimePrefix) ||
			slices.Contains(keepNames, f.name) != slices.Contains(keepNames, name) {
			t.Errorf("%s is called %s", f.name, name)
		}
		pcdata := func(k int) []run {
			if k >= u32(r+28) {
				return nil
			}
			return runs(t, pctab, u32(r+funcFixed+4*k))
		}
		frame := runs(t, pctab, u32(r+16))
		for pc := range pcs(f.frame) {
			if got, want := valueAt(frame, pc), valueAt(f.frame, pc); got != want {
				t.Fatalf("%s: a frame of %d at %d, was %d", f.name, got, pc, want)
			}
		}
		for pc := range pcs(f.stackMap) {
			if got, want := max(valueAt(pcdata(1), pc), 0), max(valueAt(f.stackMap, pc), 0); got != want {
				t.Fatalf("%s: stack map %d at %d, was %d", f.name, got, pc, want)
			}
		}
		for k := range int(table.image[r+43]) {
			off := u32(r + funcFixed + 4*u32(r+28) + 4*k)
			if f.data[k] == noFuncdata || k == inlineTree && f.id != funcIDWrapper {
				if off != noFuncdata {
					t.Fatalf("%s: there is funcdata %d", f.name, k)
				}
				continue
			}
			begin := word(moduleGofunc) + off
			want := was.image[was.gofunc+int(f.data[k]) : was.gofunc+was.blobEnds[f.data[k]]]
			got := table.image[begin : begin+len(want)]
			if k == inlineTree {
				inlinedTrees++
				for ; len(got) >= inlinedSize; got, want = got[inlinedSize:], want[inlinedSize:] {
					// Kind and parent's PC; name and line are gone.
					if got[0] != want[0] || string(got[8:12]) != string(want[8:12]) {
						t.Fatalf("%s: another tree of inlined calls", f.name)
					}
				}
				for pc := range pcs(f.inlined) {
					if got, want := valueAt(pcdata(2), pc), valueAt(f.inlined, pc); got != want {
						t.Fatalf("%s: inlined call %d at %d, was %d", f.name, got, pc, want)
					}
				}
			} else if string(got) != string(want) {
				t.Fatalf("%s: another funcdata %d", f.name, k)
			}
		}
	}
	if inlinedTrees == 0 {
		t.Error("no tree of inlined calls was looked at")
	}
	// The slices lie in the table, one behind the other, and before what Go fills.
	for _, w := range []int{moduleNames, modulePCTab, moduleFuncs, moduleIndex} {
		if begin, end := word(w), word(w)+word(w+1); begin < table.head || end > word(moduleFind) && w != moduleIndex {
			t.Errorf("slice %d is at %#x to %#x", w, begin, end)
		}
	}
}

func pcs(runs []run) (n int) {
	for _, r := range runs {
		n += r.pcs
	}
	return n
}

func runs(t *testing.T, tables []byte, at int) []run {
	t.Helper()
	out, ok := readRuns(tables, uint32(at))
	if !ok {
		t.Fatalf("no table at %d", at)
	}
	return out
}

// expand runs the function that makes the records: an interpreter of what it is made of.
func expand(t *testing.T, body, memory []byte) {
	t.Helper()
	code, ok := skipLocals(body)
	if !ok {
		t.Fatal("no locals")
	}
	list := instructions(t, body[code:])
	var locals [2]uint32
	var stack []uint32
	pop := func() uint32 {
		v := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		return v
	}
	loop := 0
	for i := 0; i < len(list); i++ {
		in := list[i]
		switch in.op {
		case opI32Const:
			stack = append(stack, uint32(in.n))
		case opLocalGet:
			stack = append(stack, locals[in.n])
		case opLocalSet:
			locals[in.n] = pop()
		case opLocalTee:
			locals[in.n] = stack[len(stack)-1]
		case opLoop:
			loop = i
		case opI32Load:
			stack = append(stack, binary.LittleEndian.Uint32(memory[pop():]))
		case opI32Load16U:
			stack = append(stack, uint32(binary.LittleEndian.Uint16(memory[pop():])))
		case opI32Store:
			v := pop()
			binary.LittleEndian.PutUint32(memory[pop():], v)
		case opI32Add:
			stack = append(stack, pop()+pop())
		case opI32Mul:
			stack = append(stack, pop()*pop())
		case opI32LtU:
			b, a := pop(), pop()
			stack = append(stack, 0)
			if a < b {
				stack[len(stack)-1] = 1
			}
		case opBrIf:
			if pop() != 0 {
				i = loop
			}
		case opEnd:
		default:
			t.Fatalf("instruction %x", in.b)
		}
	}
	if len(stack) != 0 {
		t.Errorf("%d values are left on the stack", len(stack))
	}
}
