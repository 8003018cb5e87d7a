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
//   - The signature algorithm is the one that is named (section 5.3): when it is not
//     known the signature is undecided, and when it is not the key's it fails. OpenSSL goes
//     by the key. So with a digest algorithm that is not known.
//   - Signed attributes that were sent out of order, and signed in the order of DER,
//     hold with a finding (section 5.4); OpenSSL does not sort them.
//   - Ed25519 and content in the manner of PKCS#7 (section 5.2.1) are verified.

import (
	"bytes"
	"errors"
	"sort"
	"strconv"

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
		why := (&limit.Error{What: "signers", Limit: limit.Signers, Offset: s.Value.Offset()}).Error()
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
		s.verifyAttributes(&v, hash, pub)
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
	if sum, ok := d.digests[key]; ok {
		return sum
	}
	sum := h.Sum(content)
	if d.digests == nil {
		d.digests = map[digestKey][]byte{}
	}
	d.digests[key] = sum
	return sum
}

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

// verifyAttributes verifies a signer with signed attributes: messageDigest is over
// the content, and the signature is over the attributes.
func (s *SignerInfo) verifyAttributes(v *Verification, hash algo.Hash, pub *algo.PublicKey) {
	value, count := single(s.Signed, oid.MessageDigest)
	switch {
	case count == 0:
		v.Digest.set(false, "the signed attributes hold no messageDigest")
		v.Digest.Reference = "RFC 5652 section 11.2"
		v.Digest.Range = s.SignedAttrs.Range()
	case count > 1:
		v.Digest.set(false, "the signed attributes hold "+strconv.Itoa(count)+" messageDigest values")
		v.Digest.Reference = "RFC 5652 section 11.2"
		v.Digest.Range = s.SignedAttrs.Range()
	default:
		v.SignedDigest = value.Octets()
		v.Digest.Range = value.Range()
		switch {
		case v.ComputedDigest == nil:
			// The reason is there already.
		case bytes.Equal(v.ComputedDigest, v.SignedDigest):
			v.Digest.set(true, "the "+hash.Name+" digest of the content is the one in the messageDigest attribute")
		case len(v.ComputedDigest) != len(v.SignedDigest):
			v.Digest.set(false, "the messageDigest attribute has "+strconv.Itoa(len(v.SignedDigest))+" bytes, and a "+hash.Name+" digest has "+strconv.Itoa(len(v.ComputedDigest)))
		default:
			v.Digest.set(false, "the content is not the one that was signed: its "+hash.Name+" digest is not the one in the messageDigest attribute")
		}
	}
	if pub == nil {
		return
	}
	s.signatureOverAttributes(v, hash, pub)
	if v.Signature.holds() {
		s.checkContentType(v)
		s.checkAlgorithmProtection(v)
	}
}

// signatureOverAttributes tries the attributes as received, and then as DER
// writes them: the standard signs DER, and what was sent may be BER.
func (s *SignerInfo) signatureOverAttributes(v *Verification, hash algo.Hash, pub *algo.PublicKey) {
	received := asSet(s.SignedAttrs)
	err := s.checkSignature(v, hash, pub, received, nil)
	detail := "the key of the certificate made the signature over the signed attributes"
	if errors.Is(err, algo.ErrMismatch) {
		tried := [][]byte{received}
		for _, sorted := range []bool{true, false} {
			encoded, ok := encodeSet(s.SignedAttrs, sorted)
			if !ok || bytes.Equal(encoded, tried[0]) || bytes.Equal(encoded, tried[len(tried)-1]) {
				continue
			}
			tried = append(tried, encoded)
			if s.checkSignature(&Verification{}, hash, pub, encoded, nil) == nil {
				err = nil
				how := "in the order of DER"
				if !sorted {
					how = "with definite lengths"
				}
				detail += ", written again " + how
				v.problem("attributes-reencoded", SeverityWarning, s.SignedAttrs.Range(),
					"the signature is not over the signed attributes as they were sent, but over their encoding "+how, "RFC 5652 section 5.4")
				break
			}
		}
	}
	switch {
	case err == nil:
		v.Signature.set(true, detail)
	case errors.Is(err, algo.ErrMismatch):
		v.Signature.set(false, s.mismatch(hash, pub, received, "the signed attributes"))
	default:
		s.refused(v, hash, pub, err)
	}
}

