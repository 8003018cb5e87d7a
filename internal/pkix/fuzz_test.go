package pkix

// Fuzzing every function that reads input. Beside not panicking, what comes out must
// hang together.

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/vectors"
)

// objects are all values in the files that there are to read, those among them that
// the maker of certificates made.
func objects(f *testing.F) (all [][]byte) {
	f.Helper()
	for _, file := range vectors.All(f) {
		all = append(all, vectors.Objects(file)...)
	}
	return all
}

func FuzzParseCertificate(f *testing.F) {
	for _, object := range objects(f) {
		f.Add(object)
	}
	// Signatures are verified.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 2_000, Base: 4 << 20}, func(t *testing.T, der []byte) {
		c, err := ParseCertificate(der)
		if c == nil {
			if err == nil {
				t.Fatal("neither a certificate nor an error")
			}
			return
		}
		if !bytes.HasPrefix(der, c.Raw) || !bytes.Contains(c.Raw, c.TBS) {
			t.Error("the certificate is not part of the input")
		}
		for _, p := range c.Problems {
			if p.Offset < -1 || p.Offset > len(der) || p.Detail == "" {
				t.Errorf("problem %+v in %d bytes", p, len(der))
			}
		}
		for _, n := range c.AltNames {
			if n.Range[0] >= 0 && (n.Range[1] > len(der) || n.Range[0] > n.Range[1]) {
				t.Errorf("the name %+v in %d bytes", n, len(der))
			}
		}
		if !c.Subject.Equal(c.Subject) {
			t.Error("the subject is not equal to itself")
		}
		text := X509Text(c, TextOpenSSL) + X509Text(c, TextRFC6216)
		if !strings.Contains(text, "Validity") {
			t.Error("the text has no validity")
		}
		r := BuildChain(c, ChainInput{Known: NewPool(c), Anchors: Bundled(), At: 1300000000})
		if len(r.Links) == 0 || r.Chain.Detail == "" || r.Validity.OK == nil {
			t.Errorf("the chain is %+v", r)
		}
		if err != nil && r.Chain.OK != nil && *r.Chain.OK {
			t.Errorf("a chain holds for what has the error %v", err)
		}
		if ok, identities, _ := SpeaksForURI(c, "sip:fluffy@example.com"); ok && len(identities) == 0 {
			t.Error("it speaks for an address without having one")
		}
		CheckTLS(c, "example.com", TLSOptions{Chain: &r})
	}))
}

func FuzzParseCRL(f *testing.F) {
	root := issue(f, "fuzz root", nil, ca)
	leaf := issue(f, "fuzz leaf", root, nil)
	for _, object := range objects(f) {
		f.Add(object)
	}
	f.Add(revoke(f, root, nil, leaf).Raw)
	f.Add(revoke(f, root, nil).Raw)
	f.Fuzz(cost.Held(cost.Bound{PerByte: 2_000, Base: 4 << 20}, func(t *testing.T, der []byte) {
		c, err := ParseCRL(der)
		if c == nil {
			if err == nil {
				t.Fatal("neither a CRL nor an error")
			}
			return
		}
		for _, e := range c.Revoked {
			if c.Find(e.Serial) == nil {
				t.Errorf("the entry %x is not found", e.Serial)
			}
			if e.Range[0] < 0 || e.Range[1] > len(der) {
				t.Errorf("an entry lies at %v of %d bytes", e.Range, len(der))
			}
		}
		if !strings.HasPrefix(CRLText(c), "Certificate Revocation List") {
			t.Error("the text begins otherwise")
		}
		BuildChain(leaf.ours, ChainInput{Anchors: []*Certificate{root.ours}, CRLs: []*CRL{c}, At: noon.Unix()})
	}))
}

func FuzzReadKeys(f *testing.F) {
	for _, file := range vectors.All(f) {
		f.Add(file)
	}
	for _, object := range objects(f) {
		f.Add(object)
	}
	f.Add([]byte("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nMAMCAQU=\n-----END RSA PRIVATE KEY-----\n"))
	// From a private key the public one is computed.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 5_000, Base: 8 << 20}, func(t *testing.T, data []byte) {
		k := ReadKeys(nil, data, "fuzz", []string{"secret"})
		blocks, _ := FindPEM(data)
		if k.Empty() && len(k.Problems) == 0 && len(bytes.TrimSpace(data)) > 0 && !bytes.Contains(data, []byte("PARAMETERS")) &&
			!bytes.Contains(data, []byte{6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7}) && len(blocks) == 0 {
			t.Error("nothing was found, and nothing is said about it")
		}
		if len(k.CertificateRanges) != len(k.Certificates) {
			t.Errorf("%d ranges for %d certificates", len(k.CertificateRanges), len(k.Certificates))
		}
		for _, r := range k.CertificateRanges {
			if r[0] < 0 || r[1] > len(data) || r[0] >= r[1] {
				t.Errorf("a certificate lies at %v of %d bytes", r, len(data))
			}
		}
		for _, p := range k.Private {
			if p.PrivateKey == nil || p.Public == nil {
				t.Error("a private key without its public one")
			}
		}
	}))
}

func FuzzName(f *testing.F) {
	f.Add(nameOf(rdn(attribute(cn, utf8Tag, "Alice"), attribute(org, printable, "Example"))).Raw)
	for _, c := range Bundled() {
		f.Add(c.Subject.Raw)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 1 << 20}, func(t *testing.T, der []byte) {
		n := ReadName(ber.ParseOne(der).Root())
		again := ReadName(ber.ParseOne(bytes.Clone(der)).Root())
		if !n.Equal(again) || n.String() != again.String() {
			t.Error("a name differs from itself")
		}
		for _, s := range []string{n.String(), n.OneLine(), n.spaced()} {
			if strings.ContainsAny(s, "\x00\r\n") {
				t.Errorf("%q is not one line", s)
			}
		}
	}))
}

func FuzzSIPURI(f *testing.F) {
	for _, s := range []string{"sip:fluffy@example.com", "sips:a%3Ab@[::1]:5061;transport=tcp?x=y", "im:x@y", "sip:;@;"} {
		f.Add(s)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, s string) {
		u, ok := parseSIPURI(s)
		if ok && (u.host == "" || u.scheme == "") {
			t.Errorf("%q is read %+v", s, u)
		}
		if SameURI(s, s) != ok {
			t.Errorf("%q: it can be read: %v, it is the same as itself: %v", s, ok, !ok)
		}
	}))
}
