package pkix

// Certificates as crypto/x509 reads them, where it does.

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// testCertificates gives every certificate that is at hand, by name.
func testCertificates(t testing.TB) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	patterns := []string{
		filepath.Join(vectors.Root(), "testdata", "seeds", "*.pem"),
		filepath.Join(vectors.Root(), "testdata", "demo", "*.pem"),
	}
	if dir := vectors.Shared(); dir != "" {
		patterns = append(patterns, filepath.Join(dir, "rfc6216", "certs", "*cert*.pem"), filepath.Join(dir, "rfc4474", "*.cer"))
	}
	for _, pattern := range patterns {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			blocks, _ := FindPEM(data)
			for _, b := range blocks {
				if b.Type == "CERTIFICATE" {
					found[filepath.Base(path)] = b.Bytes
				}
			}
		}
	}
	if len(found) < 6 {
		t.Fatalf("only %d certificates to test with", len(found))
	}
	return found
}

func TestCertificateAsStandardLibrary(t *testing.T) {
	for name, der := range testCertificates(t) {
		t.Run(name, func(t *testing.T) {
			c, err := ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			want, err := x509.ParseCertificate(der)
			if err != nil {
				t.Skipf("crypto/x509 does not read it: %v", err)
			}
			compareCertificate(t, c, want)
		})
	}
}

// compareCertificate compares every field that crypto/x509 has too.
func compareCertificate(t *testing.T, c *Certificate, want *x509.Certificate) {
	t.Helper()
	same := func(what string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, and crypto/x509 says %v", what, got, want)
		}
	}
	same("version", c.Version, want.Version)
	serial := hex.EncodeToString(want.SerialNumber.Bytes())
	if serial == "" {
		serial = "00"
	}
	same("serial", c.SerialHex(), serial)
	same("not before", c.NotBefore, want.NotBefore.Unix())
	same("not after", c.NotAfter, want.NotAfter.Unix())
	same("tbs", bytes.Equal(c.TBS, want.RawTBSCertificate), true)
	same("issuer", bytes.Equal(c.Issuer.Raw, want.RawIssuer), true)
	same("subject", bytes.Equal(c.Subject.Raw, want.RawSubject), true)
	same("signature", bytes.Equal(c.Signature, want.Signature), true)
	same("subject key id", hex.EncodeToString(c.SubjectKeyID), hex.EncodeToString(want.SubjectKeyId))
	same("authority key id", hex.EncodeToString(c.AuthorityKeyID), hex.EncodeToString(want.AuthorityKeyId))
	same("basic constraints", c.BasicConstraints.Present, want.BasicConstraintsValid)
	same("ca", c.IsCA(), want.IsCA)
	if want.BasicConstraintsValid {
		pathLen := want.MaxPathLen
		same("path length", c.BasicConstraints.PathLen, pathLen)
	}
	same("key usage", int(c.KeyUsage), int(want.KeyUsage))
	same("purposes", len(c.ExtKeyUsage), len(want.ExtKeyUsage)+len(want.UnknownExtKeyUsage))
	same("extensions", len(c.Extensions), len(want.Extensions))
	for i := range min(len(c.Extensions), len(want.Extensions)) {
		same("extension", c.Extensions[i].OID.String(), want.Extensions[i].Id.String())
		same("critical", c.Extensions[i].Critical, want.Extensions[i].Critical)
		same("value", bytes.Equal(c.Extensions[i].Value, want.Extensions[i].Value), true)
	}
	var uris, hosts, emails, ips []string
	for _, n := range c.AltNames {
		switch n.Type {
		case NameURI:
			uris = append(uris, n.Value)
		case NameDNS:
			hosts = append(hosts, n.Value)
		case NameEmail:
			emails = append(emails, n.Value)
		case NameIP:
			ips = append(ips, n.Value)
		}
	}
	var wantURIs, wantIPs []string
	for _, u := range want.URIs {
		wantURIs = append(wantURIs, u.String())
	}
	for _, ip := range want.IPAddresses {
		wantIPs = append(wantIPs, ip.String())
	}
	same("URIs", strings.Join(uris, " "), strings.Join(wantURIs, " "))
	same("hosts", strings.Join(hosts, " "), strings.Join(want.DNSNames, " "))
	same("emails", strings.Join(emails, " "), strings.Join(want.EmailAddresses, " "))
	same("IPs", strings.Join(ips, " "), strings.Join(wantIPs, " "))
	same("policies", len(c.Policies), len(want.Policies))
}

func TestBundled(t *testing.T) {
	certs := Bundled()
	if len(certs) != 3 {
		t.Fatalf("%d certificates are bundled", len(certs))
	}
	for i, serial := range []string{"96a384174eef8a4c", "96a384174eef8a4f", "96a384174eef8a4d"} {
		if got := certs[i].SerialHex(); got != serial {
			t.Errorf("certificate %d has serial number %s, not %s", i, got, serial)
		}
		if err := certs[i].CheckSignature(certs[0]); err != nil {
			t.Errorf("the signature of certificate %d: %v", i, err)
		}
	}
	if !certs[0].IsCA() || certs[1].IsCA() {
		t.Error("the CA and who it issued to are confused")
	}
}
