// Package ingest recognises what was given, takes it out of whatever it is wrapped
// in, repairs known damage, and says what it did.
//
// Reading is a queue of byte runs. Each run is recognised as one thing: something
// to inspect (an Item), or a wrapping (hex, base64, an archive…) whose content is
// a new Source that goes back into the queue. Nothing that was given is altered:
// every step that changes bytes makes a Source of its own and a Step that says so.
package ingest

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/ingest/mend"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// Kinds of an Item, and of a Result as a whole.
const (
	KindEmpty   = "empty"
	KindSIP     = "sip"     // a SIP message (RFC 3261 section 7)
	KindFields  = "fields"  // header fields of a SIP message, one of which is Identity (RFC 8224)
	KindToken   = "token"   // a PASSporT without any message (RFC 8225)
	KindMIME    = "mime"    // a MIME entity or mail without a SIP message around it
	KindPEM     = "pem"     // text with PEM blocks: certificates, keys, CRLs, CMS
	KindASN1    = "asn1"    // BER: a CMS object, certificate, key, CRL or anything else
	KindUnknown = "unknown" // none of these
	KindArchive = "archive" // several items out of one container
	KindCapture = "capture" // packets
)

// Options choose what Read may do.
type Options struct {
	// NoRepair leaves damaged bytes as they are.
	NoRepair bool
	// Certificates of signers, beside the bundled ones: they help to prove repairs.
	Certificates []*pkix.Certificate
	// Work is what proving repairs takes it out of.
	Work *limit.Work
}

// Source is a run of bytes that items and ranges count in. Source 0 is the input.
type Source struct {
	Origin string // report.OriginInput or report.OriginUnpacked
	Bytes  []byte
	Parent int // index of the source it was made from, -1 for the input
	Name   string

	// repaired is true when a repair made these bytes, or those that they came from.
	repaired bool
}

// Item is one thing to inspect: a range of a source, and what it was taken for.
type Item struct {
	Kind   string
	Name   string // file name or caption, when there was one
	Source int
	Range  [2]int
	// Tree is what ber.ParseOne reads from the item's bytes, when they are the whole input
	// and were read so; else nil. The trees of all files of an archive would be too large.
	Tree *ber.Tree
	// Repaired is true when a repair made the source that the item is in, or one that
	// this source came from: what is verified may not be what was received.
	Repaired bool
	// Capture is where a message was captured, nil for what comes from no capture.
	Capture *CaptureInfo
}

// Result is what Read made of the input.
type Result struct {
	Kind    string
	Steps   []report.Step
	Sources []Source
	Items   []Item
}

// Read recognises input, which has this file name or "", and everything inside it.
// It never fails: what is not recognised is an Item of KindUnknown.
func Read(input []byte, name string, o Options) *Result {
	r := &reader{options: o, result: &Result{Kind: KindUnknown}, mender: &mend.Mender{Certificates: o.Certificates, Work: o.Work}}
	r.result.Sources = append(r.result.Sources, Source{Origin: report.OriginInput, Bytes: input, Parent: -1, Name: name})
	if len(input) > limit.InputSize {
		r.step(0, "too-large", limit.More("bytes of input", limit.InputSize, -1), 0, 0)
		return r.result
	}
	r.queue = append(r.queue, 0)
	for len(r.queue) > 0 {
		source := r.queue[0]
		r.queue = r.queue[1:]
		r.recognise(source)
	}
	r.result.Kind = r.kind()
	return r.result
}

type reader struct {
	options Options
	result  *Result
	queue   []int // sources still to be recognised
	mender  *mend.Mender
	size    int  // of all sources but the input
	looked  int  // bytes looked through for the ends of messages
	capture bool // messages came out of a capture
	full    bool // a bound of that was reached, and said
}

// recognise asks each recogniser in turn: the first that knows the bytes wins.
func (r *reader) recognise(source int) {
	s := r.result.Sources[source]
	for _, known := range recognisers {
		if known(r, source, s.Bytes) {
			return
		}
	}
	if len(s.Bytes) <= limit.TextSize {
		for _, known := range textRecognisers {
			if known(r, source, s.Bytes) {
				return
			}
		}
	} else if isText(s.Bytes[:limit.HeaderSize]) {
		r.step(source, "too-large", limit.More("bytes of text", limit.TextSize, -1)+": it is not searched for messages, PEM, dumps and the like", 0, len(s.Bytes))
	}
	kind := KindUnknown
	if len(s.Bytes) == 0 {
		kind = KindEmpty
	}
	r.item(Item{Kind: kind, Name: s.Name, Source: source, Range: [2]int{0, len(s.Bytes)}})
}

