// The pages: every .html below site/, with references to scripts and styles
// replaced by those to what became of them.
//
// In a page, as seen from its own folder:
//
//	<script type="module" src="app.js">    bundled; may be anywhere in the checkout
//	<link rel="stylesheet" href="a.css">   bundled
//	anything else                          is a page, lies in site/public, or is an error
//
// What lies in site/public is copied as it is, under the same names. site/sw.js is
// the service worker (serviceworker.go).

package dist

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// reference is an attribute that names another file.
var reference = regexp.MustCompile(`(<(?:script|link|img|source|iframe|a|sipseal-inspector)\b[^>]*?\s)(src|href)="([^"]*)"`)

// inline is what the Content-Security-Policy would stop.
var inline = regexp.MustCompile(`(?is)<script(?:\s[^>]*)?>\s*[^<\s]|<style\b|\sstyle\s*=\s*"|\son[a-z]+\s*=\s*"`)

// dataScript is a script element that holds data, which is allowed inline.
var dataScript = regexp.MustCompile(`(?is)<script\s[^>]*type="(?:application/[^"]*json|text/plain|importmap)"[^>]*>.*?</script>`)

// firstPage is the page that most visitors open first.
const firstPage = "index.html"

type page struct {
	name string // below site/, slash-separated
	html string
}

// site adds the pages and all that they use.
func (b *output) site(programs []program) error {
	pages, err := b.readPages()
	if err != nil {
		return err
	}
	if err := b.copyTree("site/public", ""); err != nil {
		return err
	}
	// The demonstration set, for the pages that show it and for those who try the
	// element.
	if err := b.copyTree("testdata/demo", "demo"); err != nil {
		return err
	}
	worker, err := b.worker(programs)
	if err != nil {
		return err
	}
	workerName := hashed("worker.js", worker)
	if err := b.add("assets/"+workerName, worker); err != nil {
		return err
	}

	// The scripts and styles of all pages are bundled in one go, so that they share
	// what they have in common; but those of the first page apart, so that what they
	// share with others does not lie in a dozen files, each of them a request.
	first, others := []string{}, []string{}
	for _, m := range modules {
		others = append(others, m.entry)
	}
	for _, p := range pages {
		entries := &others
		if p.name == firstPage {
			entries = &first
		}
		for _, m := range reference.FindAllStringSubmatch(p.html, -1) {
			if e := b.entry(p, m[3]); e != "" && !slices.Contains(*entries, e) {
				*entries = append(*entries, e)
			}
		}
	}
	made := map[string]map[string]string{} // by page or "": entry → name under assets/
	imports := map[string][]string{}
	for name, entries := range map[string][]string{firstPage: first, "": others} {
		slices.Sort(entries)
		if made[name], err = b.bundled(entries, programs, workerName, worker, imports); err != nil {
			return err
		}
	}
	for _, m := range modules {
		if err := b.add(m.name, []byte("export * from './assets/"+made[""][m.entry]+"';\n")); err != nil {
			return err
		}
	}
	for _, p := range pages {
		files := made[""]
		if p.name == firstPage {
			files = made[firstPage]
		}
		html, err := b.rewrite(p, pages, files, imports)
		if err != nil {
			return fmt.Errorf("site/%s: %w", p.name, err)
		}
		if err := b.add(p.name, []byte(html)); err != nil {
			return err
		}
	}
	return nil
}

// bundled bundles scripts and styles that share what they have in common. It gives the
// name of each under assets/, and notes what each output imports.
func (b *output) bundled(entries []string, programs []program, workerName string, worker []byte, imports map[string][]string) (map[string]string, error) {
	if len(entries) == 0 {
		return map[string]string{}, nil
	}
	o := b.options(programs, assetModule(programs, workerName, worker))
	o.EntryPoints = entries
	o.Splitting = true
	r, err := bundle(o)
	if err != nil {
		return nil, err
	}
	for _, f := range r.OutputFiles {
		if err := b.add("assets/"+b.inOut(f.Path), f.Contents); err != nil {
			return nil, err
		}
	}
	made, more, err := b.readMetafile(r.Metafile)
	maps.Copy(imports, more)
	return made, err
}

func (b *output) readPages() ([]page, error) {
	var pages []page
	top := filepath.Join(b.root, "site")
	err := filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, p)
		if err != nil {
			return err
		}
		if d.IsDir() && rel == "public" {
			return filepath.SkipDir
		}
		if d.IsDir() || filepath.Ext(p) != ".html" {
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		pages = append(pages, page{filepath.ToSlash(rel), string(data)})
		return nil
	})
	return pages, err
}

