package main

// The messages, each intact and with one thing changed.

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/smallstep/pkcs7"

	"github.com/sipseal/sipseal/internal/craft"
)

const (
	date = "Mon, 01 Jun 2026 12:00:00 GMT"
	unix = 1780315200
	now  = "2026-06-01T12:00:10Z"
	sdp  = "v=0\r\no=alice 2890844526 2890844526 IN IP4 pc33.atlanta.example\r\ns=-\r\nc=IN IP4 pc33.atlanta.example\r\nt=0 0\r\nm=audio 49172 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)

// message is a SIP message before it is written: fields in order.
type message struct {
	start  string
	fields []string // "Name: value"
	body   string
}

func invite(method string) message {
	return message{
		start: method + " sip:bob@biloxi.example SIP/2.0",
		fields: []string{
			"Via: SIP/2.0/TLS pc33.atlanta.example;branch=z9hG4bKnashds8", "Max-Forwards: 70",
			"From: <sip:alice@atlanta.example>;tag=1928301774", "To: <sip:bob@biloxi.example>",
			"Call-ID: a84b4c76e66710@atlanta.example", "CSeq: 1 " + method, "Date: " + date,
			"Contact: <sip:alice@pc33.atlanta.example>",
		},
	}
}

// with sets a field, in its place or at the end.
func (m message) with(name, value string) message {
	fields := append([]string{}, m.fields...)
	for i, f := range fields {
		if strings.HasPrefix(f, name+":") {
			fields[i] = name + ": " + value
			m.fields = fields
			return m
		}
	}
	m.fields = append(fields, name+": "+value)
	return m
}

func (m message) withBody(kind, body string) message {
	m = m.with("Content-Type", kind)
	m.body = body
	return m
}

func (m message) String() string {
	return m.start + "\r\n" + strings.Join(m.fields, "\r\n") + fmt.Sprintf("\r\nContent-Length: %d\r\n\r\n", len(m.body)) + m.body
}

func (m message) get(name string) string {
	for _, f := range m.fields {
		if value, ok := strings.CutPrefix(f, name+": "); ok {
			return value
		}
	}
	return ""
}

// uri is the address in a field.
func (m message) uri(name string) string {
	_, rest, _ := strings.Cut(m.get(name), "<")
	uri, _, _ := strings.Cut(rest, ">")
	return uri
}

// domainSigned adds Identity over a digest-string (RFC 4474 section 9).
func (p *people) domainSigned(m message, text string) (message, error) {
	digest := sha1.Sum([]byte(text))
	signature, err := p.domain.key.Sign(rand.Reader, digest[:], crypto.SHA1)
	return m.with("Identity", `"`+base64.StdEncoding.EncodeToString(signature)+`"`), err
}

func (p *people) rfc4474(m message) (message, error) {
	text := strings.Join([]string{m.uri("From"), m.uri("To"), m.get("Call-ID"), m.get("CSeq"), m.get("Date"), m.uri("Contact"), m.body}, "|")
	m, err := p.domainSigned(m, text)
	return m.with("Identity-Info", "<https://atlanta.example/atlanta.pem>;alg=rsa-sha1"), err
}

const info = "https://cert.atlanta.example/provider.pem"

type object = map[string]any

// token makes a PASSporT: the JSON of the standard library is as RFC 8225 section 9
// wants it, with members sorted and no spaces.
func (p *people) token(ppt string, claims object) (string, error) {
	header := object{"alg": "ES256", "typ": "passport", "x5u": info}
	if ppt != "" {
		header["ppt"] = ppt
	}
	var parts []string
	for _, v := range []object{header, claims} {
		b, err := json.Marshal(v)
		if err != nil {
			return "", err
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	text := strings.Join(parts, ".")
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, p.provider.key.(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		return "", err
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(raw), nil
}

const boundary = "sipseal-identity-5c1e"

// signed is a multipart/signed over an entity.
func (p *people) signed(content string, signer person) (kind, body string, err error) {
	sd, err := pkcs7.NewSignedData([]byte(content))
	if err != nil {
		return "", "", err
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := sd.AddSigner(signer.cert, signer.key, pkcs7.SignerInfoConfig{}); err != nil {
		return "", "", err
	}
	sd.Detach()
	der, err := sd.Finish()
	body = "--" + boundary + "\r\n" + content + "\r\n--" + boundary + "\r\nContent-Type: application/pkcs7-signature;name=smime.p7s\r\n" +
		"Content-Disposition: attachment;handling=required;filename=smime.p7s\r\nContent-Transfer-Encoding: binary\r\n\r\n" + string(der) + "\r\n--" + boundary + "--\r\n"
	return "multipart/signed;boundary=" + boundary + ";micalg=sha-256;protocol=\"application/pkcs7-signature\"", body, err
}

// identityBody is an INVITE with an identity body of inner's fields beside its SDP.
func (p *people) identityBody(outer, inner message) (message, error) {
	fragment := ""
	for _, name := range []string{"From", "To", "Contact", "Date", "Call-ID", "CSeq"} {
		fragment += name + ": " + inner.get(name) + "\r\n"
	}
	kind, body, err := p.signed("Content-Type: message/sipfrag\r\nContent-Disposition: aib;handling=optional\r\n\r\n"+fragment, p.alice)
	const mixed = "sipseal-mixed-81d0"
	return outer.withBody("multipart/mixed;boundary="+mixed, "--"+mixed+"\r\nContent-Type: application/sdp\r\n\r\n"+sdp+"\r\n--"+mixed+
		"\r\nContent-Type: "+kind+"\r\n\r\n"+body+"\r\n--"+mixed+"--\r\n"), err
}

func (p *people) enveloped(content string, to ...*x509.Certificate) ([]byte, error) {
	pkcs7.ContentEncryptionAlgorithm = pkcs7.EncryptionAlgorithmAES128CBC
	return pkcs7.Encrypt([]byte(content), to)
}

func makeExamples(files map[string][]byte, p *people) ([]example, error) {
	var index []example
	var failed error
	add := func(e example, m message, err error) {
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", e.ID, err)
		}
		e.Message, e.At = e.ID+".sip", now
		e.Trust = []string{"ca.pem"}
		if e.Keys == nil {
			e.Keys = []string{}
		}
		if e.Certificates == nil {
			e.Certificates = []string{}
		}
		files[e.Message] = []byte(m.String())
		index = append(index, e)
	}
	domain, provider := []string{"atlanta.pem"}, []string{"provider.pem"}

	m, err := p.rfc4474(invite("INVITE").withBody("application/sdp", sdp))
	add(example{ID: "identity", Title: "Identity (RFC 4474)", Expect: "valid", Certificates: domain, Mechanism: "identity", Verdict: "valid",
		Description: "An INVITE for which the domain of its sender vouches: some header fields and the body, signed."}, m, err)
	m.body = strings.Replace(m.body, "49172", "49173", 1)
	add(example{ID: "identity_changed", Title: "Identity, changed on the way", Expect: "invalid", Certificates: domain, Mechanism: "identity", Verdict: "invalid", Reason: "signature",
		Description: "The same with another port in the SDP: the string that was signed is shown, and it is another."}, m, nil)

	call := invite("INVITE").with("From", "<sip:+12155551212@atlanta.example;user=phone>;tag=1928301774").with("To", "<sip:+12125551213@biloxi.example;user=phone>")
	token, err := p.token("shaken", object{"attest": "A", "dest": object{"tn": []string{"12125551213"}}, "iat": unix, "orig": object{"tn": "12155551212"}, "origid": "123e4567-e89b-12d3-a456-426655440000"})
	m = call.with("Identity", token+";info=<"+info+">;alg=ES256;ppt=shaken")
	add(example{ID: "shaken", Title: "SHAKEN", Expect: "valid", Certificates: provider, Mechanism: "passport", Verdict: "valid",
		Description: "A call with a PASSporT: the provider attests (A) that the number is its customer's."}, m, err)
	add(example{ID: "shaken_changed", Title: "SHAKEN, another caller", Expect: "invalid", Certificates: provider, Mechanism: "passport", Verdict: "invalid", Reason: "from",
		Description: "The same PASSporT under another number: spoofed."}, m.with("From", "<sip:+12155551299@atlanta.example;user=phone>;tag=1928301774"), nil)
	token, err = p.token("", object{"dest": object{"uri": []string{"sip:bob@biloxi.example"}}, "iat": unix, "orig": object{"uri": "sip:alice@atlanta.example"}})
	m = invite("INVITE").with("Identity", ".."+token[strings.LastIndexByte(token, '.')+1:]+";info=<"+info+">;alg=ES256")
	add(example{ID: "passport_compact", Title: "PASSporT, compact", Expect: "valid", Certificates: provider, Mechanism: "passport", Verdict: "valid",
		Description: "Only the signature is sent; header and claims are rebuilt from the message."}, m, err)
	add(example{ID: "passport_compact_changed", Title: "PASSporT, compact, a second later", Expect: "invalid", Certificates: provider, Mechanism: "passport", Verdict: "invalid", Reason: "signature",
		Description: "The Date is one second later, so that other claims are rebuilt."}, m.with("Date", "Mon, 01 Jun 2026 12:00:01 GMT"), nil)

	m, err = p.identityBody(invite("INVITE"), invite("INVITE"))
	add(example{ID: "aib", Title: "Authenticated Identity Body", Expect: "valid", Mechanism: "aib", Verdict: "valid",
		Description: "An INVITE whose body holds, beside its SDP, a signed fragment of its header (RFC 3893)."}, m, err)
	add(example{ID: "aib_replayed", Title: "Authenticated Identity Body, cut out of another call", Expect: "invalid", Mechanism: "aib", Verdict: "invalid", Reason: "match",
		Description: "The same body in a message with another Call-ID."}, m.with("Call-ID", "ffff4c76e66710@atlanta.example"), nil)
	m, err = p.identityBody(invite("INVITE").with("From", "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=1928301774"), invite("INVITE"))
	add(example{ID: "aib_anonymous", Title: "Anonymous, but for the recipient", Expect: "valid", Mechanism: "aib", Verdict: "valid",
		Description: "From is anonymous outside; the identity body names the caller."}, m, err)

	inner := invite("MESSAGE").with("Subject", "Lunch?").withBody("text/plain", "Watson, come here.\r\n")
	kind, body, err := p.signed("Content-Type: message/sip\r\n\r\n"+inner.String(), p.alice)
	m = invite("MESSAGE").with("Subject", "Lunch?").withBody(kind, body)
	add(example{ID: "tunnel", Title: "A message inside a message", Expect: "valid",
		Description: "The whole request once more as a signed body, so that its header fields can be compared (RFC 3261 section 23.4)."}, m, err)
	add(example{ID: "tunnel_changed", Title: "A message inside a message, another Subject", Expect: "valid",
		Description: "The Subject outside was changed on the way: the signature holds, and the comparison shows it."}, m.with("Subject", "Dinner?"), nil)

	notify := invite("NOTIFY").with("Event", "certificate").with("Subscription-State", "active;expires=86400").with("Content-Disposition", "signal").
		withBody("application/pkix-cert", string(p.alice.cert.Raw))
	m, err = p.rfc4474(notify)
	add(example{ID: "certificate", Title: "A certificate by SIP", Expect: "valid", Certificates: domain, Mechanism: "certificate", Verdict: "valid",
		Description: "NOTIFY of the event package certificate (RFC 6072), vouched for by Identity."}, m, err)
	m.body = string(p.bob.cert.Raw)
	add(example{ID: "certificate_changed", Title: "A certificate by SIP, exchanged", Expect: "invalid", Certificates: domain, Mechanism: "certificate", Verdict: "invalid", Reason: "identity",
		Description: "Somebody on the way put another certificate in."}, m, nil)
	m, err = p.rfc4474(invite("NOTIFY").with("Event", "certificate").with("Subscription-State", "active;expires=86400"))
	add(example{ID: "certificate_revoked", Title: "A certificate by SIP, revoked", Expect: "invalid", Certificates: domain, Mechanism: "certificate", Verdict: "invalid", Reason: "content",
		Description: "A NOTIFY with an empty body: the certificate is to be used no longer."}, m, err)

	key, err := craft.ReadKey(files["bob_key.pem"], "")
	if err != nil {
		return nil, err
	}
	locked, err := key.PEM("passw0rd")
	if err != nil {
		return nil, err
	}
	lockedKey, _ := pem.Decode(locked)
	if lockedKey == nil {
		return nil, errors.New("no PEM in the encrypted key")
	}
	part := func(kind string, b []byte) string {
		return "--" + boundary + "\r\nContent-Type: " + kind + "\r\nContent-Disposition: signal\r\nContent-Transfer-Encoding: binary\r\n\r\n" + string(b) + "\r\n"
	}
	publish := invite("PUBLISH").with("From", "<sip:bob@biloxi.example>;tag=1928301774").with("Event", "credential").with("Expires", "86400").
		withBody("multipart/mixed;boundary="+boundary, part("application/pkix-cert", p.bob.cert.Raw)+part("application/pkcs8", lockedKey.Bytes)+"--"+boundary+"--\r\n")
	add(example{ID: "credential", Title: "A credential by SIP", Expect: "plain", Mechanism: "credential", Verdict: "valid",
		Description: "PUBLISH of bob's certificate and of his private key, encrypted: the password is passw0rd."}, publish, nil)

	response := invite("INVITE")
	response.start = "SIP/2.0 200 OK"
	response = response.with("From", "<sip:bob@biloxi.example>;tag=1").with("To", "<sip:alice@atlanta.example>;tag=2").
		with("Responder", "claimer=<sip:alice@atlanta.example>; verify-method=DAS").with("Responder-Info", "<https://atlanta.example/atlanta.pem>")
	m, err = p.domainSigned(response, strings.Join([]string{response.uri("To"), response.uri("From"), "sip:alice@atlanta.example", response.get("Call-ID"), response.get("CSeq"), date, ""}, ":"))
	add(example{ID: "response", Title: "Response identity", Expect: "valid", Certificates: domain, Mechanism: "response-identity", Verdict: "valid",
		Description: "A response whose responder is vouched for by the domain, as a draft of 2005 had it."}, m, err)
	add(example{ID: "response_changed", Title: "Response identity, another responder", Expect: "invalid", Certificates: domain, Mechanism: "response-identity", Verdict: "invalid", Reason: "signature",
		Description: "The claimer is another address of the same domain."}, m.with("Responder", "claimer=<sip:mallory@atlanta.example>; verify-method=DAS"), nil)

	sealed, err := p.enveloped("Content-Type: text/plain\r\n\r\nWatson, come here.\r\n", p.bob.cert, p.proxy.cert)
	m = invite("MESSAGE").with("Proxy-Required-Body", `ssl.atlanta.example;cid="1234@atlanta.example"`).with("Content-ID", "<1234@atlanta.example>").
		with("Content-Transfer-Encoding", "binary").with("Content-Disposition", "attachment;filename=smime.p7m;handling=required").
		withBody("application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m", string(sealed))
	add(example{ID: "middle", Title: "For a proxy as well", Expect: "opened", Certificates: []string{"proxy.pem", "bob.pem"}, Keys: []string{"proxy_key.pem"}, Mechanism: "end-to-middle", Verdict: "valid",
		Description: "An EnvelopedData for bob and for the proxy that Proxy-Required-Body names; opened with the proxy's key."}, m, err)
	add(example{ID: "middle_changed", Title: "For a proxy, pointing nowhere", Expect: "invalid", Certificates: []string{"proxy.pem", "bob.pem"}, Keys: []string{"proxy_key.pem"}, Mechanism: "end-to-middle", Verdict: "invalid", Reason: "match",
		Description: "No part has the Content-ID that the header field names."}, m.with("Content-ID", "<1235@atlanta.example>"), nil)
	return index, failed
}
