package ingest

// Recognisers of what is inspected as it is: SIP, PEM, BER, MIME.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
)

// berValues knows BER by reading it: values that fill the input, of which the first is
// constructed, a primitive one that fills it alone, or a value that begins like every structure of CMS and X.509 and claims at least half
// of what is there. Text is left to the recognisers of text: a "0" followed by
// digits can be a valid value.
func berValues(r *reader, source int, b []byte) bool {
	if len(b) < 2 || isText(b) || b[0]&0x20 == 0 && (b[0] > ber.TagBMPString || !ber.Encapsulates(b)) {
		return false
	}
	tree := ber.ParseOne(b)
	root := tree.Root()
	if len(b) > limit.BERSize && begins(ber.ParseOne(b[:64]).Root().First()) {
		r.step(source, "too-large", "this looks like ASN.1, of which "+tree.Err().Error()+" are not read", 0, len(b))
		return true
	}
	if !root.Ok() {
		return false
	}
	padded := tree.Err() == nil && tree.End < len(b) && root.Is(ber.TagSequence) && begins(root.First()) && len(bytes.TrimLeft(b[tree.End:], "\x00")) == 0
	whole := tree.Err() == nil && (tree.End == len(b) || padded || ber.Parse(b[tree.End:]).Err() == nil)
	if !whole && (!root.Is(ber.TagSequence) || !begins(root.First()) || tree.End < len(b)/2) {
		return false
	}
	item := Item{Kind: KindASN1, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{0, len(b)}}
	if source == 0 {
		item.Tree = tree
	}
	if padding := len(b) - tree.End; padded {
		item.Range[1] = tree.End
		r.step(source, "zero-padding", strconv.Itoa(padding)+" zero bytes follow the object, as where room was left for it in a PDF document", tree.End, padding)
	}
	if r.options.NoRepair || padded || tree.Err() == nil && tree.End == len(b) {
		r.item(item)
	} else {
		r.mended(item, r.mender.DER(b, 0))
	}
	return true
}

// begins reports whether a SEQUENCE that is damaged further on may begin with v: all
// structures of CMS and X.509 begin with one of these.
func begins(v ber.Value) bool {
	return v.Is(ber.TagSequence) || v.Is(ber.TagSet) || v.Is(ber.TagInteger) || v.Is(ber.TagOID)
}

// mimeEntity knows a MIME entity or a mail by a Content-Type field among the
// fields at its start (RFC 2045 section 3).
func mimeEntity(r *reader, source int, b []byte) bool {
	start := 0
	if bytes.HasPrefix(b, []byte("From ")) { // the line before a mail in a mailbox (RFC 4155)
		start = bytes.IndexByte(b, '\n') + 1
	}
	if !fieldAmong(b[start:], "Content-Type:") {
		return false
	}
	item := Item{Kind: KindMIME, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{start, len(b)}}
	if r.options.NoRepair {
		r.item(item)
	} else {
		r.mended(item, r.mender.Entity(b[start:], start))
	}
	return true
}

// identityFields knows header fields of a SIP message that were cut out of one for the
// sake of an Identity field among them.
func identityFields(r *reader, source int, b []byte) bool {
	start := emptyLines(b, 0)
	if !fieldAmong(b[start:], "Identity:") && !fieldAmong(b[start:], "y:") {
		return false
	}
	r.untilPEM(source, KindFields, [2]int{start, len(b)})
	return true
}

// token knows a PASSporT, in full or compact, by its three parts of base64url; the
// parameters that an Identity field has after it may follow.
func token(r *reader, source int, b []byte) bool {
	start := len(b) - len(bytes.TrimLeft(b, " \t\r\n"))
	if !bytes.HasPrefix(b[start:], []byte("eyJ")) && !bytes.HasPrefix(b[start:], []byte("..")) {
		return false
	}
	text, _, _ := bytes.Cut(b[start:], []byte("-----BEGIN "))
	text, _, _ = bytes.Cut(text, []byte{';'})
	dots := 0
	for _, c := range text {
		switch {
		case c == '.':
			dots++
		case c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z', c == '-', c == '_', c == '=', c == ' ', c == '\t', c == '\r', c == '\n':
		default:
			return false
		}
	}
	if dots != 2 || len(text) < 40 {
		return false
	}
	r.untilPEM(source, KindToken, [2]int{start, len(b)})
	return true
}

// untilPEM adds an item that ends where PEM blocks begin: the certificate, say, that was
// pasted behind it.
func (r *reader) untilPEM(source int, kind string, span [2]int) {
	b := r.result.Sources[source].Bytes
	if n := bytes.Index(b[span[0]:], []byte("-----BEGIN ")); n >= 0 {
		span[1] = span[0] + n
	}
	r.item(Item{Kind: kind, Name: r.result.Sources[source].Name, Source: source, Range: span})
	r.after(source, b, span[1])
}

// fieldAmong reports whether b begins with header fields, one of which begins so.
func fieldAmong(b []byte, prefix string) bool {
	for at := 0; at < len(b); {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			end = len(b) - at
		}
		line := bytes.TrimRight(b[at:at+end], "\r")
		if hasPrefixFold(line, prefix) {
			return true
		}
		if startAt(line) >= 0 {
			return false // the time of day in a log looks like a field's name
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if colon := bytes.IndexByte(line, ':'); !folded && (colon <= 0 || !mime.IsToken(bytes.TrimRight(line[:colon], " \t"))) {
			return false
		}
		at += end + 1
	}
	return false
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

func hasPrefixFold(b []byte, s string) bool {
	return len(b) >= len(s) && bytes.EqualFold(b[:len(s)], []byte(s))
}
