// Package mend undoes known damage to a SIP message or MIME entity: what text
// fields, terminals, mail clients and file transfers do to bytes on the way.
//
// A repair needs evidence: a length inside a DER object, Content-Length, a rule of
// MIME that leaves no choice, a signature that then verifies. Each repair becomes a
// Step that says what was changed, where, how often, and on what evidence. What
// fits its own lengths already is never touched.
package mend

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// Mender repairs the messages of one input.
type Mender struct {
	// Certificates are those of signers that messages may not carry, beside the
	// bundled ones: a signature that verifies is the best evidence there is.
	Certificates []*pkix.Certificate
	// Work is what verifying them takes it out of.
	Work *limit.Work

	work  int // of lineend.Search so far
	proof int // signatures verified so far
	tried int // bytes that were put together so far, and hashed
	read  int // bytes of messages that were parsed so far

	known  *pkix.Pool // the bundled certificates, and
	pooled int        // so many of Certificates

	// sound remembers of pairs of certificates, by their fingerprints, whether the first
	// was signed by the second: what is tried is one object over and over.
	sound map[string]bool

	stopped *limit.Error // the first bound that kept something from being tried
	said    bool         // a step says so
}

// Mended is a message after its repairs.
type Mended struct {
	// Bytes is the message; what was given, when Changed is false.
	Bytes   []byte
	Changed bool
	// End is where the message ended in what was given: what follows is not of it.
	End   int
	Steps []report.Step
}

// SIP repairs the SIP message that begins with b and ends, at the latest, with it.
// Offsets in the steps count from base.
func (m *Mender) SIP(b []byte, base int) *Mended {
	return m.mend(b, base, true)
}

// Entity repairs a MIME entity or mail.
func (m *Mender) Entity(b []byte, base int) *Mended {
	return m.mend(b, base, false)
}

func (m *Mender) mend(b []byte, base int, isSIP bool) *Mended {
	d := newDocument(b, base)
	j := &job{mender: m, isSIP: isSIP, first: d}
	switch {
	case len(b) > limit.RepairSize:
		if !j.intact(d) {
			j.note(d, "not-repaired", limit.More("bytes in one message", limit.RepairSize, -1)+": damage is not looked for", 0, len(b))
		}
	case !j.intact(d):
		for _, pass := range passes {
			d = pass(j, d)
		}
	}
	out := j.mended(d)
	out.End = d.origin(len(d.bytes)) - base
	return out
}

// mended is what came of the job, which is done.
func (j *job) mended(d *document) *Mended {
	if m := j.mender; m.stopped != nil && !m.said {
		m.said = true
		j.note(d, "not-repaired", m.stopped.Error()+": what is damaged from here on may stay so", 0, len(d.bytes))
	}
	return &Mended{Bytes: d.bytes, Changed: d.changed(), Steps: j.steps}
}

// passes, in order: each takes a document and gives it back, repaired or as it is.
var passes = []func(j *job, d *document) *document{
	(*job).latin1,
	(*job).typography,
	(*job).spaced,
	(*job).doubled,
	(*job).separator,
	(*job).lineEnds,
	(*job).objects,
	(*job).ending,
	(*job).whiteSpace,
	(*job).textLF,
	(*job).contentLength,
	(*job).replaced,
	(*job).cut,
}

// intact reports whether a SIP message is plainly whole: most are, and all the passes
// would find nothing.
func (j *job) intact(d *document) bool {
	v := j.read(d)
	b := d.bytes
	if !j.isSIP || v.length != len(b)-v.body || !plain(b[:v.body]) {
		return false
	}
	if !v.entity.IsMultipart() {
		// Text that is as long as it should be is not looked at.
		l := leaf{Entity: v.entity, path: "1"}
		return l.wholeDER(b) || !l.holdsDER(b) && !derType(v.entity.Type)
	}
	at := v.body
	for _, l := range leaves(v.entity) {
		switch {
		case l.wholeDER(b):
			if !plain(b[at:l.BodyRange[0]]) {
				return false
			}
			at = l.BodyRange[1]
		case l.holdsDER(b), derType(l.Type):
			return false
		}
	}
	return plain(b[at:])
}

