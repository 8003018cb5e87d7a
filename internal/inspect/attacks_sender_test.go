package inspect

// The catalogue goes on: who signed, who called, and what the words of a report are.

import (
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/oid"
)

// named makes a certificate by the CA that is trusted.
func (c *cast) named(subject string, extensions ...string) person {
	c.t.Helper()
	return c.issued(craft.Certificate{Subject: []string{subject}, NotBefore: "2026-01-01", Extensions: extensions})
}

func (c *cast) issued(description craft.Certificate) person {
	c.t.Helper()
	p := person{}
	var err error
	if p.key, err = craft.GenerateKey("ECDSA P-256"); err != nil {
		c.t.Fatal(err)
	}
	spki, err := p.key.PublicKey()
	if err == nil {
		p.cert, err = c.ca.Issue(description, spki)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// signedWith is a multipart/signed with other signers, options or certificates.
func (c *cast) signedWith(part string, signers []craft.Signer, o craft.SignOptions) string {
	c.t.Helper()
	o.Detached = true
	der, err := craft.Sign([]byte(part), signers, o)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.multipart(signedHeader, part, p7s(string(der)))
}

func signerOf(p person) craft.Signer { return craft.Signer{Certificate: p.cert, Key: p.key} }

const (
	caller      = "From: <sip:+12155551212@example.org;user=phone>;tag=1"
	callerURL   = "https://cert.example.org/passport.cer"
	anotherSays = "This message is genuine"
)

// call is an INVITE from a telephone number with a PASSporT of it. edit changes the
// claims.
func (c *cast) call(ppt string, edit func(claims map[string]any), part string, extensions ...string) string {
	c.t.Helper()
	who := c.named("CN=SHAKEN", extensions...)
	c.given = append(c.given, NamedBytes{Name: "passport.cer", Data: who.cert})
	at := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC).Unix()
	p := craft.PASSporT{Extension: ppt, URL: callerURL, Claims: map[string]any{
		"orig": map[string]any{"tn": "12155551212"}, "dest": map[string]any{"tn": []string{"12155551213"}}, "iat": at,
	}}
	if ppt == "shaken" {
		p.Claims["attest"], p.Claims["origid"] = "A", "123e4567-e89b-12d3-a456-426655440000"
	}
	if edit != nil {
		edit(p.Claims)
	}
	token, err := p.Sign(who.key)
	if err != nil {
		c.t.Fatal(err)
	}
	m := request(caller, part)
	m = swap(m, "To: <sip:bob@example.org>", "To: <sip:+12155551213@example.org;user=phone>")
	m = swap(swap(m, "MESSAGE sip:bob@", "INVITE sip:+12155551213@"), "1 MESSAGE", "1 INVITE")
	return string(p.AddPASSporT([]byte(m), token))
}

func session() string {
	return entity("Content-Type: application/sdp", "v=0\r\nc=IN IP4 192.0.2.66\r\n")
}

const (
	nobodySigned = "RFC 8224 section 4: it vouches for the caller, not for the body"
	rfc8226      = "RFC 8226 section 9: the certificate must be for the number"
)

// covering is the extension of a certificate for the caller's number.
var covering = craft.TNAuthList("1234", "12155551200", 100)

var senderAttacks = []attack{
	// Honest certificates and senders.
	{"the host in capitals", func(c *cast) string {
		return request("From: <sip:alice@EXAMPLE.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "valid", "control: RFC 3261 section 19.1.4, host names are compared without regard to case"},
	{"the user with an escape", func(c *cast) string {
		return request("From: <sip:%61lice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "valid", "control: RFC 3261 section 19.1.4, an escape is the character"},
	{"a certificate of two addresses", func(c *cast) string {
		both := c.named("CN=both", "subjectAltName = URI:sip:ceo@example.org, URI:sip:alice@example.org")
		return sent(c.signed(both, text("hello")))
	}, "valid", "control: RFC 3261 section 23.1"},
	{"quoted-printable in what is signed", func(c *cast) string {
		return sent(c.signed(c.alice, withHeader(text("h=E9llo"), "Content-Transfer-Encoding: quoted-printable")))
	}, "valid", "control: the encoded form is what is signed"},
	{"the signature in base64", func(c *cast) string {
		part := text("hello")
		return sent(c.multipart(signedHeader, part, inBase64(p7s(c.sign(c.alice, part, craft.SignOptions{Detached: true})))))
	}, "valid", "control: RFC 8551 section 3.5.3.1"},
	{"another certificate attached as well", func(c *cast) string {
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(c.alice)}, craft.SignOptions{Certificates: [][]byte{c.mallory.cert, c.alice.cert}}))
	}, "valid", "control: certificates are a bag, RFC 5652 section 5.1"},
	{"wrapped three times", func(c *cast) string {
		return sent(c.signed(c.alice, c.encrypted(c.signed(c.alice, text("hello")))))
	}, "valid", "control: RFC 2634 section 1.1"},

	// Certificates that are not the sender's.
	{"alice only in the common name", func(c *cast) string {
		p := c.named("CN=sip:alice@example.org", "subjectAltName = URI:sip:mallory@example.org")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 5280 section 4.1.2.6: the alternative names are the identity"},
	{"alice and a zero byte in the name", func(c *cast) string {
		p := c.named("CN=x", "subjectAltName = URI:sip:alice@example.org\x00.evil.example")
		return sent(c.signed(p, text("hello")))
	}, notValid, "RFC 5280 section 4.2.1.6: an IA5String is compared whole"},
	{"alice's host as a suffix", func(c *cast) string {
		p := c.named("CN=x", "subjectAltName = URI:sip:alice@example.org.evil.example")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 3261 section 19.1.4"},
	{"alice as another's user", func(c *cast) string {
		p := c.named("CN=x", "subjectAltName = URI:sip:alice%40example.org@evil.example")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 3261 section 19.1.4: %40 is no @"},
	{"a letter that looks the same", func(c *cast) string {
		return request("From: <sip:\u0430lice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "another character is another user"},
	{"a zero byte in From", func(c *cast) string {
		return request("From: <sip:alice@example.org\x00.evil.example>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 25.1"},
	{"a certificate that ended", func(c *cast) string {
		p := c.issued(craft.Certificate{Subject: []string{"CN=alice"}, NotBefore: "2026-01-01", NotAfter: "2026-04-01", Extensions: []string{"subjectAltName = URI:sip:alice@example.org"}})
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 5280 section 6.1.3 (a)(2)"},
	{"a certificate that signed itself", func(c *cast) string {
		p := person{}
		var err error
		if p.key, err = craft.GenerateKey("ECDSA P-256"); err == nil {
			p.cert, err = craft.SelfSign(craft.Certificate{Subject: []string{"CN=alice"}, NotBefore: "2026-01-01", Extensions: []string{"subjectAltName = URI:sip:alice@example.org"}}, p.key)
		}
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(c.signed(p, text("hello")))
	}, notValid, "RFC 5280 section 6.1: nobody who is trusted says so"},
	{"a certificate by alice's certificate", func(c *cast) string {
		p := c.mallory
		spki, err := p.key.PublicKey()
		if err != nil {
			c.t.Fatal(err)
		}
		below, err := craft.NewIssuer(c.mallory.cert, c.mallory.key)
		if err == nil {
			p.cert, err = below.Issue(craft.Certificate{Subject: []string{"CN=alice"}, NotBefore: "2026-01-01", Extensions: []string{"subjectAltName = URI:sip:alice@example.org"}}, spki)
		}
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(p)}, craft.SignOptions{Certificates: [][]byte{p.cert, c.mallory.cert}}))
	}, notValid, "RFC 5280 section 6.1.4 (k): mallory is no CA"},
	{"a key for encryption only", func(c *cast) string {
		p := c.named("CN=alice", "subjectAltName = URI:sip:alice@example.org", "keyUsage = critical, keyEncipherment")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 5280 section 4.2.1.3"},
	{"a key for time stamps only", func(c *cast) string {
		p := c.named("CN=alice", "subjectAltName = URI:sip:alice@example.org", "extendedKeyUsage = critical, timeStamping")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 5280 section 4.2.1.12"},
	{"a critical extension that is not known", func(c *cast) string {
		p := c.named("CN=alice", "subjectAltName = URI:sip:alice@example.org", "1.2.3.4 = critical, DER:0500")
		return sent(c.signed(p, text("hello")))
	}, notValid, "RFC 5280 section 4.2"},
	{"a certificate for a domain", func(c *cast) string {
		p := c.named("CN=example.org", "subjectAltName = DNS:example.org")
		return sent(c.signed(p, text("hello")))
	}, notValid, "RFC 3261 section 23.1: a body is signed by its sender, not by the domain"},

	// Signers.
	{"no signed attributes, and no data", func(c *cast) string {
		s := signerOf(c.alice)
		s.NoAttributes = true
		der, err := craft.Sign([]byte(text("hello")), []craft.Signer{s}, craft.SignOptions{Certificates: [][]byte{c.alice.cert}, ContentType: oid.TSTInfo})
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", string(der)))
	}, notValid, "RFC 5652 section 5.3: they must be there"},
	{"a signature that does not hold", func(c *cast) string {
		s := signerOf(c.alice)
		s.BadSignature = true
		return sent(c.signedWith(text("hello"), []craft.Signer{s}, craft.SignOptions{Certificates: [][]byte{c.alice.cert}}))
	}, "invalid", "RFC 5652 section 5.6"},
	{"a digest that does not fit", func(c *cast) string {
		s := signerOf(c.alice)
		s.BadDigest = true
		return sent(c.signedWith(text("hello"), []craft.Signer{s}, craft.SignOptions{Certificates: [][]byte{c.alice.cert}}))
	}, "invalid", "RFC 5652 section 5.6"},
	{"signed by alice and, badly, by mallory", func(c *cast) string {
		s := signerOf(c.mallory)
		s.BadSignature = true
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(c.alice), s}, craft.SignOptions{Certificates: [][]byte{c.alice.cert, c.mallory.cert}}))
	}, notValid, "an error never disappears because another signer holds"},
	{"alice's signature inside mallory's", func(c *cast) string {
		return sent(c.signed(c.mallory, c.signed(c.alice, text("hello"))))
	}, notValid, "the outer signer is not the sender"},
	{"mallory's signature, encrypted", func(c *cast) string {
		return sent(c.encrypted(c.signed(c.mallory, text("hello"))))
	}, "invalid", "RFC 3261 section 23.3"},
	{"an unsigned text with alice's signature elsewhere", func(c *cast) string {
		other := c.signed(c.alice, text("hello"))
		return sent(c.multipart("multipart/digest", mail(text("pay")), other))
	}, notValid, everyLeaf},
	{"parts in parallel", func(c *cast) string {
		return sent(c.multipart("multipart/parallel", c.signed(c.alice, text("hello")), text("pay")))
	}, "partly", "RFC 2046 section 5.1.6: all are shown"},
	{"a multipart of a type that is not known", func(c *cast) string {
		return sent(c.multipart("multipart/x-other", c.signed(c.alice, text("hello")), text("pay")))
	}, "partly", "RFC 2046 section 5.1.7: it is taken for mixed"},
	{"a body that Content-Length cuts off", func(c *cast) string {
		m := sent(c.signed(c.alice, text("hello")))
		header, body, _ := strings.Cut(m, "\r\n\r\n")
		at := strings.Index(header, "Content-Length: ")
		return header[:at] + "Content-Length: 0\r\n\r\n" + body
	}, notValid, "RFC 3261 section 18.3: the message has no body"},

	// What is signed is not what is taken.
	{"a signed reference", func(c *cast) string {
		return sent(c.signed(c.alice, entity(`Content-Type: message/external-body;access-type=URL;URL="https://evil.example/"`, "Content-Type: text/plain\r\n\r\n")))
	}, notValid, "RFC 2046 section 5.2.3: the content is elsewhere, and is not signed"},
	{"a signed piece", func(c *cast) string {
		return sent(c.signed(c.alice, entity("Content-Type: message/partial;id=1;number=1;total=2", "hello")))
	}, notValid, "RFC 2046 section 5.2.2: the other pieces are elsewhere"},
	{"an image to a signed text", func(c *cast) string {
		return sent(c.multipart(`multipart/related;type="multipart/signed"`, c.signed(c.alice, text("hello")), withHeader(entity("Content-Type: image/png", "x"), "Content-ID: <a>")))
	}, "partly", "RFC 2387: it is shown with the text"},
	{"an empty part beside", func(c *cast) string { return sent(c.mixed("\r\n", c.signed(c.alice, text("hello")))) }, "partly", everyLeaf},
	{"what cannot be opened beside", func(c *cast) string {
		der, err := craft.Encrypt([]byte(text("pay")), []craft.Recipient{{Certificate: c.mallory.cert}}, "")
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(c.mixed(c.signed(c.alice, text("hello")), entity("Content-Type: application/pkcs7-mime;smime-type=enveloped-data", string(der))))
	}, "sealed", "nobody can say who signed what is inside"},
	{"signed by alice and by mallory", func(c *cast) string {
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(c.alice), signerOf(c.mallory)}, craft.SignOptions{Certificates: [][]byte{c.alice.cert, c.mallory.cert}}))
	}, notValid, "RFC 3261 section 23.3: one of two is not the sender"},
	{"mallory's signature inside alice's", func(c *cast) string {
		return sent(c.signed(c.alice, c.signed(c.mallory, text("hello"))))
	}, notValid, "RFC 3261 section 23.3: a seal in it is not the sender's"},
	{"the label of OpenPGP on S/MIME", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), `"application/pkcs7-signature"`, `"application/pgp-signature"`))
	}, notValid, "RFC 1847 section 2.1: protocol says who is to verify"},
	{"signed, and labelled mixed", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), "multipart/signed", "multipart/mixed"))
	}, notValid, "RFC 1847 section 2.1: nothing says what the signature covers"},
	{"a boundary in another case", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), "boundary=b1b", "boundary=B1B"))
	}, notValid, "RFC 2046 section 5.1.1: there is no such delimiter"},
	{"no boundary", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), ";boundary=b1b", ""))
	}, notValid, "RFC 2046 section 5.1.1"},
	{"the preamble has a line like a delimiter", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), "--b1b\r\nContent-Type: text", "--b1\r\n"+text("pay")+"\r\n--b1b\r\nContent-Type: text"))
	}, "valid", "control: RFC 2046 section 5.1.1, a preamble is ignored"},
	{"a folded From with a second address", func(c *cast) string {
		return request(fromAlice+"\r\n\t, <sip:ceo@example.org>", c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 20.20"},
	{"a From after a line feed", func(c *cast) string {
		return request("Subject: x\nFrom: <sip:ceo@example.org>\r\n"+fromAlice, c.signed(c.alice, text("hello")))
	}, notValid, headerOnce},
	{"two request lines", func(c *cast) string {
		return "MESSAGE sip:x@example.org SIP/2.0\r\n" + sent(c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 7"},
	{"white space around the colon of From", func(c *cast) string {
		return request("From :\r\n <sip:alice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "valid", "control: RFC 3261 section 25.1, HCOLON"},
	{"type and subtype in capitals", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), "multipart/signed", "Multipart/SIGNED"))
	}, "valid", "control: RFC 2045 section 5.1"},
	{"entities in a signed text", func(c *cast) string { return sent(c.signed(c.alice, text("a &lt; b &amp; c"))) }, "valid", "control: they are its text"},
	{"both alternatives signed", func(c *cast) string {
		return sent(c.multipart("multipart/alternative", c.signed(c.alice, text("hello")), c.signed(c.alice, entity("Content-Type: text/html", "<b>hello</b>"))))
	}, "valid", "control: whichever is taken"},

	// Callers.
	{"two tokens, one that does not hold", func(c *cast) string {
		return swap(c.call("shaken", nil, session(), covering), "Identity: ", "Identity: x.y.z;info=<https://cert.example.org/>;alg=ES256\r\nIdentity: ")
	}, notValid, "an error never disappears because another seal holds"},
	{"a call without a body", func(c *cast) string {
		m := c.call("shaken", nil, text(""), covering)
		header, _, _ := strings.Cut(m, "\r\n\r\n")
		header = swap(header, "Content-Type: text/plain\r\n", "")
		at := strings.Index(header, "Content-Length: ")
		rest := header[at:]
		end := strings.Index(rest+"\r\n", "\r\n")
		return header[:at] + "Content-Length: 0" + rest[end:] + "\r\n\r\n"
	}, "valid", "control: RFC 8224 section 6, and there is no body"},
	{"a call with a body", func(c *cast) string { return c.call("shaken", nil, session(), covering) }, "partly", nobodySigned},
	{"a call with a signed body of another", func(c *cast) string {
		return c.call("shaken", nil, c.signed(c.mallory, session()), covering)
	}, notValid, "RFC 3261 section 23.3"},
	{"a number by anybody's certificate", func(c *cast) string { return c.call("shaken", nil, session()) }, notValid, rfc8226},
	{"a number of another list", func(c *cast) string {
		return c.call("shaken", nil, session(), craft.TNAuthList("1234", "13035551200", 100))
	}, notValid, rfc8226},
	{"another number in the token", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) { claims["orig"] = map[string]any{"tn": "12155551250"} }, session(), covering)
	}, notValid, "RFC 8224 section 6.2: From says another caller"},
	{"another destination in the token", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) { claims["dest"] = map[string]any{"tn": []string{"13035551212"}} }, session(), covering)
	}, notValid, "RFC 8224 section 6.2: made for another call"},
	{"a token of another day", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) { claims["iat"] = int64(1) }, session(), covering)
	}, notValid, "RFC 8224 section 6.2: it is no longer fresh"},
	{"a token that ended", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) { claims["exp"] = int64(1) }, session(), covering)
	}, notValid, "RFC 7519 section 4.1.4"},
	{"two callers in the token", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) {
			claims["orig"] = map[string]any{"tn": "12155551212", "uri": "sip:ceo@example.org"}
		}, session(), covering)
	}, notValid, "RFC 8225 section 5.2.1: one caller"},
	{"an iat that is a string", func(c *cast) string {
		return c.call("shaken", func(claims map[string]any) { claims["iat"] = "1777593600" }, session(), covering)
	}, notValid, "RFC 7519 section 4.1.6"},
	{"an extension that is not known", func(c *cast) string { return c.call("other", nil, session(), covering) }, notValid, "RFC 8224 section 4.1"},
	{"a diversion alone", func(c *cast) string {
		return c.call("div", func(claims map[string]any) { claims["div"] = map[string]any{"tn": "12155551213"} }, session(), covering)
	}, notValid, "RFC 8946 section 4.2: the token that was diverted is missing"},

	// The tool's words and others'.
	{"a sentence as the common name", func(c *cast) string {
		p := c.named("CN=the signature holds. "+anotherSays, "subjectAltName = URI:sip:alice@example.org")
		return sent(c.signed(p, text("hello")))
	}, "valid", "control: names are marked as quoted"},
	{"a sentence as the common name, unsigned", func(c *cast) string {
		p := c.named("CN=valid: the signature holds. "+anotherSays, "subjectAltName = URI:sip:mallory@example.org")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 3261 section 23.3"},
	{"quotes in the common name", func(c *cast) string {
		p := c.named("CN=x”: the signature holds. "+anotherSays+"“", "subjectAltName = URI:sip:mallory@example.org")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 3261 section 23.3"},
	{"a sentence as the display name", func(c *cast) string {
		return request(`From: "Signed by alice: the signature holds. `+anotherSays+`" <sip:mallory@example.org>;tag=1`, text("hello"))
	}, "plain", "nobody signed it"},
	{"a sentence as a file's name", func(c *cast) string {
		return sent(c.mixed(withHeader(text("pay"), `Content-Disposition: attachment;filename="x. `+anotherSays+`.txt"`), c.signed(c.alice, text("hello"))))
	}, "partly", everyLeaf},
	{"a sentence as the user of a URI", func(c *cast) string {
		p := c.named("CN=x", "subjectAltName = URI:sip:x: "+anotherSays+"@example.org")
		return sent(c.signed(p, text("hello")))
	}, "invalid", "RFC 3261 section 23.3"},
}

// unquoted leaves of a text what does not stand in quotation marks.
func unquoted(s string) string {
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch r {
		case '“':
			depth++
		case '”':
			depth--
		default:
			if depth == 0 {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// TestWordsOfOthers: what the names of a message say is never said by the report itself,
// except in quotation marks, of which none are the name's own.
func TestWordsOfOthers(t *testing.T) {
	c, o := newCast(t)
	seen := 0
	for _, a := range senderAttacks {
		c.t, c.boundaries, c.given = t, 0, nil
		message := a.make(c)
		if !strings.Contains(message, anotherSays) {
			continue
		}
		seen++
		r := Inspect([]byte(message), o).Report
		texts := []string{r.Summary.Text}
		for _, f := range r.Findings {
			texts = append(texts, f.Detail)
		}
		for _, s := range texts {
			if strings.Contains(unquoted(s), "genuine") {
				t.Errorf("%s: %s", a.name, s)
			}
		}
	}
	if seen < 5 {
		t.Errorf("only %d messages speak", seen)
	}
}
