package mend

// LF made CR LF inside binary: what a program does that takes everything for text.
// RFC 6216's own archive of messages has this damage. The lengths inside DER show
// it and undo it.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/ingest/lineend"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// objects repairs the DER objects that lie in the message as they are: all of them in
// one reading, for what is changed within one moves nothing of the message's frame but
// its place.
func (j *job) objects(d *document) *document {
	v := j.read(d)
	return j.restore(d, v, leaves(v.entity))
}

// restore repairs the objects of leaves, which are in order of place.
func (j *job) restore(d *document, v view, all []leaf) *document {
	var edits []lineend.Edit
	var done []*found
	for _, l := range all {
		if f := j.object(d, v, l, edits); f != nil {
			edits = append(edits, f.edits...)
			done = append(done, f)
		}
	}
	next := d.edit(edits)
	for i, f := range done {
		code := "lf-restored"
		if f.way != lineend.Added {
			code = "crlf-restored"
		}
		agrees := i == len(done)-1 && v.fits(next)
		j.repaired(d, code, f.detail(d, v, agrees), f.leaf.BodyRange[0], len(f.edits))
	}
	return next
}

// DER repairs an object that was given alone: a file of a certificate or of CMS.
// Offsets count from base.
func (m *Mender) DER(b []byte, base int) *Mended {
	d := newDocument(b, base)
	j := &job{mender: m}
	e := &mime.Entity{Type: "application/octet-stream", Range: [2]int{0, len(b)}, BodyRange: [2]int{0, len(b)}}
	out := j.mended(j.restore(d, view{entity: e, length: -1}, []leaf{{Entity: e, path: "1"}}))
	out.End = len(b)
	return out
}

// holdsDER reports whether a leaf holds DER as it is, and not as text.
func (l leaf) holdsDER(src []byte) bool {
	b := src[l.BodyRange[0]:l.BodyRange[1]]
	switch l.Encoding {
	case "", "binary", "8bit", "7bit":
	default:
		return false
	}
	if len(b) < 4 || b[0] != 0x30 {
		return false
	}
	return b[1] >= 0x80 && b[1] <= 0x84 || derType(l.Type) && !isText(b)
}

// derType reports whether bodies of a media type are BER.
func derType(t string) bool {
	switch t {
	case "application/cms", "application/pkix-cert", "application/pkix-crl", "application/pkcs8", "application/pkcs10", "application/pkcs12":
		return true
	}
	t = strings.Replace(t, "/x-", "/", 1)
	return strings.HasPrefix(t, "application/pkcs7") || t == "application/x509-ca-cert" || t == "application/x509-user-cert"
}

