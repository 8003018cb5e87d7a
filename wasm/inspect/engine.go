// What the calls do, in terms of the core's packages.

//go:build js && wasm

package main

import (
	"github.com/sipseal/sipseal/internal/asn1text"
	"github.com/sipseal/sipseal/internal/inspect"
)

// inspectBytes returns the report as JSON and the bytes of its sources.
func inspectBytes(input []byte, o inspect.Options) (string, [][]byte) {
	r := inspect.Inspect(input, o)
	return string(r.Report.AppendJSON(nil)), r.Sources
}

func dumpText(der []byte, style string, width int) string {
	return string(asn1text.Dump(der, asn1text.Options{Style: asn1text.Style(style), Width: width}))
}

func undumpText(text string) ([]byte, error) { return asn1text.Undump([]byte(text)) }
