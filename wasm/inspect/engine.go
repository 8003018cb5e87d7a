// What the calls do, in terms of the core's packages.

//go:build js && wasm

package main

import (
	"github.com/sipseal/sipseal/internal/asn1text"
	"github.com/sipseal/sipseal/internal/inspect"
)

// inspectBytes returns the report as JSON and the bytes of its sources, or what it has
// of them when it is one slice's.
func inspectBytes(input []byte, o inspect.Options) (string, [][]byte, *inspect.SliceResult) {
	r := inspect.Inspect(input, o)
	if r.Report == nil {
		return "", nil, r.Slice
	}
	return string(r.Report.AppendJSON(nil)), r.Sources, r.Slice
}

// answerTo is the summary of several messages by their states, as JSON.
func answerTo(states []string) string {
	s := inspect.AnswerTo(states)
	return string(s.AppendJSON(nil))
}

// dumpText returns text in memory that the next dump writes over.
func dumpText(der []byte, style string, width int) []byte {
	text := asn1text.DumpInto(dumpBuffer, der, asn1text.Options{Style: asn1text.Style(style), Width: width})
	if cap(text) <= keptSize {
		dumpBuffer = text
	}
	return text
}

var dumpBuffer []byte

func undumpText(text string) ([]byte, error) { return asn1text.Undump([]byte(text)) }
