// Reading an entity: its header, and its parts when it is a multipart.

package mime

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/limit"
)

// Parse reads the entity, header and body, that lies in r of src.
func Parse(src []byte, r [2]int) *Entity {
	p := parser{src: src}
	e := &Entity{Range: r}
	p.header(e, "text/plain")
	p.run(e)
	return e
}

// ParseBody reads an entity whose header fields stand elsewhere: those of a SIP
// message, whose body lies in r of src. Of the headers it takes those whose
// Canonical name begins with "Content-", and MIME-Version.
func ParseBody(src []byte, headers []Header, r [2]int) *Entity {
	p := parser{src: src}
	e := &Entity{Range: r, BodyRange: r}
	for _, h := range headers {
		if strings.HasPrefix(h.Canonical, "Content-") && h.Canonical != "Content-Length" || h.Canonical == "MIME-Version" {
			e.Headers = append(e.Headers, h)
		}
	}
	fallback := "text/plain"
	if !utf8.Valid(src[r[0]:r[1]]) || bytes.IndexByte(src[r[0]:r[1]], 0) >= 0 {
		fallback = "application/octet-stream"
	}
	p.elsewhere = true
	p.describe(e, fallback)
	p.elsewhere = false
	p.run(e)
	return e
}

type parser struct {
	src       []byte
	count     int
	full      bool // limit.MIMEParts was reached
	elsewhere bool // the fields that are described stand in another header
}

// run splits root and all multiparts found in it, breadth first.
func (p *parser) run(root *Entity) {
	p.count = 1
	queue := []*Entity{root}
	for len(queue) > 0 {
		e := queue[0]
		queue = queue[1:]
		if !e.IsMultipart() {
			continue
		}
		if e.Depth >= limit.MIMEDepth {
			e.note("mime-depth", Error, e.BodyRange, limit.More("nested multiparts", limit.MIMEDepth, e.BodyRange[0])+": not opened", "RFC 2046 section 5.1")
			continue
		}
		p.split(e)
		e.relate()
		queue = append(queue, e.Children...)
	}
}

// header reads the header of an entity whose Range is known.
func (p *parser) header(e *Entity, fallback string) {
	f := ReadFields(p.src, e.Range, true)
	e.Headers = f.Headers
	for i := range e.Headers {
		e.Headers[i].Canonical = canonical(e.Headers[i].Name)
	}
	e.BodyRange = [2]int{f.End, e.Range[1]}
	for _, fault := range f.Faults {
		switch fault.Code {
		case FaultNoBlankLine:
			// A header with no body needs no empty line, but a line end of its own beside
			// the one that belongs to the delimiter.
			switch {
			case e.Range[0] < e.Range[1] && p.src[e.Range[1]-1] != '\n':
				e.note(fault.Code, Warning, fault.Range, "the header is not followed by an empty line and so by no body", "RFC 2046 section 5.1")
			case e.Range[0] == e.Range[1] && e.Range[1] < len(p.src) && p.src[e.Range[1]] == '-':
				e.note("empty-part", Warning, fault.Range, "two delimiters with nothing between: not even the line end that belongs to the second", "RFC 2046 section 5.1.1")
			}
		case FaultNoColon:
			e.note("no-blank-line", Error, fault.Range, "the line is no header field, and no empty line separates it from the header: taken as the body's first", "RFC 2046 section 5.1")
		case FaultBareLF:
			e.note(fault.Code, Warning, fault.Range, strconv.Itoa(fault.Count)+" lines of the part's header end in LF alone", "RFC 2046 section 4.1.1")
		case FaultBareCR:
			e.note(fault.Code, Warning, fault.Range, "a CR in the part's header ends no line", "RFC 2046 section 4.1.1")
		case FaultName:
			e.note(fault.Code, Error, fault.Range, "the name of a header field has characters that none may have", "RFC 5322 section 2.2")
		case FaultSpaceColon:
			e.note(fault.Code, Warning, fault.Range, "white space before the colon", "RFC 5322 section 4.5")
		case FaultLeadingFold:
			e.note(fault.Code, Error, fault.Range, "the header begins with a continuation line", "RFC 5322 section 2.2.3")
		case FaultSpaceLine:
			e.note(fault.Code, Warning, fault.Range, "a line of white space alone: it continues the field before it and does not end the header", "RFC 5322 section 3.2.2")
		case FaultTooMany:
			e.note(fault.Code, Error, fault.Range, limit.More("header fields in a part", limit.Headers, fault.Range[0]), "RFC 2045 section 3")
		case FaultTooLong:
			e.note(fault.Code, Error, fault.Range, limit.More("bytes in a header field", limit.HeaderSize, fault.Range[0]), "RFC 2045 section 3")
		}
	}
	p.describe(e, fallback)
}

