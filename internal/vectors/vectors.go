// Package vectors gives tests the message and certificate vectors: those that the
// project owns (testdata/seeds), and those that lie beside the checkout because
// they may not be redistributed with it (../shared/vectors).
package vectors

import (
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
