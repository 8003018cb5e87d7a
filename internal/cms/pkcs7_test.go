package cms

// Messages made by smallstep/pkcs7, which follows PKCS#7 1.5 in places where CMS
// went on.

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"
)

// std is the standard library's view of a party.
func (p *party) std(t testing.TB) *x509.Certificate {
	t.Helper()
	c, err := x509.ParseCertificate(p.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSignedByPKCS7(t *testing.T) {
	for _, name := range []string{"alice", "p256", "p384", "p521"} {
		p := parties()[name]
		for _, digest := range []asn1.ObjectIdentifier{pkcs7.OIDDigestAlgorithmSHA1, pkcs7.OIDDigestAlgorithmSHA256, pkcs7.OIDDigestAlgorithmSHA384, pkcs7.OIDDigestAlgorithmSHA512} {
			for _, attrs := range []bool{true, false} {
				for _, detached := range []bool{true, false} {
					t.Run(fmt.Sprintf("%s %s attributes %v detached %v", name, digest, attrs, detached), func(t *testing.T) {
						sd, err := pkcs7.NewSignedData(testContent)
						if err != nil {
							t.Fatal(err)
						}
						sd.SetDigestAlgorithm(digest)
						if attrs {
							err = sd.AddSigner(p.std(t), p.signer, pkcs7.SignerInfoConfig{})
						} else {
							if name != "alice" {
								// Without this, the library announces the curve and not the algorithm.
								sd.SetEncryptionAlgorithm(map[string]asn1.ObjectIdentifier{
									pkcs7.OIDDigestAlgorithmSHA1.String():   pkcs7.OIDDigestAlgorithmECDSASHA1,
									pkcs7.OIDDigestAlgorithmSHA256.String(): pkcs7.OIDDigestAlgorithmECDSASHA256,
									pkcs7.OIDDigestAlgorithmSHA384.String(): pkcs7.OIDDigestAlgorithmECDSASHA384,
									pkcs7.OIDDigestAlgorithmSHA512.String(): pkcs7.OIDDigestAlgorithmECDSASHA512,
								}[digest.String()])
							}
							err = sd.SignWithoutAttr(p.std(t), p.signer, pkcs7.SignerInfoConfig{})
						}
						if err != nil {
							t.Fatal(err)
						}
						if detached {
							sd.Detach()
						}
						message, err := sd.Finish()
						if err != nil {
							t.Fatal(err)
						}
						m, err := Parse(message)
						if err != nil || m.Signed == nil || len(m.Signed.Signers) != 1 || m.Signed.Content.Detached != detached || m.Malformed() {
							t.Fatalf("%v %+v", err, m.Problems)
						}
						s := m.Signed.Signers[0]
						cert := s.FindCertificate(pool())
						if cert != p.cert {
							t.Fatal("the signer's certificate is not found")
						}
						if v := s.Verify(testContent, cert); !v.Holds() {
							t.Errorf("%+v", v)
						}
						if v := s.Verify(testContent[1:], cert); v.Holds() {
							t.Error("other content holds")
						}
						if !holds(message, testContent, detached, []string{name}) || holds(flip(message, s.SignatureValue.ContentRange()[1]-1), testContent, detached, []string{name}) {
							t.Error("a changed signature holds")
						}
					})
				}
			}
		}
	}
}

func TestEnvelopedByPKCS7(t *testing.T) {
	alice := parties()["alice"]
	defer func(c int, k asn1.ObjectIdentifier, h crypto.Hash) {
		pkcs7.ContentEncryptionAlgorithm, pkcs7.KeyEncryptionAlgorithm, pkcs7.KeyEncryptionHash = c, k, h
	}(pkcs7.ContentEncryptionAlgorithm, pkcs7.KeyEncryptionAlgorithm, pkcs7.KeyEncryptionHash)
	algorithms := []struct {
		name string
		id   int
		key  int
	}{
		{"DES", pkcs7.EncryptionAlgorithmDESCBC, 8}, {"AES-128-CBC", pkcs7.EncryptionAlgorithmAES128CBC, 16},
		{"AES-256-CBC", pkcs7.EncryptionAlgorithmAES256CBC, 32}, {"AES-128-GCM", pkcs7.EncryptionAlgorithmAES128GCM, 16},
		{"AES-256-GCM", pkcs7.EncryptionAlgorithmAES256GCM, 32},
	}
	for _, c := range algorithms {
		pkcs7.ContentEncryptionAlgorithm = c.id
		aead := c.id == pkcs7.EncryptionAlgorithmAES128GCM || c.id == pkcs7.EncryptionAlgorithmAES256GCM
		for _, k := range []struct {
			name string
			oid  asn1.ObjectIdentifier
			hash crypto.Hash
		}{
			{"PKCS #1 v1.5", pkcs7.OIDEncryptionAlgorithmRSA, crypto.SHA256},
			{"OAEP SHA-1", pkcs7.OIDEncryptionAlgorithmRSAESOAEP, crypto.SHA1},
			{"OAEP SHA-256", pkcs7.OIDEncryptionAlgorithmRSAESOAEP, crypto.SHA256},
		} {
			t.Run(c.name+" "+k.name, func(t *testing.T) {
				pkcs7.KeyEncryptionAlgorithm, pkcs7.KeyEncryptionHash = k.oid, k.hash
				message, err := pkcs7.Encrypt(testContent, []*x509.Certificate{parties()["bob"].std(t), alice.std(t)})
				if err != nil {
					t.Fatal(err)
				}
				e := parseEnvelope(t, message)
				for _, ring := range []Keyring{alice.ring(), alice.keyOnly()} {
					d := e.Decrypt(ring)
					if d.Verdict != Decrypted || d.Recipient != 1 || !bytes.Equal(d.Content, testContent) {
						t.Errorf("%s %s", d.Verdict, d.Reason)
					}
					// The library writes authenticated encryption into an EnvelopedData, and does not
					// say which hash it gave to MGF1.
					var want []string
					if k.hash == crypto.SHA256 && k.oid.Equal(pkcs7.OIDEncryptionAlgorithmRSAESOAEP) {
						want = append(want, "oaep-mask")
					}
					if aead {
						want = append(want, "aead-in-enveloped")
					}
					if d.Unauthenticated == aead || codes(d.Problems) != strings.Join(want, " ") {
						t.Errorf("unauthenticated %v, problems %q", d.Unauthenticated, codes(d.Problems))
					}
				}
				if d := e.Decrypt(parties()["mallory"].ring()); d.Verdict != NoKey {
					t.Errorf("another key: %s", d.Verdict)
				}
				d := parseEnvelope(t, flip(message, len(message)-1)).Decrypt(alice.ring())
				if bytes.Equal(d.Content, testContent) || aead && d.Verdict != Failed {
					t.Errorf("changed: %s", d.Verdict)
				}
			})
		}
		if c.id == pkcs7.EncryptionAlgorithmAES128CBC || c.id == pkcs7.EncryptionAlgorithmAES256CBC {
			continue // not made by the library
		}
		t.Run(c.name+" with a key", func(t *testing.T) {
			message, err := pkcs7.EncryptUsingPSK(testContent, secretKey(c.key))
			if err != nil {
				t.Fatal(err)
			}
			d := parseEnvelope(t, message).Decrypt(Keyring{Secrets: []Secret{{Key: []byte("short")}, {Key: secretKey(c.key)}}})
			if d.Verdict != Decrypted || !bytes.Equal(d.Content, testContent) {
				t.Errorf("%s %s", d.Verdict, d.Reason)
			}
		})
	}
}
