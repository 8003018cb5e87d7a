package limit

// Work is a budget of computing, shared by all that a call computes. Its unit is a
// multiplication of two words as public-key operations make them, of which a browser does
// about 300 million a second; other work is converted into that. What does not fit into
// what is left is not done: nothing is decided by it.
//
// A nil *Work is without bound.
type Work struct {
	left int64
	of   *Work
	over bool
}

// Budgets of work, and what other work counts as.
const (
	// CallWork is for one call, about CallSeconds of one core, and ObjectWork for one
	// message, file of keys or object.
	CallWork    = 6_000_000_000
	CallSeconds = 20
	ObjectWork  = 600_000_000
	// WorkOfKDF is what an iteration of a key derivation takes.
	WorkOfKDF = 400
	// WorkOfScrypt is what one of its N·r·p steps takes.
	WorkOfScrypt = 300
)

// NewWork makes a budget of so many units.
func NewWork(units int64) *Work { return &Work{left: units} }

// Part makes a budget of at most so many units that are units of w as well.
func (w *Work) Part(units int64) *Work {
	if w == nil {
		return nil
	}
	return &Work{left: units, of: w}
}

// ErrWork says that work was not done because the budget does not hold it.
var ErrWork = &Error{What: "work than one call may take"}

// Take takes units out of the budget, or gives ErrWork, and takes none.
func (w *Work) Take(units int64) error {
	for b := w; b != nil; b = b.of {
		if b.left < units {
			for b := w; b != nil; b = b.of {
				b.over = true
			}
			return ErrWork
		}
	}
	for b := w; b != nil; b = b.of {
		b.left -= units
	}
	return nil
}

// Over reports whether something was not done for want of work.
func (w *Work) Over() bool { return w != nil && w.over }
