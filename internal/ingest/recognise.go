package ingest

// Recognisers of what is inspected as it is: SIP, PEM, BER, MIME.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/ber"
)

// berValues knows BER by reading it: a constructed value that fills the input, or
// one that begins like every structure of CMS and X.509 and claims at least half
// of what is there. Text is left to the recognisers of text: a "0" followed by
// digits can be a valid value.
func berValues(r *reader, source int, b []byte) bool {
	if len(b) < 2 || b[0]&0x20 == 0 || isText(b) {
		return false
	}
	tree := ber.ParseOne(b)
	root := tree.Root()
	if !root.Ok() {
		return false
	}
	whole := tree.Err() == nil && tree.End == len(b)
	if !whole && (!root.Is(ber.TagSequence) || !root.First().Ok() || tree.End < len(b)/2) {
		return false
	}
	item := Item{Kind: KindASN1, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{0, len(b)}}
	if r.options.NoRepair {
		r.item(item)
	} else {
		r.mended(item, r.mender.DER(b, 0))
	}
	return true
}

// mimeEntity knows a MIME entity or a mail by a Content-Type field among the
// fields at its start (RFC 2045 section 3).
func mimeEntity(r *reader, source int, b []byte) bool {
	for at := 0; at < len(b); {
		end := bytes.IndexByte(b[at:], '\n')
		if end < 0 {
			end = len(b) - at
		}
		line := bytes.TrimRight(b[at:at+end], "\r")
		if hasPrefixFold(line, "Content-Type:") {
			item := Item{Kind: KindMIME, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{0, len(b)}}
			if r.options.NoRepair {
				r.item(item)
			} else {
				r.mended(item, r.mender.Entity(b, 0))
			}
			return true
		}
		folded := len(line) > 0 && (line[0] == ' ' || line[0] == '\t')
		if !folded && bytes.IndexByte(line, ':') <= 0 {
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
