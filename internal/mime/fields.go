// Header fields: the block of "name: value" lines that SIP (RFC 3261 section 7.3)
// and MIME (RFC 2045, after RFC 5322) have in common. The scanner says what it saw
// as faults without judging: each of the two gives them its own weight and source.

package mime

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/limit"
)

// Header is one header field. Ranges count in the source.
type Header struct {
	Name string // as it was written
	// Canonical is the name as its standard writes it: compact forms of SIP written
	// out, capitals in their places. ReadFields leaves it to the standard that reads.
	Canonical string
	// Value is unfolded (a line end and the white space around it become one space)
	// and trimmed.
	Value string
	// Range is the whole field with its line end.
	Range     [2]int
	NameRange [2]int
	// ValueRange is the value as it stands, folds included, trimmed.
	ValueRange [2]int
	Folded     bool
}

// Fields is a header as it was scanned.
type Fields struct {
	Headers []Header
	// End is where the body begins: behind the empty line.
	End int
	// Blank is the empty line; empty when there is none.
	Blank  [2]int
	Faults []Fault
}

// Fault is something odd that the scanner saw.
type Fault struct {
	Code  string
	Range [2]int
	Count int // how often, for those that are counted and not listed
}

// Codes of a Fault.
const (
	FaultBareLF      = "bare-lf"             // lines end in LF alone; counted
	FaultBareCR      = "bare-cr"             // a CR that ends no line; counted
	FaultNoColon     = "no-colon"            // a line that is no field
	FaultName        = "field-name"          // a name with characters that none may have
	FaultSpaceColon  = "space-before-colon"  // white space between name and colon
	FaultLeadingFold = "fold-without-field"  // a continuation line that continues nothing
	FaultSpaceLine   = "space-only-line"     // a line of white space alone
	FaultNoBlankLine = "no-blank-line"       // the header ends without an empty line
	FaultTooMany     = "too-many-headers"    // more than limit.Headers
	FaultTooLong     = "header-field-length" // longer than limit.HeaderSize: its value is cut
)

// ReadFields scans the header that begins at r[0] and ends, at the latest, at r[1].
// With stop, the first line that cannot be a field ends the header and begins the
// body; without, it is kept as a field with no name.
func ReadFields(src []byte, r [2]int, stop bool) Fields {
	var f Fields
	var bareLF, bareCR Fault
	tooMany := false
	at := r[0]
	for {
		if at >= r[1] {
			f.End = r[1]
			f.fault(FaultNoBlankLine, r[1], r[1])
			break
		}
		end, next := LineEnd(src, at, r[1])
		if next-end == 1 {
			if bareLF.Count == 0 {
				bareLF = Fault{FaultBareLF, [2]int{end, next}, 0}
			}
			bareLF.Count++
		}
		if end == at {
			f.Blank = [2]int{at, next}
			f.End = next
			break
		}
		if c := bytes.IndexByte(src[at:end], '\r'); c >= 0 {
			if bareCR.Count == 0 {
				bareCR = Fault{FaultBareCR, [2]int{at + c, at + c + 1}, 0}
			}
			bareCR.Count += bytes.Count(src[at:end], []byte{'\r'})
		}
		if isSpace(src[at]) {
			text := trim(src, [2]int{at, end})
			if text[0] == text[1] {
				f.fault(FaultSpaceLine, at, end)
			}
			if len(f.Headers) > 0 && !tooMany {
				h := &f.Headers[len(f.Headers)-1]
				h.Range[1] = next
				h.Folded = true
				if text[0] < text[1] {
					if h.ValueRange[0] == h.ValueRange[1] {
						h.ValueRange[0] = text[0]
					}
					h.ValueRange[1] = text[1]
				}
			} else if !tooMany {
				f.fault(FaultLeadingFold, at, end)
				if stop && bytes.IndexByte(src[at:end], ':') < 0 {
					f.End = at
					break
				}
				f.Headers = append(f.Headers, Header{
					Range: [2]int{at, next}, NameRange: [2]int{at, at}, ValueRange: text})
			}
			at = next
			continue
		}
		h := Header{Range: [2]int{at, next}}
		colon := bytes.IndexByte(src[at:end], ':')
		if colon <= 0 {
			f.fault(FaultNoColon, at, end)
			if stop {
				f.End = at
				break
			}
			h.NameRange = [2]int{at, at}
			h.ValueRange = trim(src, [2]int{at, end})
		} else {
			h.NameRange = trim(src, [2]int{at, at + colon})
			if h.NameRange[1] < at+colon {
				f.fault(FaultSpaceColon, h.NameRange[1], at+colon)
			}
			if !IsToken(src[h.NameRange[0]:h.NameRange[1]]) {
				if stop && bytes.IndexByte(src[h.NameRange[0]:h.NameRange[1]], ' ') >= 0 {
					f.fault(FaultNoColon, at, end)
					f.End = at
					break
				}
				f.fault(FaultName, h.NameRange[0], h.NameRange[1])
			}
			h.Name = string(src[h.NameRange[0]:h.NameRange[1]])
			h.ValueRange = trim(src, [2]int{at + colon + 1, end})
		}
		at = next
		if len(f.Headers) >= limit.Headers {
			if !tooMany {
				f.fault(FaultTooMany, h.Range[0], h.Range[1])
			}
			tooMany = true
			continue
		}
		f.Headers = append(f.Headers, h)
	}
	for i := range f.Headers {
		h := &f.Headers[i]
		r := h.ValueRange
		if r[1]-r[0] > limit.HeaderSize {
			f.fault(FaultTooLong, r[0], r[1])
			r[1] = r[0] + limit.HeaderSize
		}
		h.Value = unfold(src[r[0]:r[1]], h.Folded)
	}
	for _, counted := range []Fault{bareLF, bareCR} {
		if counted.Count > 0 {
			f.Faults = append(f.Faults, counted)
		}
	}
	return f
}

