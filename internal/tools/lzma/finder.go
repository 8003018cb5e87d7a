// The finder: where the bytes that come next have been seen before.

package lzma

// match is a copy that is possible.
type match struct {
	size     int
	distance int // less one
}

const (
	hashBits = 20
	hashed   = 4  // bytes by which the trees are found
	deepest  = 96 // nodes of a tree that are looked at; with more, a thousandth is gained
)

// finder keeps, for each hash of four bytes, the places where they were as a binary
// tree, sorted by what follows; the newest is the root. Going down the tree for a new
// place finds the longest match at each distance and splits the tree below the new
// root at once. For two and three bytes only the newest place is kept.
type finder struct {
	data        []byte
	at          int
	two, three  []int32 // newest place + 1
	roots       []int32 // place + 1
	left, right []int32 // subtrees of each place: of what sorts before it, and after
	found       []match
}

func newFinder(data []byte) *finder {
	return &finder{
		data: data,
		two:  make([]int32, 1<<16), three: make([]int32, 1<<hashBits), roots: make([]int32, 1<<hashBits),
		left: make([]int32, len(data)), right: make([]int32, len(data)),
	}
}

// hash returns a hash of the next bytes.
func (f *finder) hash(count int) uint32 {
	v := uint32(0)
	for i := range count {
		v = v<<8 | uint32(f.data[f.at+i])
	}
	return v * 0x9e3779b1 >> (32 - hashBits)
}

// next returns the matches at the next place, each longer and farther than the one
// before it, and goes on by one. They are valid until the next call.
func (f *finder) next() []match {
	f.found = f.found[:0]
	limit := min(len(f.data)-f.at, maxMatch)
	if limit < hashed {
		f.at++
		return nil
	}
	here := f.data[f.at:]
	longest := 1
	take := func(newest *int32) {
		if place := int(*newest) - 1; place >= 0 {
			if n := common(f.data[place:], here, limit); n > longest {
				longest = n
				f.found = append(f.found, match{n, f.at - place - 1})
			}
		}
		*newest = int32(f.at + 1)
	}
	take(&f.two[int(here[0])|int(here[1])<<8])
	take(&f.three[f.hash(3)])

	root := &f.roots[f.hash(hashed)]
	place := int(*root) - 1
	*root = int32(f.at + 1)
	// Where the next smaller and the next larger place are to be hung, and how many
	// bytes all places below them share with this one.
	smaller, larger := &f.left[f.at], &f.right[f.at]
	sameSmaller, sameLarger := 0, 0
	for depth := 0; ; depth++ {
		if place < 0 || depth == deepest {
			*smaller, *larger = 0, 0
			break
		}
		n := min(sameSmaller, sameLarger)
		n += common(f.data[place+n:], here[n:], limit-n)
		if n > longest {
			longest = n
			f.found = append(f.found, match{n, f.at - place - 1})
		}
		if n == limit {
			// The new place takes the old one's.
			*smaller, *larger = f.left[place], f.right[place]
			break
		}
		if f.data[place+n] < here[n] {
			*smaller = int32(place + 1)
			smaller, sameSmaller = &f.right[place], n
			place = int(f.right[place]) - 1
		} else {
			*larger = int32(place + 1)
			larger, sameLarger = &f.left[place], n
			place = int(f.left[place]) - 1
		}
	}
	f.at++
	return f.found
}

// common returns how many bytes, at most limit, a and b have in common.
func common(a, b []byte, limit int) int {
	n := 0
	for n < limit && a[n] == b[n] {
		n++
	}
	return n
}
