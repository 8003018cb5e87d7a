// Package dist builds what is shipped: the static site and the ES module in one
// folder, and the module once more as an npm package. It needs Go and nothing
// else: scripts and styles are bundled by esbuild's Go package, and its warnings
// are errors.
//
// The folder:
//
//	index.html, …      the pages of site/, their references rewritten
//	assets/            scripts, styles and WASM, named by their content: immutable
//	sipseal.js, …      the ES module under stable names, with types and package.json
//	sw.js              the service worker
//	sipseal.html       the whole page in one file
//	npm/               the module as a package folder that stands alone
//	SHA256SUMS         the SHA-256 of every file, to compare a copy with
//	*.br, *.gz         the same files compressed, for hosts that serve them
//	THIRD_PARTY_LICENSES  notices of all that is bundled
//
// The same sources give the same bytes, in whatever folder they lie.
package dist

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

// Options say how much is done.
type Options struct {
	// Minify makes scripts and styles small; without it they are readable.
	Minify bool
	// Compress writes the .br and .gz beside each file. Brotli takes seconds a
	// megabyte; what was compressed once is kept in the checkout's .cache.
	Compress bool
	// Package adds what is not part of the hosted site: the npm folder, the licence
	// notices, the single file.
	Package bool
	// Plain leaves the programs as Go links them: larger, and the same otherwise.
	Plain bool
	// Before is put before every script: tests move the clock by it.
	Before string
	// Note is told what a person should know of the build; nil tells nobody.
	Note func(string)
}

// output is what one build has made so far: contents by slash-separated name.
type output struct {
	root  string // the checkout
	o     Options
	files map[string][]byte
	// program is the SHA-256 of the inspector's WASM, in hex.
	program string
}

// Build builds the checkout at root into the folder out, whose former contents go.
func Build(root, out string, o Options) error {
	b := &output{root: root, o: o, files: map[string][]byte{}}
	programs, err := b.programs()
	if err != nil {
		return err
	}
	for _, p := range programs {
		if p.name == "inspect" {
			b.program = fmt.Sprintf("%x", sha256.Sum256(p.data))
		}
	}
	if err := b.site(programs); err != nil {
		return err
	}
	if err := b.packageFiles("", false); err != nil {
		return err
	}
	if o.Package {
		if err := b.npm(programs); err != nil {
			return err
		}
		if err := b.singleFile(programs); err != nil {
			return err
		}
	}
	if err := b.serviceWorker(); err != nil {
		return err
	}
	if o.Compress {
		if err := b.compress(); err != nil {
			return err
		}
	}
	b.files[sums] = b.checksums()
	return b.write(out)
}

// sums is the list of the SHA-256 of all files, in the form that "sha256sum -c" reads.
const sums = "SHA256SUMS"

func (b *output) checksums() []byte {
	var list []byte
	for _, name := range b.names() {
		list = fmt.Appendf(list, "%x  %s\n", sha256.Sum256(b.files[name]), name)
	}
	return list
}

// hashed returns name with a hash of data before its extension:
// "app.js" → "app-K3J5Q7XA.js".
func hashed(name string, data []byte) string {
	sum := sha256.Sum256(data)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "-" + base32.StdEncoding.EncodeToString(sum[:5]) + ext
}

// copyTree adds the files below dir (from the checkout's root) under the name to.
func (b *output) copyTree(dir, to string) error {
	top := filepath.Join(b.root, dir)
	return filepath.WalkDir(top, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if os.IsNotExist(err) && p == top {
				return nil
			}
			return err
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(top, p)
		if err != nil {
			return err
		}
		return b.add(path.Join(to, filepath.ToSlash(rel)), data)
	})
}

// add adds a file; two of the same name are a mistake.
func (b *output) add(name string, data []byte) error {
	if old, ok := b.files[name]; ok && string(old) != string(data) {
		return fmt.Errorf("two different files are to be called %s", name)
	}
	b.files[name] = data
	return nil
}

// names returns the names of all files in order.
func (b *output) names() []string {
	var names []string
	for n := range b.files {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// write puts the files into out and removes what else is there. Files that are
// already as they should be are left alone.
func (b *output) write(out string) error {
	if err := b.clear(out); err != nil {
		return err
	}
	for _, name := range b.names() {
		p := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			return err
		}
		if old, err := os.ReadFile(p); err == nil && string(old) == string(b.files[name]) {
			continue
		}
		// A server may be reading: replaced in one step, never half written.
		tmp := p + ".new"
		if err := os.WriteFile(tmp, b.files[name], 0o644); err != nil {
			return err
		}
		if err := os.Rename(tmp, p); err != nil {
			return err
		}
	}
	return nil
}

// clear removes from out what this build did not make. bench.json is kept: the
// bench writes it there.
func (b *output) clear(out string) error {
	return filepath.WalkDir(out, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		rel, err := filepath.Rel(out, p)
		if err != nil || d.IsDir() || rel == "bench.json" {
			return err
		}
		if _, ok := b.files[filepath.ToSlash(rel)]; !ok {
			return os.Remove(p)
		}
		return nil
	})
}
