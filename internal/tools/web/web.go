// Package web serves dist/ as a good static host would: right types, the
// recommended headers, compressed copies where the client takes them.
package web

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
)

// types are the media types by extension; what a machine's own table says does
// not matter.
var types = map[string]string{
	".html":        "text/html; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".json":        "application/json",
	".webmanifest": "application/manifest+json",
	".wasm":        "application/wasm",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".ico":         "image/x-icon",
	".woff2":       "font/woff2",
	".txt":         "text/plain; charset=utf-8",
	".md":          "text/markdown; charset=utf-8",
	".ts":          "text/plain; charset=utf-8",
	".pem":         "text/plain; charset=utf-8",
	".sip":         "application/octet-stream",
}

// Handler serves the folder dir under the path prefix base ("/", "/some/sub/path/").
func Handler(dir, base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name, ok := strings.CutPrefix(path.Clean(r.URL.Path), strings.TrimSuffix(base, "/"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		// Clean has removed every "..", so that the name cannot leave the folder.
		name = strings.TrimPrefix(name, "/")
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(name)))
		if err == nil && info.IsDir() {
			if !strings.HasSuffix(r.URL.Path, "/") {
				http.Redirect(w, r, r.URL.Path+"/", http.StatusMovedPermanently)
				return
			}
			name = path.Join(name, "index.html")
		}
		serveFile(w, r, dir, name)
	})
}

func serveFile(w http.ResponseWriter, r *http.Request, dir, name string) {
	h := w.Header()
	setHeaders(h, name)
	data, etag, encoding, err := read(filepath.Join(dir, filepath.FromSlash(name)), r.Header.Get("Accept-Encoding"))
	if err != nil {
		h.Set("Cache-Control", "no-store")
		if errors.Is(err, os.ErrNotExist) {
			http.Error(w, "there is no "+name, http.StatusNotFound)
		} else {
			http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		}
		return
	}
	t := types[path.Ext(name)]
	if t == "" {
		t = "text/plain; charset=utf-8"
	}
	h.Set("Content-Type", t)
	h.Set("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("ETag", etag)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodHead {
		return
	}
	w.Write(data)
}

// read returns the file in the best encoding that the client takes, and its ETag.
func read(file, accept string) (data []byte, etag, encoding string, err error) {
	for _, e := range []struct{ name, ext string }{{"br", ".br"}, {"gzip", ".gz"}} {
		if !accepts(accept, e.name) {
			continue
		}
		if data, etag, err := readTagged(file + e.ext); err == nil {
			return data, etag, e.name, nil
		}
	}
	data, etag, err = readTagged(file)
	return data, etag, "", err
}

// readTagged returns a file and an ETag made of its time and its size: cheaper than
// a hash of megabytes for each request.
func readTagged(file string) ([]byte, string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, "", err
	}
	data, err := os.ReadFile(file)
	return data, fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size()), err
}

// accepts says whether an Accept-Encoding field names an encoding without
// refusing it by q=0.
func accepts(field, name string) bool {
	for item := range strings.SplitSeq(field, ",") {
		coding, params, _ := strings.Cut(item, ";")
		if strings.TrimSpace(coding) != name {
			continue
		}
		q := strings.ReplaceAll(strings.TrimSpace(params), " ", "")
		return q != "q=0" && !strings.HasPrefix(q, "q=0.000")
	}
	return false
}

// Listen listens on 127.0.0.1 at the port, or at the next free one above it.
// Port 0 is any free port.
func Listen(port int) (net.Listener, error) {
	if port == 0 {
		return net.Listen("tcp", "127.0.0.1:0")
	}
	var first error
	for p := port; p < port+100; p++ {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err == nil {
			return l, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, fmt.Errorf("no free port from %d to %d: %w", port, port+99, first)
}
