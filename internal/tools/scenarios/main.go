// Command scenarios makes the test scenarios that ship with the site: those of RFC
// 6216 section 6 and of "The use of TLS in SIP" appendix A.
//
//	go run ./internal/tools/scenarios [folder]
//
// The folder is testdata/scenarios unless another is named. Every run makes fresh
// keys: the set is committed, and made again only when it should change.
package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
)

// born is when the certificates begin, as those of the demonstration set.
var born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func main() {
	log.SetFlags(0)
	folder := filepath.Join("testdata", "scenarios")
	if len(os.Args) > 1 {
		folder = os.Args[1]
	}
	all, files, err := craft.MakeKit(craft.KitOptions{Born: born})
	if err != nil {
		log.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		log.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		log.Fatal(err)
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(folder, f.Name), f.Data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Printf("wrote %d scenarios in %d files to %s\n", len(all), len(files), folder)
}
