package main

// The messages, each intact and with one thing changed.

import (
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

const (
	date  = "Mon, 01 Jun 2026 12:00:00 GMT"
	unix  = 1780315200
	now   = "2026-06-01T12:00:10Z"
	sdp   = "v=0\r\no=alice 2890844526 2890844526 IN IP4 pc33.atlanta.example\r\ns=-\r\nc=IN IP4 pc33.atlanta.example\r\nt=0 0\r\nm=audio 49172 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
	alice = "sip:alice@atlanta.example"
	bob   = "sip:bob@biloxi.example"

	domainURL   = "https://atlanta.example/atlanta.pem"
	providerURL = "https://cert.atlanta.example/provider.pem"
)

// from alice to bob: a message whose fields are always the same.
func from(method string, more ...string) craft.Message {
	return craft.Message{Method: method, From: alice, To: bob, Headers: append([]string{
		"Via: SIP/2.0/TLS pc33.atlanta.example;branch=z9hG4bKnashds8", "From: <" + alice + ">;tag=1928301774",
		"Call-ID: a84b4c76e66710@atlanta.example", "Date: " + date, "Contact: <sip:alice@pc33.atlanta.example>",
	}, more...)}
}

// with gives a message a body.
func with(m craft.Message, contentType, body string) craft.Message {
	m.ContentType, m.Body, m.Binary = contentType, body, true
	return m
}

func invite(more ...string) craft.Message {
	return with(from("INVITE", more...), "application/sdp", sdp)
}

// maker makes examples; the first error ends it.
type maker struct {
	*people
	files map[string][]byte
	index []exampleset.Example
	err   error
}

func (m *maker) failed(what string, err error) {
	if err != nil && m.err == nil {
		m.err = fmt.Errorf("%s: %w", what, err)
	}
}

// bytes makes a message.
func (m *maker) bytes(d craft.Message) []byte {
	b, err := d.Bytes()
	m.failed(d.Method, err)
	return b
}

// vouched is a request with the Identity of RFC 4474.
func (m *maker) vouched(d craft.Message) []byte {
	b, err := craft.AddIdentity(m.bytes(d), m.domain.key, domainURL)
	m.failed("Identity", err)
	return b
}

func (m *maker) token(p craft.PASSporT) string {
	p.URL = providerURL
	token, err := p.Sign(m.provider.key)
	m.failed("PASSporT", err)
	return token
}

// changed replaces one thing, which has to be there.
func (m *maker) changed(message []byte, old, new string) []byte {
	if !strings.Contains(string(message), old) {
		m.failed("changing", fmt.Errorf("there is no %q", old))
	}
	return []byte(strings.Replace(string(message), old, new, 1))
}

func (m *maker) add(message []byte, e exampleset.Example) {
	e.Message, e.At, e.Trust = e.ID+".sip", now, []string{"ca.pem"}
	if e.Keys == nil {
		e.Keys = []string{}
	}
	if e.Certificates == nil {
		e.Certificates = []string{}
	}
	m.files[e.Message] = message
	m.index = append(m.index, e)
}

func makeExamples(files map[string][]byte, p *people) ([]exampleset.Example, error) {
	m := &maker{people: p, files: files}
	m.identities()
	m.passports()
	m.bodies()
	m.tunnels()
	m.certificates()
	m.responses()
	m.middle()
	m.refusals()
	m.reuse()
	m.transport()
	m.neighbours()
	return m.index, m.err
}

func (m *maker) identities() {
	domain := []string{"atlanta.pem"}
	message := m.vouched(invite())
	m.add(message, exampleset.Example{ID: "identity", Title: "Identity (RFC 4474)", Expect: "valid", Certificates: domain, Mechanism: "identity", Verdict: "valid",
		Description: "An INVITE for which the domain of its sender vouches: some header fields and the body, signed."})
	m.add(m.changed(message, "49172", "49173"), exampleset.Example{ID: "identity_changed", Title: "Identity, changed on the way", Expect: "invalid", Certificates: domain, Mechanism: "identity", Verdict: "invalid", Reason: "signature",
		Description: "The same with another port in the SDP: the string that was signed is shown, and it is another."})
	other := m.changed(m.bytes(invite()), "From: <sip:alice@atlanta.example>", "From: <sip:alice@biloxi.example>")
	other, err := craft.AddIdentity(other, m.domain.key, domainURL)
	m.failed("Identity of another", err)
	m.add(other, exampleset.Example{ID: "identity_other", Title: "Identity of another domain", Expect: "invalid", Certificates: domain, Mechanism: "identity", Verdict: "invalid", Reason: "identity",
		Description: "The signature verifies, but it is by atlanta.example, which cannot vouch for somebody at biloxi.example."})
}

func (m *maker) passports() {
	provider := []string{"provider.pem"}
	shaken := craft.PASSporT{Extension: "shaken", URL: providerURL, Claims: map[string]any{
		"attest": "A", "dest": map[string]any{"tn": []string{"12125551213"}}, "iat": unix, "orig": map[string]any{"tn": "12155551212"}, "origid": "123e4567-e89b-12d3-a456-426655440000"}}
	token := m.token(shaken)
	call := m.bytes(invite("From: <sip:+12155551212@atlanta.example;user=phone>;tag=1928301774", "To: <sip:+12125551213@biloxi.example;user=phone>"))
	call = shaken.AddPASSporT(call, token)
	m.add(call, exampleset.Example{ID: "shaken", Title: "SHAKEN", Expect: "partly", Certificates: provider, Mechanism: "passport", Verdict: "valid",
		Description: "A call with a PASSporT: the provider attests (A) that the number is its customer's."})
	m.add(m.changed(call, "<sip:+12155551212@", "<sip:+12155551299@"), exampleset.Example{ID: "shaken_changed", Title: "SHAKEN, another caller", Expect: "invalid", Certificates: provider, Mechanism: "passport", Verdict: "invalid", Reason: "from",
		Description: "The same PASSporT under another number: spoofed."})
	m.add([]byte(token+"\r\n"), exampleset.Example{ID: "passport_alone", Title: "A PASSporT alone", Expect: "valid", Certificates: provider, Mechanism: "passport", Verdict: "valid",
		Description: "The token without the message that it came in: what it claims is shown and verified, and cannot be compared."})
	part := strings.Split(token, ".")
	claims, err := base64.RawURLEncoding.DecodeString(part[1])
	m.failed("PASSporT", err)
	part[1] = base64.RawURLEncoding.EncodeToString(m.changed(claims, "12155551212", "12155551299"))
	m.add([]byte(strings.Join(part, ".")+"\r\n"), exampleset.Example{ID: "passport_alone_changed", Title: "A PASSporT alone, another caller", Expect: "invalid", Certificates: provider, Mechanism: "passport", Verdict: "invalid", Reason: "signature",
		Description: "The number in its claims was changed after it was signed."})
	compact := craft.PASSporT{URL: providerURL, Claims: map[string]any{
		"dest": map[string]any{"uri": []string{bob}}, "iat": unix, "orig": map[string]any{"uri": alice}}}
	call = compact.AddPASSporT(m.bytes(invite()), craft.CompactPASSporT(m.token(compact)))
	m.add(call, exampleset.Example{ID: "passport_compact", Title: "PASSporT, compact", Expect: "partly", Certificates: provider, Mechanism: "passport", Verdict: "valid",
		Description: "Only the signature is sent; header and claims are rebuilt from the message."})
	m.add(m.changed(call, "12:00:00 GMT", "12:00:01 GMT"), exampleset.Example{ID: "passport_compact_changed", Title: "PASSporT, compact, a second later", Expect: "invalid", Certificates: provider, Mechanism: "passport", Verdict: "invalid", Reason: "signature",
		Description: "The Date is one second later, so that other claims are rebuilt."})
}

func (m *maker) bodies() {
	const anonymous, named = `From: "Anonymous" <sip:anonymous@anonymous.invalid>;tag`, "From: <sip:alice@atlanta.example>;tag"
	body := func(layers ...craft.Layer) []byte {
		d := invite()
		d.AIB, d.Layers = true, layers
		return m.bytes(d)
	}
	message := body(m.alice.signs())
	m.add(message, exampleset.Example{ID: "aib", Title: "Authenticated Identity Body", Expect: "partly", Mechanism: "aib", Verdict: "valid",
		Description: "An INVITE whose body holds, beside its SDP, a signed fragment of its header (RFC 3893)."})
	m.add(m.changed(message, "Call-ID: a84b", "Call-ID: ffff"), exampleset.Example{ID: "aib_replayed", Title: "Authenticated Identity Body, cut out of another call", Expect: "invalid", Mechanism: "aib", Verdict: "invalid", Reason: "match",
		Description: "The same body in a message with another Call-ID."})
	m.add(m.changed(message, named, anonymous), exampleset.Example{ID: "aib_anonymous", Title: "Anonymous, but for the recipient", Expect: "partly", Mechanism: "aib", Verdict: "valid",
		Description: "From is anonymous outside; the identity body names the caller."})
	m.add(m.changed(body(encryptedFor(m.bob), m.alice.signs()), named, anonymous), exampleset.Example{ID: "aib_encrypted", Title: "Anonymous for all but the recipient", Expect: "partly", Keys: []string{"bob_key.pem"}, Certificates: []string{"bob.pem"}, Mechanism: "aib", Verdict: "valid",
		Description: "The identity body is encrypted as well, so that only bob reads who calls (RFC 3893 section 8)."})
}

func (m *maker) tunnels() {
	inner := m.bytes(with(from("MESSAGE", "Subject: Lunch?"), "text/plain", "Watson, come here.\r\n"))
	outer := with(from("MESSAGE", "Subject: Lunch?"), "message/sip", string(inner))
	outer.Layers = []craft.Layer{m.alice.signs()}
	message := m.bytes(outer)
	m.add(message, exampleset.Example{ID: "tunnel", Title: "A message inside a message", Expect: "valid",
		Description: "The whole request once more as a signed body, so that its header fields can be compared (RFC 3261 section 23.4)."})
	m.add(m.changed(message, "Lunch?", "Dinner?"), exampleset.Example{ID: "tunnel_changed", Title: "A message inside a message, another Subject", Expect: "valid", Finding: "tunnel-difference",
		Description: "The Subject outside was changed on the way: the signature holds, and the comparison shows it."})
}

func (m *maker) certificates() {
	domain := []string{"atlanta.pem"}
	notify := with(from("NOTIFY", "Event: certificate", "Subscription-State: active;expires=86400", "Content-Disposition: signal"), "application/pkix-cert", string(m.alice.cert))
	message := m.vouched(notify)
	m.add(message, exampleset.Example{ID: "certificate", Title: "A certificate by SIP", Expect: "valid", Certificates: domain, Mechanism: "certificate", Verdict: "valid",
		Description: "NOTIFY of the event package certificate (RFC 6072), vouched for by Identity."})
	m.add(craft.WithBody(message, m.bob.cert), exampleset.Example{ID: "certificate_changed", Title: "A certificate by SIP, exchanged", Expect: "invalid", Certificates: domain, Mechanism: "certificate", Verdict: "invalid", Reason: "identity",
		Description: "Somebody on the way put another certificate in."})
	m.add(m.vouched(with(from("NOTIFY", "Event: certificate", "Subscription-State: active;expires=86400"), "text/plain", "")), exampleset.Example{ID: "certificate_revoked", Title: "A certificate by SIP, revoked", Expect: "invalid", Certificates: domain, Mechanism: "certificate", Verdict: "invalid", Reason: "content",
		Description: "A NOTIFY with an empty body: the certificate is to be used no longer."})

	credential := func(key *craft.Key) []byte {
		locked, err := key.PEM("passw0rd")
		m.failed("encrypting a key", err)
		block, _ := pem.Decode(locked)
		if block == nil {
			return nil
		}
		return m.bytes(with(from("PUBLISH", "From: <"+bob+">;tag=1928301774", "Event: credential", "Expires: 86400", "Content-Disposition: signal"),
			"multipart/mixed;boundary="+boundary, parts("Content-Type: application/pkix-cert\r\n", string(m.bob.cert), "Content-Type: application/pkcs8\r\n", string(block.Bytes))))
	}
	message = credential(m.bob.key)
	m.add(message, exampleset.Example{ID: "credential", Title: "A credential by SIP", Expect: "plain", Mechanism: "credential", Verdict: "valid",
		Description: "PUBLISH of bob's certificate and of his private key, encrypted: the password is passw0rd."})
	m.add(m.changed(message, "From: <"+bob, "From: <sip:rob@biloxi.example"), exampleset.Example{ID: "credential_changed", Title: "A credential by SIP, of another", Expect: "invalid", Mechanism: "credential", Verdict: "invalid", Reason: "identity",
		Description: "The same under another address: the certificate is not for who publishes it."})
	m.add(credential(m.proxy.key), exampleset.Example{ID: "credential_key", Title: "A credential by SIP, another key", Expect: "plain", Mechanism: "credential", Verdict: "valid",
		Description: "The private key is not the certificate's, which shows only with the password, passw0rd."})
}

const boundary = "sipseal-identity-5c1e"

// parts joins parts of a multipart: header fields and content in turn.
func parts(all ...string) string {
	var b strings.Builder
	for i := 0; i+1 < len(all); i += 2 {
		b.WriteString("--" + boundary + "\r\n" + all[i] + "Content-Transfer-Encoding: binary\r\n\r\n" + all[i+1] + "\r\n")
	}
	return b.String() + "--" + boundary + "--\r\n"
}

func (m *maker) responses() {
	domain := []string{"atlanta.pem"}
	answer := m.bytes(craft.Message{Method: "INVITE", Status: 200, From: bob, To: alice, Headers: []string{
		"Via: SIP/2.0/TLS pc33.biloxi.example;branch=z9hG4bKnashds8", "From: <" + bob + ">;tag=1", "To: <" + alice + ">;tag=2",
		"Call-ID: a84b4c76e66710@atlanta.example", "Date: " + date, "Contact: <sip:alice@pc33.atlanta.example>",
	}})
	proved := craft.WithField(answer, "Responder", "claimer=<"+alice+">; verify-method=DAS")
	proved = craft.WithField(proved, "Response-Authorization", `digest="0123456789abcdef0123456789abcdef"`)
	answer, err := craft.AddResponder(answer, m.domain.key, alice, domainURL)
	m.failed("Responder", err)
	m.add(answer, exampleset.Example{ID: "response", Title: "Response identity", Expect: "valid", Certificates: domain, Mechanism: "response-identity", Verdict: "valid",
		Description: "A response whose responder is vouched for by the domain, as a draft of 2005 had it."})
	m.add(m.changed(answer, "claimer=<sip:alice@", "claimer=<sip:mallory@"), exampleset.Example{ID: "response_changed", Title: "Response identity, another responder", Expect: "invalid", Certificates: domain, Mechanism: "response-identity", Verdict: "invalid", Reason: "signature",
		Description: "The claimer is another address of the same domain."})
	m.add(proved, exampleset.Example{ID: "response_proved", Title: "Response authorization", Expect: "unverifiable", Mechanism: "response-authorization", Verdict: "unverifiable", Reason: "signature",
		Description: "A response with a proof for who asked: the string that it is over is shown, up to the nonce of the request, which is not here."})
	m.add(m.changed(proved, "89abcdef\"", "89ABCDEF\""), exampleset.Example{ID: "response_proved_changed", Title: "Response authorization, no digest", Expect: "invalid", Mechanism: "response-authorization", Verdict: "invalid", Reason: "form",
		Description: "The digest is not in lower case, as the grammar has it."})
}

func (m *maker) middle() {
	certificates, keys := []string{"proxy.pem", "bob.pem"}, []string{"proxy_key.pem"}
	d := with(from("MESSAGE", `Proxy-Required-Body: ssl.atlanta.example;cid="1234@atlanta.example"`, "Content-ID: <1234@atlanta.example>"), "text/plain", "Watson, come here.\r\n")
	d.Layers = []craft.Layer{encryptedFor(m.bob, m.proxy)}
	message := m.bytes(d)
	m.add(message, exampleset.Example{ID: "middle", Title: "For a proxy as well", Expect: "opened", Certificates: certificates, Keys: keys, Mechanism: "end-to-middle", Verdict: "valid",
		Description: "An EnvelopedData for bob and for the proxy that Proxy-Required-Body names; opened with the proxy's key."})
	m.add(m.changed(message, "Content-ID: <1234@", "Content-ID: <1235@"), exampleset.Example{ID: "middle_changed", Title: "For a proxy, pointing nowhere", Expect: "invalid", Certificates: certificates, Keys: keys, Mechanism: "end-to-middle", Verdict: "invalid", Reason: "match",
		Description: "No part has the Content-ID that the header field names."})
	sealed := func(text string, to person, id, handling string) (fields, content string) {
		der, err := craft.Encrypt([]byte("Content-Type: application/sdp\r\n\r\n"+text), recipients(to), "")
		m.failed("encrypting", err)
		return "Content-Type: application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m\r\nContent-ID: <" + id + "@atlanta.example>\r\n" +
			"Content-Disposition: attachment;filename=smime.p7m;handling=" + handling + "\r\n", string(der)
	}
	first, one := sealed(sdp+"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj\r\n", m.bob, "1", "required")
	second, two := sealed(sdp, m.proxy, "2", "optional")
	message = m.bytes(with(from("INVITE", `Proxy-Required-Body: ssl.atlanta.example;cid="2@atlanta.example"`), "multipart/mixed;boundary="+boundary, parts(first, one, second, two)))
	m.add(message, exampleset.Example{ID: "middle_parts", Title: "One part for the proxy, one for bob", Expect: "sealed", Certificates: certificates, Keys: keys, Mechanism: "end-to-middle", Verdict: "valid",
		Description: "The keys of the media are for bob alone; the proxy reads a session description without them."})
	m.add(m.changed(message, "handling=optional", "handling=required"), exampleset.Example{ID: "middle_parts_changed", Title: "One part for the proxy, and bob must read it", Expect: "invalid", Certificates: certificates, Keys: keys, Mechanism: "end-to-middle", Verdict: "invalid", Reason: "form",
		Description: "The part that only the proxy can open is marked as required, so that bob refuses the message."})
}

// refusals are the answers of a proxy that has to see a body, and of one that wants it
// signed.
func (m *maker) refusals() {
	answer := func(status int, reason string, more ...string) craft.Message {
		return craft.Message{Method: "MESSAGE", Status: status, Reason: reason, From: alice, To: bob, Headers: append([]string{
			"Via: SIP/2.0/TLS pc33.atlanta.example;branch=z9hG4bKnashds8", "From: <" + alice + ">;tag=1928301774", "To: <" + bob + ">;tag=8321234356",
			"Call-ID: a84b4c76e66710@atlanta.example", "Date: " + date,
		}, more...)}
	}
	m.add(m.bytes(with(answer(493, "Undecipherable", `Warning: 380 ssl.atlanta.example "Required to view 'text/plain'"`), "application/pkix-cert", string(m.proxy.cert))),
		exampleset.Example{ID: "middle_refused", Title: "A proxy has to see the body", Expect: "plain", Finding: "proxy-content",
			Description: "493 with Warning 380 and the certificate to encrypt for."})
	m.add(m.bytes(with(answer(495, "Signature Required"), "text/plain", "")),
		exampleset.Example{ID: "middle_unsigned", Title: "A proxy wants the body signed", Expect: "plain", Finding: "security-response",
			Description: "495, as the draft on end-to-middle security had it."})
}

// reuse makes two messages, of which the first has the key of the second (RFC 3185).
func (m *maker) reuse() {
	reference := []byte("atlanta-1")
	object := func(text string, der []byte, cseq string) []byte {
		return m.bytes(with(from("MESSAGE", "CSeq: "+cseq+" MESSAGE", "Content-Transfer-Encoding: binary", "Content-Disposition: attachment;filename=smime.p7m;handling=required"),
			"application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m", string(der)))
	}
	text := func(s string) []byte { return []byte("Content-Type: text/plain\r\n\r\n" + s + "\r\n") }
	der, later, err := craft.EncryptForReuse(text("Watson, come here."), recipients(m.bob), reference)
	m.failed("the first message", err)
	first := object("first", der, "1")
	der, err = craft.Encrypt(text("I want to see you."), []craft.Recipient{{SecretKey: &later}}, "")
	m.failed("the second message", err)
	second := object("second", der, "2")
	keys, certificates := []string{"bob_key.pem"}, []string{"bob.pem"}
	m.add(append(first, second...), exampleset.Example{ID: "reuse", Title: "One key for two messages", Expect: "opened", Keys: keys, Certificates: certificates,
		Description: "The content-encryption key of the first message opens the second (RFC 3185)."})
	m.add(second, exampleset.Example{ID: "reuse_second", Title: "One key for two messages: the second alone", Expect: "sealed", Keys: keys, Certificates: certificates,
		Description: "Without the first message there is nothing to open the second with."})
}

func (m *maker) transport() {
	peer := []string{"proxy.pem"}
	message := m.bytes(with(from("MESSAGE", "Via: SIP/2.0/TLS ssl.atlanta.example;branch=z9hG4bK74bf9, SIP/2.0/TLS pc33.atlanta.example;branch=z9hG4bKnashds8"), "text/plain", "Watson, come here.\r\n"))
	m.add(message, exampleset.Example{ID: "tls_via", Title: "Who sent it over TLS", Expect: "plain", Certificates: peer, Host: "ssl.atlanta.example", Finding: "tls-via-agrees",
		Description: "The topmost Via is whom the certificate of the TLS connection is for."})
	m.add(m.changed(message, "TLS ssl.atlanta", "TLS ssl.biloxi"), exampleset.Example{ID: "tls_via_changed", Title: "Who sent it over TLS, another Via", Expect: "plain", Certificates: peer, Host: "ssl.atlanta.example", Finding: "tls-via",
		Description: "The topmost Via says that another host sent it."})
}

func (m *maker) neighbours() {
	message := m.bytes(with(from("REFER", `Contact: <sip:alice@atlanta.example;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6;ob>;+sip.instance="<urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6>";reg-id=1`,
		`Refer-To: <sip:conference@atlanta.example>;isfocus;methods="INVITE,BYE"`, "Refer-Sub: false", "Target-Dialog: fa77as7dad8-sd98ajzz@host.example.com;local-tag=kkaz-;remote-tag=6544",
		"Supported: gruu, outbound, tdialog, norefersub", "Require: tdialog"), "text/plain", ""))
	m.add(message, exampleset.Example{ID: "neighbours", Title: "Fields of the neighbours", Expect: "plain",
		Description: "A REFER with a GRUU, outbound, feature parameters, Refer-Sub and Target-Dialog, each explained in a line."})
	m.add(m.changed(message, "Refer-Sub: false", "Refer-Sub: true"), exampleset.Example{ID: "neighbours_changed", Title: "Fields of the neighbours, with a subscription", Expect: "plain",
		Description: "The same with another Refer-Sub: now the REFER makes a subscription."})
}
