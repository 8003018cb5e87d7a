package pkix

// Certificates that depart from the standards: they are shown, their problems are
// named with places, and no chain rests on them unless the departure is harmless.

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"
)

// parts are the fields of a certificate as DER, to be put together with one of them
// changed.
type parts struct {
	version, serial, inner, issuer, validity, subject, key, extensions, after, outer, signature []byte
}

var ecdsaWithSHA256 = tlv(0x30, []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2})

// usualParts are those of a sound certificate of the key "odd", signed by itself.
func usualParts(t *testing.T) parts {
	t.Helper()
	spki, err := x509.MarshalPKIXPublicKey(testKey("odd").Public())
	if err != nil {
		t.Fatal(err)
	}
	name := nameOf(rdn(attribute(cn, utf8Tag, "odd"))).Raw
	return parts{
		version: tlv(0xa0, []byte{2, 1, 2}), serial: []byte{2, 1, 5}, inner: ecdsaWithSHA256,
		issuer: name, subject: name, key: spki,
		validity: tlv(0x30, utc(noon.AddDate(-1, 0, 0)), utc(noon.AddDate(1, 0, 0))),
		outer:    ecdsaWithSHA256,
	}
}

func utc(at time.Time) []byte { return tlv(23, []byte(at.Format("060102150405Z"))) }

// extensionsOf wraps extensions; one is an OID under 2.5.29, critical or not, and a
// value.
func extensionsOf(list ...[]byte) []byte { return tlv(0xa3, tlv(0x30, list...)) }

func oneExtension(arc byte, critical bool, value []byte) []byte {
	var flag []byte
	if critical {
		flag = []byte{1, 1, 0xff}
	}
	return tlv(0x30, []byte{6, 3, 0x55, 0x1d, arc}, flag, tlv(4, value))
}

// assemble signs the parts.
func (p parts) assemble(t *testing.T) []byte {
	t.Helper()
	tbs := tlv(0x30, p.version, p.serial, p.inner, p.issuer, p.validity, p.subject, p.key, p.extensions, p.after)
	digest := sha256.Sum256(tbs)
	signature, err := ecdsa.SignASN1(rand.Reader, testKey("odd").(*ecdsa.PrivateKey), digest[:])
	if err != nil {
		t.Fatal(err)
	}
	if p.signature == nil {
		p.signature = tlv(3, []byte{0}, signature)
	}
	return tlv(0x30, tbs, p.outer, p.signature)
}

