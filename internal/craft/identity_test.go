package craft

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"math/big"
	"strings"
	"testing"

	"github.com/smallstep/pkcs7"
)

// identityKey makes a key and its certificate, as this package and as the standard
// library have them.
func identityKey(t *testing.T, kind string, extensions ...string) (*Key, Cert, *x509.Certificate) {
	t.Helper()
	key, err := GenerateKey(kind)
	if err != nil {
		t.Fatal(err)
	}
	der, err := SelfSign(Certificate{Subject: []string{"CN=a.example"}, Digest: "SHA-256", Extensions: extensions}, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return key, der, cert
}

// TestAddIdentity: the standard library verifies the digest-strings of RFC 4474 section
// 9 and of the draft on response identity.
func TestAddIdentity(t *testing.T) {
	key, _, cert := identityKey(t, "RSA 2048")
	fields := []string{"From: \"A\" <sip:a@a.example>;tag=1", "Call-ID: 1@a", "Date: Mon, 01 Jun 2026 12:00:00 GMT", "Contact: <sip:a@1.a.example>;expires=1"}
	request := Message{Method: "INVITE", From: "sip:a@a.example", To: "sip:b@b.example", Body: "v=0\n", Headers: fields}
	response := request
	response.Status, response.Headers = 200, append([]string{"To: <sip:b@b.example>;tag=2"}, fields...)
	for want, d := range map[string]Message{
		"sip:a@a.example|sip:b@b.example|1@a|1 INVITE|Mon, 01 Jun 2026 12:00:00 GMT|sip:a@1.a.example|v=0\r\n": request,
		"sip:b@b.example:sip:a@a.example:sip:b@b.example:1@a:1 INVITE:Mon, 01 Jun 2026 12:00:00 GMT:v=0\r\n":   response,
	} {
		message, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		if d.Status == 0 {
			message, err = AddIdentity(message, key, "https://a.example/c.pem")
		} else {
			message, err = AddResponder(message, key, "sip:b@b.example", "https://b.example/c.pem")
		}
		if err != nil {
			t.Fatal(err)
		}
		signature, err := base64.StdEncoding.DecodeString(strings.Trim(fieldValue(message, "Identity"), `"`))
		if err != nil {
			t.Fatal(err)
		}
		digest := sha1.Sum([]byte(want))
		if err := rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA1, digest[:], signature); err != nil {
			t.Errorf("%v:\n%s", err, message)
		}
	}
}

// TestPASSporT: the standard library verifies a token, whose JSON is as RFC 8225 section
// 9 has it.
func TestPASSporT(t *testing.T) {
	key, _, cert := identityKey(t, "ECDSA P-256", TNAuthList("709J", "12155551200", 100))
	p := PASSporT{Extension: "shaken", URL: "https://a.example/c.pem", Claims: map[string]any{"orig": map[string]any{"tn": "1"}, "attest": "A"}}
	token, err := p.Sign(key)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(token, ".")
	for i, want := range []string{`{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://a.example/c.pem"}`, `{"attest":"A","orig":{"tn":"1"}}`} {
		got, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil || string(got) != want || !json.Valid(got) {
			t.Errorf("%s, want %s (%v)", got, want, err)
		}
	}
	raw, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 64 {
		t.Fatalf("a signature of %d bytes (%v)", len(raw), err)
	}
	digest := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if !ecdsa.Verify(cert.PublicKey.(*ecdsa.PublicKey), digest[:], new(big.Int).SetBytes(raw[:32]), new(big.Int).SetBytes(raw[32:])) {
		t.Error("the signature does not verify")
	}
	if CompactPASSporT(token) != ".."+parts[2] {
		t.Error("the compact form is not the signature alone")
	}
	rsaKey, _, _ := identityKey(t, "")
	if _, err := p.Sign(rsaKey); err == nil {
		t.Error("a PASSporT is signed by an RSA key")
	}
	// SEQUENCE { [0] IA5String, [1] { SEQUENCE { IA5String, INTEGER } } } (RFC 8226 section 9)
	if got, want := hex.EncodeToString(cert.Extensions[0].Value), "301c"+"a006"+"1604"+hex.EncodeToString([]byte("709J"))+"a112"+"3010"+"160b"+hex.EncodeToString([]byte("12155551200"))+"020164"; got != want {
		t.Errorf("TNAuthList is %s, want %s", got, want)
	}
}

// TestEncryptForReuse: another implementation opens the first message, and what is said
// of its key is in it.
func TestEncryptForReuse(t *testing.T) {
	key, cert, parsed := identityKey(t, "RSA 2048")
	der, later, err := EncryptForReuse([]byte("first"), []Recipient{{Certificate: cert}}, []byte("a name"))
	if err != nil {
		t.Fatal(err)
	}
	p7, err := pkcs7.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	content, err := p7.Decrypt(parsed, key.private.(crypto.PrivateKey))
	if err != nil || string(content) != "first" {
		t.Errorf("%q (%v)", content, err)
	}
	if !bytes.Contains(der, []byte("a name")) || later.ID != hex.EncodeToString([]byte("a name")) || len(later.Key) != 32 {
		t.Errorf("later messages are for %+v", later)
	}
}
