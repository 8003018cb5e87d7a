// Bundle builds dist/: the static site and the ES module.
//
//	go run ./internal/tools/bundle [-o folder] [-plain]
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/sipseal/sipseal/internal/tools/checkout"
	"github.com/sipseal/sipseal/internal/tools/dist"
)

func main() {
	out := flag.String("o", "", "folder to build into (default: dist, at the top of the checkout)")
	plain := flag.Bool("plain", false, "leave the programs as Go links them, larger")
	flag.Parse()
	if err := run(*out, *plain); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(out string, plain bool) error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(root, "dist")
	}
	start := time.Now()
	o := dist.Options{Minify: true, Compress: true, Package: true, Plain: plain, Note: func(s string) { fmt.Println(s) }}
	if err := dist.Build(root, out, o); err != nil {
		return err
	}
	sizes, err := dist.Sizes(root, out)
	if err != nil {
		return err
	}
	for _, s := range sizes {
		switch {
		case s.Budget == 0:
		case plain:
			fmt.Printf("%s: %d bytes of brotli (plain, so not held to its budget)\n", s.Name, s.Brotli)
		default:
			fmt.Printf("%s: %d bytes of brotli, of %d\n", s.Name, s.Brotli, s.Budget)
		}
	}
	fmt.Printf("built %s in %.1f s\n", out, time.Since(start).Seconds())
	return nil
}
