package mend

// Bytes that went through a charset: a binary message that was shown as Latin-1 or
// Windows-1252 and pasted comes as UTF-8, which can be turned back; one that was
// shown as UTF-8 has lost its bytes above 127 to U+FFFD, which cannot.

import (
	"bytes"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/ingest/lineend"
)

// windows1252 are the characters of Windows-1252 for the bytes from 0x80 on that
// Latin-1 has no characters for (https://encoding.spec.whatwg.org/windows-1252).
var windows1252 = [32]rune{
	0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
}

// latin1 turns UTF-8 back into the bytes that were shown as these characters, if the
// message then makes sense and did not before.
func (j *job) latin1(d *document) *document {
	b := d.bytes
	if ascii(d.bytes) || !utf8.Valid(b) {
		return d
	}
	first := bytes.IndexFunc(b, func(c rune) bool { return c >= 0x80 })
	var edits []lineend.Edit
	windows := false
	for i := first; i < len(b); {
		c, size := utf8.DecodeRune(b[i:])
		if c >= 0x80 {
			out := byte(0)
			if c <= 0xff {
				out = byte(c)
			}
			for k, w := range windows1252 {
				if w == c && c > 0xff {
					out, windows = byte(0x80+k), true
				}
			}
			if out == 0 {
				return d
			}
			edits = append(edits, lineend.Edit{At: i, Remove: size, Insert: string([]byte{out})})
		}
		i += size
	}
	next := d.edit(edits)
	before, after := j.sense(d), j.sense(next)
	why := ""
	switch {
	case after.object && !before.object:
		why = "the lengths in the DER then fit"
	case after.fits && !before.fits && !before.object:
		// The same characters come from web pages, in place of plain ones.
		trial := &job{mender: j.mender, isSIP: j.isSIP}
		if plain := trial.typography(d); plain != d && j.sense(plain).fits {
			return d
		}
		why = "Content-Length then agrees"
	default:
		return d
	}
	charset := "Latin-1"
	if windows {
		charset = "Windows-1252"
	}
	j.repaired(d, "latin1-restored", count(len(edits), "character", "characters")+" of UTF-8 turned back into the bytes that they are in "+charset+": "+why, first, len(edits))
	return next
}

// sense is how much sense a document makes.
type sense struct {
	fits   bool // Content-Length agrees
	object bool // a leaf holds a whole DER object
}

// sense looks at a document as it would be with its line ends restored.
func (j *job) sense(d *document) sense {
	trial := &job{mender: j.mender, isSIP: j.isSIP}
	for _, pass := range []func(*job, *document) *document{(*job).doubled, (*job).lineEnds, (*job).objects} {
		d = pass(trial, d)
	}
	v := j.read(d)
	var s sense
	s.fits = v.length >= 0 && v.fits(d)
	for _, l := range leaves(v.entity) {
		if !l.holdsDER(d.bytes) {
			continue
		}
		given := d.bytes[l.BodyRange[0]:l.BodyRange[1]]
		if tree := ber.ParseOne(given); tree.Err() == nil && len(given) > 20 && onlyLineEnds(given[tree.End:]) {
			s.object = true
		}
	}
	return s
}

var replacement = []byte("\xef\xbf\xbd")

// replaced says where bytes were lost to U+FFFD: in what should be binary.
func (j *job) replaced(d *document) *document {
	if !bytes.Contains(d.bytes, replacement) {
		return d
	}
	v := j.read(d)
	for _, l := range leaves(v.entity) {
		r := l.BodyRange
		n := bytes.Count(d.bytes[r[0]:r[1]], replacement)
		if n == 0 || !derType(l.Type) && l.Encoding != "binary" && !bytes.HasPrefix(d.bytes[r[0]:r[1]], append([]byte("0"), replacement...)) {
			continue
		}
		at := r[0] + bytes.Index(d.bytes[r[0]:r[1]], replacement)
		j.note(d, "replacement-characters", count(n, "byte", "bytes")+" above 127 in "+l.what()+" "+were(n)+
			" replaced by U+FFFD when the binary was taken for text: nothing can restore them. Open the file instead of pasting it", at, n)
	}
	return d
}
