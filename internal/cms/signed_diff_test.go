package cms

// SignedData made by openssl in all its variants: each must verify here, and must not
// with one bit changed at any place that matters. What openssl makes of the same
// bytes is compared each time.

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

type signedCase struct {
	name     string
	signers  []string
	args     []string
	detached bool
	noattr   bool
}

func signedCases() []signedCase {
	var cases []signedCase
	add := func(name string, signers []string, args ...string) {
		c := signedCase{name: name, signers: signers, args: args, detached: true}
		for _, a := range args {
			c.detached = c.detached && a != "-nodetach" && a != "-stream"
			c.noattr = c.noattr || a == "-noattr"
		}
		cases = append(cases, c)
	}
	shapes := map[string][]string{
		"detached":        nil,
		"opaque":          {"-nodetach"},
		"detached-noattr": {"-noattr"},
		"opaque-noattr":   {"-nodetach", "-noattr"},
	}
	for shape, args := range shapes {
		for _, md := range []string{"md5", "sha1", "sha224", "sha256", "sha384", "sha512"} {
			add("rsa-"+md+"-"+shape, []string{"alice"}, append([]string{"-md", md}, args...)...)
			if md != "md5" {
				for _, curve := range []string{"p256", "p384", "p521"} {
					add(curve+"-"+md+"-"+shape, []string{curve}, append([]string{"-md", md}, args...)...)
				}
				add("pss-"+md+"-"+shape, []string{"alice"}, append([]string{"-md", md, "-keyopt", "rsa_padding_mode:pss"}, args...)...)
			}
		}
	}
	for i, args := range [][]string{
		{"-keyid"}, {"-nocerts"}, {"-nodetach", "-stream"}, {"-nodetach", "-stream", "-noattr"}, {"-stream"},
		{"-nosmimecap"}, {"-cades"}, {"-cades", "-md", "sha1"}, {"-nodetach", "-econtent_type", "1.2.840.113549.1.9.16.1.4"},
		{"-keyid", "-nocerts", "-nodetach"}, {"-receipt_request_all", "-receipt_request_to", "a@b"},
	} {
		for _, who := range []string{"alice", "p256"} {
			add(fmt.Sprintf("option-%d-%s", i, who), []string{who}, args...)
		}
	}
	for i, opt := range []string{"rsa_pss_saltlen:0", "rsa_pss_saltlen:max", "rsa_pss_saltlen:digest", "rsa_mgf1_md:sha1"} {
		add(fmt.Sprintf("pss-option-%d", i), []string{"bob"}, "-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", opt)
	}
	add("two-signers", []string{"alice", "p256"}, "-md", "sha256")
	add("three-signers", []string{"alice", "bob", "p384"}, "-nodetach", "-md", "sha384")
	add("two-signers-noattr", []string{"alice", "bob"}, "-noattr")
	return cases
}

// make has openssl make the message.
func (c signedCase) make(t *testing.T, dir, content string) []byte {
	args := []string{"-sign", "-in", content}
	for _, s := range c.signers {
		args = append(args, "-signer", parties()[s].certFile, "-inkey", parties()[s].keyFile)
		// Options of a key stand after its signer.
		for i, a := range c.args {
			if a == "-keyopt" {
				args = append(args, "-keyopt", c.args[i+1])
			}
		}
	}
	for i := 0; i < len(c.args); i++ {
		if c.args[i] == "-keyopt" {
			i++
			continue
		}
		args = append(args, c.args[i])
	}
	return opensslMake(t, dir, args...)
}

// opensslVerifies asks openssl whether all signers of a message verify, with their
// certificates from outside.
func opensslVerifies(t *testing.T, dir string, message, content []byte, detached bool, signers []string) bool {
	t.Helper()
	args := []string{"-verify", "-binary", "-inform", "DER", "-in", write(t, dir, "judge.der", message), "-noverify", "-nointern", "-out", os.DevNull}
	var certs []byte
	for _, s := range signers {
		b, err := os.ReadFile(parties()[s].certFile)
		if err != nil {
			t.Fatal(err)
		}
		certs = append(certs, b...)
	}
	args = append(args, "-certfile", write(t, dir, "judge.pem", certs))
	if detached {
		args = append(args, "-content", write(t, dir, "judge.txt", content))
	}
	return openssl(args...) == nil
}

