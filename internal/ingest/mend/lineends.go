package mend

// Line ends of the text in a message: CR LF made LF, as a web page's text field
// does, and CR LF made CR CR LF, as a program does that writes CR LF for each LF.

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
	"github.com/sipseal/sipseal/internal/report"
)

// doubled undoes CR CR LF: in such a document no LF stands without a CR, and each
// line of the header ends in two. One CR is taken from every LF, in binary as well:
// the damage was done to all of them, so that undoing it is exact.
func (j *job) doubled(d *document) *document {
	b := d.bytes
	if first := bytes.IndexByte(b, '\n'); first < 2 || b[first-1] != '\r' || b[first-2] != '\r' {
		return d
	}
	head := len(b)
	if i := bytes.Index(b, []byte("\r\r\n\r\r\n")); i >= 0 {
		head = i + 6
	}
	lines := bytes.Count(b[:head], []byte("\n"))
	if lines < 2 || bytes.Count(b[:head], []byte("\r\r\n")) != lines || bytes.Count(b, []byte("\n")) != bytes.Count(b, []byte("\r\n")) {
		return d
	}
	var edits []lineend.Edit
	for i := 1; i < len(b); i++ {
		if b[i] == '\n' {
			edits = append(edits, lineend.Edit{At: i - 1, Remove: 1})
		}
	}
	next := d.edit(edits)
	detail := "a CR was put before each of " + count(len(edits), "LF", "LFs") + ", also before those of CR LF: the lines of the header end in CR CR LF"
	detail += j.agrees(next)
	j.repaired(d, "cr-doubled", detail, edits[0].At, len(edits))
	return next
}

// agrees is the evidence that Content-Length gives for a document, if it does.
func (j *job) agrees(d *document) string {
	v := j.read(d)
	if v.length >= 0 && v.fits(d) {
		return "; Content-Length " + strconv.Itoa(v.length) + " agrees"
	}
	return ""
}

// fits reports whether the body is as long as Content-Length says, line ends behind
// it not counted.
func (v view) fits(d *document) bool {
	n := len(d.bytes) - v.body
	if n <= v.length || v.length < 0 {
		return n == v.length
	}
	end := v.body + v.length
	return onlyLineEnds(d.bytes[end:]) && !(d.bytes[end] == '\n' && d.bytes[end-1] == '\r')
}

// lineEnds restores CR LF where LF stands alone: in the header, around the
// delimiters and in the headers of parts because MIME has no other line end there
// (RFC 2045 section 2.1, RFC 2046 section 5.1.1), and in text because canonical
// text has no other (RFC 2046 section 4.1.1, RFC 8551 section 3.1.1), unless
// Content-Length or a signature says that the text had LF.
func (j *job) lineEnds(d *document) *document {
	v := j.read(d)
	head := bareLFs(d.bytes, 0, v.body, nil)
	structure, text := bodyLFs(d.bytes, v)
	if len(head)+len(structure)+len(text) == 0 {
		return d
	}
	asGiven := v.length == len(d.bytes)-v.body
	if len(head) == 0 && (asGiven || !j.isSIP || v.length < 0) && len(structure) == 0 {
		return d // text with LF of its own
	}
	type choice struct {
		edits []int
		why   string
	}
	all := choice{merge(head, merge(structure, text)), "MIME and SIP have no other line end"}
	frame := choice{merge(head, structure), "Content-Length counts the text's LF as they are"}
	choices := []choice{all}
	if len(text) > 0 {
		choices = append(choices, frame)
	}
	if asGiven && len(structure)+len(text) > 0 {
		// The body is as long as it should be: only a signature may say otherwise.
		kept := choice{head, "Content-Length counts the body's LF as they are"}
		choices = []choice{kept, all}
		if !bytes.Contains(d.bytes, []byte("\r\n")) && d.bytes[len(d.bytes)-1] == '\n' {
			// All line ends were converted, and the last may be none of the message's.
			choices = []choice{all, kept}
		}
	}
	pick, best := -1, candidate{}
	for i, c := range choices {
		if got := j.try(d, c.edits); pick < 0 || got.better(best) {
			pick, best = i, got
		}
	}
	c := choices[pick]
	if len(c.edits) == 0 && !best.closed {
		return d
	}
	next := best.document
	if len(c.edits) > 0 {
		detail := "a CR was put back before " + strconv.Itoa(len(c.edits)) + " of " + count(bytes.Count(d.bytes, []byte("\n")), "LF", "LFs") + " that stood alone: " + c.why
		if best.closed {
			detail += "; the last line end, which was lost, is back as well"
		}
		if best.fits {
			detail += "; Content-Length " + strconv.Itoa(v.length) + " agrees"
		}
		if best.proof == proven {
			detail += "; the signature then verifies"
		}
		j.repaired(d, "crlf-restored", detail, c.edits[0], len(c.edits))
	} else {
		j.lastLineEnd(d, v.length)
	}
	j.steps = append(j.steps, best.steps...)
	return next
}

