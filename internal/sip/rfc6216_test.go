package sip

import (
	"testing"

	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/vectors"
)

// Each message of the drafts and the RFC has the Content-Length that its document
// states, no rule broken, and its parts where the delimiters say.
func TestSealedMessages(t *testing.T) {
	for name, want := range map[string]struct {
		src   []byte
		types []string
	}{
		"draft01_signed":        {vectors.Seed(t, "draft01_signed.sip"), []string{"multipart/signed", "text/plain", "application/pkcs7-signature"}},
		"draft01_encrypted":     {vectors.Seed(t, "draft01_encrypted.sip"), []string{"application/pkcs7-mime"}},
		"smime-msg":             {vectors.RFC6216(t, "repaired/smime-msg.sip"), []string{"multipart/signed", "text/plain", "application/pkcs7-signature"}},
		"smime-sign-encrypt":    {vectors.RFC6216(t, "repaired/smime-sign-encrypt.sip"), []string{"multipart/signed", "application/pkcs7-mime", "application/pkcs7-signature"}},
		"message-tls-resp":      {vectors.RFC6216(t, "repaired/message-tls-resp.sip"), []string{"text/plain"}},
		"draft01_signed_no_nul": {vectors.Seed(t, "draft01_signed_no_null.sip"), []string{"multipart/signed", "text/plain", "application/pkcs7-signature"}},
	} {
		m := Parse(want.src)
		if name != "message-tls-resp" && (m.From() != "sip:fluffy@example.com" || m.To() != "sip:kumiko@example.net") {
			t.Errorf("%s: from %q to %q", name, m.From(), m.To())
		}
		if m.Rest != len(want.src) || m.ContentLength >= 0 && m.Body[1]-m.Body[0] != m.ContentLength {
			t.Errorf("%s: body %v of %d bytes, Content-Length %d", name, m.Body, len(want.src), m.ContentLength)
		}
		for _, v := range m.Violations {
			t.Errorf("%s: %+v", name, v)
		}
		var types []string
		e := m.Entity()
		e.Walk(func(e *mime.Entity) {
			types = append(types, e.Type)
			for _, p := range e.Problems {
				t.Errorf("%s: %s: %+v", name, e.Type, p)
			}
		})
		if name == "message-tls-resp" {
			continue // a 200 without a body
		}
		if len(types) != len(want.types) {
			t.Errorf("%s: types %v, want %v", name, types, want.types)
			continue
		}
		for i := range types {
			if types[i] != want.types[i] {
				t.Errorf("%s: types %v, want %v", name, types, want.types)
				break
			}
		}
	}
}

// What RFC 6216 says was signed is what lies between the delimiters.
func TestSignedRange(t *testing.T) {
	want := vectors.RFC6216(t, "messages/smime-msg-what-got-signed.dat")
	src := vectors.RFC6216(t, "repaired/smime-msg.sip")
	e := Parse(src).Entity()
	if len(e.Children) != 2 {
		t.Fatalf("%d parts", len(e.Children))
	}
	r := e.Children[0].Range
	if got := string(src[r[0]:r[1]]); got != string(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// In the messages as published, whose bodies grew so that the Content-Length cuts
// them in the last delimiter, the parts are found all the same.
func TestCutMessages(t *testing.T) {
	for _, name := range []string{"smime-msg", "cms-smime-msg", "noeku-smime-msg", "noeku-cms-smime-msg"} {
		damaged, whole := vectors.RFC6216(t, "messages/"+name+".dat"), vectors.RFC6216(t, "repaired/"+name+".sip")
		d, w := Parse(damaged).Entity(), Parse(whole).Entity()
		if len(d.Children) != 2 || len(w.Children) != 2 {
			t.Errorf("%s: %d and %d parts", name, len(d.Children), len(w.Children))
			continue
		}
		a, b := d.Children[0].Range, w.Children[0].Range
		if string(damaged[a[0]:a[1]]) != string(whole[b[0]:b[1]]) {
			t.Errorf("%s: signed bytes %q and %q", name, damaged[a[0]:a[1]], whole[b[0]:b[1]])
		}
		// Two line feeds of each CMS object became CR LF.
		grown := (d.Children[1].BodyRange[1] - d.Children[1].BodyRange[0]) - (w.Children[1].BodyRange[1] - w.Children[1].BodyRange[0])
		if grown != 2 {
			t.Errorf("%s: the signature grew by %d bytes", name, grown)
		}
	}
}
