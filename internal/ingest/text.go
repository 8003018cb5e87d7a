package ingest

// Recognisers of bytes written as text: encodings of characters, dumps, hex,
// base64, literals. Text that may be such a form is taken for it only when what it
// stands for makes sense, or when it is too long and regular to be anything else.

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/ingest/radix"
)

// unicodeText knows UTF-16 by its byte order mark, and takes that of UTF-8 away.
func unicodeText(r *reader, source int, b []byte) bool {
	if rest, ok := bytes.CutPrefix(b, []byte("\xef\xbb\xbf")); ok {
		return r.unpacked(source, rest, "byte-order-mark", "passed over the byte order mark of UTF-8", 0, 3)
	}
	var high int
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}):
		high = 1
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
	default:
		return false
	}
	if len(b)%2 == 1 {
		b = b[:len(b)-1]
	}
	units := make([]uint16, 0, len(b)/2)
	for i := 2; i < len(b); i += 2 {
		units = append(units, uint16(b[i+high])<<8|uint16(b[i+1-high]))
	}
	out := []byte(string(utf16.Decode(units)))
	return r.unpacked(source, out, "utf-16", "read "+count(len(units), "character", "characters")+" of UTF-16", 0, len(out))
}

// hexDumps knows the dumps of hexdump, xxd, od, Wireshark, tcpdump.
func hexDumps(r *reader, source int, b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	runs := radix.HexDumps(b)
	if len(runs) > 0 && r.packets(source, runs) {
		return true
	}
	for _, run := range runs {
		r.unpacked(source, run.Bytes, run.Code, run.Detail, run.Range[0], len(run.Bytes))
	}
	return len(runs) > 0
}

// hexDigits knows hex without offsets.
func hexDigits(r *reader, source int, b []byte) bool {
	run, ok := radix.Hex(b)
	return ok && (sensible(run.Bytes) || len(run.Bytes) >= 16 && !decimal(b)) && r.run(source, run)
}

// decimal reports whether the text has no hex digit beyond 9: it is numbers, then.
func decimal(b []byte) bool {
	return bytes.IndexFunc(b, func(c rune) bool { return c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == 'x' }) < 0
}

// base64Text knows base64 and base64url.
func base64Text(r *reader, source int, b []byte) bool {
	run, ok := radix.Base64(b)
	return ok && (sensible(run.Bytes) || len(run.Bytes) >= 48 && mixed(b)) && r.run(source, run)
}

// mixed reports whether text has capitals, small letters and digits: words of a
// language have not, or not without spaces.
func mixed(b []byte) bool {
	var upper, lower, digits, spaces int
	for _, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			upper++
		case c >= 'a' && c <= 'z':
			lower++
		case c >= '0' && c <= '9':
			digits++
		case c == ' ':
			spaces++
		}
	}
	return upper > len(b)/8 && lower > len(b)/8 && digits > len(b)/50 && spaces < len(b)/40
}

// literals knows string literals and their escapes.
func literals(r *reader, source int, b []byte) bool {
	run, ok := radix.Literal(b)
	if !ok || !sensible(run.Bytes) {
		return false
	}
	if !run.Broken {
		return r.run(source, run)
	}
	return !r.options.NoRepair && r.repaired(source, run.Bytes, run.Code, run.Detail+", in which lines break as they are", run.Range[0], len(run.Bytes))
}

// percent knows percent-encoding.
func percent(r *reader, source int, b []byte) bool {
	run, ok := radix.Percent(b)
	return ok && sensible(run.Bytes) && r.run(source, run)
}

// quotedPrintable knows a message all of which is quoted-printable: the start line
// already ends in an encoded CR.
func quotedPrintable(r *reader, source int, b []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimLeft(b, "\r\n"), []byte{'\n'})
	line = bytes.TrimRight(line, "\r ")
	if !bytes.HasSuffix(line, []byte("=0D=0A")) && !bytes.HasSuffix(line, []byte("=0D=0A=")) && !bytes.HasSuffix(line, []byte("=0D")) &&
		!bytes.HasSuffix(line, []byte("=")) && !bytes.HasSuffix(line, []byte("SIP/2=2E0")) {
		return false
	}
	run, ok := radix.QuotedPrintable(b)
	if !ok || !looksLikeSIP(run.Bytes) {
		return false
	}
	if !hasPrefixFold(line, "SIP/2.0 ") {
		return r.run(source, run) // no request line ends so
	}
	// A reason phrase may: this could be the message as it was received.
	if fits, holds := r.mender.Whole(b); fits || holds || r.options.NoRepair {
		return false
	}
	return r.repaired(source, run.Bytes, run.Code, run.Detail, run.Range[0], len(run.Bytes))
}

func (r *reader) run(source int, run radix.Run) bool {
	return r.unpacked(source, run.Bytes, run.Code, run.Detail, run.Range[0], len(run.Bytes))
}

// sensible reports whether bytes are something that would be inspected.
func sensible(b []byte) bool {
	if looksLikeSIP(b) || bytes.Contains(b, []byte("-----BEGIN ")) || hasMagic(b) || fieldsAtStart(b) || isPacket(b) {
		return true
	}
	if len(b) >= 8 && b[0] == 0x30 {
		tree := ber.ParseOne(b)
		return tree.Root().First().Ok() && (tree.Err() == nil || len(b) > 64)
	}
	return false
}

// fieldsAtStart reports whether b begins as a MIME entity does: with a field whose
// name begins with "Content-", or one of a mail.
func fieldsAtStart(b []byte) bool {
	for _, name := range []string{"Content-", "MIME-Version:", "Return-Path:", "Received:", "From: ", "Subject:"} {
		if hasPrefixFold(b, name) {
			return true
		}
	}
	return false
}
