// The service worker: site/sw.js with the list of what it keeps.

package dist

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// kept says whether the service worker keeps the file: the pages and what they
// load, not what is there to be downloaded.
func kept(name string) bool {
	switch {
	case strings.HasPrefix(name, "assets/"):
		return true
	case strings.HasPrefix(name, "npm/"), name == "sipseal.html":
		return false
	}
	switch path.Ext(name) {
	case ".html", ".webmanifest", ".svg", ".png", ".ico":
		return true
	}
	return false
}

// onDemand says whether the service worker keeps the file only once it was asked for:
// the maker's program is larger than all the rest, and few want it.
func onDemand(name string) bool {
	return strings.HasPrefix(name, "assets/sipseal-make-") && path.Ext(name) == ".wasm"
}

// serviceWorker adds sw.js, if the site has one. It comes after everything that it
// keeps.
func (b *output) serviceWorker() error {
	if _, err := os.Stat(filepath.Join(b.root, "site", "sw.js")); err != nil {
		return nil
	}
	files, later := []string{}, []string{}
	all := sha256.New()
	for _, name := range b.names() {
		if kept(name) {
			if onDemand(name) {
				later = append(later, name)
			} else {
				files = append(files, name)
			}
			all.Write([]byte(name + "\x00"))
			sum := sha256.Sum256(b.files[name])
			all.Write(sum[:])
		}
	}
	list, err := json.Marshal(files)
	if err != nil {
		return err
	}
	listLater, err := json.Marshal(later)
	if err != nil {
		return err
	}
	o := b.options(nil, "")
	o.Define = map[string]string{
		"SITE_FILES":   string(list),
		"SITE_LATER":   string(listLater),
		"SITE_VERSION": `"` + hex.EncodeToString(all.Sum(nil)[:8]) + `"`,
	}
	script, err := b.single("site/sw.js", o)
	if err != nil {
		return err
	}
	return b.add("sw.js", script)
}
