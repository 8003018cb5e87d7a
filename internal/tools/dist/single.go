// The single file: sipseal.html, the whole page in one file that works from a disk
// without any server. There fetch and modules are refused, so that everything is
// inline: scripts and styles as text, workers as text that becomes a blob, and the WASM
// and the examples packed (pack.go). Its Content-Security-Policy is in the file and
// names the scripts and styles by their hashes.
//
// The html element gets the attribute data-single, by which styles and scripts can
// tell (links to other pages lead nowhere).

package dist

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

// singleAssets stands in place of js/assets.js.
const singleAssets = "export * from './single/assets.js';"

// In a page: a script, a style sheet, any other link.
var (
	scriptElement = regexp.MustCompile(`(?s)<script\s[^>]*\bsrc="([^"]*)"[^>]*>\s*</script>`)
	linkElement   = regexp.MustCompile(`<link\s[^>]*>\s*`)
	hrefValue     = regexp.MustCompile(`\bhref="([^"]*)"`)
	headStart     = regexp.MustCompile(`<meta charset="?utf-8"?\s*/?>`)
)

// singleFile adds sipseal.html, made from site/index.html.
func (b *output) singleFile(programs []program) error {
	pages, err := b.readPages()
	if err != nil {
		return err
	}
	for _, p := range pages {
		if p.name == "index.html" {
			html, err := b.inlined(p, programs)
			if err != nil {
				return fmt.Errorf("the single file: %w", err)
			}
			return b.add("sipseal.html", []byte(html))
		}
	}
	return nil
}

func (b *output) inlined(p page, programs []program) (string, error) {
	worker, err := b.worker(programs)
	if err != nil {
		return "", err
	}
	o := b.options(programs, singleAssets)
	files := &pack{files: map[string][]byte{}}
	o.Plugins = append(o.Plugins, packing(b.root, files))
	o.Loader = map[string]api.Loader{}
	for ext, l := range loaders {
		if l == api.LoaderFile {
			l = api.LoaderDataURL
		}
		o.Loader[ext] = l
	}
	var scripts, styles []string // their hashes, for the policy
	var problem error
	inline := func(ref, open, end string, hashes *[]string) string {
		e := b.entry(p, ref)
		if e == "" {
			problem = fmt.Errorf("there is no %s", ref)
			return ""
		}
		text, err := b.single(e, o)
		if err != nil {
			problem = err
			return ""
		}
		if strings.Contains(strings.ToLower(string(text)), "</script") || strings.Contains(strings.ToLower(string(text)), "</style") {
			problem = fmt.Errorf("%s holds the end of its own element", ref)
		}
		sum := sha256.Sum256(text)
		*hashes = append(*hashes, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
		return open + string(text) + end
	}
	html := linkElement.ReplaceAllStringFunc(b.withIcon(p, p.html), func(s string) string {
		m := hrefValue.FindStringSubmatch(s)
		switch {
		case m == nil || strings.HasPrefix(m[1], "data:"):
			return s
		case strings.Contains(s, `rel="stylesheet"`):
			return inline(m[1], "<style>", "</style>\n", &styles)
		}
		return "" // preloads, manifest: nothing to load
	})
	html = scriptElement.ReplaceAllStringFunc(html, func(s string) string {
		if strings.Contains(s, " async ") {
			return "" // the page's own script imports it: it is there to begin sooner
		}
		return inline(scriptElement.FindStringSubmatch(s)[1], `<script type="module">`, "</script>", &scripts)
	})
	if problem != nil {
		return "", problem
	}
	for _, prog := range programs {
		if prog.name == "inspect" {
			files.add(prog.file, prog.data)
		}
	}
	packed, err := files.text()
	if err != nil {
		return "", err
	}
	data := ""
	for _, t := range []struct{ id, text string }{
		{"sipseal-worker", string(worker)}, {"sipseal-packed", packed},
	} {
		if strings.Contains(strings.ToLower(t.text), "</script") {
			return "", fmt.Errorf("%s holds the end of its own element", t.id)
		}
		data += `<script type="text/plain" id="` + t.id + `">` + t.text + "</script>\n"
	}
	policy := "default-src 'none'; script-src 'wasm-unsafe-eval' " + strings.Join(scripts, " ") +
		"; style-src " + strings.Join(styles, " ") + "; img-src data: blob:; worker-src blob:; base-uri 'none'; form-action 'none'" +
		"; require-trusted-types-for 'script'; trusted-types sipseal"
	if len(styles) == 0 {
		policy = strings.Replace(policy, "style-src ", "style-src 'none'", 1)
	}
	quoted, err := json.Marshal(policy)
	if err != nil {
		return "", err
	}
	// JSON escapes what HTML would not need escaped; the policy has none of it.
	meta := `<meta http-equiv="Content-Security-Policy" content=` + string(quoted) + ">"
	if !headStart.MatchString(html) {
		return "", fmt.Errorf("site/%s has no <meta charset=\"utf-8\">, after which the policy goes", p.name)
	}
	html = headStart.ReplaceAllStringFunc(html, func(s string) string { return s + "\n" + meta })
	html = strings.Replace(html, "<html", "<html data-single", 1)
	// Before the scripts that read them: modules run after the whole page.
	if i := strings.LastIndex(html, "</body>"); i >= 0 {
		return html[:i] + data + html[i:], nil
	}
	return html + data, nil
}
