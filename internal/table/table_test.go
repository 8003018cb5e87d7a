package table

import "testing"

type key string

func TestTable(t *testing.T) {
	numbers := Of[key, int]{{"one", 1}, {"nothing", 0}, {"", 3}}
	for name, want := range map[key]struct {
		value int
		ok    bool
	}{"one": {1, true}, "nothing": {0, true}, "": {3, true}, "On": {0, false}, "one ": {0, false}} {
		if value, ok := numbers.Find(name); value != want.value || ok != want.ok || numbers.Get(name) != want.value {
			t.Errorf("%q: %d, %v", name, value, ok)
		}
	}
	if _, ok := (Of[key, int])(nil).Find("one"); ok {
		t.Error("something is found in an empty table")
	}
}
