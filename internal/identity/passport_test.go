package identity

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"

	"github.com/sipseal/sipseal/internal/algo"
	ourpkix "github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// examine inspects a message with certificates that are all trusted.
func examine(message string, at int64, public []*algo.PublicKey, certs ...*ourpkix.Certificate) []report.Identity {
	m := sip.Parse([]byte(message))
	c := &Context{Message: m, Root: m.Entity(), End: len(message), At: at, Public: public, Judge: func(id *report.Identity, _ *ourpkix.Certificate) {
		check(id, report.CheckCertificate, true, true, "found", "")
	}}
	for _, k := range certs {
		c.Certificates = append(c.Certificates, Certificate{Certificate: k})
	}
	return Examine(c)
}

func outcome(id report.Identity, code string) string {
	for _, c := range id.Checks {
		if c.Code == code {
			switch {
			case c.OK == nil:
				return "open"
			case *c.OK:
				return "ok"
			}
			return "fails"
		}
	}
	return "-"
}

func request(from, to, date, identity, more string) string {
	return strings.ReplaceAll("INVITE sip:x@example.net SIP/2.0\nVia: SIP/2.0/TLS a.example.com;branch=z9hG4bK1\nMax-Forwards: 70\nFrom: "+from+
		"\nTo: "+to+"\nCall-ID: 1@example.com\nCSeq: 1 INVITE\nDate: "+date+"\nContact: <sip:a.example.com>\nIdentity: "+identity+"\n"+more, "\n", "\r\n")
}

const noBody = "Content-Length: 0\n\n"

// TestRFC8225Example is the token of RFC 8225 section 7.1, whose iat is a string and so
// none (as erratum 5985 says), with the public key of appendix A.
func TestRFC8225Example(t *testing.T) {
	const key = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8HNbQd/TmvCKwPKHkMF9fScavGeH78YTU8qLS8I5HLHSSmlATLcslQMhNC/OhlWBYC626nIlo7XeebYS7Sb37g=="
	const header, claims = `{"alg":"ES256","typ":"passport","x5u":"https://cert.example.org/passport.cer"}`, `{"dest":{"uri":["sip:alice@example.com"]},"iat":"1443208345","orig":{"tn":"12155551212"}}`
	const signature = "rq3pjT1hoRwakEGjHCnWSwUnshd0-zJ6F1VOgFWSjHBr8Qjpjlk-cpFYpFYsojNCpTzO3QfPOlckGaS6hEck7w"
	der, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	public, err := algo.ReadPublicKey(ber.ParseOne(der).Root())
	if err != nil {
		t.Fatal(err)
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode([]byte(header)) + "." + encode([]byte(claims))
	message := func(token string) string {
		return request("<sip:12155551212@example.com;user=phone>;tag=1", "<sip:alice@example.com>", "Fri, 25 Sep 2015 19:12:25 GMT",
			token+";info=<https://cert.example.org/passport.cer>;alg=ES256", noBody)
	}
	id := examine(message(signed+"."+signature), 1443208345, []*algo.PublicKey{public})[0]
	if got := outcome(id, "signature"); got != "ok" {
		t.Errorf("signature %s: %+v", got, id.Checks)
	}
	if id.Verdict != report.Invalid || id.Reason != "form" || !has(id, "form", "fails", "iat") {
		t.Errorf("a bare key gives %s (%s)", id.Verdict, id.Reason)
	}
	if id.Claimed != "tel:12155551212" || id.SignedString != signed {
		t.Errorf("claimed %q, signed %q", id.Claimed, id.SignedString)
	}
	for _, bad := range []string{strings.Replace(signed, "MTIxNTU1NTEyMTIi", "MTIxNTU1NTEyMTMi", 1) + "." + signature, signed + "." + signature[:20] + "A" + signature[21:]} {
		if id := examine(message(bad), 1443208345, []*algo.PublicKey{public})[0]; outcome(id, "signature") == "ok" {
			t.Errorf("%s verifies", bad)
		}
	}
}

// signer is a key with a certificate for telephone numbers, made with the standard
// library.
type signer struct {
	key  *ecdsa.PrivateKey
	cert *ourpkix.Certificate
	pem  []byte
}

func newSigner(t *testing.T, list any, names ...string) signer {
	t.Helper()
	if list == nil {
		return signerWith(t, nil, names...)
	}
	value, err := asn1.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	return signerWith(t, []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 26}, Value: value}}, names...)
}

func signerWith(t *testing.T, extensions []pkix.Extension, names ...string) signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "SHAKEN 709J"}, DNSNames: names,
		NotBefore: time.Unix(1_500_000_000, 0), NotAfter: time.Unix(1_900_000_000, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtraExtensions: extensions,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := ourpkix.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return signer{key, cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})}
}

type token struct{ header, claims map[string]any }

