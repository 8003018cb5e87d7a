package inspect

// The checks of a signer that are about its certificate: found, chained to a trust
// anchor, in its time, not revoked, allowed to sign, and the sender's own.

import (
	"slices"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
	"github.com/sipseal/sipseal/internal/table"
)

const (
	certificateRef = "RFC 5652 section 5.3"
	keyUsageRef    = "RFC 8550 section 4.4.2"
	ekuRef         = "RFC 8550 section 4.4.4"
	identityRef    = "RFC 3261 section 23.3"
)

// signerCertificates are the certificates of the ring that a signer names.
func (x *inspection) signerCertificates(si *cms.SignerInfo) []*pkix.Certificate {
	return si.FindCertificates(&x.ring.pool)
}

// missingCertificate are the checks of a signer whose certificate is not at hand.
func (x *inspection) missingCertificate(si *cms.SignerInfo, p place) []report.Check {
	x.shared.want(certificateOf(si.Issuer, si.Serial, si.SubjectKeyID))
	who := "serial number " + pkix.SerialHex(si.Serial) + " of " + say.Quoted(si.Issuer.String())
	if si.NamedByKey() {
		who = "subject key identifier " + hexBytes(si.SubjectKeyID)
	}
	span := p.at(si.SID.Range())
	checks := []report.Check{{
		Code: report.CheckCertificate, Required: true, Reference: certificateRef, Source: &p.source, Range: &span,
		Detail: "the signer's certificate, " + who + ", is neither attached nor among those given",
	}}
	for _, c := range []struct{ code, ref string }{
		{report.CheckChain, "RFC 5280 section 6.1"}, {report.CheckValidity, "RFC 5280 section 4.1.2.5"},
		{report.CheckRevocation, "RFC 5280 section 6.3"}, {report.CheckKeyUsage, keyUsageRef},
		{report.CheckEKU, ekuRef}, {report.CheckIdentity, identityRef},
	} {
		checks = append(checks, report.Check{Code: c.code, Reference: c.ref, Detail: "there is no certificate to check"})
	}
	return checks
}

// certificateChecks makes the checks of a signer's certificate.
func (x *inspection) certificateChecks(s *report.Signer, cert *pkix.Certificate, cl claim) {
	entry := x.ring.byRaw[string(cert.Raw)]
	index := x.reportCertificate(entry)
	s.Certificate = &index
	certificate := report.Check{
		Code: report.CheckCertificate, OK: ptr(true), Required: true, Reference: certificateRef,
		Detail: "the signer's certificate was found: " + origins.Get(entry.from()),
	}
	s.Checks = append(s.Checks, certificate)

	var chain []report.Check
	s.Chain, chain, s.PublicTestChain = x.chainChecks(cert)
	s.Checks = append(append(s.Checks, chain...), keyUsageCheck(cert), ekuCheck(cert, cl.stamp), identityCheck(s, cert, cl))
}

// chainChecks builds the best chain of a certificate and checks it; test is true
// when it ends at the bundled CA.
func (x *inspection) chainChecks(cert *pkix.Certificate) (links []report.Link, checks []report.Check, test bool) {
	chain := x.chain(cert)
	links = x.links(chain)
	if chain.Anchor != nil {
		test = x.ring.byRaw[string(chain.Anchor.Raw)].testCA
	}
	validity := pkixCheck(report.CheckValidity, chain.Validity, true)
	if c := chain.Validity.Certificate; c != nil && chain.Validity.OK != nil && !*chain.Validity.OK {
		validity.Detail = validityDetail(c, cert, x.options.At, validity.Detail)
	}
	return links, []report.Check{
		pkixCheck(report.CheckChain, chain.Chain, true), validity,
		pkixCheck(report.CheckRevocation, chain.Revocation, chain.Revocation.OK != nil || chain.Revocation.Contradicted),
	}, test
}

// chain builds the best chain of a certificate from what the ring holds. It is kept for
// the next message of the same signer, who brings the same along.
func (x *inspection) chain(cert *pkix.Certificate) pkix.ChainResult {
	pool, crls, ocsp := x.ring.pool.All(), x.ring.crls, x.ring.ocsp
	kept := x.ring.chains[cert]
	if kept == nil || !slices.Equal(kept.pool, pool) || !slices.Equal(kept.crls, crls) || !slices.Equal(kept.ocsp, ocsp) {
		kept = &keptChain{pool, slices.Clone(crls), slices.Clone(ocsp), pkix.BuildChain(cert, pkix.ChainInput{
			Known:   &x.ring.pool,
			Anchors: x.ring.anchors(),
			CRLs:    crls,
			OCSP:    ocsp,
			At:      x.options.At,
			Policy:  x.policy(),
			Work:    x.one,
		})}
		if len(x.ring.chains) == maxKeptChains || x.ring.chains == nil {
			x.ring.chains = map[*pkix.Certificate]*keptChain{}
		}
		if !kept.result.OutOfWork { // which the next message may have
			x.ring.chains[cert] = kept
		}
	}
	if !kept.result.Missing.Empty() {
		x.shared.want(subjectNamed(kept.result.Missing))
	}
	return kept.result
}

// maxKeptChains is how many chains are kept at a time.
const maxKeptChains = 100