// entry returns the path from the checkout's root of a script or style that a
// page refers to, or "" when the reference is to something else.
func (b *output) entry(p page, ref string) string {
	if ext := path.Ext(ref); ext != ".js" && ext != ".css" || strings.Contains(ref, ":") {
		return ""
	}
	e := path.Join("site", path.Dir(p.name), ref)
	if _, err := os.Stat(filepath.Join(b.root, filepath.FromSlash(e))); err != nil {
		return ""
	}
	return e
}

// readMetafile returns the output of each entry, and what each output imports at
// once (not on demand).
func (b *output) readMetafile(meta string) (made map[string]string, imports map[string][]string, err error) {
	var m struct {
		Outputs map[string]struct {
			EntryPoint string
			Imports    []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(meta), &m); err != nil {
		return nil, nil, err
	}
	made, imports = map[string]string{}, map[string][]string{}
	for out, o := range m.Outputs {
		if o.EntryPoint != "" {
			made[o.EntryPoint] = b.inOut(out)
		}
		for _, i := range o.Imports {
			if i.Kind == "import-statement" {
				imports[b.inOut(out)] = append(imports[b.inOut(out)], b.inOut(i.Path))
			}
		}
	}
	return made, imports, nil
}

// rewrite replaces the references of a page and refuses what cannot work.
func (b *output) rewrite(p page, pages []page, made map[string]string, imports map[string][]string) (string, error) {
	if m := inline.FindString(dataScript.ReplaceAllString(p.html, "")); m != "" {
		return "", fmt.Errorf("an inline script, style or handler, which the Content-Security-Policy stops: %s", m)
	}
	up := strings.Repeat("../", strings.Count(p.name, "/"))
	var missing []string
	preloaded := map[string]bool{} // two scripts of a page may import the same
	html := reference.ReplaceAllStringFunc(p.html, func(s string) string {
		m := reference.FindStringSubmatch(s)
		before, attr, ref := m[1], m[2], m[3]
		target, rest := ref, ""
		if i := strings.IndexAny(ref, "?#"); i >= 0 {
			target, rest = ref[:i], ref[i:]
		}
		if target == "" || target == "./" || strings.Contains(target, ":") {
			return s
		}
		if e := b.entry(p, target); e != "" {
			out := made[e]
			new := before + attr + `="` + up + "assets/" + out + rest + `"`
			// What a script imports is fetched at the same time as the script.
			for _, i := range imports[out] {
				if preloaded[i] {
					continue
				}
				preloaded[i] = true
				new = `<link rel="modulepreload" href="` + up + "assets/" + i + `">` + new
			}
			return new
		}
		name := path.Join(path.Dir(p.name), target)
		if strings.HasSuffix(target, "/") {
			name = path.Join(name, "index.html")
		}
		isPage := slices.ContainsFunc(pages, func(q page) bool { return q.name == name })
		if _, ok := b.files[name]; !ok && !isPage && !stable[name] {
			missing = append(missing, ref)
		}
		return s
	})
	if missing != nil {
		return "", fmt.Errorf("there is no %s", strings.Join(missing, ", no "))
	}
	return b.withIcon(p, html), nil
}

// withIcon puts a page's icon into the page: a browser asks for it again whenever the
// address changes, and a page is to ask for nothing once it is there.
func (b *output) withIcon(p page, html string) string {
	return linkElement.ReplaceAllStringFunc(html, func(s string) string {
		m := hrefValue.FindStringSubmatch(s)
		if m == nil || !strings.Contains(s, `rel="icon"`) || path.Ext(m[1]) != ".svg" {
			return s
		}
		icon, ok := b.files[path.Join(path.Dir(p.name), m[1])]
		if !ok {
			return s
		}
		return strings.Replace(s, m[0], `href="data:image/svg+xml;base64,`+base64.StdEncoding.EncodeToString(icon)+`"`, 1)
	})
}

// stable are files that a page may refer to by name and that are made after it.
var stable = map[string]bool{
	"sipseal.js": true, elementName: true, "sipseal.html": true, "sipseal.d.ts": true, "sipseal-make.d.ts": true, "sipseal-inspector.d.ts": true, "THIRD_PARTY_LICENSES": true, "LICENSE": true,
}
