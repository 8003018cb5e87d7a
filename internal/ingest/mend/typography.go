package mend

// What web pages and mail clients make of plain text: typographic quotation marks,
// dashes, spaces that do not break, characters without width.

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ingest/lineend"
)

// plainFor gives the plain characters for a typographic one.
func plainFor(c rune) (string, bool) {
	switch c {
	case 0x201c, 0x201d, 0x201e, 0x201f, 0x2033:
		return `"`, true
	case 0x2018, 0x2019, 0x201a, 0x201b, 0x2032:
		return "'", true
	case 0xa0, 0x202f, 0x2007, 0x2009:
		return " ", true
	case 0x2010, 0x2011, 0x2012, 0x2013:
		return "-", true
	case 0x2014:
		return "--", true
	case 0x2026:
		return "...", true
	case 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff, 0xad:
		return "", true
	}
	return "", false
}

// anyTypography reports whether there is a typographic character in b.
func anyTypography(b []byte) bool {
	for i := 0; i < len(b); i++ {
		if b[i] < utf8.RuneSelf {
			continue
		}
		c, size := utf8.DecodeRune(b[i:])
		if _, ok := plainFor(c); ok {
			return true
		}
		i += size - 1
	}
	return false
}

// strict are the fields of headers whose grammar has no characters beyond ASCII outside
// of quoted strings. Others may hold any (RFC 3261 section 25.1: extension-header,
// TEXT-UTF8-TRIM, Reason-Phrase).
var strict = []string{
	"via", "v", "from", "f", "to", "t", "call-id", "i", "cseq", "contact", "m", "max-forwards", "route", "record-route",
	"content-type", "c", "content-length", "l", "content-encoding", "e", "content-disposition", "mime-version",
	"date", "expires", "min-expires", "timestamp", "require", "proxy-require", "supported", "k", "unsupported", "allow",
	"accept", "accept-encoding", "accept-language", "content-language", "priority", "in-reply-to", "reply-to",
	"authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "authentication-info",
	"identity", "y", "identity-info", "n", "refer-to", "r", "referred-by", "b", "event", "o", "p-asserted-identity",
	"content-transfer-encoding", "content-id",
}

// typography makes typographic characters plain again: in the fields of headers that
// have a grammar, and in the delimiters of multiparts; in text only when
// Content-Length or a signature then agrees.
func (j *job) typography(d *document) *document {
	if ascii(d.bytes) || !anyTypography(d.bytes) {
		return d
	}
	v := j.read(d)
	// A body that is as long as it should be is nobody's business.
	whole := v.length >= 0 && v.fits(d)
	var head, body []lineend.Edit
	var inHead []bool // for each edit of body
	inHeader, floor := true, 0
	for at := 0; at < len(d.bytes); {
		end, next := lineAt(d.bytes, at)
		line := d.bytes[at:end]
		if at >= v.body && floor == 0 {
			if inHeader, floor = false, at; whole {
				break
			}
		}
		structural := inHeader && structuredField(line) || !inHeader && (partField(line) || delimiterLike(line, v.entity.Params["boundary"]))
		for i := 0; i < len(line); {
			c, size := utf8.DecodeRune(line[i:])
			if plain, ok := plainFor(c); ok && c >= 0x80 && size > 1 {
				e := lineend.Edit{At: at + i, Remove: size, Insert: plain}
				if structural {
					head = append(head, e)
				}
				body, inHead = append(body, e), append(inHead, structural)
			}
			i += size
		}
		at = next
	}
	if len(body) == 0 {
		return d
	}
	all := body
	if floor > 0 { // of the fields in front only those with a grammar
		all = nil
		for i, e := range body {
			if e.At >= floor || inHead[i] {
				all = append(all, e)
			}
		}
	}
	given := j.worth(d)
	choice, why := head, "the grammar of header fields has no such characters"
	if len(all) > len(head) {
		if w := j.worth(d.edit(all)); w.better(j.worth(d.edit(head))) && w.better(given) {
			choice, why = all, "Content-Length then agrees"
			if w.proof == proven {
				why = "the signature then verifies"
			}
		}
	}
	if len(choice) == 0 || given.proof == proven {
		return d
	}
	next := d.edit(choice)
	j.repaired(d, "typography-undone", count(len(choice), "typographic character", "typographic characters")+" (quotation marks, dashes, spaces that do not break) made plain: "+why, choice[0].At, len(choice))
	return next
}

// worth looks how well a document fits with its line ends and objects repaired.
func (j *job) worth(d *document) candidate {
	trial := &job{mender: j.mender, isSIP: j.isSIP}
	for _, pass := range []func(*job, *document) *document{(*job).lineEnds, (*job).objects, (*job).ending} {
		d = pass(trial, d)
	}
	v := j.read(d)
	return candidate{document: d, fits: v.length >= 0 && v.fits(d), proof: j.proofOf(d, v)}
}

// structuredField reports whether a line of a header has a grammar of its own, and no
// quoted string in which such a character may be meant. A request line has one.
func structuredField(line []byte) bool {
	if bytes.HasSuffix(bytes.TrimRight(line, " \t"), []byte(" SIP/2.0")) {
		return true
	}
	name, _, _ := bytes.Cut(line, []byte{':'})
	lower := strings.ToLower(strings.TrimSpace(string(name[:min(len(name), 40)])))
	return slices.Contains(strict, lower) && bytes.IndexByte(line, '"') < 0
}

// partField reports whether a line in a body is a field of a part's header.
func partField(line []byte) bool {
	return len(line) > 8 && bytes.EqualFold(line[:8], []byte("content-"))
}

// delimiterLike reports whether a line is the delimiter of a multipart, of which two
// hyphens may have become a dash.
func delimiterLike(line []byte, boundary string) bool {
	if boundary == "" {
		return false
	}
	plain := strings.ReplaceAll(string(line[:min(len(line), 200)]), "\u2014", "--")
	for _, hyphen := range []string{"\u2013", "\u2010", "\u2011"} {
		plain = strings.ReplaceAll(plain, hyphen, "-")
	}
	return strings.HasPrefix(plain, "--"+boundary)
}
