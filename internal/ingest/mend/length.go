package mend

// What is lost or wrong at the end: the last line end, the closing delimiter, a
// Content-Length that counts line ends otherwise.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
	"github.com/sipseal/sipseal/internal/sip"
)

// ending puts back what is missing at the end, when Content-Length says how much.
func (j *job) ending(d *document) *document {
	v := j.read(d)
	n := len(d.bytes) - v.body
	e := v.entity
	if e.IsMultipart() && len(e.Children) > 0 && !e.Closed {
		close := "--" + e.Boundary + "--"
		for _, end := range []string{"\r\n" + close + "\r\n", "\r\n" + close, close + "\r\n", close} {
			// Some of it may be there.
			for have := min(len(end)-1, n); have >= 0; have-- {
				if v.length >= 0 && v.length != n+len(end)-have || v.length < 0 && have < len(end)-4 || !bytes.HasSuffix(d.bytes, []byte(end[:have])) {
					continue
				}
				if have == 0 && bytes.HasPrefix([]byte(end), []byte("--")) && !bytes.HasSuffix(d.bytes, []byte("\n")) {
					continue
				}
				fixed := d.edit([]lineend.Edit{{At: len(d.bytes), Insert: end[have:]}})
				if nv := j.read(fixed); !nv.entity.Closed {
					continue
				}
				j.repaired(d, "boundary-restored", "the closing delimiter "+close+" put back at the end"+j.agrees(fixed), len(d.bytes), 1)
				return fixed
			}
		}
		return d
	}
	if v.length == n+2 && n > 0 && d.bytes[len(d.bytes)-1] != '\n' && !(leaf{Entity: e}).holdsDER(d.bytes) {
		fixed := d.edit([]lineend.Edit{{At: len(d.bytes), Insert: "\r\n"}})
		j.lastLineEnd(d, v.length)
		return fixed
	}
	return d
}

// lastLineEnd notes that the line end at the very end of d was put back.
func (j *job) lastLineEnd(d *document, length int) {
	j.repaired(d, "line-end-restored", "the last line end put back: Content-Length "+strconv.Itoa(length)+" then agrees", len(d.bytes), 1)
}

// textLF makes CR LF in text the LF that it was, when Content-Length counts it so and
// the frame of a multipart, which must have CR LF, shows that the rest was counted
// right, or a signature says so.
func (j *job) textLF(d *document) *document {
	v := j.read(d)
	n := len(d.bytes) - v.body
	if !j.isSIP || v.length <= 0 || v.length >= n || v.fits(d) {
		return d
	}
	var edits []lineend.Edit
	for _, l := range leaves(v.entity) {
		if !l.isText(d.bytes) {
			continue
		}
		for at := l.BodyRange[0]; at+1 < l.BodyRange[1]; at++ {
			if d.bytes[at] == '\r' && d.bytes[at+1] == '\n' {
				edits = append(edits, lineend.Edit{At: at, Remove: 1})
			}
		}
	}
	if len(edits) == 0 {
		return d
	}
	fixed := d.edit(edits)
	nv := j.read(fixed)
	p := j.proofOf(fixed, nv)
	if !nv.fits(fixed) || p != proven && (p == refuted || !v.entity.IsMultipart()) {
		return d
	}
	detail := count(len(edits), "CR LF", "CR LFs") + " in the text " + were(len(edits)) + " LF: Content-Length " + strconv.Itoa(v.length) + " counts " + plural(len(edits), "it", "them") + " so"
	if p == proven {
		detail += "; the signature then verifies"
	}
	j.repaired(d, "lf-restored", detail, edits[0].At, len(edits))
	return fixed
}

// contentLength corrects a Content-Length that counts the damage: somebody computed it
// when the damage was done. And one that is too small by the line ends of the body:
// somebody counted LF where CR LF stood. Left alone, either would cut the body.
func (j *job) contentLength(d *document) *document {
	v := j.read(d)
	n := len(d.bytes) - v.body
	if first := j.read(j.first); j.isSIP && d != j.first && v.length > 0 && first.length == v.length && !v.fits(d) && first.fits(j.first) {
		return j.correctLength(d, v.length, n, "it counts the damage that was repaired")
	}
	if !j.isSIP || v.length <= 0 || v.length >= n || v.fits(d) {
		return d
	}
	pairs := bytes.Count(d.bytes[v.body:], []byte("\r\n"))
	if pairs == 0 || n-v.length != pairs || startsMessage(d.bytes[v.body+v.length:]) {
		return d
	}
	return j.correctLength(d, v.length, n, "the difference is one for each of its "+count(pairs, "CR LF", "CR LFs"))
}

func (j *job) correctLength(d *document, said, n int, why string) *document {
	h := sip.Skim(d.bytes, [2]int{0, len(d.bytes)}).Field("Content-Length")
	if h == nil {
		return d
	}
	r := h.ValueRange
	fixed := d.edit([]lineend.Edit{{At: r[0], Remove: r[1] - r[0], Insert: strconv.Itoa(n)}})
	j.repaired(d, "content-length-corrected", "Content-Length says "+strconv.Itoa(said)+", the body has "+strconv.Itoa(n)+" bytes: "+why, r[0], 1)
	return fixed
}
