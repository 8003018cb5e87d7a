package archive

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitDecompressed: content that is hardly compressed at all, and content that is
// nothing but.
func TestLimitDecompressed(t *testing.T) {
	if testing.Short() {
		t.Skip("in short nothing is unpacked up to its limit")
	}
	for _, test := range []struct{ level, most int }{
		{gzip.NoCompression, limit.Decompressed},
		{gzip.BestCompression, limit.CompressionRatio * limit.CompressionFloor},
	} {
		for _, n := range []int{test.most, test.most + 1} {
			var b bytes.Buffer
			w, err := gzip.NewWriterLevel(&b, test.level)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(make([]byte, n))
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			out, _, err := Gunzip(b.Bytes())
			var bound *limit.Error
			if errors.As(err, &bound) != (n > test.most) || len(out) != test.most {
				t.Errorf("%d bytes out of %d: %d, %v", n, b.Len(), len(out), err)
			}
		}
	}
}

// packed is a zip of files, each packed by a method.
func packed(t *testing.T, files ...[]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) { return flate.NewWriter(out, flate.NoCompression) })
	for i, data := range files {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: string(rune('a' + i)), Method: method})
		if err == nil {
			_, err = f.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLimitDecompressedZip: all files of a zip together, of which those that are only
// stored take nothing.
func TestLimitDecompressedZip(t *testing.T) {
	const half = limit.Decompressed / 2
	for _, n := range []int{limit.Decompressed - half, limit.Decompressed - half + 1} {
		files, err := Unzip(packed(t, make([]byte, half+1), make([]byte, half), make([]byte, n), []byte("last")))
		if err != nil || len(files) != 4 {
			t.Fatalf("%d files, %v", len(files), err)
		}
		var bound *limit.Error
		over := half+n > limit.Decompressed
		if files[0].Err != nil || files[1].Err != nil || errors.As(files[2].Err, &bound) != over || len(files[2].Data) != limit.Decompressed-half {
			t.Errorf("%d bytes: %d, %v", half+n, len(files[2].Data), files[2].Err)
		}
		// Nothing is left for the last.
		if !errors.As(files[3].Err, &bound) || bound.Limit != limit.Decompressed || len(files[3].Data) != 0 {
			t.Errorf("the last: %d, %v", len(files[3].Data), files[3].Err)
		}
	}
}

// TestZipOverlap: a directory names one file many times.
func TestZipOverlap(t *testing.T) {
	b := packed(t, []byte(strings.Repeat("x", 3000)))
	at := bytes.Index(b, zipCentral)
	entry := b[at:bytes.Index(b, zipEnd)]
	end := bytes.Clone(b[at+len(entry):])
	size := 5 * len(entry)
	end[8], end[10], end[12], end[13] = 5, 5, byte(size), byte(size>>8)
	files, err := Unzip(append(append(b[:at:at], bytes.Repeat(entry, 5)...), end...))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for i, f := range files {
		if limit.Reached(f.Err) != (i > 0) {
			t.Errorf("file %d: %d bytes, %v", i, len(f.Data), f.Err)
		}
	}
}

// TestLimitArchiveFiles: of a zip whose directory was cut off, too; that of a tar is a case
// of the whole inspection.
func TestLimitArchiveFiles(t *testing.T) {
	for _, n := range []int{limit.ArchiveFiles, limit.ArchiveFiles + 1} {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for range n {
			if _, err := w.CreateRaw(&zip.FileHeader{Name: "a"}); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		whole := b.Bytes()
		for name, b := range map[string][]byte{"whole": whole, "cut": whole[:bytes.Index(whole, zipCentral)]} {
			files, err := Unzip(b)
			if over := n > limit.ArchiveFiles; len(files) != limit.ArchiveFiles || limit.Reached(err) != over {
				t.Errorf("%s, %d files: %d, %v", name, n, len(files), err)
			}
		}
	}
}
