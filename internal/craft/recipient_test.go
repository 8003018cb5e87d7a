package craft

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/asn1"
	"testing"
	"time"
)

const (
	secretKey = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	secretID  = "c0ffee"
)

// TestRecipients: envelopes for recipients of every kind at once, opened by openssl as
// each of them, and by nobody else.
func TestRecipients(t *testing.T) {
	content := []byte("Content-Type: text/plain\r\n\r\nHello!\r\n")
	_, alice, bob := cast(t, "ECDSA P-256")
	_, carol, _ := cast(t, usualKey())
	dir := t.TempDir()
	put(t, dir, "bob.pem", CertificatePEM(bob.cert))
	put(t, dir, "bob_key.pem", must(bob.key.PEM(""))(t))
	put(t, dir, "carol.pem", CertificatePEM(carol.cert))
	put(t, dir, "carol_key.pem", must(carol.key.PEM(""))(t))
	opens := [][]string{
		{"-inkey", "bob_key.pem", "-recip", "bob.pem"},
		{"-inkey", "carol_key.pem", "-recip", "carol.pem"},
		{"-secretkey", secretKey, "-secretkeyid", secretID},
		{"-pwri_password", "open sesame"},
	}
	closed := [][]string{
		{"-secretkey", "ff" + secretKey[2:], "-secretkeyid", secretID},
		{"-secretkey", secretKey, "-secretkeyid", "00"},
		{"-pwri_password", "wrong"},
	}
	for _, name := range Ciphers() {
		der, err := Encrypt(content, []Recipient{
			{Certificate: alice.cert}, {Certificate: bob.cert, ByKeyID: true}, {Certificate: carol.cert, OAEP: true},
			{SecretKey: &SecretKey{ID: secretID, Key: secretKey}}, {Password: "open sesame"},
		}, name)
		if err != nil {
			t.Fatal(err)
		}
		put(t, dir, "sealed.der", der)
		for _, how := range opens {
			accepts(t, dir, append([]string{"cms", "-decrypt", "-inform", "DER", "-in", "sealed.der", "-out", "out"}, how...)...)
			if out := readFile(t, dir, "out"); !bytes.Equal(out, content) {
				t.Errorf("%s, %s: openssl reads %q", name, how[0], out)
			}
		}
		for _, how := range closed {
			refuses(t, dir, "", append([]string{"cms", "-decrypt", "-inform", "DER", "-in", "sealed.der", "-out", "out"}, how...)...)
		}
	}
	// Each kind alone has its version (RFC 5652 section 6.1).
	for _, test := range []struct {
		r       Recipient
		version int
	}{
		{Recipient{Certificate: carol.cert}, 0}, {Recipient{Certificate: carol.cert, ByKeyID: true}, 2}, {Recipient{Certificate: bob.cert}, 2},
		{Recipient{SecretKey: &SecretKey{ID: secretID, Key: secretKey[:32]}}, 2}, {Recipient{Password: "x"}, 3},
	} {
		var envelope struct {
			Kind    asn1.ObjectIdentifier
			Content struct {
				Version int
				Rest    []asn1.RawValue `asn1:"set"`
				Sealed  asn1.RawValue
			} `asn1:"explicit,tag:0"`
		}
		der := must(Encrypt(content, []Recipient{test.r}, ""))(t)
		if _, err := asn1.Unmarshal(der, &envelope); err != nil || envelope.Content.Version != test.version {
			t.Errorf("%+v: version %d, want %d (%v)", test.r, envelope.Content.Version, test.version, err)
		}
	}
	ed, _ := cast2(t, "Ed25519")
	for _, bad := range []Recipient{{}, {SecretKey: &SecretKey{Key: "00"}}, {SecretKey: &SecretKey{Key: "x"}}, {SecretKey: &SecretKey{ID: "x", Key: secretKey}}, {Certificate: ed.cert}} {
		if _, err := Encrypt(content, []Recipient{bad}, ""); err == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// cast2 is one person with a key of a kind, and who issued the certificate.
func cast2(t *testing.T, kind string) (person, authority) {
	t.Helper()
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	key, cert := ca.issue(t, must(MakeCert("bob@example.net", KindUser, true, 10, time.Now()))(t), kind)
	return person{key, cert}, ca
}

// TestX25519 opens an envelope for an X25519 key step by step as RFC 8418 section 2 and
// RFC 3394 say, with the standard library: openssl 3.0 does not do X25519 in CMS.
func TestX25519(t *testing.T) {
	content := []byte("Content-Type: text/plain\r\n\r\nHello!\r\n")
	bob, _ := cast2(t, "X25519")
	if bob.key.Signs() {
		t.Error("an X25519 key signs")
	}
	if _, err := Request(Certificate{Subject: []string{"CN=bob"}}, bob.key); err == nil {
		t.Error("a request was signed with an X25519 key")
	}
	der := must(Encrypt(content, []Recipient{{Certificate: bob.cert}}, "AES-256-CBC"))(t)
	var envelope struct {
		Kind    asn1.ObjectIdentifier
		Content struct {
			Version    int
			Recipients []struct {
				Version    int
				Originator asn1.RawValue `asn1:"explicit,tag:0"`
				Scheme     struct {
					OID  asn1.ObjectIdentifier
					Wrap asn1.RawValue
				}
				Keys []struct {
					Who asn1.RawValue
					Key []byte
				}
			} `asn1:"set"`
			Sealed struct {
				Kind   asn1.ObjectIdentifier
				Cipher struct {
					OID asn1.ObjectIdentifier
					IV  []byte
				}
				Content []byte `asn1:"tag:0"`
			}
		} `asn1:"explicit,tag:0"`
	}
	// The one recipient stands under the implicit tag [1], which asn1 does not take in a SET OF.
	at := bytes.Index(der, []byte{0xa1, 0x81})
	der[at] = 0x30
	if _, err := asn1.Unmarshal(der, &envelope); err != nil {
		t.Fatal(err)
	}
	r := envelope.Content.Recipients[0]
	var key struct {
		Algorithm struct{ OID asn1.ObjectIdentifier }
		Bits      asn1.BitString
	}
	if _, err := asn1.UnmarshalWithParams(r.Originator.Bytes, &key, "tag:1"); err != nil {
		t.Fatal(err)
	}
	if got := key.Algorithm.OID.String() + " " + r.Scheme.OID.String(); got != "1.3.101.110 1.2.840.113549.1.9.16.3.19" {
		t.Errorf("the algorithms are %s", got)
	}
	originator := must(ecdh.X25519().NewPublicKey(key.Bits.Bytes))(t)
	secret := must(bob.key.private.(*ecdh.PrivateKey).ECDH(originator))(t)
	// ECC-CMS-SharedInfo: the key wrap algorithm, and [2] the length of its key in bits.
	info := append(r.Scheme.Wrap.FullBytes, 0xa2, 6, 4, 4, 0, 0, 0, 128)
	info = append([]byte{0x30, byte(len(info))}, info...)
	kek := must(hkdf.Key(sha256.New, secret, nil, string(info), 16))(t)
	cek := unwrap(t, kek, r.Keys[0].Key)
	block := must(aes.NewCipher(cek))(t)
	out := bytes.Clone(envelope.Content.Sealed.Content)
	cipher.NewCBCDecrypter(block, envelope.Content.Sealed.Cipher.IV).CryptBlocks(out, out)
	if !bytes.HasPrefix(out, content) {
		t.Errorf("opened, it is %q", out)
	}
}

// unwrap is RFC 3394 section 2.2.2, word for word.
func unwrap(t *testing.T, kek, wrapped []byte) []byte {
	t.Helper()
	block := must(aes.NewCipher(kek))(t)
	n := len(wrapped)/8 - 1
	a, r := bytes.Clone(wrapped[:8]), bytes.Clone(wrapped[8:])
	for j := 5; j >= 0; j-- {
		for i := n; i >= 1; i-- {
			b := append(bytes.Clone(a), r[8*i-8:8*i]...)
			b[7] ^= byte(n*j + i)
			block.Decrypt(b, b)
			copy(a, b[:8])
			copy(r[8*i-8:], b[8:])
		}
	}
	if !bytes.Equal(a, bytes.Repeat([]byte{0xa6}, 8)) {
		t.Fatalf("the key wrap does not hold: %x", a)
	}
	return r
}
