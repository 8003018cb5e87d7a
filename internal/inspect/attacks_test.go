package inspect

// A catalogue of attacks on the verdict: messages that make "valid" out of something that
// the sender did not sign, and beside them honest ones, which must stay what they are. A
// new attack is one entry. Where a state is named with "not ", anything else will do.

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/report"
)

// cast are those who send messages. Alice signs, mallory has a good certificate of his
// own, and bob's key opens what is encrypted.
type cast struct {
	t                   testing.TB
	alice, mallory, bob person
	ca                  *craft.Issuer
	boundaries          int
	given               []NamedBytes // certificates that are given beside the message
}

// text is an entity: header and body.
func text(s string) string { return "Content-Type: text/plain\r\n\r\n" + s + "\r\n" }

func entity(header, body string) string { return header + "\r\n\r\n" + body }

func (c *cast) multipart(header string, parts ...string) string {
	c.boundaries++
	b := "b" + strconv.Itoa(c.boundaries) + "b"
	var s strings.Builder
	s.WriteString("Content-Type: " + header + ";boundary=" + b + "\r\n\r\n")
	for _, p := range parts {
		s.WriteString("--" + b + "\r\n" + p + "\r\n")
	}
	s.WriteString("--" + b + "--\r\n")
	return s.String()
}

func (c *cast) mixed(parts ...string) string { return c.multipart("multipart/mixed", parts...) }

func (c *cast) sign(who person, content string, o craft.SignOptions) string {
	c.t.Helper()
	o.Certificates = [][]byte{who.cert}
	der, err := craft.Sign([]byte(content), []craft.Signer{{Certificate: who.cert, Key: who.key, SigningTime: "2026-05-01T00:00:00Z"}}, o)
	if err != nil {
		c.t.Fatal(err)
	}
	return string(der)
}

const signedHeader = `multipart/signed;protocol="application/pkcs7-signature";micalg=sha-256`

func p7s(der string) string { return entity("Content-Type: application/pkcs7-signature", der) }

// signed is a multipart/signed over a part, with more parts after the signature.
func (c *cast) signed(who person, part string, more ...string) string {
	return c.multipart(signedHeader, slices.Concat([]string{part, p7s(c.sign(who, part, craft.SignOptions{Detached: true}))}, more)...)
}

// opaque is a SignedData with its content.
func (c *cast) opaque(who person, part string) string {
	return entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", c.sign(who, part, craft.SignOptions{}))
}

func (c *cast) encrypted(part string) string {
	c.t.Helper()
	der, err := craft.Encrypt([]byte(part), []craft.Recipient{{Certificate: c.bob.cert}}, "")
	if err != nil {
		c.t.Fatal(err)
	}
	return entity("Content-Type: application/pkcs7-mime;smime-type=enveloped-data", string(der))
}

func mail(part string) string {
	return "Content-Type: message/rfc822\r\n\r\nFrom: alice@example.org\r\nSubject: hello\r\n" + part
}

func inBase64(part string) string {
	header, body, _ := strings.Cut(part, "\r\n\r\n")
	return entity(header+"\r\nContent-Transfer-Encoding: base64", base64.StdEncoding.EncodeToString([]byte(body)))
}

func withHeader(part, field string) string { return field + "\r\n" + part }

