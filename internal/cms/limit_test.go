package cms

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
)

// signerThatHolds is a SignerInfo with signed attributes that holds, and its certificate.
func signerThatHolds(t *testing.T) (*SignerInfo, *pkix.Certificate) {
	t.Helper()
	who := parties()["p256"]
	s := sealed{signer: who, content: testContent}
	s.attrs = s.usual()
	m, err := Parse(s.message(t))
	if err != nil || m.Signed == nil || len(m.Signed.Signers) != 1 {
		t.Fatalf("no signer: %v", err)
	}
	return m.Signed.Signers[0], who.cert
}

// TestLimitSignatureChecks: the last signature that is verified, and the one after; the
// same of the bytes that are hashed.
func TestLimitSignatureChecks(t *testing.T) {
	for _, test := range []struct {
		name string
		set  func(*SignerInfo)
	}{
		{"signatures", func(s *SignerInfo) { s.data.checks = limit.SignatureChecks - 1 }},
		{"bytes", func(s *SignerInfo) { s.data.hashed = limit.Hashed - s.data.hashed }},
	} {
		s, cert := signerThatHolds(t)
		s.Verify(testContent, cert) // so that what it takes is known
		test.set(s)
		if v := s.Verify(testContent, cert); !v.Holds() {
			t.Errorf("the last %s: %+v", test.name, v.Signature)
		}
		if v := s.Verify(testContent, cert); v.Signature.OK != nil {
			t.Errorf("more %s: %+v", test.name, v.Signature)
		}
	}
}

// TestLimitSignerCandidates: the certificate that is meant comes after so many others.
func TestLimitSignerCandidates(t *testing.T) {
	s, cert := signerThatHolds(t)
	other := parties()["p384"].cert
	for _, n := range []int{limit.SignerCandidates, limit.SignerCandidates + 1} {
		certs := []*pkix.Certificate{}
		for range n - 1 {
			certs = append(certs, other)
		}
		if v, _ := s.VerifyAny(testContent, append(certs, cert)); v.Holds() != (n == limit.SignerCandidates) {
			t.Errorf("as number %d it holds: %v", n, v.Holds())
		}
	}
}

func TestLimitAttributeDepth(t *testing.T) {
	for _, n := range []int{limit.AttributeDepth, limit.AttributeDepth + 1} {
		b := []byte{5, 0}
		for range n + 1 {
			b = der(0x30, b)
		}
		out, ok := encodeContent(ber.ParseOne(b).Root(), false, false, 0)
		if ok != (n == limit.AttributeDepth) || ok && !bytes.HasSuffix(b, out) {
			t.Errorf("depth %d: %v, %d bytes", n, ok, len(out))
		}
	}
}
