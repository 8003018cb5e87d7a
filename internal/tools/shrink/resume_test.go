package shrink

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/tools/checkout"
)

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// inspector returns the inspector as Go links it, built once.
var inspector = sync.OnceValues(func() ([]byte, error) {
	root, err := checkout.Root()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "sipseal-strip-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "x.wasm")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, "./wasm/inspect")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w\n%s", err, out)
	}
	return os.ReadFile(file)
})

// inspectorSections is the inspector as Go links it, section by section.
func inspectorSections(t *testing.T) []section {
	t.Helper()
	wasm, err := inspector()
	if err != nil {
		t.Fatal(err)
	}
	sections, err := readModule(wasm)
	if err != nil {
		t.Fatal(err)
	}
	return sections
}

// linked is the inspector taken apart.
func linked(t *testing.T) (bodies [][]byte, image []byte, table *functionTable) {
	t.Helper()
	sections := inspectorSections(t)
	var err error
	if bodies, err = readBodies(find(sections, sectionCode).content); err != nil {
		t.Fatal(err)
	}
	if image, _, err = readSegments(find(sections, sectionData).content); err != nil {
		t.Fatal(err)
	}
	if table, err = readFunctions(image); err != nil {
		t.Fatal(err)
	}
	return bodies, image, table
}

// Functions by hand, in the form in which Go compiles them, and what the same jumps
// are when they leave blocks (WebAssembly Core Specification, sections 4.4.8 and 5.4).
// The function's number is 0x1005: its return addresses are 80 80 94 80 01 + PC.
func TestResume(t *testing.T) {
	const (
		sp   = "2300 2101" // local 1 is the stack pointer
		head = sp + "0240 0340 0240 0240 0240 2000 0e02 00 01 02 0b"
		tail = "0b 00 0b 4101 0b"
		down = "2001 4108 6b 2201 2400 2001" // 8 less, and its address on the stack
		call = "370300 4100 1007"            // the address is stored, function 7 is called from its start
		base = "42 8080948001 2202 2000 ad 84 2103"
		out  = "0440 4101 0f 0b" // unwinding, it returns 1
	)
	for _, c := range []struct{ name, code, want string }{
		{"a jump forwards, under a condition; the label between is not needed",
			head + "2001 0440 4102 2100 0c03 0b 2001 1a 0b 2001 1a 0b" + tail,
			sp + "0240 0240 2000 0e01 00 01 0b 2001 0d00 2001 1a 2001 1a 0b 00 0b"},
		{"a jump forwards from within a block of the code",
			head + "2001 0440 2001 1a 4102 2100 0c03 0b 0b 0b" + tail,
			sp + "0240 0240 2000 0e01 00 01 0b 2001 0440 2001 1a 0c01 0b 0b 00 0b"},
		{"a $pc beyond the table is the default",
			head + "4109 2100 0c02 0b 0b" + tail,
			sp + "0240 0240 2000 0e01 00 01 0b 0c00 0b 00 0b"},
		{"a jump backwards goes by the dispatcher",
			head + "0b 4101 2100 0c01 0b" + tail,
			sp + "0340 0240 0240 2000 0e01 00 01 0b 0b 4101 2100 0c00 0b 00 0b"},
		{"a jump backwards under a condition",
			head + "0b 0b 2001 0440 4101 2100 0c01 0b" + tail,
			sp + "0340 0240 0240 2000 0e01 00 01 0b 0b 2001 0440 4101 2100 0c01 0b 0b 00 0b"},
		{"one call: its address is a constant, with the label's number",
			head + down + "42 8180948001" + call + "0d03 0b 0b" + tail,
			sp + "0240 0240 2000 0e01 00 01 0b" + down + "42 8180948001" + call + out + "0b 00 0b"},
		{"two calls: one more each time",
			head + down + "42 8180948001" + call + "0d03 0b" + down + "42 8280948001" + call + "0d02 0b" + tail,
			sp + base + "0240 0240 0240 2000 0e02 00 01 02 0b" + down + "2003 4201 7c 2203" + call + out + "0b" +
				down + "2003 4201 7c 2203" + call + out + "0b 00 0b"},
		{"where paths come together, the address is made anew",
			head + "2001 0440 4101 2100 0c03 0b" + down + "42 8180948001" + call + "0d03 0b" + down + "42 8280948001" + call + "0d02 0b" + tail,
			sp + base + "0240 0240 0240 2000 0e02 00 01 02 0b 2001 0d00" + down + "2003 4201 7c 2203" + call + out + "0b" +
				down + "2002 4202 84 2203" + call + out + "0b 00 0b"},
		{"other locals move up",
			head + "2002 2103" + down + "42 8180948001" + call + "0d03 0b" + down + "42 8280948001" + call + "0d02 0b" + tail,
			sp + base + "0240 0240 0240 2000 0e02 00 01 02 0b 2004 2105" + down + "2003 4201 7c 2203" + call + out + "0b" +
				down + "2003 4201 7c 2203" + call + out + "0b 00 0b"},
		{"$pc as scratch of an indirect call",
			head + "2100 4100 2000 110000 0d03 0b 0b" + tail,
			sp + "0240 2000 0e00 00 0b 2100 4100 2000 110000" + out + "00 0b"},
		{"$pc read otherwise: left as it is", head + "2000 1a 4101 2100 0c02 0b 0b" + tail, ""},
		{"a branch that leaves a label's block: left as it is", head + "2001 0d01 0b 0b" + tail, ""},
		{"an address of its own that is not put onto the stack: left as it is", head + "42 8180948001 1a 0b 0b" + tail, ""},
		{"no dispatcher: left as it is", sp + "4101 0b", ""},
		{"another end: left as it is", head + "1005 0d03 0b 0b 0b 00 0b 4102 0b", ""},
	} {
		locals, list := fromHex(t, "02 017f 027e"), instructions(t, fromHex(t, c.code))
		got, ok := resume(5, locals, list, &goFunction{frame: []run{{0, 9}}})
		if c.want == "" {
			if ok {
				t.Errorf("%s: it became %x", c.name, got)
			}
			continue
		}
		want := fromHex(t, "02 017f 027e"+c.want)
		if strings.Contains(c.want, base) {
			want[3] = 4 // two locals more
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", c.name, got, want)
		}
	}
}

