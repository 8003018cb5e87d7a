// The WASM programs: one for each folder of wasm/.

package dist

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// program is one WASM program.
type program struct {
	name   string // of its folder under wasm/
	file   string // its stable name, for example "sipseal.wasm"
	hashed string // its name under assets/
	data   []byte
}

// stableNames are the file names of the programs.
var stableNames = map[string]string{"inspect": "sipseal.wasm", "craft": "sipseal-make.wasm"}

// programs builds every program.
func (b *output) programs() ([]program, error) {
	entries, err := os.ReadDir(filepath.Join(b.root, "wasm"))
	if err != nil {
		return nil, err
	}
	var out []program
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		p := program{name: e.Name(), file: stableNames[e.Name()]}
		if p.file == "" {
			p.file = p.name + ".wasm"
		}
		if p.data, err = BuildProgram(b.root, p.name, true); err != nil {
			return nil, err
		}
		p.hashed = hashed(p.file, p.data)
		if err := b.add("assets/"+p.hashed, p.data); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// noInlining keeps the functions of these packages, the project's own above all, from
// being copied into their callers, which in WASM, where every call can be resumed in
// its middle, costs a tenth of the program. Cryptography and the runtime, where the
// time goes, are inlined as ever.
var noInlining = []string{
	"github.com/sipseal/sipseal/...", "bytes", "compress/flate", "fmt", "os", "reflect",
	"slices", "sort", "strconv", "strings", "syscall", "syscall/js", "time",
}

// inlining are those of the project's own packages that are inlined all the same: they
// run for every value and every line of a large dump.
var inlining = []string{"github.com/sipseal/sipseal/internal/ber", "github.com/sipseal/sipseal/internal/asn1text"}

// BuildProgram compiles wasm/<name> and returns the WASM. Stripped, it is what is
// shipped; otherwise it has the names that the size report reads. Neither holds a
// path of this machine.
func BuildProgram(root, name string, stripped bool) ([]byte, error) {
	dir, err := os.MkdirTemp("", "sipseal-wasm-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, name+".wasm")
	flags := "-buildid="
	if stripped {
		flags += " -s -w"
	}
	mod, err := replaced(root, dir)
	if err != nil {
		return nil, err
	}
	overlay, err := withoutFloats(root, dir)
	if err != nil {
		return nil, err
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-modfile", mod, "-overlay", overlay, "-ldflags", flags, "-o", file}
	for _, p := range noInlining {
		args = append(args, "-gcflags="+p+"=-l")
	}
	for _, p := range inlining {
		args = append(args, "-gcflags="+p+"=")
	}
	cmd := exec.Command("go", append(args, "./wasm/"+name)...)
	cmd.Dir = root
	// GOFLAGS and GOWASM of the machine must not change what is built.
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOWASM=", "CGO_ENABLED=0")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("building wasm/%s: %w\n%s", name, err, stderr.String())
	}
	wasm, err := os.ReadFile(file)
	if err != nil || !stripped {
		return wasm, err
	}
	small, err := Strip(wasm)
	if errors.Is(err, errLayout) {
		// Another version of Go: larger, and as good.
		return wasm, nil
	}
	return small, err
}
