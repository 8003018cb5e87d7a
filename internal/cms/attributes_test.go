package cms

import (
	"bytes"
	"crypto/sha1"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

func TestAttributeText(t *testing.T) {
	alice := parties()["alice"]
	hash := sha1.Sum(alice.cert.Raw)
	for _, c := range []struct {
		name  string
		attr  []byte
		label string
		want  string
	}{
		{"contentType", attribute(oid.ContentType, oidTLV(oid.Data)), "contentType", oid.Data.Name()},
		{"messageDigest", attribute(oid.MessageDigest, octets([]byte{0xde, 0xad})), "messageDigest", "dead"},
		{"messageDigest in pieces", attribute(oid.MessageDigest, der(0x24, octets([]byte{0xde}), octets([]byte{0xad}))), "messageDigest", "dead"},
		{"signingTime", attribute(oid.SigningTime, der(0x17, []byte("110207193217Z"))), "signingTime", "2011-02-07T19:32:17Z"},
		{"signingTime of the last century", attribute(oid.SigningTime, der(0x17, []byte("500101000000Z"))), "signingTime", "1950-01-01T00:00:00Z"},
		{"signingTime as GeneralizedTime", attribute(oid.SigningTime, der(0x18, []byte("20500101000000Z"))), "signingTime", "2050-01-01T00:00:00Z"},
		{"signingTime that is none", attribute(oid.SigningTime, der(0x17, []byte("x"))), "signingTime", "170178"},
		{"two values", attribute(oid.SigningTime, der(0x17, []byte("110207193217Z")), der(0x17, []byte("110207193218Z"))), "signingTime", "2011-02-07T19:32:17Z; 2011-02-07T19:32:18Z"},
		{"capabilities", attribute(oid.SMIMECapabilities, der(0x30, algID(oid.DESEDE3CBC), algID(oid.RC2CBC, der(2, []byte{0, 128})))), "sMIMECapabilities",
			oid.DESEDE3CBC.Name() + ", " + oid.RC2CBC.Name() + " (128 bits)"},
		{"key preference by serial", attribute(oid.EncrypKeyPref, der(0xa0, alice.cert.Issuer.Raw, der(2, []byte{5}))), "sMIMEEncryptionKeyPreference", "the key of the certificate by CN=issuer,C=DE, serial 05"},
		{"key preference by identifier", attribute(oid.EncrypKeyPref, der(0x82, []byte{1, 2})), "sMIMEEncryptionKeyPreference", "the key with identifier 0102"},
		{"signing certificate", attribute(oid.SigningCertificate, der(0x30, der(0x30, der(0x30, octets(hash[:]))))), "signingCertificate", "SHA-1 " + hex(hash[:])},
		{"unknown, text", attribute("\x2a\x03", der(12, []byte("text"))), "1.2.3", "text"},
		{"unknown, number", attribute("\x2a\x03", der(2, []byte{1, 0})), "1.2.3", "256"},
		{"unknown, structure", attribute("\x2a\x03", der(0x30, der(5))), "1.2.3", "30020500"},
		{"unknown, nothing", attribute("\x2a\x03"), "1.2.3", ""},
	} {
		s := sealed{signer: parties()["p256"], content: testContent, attrs: [][]byte{c.attr}}
		m, err := Parse(s.message(t))
		if err != nil || len(m.Signed.Signers[0].Signed) != 1 {
			t.Fatal(c.name, err)
		}
		a := m.Signed.Signers[0].Attributes()[0]
		if a.Name != c.label || a.Value != c.want {
			t.Errorf("%s: %q %q, want %q %q", c.name, a.Name, a.Value, c.label, c.want)
		}
		if !bytes.Equal(m.Tree.Src[a.Range[0]:a.Range[1]], c.attr) {
			t.Errorf("%s: range %v", c.name, a.Range)
		}
	}
	long := sealed{signer: parties()["p256"], content: testContent, attrs: [][]byte{attribute("\x2a\x03", octets(make([]byte, 100*limit.AttributeText)))}}
	m, err := Parse(long.message(t))
	if err != nil {
		t.Fatal(err)
	}
	if v := m.Signed.Signers[0].Signed[0].Value; len(v) > 2*limit.AttributeText || !strings.HasSuffix(v, "(100000 bytes)") {
		t.Errorf("a long value gives %d bytes of text", len(v))
	}
}
