package cms

// What signed attributes bind the signature to: the type of the content, the
// algorithms, the certificate.

import (
	"bytes"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// checkContentType: the contentType attribute ties the signature to the type of
// the content (RFC 5652 section 11.1).
func (s *SignerInfo) checkContentType(v *Verification) {
	const ref = "RFC 5652 section 11.1"
	value, count := single(s.Signed, oid.ContentType)
	if s.Counter {
		if count > 0 {
			// A signature over content could be shown as one over a signature.
			const why, ref = "a countersignature must not have a contentType attribute", "RFC 5652 section 11.4"
			v.problem("content-type-attribute", SeverityError, s.SignedAttrs.Range(), why, ref)
			v.Signature.set(false, why)
			v.Signature.Reference, v.Signature.Range = ref, s.SignedAttrs.Range()
		}
		return
	}
	fail := func(detail string, r [2]int) {
		v.Signature.set(false, detail)
		v.Signature.Reference, v.Signature.Range = ref, r
	}
	switch {
	case count == 0:
		fail("the signed attributes hold no contentType", s.SignedAttrs.Range())
	case count > 1:
		fail("the signed attributes hold "+strconv.Itoa(count)+" contentType values", s.SignedAttrs.Range())
	case s.data != nil && value.OID() != s.data.Content.Type:
		fail("the signed contentType is "+nameOf(value.OID())+", and the content is said to be "+nameOf(s.data.Content.Type), value.Range())
	}
}

// checkAlgorithmProtection: a signer may sign its choice of algorithms (RFC 6211).
func (s *SignerInfo) checkAlgorithmProtection(v *Verification) {
	value, count := single(s.Signed, oid.CMSAlgorithmProtect)
	if count == 0 {
		return
	}
	ok := count == 1
	if ok {
		digest := value.First()
		signature := digest.Next()
		ok = digest.First().OID() == s.DigestAlgorithm.OID && signature.IsContext(1) && signature.First().OID() == s.SignatureAlgorithm.OID
	}
	if !ok {
		v.Signature.set(false, "the algorithms in the cmsAlgorithmProtection attribute are not those of the signer")
		v.Signature.Reference, v.Signature.Range = "RFC 6211 section 2", value.Range()
	}
}

// fitsCertificate holds one value of such an attribute against the certificate. Of
// several each must fit.
func (s *SignerInfo) fitsCertificate(v *Verification, o oid.OID, value ber.Value, cert *pkix.Certificate) {
	const ref = "RFC 5035 section 5.4"
	hash, want, ok := signingCertificate(o, value)
	switch {
	case !ok:
		v.problem("signing-certificate", SeverityWarning, value.Range(), "the "+attrNames.Get(o)+" attribute cannot be read", ref)
		if v.Signature.holds() {
			v.Signature.unknown("the signature fits, but which certificate it is for cannot be read from the " + attrNames.Get(o) + " attribute")
			v.Signature.Reference, v.Signature.Range = ref, value.Range()
		}
	case !bytes.Equal(hash.Sum(cert.Raw), want):
		v.Signature.set(false, "the "+attrNames.Get(o)+" attribute names another certificate")
		v.Signature.Reference, v.Signature.Range = ref, value.Range()
	}
}

// checkSigningCertificate: a signer may sign which certificate is meant (RFC 5035
// section 5.4, RFC 2634 section 5.4).
func (s *SignerInfo) checkSigningCertificate(v *Verification, cert *pkix.Certificate) {
	if !v.Signature.holds() {
		return
	}
	for _, o := range []oid.OID{oid.SigningCertificate, oid.SigningCertificateV2} {
		for _, a := range s.Signed {
			if a.OID != o {
				continue
			}
			for _, value := range a.Values {
				s.fitsCertificate(v, o, value, cert)
			}
		}
	}
}
