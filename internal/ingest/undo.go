package ingest

// What programs and documents write in place of a message's bytes: marks, entities,
// escapes. A message that was received may hold the same characters, and mean them.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/sip"
)

// mark is what was undone of one kind.
type mark struct {
	code, detail  string
	offset, count int
}

// marked is the mark, if there is any of its kind.
func marked(m mark) []mark {
	if m.count == 0 {
		return nil
	}
	return []mark{m}
}

// undo makes a source of what a text becomes by change, which says what it undid. That
// is a repair: signatures are then verified over other bytes. The bodies of messages
// that are whole as they are stay so.
func (r *reader) undo(source int, b []byte, change func([]byte) ([]byte, []mark)) bool {
	if r.options.NoRepair {
		return false
	}
	var out []byte
	var marks []mark
	at := 0
	for _, body := range append(r.wholeBodies(source, b, change), [2]int{len(b), len(b)}) {
		changed, found := change(b[at:body[0]])
		for _, m := range found {
			m.offset += at
			marks = append(marks, m)
		}
		out = append(append(out, changed...), b[body[0]:body[1]]...)
		at = body[1]
	}
	changed := !bytes.Equal(out, b)
	evidence := ""
	if changed {
		made, ok := r.add(source, out, r.result.Sources[source].Name)
		if !ok {
			return false
		}
		r.result.Sources[made].repaired = true
		evidence = r.evidence(b, out)
	}
	for _, m := range marks {
		r.step(source, m.code, m.detail+evidence, m.offset, m.count)
		r.result.Steps[len(r.result.Steps)-1].Repair = changed
	}
	return changed
}

// evidence is what shows, in a single message, that out is what was meant by given.
func (r *reader) evidence(given, out []byte) string {
	if !looksLikeSIP(given) {
		return "" // no message, before
	}
	before, after := sip.Skim(given, [2]int{0, len(given)}), sip.Skim(out, [2]int{0, len(out)})
	fits, holds := r.mender.Whole(out)
	switch {
	case bytes.Equal(given[before.Body[0]:], out[after.Body[0]:]):
		return ", in the header alone"
	case holds:
		return ": the signature holds only so"
	case fits:
		return ": Content-Length fits only so"
	}
	return ", which nothing in the message proves"
}

// wholeBodies gives the bodies that change would change, of messages that are whole as
// they are.
func (r *reader) wholeBodies(source int, b []byte, change func([]byte) ([]byte, []mark)) [][2]int {
	var all [][2]int
	keep := func(message []byte, body [2]int) {
		if out, _ := change(b[body[0]:body[1]]); bytes.Equal(out, b[body[0]:body[1]]) {
			return
		}
		if fits, holds := r.mender.Whole(message); fits || holds {
			all = append(all, body)
		}
	}
	lines := splitLines(b)
	for i := 0; i < len(lines); i++ {
		text, at := lines[i].text(b), int(lines[i].start)
		p := startAt(text)
		if p < 0 && (len(text) == 0 || !looksLikeSIP(b[at:])) {
			continue
		}
		end := 0
		if p <= 0 {
			end = r.nextMessage(source, b, at)
			m := sip.Skim(b, [2]int{at, end})
			keep(b[at:end:end], [2]int{m.Body[0], end})
		} else if c := collect(b, lines, i, text[:p]); c.body > 0 {
			end = int(lines[c.next-1].next)
			if c.body < c.next {
				keep(c.bytes, [2]int{int(lines[c.body].start), end})
			}
		}
		for i+1 < len(lines) && int(lines[i+1].start) < end {
			i++
		}
	}
	return all
}
