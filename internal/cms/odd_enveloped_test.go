package cms

// Envelopes that openssl 3.0 does not make, written out by hand: X25519, CCM,
// authenticated attributes, RFC 3185's references, AuthenticatedData, compressed and
// digested content, and what must be refused and why.

import (
	"bytes"
	"compress/zlib"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/binary"
	stdpem "encoding/pem"
	"errors"
	"hash"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// envelope writes an EnvelopedData with AES-CBC.
func envelope(cek, content []byte, recipients ...[]byte) []byte {
	alg, ciphertext := encryptCBC(cek, content)
	return contentInfo(oid.EnvelopedData, der(0x30, integer(2), der(0x31, recipients...), encryptedContent(alg, ciphertext)))
}

func parseEnvelope(t testing.TB, message []byte) *EnvelopedData {
	t.Helper()
	m, err := Parse(message)
	if err != nil || m.Enveloped == nil {
		t.Fatalf("%v %+v", err, m.Problems)
	}
	return m.Enveloped
}

// opens checks that an envelope opens with a ring, and not after a change of any of
// the bytes that are found in it.
func opens(t *testing.T, message []byte, ring Keyring, damage ...[]byte) {
	t.Helper()
	d := parseEnvelope(t, message).Decrypt(ring)
	if d.Verdict != Decrypted || !bytes.Equal(d.Content, testContent) {
		t.Errorf("%s %s %q", d.Verdict, d.Reason, d.Content)
		return
	}
	for i, part := range damage {
		at := bytes.Index(message, part)
		if at < 0 || len(part) == 0 {
			t.Fatalf("part %d is not in the message", i)
		}
		for _, at := range []int{at, at + len(part) - 1} {
			d := parseEnvelope(t, flip(message, at)).Decrypt(ring)
			if d.Verdict != Failed || d.Reason == "" {
				t.Errorf("part %d changed at byte %d: %s %s", i, at, d.Verdict, d.Reason)
			}
		}
	}
}

func TestX25519(t *testing.T) {
	p := parties()["x25519"]
	public, err := ecdh.X25519().NewPublicKey(p.key.Public.Raw)
	if err != nil {
		t.Fatal(err)
	}
	cek := secretKey(16)
	for _, scheme := range []struct {
		name string
		oid  oid.OID
		hash func() hash.Hash
		hkdf bool
	}{
		{"HKDF SHA-256", oid.DHSinglePassStdDHHKDFSHA256, sha256.New, true},
		{"HKDF SHA-384", oid.DHSinglePassStdDHHKDFSHA384, sha512.New384, true},
		{"HKDF SHA-512", oid.DHSinglePassStdDHHKDFSHA512, sha512.New, true},
		{"X9.63 SHA-256", oid.DHSinglePassStdDHSHA256KDF, sha256.New, false},
	} {
		for _, ukm := range [][]byte{nil, []byte("user keying material")} {
			t.Run(scheme.name, func(t *testing.T) {
				ephemeral, err := ecdh.X25519().GenerateKey(rand.Reader)
				if err != nil {
					t.Fatal(err)
				}
				z, err := ephemeral.ECDH(public)
				if err != nil {
					t.Fatal(err)
				}
				wrap := algID(oid.AES256Wrap)
				info := bytes.Clone(wrap)
				if ukm != nil {
					info = append(info, der(0xa0, octets(ukm))...)
				}
				info = der(0x30, info, der(0xa2, octets(binary.BigEndian.AppendUint32(nil, 256))))
				var kek []byte
				if scheme.hkdf {
					kek, err = hkdf.Key(scheme.hash, z, ukm, string(info), 32)
					if err != nil {
						t.Fatal(err)
					}
				} else {
					h := scheme.hash()
					h.Write(z)
					h.Write([]byte{0, 0, 0, 1})
					h.Write(info)
					kek = h.Sum(nil)[:32]
				}
				fields := [][]byte{integer(3), der(0xa0, der(0xa1, algID(oid.X25519), der(3, []byte{0}, ephemeral.PublicKey().Bytes())))}
				if ukm != nil {
					fields = append(fields, der(0xa1, octets(ukm)))
				}
				wrapped := wrapAES(kek, cek)
				// The recipient's key comes second, after somebody else's.
				keys := der(0x30,
					der(0x30, parties()["p256"].issuerSerial(), octets(wrapAES(bytes.Repeat([]byte{7}, 32), cek))),
					der(0x30, der(0xa0, octets(p.cert.SubjectKeyID)), octets(wrapped)))
				message := envelope(cek, testContent, der(0xa1, append(fields, algID(scheme.oid, wrap), keys)...))
				e := parseEnvelope(t, message)
				if len(e.Recipients) != 2 || e.Recipients[1].Type != KeyAgreement || !bytes.Equal(e.Recipients[1].SubjectKeyID, p.cert.SubjectKeyID) {
					t.Fatalf("%+v", e.Recipients)
				}
				opens(t, message, p.ring(), wrapped, ephemeral.PublicKey().Bytes()[:20])
				if d := e.Decrypt(p.keyOnly()); d.Verdict != Decrypted || d.Recipient != 1 {
					t.Errorf("by trying: %s %s", d.Verdict, d.Reason)
				}
				if d := e.Decrypt(parties()["x25519b"].ring()); d.Verdict != NoKey {
					t.Errorf("another key: %s", d.Verdict)
				}
			})
		}
	}
}

// TestOriginatorByName is key agreement with a static key of the originator's, which
// is named and not included (RFC 5652 section 6.2.2).
func TestOriginatorByName(t *testing.T) {
	recipient, originator := parties()["x25519"], parties()["x25519b"]
	public, err := ecdh.X25519().NewPublicKey(originator.key.Public.Raw)
	if err != nil {
		t.Fatal(err)
	}
	z, err := recipient.agree.ECDH(public)
	if err != nil {
		t.Fatal(err)
	}
	wrap := algID(oid.AES128Wrap)
	info := der(0x30, wrap, der(0xa2, octets([]byte{0, 0, 0, 128})))
	kek, err := hkdf.Key(sha256.New, z, nil, string(info), 16)
	if err != nil {
		t.Fatal(err)
	}
	cek := secretKey(16)
	keys := der(0x30, der(0x30, recipient.issuerSerial(), octets(wrapAES(kek, cek))))
	alg, ciphertext := encryptCBC(cek, testContent)
	for name, id := range map[string][]byte{"serial": originator.issuerSerial(), "key": der(0x80, originator.cert.SubjectKeyID)} {
		kari := der(0xa1, integer(3), der(0xa0, id), algID(oid.DHSinglePassStdDHHKDFSHA256, wrap), keys)
		message := envelope(cek, testContent, kari)
		ring := recipient.ring()
		if d := parseEnvelope(t, message).Decrypt(ring); d.Verdict != Failed || !strings.Contains(d.Reason, "originator") {
			t.Errorf("%s, without the originator's certificate: %s %s", name, d.Verdict, d.Reason)
		}
		ring.Certificates.Add(originator.cert)
		if d := parseEnvelope(t, message).Decrypt(ring); d.Verdict != Decrypted || !bytes.Equal(d.Content, testContent) {
			t.Errorf("%s, with it: %s %s", name, d.Verdict, d.Reason)
		}
		attached := contentInfo(oid.EnvelopedData, der(0x30, integer(2), der(0xa0, der(0xa0, originator.cert.Raw)), der(0x31, kari), encryptedContent(alg, ciphertext)))
		if d := parseEnvelope(t, attached).Decrypt(recipient.ring()); d.Verdict != Decrypted {
			t.Errorf("%s, attached: %s %s", name, d.Verdict, d.Reason)
		}
	}
}

// sealCCM is CCM with a nonce of 12 bytes (RFC 3610 section 2), from its definition.
func sealCCM(key, nonce, content, aad []byte, tagSize int) (ciphertext, tag []byte) {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	flags := byte((tagSize-2)/2<<3 | 2)
	if len(aad) > 0 {
		flags |= 0x40
	}
	blocks := append([]byte{flags}, nonce...)
	blocks = append(blocks, byte(len(content)>>16), byte(len(content)>>8), byte(len(content)))
	pad := func() { blocks = append(blocks, make([]byte, (16-len(blocks)%16)%16)...) }
	if len(aad) > 0 {
		blocks = append(blocks, byte(len(aad)>>8), byte(len(aad)))
		blocks = append(blocks, aad...)
		pad()
	}
	blocks = append(blocks, content...)
	pad()
	cipher.NewCBCEncrypter(block, make([]byte, 16)).CryptBlocks(blocks, blocks)
	mac := blocks[len(blocks)-16:]
	counter := append(append([]byte{2}, nonce...), 0, 0, 0)
	stream := cipher.NewCTR(block, counter)
	stream.XORKeyStream(mac, mac)
	ciphertext = make([]byte, len(content))
	stream.XORKeyStream(ciphertext, content)
	return ciphertext, mac[:tagSize]
}

func TestAuthEnvelopedAttributes(t *testing.T) {
	kek, id := secretKey(16), []byte("kek")
	ring := Keyring{Secrets: []Secret{{ID: id, Key: kek}}}
	nonce := []byte("twelve bytes")
	attrs := [][]byte{attribute(oid.ContentType, oidTLV(oid.Data)), attribute(oid.SigningTime, der(0x17, []byte("260101000000Z")))}
	sorted := der(0x31, attrs...)
	for _, c := range []struct {
		name     string
		aad      []byte // what is authenticated
		wire     []byte // the attributes as sent
		problems string
	}{
		{"none", nil, nil, ""},
		{"attributes", sorted, der(0xa1, attrs...), ""},
		{"out of order, authenticated in order", sorted, der(0xa1, reversed(attrs)...), "attributes-reencoded"},
		{"out of order, authenticated so", der(0x31, reversed(attrs)...), der(0xa1, reversed(attrs)...), ""},
		{"indefinite", sorted, ber80(0xa1, attrs...), "attributes-reencoded"},
	} {
		for _, size := range []int{16, 24, 32} {
			cek := secretKey(size)
			block, err := aes.NewCipher(cek)
			if err != nil {
				t.Fatal(err)
			}
			gcm, err := cipher.NewGCM(block)
			if err != nil {
				t.Fatal(err)
			}
			out := gcm.Seal(nil, nonce, testContent, c.aad)
			ccmText, ccmTag := sealCCM(cek, nonce, testContent, c.aad, 8)
			index := size/8 - 2
			for name, v := range map[string]struct{ alg, ciphertext, tag []byte }{
				"GCM":                  {algID([]oid.OID{oid.AES128GCM, oid.AES192GCM, oid.AES256GCM}[index], der(0x30, octets(nonce), integer(16))), out[:len(testContent)], out[len(testContent):]},
				"GCM with a tag of 12": {algID([]oid.OID{oid.AES128GCM, oid.AES192GCM, oid.AES256GCM}[index], der(0x30, octets(nonce))), out[:len(testContent)], out[len(testContent):][:12]},
				"CCM with a tag of 8":  {algID([]oid.OID{oid.AES128CCM, oid.AES192CCM, oid.AES256CCM}[index], der(0x30, octets(nonce), integer(8))), ccmText, ccmTag},
			} {
				t.Run(c.name+" "+name, func(t *testing.T) {
					fields := [][]byte{integer(0), der(0x31, kekRecipient(id, kek, cek)), encryptedContent(v.alg, v.ciphertext)}
					damage := [][]byte{v.ciphertext, v.tag, nonce}
					if c.wire != nil {
						fields = append(fields, c.wire)
						damage = append(damage, []byte("260101000000"))
					}
					message := contentInfo(oid.AuthEnvelopedData, der(0x30, append(fields, octets(v.tag))...))
					opens(t, message, ring, damage...)
					d := parseEnvelope(t, message).Decrypt(ring)
					if codes(d.Problems) != c.problems || d.Unauthenticated {
						t.Errorf("problems %q", codes(d.Problems))
					}
				})
			}
		}
	}
}

// TestCEKReference is RFC 3185: the content-encryption key of one message is the
// key-encryption key of the next, as it is or derived.
func TestCEKReference(t *testing.T) {
	alice := parties()["alice"]
	first := secretKey(16)
	salt, reference := []byte("a salt"), []byte("reference")
	derived, err := pbkdf2.Key(sha1.New, string(first), salt, 1000, 32)
	if err != nil {
		t.Fatal(err)
	}
	derivation := attribute(oid.KEKDerivationAlg, der(0x30, algID(oid.AES256Wrap), der(0x30, octets(salt), der(2, []byte{3, 0xe8}))))
	for _, c := range []struct {
		name     string
		inFirst  [][]byte
		kek      []byte
		inSecond [][]byte
		want     string
	}{
		{"as it is", nil, first, nil, Decrypted},
		{"derived, as the first message says", [][]byte{derivation}, derived, nil, Decrypted},
		{"derived, as the second message says", nil, derived, [][]byte{derivation}, Decrypted},
		{"derived, and nothing says so", nil, derived, nil, Failed},
	} {
		t.Run(c.name, func(t *testing.T) {
			alg, ciphertext := encryptCBC(first, []byte("the first message"))
			one := contentInfo(oid.EnvelopedData, der(0x30, integer(2), der(0x31, alice.keyTransport(t, first)), encryptedContent(alg, ciphertext),
				der(0xa1, append([][]byte{attribute(oid.CEKReference, octets(reference))}, c.inFirst...)...)))
			cek := secretKey(32)
			alg, ciphertext = encryptCBC(cek, testContent)
			fields := [][]byte{integer(2), der(0x31, kekRecipient(reference, c.kek, cek)), encryptedContent(alg, ciphertext)}
			if c.inSecond != nil {
				fields = append(fields, der(0xa1, c.inSecond...))
			}
			two := contentInfo(oid.EnvelopedData, der(0x30, fields...))
			d := parseEnvelope(t, one).Decrypt(alice.ring())
			if d.Verdict != Decrypted {
				t.Fatal(d.Reason)
			}
			e := parseEnvelope(t, two)
			if d := e.Decrypt(alice.ring()); d.Verdict != NoKey {
				t.Errorf("the second message alone: %s", d.Verdict)
			}
			if d := e.Decrypt(Keyring{Secrets: d.Secrets()}); d.Verdict != c.want || c.want == Decrypted && !bytes.Equal(d.Content, testContent) {
				t.Errorf("%s %s", d.Verdict, d.Reason)
			}
		})
	}
	d := parseEnvelope(t, envelope(first, testContent, alice.keyTransport(t, first))).Decrypt(alice.ring())
	if d.Verdict != Decrypted || d.Secrets() != nil {
		t.Errorf("a message without a reference: %s, %d secrets", d.Verdict, len(d.Secrets()))
	}
}

func TestAuthenticatedData(t *testing.T) {
	kek, id, key := secretKey(16), []byte("kek"), secretKey(32)
	ring := Keyring{Secrets: []Secret{{ID: id, Key: kek}}}
	mac := func(data []byte) []byte {
		h := hmac.New(sha256.New, key)
		h.Write(data)
		return h.Sum(nil)
	}
	digest := sha256.Sum256(testContent)
	attrs := [][]byte{attribute(oid.ContentType, oidTLV(oid.Data)), attribute(oid.MessageDigest, octets(digest[:]))}
	encap := der(0x30, oidTLV(oid.Data), der(0xa0, octets(testContent)))
	head := [][]byte{integer(0), der(0x31, kekRecipient(id, kek, key)), algID(oid.HMACWithSHA256)}
	digestAlg := der(0xa1, oidTLV(oid.SHA256))
	plain := mac(testContent)
	over := mac(der(0x31, attrs...))
	for _, c := range []struct {
		name    string
		message []byte
		damage  [][]byte
	}{
		{"content", contentInfo(oid.AuthData, der(0x30, append(head[:3:3], encap, octets(plain))...)), [][]byte{testContent, plain}},
		{"attributes", contentInfo(oid.AuthData, der(0x30, append(head[:3:3], digestAlg, encap, der(0xa2, attrs...), octets(over))...)), [][]byte{testContent, over, digest[:]}},
		{"attributes out of order", contentInfo(oid.AuthData, der(0x30, append(head[:3:3], digestAlg, encap, der(0xa2, reversed(attrs)...), octets(over))...)), [][]byte{testContent, over, digest[:]}},
	} {
		t.Run(c.name, func(t *testing.T) {
			opens(t, c.message, ring, c.damage...)
			d := parseEnvelope(t, c.message).Decrypt(Keyring{})
			if d.Verdict != NoKey || !bytes.Equal(d.Content, testContent) {
				t.Errorf("without a key: %s %q", d.Verdict, d.Content)
			}
		})
	}
	noDigest := attrs[:1]
	message := contentInfo(oid.AuthData, der(0x30, append(head[:3:3], digestAlg, encap, der(0xa2, noDigest...), octets(mac(der(0x31, noDigest...))))...))
	if d := parseEnvelope(t, message).Decrypt(ring); d.Verdict != Failed || !strings.Contains(d.Reason, "messageDigest") {
		t.Errorf("without a messageDigest: %s %s", d.Verdict, d.Reason)
	}
}

// keyTransport is a KeyTransRecipientInfo, made by openssl's pkeyutl in place of the
// standard library, which is for real use and so insists on more.
func (p *party) keyTransport(t testing.TB, cek []byte) []byte {
	t.Helper()
	needOpenSSL(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "out")
	if err := opensslProgram("pkeyutl", "-encrypt", "-certin", "-inkey", p.certFile, "-in", write(t, dir, "cek", cek), "-out", out); err != nil {
		t.Fatal(err)
	}
	encrypted, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return der(0x30, integer(0), p.issuerSerial(), algID(oid.RSAEncryption, der(5)), octets(encrypted))
}

// TestRefusals: what does not open says why, and a key that is ours is told from one
// that is not.
func TestRefusals(t *testing.T) {
	alice := parties()["alice"]
	kek, id, cek := secretKey(16), []byte("kek"), secretKey(16)
	secrets := Keyring{Secrets: []Secret{{ID: id, Key: kek, Name: "the key"}}}
	alg, ciphertext := encryptCBC(cek, testContent)
	enveloped := func(content []byte, recipients ...[]byte) []byte {
		return contentInfo(oid.EnvelopedData, der(0x30, integer(2), der(0x31, recipients...), content))
	}
	good := encryptedContent(alg, ciphertext)
	mine := kekRecipient(id, kek, cek)
	unknownOID := oid.OID("\x2a\x03\x04")
	ori := der(0xa4, oidTLV(oid.ORIKEM), der(0x30))
	for _, c := range []struct {
		name    string
		message []byte
		ring    Keyring
		verdict string
		reason  string
	}{
		{"good", enveloped(good, mine), secrets, Decrypted, ""},
		{"truncated ciphertext", enveloped(encryptedContent(alg, ciphertext[:len(ciphertext)-3]), mine), secrets, Failed, "whole number of blocks"},
		{"a block missing", enveloped(encryptedContent(alg, ciphertext[:len(ciphertext)-16]), mine), secrets, Failed, "padding"},
		{"empty ciphertext", enveloped(encryptedContent(alg, nil), mine), secrets, Failed, "empty"},
		{"no ciphertext", enveloped(der(0x30, oidTLV(oid.Data), alg), mine), secrets, Failed, "not here"},
		{"wrong size of key", enveloped(good, kekRecipient(id, kek, secretKey(24))), secrets, Failed, "24 bytes"},
		{"another key", enveloped(good, kekRecipient(id, secretKey(32), cek)), Keyring{Secrets: []Secret{{Key: kek}}}, NoKey, "none of the given keys"},
		{"the right name and a wrong key", enveloped(good, kekRecipient(id, bytes.Repeat([]byte{1}, 16), cek)), secrets, Failed, "integrity"},
		{"no initialization vector", enveloped(encryptedContent(algID(oid.AES128CBC), ciphertext), mine), secrets, Failed, "initialization vector"},
		{"unknown cipher", enveloped(encryptedContent(algID(unknownOID), ciphertext), mine), secrets, Unsupported, "1.2.3.4"},
		{"unknown cipher, no key", enveloped(encryptedContent(algID(oid.IDEACBC), ciphertext), mine), Keyring{}, Unsupported, oid.IDEACBC.String()},
		{"unknown wrap, ours", enveloped(good, der(0xa2, integer(4), der(0x30, octets(id)), algID(unknownOID), octets(kek))), secrets, Unsupported, "1.2.3.4"},
		{"only recipients of unknown types", enveloped(good, ori), secrets, Unsupported, oid.ORIKEM.String()},
		{"a recipient of an unknown type beside ours", enveloped(good, ori, mine), secrets, Decrypted, ""},
		{"a recipient of an unknown type beside another's", enveloped(good, ori, mine), alice.ring(), NoKey, "2 recipients"},
		{"no recipients", enveloped(good), secrets, NoKey, ""},
		{"key of a wrong length", enveloped(good, der(0x30, integer(0), alice.issuerSerial(), algID(oid.RSAEncryption, der(5)), octets(kek))), alice.ring(), Failed, "opening the encrypted key"},
		{"unknown key transport, ours", enveloped(good, der(0x30, integer(0), alice.issuerSerial(), algID(unknownOID), octets(kek))), alice.ring(), Unsupported, "1.2.3.4"},
		{"unknown key transport beside our secret", enveloped(good, der(0x30, integer(0), alice.issuerSerial(), algID(unknownOID), octets(kek)), mine), secrets, Decrypted, ""},
		{"password without a derivation takes a key", enveloped(good, der(0xa3, integer(0), algID(oid.AES128Wrap), octets(wrapAES(kek, cek)))), secrets, Decrypted, ""},
		{"too many iterations", enveloped(good, der(0xa3, integer(0), der(0xa0, oidTLV(oid.PBKDF2), der(0x30, octets(id), der(2, []byte{0x7f, 0xff, 0xff, 0xff}))),
			algID(oid.PWRIKEK, alg), octets(bytes.Repeat(kek, 2)))), Keyring{Passwords: []string{"a"}}, NoKey, "iterations"},
		{"truncated EncryptedData", contentInfo(oid.EncryptedData, der(0x30, integer(0), encryptedContent(alg, ciphertext[:17]))), secrets, Failed, "whole number of blocks"},
		{"EncryptedData and no key", contentInfo(oid.EncryptedData, der(0x30, integer(0), good)), Keyring{}, NoKey, "no key was given"},
		{"EncryptedData with a key", contentInfo(oid.EncryptedData, der(0x30, integer(0), good)), Keyring{Secrets: []Secret{{Key: cek}}}, Decrypted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parseEnvelope(t, c.message).Decrypt(c.ring)
			if d.Verdict != c.verdict || !strings.Contains(d.Reason, c.reason) {
				t.Errorf("%s %q, want %s %q", d.Verdict, d.Reason, c.verdict, c.reason)
			}
			if (d.Verdict == Decrypted) != bytes.Equal(d.Content, testContent) {
				t.Errorf("content %q", d.Content)
			}
			if d.Verdict == Unsupported && d.Unsupported == "" {
				t.Error("which algorithm is not supported?")
			}
		})
	}
}

