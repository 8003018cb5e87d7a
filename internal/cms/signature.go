package cms

// The signature of one signer: over the signed attributes as they were received, or
// over the content when there are none; and what can be said of one that does not fit.

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// verifyAttributes verifies a signer with signed attributes: messageDigest is over
// the content, and the signature is over the attributes.
func (s *SignerInfo) verifyAttributes(v *Verification, hash algo.Hash, pub *algo.PublicKey, content []byte) {
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
		if v.Digest.fails() {
			if why := s.wouldHold(hash, content, v.SignedDigest); why != "" {
				v.Digest.Detail = "the messageDigest attribute is not the " + hash.Name + " digest of the content: " + why
			}
		}
	}
	if pub == nil {
		return
	}
	s.signatureOverAttributes(v, hash, pub, content)
	if v.Signature.holds() {
		s.checkContentType(v)
		s.checkAlgorithmProtection(v)
	}
}

// signatureOverAttributes tries the attributes as received, and then as DER
// writes them: the standard signs DER, and what was sent may be BER.
func (s *SignerInfo) signatureOverAttributes(v *Verification, hash algo.Hash, pub *algo.PublicKey, content []byte) {
	received := asSet(s.SignedAttrs)
	err := s.checkSignature(v, hash, pub, received, nil)
	detail := "the key of the certificate made the signature over the signed attributes"
	if errors.Is(err, algo.ErrMismatch) {
		tried := [][]byte{received}
		for _, sorted := range []bool{true, false} {
			encoded, bad := encodeSet(s.SignedAttrs, sorted)
			if limit.Reached(bad) {
				err = bad
				break
			}
			if bad != nil || bytes.Equal(encoded, tried[0]) || bytes.Equal(encoded, tried[len(tried)-1]) {
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
		v.Signature.set(false, s.mismatch(hash, pub, received, content, "the signed attributes"))
	default:
		s.refused(v, hash, pub, err)
	}
}

// verifyContent verifies a signer without signed attributes: the signature is over
// the content itself.
func (s *SignerInfo) verifyContent(v *Verification, hash algo.Hash, pub *algo.PublicKey, content []byte) {
	if s.data != nil && !s.Counter && s.data.Content.Type != oid.Data && s.data.Content.Type != "" {
		// What was signed as attributes of one message could be shown as the content of
		// another.
		const why, ref = "content of a type other than data must be signed with attributes, and there are none", "RFC 5652 section 5.3"
		v.problem("attributes-required", SeverityError, s.Value.Range(), why, ref)
		defer func() {
			if v.Signature.holds() {
				v.Signature.set(false, why)
				v.Signature.Range, v.Signature.Reference = s.Value.Range(), ref
			}
		}()
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
	var err error
	if content != nil {
		if err = s.checkSignature(v, hash, pub, content, v.ComputedDigest); err == nil {
			v.Digest.set(true, "the signature is over the "+hash.Name+" digest of the content")
			v.SignedDigest = v.ComputedDigest
			v.Signature.set(true, "the key of the certificate made the signature over the content")
			return
		}
	}
	// What an RSA signature was made over can be read from it, so that changed
	// content and a damaged signature can be told apart.
	used, recovered := algo.OpenRSA(pub, s.Signature).DigestInfo()
	if recovered != nil {
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
	switch {
	case !errors.Is(err, algo.ErrMismatch):
		s.refused(v, hash, pub, err)
	case recovered != nil && used == hash && !bytes.Equal(recovered, v.ComputedDigest) && s.SignatureAlgorithm.OID != oid.RSASSAPSS:
		v.Digest.set(false, "the content is not the one that was signed: its "+hash.Name+" digest is not the one in the signature")
		if why := s.wouldHold(hash, content, recovered); why != "" {
			v.Digest.Detail = "the digest in the signature is not the " + hash.Name + " digest of the content: " + why
		}
		v.Digest.Range = s.SignatureValue.Range()
		v.Signature.set(true, "the key of the certificate made the signature, over other content")
	default:
		v.Signature.set(false, s.mismatch(hash, pub, content, content, "the content"))
	}
}

// refused sets the signature's outcome when it was not a simple mismatch: what is
// not known leaves it open, and what is malformed cannot be a signature.
func (s *SignerInfo) refused(v *Verification, hash algo.Hash, pub *algo.PublicKey, err error) {
	unsupported := algo.AsUnsupported(err)
	switch {
	case unsupported != nil:
		v.Unsupported = unsupported.OID
		v.Signature.unknown(err.Error())
	case !hash.Ok():
		v.Signature.unknown("the digest algorithm " + nameOf(s.DigestAlgorithm.OID) + " is not known")
	case algo.Undecided(err):
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
			return limit.Over("signatures to verify", limit.SignatureChecks, s.Value.Offset())
		}
		if err := s.data.Work.Take(pub.VerifyWork()); err != nil {
			return err
		}
	}
	sig := s.SignatureAlgorithm
	if _, err := algo.SignatureHash(sig, hash); err != nil {
		if _, disagree := err.(*algo.DigestError); !disagree || sig.OID == oid.RSASSAPSS {
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
			return limit.Over("bytes hashed for signatures", limit.Hashed, s.Value.Offset())
		}
	}
	return algo.VerifySignature(sig, hash, pub, message, s.Signature)
}
