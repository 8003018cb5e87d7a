package craft

// Damages: what happens to messages on their way, and what senders get wrong, done to
// any message on purpose.

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Damage is one kind of damage.
type Damage struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	// Placed says that where it is done can be chosen.
	Placed bool `json:"placed"`
	do     func(message []byte, at int) ([]byte, error)
}

// Damages are the kinds of damage, those of transport first.
var Damages = []Damage{
	{"flip", "One byte flipped", "One bit of the byte at the chosen place is another; in the middle of the body where none is chosen.", true, flip},
	{"lf-crlf", "LF became CR LF", "Every line feed that stands alone becomes CR LF, binary or not: what happened to the archive of RFC 6216.", false, lfToCRLF},
	{"crlf-lf", "CR LF became LF", "Every CR LF becomes a line feed, as in a file that went through a text editor.", false, crlfToLF},
	{"not-utf8", "Pasted as text", "Every byte that is not UTF-8 becomes the replacement character, as in a text field.", false, notUTF8},
	{"truncated", "Cut off", "What comes from the chosen place on is missing; the last third of the body where none is chosen.", true, truncated},
	{"length-short", "Content-Length too small", "Content-Length says ten bytes less than there are.", false, func(m []byte, _ int) ([]byte, error) { return contentLength(m, -10) }},
	{"length-long", "Content-Length too large", "Content-Length says ten bytes more than there are.", false, func(m []byte, _ int) ([]byte, error) { return contentLength(m, 10) }},
	{"text", "Other words", "A letter of the readable text of the body is another.", false, otherText},
	{"from", "Another sender", "The From header field names mallory, who did not sign.", false, otherSender},
	{"micalg", "Wrong micalg", "The micalg parameter names another digest than the signature has.", false, parameterBecomes("micalg", "md5")},
	{"protocol", "No protocol parameter", "multipart/signed does not say what kind of signature follows.", false, noProtocol},
	{"signature-type", "Type of the 2005 draft", "The signature is called application/pkcs7-mime, as in the first drafts of RFC 6216.", false, signatureType},
	{"smime-type", "Wrong smime-type", "The smime-type parameter says something else than the object is.", false, smimeType},
	{"boundary", "Mismatched boundary", "The boundary parameter is not that of the delimiters.", false, parameterBecomes("boundary", "none-of-these")},
	{"no-close", "No final delimiter", "The last delimiter of the multipart is missing.", false, noClose},
}

// DamageNamed finds a damage by its id.
func DamageNamed(id string) (Damage, error) {
	for _, d := range Damages {
		if d.ID == id {
			return d, nil
		}
	}
	return Damage{}, fmt.Errorf("there is no damage %q", id)
}

// Do gives a damaged copy of a message. at is the byte where a Placed one is done, or
// negative for where it is done by itself. It is an error when the message has nothing
// that could be damaged in this way.
func (d Damage) Do(message []byte, at int) ([]byte, error) {
	out, err := d.do(bytes.Clone(message), at)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.ID, err)
	}
	if bytes.Equal(out, message) {
		return nil, fmt.Errorf("%s: the message has nothing that could be damaged so", d.ID)
	}
	return out, nil
}

// bodyStart is where the body begins, after the empty line.
func bodyStart(m []byte) (int, error) {
	if i := bytes.Index(m, []byte("\r\n\r\n")); i >= 0 && i+4 < len(m) {
		return i + 4, nil
	}
	return 0, errors.New("the message has no body")
}

func flip(m []byte, at int) ([]byte, error) {
	if at < 0 {
		start, err := bodyStart(m)
		if err != nil {
			return nil, err
		}
		at = start + (len(m)-start)/2
	}
	if at >= len(m) {
		return nil, fmt.Errorf("there is no byte %d: the message has %d", at, len(m))
	}
	m[at] ^= 1
	return m, nil
}