// candidate is a document as it would be.
type candidate struct {
	document *document
	steps    []report.Step // of repairing its objects
	fits     bool          // Content-Length agrees
	proof    proof
	closed   bool // a lost line end at the very end was put back
}

func (c candidate) better(o candidate) bool {
	if (c.proof == proven) != (o.proof == proven) {
		return c.proof == proven
	}
	return c.fits && !o.fits
}

// try makes the edits, repairs the message's objects after them, and looks how well
// all fits.
func (j *job) try(d *document, places []int) candidate {
	edits := make([]lineend.Edit, len(places))
	for i, at := range places {
		edits[i] = lineend.Edit{At: at, Insert: "\r"}
	}
	objects := &job{mender: j.mender, isSIP: j.isSIP, folded: len(places) > 0}
	c := candidate{document: objects.objects(d.edit(edits))}
	c.steps = objects.steps
	v := j.read(c.document)
	if n := len(c.document.bytes); v.length == n-v.body+2 && n > v.body && c.document.bytes[n-1] != '\n' {
		c.document = c.document.edit([]lineend.Edit{{At: n, Insert: "\r\n"}})
		c.closed = true
		v = j.read(c.document)
	}
	c.fits = v.length >= 0 && v.fits(c.document)
	c.proof = j.proofOf(c.document, v)
	return c
}

// proofOf is the worst of the proofs of the message's signatures: unknown where
// there are none.
func (j *job) proofOf(d *document, v view) proof {
	result, any := proven, false
	for _, l := range leaves(v.entity) {
		content := l.signed(d, nil)
		if content == nil && !derType(l.Type) {
			continue
		}
		object := d.bytes[l.BodyRange[0]:l.BodyRange[1]]
		if !l.holdsDER(d.bytes) {
			object = l.Decode(d.bytes).Bytes
		}
		if p := j.mender.prove(object, content, nil); content != nil || p != unknown {
			any = true
			result = min(result, p)
		}
	}
	if !any {
		return unknown
	}
	return result
}

// bareLFs appends the places in [from, to) of LF without CR.
func bareLFs(b []byte, from, to int, out []int) []int {
	for i := from; i < to; i++ {
		n := bytes.IndexByte(b[i:to], '\n')
		if n < 0 {
			break
		}
		if i += n; i == 0 || b[i-1] != '\r' {
			out = append(out, i)
		}
	}
	return out
}

// bodyLFs gives the places in the body of LF without CR: those of the multiparts'
// frame, and those in text. Binary bodies have neither.
func bodyLFs(b []byte, v view) (structure, text []int) {
	at := v.body
	for _, l := range leaves(v.entity) {
		r := l.BodyRange
		structure = bareLFs(b, at, r[0], structure)
		at = r[1]
		if l.isText(b) {
			text = bareLFs(b, r[0], r[1], text)
		}
	}
	return bareLFs(b, at, len(b), structure), text
}

// isText reports whether a leaf is text, so that its line ends are no data.
func (l leaf) isText(src []byte) bool {
	b := src[l.BodyRange[0]:l.BodyRange[1]]
	switch {
	case l.Encoding == "base64" || l.Encoding == "quoted-printable":
		return true
	case bytes.IndexByte(b, 0) >= 0:
		return false
	case strings.HasPrefix(l.Type, "text/") || strings.HasPrefix(l.Type, "message/") || l.Type == "application/sdp":
		return true
	}
	return !l.holdsDER(src) && utf8.Valid(b) && printable(b)
}

// printable reports whether b has no control characters but tabs and line ends.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return true
}

// merge merges two ascending lists.
func merge(a, b []int) []int {
	out := make([]int, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] < b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