// holds gives our answer: all signers are found and verify.
func holds(message, content []byte, detached bool, signers []string) bool {
	m, err := Parse(message)
	if err != nil || m.Signed == nil || len(m.Signed.Signers) == 0 {
		return false
	}
	if !detached {
		content = m.Signed.Content.Content
	}
	for _, s := range m.Signed.Signers {
		cert := s.FindCertificate(pool(signers...))
		if cert == nil || !s.Verify(content, cert).Holds() {
			return false
		}
	}
	return true
}

var testContent = []byte("Content-Type: text/plain\r\n\r\nHello, this is what was signed and sealed: Grüße.\r\n")

func TestSignedByOpenSSL(t *testing.T) {
	needOpenSSL(t)
	if n := len(signedCases()) + len(envelopedCases()); n < 200 {
		t.Errorf("only %d messages are made by openssl", n)
	}
	for _, c := range signedCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			message := c.make(t, dir, write(t, dir, "content", testContent))
			m, err := Parse(message)
			if err != nil || m.Signed == nil || len(m.Signed.Signers) != len(c.signers) || m.Bare || m.Trailing[0] != len(message) {
				t.Fatalf("%v %+v", err, m)
			}
			for _, p := range m.Problems {
				// OpenSSL writes version 1 where the type of the content asks for 3; see also
				// its indefinite lengths, which nothing forbids.
				if p.Code != "version" {
					t.Errorf("%s: %s", p.Code, p.Error())
				}
			}
			d := m.Signed
			if d.Content.Detached != c.detached || !c.detached && !bytes.Equal(d.Content.Content, testContent) {
				t.Fatalf("content: %+v", d.Content)
			}
			for i, s := range d.Signers {
				cert := s.FindCertificate(pool())
				if cert == nil || !names(c.signers, cert.Subject.CommonName()) {
					t.Fatalf("signer %d: certificate %v", i, cert)
				}
				v := s.Verify(testContent, cert)
				if !v.Holds() || len(v.Problems) > 0 || v.Unsupported != "" {
					t.Errorf("signer %d: %+v", i, v)
				}
				if !bytes.Equal(v.ComputedDigest, v.SignedDigest) || v.ComputedDigest == nil {
					t.Errorf("signer %d: digests %x and %x", i, v.ComputedDigest, v.SignedDigest)
				}
				if s.SignedAttrs.Ok() == c.noattr {
					t.Errorf("signer %d: signed attributes", i)
				}
				if _, ok := s.SigningTime(); ok == c.noattr {
					t.Errorf("signer %d: signingTime", i)
				}
				wrong := parties()["mallory"].cert
				if v := s.Verify(testContent, wrong); !v.Signature.fails() {
					t.Errorf("signer %d with another certificate: %+v", i, v)
				}
				for _, other := range d.Signers {
					if other != s && other.FindCertificate(pool()) == cert {
						t.Errorf("signer %d is found twice", i)
					}
				}
			}
			if !opensslVerifies(t, dir, message, testContent, c.detached, c.signers) {
				t.Error("openssl does not verify its own message")
			}
			c.changes(t, dir, message, m)
		})
	}
}

func names(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}

// place is a byte to be changed, and what must come of it.
type place struct {
	name string
	at   int
	want func(v Verification) bool
}

