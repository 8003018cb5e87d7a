package cms

// Which certificate a signer or a recipient means.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// FindCertificate gives the first certificate of the pool that the signer names,
// or nil. See FindCertificates for why there may be several.
func (s *SignerInfo) FindCertificate(pool []*pkix.Certificate) *pkix.Certificate {
	for _, c := range pool {
		if s.names(c) {
			return c
		}
	}
	return nil
}

// FindCertificates gives all certificates of the pool that the signer names.
// Anybody can attach a certificate with the same issuer and serial number, or the
// same key identifier, and another key: that must not spoil a good signature.
func (s *SignerInfo) FindCertificates(pool []*pkix.Certificate) []*pkix.Certificate {
	var found []*pkix.Certificate
	for _, c := range pool {
		if s.names(c) {
			found = append(found, c)
		}
	}
	return found
}

func (s *SignerInfo) names(c *pkix.Certificate) bool {
	if s.SubjectKeyID != nil {
		return hasKeyID(c, s.SubjectKeyID)
	}
	return s.Serial != nil && hasIssuerSerial(c, s.Issuer, s.Serial)
}

// hasIssuerSerial compares by RFC 5652 section 10.2.4. A serial number with
// needless leading octets is the same number.
func hasIssuerSerial(c *pkix.Certificate, issuer pkix.Name, serial []byte) bool {
	return c != nil && pkix.SameInteger(c.Serial, serial) && c.Issuer.Equal(issuer)
}

// FindCertificate gives the first certificate of the pool that the recipient
// names, or nil.
func (r *Recipient) FindCertificate(pool []*pkix.Certificate) *pkix.Certificate {
	for _, c := range pool {
		if r.names(c) {
			return c
		}
	}
	return nil
}

func (r *Recipient) names(c *pkix.Certificate) bool {
	switch {
	case r.Type != KeyTransport && r.Type != KeyAgreement:
		return false
	case r.SubjectKeyID != nil:
		return hasKeyID(c, r.SubjectKeyID)
	}
	return r.Serial != nil && hasIssuerSerial(c, r.Issuer, r.Serial)
}

func hasKeyID(c *pkix.Certificate, id []byte) bool {
	return c != nil && len(id) > 0 && bytes.Equal(KeyID(c), id)
}

// KeyID is the key identifier by which a certificate is meant: its own, or where it
// has none the usual one, SHA-1 over the key's bits (RFC 5280 section 4.2.1.2). It is
// nil where there is no key.
func KeyID(c *pkix.Certificate) []byte {
	if len(c.SubjectKeyID) > 0 {
		return c.SubjectKeyID
	}
	if sha1, known := algo.HashFor(oid.SHA1); known && c.PublicKey != nil {
		return sha1.Sum(c.PublicKey.Raw)
	}
	return nil
}

// isRSA reports an RSA key, for whatever scheme.
func isRSA(pub *algo.PublicKey) bool {
	o := pub.Algorithm.OID
	return o == oid.RSAEncryption || o == oid.RSASSAPSS || o == oid.RSAESOAEP
}
