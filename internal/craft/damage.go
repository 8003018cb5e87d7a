package craft

// Damages: what happens to messages on their way, and what senders get wrong, done to
// any message on purpose.

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
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
	{"micalg", "Wrong micalg", "The micalg parameter names another digest than the signature has.", false, replaced(`micalg="?[\w,-]+"?`, "micalg=md5")},
	{"protocol", "No protocol parameter", "multipart/signed does not say what kind of signature follows.", false, replaced(`;\s*protocol="[^"]*"`, "")},
	{"signature-type", "Type of the 2005 draft", "The signature is called application/pkcs7-mime, as in the first drafts of RFC 6216.", false, replaced(`Content-Type: application/pkcs7-signature`, "Content-Type: application/pkcs7-mime")},
	{"smime-type", "Wrong smime-type", "The smime-type parameter says something else than the object is.", false, smimeType},
	{"boundary", "Mismatched boundary", "The boundary parameter is not that of the delimiters.", false, replaced(`boundary=(?:"[^"]*"|[^;\s]+)`, "boundary=none-of-these")},
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

var contentLengthField = regexp.MustCompile(`(?i)(\r\n(?:Content-Length|l)[ \t]*:[ \t]*)(\d+)`)

func contentLength(m []byte, by int) ([]byte, error) {
	at := contentLengthField.FindSubmatchIndex(m)
	if at == nil {
		return nil, errors.New("the message has no Content-Length")
	}
	n, err := strconv.Atoi(string(m[at[4]:at[5]]))
	if err != nil {
		return nil, err
	}
	n = max(n+by, 0)
	return bytes.Join([][]byte{m[:at[4]], []byte(strconv.Itoa(n)), m[at[5]:]}, nil), nil
}

var textPart = regexp.MustCompile(`(?i)Content-Type: (?:text/|application/sdp|message/sipfrag)[^\r]*\r\n(?:[^\r]+\r\n)*\r\n`)

func otherText(m []byte, _ int) ([]byte, error) {
	at := textPart.FindIndex(m)
	if at == nil {
		return nil, errors.New("the message has no readable text in it")
	}
	for i := at[1]; i < len(m); i++ {
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

var fromField = regexp.MustCompile(`(?i)(\r\n(?:From|f)[ \t]*:[^\r]*?sips?:)([^@>\r]*)(@)`)

func otherSender(m []byte, _ int) ([]byte, error) {
	at := fromField.FindSubmatchIndex(m)
	if at == nil {
		return nil, errors.New("there is no user in the From header field")
	}
	return keepLength(bytes.Join([][]byte{m[:at[4]], []byte("mallory"), m[at[5]:]}, nil), 0)
}

// replaced replaces the first match of a pattern.
func replaced(pattern, by string) func([]byte, int) ([]byte, error) {
	re := regexp.MustCompile(pattern)
	return func(m []byte, _ int) ([]byte, error) {
		at := re.FindIndex(m)
		if at == nil {
			return nil, errors.New("there is nothing of the kind in the message")
		}
		out := bytes.Join([][]byte{m[:at[0]], []byte(by), m[at[1]:]}, nil)
		if start, err := bodyStart(m); err == nil && at[0] >= start {
			return keepLength(out, len(by)-(at[1]-at[0]))
		}
		return out, nil
	}
}

// keepLength corrects the Content-Length, so that only the damage that was asked for
// is done.
func keepLength(m []byte, by int) ([]byte, error) {
	if by == 0 {
		return m, nil
	}
	return contentLength(m, by)
}

var smimeTypeParam = regexp.MustCompile(`smime-type=([\w-]+)`)

func smimeType(m []byte, _ int) ([]byte, error) {
	other := "smime-type=enveloped-data"
	if found := smimeTypeParam.FindSubmatch(m); found != nil && strings.EqualFold(string(found[1]), "enveloped-data") {
		other = "smime-type=signed-data"
	}
	return replaced(smimeTypeParam.String(), other)(m, 0)
}

func noClose(m []byte, _ int) ([]byte, error) {
	i := bytes.LastIndex(m, []byte("\r\n--"))
	if i < 0 || !bytes.HasSuffix(bytes.TrimSpace(m), []byte("--")) {
		return nil, errors.New("the message has no final delimiter")
	}
	return contentLength(m[:i], i-len(m))
}
