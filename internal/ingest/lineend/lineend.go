// Package lineend finds the original of a DER or BER object whose line ends were
// converted on the way, as if it had been text.
//
// Such a conversion loses nothing when the lengths inside the object say which
// bytes were added or taken: an object is a tree of values, each with its length,
// and only few choices of changed bytes make all the lengths fit. Search walks the
// values as a parser does and, where a byte may have been changed, follows each
// possibility. Inside one long value the lengths say how many changes there are,
// but not where: such places stay open in a Solution (its Groups), and Each tries
// them in turn, for a signature to decide.
package lineend

// Damage says what happened to the line ends.
type Damage int

// What programs do to line ends.
const (
	// Added: LF became CR LF. What was CR LF already stayed as it was.
	Added Damage = iota
	// Removed: CR LF became LF. CR alone stayed as it was.
	Removed
	// Folded: CR LF and CR alone both became LF, as in a web page's text field.
	Folded
)

// Edit replaces Remove bytes at At by Insert.
type Edit struct {
	At     int
	Remove int
	Insert string
}

// Group is a run of places within one value of which the lengths say only how many
// were changed: Change of Sites. With Swap, each of the others was LF or CR.
type Group struct {
	Sites  []int
	Change int
	Swap   bool
}

// Solution is one way to read the object.
type Solution struct {
	End    int    // where the object ends in the given bytes
	Size   int    // how long the original is
	Edits  []Edit // what is certain, by place
	Groups []Group
}

// Changes is how many changes the solution makes; of those that are open, it counts
// those that change the length.
func (s *Solution) Changes() int {
	n := len(s.Edits)
	for _, g := range s.Groups {
		n += g.Change
	}
	return n
}

// Result is what a Search came to.
type Result struct {
	Solutions []Solution
	// Incomplete is true when a bound ended the search before all was tried.
	Incomplete bool
	// Work is how much was tried, about in values read.
	Work int
}

// sites are the places where a byte may have been changed: of Added the CR of each
// CR LF, else each LF.
func sites(b []byte, start, end int, d Damage) []int32 {
	var out []int32
	for i := start; i < end; i++ {
		if d == Added && b[i] == '\r' && i+1 < end && b[i+1] == '\n' || d != Added && b[i] == '\n' {
			out = append(out, int32(i))
		}
	}
	return out
}

// edit is the change of one site: for Added and Removed there is one, for Folded
// two.
func edit(site int, d Damage, swap bool) Edit {
	switch {
	case d == Added:
		return Edit{At: site, Remove: 1}
	case swap:
		return Edit{At: site, Remove: 1, Insert: "\r"}
	}
	return Edit{At: site, Insert: "\r"}
}
