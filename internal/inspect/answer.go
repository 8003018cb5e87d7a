package inspect

// The answer for the whole input: the summary of its only message, or a count of
// what it holds, or a sentence on what was given instead of something to inspect.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ingest"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/verdict"
)

func (x *inspection) answer(given *ingest.Result) report.Summary {
	r := x.report
	switch len(r.Messages) {
	case 0:
		return x.answerWithoutMessage(given)
	case 1:
		return *r.Messages[0].Summary
	}
	states := make([]string, len(r.Messages))
	for i := range r.Messages {
		states[i] = r.Messages[i].Summary.State
	}
	return AnswerTo(states)
}

// AnswerTo is the summary of an input with several messages, by the states of theirs.
func AnswerTo(messages []string) report.Summary {
	s := report.Summary{State: verdict.OfAll(messages)}
	states := map[string]int{}
	for _, state := range messages {
		states[state]++
	}
	counts := ""
	for _, state := range verdict.States() {
		if n := states[state]; n > 0 {
			if counts != "" {
				counts += ", "
			}
			counts += strconv.Itoa(n) + " " + state
		}
	}
	s.Clauses = []report.Clause{clause("messages",
		plural(len(messages), "message", "messages")+": "+counts+".",
		"count", strconv.Itoa(len(messages)), "states", counts)}
	finish(&s)
	return s
}

// answerWithoutMessage says what was given when there is no message in it.
func (x *inspection) answerWithoutMessage(given *ingest.Result) report.Summary {
	r := x.report
	s := report.Summary{State: report.StatePlain}
	// A certificate may have been given beside the input as well: what counts is that
	// the input holds it.
	certificates := 0
	for _, o := range r.Objects {
		if o.Kind == "certificate" {
			certificates++
		}
	}
	keys, locked := x.inputKeys, x.inputLocked
	var held []string
	if certificates > 0 {
		held = append(held, plural(certificates, "certificate", "certificates"))
	}
	if keys > 0 {
		held = append(held, plural(keys, "key", "keys"))
	}
	objects := 0
	for _, o := range r.Objects {
		if o.Kind != "certificate" {
			objects++
		}
	}
	if objects > 0 {
		held = append(held, plural(objects, "other ASN.1 object", "other ASN.1 objects"))
	}
	switch {
	case len(x.sources[0]) == 0:
		s.State = report.StateError
		s.Clauses = []report.Clause{clause("empty", "There is nothing here: paste a SIP message, or drop a file.")}
	case len(held) > 0:
		what := strings.Join(held, " and ")
		s.Clauses = []report.Clause{clause("no-message", "No message here, but "+what+".", "what", what)}
	default:
		s.State = report.StateError
		what := foreign(x.sources[0])
		if what == "" {
			s.Clauses = []report.Clause{clause("unknown", "This is nothing that can be inspected: no SIP message, no MIME entity, no ASN.1, and no text that stands for one.")}
			break
		}
		s.Clauses = []report.Clause{clause("foreign", "This is "+what+", not a SIP message.", "what", what)}
	}
	if locked > 0 {
		s.Clauses = append(s.Clauses, clause("locked", "A password is needed to open "+plural(locked, "key", "keys")+".", "count", strconv.Itoa(locked)))
	}
	finish(&s)
	return s
}

// foreign names a kind of file that people drop by mistake, by its first bytes.
func foreign(b []byte) string {
	for _, known := range []struct{ magic, name string }{
		{"\xff\xd8\xff", "a JPEG picture"},
		{"\x89PNG\r\n\x1a\n", "a PNG picture"},
		{"GIF8", "a GIF picture"},
		{"RIFF", "a RIFF file (WebP, WAV or AVI)"},
		{"%PDF-", "a PDF document"},
		{"PK\x03\x04", "a ZIP archive or an office document"},
		{"\x1f\x8b", "gzip data"},
		{"BZh", "bzip2 data"},
		{"\xfd7zXZ\x00", "XZ data"},
		{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
		{"\x7fELF", "an ELF program"},
		{"MZ", "a Windows program"},
		{"\x00asm", "a WebAssembly module"},
		{"ID3", "an MP3 file"},
		{"OggS", "an Ogg file"},
		{"\xd0\xcf\x11\xe0", "an old office document"},
		{"SQLite format 3\x00", "an SQLite database"},
		{"<!DOCTYPE html", "an HTML page"},
		{"<html", "an HTML page"},
		{"<?xml", "an XML document"},
		{"-----BEGIN OPENSSH PRIVATE KEY", "an OpenSSH private key, which S/MIME does not use"},
		{"-----BEGIN PGP", "an OpenPGP object, which S/MIME does not use"},
		{"ssh-", "an OpenSSH public key, which S/MIME does not use"},
	} {
		if bytes.HasPrefix(b, []byte(known.magic)) {
			return known.name
		}
	}
	if len(b) > 11 && string(b[4:8]) == "ftyp" {
		return "a video or picture file (MP4, HEIC or AVIF)"
	}
	return ""
}
