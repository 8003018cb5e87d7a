// Scripts and styles, by esbuild.

package dist

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/sipseal/sipseal/internal/version"
)

// loaders say what an imported file becomes. Messages are bytes, keys and
// certificates in PEM are text.
var loaders = map[string]api.Loader{
	".sip":   api.LoaderBinary,
	".der":   api.LoaderBinary,
	".p7m":   api.LoaderBinary,
	".pem":   api.LoaderText,
	".txt":   api.LoaderText,
	".svg":   api.LoaderFile,
	".png":   api.LoaderFile,
	".woff2": api.LoaderFile,
}

// options are those that every bundle shares.
func (b *output) options(programs []program, assets string) api.BuildOptions {
	return api.BuildOptions{
		AbsWorkingDir:     b.root,
		Bundle:            true,
		Write:             false,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		Platform:          api.PlatformBrowser,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		Banner:            map[string]string{"js": b.o.Before},
		MinifyWhitespace:  b.o.Minify,
		MinifyIdentifiers: b.o.Minify,
		MinifySyntax:      b.o.Minify,
		Loader:            loaders,
		// Beside the other assets, and in no case under a name from outside.
		AssetNames: "[name]-[hash]",
		ChunkNames: "[name]-[hash]",
		EntryNames: "[name]-[hash]",
		Outdir:     filepath.Join(b.root, "dist", "assets"),
		LogLevel:   api.LogLevelSilent,
		Metafile:   true,
		// What js/build.js tells.
		Define:  map[string]string{"SIPSEAL_VERSION": strconv.Quote(version.Version), "SIPSEAL_PROGRAM": strconv.Quote(b.program)},
		Plugins: []api.Plugin{goLoader(), assetURLs(b.root, assets)},
	}
}

// goLoader resolves js/wasm_exec.js, which does not exist in the checkout, to the
// loader of the Go that builds the project, as a function of the global object
// that the program is to see.
func goLoader() api.Plugin {
	return api.Plugin{Name: "wasm_exec", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: `^\./wasm_exec\.js$`},
			func(api.OnResolveArgs) (api.OnResolveResult, error) {
				return api.OnResolveResult{Path: "wasm_exec.js", Namespace: "go"}, nil
			})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "go"},
			func(api.OnLoadArgs) (api.OnLoadResult, error) {
				root, err := goroot()
				if err != nil {
					return api.OnLoadResult{}, err
				}
				src, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
				if err != nil {
					return api.OnLoadResult{}, err
				}
				text := "export function loadGo(globalThis) {\nconst { fs } = globalThis;\n" + string(src) + "\nreturn globalThis.Go;\n}\n"
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
			})
	}}
}

func goroot() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// assetURLs puts text in place of js/assets.js, unless text is empty.
func assetURLs(root, text string) api.Plugin {
	file := filepath.Join(root, "js", "assets.js")
	return api.Plugin{Name: "assets", Setup: func(build api.PluginBuild) {
		if text == "" {
			return
		}
		build.OnLoad(api.OnLoadOptions{Filter: `assets\.js$`},
			func(args api.OnLoadArgs) (api.OnLoadResult, error) {
				if args.Path != file {
					return api.OnLoadResult{}, nil
				}
				return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, nil
			})
	}}
}

// assetModule is what stands in place of js/assets.js: the URLs of the hashed files,
// beside the script that imports it, and the text of the worker for the script that
// wants to have it at hand.
func assetModule(programs []program, worker string, workerText []byte) string {
	var s strings.Builder
	text, _ := json.Marshal(string(workerText)) // a string is always fit for JSON
	fmt.Fprintf(&s, "export const workerText = %s;\n", text)
	for _, p := range programs {
		name := p.name + "URL"
		if p.name == "inspect" {
			name = "wasmURL"
		}
		// A script that does not use the URL is not to hold it.
		fmt.Fprintf(&s, "export const %s = /* @__PURE__ */ new URL('./%s', import.meta.url);\n", name, p.hashed)
	}
	fmt.Fprintf(&s, "export const workerURL = new URL('./%s', import.meta.url);\n", worker)
	// The service worker lies beside the pages, one above assets/.
	s.WriteString("export const serviceWorkerURL = new URL('../sw.js', import.meta.url);\n")
	return s.String()
}

// bundle runs esbuild. Warnings are errors.
func bundle(o api.BuildOptions) (api.BuildResult, error) {
	r := api.Build(o)
	var errs []error
	for _, m := range append(r.Errors, r.Warnings...) {
		where := ""
		if m.Location != nil {
			where = fmt.Sprintf("%s:%d:%d: ", m.Location.File, m.Location.Line, m.Location.Column)
		}
		errs = append(errs, errors.New(where+m.Text))
	}
	return r, errors.Join(errs...)
}

// single bundles one entry into one script and returns it.
func (b *output) single(entry string, o api.BuildOptions) ([]byte, error) {
	o.EntryPoints = []string{entry}
	o.EntryNames = "[name]"
	r, err := bundle(o)
	if err != nil {
		return nil, err
	}
	if len(r.OutputFiles) != 1 {
		return nil, fmt.Errorf("%s became %d files in place of one", entry, len(r.OutputFiles))
	}
	return r.OutputFiles[0].Contents, nil
}

// worker bundles the worker's script, which serves as a module and as a classic
// script alike.
func (b *output) worker(programs []program) ([]byte, error) {
	o := b.options(programs, "")
	o.Format = api.FormatIIFE
	return b.single("js/worker.js", o)
}

// modules are the scripts that others import: the inspector, the maker of test
// certificates and messages, and the element. They are bundled in one go, because a
// page that uses two of them must have only one of what they share: its policy for
// Trusted Types cannot be made twice.
var modules = []struct{ entry, name string }{
	{"js/sipseal.js", "sipseal.js"},
	{"js/sipseal-make.js", "sipseal-make.js"},
	{"js/elements/element.js", elementName},
}

// elementName is the script of the element.
const elementName = "sipseal-inspector.js"

// inOut strips the folder that esbuild was told to write to.
func (b *output) inOut(p string) string {
	return path.Base(filepath.ToSlash(p))
}