// recognisers, the most certain first.
var recognisers = []func(r *reader, source int, b []byte) bool{
	capture,
	gzipped,
	zipped,
	tarred,
	unicodeText,
	wholeMessages,
	quotedPrintable,
	entities,
	colours,
	carets,
	markedMessage,
	continued,
	sipMessages,
	packet,
	berValues,
	identityFields,
	mimeEntity,
	token,
}

// textRecognisers know what is written as text; they come after the others, and are
// asked about texts of up to limit.TextSize.
var textRecognisers = []func(r *reader, source int, b []byte) bool{
	document,
	markup,
	hexDumps,
	hexDigits,
	literals,
	percent,
	base64Text,
	wrapped,
}

func (r *reader) item(i Item) {
	i.Repaired = i.Repaired || r.result.Sources[i.Source].repaired
	r.result.Items = append(r.result.Items, i)
}

// add adds what was made of a source as a new one and puts it in the queue. It says
// no when the chain of sources is already too long or all of them too large.
func (r *reader) add(parent int, b []byte, name string) (source int, ok bool) {
	depth := 0
	for s := parent; s >= 0; s = r.result.Sources[s].Parent {
		depth++
	}
	over := ""
	switch {
	case depth > limit.Wrappings:
		over = limit.More("wrappings around one another", limit.Wrappings, -1)
	case r.size+len(b) > limit.Unpacked:
		over = limit.More("bytes unpacked", limit.Unpacked, -1)
	case len(r.result.Sources) > limit.Sources:
		over = limit.More("pieces unpacked", limit.Sources, -1)
	}
	if over != "" {
		if !r.full {
			r.full = true
			r.step(parent, "too-much", over+": the rest is not unpacked", 0, 0)
		}
		return 0, false
	}
	r.size += len(b)
	r.result.Sources = append(r.result.Sources, Source{Origin: report.OriginUnpacked, Bytes: b, Parent: parent, Name: name, repaired: r.result.Sources[parent].repaired})
	r.queue = append(r.queue, len(r.result.Sources)-1)
	return len(r.result.Sources) - 1, true
}

// unpacked adds a source and the step that made it.
func (r *reader) unpacked(parent int, b []byte, code, detail string, offset, count int) bool {
	_, ok := r.add(parent, b, r.result.Sources[parent].Name)
	if ok {
		r.step(parent, code, detail, offset, count)
	}
	return ok
}

// repaired is unpacked for a step after which what is verified may not be what was
// received: a message could have held these bytes as they were.
func (r *reader) repaired(parent int, b []byte, code, detail string, offset, count int) bool {
	at, ok := r.add(parent, b, r.result.Sources[parent].Name)
	if ok {
		r.result.Sources[at].repaired = true
		r.step(parent, code, detail, offset, count)
		r.result.Steps[len(r.result.Steps)-1].Repair = true
	}
	return ok
}

// taken takes a source out of the queue: somebody has recognised it already.
func (r *reader) taken(source int) {
	for i := len(r.queue) - 1; i >= 0; i-- {
		if r.queue[i] == source {
			r.queue = append(r.queue[:i], r.queue[i+1:]...)
			return
		}
	}
}

// step notes what was done to a source; offset counts in it.
func (r *reader) step(source int, code, detail string, offset, count int) {
	r.result.Steps = append(r.result.Steps, report.Step{Code: code, Detail: detail, Source: &source, Offset: &offset, Count: &count})
}

// more notes that a source has more of something than is read, from place at on; at is -1
// when it has not.
func (r *reader) more(source int, what string, most, at int) {
	if at >= 0 {
		r.step(source, "too-many", limit.More(what, most, at)+": the rest is not read", at, most)
	}
}

// kind is that of the items, or "archive" when there are several kinds of them.
func (r *reader) kind() string {
	kind := ""
	for _, i := range r.result.Items {
		if kind != "" && kind != i.Kind {
			return KindArchive
		}
		kind = i.Kind
	}
	switch {
	case kind == "":
		return KindEmpty
	case r.capture:
		return KindCapture
	}
	return kind
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