// changes flips one bit at every place that matters to the first signer. What is
// asked for is more than a refusal: the outcome must name the right culprit.
func (c signedCase) changes(t *testing.T, dir string, message []byte, m *Message) {
	s := m.Signed.Signers[0]
	var places []place
	add := func(name string, r [2]int, want func(v Verification) bool) {
		if r[1] > r[0] {
			places = append(places, place{name, r[0], want}, place{name, r[1] - 1, want}, place{name, (r[0] + r[1]) / 2, want})
		}
	}
	signatureFails := func(v Verification) bool { return v.Signature.fails() }
	// With attributes, or with RSA PKCS #1 v1.5, it can be told that the content is what
	// changed, and that the signature is sound.
	content := func(v Verification) bool { return v.Digest.fails() && v.Signature.holds() }
	if c.noattr && (s.SignatureAlgorithm.OID == oid.RSASSAPSS || strings.HasPrefix(c.signers[0], "p")) {
		content = signatureFails
	}
	if !c.detached {
		r := m.Signed.Content.Range
		if m.Signed.Content.Chunked {
			r = m.Signed.Content.Value.First().Next().First().First().ContentRange()
		}
		add("content", r, content)
	}
	for _, a := range s.Signed {
		for _, v := range a.Values {
			switch a.OID {
			case oid.MessageDigest:
				add(a.Name, v.ContentRange(), func(v Verification) bool { return v.Digest.fails() && v.Signature.fails() })
			case oid.ContentType, oid.SigningTime:
				add(a.Name, v.ContentRange(), func(v Verification) bool { return v.Digest.holds() && v.Signature.fails() })
			default:
				places = append(places, place{a.Name, v.Range()[1] - 1, func(v Verification) bool { return !v.Holds() && v.Digest.holds() }})
			}
		}
	}
	add("signature", s.SignatureValue.ContentRange(), signatureFails)
	refused := func(v Verification) bool { return !v.Holds() }
	places = append(places, place{"digest algorithm", s.DigestAlgorithm.Value.First().ContentRange()[1] - 1, refused})

	for i, p := range places {
		changed := flip(message, p.at)
		cm, err := Parse(changed)
		if err != nil || cm.Signed == nil || len(cm.Signed.Signers) != len(c.signers) {
			continue // the structure itself broke: no verdict, and not valid
		}
		cs := cm.Signed.Signers[0]
		content := testContent
		if !c.detached {
			content = cm.Signed.Content.Content
		}
		v := cs.Verify(content, parties()[c.signers[0]].cert)
		// The order of the signers is not that of the command line.
		if cert := s.FindCertificate(pool()); cert != nil {
			v = cs.Verify(content, cert)
		}
		if !p.want(v) {
			t.Errorf("%s changed at byte %d: digest %+v, signature %+v", p.name, p.at, v.Digest, v.Signature)
		}
		// Openssl is asked once a place. It takes a digest algorithm that it does not know
		// for the one that the signature uses when content is detached; by RFC 5652
		// section 5.4 the digest is the one that is named.
		if last := i+1 == len(places) || places[i+1].name != p.name; last && p.name != "digest algorithm" &&
			opensslVerifies(t, dir, changed, testContent, c.detached, c.signers) {
			t.Errorf("%s changed at byte %d: openssl verifies it", p.name, p.at)
		}
	}
	if c.detached {
		for _, at := range []int{0, len(testContent) / 2, len(testContent) - 1} {
			v := s.Verify(flip(testContent, at), s.FindCertificate(pool()))
			if !content(v) {
				t.Errorf("content changed at byte %d: digest %+v, signature %+v", at, v.Digest, v.Signature)
			}
		}
	}
}

// TestEveryByte changes every byte of some messages: wherever the message is still
// valid here, it must be so for openssl. For the first one it is also the other way
// round, but for the type of the content and the name of the signature algorithm, at
// which openssl does not look.
func TestEveryByte(t *testing.T) {
	needOpenSSL(t)
	parties()
	for _, c := range []signedCase{
		{name: "attributes", signers: []string{"p256"}, args: []string{"-nodetach", "-nosmimecap", "-nocerts"}},
		{name: "no attributes", signers: []string{"alice"}, args: []string{"-nodetach", "-noattr", "-nocerts"}, noattr: true},
		{name: "pss", signers: []string{"alice"}, args: []string{"-nodetach", "-nocerts", "-keyopt", "rsa_padding_mode:pss"}},
		{name: "stream", signers: []string{"p256"}, args: []string{"-nodetach", "-nocerts", "-stream", "-keyid"}},
		{name: "two signers", signers: []string{"p256", "p384"}, args: []string{"-nodetach", "-nocerts"}},
		{name: "detached", signers: []string{"p256"}, args: []string{"-nocerts", "-nosmimecap"}, detached: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			message := c.make(t, dir, write(t, dir, "content", testContent))
			if !holds(message, testContent, c.detached, c.signers) {
				t.Fatal("it does not hold unchanged")
			}
			m, err := Parse(message)
			if err != nil {
				t.Fatal(err)
			}
			ignored := [][2]int{m.Signed.Content.Value.First().Range(), m.Signed.Signers[0].SignatureAlgorithm.Value.First().Range()}
			valid := 0
			for at := range message {
				changed := flip(message, at)
				if !holds(changed, testContent, c.detached, c.signers) {
					if c.name == "attributes" && !within(ignored, at) && opensslVerifies(t, dir, changed, testContent, c.detached, c.signers) {
						t.Errorf("changed at byte %d of %d: valid for openssl and not here: %x", at, len(message), changed[max(at-6, 0):at+6])
					}
					continue
				}
				valid++
				if !opensslVerifies(t, dir, changed, testContent, c.detached, c.signers) {
					t.Errorf("changed at byte %d of %d: valid here and not for openssl: %x", at, len(message), changed[max(at-6, 0):at+6])
				}
			}
			t.Logf("%d of %d bytes may change", valid, len(message))
		})
	}
}

