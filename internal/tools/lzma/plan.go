// The plan: the cheapest steps through the next few thousand bytes.

package lzma

import "slices"

// horizon is how far ahead is planned.
const horizon = 8192

// node is a place that can be reached, and the cheapest way to it: from another place
// by a step; after that perhaps a literal; and after that perhaps rep0 bytes from the
// same distance. The latter two pay together, where the way to the place between them
// is not the cheapest.
type node struct {
	price   price
	from    int
	step    step
	between bool
	rep0    int
	// What the model's state and distances are there.
	state state
	reps  distances
}

type planner struct {
	nodes []node
	last  int // the farthest that can be reached
	steps []step
}

// reach notes that a place can be reached for a price.
func (p *planner) reach(to int, by node) {
	for p.last < to {
		p.last++
		p.nodes[p.last].price = unaffordable
	}
	if by.price < p.nodes[to].price {
		p.nodes[to] = by
	}
}

// enter sets what the model will be at a node.
func (p *planner) enter(n *node) {
	from := &p.nodes[n.from]
	n.state, n.reps = from.state, from.reps
	switch {
	case n.step.back == literal:
		n.state = n.state.literal()
	case n.step.size == 1:
		n.state = n.state.shortRep()
	case n.step.back < 4:
		n.state = n.state.rep()
	default:
		n.state = n.state.match()
	}
	if n.step.back != literal {
		n.reps = n.reps.after(n.step.back)
	}
	if n.between {
		n.state = n.state.literal()
	}
	if n.rep0 > 0 {
		n.state = n.state.rep()
	}
}

// way returns the steps to a node.
func (p *planner) way(to int) []step {
	p.steps = p.steps[:0]
	for i := to; i > 0; i = p.nodes[i].from {
		n := &p.nodes[i]
		if n.rep0 > 0 {
			p.steps = append(p.steps, step{0, n.rep0})
		}
		if n.between {
			p.steps = append(p.steps, step{literal, 1})
		}
		p.steps = append(p.steps, n.step)
	}
	slices.Reverse(p.steps)
	return p.steps
}

// plan returns the next steps.
func (e *encoder) plan() []step {
	if e.nodes == nil {
		e.nodes = make([]node, horizon+2*maxMatch+2)
	}
	e.prices.refresh(&e.model, e.at)
	e.nodes[0] = node{state: e.model.state, reps: e.model.reps}
	e.last = 0
	for i := 0; ; i++ {
		// Where all ways meet nothing is to be gained by looking farther.
		if i > 0 && (i == e.last || i == horizon) {
			return e.way(i)
		}
		if i > 0 {
			e.enter(&e.nodes[i])
		}
		if size := e.leave(i); size > 0 {
			for range size - 1 {
				e.finder.next()
			}
			return e.way(i + size)
		}
	}
}

// leave notes every place that can be reached from a node. A copy of the greatest
// length is taken without a thought: its size is returned.
func (e *encoder) leave(i int) int {
	n, m, at := &e.nodes[i], &e.model, e.at+i
	pos := at & (1<<pb - 1)
	here := e.data[at:]
	limit := min(len(here), maxMatch)
	matches := e.finder.next()

	// same returns how many bytes from a place on are those at a distance before it.
	same := func(from int, distance uint32) int {
		if at+from >= len(e.data) {
			return 0
		}
		return common(e.data[at+from-int(distance)-1:], e.data[at+from:], min(len(e.data)-at-from, maxMatch))
	}
	// copies notes a copy of any length from min on, and the full one with a literal and
	// more of the same distance after it.
	copies := func(back, from, size int, distance uint32, toState state, of func(size int) price) {
		for s := from; s <= size; s++ {
			e.reach(i+s, node{price: n.price + of(s), from: i, step: step{back, s}})
		}
		if at+size+1 >= len(e.data) {
			return
		}
		if more := same(size+1, distance); more >= minMatch {
			sum := n.price + of(size) + e.literalPrice(at+size, toState, distance)
			s, p := toState.literal(), (at+size+1)&(1<<pb-1)
			sum += m.repPrice(0, s, p) + e.prices.repLen[p][more]
			e.reach(i+size+1+more, node{price: sum, from: i, step: step{back, size}, between: true, rep0: more})
		}
	}

	// A literal, with what the last distance gives after it.
	sum := n.price + e.literalPrice(at, n.state, n.reps[0])
	e.reach(i+1, node{price: sum, from: i, step: step{literal, 1}})
	usable := int(n.reps[0]) < at
	if usable && here[0] != e.data[at-int(n.reps[0])-1] {
		if more := same(1, n.reps[0]); more >= minMatch {
			s, p := n.state.literal(), (at+1)&(1<<pb-1)
			sum += m.repPrice(0, s, p) + e.prices.repLen[p][more]
			e.reach(i+1+more, node{price: sum, from: i, step: step{literal, 1}, rep0: more})
		}
	}
	// A byte, or more, from one of the last distances.
	if usable && here[0] == e.data[at-int(n.reps[0])-1] {
		sum := n.price + m.isMatch[n.state][pos].of(1) + m.isRep[n.state].of(1) + m.isRep0[n.state].of(0) + m.isRep0Long[n.state][pos].of(0)
		e.reach(i+1, node{price: sum, from: i, step: step{0, 1}})
	}
	for k, d := range n.reps {
		if int(d) >= at {
			continue
		}
		size := same(0, d)
		if size == maxMatch {
			return e.force(i, step{k, size})
		}
		if size >= minMatch {
			start := m.repPrice(k, n.state, pos)
			copies(k, minMatch, size, d, n.state.rep(), func(s int) price { return start + e.prices.repLen[pos][s] })
		}
	}
	// What the finder has found.
	if len(matches) == 0 || limit < minMatch {
		return 0
	}
	if longest := matches[len(matches)-1]; longest.size == maxMatch {
		return e.force(i, step{4 + longest.distance, maxMatch})
	}
	start := m.isMatch[n.state][pos].of(1) + m.isRep[n.state].of(0)
	from := minMatch
	for _, f := range matches {
		d := uint32(f.distance)
		copies(4+f.distance, from, f.size, d, n.state.match(), func(s int) price {
			return start + e.prices.matchLen[pos][s] + e.prices.distance(d, s)
		})
		from = f.size + 1
	}
	return 0
}

// force makes a step the only way to where it leads.
func (e *encoder) force(i int, s step) int {
	e.nodes[i+s.size] = node{from: i, step: s}
	return s.size
}