func lfToCRLF(m []byte, _ int) ([]byte, error) {
	var out []byte
	for i, c := range m {
		if c == '\n' && (i == 0 || m[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out, nil
}

func crlfToLF(m []byte, _ int) ([]byte, error) {
	return bytes.ReplaceAll(m, []byte("\r\n"), []byte("\n")), nil
}

func notUTF8(m []byte, _ int) ([]byte, error) {
	return bytes.ToValidUTF8(m, []byte(string(utf8.RuneError))), nil
}

func truncated(m []byte, at int) ([]byte, error) {
	if at >= 0 {
		return m[:min(at, len(m))], nil
	}
	start, err := bodyStart(m)
	if err != nil {
		return nil, err
	}
	return m[:len(m)-(len(m)-start)/3], nil
}

// contentLength changes the number of the header field.
func contentLength(m []byte, by int) ([]byte, error) {
	start, end, ok := headerField(m, "Content-Length", "l")
	if !ok {
		return nil, errors.New("the message has no Content-Length")
	}
	n, err := strconv.Atoi(string(m[start:end]))
	if err != nil {
		return nil, err
	}
	return splice(m, start, end, strconv.Itoa(max(n+by, 0))), nil
}

func otherText(m []byte, _ int) ([]byte, error) {
	start, ok := textStart(m)
	if !ok {
		return nil, errors.New("the message has no readable text in it")
	}
	for i := start; i < len(m); i++ {
		switch c := m[i]; {
		case c == 'z' || c == 'Z' || c == '9':
			m[i]--
			return m, nil
		case c >= 'a' && c < 'z', c >= 'A' && c < 'Z', c >= '0' && c < '9':
			m[i]++
			return m, nil
		}
	}
	return nil, errors.New("the text of the message has no letters")
}

// textStart is where the first entity of text, at any depth, begins.
func textStart(m []byte) (int, bool) {
	const field = "Content-Type: "
	for at := 0; ; {
		i := indexFold(m[at:], field)
		if i < 0 {
			return 0, false
		}
		at += i + len(field)
		for _, kind := range []string{"text/", "application/sdp", "message/sipfrag"} {
			if end := bytes.Index(m[at:], []byte("\r\n\r\n")); end >= 0 && indexFold(m[at:min(at+len(kind), len(m))], kind) == 0 {
				return at + end + 4, true
			}
		}
	}
}

func otherSender(m []byte, _ int) ([]byte, error) {
	if start, end, ok := headerField(m, "From", "f"); ok {
		for _, scheme := range []string{"sip:", "sips:"} {
			i := indexFold(m[start:end], scheme)
			if i < 0 {
				continue
			}
			user := start + i + len(scheme)
			if n := bytes.IndexAny(m[user:end], "@>"); n >= 0 && m[user+n] == '@' {
				return splice(m, user, user+n, "mallory"), nil
			}
		}
	}
	return nil, errors.New("there is no user in the From header field")
}

// headerField finds the value of a SIP header field by its names.
func headerField(m []byte, names ...string) (start, end int, ok bool) {
	for at := bytes.IndexByte(m, '\n') + 1; at > 0 && at < len(m); {
		line := m[at:]
		if n := bytes.Index(line, []byte("\r\n")); n > 0 {
			line = line[:n]
		} else if n == 0 {
			break // the empty line
		}
		if name, value, isField := bytes.Cut(line, []byte(":")); isField {
			for _, n := range names {
				if strings.EqualFold(string(bytes.TrimSpace(name)), n) {
					end = at + len(line)
					return end - len(bytes.TrimLeft(value, " \t")), end, true
				}
			}
		}
		at += len(line) + len("\r\n")
	}
	return 0, 0, false
}

// indexFold is where text stands first in m, in any case; -1 where it does not.
func indexFold(m []byte, text string) int {
	for i := 0; i+len(text) <= len(m); i++ {
		if strings.EqualFold(string(m[i:i+len(text)]), text) {
			return i
		}
	}
	return -1
}

// parameter finds the first parameter of a name, with its value.
func parameter(m []byte, name string) (start, end int, err error) {
	start = bytes.Index(m, []byte(name+"="))
	if start < 0 {
		return 0, 0, errNothing
	}
	value := m[start+len(name)+1:]
	if len(value) > 0 && value[0] == '"' {
		if n := bytes.IndexByte(value[1:], '"'); n >= 0 {
			return start, len(m) - len(value) + n + 2, nil
		}
	}
	n := bytes.IndexAny(value, "; \t\r\n")
	if n < 0 {
		n = len(value)
	}
	return start, len(m) - len(value) + n, nil
}

var errNothing = errors.New("there is nothing of the kind in the message")

// parameterBecomes gives the first parameter of a name another value.
func parameterBecomes(name, value string) func([]byte, int) ([]byte, error) {
	return func(m []byte, _ int) ([]byte, error) {
		start, end, err := parameter(m, name)
		if err != nil {
			return nil, err
		}
		return substitute(m, start, end, name+"="+value)
	}
}

// noProtocol leaves the parameter out, with the semicolon before it.
func noProtocol(m []byte, _ int) ([]byte, error) {
	start, end, err := parameter(m, "protocol")
	if err != nil {
		return nil, err
	}
	return substitute(m, len(bytes.TrimRight(m[:start], "; \t\r\n")), end, "")
}

func signatureType(m []byte, _ int) ([]byte, error) {
	const right = "Content-Type: application/pkcs7-signature"
	start := bytes.Index(m, []byte(right))
	if start < 0 {
		return nil, errNothing
	}
	return substitute(m, start, start+len(right), "Content-Type: application/pkcs7-mime")
}

func smimeType(m []byte, _ int) ([]byte, error) {
	other := "enveloped-data"
	if start, end, err := parameter(m, "smime-type"); err == nil && strings.EqualFold(string(m[start:end]), "smime-type=enveloped-data") {
		other = "signed-data"
	}
	return parameterBecomes("smime-type", other)(m, 0)
}

// splice puts text in place of a range.
func splice(m []byte, start, end int, by string) []byte {
	return bytes.Join([][]byte{m[:start], []byte(by), m[end:]}, nil)
}

// substitute does so too, and in the body corrects the Content-Length, so that only the
// damage that was asked for is done.
func substitute(m []byte, start, end int, by string) ([]byte, error) {
	out := splice(m, start, end, by)
	body, err := bodyStart(m)
	if more := len(by) - (end - start); err == nil && start >= body && more != 0 {
		return contentLength(out, more)
	}
	return out, nil
}

func noClose(m []byte, _ int) ([]byte, error) {
	i := bytes.LastIndex(m, []byte("\r\n--"))
	if i < 0 || !bytes.HasSuffix(bytes.TrimSpace(m), []byte("--")) {
		return nil, errors.New("the message has no final delimiter")
	}
	return contentLength(m[:i], i-len(m))
}
