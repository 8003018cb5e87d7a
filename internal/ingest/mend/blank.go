package mend

// The empty line between header and body: missing, doubled, or after every line.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
	"github.com/sipseal/sipseal/internal/mime"
)

// lineAt is where the line at at ends, and where the next begins.
func lineAt(b []byte, at int) (end, next int) {
	n := bytes.IndexByte(b[at:], '\n')
	if n < 0 {
		return len(b), len(b)
	}
	end = at + n
	if end > at && b[end-1] == '\r' {
		end--
	}
	return end, at + n + 1
}

// isField reports whether a line is a header field.
func isField(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	return colon > 0 && mime.IsToken(bytes.TrimRight(line[:colon], " \t"))
}

// spaced takes out the empty line after every line that some programs put there.
func (j *job) spaced(d *document) *document {
	if !j.isSIP {
		return d
	}
	b := d.bytes
	var edits []lineend.Edit
	fields := 0
	for at, i := 0, 0; at < len(b); i++ {
		end, next := lineAt(b, at)
		empty := end == at
		switch {
		case i%2 == 1 && !empty:
			return d
		case i%2 == 1:
			edits = append(edits, lineend.Edit{At: at, Remove: next - at})
		case i > 0 && fields == i/2-1 && isField(b[at:end]):
			fields++
		}
		at = next
	}
	if fields < 2 {
		return d
	}
	next := d.edit(edits)
	j.repaired(d, "blank-lines-removed", count(len(edits), "empty line", "empty lines")+" taken out, one after each line"+j.agrees(next), edits[0].At, len(edits))
	return next
}

// separator puts the empty line between header and body back, or takes a second one
// away, where Content-Length or the body's own beginning says so.
func (j *job) separator(d *document) *document {
	if !j.isSIP {
		return d
	}
	v := j.read(d)
	b := d.bytes
	// A second empty line: without it, Content-Length agrees. A multipart may well begin
	// with an empty line, and a file end in one, but other bodies hardly do both.
	exact := !v.entity.IsMultipart() && v.length == len(b)-v.body-2
	if v.length > 0 && (exact || !v.fits(d)) && v.body < len(b) {
		if end, next := lineAt(b, v.body); end == v.body {
			fixed := d.edit([]lineend.Edit{{At: v.body, Remove: next - v.body}})
			if nv := j.read(fixed); nv.fits(fixed) {
				j.repaired(d, "blank-line-removed", "a second empty line between header and body taken out: Content-Length "+strconv.Itoa(v.length)+" then agrees", v.body, 1)
				return fixed
			}
		}
	}
	// A line in the header with which the body begins.
	head := b[:v.body]
	_, at := lineAt(b, 0)
	for at < len(head) {
		end, next := lineAt(head, at)
		line := head[at:end]
		if len(line) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' && !isField(line) {
			fixed := d.edit([]lineend.Edit{{At: at, Insert: "\r\n"}})
			nv := j.read(fixed)
			why := ""
			switch {
			case nv.length > 0 && nv.fits(fixed):
				why = "Content-Length " + strconv.Itoa(nv.length) + " then agrees"
			case nv.entity.IsMultipart() && nv.entity.Boundary != "" && bytes.HasPrefix(line, []byte("--"+nv.entity.Boundary)):
				why = "the delimiter of the multipart stands directly after the header"
			case len(line) > 4 && line[0] == 0x30 && line[1] >= 0x80 && line[1] <= 0x84:
				why = "a DER object stands directly after the header"
			}
			if why != "" {
				j.repaired(d, "blank-line-restored", "the empty line between header and body put back: "+why, at, 1)
				return fixed
			}
			break
		}
		at = next
	}
	return d
}
