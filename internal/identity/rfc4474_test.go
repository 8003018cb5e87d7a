package identity

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"strings"
	"testing"
	"time"

	ourpkix "github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// TestForms: the separators of the drafts, a signature without quotes, other
// algorithms, and a domain that is not the sender's; signed by the standard library.
func TestForms(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "a.example.com"}, DNSNames: []string{"a.example.com"},
		NotBefore: time.Unix(1_500_000_000, 0), NotAfter: time.Unix(1_900_000_000, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ourpkix.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, separator, quote, info, host string
		sha256                             bool
		verdict, reason, title             string
	}{
		{"RFC 4474", "|", `"`, "<https://a.example.com/c>;alg=rsa-sha1", "a.example.com", false, report.Valid, "", "Identity (RFC 4474)"},
		{"no algorithm named", "|", `"`, "<https://a.example.com/c>", "a.example.com", false, report.Valid, "", "Identity (RFC 4474)"},
		{"no quotes", "|", "", "<https://a.example.com/c>", "a.example.com", false, report.Valid, "", "Identity (RFC 4474)"},
		{"a draft", ":", `"`, "<https://a.example.com/c>", "a.example.com", false, report.Unverifiable, "form", "Identity (a draft before RFC 4474)"},
		{"SHA-256", "|", `"`, "<https://a.example.com/c>;alg=rsa-sha256", "a.example.com", true, report.Valid, "", "Identity (RFC 4474)"},
		{"SHA-256 for SHA-1", "|", `"`, "<https://a.example.com/c>;alg=rsa-sha1", "a.example.com", true, report.Invalid, "signature", "Identity (RFC 4474)"},
		{"an unknown algorithm", "|", `"`, "<https://a.example.com/c>;alg=rsa-whirlpool", "a.example.com", false, report.Unverifiable, "signature", "Identity (RFC 4474)"},
		{"another domain", "|", `"`, "<https://a.example.com/c>", "b.example.com", false, report.Invalid, "identity", "Identity (RFC 4474)"},
	} {
		from := "sip:alice@" + test.host
		text := strings.Join([]string{from, "sip:bob@b.example.com", "1@example.com", "1 INVITE", testDate, "sip:a.example.com", ""}, test.separator)
		digest, h := sha1.Sum([]byte(text)), crypto.SHA1
		hashed := digest[:]
		if test.sha256 {
			digest := sha256.Sum256([]byte(text))
			hashed, h = digest[:], crypto.SHA256
		}
		signature, err := rsa.SignPKCS1v15(rand.Reader, key, h, hashed)
		if err != nil {
			t.Fatal(err)
		}
		identity := test.quote + base64.StdEncoding.EncodeToString(signature) + test.quote
		message := request("<"+from+">;tag=1", "Bob <sip:bob@b.example.com>", testDate, identity, "Identity-Info: "+test.info+"\n"+noBody)
		id := examine(message, testTime, nil, cert)[0]
		if id.Verdict != test.verdict || id.Reason != test.reason || id.Title != test.title {
			t.Errorf("%s: %s (%s), %s: %+v", test.name, id.Verdict, id.Reason, id.Title, id.Checks)
		}
		if test.name == "SHA-256 for SHA-1" && (!has(id, "signature", "fails", "signed this very string, over its SHA-256 digest") || strings.Contains(explain(id), "was changed")) {
			t.Errorf("%s: %s", test.name, explain(id))
		}
		if test.verdict == report.Valid && id.SignedString != text {
			t.Errorf("%s: signed %q, want %q", test.name, id.SignedString, text)
		}
	}
}

// TestBorders: a | in a field or in the first line of the body moves the borders of what
// was signed, and of a repeated field either may be meant.
func TestBorders(t *testing.T) {
	for name, test := range map[string]struct{ contact, more, verdict, says string }{
		"as signed":         {"sip:a.example.com", "Content-Length: 7\n\nx\r\nab|c", "unverifiable", ""},
		"in a field":        {"sip:a.example.com|x", noBody, "invalid", "Contact has a |"},
		"in the first line": {"sip:a.example.com", "Content-Length: 8\n\nattack|x", "unverifiable", "first line of the body"},
		"a field twice":     {"sip:a.example.com", "t: <sip:c@b.example.com>\n" + noBody, "invalid", "2 values of To"},
	} {
		message := request("<sip:a@a.example.com>;tag=1", "<sip:b@b.example.com>", testDate, `"AAAA"`, test.more)
		message = strings.Replace(message, "<sip:a.example.com>", "<"+test.contact+">", 1)
		id := examine(message, testTime, nil)[0]
		if id.Verdict != test.verdict || !strings.Contains(explain(id), test.says) || test.says == "" && strings.Contains(explain(id), "first line") {
			t.Errorf("%s: %s: %s", name, id.Verdict, explain(id))
		}
	}
}

// TestReplay: an old Date is told, and does not bear on who signed.
func TestReplay(t *testing.T) {
	message := request("<sip:a@a.example.com>;tag=1", "<sip:b@b.example.com>", testDate, `"AAAA"`, noBody)
	for at, want := range map[int64]string{testTime: "ok", testTime + 3600: "ok", testTime + 3601: "fails", testTime - 3601: "fails"} {
		if got := outcome(examine(message, at, nil)[0], CheckDate); got != want {
			t.Errorf("%d seconds later: %s, want %s", at-testTime, got, want)
		}
	}
}
