// Command identity makes the examples of identity by other means than S/MIME over a
// body, and of what goes with it: each mechanism intact, and with one thing changed.
//
//	go run ./internal/tools/identity [folder]
package main

import (
	"fmt"
	"slices"

	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

func main() { exampleset.Main("identity", makeSet) }

func makeSet() (exampleset.Set, error) {
	set := exampleset.Set{Files: map[string][]byte{}, ScriptName: "identity-examples.js"}
	p, err := makePeople(set.Files)
	if err != nil {
		return set, fmt.Errorf("making certificates: %w", err)
	}
	index, err := makeExamples(set.Files, p)
	if err != nil {
		return set, fmt.Errorf("making messages: %w", err)
	}
	set.Script = script(index)
	return set, set.Index(index)
}

// script holds the files that the page opens.
func script(index []exampleset.Example) exampleset.Script {
	var names []string
	for _, e := range index {
		names = slices.Concat(names, []string{e.Message}, e.Keys, e.Certificates, e.Trust)
	}
	return exampleset.Script{
		About: "// Examples of identity by other means than S/MIME over the body, each mechanism intact and\n// with one thing changed.",
		Index: "list",
		Names: names,
		Examples: `list.map((e) => ({
  ...e,
  message: 'identity/' + e.message,
  keys: named(e.keys),
  certificates: named(e.certificates),
  trust: named(e.trust),
}))`,
	}
}
