// Package mime reads a MIME entity and its parts (RFC 2045, RFC 2046), each with
// its exact byte range in the bytes as they were received.
//
// Exact ranges are the point: what a signature of multipart/signed covers are the
// bytes from the first byte of a part's header to the byte before the line end that
// belongs to the delimiter (RFC 2046 section 5.1.1). Nothing is refused and nothing
// is normalised: what departs from the standards becomes a Problem of the entity,
// and what could be read stays.
//
// Reading is iterative. A multipart looks only for its own delimiter, so that where
// its parts lie depends on nothing inside them; the cost is one pass over the input
// for each level of nesting, of which there are at most limit.MIMEDepth.
package mime

import "strings"

// Severity says how much a Problem matters.
type Severity string

// Severities of a Problem.
const (
	Error   Severity = "error"   // the standard forbids it
	Warning Severity = "warning" // readers will disagree about it
	Note    Severity = "note"    // allowed, and worth knowing
)

// Problem is a departure from a standard, or something worth knowing, at its place.
type Problem struct {
	Code     string
	Severity Severity
	// Offset is where it was noticed; Range is what it is about.
	Offset    int
	Range     [2]int
	Detail    string // a clause in lower case
	Reference string // RFC and section
}

// Entity is a MIME entity: a header and a body (RFC 2045 section 2.4). All ranges
// are half-open and count in the source that was given to Parse.
type Entity struct {
	Headers []Header
	// Type is the media type in lower case, without parameters. Where no
	// Content-Type was given it is the default, and TypeGiven is false.
	Type      string
	TypeGiven bool
	// Params are the parameters of Content-Type by their names in lower case, with
	// quoting undone, and continuations and charsets of RFC 2231.
	Params map[string]string
	// Encoding is the Content-Transfer-Encoding in lower case; empty when none was
	// given: the body then stands as it is.
	Encoding string
	// Codings are those of Content-Encoding in lower case, in the order in which they
	// were put on (RFC 3261 section 20.12). They are not undone here.
	Codings []string
	// Disposition is the Content-Disposition in lower case (RFC 2183, RFC 3261
	// section 20.11), empty when none was given.
	Disposition string
	DispParams  map[string]string
	// ContentID is the Content-ID without its angle brackets.
	ContentID string

	// Range is the whole entity. For the body of a SIP message, whose header fields
	// are the message's, it is the body alone.
	Range     [2]int
	BodyRange [2]int

	// The rest is of multiparts only.
	Boundary string
	// Delimiters are the delimiter lines, each from the line end before it, which
	// belongs to it, to the end of its own line.
	Delimiters [][2]int
	// Closed is true when the last delimiter is the closing one.
	Closed   bool
	Preamble [2]int
	Epilogue [2]int
	Children []*Entity

	Problems []Problem
	// Depth is how many multiparts this entity lies in.
	Depth int
}

// IsMultipart reports whether the entity is a multipart of any subtype.
func (e *Entity) IsMultipart() bool { return strings.HasPrefix(e.Type, "multipart/") }

// Header returns the value of the first field of that name, in any case.
func (e *Entity) Header(name string) (string, bool) {
	for i := range e.Headers {
		if strings.EqualFold(e.Headers[i].Name, name) {
			return e.Headers[i].Value, true
		}
	}
	return "", false
}

// Required reports whether a recipient that does not understand the entity must
// refuse the message: handling=required, which is the default (RFC 3261 section
// 20.11, RFC 5621 section 4).
func (e *Entity) Required() bool {
	return !strings.EqualFold(e.DispParams["handling"], "optional")
}

// Walk calls f for e and all entities in it, in document order.
func (e *Entity) Walk(f func(*Entity)) {
	stack := []*Entity{e}
	for len(stack) > 0 {
		top := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		f(top)
		for i := len(top.Children) - 1; i >= 0; i-- {
			stack = append(stack, top.Children[i])
		}
	}
}

func (e *Entity) note(code string, severity Severity, at [2]int, detail, reference string) {
	e.Problems = append(e.Problems, Problem{code, severity, at[0], at, detail, reference})
}
