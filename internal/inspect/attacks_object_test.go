package inspect

// The catalogue goes on: what is in a CMS object beside the signature, and what it says
// of itself.

import (
	"crypto/sha1"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// twins are a certificate of alice and others by the same name and number for the same
// key, which the CA did not sign so.
func (c *cast) twins(n int) (good person, bad [][]byte) {
	c.t.Helper()
	description := craft.Certificate{Subject: []string{"CN=alice"}, Serial: "77", NotBefore: "2026-01-01", Extensions: []string{"subjectAltName = URI:sip:alice@example.org"}}
	good = c.issued(description)
	spki, err := good.key.PublicKey()
	if err != nil {
		c.t.Fatal(err)
	}
	description.BadSignature = true
	for range n {
		b, err := c.ca.Issue(description, spki)
		if err != nil {
			c.t.Fatal(err)
		}
		bad = append(bad, b)
		description.Subject = append(description.Subject, "OU=another")
	}
	return good, bad
}

func value(tag byte, parts ...[]byte) []byte {
	var b []byte
	for _, p := range parts {
		b = append(b, p...)
	}
	switch n := len(b); {
	case n < 128:
		return append([]byte{tag, byte(n)}, b...)
	default:
		return append([]byte{tag, 0x82, byte(n >> 8), byte(n)}, b...)
	}
}

// ocsp is an OCSP response as revocation information of a CMS object (RFC 5940 section
// 2), which nobody signed: status is the certStatus.
func (c *cast) ocsp(of person, status []byte) []byte {
	cert, err := pkix.ParseCertificate(of.cert)
	if err != nil {
		c.t.Fatal(err)
	}
	name, key := sha1.Sum(cert.Issuer.Raw), sha1.Sum(nil)
	now := value(0x18, []byte("20260501000000Z"))
	id := value(0x30, value(0x30, value(6, []byte(oid.SHA1))), value(4, name[:]), value(4, key[:]), value(2, cert.Serial))
	data := value(0x30, value(0xa2, value(4, key[:])), now, value(0x30, value(0x30, id, status, now)))
	basic := value(0x30, data, value(0x30, value(6, []byte(oid.ECDSAWithSHA256))), []byte{3, 1, 0})
	response := value(0x30, []byte{10, 1, 0}, value(0xa0, value(0x30, value(6, []byte(oid.OCSPBasic)), value(4, basic))))
	return value(0xa1, value(6, []byte(oid.RIOCSPResponse)), response)
}

// list is a CRL of the CA.
func (c *cast) list(l craft.CRL) []byte {
	c.t.Helper()
	l.ThisUpdate, l.NextUpdate = "2026-05-20", "2026-07-01"
	der, err := c.ca.Revoke(l)
	if err != nil {
		c.t.Fatal(err)
	}
	return der
}

// withLists is alice's message, with revocation information in the object.
func (c *cast) withLists(lists func(p person, serial string) []byte) string {
	p := c.issued(craft.Certificate{Subject: []string{"CN=alice"}, Serial: "4711", NotBefore: "2026-01-01", Extensions: []string{"subjectAltName = URI:sip:alice@example.org"}})
	return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(p)}, craft.SignOptions{Certificates: [][]byte{p.cert}, CRLs: [][]byte{lists(p, "4711")}}))
}

var revokedInMay = value(0xa1, value(0x18, []byte("20260502000000Z")))

const (
	heard    = "what says \"revoked\" is never passed over"
	spoiling = "anybody can attach a certificate"
)

