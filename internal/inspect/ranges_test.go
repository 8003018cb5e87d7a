package inspect

import (
	"bytes"
	"crypto"
	_ "crypto/md5"
	_ "crypto/sha1"
	"crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/report"
)

// hashes are Go's own of the names in a report.
var hashes = map[string]crypto.Hash{
	"MD5": crypto.MD5, "SHA-1": crypto.SHA1, "SHA-224": crypto.SHA224, "SHA-256": crypto.SHA256, "SHA-384": crypto.SHA384, "SHA-512": crypto.SHA512,
}

// TestRanges: what a range of a report is said to hold stands there, in the source that
// the range counts in: of every file there is, alone and behind another message, and of
// messages within messages.
func TestRanges(t *testing.T) {
	_, anchor, list := people(t, "alice", "bob")
	alice, bob := list["alice"], list["bob"]
	inputs := map[string][]byte{}
	for name, b := range corpus.Everything(t) {
		if !strings.HasPrefix(name, "pkits/") && !strings.HasPrefix(name, "public/") && !strings.HasPrefix(name, "printed/") && len(b) < 100_000 {
			inputs[name] = b
		}
	}
	if len(inputs) < 100 {
		t.Fatalf("only %d files", len(inputs))
	}
	inner := alice.sends(t, "text/plain", "Hello,\r\nworld", alice.signs(alice))
	mail := "Subject: a\r\nContent-Type: text/plain\r\n\r\nHello,\r\nmail\r\n"
	lines := base64.StdEncoding.EncodeToString(inner)
	for name, part := range map[string]string{
		"mail":                  "Content-Type: message/rfc822\r\n\r\n" + mail,
		"mail in mail":          "Content-Type: message/rfc822\r\n\r\nContent-Type: message/rfc822\r\n\r\n" + mail,
		"mail in base64":        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString([]byte(mail)),
		"message":               "Content-Type: message/sip\r\n\r\n" + string(inner),
		"message in base64":     "Content-Type: message/sip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + lines,
		"fragment":              "Content-Type: message/sipfrag\r\nContent-Disposition: aib\r\n\r\nFrom: <sip:alice@example.org>\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n",
		"session":               "Content-Type: application/sdp\r\n\r\nv=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n",
		"session in message":    "Content-Type: message/sip\r\n\r\n" + string(alice.sends(t, "application/sdp", "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n")),
		"signed mail in a mail": "Content-Type: message/rfc822\r\n\r\n" + string(inner[bytes.Index(inner, []byte("Content-Type:")):]),
	} {
		body := "--o-1\r\nContent-Type: text/plain\r\n\r\nfirst\r\n--o-1\r\n" + part + "\r\n--o-1--\r\n"
		inputs["in a part, "+name] = alice.sends(t, `multipart/mixed;boundary="o-1"`, body)
		inputs["in a signed part, "+name] = alice.sends(t, `multipart/mixed;boundary="o-1"`, body, alice.signs(alice))
		inputs["in an envelope, "+name] = alice.sends(t, `multipart/mixed;boundary="o-1"`, body, alice.signs(alice), sealedFor(bob), alice.signs(alice))
	}
	o := Options{
		TrustBundled: true, At: at(t, "2026-06-01"), Passwords: []string{"password"}, Trust: []NamedBytes{{"ca", anchor}},
		Keys: []NamedBytes{{"bob", bob.keyFile(t)}, {"bob of the demonstration", seedFiles(t)["demo/bob_key.pem"]}},
	}
	c := &rangeCheck{T: t}
	for name, b := range inputs {
		o.Name = name
		c.report(name, Inspect(b, o))
		if bytes.Contains(b, []byte(" SIP/2.0\r\n")) && len(b) < 20_000 {
			c.report(name+", twice", Inspect(append(bytes.Clone(b), b...), o))
		}
	}
	t.Logf("%d inputs, %d headers, %d texts, %d digests, %d certificates, %d lines", len(inputs), c.headers, c.texts, c.digests, c.certificates, c.lines)
	for what, n := range map[string]int{"headers": c.headers, "texts": c.texts, "digests": c.digests, "certificates": c.certificates, "lines of sessions": c.lines} {
		if n < 20 {
			t.Errorf("only %d %s were looked at", n, what)
		}
	}
}

type rangeCheck struct {
	*testing.T
	name    string
	sources [][]byte
	parents []*int
	// damaged is true of an input with a damaged CMS object: what follows the damage is
	// whatever it is.
	damaged bool

	headers, texts, digests, certificates, lines int
}

// bytes is what stands in a range.
func (c *rangeCheck) bytes(what string, source int, r report.Range) []byte {
	c.Helper()
	if source < 0 || source >= len(c.sources) || r[0] < 0 || r[0] > r[1] || r[1] > len(c.sources[source]) {
		c.Fatalf("%s: %s at %v of source %d, of which there are %d", c.name, what, r, source, len(c.sources))
	}
	return c.sources[source][r[0]:r[1]]
}

