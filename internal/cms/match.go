package cms

// Which certificate a signer or a recipient means.

import (
	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// FindCertificate gives the first certificate of the pool that the signer names,
// or nil. See FindCertificates for why there may be several.
func (s *SignerInfo) FindCertificate(pool *pkix.Pool) *pkix.Certificate {
	return first(s.FindCertificates(pool))
}

// FindCertificates gives all certificates of the pool that the signer names.
// Anybody can attach a certificate with the same issuer and serial number, or the
// same key identifier, and another key: that must not spoil a good signature.
func (s *SignerInfo) FindCertificates(pool *pkix.Pool) []*pkix.Certificate {
	return named(pool, s.Issuer, s.Serial, s.SubjectKeyID)
}

// FindCertificate gives the first certificate of the pool that the recipient
// names, or nil.
func (r *Recipient) FindCertificate(pool *pkix.Pool) *pkix.Certificate {
	return first(r.findCertificates(pool))
}

func (r *Recipient) findCertificates(pool *pkix.Pool) []*pkix.Certificate {
	if r.Type != KeyTransport && r.Type != KeyAgreement {
		return nil
	}
	return named(pool, r.Issuer, r.Serial, r.SubjectKeyID)
}

// named finds certificates by key identifier, where there is one, or by issuer and
// serial number, which are compared by RFC 5652 section 10.2.4. A serial number with
// needless leading octets is the same number.
func named(pool *pkix.Pool, issuer pkix.Name, serial, keyID []byte) []*pkix.Certificate {
	switch {
	case pool == nil:
	case keyID != nil:
		return pool.BySubjectKeyID(keyID)
	case serial != nil:
		return pool.ByIssuerAndSerial(issuer, serial)
	}
	return nil
}

func first(certs []*pkix.Certificate) *pkix.Certificate {
	if len(certs) == 0 {
		return nil
	}
	return certs[0]
}

// isRSA reports an RSA key, for whatever scheme.
func isRSA(pub *algo.PublicKey) bool {
	o := pub.Algorithm.OID
	return o == oid.RSAEncryption || o == oid.RSASSAPSS || o == oid.RSAESOAEP
}
