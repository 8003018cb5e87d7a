package cms

// SignedData in odd encodings, with what RFC 5652 says of each, and openssl's opinion
// where it has one.

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

const (
	yes     = "holds"
	no      = "fails"
	unknown = "unknown"
)

func answer(o Outcome) string {
	switch {
	case o.OK == nil:
		return unknown
	case *o.OK:
		return yes
	}
	return no
}

func codes(problems []Problem) string {
	var out []string
	for _, p := range problems {
		out = append(out, p.Code)
	}
	return strings.Join(out, " ")
}

func TestOddSignatures(t *testing.T) {
	all := parties()
	alice, p256, ed := all["alice"], all["p256"], all["ed25519"]
	content := testContent
	base := sealed{signer: p256, content: content}
	usual := base.usual()
	with := func(f func(s *sealed)) sealed {
		s := base
		f(&s)
		return s
	}
	rsa := sealed{signer: alice, content: content}
	type test struct {
		name              string
		s                 sealed
		digest, signature string
		problems          string // of the message and of verifying
		openssl           string // yes, no, or "" where it does not know the algorithm or its answer is explained
	}
	for _, c := range []test{
		{"usual", with(func(s *sealed) { s.attrs = usual }), yes, yes, "", yes},
		{"no attributes", base, yes, yes, "", yes},
		{"rsa", sealed{signer: alice, content: content, attrs: rsa.usual()}, yes, yes, "", yes},
		{"rsa, algorithm that names its digest", sealed{signer: alice, content: content, attrs: rsa.usual(), sigAlg: algID(oid.SHA256WithRSAEncryption, der(5))}, yes, yes, "", yes},
		{"rsa, algorithm that names another digest", sealed{signer: alice, content: content, attrs: rsa.usual(), sigAlg: algID(oid.SHA1WithRSAEncryption, der(5))}, yes, yes, "algorithms-disagree", yes},
		{"ed25519", sealed{signer: ed, content: content, attrs: sealed{signer: ed, content: content}.usual()}, yes, yes, "", ""},
		{"ed25519 without attributes", sealed{signer: ed, content: content}, yes, yes, "", ""},

		// The order of attributes is DER's business; verified is what was sent.
		{"attributes out of order, signed so", with(func(s *sealed) { s.attrs = reversed(usual) }), yes, yes, "attributes-not-der", yes},
		// What was signed is DER and what was sent is not: RFC 5652 section 5.4 has the verifier
		// encode it again. Openssl does so for lengths and not for the order.
		{"attributes out of order, signed in order", with(func(s *sealed) { s.attrs = usual; s.wire = der(0xa0, reversed(usual)...) }), yes, yes, "attributes-not-der attributes-reencoded", ""},
		{"attributes of indefinite length", with(func(s *sealed) { s.attrs = usual; s.wire = ber80(0xa0, usual...) }), yes, yes, "attributes-reencoded", yes},
		{"digest in a constructed string", with(func(s *sealed) {
			s.attrs = usual
			d := s.digest(content)
			s.wire = der(0xa0, usual[0], attribute(oid.MessageDigest, der(0x24, octets(d[:9]), octets(d[9:]))))
		}), yes, yes, "attributes-reencoded", yes},

		// Attributes that are missing, doubled or wrong (RFC 5652 sections 11.1 and 11.2).
		{"no contentType", with(func(s *sealed) { s.attrs = usual[1:] }), yes, no, "", no},
		{"no messageDigest", with(func(s *sealed) { s.attrs = usual[:1] }), no, yes, "", no},
		{"two messageDigests", with(func(s *sealed) { s.attrs = append(slices.Clone(usual), usual[1]) }), no, yes, "", no},
		{"two contentTypes", with(func(s *sealed) { s.attrs = [][]byte{usual[0], usual[0], usual[1]} }), yes, no, "", no},
		{"messageDigest with two values", with(func(s *sealed) {
			d := octets(s.digest(content))
			s.attrs = [][]byte{usual[0], attribute(oid.MessageDigest, d, d)}
		}), no, yes, "", no},
		{"short messageDigest", with(func(s *sealed) {
			s.attrs = [][]byte{usual[0], attribute(oid.MessageDigest, octets(s.digest(content)[:20]))}
		}), no, yes, "", no},
		// Openssl 3.0 does not compare the contentType with the content's; RFC 5652 section
		// 11.1 says that it must match.
		{"another contentType", with(func(s *sealed) {
			s.attrs = [][]byte{attribute(oid.ContentType, oidTLV(oid.SignedData)), usual[1]}
		}), yes, no, "", ""},
		{"content of another type", with(func(s *sealed) {
			s.ctype = oid.TSTInfo
			s.attrs = s.usual()
		}), yes, yes, "", yes},
		// RFC 5652 section 5.3 has signedAttrs present then; openssl 3.0 does not look.
		{"content of another type without attributes", with(func(s *sealed) { s.ctype = oid.TSTInfo }), yes, no, "attributes-required", ""},

		// Algorithms.
		{"digest not announced", with(func(s *sealed) { s.attrs = usual; s.announced = algID(oid.SHA1) }), unknown, yes, "digest-not-announced", no},
		{"unknown digest", with(func(s *sealed) { s.attrs = usual; s.digestAlg = algID(oid.MD4) }), unknown, yes, "digest-not-announced", no},
		// Openssl goes by the key alone; RFC 5652 section 5.3 has signatureAlgorithm say how
		// the signature was made.
		{"unknown signature algorithm", with(func(s *sealed) { s.attrs = usual; s.sigAlg = algID(oid.DSAWithSHA384) }), yes, unknown, "", ""},
		{"key of another kind", with(func(s *sealed) { s.attrs = usual; s.sigAlg = algID(oid.SHA256WithRSAEncryption, der(5)) }), yes, no, "", ""},
		{"algorithm protection", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.CMSAlgorithmProtect, der(0x30, algID(oid.SHA256), der(0xa1, oidTLV(oid.ECDSAWithSHA256)))))
		}), yes, yes, "attributes-not-der", yes},
		// Openssl 3.0 does not know the attribute.
		{"algorithm protection of others", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.CMSAlgorithmProtect, der(0x30, algID(oid.SHA512), der(0xa1, oidTLV(oid.ECDSAWithSHA256)))))
		}), yes, no, "attributes-not-der", ""},
		// Openssl looks at this attribute only when asked to.
		{"signing certificate is another", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, der(0x30, der(0x30, der(0x30, octets(s.digest(alice.cert.Raw)))))))
		}), yes, no, "", ""},
		{"signing certificate", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, der(0x30, der(0x30, der(0x30, octets(s.digest(p256.cert.Raw)))))))
		}), yes, yes, "", yes},

		// RFC 5035 section 5.4: where there are two, neither may be of another certificate.
		{"two signing certificates, the second another", with(func(s *sealed) {
			id := func(raw []byte) []byte { return der(0x30, der(0x30, der(0x30, octets(s.digest(raw))))) }
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, id(p256.cert.Raw), id(alice.cert.Raw)))
		}), yes, no, "", ""},
		{"two signing certificates, the first another", with(func(s *sealed) {
			id := func(raw []byte) []byte { return der(0x30, der(0x30, der(0x30, octets(s.digest(raw))))) }
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, id(alice.cert.Raw), id(p256.cert.Raw)))
		}), yes, no, "", ""},
		{"signing certificate that cannot be read", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, der(0x30, der(0x30))))
		}), yes, unknown, "attributes-not-der signing-certificate", ""},
		{"signing certificate by a hash that is not known", with(func(s *sealed) {
			s.attrs = append(slices.Clone(usual), attribute(oid.SigningCertificateV2, der(0x30, der(0x30, der(0x30, algID(oid.MD2), octets(make([]byte, 16)))))))
		}), yes, unknown, "signing-certificate", ""},

		// Content in odd encodings.
		{"content in nested chunks", with(func(s *sealed) {
			s.econtent = ber80(0xa0, ber80(0x24, octets(content[:5]), der(0x24, octets(content[5:9]), ber80(0x24, octets(content[9:30]))), octets(content[30:])))
		}), yes, yes, "", yes},
		// PKCS#7 1.5 digests the content octets of whatever stands there; openssl's CMS wants an
		// OCTET STRING.
		{"content of PKCS#7", with(func(s *sealed) { s.content = octets(content); s.econtent = der(0xa0, der(0x30, s.content)) }), yes, yes, "pkcs7-content", ""},
		{"empty content", sealed{signer: p256, content: []byte{}}, yes, yes, "", yes},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			message := c.s.message(t)
			m, err := Parse(message)
			if err != nil || m.Signed == nil || len(m.Signed.Signers) != 1 {
				t.Fatal(err, m.Problems)
			}
			if c.s.econtent == nil && !bytes.Equal(m.Signed.Content.Content, c.s.content) || m.Signed.Content.Content == nil {
				t.Errorf("content %q", m.Signed.Content.Content)
			}
			s := m.Signed.Signers[0]
			v := s.Verify(m.Signed.Content.Content, c.s.signer.cert)
			if answer(v.Digest) != c.digest || answer(v.Signature) != c.signature {
				t.Errorf("digest %s (%s), signature %s (%s)", answer(v.Digest), v.Digest.Detail, answer(v.Signature), v.Signature.Detail)
			}
			if got := strings.TrimSpace(codes(m.Problems) + " " + codes(v.Problems)); got != c.problems {
				t.Errorf("problems %q, want %q", got, c.problems)
			}
			if c.openssl != "" {
				needOpenSSL(t)
				if got := opensslVerifies(t, t.TempDir(), message, nil, false, []string{c.s.signer.name}); got != (c.openssl == yes) {
					t.Errorf("openssl verifies: %v", got)
				}
			}
			// Whatever holds, does not with another content.
			if v := s.Verify(flip(append(bytes.Clone(m.Signed.Content.Content), 0), 0), c.s.signer.cert); v.Holds() {
				t.Error("it holds with other content")
			}
		})
	}
}

