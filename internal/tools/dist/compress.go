// Compressed copies, for hosts that serve them in place of the file.

package dist

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// smallest is the size under which a compressed copy is not worth a file.
const smallest = 256

// compressible says whether a file of this name gains by compression.
func compressible(name string) bool {
	switch path.Ext(name) {
	case ".png", ".jpg", ".woff2", ".gz", ".br":
		return false
	}
	// A package folder is installed, not served.
	return !strings.HasPrefix(name, "npm/")
}

// compress adds a .br and a .gz for each file that gains by it.
func (b *output) compress() error {
	var names []string
	for _, n := range b.names() {
		if compressible(n) && len(b.files[n]) >= smallest {
			names = append(names, n)
		}
	}
	// The workers write to the map, so that what they read is taken from it first.
	data := map[string][]byte{}
	for _, n := range names {
		data[n] = b.files[n]
	}
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		first error
		todo  = make(chan string)
	)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for n := range todo {
				br, gz, err := compressed(b.root, data[n], qualityOf(n))
				mu.Lock()
				if err != nil && first == nil {
					first = err
				}
				if len(br) < len(data[n]) {
					b.files[n+".br"] = br
				}
				if len(gz) < len(data[n]) {
					b.files[n+".gz"] = gz
				}
				mu.Unlock()
			}
		})
	}
	for _, n := range names {
		todo <- n
	}
	close(todo)
	wg.Wait()
	return first
}

// compressed returns both forms.
func compressed(root string, data []byte, quality int) (br, gz []byte, err error) {
	br, err = cached(root, "br"+strconv.Itoa(quality), data, func() ([]byte, error) { return brotliAt(data, quality) })
	if err != nil {
		return nil, nil, err
	}
	gz, err = cached(root, "gz", data, func() ([]byte, error) { return Gzip(data) })
	return br, gz, err
}

// cached returns what compress makes of data, from the cache where it is in it. The
// cache is named by content, so it never has to be thought of.
func cached(root, form string, data []byte, compress func() ([]byte, error)) ([]byte, error) {
	sum := sha256.Sum256(data)
	file := filepath.Join(root, ".cache", "compressed", hex.EncodeToString(sum[:16])+"."+form)
	if out, err := os.ReadFile(file); err == nil {
		return out, nil
	}
	out, err := compress()
	if err != nil {
		return nil, err
	}
	// A cache that cannot be written is no reason to fail.
	_ = writeChanged(file, out)
	return out, nil
}

// BrotliKept is Brotli by way of the cache in the checkout at root.
func BrotliKept(root string, data []byte) ([]byte, error) {
	br, _, err := compressed(root, data, best)
	return br, err
}

// Qualities of brotli: best takes several seconds a megabyte, good a fraction of
// one, for 5% more.
const best, good = 11, 9

// qualityOf is best but for the large program that is fetched on demand.
func qualityOf(name string) int {
	if path.Ext(name) == ".wasm" && !strings.HasPrefix(name, "assets/sipseal-"+hashOf(name)) {
		return good
	}
	return best
}

// brotliAt compresses data (RFC 7932).
func brotliAt(data []byte, quality int) ([]byte, error) {
	var buf bytes.Buffer
	w := brotli.NewWriterOptions(&buf, brotli.WriterOptions{Quality: quality, LGWin: 24})
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// Gzip compresses data as well as can be, without a name or time in it.
func Gzip(data []byte) ([]byte, error) {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(data); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return buf.Bytes(), nil
}

// writeChanged writes a file that does not hold this already, in one step: several
// builds may run at the same time.
func writeChanged(name string, data []byte) error {
	if is, err := os.ReadFile(name); err == nil && bytes.Equal(is, data) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(name), ".part-")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	if _, err = part.Write(data); err == nil {
		err = part.Close()
	}
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), name)
}
