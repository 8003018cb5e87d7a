package cms

// Envelopes made by openssl for every kind of recipient and cipher: each must open
// here with the right key, stay closed with a wrong one, and never open to its
// content with one bit changed at any place that matters.

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
)

type envelopedCase struct {
	name string
	args []string
	// rings open the envelope, each alone. decoys must not.
	rings  []Keyring
	decoys []Keyring
	kind   string
	// noIdentity says that nothing identifies the recipient, so that damage cannot be told
	// from a wrong key.
	noIdentity bool
	// decrypt are the arguments with which openssl opens it.
	decrypt []string
}

func (p *party) keyOnly() Keyring { return Keyring{Private: p.ring().Private} }

const secretHex = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

func secretKey(size int) []byte {
	b := make([]byte, size)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

func envelopedCases() []envelopedCase {
	everybody := parties()
	var cases []envelopedCase
	decoys := func() []Keyring {
		return []Keyring{
			{},
			everybody["mallory"].ring(), everybody["p256b"].ring(), everybody["x25519b"].keyOnly(),
			{Passwords: []string{"wrong"}, Secrets: []Secret{{ID: []byte{9}, Key: bytes.Repeat([]byte{9}, 16)}}},
		}
	}
	add := func(c envelopedCase) {
		if c.kind == "" {
			c.kind = KindEnvelopedData
		}
		c.decoys = decoys()
		cases = append(cases, c)
	}
	ciphers := []struct{ name, kind string }{
		{"aes-128-cbc", ""}, {"aes-192-cbc", ""}, {"aes-256-cbc", ""}, {"des3", ""},
		{"aes-128-gcm", KindAuthEnvelopedData}, {"aes-192-gcm", KindAuthEnvelopedData}, {"aes-256-gcm", KindAuthEnvelopedData},
	}
	recipient := func(p *party, cipher string, opts ...string) []string {
		args := []string{"-encrypt", "-" + cipher, "-recip", p.certFile}
		for _, o := range opts {
			args = append(args, "-keyopt", o)
		}
		return args
	}
	open := func(p *party) []string { return []string{"-recip", p.certFile, "-inkey", p.keyFile} }
	alice := everybody["alice"]
	for _, c := range ciphers {
		for name, opts := range map[string][]string{
			"pkcs1":        nil,
			"oaep":         {"rsa_padding_mode:oaep"},
			"oaep-sha256":  {"rsa_padding_mode:oaep", "rsa_oaep_md:sha256"},
			"oaep-mgf1":    {"rsa_padding_mode:oaep", "rsa_oaep_md:sha512", "rsa_mgf1_md:sha1"},
			"oaep-labeled": {"rsa_padding_mode:oaep", "rsa_oaep_md:sha384", "rsa_oaep_label:0a0b0c"},
		} {
			add(envelopedCase{name: "ktri-" + name + "-" + c.name, kind: c.kind, args: recipient(alice, c.name, opts...),
				rings: []Keyring{alice.ring(), alice.keyOnly()}, decrypt: open(alice)})
		}
		for _, name := range []string{"p256", "p384", "p521"} {
			p := everybody[name]
			add(envelopedCase{name: "kari-" + name + "-" + c.name, kind: c.kind, args: recipient(p, c.name),
				rings: []Keyring{p.ring(), p.keyOnly()}, decrypt: open(p)})
		}
		for _, size := range []int{16, 24, 32} {
			secret := Secret{ID: []byte{0xc0, 0xff, 0xee}, Key: secretKey(size), Name: "kek"}
			flags := []string{"-secretkey", secretHex[:2*size], "-secretkeyid", "C0FFEE"}
			add(envelopedCase{name: fmt.Sprintf("kekri-%d-%s", size, c.name), kind: c.kind,
				args:  append([]string{"-encrypt", "-" + c.name}, flags...),
				rings: []Keyring{{Secrets: []Secret{secret}}, {Secrets: []Secret{{Key: secret.Key}}}}, decrypt: flags})
		}
		if c.kind == "" {
			flags := []string{"-pwri_password", "pässword"}
			add(envelopedCase{name: "pwri-" + c.name, kind: c.kind, args: append([]string{"-encrypt", "-" + c.name}, flags...),
				rings: []Keyring{{Passwords: []string{"x", "pässword"}}}, noIdentity: true, decrypt: flags})
			if size := map[string]int{"aes-128-cbc": 16, "aes-192-cbc": 24, "aes-256-cbc": 32, "des3": 24}[c.name]; size > 0 {
				flags := []string{"-secretkey", secretHex[:2*size]}
				add(envelopedCase{name: "encrypted-data-" + c.name, kind: KindEncryptedData,
					args:  append([]string{"-EncryptedData_encrypt", "-" + c.name}, flags...),
					rings: []Keyring{{Secrets: []Secret{{Key: secretKey(size)}}}}, noIdentity: true, decrypt: nil})
			}
		}
	}
	for _, md := range []string{"sha1", "sha224", "sha256", "sha384", "sha512"} {
		for _, wrap := range []string{"-aes128-wrap", "-aes192-wrap", "-aes256-wrap", "-des3-wrap"} {
			p := everybody["p256"]
			cipher := "aes-256-cbc"
			if wrap == "-des3-wrap" {
				cipher = "des3"
			}
			add(envelopedCase{name: "kari-" + md + wrap, args: append(recipient(p, cipher, "ecdh_kdf_md:"+md), wrap),
				rings: []Keyring{p.ring(), p.keyOnly()}, decrypt: open(p)})
		}
		p := everybody["p384"]
		add(envelopedCase{name: "kari-cofactor-" + md, args: recipient(p, "aes-128-cbc", "ecdh_kdf_md:"+md, "ecdh_cofactor_mode:1"),
			rings: []Keyring{p.ring()}, decrypt: open(p)})
	}
	for _, bits := range []string{"rc2-40", "rc2-64", "rc2-128"} {
		add(envelopedCase{name: "ktri-" + bits, args: append(recipient(alice, bits), "-provider", "legacy", "-provider", "default"),
			rings: []Keyring{alice.ring()}, decrypt: append(open(alice), "-provider", "legacy", "-provider", "default")})
	}
	for _, name := range []string{"alice", "p256"} {
		p := everybody[name]
		add(envelopedCase{name: "keyid-" + name, args: append(recipient(p, "aes-128-cbc"), "-keyid"),
			rings: []Keyring{p.ring(), p.keyOnly()}, decrypt: open(p)})
		add(envelopedCase{name: "stream-" + name, args: append(recipient(p, "aes-128-cbc"), "-stream"),
			rings: []Keyring{p.ring(), p.keyOnly()}, decrypt: open(p)})
	}
	// Everybody at once, among recipients of other kinds.
	all := []string{"-encrypt", "-aes-128-cbc", "-secretkey", secretHex[:32], "-secretkeyid", "C0FFEE", "-pwri_password", "pw"}
	var rings []Keyring
	for _, name := range []string{"alice", "bob", "p256", "p384", "p521"} {
		all = append(all, "-recip", everybody[name].certFile)
		rings = append(rings, everybody[name].ring())
	}
	rings = append(rings, Keyring{Passwords: []string{"pw"}}, Keyring{Secrets: []Secret{{Key: secretKey(16), ID: []byte{0xc0, 0xff, 0xee}}}})
	add(envelopedCase{name: "everybody", args: all, rings: rings, decrypt: open(alice)})
	return cases
}

func TestEnvelopedByOpenSSL(t *testing.T) {
	needOpenSSL(t)
	for _, c := range envelopedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			message := opensslMake(t, dir, append([]string{c.args[0], "-in", write(t, dir, "content", testContent)}, c.args[1:]...)...)
			m, err := Parse(message)
			if err != nil || m.Enveloped == nil || m.Kind != c.kind || m.Trailing[0] != len(message) {
				t.Fatalf("%v %+v", err, m)
			}
			for _, p := range m.Problems {
				t.Errorf("%s: %s", p.Code, p.Error())
			}
			e := m.Enveloped
			for i, ring := range c.rings {
				d := e.Decrypt(ring)
				if d.Verdict != Decrypted || d.Reason != "" || !bytes.Equal(d.Content, testContent) {
					t.Fatalf("ring %d: %s %s %q", i, d.Verdict, d.Reason, d.Content)
				}
				if c.kind != KindEncryptedData && (d.Recipient < 0 || !d.Recipients[d.Recipient].Identified) {
					t.Errorf("ring %d: recipient %d", i, d.Recipient)
				}
				if d.Unauthenticated == (c.kind == KindAuthEnvelopedData) {
					t.Errorf("unauthenticated: %v", d.Unauthenticated)
				}
				// Wrong keys beside the right one change nothing.
				for _, decoy := range c.decoys {
					mixed := Keyring{append(decoy.Private, ring.Private...), everybody(decoy.Certificates, ring.Certificates),
						append(decoy.Passwords, ring.Passwords...), append(decoy.Secrets, ring.Secrets...), nil}
					if d := e.Decrypt(mixed); d.Verdict != Decrypted && c.kind != KindEncryptedData {
						t.Errorf("ring %d with decoys: %s %s", i, d.Verdict, d.Reason)
					}
				}
			}
			for i, ring := range c.decoys {
				d := e.Decrypt(ring)
				if c.kind == KindEncryptedData && d.Verdict == Decrypted && !bytes.Equal(d.Content, testContent) {
					continue // one wrong key in 256 gives good padding, and nothing else can tell
				}
				if d.Verdict != NoKey || d.Content != nil || d.Reason == "" {
					t.Errorf("decoy %d: %s %s", i, d.Verdict, d.Reason)
				}
			}
			c.changes(t, message, e)
		})
	}
}