// isText reports whether b holds nothing but printable ASCII, tabs and line ends.
func isText(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// object looks for the original of the object of one leaf, when it is damaged: it gives
// nil when it is not, or there is none. before are the edits before it.
func (j *job) object(d *document, v view, l leaf, before []lineend.Edit) *found {
	if !l.holdsDER(d.bytes) {
		return nil
	}
	r := l.BodyRange
	given := d.bytes[r[0]:r[1]]
	content := l.signed(d, before)
	tree := ber.ParseOne(given)
	whole := tree.Err() == nil && tree.End <= len(given)
	rest := given[min(tree.End, len(given)):]
	if whole && !(j.folded && possible(given, lineend.Folded)) && (len(rest) == 0 || len(content) == 0 && onlyLineEnds(rest)) || !j.mender.maySearch() {
		return nil
	}
	var best *found
	for _, way := range []lineend.Damage{lineend.Added, lineend.Removed, lineend.Folded} {
		if !possible(given, way) {
			continue
		}
		f := j.search(d, v, l, way, content)
		if f != nil && (best == nil || f.better(best)) {
			best = f
		}
		if best != nil && best.proof == proven {
			break
		}
	}
	if best == nil || len(best.edits) == 0 || whole && len(rest) > 0 && onlyLineEnds(rest) && best.proof != proven {
		return nil
	}
	return best
}

func onlyLineEnds(b []byte) bool { return len(bytes.Trim(b, "\r\n")) == 0 }

// possible reports whether bytes may have had that damage: a program that made LF of
// CR LF leaves no CR LF.
func possible(b []byte, way lineend.Damage) bool {
	pairs := bytes.Count(b, []byte("\r\n"))
	switch way {
	case lineend.Added:
		return pairs > 0
	case lineend.Removed:
		return pairs == 0 && bytes.IndexByte(b, '\n') >= 0 && bytes.IndexByte(b, '\r') >= 0
	}
	return bytes.IndexByte(b, '\r') < 0 && bytes.IndexByte(b, '\n') >= 0
}

// found is what a search for one object's original came to.
type found struct {
	leaf    leaf
	way     lineend.Damage
	edits   []lineend.Edit
	size    int // of the original
	end     int // in the document
	proof   proof
	fits    bool // Content-Length agrees
	choices int  // how many originals were possible, up to a bound
	bounded bool
	open    bool // the lengths left a choice
}

func (f *found) better(o *found) bool {
	if (f.proof == proven) != (o.proof == proven) {
		return f.proof == proven
	}
	return f.fits && !o.fits
}

// search looks for the original of the object in l, which signs content.
func (j *job) search(d *document, v view, l leaf, way lineend.Damage, content []byte) *found {
	r := l.BodyRange
	inside := l.parent != nil
	result := lineend.Search(d.bytes, r[0], r[1], inside, way)
	j.mender.work += result.Work
	if len(result.Solutions) == 0 && inside {
		// Line ends that belong to nobody may stand before the delimiter.
		result = lineend.Search(d.bytes, r[0], r[1], false, way)
		j.mender.work += result.Work
	}
	var best *found
	choices, bounded := 0, result.Incomplete
	digests := cms.Digests{}
	for i := range result.Solutions {
		s := &result.Solutions[i]
		if !inside && !j.mayEnd(d.bytes[s.End:r[1]]) || inside && !onlyLineEnds(d.bytes[s.End:r[1]]) {
			continue
		}
		all := s.Each(way, func(edits []lineend.Edit) bool {
			if best != nil && (choices >= limit.LineEndChoices || !j.mender.mayTry()) {
				return false
			}
			choices++
			f := &found{leaf: l, way: way, edits: edits, size: s.Size, end: s.End, open: len(s.Groups) > 0}
			f.fits = v.length >= 0 && !inside && s.Size == v.length
			f.proof = j.mender.prove(lineend.Apply(d.bytes[r[0]:s.End], r[0], edits), content, digests)
			if best == nil || f.better(best) {
				best = f
			}
			j.mender.tried += s.Size + 16*len(edits)
			return best.proof != proven
		})
		if !all {
			bounded = true
			break
		}
	}
	switch {
	case best != nil:
		best.choices, best.bounded = choices, bounded
	case bounded:
		j.mender.stop("values to read in search of the original of "+l.what(), limit.LineEndWork)
	}
	return best
}

// mayEnd reports whether rest may follow a body that ends where its object does.
func (j *job) mayEnd(rest []byte) bool {
	return onlyLineEnds(rest) || j.isSIP && startsMessage(rest)
}

// detail tells the evidence; agrees is true when Content-Length is some.
func (f *found) detail(before *document, v view, agrees bool) string {
	l := f.leaf
	given := f.end - l.BodyRange[0]
	sites := bytes.Count(before.bytes[l.BodyRange[0]:f.end], []byte("\r\n"))
	var b strings.Builder
	what := l.what()
	switch f.way {
	case lineend.Added:
		b.WriteString(strconv.Itoa(len(f.edits)) + " of " + count(sites, "CR LF pair", "CR LF pairs") + " in " + what + " " + were(len(f.edits)) + " LF")
	case lineend.Removed:
		b.WriteString(strconv.Itoa(len(f.edits)) + " of " + count(bytes.Count(before.bytes[l.BodyRange[0]:f.end], []byte("\n")), "LF", "LFs") + " in " + what + " " + were(len(f.edits)) + " CR LF")
	default:
		b.WriteString(strconv.Itoa(len(f.edits)) + " of " + count(bytes.Count(before.bytes[l.BodyRange[0]:f.end], []byte("\n")), "LF", "LFs") + " in " + what + " " + were(len(f.edits)) + " CR or CR LF")
	}
	b.WriteString(": its DER length is " + strconv.Itoa(f.size) + ", " + count(given, "byte was", "bytes were") + " given")
	if agrees {
		b.WriteString("; Content-Length " + strconv.Itoa(v.length) + " agrees")
	}
	switch {
	case f.proof == proven:
		b.WriteString("; the signature then verifies")
		if f.open {
			b.WriteString("; of the bytes that it does not cover, some may be wrong still")
		}
	case f.choices > 1:
		n := strconv.Itoa(f.choices)
		if f.bounded {
			n = "more than " + n
		}
		b.WriteString("; the lengths leave " + n + " ways to choose, and nothing proves which is right")
	}
	return b.String()
}

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

// what calls a leaf by what it holds.
func (l leaf) what() string {
	what := "the DER object"
	switch {
	case strings.HasPrefix(strings.Replace(l.Type, "/x-", "/", 1), "application/pkcs7"), l.Type == "application/cms":
		what = "the CMS object"
	case l.Type == "application/pkix-cert":
		what = "the certificate"
	case l.Type == "application/pkcs8":
		what = "the private key"
	}
	if l.parent != nil {
		what += " of part " + l.path
	}
	return what
}
