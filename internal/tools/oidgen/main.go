// Command oidgen writes the Go files of package oid from its table of names.
//
// Run it from the root of the project after a change of internal/oid/names.txt:
//
//	go run ./internal/tools/oidgen
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if err := run(filepath.Join("internal", "oid")); err != nil {
		fmt.Fprintln(os.Stderr, "oidgen:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	rows, err := ReadTable(filepath.Join(dir, "names.txt"))
	if err != nil {
		return err
	}
	known, err := Constants(rows)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "known.go"), known, 0o644)
}
