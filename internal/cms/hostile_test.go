package cms

// Hostile and broken input: nothing panics, hangs or costs more than its size, and
// what is said of it stays true.

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// exercise does everything that can be done with a message, and checks what must hold
// of any input. It gives how many signers hold.
func exercise(t testing.TB, src []byte, ring Keyring) (held int) {
	t.Helper()
	m, err := Parse(src)
	if m == nil || m.Tree == nil {
		t.Fatal("no message")
	}
	if err == nil && m.Kind == "" || m.Trailing[0] < 0 || m.Trailing[0] > m.Trailing[1] || m.Trailing[1] != len(src) {
		t.Fatalf("kind %q, trailing %v", m.Kind, m.Trailing)
	}
	inside := func(what string, r [2]int) {
		if r[0] < 0 || r[0] > r[1] || r[1] > len(src) {
			t.Fatalf("%s: range %v of %d bytes", what, r, len(src))
		}
	}
	problems := func(list []Problem) {
		for _, p := range list {
			inside(p.Code, p.Range)
			if p.Code == "" || p.Detail == "" || p.Reference == "" && p.Code != "limit" || p.Severity == "" {
				t.Fatalf("an incomplete problem: %+v", p)
			}
		}
	}
	outcome := func(o Outcome) {
		inside("outcome", o.Range)
		if o.Detail == "" || o.Reference == "" {
			t.Fatalf("an outcome that says nothing: %+v", o)
		}
	}
	problems(m.Problems)
	if len(m.Problems) > limit.CMSProblems+2 { // an error after them, and that there are more
		t.Fatalf("%d problems", len(m.Problems))
	}
	if s := m.Signed; s != nil {
		inside("content", s.Content.Range)
		for _, v := range append(s.Certificates, s.Others...) {
			inside("certificate", v.Range())
		}
		content := s.Content.Content
		if s.Content.Detached {
			content = testContent
		}
		var verify func(si *SignerInfo, content []byte)
		verify = func(si *SignerInfo, content []byte) {
			inside("signer", si.Value.Range())
			for _, a := range si.Attributes() {
				inside(a.Name, a.Range)
				if a.Name == "" || len(a.Value) > 8*limit.AttributeText {
					t.Fatalf("attribute %q with %d bytes of text", a.Name, len(a.Value))
				}
			}
			si.SigningTime()
			certs := append(si.FindCertificates(ring.Certificates), nil)
			certs = append(certs, ring.Certificates.All()[:1]...)
			for _, c := range certs {
				v := si.Verify(content, c)
				outcome(v.Digest)
				outcome(v.Signature)
				problems(v.Problems)
				if v.Holds() {
					held++
					if c == nil || m.Malformed() && len(s.Signers) == 1 {
						t.Fatalf("it holds without a key, or though malformed: %+v", v)
					}
					if other := si.Verify(append([]byte("x"), content...), c); other.Holds() {
						t.Fatal("it holds with other content")
					}
				}
			}
			for _, c := range si.Countersigners {
				verify(c, si.Signature)
			}
		}
		for _, si := range s.Signers {
			verify(si, content)
		}
	}
	if e := m.Enveloped; e != nil {
		inside("ciphertext", e.EncryptedRange)
		d := e.Decrypt(ring)
		problems(d.Problems)
		if (d.Verdict == Decrypted) != (d.Reason == "") || len(d.Recipients) != len(e.Recipients) || d.Recipient >= len(e.Recipients) {
			t.Fatalf("%+v", d)
		}
		switch d.Verdict {
		case Decrypted:
			if len(d.Content) > len(src) {
				t.Fatal("more came out than went in")
			}
		case NoKey, Failed, Unsupported:
			if d.Content != nil && e.Kind != KindAuthenticatedData || d.CEK != nil {
				t.Fatalf("%s with content or key", d.Verdict)
			}
		default:
			t.Fatalf("verdict %q", d.Verdict)
		}
		if d := e.Decrypt(Keyring{}); d.Verdict == Decrypted || d.Verdict == Failed {
			t.Fatalf("%s without any key", d.Verdict)
		}
	}
	if c := m.Compressed; c != nil {
		if out, _ := c.Decompress(); len(out) > max(len(src), limit.CompressionFloor)*limit.CompressionRatio {
			t.Fatalf("%d bytes out of %d", len(out), len(src))
		}
	}
	if d := m.Digested; d != nil {
		outcome(d.Verify(nil))
	}
	return held
}

