// Unused functions: parts of Go's runtime that every program carries though only
// tools for its developers can start them. Their code is left out, and that of all
// functions that are called by nothing else.

package shrink

import (
	"encoding/binary"
	"slices"
	"strings"
)

// unused are the beginnings of the names of functions that cannot run in these
// programs. That they are named is what leaves them out; a name that another version
// of Go does not have does nothing.
var unused = []string{
	// Execution tracing is started by package runtime/trace alone, which is not linked.
	// Until then no traceLocker holds anything (runtime.traceAcquire), and these
	// methods would fail without it: what calls them asks first.
	"runtime.traceAcquireEnabled",
	"runtime.traceLocker.Go", "runtime.traceLocker.GC", "runtime.traceLocker.Proc",
	"runtime.traceLocker.Heap", "runtime.traceLocker.Span", "runtime.traceLocker.STW",
	"runtime.traceLocker.emitUnblockStatus", "runtime.traceLocker.eventWriter",
	"runtime.traceEventWriter.", "runtime.traceWriter.", "runtime.traceReadCPU",
	"runtime.(*traceStackTable).dump", "runtime.(*traceTypeTable).dump", "runtime.dumpStacksRec", "runtime.dumpTypesRec",
	// Scheduler traces and bisections are asked for by GODEBUG, which a page does not set.
	"runtime.schedtrace",
	"internal/bisect.New", "internal/bisect.printStack", "internal/bisect.Hash", "internal/bisect.(*Matcher).stack",
	"internal/bisect.(*dedup).",
	// Metrics are read by package runtime/metrics, which is not linked.
	"runtime.initMetrics",
	// Marking is checked when GODEBUG says so.
	"runtime.setCheckmark",
}

// ignored are the names of functions without results that return at once.
var ignored = []string{
	// It tells the metrics of a setting of GODEBUG that is not the default; nobody reads
	// them.
	"internal/godebug.registerMetric",
	// There are no such options for WASM, and no environment that would give them.
	"internal/cpu.processOptions",
	// They compare modules with each other, or with what the linker wrote: there is one,
	// and its table is tested where it is written anew.
	"runtime.typelinksinit", "runtime.moduledataverify1", "runtime.check",
	// Tracing and profiling that nobody starts.
	"runtime.traceAdvance", "runtime.profilealloc", "runtime.saveblockevent", "runtime.setprofilebucket",
	"runtime.mProf_Malloc", "runtime.mProf_Free", "runtime.mProf_Flush", "runtime.mProf_FlushLocked",
	"runtime.mProf_NextCycle", "runtime.mProf_PostSweep", "runtime.tryRecordGoroutineProfile", "runtime.doRecordGoroutineProfile",
	// What GODEBUG would ask the garbage collector for.
	"runtime.checkFinalizersAndCleanups", "runtime.dumpScanStats", "runtime.startCheckmarks", "runtime.endCheckmarks",
	"runtime.runCheckmark", "runtime.printScavTrace",
	// The last words of a program that ends: stacks and values without their names tell
	// nobody anything. What is thrown is still printed.
	"runtime.traceback1", "runtime.tracebackothers", "runtime.tracebacksomeothers", "runtime.tracebackHexdump",
	"runtime.goroutineheader", "runtime.dumpgstatus", "runtime.gcDumpObject", "runtime.hexdumpWords",
	"runtime.preprintpanics", "runtime.printpanics", "runtime.printpanicval",
}

// bodyInstead returns the body that stands in for that of the function with this
// name, nil for its own.
func bodyInstead(name string) []byte {
	if slices.Contains(ignored, name) {
		// Take the return address from Go's stack; return 0, as nothing is unwound.
		return []byte{0, opGlobalGet, 0, opI32Const, 8, opI32Add, opGlobalSet, 0, opI32Const, 0, opEnd}
	}
	for _, u := range unused {
		if strings.HasPrefix(name, u) {
			return []byte{0, opUnreachable, opEnd}
		}
	}
	return nil
}

// reached says of each function whether anything can call it: it is exported, or its
// address is in the data or in the code of one that is reached, or its number is among
// the methods of a type, or such a one calls it. Of the data, all that looks like an
// address is taken for one, and of the types, all that looks like a number.
func reached(bodies [][]byte, image, types []byte, exported []uint64, imported int) []bool {
	out := make([]bool, len(bodies))
	var next []int
	reach := func(i int64) {
		if i >= 0 && i < int64(len(out)) && !out[i] {
			out[i] = true
			next = append(next, int(i))
		}
	}
	for _, e := range exported {
		reach(int64(e) - int64(imported))
	}
	for ; len(types) >= 4; types = types[4:] {
		reach(int64(binary.LittleEndian.Uint32(types)) - firstFunction)
	}
	for ; len(image) >= 4; image = image[4:] {
		if v := binary.LittleEndian.Uint32(image); v&0xffff == 0 {
			reach(int64(v>>16) - firstFunction)
		}
	}
	for len(next) > 0 {
		i := next[len(next)-1]
		next = next[:len(next)-1]
		code, ok := skipLocals(bodies[i])
		list, readable := readInstructions(bodies[i][min(code, len(bodies[i])):])
		if !ok || !readable {
			// It may call anything.
			for k := range out {
				reach(int64(k))
			}
			break
		}
		for _, in := range list {
			switch in.op {
			case opCall:
				reach(in.n - int64(imported))
			case opI64Const:
				reach(in.n>>16 - firstFunction)
			case opI32Const:
				// The number of a function, as call_indirect takes it, or its address.
				reach(in.n - firstFunction)
				reach(in.n>>16 - firstFunction)
			}
		}
	}
	return out
}
