package pkix

// Hierarchies of certificates made for tests, and OpenSSL as a second opinion on
// them.

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// noon is the time at which test chains are judged.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// testKey gives the same key for the same name within one run.
var testKey = func() func(name string) crypto.Signer {
	var mu sync.Mutex
	keys := map[string]crypto.Signer{}
	return func(name string) crypto.Signer {
		mu.Lock()
		defer mu.Unlock()
		if keys[name] == nil {
			var err error
			if strings.HasPrefix(name, "rsa") {
				keys[name], err = rsa.GenerateKey(rand.Reader, 2048)
			} else {
				keys[name], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			}
			if err != nil {
				panic(err)
			}
		}
		return keys[name]
	}
}()

// person is a certificate with the name of its key.
type person struct {
	key  string
	cert *x509.Certificate
	ours *Certificate
}

var serialNumbers int64 = 100

// issue makes a certificate for the key called name, signed by issuer, or by itself
// when issuer is nil. edit changes what is usual.
func issue(t testing.TB, name string, issuer *person, edit func(*x509.Certificate)) *person {
	t.Helper()
	serialNumbers++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serialNumbers),
		Subject:      pkix.Name{Organization: []string{"Test"}, CommonName: name},
		NotBefore:    noon.AddDate(-1, 0, 0),
		NotAfter:     noon.AddDate(1, 0, 0),
		SubjectKeyId: []byte(name),
	}
	if edit != nil {
		edit(template)
	}
	if template.SubjectKeyId != nil && len(template.SubjectKeyId) == 0 {
		template.SubjectKeyId = nil
	}
	parent, signer := template, testKey(name)
	if issuer != nil {
		parent, signer = issuer.cert, testKey(issuer.key)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, testKey(name).Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	p := &person{key: name}
	if p.cert, err = x509.ParseCertificate(der); err != nil {
		// What crypto/x509 makes and does not read is still a certificate.
		p.cert = template
		p.cert.Raw = der
	}
	if p.ours, err = ParseCertificate(der); err != nil {
		t.Logf("%s: %v", name, err)
	}
	return p
}

// ca makes a certificate a CA's.
func ca(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.MaxPathLen = true, true, -1
	c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

// with puts edits together.
func with(edits ...func(*x509.Certificate)) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		for _, e := range edits {
			e(c)
		}
	}
}

// revoke makes a CRL of issuer that lists the certificates given.
func revoke(t testing.TB, issuer *person, edit func(*x509.RevocationList), listed ...*person) *CRL {
	t.Helper()
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: noon.AddDate(0, 0, -1), NextUpdate: noon.AddDate(0, 1, 0)}
	for _, p := range listed {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{
			SerialNumber: p.cert.SerialNumber, RevocationTime: noon.AddDate(0, 0, -2), ReasonCode: 1,
		})
	}
	if edit != nil {
		edit(l)
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, issuer.cert, testKey(issuer.key))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ParseCRL(der)
	if err != nil {
		t.Fatal(err)
	}
	return ours
}

// ours gives the certificates as this package reads them.
func ours(people ...*person) []*Certificate {
	var certs []*Certificate
	for _, p := range people {
		certs = append(certs, p.ours)
	}
	return certs
}

// hierarchy is one question: is leaf good?
type hierarchy struct {
	leaf           *person
	intermediates  []*person
	anchors        []*person
	crls           []*CRL
	at             time.Time
	opensslDiffers string // why OpenSSL answers otherwise, and is not followed
	opensslArgs    []string
}

func (h *hierarchy) build() ChainResult {
	at := h.at
	if at.IsZero() {
		at = noon
	}
	return BuildChain(h.leaf.ours, ChainInput{
		Known: NewPool(ours(h.intermediates...)...), Anchors: ours(h.anchors...), CRLs: h.crls, At: at.Unix(),
	})
}

// needOpenSSL skips a test where there is no OpenSSL.
func needOpenSSL(t testing.TB) {
	t.Helper()
	if testing.Short() {
		t.Skip("in short what other programs say is not asked")
	}
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is not installed")
		}
		t.Skip("openssl is not installed")
	}
}

func pemOf(blockType string, ders ...[]byte) []byte {
	var b bytes.Buffer
	for _, der := range ders {
		if err := pem.Encode(&b, &pem.Block{Type: blockType, Bytes: der}); err != nil {
			panic(err)
		}
	}
	return b.Bytes()
}

// openssl asks OpenSSL the same question, and gives its answer and what it said.
func (h *hierarchy) openssl(t testing.TB) (bool, string) {
	t.Helper()
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	raws := func(people []*person) [][]byte {
		var all [][]byte
		for _, p := range people {
			all = append(all, p.ours.Raw)
		}
		return all
	}
	at := h.at
	if at.IsZero() {
		at = noon
	}
	args := []string{"verify", "-partial_chain", "-attime", fmt.Sprint(at.Unix())}
	if len(h.anchors) > 0 {
		args = append(args, "-CAfile", file("anchors.pem", pemOf("CERTIFICATE", raws(h.anchors)...)))
	} else {
		args = append(args, "-no-CAfile", "-no-CApath", "-no-CAstore")
	}
	if len(h.intermediates) > 0 {
		args = append(args, "-untrusted", file("intermediates.pem", pemOf("CERTIFICATE", raws(h.intermediates)...)))
	}
	if len(h.crls) > 0 {
		var all []byte
		for _, l := range h.crls {
			all = append(all, pemOf("X509 CRL", l.Raw)...)
		}
		args = append(args, "-crl_check", "-CRLfile", file("crls.pem", all))
	}
	args = append(args, h.opensslArgs...)
	args = append(args, file("leaf.pem", pemOf("CERTIFICATE", h.leaf.ours.Raw)))
	out, err := exec.Command("openssl", args...).CombinedOutput()
	return err == nil, string(out)
}