// everyKind gives one message of each kind, made here.
func everyKind(t testing.TB, signer *party) map[string][]byte {
	t.Helper()
	cek, kek := secretKey(16), secretKey(16)
	s := sealed{signer: signer, content: testContent}
	plain := s
	s.attrs = s.usual()
	chunked := s
	chunked.econtent = ber80(0xa0, ber80(0x24, octets(testContent[:9]), octets(testContent[9:])))
	alg, ciphertext := encryptCBC(cek, testContent)
	password := der(0xa3, integer(0), der(0xa0, oidTLV(oid.PBKDF2), der(0x30, octets(kek), der(2, []byte{1, 0}))), algID(oid.PWRIKEK, alg), octets(bytes.Repeat(kek, 2)))
	return map[string][]byte{
		"signed":     s.message(t),
		"plain":      plain.message(t),
		"chunked":    chunked.message(t),
		"bare":       s.data(t),
		"enveloped":  envelope(cek, testContent, kekRecipient([]byte("kek"), kek, cek), password, der(0xa4, oidTLV(oid.ORIKEM))),
		"encrypted":  contentInfo(oid.EncryptedData, der(0x30, integer(0), encryptedContent(alg, ciphertext))),
		"compressed": contentInfo(oid.CompressedData, der(0x30, integer(0), algID(oid.ZlibCompress), der(0x30, oidTLV(oid.Data), der(0xa0, octets(compressed(t, testContent)))))),
		"digested":   contentInfo(oid.DigestedData, der(0x30, integer(0), algID(oid.SHA256), der(0x30, oidTLV(oid.Data), der(0xa0, octets(testContent))), octets(make([]byte, 32)))),
		"data":       contentInfo(oid.Data, octets(testContent)),
	}
}

func hostileRing() Keyring {
	all := parties()
	return Keyring{
		Private:      []*pkix.PrivateKey{all["p256"].key, all["x25519"].key, nil, {}},
		Certificates: pkix.NewPool(all["p256"].cert, all["alice"].cert, all["x25519"].cert),
		Passwords:    []string{"", "password"},
		Secrets:      []Secret{{ID: []byte("kek"), Key: secretKey(16)}, {}, {Key: []byte{1}}},
	}
}

// TestEveryCutAndByte cuts messages off at every byte and changes every byte.
func TestEveryCutAndByte(t *testing.T) {
	ring := hostileRing()
	for name, message := range everyKind(t, parties()["alice"]) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := range message {
				if held := exercise(t, message[:n], ring); held > 0 {
					t.Errorf("cut off at byte %d, it holds", n)
				}
			}
			for at := range message {
				changed := bytes.Clone(message)
				changed[at] ^= 1 << (at % 8)
				exercise(t, changed, ring)
			}
		})
	}
}

// TestDeepNesting: BER nested a hundred thousand deep, in every place that takes values.
func TestDeepNesting(t *testing.T) {
	const depth = 100_000
	bomb := append(bytes.Repeat([]byte{0x30, 0x80}, depth), make([]byte, 2*depth)...)
	strings := append(bytes.Repeat([]byte{0x24, 0x80}, depth), make([]byte, 2*depth)...)
	ring := hostileRing()
	signer := der(0x30, integer(1), bomb, algID(oid.SHA256), ber80(0xa0, bomb), bomb, bomb)
	for name, src := range map[string][]byte{
		"alone":      bomb,
		"content":    contentInfo(oid.SignedData, bomb),
		"econtent":   contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31), der(0x30, oidTLV(oid.Data), ber80(0xa0, strings)), der(0x31, signer))),
		"attribute":  contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, bomb), der(0x30, oidTLV(oid.Data)), der(0x31, der(0x30, integer(1), parties()["p256"].issuerSerial(), algID(oid.SHA256), ber80(0xa0, attribute(oid.SigningTime, bomb)), algID(oid.ECDSAWithSHA256), octets(make([]byte, 70)))))),
		"recipients": contentInfo(oid.EnvelopedData, der(0x30, integer(0), ber80(0x31, bomb, ber80(0xa1, bomb), ber80(0xa2, bomb)), encryptedContent(algID(oid.AES128CBC, bomb), make([]byte, 32)))),
		"ciphertext": contentInfo(oid.EncryptedData, der(0x30, integer(0), der(0x30, oidTLV(oid.Data), algID(oid.AES128CBC), strings))),
		"open ended": bomb[:depth],
	} {
		t.Run(name, func(t *testing.T) {
			if held := exercise(t, src, ring); held > 0 {
				t.Error("it holds")
			}
		})
	}
}

