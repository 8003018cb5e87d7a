// Command scenarios makes the test scenarios that ship with the site: those of RFC
// 6216 section 6 and of "The use of TLS in SIP" appendix A.
//
//	go run ./internal/tools/scenarios [folder]
package main

import (
	"slices"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

// born is when the certificates begin, as those of the demonstration set.
var born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func main() { exampleset.Main("scenarios", makeSet) }

func makeSet() (exampleset.Set, error) {
	// Short keys: the page holds all of it.
	all, files, err := craft.MakeKit(craft.KitOptions{Born: born, KeyType: "ECDSA P-256"})
	if err != nil {
		return exampleset.Set{}, err
	}
	set := exampleset.Set{Files: map[string][]byte{}, ScriptName: "scenarios.js", Script: script(all)}
	for _, f := range files {
		set.Files[f.Name] = f.Data // index.json among them
	}
	return set, nil
}

// script holds all files but the keys, which who plays the peer needs.
func script(all []craft.Scenario) exampleset.Script {
	var names []string
	for _, s := range all {
		names = slices.Concat(names, []string{s.Message}, s.Certificates, s.CRLs, s.Trust)
	}
	return exampleset.Script{
		About: "// The test scenarios as examples of the page.",
		Index: "scenarios",
		Names: names,
		Examples: `scenarios.map((s) => ({
  id: s.id,
  title: s.title,
  description: s.description + ' ' + s.outcome,
  message: 'scenarios/' + s.message,
  keys: [],
  certificates: named([...s.certificates, ...(s.crls ?? [])]),
  trust: named(s.trust),
  host: s.host,
  expect: s.expect,
}))`,
	}
}
