// The WASM programs: one for each folder of wasm/.

package dist

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/sipseal/sipseal/internal/tools/shrink"
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
		form := Shrunk
		if b.o.Plain {
			form = Plain
		}
		var whyNot string
		if p.data, whyNot, err = BuildProgram(b.root, p.name, form); err != nil {
			return nil, err
		}
		if whyNot != "" && b.o.Note != nil {
			b.o.Note(p.file + " is larger than it could be: " + whyNot)
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

// programEnv is what decides the bytes of a program, whatever the environment and the file
// of "go env -w" say. The file counts where a variable is empty, so that none is: a flag
// that is given anyway, and the list of no experiments.
var programEnv = []string{
	"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=-trimpath", "GOEXPERIMENT=,", "GOFIPS140=off", "GOWORK=off",
}

// Form is how a program is built.
type Form int

// The forms of a program.
const (
	Shrunk Form = iota // as it is shipped (package shrink)
	Plain              // as Go links it, without symbols
	Named              // with the names that the size report reads
)

// BuildProgram compiles wasm/<name> and returns the WASM, which holds no path of this
// machine. Where it was to be shrunk and is not, whyNot says why.
func BuildProgram(root, name string, form Form) (wasm []byte, whyNot string, err error) {
	dir, err := os.MkdirTemp("", "sipseal-wasm-")
	if err != nil {
		return nil, "", err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, name+".wasm")
	flags := "-buildid="
	if form != Named {
		flags += " -s -w"
	}
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", file}
	for _, p := range noInlining {
		args = append(args, "-gcflags="+p+"=-l")
	}
	for _, p := range inlining {
		args = append(args, "-gcflags="+p+"=")
	}
	cmd := exec.Command("go", append(args, "./wasm/"+name)...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), programEnv...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return nil, "", fmt.Errorf("building wasm/%s: %w\n%s", name, err, stderr.String())
	}
	if wasm, err = os.ReadFile(file); err != nil || form != Shrunk {
		return wasm, "", err
	}
	version, err := goVersion(root)
	if err != nil {
		return nil, "", err
	}
	wasm, whyNot = shrink.Program(wasm, version)
	return wasm, whyNot, nil
}

// goVersion is the version of the Go that builds the checkout, "go1.26.8".
func goVersion(root string) (string, error) {
	cmd := exec.Command("go", "env", "GOVERSION")
	cmd.Dir = root
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go env GOVERSION: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}