// verifyContent verifies a signer without signed attributes: the signature is over
// the content itself.
func (s *SignerInfo) verifyContent(v *Verification, hash algo.Hash, pub *algo.PublicKey, content []byte) {
	if s.data != nil && !s.Counter && s.data.Content.Type != oid.Data && s.data.Content.Type != "" {
		v.problem("attributes-required", SeverityError, s.Value.Range(),
			"content of a type other than data must be signed with attributes, and there are none", "RFC 5652 section 5.3")
	}
	if pub == nil {
		if v.ComputedDigest != nil {
			v.Digest.unknown("without signed attributes, what was digested can only be known with the signer's key")
		}
		return
	}
	if !hash.Ok() {
		v.Signature.unknown(v.Digest.Detail)
		return
	}
	// What an RSA signature was made over can be read from it, so that changed
	// content and a damaged signature can be told apart.
	used, recovered, _, ok := algo.RecoverDigest(pub, s.Signature)
	if ok {
		v.SignedDigest = recovered
	}
	if content == nil {
		if recovered != nil {
			v.Signature.unknown("the signature was made by the key of the certificate; over what cannot be known without the content")
		} else {
			v.Signature.unknown("the signed content is not here")
		}
		return
	}
	err := s.checkSignature(v, hash, pub, content, v.ComputedDigest)
	switch {
	case err == nil:
		v.Digest.set(true, "the signature is over the "+hash.Name+" digest of the content")
		if v.SignedDigest == nil {
			v.SignedDigest = v.ComputedDigest
		}
		v.Signature.set(true, "the key of the certificate made the signature over the content")
	case !errors.Is(err, algo.ErrMismatch):
		s.refused(v, hash, pub, err)
	case recovered != nil && used != hash:
		v.Signature.set(false, "the signature opens with the key of the certificate, and is over a "+used.Name+" digest where "+hash.Name+" is announced")
	case recovered != nil && !bytes.Equal(recovered, v.ComputedDigest):
		v.Digest.set(false, "the content is not the one that was signed: its "+hash.Name+" digest is not the one in the signature")
		v.Digest.Range = s.SignatureValue.Range()
		v.Signature.set(true, "the key of the certificate made the signature, over other content")
	case recovered != nil:
		v.Signature.set(false, "the signature opens with the key of the certificate, and is not made up as it should be")
	default:
		v.Signature.set(false, s.mismatch(hash, pub, content, "the content"))
	}
}

// mismatch says what can be said of a signature that does not hold.
func (s *SignerInfo) mismatch(hash algo.Hash, pub *algo.PublicKey, message []byte, over string) string {
	if !isRSA(pub) || s.SignatureAlgorithm.OID == oid.RSASSAPSS {
		return "the key of the certificate did not make this signature over " + over + ": the signature, " + over + " or the key is another"
	}
	used, digest, _, ok := algo.RecoverDigest(pub, s.Signature)
	switch {
	case !ok:
		return "the signature does not open with the key of the certificate: it is damaged, or another key made it"
	case used != hash:
		return "the signature opens with the key of the certificate, and is over a " + used.Name + " digest where " + hash.Name + " is announced"
	case !bytes.Equal(used.Sum(message), digest):
		return "the key of the certificate made this signature over something else: " + over + " changed after signing"
	}
	return "the signature opens with the key of the certificate, and is not made up as it should be"
}

// refused sets the signature's outcome when it was not a simple mismatch: what is
// not known leaves it open, and what is malformed cannot be a signature.
func (s *SignerInfo) refused(v *Verification, hash algo.Hash, pub *algo.PublicKey, err error) {
	var unsupported *algo.UnsupportedError
	var bound *limit.Error
	switch {
	case errors.As(err, &unsupported):
		v.Unsupported = unsupported.OID
		v.Signature.unknown(err.Error())
	case !hash.Ok(), pub.Key == nil, errors.As(err, &bound):
		v.Signature.unknown("the signature cannot be verified: " + err.Error())
	default:
		v.Signature.set(false, "the signature is not one that this key can have made: "+err.Error())
	}
}

