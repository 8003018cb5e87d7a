package dist

import (
	"bytes"
	"errors"
	"math/rand/v2"
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

// What is not laid out as expected is refused, not damaged.
func TestStripRefuses(t *testing.T) {
	for name, wasm := range map[string]string{
		"empty": "", "ELF": "\x7fELF", "no data": "\x00asm\x01\x00\x00\x00",
		"data without a table": "\x00asm\x01\x00\x00\x00\x0b\x08\x01\x00\x41\x80\x20\x0b\x01a",
		"a cut section":        "\x00asm\x01\x00\x00\x00\x0b\x7f\x01",
	} {
		if _, err := Strip([]byte(wasm)); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The inspector can be stripped with the Go that builds it, and becomes smaller.
// That it works as before is what all browser tests say, which run it so.
func TestStripInspector(t *testing.T) {
	wasm, err := inspector()
	if err != nil {
		t.Fatal(err)
	}
	small, err := Strip(wasm)
	if err != nil {
		t.Fatal(err)
	}
	before, err := Gzip(wasm)
	if err != nil {
		t.Fatal(err)
	}
	after, err := Gzip(small)
	if err != nil {
		t.Fatal(err)
	}
	if len(after) > len(before)*3/4 {
		t.Errorf("gzipped, %d bytes became %d", len(before), len(after))
	}
	// What is stripped is known, and left as it is.
	if _, err := Strip(small); !errors.Is(err, errLayout) {
		t.Errorf("stripped twice: %v", err)
	}
	// What a stack trace would show is gone.
	if bytes.Contains(small, []byte("internal/pkix.(*Certificate)")) {
		t.Error("names of functions are still there")
	}
}
