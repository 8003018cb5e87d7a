package cms

import (
	"bytes"
	"compress/zlib"
	"errors"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
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
		name, says string
		most       int
		set        func(*SignerInfo)
	}{
		{"signatures", "signatures to verify", limit.SignatureChecks, func(s *SignerInfo) { s.data.checks = limit.SignatureChecks - 1 }},
		{"bytes", "bytes hashed for signatures", limit.Hashed, func(s *SignerInfo) { s.data.hashed = limit.Hashed - s.data.hashed }},
	} {
		s, cert := signerThatHolds(t)
		s.Verify(testContent, cert) // so that what it takes is known
		test.set(s)
		if v := s.Verify(testContent, cert); !v.Holds() {
			t.Errorf("the last %s: %+v", test.name, v.Signature)
		}
		if v := s.Verify(testContent, cert); v.Signature.OK != nil || !strings.Contains(v.Signature.Detail, limit.More(test.says, test.most, s.Value.Offset())) {
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
		// Of one that is not tried, nobody knows: the signature is no forgery.
		v, _ := s.VerifyAny(testContent, append(certs, cert))
		if over := n > limit.SignerCandidates; v.Holds() == over || over != strings.Contains(v.Signature.Detail, limit.More("certificates that the signer may mean", limit.SignerCandidates, -1)) || v.Fails() {
			t.Errorf("as number %d: %+v", n, v.Signature)
		}
	}
}

func TestLimitAttributeDepth(t *testing.T) {
	for _, n := range []int{limit.AttributeDepth, limit.AttributeDepth + 1} {
		b := []byte{5, 0}
		for range n + 1 {
			b = der(0x30, b)
		}
		out, err := encodeContent(ber.ParseOne(b).Root(), false, false, 0)
		if limit.Reached(err) != (n > limit.AttributeDepth) || err == nil && !bytes.HasSuffix(b, out) {
			t.Errorf("depth %d: %v, %d bytes", n, err, len(out))
		}
	}
}

// limits lists what problems say of limits.
func limits(problems []Problem) string {
	said := ""
	for _, p := range problems {
		if p.Code == "limit" {
			said += p.Detail + "\n"
		}
	}
	return said
}

// TestLimitSigners: each has its number.
func TestLimitSigners(t *testing.T) {
	for _, n := range []int{limit.Signers, limit.Signers + 1} {
		s, cert := signerThatHolds(t)
		s.Index = n - 1
		v := s.Verify(testContent, cert)
		if over := n > limit.Signers; v.Holds() == over || over != strings.Contains(v.Signature.Detail, limit.More("signers", limit.Signers, s.Value.Offset())) {
			t.Errorf("as number %d: %+v", n, v.Signature)
		}
	}
}

// TestLimitCMSProblems: so many notes are kept, and an error after them all the same; that
// there are more is said once.
func TestLimitCMSProblems(t *testing.T) {
	for _, n := range []int{limit.CMSProblems, limit.CMSProblems + 1} {
		m := &Message{}
		for i := range n {
			m.problem("x", SeverityNote, [2]int{i, i}, "", "")
		}
		m.problem("error", SeverityError, [2]int{n, n}, "", "")
		m.problem("error", SeverityError, [2]int{n, n}, "", "")
		said := limits(m.Problems[:n])
		if n == limit.CMSProblems && said != "" || m.Problems[limit.CMSProblems-1].Code != "x" || !m.Malformed() || len(m.Problems) != limit.CMSProblems+2 {
			t.Errorf("%d problems: %d are kept, %s", n, len(m.Problems), said)
		}
		if got, want := limits(m.Problems), limit.More("problems", limit.CMSProblems, limit.CMSProblems); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
			t.Errorf("%d problems: %s", n, got)
		}
	}
}