func instructions(t *testing.T, code []byte) []instruction {
	t.Helper()
	list, ok := readInstructions(code)
	if !ok {
		t.Fatalf("%x cannot be read", code)
	}
	return list
}

// Functions that the runtime enters by their PCs otherwise stay.
func TestResumeLeaves(t *testing.T) {
	locals := fromHex(t, "02 017f 027e")
	list := instructions(t, fromHex(t, "2300 2101 0340 0240 0240 2000 0e01 00 01 0b 4101 2100 0c01 0b 0b 00 0b"))
	if _, ok := resume(5, locals, list, &goFunction{}); !ok {
		t.Fatal("this one is not written anew at all")
	}
	for name, f := range map[string]*goFunction{
		"assembler": {flag: funcFlagAsm}, "deferring": {deferReturn: 1}, "with inlined calls": {inlined: []run{{0, 1}}},
	} {
		if _, ok := resume(5, locals, list, f); ok {
			t.Errorf("%s: written anew", name)
		}
	}
}

// Each function of the inspector does the same, written anew, wherever it is entered
// and however its conditions turn out; and at each return address the runtime finds
// the same frame and the same stack map.
func TestResumeInspector(t *testing.T) {
	bodies, _, table := linked(t)
	rnd := rand.New(rand.NewPCG(5, 6))
	anew, steps := 0, 0
	for i, body := range bodies {
		before := table.functions[i]
		after := before
		after.inlined = nil
		before.inlined = nil
		code, _ := skipLocals(body)
		list := instructions(t, body[code:])
		written, ok := resume(i, body[:code], list, &after)
		if !ok {
			continue
		}
		anew++
		shape, _ := readShape(list)
		items, _ := shape.items(firstFunction + i)
		places, _ := shape.number(items, &before)
		newCode, ok := skipLocals(written)
		if !ok {
			t.Fatalf("%s: its locals cannot be read", before.name)
		}
		newList := instructions(t, written[newCode:])
		entries := map[int]int{0: 0}
		for old, no := range places.pcNo {
			if no < places.labels {
				entries[old] = no
			}
		}
		for old, no := range entries {
			seed := rnd.Uint64()
			a := walker{list: list, own: firstFunction + i, f: &before, pc: old, rnd: rand.New(rand.NewPCG(seed, 1))}
			b := walker{list: newList, own: firstFunction + i, f: &after, pc: no, rnd: rand.New(rand.NewPCG(seed, 1)), anew: true}
			was, is := a.walk(), b.walk()
			steps += len(was)
			if !slices.Equal(was, is) {
				k := 0
				for k < min(len(was), len(is)) && was[k] == is[k] {
					k++
				}
				t.Fatalf("%s from PC %d (now %d): after %d steps\n was %q\n is  %q", before.name, old, no, k,
					was[k:min(len(was), k+5)], is[k:min(len(is), k+5)])
			}
		}
	}
	if anew < len(bodies)*3/4 || steps < 100_000 {
		t.Errorf("of %d functions %d were written anew; %d steps compared", len(bodies), anew, steps)
	}
}

// walker goes through a function: it takes branches by chance and tells what it
// passes, return addresses by what the runtime finds for them.
type walker struct {
	list       []instruction
	own        int
	f          *goFunction
	pc         int
	rnd        *rand.Rand
	anew, long bool // it is written anew, and with the two locals more
	last       int  // in localLast
	out        []string
}

const walkSteps = 400

