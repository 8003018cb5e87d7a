package mend

// A message that is being repaired, and where its bytes came from.

import (
	"encoding/binary"
	"sort"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
)

// document is a message after some repairs. Repairs make a new one: a document is
// never altered.
type document struct {
	bytes []byte
	base  int // of the given bytes in their source
	size  int // of the given bytes
	runs  []run
	edits int
	seen  *view // how it reads, once somebody has asked
}

// run says that from at on, bytes stand from at the given bytes' place from on, one
// by one, until the next run.
type run struct{ at, from int }

func newDocument(b []byte, base int) *document {
	return &document{bytes: b, base: base, size: len(b), runs: []run{{0, 0}}}
}

// ascii reports whether no byte of b is above 127.
func ascii(b []byte) bool {
	for ; len(b) >= 8; b = b[8:] {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			return false
		}
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func (d *document) changed() bool { return d.edits > 0 }

// origin is the place in the source of the byte at at.
func (d *document) origin(at int) int { return d.base + d.given(at) }

func (d *document) given(at int) int {
	i := sort.Search(len(d.runs), func(i int) bool { return d.runs[i].at > at }) - 1
	place := d.runs[i].from + at - d.runs[i].at
	if i+1 < len(d.runs) {
		place = min(place, d.runs[i+1].from)
	}
	return min(place, d.size)
}

// edit makes a document with edits, which are in order of place, made in this one.
func (d *document) edit(edits []lineend.Edit) *document {
	if len(edits) == 0 {
		return d
	}
	n := &document{base: d.base, size: d.size, edits: d.edits + len(edits)}
	n.bytes = lineend.Apply(d.bytes, 0, edits)
	n.runs = make([]run, 0, len(d.runs)+len(edits)+1)
	at, shift, next := 0, 0, 0 // next: the first of d.runs not copied yet
	copyRuns := func(to int) {
		if len(n.runs) == 0 || n.runs[len(n.runs)-1].at != at+shift {
			n.runs = append(n.runs, run{at + shift, d.given(at)})
		}
		for next < len(d.runs) && d.runs[next].at <= at {
			next++
		}
		for next < len(d.runs) && d.runs[next].at < to {
			n.runs = append(n.runs, run{d.runs[next].at + shift, d.runs[next].from})
			next++
		}
	}
	for _, e := range edits {
		if e.At > at || len(n.runs) == 0 {
			copyRuns(e.At)
		}
		at = e.At + e.Remove
		shift += len(e.Insert) - e.Remove
	}
	copyRuns(len(d.bytes))
	return n
}

// cut makes a document that ends at end.
func (d *document) cut(end int) *document {
	n := *d
	n.seen = nil
	n.bytes = d.bytes[:end:end]
	return &n
}