// sign makes a token as the standard library writes JSON: members sorted, no spaces.
func (s signer) sign(t *testing.T, k token) string {
	t.Helper()
	var parts []string
	for _, v := range []any{k.header, k.claims} {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(b))
	}
	return s.signText(t, strings.Join(parts, "."))
}

// signText signs what may be no token.
func (s signer) signText(t *testing.T, text string) string {
	t.Helper()
	digest := sha256.Sum256([]byte(text))
	r, sig, err := ecdsa.Sign(rand.Reader, s.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	sig.FillBytes(raw[32:])
	return text + "." + base64.RawURLEncoding.EncodeToString(raw)
}

func compact(full string) string { return ".." + full[strings.LastIndexByte(full, '.')+1:] }

type object = map[string]any

const (
	testTime = 1_700_000_000
	testDate = "Tue, 14 Nov 2023 22:13:20 GMT"
	x5u      = "https://cert.example.org/sp.pem"
	testInfo = ";info=<" + x5u + ">;alg=ES256"
)

func explicit(tag int, v any, params string) asn1.RawValue {
	b, err := asn1.MarshalWithParams(v, params)
	if err != nil {
		panic(err)
	}
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: b}
}

// TestSHAKEN: a full token, and each claim and field that it is compared with
// changed.
func TestSHAKEN(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{explicit(0, "709J", "ia5")})
	shaken := func() token {
		return token{
			object{"alg": "ES256", "ppt": "shaken", "typ": "passport", "x5u": x5u},
			object{"attest": "A", "dest": object{"tn": []string{"12125551213"}}, "iat": testTime, "orig": object{"tn": "12155551212"}, "origid": "123e4567-e89b-12d3-a456-426655440000"},
		}
	}
	from, to := "<sip:+12155551212@a.example.com;user=phone>;tag=1", "<sip:+1-212-555-1213@b.example.com;user=phone>"
	info := testInfo + ";ppt=shaken"
	for _, test := range []struct {
		name    string
		change  func(k *token, from, to, date, info *string)
		verdict string
		reason  string
	}{
		{"intact", nil, report.Valid, ""},
		{"another caller", func(k *token, from, to, date, info *string) {
			*from = strings.Replace(*from, "1212@", "1213@", 1)
		}, report.Invalid, "from"},
		{"another callee", func(k *token, from, to, date, info *string) {
			*to = strings.Replace(*to, "1213@", "1214@", 1)
		}, report.Invalid, "to"},
		{"another time", func(k *token, from, to, date, info *string) {
			*date = "Tue, 14 Nov 2023 22:20:20 GMT"
		}, report.Invalid, "date"},
		{"another certificate", func(k *token, from, to, date, info *string) {
			*info = strings.Replace(*info, "sp.pem", "sq.pem", 1)
		}, report.Invalid, "match"},
		{"no level", func(k *token, from, to, date, info *string) { delete(k.claims, "attest") }, report.Invalid, "form"},
		{"no origid", func(k *token, from, to, date, info *string) { delete(k.claims, "origid") }, report.Invalid, "form"},
		{"not a passport", func(k *token, from, to, date, info *string) { k.header["typ"] = "JWT" }, report.Invalid, "form"},
	} {
		k, f, to, date, info := shaken(), from, to, testDate, info
		if test.change != nil {
			test.change(&k, &f, &to, &date, &info)
		}
		full := s.sign(t, k)
		id := examine(request(f, to, date, full+info, noBody), testTime+5, nil, s.cert)[0]
		if id.Verdict != test.verdict || id.Reason != test.reason || outcome(id, "signature") != "ok" {
			t.Errorf("%s: %s (%s), signature %s: %+v", test.name, id.Verdict, id.Reason, outcome(id, "signature"), id.Checks)
		}
		if test.change == nil {
			if id.Title != "SHAKEN PASSporT" || id.Claimed != "tel:12155551212" || len(id.Identities) != 1 || id.Identities[0] != "service provider 709J" {
				t.Errorf("%q of %q by %q", id.Title, id.Claimed, id.Identities)
			}
			// One changed character of the token itself, and one of the signature.
			for _, at := range []int{strings.IndexByte(full, '.') + 20, len(full) - 30} {
				c := byte('A')
				if full[at] == c {
					c = 'B'
				}
				bad := full[:at] + string(c) + full[at+1:]
				id := examine(request(f, to, date, bad+info, noBody), testTime+5, nil, s.cert)[0]
				if id.Verdict != report.Invalid || outcome(id, "signature") != "fails" {
					t.Errorf("changed at %d: %s (%s)", at, id.Verdict, id.Reason)
				}
			}
			other := newSigner(t, nil)
			if id := examine(request(f, to, date, full+info, noBody), testTime, nil, other.cert)[0]; id.Verdict != report.Unverifiable {
				t.Errorf("with somebody else's certificate: %s (%s)", id.Verdict, id.Reason)
			}
		}
	}
}

