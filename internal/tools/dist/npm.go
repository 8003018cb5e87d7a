// The ES module as a package: at the top of the folder, where it shares the
// site's assets, and in npm/, where it stands alone.

package dist

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sipseal/sipseal/internal/version"
)

// manifest is a package.json. It has no scripts: nothing runs on installation.
type manifest struct {
	Name        string         `json:"name"`
	Version     string         `json:"version"`
	Description string         `json:"description"`
	Keywords    []string       `json:"keywords"`
	License     string         `json:"license"`
	Type        string         `json:"type"`
	Main        string         `json:"main"`
	Types       string         `json:"types"`
	Exports     map[string]any `json:"exports"`
	Files       []string       `json:"files,omitempty"`
	SideEffects []string       `json:"sideEffects"`
	Engines     any            `json:"engines"`
	Private     bool           `json:"private,omitempty"`
}

// packageFiles adds what makes the folder dir a package, after its scripts.
func (b *output) packageFiles(dir string, alone bool) error {
	for from, to := range map[string]string{
		"js/sipseal.d.ts":           "sipseal.d.ts",
		"js/sipseal-make.d.ts":      "sipseal-make.d.ts",
		"js/sipseal-inspector.d.ts": "sipseal-inspector.d.ts",
		"js/types.d.ts":             "types.d.ts",
		"LICENSE":                   "LICENSE",
	} {
		data, err := os.ReadFile(filepath.Join(b.root, from))
		if err != nil {
			return err
		}
		if err := b.add(path.Join(dir, to), data); err != nil {
			return err
		}
	}
	m := manifest{
		Name:        "sipseal",
		Version:     version.Version,
		Description: "Opens S/MIME-sealed SIP messages and says what is in them, who signed them, and whether that holds",
		Keywords:    []string{"sip", "s/mime", "cms", "pkcs7", "asn.1", "x.509", "rfc6216"},
		License:     "MIT",
		Type:        "module",
		Main:        "./sipseal.js",
		Types:       "./sipseal.d.ts",
		Exports: map[string]any{
			".":              map[string]string{"types": "./sipseal.d.ts", "default": "./sipseal.js"},
			"./make":         map[string]string{"types": "./sipseal-make.d.ts", "default": "./sipseal-make.js"},
			"./element":      map[string]string{"types": "./sipseal-inspector.d.ts", "default": "./" + elementName},
			"./package.json": "./package.json",
		},
		// What a bundler must not leave out: it defines the element.
		SideEffects: []string{"./" + elementName, "./assets/*"},
		Engines:     map[string]string{"node": ">=20"},
		Private:     !alone,
	}
	if alone {
		m.Exports["./worker.js"] = "./worker.js"
		for name := range b.files {
			inside, ok := strings.CutPrefix(name, dir+"/")
			if !ok || inside == "README.md" {
				continue
			}
			m.Files = append(m.Files, inside)
			if path.Ext(inside) == ".wasm" {
				m.Exports["./"+inside] = "./" + inside
			}
		}
		slices.Sort(m.Files)
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return b.add(path.Join(dir, "package.json"), append(data, '\n'))
}

// npm adds the package folder, and the licence notices there and at the top.
func (b *output) npm(programs []program) error {
	if err := b.npmModules(programs); err != nil {
		return err
	}
	worker, err := b.worker(programs)
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(b.root, "js", "README.md"))
	if err != nil {
		return err
	}
	notices, err := b.notices()
	if err != nil {
		return err
	}
	for name, data := range map[string][]byte{
		"npm/worker.js":            worker,
		"npm/README.md":            readme,
		"npm/THIRD_PARTY_LICENSES": notices,
		"THIRD_PARTY_LICENSES":     notices,
	} {
		if err := b.add(name, data); err != nil {
			return err
		}
	}
	for _, p := range programs {
		if err := b.add("npm/"+p.file, p.data); err != nil {
			return err
		}
	}
	return b.packageFiles("npm", true)
}

// npmModules adds the modules, and what they share or load on demand. They are all in
// one folder, so that a bundler finds the WASM and the worker by the same names from each
// of them.
func (b *output) npmModules(programs []program) error {
	o := b.options(programs, "")
	for _, m := range modules {
		o.EntryPointsAdvanced = append(o.EntryPointsAdvanced, api.EntryPoint{InputPath: m.entry, OutputPath: strings.TrimSuffix(m.name, ".js")})
	}
	o.EntryNames = "[name]"
	o.Splitting = true
	r, err := bundle(o)
	if err != nil {
		return err
	}
	for _, f := range r.OutputFiles {
		if err := b.add("npm/"+b.inOut(f.Path), f.Contents); err != nil {
			return err
		}
	}
	return nil
}
