package dist

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// The runtime prints numbers with a fraction as it did when this was written, and the
// inspector is without what writes them.
func TestWithoutFloats(t *testing.T) {
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if _, err := withoutFloats(root, dir); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "print.go"))
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(got, []byte(`printstring("?")`)); n != 4 {
		t.Errorf("%d of the 4 functions that print numbers with a fraction were found", n)
	}
	wasm, err := BuildProgram(root, "inspect", false)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(wasm, []byte("internal_strconv.AppendInt")) && !bytes.Contains(wasm, []byte("internal/strconv.AppendInt")) {
		t.Error("no function has its name: this test finds nothing")
	}
	for _, name := range []string{"strconv.AppendFloat", "strconv.FormatFloat", "strconv.dboxFtoa64"} {
		if bytes.Contains(wasm, []byte(name)) {
			t.Errorf("%s is linked", name)
		}
	}
}
