package lineend

// Trying what the lengths leave open.

import (
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Each calls f with the edits of each way to settle the solution's open places, in
// order of place, until f returns false or limit.LineEndChoices were tried. It
// reports whether those were all.
func (s *Solution) Each(d Damage, f func([]Edit) bool) bool {
	tried, stop := 0, false
	s.product(d, append([]Edit(nil), s.Edits...), func(edits []Edit) bool {
		if tried++; tried > limit.LineEndChoices {
			stop = true
			return false
		}
		sorted := append([]Edit(nil), edits...)
		sorting.By(sorted, func(a, b *Edit) bool { return a.At < b.At })
		stop = !f(sorted)
		return !stop
	})
	return !stop
}

// product walks the ways to settle each group like the wheels of a counter: no
// recursion, since the number of groups is the input's choice.
func (s *Solution) product(d Damage, fixed []Edit, f func([]Edit) bool) {
	wheels := make([]wheel, len(s.Groups))
	for i, g := range s.Groups {
		wheels[i] = newWheel(g)
	}
	for {
		edits := fixed
		for i := range wheels {
			edits = wheels[i].edits(edits, d)
		}
		if !f(edits) {
			return
		}
		i := len(wheels) - 1
		for i >= 0 && !wheels[i].next() {
			wheels[i] = newWheel(s.Groups[i])
			i--
		}
		if i < 0 {
			return
		}
	}
}

// each calls f for each way to settle one group.
func (g Group) each(d Damage, f func([]Edit) bool) {
	s := Solution{Groups: []Group{g}}
	s.product(d, nil, f)
}

// wheel is one way to settle a group: which sites are changed, and which of the
// others are swapped.
type wheel struct {
	group Group
	pick  []int  // indexes of changed sites, ascending
	swap  []bool // of the sites that are not changed, in order
}

func newWheel(g Group) wheel {
	w := wheel{group: g, pick: make([]int, g.Change)}
	for i := range w.pick {
		w.pick[i] = i
	}
	if g.Swap {
		w.swap = make([]bool, len(g.Sites)-g.Change)
	}
	return w
}

// next moves on and reports whether there was another way.
func (w *wheel) next() bool {
	for i := range w.swap {
		if w.swap[i] = !w.swap[i]; w.swap[i] {
			return true
		}
	}
	n, k := len(w.group.Sites), len(w.pick)
	for i := k - 1; i >= 0; i-- {
		if w.pick[i] < n-k+i {
			w.pick[i]++
			for j := i + 1; j < k; j++ {
				w.pick[j] = w.pick[j-1] + 1
			}
			return true
		}
	}
	return false
}

func (w *wheel) edits(out []Edit, d Damage) []Edit {
	p, other := 0, 0
	for i, site := range w.group.Sites {
		if p < len(w.pick) && w.pick[p] == i {
			out = append(out, edit(site, d, false))
			p++
			continue
		}
		if w.swap != nil {
			if w.swap[other] {
				out = append(out, edit(site, d, true))
			}
			other++
		}
	}
	return out
}

// Apply makes the edits, whose places count from base, in b.
func Apply(b []byte, base int, edits []Edit) []byte {
	size := len(b)
	for _, e := range edits {
		size += len(e.Insert) - e.Remove
	}
	out := make([]byte, 0, max(size, 0))
	at := 0
	for _, e := range edits {
		place := e.At - base
		out = append(out, b[at:place]...)
		out = append(out, e.Insert...)
		at = place + e.Remove
	}
	return append(out, b[at:]...)
}
