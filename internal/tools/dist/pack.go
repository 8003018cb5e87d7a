// Packing: files as text in a page, which js/single/assets.js reads: gzip in base64, as
// every browser unpacks it by itself.

package dist

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/evanw/esbuild/pkg/api"
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
// own, and the files behind it; compressed; in base64.
func (p *pack) text() (string, error) {
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
	packed, err := Gzip(append(append(index, '\n'), all...))
	return base64.StdEncoding.EncodeToString(packed), err
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