func (c *rangeCheck) report(name string, r *Result) {
	c.name, c.sources, c.damaged = name, r.Sources, hasFinding(r.Report, "cms-ber")
	checkReport(c.T, r)
	c.parents = nil
	for i, s := range r.Report.Sources {
		c.parents = append(c.parents, s.Parent)
		if s.Size != len(r.Sources[i]) || s.Parent != nil && (*s.Parent < 0 || *s.Parent >= i) {
			c.Errorf("%s: source %d: %+v, and it has %d bytes", name, i, s, len(r.Sources[i]))
		}
	}
	for _, s := range r.Report.Input.Steps {
		if s.Offset != nil {
			c.bytes("step "+s.Code, *s.Source, report.Range{*s.Offset, *s.Offset})
		}
	}
	for _, cert := range r.Report.Certificates {
		der := c.bytes("certificate", cert.Source, cert.Range)
		if sum := sha256.Sum256(der); !strings.EqualFold(strings.ReplaceAll(cert.SHA256, ":", ""), hex.EncodeToString(sum[:])) && cert.Error == "" {
			c.Errorf("%s: the certificate of %q is not at %v of source %d", name, cert.Subject, cert.Range, cert.Source)
		}
		c.certificates++
	}
	for _, o := range r.Report.Objects {
		c.bytes("object", o.Source, o.Range)
	}
	for i := range r.Report.Messages {
		c.message(&r.Report.Messages[i])
	}
}

func (c *rangeCheck) message(m *report.Message) {
	c.fields(m.Headers, m.Source)
	for i := range m.Identity {
		c.bytes("identity", m.Identity[i].Source, m.Identity[i].Range)
		c.checks(m.Identity[i].Checks)
	}
	for _, f := range m.Comparison {
		outer, inner := c.bytes("outer "+f.Header, f.OuterSource, f.OuterRange), c.bytes("inner "+f.Header, f.InnerSource, f.InnerRange)
		if f.Header != "Request-URI" {
			_, outer, _ = bytes.Cut(outer, []byte(":"))
			_, inner, _ = bytes.Cut(inner, []byte(":"))
		}
		if !f.OuterMissing && !sameText(f.Outer, outer) || !f.InnerMissing && !sameText(f.Inner, inner) {
			c.Errorf("%s: %s is said to be %q and %q, and at its ranges stand %q and %q", c.name, f.Header, f.Outer, f.Inner, outer, inner)
		}
	}
	if m.Body != nil {
		c.part(m.Body)
	}
}

// fields: a header field's name and value stand where they are said to.
func (c *rangeCheck) fields(list []report.Header, source int) {
	for _, h := range list {
		whole := c.bytes("field", source, h.Range)
		if h.NameRange[0] == h.NameRange[1] && h.Range == h.ValueRange {
			continue // a token that came without its field
		}
		if got := c.bytes("name", source, h.NameRange); string(got) != h.Name {
			c.Errorf("%s: the field %q is at %v of source %d, where %q stands", c.name, h.Name, h.NameRange, source, got)
		}
		if got := c.bytes("value", source, h.ValueRange); !sameText(h.Value, got) {
			c.Errorf("%s: the value of %s, %q, is at %v of source %d, where %q stands", c.name, h.Name, h.Value, h.ValueRange, source, got)
		}
		if !bytes.HasPrefix(whole, []byte(h.Name)) || h.ValueRange[1] > h.Range[1] {
			c.Errorf("%s: the field %s at %v begins with %q", c.name, h.Name, h.Range, whole[:min(len(whole), 20)])
		}
		for _, covered := range h.Covered {
			c.bytes("coverage of "+h.Name, covered.Source, covered.Range)
		}
		c.headers++
	}
}

// sameText reports whether a value is what stands in a source, white space and what is
// no UTF-8 aside.
func sameText(value string, b []byte) bool {
	if !utf8.Valid(b) {
		return true
	}
	return strings.Join(strings.Fields(value), "") == strings.Join(strings.Fields(string(b)), "")
}

