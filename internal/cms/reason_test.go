package cms

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// TestReasons makes signatures that do not hold, each with one mistake, and asks for the
// mistake by name. The maker is crypto/rsa.
func TestReasons(t *testing.T) {
	alice := parties()["alice"]
	p256 := parties()["p256"]
	key, ok := alice.signer.(*rsa.PrivateKey)
	if !ok {
		t.Fatal("alice has no RSA key")
	}
	content := []byte("one line\r\nanother line\r\n")
	base := sealed{signer: alice, content: content}
	usual := base.usual()
	sum := func(h crypto.Hash, b []byte) []byte {
		d := h.New()
		d.Write(b)
		return d.Sum(nil)
	}
	pkcs1 := func(h crypto.Hash, what func(message []byte) []byte) func([]byte) []byte {
		return func(message []byte) []byte {
			sig, err := rsa.SignPKCS1v15(nil, key, h, sum(h, what(message)))
			if err != nil {
				t.Fatal(err)
			}
			return sig
		}
	}
	same := func(b []byte) []byte { return b }
	just := func(b []byte) func([]byte) []byte { return func([]byte) []byte { return b } }
	bare := func(message []byte) []byte {
		sig, err := rsa.SignPKCS1v15(nil, key, 0, sum(crypto.SHA256, message))
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	pss := func(message []byte) []byte {
		sig, err := rsa.SignPSS(rand.Reader, key, crypto.SHA256, sum(crypto.SHA256, message), &rsa.PSSOptions{SaltLength: 11})
		if err != nil {
			t.Fatal(err)
		}
		return sig
	}
	padded := func(em []byte) []byte { // what no library signs
		block := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, key.Size()-3-len(em))...)
		block = append(append(block, 0), em...)
		return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, key.Size()))
	}
	withDigest := func(of []byte) [][]byte { return [][]byte{usual[0], attribute(oid.MessageDigest, octets(of))} }
	pssAlg := algID(oid.RSASSAPSS, der(0x30, der(0xa0, algID(oid.SHA256)), der(0xa1, algID(oid.MGF1, algID(oid.SHA256))), der(0xa2, integer(32))))

	for _, c := range []struct {
		name string
		s    sealed
		says string
	}{
		{"attributes, another hash", sealed{attrs: usual, by: pkcs1(crypto.SHA1, same)}, "over the SHA-1 digest of the signed attributes, where SHA-256 is announced"},
		{"attributes with the tag [0]", sealed{attrs: usual, by: pkcs1(crypto.SHA256, just(der(0xa0, usual...)))}, "over the SHA-256 digest of the signed attributes with the tag [0]"},
		{"attributes with the tag [0], another hash", sealed{attrs: usual, by: pkcs1(crypto.SHA512, just(der(0xa0, usual...)))}, "SHA-512 digest of the signed attributes with the tag [0]"},
		{"the content in place of the attributes", sealed{attrs: usual, by: pkcs1(crypto.SHA256, just(content))}, "over the SHA-256 digest of the content, where it must be over the signed attributes"},
		{"other attributes", sealed{attrs: usual, by: pkcs1(crypto.SHA256, just([]byte("else")))}, "the signed attributes changed after signing"},
		{"other attributes, another hash", sealed{attrs: usual, by: pkcs1(crypto.SHA384, just([]byte("else")))}, "over a SHA-384 digest, which is not that of the signed attributes, where SHA-256 is announced"},
		{"a bare digest", sealed{attrs: usual, by: bare}, "the bare SHA-256 digest of the signed attributes, without the DigestInfo"},
		{"a bare digest of the content", sealed{by: bare}, "the bare SHA-256 digest of the content, without the DigestInfo"},
		{"a bare MD5 with SHA-1 beside it", sealed{by: func(m []byte) []byte { return padded(append(sum(crypto.MD5, m), sum(crypto.SHA1, m)...)) }}, "does not open with the key"},
		{"PSS under another name", sealed{attrs: usual, by: pss}, "RSASSA-PSS over the signed attributes, where PKCS #1 v1.5 is announced"},
		{"PSS under another name, of the content", sealed{by: pss}, "RSASSA-PSS over the content, where PKCS #1 v1.5 is announced"},
		{"PKCS #1 under the name of PSS", sealed{attrs: usual, sigAlg: pssAlg, by: pkcs1(crypto.SHA256, same)}, "by PKCS #1 v1.5, where RSASSA-PSS is announced"},
		{"PKCS #1 under the name of PSS, of the content", sealed{sigAlg: pssAlg, by: pkcs1(crypto.SHA256, same)}, "by PKCS #1 v1.5, where RSASSA-PSS is announced"},
		{"the content with another hash", sealed{by: pkcs1(crypto.SHA1, same)}, "over the SHA-1 digest of the content, where SHA-256 is announced"},
		{"another key", sealed{attrs: usual, by: just(bytes.Repeat([]byte{3}, key.Size()))}, "does not open with the key"},

		{"one line end more", sealed{by: pkcs1(crypto.SHA256, just(append(bytes.Clone(content), "\r\n"...)))}, "it would hold if the content had one line end more"},
		{"one line end less", sealed{attrs: withDigest(sum(crypto.SHA256, content[:len(content)-2]))}, "it would hold if the content had one line end less"},
		{"CR CR LF", sealed{attrs: withDigest(sum(crypto.SHA256, bytes.ReplaceAll(content, []byte("\r\n"), []byte("\r\r\n"))))}, "it would hold if the content had CR CR LF wherever it has CR LF"},
		{"LF", sealed{attrs: withDigest(sum(crypto.SHA256, bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n"))))}, "it would hold if the lines of the content ended in LF and not in CR LF"},
		{"a digest by another hash", sealed{attrs: withDigest(sum(crypto.SHA1, content))}, "it is the SHA-1 digest of the content, where SHA-256 is announced"},
		{"a digest by another hash of that length", sealed{attrs: withDigest(sum(crypto.SHA512_256, content))}, "it is the SHA-512/256 digest of the content, where SHA-256 is announced"},
		{"other content", sealed{attrs: withDigest(sum(crypto.SHA256, []byte("else")))}, "the content is not the one that was signed"},

		{"ECDSA over the attributes with the tag [0]", sealed{signer: p256, attrs: usual, by: func([]byte) []byte {
			return sealed{signer: p256}.signature(t, der(0xa0, usual...))
		}}, "made this signature over the signed attributes with the tag [0]"},
		{"ECDSA over the content", sealed{signer: p256, attrs: usual, by: func([]byte) []byte {
			return sealed{signer: p256}.signature(t, content)
		}}, "made this signature over the content, where it must be over the signed attributes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.s
			s.content = content
			if s.signer == nil {
				s.signer = alice
			}
			m, err := Parse(s.message(t))
			if err != nil {
				t.Fatal(err)
			}
			v := m.Signed.Signers[0].Verify(content, s.signer.cert)
			if !v.Fails() {
				t.Errorf("it holds: %+v", v)
			}
			if all := v.Digest.Detail + "\n" + v.Signature.Detail; !strings.Contains(all, c.says) {
				t.Errorf("nothing says %q in:\n%s", c.says, all)
			}
		})
	}
}

// TestLimitExplained: so many bytes are hashed for reasons, and none more; no verdict
// hangs on it.
func TestLimitExplained(t *testing.T) {
	alice := parties()["alice"]
	content := []byte("one line\r\n")
	s := sealed{signer: alice, content: content}
	s.attrs = [][]byte{s.usual()[0], attribute(oid.MessageDigest, octets(s.digest([]byte("one line\r\n\r\n"))))}
	for _, before := range []int{limit.Explained - len("one line\r\n\r\n"), limit.Explained} {
		m, err := Parse(s.message(t))
		if err != nil {
			t.Fatal(err)
		}
		m.Signed.explained = before
		v := m.Signed.Signers[0].Verify(content, alice.cert)
		if !v.Digest.fails() || strings.Contains(v.Digest.Detail, "it would hold") == (before == limit.Explained) {
			t.Errorf("after %d: %s", before, v.Digest.Detail)
		}
	}
}
