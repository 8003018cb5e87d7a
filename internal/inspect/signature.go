package inspect

// Verifying a SignedData: who signed, and check by check whether it holds.

import (
	"encoding/hex"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/verdict"
)

// signedContent is what a SignedData is over.
type signedContent struct {
	bytes    []byte // nil when it is not there
	source   int
	span     report.Range
	repaired bool
}

// signature verifies a SignedData and reports it. base is where the bytes given to
// cms.Parse begin in source.
func (x *inspection) signature(m *cms.Message, place place, content signedContent, claim claim) *report.Signature {
	sd := m.Signed
	sd.Work = x.one
	s := &report.Signature{
		Detached:     sd.Content.Detached,
		SignedSource: content.source,
		SignedRange:  content.span,
		ContentType:  sd.Content.Type.Name(),
		Verdict:      report.Unverifiable,
		Signers:      []report.Signer{},
		Certificates: []int{},
		Sender:       claim.sender(),
		Repaired:     content.repaired,
	}
	s.Certificates = append(s.Certificates, x.attachedTo(sd, place)...)
	if sd.Content.Type == oid.TSTInfo {
		// An authority says when something was there; nobody sends it (RFC 3161 section 2.3).
		claim = claim.none()
		claim.absent = "a time-stamp token is signed by a time-stamping authority and not by a sender"
		claim.stamp = true
		s.Sender = ""
	}
	for _, si := range sd.Signers {
		s.Signers = append(s.Signers, x.signer(si, content.bytes, place, claim))
	}
	s.Verdict, s.Reason = worst(s.Signers)
	return s
}

// worst is the verdict of a signature with these signers: invalid before
// unverifiable before valid. Without signers nothing is decided.
func worst(signers []report.Signer) (of, reason string) {
	if len(signers) == 0 {
		return report.Unverifiable, "no-signers"
	}
	of = report.Valid
	for _, s := range signers {
		if s.Verdict == report.Invalid && of != report.Invalid || s.Verdict == report.Unverifiable && of == report.Valid {
			of, reason = s.Verdict, s.Reason
		}
	}
	return of, reason
}

// signer verifies one SignerInfo. Anybody can attach a certificate with the signer's own
// key, name and number: the best of what comes of each that the signature fits counts.
func (x *inspection) signer(si *cms.SignerInfo, content []byte, place place, claim claim) report.Signer {
	candidates := x.signerCertificates(si)
	v, cert := si.VerifyAny(content, candidates)
	s := x.judge(si, &v, cert, place, claim)
	if v.Signature.OK != nil && *v.Signature.OK && s.Verdict != report.Valid {
		for _, c := range candidates[:min(len(candidates), limit.SignerCandidates)] {
			if c == cert {
				continue
			}
			other := si.Verify(content, c)
			if other.Signature.OK == nil || !*other.Signature.OK {
				continue
			}
			if o := x.judge(si, &other, c, place, claim); verdict.Graver(s.Verdict, o.Verdict) != o.Verdict {
				s, v, cert = o, other, c
			}
		}
	}
	apply(x, signerRules, signerSubject{si, &s, cert, claim, place}, claim.at(place.sub(si.Value.Range())))
	for _, c := range si.Countersigners {
		s.Countersigners = append(s.Countersigners, x.signer(c, si.Signature, place, claim.none()))
	}
	x.cmsFindings(v.Problems, place, claim)
	return s
}

// judge makes the checks of a signer by one certificate, nil where there is none.
func (x *inspection) judge(si *cms.SignerInfo, v *cms.Verification, cert *pkix.Certificate, place place, claim claim) report.Signer {
	damagedObject(v, si)
	s := report.Signer{
		Digest:         algorithmName(si.DigestAlgorithm),
		Algorithm:      algorithmName(si.SignatureAlgorithm),
		Serial:         pkix.SerialHex(si.Serial),
		SubjectKeyID:   hexBytes(si.SubjectKeyID),
		Source:         place.source,
		Range:          place.at(si.Value.Range()),
		SignatureRange: place.at(si.SignatureValue.Range()),
		ComputedDigest: hexBytes(v.ComputedDigest),
		SignedDigest:   hexBytes(v.SignedDigest),
		SignedAttrs:    attributes(si.Signed, place),
		UnsignedAttrs:  attributes(si.Unsigned, place),
	}
	if !si.NamedByKey() {
		s.Issuer = si.Issuer.String()
	}
	if t, ok := si.SigningTime(); ok {
		s.SigningTime = isoTime(t)
	}
	s.Checks = append(s.Checks,
		outcomeCheck(report.CheckDigest, v.Digest, place),
		outcomeCheck(report.CheckSignature, v.Signature, place))
	x.refuseWeak(&s, si)
	if cert == nil {
		s.Checks = append(s.Checks, x.missingCertificate(si, place)...)
	} else {
		x.certificateChecks(&s, cert, claim)
	}
	s.Verdict, s.Reason = settled(s.Checks)
	if s.Verdict != report.Valid {
		s.PublicTestChain = false
	}
	return s
}

// damagedObject: where the CMS object itself is cut off or damaged, a signature that
// does not hold, or an algorithm that is not known, says nothing about the signer.
func damagedObject(v *cms.Verification, si *cms.SignerInfo) {
	damage := si.Value.Tree().Err()
	if damage == nil {
		return
	}
	detail := "the CMS object is damaged: " + damage.Error()
	if v.Signature.OK == nil || !*v.Signature.OK {
		v.Signature.OK, v.Signature.Detail = nil, detail
	}
	if v.Digest.OK == nil {
		v.Digest.Detail = detail
	}
}

// refuseWeak applies the policy to the digest algorithm: what is not to be relied
// upon does not count as a signature, however well it fits.
func (x *inspection) refuseWeak(s *report.Signer, si *cms.SignerInfo) {
	if x.policy() != pkix.PolicyModern {
		return
	}
	switch si.DigestAlgorithm.OID {
	case oid.SHA1, oid.MD5, oid.MD4, oid.MD2:
		s.Checks[1].OK = ptr(false)
		s.Checks[1].Detail = si.DigestAlgorithm.Name() + " is refused by the policy " + PolicyModern
		s.Checks[1].Reference = "RFC 8551 section 2.1"
	}
}

// settled applies the rules of a verdict to a signer's checks. What fails for
// certain comes first; what cannot be decided is named by its cause, which for
// all that follows from a missing certificate is that.
func settled(checks []report.Check) (verdict, reason string) {
	for _, c := range checks {
		if c.OK != nil && !*c.OK {
			return report.Invalid, c.Code
		}
	}
	undecided := ""
	for _, c := range checks {
		if c.Required && c.OK == nil && (undecided == "" || c.Code == report.CheckCertificate) {
			undecided = c.Code
		}
	}
	if undecided != "" {
		return report.Unverifiable, undecided
	}
	return report.Valid, ""
}

func outcomeCheck(code string, o cms.Outcome, place place) report.Check {
	r := place.at(o.Range)
	return report.Check{Code: code, OK: o.OK, Detail: o.Detail, Reference: o.Reference, Required: true, Source: &place.source, Range: &r}
}

func attributes(list []cms.Attribute, place place) []report.Attribute {
	var out []report.Attribute
	for _, a := range list {
		out = append(out, report.Attribute{OID: a.OID.String(), Name: a.Name, Value: a.Value, Range: place.at(a.Range)})
	}
	return out
}

func hexBytes(b []byte) string { return hex.EncodeToString(b) }
