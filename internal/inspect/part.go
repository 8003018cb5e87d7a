package inspect

// MIME entities in the report: each part with its ranges, and what is sealed in it
// verified, opened, and read again.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// scope is what surrounds a part: the source that its ranges count in, who the
// message claims to be from, and how deep it was sealed.
type scope struct {
	source   int
	claim    claim
	sealed   int // how many seals lie around it
	repaired bool
	// outer is the SIP message around the part, and outerSource where it lies; tunnel is
	// true inside a seal and encrypted inside encryption, for a message in that message
	// (RFC 3261 section 23.4).
	outer             *sip.Message
	outerSource       int
	tunnel, encrypted bool
	// compared counts the messages that were compared with the outermost.
	compared *int
	// detached is where the second part of a multipart/signed leaves its signature
	// for the whole to verify; nil elsewhere.
	detached *detached
}

// inside is the scope of content that a seal held.
func (s scope) inside(source int) scope {
	s.source = source
	s.sealed++
	s.tunnel = true
	s.detached = nil
	return s
}

// part maps an entity and everything in it. Recursion is bounded: by
// limit.MIMEDepth where entities are parsed, and by limit.Sealed here.
func (x *inspection) part(e *mime.Entity, path string, s scope) report.Part {
	s.claim.path = path
	p := report.Part{
		Path:        path,
		Type:        e.Type,
		Params:      e.Params,
		Encoding:    e.Encoding,
		Disposition: e.Disposition,
		DispParams:  e.DispParams,
		ContentID:   e.ContentID,
		Headers:     headers(e.Headers),
		Source:      s.source,
		Range:       e.Range,
		BodyRange:   e.BodyRange,
		Children:    []report.Part{},
	}
	if p.Params == nil {
		p.Params = map[string]string{}
	}
	for _, d := range e.Delimiters {
		p.Delimiters = append(p.Delimiters, d)
	}
	x.mimeFindings(e.Problems, s)
	x.doubt(path, s.source, e.Doubts())
	if e.IsMultipart() {
		var found detached
		around := s.tunnel
		p.Children = make([]report.Part, len(e.Children))
		for _, i := range readingOrder(e) {
			s.detached = nil
			if e.Type == "multipart/signed" {
				s.tunnel = around || i == 0 // the first part alone is signed
				if i == 1 {
					s.detached = &found
				}
			}
			p.Children[i] = x.part(e.Children[i], path+"."+strconv.Itoa(i+1), s)
		}
		if e.Type == "multipart/signed" {
			x.multipartSigned(&p, e, found, s)
		}
		return p
	}
	body := x.body(e, s)
	kind := bodyKind(e, body.bytes)
	if s.detached != nil && looksLikeCMS(body.bytes) {
		kind = bodyCMS // whatever it says it is
	}
	switch kind {
	case bodyCMS:
		x.sealedPart(&p, e, body, s)
	case bodyMessage, bodyFragment:
		p.Message = x.tunnelled(e, body, kind == bodyFragment, s)
	case bodyMail:
		inside := s.inside(body.source)
		inside.tunnel = s.tunnel // a mail is no seal
		inner := x.contentPart(body.span, path+".1", inside)
		p.Content = &inner
	case bodyText:
		if e.Type == "application/sdp" {
			p.SDP = x.sessionLines(body, s)
		}
		if len(body.bytes) > limit.ShownText {
			at := where{message: s.claim.message, path: path, source: body.source, span: report.Range{body.span[0], body.span[1]}}
			x.over(at, "bytes of text", limit.ShownText, "the rest is only in the bytes")
			body.bytes = body.bytes[:limit.ShownText]
		}
		text, _ := e.Text(body.bytes)
		p.Text = &text
	}
	return p
}

// readingOrder lists the parts of a multipart in the order in which they are read:
// a signature before what it signs, because the certificates that come with it may
// be those of recipients.
func readingOrder(e *mime.Entity) []int {
	order := make([]int, len(e.Children))
	for i := range order {
		order[i] = i
	}
	if e.Type == "multipart/signed" && len(order) > 1 {
		order[0], order[1] = 1, 0
	}
	return order
}

// body is an entity's body with the transfer encoding undone, and where it lies.
type body struct {
	bytes []byte
	place
}

