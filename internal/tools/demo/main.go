// Command demo makes the demonstration set that ships with the site: a CA, two
// users, and messages that show what can be sealed and what can go wrong.
//
//	go run ./internal/tools/demo [folder]
//
// The folder is testdata/demo unless another is named. Every run makes fresh keys:
// the set is committed, and made again only when it should change.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
)

func main() {
	log.SetFlags(0)
	folder := filepath.Join("testdata", "demo")
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	files, err := makeSet()
	if err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		log.Fatal(err)
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("wrote %d files to %s\n", len(files), folder)
}

// example is an entry of index.json: what the page offers in its menu.
type example struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	Message      string   `json:"message"`
	Keys         []string `json:"keys"`
	Certificates []string `json:"certificates"`
	Trust        []string `json:"trust"`
	At           string   `json:"at,omitempty"`
	// Expect is the state of the report's summary: what tests hold the example to.
	Expect string `json:"expect"`
}

// makeSet makes all files of the set, by name.
func makeSet() (map[string][]byte, error) {
	files := map[string][]byte{}
	people, err := makePeople(files)
	if err != nil {
		return nil, fmt.Errorf("making the demo users: %w", err)
	}
	index, err := makeMessages(files, people)
	if err != nil {
		return nil, fmt.Errorf("making the demo messages: %w", err)
	}
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return nil, err
	}
	files["index.json"] = append(text, '\n')
	return files, nil
}