// TestManyOfEverything: counts that an attacker chooses are bounded where each costs
// something.
func TestManyOfEverything(t *testing.T) {
	p256 := parties()["p256"]
	s := sealed{signer: p256, content: testContent}
	s.attrs = s.usual()
	info := s.info(t)
	t.Run("signers", func(t *testing.T) {
		infos := bytes.Repeat(info, 2*limit.Signers)
		m, err := Parse(contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, algID(oid.SHA256)), der(0x30, oidTLV(oid.Data)), der(0x31, infos))))
		if err != nil || len(m.Signed.Signers) != 2*limit.Signers {
			t.Fatal(err)
		}
		if v := m.Signed.Signers[limit.Signers-1].Verify(testContent, p256.cert); !v.Holds() {
			t.Errorf("the last within the limit: %+v", v)
		}
		if v := m.Signed.Signers[limit.Signers].Verify(testContent, p256.cert); v.Digest.OK != nil || v.Signature.OK != nil || !strings.Contains(v.Signature.Detail, "signers") {
			t.Errorf("the first beyond: %+v", v)
		}
	})
	t.Run("recipients", func(t *testing.T) {
		cek := secretKey(16)
		many := bytes.Repeat(kekRecipient([]byte("other"), secretKey(32), cek), 3*limit.KeyTrials)
		message := envelope(cek, testContent, many, kekRecipient([]byte("kek"), secretKey(16), cek))
		if d := parseEnvelope(t, message).Decrypt(hostileRing()); d.Verdict != Decrypted {
			t.Errorf("ours among many: %s %s", d.Verdict, d.Reason)
		}
		if d := parseEnvelope(t, message).Decrypt(Keyring{Secrets: []Secret{{Key: secretKey(24)}}}); d.Verdict != NoKey || !strings.Contains(d.Reason, "more than") {
			t.Errorf("too many to try: %s %s", d.Verdict, d.Reason)
		}
	})
	t.Run("iterations", func(t *testing.T) {
		// What is derived for one envelope comes out of one budget, all recipients and
		// passwords together.
		alg, _ := encryptCBC(secretKey(16), nil)
		kdf := der(0xa0, oidTLV(oid.PBKDF2), der(0x30, octets([]byte("salt")), der(2, []byte{100})))
		recipient := der(0xa3, integer(0), kdf, algID(oid.PWRIKEK, alg), octets(make([]byte, 32)))
		message := envelope(secretKey(16), testContent, bytes.Repeat(recipient, 100))
		work := limit.NewWork(50 * 100 * limit.WorkOfKDF)
		d := parseEnvelope(t, message).Decrypt(Keyring{Passwords: []string{"a"}, Work: work})
		if d.Verdict != NoKey || !strings.Contains(d.Reason, "work") || !work.Over() {
			t.Errorf("%s %s", d.Verdict, d.Reason)
		}
	})
	t.Run("countersignatures", func(t *testing.T) {
		m, depth := countersigned(t, s, 3*limit.Countersignatures)
		if depth != limit.Countersignatures || !strings.Contains(codes(m.Problems), "limit") {
			t.Errorf("%d deep, problems %q", depth, codes(m.Problems))
		}
	})
	t.Run("problems", func(t *testing.T) {
		m, _ := Parse(contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, bytes.Repeat([]byte{5, 0}, 10*limit.CMSProblems)))))
		if len(m.Problems) > limit.CMSProblems+2 {
			t.Errorf("%d problems", len(m.Problems))
		}
		// Notes do not crowd an error out: here each signer is worth one, and what follows
		// the last is not allowed.
		note := s
		note.unsigned = [][]byte{attribute("\x2a\x03")}
		infos := bytes.Repeat(note.info(t), 2*limit.CMSProblems)
		m, _ = Parse(contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, algID(oid.SHA256)), der(0x30, oidTLV(oid.Data)), der(0x31, infos), der(5))))
		if !m.Malformed() || len(m.Problems) != limit.CMSProblems+2 {
			t.Errorf("%d problems, malformed: %v", len(m.Problems), m.Malformed())
		}
		if v := m.Signed.Signers[0].Verify(testContent, p256.cert); v.Holds() {
			t.Error("a signer of a malformed message holds")
		}
	})
}

