package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// What is committed is what the generator writes today.
func TestGeneratedFilesAreUpToDate(t *testing.T) {
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile(filepath.Join(root, sourceFile))
	if err != nil {
		t.Fatal(err)
	}
	files, err := generate(src)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is stale: run go generate ./internal/report", name)
		}
	}
}

// A shape that the generator cannot handle is refused, not written wrongly.
func TestUnknownShapesAreErrors(t *testing.T) {
	for _, field := range []string{
		"F float64 `json:\"f\"`",
		"F map[string]int `json:\"f\"`",
		"F func() `json:\"f\"`",
		"F Missing `json:\"f\"`",
		"F string",
		"F string `json:\"f,string\"`",
		"F Inner `json:\"f,omitempty\"`",
	} {
		src := "package report\ntype Inner struct { A int `json:\"a\"` }\ntype Report struct { " + field + " }\n"
		if _, err := generate([]byte(src)); err == nil {
			t.Errorf("%s: no error", strings.TrimSpace(field))
		}
	}
}
