package inspect

// What can be asked about certificates beside a message: whether each is good for
// a TLS connection in SIP, and its text.

import (
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// answerAboutCertificates fills in what the options ask of every certificate of the
// report.
func (x *inspection) answerAboutCertificates() {
	for _, r := range x.ring.met {
		x.ring.take(r) // an issuer may have come with any message
	}
	for _, r := range x.ring.certificates {
		if r.index < 0 {
			continue
		}
		if host := x.options.TLSHost; host != "" {
			verdict := x.tlsVerdict(r.cert, host)
			x.report.Certificates[r.index].TLS = verdict
		}
		switch x.options.CertificateText {
		case TextRFC6216:
			x.report.Certificates[r.index].Text = pkix.X509Text(r.cert, pkix.TextRFC6216)
		case TextOpenSSL:
			x.report.Certificates[r.index].Text = pkix.X509Text(r.cert, pkix.TextOpenSSL)
		}
	}
}

// tlsVerdict checks one certificate for one host (RFC 5922 section 7).
func (x *inspection) tlsVerdict(cert *pkix.Certificate, host string) *report.TLSVerdict {
	chain := x.chain(cert)
	result := pkix.CheckTLS(cert, host, pkix.TLSOptions{Client: x.options.TLSClient, Chain: &chain})
	v := &report.TLSVerdict{
		Host: host, Verdict: report.Invalid, Reason: result.Reason,
		Identities: result.Identities, Checks: []report.Check{}, Chain: x.links(chain),
	}
	switch {
	case result.OK:
		v.Verdict = report.Valid
	case result.Open:
		v.Verdict = report.Unverifiable
	}
	for _, c := range result.Checks {
		v.Checks = append(v.Checks, pkixCheck(c.Code, c.Outcome, c.Code != report.CheckRevocation || c.OK != nil || c.Contradicted))
	}
	return v
}