// fault keeps a fault; of each code at most a handful, since a megabyte of junk
// lines says no more than a few do.
func (f *Fields) fault(code string, from, to int) {
	n := 0
	for i := range f.Faults {
		if f.Faults[i].Code == code {
			if n++; n == 20 {
				f.Faults[i].Count++
				return
			}
		}
	}
	f.Faults = append(f.Faults, Fault{code, [2]int{from, to}, 1})
}

// LineEnd returns where the line that begins at at ends, and where the next begins.
// A line ends in CR LF or in LF alone.
func LineEnd(src []byte, at, limit int) (end, next int) {
	n := bytes.IndexByte(src[at:limit], '\n')
	if n < 0 {
		return limit, limit
	}
	end, next = at+n, at+n+1
	if end > at && src[end-1] == '\r' {
		end--
	}
	return end, next
}

// unfold makes each line end, with the white space around it, one space.
func unfold(value []byte, folded bool) string {
	if !folded {
		return string(value)
	}
	out := make([]byte, 0, len(value))
	for i := 0; i < len(value); i++ {
		c := value[i]
		if c != '\n' {
			out = append(out, c)
			continue
		}
		for len(out) > 0 && (isSpace(out[len(out)-1]) || out[len(out)-1] == '\r') {
			out = out[:len(out)-1]
		}
		for i+1 < len(value) && (isSpace(value[i+1]) || value[i+1] == '\r' || value[i+1] == '\n') {
			i++
		}
		out = append(out, ' ')
	}
	return string(out)
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// trim takes spaces and tabs off both ends of a range.
func trim(src []byte, r [2]int) [2]int {
	for r[0] < r[1] && isSpace(src[r[0]]) {
		r[0]++
	}
	for r[0] < r[1] && isSpace(src[r[1]-1]) {
		r[1]--
	}
	return r
}

// IsToken reports whether b is a token of RFC 2045 section 5.1 and of RFC 3261
// section 25.1 at once: the characters that names of header fields are made of.
func IsToken(b []byte) bool {
	for _, c := range b {
		if !isTokenByte(c) {
			return false
		}
	}
	return len(b) > 0
}

func isTokenByte(c byte) bool {
	if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
		return true
	}
	switch c {
	case '-', '.', '!', '%', '*', '_', '+', '`', '\'', '~', '#', '$', '&', '^', '|', '{', '}':
		return true
	}
	return false
}

// canonical writes a name with capitals after its hyphens. "ID" and "MIME" are the
// two words in names of MIME that are written in capitals.
func canonical(name string) string {
	b := []byte(name)
	start := 0
	for i := 0; i <= len(b); i++ {
		if i < len(b) && b[i] != '-' {
			if i == start && 'a' <= b[i] && b[i] <= 'z' {
				b[i] -= 'a' - 'A'
			} else if i > start && 'A' <= b[i] && b[i] <= 'Z' {
				b[i] += 'a' - 'A'
			}
			continue
		}
		switch string(b[start:i]) {
		case "Id":
			copy(b[start:], "ID")
		case "Mime":
			copy(b[start:], "MIME")
		case "Md5":
			copy(b[start:], "MD5")
		}
		start = i + 1
	}
	return string(b)
}
