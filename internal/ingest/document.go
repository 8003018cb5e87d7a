package ingest

// Documents: text with PEM blocks, ASN.1 dumps and archives in it, as RFCs have
// them, each with the caption above it.

import (
	"bytes"
	"encoding/base64"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/asn1text"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
)

// document knows text with PEM blocks (RFC 7468), dumps or archives in it.
func document(r *reader, source int, b []byte) bool {
	blocks, moreBlocks := pkix.FindPEM(b)
	if len(blocks) == 0 && !utf8.Valid(b) {
		return false
	}
	archives, moreArchives := findArchives(b)
	dumps, moreDumps := asn1text.FindDumps(b)
	if len(blocks)+len(archives)+len(dumps) == 0 {
		return false
	}
	r.more(source, "PEM blocks", limit.PEMBlocks, moreBlocks)
	r.more(source, "dumps", limit.Dumps, moreDumps)
	r.more(source, "archives without an end", limit.Unended, moreArchives)
	d := &doc{bytes: b, lines: splitLines(b)}
	d.furniture()
	found := len(blocks)
	for i := range blocks {
		p := &blocks[i]
		r.item(Item{Kind: KindPEM, Name: r.caption(d, source, p.Range[0]), Source: source, Range: p.Range})
		if p.Type == "CERTIFICATE" && len(r.mender.Certificates) < limit.ChainCandidates {
			if c, err := pkix.ParseCertificate(p.Bytes); err == nil {
				r.mender.Certificates = append(r.mender.Certificates, c)
			}
		}
	}
	if len(blocks) > 0 && (len(blocks) > 1 || d.pages > 0) {
		r.step(source, "pem", "found "+count(len(blocks), "PEM block", "PEM blocks"), blocks[0].Range[0], len(blocks))
	}
	if d.pages > 0 && found+len(archives)+len(dumps) > 0 {
		r.step(source, "page-breaks", "passed over "+count(d.pages, "page break", "page breaks")+" with the footers and headers of the pages", d.first, d.pages)
	}
	for _, a := range archives {
		out := d.base64(a)
		if len(out) == 0 {
			continue
		}
		if r.unpacked(source, out, "base64", "read "+count(len(out), "byte", "bytes")+" from the base64 of "+a.label, a.start, len(out)) {
			found++
		}
	}
	for _, span := range dumps {
		der, err := span.Undump(b)
		if err != nil || span.Values < 2 && len(blocks) == 0 && len(b) > 200 {
			continue
		}
		at, ok := r.add(source, der, r.caption(d, source, span.Start))
		if !ok {
			continue
		}
		r.step(source, "asn1-dump", "read "+count(len(der), "byte", "bytes")+" back from a dump of "+count(span.Values, "value", "values")+" in the style of "+style(span.Style), span.Start, len(der))
		r.taken(at)
		r.item(Item{Kind: KindASN1, Name: r.result.Sources[at].Name, Source: at, Range: [2]int{0, len(der)}})
		found++
	}
	if found == 0 {
		return false
	}
	r.between(source, b, blocks)
	return true
}

func style(s asn1text.Style) string {
	if s == asn1text.ASN1Parse {
		return "openssl asn1parse"
	}
	return "dumpasn1"
}

// between looks for SIP messages before, between and after PEM blocks: several
// things pasted together.
func (r *reader) between(source int, b []byte, blocks []pkix.PEMBlock) {
	at := 0
	for i := 0; i <= len(blocks); i++ {
		end := len(b)
		if i < len(blocks) {
			end = blocks[i].Range[0]
		}
		if at < end {
			from := emptyLines(b, at)
			if from < end && looksLikeSIP(b[from:end]) {
				r.messages(source, [2]int{from, end})
			}
		}
		if i < len(blocks) {
			at = blocks[i].Range[1]
		}
	}
}

// doc is a text by its lines.
type doc struct {
	bytes []byte
	lines []textLine
	skip  []bool // the line is a page's footer or header
	pages int
	first int // where the first page break is
}

// furniture marks the footers ("Name  Kind  [Page 7]") and, after them, the headers
// ("RFC 6216  Title  April 2011") of pages.
func (d *doc) furniture() {
	d.skip = make([]bool, len(d.lines))
	for i := range d.lines {
		text := bytes.TrimRight(d.lines[i].text(d.bytes), " \t\f")
		if !bytes.HasSuffix(text, []byte("]")) || !bytes.Contains(text, []byte("[Page ")) {
			continue
		}
		if d.pages == 0 {
			d.first = int(d.lines[i].start)
		}
		d.pages++
		d.skip[i] = true
		for j := i + 1; j < len(d.lines) && j <= i+5; j++ {
			text := bytes.Trim(d.lines[j].text(d.bytes), " \t\f")
			if len(text) == 0 {
				d.skip[j] = true
				continue
			}
			if bytes.HasPrefix(text, []byte("RFC ")) || bytes.HasPrefix(text, []byte("Internet-Draft")) || bytes.HasPrefix(text, []byte("INTERNET-DRAFT")) {
				d.skip[j] = true
			}
			break
		}
	}
}

