package shrink

import (
	"bytes"
	"compress/gzip"
	"errors"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
)

// Segments written and read again give the same memory, whatever is in it.
func TestSegments(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		image := make([]byte, rnd.IntN(10_000))
		for range rnd.IntN(20) {
			if len(image) > 0 {
				image[rnd.IntN(len(image))] = byte(rnd.UintN(256))
			}
		}
		from := 0
		for from < len(image) && image[from] == 0 {
			from++
		}
		data := writeSegments(image, from)
		got, _, err := readSegments(data)
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.TrimRight(image, "\x00"); !bytes.Equal(got, want) {
			t.Fatalf("%d bytes became %d", len(want), len(got))
		}
	}
}

func gzipped(t *testing.T, data []byte) int {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}

// The version decides before anything is looked at: a program of another Go stays as it
// is, and the reason names both. The Go that builds the project is on the list.
func TestVersions(t *testing.T) {
	wasm, err := inspector()
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{"", "go1.26", "go1.27.0", "devel"} {
		small, whyNot := Program(wasm, version)
		if !bytes.Equal(small, wasm) || !strings.Contains(whyNot, version) || !strings.Contains(whyNot, proved[0]) {
			t.Errorf("%q: %d bytes, %s", version, len(small), whyNot)
		}
	}
	if small, whyNot := Program(wasm, runtime.Version()); whyNot != "" || len(small) >= len(wasm) {
		t.Errorf("%s, which builds the project: %s", runtime.Version(), whyNot)
	}
	if _, whyNot := Program([]byte("\x00asm\x01\x00\x00\x00"), proved[0]); !strings.Contains(whyNot, "cannot be shrunk") {
		t.Errorf("no program: %q", whyNot)
	}
}

// What is not laid out as expected is refused, not damaged.
func TestRefuses(t *testing.T) {
	for name, wasm := range map[string]string{
		"empty": "", "ELF": "\x7fELF", "no data": "\x00asm\x01\x00\x00\x00",
		"data without a table": "\x00asm\x01\x00\x00\x00\x0b\x08\x01\x00\x41\x80\x20\x0b\x01a",
		"a cut section":        "\x00asm\x01\x00\x00\x00\x0b\x7f\x01",
	} {
		if _, err := shrink([]byte(wasm)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The inspector can be shrunk with the Go that builds it, and becomes smaller.
// That it works as before is what all browser tests say, which run it so.
func TestInspector(t *testing.T) {
	wasm, err := inspector()
	if err != nil {
		t.Fatal(err)
	}
	small, err := shrink(wasm)
	if err != nil {
		t.Fatal(err)
	}
	if before, after := gzipped(t, wasm), gzipped(t, small); after > before*3/4 {
		t.Errorf("gzipped, %d bytes became %d", before, after)
	}
	// What is shrunk is known, and left as it is.
	if _, err := shrink(small); !errors.Is(err, errLayout) {
		t.Errorf("shrunk twice: %v", err)
	}
	// What a stack trace would show is gone.
	if bytes.Contains(small, []byte("internal/pkix.(*Certificate)")) {
		t.Error("names of functions are still there")
	}
}
