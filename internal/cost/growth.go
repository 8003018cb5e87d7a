package cost

import "testing"

const (
	// step is the ratio of one size to the next.
	step = 8
	// slack is how much more each further byte may cost at the larger sizes than at the
	// smaller: buffers and maps that grow by doubling make it at most 2, logarithms a
	// little more than 1, and what is quadratic comes to step.
	slack = 2.5
	// little is what a byte may cost in any case: some things are allocated once, when a
	// limit is first reached, and would look like growth.
	little = 10
)

// Linear fails the test if input that has n, step·n and step²·n of something costs more
// for each byte the more there is of it. What a call costs is whatever is counted.
func Linear(t testing.TB, n int, input func(n int) []byte, cost func([]byte) int) {
	t.Helper()
	var size, spent [3]int
	for i := range size {
		b := input(n)
		size[i], spent[i] = len(b), cost(b)
		n *= step
	}
	if size[0] >= size[1] || size[1] >= size[2] {
		t.Errorf("the input does not grow: %d bytes", size)
		return
	}
	first := float64(spent[1]-spent[0]) / float64(size[1]-size[0])
	then := float64(spent[2]-spent[1]) / float64(size[2]-size[1])
	if then > slack*max(first, little) {
		t.Errorf("%d bytes of input cost %d: a byte more costs %.1f first and %.1f then", size, spent, first, then)
	}
}
