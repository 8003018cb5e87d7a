package e2e

// Input that attacks whoever looks at it: markup, characters that act, names that lie.

import (
	"archive/tar"
	"archive/zip"
	"bytes"
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

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/clock"
)

const (
	// markup makes elements, runs scripts and asks servers, if it is ever parsed.
	// Everything in it calls baited() or is known by its id.
	markup = `"'></style></title></textarea></pre></script><img id=bait src=http://elsewhere.test/x.png onerror=baited()>` +
		`<script id=bait>baited()</script><svg id=bait onload=baited()><iframe id=bait src=javascript:baited()></iframe>` +
		`<link id=bait rel=prefetch href=http://elsewhere.test/y><a id=bait href=javascript:baited()>`
	// acting changes how the text around it looks, or drives a terminal.
	acting = "\u202egpj.exe\u2066\u2069\u200f\u061c\u200b\u2060\ufeff\u2028\u00ad\u180e\U000e0041\x1b[31m\x1b]0;x\x07\x08\x0b\x7f\u0085\u009b\ufff9"
	bait   = markup + acting
	nul    = "a\x00b"
	// odd is no UTF-8: a stray octet, an overlong form, half of a surrogate pair.
	odd = "\xff\xc0\xaf\xed\xa0\x80"
)

// long is a token with no place to break a line in.
var long = strings.Repeat("W", 5000)

// oneLine is for places that end at a line's end or at a quotation mark.
func oneLine(s string) string {
	return strings.NewReplacer("\r", "", "\n", "", `"`, "", "\u0085", "").Replace(s)
}

// villain is a person whose every name attacks.
type villain struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	der  []byte
}

// str is a string of ASN.1 with any octets at all.
func str(tag int, octets string) asn1.RawValue {
	return asn1.RawValue{Tag: tag, Bytes: []byte(octets)}
}

func mustDER(t *testing.T, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hostileName is a distinguished name with one attribute in every type of string.
func hostileName(t *testing.T) []byte {
	t.Helper()
	type attribute struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	bmp := func(s string) string {
		var b strings.Builder
		for _, r := range s {
			if r < 0x10000 {
				b.WriteByte(byte(r >> 8))
				b.WriteByte(byte(r))
			}
		}
		return b.String()
	}
	name := func(n int) asn1.ObjectIdentifier { return asn1.ObjectIdentifier{2, 5, 4, n} }
	var sets []asn1.RawValue
	for _, a := range []attribute{
		{name(3), str(asn1.TagUTF8String, "CN "+bait)},
		{name(10), str(asn1.TagUTF8String, nul+odd)},
		{name(11), str(asn1.TagPrintableString, bait+odd)},
		{name(7), str(asn1.TagIA5String, bait)},
		{name(8), str(asn1.TagT61String, bait+"\x1b[2J"+odd)},
		{name(9), str(asn1.TagBMPString, bmp(bait)+"\xd8\x00\x00\x00\xdc\x00")},
		{name(12), str(28, "\x00\x00\x20\x2e\x00\x00\x00\x1b\x00\x0e\x00\x41\x00\x11\x00\x00")},
		{asn1.ObjectIdentifier{2, 999, 1 << 30, 5}, str(asn1.TagUTF8String, long)},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 1}, str(asn1.TagIA5String, "a@"+bait)},
	} {
		sets = append(sets, asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: mustDER(t, a)})
	}
	return mustDER(t, sets)
}

