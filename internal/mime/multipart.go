// Splitting a multipart at its delimiters (RFC 2046 section 5.1.1).

package mime

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

const multipartReference = "RFC 2046 section 5.1.1"

// split finds the delimiters of a multipart and makes its parts.
func (p *parser) split(e *Entity) {
	if e.Boundary = p.boundary(e); e.Boundary == "" {
		return
	}
	dash := append([]byte("--"), e.Boundary...)
	body := e.BodyRange
	e.Preamble = [2]int{body[0], body[0]}
	e.Epilogue = [2]int{body[1], body[1]}
	near, bare := [2]int{-1, -1}, 0
	start := -1 // where the part that is open begins
	at, floor := body[0], body[0]
	for !e.Closed {
		n := bytes.Index(p.src[at:body[1]], dash)
		if n < 0 {
			break
		}
		at += n
		if at > body[0] && p.src[at-1] != '\n' {
			at++
			continue
		}
		d, last, ok := p.delimiter(at, floor, len(dash), body[1])
		if !ok {
			if near[0] < 0 {
				near = [2]int{at, d[1]}
			}
			at += len(dash)
			continue
		}
		if at > body[0] && d[0] == at-1 {
			bare++
		}
		if start >= 0 {
			p.part(e, start, d[0])
		} else {
			e.Preamble[1] = d[0]
		}
		e.Delimiters = append(e.Delimiters, d)
		start, floor, at = d[1], d[1], d[1]
		e.Closed = last
		if p.full {
			// Nothing that follows is opened, so it is not looked at either.
			e.Epilogue[0] = start
			return
		}
	}
	switch {
	case len(e.Delimiters) == 0:
		e.Preamble = body
		e.note("no-delimiter", Error, body, "no line of the multipart is its delimiter --"+clip(e.Boundary), multipartReference)
	case !e.Closed:
		p.unclosed(e, start, dash)
	default:
		e.Epilogue[0] = start
		last := e.Delimiters[len(e.Delimiters)-1]
		if !bytes.Contains(p.src[last[0]:last[1]], append(dash, "--"...)) {
			e.note("close-delimiter", Error, last, "the last delimiter ends in one hyphen, where the closing one has two; it is taken as closing", multipartReference)
		}
		if len(e.Children) == 0 {
			e.note("no-parts", Error, body, "the multipart has no parts", "RFC 2046 section 5.1")
		}
	}
	if near[0] >= 0 {
		e.note("near-delimiter", Warning, near, "a line begins with the delimiter and goes on with other text: it is not taken as a delimiter, though the letter of the standard lets a reader do so", multipartReference)
	}
	if bare > 0 {
		e.note(FaultBareLF, Warning, e.Delimiters[0], strconv.Itoa(bare)+" delimiters follow LF alone, where CR LF belongs", multipartReference)
	}
}

// boundary is the boundary of a multipart: the parameter, or else a guess, or "".
func (p *parser) boundary(e *Entity) string {
	if given := e.Params["boundary"]; given != "" {
		if detail := boundaryFault(given); detail != "" {
			e.note("boundary", Warning, e.Range, detail, multipartReference)
		}
		return given
	}
	guess := p.guess(e.BodyRange)
	if guess == "" {
		e.note("no-boundary", Error, e.Range, "the multipart names no boundary, and no line of it begins like a delimiter", multipartReference)
	} else {
		e.note("no-boundary", Error, e.Range, "the multipart names no boundary; "+strconv.Quote(clip(guess))+", as its first line with two hyphens says, is taken", multipartReference)
	}
	return guess
}

