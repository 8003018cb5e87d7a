package mend

// White space that editors change: blanks at the ends of lines, tabs and blanks at
// the beginning of folded lines. What does not show can still be signed: a signature
// or Content-Length tells what it was.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
	"github.com/sipseal/sipseal/internal/limit"
)

// whiteSpace tries to restore white space in a message that does not fit.
func (j *job) whiteSpace(d *document) *document {
	v := j.read(d)
	missing := 0
	if v.length > 0 {
		missing = v.length - (len(d.bytes) - v.body)
	}
	folds := partFolds(d, v)
	if len(folds) == 0 && (missing < 1 || missing > maxMissing) {
		return d // nothing to try, so nothing to verify
	}
	given := j.proofOf(d, v)
	if given == proven || v.length < 0 && given == unknown || v.length >= 0 && v.fits(d) && given != refuted {
		return d
	}
	if next := j.folds(d, folds); next != d {
		return next
	}
	if missing >= 1 && missing <= maxMissing {
		return j.trailing(d, v, missing)
	}
	return d
}

// maxMissing is how many blanks at ends of lines are looked for.
const maxMissing = 3

// accept reports whether a document is what was meant: a signature says so, or, when
// there is none to verify, Content-Length.
func (j *job) accept(d *document, alone bool) (why string, ok bool) {
	v := j.read(d)
	fits := v.length < 0 || v.fits(d)
	switch p := j.proofOf(d, v); {
	case p == proven && fits:
		return "the signature then verifies", true
	case p == unknown && alone && v.length >= 0 && fits:
		return "Content-Length " + strconv.Itoa(v.length) + " then agrees", true
	}
	return "", false
}

// fold is the white space at the beginning of a folded line.
type fold struct{ at, size int }

// partFolds gives the folds in the headers of parts.
func partFolds(d *document, v view) []fold {
	var folds []fold
	for _, l := range leaves(v.entity) {
		if l.parent == nil {
			continue
		}
		for at := l.Range[0]; at < l.BodyRange[0]; {
			_, next := lineAt(d.bytes, at)
			n := 0
			for at+n < next && (d.bytes[at+n] == ' ' || d.bytes[at+n] == '\t') {
				n++
			}
			if n > 0 {
				folds = append(folds, fold{at, n})
			}
			at = next
		}
	}
	return folds
}

// folds tries other white space for all folds.
func (j *job) folds(d *document, folds []fold) *document {
	for _, blank := range []string{"\t", " ", "  ", "    ", "        "} {
		var edits []lineend.Edit
		for _, f := range folds {
			if string(d.bytes[f.at:f.at+f.size]) != blank {
				edits = append(edits, lineend.Edit{At: f.at, Remove: f.size, Insert: blank})
			}
		}
		if len(edits) == 0 {
			continue
		}
		next := d.edit(edits)
		if why, ok := j.accept(next, true); ok {
			j.repaired(d, "folds-restored", "the white space of "+count(len(edits), "folded line", "folded lines")+" restored to "+strconv.Quote(blank)+": "+why, edits[0].At, len(edits))
			return next
		}
	}
	return d
}

// trailing tries where blanks were stripped: so many are missing.
func (j *job) trailing(d *document, v view, missing int) *document {
	var ends []int // of lines of text
	var signs []int
	for _, l := range leaves(v.entity) {
		if !l.isText(d.bytes) {
			continue
		}
		for at := l.BodyRange[0]; at < l.BodyRange[1]; {
			end, next := lineAt(d.bytes[:l.BodyRange[1]], at)
			ends = append(ends, end)
			if string(d.bytes[at:end]) == "--" {
				signs = append(signs, end)
			}
			at = next
		}
	}
	if len(ends) == 0 || len(ends) > 200 {
		return d
	}
	try := func(places []int, alone bool) *document {
		var edits []lineend.Edit
		for _, at := range places {
			edits = append(edits, lineend.Edit{At: at, Insert: " "})
		}
		j.mender.tried += len(d.bytes)
		next := d.edit(edits)
		why, ok := j.accept(next, alone)
		if !ok {
			return nil
		}
		j.repaired(d, "trailing-space-restored", count(len(edits), "blank", "blanks")+" at the "+plural(len(edits), "end of a line", "ends of lines")+" put back: "+why, places[0], len(edits))
		return next
	}
	// The line before a signature of mail is "-- ": where it lost its blank, nothing
	// else needs to have.
	if len(signs) == missing {
		if next := try(signs, true); next != nil {
			return next
		}
	}
	pick := make([]int, missing)
	for tried := 0; tried < limit.LineEndChoices && j.mender.mayTry(); tried++ {
		places := make([]int, missing)
		for i, p := range pick {
			places[i] = ends[p]
		}
		if next := try(places, false); next != nil {
			return next
		}
		// The next choice, with repetition: several blanks may have stood on one line.
		i := missing - 1
		for i >= 0 && pick[i] == len(ends)-1 {
			i--
		}
		if i < 0 {
			break
		}
		pick[i]++
		for k := i + 1; k < missing; k++ {
			pick[k] = pick[i]
		}
	}
	return d
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