var objectAttacks = []attack{
	{"a bad twin of the certificate before it", func(c *cast) string {
		good, bad := c.twins(1)
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(good)}, craft.SignOptions{Certificates: [][]byte{bad[0], good.cert}}))
	}, "valid", spoiling},
	{"ten bad twins before it", func(c *cast) string {
		good, bad := c.twins(10)
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(good)}, craft.SignOptions{Certificates: append(bad, good.cert)}))
	}, "valid", spoiling},
	{"the bad twin alone", func(c *cast) string {
		good, bad := c.twins(1)
		return sent(c.signedWith(text("hello"), []craft.Signer{signerOf(good)}, craft.SignOptions{Certificates: bad}))
	}, "invalid", "RFC 5280 section 6.1.3 (a)(1)"},
	{"another type of content without attributes", func(c *cast) string {
		s := signerOf(c.alice)
		s.NoAttributes = true
		der, err := craft.Sign([]byte(text("hello")), []craft.Signer{s}, craft.SignOptions{ContentType: oid.TSTInfo, Certificates: [][]byte{c.alice.cert}})
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", string(der)))
	}, "invalid", "RFC 5652 section 5.3"},

	{"a list without the signer", func(c *cast) string {
		return c.withLists(func(_ person, _ string) []byte { return c.list(craft.CRL{Revoked: []string{"12"}}) })
	}, "valid", "control"},
	{"a list with the signer", func(c *cast) string {
		return c.withLists(func(_ person, serial string) []byte { return c.list(craft.CRL{Revoked: []string{serial}}) })
	}, "invalid", heard},
	{"a list with the signer that cannot be verified", func(c *cast) string {
		return c.withLists(func(_ person, serial string) []byte {
			return c.list(craft.CRL{Revoked: []string{serial}, BadSignature: true})
		})
	}, "unverifiable", heard},
	{"an OCSP response: good", func(c *cast) string {
		return c.withLists(func(p person, _ string) []byte { return c.ocsp(p, []byte{0x80, 0}) })
	}, "valid", "control: it is not verified, and helps nobody"},
	{"an OCSP response: revoked", func(c *cast) string {
		return c.withLists(func(p person, _ string) []byte { return c.ocsp(p, revokedInMay) })
	}, "unverifiable", heard},
	{"an OCSP response: another is revoked", func(c *cast) string {
		return c.withLists(func(_ person, _ string) []byte { return c.ocsp(c.mallory, revokedInMay) })
	}, "valid", "control"},

	{"a time stamp in place of a signature", func(c *cast) string {
		p := c.named("CN=TSA", "subjectAltName = URI:sip:alice@example.org", "extendedKeyUsage = critical, timeStamping")
		der, err := craft.Sign([]byte(text("hello")), []craft.Signer{signerOf(p)}, craft.SignOptions{ContentType: oid.TSTInfo, Certificates: [][]byte{p.cert}})
		if err != nil {
			c.t.Fatal(err)
		}
		return sent(entity("Content-Type: application/pkcs7-mime;smime-type=signed-data", string(der)))
	}, notValid, "RFC 3161 section 2.3: an authority says when it saw something, and sends nothing"},
}

// TestTimeStamps: what the certificate of a time-stamping authority must be (RFC 3161
// section 2.3), and that no sender is looked for in it.
func TestTimeStamps(t *testing.T) {
	c, o := newCast(t)
	for _, test := range []struct{ name, eku, want string }{
		{"critical and alone", "extendedKeyUsage = critical, timeStamping", "valid"},
		{"not critical", "extendedKeyUsage = timeStamping", "invalid (extended-key-usage)"},
		{"with another purpose", "extendedKeyUsage = critical, timeStamping, emailProtection", "invalid (extended-key-usage)"},
		{"another purpose", "extendedKeyUsage = critical, emailProtection", "invalid (extended-key-usage)"},
		{"none", "keyUsage = digitalSignature", "invalid (extended-key-usage)"},
	} {
		p := c.named("CN=TSA", test.eku)
		der, err := craft.Sign([]byte{0x30, 0}, []craft.Signer{signerOf(p)}, craft.SignOptions{ContentType: oid.TSTInfo, Certificates: [][]byte{p.cert}})
		if err != nil {
			t.Fatal(err)
		}
		r := Inspect(der, o).Report
		if len(r.Messages) != 1 || seals(&r.Messages[0]) != test.want {
			t.Errorf("%s: %s", test.name, r.Summary.Text)
		}
	}
}

// TestRepairedInside: what was encrypted after its line ends were lost is repaired, and
// the report says so; what only looks odd is left alone.
func TestRepairedInside(t *testing.T) {
	c, o := newCast(t)
	part := text("hello\r\nand goodbye")
	signed := c.multipart(signedHeader, part, inBase64(p7s(c.sign(c.alice, part, craft.SignOptions{Detached: true}))))
	for _, test := range []struct {
		name, inside string
		noRepair     bool
		want         string
		repaired     bool
	}{
		{"as it was", signed, false, "decrypted, valid", false},
		{"with LF", strings.ReplaceAll(signed, "\r\n", "\n"), false, "decrypted, valid", true},
		{"with LF, and no repair", strings.ReplaceAll(signed, "\r\n", "\n"), true, "decrypted, invalid (digest)", false},
		{"not signed, with LF", strings.ReplaceAll(text("hello"), "\r\n", "\n"), false, "decrypted", false},
		{"with LF, and changed", strings.ReplaceAll(strings.Replace(signed, "goodbye", "good day", 1), "\r\n", "\n"), false, "decrypted, invalid (digest)", true},
	} {
		o := o
		o.NoRepair = test.noRepair
		r := Inspect([]byte(sent(c.encrypted(test.inside))), o).Report
		repaired := false
		for _, s := range r.Input.Steps {
			repaired = repaired || s.Repair && s.Code == "crlf-restored"
		}
		if got := seals(&r.Messages[0]); got != test.want || repaired != test.repaired {
			t.Errorf("%s: %s, repaired %v: %s", test.name, got, repaired, r.Summary.Text)
		}
		for _, l := range layers(r.Messages[0].Body) {
			if l.signature != nil && l.signature.Verdict == report.Valid && l.signature.Repaired != test.repaired {
				t.Errorf("%s: the signature says %v", test.name, l.signature.Repaired)
			}
		}
	}
}