// keptChain is a chain, and what it was built from.
type keptChain struct {
	pool   []*pkix.Certificate
	crls   []*pkix.CRL
	ocsp   []*pkix.OCSPAnswer
	result pkix.ChainResult
}

func (x *inspection) links(chain pkix.ChainResult) []report.Link {
	var links []report.Link
	for _, l := range chain.Links {
		if known := x.ring.byRaw[string(l.Certificate.Raw)]; known != nil {
			links = append(links, report.Link{Certificate: x.reportCertificate(known), OK: l.OK, Detail: l.Detail, Anchor: l.Anchor})
		}
	}
	return links
}

var origins = table.Of[string, string]{
	{report.OriginInput, "it came with the input"},
	{report.OriginSupplied, "it was given beside the input"},
	{report.OriginBundled, "it ships with this program"},
}

func pkixCheck(code string, o pkix.Outcome, required bool) report.Check {
	return report.Check{Code: code, OK: o.OK, Detail: o.Detail, Reference: o.Reference, Required: required}
}

// validityDetail says of the certificate that is out of its time which it is and
// when it ended or begins.
func validityDetail(c, signer *pkix.Certificate, at int64, otherwise string) string {
	who := "the certificate of " + say.Quoted(c.Subject.String())
	if string(c.Raw) == string(signer.Raw) {
		who = "the signer's certificate"
	}
	switch {
	case !c.HasValidity:
		return otherwise
	case at > c.NotAfter:
		return who + " expired on " + isoDate(c.NotAfter)
	case at < c.NotBefore:
		return who + " is valid only from " + isoDate(c.NotBefore)
	}
	return otherwise
}

// keyUsageCheck: a key that signs needs digitalSignature or nonRepudiation, where
// there is a key usage at all.
func keyUsageCheck(cert *pkix.Certificate) report.Check {
	c := report.Check{Code: report.CheckKeyUsage, Required: true, Reference: keyUsageRef, OK: ptr(true)}
	switch {
	case !cert.HasKeyUsage:
		c.Detail = "the certificate does not restrict what its key is for"
	case cert.Allows(pkix.DigitalSignature | pkix.NonRepudiation):
		c.Detail = "the key usage allows to sign"
	default:
		c.OK = ptr(false)
		c.Detail = "the key usage names " + list(cert.KeyUsageNames()) + ", and neither digitalSignature nor nonRepudiation"
	}
	return c
}

// ekuCheck: an extended key usage, where there is one, must name e-mail
// protection, which S/MIME goes by, or any purpose. Who signs time stamps needs one that
// is critical and names timeStamping alone (RFC 3161 section 2.3).
func ekuCheck(cert *pkix.Certificate, stamp bool) report.Check {
	c := report.Check{Code: report.CheckEKU, Required: true, Reference: ekuRef, OK: ptr(true)}
	if stamp {
		c.Reference = "RFC 3161 section 2.3"
		x := cert.Extension(oid.ExtKeyUsage)
		switch {
		case x == nil || !cert.HasPurpose(oid.TimeStamping):
			c.OK, c.Detail = ptr(false), "no extended key usage names timeStamping, as that of a time-stamping authority must"
		case len(cert.ExtKeyUsage) > 1 || !x.Critical:
			c.OK, c.Detail = ptr(false), "the extended key usage of a time-stamping authority must be critical and name timeStamping alone"
		default:
			c.Detail = "the extended key usage names timeStamping"
		}
		return c
	}
	switch {
	case !cert.HasExtKeyUsage:
		c.Detail = "the certificate does not restrict its purposes"
	case cert.HasPurpose(oid.EmailProtection):
		c.Detail = "the extended key usage names emailProtection"
	case cert.HasPurpose(oid.AnyExtendedKeyUsage):
		c.Detail = "the extended key usage allows any purpose"
	default:
		c.OK = ptr(false)
		c.Detail = "the extended key usage names " + list(cert.ExtKeyUsageNames()) + ", and not emailProtection"
	}
	return c
}

// identityCheck: the sender's address-of-record must be among the certificate's
// URIs.
func identityCheck(s *report.Signer, cert *pkix.Certificate, cl claim) report.Check {
	c := report.Check{Code: report.CheckIdentity, Reference: identityRef}
	if cl.aor == "" {
		_, s.Identities, _ = pkix.SpeaksForURI(cert, "")
		c.Detail = cl.absent
		c.Required = cl.required
		return c
	}
	ok, identities, detail := pkix.SpeaksForURI(cert, cl.aor)
	s.Identities = identities
	c.OK, c.Detail, c.Required = &ok, detail, true
	if !ok {
		c.Detail = "the " + cl.field + " header field says " + say.Quoted(cl.aor) + ", and " + detail
	}
	return c
}

func (x *inspection) policy() pkix.Policy {
	if x.options.Policy == PolicyModern {
		return pkix.PolicyModern
	}
	return pkix.PolicyRFC6216
}

// list writes names as in a sentence.
func list(names []string) string {
	switch len(names) {
	case 0:
		return "nothing"
	case 1:
		return names[0]
	}
	text := names[0]
	for _, n := range names[1 : len(names)-1] {
		text += ", " + n
	}
	return text + " and " + names[len(names)-1]
}