// newVillain makes a key and a certificate for it that it signed itself.
func newVillain(t *testing.T) villain {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	names := mustDER(t, []asn1.RawValue{
		{Class: 2, Tag: 6, Bytes: []byte("sip:mallory@example.com")},
		{Class: 2, Tag: 6, Bytes: []byte("sip:" + bait + "@example.com")},
		{Class: 2, Tag: 2, Bytes: []byte(bait + nul + odd)},
		{Class: 2, Tag: 1, Bytes: []byte(long + "@example.com")},
		{Class: 2, Tag: 7, Bytes: []byte{1, 2, 3}},
		{Class: 2, Tag: 4, IsCompound: true, Bytes: hostileName(t)},
		{Class: 2, Tag: 0, IsCompound: true, Bytes: append(mustDER(t, asn1.ObjectIdentifier{2, 999, 7}), mustDER(t, asn1.RawValue{Class: 2, Tag: 0, IsCompound: true, Bytes: mustDER(t, str(asn1.TagUTF8String, bait))})...)},
	})
	extension := func(id asn1.ObjectIdentifier, v any) pkix.Extension {
		return pkix.Extension{Id: id, Value: mustDER(t, v)}
	}
	// A certification practice statement and a notice that attack (RFC 5280 section 4.2.1.4).
	type qualifier struct {
		ID    asn1.ObjectIdentifier
		Value any
	}
	type policy struct {
		ID         asn1.ObjectIdentifier
		Qualifiers []asn1.RawValue
	}
	qualifiers := []asn1.RawValue{
		{FullBytes: mustDER(t, qualifier{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 1}, str(asn1.TagIA5String, "javascript:baited()"+bait)})},
		{FullBytes: mustDER(t, qualifier{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 2, 2}, []asn1.RawValue{str(asn1.TagUTF8String, bait)}})},
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(0xbad),
		RawSubject:   hostileName(t),
		NotBefore:    clock.Now().Add(-time.Hour),
		NotAfter:     clock.Now().Add(240 * time.Hour),
		SubjectKeyId: []byte(acting),
		ExtraExtensions: []pkix.Extension{
			{Id: asn1.ObjectIdentifier{2, 5, 29, 17}, Value: names},
			extension(asn1.ObjectIdentifier{2, 5, 29, 32}, []policy{{asn1.ObjectIdentifier{2, 999, 3}, qualifiers}}),
			extension(asn1.ObjectIdentifier{2, 16, 840, 1, 113730, 1, 13}, str(asn1.TagIA5String, bait)),
			{Id: asn1.ObjectIdentifier{2, 999, 8}, Value: []byte(bait)},
		},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		// The standard library refuses what this is about: it is enough to sign with.
		cert = &x509.Certificate{Raw: der, RawSubject: template.RawSubject, SubjectKeyId: template.SubjectKeyId, KeyUsage: x509.KeyUsageCRLSign}
	}
	return villain{key, cert, der}
}

func (v villain) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: v.der})
}

func (v villain) keyPEM(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(v.key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

func (v villain) craftKey(t *testing.T) *craft.Key {
	t.Helper()
	k, err := craft.ReadKey(v.keyPEM(t), "")
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// crl is a list by an issuer whose name attacks.
func (v villain) crl(t *testing.T) []byte {
	t.Helper()
	issuer := *v.cert
	issuer.KeyUsage = x509.KeyUsageCRLSign
	der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: clock.Now(), NextUpdate: clock.Now().Add(time.Hour),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(7), RevocationTime: clock.Now(),
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 999, 1}, Value: []byte(bait)}}}},
	}, &issuer, v.key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// passport is a token whose claims attack (RFC 8225).
func (v villain) passport(t *testing.T) string {
	t.Helper()
	encode := func(claims map[string]any) string {
		b, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(b)
	}
	token := encode(map[string]any{"alg": "ES256", "typ": "passport", "ppt": bait, "x5u": "javascript:baited()" + bait, bait: bait}) + "." +
		encode(map[string]any{"iat": clock.Now().Unix(), "orig": map[string]any{"uri": bait + nul, "tn": "1"}, "dest": map[string]any{"uri": []string{bait, long}}, "attest": bait, bait: bait})
	digest := sha256.Sum256([]byte(token))
	r, s, err := ecdsa.Sign(rand.Reader, v.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]byte, 64)
	r.FillBytes(raw[:32])
	s.FillBytes(raw[32:])
	return token + "." + base64.RawURLEncoding.EncodeToString(raw)
}