// request is a MESSAGE whose body is an entity. from is the whole field or fields.
func request(from, part string) string {
	header, body, _ := strings.Cut(part, "\r\n\r\n")
	return "MESSAGE sip:bob@example.org SIP/2.0\r\nVia: SIP/2.0/TCP pc.example.org;branch=z9hG4bK1\r\nMax-Forwards: 70\r\n" + from +
		"\r\nTo: <sip:bob@example.org>\r\nCall-ID: 1@example.org\r\nCSeq: 1 MESSAGE\r\nDate: Fri, 01 May 2026 00:00:00 GMT\r\n" + header +
		"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

const fromAlice = "From: <sip:alice@example.org>;tag=1"

// sent is alice's message with this body.
func sent(part string) string { return request(fromAlice, part) }

// tunnel is a message/sip part.
func tunnel(message string) string { return entity("Content-Type: message/sip", message) }

func swap(s, old, new string) string {
	if !strings.Contains(s, old) {
		panic("there is no " + old)
	}
	return strings.Replace(s, old, new, 1)
}

// lengthened sets Content-Length right again after a change of the body.
func lengthened(message string) string {
	header, body, _ := strings.Cut(message, "\r\n\r\n")
	at := strings.Index(header, "Content-Length: ")
	return header[:at] + "Content-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body
}

const notValid = "not " + report.StateValid

type attack struct {
	name string
	make func(*cast) string
	want string // a state, or "not " and one
	why  string
}

const (
	parts1847   = "RFC 1847 section 2.1: the signature covers the first part alone"
	everyLeaf   = "a recipient takes every leaf"
	headerOnce  = "RFC 3261 section 7.3.1: which of two fields a recipient takes is not known"
	mimeDiffers = "readers split or decode it differently"
)

var attacks = []attack{
	// Honest messages.
	{"signed", func(c *cast) string { return sent(c.signed(c.alice, text("hello"))) }, "valid", "control"},
	{"opaque", func(c *cast) string { return sent(c.opaque(c.alice, text("hello"))) }, "valid", "control"},
	{"opaque in base64", func(c *cast) string { return sent(inBase64(c.opaque(c.alice, text("hello")))) }, "valid", "control"},
	{"signed over a multipart", func(c *cast) string { return sent(c.signed(c.alice, c.mixed(text("a"), text("b")))) }, "valid", "control"},
	{"two signed parts", func(c *cast) string {
		return sent(c.mixed(c.signed(c.alice, text("a")), c.opaque(c.alice, text("b"))))
	}, "valid", "control"},
	{"signed, then encrypted", func(c *cast) string { return sent(c.encrypted(c.signed(c.alice, text("hello")))) }, "valid", "control"},
	{"encrypted, then signed", func(c *cast) string { return sent(c.signed(c.alice, c.encrypted(text("hello")))) }, "valid", "control"},
	{"signed twice", func(c *cast) string { return sent(c.signed(c.alice, c.opaque(c.alice, text("hello")))) }, "valid", "control"},
	{"a message inside, signed", func(c *cast) string { return sent(c.signed(c.alice, tunnel(sent(text("hello"))))) }, "valid", "control: RFC 3261 section 23.4"},
	{"a mail, signed inside", func(c *cast) string { return sent(mail(c.signed(c.alice, text("hello")))) }, "valid", "control"},
	{"a mail, signed outside", func(c *cast) string { return sent(c.signed(c.alice, mail(text("hello")))) }, "valid", "control"},
	{"only encrypted", func(c *cast) string { return sent(c.encrypted(text("hello"))) }, "opened", "control"},
	{"compact From", func(c *cast) string {
		return request("f: <sip:alice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "valid", "control"},
	{"a display name with a comma", func(c *cast) string {
		return request(`From: "Example, Alice" <sip:alice@example.org>;tag=1`, c.signed(c.alice, text("hello")))
	}, "valid", "control"},
	{"Content-Type twice, the same", func(c *cast) string {
		m := sent(c.signed(c.alice, text("hello")))
		at := strings.Index(m, "Content-Type:")
		end := at + strings.Index(m[at:], "\r\n") + 2
		return m[:at] + m[at:end] + m[at:]
	}, "valid", "control: a breach that nobody can take for two things"},
	{"preamble and epilogue", func(c *cast) string {
		s := swap(c.signed(c.alice, text("hello")), "\r\n\r\n--", "\r\n\r\nThis is S/MIME.\r\n--")
		return sent(s + "The end.\r\n")
	}, "valid", "control: RFC 2046 section 5.1.1, both are to be ignored"},

	// What stands beside the signed part.
	{"unsigned before", func(c *cast) string { return sent(c.mixed(text("pay mallory"), c.signed(c.alice, text("hello")))) }, "partly", everyLeaf},
	{"unsigned after", func(c *cast) string { return sent(c.mixed(c.signed(c.alice, text("hello")), text("pay mallory"))) }, "partly", everyLeaf},
	{"a third part", func(c *cast) string { return sent(c.signed(c.alice, text("hello"), text("pay mallory"))) }, "partly", parts1847},
	{"a third part that is a signature", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"), p7s(c.sign(c.alice, text("x"), craft.SignOptions{Detached: true}))))
	}, notValid, parts1847},
	{"a third part, signed by mallory", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"), c.signed(c.mallory, text("pay mallory"))))
	}, "invalid", "RFC 3261 section 23.3: mallory is not the sender"},
	{"an empty third part with a location", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"), entity(`Content-Type: message/external-body;access-type=URL;URL="https://evil.example/"`, "")))
	}, "partly", "RFC 4483: the content is elsewhere"},
	{"an unsigned alternative", func(c *cast) string {
		return sent(c.multipart("multipart/alternative", c.signed(c.alice, text("hello")), entity("Content-Type: text/html", "<b>pay</b>")))
	}, "partly", "RFC 2046 section 5.1.4: the last that is understood is taken"},
	{"an unsigned root", func(c *cast) string {
		return sent(c.multipart(`multipart/related;type="text/plain";start="<root>"`, c.signed(c.alice, text("hello")), withHeader(text("pay"), "Content-ID: <root>")))
	}, "partly", "RFC 2387 section 3.2"},
	{"an unsigned part that is optional", func(c *cast) string {
		return sent(c.mixed(c.signed(c.alice, text("hello")), withHeader(text("pay"), "Content-Disposition: render;handling=optional")))
	}, "partly", everyLeaf},
	{"an unsigned attachment", func(c *cast) string {
		return sent(c.mixed(c.signed(c.alice, text("hello")), withHeader(text("pay"), "Content-Disposition: attachment;filename=order.txt")))
	}, "partly", everyLeaf},
	{"an unsigned session description", func(c *cast) string {
		return sent(c.mixed(entity("Content-Type: application/sdp", "v=0\r\nc=IN IP4 192.0.2.66\r\n"), c.signed(c.alice, entity("Content-Type: application/sdp", "v=0\r\n"))))
	}, "partly", everyLeaf},
	{"unsigned beside signed, encrypted", func(c *cast) string {
		return sent(c.encrypted(c.mixed(text("pay"), c.signed(c.alice, text("hello")))))
	}, "partly", "an envelope signs nothing"},
	{"encrypted beside signed", func(c *cast) string {
		return sent(c.mixed(c.encrypted(text("pay")), c.signed(c.alice, text("hello"))))
	}, "partly", "an envelope signs nothing"},
	{"unsigned deep below", func(c *cast) string {
		return sent(c.mixed(c.mixed(c.mixed(text("pay"))), c.signed(c.alice, text("hello"))))
	}, "partly", everyLeaf},
	{"a mail beside", func(c *cast) string { return sent(c.mixed(mail(text("pay")), c.signed(c.alice, text("hello")))) }, "partly", everyLeaf},
	{"a SignedData without signers beside", func(c *cast) string {
		der, err := craft.Sign([]byte(text("pay")), nil, craft.SignOptions{})
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(c.mixed(entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", string(der)), c.signed(c.alice, text("hello"))))
	}, notValid, "nobody signed it"},
	{"signed by mallory beside", func(c *cast) string {
		return sent(c.mixed(c.signed(c.mallory, text("pay")), c.signed(c.alice, text("hello"))))
	}, "invalid", "RFC 3261 section 23.3"},
	{"a broken signature beside", func(c *cast) string {
		return sent(c.mixed(swap(c.signed(c.alice, text("hello")), "hello", "jello"), c.signed(c.alice, text("hello"))))
	}, "invalid", "an error never disappears because another seal holds"},
	{"a part that cannot be read beside", func(c *cast) string {
		return sent(c.mixed(entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", "rubbish"), c.signed(c.alice, text("hello"))))
	}, "error", "an error never disappears because another seal holds"},
	{"OpenPGP beside", func(c *cast) string {
		return sent(c.mixed(c.multipart(`multipart/signed;protocol="application/pgp-signature"`, text("pay"), entity("Content-Type: application/pgp-signature", "-----BEGIN PGP SIGNATURE-----")), c.signed(c.alice, text("hello"))))
	}, notValid, "what cannot be judged is not valid"},

	// The signature and its content.
	{"a detached signature with a content", func(c *cast) string {
		return sent(c.multipart(signedHeader, text("pay mallory"), p7s(c.sign(c.alice, text("hello"), craft.SignOptions{}))))
	}, "invalid", "RFC 8551 section 3.5.3"},
	{"a detached signature with the content", func(c *cast) string {
		return sent(c.multipart(signedHeader, text("hello"), p7s(c.sign(c.alice, text("hello"), craft.SignOptions{}))))
	}, "invalid", "RFC 8551 section 3.5.3"},
	{"the parts exchanged", func(c *cast) string {
		part := text("hello")
		return sent(c.multipart(signedHeader, p7s(c.sign(c.alice, part, craft.SignOptions{Detached: true})), part))
	}, notValid, "RFC 1847 section 2.1"},
	{"the signature alone", func(c *cast) string {
		return sent(p7s(c.sign(c.alice, text("hello"), craft.SignOptions{Detached: true})))
	}, notValid, "what it signs is not there"},
	{"one part", func(c *cast) string { return sent(c.multipart(signedHeader, text("hello"))) }, notValid, parts1847},
	{"the signature inside a multipart", func(c *cast) string {
		part := text("hello")
		return sent(c.multipart(signedHeader, part, c.mixed(text("pay"), p7s(c.sign(c.alice, part, craft.SignOptions{Detached: true})))))
	}, notValid, parts1847},
	{"the content with a line more", func(c *cast) string {
		return sent(swap(c.signed(c.alice, text("hello")), "hello\r\n", "hello\r\npay mallory\r\n"))
	}, "invalid", "the digest"},
	{"a header field more in the signed part", func(c *cast) string {
		return sent(swap(c.signed(c.alice, text("hello")), "Content-Type: text/plain\r\n", "Content-Type: text/plain\r\nContent-Location: https://evil.example/\r\n"))
	}, "invalid", "the digest covers the part's header"},

	// Who the sender is.
	{"mallory's signature", func(c *cast) string { return sent(c.signed(c.mallory, text("hello"))) }, "invalid", "RFC 3261 section 23.3"},
	{"another From", func(c *cast) string {
		return request("From: <sip:ceo@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "invalid", "RFC 3261 section 23.3"},
	{"two From, the good one first", func(c *cast) string {
		return request(fromAlice+"\r\nFrom: <sip:ceo@example.org>;tag=2", c.signed(c.alice, text("hello")))
	}, notValid, headerOnce},
	{"two From, the good one last", func(c *cast) string {
		return request("From: <sip:ceo@example.org>;tag=2\r\n"+fromAlice, c.signed(c.alice, text("hello")))
	}, notValid, headerOnce},
	{"two From, one compact", func(c *cast) string {
		return request(fromAlice+"\r\nf: <sip:ceo@example.org>;tag=2", c.signed(c.alice, text("hello")))
	}, notValid, headerOnce},
	{"two From, far apart", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "Content-Length:", "FROM: <sip:ceo@example.org>\r\nContent-Length:")
	}, notValid, headerOnce},
	{"two addresses in From", func(c *cast) string {
		return request("From: <sip:alice@example.org>, <sip:ceo@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 20.20"},
	{"two addresses in From without a comma", func(c *cast) string {
		return request("From: <sip:alice@example.org><sip:ceo@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 25.1"},
	{"an address in the address", func(c *cast) string {
		return request("From: <sip:alice@example.org@bank.example>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 25.1"},
	{"a display name that does not end", func(c *cast) string {
		return request(`From: "ceo <sip:alice@example.org>;tag=1`, c.signed(c.alice, text("hello")))
	}, notValid, "RFC 3261 section 25.1"},
	{"From behind a CR", func(c *cast) string {
		return request("From: <sip:ceo@example.org>\rFrom: <sip:alice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, notValid, "some take a CR for a line end"},
	{"From hidden behind a CR in another field", func(c *cast) string {
		return request("Subject: x\rFrom: <sip:ceo@example.org>\r\n"+fromAlice, c.signed(c.alice, text("hello")))
	}, notValid, "some take a CR for a line end"},
	{"From behind a line that is no field", func(c *cast) string {
		return request("From <sip:ceo@example.org>\r\n"+fromAlice, c.signed(c.alice, text("hello")))
	}, notValid, "some pass over the line, some take it"},
	{"no From", func(c *cast) string { return request("Subject: x", c.signed(c.alice, text("hello"))) }, notValid, "nobody claims to have sent it"},
	{"sips instead of sip", func(c *cast) string {
		return request("From: <sips:alice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "invalid", "RFC 3261 section 19.1.4"},
	{"another user by case", func(c *cast) string {
		return request("From: <sip:Alice@example.org>;tag=1", c.signed(c.alice, text("hello")))
	}, "invalid", "RFC 3261 section 19.1.4"},
	{"a response to mallory", func(c *cast) string {
		m := sent(c.signed(c.alice, text("hello")))
		m = swap(m, "MESSAGE sip:bob@example.org SIP/2.0", "SIP/2.0 200 OK")
		return swap(m, "To: <sip:bob@example.org>", "To: <sip:mallory@example.org>;tag=2")
	}, "invalid", "RFC 3261 section 23.3: To names who answers"},

	// What the body is.
	{"two Content-Type", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "Content-Length:", "Content-Type: text/plain\r\nContent-Length:")
	}, notValid, headerOnce},
	{"two Content-Type, one compact", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "Content-Length:", "c: text/plain\r\nContent-Length:")
	}, notValid, headerOnce},
	{"two Content-Length", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "Content-Length:", "l: 5\r\nContent-Length:")
	}, notValid, headerOnce},
	{"a Content-Length that is no number", func(c *cast) string {
		m := sent(c.signed(c.alice, text("hello")))
		at := strings.Index(m, "Content-Length: ") + len("Content-Length: ")
		return m[:at] + "-" + m[at:]
	}, notValid, "where the body ends is not known"},
	{"cut off", func(c *cast) string {
		m := sent(c.signed(c.alice, text("hello"))) + "x"
		at := strings.Index(m, "Content-Length: ") + len("Content-Length: ")
		return m[:at] + "9" + m[at:]
	}, "error", "the rest of the body may be anything"},
	{"two boundaries", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), ";boundary=", ";boundary=other;boundary="))
	}, notValid, mimeDiffers},
	{"two boundaries, and both used", func(c *cast) string {
		m := swap(sent(c.signed(c.alice, text("hello"))), ";boundary=b1b", ";boundary=b1b;boundary=other")
		return lengthened(m + "--other\r\n" + text("pay") + "\r\n--other--\r\n")
	}, notValid, mimeDiffers},
	{"a boundary by RFC 2231 as well", func(c *cast) string {
		return lengthened(swap(sent(c.signed(c.alice, text("hello"))), ";boundary=", ";boundary*=us-ascii''b1b;boundary="))
	}, notValid, mimeDiffers},
	{"a delimiter with more text on its line", func(c *cast) string {
		s := c.signed(c.alice, text("hello"))
		return sent(swap(s, "\r\n\r\n--b1b\r\n", "\r\n\r\n--b1bx\r\n"+text("pay")+"--b1b\r\n"))
	}, notValid, mimeDiffers},
	{"a closing delimiter that some do not see", func(c *cast) string {
		s := strings.TrimSuffix(c.signed(c.alice, text("hello")), "\r\n--b1b--\r\n")
		return sent(s + "\n--b1b--\r\n\r\n--b1b\r\n" + text("pay") + "\r\n--b1b--\r\n")
	}, notValid, mimeDiffers},
	{"no closing delimiter", func(c *cast) string {
		return sent(strings.TrimSuffix(c.signed(c.alice, text("hello")), "--b1b--\r\n"))
	}, notValid, mimeDiffers},
	{"a transfer encoding on the multipart", func(c *cast) string {
		return sent(withHeader(c.signed(c.alice, text("hello")), "Content-Transfer-Encoding: base64"))
	}, notValid, "RFC 2045 section 6.4"},
	{"a content encoding", func(c *cast) string {
		return sent(withHeader(c.signed(c.alice, text("hello")), "Content-Encoding: gzip"))
	}, notValid, "RFC 3261 section 20.12: a recipient undoes it"},
	{"two Content-Type in a wrapper", func(c *cast) string {
		return sent(c.mixed(withHeader(c.signed(c.alice, text("hello")), "Content-Type: text/plain")))
	}, notValid, mimeDiffers},
	{"a Content-Type with a comma", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "Content-Type: ", "Content-Type: text/plain, ")
	}, notValid, mimeDiffers},
	{"a header folded by white space alone", func(c *cast) string {
		return swap(sent(c.signed(c.alice, text("hello"))), "\r\nContent-Length", "\r\n \r\nContent-Length")
	}, notValid, "some take it for the end of the header"},

	// Messages inside.
	{"mallory's message inside", func(c *cast) string {
		return sent(tunnel(request("From: <sip:mallory@example.org>", c.signed(c.mallory, text("hello")))))
	}, notValid, "of alice nothing is signed"},
	{"alice's message inside mallory's", func(c *cast) string {
		return request("From: <sip:mallory@example.org>;tag=1", tunnel(sent(c.signed(c.alice, text("hello")))))
	}, notValid, "of mallory nothing is signed"},
	{"alice's message inside, nobody signed its header", func(c *cast) string {
		return sent(tunnel(sent(c.signed(c.alice, text("hello")))))
	}, "partly", "RFC 3261 section 23.4: it counts inside what is signed"},
	{"another From inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(request("From: <sip:ceo@example.org>", text("hello")))))
	}, "invalid", "RFC 3261 section 23.4.2"},
	{"another To inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(swap(sent(text("hello")), "To: <sip:bob@", "To: <sip:carol@"))))
	}, "invalid", "RFC 3261 section 23.4.2: sent to somebody else"},
	{"another Call-ID inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(swap(sent(text("hello")), "Call-ID: 1@", "Call-ID: 2@"))))
	}, "invalid", "RFC 3261 section 23.4.2: of another call"},
	{"another CSeq inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(swap(sent(text("hello")), "CSeq: 1 ", "CSeq: 2 "))))
	}, "invalid", "RFC 3261 section 23.4.2"},
	{"another Date inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(swap(sent(text("hello")), "01 May 2026 00:00", "01 May 2026 09:00"))))
	}, "invalid", "RFC 3261 section 23.4.2: sent again later"},
	{"another method inside", func(c *cast) string {
		return sent(c.signed(c.alice, tunnel(swap(swap(sent(text("hello")), "MESSAGE sip", "INVITE sip"), "1 MESSAGE", "1 INVITE"))))
	}, "invalid", "RFC 3261 section 23.4.2"},
	{"the message inside is the third part", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"), tunnel(sent(text("pay")))))
	}, notValid, parts1847},
	{"an identity body as the third part", func(c *cast) string {
		aib := entity("Content-Type: message/sipfrag\r\nContent-Disposition: aib;handling=optional", fromAlice+"\r\nDate: Fri, 01 May 2026 00:00:00 GMT\r\nCall-ID: 1@example.org\r\n")
		return sent(c.signed(c.alice, text("hello"), aib))
	}, notValid, parts1847},
	{"an identity body beside an unsigned text", func(c *cast) string {
		aib := entity("Content-Type: message/sipfrag\r\nContent-Disposition: aib;handling=optional", fromAlice+"\r\nTo: <sip:bob@example.org>\r\nDate: Fri, 01 May 2026 00:00:00 GMT\r\nCall-ID: 1@example.org\r\nCSeq: 1 MESSAGE\r\nContact: <sip:pc.example.org>\r\n")
		return sent(c.mixed(text("pay"), c.signed(c.alice, aib)))
	}, notValid, "RFC 3893: it covers header fields, not the text"},
	{"a mail at another offset", func(c *cast) string {
		part := text("hello")
		outside := entity("Content-Type: application/octet-stream", part)
		lie := c.multipart(signedHeader, text("pay!!"), p7s(c.sign(c.alice, part, craft.SignOptions{Detached: true})))
		return sent(c.mixed(outside, mail(lie)))
	}, notValid, "ranges count in the source that they lie in"},
	{"the signed text of a mail, changed", func(c *cast) string { return sent(mail(swap(c.signed(c.alice, text("hello")), "hello", "jello"))) }, "invalid", "the digest"},

	// Several messages.
	{"an unsigned message after", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"))) + sent(text("pay"))
	}, "partly", "nobody signed the other"},
	{"an unsigned message before", func(c *cast) string {
		return sent(text("pay")) + sent(c.signed(c.alice, text("hello")))
	}, "partly", "nobody signed the other"},
	{"bytes after the message", func(c *cast) string {
		return sent(c.signed(c.alice, text("hello"))) + "pay mallory\r\n"
	}, "valid", "RFC 3261 section 18.3: they are not part of it, and a finding says so"},
}

