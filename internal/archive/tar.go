package archive

// tar (POSIX.1-1988 ustar, with the long names of GNU and the pax headers of
// POSIX.1-2001).

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

const tarBlock = 512

// IsTar reports whether b begins with the header of a tar: its checksum fits.
func IsTar(b []byte) bool {
	return len(b) >= tarBlock && b[0] != 0 && tarChecksum(b[:tarBlock])
}

// Untar gives the regular files of a tar. With an error, those before it.
func Untar(b []byte) ([]File, error) {
	var files []File
	longName := ""
	for at := 0; at+tarBlock <= len(b); {
		h := b[at : at+tarBlock]
		if h[0] == 0 && len(bytes.Trim(h, "\x00")) == 0 {
			break
		}
		if !tarChecksum(h) {
			return files, &Error{"reading the tar header", at, errChecksum}
		}
		size, err := tarNumber(h[124:136])
		if err != nil {
			return files, &Error{"reading the size in the tar header", at + 124, err}
		}
		f := File{Name: text(h[:100]), Offset: at}
		if prefix := text(h[345:500]); prefix != "" && bytes.HasPrefix(h[257:], []byte("ustar\x00")) {
			f.Name = prefix + "/" + f.Name
		}
		start := at + tarBlock
		end := start + size
		if end > len(b) {
			end = len(b)
			f.Err = &Error{"reading the file " + f.Name + " out of the tar", start, errTruncated}
		}
		f.Data = b[start:end:end]
		switch h[156] {
		case 'L': // GNU: the name of the next file
			longName = text(f.Data)
		case 'x': // pax: records about the next file
			if name := paxPath(f.Data); name != "" {
				longName = name
			}
		case 0, '0', '7':
			if longName != "" {
				f.Name, longName = longName, ""
			}
			if strings.HasSuffix(f.Name, "/") {
				break
			}
			if len(files) >= limit.ArchiveFiles {
				return files, &Error{"reading the tar", at, limit.Over("files", limit.ArchiveFiles, -1)}
			}
			files = append(files, f)
		default:
			longName = ""
		}
		if f.Err != nil {
			return files, f.Err
		}
		at = start + (size+tarBlock-1)/tarBlock*tarBlock
	}
	return files, nil
}

func tarChecksum(h []byte) bool {
	want, err := tarNumber(h[148:156])
	if err != nil {
		return false
	}
	sum, signed := 0, 0
	for i, c := range h {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int(c)
		signed += int(int8(c))
	}
	return sum == want || signed == want
}

// tarNumber reads octal digits, or the binary form of GNU.
func tarNumber(b []byte) (int, error) {
	if b[0]&0x80 != 0 {
		n := int64(b[0] & 0x3f)
		for _, c := range b[1:] {
			if n >= 1<<50 {
				return 0, errors.New("the number is too large")
			}
			n = n<<8 | int64(c)
		}
		if n > limit.InputSize {
			return 0, errors.New("the number is too large")
		}
		return int(n), nil
	}
	digits := strings.Trim(text(b), " ")
	if digits == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(digits, 8, 31)
	if err != nil {
		return 0, errors.New("it is no octal number")
	}
	return int(n), nil
}

// paxPath gives the path among the records "length key=value\n".
func paxPath(b []byte) string {
	for len(b) > 0 {
		space := bytes.IndexByte(b, ' ')
		if space <= 0 {
			break
		}
		n, err := strconv.Atoi(string(b[:space]))
		if err != nil || n <= space+1 || n > len(b) {
			break
		}
		if path, ok := bytes.CutPrefix(b[space+1:n-1], []byte("path=")); ok {
			return string(path)
		}
		b = b[n:]
	}
	return ""
}