// checkSignature verifies one signature over a message, whose digest may be there
// already.
func (s *SignerInfo) checkSignature(v *Verification, hash algo.Hash, pub *algo.PublicKey, message, digest []byte) error {
	if s.data != nil {
		if s.data.checks++; s.data.checks > limit.SignatureChecks {
			return &limit.Error{What: "signatures to verify", Limit: limit.SignatureChecks, Offset: s.Value.Offset()}
		}
	}
	sig := s.SignatureAlgorithm
	if _, err := algo.SignatureHash(sig, hash); err != nil {
		var disagree *algo.DigestError
		if !errors.As(err, &disagree) || sig.OID == oid.RSASSAPSS {
			return err
		}
		// The digest algorithm beside it decides, as for signature algorithms that name
		// none (RFC 5652 section 5.4).
		switch {
		case isRSA(pub):
			sig.OID = oid.RSAEncryption
		case pub.Algorithm.OID == oid.ECPublicKey:
			sig.OID = oid.ECPublicKey
		default:
			return err
		}
		v.problem("algorithms-disagree", SeverityWarning, s.DigestAlgorithm.Value.Range(), err.Error(), "RFC 5652 section 5.3")
	}
	if digest != nil && sig.OID != oid.Ed25519 {
		return algo.VerifyDigest(sig, hash, pub, digest, s.Signature)
	}
	if s.data != nil {
		if s.data.hashed += len(message); s.data.hashed > limit.Hashed {
			return &limit.Error{What: "bytes hashed for signatures", Limit: limit.Hashed, Offset: s.Value.Offset()}
		}
	}
	return algo.VerifySignature(sig, hash, pub, message, s.Signature)
}

// checkContentType: the contentType attribute ties the signature to the type of
// the content (RFC 5652 section 11.1).
func (s *SignerInfo) checkContentType(v *Verification) {
	const ref = "RFC 5652 section 11.1"
	value, count := single(s.Signed, oid.ContentType)
	if s.Counter {
		if count > 0 {
			v.problem("content-type-attribute", SeverityWarning, s.SignedAttrs.Range(),
				"a countersignature must not have a contentType attribute", "RFC 5652 section 11.4")
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

// checkSigningCertificate: a signer may sign which certificate is meant (RFC 5035
// section 5.4, RFC 2634 section 5.4).
func (s *SignerInfo) checkSigningCertificate(v *Verification, cert *pkix.Certificate) {
	if !v.Signature.holds() {
		return
	}
	for _, o := range []oid.OID{oid.SigningCertificate, oid.SigningCertificateV2} {
		value, count := single(s.Signed, o)
		if count == 0 {
			continue
		}
		hash, want, ok := signingCertificate(o, value)
		if !ok {
			v.problem("signing-certificate", SeverityWarning, value.Range(),
				"the "+attrNames[o]+" attribute cannot be read", "RFC 5035 section 5.4")
			continue
		}
		if !bytes.Equal(hash.Sum(cert.Raw), want) {
			v.Signature.set(false, "the "+attrNames[o]+" attribute names another certificate")
			v.Signature.Reference, v.Signature.Range = "RFC 5035 section 5.4", value.Range()
		}
	}
}

// isRSA reports an RSA key, for whatever scheme.
func isRSA(pub *algo.PublicKey) bool {
	o := pub.Algorithm.OID
	return o == oid.RSAEncryption || o == oid.RSASSAPSS || o == oid.RSAESOAEP
}

// nameOf gives an object identifier's name and number, as far as known.
func nameOf(o oid.OID) string {
	if o == "" {
		return "(none)"
	}
	name, dotted := o.Name(), o.String()
	if name == dotted {
		return dotted
	}
	return name + " (" + dotted + ")"
}

// hasKeyID compares a key identifier with the certificate's, or where it has none
// with the usual one: SHA-1 over the key's bits (RFC 5280 section 4.2.1.2).
func hasKeyID(c *pkix.Certificate, id []byte) bool {
	if c == nil || len(id) == 0 {
		return false
	}
	if len(c.SubjectKeyID) > 0 {
		return bytes.Equal(c.SubjectKeyID, id)
	}
	if c.PublicKey == nil {
		return false
	}
	sha1, known := algo.HashFor(oid.SHA1)
	return known && bytes.Equal(sha1.Sum(c.PublicKey.Raw), id)
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
