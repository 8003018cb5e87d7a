// The sizes of what is shipped, and their budgets: the one place for both.

package dist

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Budgets, in bytes of brotli.
const (
	BudgetWASM  = 1_000_000
	BudgetFront = 75_000 // script, style and markup that the page needs to be ready
	// BudgetSingle is for sipseal.html as it is: it is not served.
	BudgetSingle = 2_600_000
)

// Size is what one kind of file comes to.
type Size struct {
	Name   string `json:"name"`
	Raw    int    `json:"raw"`
	Brotli int    `json:"brotli"`
	Budget int    `json:"budget,omitempty"`
}

// loaded is a file under assets/ that a page names.
var loaded = regexp.MustCompile(`"assets/([^"]+)"`)

// Sizes adds up a folder that Build has built: what a visit to the page fetches
// before it is ready (the page, what it names, and the WASM), and apart from that the
// scripts and styles that are fetched on demand.
func Sizes(root, out string) ([]Size, error) {
	page, err := os.ReadFile(filepath.Join(out, "index.html"))
	if err != nil {
		return nil, err
	}
	atOnce := map[string]bool{}
	for _, m := range loaded.FindAllStringSubmatch(string(page), -1) {
		atOnce[m[1]] = true
	}
	markup, script, style := Size{Name: "markup"}, Size{Name: "script"}, Size{Name: "style"}
	later := Size{Name: "scripts and styles on demand"}
	wasm := Size{Name: "WASM", Budget: BudgetWASM}
	add := func(to *Size, name string) error {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		br, err := BrotliKept(root, data)
		to.Raw += len(data)
		to.Brotli += len(br)
		return err
	}
	if err := add(&markup, "index.html"); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(out, "assets"))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		name := e.Name()
		first := atOnce[name]
		to := &later
		switch ext := path.Ext(name); {
		case ext == ".wasm" && strings.HasPrefix(name, "sipseal-"+hashOf(name)):
			to = &wasm
		case ext != ".js" && ext != ".css":
			continue
		case first && ext == ".js":
			to = &script
		case first:
			to = &style
		}
		if err := add(to, "assets/"+name); err != nil {
			return nil, err
		}
	}
	front := Size{"markup, script and style", markup.Raw + script.Raw + style.Raw, markup.Brotli + script.Brotli + style.Brotli, BudgetFront}
	return []Size{markup, script, style, front, later, wasm}, nil
}

// hashOf is the part of an asset's name that stands for its content.
func hashOf(name string) string {
	name = strings.TrimSuffix(name, path.Ext(name))
	return name[strings.LastIndexByte(name, '-')+1:]
}
