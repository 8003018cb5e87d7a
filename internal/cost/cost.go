// Package cost holds functions that read input, in tests, to a cost that grows no
// faster than the input does.
//
// What is measured is bytes allocated, freed or not: that depends on the input, and
// neither on the machine nor on what else it does. It bounds the memory that is in use
// at any time, and the time that it takes to fill it. Time itself is not measured: a call
// that takes ten seconds ends a fuzzer by Go's own clock, which keeps its input.
package cost

import (
	"runtime"
	"testing"
)

// Bound is what a call may allocate: so many bytes for each byte of its input, and so
// many whatever the input is.
type Bound struct {
	PerByte, Base int
}

// Hold makes a call with input of this size, and fails the test if it allocates more
// than its bound.
func (b Bound) Hold(t testing.TB, size int, call func()) {
	t.Helper()
	b.HoldUnpacked(t, func() int { call(); return size })
}

// HoldUnpacked is Hold for input that may be packed: the call answers how much there was
// when it was unpacked, packed and all.
func (b Bound) HoldUnpacked(t testing.TB, call func() (size int)) {
	t.Helper()
	size := 0
	got := Allocated(func() { size = call() })
	if most := b.PerByte*size + b.Base; got > most {
		t.Errorf("%d bytes were allocated for %d bytes of input, and at most %d should be", got, size, most)
	}
}

// Allocated is how many bytes are allocated while a call is made.
func Allocated(call func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// Held makes of a fuzz target that reads one input one that is held to a bound. What it
// checks counts as well.
func Held[T []byte | string](b Bound, target func(*testing.T, T)) func(*testing.T, T) {
	return func(t *testing.T, input T) {
		b.Hold(t, len(input), func() { target(t, input) })
	}
}