// TestPasswordEncryptedData: EncryptedData by PBES2, as PKCS #8 and PKCS #12 have it; the
// judge is openssl, which encrypts a key that way.
func TestPasswordEncryptedData(t *testing.T) {
	needOpenSSL(t)
	dir := t.TempDir()
	for _, args := range [][]string{
		{"-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256"}, {"-v2", "des3"}, {"-scrypt"}, {"-v1", "PBE-SHA1-3DES"},
	} {
		out := filepath.Join(dir, "out.pem")
		if err := opensslProgram(append([]string{"pkcs8", "-topk8", "-in", parties()["p256"].keyFile, "-out", out, "-passout", "pass:secret"}, args...)...); err != nil {
			t.Fatal(err)
		}
		file, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		block, _ := stdpem.Decode(file)
		// EncryptedPrivateKeyInfo is an algorithm and an OCTET STRING.
		p8, err := Parse(block.Bytes)
		if !errors.Is(err, ErrNotCMS) {
			t.Fatal(err)
		}
		alg := p8.Tree.Root().First()
		message := contentInfo(oid.EncryptedData, der(0x30, integer(0), encryptedContent(alg.Raw(), alg.Next().Octets())))
		e := parseEnvelope(t, message)
		d := e.Decrypt(Keyring{Passwords: []string{"wrong", "secret"}})
		if _, err := x509.ParsePKCS8PrivateKey(d.Content); d.Verdict != Decrypted || d.KeyName != "password 2" || err != nil {
			t.Errorf("%v: %s %s %v", args, d.Verdict, d.Reason, err)
		}
		// One wrong password in 256 gives good padding.
		if w := e.Decrypt(Keyring{Passwords: []string{"wrong"}}); w.Verdict != NoKey && (w.Verdict != Decrypted || bytes.Equal(w.Content, d.Content)) {
			t.Errorf("%v with a wrong password: %s", args, w.Verdict)
		}
	}
}