// caption gives the words above the place at, or the source's name.
func (r *reader) caption(d *doc, source, at int) string {
	if c := d.caption(at); c != "" {
		return c
	}
	return r.result.Sources[source].Name
}

// Bounds of a caption: lines of the paragraph it is in, and bytes of its own.
const (
	captionLines = 12
	captionSize  = 200
)

// caption gives the last paragraph before the place at when it is short enough to be
// a caption, or else its first sentence, or the last when that ends in a colon. Of a command that writes a file from what
// follows ("cat > name <<EOF"), it gives the file's name.
func (d *doc) caption(at int) string {
	i := sort.Search(len(d.lines), func(i int) bool { return int(d.lines[i].next) > at }) - 1
	for blank := 0; i >= 0; i-- {
		text := bytes.Trim(d.lines[i].text(d.bytes), " \t\f")
		if d.skip[i] {
			continue
		}
		if len(text) > 0 {
			break
		}
		if blank++; blank > 60 {
			return ""
		}
	}
	var lines [][]byte
	for ; i >= 0 && len(lines) < captionLines; i-- {
		text := bytes.Trim(d.lines[i].text(d.bytes), " \t\f\r>")
		if d.skip[i] || len(text) == 0 || bytes.HasPrefix(text, []byte("-----")) || string(text) == "EOF" {
			break
		}
		lines = append(lines, text)
	}
	slices.Reverse(lines)
	text := string(bytes.Join(lines, []byte{' '}))
	if len(text) > captionSize {
		if strings.HasSuffix(text, ":") {
			text = strings.TrimSpace(text[strings.LastIndex(text, ". ")+1:])
		} else {
			text, _, _ = strings.Cut(text, ". ")
		}
	}
	text = strings.TrimRight(text, ": ")
	if _, rest, ok := strings.Cut(text, "> "); ok {
		if name, _, ok := strings.Cut(rest, " <<"); ok && !strings.Contains(name, " ") {
			text = name
		}
	}
	if len(text) > captionSize || !utf8.ValidString(text) {
		return ""
	}
	return text
}

// enclosure is a run of base64 between lines that say "-- BEGIN … --" and "-- END … --".
type enclosure struct {
	label      string
	start, end int // of the base64
}

// findArchives finds them. more is where one begins after limit.Unended that have no end,
// or -1.
func findArchives(b []byte) (all []enclosure, more int) {
	misses := 0 // each has looked through the rest
	for at := 0; at < len(b); {
		n := bytes.Index(b[at:], []byte("-- BEGIN "))
		if n < 0 {
			break
		}
		at += n
		line, _, ok := bytes.Cut(b[at:], []byte{'\n'})
		label, isMark := bytes.CutSuffix(bytes.TrimRight(line, " \r"), []byte(" --"))
		if !ok || !isMark || at > 0 && b[at-1] == '-' || len(label) > 100 {
			at += len("-- BEGIN ")
			continue
		}
		name := string(label[len("-- BEGIN "):])
		start := at + len(line) + 1
		end := bytes.Index(b[start:], []byte("-- END "+name))
		if end < 0 {
			if misses++; misses > limit.Unended {
				return all, at
			}
			at = start
			continue
		}
		all = append(all, enclosure{label: name, start: start, end: start + end})
		at = start + end
	}
	return all, -1
}

// base64 decodes an archive, over page breaks.
func (d *doc) base64(a enclosure) []byte {
	var clean []byte
	from := sort.Search(len(d.lines), func(i int) bool { return int(d.lines[i].start) >= a.start })
	for i := from; i < len(d.lines) && int(d.lines[i].start) < a.end; i++ {
		l := d.lines[i]
		if d.skip[i] {
			continue
		}
		text := bytes.Trim(d.bytes[l.start:min(int(l.end), a.end)], " \t\r\f")
		for _, c := range text {
			if !(c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '=') {
				text = nil
				break
			}
		}
		clean = append(clean, text...)
	}
	clean = bytes.TrimRight(clean, "=")
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}