func TestOddCertificates(t *testing.T) {
	tests := []struct {
		name   string
		edit   func(*parts)
		code   string // of a problem there must be, "" for none
		detail string
		holds  bool // whether a chain of this certificate alone, as its own anchor, holds
	}{
		{"sound", func(*parts) {}, "", "", true},
		{"a negative serial number", func(p *parts) { p.serial = []byte{2, 1, 0x85} }, "serial", "negative", true},
		{"serial number zero", func(p *parts) { p.serial = []byte{2, 1, 0} }, "serial", "zero", true},
		{"a serial number of 21 octets", func(p *parts) { p.serial = append([]byte{2, 21, 1}, make([]byte, 20)...) }, "serial", "21 octets", true},
		{"a serial number with a needless octet", func(p *parts) { p.serial = []byte{2, 2, 0, 5} }, "serial", "does not need", true},
		{"no serial number", func(p *parts) { p.serial = nil }, "serial", "missing", false},
		{"an empty serial number", func(p *parts) { p.serial = []byte{2, 0} }, "serial", "missing", false},
		{"version 1 with extensions", func(p *parts) {
			p.version = nil
			p.extensions = extensionsOf(oneExtension(14, false, tlv(4, []byte("x"))))
		}, "version", "version 1", true},
		{"version 7", func(p *parts) { p.version = tlv(0xa0, []byte{2, 1, 6}) }, "version", "does not exist", true},
		{"GeneralizedTime before 2050", func(p *parts) {
			p.validity = tlv(0x30, tlv(24, []byte("20200101000000Z")), tlv(24, []byte("20300101000000Z")))
		}, "time", "before 2050", true},
		{"a time without seconds", func(p *parts) {
			p.validity = tlv(0x30, tlv(23, []byte("2001010000Z")), tlv(23, []byte("300101000000Z")))
		}, "time", "without seconds", true},
		{"a time that does not exist", func(p *parts) {
			p.validity = tlv(0x30, tlv(23, []byte("200231000000Z")), tlv(23, []byte("300101000000Z")))
		}, "time", "notBefore cannot be read", false},
		{"the end before the beginning", func(p *parts) { p.validity = tlv(0x30, utc(noon.AddDate(1, 0, 0)), utc(noon.AddDate(-1, 0, 0))) }, "time", "ends before it begins", false},
		{"algorithms that differ", func(p *parts) { p.inner = tlv(0x30, []byte{6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3}) }, "algorithm", "differ", false},
		{"no validity", func(p *parts) { p.validity = nil }, "structure", "missing", false},
		{"an unknown key", func(p *parts) { p.key = tlv(0x30, tlv(0x30, []byte{6, 3, 0x2a, 3, 4}), tlv(3, []byte{0, 1, 2, 3})) }, "", "", true},
		{"no key at all", func(p *parts) { p.key = nil }, "structure", "public key is missing", false},
		{"a PrintableString that is not", func(p *parts) { p.subject = nameOf(rdn(attribute(cn, printable, "a@b"))).Raw }, "name", "PrintableString", true},
		{"a NUL in a name", func(p *parts) { p.subject = nameOf(rdn(attribute(cn, utf8Tag, "good\x00bad"))).Raw }, "name", "NUL", true},
		{"UTF-8 that is not", func(p *parts) { p.subject = nameOf(rdn(attribute(cn, utf8Tag, "a\xffb"))).Raw }, "name", "UTF8String", true},
		{"an empty subject and no other name", func(p *parts) { p.subject = tlv(0x30) }, "name", "no subjectAltName", true},
		{"an empty issuer", func(p *parts) { p.issuer = tlv(0x30) }, "name", "empty issuer", true},
		{"an extension twice", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(14, false, tlv(4, []byte("x"))), oneExtension(14, false, tlv(4, []byte("y"))))
		}, "extension", "more than once", false},
		{"critical FALSE written out", func(p *parts) {
			p.extensions = extensionsOf(tlv(0x30, []byte{6, 3, 0x55, 0x1d, 14, 1, 1, 0}, tlv(4, tlv(4, []byte("x")))))
		}, "extension", "critical FALSE", true},
		{"no extensions in the field", func(p *parts) { p.extensions = extensionsOf() }, "extension", "empty", true},
		{"a subjectAltName that is cut off", func(p *parts) { p.extensions = extensionsOf(oneExtension(17, false, []byte{0x30, 5, 0x82, 9, 'a'})) }, "extension", "cannot be read", false},
		{"a subjectAltName with something after it", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(17, false, append(tlv(0x30, tlv(0x82, []byte("a.b"))), 0)))
		}, "extension", "bytes follow", false},
		{"a general name of no kind", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(17, false, tlv(0x30, tlv(0x8f, []byte("a")))))
		}, "extension", "does not exist", true},
		{"an address of five octets", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(17, false, tlv(0x30, tlv(0x87, []byte{1, 2, 3, 4, 5}))))
		}, "extension", "5 bytes", true},
		{"a URI that is not ASCII", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(17, false, tlv(0x30, tlv(0x86, []byte("sip:\xe4@b")))))
		}, "extension", "not ASCII", true},
		{"a path length without CA", func(p *parts) { p.extensions = extensionsOf(oneExtension(19, true, tlv(0x30, []byte{2, 1, 0}))) }, "extension", "pathLenConstraint", true},
		{"a negative path length", func(p *parts) {
			p.extensions = extensionsOf(oneExtension(19, true, tlv(0x30, []byte{1, 1, 0xff, 2, 1, 0xff})))
		}, "extension", "not a count", false},
		{"a key usage of nothing", func(p *parts) { p.extensions = extensionsOf(oneExtension(15, true, tlv(3, []byte{0, 0}))) }, "extension", "no use at all", true},
		{"an unknown field", func(p *parts) { p.after = tlv(0xa4, []byte{5, 0}) }, "structure", "does not belong", false},
		{"a signature of half bytes", func(p *parts) { p.signature = tlv(3, []byte{4, 0xf0}) }, "structure", "whole number", false},
		{"no signature", func(p *parts) { p.signature = []byte{} }, "structure", "signature is missing", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := usualParts(t)
			test.edit(&p)
			der := p.assemble(t)
			c, err := ParseCertificate(der)
			if c == nil {
				t.Fatalf("it is not shown: %v", err)
			}
			found := test.code == "" && len(c.Problems) == 0
			for _, p := range c.Problems {
				if p.Code == test.code && strings.Contains(p.Detail, test.detail) {
					found = true
					if p.Offset < 0 || p.Offset >= len(der) || p.Reference == "" {
						t.Errorf("the problem has no place or no source: %+v", p)
					}
				}
			}
			if !found {
				t.Errorf("no problem %s %q among %+v", test.code, test.detail, c.Problems)
			}
			r := BuildChain(c, ChainInput{Anchors: []*Certificate{c}, At: noon.Unix()})
			if good(r) != test.holds {
				t.Errorf("as its own anchor it holds: %v (%s; %s)", good(r), r.Chain.Detail, r.Validity.Detail)
			}
			if X509Text(c, TextOpenSSL) == "" {
				t.Error("it has no text")
			}
		})
	}
}

