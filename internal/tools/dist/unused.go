// Unused functions: parts of Go's runtime that every program carries though only
// tools for its developers can start them. Their code is left out.

package dist

import "strings"

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
}

// ignored is the function that tells the metrics of a setting of GODEBUG that is not
// the default: it returns at once, for nobody reads them.
const ignored = "internal/godebug.registerMetric"

// bodyInstead returns the body that stands in for that of the function with this
// name, nil for its own.
func bodyInstead(name string) []byte {
	if name == ignored {
		// Take the return address from Go's stack; return 0, as nothing is unwound.
		return []byte{0, opGlobalGet, 0, opI32Const, 8, 0x6a, 0x24, 0, opI32Const, 0, opEnd}
	}
	for _, u := range unused {
		if strings.HasPrefix(name, u) {
			return []byte{0, opUnreachable, opEnd}
		}
	}
	return nil
}
