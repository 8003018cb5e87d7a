package dist

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// The file that is replaced is there, as it was when its other form was written, and
// that form has the same functions.
func TestReplaced(t *testing.T) {
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	_, err = replaced(root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(replacedFolder), filepath.FromSlash(catchFile)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, catchInstead) {
		t.Fatalf("%s of %s is another one now: write its other form anew", catchFile, catchModule)
	}
	cmd := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", catchModule)
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), filepath.FromSlash(catchFile)))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(was)) {
		if strings.HasPrefix(line, "func ") && !bytes.Contains(got, []byte(line)) {
			t.Errorf("there is no %s", line)
		}
	}
}
