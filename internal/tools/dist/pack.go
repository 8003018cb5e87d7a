// Packing: files as text in a page, which js/single/unpack.js reads.

package dist

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sipseal/sipseal/internal/tools/lzma"
)

// pack is what is to be packed, by name. The bundler adds to it from several places at
// a time.
type pack struct {
	mu    sync.Mutex
	files map[string][]byte
}

func (p *pack) add(name string, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.files[name] = data
}

// text returns them all as text: a list of names and sizes in JSON on a line of its
// own, and the files behind it; compressed; in base85.
func (p *pack) text(root string) (string, error) {
	var list [][2]any
	var all []byte
	for _, n := range slices.Sorted(maps.Keys(p.files)) {
		list = append(list, [2]any{n, len(p.files[n])})
		all = append(all, p.files[n]...)
	}
	index, err := json.Marshal(list)
	if err != nil {
		return "", err
	}
	all = append(append(index, '\n'), all...)
	packed, err := cached(root, "lzma", all, func() ([]byte, error) { return lzma.Encode(all), nil })
	if err != nil {
		return "", err
	}
	return base85(packed), nil
}

// base85 writes four bytes as five characters of those from "*" to "~", with "!" in
// place of "<"; n bytes at the end, fewer than four, as n+1.
func base85(data []byte) string {
	var out strings.Builder
	out.Grow(len(data)/4*5 + 5)
	for len(data) > 0 {
		var group [4]byte
		n := copy(group[:], data)
		data = data[n:]
		v := binary.BigEndian.Uint32(group[:])
		var digits [5]byte
		for i := range digits {
			digit := byte(v%85) + '*'
			if digit == '<' {
				digit = '!'
			}
			digits[4-i] = digit
			v /= 85
		}
		out.Write(digits[:n+1])
	}
	return out.String()
}

// packing puts the files that scripts import, messages and keys and lists of them, into
// the pack; the script waits for it.
func packing(root string, p *pack) api.Plugin {
	return api.Plugin{Name: "packing", Setup: func(build api.PluginBuild) {
		build.OnLoad(api.OnLoadOptions{Filter: `\.(sip|der|p7m|pem|txt|json)$`},
			func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				data, err := os.ReadFile(args.Path)
				if err != nil {
					return api.OnLoadResult{}, err
				}
				rel, err := filepath.Rel(root, args.Path)
				if err != nil {
					return api.OnLoadResult{}, err
				}
				name := filepath.ToSlash(rel)
				p.add(name, data)
				ext := filepath.Ext(name)
				form := "await packedText(%q)"
				switch {
				case ext == ".json":
					form = "JSON.parse(await packedText(%q))"
				case loaders[ext] == api.LoaderBinary:
					form = "await packedFile(%q)"
				}
				text := fmt.Sprintf("import { packedFile, packedText } from './js/single/assets.js';\nexport default "+form+";\n", name)
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS, ResolveDir: root}, nil
			})
	}}
}
