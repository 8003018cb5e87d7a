package inspect

import (
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/vectors"
)

// TestTLSHost asks of the RFC's domain certificate for whom it speaks: its
// subjectAltName has the host name example.com (RFC 6216 section 2.2).
func TestTLSHost(t *testing.T) {
	domain := vectors.Seed(t, "rfc6216_domain_example.com.pem")
	for host, want := range map[string]string{
		"example.com":     report.Valid,
		"EXAMPLE.com":     report.Valid,
		"example.net":     report.Invalid,
		"www.example.com": report.Invalid,
		"com":             report.Invalid,
		"192.0.2.1":       report.Invalid,
	} {
		r := Inspect(domain, Options{TrustBundled: true, At: at(t, "2012-01-01"), TLSHost: host, CertificateText: TextRFC6216}).Report
		if len(r.Certificates) == 0 || r.Certificates[0].TLS == nil {
			t.Fatalf("%s: no verdict", host)
		}
		c := r.Certificates[0]
		if c.TLS.Verdict != want || want == report.Invalid && c.TLS.Reason != report.CheckIdentity {
			t.Errorf("%s: %s (%s), want %s", host, c.TLS.Verdict, c.TLS.Reason, want)
		}
		if !strings.Contains(c.Text, "DNS:example.com, URI:sip:example.com") {
			t.Errorf("the text is %q", c.Text)
		}
	}
}
