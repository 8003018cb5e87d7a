package cost

import (
	"flag"
	"fmt"
	"time"
)

// most is how long one call may take in a fuzzer: many times what the slowest that is
// allowed to (a key derivation of limit.KDFIterations, instrumented) takes. It is not
// a time on the clock, which a busy machine lets pass.
const most = 2 * time.Minute

// watch ends the program when the call that follows goes on and on, so that the fuzzer
// keeps its input. It gives what ends the watch. Tests go without one.
func watch() (stop func()) {
	if worker := flag.Lookup("test.fuzzworker"); worker == nil || worker.Value.String() != "true" {
		return func() {}
	}
	start := used()
	var timer *time.Timer
	timer = time.AfterFunc(most, func() {
		if taken := used() - start; taken >= most {
			panic(fmt.Sprint("one call has taken ", taken))
		} else {
			timer.Reset(most - taken)
		}
	})
	return func() { timer.Stop() }
}
