// Package table has tables to look up in that cost nothing when the program starts. What
// a map literal holds is put into the map by code, which in WASM is larger than what it
// holds, and which every start runs.
package table

// Of is a table of few rows, whose keys are different: they are looked at one by one.
type Of[K ~string, V any] []struct {
	Key   K
	Value V
}

// Find gives the value of a key; the zero value where there is none.
func (t Of[K, V]) Find(key K) (value V, ok bool) {
	for i := range t {
		if t[i].Key == key {
			return t[i].Value, true
		}
	}
	return value, false
}

// Get is Find for who knows the zero value from all others.
func (t Of[K, V]) Get(key K) V {
	value, _ := t.Find(key)
	return value
}
