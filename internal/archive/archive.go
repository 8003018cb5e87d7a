// Package archive reads gzip, tar and zip, as much of them as files from the
// internet use, with bounds on what they become and errors that say where.
//
// The standard library's readers would do the same at several times the size in
// WebAssembly: they drag in file systems, times and users.
package archive

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
)

// File is one file out of an archive.
type File struct {
	Name string
	Data []byte
	// Offset is where it begins in the archive: its header.
	Offset int
	// Err says why Data is not the file, or not all of it.
	Err error
}

// Error is what is wrong with an archive, at its place.
type Error struct {
	Doing  string // "reading the tar header"
	Offset int
	Err    error
}

func (e *Error) Error() string {
	return e.Doing + " at byte " + strconv.Itoa(e.Offset) + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

var (
	errTruncated = errors.New("it ends too early")
	errChecksum  = errors.New("the checksum does not fit: it is damaged")
)

// inflate decompresses DEFLATE (RFC 1951) from the start of b, of an archive that may
// still become so many bytes more. used is how much of b it took.
func inflate(b []byte, left int) (out []byte, used int, err error) {
	bound := limit.Over("bytes out of "+strconv.Itoa(len(b))+" compressed ones", limit.CompressionRatio*max(len(b), limit.CompressionFloor), -1)
	most := bound.Limit
	if left < most {
		most, bound = left, limit.Over("bytes decompressed out of one archive", limit.Decompressed, -1)
	}
	in := bytes.NewReader(b)
	r := flate.NewReader(in)
	out, err = io.ReadAll(io.LimitReader(r, int64(most)+1))
	used = len(b) - in.Len()
	if len(out) > most {
		return out[:most], used, bound
	}
	if err == io.ErrUnexpectedEOF {
		err = errTruncated
	}
	return out, used, err
}

// text is a NUL-terminated string in a field.
func text(b []byte) string {
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

func u16(b []byte) int { return int(b[0]) | int(b[1])<<8 }

func u32(b []byte) int { return int(uint32(u16(b)) | uint32(u16(b[2:]))<<16) }