// countersigned makes a message with n countersignatures, each over the one in it, reads
// it, and says how many of them were read.
func countersigned(t *testing.T, s sealed, n int) (m *Message, depth int) {
	t.Helper()
	nested := s.info(t)
	for range n {
		c := s
		c.unsigned = [][]byte{attribute(oid.Countersignature, nested)}
		nested = c.info(t)
	}
	m, err := Parse(contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, algID(oid.SHA256)), der(0x30, oidTLV(oid.Data)), der(0x31, nested))))
	if err != nil {
		t.Fatal(err)
	}
	for si := m.Signed.Signers[0]; len(si.Countersigners) > 0; si = si.Countersigners[0] {
		depth++
	}
	return m, depth
}

func TestLimitCountersignatures(t *testing.T) {
	s := sealed{signer: parties()["p256"], content: testContent}
	s.attrs = s.usual()
	for _, n := range []int{limit.Countersignatures, limit.Countersignatures + 1} {
		m, depth := countersigned(t, s, n)
		said := limits(m.Problems)
		if over := n > limit.Countersignatures; depth != limit.Countersignatures || over != (said != "") || over && !strings.HasPrefix(said, "more than 4 nested countersignatures at byte ") {
			t.Errorf("%d deep: %d are read, %q", n, depth, said)
		}
	}
}

// TestLimitKeyTrials: the key that opens is the last that may be tried, and one more.
func TestLimitKeyTrials(t *testing.T) {
	cek := secretKey(16)
	message := envelope(cek, testContent, kekRecipient([]byte("kek"), secretKey(16), cek))
	for _, n := range []int{limit.KeyTrials, limit.KeyTrials + 1} {
		var keys Keyring
		for range n - 1 {
			keys.Secrets = append(keys.Secrets, Secret{Key: secretKey(24)})
		}
		keys.Secrets = append(keys.Secrets, Secret{Key: secretKey(16)})
		d := parseEnvelope(t, message).Decrypt(keys)
		if over := n > limit.KeyTrials; (d.Verdict == Decrypted) == over || over != strings.Contains(d.Reason, limit.More("attempts to open a recipient's key", limit.KeyTrials, -1)) {
			t.Errorf("with the right one as number %d: %s, %s", n, d.Verdict, d.Reason)
		}
	}
}

// TestLimitAttributeText: as hex, twice as long as the value.
func TestLimitAttributeText(t *testing.T) {
	for _, n := range []int{limit.AttributeText / 2, limit.AttributeText/2 + 1} {
		got := hex(make([]byte, n))
		if cut := strings.HasSuffix(got, "… (501 bytes)"); cut != (n > limit.AttributeText/2) || !strings.HasPrefix(got, strings.Repeat("0", limit.AttributeText)) {
			t.Errorf("%d bytes: %q", n, got[max(0, len(got)-20):])
		}
	}
	for _, n := range []int{limit.AttributeText, limit.AttributeText + 1} {
		if got := cut(strings.Repeat("x", n)); strings.HasSuffix(got, "…") != (n > limit.AttributeText) {
			t.Errorf("%d letters are cut: %v", n, strings.HasSuffix(got, "…"))
		}
	}
}

// TestLimitDecompressed: content that is hardly compressed at all, and content that is
// nothing but.
func TestLimitDecompressed(t *testing.T) {
	if testing.Short() {
		t.Skip("in short nothing is unpacked up to its limit")
	}
	for _, test := range []struct{ level, most int }{
		{zlib.NoCompression, limit.Decompressed}, {zlib.BestCompression, limit.CompressionRatio * limit.CompressionFloor},
	} {
		for _, n := range []int{test.most, test.most + 1} {
			var b bytes.Buffer
			w, err := zlib.NewWriterLevel(&b, test.level)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(make([]byte, n))
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			out, err := inflate(b.Bytes())
			bound, _ := errors.AsType[*limit.Error](err)
			if over := n > test.most; (bound != nil) != over || over && bound.Limit != test.most || !over && err != nil || len(out) != test.most {
				t.Errorf("%d bytes: %d, %v", n, len(out), err)
			}
		}
	}
}
