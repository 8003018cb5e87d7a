// How Go's runtime prints numbers with a fraction.
//
// It does so in one trace of the garbage collector, which GODEBUG would ask for. That it
// could links how such numbers are written, with tables of powers of ten that do not
// compress: 20 KB of what is shipped. The programs are compiled with a runtime that
// prints a question mark in their place.

package dist

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

// printedFloat is how the runtime prints one. In another version of Go that does it in
// another way nothing is found and nothing replaced, and the budget for the size tells.
var printedFloat = regexp.MustCompile(`\tvar buf \[\w+\]byte\n\tgwrite\(strconv\.Append(?:Float|Complex)\(.*\)\n`)

// withoutFloats writes the runtime's file in its other form into a folder, and a file for
// the flag -overlay of go build that says so. It returns the name of that.
func withoutFloats(root, dir string) (string, error) {
	cmd := exec.Command("go", "env", "GOROOT")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("looking for Go's runtime: %w", err)
	}
	file := filepath.Join(strings.TrimSpace(string(out)), "src", "runtime", "print.go")
	source, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	instead := filepath.Join(dir, "print.go")
	if err := os.WriteFile(instead, printedFloat.ReplaceAll(source, []byte("\tprintstring(\"?\")\n")), 0o644); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {file: instead}})
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	return name, os.WriteFile(name, overlay, 0o644)
}