func TestBareAndTrailing(t *testing.T) {
	s := sealed{signer: parties()["p256"], content: testContent}
	s.attrs = s.usual()
	bare := s.data(t)
	m, err := Parse(append(bytes.Clone(bare), "\r\n"...))
	if err != nil || !m.Bare || m.Kind != KindSignedData || m.Trailing != [2]int{len(bare), len(bare) + 2} {
		t.Fatalf("%v %+v", err, m)
	}
	if got := codes(m.Problems); got != "trailing-bytes no-content-info" {
		t.Errorf("problems %q", got)
	}
	if v := m.Signed.Signers[0].Verify(testContent, s.signer.cert); !v.Holds() {
		t.Errorf("%+v", v)
	}
	if m, err = ParseContent(oid.SignedData, bare); err != nil || m.Signed == nil || len(m.Problems) != 0 {
		t.Errorf("as the content of another: %v", err)
	}
}

// TestBadSignerKeepsOthers: one signer that cannot be read does not take the others
// with it.
func TestBadSignerKeepsOthers(t *testing.T) {
	s := sealed{signer: parties()["p256"], content: testContent}
	s.attrs = s.usual()
	broken := der(0x30, integer(1), der(0x13, []byte("nobody")), algID(oid.SHA256))
	data := der(0x30, integer(1), der(0x31, algID(oid.SHA256)), der(0x30, oidTLV(oid.Data)), der(0x31, broken, s.info(t), der(5)))
	m, err := Parse(contentInfo(oid.SignedData, data))
	if err != nil || len(m.Signed.Signers) != 3 {
		t.Fatal(err)
	}
	if v := m.Signed.Signers[1].Verify(testContent, s.signer.cert); !v.Holds() {
		t.Errorf("the good signer: %+v", v)
	}
	for _, i := range []int{0, 2} {
		bad := m.Signed.Signers[i]
		if len(bad.Problems) == 0 || bad.Problems[0].Offset() < bad.Value.Offset() {
			t.Errorf("signer %d: problems %+v", i, bad.Problems)
		}
		if v := bad.Verify(testContent, s.signer.cert); v.Holds() {
			t.Errorf("signer %d holds", i)
		}
		if bad.FindCertificate(pool()) != nil {
			t.Errorf("signer %d has a certificate", i)
		}
	}
}

