// Package growth makes input that has more and more of one thing, for tests that hold
// what is done with input to a cost that grows no faster than the input does.
package growth

// Case is input of one kind.
type Case struct {
	Name string
	// Make gives input that has the thing n times.
	Make func(n int) []byte
	// Remembered says that it is kept while the rest of the input is read.
	Remembered bool
	// Costly says that each takes an operation with a key: not too many of them.
	Costly bool
}

// Sized is Make for input of about so many bytes.
func (c Case) Sized(bytes int) []byte {
	const some = 100
	one := (len(c.Make(2*some)) - len(c.Make(some))) / some
	return c.Make(max(bytes/max(one, 1), 1))
}

// Cases are all cases.
var Cases = append(texts, objects...)
