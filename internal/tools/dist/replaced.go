// One file of a dependency that the programs are compiled with in another form.
//
// safejs makes errors of panics: with a stack trace, and by package fmt. That links fmt
// and reflect, a twentieth of the inspector, which is shipped without what stack
// traces need. Nothing else of safejs is changed, and tests run with it as it is.

package dist

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the file
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
)

const (
	catchModule = "github.com/hack-pad/safejs"
	catchFile   = "internal/catch/catch.go"
	// catchSum is the SHA-256 of the file that is replaced; another one is left as it is,
	// and the budget for the size tells.
	catchSum = "693473518b077e0e739bc51fc8ffeda3eb6f94d2f6799a118db42bbeeb34d93e"
)

//go:embed replaced/safejs_catch.go.txt
var catchInstead []byte

// replacedFolder is where the module is copied to, in the checkout: the path is part of
// what is built, and has to be the same everywhere.
const replacedFolder = ".cache/safejs"

// replaced copies the module into the checkout, with the file in its other form, and
// writes a go.mod that takes it from there into a folder. It returns the name of that.
func replaced(root, dir string) (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", catchModule)
	cmd.Dir = root
	out, err := cmd.Output()
	var module struct{ Dir string }
	if err == nil {
		err = json.Unmarshal(out, &module)
	}
	if err != nil {
		return "", fmt.Errorf("looking for %s: %w", catchModule, err)
	}
	copied := filepath.Join(root, filepath.FromSlash(replacedFolder))
	err = fs.WalkDir(os.DirFS(module.Dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || path.Ext(name) != ".go" && name != "go.mod" || strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := os.ReadFile(filepath.Join(module.Dir, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(data); name == catchFile && hex.EncodeToString(sum[:]) == catchSum {
			data = catchInstead
		}
		return writeChanged(filepath.Join(copied, filepath.FromSlash(name)), data)
	})
	if err != nil {
		return "", fmt.Errorf("copying %s: %w", catchModule, err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		return "", err
	}
	mod = fmt.Appendf(mod, "\nreplace %s => %q\n", catchModule, "./"+replacedFolder)
	if err := os.WriteFile(filepath.Join(dir, "go.sum"), sums, 0o644); err != nil {
		return "", err
	}
	name := filepath.Join(dir, "go.mod")
	return name, os.WriteFile(name, mod, 0o644)
}

// writeChanged writes a file that does not hold this already, in one step: several
// builds may run at the same time.
func writeChanged(name string, data []byte) error {
	if is, err := os.ReadFile(name); err == nil && bytes.Equal(is, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(name), ".part-")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err = part.Write(data); err == nil {
		err = part.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}
