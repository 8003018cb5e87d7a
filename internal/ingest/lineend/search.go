package lineend

// The search: a parser of values that can be at several places at once.

import (
	"sort"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Search reads the object that begins at start and ends at end: exactly there with
// exact, else there or before. The solutions that change most come first for Added,
// those that change least for the others.
func Search(b []byte, start, end int, exact bool, d Damage) Result {
	s := &search{b: b, start: start, end: end, exact: exact, damage: d}
	s.sites = sites(b, start, end, d)
	s.run()
	return s.result
}

// state is one reading of the bytes so far.
type state struct {
	at      int   // in the given bytes
	half    bool  // the LF at at belongs to a CR LF whose CR was already read
	orig    int   // how many original bytes were read
	shift   int   // how many bytes of length the changes made, in absolute value
	frame   int32 // innermost open value, or -1
	choices int32 // the last choice made, or -1
	total   int   // how many bytes of length the changes make in all, or -1: not known
}

// frame is an open constructed value.
type frame struct {
	end    int // in original bytes, or -1 with an indefinite length
	bound  int // the nearest end of a definite length
	parent int32
}

// choice is something decided about the sites of [from, to): for a header octet an
// edit, for a value's content how many of its sites were changed.
type choice struct {
	edits    []Edit
	from, to int32 // indexes into sites, of a value's content
	change   int32
	previous int32
}

type search struct {
	b       []byte
	start   int
	end     int
	exact   bool
	damage  Damage
	sites   []int32
	frames  []frame
	choices []choice
	stack   []state
	work    int
	result  Result
}

// count is how many sites lie before place at.
func (s *search) count(at int) int {
	return sort.Search(len(s.sites), func(i int) bool { return int(s.sites[i]) >= at })
}

func (s *search) run() {
	if s.end-s.start < 2 {
		return
	}
	s.stack = append(s.stack, state{at: s.start, frame: -1, choices: -1, total: -1})
	defer func() { s.result.Work = s.work }()
	for len(s.stack) > 0 {
		if s.work > limit.LineEndWork || len(s.result.Solutions) >= limit.LineEndSolutions {
			s.result.Incomplete = true
			return
		}
		st := s.stack[len(s.stack)-1]
		s.stack = s.stack[:len(s.stack)-1]
		s.follow(st)
	}
}

// follow reads on from a state until there is more than one way to go on.
func (s *search) follow(st state) {
	for {
		s.work++
		for st.frame >= 0 && s.frames[st.frame].end == st.orig {
			st.frame = s.frames[st.frame].parent
		}
		if st.frame < 0 && st.orig > 0 {
			s.accept(st)
			return
		}
		next := s.value(st)
		if len(next) == 0 {
			return
		}
		for i := len(next) - 1; i > 0; i-- {
			s.stack = append(s.stack, next[i])
		}
		st = next[0]
		if len(next) > 1 && s.work > limit.LineEndWork {
			s.stack = append(s.stack, st)
			return
		}
	}
}

// octet is one way to read the octet at a place.
type octet struct {
	value byte
	at    int
	half  bool
	shift int
	edit  *Edit
}

// octets gives the ways to read the octet at at, the likeliest first.
func (s *search) octets(at int, half bool) []octet {
	if at >= s.end {
		return nil
	}
	c := s.b[at]
	plain := octet{value: c, at: at + 1}
	switch {
	case half:
		return []octet{plain}
	case s.damage == Added && c == '\r' && at+1 < s.end && s.b[at+1] == '\n':
		e := edit(at, s.damage, false)
		return []octet{{value: '\n', at: at + 2, shift: 1, edit: &e}, plain}
	case s.damage == Removed && c == '\n':
		e := edit(at, s.damage, false)
		return []octet{plain, {value: '\r', at: at, half: true, shift: 1, edit: &e}}
	case s.damage == Folded && c == '\n':
		e, swap := edit(at, s.damage, false), edit(at, s.damage, true)
		return []octet{plain, {value: '\r', at: at + 1, edit: &swap}, {value: '\r', at: at, half: true, shift: 1, edit: &e}}
	}
	return []octet{plain}
}

// header is one way to read identifier and length octets.
type header struct {
	st          state
	class       ber.Class
	tag         byte
	constructed bool
	indefinite  bool
	length      int
}

// step takes one octet in.
func (s *search) step(st state, o octet) state {
	st.at, st.half = o.at, o.half
	st.orig++
	st.shift += o.shift
	if o.edit != nil {
		st.choices = s.choose(choice{edits: []Edit{*o.edit}, previous: st.choices})
	}
	return st
}

func (s *search) choose(c choice) int32 {
	s.work++
	s.choices = append(s.choices, c)
	return int32(len(s.choices) - 1)
}

// headers gives the ways to read the header at a state.
func (s *search) headers(st state) []header {
	var out []header
	for _, id := range s.octets(st.at, st.half) {
		h := header{class: ber.Class(id.value >> 6), tag: id.value & 0x1f, constructed: id.value&0x20 != 0}
		if !s.plausible(st, h) {
			continue
		}
		afterID := s.step(st, id)
		for _, first := range s.octets(afterID.at, afterID.half) {
			h.st = s.step(afterID, first)
			switch {
			case first.value < 0x80:
				h.indefinite, h.length = false, int(first.value)
				out = append(out, h)
			case first.value == 0x80:
				if h.constructed {
					h.indefinite, h.length = true, 0
					out = append(out, h)
				}
			case first.value <= 0x84:
				h.indefinite, h.length = false, 0
				out = s.lengthOctets(out, h, int(first.value&0x7f))
			}
		}
	}
	return out
}

// lengthOctets reads n more octets of a length. Its recursion is at most four deep.
func (s *search) lengthOctets(out []header, h header, n int) []header {
	if n == 0 {
		return append(out, h)
	}
	for _, o := range s.octets(h.st.at, h.st.half) {
		next := h
		next.st = s.step(h.st, o)
		next.length = h.length<<8 | int(o.value)
		out = s.lengthOctets(out, next, n-1)
	}
	return out
}

// plausible reports whether a value may begin with that identifier: what CMS and
// certificates have no use for is taken as a sign of a wrong turn.
func (s *search) plausible(st state, h header) bool {
	if st.orig == 0 {
		return h.class == ber.Universal && h.tag == ber.TagSequence && h.constructed
	}
	if h.tag == 0x1f {
		return false
	}
	switch h.class {
	case ber.Private:
		return false
	case ber.Universal:
		switch h.tag {
		case ber.TagEOC:
			return st.frame >= 0 && s.frames[st.frame].end < 0 && !h.constructed
		case ber.TagSequence, ber.TagSet:
			return h.constructed
		case ber.TagBoolean, ber.TagInteger, ber.TagNull, ber.TagOID, ber.TagEnumerated:
			return !h.constructed
		case ber.TagObjectDescriptor, ber.TagExternal, ber.TagReal, ber.TagEmbeddedPDV, ber.TagTime, 15:
			return false
		}
	}
	return true
}

// value gives the ways to read the next value's header and, of a primitive one, its
// content.
func (s *search) value(st state) []state {
	var out []state
	for _, h := range s.headers(st) {
		bound := int(^uint(0) >> 1)
		if st.frame >= 0 {
			bound = s.frames[st.frame].bound
		}
		if h.length > bound-h.st.orig || h.length > 2*(s.end-s.start) {
			continue
		}
		if st.orig == 0 && s.exact && !h.indefinite {
			total := s.end - s.start - h.st.orig - h.length
			if s.damage != Added {
				total = -total
			}
			if total < 0 {
				continue
			}
			h.st.frame, h.st.total = s.enter(h, bound), h.st.shift+total
			out = append(out, h.st)
			continue
		}
		switch {
		case h.class == ber.Universal && h.tag == ber.TagEOC:
			if h.length == 0 && !h.indefinite {
				h.st.frame = s.frames[h.st.frame].parent
				out = append(out, s.possible(h.st)...)
			}
		case h.constructed:
			h.st.frame = s.enter(h, bound)
			out = append(out, s.possible(h.st)...)
		default:
			out = s.content(out, h)
		}
	}
	return out
}

func (s *search) enter(h header, bound int) int32 {
	f := frame{end: -1, bound: bound, parent: h.st.frame}
	if !h.indefinite {
		f.end = h.st.orig + h.length
		f.bound = f.end
	}
	s.frames = append(s.frames, f)
	return int32(len(s.frames) - 1)
}

// possible drops states that have changed more than there is to change in all.
func (s *search) possible(st state) []state {
	if st.total >= 0 && st.shift > st.total {
		return nil
	}
	return []state{st}
}

// content gives the ways to read the content of a primitive value: for each number
// of changes among its sites one.
func (s *search) content(out []state, h header) []state {
	switch n := h.length; {
	case h.class != ber.Universal:
	case h.tag == ber.TagNull && n != 0, h.tag == ber.TagBoolean && n != 1,
		(h.tag == ber.TagInteger || h.tag == ber.TagOID || h.tag == ber.TagEnumerated) && n == 0:
		return out
	}
	st := h.st
	from := s.count(st.at)
	if st.half {
		from++
	}
	sign := 1 // what a change does to how many bytes were given
	if s.damage != Added {
		sign = -1
	}
	inside := func(change int) (to, at int, ok bool) {
		at = st.at + h.length + sign*change
		if at > s.end || at < st.at || st.half && h.length > 0 && at == st.at {
			return 0, 0, false
		}
		last := at
		if s.damage == Added {
			last-- // a CR at the very end is of the value after this one
		}
		to = max(from, s.count(last))
		return to, at, to-from >= change
	}
	// With each change more, the sites in reach grow by one at most: the numbers that
	// are possible have no gap.
	low := 0
	if s.damage != Added {
		low = max(0, st.at+h.length-s.end) // so many were taken, or it would not fit
	}
	if _, _, ok := inside(low); !ok {
		return out
	}
	most := low
	for {
		if _, _, ok := inside(most + 1); !ok {
			break
		}
		most++
	}
	s.work += most - low
	if st.total >= 0 {
		most = min(most, st.total-st.shift)
		// What is not changed here must be changed later.
		for low <= most {
			to, _, ok := inside(low)
			if ok && st.shift+low+len(s.sites)-to >= st.total {
				break
			}
			low++
		}
	}
	for i := low; i <= most; i++ {
		change := i
		if s.damage == Added {
			change = most - (i - low)
		}
		to, at, ok := inside(change)
		if !ok {
			continue
		}
		next := st
		next.at, next.half = at, false
		next.orig += h.length
		next.shift += change
		if to == from {
			out = append(out, next)
			continue
		}
		c := choice{from: int32(from), to: int32(to), change: int32(change), previous: st.choices}
		if h.class == ber.Universal && h.tag == ber.TagOID {
			for _, edits := range s.knownOID(st, at, c) {
				n := next
				n.choices = s.choose(choice{edits: edits, previous: st.choices})
				out = append(out, n)
			}
			continue
		}
		next.choices = s.choose(c)
		out = append(out, next)
	}
	return out
}

// knownOID gives the choices for an object identifier's content that make it one
// with a name, or without any such the plain one.
func (s *search) knownOID(st state, end int, c choice) [][]Edit {
	g := s.group(c)
	var known [][]Edit
	var first []Edit
	tried := 0
	g.each(s.damage, func(edits []Edit) bool {
		kept := append([]Edit(nil), edits...)
		if tried == 0 {
			first = kept
		}
		if oid.OID(Apply(s.b[st.at:end], st.at, edits)).Known() {
			known = append(known, kept)
		}
		tried++
		return tried < limit.LineEndChoices
	})
	if known == nil {
		known = [][]Edit{first}
	}
	return known
}

func (s *search) group(c choice) Group {
	g := Group{Change: int(c.change), Swap: s.damage == Folded}
	for _, at := range s.sites[c.from:c.to] {
		g.Sites = append(g.Sites, int(at))
	}
	return g
}

// accept keeps a reading that came to its end.
func (s *search) accept(st state) {
	if s.exact && st.at != s.end || st.half {
		return
	}
	sol := Solution{End: st.at, Size: st.orig}
	for i := st.choices; i >= 0; i = s.choices[i].previous {
		c := s.choices[i]
		if c.from == c.to {
			sol.Edits = append(sol.Edits, c.edits...)
			continue
		}
		g := s.group(c)
		switch {
		case g.Change == len(g.Sites):
			for _, at := range g.Sites {
				sol.Edits = append(sol.Edits, edit(at, s.damage, false))
			}
		case g.Change > 0 || g.Swap:
			sol.Groups = append(sol.Groups, g)
		}
	}
	sorting.By(sol.Edits, func(a, b *Edit) bool { return a.At < b.At })
	s.result.Solutions = append(s.result.Solutions, sol)
}
