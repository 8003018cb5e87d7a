package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestUpToDate holds the Go files of package oid against its table.
func TestUpToDate(t *testing.T) {
	dir := filepath.Join("..", "..", "oid")
	files, err := Files(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s is not what names.txt gives: run go run ./internal/tools/oidgen", name)
		}
	}
}

func TestBadTables(t *testing.T) {
	const good = "1.2.3\tX\tx\t-\t-\t-\n"
	for _, c := range []struct{ what, table, message string }{
		{"too few columns", "1.2.3\tX\tx\n", ":1: 3 columns"},
		{"not a number", "1.2.x\tX\tx\t-\t-\t-\n", ":1: \"1.2.x\" is not"},
		{"a zero in front", "1.2.03\tX\tx\t-\t-\t-\n", ":1: \"1.2.03\" is not"},
		{"an empty column", "1.2.3\t\tx\t-\t-\t-\n", ":1: column 2"},
		{"space around a name", "1.2.3\tX\tx \t-\t-\t-\n", ":1: column 3"},
		{"one of OpenSSL's names", "1.2.3\tX\t-\t-\t-\t-\n", ":1: OpenSSL's two names"},
		{"no name", "1.2.3\t-\t-\t-\t-\t-\n", ":1: no name"},
		{"the same number again", good + "# remark\n" + good, ":3: out of order"},
		{"numbers compared as text", "1.2.9\tX\tx\t-\t-\t-\n1.2.10\tX\tx\t-\t-\t-\n1.2.9\tX\tx\t-\t-\t-\n", ":3: out of order"},
		{"a constant that is not exported", "1.2.3\tX\tx\t-\t-\tlower\n", ":1: constant"},
		{"a constant twice", "1.2.3\tX\tx\t-\t-\tC\n1.2.4\tX\tx\t-\t-\tC\n", ":2: constant"},
	} {
		file := filepath.Join(t.TempDir(), "names.txt")
		if err := os.WriteFile(file, []byte(c.table), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadTable(file); err == nil || !strings.Contains(err.Error(), c.message) {
			t.Errorf("%s: %v, want %q", c.what, err, c.message)
		}
	}
}
