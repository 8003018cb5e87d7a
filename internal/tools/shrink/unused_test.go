package shrink

import (
	"encoding/binary"
	"slices"
	"testing"
)

// What is left out is what is named; what runs without being asked for stays, though
// its names are near.
func TestUnused(t *testing.T) {
	for name, out := range map[string]bool{
		"runtime.traceLocker.GoPark":                    true,
		"runtime.initMetrics.func12":                    true,
		"runtime.schedtrace":                            true,
		"runtime.traceAdvance":                          true,
		"internal/godebug.registerMetric":               true,
		"runtime.traceLocker.ok":                        false,
		"runtime.traceAcquire":                          false,
		"runtime.traceRelease":                          false,
		"runtime.traceThreadDestroy":                    false,
		"runtime.schedule":                              false,
		"runtime.mallocgc":                              false,
		"runtime.throw":                                 false,
		"runtime.printstring":                           false,
		"runtime.checkdead":                             false,
		"internal/bisect.(*Matcher).Stack":              false,
		"internal/godebug.(*Setting).Value":             false,
		"github.com/sipseal/sipseal/internal/sip.Parse": false,
	} {
		if got := bodyInstead(name) != nil; got != out {
			t.Errorf("%s is left out: %v", name, got)
		}
	}
}

// By hand: a program of five functions behind two imported ones.
func TestReached(t *testing.T) {
	data := func(words ...uint32) (b []byte) {
		for _, w := range words {
			b = binary.LittleEndian.AppendUint32(b, w)
		}
		return b
	}
	nothing := fromHex(t, "00 00 0b")
	for _, c := range []struct {
		name         string
		image, types []byte
		exported     []uint64
		bodies       []string
		want         []bool
	}{
		{"exported, and what it calls, and what that calls", nil, nil, []uint64{3},
			[]string{"", "00 1004 0b", "00 1005 0b", "", ""}, []bool{false, true, true, true, false}},
		{"what only a dead one calls", nil, nil, []uint64{2},
			[]string{"", "00 1004 0b", "", "", ""}, []bool{true, false, false, false, false}},
		{"an imported one is none of them", nil, nil, []uint64{2},
			[]string{"00 1001 0b", "", "", "", ""}, []bool{true, false, false, false, false}},
		{"by address in the data", data(7, 0x10020000), nil, nil,
			[]string{"", "", "", "", ""}, []bool{false, false, true, false, false}},
		{"an address of a place within one is none", data(0x10020001), nil, nil,
			[]string{"", "", "", "", ""}, []bool{false, false, false, false, false}},
		{"by number among the types", nil, data(0x1003, 9), nil,
			[]string{"", "", "", "", ""}, []bool{false, false, false, true, false}},
		{"a number elsewhere is none", data(0x1003), nil, nil,
			[]string{"", "", "", "", ""}, []bool{false, false, false, false, false}},
		{"by address in the code", nil, nil, []uint64{2},
			[]string{"00 42 8080908001 1a 0b", "", "", "", ""}, []bool{true, false, false, false, true}},
		{"who can be read by nobody may call anything", nil, nil, []uint64{2},
			[]string{"00 fd00 0b", "", "", "", ""}, []bool{true, true, true, true, true}},
	} {
		bodies := make([][]byte, len(c.bodies))
		for i, b := range c.bodies {
			if bodies[i] = fromHex(t, b); b == "" {
				bodies[i] = nothing
			}
		}
		if got := reached(bodies, c.image, c.types, c.exported, 2); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// Of the inspector as Go links it everything is reached: its linker has left out what
// is not, and finds no less than this does.
func TestReachedInspector(t *testing.T) {
	sections := inspectorSections(t)
	exported, err := exportedFunctions(sections)
	if err != nil {
		t.Fatal(err)
	}
	imported, err := importedFunctions(find(sections, sectionImport).content)
	if err != nil {
		t.Fatal(err)
	}
	bodies, image, table := linked(t)
	for i, live := range reached(bodies, image, table.types(), exported, int(imported)) {
		// The entry in assembler is there for other targets; here run is exported.
		if name := table.functions[i].name; !live && name != "_rt0_wasm_js" {
			t.Errorf("%s is taken for unused", name)
		}
	}
}
