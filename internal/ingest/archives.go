package ingest

// Files that hold files: gzip, tar, zip.

import (
	"path"
	"strings"

	"github.com/sipseal/sipseal/internal/archive"
)

// hasMagic reports whether b begins as a file does that holds others.
func hasMagic(b []byte) bool {
	return archive.IsGzip(b) || archive.IsZip(b) || archive.IsTar(b)
}

func gzipped(r *reader, source int, b []byte) bool {
	if !archive.IsGzip(b) {
		return false
	}
	out, name, err := archive.Gunzip(b)
	if err != nil {
		r.step(source, "gunzip-failed", err.Error(), 0, len(out))
	}
	if len(out) == 0 {
		return false
	}
	if name == "" {
		name = strings.TrimSuffix(r.result.Sources[source].Name, ".gz")
	}
	if _, ok := r.add(source, out, name); !ok {
		return false
	}
	r.step(source, "gunzip", "decompressed "+count(len(b), "byte", "bytes")+" of gzip to "+count(len(out), "byte", "bytes"), 0, len(out))
	return true
}

func tarred(r *reader, source int, b []byte) bool {
	if !archive.IsTar(b) {
		return false
	}
	files, err := archive.Untar(b)
	return r.files(source, files, err, "untar", "the tar")
}

func zipped(r *reader, source int, b []byte) bool {
	if !archive.IsZip(b) {
		return false
	}
	files, err := archive.Unzip(b)
	return r.files(source, files, err, "unzip", "the zip")
}

// files adds the files of an archive as sources, but for what Macs put beside them.
func (r *reader) files(source int, files []archive.File, err error, code, what string) bool {
	if err != nil {
		r.step(source, code+"-failed", err.Error(), 0, len(files))
	}
	taken := 0
	for _, f := range files {
		if strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasPrefix(path.Base(f.Name), "._") {
			continue
		}
		if f.Err != nil && err == nil {
			r.step(source, code+"-failed", f.Err.Error(), f.Offset, len(f.Data))
		}
		if len(f.Data) == 0 {
			continue
		}
		if _, ok := r.add(source, f.Data, f.Name); !ok {
			break
		}
		taken++
	}
	if taken > 0 {
		r.step(source, code, "took "+count(taken, "file", "files")+" out of "+what, 0, taken)
	}
	return taken > 0
}
