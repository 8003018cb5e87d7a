package limit

import (
	"strings"
	"testing"
)

func TestWork(t *testing.T) {
	var none *Work
	if none.Take(1<<62) != nil || none.Part(1) != nil || none.Over() {
		t.Error("nil is bounded")
	}
	all := NewWork(100)
	one := all.Part(60)
	for _, step := range []struct {
		of    *Work
		units int64
		fits  bool
	}{{one, 50, true}, {one, 11, false}, {one, 10, true}, {one, 1, false}, {all, 41, false}, {all, 40, true}, {all, 1, false}} {
		err := step.of.Take(step.units)
		if (err == nil) != step.fits || err != nil && (!Reached(err) || !strings.Contains(err.Error(), "work")) {
			t.Fatalf("%d units: %v", step.units, err)
		}
	}
	if !one.Over() || !all.Over() {
		t.Error("nothing was left out")
	}
	// A part cannot take more than the whole has.
	small := NewWork(5).Part(100)
	if small.Take(6) == nil || small.Take(5) != nil {
		t.Error("a part is larger than the whole")
	}
}