func TestCountersignature(t *testing.T) {
	alice, p256 := parties()["alice"], parties()["p256"]
	// The signature has to be known before it can be countersigned; RSA's is the same
	// each time.
	first := sealed{signer: alice, content: testContent}
	first.attrs = first.usual()
	signature := first.signature(t, der(0x31, first.attrs...))
	counter := sealed{signer: p256, content: signature}
	counter.attrs = [][]byte{attribute(oid.MessageDigest, octets(counter.digest(signature)))}
	first.unsigned = [][]byte{attribute(oid.Countersignature, counter.info(t))}
	message := first.message(t)
	m, err := Parse(message)
	if err != nil || len(m.Signed.Signers[0].Countersigners) != 1 || len(m.Problems) != 0 {
		t.Fatal(err, m.Problems)
	}
	s := m.Signed.Signers[0]
	c := s.Countersigners[0]
	if c.FindCertificate(pool()) != p256.cert {
		t.Error("the countersigner's certificate is not found")
	}
	if v := s.Verify(testContent, alice.cert); !v.Holds() {
		t.Errorf("signer: %+v", v)
	}
	if v := c.VerifyCounter(p256.cert); !v.Holds() || len(v.Problems) > 0 {
		t.Errorf("countersigner: %+v", v)
	}
	// A changed signature is neither the signer's nor what was countersigned.
	m, _ = Parse(flip(message, s.SignatureValue.ContentRange()[0]+7))
	s = m.Signed.Signers[0]
	if v := s.Verify(testContent, alice.cert); !v.Signature.fails() {
		t.Errorf("signer after a change: %+v", v)
	}
	if v := s.Countersigners[0].VerifyCounter(p256.cert); !v.Digest.fails() || !v.Signature.holds() {
		t.Errorf("countersigner after a change: %+v", v)
	}
}