func (w *walker) walk() []string {
	ends, stack := map[int]int{}, []int{}
	for i, in := range w.list {
		switch in.op {
		case opBlock, opLoop, opIf:
			stack = append(stack, i)
		case opEnd:
			if len(stack) > 0 {
				ends[stack[len(stack)-1]] = i
				stack = stack[:len(stack)-1]
			}
		}
	}
	w.last = w.pc
	var open []int // blocks, by where they begin
	branch := func(n int) int {
		begin := open[len(open)-1-n]
		if w.list[begin].op == opLoop {
			open = open[:len(open)-n]
			return begin + 1
		}
		open = open[:len(open)-1-n]
		return ends[begin] + 1
	}
	for i := 0; i < len(w.list) && len(w.out) < walkSteps; {
		in := w.list[i]
		i++
		switch in.op {
		case opBlock, opLoop:
			open = append(open, i-1)
		case opIf:
			if w.rnd.IntN(2) == 0 {
				i = ends[i-1] + 1
			} else {
				open = append(open, i-1)
			}
		case opEnd:
			if len(open) == 0 {
				return append(w.out, "end")
			}
			open = open[:len(open)-1]
		case opBr:
			i = branch(int(in.n))
		case opBrIf:
			if w.rnd.IntN(2) == 1 {
				i = branch(int(in.n))
			}
		case opBrTable:
			var table []int // its length, and then the labels
			for labels := in.b[1:]; len(labels) > 0; {
				v, n := binary.Uvarint(labels)
				table = append(table, int(v))
				labels = labels[n:]
			}
			table = table[1:]
			i = branch(table[min(w.pc, len(table)-1)])
		case opReturn:
			return append(w.out, "end")
		case opUnreachable:
			return append(w.out, "unreachable")
		case opI32Const:
			// Setting $pc to jump; or to return 1 because of unwinding, which ends both.
			if i < len(w.list) && w.list[i].op == opLocalSet && w.list[i].n == localPC {
				w.pc = int(in.n)
				i++
				continue
			}
			if i < len(w.list) && w.list[i].op == opReturn || i == len(w.list)-1 {
				continue
			}
			w.tell(in)
		case opLocalGet:
			if in.n == localPC && i < len(w.list) && w.list[i].op == opBrTable {
				continue
			}
			if w.long && (in.n == localBase || in.n == localLast) {
				i = w.address(i - 1)
				continue
			}
			w.tell(in)
		case opI64Const:
			if w.anew && in.n == int64(w.own)<<16 && w.list[i].op == opLocalTee && w.list[i].n == localBase {
				w.long = true
				i += 5 // local.tee, local.get $pc, i64.extend_i32_u, i64.or, local.set
				continue
			}
			if in.n>>16 == int64(w.own) && in.n&0xffff != 0 {
				w.found(int(in.n & 0xffff))
				continue
			}
			if in.n == int64(w.own)<<16 {
				w.found(0)
				continue
			}
			w.tell(in)
		default:
			w.tell(in)
		}
	}
	return w.out
}

// address follows the making of a return address of the two locals.
func (w *walker) address(i int) int {
	if w.list[i].n == localBase && w.list[i+1].op != opI64Const {
		w.found(0)
		return i + 1
	}
	pc := int(w.list[i+1].n)
	if w.list[i].n == localLast {
		pc += w.last
	}
	w.found(pc)
	i += 3
	if w.list[i].op == opLocalTee && w.list[i].n == localLast {
		w.last = pc
		i++
	}
	return i
}

// found tells what the runtime finds for a return address.
func (w *walker) found(pc int) {
	if pc == 0 {
		w.out = append(w.out, "return to the start")
		return
	}
	w.out = append(w.out, fmt.Sprint("return: frame ", valueAt(w.f.frame, pc), ", stack map ", max(valueAt(w.f.stackMap, pc-1), 0)))
}

func (w *walker) tell(in instruction) {
	n := in.n
	if in.op >= opLocalGet && in.op <= opLocalTee {
		if w.long && n >= localBase {
			n -= 2
		}
		w.out = append(w.out, fmt.Sprintf("%x %d", in.op, n))
		return
	}
	w.out = append(w.out, fmt.Sprintf("%x", in.b))
}

// Code that is cut off anywhere is left as it is, without a panic.
func FuzzResume(f *testing.F) {
	f.Add([]byte("\x23\x00\x21\x01\x02\x40\x03\x40\x02\x40\x02\x40\x20\x00\x0e\x01\x00\x01\x0b\x41\x01\x21\x00\x0c\x01\x0b\x0b\x00\x0b\x41\x01\x0b"))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 1 << 20}, func(t *testing.T, code []byte) {
		list, ok := readInstructions(code)
		var joined []byte
		for _, i := range list {
			joined = append(joined, i.b...)
		}
		if ok && !bytes.Equal(joined, code) {
			t.Error("the instructions are not the code")
		}
		if got, ok := resume(5, []byte{1, 1, typeI32}, foldAddresses(list), &goFunction{}); ok && len(got) == 0 {
			t.Error("nothing is left")
		}
	}))
}