// unclosed makes the last part of a multipart that has no closing delimiter. When
// the body was cut within that delimiter, what is left of it is not the part's.
func (p *parser) unclosed(e *Entity, start int, dash []byte) {
	end := e.BodyRange[1]
	detail := "the closing delimiter --" + clip(e.Boundary) + "-- is missing; the last part goes to the end"
	line := start + bytes.LastIndexByte(p.src[start:end], '\n') + 1
	left := bytes.TrimRight(p.src[line:end], "\r")
	switch {
	case start == end && p.src[end-1] != '\n':
		e.note("no-close-delimiter", Error, [2]int{end, end}, "the body ends within its last delimiter: it was cut off", multipartReference)
		return
	case len(left) > 2 && len(left) < len(dash) && bytes.HasPrefix(dash, left):
		detail = "the body ends within its last delimiter: it was cut off"
		end = line
		if end > start && p.src[end-1] == '\n' {
			end--
		}
		if end > start && p.src[end-1] == '\r' {
			end--
		}
		e.Delimiters = append(e.Delimiters, [2]int{end, e.BodyRange[1]})
	}
	p.part(e, start, end)
	e.note("no-close-delimiter", Error, [2]int{e.BodyRange[1], e.BodyRange[1]}, detail, multipartReference)
}

// delimiter looks at the line at at, which begins with the dash-boundary. ok is
// false when other text follows it on the line. The range begins with the line end
// before it, but not before floor, and ends with its own line.
func (p *parser) delimiter(at, floor, dash, end int) (d [2]int, last, ok bool) {
	d = [2]int{at, at}
	if at > floor && p.src[at-1] == '\n' {
		d[0]--
		if d[0] > floor && p.src[d[0]-1] == '\r' {
			d[0]--
		}
	}
	i := at + dash
	if i+1 < end && p.src[i] == '-' && p.src[i+1] == '-' {
		last = true
		i += 2
	} else if i < end && p.src[i] == '-' && isEmpty(p.src[i+1:end]) {
		// One hyphen, and nothing follows: written or cut wrongly, and meant to close.
		last = true
		i++
	}
	for i < end && isSpace(p.src[i]) {
		i++
	}
	switch {
	case i == end:
		d[1] = i
	case p.src[i] == '\n':
		d[1] = i + 1
	case p.src[i] == '\r' && i+1 < end && p.src[i+1] == '\n':
		d[1] = i + 2
	case p.src[i] == '\r' && i+1 == end:
		d[1] = i + 1
	default:
		d[1] = i
		return d, false, false
	}
	return d, last, true
}

// isEmpty reports whether b is white space and line ends alone.
func isEmpty(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// part adds the part [start, end) to e.
func (p *parser) part(e *Entity, start, end int) {
	if p.count >= limit.MIMEParts {
		if !p.full {
			p.full = true
			e.note("mime-parts", Error, [2]int{start, end}, limit.More("parts", limit.MIMEParts, start)+": the rest is not opened", "RFC 2046 section 5.1")
		}
		return
	}
	p.count++
	child := &Entity{Range: [2]int{start, max(start, end)}, Depth: e.Depth + 1}
	fallback := "text/plain"
	if e.Type == "multipart/digest" {
		fallback = "message/rfc822"
	}
	p.header(child, fallback)
	if child.IsMultipart() && child.Params["boundary"] == e.Boundary {
		child.note("same-boundary", Error, child.Range, "the multipart has the boundary of the one around it, to which its delimiters belong", "RFC 2046 section 5.1.2")
	}
	e.Children = append(e.Children, child)
}

// guess takes the first line that begins with two hyphens as a delimiter.
func (p *parser) guess(r [2]int) string {
	at := r[0]
	for at < r[1] {
		end, next := LineEnd(p.src, at, r[1])
		if end-at > 2 && p.src[at] == '-' && p.src[at+1] == '-' {
			b := bytes.TrimRight(p.src[at+2:end], " \t")
			if len(b) > 0 && len(b) <= 200 {
				return string(b)
			}
		}
		at = next
	}
	return ""
}

// boundaryFault says what is wrong with a boundary, or nothing.
func boundaryFault(b string) string {
	if len(b) > 70 {
		return "the boundary has " + strconv.Itoa(len(b)) + " characters, of which 70 are allowed"
	}
	if b[len(b)-1] == ' ' {
		return "the boundary ends in a space"
	}
	for i := 0; i < len(b); i++ {
		c := b[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("'()+_,-./:=? ", c) >= 0 {
			continue
		}
		return "the boundary has the character " + strconv.QuoteRune(rune(c)) + ", which none may have"
	}
	return ""
}