// changes flips one bit at every place that matters. What must come of it depends on
// the place:
//
//   - Encrypted key, and what the key-encryption key is derived from: the recipient is
//     known to be ours, so the verdict is "failed"; of a password it is "no-key".
//   - Ciphertext, nonce and tag of authenticated encryption: "failed".
//   - Ciphertext in CBC mode: nothing authenticates it. The last blocks mostly break the
//     padding, which is "failed"; all else opens, to something that is not the content.
//   - Initialization vector in CBC mode: opens, to content whose first block is changed.
func (c envelopedCase) changes(t *testing.T, message []byte, e *EnvelopedData) {
	ring := c.rings[0]
	first := e.Decrypt(ring).Recipient
	check := func(name string, at int, want func(d Decryption) bool) {
		m, err := Parse(flip(message, at))
		if err != nil || m.Enveloped == nil {
			return // the structure itself broke: nothing opens
		}
		d := m.Enveloped.Decrypt(ring)
		if bytes.Equal(d.Content, testContent) || !want(d) {
			t.Errorf("%s changed at byte %d: %s %s %q", name, at, d.Verdict, d.Reason, d.Content)
		}
	}
	ends := func(name string, r [2]int, want func(d Decryption) bool) {
		if r[1] > r[0] {
			for _, at := range []int{r[0], (r[0] + r[1]) / 2, r[1] - 1} {
				check(name, at, want)
			}
		}
	}
	verdict := func(v string) func(d Decryption) bool {
		return func(d Decryption) bool { return d.Verdict == v && d.Reason != "" && d.Content == nil }
	}
	ours := verdict(Failed)
	if c.noIdentity {
		ours = verdict(NoKey)
	}
	if first >= 0 {
		r := e.Recipients[first]
		ends("encrypted key", r.KeyValue.ContentRange(), ours)
		if r.Type == KeyAgreement {
			check("originator key", r.Originator.Value.Range()[1]-1, ours)
		}
		if r.Derivation.Params.Ok() {
			check("salt", r.Derivation.Params.First().ContentRange()[0], ours)
		}
	}
	anything := func(d Decryption) bool {
		return d.Verdict == Decrypted || d.Verdict == Failed || c.noIdentity && d.Verdict == NoKey
	}
	iv := e.Algorithm.Params
	if iv.Is(ber.TagSequence) {
		for iv = iv.First(); !iv.Is(ber.TagOctetString); iv = iv.Next() {
		}
	}
	ciphertext := e.EncryptedRange
	if e.Chunked {
		ciphertext = e.Value.First().Next().Next().First().Next().Next().First().ContentRange()
	}
	if c.kind == KindAuthEnvelopedData {
		ends("nonce", iv.ContentRange(), ours)
		ends("ciphertext", ciphertext, ours)
		ends("tag", e.MAC.ContentRange(), ours)
		return
	}
	ends("ciphertext", ciphertext, anything)
	ends("initialization vector", iv.ContentRange(), func(d Decryption) bool {
		// The rest of the content is as it was: CBC says nothing.
		return d.Verdict == Decrypted && bytes.HasSuffix(d.Content, testContent[16:])
	})
}