// TestProblemPlaces: a problem inside an extension lies where its bytes are.
func TestProblemPlaces(t *testing.T) {
	p := usualParts(t)
	p.extensions = extensionsOf(oneExtension(14, false, tlv(4, []byte("x"))), oneExtension(17, false, tlv(0x30, tlv(0x86, []byte("sip:ok@b")), tlv(0x86, []byte("sip:\xe4@b")))))
	der := p.assemble(t)
	c, _ := ParseCertificate(der)
	want := bytes.Index(der, []byte("sip:\xe4@b")) - 2
	if len(c.Problems) != 1 || c.Problems[0].Offset != want {
		t.Errorf("the problems are %+v, and the name is at %d", c.Problems, want)
	}
	if r := c.AltNames[1].Range; r != [2]int{want, want + 9} {
		t.Errorf("the name lies at %v, not %d", r, want)
	}
}

// TestBER: a certificate in BER, with indefinite lengths and a string in pieces, is a
// certificate, and its signature is over the bytes as they are.
func TestBER(t *testing.T) {
	p := usualParts(t)
	san := tlv(0x30, tlv(0x86, []byte("sip:a@b")))
	pieces := tlv(0x24, tlv(4, san[:3]), tlv(4, san[3:]))
	p.extensions = tlv(0xa3, []byte{0x30, 0x80}, tlv(0x30, []byte{6, 3, 0x55, 0x1d, 17}, pieces), []byte{0, 0})
	c, err := ParseCertificate(p.assemble(t))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.AltNames) != 1 || c.AltNames[0].Value != "sip:a@b" || c.AltNames[0].Range != [2]int{-1, -1} {
		t.Errorf("the names are %+v", c.AltNames)
	}
	if err := c.CheckSignature(c); err != nil {
		t.Error(err)
	}
}

// TestFlippedBytes: a certificate with any one byte changed is in no chain.
func TestFlippedBytes(t *testing.T) {
	root := issue(t, "flip root", nil, ca)
	leaf := issue(t, "flip leaf", root, with(uris("sip:alice@example.com"), hosts("example.com")))
	h := hierarchy{leaf: leaf, anchors: []*person{root}}
	if !good(h.build()) {
		t.Fatal("the certificate as it was is not good")
	}
	for i := range leaf.ours.Raw {
		for _, bit := range []byte{1, 0x80} {
			der := bytes.Clone(leaf.ours.Raw)
			der[i] ^= bit
			c, _ := ParseCertificate(der)
			if c == nil {
				continue
			}
			r := BuildChain(c, ChainInput{Anchors: []*Certificate{root.ours}, At: noon.Unix()})
			// The octets of the outer lengths and the count of unused bits are not signed;
			// but nothing that they change is left to be good.
			if good(r) && r.Chain.OK != nil && *r.Chain.OK {
				t.Errorf("with byte %d changed by %02x it holds: %s", i, bit, r.Chain.Detail)
			}
		}
	}
}

// TestTruncated: of a certificate that is cut off what is there is shown.
func TestTruncated(t *testing.T) {
	whole := Bundled()[2].Raw
	for n := range len(whole) {
		c, err := ParseCertificate(whole[:n])
		if err == nil {
			t.Fatalf("%d of %d bytes are a whole certificate", n, len(whole))
		}
		if n > 200 && c == nil {
			t.Fatalf("of %d bytes nothing is shown: %v", n, err)
		}
		if c != nil && len(ber.ParseOne(whole[:n]).Faults) > 0 && len(c.Problems) == 0 {
			t.Fatalf("of %d bytes no problem is told", n)
		}
	}
}

// TestUnknownSignature: a signature of an unknown algorithm is neither good nor bad.
func TestUnknownSignature(t *testing.T) {
	root := issue(t, "unknown root", nil, ca)
	p := usualParts(t)
	p.issuer = root.ours.Subject.Raw
	unknown := tlv(0x30, []byte{6, 3, 0x2a, 3, 4})
	p.inner, p.outer = unknown, unknown
	c, err := ParseCertificate(p.assemble(t))
	if err != nil {
		t.Fatal(err)
	}
	r := BuildChain(c, ChainInput{Anchors: []*Certificate{root.ours}, At: noon.Unix()})
	if r.Chain.OK != nil || !strings.Contains(r.Chain.Detail, "1.2.3.4") || r.Anchor != nil {
		t.Errorf("the chain: %v, %s", r.Chain.OK, r.Chain.Detail)
	}
	p.extensions = extensionsOf(oneExtension(99, true, []byte{5, 0}))
	c, err = ParseCertificate(p.assemble(t))
	if err != nil {
		t.Fatal(err)
	}
	if r := BuildChain(c, ChainInput{Anchors: []*Certificate{root.ours}, At: noon.Unix()}); r.Chain.OK == nil || *r.Chain.OK {
		t.Errorf("with a critical extension that is unknown, too: %v, %s", r.Chain.OK, r.Chain.Detail)
	}
}
