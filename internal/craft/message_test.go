package craft

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/inspect"
	"github.com/sipseal/sipseal/internal/report"
)

// person is somebody who signs and is encrypted for.
type person struct {
	key  *Key
	cert []byte
}

// cast is a CA and two users, made once for a test.
func cast(t *testing.T, kind string) (authority, person, person) {
	t.Helper()
	ca := newAuthority(t, "ECDSA P-256", "SHA-256")
	user := func(address string) person {
		key, cert := ca.issue(t, must(MakeCert(address, KindUser, true, 10, time.Now()))(t), kind)
		return person{key, cert}
	}
	return ca, user("alice@example.org"), user("bob@example.net")
}

// TestSign: signatures of every form, verified by openssl, and refused by it after a
// change of the content.
func TestSign(t *testing.T) {
	content := []byte("Content-Type: text/plain\r\n\r\nHello!\r\n")
	for _, kind := range []string{"RSA 2048", "ECDSA P-256", "ECDSA P-384"} {
		ca, alice, bob := cast(t, kind)
		dir := t.TempDir()
		put(t, dir, "ca.pem", CertificatePEM(ca.der))
		put(t, dir, "certs.pem", append(CertificatePEM(alice.cert), CertificatePEM(bob.cert)...))
		put(t, dir, "content", content)
		put(t, dir, "other", bytes.Replace(content, []byte("!"), []byte("?"), 1))
		signer := func(p person, s Signer) Signer { s.Certificate, s.Key = p.cert, p.key; return s }
		for name, s := range map[string]Signer{
			"plain":         {},
			"SHA-1":         {Digest: "SHA-1", NullParams: true},
			"SHA-1, absent": {Digest: "SHA-1"},
			"SHA-224":       {Digest: "SHA-224"},
			"SHA-384":       {Digest: "SHA-384", NullParams: true},
			"SHA-512":       {Digest: "SHA-512"},
			"PSS":           {PSS: true},
			"combined":      {CombinedOID: true},
			"no attributes": {NoAttributes: true},
			"by key":        {ByKeyID: true},
			"no time":       {SigningTime: "none", Capabilities: true},
		} {
			for _, detached := range []bool{true, false} {
				signers := []Signer{signer(alice, s), signer(bob, s)}
				der, err := Sign(content, signers, SignOptions{Detached: detached, Certificates: [][]byte{alice.cert, bob.cert}})
				if err != nil {
					t.Fatalf("%s, %s: %v", kind, name, err)
				}
				put(t, dir, "sig.der", der)
				verify := []string{"cms", "-verify", "-binary", "-inform", "DER", "-in", "sig.der", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out"}
				if detached {
					accepts(t, dir, append(verify, "-content", "content")...)
					refuses(t, dir, "erification failure", append(verify, "-content", "other")...)
				} else {
					accepts(t, dir, verify...)
				}
				if out := readFile(t, dir, "out"); !detached && !bytes.Equal(out, content) {
					t.Errorf("%s, %s: the content is %q", kind, name, out)
				}
			}
			// Without certificates, and with damage.
			der := must(Sign(content, []Signer{signer(alice, s)}, SignOptions{}))(t)
			put(t, dir, "sig.der", der)
			accepts(t, dir, "cms", "-verify", "-inform", "DER", "-in", "sig.der", "-certfile", "certs.pem", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out")
			s.BadSignature = true
			put(t, dir, "sig.der", must(Sign(content, []Signer{signer(alice, s)}, SignOptions{}))(t))
			refuses(t, dir, "", "cms", "-verify", "-inform", "DER", "-in", "sig.der", "-certfile", "certs.pem", "-CAfile", "ca.pem", "-purpose", "any", "-out", "out")
		}
	}
}

// TestEncrypt: envelopes for every cipher and kind of recipient, opened by openssl.
func TestEncrypt(t *testing.T) {
	content := []byte("Content-Type: text/plain\r\n\r\nHello!\r\n")
	for _, kind := range []string{"RSA 2048", "ECDSA P-256", "ECDSA P-384"} {
		_, alice, bob := cast(t, kind)
		dir := t.TempDir()
		put(t, dir, "bob.pem", CertificatePEM(bob.cert))
		put(t, dir, "key.pem", must(bob.key.PEM(""))(t))
		for _, cipher := range Ciphers() {
			for _, r := range []Recipient{{}, {OAEP: true}, {ByKeyID: true}} {
				to := func(p person) Recipient { r.Certificate = p.cert; return r }
				der, err := Encrypt(content, []Recipient{to(alice), to(bob)}, cipher)
				if err != nil {
					t.Fatal(err)
				}
				put(t, dir, "sealed.der", der)
				accepts(t, dir, "cms", "-decrypt", "-inform", "DER", "-in", "sealed.der", "-inkey", "key.pem", "-recip", "bob.pem", "-out", "out")
				if out := readFile(t, dir, "out"); !bytes.Equal(out, content) {
					t.Errorf("%s, %s, %+v: openssl reads %q", kind, cipher, r, out)
				}
			}
		}
	}
}

// seals lists what the inspector says of the seals of a part, outermost first.
func seals(p *report.Part) string {
	var all []string
	for p != nil {
		switch {
		case p.Signature != nil:
			v := p.Signature.Verdict
			if p.Signature.Reason != "" {
				v += " (" + p.Signature.Reason + ")"
			}
			all = append(all, v)
		case p.Envelope != nil:
			all = append(all, p.Envelope.Verdict)
		}
		var next *report.Part
		if p.Content != nil {
			next = p.Content
		}
		for i := range p.Children {
			if c := &p.Children[i]; len(all) == 0 || i == 0 || c.Envelope != nil {
				if strings.HasPrefix(c.Type, "multipart/") || c.Content != nil || c.Envelope != nil || i == 0 {
					next = c
				}
			}
		}
		p = next
	}
	return strings.Join(all, ", ")
}

// inspected inspects a message with bob's key and the CA trusted, as it is.
func inspected(t *testing.T, message []byte, ca authority, bob person) *report.Report {
	t.Helper()
	return inspectedWith(t, message, ca, bob, true)
}

func inspectedWith(t *testing.T, message []byte, ca authority, bob person, asIs bool) *report.Report {
	t.Helper()
	return inspect.Inspect(message, inspect.Options{
		Keys: []inspect.NamedBytes{{Name: "bob", Data: must(bob.key.PEM(""))(t)}}, Certificates: []inspect.NamedBytes{{Name: "bob.pem", Data: bob.cert}},
		Trust: []inspect.NamedBytes{{Name: "ca", Data: ca.der}}, At: time.Now().Unix(), NoRepair: asIs,
	}).Report
}

// TestMessages: messages of every form, as the inspector reads them.
func TestMessages(t *testing.T) {
	ca, alice, bob := cast(t, usualKey())
	sign := Layer{Kind: LayerSign, Signers: []Signer{{Certificate: alice.cert, Key: alice.key}}, Attach: []Cert{alice.cert}}
	opaque := sign
	opaque.Opaque = true
	opaque64 := opaque
	opaque64.Base64 = true
	sign64 := sign
	sign64.Base64 = true
	encrypt := Layer{Kind: LayerEncrypt, Recipients: []Recipient{{Certificate: alice.cert}, {Certificate: bob.cert}}}
	encrypt64 := encrypt
	encrypt64.Base64 = true
	gcm := encrypt
	gcm.Cipher = "AES-256-GCM"
	two := sign
	two.Signers = append(two.Signers, Signer{Certificate: bob.cert, Key: bob.key, Digest: "SHA-512"})
	two.Attach = append(two.Attach, bob.cert)
	for _, test := range []struct {
		name   string
		layers []Layer
		want   string
	}{
		{"nothing", nil, ""},
		{"signed", []Layer{sign}, "valid"},
		{"signed, base64", []Layer{sign64}, "valid"},
		{"opaque", []Layer{opaque}, "valid"},
		{"opaque, base64", []Layer{opaque64}, "valid"},
		{"encrypted", []Layer{encrypt}, "decrypted"},
		{"encrypted, base64", []Layer{encrypt64}, "decrypted"},
		{"encrypted, GCM", []Layer{gcm}, "decrypted"},
		{"signed, then encrypted", []Layer{sign, encrypt}, "decrypted, valid"},
		{"encrypted, then signed", []Layer{encrypt, sign}, "valid, decrypted"},
		{"triple-wrapped", []Layer{sign, encrypt, sign}, "valid, decrypted, valid"},
		{"triple-wrapped, opaque", []Layer{opaque, encrypt64, opaque64}, "valid, decrypted, valid"},
		{"two signers", []Layer{two}, "invalid (identity)"}, // bob is not the sender
	} {
		m := Message{From: "sip:alice@example.org", To: "sip:bob@example.net", Body: "Watson, come here.\n", Layers: test.layers}
		b, err := m.Bytes()
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		r := inspected(t, b, ca, bob)
		if len(r.Messages) != 1 {
			t.Fatalf("%s: %d messages", test.name, len(r.Messages))
		}
		if got := seals(r.Messages[0].Body); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
		for _, f := range r.Findings {
			if f.Severity == report.SeverityError && test.name != "two signers" {
				t.Errorf("%s: %s: %s", test.name, f.Code, f.Detail)
			}
		}
		// In every form it is the same message.
		for _, form := range Forms {
			other := must(InForm(b, form.Name, time.Now()))(t)
			// What is printed as RFCs do has marks in it, which to undo is a repair.
			again := inspectedWith(t, other, ca, bob, form.Name != "text")
			if len(again.Messages) != 1 {
				t.Errorf("%s as %s: %d messages", test.name, form.Name, len(again.Messages))
				continue
			}
			if got := seals(again.Messages[0].Body); got != test.want {
				t.Errorf("%s as %s: %q, want %q", test.name, form.Name, got, test.want)
			}
		}
	}
}

// TestEd25519: openssl 3.0 does not verify Ed25519 in CMS, so the inspector does.
func TestEd25519(t *testing.T) {
	ca, alice, bob := cast(t, "Ed25519")
	for _, bare := range []bool{false, true} {
		m := Message{From: "sip:alice@example.org", To: "sip:bob@example.net", Body: "Hello!", Layers: []Layer{{Kind: LayerSign,
			Signers: []Signer{{Certificate: alice.cert, Key: alice.key, NoAttributes: bare}}, Attach: []Cert{alice.cert}}}}
		b := must(m.Bytes())(t)
		if got := seals(inspected(t, b, ca, bob).Messages[0].Body); got != "valid" {
			t.Error(got)
		}
	}
}

// TestInviteAndAIB: a session description, and an authenticated identity body beside
// it (RFC 3893).
func TestInviteAndAIB(t *testing.T) {
	ca, alice, bob := cast(t, "ECDSA P-256")
	sign := Layer{Kind: LayerSign, Signers: []Signer{{Certificate: alice.cert, Key: alice.key}}, Attach: []Cert{alice.cert}}
	m := Message{Method: "INVITE", From: "sip:alice@example.org", To: "sip:bob@example.net", Body: SDP, Layers: []Layer{sign},
		Headers: []string{"Subject: Lunch", "Max-Forwards: 69", "Call-ID: one@example.org"}}
	b := must(m.Bytes())(t)
	r := inspected(t, b, ca, bob)
	if got := seals(r.Messages[0].Body); got != "valid" || r.Messages[0].Body.Children[0].Type != "application/sdp" {
		t.Errorf("%s\n%s", got, b)
	}
	for _, h := range []string{"\r\nSubject: Lunch\r\n", "\r\nMax-Forwards: 69\r\n", "\r\nCall-ID: one@example.org\r\n"} {
		if bytes.Count(b, []byte(h)) != 1 {
			t.Errorf("no %q in %s", h, b)
		}
	}
	m.AIB = true
	b = must(m.Bytes())(t)
	body := inspected(t, b, ca, bob).Messages[0].Body
	if body.Type != "multipart/mixed" || len(body.Children) != 2 || body.Children[1].Signature == nil {
		t.Fatalf("%+v", body)
	}
	if s := body.Children[1].Signature; s.Verdict != "valid" {
		t.Errorf("the AIB: %s (%s)", s.Verdict, s.Reason)
	}
	frag := body.Children[1].Children[0]
	if frag.Type != "message/sipfrag" || frag.Disposition != "aib" {
		t.Errorf("%+v", frag)
	}
	m.Status, m.AIB = 200, false
	b = must(m.Bytes())(t)
	if !bytes.HasPrefix(b, []byte("SIP/2.0 200 OK\r\n")) || bytes.Contains(b, []byte("Max-Forwards: 70")) {
		t.Errorf("%s", b)
	}
}

// TestCapture: tcpdump's format, by the judge that is at hand.
func TestCapture(t *testing.T) {
	b := must(Capture([]byte("MESSAGE sip:bob@example.net SIP/2.0\r\n\r\n"), time.Unix(1700000000, 0)))(t)
	if len(b) != 24+16+14+20+8+39 {
		t.Errorf("%d bytes", len(b))
	}
	// The checksum of an IPv4 header sums to all ones with itself (RFC 1071).
	sum := 0
	for i := 24 + 16 + 14; i < 24+16+14+20; i += 2 {
		sum += int(b[i])<<8 | int(b[i+1])
	}
	if sum = sum&0xffff + sum>>16; sum != 0xffff {
		t.Errorf("the checksum is off: %x", sum)
	}
	if _, err := Capture(make([]byte, 66000), time.Now()); err == nil {
		t.Error("a datagram of 66000 bytes")
	}
	if path, err := exec.LookPath("tcpdump"); err == nil {
		dir := t.TempDir()
		put(t, dir, "one.pcap", b)
		cmd := exec.Command(path, "-vv", "-n", "-r", "one.pcap")
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "192.0.2.1.5060 > 192.0.2.2.5060") {
			t.Errorf("%v %s", err, out)
		}
	}
}