// TestSameNameAnotherKey: a certificate with the signer's issuer and serial number but
// another key does not spoil the signature.
func TestSameNameAnotherKey(t *testing.T) {
	alice, mallory := parties()["alice"], parties()["mallory"]
	s := sealed{signer: alice, content: testContent}
	s.attrs = s.usual()
	m, err := Parse(s.message(t))
	if err != nil {
		t.Fatal(err)
	}
	twin, err := pkix.ParseCertificate(mallory.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	twin.Raw = append(bytes.Clone(twin.Raw), 0) // another certificate
	twin.Issuer, twin.Serial = alice.cert.Issuer, append([]byte{0}, alice.cert.Serial...)
	signer := m.Signed.Signers[0]
	candidates := signer.FindCertificates(pkix.NewPool(mallory.cert, twin, alice.cert))
	if len(candidates) != 2 || candidates[0] != twin || candidates[1] != alice.cert {
		t.Fatalf("%d candidates", len(candidates))
	}
	if v, cert := signer.VerifyAny(testContent, candidates); !v.Holds() || cert != alice.cert {
		t.Errorf("%+v", v)
	}
	if v, cert := signer.VerifyAny(testContent, candidates[:1]); !v.Signature.fails() || cert != twin {
		t.Errorf("%+v", v)
	}
	if v, cert := signer.VerifyAny(testContent, nil); v.Signature.OK != nil || cert != nil {
		t.Errorf("%+v", v)
	}
}
