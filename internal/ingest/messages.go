package ingest

// SIP messages, one or several after one another, each repaired on its own.

import (
	"bytes"
	"strings"

	"github.com/sipseal/sipseal/internal/ingest/mend"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// sipMessages knows SIP messages by their start line (RFC 3261 section 7).
func sipMessages(r *reader, source int, b []byte) bool {
	if !looksLikeSIP(b) {
		return false
	}
	r.messages(source, [2]int{emptyLines(b, 0), len(b)})
	return true
}

// wholeMessages knows messages whose Content-Length leads to the end or to the next
// message, and whose header has no marks of a document or program in it: whatever their
// bodies hold belongs there.
func wholeMessages(r *reader, source int, b []byte) bool {
	if !looksLikeSIP(b) {
		return false
	}
	m := sip.Skim(b, [2]int{0, len(b)})
	if m.ContentLength < 0 || m.ContentLength > len(b)-m.Body[0] {
		return false
	}
	if next := emptyLines(b, m.Rest); next < len(b) && !looksLikeSIP(b[next:]) {
		return false
	}
	head := b[:m.Body[0]]
	for _, mark := range []string{"</hex>", "</allOneLine>", "</repeat>", "&lt;sip", "\x1b[", "\\\n", "\\\r\n", "=0D=0A"} {
		if bytes.Contains(head, []byte(mark)) {
			return false
		}
	}
	return sipMessages(r, source, b)
}

// messages adds the messages that follow one another in a range.
func (r *reader) messages(source int, span [2]int) {
	b := r.result.Sources[source].Bytes[:span[1]]
	name := r.result.Sources[source].Name
	at := span[0]
	for n := 0; at < len(b) && looksLikeSIP(b[at:]); n++ {
		if n >= limit.Messages {
			r.more(source, "messages", limit.Messages, at)
			return
		}
		next := r.nextMessage(source, b, at)
		r.message(source, [2]int{at, next}, name)
		at = next
	}
	r.after(source, b, at)
}

// after adds the PEM blocks that follow the last message: a key, say, that was pasted
// behind it.
func (r *reader) after(source int, b []byte, at int) {
	blocks, more := pkix.FindPEM(b[at:])
	if more >= 0 {
		r.more(source, "PEM blocks", limit.PEMBlocks, at+more)
	}
	for _, p := range blocks {
		r.item(Item{Kind: KindPEM, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{at + p.Range[0], at + p.Range[1]}})
	}
}

// message adds the message in a range of a source, repaired if need be.
func (r *reader) message(source int, span [2]int, name string) {
	b := r.result.Sources[source].Bytes
	item := Item{Kind: KindSIP, Name: name, Source: source, Range: span}
	if r.options.NoRepair {
		item.Range[1] = min(item.Range[1], sipEnd(b, span))
		r.item(item)
		return
	}
	r.mended(item, r.mender.SIP(b[span[0]:span[1]:span[1]], span[0]))
}

// mended adds an item as it is after its repairs.
func (r *reader) mended(item Item, m *mend.Mended) {
	source := item.Source
	for i := range m.Steps {
		m.Steps[i].Source = &source
	}
	r.result.Steps = append(r.result.Steps, m.Steps...)
	if !m.Changed {
		item.Range[1] = item.Range[0] + m.End
		r.item(item)
		return
	}
	r.size += len(m.Bytes)
	r.result.Sources = append(r.result.Sources, Source{Origin: report.OriginUnpacked, Bytes: m.Bytes, Parent: item.Source, Name: item.Name, repaired: true})
	item.Source, item.Tree = len(r.result.Sources)-1, nil
	item.Range = [2]int{0, len(m.Bytes)}
	r.item(item)
}

// sipEnd is where a message ends that is followed by nothing but line ends.
func sipEnd(b []byte, span [2]int) int {
	m := sip.Skim(b, span)
	if m.ContentLength >= 0 && len(bytes.Trim(b[m.Range[1]:span[1]], "\r\n")) == 0 {
		return m.Range[1]
	}
	return span[1]
}

// nextMessage is where the message after the one at at begins, or the end of b.
// Content-Length says so; where that leads to no message, as in a damaged one, a
// start line in a place where the body cannot go on is the next message.
func (r *reader) nextMessage(source int, b []byte, at int) int {
	m := sip.Skim(b, [2]int{at, len(b)})
	next := emptyLines(b, m.Rest)
	if m.ContentLength >= 0 && m.ContentLength <= len(b)-m.Body[0] && (next >= len(b) || looksLikeSIP(b[next:])) {
		return next
	}
	if m.ContentLength >= 0 && m.ContentLength <= len(b)-m.Body[0] && bytes.HasPrefix(b[next:], []byte("-----BEGIN ")) {
		return next
	}
	from := m.Body[0]
	contentType, _ := m.Value("Content-Type")
	value := mime.ParseValue(contentType)
	switch kind := value.Main; {
	case strings.HasPrefix(kind, "multipart/"):
		// Every message may look for its end anew: what that costs in all is bounded.
		if most := limit.EndSearch*len(b) + limit.TextSize; r.looked > most {
			r.step(source, "too-much", limit.More("bytes looked through for where messages end", most, -1)+": what follows is taken for one message", at, len(b)-at)
			return len(b)
		}
		close := []byte("--" + value.Params["boundary"] + "--")
		n := bytes.Index(b[from:], close)
		if n < 0 {
			r.looked += len(b) - from
			return len(b)
		}
		r.looked += n
		from += n + len(close)
	case kind == "message/sip", kind == "message/sipfrag":
		return len(b)
	}
	for from < len(b) {
		if startLine(b[from:]) || from > m.Body[0] && bytes.HasPrefix(b[from:], []byte("-----BEGIN ")) {
			return from
		}
		n := bytes.IndexByte(b[from:], '\n')
		if n < 0 {
			break
		}
		from += n + 1
	}
	return len(b)
}

// looksLikeSIP reports whether b begins with a message: with a start line whose
// Request-URI begins with a scheme, or after whose line a header field follows. Much
// of a log ends in "SIP/2.0" and is no start line.
func looksLikeSIP(b []byte) bool {
	if !sip.LooksLikeSIP(b) {
		return false
	}
	line, rest, _ := bytes.Cut(b[emptyLines(b, 0):], []byte{'\n'})
	if hasPrefixFold(line, "SIP/") {
		return true
	}
	if space := bytes.IndexAny(line, " \t"); space > 0 {
		uri := bytes.TrimLeft(line[space:], " \t<")
		if colon := bytes.IndexByte(uri, ':'); colon > 0 && isScheme(uri[:colon]) {
			return true
		}
	}
	colon := bytes.IndexByte(rest[:min(len(rest), 100)], ':')
	return colon > 0 && mime.IsToken(bytes.TrimRight(rest[:colon], " \t"))
}

// isScheme reports whether b is a scheme of a URI (RFC 3986 section 3.1).
func isScheme(b []byte) bool {
	for i, c := range b {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !letter && (i == 0 || (c < '0' || c > '9') && c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return len(b) > 0
}

// startLine reports whether b begins with a start line and, after it, a field.
func startLine(b []byte) bool {
	line, rest, ok := bytes.Cut(b[:min(len(b), limit.HeaderSize)], []byte{'\n'})
	if !ok || !bytes.Contains(line, []byte("SIP/")) || !looksLikeSIP(line) {
		return false
	}
	colon := bytes.IndexByte(rest, ':')
	return colon > 0 && mime.IsToken(bytes.TrimRight(rest[:colon], " \t"))
}

// emptyLines is the first place from at on that is not within an empty line.
func emptyLines(b []byte, at int) int {
	for at < len(b) && (b[at] == '\r' || b[at] == '\n') {
		at++
	}
	return at
}
