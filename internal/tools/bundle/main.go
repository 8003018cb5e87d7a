// Bundle builds dist/: the static site and the ES module.
//
//	go run ./internal/tools/bundle [-o folder]
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
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "build:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	root, err := checkout.Root()
	if err != nil {
		return err
	}
	if out == "" {
		out = filepath.Join(root, "dist")
	}
	start := time.Now()
	if err := dist.Build(root, out, dist.Options{Minify: true, Compress: true, Package: true}); err != nil {
		return err
	}
	fmt.Printf("built %s in %.1f s\n", out, time.Since(start).Seconds())
	return nil
}
