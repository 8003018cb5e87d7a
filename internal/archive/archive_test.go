package archive

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"math/rand"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
)

var contents = map[string]string{
	"a.txt":                        "Hello",
	"folder/empty":                 "",
	strings.Repeat("x", 150):       "a long name",
	"folder/bytes":                 random(100_000),
	"folder/ünï":                   strings.Repeat("again ", 3000),
	strings.Repeat("d/", 80) + "f": "deep",
}

func random(n int) string {
	b := make([]byte, n)
	rand.New(rand.NewSource(1)).Read(b)
	return string(b)
}

func check(t *testing.T, files []File, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
	if len(files) != len(contents) {
		t.Errorf("%d files, want %d", len(files), len(contents))
	}
	for _, f := range files {
		if want, ok := contents[f.Name]; !ok || string(f.Data) != want || f.Err != nil {
			t.Errorf("%.60s: known %v, %d bytes, %v", f.Name, ok, len(f.Data), f.Err)
		}
	}
}

func TestTar(t *testing.T) {
	for _, format := range []tar.Format{tar.FormatUSTAR, tar.FormatPAX, tar.FormatGNU} {
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		must(t, w.WriteHeader(&tar.Header{Name: "folder/", Typeflag: tar.TypeDir, Format: format}))
		for name, data := range contents {
			if format == tar.FormatUSTAR && (len(name) > 100 || name[len(name)-1] > 0x7f) {
				continue
			}
			must(t, w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o644, Format: format}))
			if _, err := w.Write([]byte(data)); err != nil {
				t.Fatal(err)
			}
		}
		must(t, w.Close())
		if !IsTar(out.Bytes()) {
			t.Error("not known as a tar")
		}
		files, err := Untar(out.Bytes())
		if format != tar.FormatUSTAR {
			check(t, files, err)
		} else if err != nil || len(files) != 3 {
			t.Errorf("ustar: %d files, %v", len(files), err)
		}
		for n := 0; n < out.Len(); n += 511 {
			if _, err := Untar(out.Bytes()[:n]); err != nil && !strings.Contains(err.Error(), "at byte") {
				t.Errorf("cut at %d: %v", n, err)
			}
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestGzip(t *testing.T) {
	want := random(5000) + strings.Repeat("a", 5000)
	var out bytes.Buffer
	for _, part := range []string{want[:3000], want[3000:]} {
		w := gzip.NewWriter(&out)
		w.Name, w.Comment, w.Extra = "file", "comment", []byte("extra")
		_, err := w.Write([]byte(part))
		must(t, err)
		must(t, w.Close())
	}
	got, name, err := Gunzip(out.Bytes())
	if string(got) != want || name != "file" || err != nil {
		t.Errorf("%d bytes of %s, %v", len(got), name, err)
	}
	for n := range out.Len() {
		if got, _, err := Gunzip(out.Bytes()[:n]); n > 10 && err == nil && len(got) > 0 && len(got) != 3000 {
			t.Errorf("cut at %d: no error", n)
		}
	}
	broken := append([]byte(nil), out.Bytes()...)
	broken[100] ^= 1
	if _, _, err := Gunzip(broken); err == nil {
		t.Error("a changed byte went unnoticed")
	}
}

func TestBomb(t *testing.T) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(make([]byte, 20<<20))
	must(t, err)
	must(t, w.Close())
	got, _, err := Gunzip(out.Bytes())
	if err == nil || !strings.Contains(err.Error(), "more than") || len(got) > 210*out.Len() {
		t.Errorf("%d bytes out of %d, %v", len(got), out.Len(), err)
	}
}

func TestZip(t *testing.T) {
	var out bytes.Buffer
	out.WriteString("#!/bin/sh\n") // as a self-extracting one has
	w := zip.NewWriter(&out)
	w.SetOffset(10)
	_, err := w.Create("folder/")
	must(t, err)
	stored := false
	for name, data := range contents {
		method := zip.Deflate
		if stored = !stored; stored {
			method = zip.Store
		}
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		must(t, err)
		_, err = f.Write([]byte(data))
		must(t, err)
	}
	must(t, w.Close())
	files, err := Unzip(out.Bytes())
	check(t, files, err)
	if !IsZip(out.Bytes()[10:]) {
		t.Error("not known as a zip")
	}
	files, err = Unzip(out.Bytes()[10:])
	check(t, files, err)
	if _, err := Unzip(out.Bytes()[10 : out.Len()-30]); err == nil {
		t.Error("cut short: no error")
	}
}

func FuzzArchive(f *testing.F) {
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	e, _ := w.Create("a")
	_, _ = e.Write([]byte("data"))
	_ = w.Close()
	f.Add(z.Bytes())
	var g bytes.Buffer
	gw := gzip.NewWriter(&g)
	_, _ = gw.Write([]byte("data"))
	_ = gw.Close()
	f.Add(g.Bytes())
	var tb bytes.Buffer
	tw := tar.NewWriter(&tb)
	_ = tw.WriteHeader(&tar.Header{Name: "a", Size: 4})
	_, _ = tw.Write([]byte("data"))
	_ = tw.Close()
	f.Add(tb.Bytes())
	// What is packed may be limit.CompressionRatio times as long, or limit.CompressionFloor times that.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 2_000, Base: 8 << 20}, func(t *testing.T, b []byte) {
		if out, _, _ := Gunzip(b); len(out) > 200*max(len(b), 4<<10)*(1+len(b)/18) {
			t.Fatalf("%d bytes out of %d", len(out), len(b))
		}
		for _, read := range []func([]byte) ([]File, error){Untar, Unzip} {
			files, _ := read(b)
			for _, f := range files {
				if f.Offset < 0 || f.Offset > len(b) && f.Err == nil {
					t.Fatalf("offset %d of %d bytes", f.Offset, len(b))
				}
			}
		}
	}))
}