// plain reports whether text is ASCII in which each line ends as it should.
func plain(b []byte) bool {
	return ascii(b) && len(bareLFs(b, 0, len(b), nil)) == 0 && !bytes.Contains(b, []byte("\r\r\n"))
}

// wholeDER reports whether a leaf is one DER object and nothing else.
func (l leaf) wholeDER(src []byte) bool {
	if !l.holdsDER(src) {
		return false
	}
	b := src[l.BodyRange[0]:l.BodyRange[1]]
	tree := ber.ParseOne(b)
	return tree.Err() == nil && tree.End == len(b)
}

// job is the mending of one message.
type job struct {
	mender *Mender
	isSIP  bool
	first  *document // as it was given
	// folded is true when the text around the objects had lost its CRs.
	folded bool
	steps  []report.Step
}

// repaired notes a repair: what was changed from place at of the document on.
func (j *job) repaired(d *document, code, detail string, at, count int) {
	j.note(d, code, detail, at, count)
	j.steps[len(j.steps)-1].Repair = true
}

func (j *job) note(d *document, code, detail string, at, count int) {
	offset := d.origin(at)
	j.steps = append(j.steps, report.Step{Code: code, Detail: detail, Offset: &offset, Count: &count})
}

// view is a document as it reads at one time.
type view struct {
	entity *mime.Entity
	// body is where the message's body begins.
	body int
	// length is what Content-Length says, or -1.
	length int
}

// read parses the document. The body goes to the document's end, whatever
// Content-Length says.
func (j *job) read(d *document) view {
	if d.seen == nil {
		v := j.parse(d)
		j.mender.read += len(d.bytes)
		d.seen = &v
	}
	return *d.seen
}

func (j *job) parse(d *document) view {
	if !j.isSIP {
		e := mime.Parse(d.bytes, [2]int{0, len(d.bytes)})
		return view{entity: e, body: e.BodyRange[0], length: -1}
	}
	s := sip.Skim(d.bytes, [2]int{0, len(d.bytes)})
	return view{
		entity: mime.ParseBody(d.bytes, s.Headers, [2]int{s.Body[0], len(d.bytes)}),
		body:   s.Body[0],
		length: s.ContentLength,
	}
}

// leaves gives the entities that are no multiparts, with their paths.
func leaves(root *mime.Entity) []leaf {
	var out []leaf
	stack := []leaf{{root, "1", nil}}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if !top.IsMultipart() || len(top.Children) == 0 {
			out = append(out, top)
			continue
		}
		for i := len(top.Children) - 1; i >= 0; i-- {
			stack = append(stack, leaf{top.Children[i], top.path + "." + strconv.Itoa(i+1), top.Entity})
		}
	}
	return out
}

type leaf struct {
	*mime.Entity
	path   string
	parent *mime.Entity // the multipart it lies in, or nil
}

// cut ends a SIP message where Content-Length says so, if nothing but line ends
// follows there: they are of no message (RFC 3261 sections 7.5 and 18.3).
func (j *job) cut(d *document) *document {
	if !j.isSIP {
		return d
	}
	v := j.read(d)
	end := v.body + v.length
	if v.length < 0 || end >= len(d.bytes) || !v.fits(d) {
		return d
	}
	rest := d.bytes[end:]
	j.note(d, "trailing-line-ends", count(len(rest), "byte", "bytes")+" of line ends after the body, beyond the Content-Length of "+strconv.Itoa(v.length)+", are not part of the message", end, len(rest))
	return d.cut(end)
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

// maySearch, mayTry and mayProve report whether there may be one more of each for this
// input. What is not done because of that is said.
func (m *Mender) maySearch() bool {
	return m.work <= limit.LineEndWorkTotal || m.stop("values to read in search of repairs", limit.LineEndWorkTotal)
}

func (m *Mender) mayTry() bool {
	return m.tried < limit.RepairBytes || m.stop("bytes to put together in search of repairs", limit.RepairBytes)
}

func (m *Mender) mayProve() bool {
	return m.proof < limit.RepairProofs || m.stop("signatures to verify in search of repairs", limit.RepairProofs)
}

// stop remembers the first bound that was reached, and is false.
func (m *Mender) stop(what string, most int) bool {
	if m.stopped == nil {
		m.stopped = limit.Over(what, most, -1)
	}
	return false
}