func compressed(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestCompressed(t *testing.T) {
	message := func(zlib []byte) *CompressedData {
		m, err := Parse(contentInfo(oid.CompressedData, der(0x30, integer(0), algID(oid.ZlibCompress), der(0x30, oidTLV(oid.Data), der(0xa0, octets(zlib))))))
		if err != nil || m.Compressed == nil || m.Malformed() {
			t.Fatal(err)
		}
		return m.Compressed
	}
	z := compressed(t, testContent)
	for _, c := range []struct {
		name   string
		zlib   []byte
		reason string
	}{
		{"good", z, ""},
		{"empty content", compressed(t, nil), ""},
		{"bytes after it", append(bytes.Clone(z), "more"...), ""},
		{"checksum changed", flip(z, len(z)-1), "checksum"},
		{"checksum missing", z[:len(z)-4], "checksum"},
		{"cut off", z[:len(z)/2], "cut off"},
		{"nothing", nil, "cut off"},
		{"not zlib", append([]byte{0x1f, 0x8b}, z...), "does not begin"},
		{"header changed", flip(z, 1), "does not begin"},
		{"preset dictionary", append([]byte{0x78, 0xbb}, z[2:]...), "dictionary"},
		{"damaged", append([]byte{0x78, 0x9c, 0xff}, z[3:]...), "damaged"},
		{"bomb", compressed(t, make([]byte, 10<<20)), "bytes decompressed out of"},
		{"large and honest", compressed(t, make([]byte, 500_000)), ""},
	} {
		out, err := message(c.zlib).Decompress()
		switch {
		case c.reason == "" && err != nil, c.reason != "" && (err == nil || !strings.Contains(err.Error(), c.reason)):
			t.Errorf("%s: %v, want %q", c.name, err, c.reason)
		case len(out) > limit.Decompressed:
			t.Errorf("%s: %d bytes came out", c.name, len(out))
		}
		if c.name == "good" && !bytes.Equal(out, testContent) {
			t.Errorf("%s: %q", c.name, out)
		}
	}
	c := message(z)
	c.Algorithm.OID = oid.SHA1
	if _, err := c.Decompress(); err == nil || !strings.Contains(err.Error(), "1.3.14.3.2.26") {
		t.Errorf("unknown algorithm: %v", err)
	}
}

func TestDigestedByOpenSSL(t *testing.T) {
	needOpenSSL(t)
	dir := t.TempDir()
	in := write(t, dir, "content", testContent)
	for _, md := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512"} {
		b := opensslMake(t, dir, "-digest_create", "-in", in, "-md", md)
		m, err := Parse(b)
		if err != nil || m.Digested == nil || len(m.Problems) != 0 {
			t.Fatal(err)
		}
		if o := m.Digested.Verify(nil); answer(o) != yes {
			t.Errorf("%s: %s", md, o.Detail)
		}
		for _, r := range [][2]int{m.Digested.Content.Range, m.Digested.Digest.ContentRange()} {
			m, err := Parse(flip(b, r[1]-1))
			if err != nil {
				t.Fatal(err)
			}
			if o := m.Digested.Verify(nil); answer(o) != no {
				t.Errorf("%s changed at byte %d: %s", md, r[1]-1, o.Detail)
			}
		}
	}
	detached := contentInfo(oid.DigestedData, der(0x30, integer(0), algID(oid.SHA256), der(0x30, oidTLV(oid.Data)), octets(func() []byte { d := sha256.Sum256(testContent); return d[:] }())))
	m, err := Parse(detached)
	if err != nil {
		t.Fatal(err)
	}
	if answer(m.Digested.Verify(nil)) != unknown || answer(m.Digested.Verify(testContent)) != yes || answer(m.Digested.Verify(testContent[1:])) != no {
		t.Error("detached digested content")
	}
}
