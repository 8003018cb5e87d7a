// Command identity makes the examples of identity by other means than S/MIME over a
// body: each mechanism intact, and with one thing changed.
//
//	go run ./internal/tools/identity [folder]
//
// The folder is testdata/identity unless another is named. Signatures are made with the
// standard library, so that they are a second opinion on what package identity reads.
// Every run makes fresh keys: the set is committed, and made again only when it should
// change.
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
	folder := filepath.Join("testdata", "identity")
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	files := map[string][]byte{}
	p, err := makePeople(files)
	if err != nil {
		log.Fatal(fmt.Errorf("making certificates: %w", err))
	}
	index, err := makeExamples(files, p)
	if err != nil {
		log.Fatal(fmt.Errorf("making messages: %w", err))
	}
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	files["index.json"] = append(text, '\n')
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

// example is an entry of index.json, as in testdata/demo.
type example struct {
	ID           string   `json:"id"`
	Title        string   `json:"title"`
	Description  string   `json:"description"`
	Message      string   `json:"message"`
	Keys         []string `json:"keys"`
	Certificates []string `json:"certificates"`
	Trust        []string `json:"trust"`
	At           string   `json:"at,omitempty"`
	// Expect is the state of the report's summary.
	Expect string `json:"expect"`
	// Mechanism, Verdict and Reason are those of the message's first identity of that
	// mechanism.
	Mechanism string `json:"mechanism,omitempty"`
	Verdict   string `json:"verdict,omitempty"`
	Reason    string `json:"reason,omitempty"`
}