// hostileBody is a multipart whose fields, names and texts attack.
func hostileBody() string {
	quoted := strings.ReplaceAll(oneLine(bait), `\`, "")
	part := func(fields, body string) string { return "--b\r\n" + fields + "\r\n" + body + "\r\n" }
	return part("Content-Type: text/plain;charset=utf-8;name=\""+quoted+"\"\r\nContent-Disposition: attachment;filename=\""+quoted+"\"\r\nContent-ID: <"+quoted+">\r\nX-"+oneLine(markup)+": "+quoted+"\r\n",
		bait+nul+odd+"\r\n"+long) +
		part("Content-Type: text/html;charset=\""+quoted+"\"\r\nContent-Transfer-Encoding: "+quoted+"\r\nContent-Description: =?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(bait))+"?=\r\n", "<html>"+bait) +
		part("Content-Type: image/svg+xml\r\n", "<svg xmlns='http://www.w3.org/2000/svg' onload='baited()'>"+bait+"</svg>") +
		part("Content-Type: text/"+quoted+"\r\nContent-Disposition: "+quoted+"\r\n", bait) +
		part("Content-Type: application/octet-stream;"+quoted+"="+quoted+"\r\n", nul+odd+bait) +
		part("Content-Type: application/sdp\r\n", "v=0\r\no="+oneLine(bait)+" 1 1 IN IP4 "+oneLine(bait)+"\r\ns="+oneLine(bait)+"\r\ni="+oneLine(bait)+"\r\nu=javascript:baited()"+oneLine(bait)+
			"\r\nc=IN "+oneLine(bait)+"\r\nt=0 0\r\nm="+oneLine(bait)+" 1 RTP/AVP 0\r\na="+oneLine(bait)+":"+oneLine(bait)+"\r\na=fingerprint:sha-256 "+oneLine(bait)+"\r\n"+oneLine(bait)+"\r\n") +
		part("Content-Type: message/sipfrag\r\n", "From: <sip:"+oneLine(bait)+"@x>\r\nSubject: "+oneLine(bait)+"\r\n") +
		"--b--\r\n" + bait
}

// hostileMessage is a message signed by a villain, every field of it an attack.
func hostileMessage(t *testing.T, v villain) []byte {
	t.Helper()
	h := oneLine(bait)
	m := craft.Message{
		From: "sip:mallory@example.com", To: "sip:" + markup[:4] + "bob@example.net",
		Headers: []string{
			"Subject: " + h + nul + odd, "User-Agent: " + h, "Contact: \"" + strings.ReplaceAll(h, `\`, "") + "\" <sip:" + h + ">;x=" + h, "Warning: 399 x \"" + h + "\"",
			"Organization: " + long, oneLine(markup[5:30]) + ": " + h, "X-\u202eX: " + h, "Identity: " + v.passport(t) + ";info=<javascript:baited()" + h + ">;alg=" + h + ";ppt=\"" + h + "\"",
			"Date: " + h, "Reason: " + h, "P-Asserted-Identity: \"" + h + "\" <sip:" + h + ">", "Authorization: Digest realm=\"" + h + "\", uri=\"javascript:baited()\"",
			"Call-ID: " + h, "Alert-Info: <javascript:baited()>", "Error-Info: <http://elsewhere.test/" + h + ">",
		},
		ContentType: "multipart/mixed;boundary=b;x=\"" + strings.ReplaceAll(h, `\`, "") + "\"", Body: hostileBody(),
		Layers: []craft.Layer{
			{Kind: craft.LayerSign, Signers: []craft.Signer{{Certificate: v.der, Key: v.craftKey(t)}}, Attach: []craft.Cert{v.der}},
		},
	}
	b, err := m.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// hostileTree is an ASN.1 value with every type of string and odd object identifiers.
func hostileTree(t *testing.T) []byte {
	t.Helper()
	var all []byte
	for _, tag := range []int{4, 7, 12, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 30, 36} {
		all = append(all, mustDER(t, str(tag, bait+nul+odd))...)
	}
	all = append(all, mustDER(t, asn1.ObjectIdentifier{2, 999, 1 << 30, 1 << 30})...)
	all = append(all, 6, 3, 0x88, 0x80, 0x80, 6, 0)
	all = append(all, mustDER(t, asn1.RawValue{Class: 2, Tag: 3, Bytes: []byte(bait)})...)
	all = append(all, mustDER(t, asn1.RawValue{Tag: 4, Bytes: mustDER(t, str(12, bait))})...)
	return mustDER(t, asn1.RawValue{Tag: asn1.TagSequence, IsCompound: true, Bytes: all})
}

// hostileZip and hostileTar hold two messages and more under names that attack.
func hostileZip(t *testing.T, v villain) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.SetComment(bait)
	for _, name := range []string{bait + ".sip", "../../" + acting + "/" + long[:200] + ".sip", nul + odd, "javascript:baited()"} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Comment: bait, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		data := []byte(bait)
		if strings.HasSuffix(name, ".sip") {
			data = hostileMessage(t, v)
		}
		if _, err := f.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func hostileTar(t *testing.T, v villain) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	name := strings.ReplaceAll(bait, "\x00", "")
	for name, data := range map[string][]byte{name + ".sip": hostileMessage(t, v), "2" + name: v.pem(), "3" + name: []byte("-----BEGIN " + oneLine(markup) + "-----\nAAAA\n-----END " + oneLine(markup) + "-----\n")} {
		if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600, Uname: "<img>", Format: tar.FormatPAX}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hostileCapture has a request and a response whose fields attack.
func hostileCapture(t *testing.T, message []byte) []byte {
	t.Helper()
	const alice, bob = "192.0.2.1:5060", "192.0.2.2:5060"
	h := oneLine(bait)
	return capture(t,
		packet{alice, bob, string(message[:min(len(message), 60_000)])},
		packet{bob, alice, "SIP/2.0 200 " + h + "\r\nCall-ID: " + h + "\r\nCSeq: 1 MESSAGE\r\nFrom: " + h + "\r\nTo: <sip:" + h + ">\r\nVia: SIP/2.0/UDP " + h + "\r\n\r\n"},
		packet{alice, bob, sipText("INVITE sip:"+oneLine(markup)+" SIP/2.0", h, "1 INVITE")},
	)
}
