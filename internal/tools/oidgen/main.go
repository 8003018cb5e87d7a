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

// run writes the files that Files gives into dir.
func run(dir string) error {
	files, err := Files(dir)
	if err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Files gives the Go files that dir, which holds names.txt, ought to have, by
// their names.
func Files(dir string) (map[string][]byte, error) {
	rows, err := ReadTable(filepath.Join(dir, "names.txt"))
	if err != nil {
		return nil, err
	}
	known, err := Constants(rows)
	if err != nil {
		return nil, err
	}
	table, err := Table(rows)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{"known.go": known, "table.go": table}, nil
}
