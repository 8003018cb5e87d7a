package cost

import (
	"fmt"
	"testing"
)

// recorder is a test that only remembers whether it failed.
type recorder struct {
	testing.TB
	failed string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, args ...any) { r.failed = fmt.Sprintf(format, args...) }

var sink []byte

// allocate allocates n bytes in pieces.
func allocate(n int) {
	for ; n > 0; n -= 1 << 10 {
		sink = make([]byte, min(n, 1<<10))
	}
}

func TestAllocated(t *testing.T) {
	for _, n := range []int{0, 1 << 10, 1 << 20, 1 << 24} {
		// The runtime allocates a little for itself when the machine is busy.
		if got := Allocated(func() { allocate(n) }); got < n || got > n+32<<10 {
			t.Errorf("%d, want %d", got, n)
		}
	}
}

func TestBound(t *testing.T) {
	b := Bound{PerByte: 10, Base: 1 << 20}
	for _, test := range []struct {
		size, cost int
		ok         bool
	}{
		{0, 1<<20 - 8<<10, true}, {0, 1<<20 + 1<<10, false},
		{1 << 20, 11<<20 - 8<<10, true}, {1 << 20, 11<<20 + 1<<10, false},
	} {
		r := &recorder{TB: t}
		b.Hold(r, test.size, func() { allocate(test.cost) })
		if (r.failed == "") != test.ok {
			t.Errorf("%d bytes for %d: %q", test.cost, test.size, r.failed)
		}
	}
}

// TestLinear: what grows with its input passes, and what grows with a power of it, even
// a low one, does not.
func TestLinear(t *testing.T) {
	for name, test := range map[string]struct {
		cost   func(n int) int
		linear bool
	}{
		"constant":  {func(int) int { return 1 << 20 }, true},
		"linear":    {func(n int) int { return 100*n + 1<<20 }, true},
		"less":      {func(n int) int { return 100*min(n, 5_000) + 1<<16 }, true},
		"quadratic": {func(n int) int { return n * n / 100 }, false},
		"partly":    {func(n int) int { return 50*n + n*n/100 }, false},
	} {
		r := &recorder{TB: t}
		Linear(r, 1_000, func(n int) []byte { return make([]byte, n) }, func(b []byte) int { return Allocated(func() { allocate(test.cost(len(b))) }) })
		if (r.failed == "") != test.linear {
			t.Errorf("%s: %q", name, r.failed)
		}
	}
}