// TestCompact: the claims rebuilt from the message, numbers and URIs, with media keys
// and without.
func TestCompact(t *testing.T) {
	s := newSigner(t, []asn1.RawValue{
		explicit(1, struct {
			Start string `asn1:"ia5"`
			Count int
		}{"12155551200", 100}, ""), explicit(2, "12155559999", "ia5"),
	}, "a.example.com")
	sdp := "Content-Type: application/sdp\nContent-Length: 69\n\nv=0\na=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D\n"
	for _, test := range []struct {
		name, from, to, more string
		claims               object
	}{
		{"numbers", "<sip:+1-215-555-1212@a.example.com;user=phone>;tag=1", "<tel:+12125551213>", noBody,
			object{"dest": object{"tn": []string{"12125551213"}}, "iat": testTime, "orig": object{"tn": "12155551212"}}},
		{"a single number", "<tel:12155559999>;tag=1", "<tel:+12125551213>", noBody,
			object{"dest": object{"tn": []string{"12125551213"}}, "iat": testTime, "orig": object{"tn": "12155559999"}}},
		{"addresses", "<sip:alice@a.example.com>;tag=1", "\"Bob\" <sip:bob@b.example.com>", noBody,
			object{"dest": object{"uri": []string{"sip:bob@b.example.com"}}, "iat": testTime, "orig": object{"uri": "sip:alice@a.example.com"}}},
		{"digits as an address", "<sip:1000@a.example.com>;tag=1", "<sip:bob@b.example.com>", noBody,
			object{"dest": object{"uri": []string{"sip:bob@b.example.com"}}, "iat": testTime, "orig": object{"uri": "sip:1000@a.example.com"}}},
		{"media keys", "<sip:alice@a.example.com>;tag=1", "<sip:bob@b.example.com>", sdp,
			object{"dest": object{"uri": []string{"sip:bob@b.example.com"}}, "iat": testTime, "mky": []object{{"alg": "sha-256", "dig": "4AADB9B13F82183B540212DF3E5D"}}, "orig": object{"uri": "sip:alice@a.example.com"}}},
	} {
		identity := compact(s.sign(t, token{object{"alg": "ES256", "typ": "passport", "x5u": x5u}, test.claims})) + testInfo
		id := examine(request(test.from, test.to, testDate, identity, test.more), testTime, nil, s.cert)[0]
		if id.Verdict != report.Valid {
			t.Errorf("%s: %s (%s): %+v", test.name, id.Verdict, id.Reason, id.Checks)
		}
		for what, changed := range map[string]string{
			"From": request(strings.Replace(test.from, "a.", "x.", 1)+"1", test.to, testDate, identity, test.more),
			"Date": request(test.from, test.to, "Tue, 14 Nov 2023 22:13:21 GMT", identity, test.more),
			"To":   request(test.from, strings.NewReplacer("bob", "rob", "121", "122").Replace(test.to), testDate, identity, test.more),
			"body": request(test.from, test.to, testDate, identity, strings.Replace(test.more, "5D\n", "5E\n", 1)),
		} {
			if what == "body" && test.name != "media keys" || what == "From" && !strings.Contains(test.from, "alice@a.") {
				continue
			}
			if id := examine(changed, testTime, nil, s.cert)[0]; id.Verdict != report.Invalid || outcome(id, "signature") != "fails" {
				t.Errorf("%s, changed %s: %s (%s)", test.name, what, id.Verdict, id.Reason)
			}
		}
	}
}

// TestAuthority: a certificate speaks for its numbers and its domain only.
func TestAuthority(t *testing.T) {
	numbers := newSigner(t, []asn1.RawValue{explicit(2, "12155550000", "ia5")}, "a.example.com")
	for _, test := range []struct {
		from    string
		orig    object
		verdict string
	}{
		{"<tel:+12155550000>;tag=1", object{"tn": "12155550000"}, report.Valid},
		{"<tel:+12155550001>;tag=1", object{"tn": "12155550001"}, report.Invalid},
		{"<sip:alice@a.example.com>;tag=1", object{"uri": "sip:alice@a.example.com"}, report.Valid},
		{"<sip:alice@b.example.com>;tag=1", object{"uri": "sip:alice@b.example.com"}, report.Invalid},
	} {
		full := numbers.sign(t, token{object{"alg": "ES256", "typ": "passport", "x5u": x5u},
			object{"dest": object{"uri": []string{"sip:bob@b.example.com"}}, "iat": testTime, "orig": test.orig}})
		id := examine(request(test.from, "<sip:bob@b.example.com>", testDate, full+testInfo, noBody), testTime, nil, numbers.cert)[0]
		if id.Verdict != test.verdict || test.verdict == report.Invalid && id.Reason != "identity" {
			t.Errorf("%s: %s (%s)", test.from, id.Verdict, id.Reason)
		}
	}
}