func newCast(t testing.TB) (*cast, Options) {
	t.Helper()
	ca, anchor, list := people(t, "alice", "mallory", "bob")
	c := &cast{t: t, ca: ca, alice: list["alice"], mallory: list["mallory"], bob: list["bob"]}
	return c, Options{
		Trust: []NamedBytes{{"ca", anchor}}, Keys: []NamedBytes{{"bob", c.bob.keyFile(t)}}, Certificates: []NamedBytes{{"bob", c.bob.cert}}, At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC).Unix(),
	}
}

func TestAttacks(t *testing.T) {
	c, o := newCast(t)
	for _, a := range slices.Concat(attacks, senderAttacks, objectAttacks) {
		t.Run(a.name, func(t *testing.T) {
			c.t, c.boundaries, c.given = t, 0, nil
			message := a.make(c)
			o := o
			o.Certificates = slices.Concat(o.Certificates, c.given)
			r := Inspect([]byte(message), o).Report
			state := r.Summary.State
			if forbidden, not := strings.CutPrefix(a.want, "not "); not && state == forbidden || !not && state != a.want {
				t.Errorf("%s, want %s (%s): %s", state, a.want, a.why, r.Summary.Text)
			}
			if state != report.StateValid && strings.Contains(unquoted(r.Summary.Text), "is genuine") {
				t.Errorf("the summary: %s", r.Summary.Text)
			}
		})
	}
}