func within(ranges [][2]int, at int) bool {
	for _, r := range ranges {
		if at >= r[0] && at < r[1] {
			return true
		}
	}
	return false
}

// TestCertificatesOnly reads the degenerate case of SignedData (RFC 5652 section 5.1).
func TestCertificatesOnly(t *testing.T) {
	needOpenSSL(t)
	dir := t.TempDir()
	out := filepath.Join(dir, "certs.p7b")
	run := opensslProgram("crl2pkcs7", "-nocrl", "-certfile", parties()["alice"].certFile, "-certfile", parties()["p256"].certFile, "-outform", "DER", "-out", out)
	if run != nil {
		t.Fatal(run)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(b)
	if err != nil || m.Signed == nil {
		t.Fatal(err)
	}
	if len(m.Signed.Certificates) != 2 || len(m.Signed.Signers) != 0 || !m.Signed.Content.Detached {
		t.Errorf("%+v", m.Signed)
	}
	if !bytes.Equal(m.Signed.Certificates[0].Raw(), parties()["alice"].cert.Raw) {
		t.Error("the first certificate is not the one that was put in")
	}
}

// TestKeysForPSSOnly: the certificate's key says that it is for PSS alone (RFC 4055
// section 1.2), with parameters of its own or without.
func TestKeysForPSSOnly(t *testing.T) {
	needOpenSSL(t)
	dir := t.TempDir()
	for i, opts := range [][]string{nil, {"-pkeyopt", "rsa_pss_keygen_md:sha256", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256", "-pkeyopt", "rsa_pss_keygen_saltlen:32"}} {
		key, crt := filepath.Join(dir, "key"), filepath.Join(dir, "crt")
		args := append([]string{"req", "-x509", "-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048", "-nodes", "-keyout", key, "-out", crt, "-subj", "/CN=pss", "-days", "10"}, opts...)
		if err := opensslProgram(args...); err != nil {
			t.Fatal(err)
		}
		message := opensslMake(t, dir, "-sign", "-nodetach", "-in", write(t, dir, "content", testContent), "-signer", crt, "-inkey", key, "-keyopt", "rsa_padding_mode:pss", "-md", "sha256")
		file, err := os.ReadFile(crt)
		if err != nil {
			t.Fatal(err)
		}
		cert := pemCertificate(t, file)
		m, err := Parse(message)
		if err != nil || m.Signed == nil {
			t.Fatal(err)
		}
		s := m.Signed.Signers[0]
		if s.SignatureAlgorithm.OID != oid.RSASSAPSS || s.FindCertificate(pkix.NewPool(cert)) != cert {
			t.Fatalf("%d: %s", i, s.SignatureAlgorithm.Name())
		}
		if v := s.Verify(testContent, cert); !v.Holds() {
			t.Errorf("%d: %+v", i, v)
		}
		if v := s.Verify(testContent[1:], cert); v.Holds() {
			t.Errorf("%d: other content holds", i)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	for _, name := range []string{"p256", "ed25519", "alice"} {
		p := parties()[name]
		s := sealed{signer: p, content: testContent}
		s.attrs = s.usual()
		message := s.message(b)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				m, err := Parse(message)
				if err != nil || !m.Signed.Signers[0].Verify(testContent, p.cert).Holds() {
					b.Fatal("it does not hold")
				}
			}
		})
	}
}

// BenchmarkParse reads SignedData of a megabyte: one content, or many signers.
func BenchmarkParse(b *testing.B) {
	s := sealed{signer: parties()["p256"], content: make([]byte, 1<<20)}
	s.attrs = s.usual()
	info := s.info(b)
	many := bytes.Repeat(info, 1<<20/len(info))
	for name, message := range map[string][]byte{
		"content": s.message(b),
		"signers": contentInfo(oid.SignedData, der(0x30, integer(1), der(0x31, algID(oid.SHA256)), der(0x30, oidTLV(oid.Data)), der(0x31, many))),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(message)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(message); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
