// Wasmtest runs a Go test binary that was compiled to WASM in headless Chromium:
//
//	GOOS=js GOARCH=wasm go test -exec=wasmtest ./internal/ber
//
// The program runs in a worker, where its file system is a shim (fs.js) that asks
// this process, by requests that block: the checkout and the folder beside it that
// holds the test vectors can be read there, and nothing can be written.
//
// The program's clock is the browser's, moved where package clock is told so.
//
// The program is run shrunk, as the inspector is shipped. That leaves file names
// and line numbers out of what it prints: where it fails, it is run again whole.
package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"

	"github.com/chromedp/chromedp"

	"github.com/sipseal/sipseal/internal/tools/browser"
	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/clock"
	"github.com/sipseal/sipseal/internal/tools/shrink"
)

//go:embed fs.js
var fsScript string

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: wasmtest test.wasm [flags]")
		os.Exit(2)
	}
	code, err := shrunk(os.Args[1], os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasmtest:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// shrunk runs the program shrunk, and whole where that fails or is not done.
func shrunk(wasm string, args []string) (int, error) {
	whole, err := os.ReadFile(wasm)
	if err != nil {
		return 0, err
	}
	small, whyNot := shrink.Program(whole, runtime.Version())
	if whyNot != "" {
		return run(wasm, args, os.Stdout, os.Stderr)
	}
	dir, err := os.MkdirTemp("", "wasmtest-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, filepath.Base(wasm))
	if err := os.WriteFile(file, small, 0o644); err != nil {
		return 0, err
	}
	var out, errs bytes.Buffer
	if code, err := run(file, args, &out, &errs); err == nil && code == 0 {
		os.Stdout.Write(out.Bytes())
		os.Stderr.Write(errs.Bytes())
		return 0, nil
	}
	code, err := run(wasm, args, os.Stdout, os.Stderr)
	if err == nil && code == 0 {
		os.Stderr.Write(out.Bytes())
		os.Stderr.Write(errs.Bytes())
		return 1, errors.New("the tests fail only when the program is shrunk")
	}
	return code, err
}

// run runs the program and returns its exit code.
func run(wasm string, args []string, stdout, stderr io.Writer) (int, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	root, err := checkout.Root()
	if err != nil {
		return 0, err
	}
	cwd, err := os.Getwd()
	if err != nil {
		return 0, err
	}
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return 0, err
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return 0, err
	}
	// The log of the files that a test reads would have to be written.
	var kept []string
	for _, a := range args {
		if !strings.HasPrefix(a, "-test.testlogfile=") {
			kept = append(kept, a)
		}
	}
	start, err := json.Marshal(map[string]any{
		"argv": append([]string{wasm}, kept...),
		"cwd":  cwd,
		// Not CI: what it demands (openssl beside the tests) cannot be had in here, and
		// is demanded of the same tests when they run natively.
		"env": map[string]string{"HOME": "/", "PWD": cwd, "TMPDIR": "/temporary"},
	})
	if err != nil {
		return 0, err
	}

	exit := make(chan int, 1)
	mux := http.NewServeMux()
	text := func(path, mediaType, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", mediaType)
			io.WriteString(w, body)
		})
	}
	text("/{$}", "text/html", "<!doctype html><script>const w = new Worker('worker.js'); w.onerror = (e) => fetch('/exit?code=1&why=' + encodeURIComponent(e.message), {method: 'POST'})</script>")
	text("/worker.js", "text/javascript", clock.Script()+"\nconst start = "+string(start)+";\n"+fsScript+"\n"+string(loader)+"\nrun();\n")
	mux.HandleFunc("GET /test.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, wasm)
	})
	mux.Handle("GET /fs/{op}", files{root, filepath.Join(filepath.Dir(root), "shared")})
	mux.HandleFunc("POST /out/{fd}", func(w http.ResponseWriter, r *http.Request) {
		to := stdout
		if r.PathValue("fd") == "2" {
			to = stderr
		}
		io.Copy(to, r.Body)
	})
	mux.HandleFunc("POST /exit", func(_ http.ResponseWriter, r *http.Request) {
		if why := r.FormValue("why"); why != "" {
			fmt.Fprintln(stderr, "wasmtest:", why)
		}
		code, err := strconv.Atoi(r.FormValue("code"))
		if err != nil {
			code = 1
		}
		select {
		case exit <- code:
		default:
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	server := &http.Server{Handler: mux}
	defer server.Close()
	go server.Serve(l)

	tab, quit, err := browser.Start(ctx)
	if err != nil {
		return 0, err
	}
	defer quit()
	if err := chromedp.Do(tab, chromedp.Navigate("http://"+l.Addr().String()+"/")); err != nil {
		return 0, err
	}
	select {
	case code := <-exit:
		return code, nil
	case <-ctx.Done():
		return 0, errors.New("interrupted")
	}
}

// files answers the shim's questions about files below these folders.
type files []string

func (f files) allow(name string) bool {
	for _, top := range f {
		if name == top || strings.HasPrefix(name, top+string(filepath.Separator)) {
			return true
		}
	}
	return false
}

func (f files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := filepath.Clean(r.FormValue("path"))
	answer := func(v any) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(v)
	}
	if !f.allow(name) {
		http.Error(w, "ENOENT", http.StatusNotFound)
		return
	}
	info, err := os.Stat(name)
	if err != nil {
		http.Error(w, "ENOENT", http.StatusNotFound)
		return
	}
	switch r.PathValue("op") {
	case "stat":
		// The bits of a mode as the JavaScript file system has them.
		mode := 0o100444
		if info.IsDir() {
			mode = 0o040555
		}
		answer(map[string]any{"mode": mode, "size": info.Size(), "mtimeMs": info.ModTime().UnixMilli()})
	case "list":
		entries, err := os.ReadDir(name)
		if err != nil {
			http.Error(w, "ENOTDIR", http.StatusNotFound)
			return
		}
		names := []string{}
		for _, e := range entries {
			names = append(names, e.Name())
		}
		answer(names)
	case "read":
		if info.IsDir() {
			http.Error(w, "EISDIR", http.StatusNotFound)
			return
		}
		http.ServeFile(w, r, name)
	default:
		http.NotFound(w, r)
	}
}
