// Package vectors gives tests the message and certificate vectors: those that the
// project owns (testdata/seeds), and those that lie beside the checkout because
// they may not be redistributed with it (../shared/vectors).
package vectors

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// Root is the project's top folder. (Tests run in the folder of their package; the
// name of a source file would not do, as programs in WASM are stripped of those.)
func Root() string {
	dir, err := checkout.Root()
	if err != nil {
		panic(err)
	}
	return dir
}

// Seed reads a file of testdata/seeds.
func Seed(t testing.TB, name string) []byte {
	t.Helper()
	return read(t, filepath.Join(Root(), "testdata", "seeds", name))
}

// RFC6216 reads a file of RFC 6216's own appendices as published, and skips the
// test where they are absent.
func RFC6216(t testing.TB, name string) []byte {
	t.Helper()
	return beside(t, filepath.Join("rfc6216", name))
}

// RFC4474 reads a file of the archive in RFC 4474 appendix B, and skips the test
// where it is absent.
func RFC4474(t testing.TB, name string) []byte {
	t.Helper()
	return beside(t, filepath.Join("rfc4474", name))
}

// PKITS reads a file of NIST's Public Key Interoperability Test Suite, and skips the
// test where it is absent.
func PKITS(t testing.TB, name string) []byte {
	t.Helper()
	return beside(t, filepath.Join("pkits", name))
}

// Shared is the folder of vectors beside the checkout, or "" where it is absent.
func Shared() string {
	dir := filepath.Join(filepath.Dir(Root()), "shared", "vectors")
	if _, err := os.Stat(dir); err != nil {
		return ""
	}
	return dir
}

func beside(t testing.TB, name string) []byte {
	t.Helper()
	dir := Shared()
	if dir == "" {
		const why = "the vectors in ../shared/vectors are absent"
		if os.Getenv("CI") == "true" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	return read(t, filepath.Join(dir, name))
}

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// All gives every file that there is to read, by its name: of testdata, and of the
// vectors beside the checkout where they are.
func All(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	roots := []string{filepath.Join(Root(), "testdata")}
	if dir := Shared(); dir != "" {
		roots = append(roots, dir)
	}
	for _, root := range roots {
		err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			rel, err := filepath.Rel(root, path)
			found[filepath.ToSlash(rel)] = read(t, path)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return found
}

// Objects gives the BER that is in a file: in PEM, or as it is.
func Objects(file []byte) [][]byte {
	var all [][]byte
	for rest := file; ; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		all = append(all, block.Bytes)
	}
	for at := 0; at+4 < len(file); at++ {
		if file[at] != 0x30 {
			continue
		}
		switch size := int(file[at+2])<<8 + int(file[at+3]) + 4; {
		case file[at+1] == 0x80:
			return append(all, file[at:]) // its end is for a parser to find
		case file[at+1] == 0x82 && at+size <= len(file):
			all = append(all, file[at:at+size])
			at += size - 1
		}
	}
	return all
}