func (c *rangeCheck) part(p *report.Part) {
	c.fields(p.Headers, p.Source)
	body := c.bytes("body of "+p.Path, p.Source, p.BodyRange)
	plain := p.Encoding == "" || p.Encoding == "7bit" || p.Encoding == "8bit" || p.Encoding == "binary"
	if p.Text != nil && plain && utf8.Valid(body) && p.Params["charset"] == "" {
		if *p.Text != string(body) {
			c.Errorf("%s: the text of part %s is %.60q, and its bytes are %.60q", c.name, p.Path, *p.Text, body)
		}
		c.texts++
	}
	for _, d := range p.Delimiters {
		got := c.bytes("delimiter", p.Source, d)
		if whole := "--" + p.Params["boundary"]; !bytes.Contains(got, []byte(whole)) && !strings.HasPrefix(whole, strings.TrimSpace(string(got))) { // of a message that is cut off
			c.Errorf("%s: %q is no delimiter of part %s", c.name, got, p.Path)
		}
	}
	for _, l := range p.SDP {
		if got := c.bytes("line", l.Source, l.Range); !strings.HasPrefix(string(got), l.Type+"=") && l.Type != "" || !sameText(l.Type+"="+l.Value, bytes.TrimRight(got, "\r\n")) && l.Type != "" {
			c.Errorf("%s: the line %s=%s of the session is where %q stands", c.name, l.Type, l.Value, got)
		}
		c.lines++
	}
	for _, covered := range p.Covered {
		c.bytes("coverage of "+p.Path, covered.Source, covered.Range)
	}
	if o := p.CMS; o != nil {
		got := c.bytes("CMS", o.Source, o.Range)
		if p.Signature != nil && (len(got) == 0 || got[0] != 0x30) {
			c.Errorf("%s: the CMS object of part %s begins with %x", c.name, p.Path, got[:min(len(got), 4)])
		}
	}
	if p.Digest != nil {
		c.checks([]report.Check{*p.Digest})
	}
	if s := p.Signature; s != nil {
		content := c.bytes("signed content", s.SignedSource, s.SignedRange)
		for i := range s.Signers {
			c.signer(&s.Signers[i])
			h, known := hashes[s.Signers[i].Digest]
			if digest := s.Signers[i].ComputedDigest; known && digest != "" {
				sum := h.New()
				sum.Write(content)
				if got := hex.EncodeToString(sum.Sum(nil)); got != digest {
					c.Errorf("%s: the digest of part %s is %s, and that of the bytes at %v of source %d is %s", c.name, p.Path, digest, s.SignedRange, s.SignedSource, got)
				}
				c.digests++
			}
		}
	}
	if e := p.Envelope; e != nil {
		for _, r := range e.Recipients {
			c.bytes("recipient", r.Source, r.Range)
		}
	}
	for i := range p.Children {
		c.part(&p.Children[i])
	}
	if p.Content != nil {
		c.inside(p, p.Content.Source, p.Content.Range)
		c.part(p.Content)
	}
	if p.Message != nil {
		c.inside(p, p.Message.Source, p.Message.Range)
		c.message(p.Message)
	}
}

// inside: what a part holds is all of its body, or all of a source made of it.
func (c *rangeCheck) inside(p *report.Part, source int, r report.Range) {
	got := c.bytes("content of "+p.Path, source, r)
	if source == p.Source {
		if r != p.BodyRange {
			c.Errorf("%s: what part %s holds is at %v, and its body at %v", c.name, p.Path, r, p.BodyRange)
		}
		return
	}
	for up := &source; *up != p.Source; {
		if up = c.parents[*up]; up == nil {
			c.Errorf("%s: what part %s holds, source %d, comes from no part of source %d", c.name, p.Path, source, p.Source)
			return
		}
	}
	if len(got) != len(c.sources[source]) {
		c.Errorf("%s: what part %s holds is at %v of source %d, which has %d bytes", c.name, p.Path, r, source, len(c.sources[source]))
	}
}

// signer: a SignerInfo is a SEQUENCE, its signature lies in it, and each attribute begins
// with its type.
func (c *rangeCheck) signer(s *report.Signer) {
	info, value := c.bytes("signer", s.Source, s.Range), c.bytes("signature", s.Source, s.SignatureRange)
	if c.damaged {
		return
	}
	if len(info) == 0 || info[0] != 0x30 || len(value) > 0 && !bytes.Contains(info, value) {
		c.Errorf("%s: at %v of source %d is no signer: %x", c.name, s.Range, s.Source, info[:min(len(info), 4)])
	}
	for _, a := range append(append([]report.Attribute(nil), s.SignedAttrs...), s.UnsignedAttrs...) {
		var attribute struct {
			Type   asn1.ObjectIdentifier
			Values asn1.RawValue
		}
		got := c.bytes("attribute "+a.Name, s.Source, a.Range)
		if _, err := asn1.Unmarshal(got, &attribute); err == nil && attribute.Type.String() != a.OID {
			c.Errorf("%s: the attribute %s is at %v, where %s stands", c.name, a.OID, a.Range, attribute.Type)
		} else if err != nil && (len(got) == 0 || got[0] != 0x30) {
			c.Errorf("%s: at %v is no attribute %s: %v", c.name, a.Range, a.Name, err)
		}
	}
	c.checks(s.Checks)
	for i := range s.Countersigners {
		c.signer(&s.Countersigners[i])
	}
}

func (c *rangeCheck) checks(list []report.Check) {
	for _, k := range list {
		if k.Source != nil && k.Range != nil {
			c.bytes("check "+k.Code, *k.Source, *k.Range)
		}
	}
}
