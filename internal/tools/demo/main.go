// Command demo makes the demonstration set that ships with the site: a CA, two
// users, and messages that show what can be sealed and what can go wrong.
//
//	go run ./internal/tools/demo [folder]
package main

import (
	"fmt"

	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

func main() { exampleset.Main("demo", makeSet) }

func makeSet() (exampleset.Set, error) {
	set := exampleset.Set{Files: map[string][]byte{}}
	people, err := makePeople(set.Files)
	if err != nil {
		return set, fmt.Errorf("making the demo users: %w", err)
	}
	index, err := makeMessages(set.Files, people)
	if err != nil {
		return set, fmt.Errorf("making the demo messages: %w", err)
	}
	return set, set.Index(index)
}
