// Package sdp reads a session description (RFC 8866) line by line and says what each
// line means. It is for reading, not for negotiating: every line is kept, in order,
// with its place, and what breaks a rule is named.
package sdp

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

// Line is one "type=value" line.
type Line struct {
	Type  string // the one letter, or empty for a line that is none
	Value string
	Range [2]int // without its line end
	// Meaning says what the line is for and what it says, as a clause.
	Meaning string
	// Media is the number of the media description that the line belongs to, counted
	// from 1; 0 for the session.
	Media int
}

// Problem is a departure from RFC 8866.
type Problem struct {
	Code      string
	Offset    int
	Range     [2]int
	Detail    string
	Reference string
}

// Description is a session description, read.
type Description struct {
	Lines    []Line
	Problems []Problem
}

// order is where a line may stand in the session's part, and media that of a media
// description (RFC 8866 section 5).
const (
	order = "vosiuepcbtrzka"
	media = "micbka"
)

// Parse reads the session description in r of src. It never returns nil.
func Parse(src []byte, r [2]int) *Description {
	d := &Description{}
	at, number, last, bare := r[0], 0, -1, 0
	seen := ""
	for at < r[1] {
		end, next := r[1], r[1]
		if n := bytes.IndexByte(src[at:r[1]], '\n'); n >= 0 {
			end, next = at+n, at+n+1
			if end > at && src[end-1] == '\r' {
				end--
			} else {
				bare++
			}
		}
		if len(d.Lines) >= limit.SDPLines {
			d.problem("lines", at, r[1], limit.More("lines of SDP", limit.SDPLines, at)+": the rest is not read", "RFC 8866 section 5")
			break
		}
		text := string(src[at:end])
		line := Line{Range: [2]int{at, end}, Value: text}
		if len(text) < 2 || text[1] != '=' {
			if text != "" || next < r[1] {
				d.problem("line", at, end, "the line is not of the form letter=value", "RFC 8866 section 5")
			}
			line.Media = number
			line.Meaning = "not a line of SDP"
			if text != "" {
				d.Lines = append(d.Lines, line)
			}
			at = next
			continue
		}
		line.Type, line.Value = text[:1], text[2:]
		if line.Type == "m" {
			number++
			last, seen = -1, ""
		}
		line.Media = number
		line.Meaning = meaning(line.Type[0], line.Value)
		d.checkOrder(&line, &last, &seen)
		d.Lines = append(d.Lines, line)
		at = next
	}
	if bare > 0 {
		d.problem("bare-lf", r[0], r[1], strconv.Itoa(bare)+" lines end in LF alone, which is tolerated", "RFC 8866 section 5")
	}
	d.checkMandatory(r)
	return d
}

func (d *Description) problem(code string, from, to int, detail, reference string) {
	d.Problems = append(d.Problems, Problem{code, from, [2]int{from, to}, detail, reference})
}

// checkOrder notes a line that stands too late, that its part may not have, or that
// is there twice.
func (d *Description) checkOrder(line *Line, last *int, seen *string) {
	const reference = "RFC 8866 section 5"
	letters := order
	if line.Media > 0 {
		letters = media
	}
	place := strings.Index(letters, line.Type)
	switch {
	case !strings.Contains(order+"m", line.Type):
		d.problem("type", line.Range[0], line.Range[1], "the type "+strconv.Quote(line.Type)+" is not known", reference)
		return
	case place < 0:
		d.problem("order", line.Range[0], line.Range[1], "a media description may not have a line of type "+line.Type, reference)
		return
	case line.Type == "t" || line.Type == "r":
		// Times may repeat, each with its own repeats.
		if *last > strings.Index(order, "r") {
			break
		}
		*last = max(*last, strings.Index(order, "t"))
		return
	}
	if place < *last {
		d.problem("order", line.Range[0], line.Range[1], "the line of type "+line.Type+" stands too late", reference)
	}
	*last = max(*last, place)
	once := strings.Contains("vosiukz", line.Type) || line.Type == "c" && line.Media == 0
	if once && strings.Contains(*seen, line.Type) {
		d.problem("twice", line.Range[0], line.Range[1], "a second line of type "+line.Type, reference)
	}
	*seen += line.Type
	if len(*seen) > 64 {
		*seen = (*seen)[:64]
	}
}

func (d *Description) checkMandatory(r [2]int) {
	have := map[string]bool{}
	connections := map[int]bool{}
	highest := 0
	for _, l := range d.Lines {
		if l.Media == 0 {
			have[l.Type] = true
		}
		if l.Type == "c" {
			connections[l.Media] = true
		}
		highest = max(highest, l.Media)
	}
	if len(d.Lines) > 0 && d.Lines[0].Type != "v" {
		d.problem("version", d.Lines[0].Range[0], d.Lines[0].Range[1], "the first line is not v=0", "RFC 8866 section 5.1")
	}
	for _, t := range []string{"v", "o", "s", "t"} {
		if !have[t] {
			d.problem("missing", r[0], r[0], "there is no line of type "+t, "RFC 8866 section 5")
		}
	}
	if !connections[0] {
		for i := 1; i <= highest; i++ {
			if !connections[i] {
				d.problem("missing", r[0], r[0], "neither the session nor medium "+strconv.Itoa(i)+" has a line of type c", "RFC 8866 section 5.7")
				break
			}
		}
	}
}
