package inspect

// Authenticated Identity Bodies as RFC 3893 shows them, signed and encrypted by a second
// implementation of CMS.

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smallstep/pkcs7"

	"github.com/sipseal/sipseal/internal/report"
)

// someone is a user with a key and a certificate of its own making.
type someone struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newUser(t *testing.T, address string) someone {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: address}, URIs: []*url.URL{{Scheme: "sip", Opaque: address}},
		NotBefore: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2049, 1, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return someone{key, cert}
}

func (s someone) file() NamedBytes {
	return NamedBytes{Name: "user.pem", Data: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.cert.Raw})}
}

func (s someone) keyFile(t *testing.T) NamedBytes {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		t.Fatal(err)
	}
	return NamedBytes{Name: "user_key.pem", Data: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})}
}

// signed is a multipart/signed as in RFC 3893 section 3, without its last line end.
func (s someone) signed(t *testing.T, content string) string {
	t.Helper()
	sd, err := pkcs7.NewSignedData([]byte(content))
	if err != nil {
		t.Fatal(err)
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := sd.AddSigner(s.cert, s.key, pkcs7.SignerInfoConfig{}); err != nil {
		t.Fatal(err)
	}
	sd.Detach()
	der, err := sd.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return "Content-Type: multipart/signed;protocol=\"application/pkcs7-signature\";micalg=sha-256; boundary=boundary42\r\n\r\n" +
		"--boundary42\r\n" + content + "\r\n--boundary42\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\nContent-Transfer-Encoding: binary\r\n" +
		"Content-Disposition: attachment; filename=smime.p7s; handling=required\r\n\r\n" + string(der) + "\r\n--boundary42--\r\n"
}

const (
	aibHead = "INVITE sip:bob@example.net SIP/2.0\nVia: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKnashds8\nTo: Bob <sip:bob@example.net>\n" +
		"From: Alice <sip:alice@example.com>;tag=1928301774\nCall-ID: a84b4c76e66710\nCSeq: 314159 INVITE\nMax-Forwards: 70\n" +
		"Date: Thu, 21 Feb 2002 13:02:03 GMT\nContact: <sip:alice@pc33.example.com>\n"
	aibFragment = "Content-Type: message/sipfrag\nContent-Disposition: aib; handling=optional\n\nFrom: Alice <sip:alice@example.com>\nTo: Bob <sip:bob@example.net>\n" +
		"Contact: <sip:alice@pc33.example.com>\nDate: Thu, 21 Feb 2002 13:02:03 GMT\nCall-ID: a84b4c76e66710\nCSeq: 314159 INVITE\n"
)

func crlf(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }

// TestRFC3893Example is the request of RFC 3893 section 3: the identity body beside a
// session description. The signature that is printed there is a stand-in.
func TestRFC3893Example(t *testing.T) {
	const sdpPart = "--unique-boundary-1\nContent-Type: application/sdp\nContent-Length: 136\n\nv=0\no=UserA 2890844526 2890844526 IN IP4 example.com\ns=Session SDP\nc=IN IP4 pc33.example.com\nt=0 0\nm=audio 49172 RTP/AVP 0\na=rtpmap:0 PCMU/8000\n\n--unique-boundary-1\n"
	const standIn = "Content-Type: multipart/signed;\n  protocol=\"application/pkcs7-signature\";\n  micalg=sha1; boundary=boundary42\n\n--boundary42\n" + aibFragment +
		"\n--boundary42\nContent-Type: application/pkcs7-signature; name=smime.p7s\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=smime.p7s;\n  handling=required\n\n" +
		"ghyHhHUujhJhjH77n8HHGTrfvbnj756tbB9HG4VQpfyF467GhIGfHfYT6\n\n--boundary42--\n"
	head := crlf(aibHead + "Content-Type: multipart/mixed; boundary=unique-boundary-1\n\n" + sdpPart)
	o := Options{At: at(t, "2002-02-21")}
	id := onlyIdentity(t, []byte(head+crlf(standIn)+"\r\n--unique-boundary-1--\r\n"), o)
	if id.Claimed != "sip:alice@example.com" || id.Verdict != report.Unverifiable || id.Reason != "signature" {
		t.Errorf("the stand-in: %s of %q (%s): %+v", id.Verdict, id.Claimed, id.Reason, id.Checks)
	}
	alice := newUser(t, "alice@example.com")
	o.Trust = []NamedBytes{alice.file()}
	o.At += 13*3600 + 120
	message := head + alice.signed(t, crlf(aibFragment)) + "\r\n--unique-boundary-1--\r\n"
	if id := onlyIdentity(t, []byte(message), o); id.Verdict != report.Valid || outcome(&id, "date") != "ok" || outcome(&id, "form") != "-" {
		t.Errorf("signed: %s (%s): %+v", id.Verdict, id.Reason, id.Checks)
	}
	for _, test := range []struct{ old, new, reason, check string }{
		{"From: Alice <sip:alice@example.com>;tag", "From: Mallory <sip:mallory@example.com>;tag", "from", "from"},
		{"From: Alice <sip:alice@example.com>;tag", "From: Bank <sip:alice@example.com>;tag", "from", "from"},
		{"Call-ID: a84b4c76e66710\r\nCSeq: 314159 INVITE\r\nMax", "Call-ID: a84b4c76e66711\r\nCSeq: 314159 INVITE\r\nMax", "match", "match"},
		{"Date: Thu, 21 Feb 2002 13:02:03 GMT\r\nContact", "Date: Thu, 21 Feb 2002 13:03:03 GMT\r\nContact", "match", "match"},
		{"Contact: <sip:alice@pc33.example.com>\r\nContent", "Contact: <sip:mallory@pc33.example.com>\r\nContent", "match", "match"},
		{"From: Alice <sip:alice@example.com>\r\nTo", "From: Alice <sip:alicf@example.com>\r\nTo", "digest", "digest"},
	} {
		if !strings.Contains(message, test.old) {
			t.Fatalf("%q is not in the message", test.old)
		}
		id := onlyIdentity(t, []byte(strings.Replace(message, test.old, test.new, 1)), o)
		if id.Verdict != report.Invalid || id.Reason != test.reason || outcome(&id, test.check) != "fails" {
			t.Errorf("%q: %s (%s): %+v", test.new, id.Verdict, id.Reason, id.Checks)
		}
	}
	// Who signs has to be who is named (section 7).
	mallory := newUser(t, "mallory@example.org")
	o.Trust = append(o.Trust, mallory.file())
	if id := onlyIdentity(t, []byte(head+mallory.signed(t, crlf(aibFragment))+"\r\n--unique-boundary-1--\r\n"), o); id.Verdict != report.Invalid || id.Reason != "identity" {
		t.Errorf("signed by another: %s (%s)", id.Verdict, id.Reason)
	}
	// An hour later it may be a replay (section 10).
	o.At += 3604
	if id := onlyIdentity(t, []byte(message), o); outcome(&id, "date") != "fails" {
		t.Errorf("an hour later: %+v", id.Checks)
	}
}

// TestRFC3893Whole: an identity body may be a whole message as well (section 2).
func TestRFC3893Whole(t *testing.T) {
	alice := newUser(t, "alice@example.com")
	o := Options{At: at(t, "2002-02-21"), Trust: []NamedBytes{alice.file()}}
	body := alice.signed(t, crlf("Content-Type: message/sip\nContent-Disposition: aib; handling=optional\n\n"+aibHead+"Content-Length: 0\n\n"))
	id := onlyIdentity(t, []byte(crlf(strings.Replace(aibHead, "Max-Forwards: 70", "Max-Forwards: 69", 1))+body), o)
	if id.Verdict != report.Valid || outcome(&id, "form") != "-" {
		t.Errorf("%s (%s): %+v", id.Verdict, id.Reason, id.Checks)
	}
}

// TestRFC3893Encrypted: the identity body of section 9, encrypted and then signed, in an
// anonymous call, with the recipient's key and without.
func TestRFC3893Encrypted(t *testing.T) {
	alice, bob := newUser(t, "alice@example.com"), newUser(t, "bob@example.net")
	pkcs7.ContentEncryptionAlgorithm = pkcs7.EncryptionAlgorithmAES128CBC
	sealed, err := pkcs7.Encrypt([]byte(crlf("Content-Type: message/sipfrag\nContent-Disposition: aib; handling=optional\n\nFrom: sip:alice@example.com\nCall-ID: a84b4c76e66710\n"+
		"Contact: <sip:alice@pc33.example.com>\nDate: Thu, 21 Feb 2002 13:02:03 GMT\n")), []*x509.Certificate{bob.cert})
	if err != nil {
		t.Fatal(err)
	}
	envelope := "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: binary\r\n" +
		"Content-Disposition: aib; filename=smime.p7m; handling=optional\r\n\r\n" + string(sealed)
	anonymous := strings.Replace(aibHead, "Alice <sip:alice@example.com>", "Anonymous <sip:anonymous@anonymous.invalid>", 1)
	o := Options{At: at(t, "2002-02-21"), Trust: []NamedBytes{alice.file()}, Keys: []NamedBytes{bob.keyFile(t)}, Certificates: []NamedBytes{bob.file()}}
	for _, head := range []string{aibHead, anonymous} {
		message := []byte(crlf(head) + alice.signed(t, envelope))
		r := Inspect(message, o).Report.Messages[0]
		if len(r.Identity) != 1 || r.Identity[0].Verdict != report.Valid || r.Identity[0].Claimed != "sip:alice@example.com" {
			t.Errorf("with the key: %+v", r.Identity)
		}
		if r.Summary.State != report.StateValid {
			t.Errorf("with the key: state %s: %s", r.Summary.State, r.Summary.Text)
		}
		id := onlyIdentity(t, message, Options{At: o.At, Trust: o.Trust})
		if id.Verdict != report.Unverifiable || id.Reason != "content" || id.Claimed != "" {
			t.Errorf("without the key: %s of %q (%s)", id.Verdict, id.Claimed, id.Reason)
		}
	}
}

// TestRFC3893Response: in a response From of the identity body is who answers, and To is
// not there (section 6); with Responder, of the draft on response identity, who answers
// is the claimer (its appendix A).
func TestRFC3893Response(t *testing.T) {
	bob, carol := newUser(t, "bob@example.net"), newUser(t, "carol@example.net")
	const head = "SIP/2.0 200 OK\nVia: SIP/2.0/UDP pc33.example.com;branch=z9hG4bKnashds8\nTo: Bob <sip:bob@example.net>;tag=a6c85cf\nFrom: Alice <sip:alice@example.com>;tag=1928301774\n" +
		"Call-ID: a84b4c76e66710\nCSeq: 314159 INVITE\nDate: Thu, 21 Feb 2002 13:02:04 GMT\nContact: <sip:bob@192.0.2.4>\n"
	const aib = "Content-Type: message/sipfrag\nContent-Disposition: aib; handling=optional\n\n"
	const when = "Contact: <sip:bob@192.0.2.4>\nDate: Thu, 21 Feb 2002 13:02:04 GMT\nCall-ID: a84b4c76e66710\nCSeq: 314159 INVITE\n"
	const responder = "Responder: claimer=carol@example.net; verify-method=AIB\n"
	for _, test := range []struct {
		name, head, fragment string
		signer               someone
		claimed, verdict     string
		reason, to, form     string
	}{
		{"who was called", head, "From: <sip:bob@example.net>\n" + when, bob, "sip:bob@example.net", report.Valid, "", "ok", "-"},
		{"somebody else", head, "From: <sip:carol@example.net>\n" + when, carol, "sip:carol@example.net", report.Valid, "", "open", "-"},
		{"with To", head, "From: <sip:bob@example.net>\nTo: Bob <sip:bob@example.net>\n" + when, bob, "sip:bob@example.net", report.Valid, "", "ok", "fails"},
		{"in another name", head, "From: <sip:bob@example.net>\n" + when, carol, "sip:bob@example.net", report.Invalid, "identity", "ok", "-"},
		{"of another call", head, "From: <sip:bob@example.net>\n" + strings.Replace(when, "a84b", "a84c", 1), bob, "sip:bob@example.net", report.Invalid, "match", "ok", "-"},
		{"a responder", head + responder, "To: Bob <sip:bob@example.net>\nFrom: Alice <sip:alice@example.com>;tag=1928301774\n" + when + responder, carol, "sip:carol@example.net", report.Valid, "", "-", "-"},
		{"another responder outside", head + strings.Replace(responder, "carol", "dave", 1), "To: Bob <sip:bob@example.net>\nFrom: Alice <sip:alice@example.com>;tag=1928301774\n" + when + responder, carol, "sip:carol@example.net", report.Invalid, "match", "-", "-"},
		{"a responder that did not sign", head + responder, "To: Bob <sip:bob@example.net>\nFrom: Alice <sip:alice@example.com>;tag=1928301774\n" + when + responder, bob, "sip:carol@example.net", report.Invalid, "identity", "-", "-"},
	} {
		o := Options{At: at(t, "2002-02-21"), Trust: []NamedBytes{bob.file(), carol.file()}}
		message := []byte(crlf(test.head) + test.signer.signed(t, crlf(aib+test.fragment)))
		id := onlyIdentity(t, message, o)
		if state := Inspect(message, o).Report.Summary.State; state != test.verdict {
			t.Errorf("%s: state %s", test.name, state)
		}
		if id.Claimed != test.claimed || id.Verdict != test.verdict || id.Reason != test.reason || outcome(&id, "to") != test.to || outcome(&id, "form") != test.form {
			t.Errorf("%s: %s of %q (%s), to %s, form %s: %+v", test.name, id.Verdict, id.Claimed, id.Reason, outcome(&id, "to"), outcome(&id, "form"), id.Checks)
		}
	}
}

// TestReferredBy: the token of RFC 3892 section 4, in the REFER and in the request that it
// brings about, names who referred, and not who sends.
func TestReferredBy(t *testing.T) {
	referror := newUser(t, "referror@referror.example")
	const cid = ";cid=\"20398823.2UWQFN309shb3@referror.example\"\n"
	const rest = "Max-Forwards: 70\nCall-ID: 2203900ef0299349d9209f023a\n"
	const refer = "REFER sip:referee@referee.example SIP/2.0\nVia: SIP/2.0/UDP agenta.example;branch=z9hG4bK1\nTo: <sip:referee@referee.example>\nFrom: <sip:referror@referror.example>;tag=1\n" + rest +
		"CSeq: 239930 REFER\nRefer-To: <sip:refertarget@target.example>\nReferred-By: <sip:referror@referror.example>\n " + cid
	const invite = "INVITE sip:refertarget@target.example SIP/2.0\nVia: SIP/2.0/UDP referee.example;branch=z9hG4bK2\nTo: <sip:refertarget@target.example>\nFrom: <sip:referee@referee.example>;tag=2\n" + rest +
		"CSeq: 1 INVITE\nContact: <sip:referee@referee.example>\nReferred-By: <sip:referror@referror.example>\n " + cid
	const token = "Content-Type: message/sipfrag\nContent-Disposition: aib; handling=optional\n\nDate: Thu, 21 Feb 2002 13:02:03 GMT\nRefer-To: <sip:refertarget@target.example>\nReferred-By: <sip:referror@referror.example>\n " + cid
	for _, test := range []struct{ name, head, token, verdict, reason, to, state string }{
		{"the REFER", refer, token, report.Valid, "", "-", report.StateValid},
		// Who referred is not who calls: of the call nothing is signed.
		{"the INVITE", invite, token, report.Valid, "", "ok", report.StatePartly},
		{"somebody else who referred", strings.Replace(invite, "By: <sip:referror@", "By: <sip:mallory@", 1), token, report.Invalid, "match", "ok", report.StateInvalid},
		{"another target in the REFER", strings.Replace(refer, "To: <sip:refertarget@", "To: <sip:other@", 1), token, report.Invalid, "match", "-", report.StateInvalid},
		{"the INVITE to somebody else", strings.Replace(invite, "INVITE sip:refertarget@", "INVITE sip:other@", 1), token, report.Valid, "", "fails", report.StatePartly},
		{"a token in another name", strings.Replace(invite, "By: <sip:referror@", "By: <sip:mallory@", 1), strings.Replace(token, "By: <sip:referror@", "By: <sip:mallory@", 1), report.Invalid, "identity", "ok", report.StateInvalid},
	} {
		o := Options{At: at(t, "2002-02-21"), Trust: []NamedBytes{referror.file()}}
		message := []byte(crlf(test.head) + "Content-ID: <20398823.2UWQFN309shb3@referror.example>\r\n" + referror.signed(t, crlf(test.token)))
		id := onlyIdentity(t, message, o)
		if id.Title != "Referred-By token" || id.Verdict != test.verdict || id.Reason != test.reason || outcome(&id, "to") != test.to {
			t.Errorf("%s: %s of %q (%s): %+v", test.name, id.Verdict, id.Claimed, id.Reason, id.Checks)
		}
		if state := Inspect(message, o).Report.Summary.State; state != test.state {
			t.Errorf("%s: state %s", test.name, state)
		}
	}
}