// addSeeds gives a fuzz target one message of each kind.
func addSeeds(f *testing.F) {
	for _, message := range everyKind(f, parties()["p256"]) {
		f.Add(message)
	}
	for _, file := range corpus.Everything(f) {
		for _, object := range vectors.Objects(file) {
			if ber.ParseOne(object).Root().First().Is(ber.TagOID) { // a ContentInfo, and no certificate
				f.Add(object)
			}
		}
	}
	f.Add([]byte{})
	f.Add([]byte{0x30, 0x80})
}

func FuzzParse(f *testing.F) {
	addSeeds(f)
	ring := hostileRing()
	// A signer or recipient of some fifty bytes takes one operation with a key, or several.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 10_000, Base: 16 << 20}, func(t *testing.T, src []byte) { exercise(t, src, ring) }))
}

// FuzzVerify puts bytes in the places of a message that a signer fills.
func FuzzVerify(f *testing.F) {
	s := sealed{signer: parties()["p256"], content: testContent}
	attrs := bytes.Join(s.usual(), nil)
	f.Add(attrs, algID(oid.ECDSAWithSHA256), algID(oid.SHA256), []byte("signature"))
	f.Add([]byte{}, algID(oid.RSASSAPSS, der(0x30)), algID(oid.SHA1), make([]byte, 256))
	f.Add(attrs[:20], algID(oid.Ed25519), algID(oid.SHA512), make([]byte, 64))
	all := pool().All()
	f.Fuzz(func(t *testing.T, attrs, sigAlg, digestAlg, signature []byte) {
		info := der(0x30, integer(1), s.signer.issuerSerial(), digestAlg, der(0xa0, attrs), sigAlg, octets(signature))
		message := contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, digestAlg), der(0x30, oidTLV(oid.Data)), der(0x31, info)))
		m, _ := Parse(message)
		if m.Signed == nil {
			return
		}
		// One operation with the key of each, whatever they are given.
		cost.Bound{PerByte: 10_000, Base: 16 << 20}.Hold(t, len(message), func() {
			for _, si := range m.Signed.Signers {
				for _, c := range all {
					if v := si.Verify(testContent, c); v.Signature.holds() {
						t.Fatalf("a signature that nobody made holds for %v", c.Subject)
					}
				}
			}
		})
	})
}

// FuzzDecrypt puts bytes in the places of an envelope that a sender fills.
func FuzzDecrypt(f *testing.F) {
	cek := secretKey(16)
	alg, ciphertext := encryptCBC(cek, testContent)
	f.Add(kekRecipient([]byte("kek"), secretKey(16), cek), alg, ciphertext)
	f.Add(der(0x30, integer(0), parties()["p256"].issuerSerial(), algID(oid.RSAEncryption), octets(cek)), algID(oid.DESEDE3CBC, octets(cek[:8])), ciphertext)
	f.Add(der(0xa1, integer(3), der(0xa0, der(0xa1, algID(oid.ECPublicKey), der(3, []byte{0, 4}))), algID(oid.DHSinglePassStdDHSHA1KDF, algID(oid.AES128Wrap)),
		der(0x30, der(0x30, parties()["p256"].issuerSerial(), octets(cek)))), algID(oid.RC2CBC, der(0x30, der(2, []byte{58}), octets(cek[:8]))), ciphertext)
	f.Add([]byte{}, algID(oid.AES128GCM, der(0x30, octets(cek[:12]), integer(16))), ciphertext)
	ring := hostileRing()
	f.Fuzz(func(t *testing.T, recipient, alg, ciphertext []byte) {
		// Keys are derived from passwords, by PBKDF2 or scrypt with all the memory it may have.
		cost.Bound{PerByte: 10_000, Base: 4*limit.ScryptMemory + 16<<20}.Hold(t, len(recipient)+len(alg)+len(ciphertext), func() {
			exercise(t, contentInfo(oid.EnvelopedData, der(0x30, integer(2), der(0x31, recipient), encryptedContent(alg, ciphertext))), ring)
			exercise(t, contentInfo(oid.EncryptedData, der(0x30, integer(0), encryptedContent(alg, ciphertext))), ring)
		})
	})
}
