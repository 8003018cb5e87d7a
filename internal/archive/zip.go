package archive

// zip (APPNOTE.TXT of PKWARE): by its central directory, or where that is missing
// by the headers of the files themselves.

import (
	"bytes"
	"errors"
	"hash/crc32"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

var (
	zipLocal   = []byte("PK\x03\x04")
	zipCentral = []byte("PK\x01\x02")
	zipEnd     = []byte("PK\x05\x06")
)

// IsZip reports whether b begins as a zip with files does.
func IsZip(b []byte) bool { return len(b) >= 30 && bytes.HasPrefix(b, zipLocal) }

// Unzip gives the files of a zip. One that cannot be read has its Err; the error
// says that the zip as a whole goes on no further.
func Unzip(b []byte) ([]File, error) {
	end := bytes.LastIndex(b, zipEnd)
	if end < 0 || len(b)-end < 22 {
		return unzipLocal(b)
	}
	at, count := u32(b[end+16:]), u16(b[end+10:])
	// Where bytes stand before the archive, or were cut off there, all places are off
	// by that much: the directory ends where the end begins.
	shift := 0
	if at > len(b)-4 || count > 0 && !bytes.HasPrefix(b[at:], zipCentral) {
		shift = end - u32(b[end+12:]) - at
		at += shift
	}
	var files []File
	u := newUnzipper(b)
	for range count {
		if at < 0 || at+46 > len(b) || !bytes.HasPrefix(b[at:], zipCentral) {
			return files, &Error{"reading the zip directory", at, errTruncated}
		}
		e := entry{
			flags: u16(b[at+8:]), method: u16(b[at+10:]), crc: uint32(u32(b[at+16:])),
			packed: u32(b[at+20:]), size: u32(b[at+24:]), local: u32(b[at+42:]) + shift,
		}
		name, extra, comment := u16(b[at+28:]), u16(b[at+30:]), u16(b[at+32:])
		if at+46+name > len(b) {
			return files, &Error{"reading the zip directory", at, errTruncated}
		}
		e.name = string(b[at+46 : at+46+name])
		at += 46 + name + extra + comment
		if strings.HasSuffix(e.name, "/") {
			continue
		}
		if len(files) >= limit.ArchiveFiles {
			return files, &Error{"reading the zip", at, limit.Over("files", limit.ArchiveFiles, -1)}
		}
		files = append(files, u.read(&e))
	}
	return files, nil
}

// entry is what a directory says of a file.
type entry struct {
	name          string
	flags, method int
	crc           uint32
	packed, size  int
	local         int // where its own header is
}

// unzipper takes files out of a zip. Those that overlap, of which one can make any
// number, would cost more than what is there.
type unzipper struct {
	b        []byte
	packed   int // bytes of the zip that are not any file's yet
	unpacked int // bytes that may still be decompressed
}

func newUnzipper(b []byte) *unzipper { return &unzipper{b, len(b), limit.Decompressed} }

func (u *unzipper) read(e *entry) File {
	b := u.b
	f := File{Name: e.name, Offset: min(max(e.local, 0), len(b))}
	fail := func(err error) File {
		f.Err = &Error{"reading the file " + e.name + " out of the zip", f.Offset, err}
		return f
	}
	if e.local < 0 || e.local+30 > len(b) || !bytes.HasPrefix(b[e.local:], zipLocal) {
		return fail(errors.New("its header is not where the directory says"))
	}
	start := e.local + 30 + u16(b[e.local+26:]) + u16(b[e.local+28:])
	if start > len(b) || e.packed > len(b)-start {
		return fail(errTruncated)
	}
	if u.packed -= e.packed; u.packed < 0 {
		return fail(limit.Over("bytes of packed files in the zip, which overlap", len(b), -1))
	}
	packed := b[start : start+e.packed]
	switch {
	case e.flags&1 != 0:
		return fail(errors.New("it is encrypted"))
	case e.method == 0:
		f.Data = packed
	case e.method == 8:
		out, _, err := inflate(packed, u.unpacked)
		f.Data = out
		u.unpacked -= len(out)
		if err != nil {
			return fail(err)
		}
	default:
		return fail(errors.New("the compression method " + strconv.Itoa(e.method) + " is not supported"))
	}
	if crc32.ChecksumIEEE(f.Data) != e.crc {
		return fail(errChecksum)
	}
	return f
}

// unzipLocal reads what can be read of a zip that was cut off: file after file.
func unzipLocal(b []byte) ([]File, error) {
	var files []File
	u := newUnzipper(b)
	for at := 0; at+30 <= len(b) && bytes.HasPrefix(b[at:], zipLocal); {
		e := entry{flags: u16(b[at+6:]), method: u16(b[at+8:]), crc: uint32(u32(b[at+14:])), packed: u32(b[at+18:]), size: u32(b[at+22:]), local: at}
		name := u16(b[at+26:])
		start := at + 30 + name + u16(b[at+28:])
		if start > len(b) || e.flags&8 != 0 {
			break // the size stands only behind the data
		}
		if len(files) >= limit.ArchiveFiles {
			return files, &Error{"reading the zip", at, limit.Over("files", limit.ArchiveFiles, -1)}
		}
		e.name = string(b[at+30 : at+30+name])
		if !strings.HasSuffix(e.name, "/") {
			files = append(files, u.read(&e))
		}
		if e.packed > len(b)-start {
			break
		}
		at = start + e.packed
	}
	return files, &Error{"looking for the zip directory", len(b), errTruncated}
}
