package web

import (
	"os"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// TestReadme holds the README's table of headers to the list that is served.
func TestReadme(t *testing.T) {
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range Headers {
		row := "| `" + h.Name + "` | `" + h.Value + "` | " + h.Files + " |"
		if !strings.Contains(string(text), row) {
			t.Errorf("the README does not have this row:\n%s", row)
		}
	}
	rows := strings.Count(string(text), "\n| `")
	if rows != len(Headers) {
		t.Errorf("the README's table has %d rows, and %d headers are served", rows, len(Headers))
	}
}