// TestUncoveredChange: whatever is put between the bytes of a message, it is not valid, or
// what is covered is what the sender signed. (One of two signed parts may be lost: a
// signature does not say that there is another.)
func TestUncoveredChange(t *testing.T) {
	if testing.Short() {
		t.Skip("some seconds, each change being searched for a repair")
	}
	c, o := newCast(t)
	for _, a := range attacks {
		if a.want != report.StateValid {
			continue
		}
		c.t, c.boundaries = t, 0
		message := []byte(a.make(c))
		body := bytes.Index(message, []byte("\r\n\r\n")) + 4
		before := covered(Inspect(message, o))
		for at := body; at <= len(message); at += 1 + len(message)/40 {
			for _, extra := range []string{"\r\n", "--b1b\r\n\r\npay mallory\r\n", "x", "\x00"} {
				changed := lengthened(string(message[:at]) + extra + string(message[at:]))
				r := Inspect([]byte(changed), o)
				if r.Report.Summary.State != report.StateValid {
					continue
				}
				if now := covered(r); len(now) == 0 || slices.ContainsFunc(now, func(s string) bool { return !slices.Contains(before, s) }) {
					t.Errorf("%s: valid with %q at %d: %q", a.name, extra, at, now)
				}
			}
		}
	}
}

// FuzzUncovered is TestUncoveredChange at any place, with anything.
func FuzzUncovered(f *testing.F) {
	f.Add(uint16(0), uint16(200), []byte("--b1b\r\n\r\npay\r\n"))
	f.Add(uint16(4), uint16(400), []byte("\n--b1b--\n"))
	f.Add(uint16(9), uint16(90), []byte("From: <sip:ceo@example.org>\r\n"))
	f.Add(uint16(1), uint16(230), []byte(";boundary=x"))
	c, o := newCast(f)
	var messages [][]byte
	var texts [][]string
	var froms []string
	for _, a := range slices.Concat(attacks, senderAttacks) {
		if a.want == report.StateValid {
			c.boundaries, c.given = 0, nil
			m := []byte(a.make(c))
			if c.given != nil {
				continue // a caller, and no body
			}
			messages = append(messages, m)
			r := Inspect(m, o)
			texts = append(texts, covered(r))
			froms = append(froms, r.Report.Messages[0].From)
		}
	}
	f.Fuzz(func(t *testing.T, which, at uint16, extra []byte) {
		i := int(which) % len(messages)
		m := messages[i]
		place := int(at) % (len(m) + 1)
		changed := slices.Concat(m[:place], extra, m[place:])
		if header, _, ok := strings.Cut(string(changed), "\r\n\r\n"); ok && strings.Contains(header, "Content-Length: ") {
			changed = []byte(lengthened(string(changed)))
		}
		r := Inspect(changed, o)
		if r.Report.Summary.State != report.StateValid {
			return
		}
		for _, s := range covered(r) {
			if !slices.Contains(texts[i], s) {
				t.Fatalf("valid, and shown as signed is %q", s)
			}
		}
		if m := r.Report.Messages[0]; m.From != "" && m.From != froms[i] && m.From != c.alice.uri {
			t.Fatalf("valid, and from %q", m.From)
		}
	})
}

// covered are the texts of the leaves that a seal covers.
func covered(r *Result) (list []string) {
	var walk func(p *report.Part)
	walk = func(p *report.Part) {
		if p == nil {
			return
		}
		if len(p.Covered) > 0 && p.Text != nil {
			list = append(list, *p.Text)
		}
		for i := range p.Children {
			walk(&p.Children[i])
		}
		walk(p.Content)
		if p.Message != nil {
			walk(p.Message.Body)
		}
	}
	for i := range r.Report.Messages {
		walk(r.Report.Messages[i].Body)
	}
	return list
}
