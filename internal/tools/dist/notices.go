// The licence notices of all code that is linked into the WASM: of Go itself and
// of each module, from where the go command keeps them.

package dist

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// licenceFile is what a file with a licence or its notices is called.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)(\.(md|txt))?$`)

func (b *output) notices() ([]byte, error) {
	modules, err := b.linkedModules()
	if err != nil {
		return nil, err
	}
	root, err := goroot()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	out.WriteString("Sipseal's WASM and scripts contain code of others, under the licences that follow.\n")
	section := func(title, dir string) error {
		texts, err := licences(dir)
		if err != nil {
			return fmt.Errorf("licence of %s: %w", title, err)
		}
		fmt.Fprintf(&out, "\n%s\n%s\n\n%s\n", strings.Repeat("=", 72), title, strings.Join(texts, "\n\n"))
		return nil
	}
	if err := section("The Go runtime and standard library, and its loader wasm_exec.js", root); err != nil {
		return nil, err
	}
	for _, m := range modules {
		if err := section(m.Path+" "+m.Version, m.Dir); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

type module struct {
	Path, Version, Dir string
	Main               bool
}

// linkedModules lists the modules of which a package is linked into any program.
func (b *output) linkedModules() ([]module, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=Module", "./wasm/...")
	cmd.Dir = b.root
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	cmd.Stderr = os.Stderr
	data, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	found := map[string]module{}
	for d := json.NewDecoder(bytes.NewReader(data)); ; {
		var p struct{ Module *module }
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
		if p.Module != nil && !p.Module.Main {
			found[p.Module.Path] = *p.Module
		}
	}
	var out []module
	for _, m := range found {
		out = append(out, m)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out, nil
}

// licences returns the texts of the licence files in dir.
func licences(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, e := range entries {
		if e.IsDir() || !licenceFile.MatchString(e.Name()) {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		texts = append(texts, strings.TrimSpace(string(data)))
	}
	if texts == nil {
		return nil, errors.New("no licence file in its folder")
	}
	return texts, nil
}