func (x *inspection) body(e *mime.Entity, s scope) body {
	src := x.sources[s.source]
	d := e.Decode(src)
	x.mimeFindings(d.Problems, s)
	b := body{bytes: d.Bytes, place: place{source: s.source, span: e.BodyRange, repaired: s.repaired}}
	if !d.Same {
		b.source = x.addSource(d.Bytes, report.OriginDecoded, s.source, "")
		b.span = report.Range{0, len(d.Bytes)}
	}
	return b
}

// Kinds of a body, by what is done with it.
const (
	bodyOther = iota
	bodyText
	bodyCMS
	bodyMessage  // message/sip
	bodyFragment // message/sipfrag (RFC 3420)
	bodyMail     // message/rfc822
)

func bodyKind(e *mime.Entity, b []byte) int {
	switch e.Type {
	case "application/pkcs7-mime", "application/x-pkcs7-mime",
		"application/pkcs7-signature", "application/x-pkcs7-signature", "application/cms":
		return bodyCMS
	case "message/sip":
		return bodyMessage
	case "message/sipfrag":
		return bodyFragment
	case "message/rfc822", "message/global":
		return bodyMail
	case "application/sdp", "application/json", "application/xml", "application/pidf+xml", "application/pem-certificate-chain":
		return bodyText
	}
	if strings.HasPrefix(e.Type, "text/") || strings.HasSuffix(e.Type, "+xml") || strings.HasSuffix(e.Type, "+json") || printable(b) {
		return bodyText
	}
	return bodyOther
}

// printable reports whether an unknown body can be shown as text: no NUL and no
// other control characters among its first bytes.
func printable(b []byte) bool {
	for _, c := range b[:min(len(b), 1024)] {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' || c == 0x7f {
			return false
		}
	}
	return len(b) > 0
}

// contentPart reads what a seal or a mail held, which lies in span of the scope's
// source: a MIME entity as S/MIME has it, or failing that whatever it is.
func (x *inspection) contentPart(span report.Range, path string, s scope) report.Part {
	if s.sealed > limit.Sealed {
		why := limit.More("seals around one another", limit.Sealed, -1)
		return report.Part{
			Path: path, Params: map[string]string{}, Headers: []report.Header{}, Children: []report.Part{},
			Source: s.source, Range: span, BodyRange: span, Error: why,
		}
	}
	src := x.sources[s.source]
	content := src[span[0]:span[1]]
	e := mime.Parse(src, span)
	if !looksLikeEntity(e) {
		e = mime.ParseBody(src, nil, span)
		e.Type = "text/plain"
		if looksLikeCMS(content) {
			e.Type = "application/pkcs7-mime"
		} else if !printable(content) {
			e.Type = "application/octet-stream"
		}
		e.Problems = nil
	}
	x.gather(e, s.source)
	return x.part(e, path, s)
}

// looksLikeEntity reports whether the header of an entity is one: it has a field of
// MIME.
func looksLikeEntity(e *mime.Entity) bool {
	for _, h := range e.Headers {
		if strings.HasPrefix(h.Canonical, "Content-") || h.Canonical == "MIME-Version" {
			return true
		}
	}
	return false
}

// looksLikeCMS reports whether bytes begin like a ContentInfo: a SEQUENCE whose
// first value is an object identifier of some length.
func looksLikeCMS(b []byte) bool {
	if len(b) < 4 || b[0] != 0x30 {
		return false
	}
	skip := 2
	if b[1] > 0x80 {
		skip += int(b[1] & 0x7f)
	}
	return skip+1 < len(b) && b[skip] == 0x06 && b[skip+1] >= 3 && b[skip+1] < 32
}

func headers(list []mime.Header) []report.Header {
	out := make([]report.Header, 0, len(list))
	for _, h := range list {
		r := report.Header{Name: h.Name, Value: h.Value, Range: h.Range, NameRange: h.NameRange, ValueRange: h.ValueRange}
		if h.Canonical != h.Name {
			r.Canonical = h.Canonical
		}
		out = append(out, r)
	}
	return out
}

func (x *inspection) mimeFindings(problems []mime.Problem, s scope) {
	for _, p := range problems {
		x.find(where{message: s.claim.message, path: s.claim.path, source: s.source, span: p.Range},
			"mime-"+p.Code, string(p.Severity), sentence(p.Detail), p.Reference)
	}
}
