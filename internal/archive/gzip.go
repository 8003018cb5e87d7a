package archive

// gzip (RFC 1952), of one member or several.

import (
	"bytes"
	"errors"
	"hash/crc32"

	"github.com/sipseal/sipseal/internal/limit"
)

// IsGzip reports whether b begins as gzip does.
func IsGzip(b []byte) bool { return len(b) >= 10 && b[0] == 0x1f && b[1] == 0x8b && b[2] == 8 }

// Gunzip decompresses gzip. name is the file name it gives, or "". With an error,
// out is what could be decompressed.
func Gunzip(b []byte) (out []byte, name string, err error) {
	for at := 0; at < len(b) && IsGzip(b[at:]); {
		start, member, err := gzipHeader(b, at)
		if err != nil {
			return out, name, &Error{"reading the gzip header", at, err}
		}
		if name == "" {
			name = member
		}
		part, used, err := inflate(b[start:], limit.Decompressed-len(out))
		out = append(out, part...)
		if err != nil {
			return out, name, &Error{"decompressing gzip", start, err}
		}
		at = start + used
		if len(b)-at < 8 {
			return out, name, &Error{"reading the gzip checksum", at, errTruncated}
		}
		if uint32(u32(b[at:])) != crc32.ChecksumIEEE(part) || u32(b[at+4:]) != int(uint32(len(part))) {
			return out, name, &Error{"decompressing gzip", start, errChecksum}
		}
		at += 8
	}
	return out, name, nil
}

func gzipHeader(b []byte, at int) (start int, name string, err error) {
	const hasCRC, hasExtra, hasName, hasComment = 2, 4, 8, 16
	flags := b[at+3]
	at += 10
	if flags&0xe0 != 0 {
		return at, "", errors.New("it has flags that are not known")
	}
	if flags&hasExtra != 0 {
		if len(b)-at < 2 || len(b)-at-2 < u16(b[at:]) {
			return at, "", errTruncated
		}
		at += 2 + u16(b[at:])
	}
	for _, flag := range []byte{hasName, hasComment} {
		if flags&flag == 0 {
			continue
		}
		n := bytes.IndexByte(b[at:], 0)
		if n < 0 {
			return at, "", errTruncated
		}
		if flag == hasName {
			name = string(b[at : at+n])
		}
		at += n + 1
	}
	if flags&hasCRC != 0 {
		at += 2
	}
	if at > len(b) {
		return at, name, errTruncated
	}
	return at, name, nil
}
