package dist

import "testing"

// What is left out is what is named; what runs without being asked for stays, though
// its names are near.
func TestUnused(t *testing.T) {
	for name, out := range map[string]bool{
		"runtime.traceLocker.GoPark":                    true,
		"runtime.initMetrics.func12":                    true,
		"runtime.schedtrace":                            true,
		"internal/godebug.registerMetric":               true,
		"runtime.traceLocker.ok":                        false,
		"runtime.traceAcquire":                          false,
		"runtime.traceRelease":                          false,
		"runtime.traceThreadDestroy":                    false,
		"runtime.schedule":                              false,
		"runtime.mallocgc":                              false,
		"internal/bisect.(*Matcher).Stack":              false,
		"internal/godebug.(*Setting).Value":             false,
		"github.com/sipseal/sipseal/internal/sip.Parse": false,
	} {
		if got := bodyInstead(name) != nil; got != out {
			t.Errorf("%s is left out: %v", name, got)
		}
	}
}
