package craft

// SIP messages around a body (RFC 3261 section 7, RFC 3428, RFC 3893).

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Message describes a SIP message that is to be made.
type Message struct {
	Method     string // "MESSAGE" when ""
	RequestURI string // that of To when ""
	// Status makes it a response.
	Status int
	Reason string
	// From and To are SIP URIs.
	From, To string
	// Headers are more header fields, "Name: value" a line. One that is there already
	// takes its place; one without a value takes it out.
	Headers []string
	// ContentType and Body are the body, whose line ends become CR LF.
	ContentType string
	Body        string
	// Binary leaves the body's line ends as they are.
	Binary bool
	// AIB signs an authenticated identity body (RFC 3893) beside the body instead of
	// the body itself.
	AIB bool
	// Layers are the seals, from the inside out.
	Layers []Layer
	// ContentLength replaces the right one.
	ContentLength *int
}

// SDP is a session description (RFC 8866) for an INVITE.
const SDP = "v=0\r\no=alice 2890844526 2890844526 IN IP4 client.atlanta.example\r\ns=-\r\n" +
	"c=IN IP4 192.0.2.101\r\nt=0 0\r\nm=audio 49172 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"

// Bytes makes the message.
func (m Message) Bytes() ([]byte, error) {
	headers := m.headers()
	body, err := m.body(headers)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.WriteString(m.startLine())
	for _, h := range headers {
		b.WriteString(h.name + ": " + h.value + "\r\n")
	}
	b.WriteString(body.fields)
	length := len(body.body)
	if m.ContentLength != nil {
		length = *m.ContentLength
	}
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", length)
	b.Write(body.body)
	return b.Bytes(), nil
}

func (m Message) method() string {
	if m.Method == "" {
		return "MESSAGE"
	}
	return m.Method
}

func (m Message) startLine() string {
	if m.Status != 0 {
		reason := m.Reason
		if reason == "" {
			reason = map[int]string{180: "Ringing", 200: "OK", 202: "Accepted", 403: "Forbidden", 415: "Unsupported Media Type", 493: "Undecipherable"}[m.Status]
		}
		return "SIP/2.0 " + strconv.Itoa(m.Status) + " " + reason + "\r\n"
	}
	uri := m.RequestURI
	if uri == "" {
		uri = m.To
	}
	return m.method() + " " + uri + " SIP/2.0\r\n"
}

// header is one header field.
type header struct{ name, value string }

// headers are the header fields but those of the body, in the order of RFC 3261's
// examples.
func (m Message) headers() []header {
	token := func() string { return hex.EncodeToString(random(6)) }
	_, from, _ := strings.Cut(m.From, "@")
	host, _, _ := strings.Cut(from, ";")
	if host == "" {
		host = "client.example"
	}
	all := []header{
		{"Via", "SIP/2.0/TCP client." + host + ":5060;branch=z9hG4bK" + token()},
		{"Max-Forwards", "70"},
		{"From", "<" + m.From + ">;tag=" + token()},
		{"To", "<" + m.To + ">"},
		{"Call-ID", token() + "@" + host},
		{"CSeq", "1 " + m.method()},
	}
	if m.Status != 0 {
		all[3].value += ";tag=" + token()
		all = append(all[:1], all[2:]...) // responses have no Max-Forwards
	}
	if m.method() == "INVITE" {
		all = append(all, header{"Contact", "<sip:client." + host + ":5060;transport=tcp>"})
	}
	if m.AIB {
		all = append(all, header{"Date", time.Now().UTC().Format("Mon, 02 Jan 2006 15:04:05") + " GMT"})
	}
	for _, line := range m.Headers {
		name, value, _ := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if name == "" {
			continue
		}
		at := len(all)
		for i, h := range all {
			if strings.EqualFold(h.name, name) {
				at = i
				break
			}
		}
		switch {
		case value == "" && at < len(all):
			all = append(all[:at], all[at+1:]...)
		case value == "":
		case at < len(all):
			all[at] = header{name, value}
		default:
			all = append(all, header{name, value})
		}
	}
	return all
}

// body makes the body with its seals.
func (m Message) body(headers []header) (entity, error) {
	contentType := m.ContentType
	if contentType == "" {
		contentType = "text/plain"
		if m.method() == "INVITE" {
			contentType = "application/sdp"
		}
	}
	text := entity{fields: "Content-Type: " + contentType + "\r\n", body: []byte(m.Body)}
	if !m.Binary {
		text.body = []byte(withCRLF(m.Body))
	}
	if len(m.Layers) > 0 {
		text.fields += "Content-Transfer-Encoding: binary\r\n"
	}
	e := text
	if m.AIB {
		e = identityBody(headers)
	}
	for i, l := range m.Layers {
		var err error
		if e, err = l.seal(e); err != nil {
			return entity{}, fmt.Errorf("layer %d: %w", i+1, err)
		}
	}
	if m.AIB && m.Body != "" {
		first, second := text.bytes(), e.bytes()
		boundary, err := freeBoundary(first, second)
		if err != nil {
			return entity{}, err
		}
		e = entity{fields: "Content-Type: multipart/mixed;boundary=" + boundary + "\r\n", body: multipart(boundary, first, second)}
	}
	return e, nil
}

// identityBody is an authenticated identity body: the header fields that RFC 3893
// section 2 names, as message/sipfrag.
func identityBody(headers []header) entity {
	var b strings.Builder
	for _, h := range headers {
		switch h.name {
		case "From", "To", "Contact", "Call-ID", "CSeq", "Date":
			b.WriteString(h.name + ": " + h.value + "\r\n")
		}
	}
	return entity{
		fields: "Content-Type: message/sipfrag\r\nContent-Disposition: aib; handling=optional\r\n",
		body:   []byte(b.String()),
	}
}

// withCRLF gives lines the line ends of MIME.
func withCRLF(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	s = strings.ReplaceAll(s, "\r", "\n")
	return strings.ReplaceAll(s, "\n", "\r\n")
}