// describe reads the Content-* fields of e.
func (p *parser) describe(e *Entity, fallback string) {
	e.Type = fallback
	e.Params = map[string]string{}
	seen := map[string]bool{}
	for i := range e.Headers {
		h := &e.Headers[i]
		if h.Name == "" || !strings.HasPrefix(h.Canonical, "Content-") {
			continue
		}
		if seen[h.Canonical] && p.elsewhere {
			continue // whose header it is says so
		}
		if seen[h.Canonical] {
			e.note("duplicate-header", Error, h.Range, h.Canonical+" is given twice; the first counts", "RFC 2045 section 3")
			continue
		}
		seen[h.Canonical] = true
		switch h.Canonical {
		case "Content-Type":
			v := ParseValue(h.Value)
			p.faults(e, h, v.Faults, "RFC 2045 section 5.1")
			e.Params = v.Params
			slash := strings.IndexByte(v.Main, '/')
			if slash <= 0 || !IsToken([]byte(v.Main[:slash])) || !IsToken([]byte(v.Main[slash+1:])) {
				e.note("content-type", Error, h.ValueRange, "the Content-Type is no type and subtype: "+strconv.Quote(clip(h.Value)), "RFC 2045 section 5.1")
				if v.Main != "" && slash > 0 {
					e.Type, e.TypeGiven = v.Main, true
				} else {
					e.Type = "application/octet-stream"
				}
				continue
			}
			e.Type, e.TypeGiven = v.Main, true
		case "Content-Transfer-Encoding":
			v := ParseValue(h.Value)
			p.faults(e, h, v.Faults, "RFC 2045 section 6.1")
			e.Encoding = v.Main
		case "Content-Disposition":
			v := ParseValue(h.Value)
			p.faults(e, h, v.Faults, "RFC 2183 section 2")
			e.Disposition, e.DispParams = v.Main, v.Params
			switch handling, given := v.Params["handling"]; {
			case given && !strings.EqualFold(handling, "required") && !strings.EqualFold(handling, "optional"):
				e.note("handling", Warning, h.ValueRange, "handling is "+strconv.Quote(clip(handling))+", neither required nor optional: taken as required", "RFC 3261 section 20.11")
			}
		case "Content-Encoding":
			for _, coding := range strings.Split(h.Value, ",") {
				coding = strings.ToLower(strings.TrimSpace(coding))
				if coding == "" || coding == "identity" {
					continue
				}
				if len(e.Codings) >= limit.Wrappings {
					e.note("limit", Error, h.ValueRange, limit.More("codings of one body", limit.Wrappings, h.ValueRange[0])+": the rest is not undone", "RFC 3261 section 20.12")
					break
				}
				e.Codings = append(e.Codings, coding)
			}
			if len(e.Codings) > 0 {
				e.note("content-encoding", Note, h.ValueRange, "the body is coded: "+clip(strings.Join(e.Codings, ", ")), "RFC 3261 section 20.12")
			}
		case "Content-ID":
			e.ContentID = strings.TrimSpace(h.Value)
			if n := len(e.ContentID); n >= 2 && e.ContentID[0] == '<' && e.ContentID[n-1] == '>' {
				e.ContentID = e.ContentID[1 : n-1]
			} else {
				e.note("content-id", Warning, h.ValueRange, "the Content-ID is not in angle brackets", "RFC 2045 section 7")
			}
		}
	}
	if e.Type == "multipart" || e.IsMultipart() || e.Type == "message/rfc822" {
		switch e.Encoding {
		case "", "7bit", "8bit", "binary":
		default:
			e.note("composite-encoding", Error, e.Range, "a "+e.Type+" is encoded in "+e.Encoding+", which composite types may not be", "RFC 2045 section 6.4")
		}
	}
}

func (p *parser) faults(e *Entity, h *Header, faults []string, reference string) {
	for i, f := range faults {
		if i == limit.FieldFaults {
			e.note("limit", Note, h.ValueRange, limit.More("faults", i, h.ValueRange[0])+" in "+h.Canonical+": the rest is not listed", "")
			break
		}
		e.note("parameter", Warning, h.ValueRange, h.Canonical+": "+f, reference)
	}
}
