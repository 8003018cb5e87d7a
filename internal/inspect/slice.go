package inspect

// An inspection that several workers share. Each reads the whole input, which is little
// work, and inspects a slice of its messages; js/slices.js puts the reports together.
// No message depends on another while it is inspected (shared.go), so that it makes no
// difference who inspects it.

import (
	"encoding/binary"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// Slice is the part of an inspection that one worker takes.
type Slice struct {
	Index, Of int // the slice of so many; Of 0 is an inspection that is not shared
	// Rounds is what the messages had for one another each time that they were read
	// before: Brought and then Wants of all slices, in their order.
	Rounds [][]byte
}

// SliceResult is what has to be known of a slice's report to put it together with the
// others. A count says how much of a list was there at that time.
type SliceResult struct {
	// First is the index of its first message among all.
	First int
	// Read is after everything was read and before any message was inspected: the same
	// in every slice.
	Read Counts
	// Inspected is after the last message; what follows stands at the end of the report.
	Inspected Counts
	// Brought is what its messages brought, and Wants what they want. Where one of the
	// two is empty in all slices, no other round is needed.
	Brought, Wants []byte
	// Unhelped is true for a slice that was not inspected: nothing that was brought is of
	// use to anybody, so the reports of the round before are the last.
	Unhelped bool
}

// Counts are lengths of lists of a report.
type Counts struct{ Sources, Certificates, Keys, Findings int }

func (x *inspection) counts() Counts {
	r := x.report
	return Counts{len(r.Sources), len(r.Certificates), len(r.Keys), len(r.Findings)}
}

// What the messages take, about, in tenths of a millisecond: to be read, which each
// worker does for all, and to be inspected. A worker that is asked for help should have
// enough of it.
const (
	readWork   = 1
	plainWork  = 1
	sealedWork = 4
	openedWork = 60 // with a key
	helpWork   = 200
)

// weigh estimates the work of each unit.
func (x *inspection) weigh(units []unit) (weights []int, total int) {
	for _, u := range units {
		w := sealedWork
		switch {
		case u.entity == nil:
		case !sealedAnywhere(u.entity):
			w = plainWork
		case len(x.ring.private) > 0 && encryptedAnywhere(u.entity):
			w = openedWork
		}
		weights = append(weights, w)
		total += w
	}
	return weights, total
}

// encryptedAnywhere reports whether an entity has a part that is encrypted by its type.
func encryptedAnywhere(e *mime.Entity) bool {
	found := false
	e.Walk(func(e *mime.Entity) {
		found = found || bodyKind(e, nil) == bodyCMS && e.Type != "application/pkcs7-signature" && e.Type != "application/x-pkcs7-signature" &&
			e.Params["smime-type"] != "signed-data"
	})
	return found
}

// share gives the units that this inspection takes: all, unless it is shared, or there is
// so much work that others are asked to take their share.
func (x *inspection) share(units []unit) []unit {
	o := &x.options
	weights, total := x.weigh(units)
	read := readWork * len(units)
	if n := min(o.Workers, len(units), 1+total/(read+helpWork)); o.Slice.Of == 0 && n > 1 && o.TLSHost == "" {
		o.Slice.Of = n
		o.Share(n)
	}
	if o.Slice.Of == 0 {
		return units
	}
	// The first has read them all when it asks the others, which begin with that.
	first := min(total, (total+(o.Slice.Of-1)*read)/o.Slice.Of)
	from, to, done := len(units), len(units), 0
	for i, w := range weights {
		slice := 0
		if middle := done + w/2; middle >= first {
			slice = min(1+(middle-first)*(o.Slice.Of-1)/(total-first+1), o.Slice.Of-1)
		}
		if slice >= o.Slice.Index {
			from = min(from, i)
		}
		if slice > o.Slice.Index {
			to = i
			break
		}
		done += w
	}
	x.slice = &SliceResult{First: from, Read: x.counts()}
	return units[from:to]
}

// helped puts what the rounds before brought into the options. It reports false when
// the last of them brought nothing that helps.
func (o *Options) helped() bool {
	for _, round := range o.Slice.Rounds {
		var all shared
		all.read(round)
		helpful := all.helpful(o.shared, true)
		if len(helpful) == 0 {
			return false
		}
		o.shared = append(o.shared, helpful...)
	}
	return len(o.Slice.Rounds) <= limit.Rounds
}

// A thing is written as its kind, its name and its data, and a want as its kind and its
// text; a text has its length before it. So rounds are put together by joining.
const kindWant = 'w'

func appendField(b []byte, field string) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(len(field)))
	return append(b, field...)
}

// write gives what a slice has for others.
func (s *shared) write() (things, wants []byte) {
	for _, t := range s.brought {
		things = append(things, t.kind)
		things = appendField(appendField(things, string(t.name)), string(t.data))
		if t.kind != broughtCertificate && t.kind != broughtSecret {
			s.want(anything)
		}
	}
	for w := range s.wants {
		wants = appendField(append(wants, kindWant), w)
	}
	return things, wants
}

// read is the reverse of write, for what another worker wrote.
func (s *shared) read(b []byte) {
	field := func() []byte {
		n := 4 + binary.LittleEndian.Uint32(b)
		f := b[4:n:n]
		b = b[n:]
		return f
	}
	for len(b) > 0 {
		kind := b[0]
		b = b[1:]
		if kind == kindWant {
			s.want(string(field()))
			continue
		}
		name := field()
		s.brought = append(s.brought, brought{kind, name, field()})
	}
}
