package cms

// The messages of RFC 6216 and of the draft before it, verified as they were
// published. What is expected of them is known from OpenSSL and from the documents.

import (
	"bytes"
	"strings"
	"testing"

	stdpem "encoding/pem"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// pemCertificate reads the first certificate of a PEM file.
func pemCertificate(t testing.TB, file []byte) *pkix.Certificate {
	t.Helper()
	for block, rest := stdpem.Decode(file); block != nil; block, rest = stdpem.Decode(rest) {
		if block.Type == "CERTIFICATE" {
			c, err := pkix.ParseCertificate(block.Bytes)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatal("no certificate in the PEM file")
	return nil
}

// split takes a multipart/signed SIP message apart without the project's own MIME
// reader: the signed part, and the body of the second part.
func split(t testing.TB, msg []byte) (signed, object []byte) {
	t.Helper()
	_, body, ok := bytes.Cut(msg, []byte("\r\n\r\n"))
	if !ok {
		t.Fatal("no body")
	}
	start := bytes.Index(body, []byte("--"))
	end := bytes.Index(body[start:], []byte("\r\n"))
	boundary := body[start : start+end]
	parts := bytes.Split(body[start:], boundary)
	if len(parts) != 4 {
		t.Fatalf("%d pieces", len(parts))
	}
	signed = bytes.TrimSuffix(bytes.TrimPrefix(parts[1], []byte("\r\n")), []byte("\r\n"))
	_, object, _ = bytes.Cut(parts[2], []byte("\r\n\r\n"))
	return signed, bytes.TrimSuffix(object, []byte("\r\n"))
}

func TestSignedMessagesOfRFC6216(t *testing.T) {
	for _, test := range []struct{ message, cert string }{
		{"smime-msg.sip", "eku_user_cert_fluffy@example.com.pem"},
		{"cms-smime-msg.sip", "eku_user_cert_fluffy@example.com.pem"},
		{"noeku-smime-msg.sip", "noeku_user_cert_fluffy@example.com.pem"},
		{"noeku-cms-smime-msg.sip", "noeku_user_cert_fluffy@example.com.pem"},
		{"smime-sign-encrypt.sip", "eku_user_cert_fluffy@example.com.pem"},
		{"noeku-smime-sign-encrypt.sip", "eku_user_cert_fluffy@example.com.pem"},
	} {
		t.Run(test.message, func(t *testing.T) {
			signed, object := split(t, vectors.RFC6216(t, "repaired/"+test.message))
			m, err := Parse(object)
			if err != nil || m.Signed == nil || len(m.Signed.Signers) != 1 || m.Trailing[0] != m.Trailing[1] {
				t.Fatalf("%v %+v", err, m)
			}
			cert := pemCertificate(t, vectors.RFC6216(t, "certs/"+test.cert))
			if test.message == "smime-msg.sip" && !bytes.Equal(signed, vectors.RFC6216(t, "messages/smime-msg-what-got-signed.dat")) {
				t.Error("the signed part is not what the RFC says was signed")
			}
			s := m.Signed.Signers[0]
			if s.FindCertificate(pkix.NewPool(cert)) != cert {
				t.Errorf("the certificate is not found by issuer %v and serial %x", s.Issuer, s.Serial)
			}
			if v := s.Verify(signed, cert); !v.Holds() {
				t.Errorf("%+v", v)
			}
			changed := bytes.Clone(signed)
			changed[len(changed)-1] ^= 1
			if v := s.Verify(changed, cert); !v.Digest.fails() || !v.Signature.holds() {
				t.Errorf("changed content: %+v", v)
			}
			if v := s.Verify(signed, nil); v.Signature.OK != nil || v.Holds() {
				t.Errorf("without a certificate: %+v", v)
			}
		})
	}
}

func TestSignedMessagesOfDraft01(t *testing.T) {
	cert := pemCertificate(t, vectors.Seed(t, "draft01_user_fluffy.pem"))
	for _, name := range []string{"draft01_signed.sip", "draft01_signed_no_null.sip", "draft01_signed_encrypted.sip"} {
		signed, object := split(t, vectors.Seed(t, name))
		m, err := Parse(object)
		if err != nil || m.Signed == nil {
			t.Fatal(name, err)
		}
		s := m.Signed.Signers[0]
		if v := s.Verify(signed, cert); !v.Holds() || s.SignedAttrs.Ok() {
			t.Errorf("%s: %+v", name, v)
		}
		if want := name == "draft01_signed_no_null.sip"; s.DigestAlgorithm.Params.Ok() == want {
			t.Errorf("%s: parameters of the digest algorithm: %v", name, !want)
		}
	}
}

// TestDumpedObjects reads the CMS objects of which the RFC prints dumps: they are
// whole, and nothing about them is wrong but what the RFC says itself.
func TestDumpedObjects(t *testing.T) {
	for _, test := range []struct{ name, kind string }{
		{"blob1.der", KindSignedData}, {"blob1_no_null.der", KindSignedData},
		{"blob2.der", KindEnvelopedData}, {"blob3.der", KindEnvelopedData}, {"blob4.der", KindSignedData},
	} {
		m, err := Parse(vectors.RFC6216(t, "dumps/"+test.name))
		if err != nil || m.Kind != test.kind {
			t.Errorf("%s: %v %s", test.name, err, m.Kind)
			continue
		}
		var notes []string
		for _, p := range m.Problems {
			notes = append(notes, p.Error())
		}
		if len(notes) > 0 {
			t.Errorf("%s: %s", test.name, strings.Join(notes, "; "))
		}
	}
}
