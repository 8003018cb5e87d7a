// The sizes of what is shipped, and their budgets: the one place for both.

package dist

import (
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Budgets, in bytes of brotli.
const (
	BudgetWASM  = 1_250_000
	BudgetFront = 60_000 // script, style and markup of the page together
	// BudgetSingle is for sipseal.html as it is: it is not served.
	BudgetSingle = 1_600_000
)

// Size is what one kind of file comes to.
type Size struct {
	Name   string `json:"name"`
	Raw    int    `json:"raw"`
	Brotli int    `json:"brotli"`
	Budget int    `json:"budget,omitempty"`
}

// Sizes adds up a folder that Build has built: what a visit to the page fetches.
func Sizes(root, out string) ([]Size, error) {
	var markup, script, style, wasm Size
	markup.Name, script.Name, style.Name, wasm.Name = "markup", "script", "style", "WASM"
	add := func(to *Size, name string) error {
		data, err := os.ReadFile(filepath.Join(out, filepath.FromSlash(name)))
		if err != nil {
			return err
		}
		br, err := BrotliKept(root, data)
		if err != nil {
			return err
		}
		to.Raw += len(data)
		to.Brotli += len(br)
		return nil
	}
	if err := add(&markup, "index.html"); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(out, "assets"))
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		var to *Size
		switch path.Ext(e.Name()) {
		case ".js":
			to = &script
		case ".css":
			to = &style
		case ".wasm":
			to = &wasm
			if !strings.HasPrefix(e.Name(), "sipseal-") {
				continue
			}
		default:
			continue
		}
		if err := add(to, "assets/"+e.Name()); err != nil {
			return nil, err
		}
	}
	wasm.Budget = BudgetWASM
	front := Size{"markup, script and style", markup.Raw + script.Raw + style.Raw, markup.Brotli + script.Brotli + style.Brotli, BudgetFront}
	return []Size{markup, script, style, front, wasm}, nil
}
