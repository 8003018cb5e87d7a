package craft

// Who sent a message by other means than a signature over its body: the Identity field
// of RFC 4474, of RFC 8224 and of a response as a draft of 2005 had it. They are put into
// a message that is finished.

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// fieldValue is the value of a message's header field, or "".
func fieldValue(message []byte, name string) string {
	header, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	for line := range strings.SplitSeq(string(header), "\r\n") {
		if n, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(n, name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// addrSpec is the URI of an address without its brackets, name and parameters.
func addrSpec(address string) string {
	if _, rest, ok := strings.Cut(address, "<"); ok {
		address, _, _ = strings.Cut(rest, ">")
		return address
	}
	address, _, _ = strings.Cut(address, ";")
	return address
}

// WithField adds a header field to a message that is finished.
func WithField(message []byte, name, value string) []byte {
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return []byte(string(head) + "\r\n" + name + ": " + value + "\r\n\r\n" + string(body))
}

// digestString joins what a domain signs of a message, up to its body.
func digestString(message []byte, separator string, values ...string) string {
	_, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	return strings.Join(append(values, string(body)), separator)
}

// signSHA1 signs as rsa-sha1 does (RFC 4474 section 9), in base64.
func (k *Key) signSHA1(text string) (string, error) {
	d, err := digestNamed("SHA-1")
	if err != nil {
		return "", err
	}
	signature, err := sign(k, d, false, []byte(text))
	if err != nil {
		return "", fmt.Errorf("signing Identity: %w", err)
	}
	return base64.StdEncoding.EncodeToString(signature), nil
}

// AddIdentity puts Identity and Identity-Info into a request, as the domain of its
// sender does by RFC 4474 section 5. url is where its certificate is.
func AddIdentity(message []byte, domain *Key, url string) ([]byte, error) {
	signature, err := domain.signSHA1(digestString(message, "|", addrSpec(fieldValue(message, "From")), addrSpec(fieldValue(message, "To")),
		fieldValue(message, "Call-ID"), fieldValue(message, "CSeq"), fieldValue(message, "Date"), addrSpec(fieldValue(message, "Contact"))))
	if err != nil {
		return nil, err
	}
	message = WithField(message, "Identity", `"`+signature+`"`)
	return WithField(message, "Identity-Info", "<"+url+">;alg=rsa-sha1"), nil
}

// AddResponder puts Responder, Responder-Info and Identity into a response, as the
// domain of who answers does by a draft of 2005. claimer is who answers.
func AddResponder(message []byte, domain *Key, claimer, url string) ([]byte, error) {
	signature, err := domain.signSHA1(digestString(message, ":", addrSpec(fieldValue(message, "To")), addrSpec(fieldValue(message, "From")), claimer,
		fieldValue(message, "Call-ID"), fieldValue(message, "CSeq"), fieldValue(message, "Date")))
	if err != nil {
		return nil, err
	}
	message = WithField(message, "Responder", "claimer=<"+claimer+">; verify-method=DAS")
	message = WithField(message, "Responder-Info", "<"+url+">")
	return WithField(message, "Identity", `"`+signature+`"`), nil
}

// PASSporT is a token that is to be made (RFC 8225).
type PASSporT struct {
	Extension string // "shaken", or "" for none
	URL       string // where the certificate is
	Claims    map[string]any
}

// Sign makes the full form, with ES256. JSON from the standard library is as RFC 8225
// section 9 has it: members sorted, and no spaces.
func (p PASSporT) Sign(key *Key) (string, error) {
	k, ok := key.private.(*ecdsa.PrivateKey)
	if !ok || k.Curve.Params().BitSize != 256 {
		return "", errors.New("a PASSporT is signed by a key on the curve P-256")
	}
	header := map[string]any{"alg": "ES256", "typ": "passport", "x5u": p.URL}
	if p.Extension != "" {
		header["ppt"] = p.Extension
	}
	var parts []string
	for _, v := range []map[string]any{header, p.Claims} {
		b, err := json.Marshal(v)
		if err != nil {
			return "", fmt.Errorf("writing a PASSporT: %w", err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	text := strings.Join(parts, ".")
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, k, digest[:])
	if err != nil {
		return "", fmt.Errorf("signing a PASSporT: %w", err)
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(raw), nil
}

// CompactPASSporT leaves only the signature of a token (RFC 8225 section 7).
func CompactPASSporT(full string) string { return ".." + full[strings.LastIndexByte(full, '.')+1:] }

// AddPASSporT puts a token into a request (RFC 8224 section 4.1).
func (p PASSporT) AddPASSporT(message []byte, token string) []byte {
	value := token + ";info=<" + p.URL + ">;alg=ES256"
	if p.Extension != "" {
		value += ";ppt=" + p.Extension
	}
	return WithField(message, "Identity", value)
}

// TNAuthList is the line of a certificate's extension that says which telephone numbers
// it is for (RFC 8226 section 9): a provider's code, and count numbers from first on.
func TNAuthList(provider, first string, count int) string {
	ia5 := func(s string) []byte { return tlv(0x16, []byte(s)) }
	list := sequence(explicit(0, ia5(provider)), explicit(1, sequence(ia5(first), smallInteger(int64(count)))))
	return "1.3.6.1.5.5.7.1.26 = DER:" + hex.EncodeToString(list)
}

// WithBody gives a finished message another body, of the same type.
func WithBody(message, body []byte) []byte {
	head, _, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	lines := strings.Split(string(head), "\r\n")
	for i, line := range lines {
		if strings.HasPrefix(line, "Content-Length:") {
			lines[i] = "Content-Length: " + strconv.Itoa(len(body))
		}
	}
	return append([]byte(strings.Join(lines, "\r\n")+"\r\n\r\n"), body...)
}
