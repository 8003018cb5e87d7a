package cms

// Verifying one signer (RFC 5652 sections 5.4 and 5.6): what was digested, what
// was signed, and which of the two does not hold.
//
// The answers are those of OpenSSL 3.0, but for these, each of which has its reason in
// the standard and its test:
//
//   - A contentType attribute that is not the content's type fails (section 11.1);
//     OpenSSL does not compare them. The same goes for cmsAlgorithmProtection (RFC 6211)
//     and, unless asked, signingCertificate (RFC 5035 section 5.4).
//   - Content of another type than data without signed attributes fails (section 5.3), as
//     does a countersignature with a contentType attribute (section 11.4).
//   - The signature algorithm is the one that is named (section 5.3): when it is not
//     known the signature is undecided, and when it is not the key's it fails. OpenSSL goes
//     by the key. So with a digest algorithm that is not known.
//   - Signed attributes that were sent out of order, and signed in the order of DER,
//     hold with a finding (section 5.4); OpenSSL does not sort them.
//   - Ed25519 and content in the manner of PKCS#7 (section 5.2.1) are verified.

import (
	"sort"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Outcome is what came of one step. OK is nil when the step could not be made;
// Detail says what was found, in either case.
type Outcome struct {
	OK        *bool
	Detail    string
	Reference string
	Range     [2]int // where the evidence lies, in the bytes given to Parse
}

func (o *Outcome) set(ok bool, detail string) {
	o.OK, o.Detail = &ok, detail
}

func (o *Outcome) unknown(detail string) {
	o.OK, o.Detail = nil, detail
}

// holds and fails ask an Outcome for its two definite answers.
func (o Outcome) holds() bool { return o.OK != nil && *o.OK }
func (o Outcome) fails() bool { return o.OK != nil && !*o.OK }

// Verification is what came of verifying one signer.
type Verification struct {
	// Digest is whether the content is the one that the signer digested.
	Digest Outcome
	// Signature is whether the signer's key made the signature over what it should
	// cover, and the attributes it covers are fit for this message.
	Signature Outcome
	// ComputedDigest is over the content as received; nil when there is no content
	// or the algorithm is not known. SignedDigest is what the signer signed, where
	// that can be known.
	ComputedDigest, SignedDigest []byte
	// Unsupported is the algorithm that is not known, when one is in the way.
	Unsupported oid.OID
	// Problems that only verifying brings to light.
	Problems []Problem
}

// Holds reports whether digest and signature both hold.
func (v Verification) Holds() bool { return v.Digest.holds() && v.Signature.holds() }

// Fails reports whether digest or signature is wrong for certain.
func (v Verification) Fails() bool { return v.Digest.fails() || v.Signature.fails() }

const (
	digestRef    = "RFC 5652 section 5.4"
	signatureRef = "RFC 5652 section 5.6"
)

// Verify verifies the signer over content: the eContent of an opaque message, the
// exact bytes of the signed part of a detached one, and for a countersigner the
// signature it countersigns. A nil content is content that is not there. A nil
// cert leaves the signature undecided; whether cert is the one that the signer
// names is for the caller to say.
func (s *SignerInfo) Verify(content []byte, cert *pkix.Certificate) Verification {
	var pub *algo.PublicKey
	if cert != nil {
		pub = cert.PublicKey
	}
	v := s.verify(content, pub)
	switch {
	case cert == nil:
		v.Signature.unknown("the signer's certificate is not known, so there is no key to verify with")
	case pub == nil:
		v.Signature.unknown("the certificate's public key cannot be read")
	default:
		s.checkSigningCertificate(&v, cert)
	}
	return v
}

// VerifyAny verifies with each of several certificates that the signer may mean,
// and gives the first that holds, or else the first. It gives nil without any.
func (s *SignerInfo) VerifyAny(content []byte, certs []*pkix.Certificate) (Verification, *pkix.Certificate) {
	if len(certs) == 0 {
		return s.Verify(content, nil), nil
	}
	first := s.Verify(content, certs[0])
	if !first.Signature.holds() {
		for _, c := range certs[1:min(len(certs), limit.SignerCandidates)] {
			if v := s.Verify(content, c); v.Signature.holds() {
				return v, c
			}
		}
		if len(certs) > limit.SignerCandidates {
			// One of the others may hold.
			first.Signature.unknown(limit.More("certificates that the signer may mean", limit.SignerCandidates, -1) + ": none of those made the signature, and the others are not tried")
		}
	}
	return first, certs[0]
}

func (s *SignerInfo) verify(content []byte, pub *algo.PublicKey) Verification {
	v := Verification{
		Digest:    Outcome{Reference: digestRef, Range: s.Value.Range()},
		Signature: Outcome{Reference: signatureRef, Range: s.SignatureValue.Range()},
	}
	if !s.SignatureValue.Ok() {
		v.Signature.Range = s.Value.Range()
	}
	if s.Index >= limit.Signers {
		why := limit.More("signers", limit.Signers, s.Value.Offset())
		v.Digest.unknown(why)
		v.Signature.unknown(why)
		return v
	}
	hash, known := algo.HashFor(s.DigestAlgorithm.OID)
	if !known {
		v.Unsupported = s.DigestAlgorithm.OID
		v.Digest.unknown("the digest algorithm " + nameOf(s.DigestAlgorithm.OID) + " is not known")
	} else if content != nil {
		v.ComputedDigest = s.data.digest(hash, content)
	} else {
		v.Digest.unknown("the signed content is not here")
	}
	if s.SignedAttrs.Ok() {
		s.verifyAttributes(&v, hash, pub, content)
	} else {
		s.verifyContent(&v, hash, pub, content)
	}
	if v.Digest.OK == nil && v.Digest.Detail == "" {
		v.Digest.unknown("what was digested is not known, because the signature does not say it")
	}
	s.checkDigestAlgorithms(&v)
	s.checkStructure(&v)
	return v
}

// checkStructure: a message that is not well-formed can be read in more than one
// way, so that a signature which holds in our reading says little. What is wrong with
// another signer does not count.
func (s *SignerInfo) checkStructure(v *Verification) {
	if s.data == nil || !v.Signature.holds() {
		return
	}
	top := s
	for top.parent != nil {
		top = top.parent
	}
	p := s.data.flaw(top)
	if p == nil {
		return
	}
	v.Signature.unknown("the signature fits, but the message is malformed, so that others may read it in another way: " + p.Error())
	v.Signature.Range, v.Signature.Reference = p.Range, p.Reference
}

// flaw is the first error in the message that matters to a signer: in the signer
// itself, or outside of all of them.
func (d *SignedData) flaw(s *SignerInfo) *Problem {
	if d.flaws == nil {
		d.flaws = map[*SignerInfo]*Problem{}
		for i := range d.message.Problems {
			p := &d.message.Problems[i]
			if p.Severity != SeverityError {
				continue
			}
			// The signers lie one after the other.
			n := sort.Search(len(d.Signers), func(i int) bool { return d.Signers[i].Value.Range()[1] >= p.Range[1] })
			var in *SignerInfo // nil: outside
			if n < len(d.Signers) && p.Range[0] >= d.Signers[n].Value.Offset() {
				in = d.Signers[n]
			}
			if d.flaws[in] == nil {
				d.flaws[in] = p
			}
		}
	}
	if p := d.flaws[nil]; p != nil {
		return p
	}
	return d.flaws[s]
}

// digest computes a digest of the content once for all signers.
func (d *SignedData) digest(h algo.Hash, content []byte) []byte {
	key := digestKey{h.Name, len(content), nil}
	if len(content) > 0 {
		key.at = &content[0]
	}
	if d == nil {
		return h.Sum(content)
	}
	if sum, ok := d.Digests[key]; ok {
		return sum
	}
	sum := h.Sum(content)
	if d.Digests == nil {
		d.Digests = Digests{}
	}
	d.Digests[key] = sum
	return sum
}

// Hashed is how many bytes were hashed to verify signers so far, beyond the digest of
// the content.
func (d *SignedData) Hashed() int { return d.hashed }

// Digests remembers the digests of content, by where it lies.
type Digests map[digestKey][]byte

type digestKey struct {
	hash string
	size int
	at   *byte
}

// checkDigestAlgorithms: the signer's digest should be announced by the SignedData,
// for the sake of those that read it in one pass. They may refuse a signer whose
// digest is not, and OpenSSL does, so such a message is not simply valid.
func (s *SignerInfo) checkDigestAlgorithms(v *Verification) {
	if s.data == nil || s.Counter || s.DigestAlgorithm.OID == "" {
		return
	}
	for _, a := range s.data.DigestAlgorithms {
		if a.OID == s.DigestAlgorithm.OID {
			return
		}
	}
	detail := nameOf(s.DigestAlgorithm.OID) + " is not among the digest algorithms that the SignedData announces"
	v.problem("digest-not-announced", SeverityWarning, s.DigestAlgorithm.Value.Range(), detail, "RFC 5652 section 5.3")
	if v.Digest.holds() {
		v.Digest.unknown(v.Digest.Detail + ", but " + detail + ": readers may refuse it")
		v.Digest.Reference = "RFC 5652 section 5.3"
	}
}

func (v *Verification) problem(code, severity string, r [2]int, detail, reference string) {
	v.Problems = append(v.Problems, Problem{Code: code, Severity: severity, Range: r, Detail: detail, Reference: reference})
}

// VerifyCounter verifies a countersigner over the signature that it countersigns
// (RFC 5652 section 11.4).
func (s *SignerInfo) VerifyCounter(cert *pkix.Certificate) Verification {
	if s.parent == nil {
		return s.Verify(nil, cert)
	}
	signature := s.parent.Signature
	if signature == nil {
		signature = []byte{}
	}
	return s.Verify(signature, cert)
}
