package craft

// The openssl binary as the judge of what is made here.

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// openssl runs openssl in a folder and returns what it wrote, with its error. It judges
// by the clock that things are made by here, which need not be its own.
func openssl(t *testing.T, dir string, args ...string) (string, error) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("no programs can be run in a browser")
	}
	if args[0] == "verify" || args[0] == "cms" {
		args = slices.Insert(slices.Clone(args), 1, "-attime", strconv.FormatInt(time.Now().Unix(), 10))
	}
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// usualKey is RSA, as most have, but for tests in WASM, where making one takes long.
func usualKey() string {
	if runtime.GOOS == "js" {
		return "ECDSA P-256"
	}
	return "RSA 2048"
}

// accepts fails the test unless openssl does what it is asked to.
func accepts(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := openssl(t, dir, args...)
	if err != nil {
		t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// refuses fails the test unless openssl fails with a text that contains why.
func refuses(t *testing.T, dir, why string, args ...string) {
	t.Helper()
	out, err := openssl(t, dir, args...)
	if err == nil || !strings.Contains(out, why) {
		t.Errorf("openssl %s: %v, want %q\n%s", strings.Join(args, " "), err, why, out)
	}
}

// put writes a file into a folder.
func put(t *testing.T, dir, name string, data []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// must is for what cannot fail in a test unless something else is wrong.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func readFile(t *testing.T, dir, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
