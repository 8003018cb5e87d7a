package craft

// SignedData (RFC 5652 section 5), with every choice that the readers of RFC 6216
// section 5 were seen to stumble over.

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"fmt"
	"time"

	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Signer is one signer and how it signs.
type Signer struct {
	Certificate Cert // PEM or DER
	Key         *Key
	Digest      string // "" is SHA-256, and SHA-512 for Ed25519
	PSS         bool
	// NullParams gives the digest algorithm NULL parameters; otherwise they are absent
	// (RFC 3370 section 2.1, RFC 5754 section 2).
	NullParams bool
	// CombinedOID names the RSA signature algorithm with its digest
	// (sha256WithRSAEncryption) instead of rsaEncryption (RFC 3370 section 3.2).
	CombinedOID bool
	// NoAttributes signs the content itself, without signed attributes.
	NoAttributes bool
	// SigningTime is in ISO 8601, "" for now and "none" to leave it out.
	SigningTime string
	// Capabilities adds the attribute sMIMECapabilities (RFC 8551 section 2.5.2).
	Capabilities bool
	// ByKeyID names the signer by its subject key identifier.
	ByKeyID bool
	// BadSignature flips a bit of the signature, BadDigest one of the attribute
	// messageDigest before it is signed.
	BadSignature, BadDigest bool
}

// SignOptions are the choices of a SignedData that are not one signer's.
type SignOptions struct {
	Detached     bool
	Certificates [][]byte // DER of those to attach
	CRLs         [][]byte // DER
	ContentType  oid.OID  // of the eContent; "" is data
}

// Sign makes a SignedData over content, in DER.
func Sign(content []byte, signers []Signer, o SignOptions) ([]byte, error) {
	if o.ContentType == "" {
		o.ContentType = oid.Data
	}
	var digestIDs, infos [][]byte
	seen := map[string]bool{}
	version := int64(1)
	if o.ContentType != oid.Data {
		version = 3 // RFC 5652 section 5.1
	}
	for i, s := range signers {
		id, info, err := s.info(content, o.ContentType)
		if err != nil {
			return nil, fmt.Errorf("signer %d: %w", i+1, err)
		}
		if s.ByKeyID {
			version = 3
		}
		if !seen[string(id)] {
			seen[string(id)] = true
			digestIDs = append(digestIDs, id)
		}
		infos = append(infos, info)
	}
	encap := [][]byte{oidValue(o.ContentType)}
	if !o.Detached {
		encap = append(encap, explicit(0, octets(content)))
	}
	parts := [][]byte{smallInteger(version), setOf(digestIDs...), sequence(encap...)}
	if len(o.Certificates) > 0 {
		parts = append(parts, tlv(0xa0, o.Certificates...))
	}
	if len(o.CRLs) > 0 {
		parts = append(parts, tlv(0xa1, o.CRLs...))
	}
	return contentInfo(oid.SignedData, sequence(append(parts, setOf(infos...))...)), nil
}

// info makes the SignerInfo, and gives the digest algorithm's identifier too.
func (s Signer) info(content []byte, contentType oid.OID) (digestID, info []byte, err error) {
	if s.Key == nil {
		return nil, nil, errors.New("there is no private key to sign with")
	}
	cert, err := firstCertificate(s.Certificate)
	if err != nil {
		return nil, nil, err
	}
	d, err := s.digest()
	if err != nil {
		return nil, nil, err
	}
	digestID = d.identifier(s.NullParams)
	algorithm, err := s.algorithm(d)
	if err != nil {
		return nil, nil, err
	}
	who, version, err := identify(cert, s.ByKeyID)
	if err != nil {
		return nil, nil, err
	}
	parts := [][]byte{smallInteger(version), who, digestID}
	signed := content
	if !s.NoAttributes {
		attributes, err := s.attributes(d.sum(content), contentType)
		if err != nil {
			return nil, nil, err
		}
		// Signed as a SET OF, sent under an implicit tag (section 5.4).
		signed = setOf(attributes...)
		parts = append(parts, append([]byte{0xa0}, signed[1:]...))
	}
	signature, err := sign(s.Key, d, s.PSS, signed)
	if err != nil {
		return nil, nil, fmt.Errorf("signing: %w", err)
	}
	if s.BadSignature {
		signature[len(signature)-1] ^= 1
	}
	return digestID, sequence(append(parts, algorithm, octets(signature))...), nil
}

// digest is the digest algorithm.
func (s Signer) digest() (digest, error) {
	if s.Key != nil && s.Digest == "" {
		if _, is := s.Key.private.(ed25519.PrivateKey); is {
			return digestNamed("SHA-512")
		}
	}
	return digestNamed(s.Digest)
}

// algorithm is the signatureAlgorithm of the SignerInfo.
func (s Signer) algorithm(d digest) ([]byte, error) {
	switch s.Key.private.(type) {
	case *rsa.PrivateKey:
		if !s.PSS && !s.CombinedOID {
			return sequence(oidValue(oid.RSAEncryption), null()), nil
		}
	case ed25519.PrivateKey:
		// Ed25519 digests by SHA-512, and so must the attribute (RFC 8419 section 3.1).
		if d.name != "SHA-512" && !s.NoAttributes {
			return nil, errors.New("Ed25519 goes with SHA-512")
		}
	case *ecdsa.PrivateKey:
	}
	return signatureAlgorithm(s.Key, d, s.PSS)
}

var errNoKeyID = errors.New("the certificate has no subject key identifier to name it by")

// identify names a certificate by issuer and serial number, or by key identifier, and
// gives the version that goes with that.
func identify(c *pkix.Certificate, byKeyID bool) ([]byte, int64, error) {
	if byKeyID {
		if c.SubjectKeyID == nil {
			return nil, 0, errNoKeyID
		}
		return tlv(0x80, c.SubjectKeyID), 3, nil
	}
	return sequence(c.Issuer.Raw, tlv(tagInteger, c.Serial)), 1, nil
}

func (s Signer) attributes(digest []byte, contentType oid.OID) ([][]byte, error) {
	if s.BadDigest {
		digest[len(digest)-1] ^= 1
	}
	attribute := func(kind oid.OID, value []byte) []byte { return sequence(oidValue(kind), tlv(tagSet, value)) }
	out := [][]byte{attribute(oid.ContentType, oidValue(contentType))}
	if s.SigningTime != "none" {
		when, err := moment(s.SigningTime, time.Now())
		if err != nil {
			return nil, err
		}
		out = append(out, attribute(oid.SigningTime, timeValue(when)))
	}
	out = append(out, attribute(oid.MessageDigest, octets(digest)))
	if s.Capabilities {
		out = append(out, attribute(oid.SMIMECapabilities, sequence(
			sequence(oidValue(oid.AES256CBC)), sequence(oidValue(oid.AES128CBC)))))
	}
	return out, nil
}
