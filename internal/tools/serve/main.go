// Serve builds the site and serves it on this machine, with the headers that the
// README recommends to hosts. A page that is loaded after a source has changed is
// built anew first; only the build at the start compresses.
//
//	go run ./internal/tools/serve [-port 8080]
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
	"github.com/sipseal/sipseal/internal/tools/web"
)

func main() {
	port := flag.Int("port", 8080, "port to listen on; the next free one is taken")
	quick := flag.Bool("quick", false, "neither minify nor compress")
	flag.Parse()
	if err := run(*port, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(port int, quick bool) error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	s := &site{root: root, out: filepath.Join(root, "dist")}
	s.built = time.Now()
	if err := dist.Build(root, s.out, dist.Options{Minify: !quick, Compress: !quick, Package: true}); err != nil {
		if !quick {
			return err
		}
		s.err = err
		fmt.Fprintln(os.Stderr, "build:", err)
	}
	l, err := web.Listen(port)
	if err != nil {
		return err
	}
	fmt.Printf("http://%s/\n", l.Addr())
	files := web.Handler(s.out, "/")
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ext := path.Ext(r.URL.Path); ext == "" || ext == ".html" {
			if err := s.refresh(); err != nil {
				w.Header().Set("Content-Type", "text/plain; charset=utf-8")
				w.WriteHeader(http.StatusInternalServerError)
				fmt.Fprintln(w, err)
				return
			}
		}
		files.ServeHTTP(w, r)
	}))
}

// site is the built site and when it was built.
type site struct {
	root, out string
	mu        sync.Mutex
	built     time.Time
	err       error
}

// refresh builds again if a source is newer than the last build.
func (s *site) refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := false
	for _, dir := range []string{"site", "js", "wasm", "internal", "testdata"} {
		err := filepath.WalkDir(filepath.Join(s.root, dir), func(_ string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if err == nil && info.ModTime().After(s.built) {
				changed = true
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	if changed {
		s.built = time.Now()
		s.err = dist.Build(s.root, s.out, dist.Options{})
		if s.err != nil {
			fmt.Fprintln(os.Stderr, "build:", s.err)
		} else {
			fmt.Printf("built again in %.1f s\n", time.Since(s.built).Seconds())
		}
	}
	return s.err
}