// TestEnvelopesCrossChecked changes every byte of some messages and has openssl open
// them: whatever openssl opens, comes out the same here. (More comes out here: openssl
// refuses envelopes with, say, a damaged name in them.)
func TestEnvelopesCrossChecked(t *testing.T) {
	needOpenSSL(t)
	for _, c := range envelopedCases() {
		switch c.name {
		case "ktri-oaep-sha256-aes-128-gcm", "kari-p256-aes-128-cbc", "kekri-16-aes-256-cbc":
		default:
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			message := opensslMake(t, dir, append([]string{c.args[0], "-in", write(t, dir, "content", testContent)}, c.args[1:]...)...)
			// How many bits of the originator's key are unused: openssl takes four of them off
			// and puts zeros there, which one key in sixteen has there anyway.
			unused := -1
			if m, err := Parse(message); err != nil {
				t.Fatal(err)
			} else if o := m.Enveloped.Recipients[0].Originator; o.PublicKey != nil {
				unused = bytes.Index(message, o.PublicKey) - 1
			}
			both := 0
			for at := range message {
				if at == unused {
					continue
				}
				changed := flip(message, at)
				out := write(t, dir, "opened", nil)
				args := append([]string{"-decrypt", "-binary", "-inform", "DER", "-in", write(t, dir, "changed.der", changed), "-out", out}, c.decrypt...)
				if openssl(args...) != nil {
					continue
				}
				m, err := Parse(changed)
				if err == nil && m.Enveloped != nil && m.Enveloped.MAC.Ok() {
					// Openssl does not look at the length of the tag that the parameters state, and
					// RFC 5084 section 3.2 has 12 to 16.
					if p, err := algo.ReadAEADParams(m.Enveloped.Algorithm); err != nil || p.TagSize != 16 {
						continue
					}
				}
				both++
				want, readErr := os.ReadFile(out)
				if readErr != nil {
					t.Fatal(readErr)
				}
				if err != nil || m.Enveloped == nil {
					t.Errorf("changed at byte %d of %d: openssl opens it, and here it cannot be read: %v", at, len(message), err)
				} else if d := m.Enveloped.Decrypt(c.rings[0]); d.Verdict != Decrypted || !bytes.Equal(d.Content, want) {
					t.Errorf("changed at byte %d of %d: openssl opens it, and here: %s %s", at, len(message), d.Verdict, d.Reason)
				}
			}
			t.Logf("openssl opens %d of %d", both, len(message))
		})
	}
}
