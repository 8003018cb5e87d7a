package craft

// Certificates: from a description in which everything can be chosen, wrongly too.

import (
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/sipseal/sipseal/internal/pkix"
)

// Certificate describes a certificate that is to be made. JSON is how it comes from
// the page.
type Certificate struct {
	// Subject and Issuer are lines "CN=fluffy"; no Issuer is that of who issues it.
	Subject []string `json:"subject"`
	Issuer  []string `json:"issuer,omitempty"`
	// Serial is in hex, with "-" before it for a negative one; "" is a random one.
	Serial string `json:"serial,omitempty"`
	// NotBefore and NotAfter are times in ISO 8601; "" is now, and 100 years later.
	NotBefore string `json:"notBefore,omitempty"`
	NotAfter  string `json:"notAfter,omitempty"`
	// Extensions are lines as in openssl's configuration.
	Extensions []string `json:"extensions,omitempty"`
	// Digest is the name of the digest that is signed, and PSS chooses RSASSA-PSS.
	Digest string `json:"digest,omitempty"`
	PSS    bool   `json:"pss,omitempty"`
	// Version is what it says of itself: 0 stands for 3.
	Version int `json:"version,omitempty"`
	// BadSignature flips a bit of the signature.
	BadSignature bool `json:"badSignature,omitempty"`
}

// Issuer is who signs: a certificate's name and its key.
type Issuer struct {
	Key         *Key
	subject     []byte // Name
	keyID       []byte // subject key identifier, or nil
	certificate *pkix.Certificate
}

// NewIssuer takes the first certificate of a file, PEM or DER, and its private key.
func NewIssuer(certificate []byte, key *Key) (*Issuer, error) {
	c, err := firstCertificate(certificate)
	if err != nil {
		return nil, err
	}
	return &Issuer{Key: key, subject: c.Subject.Raw, keyID: c.SubjectKeyID, certificate: c}, nil
}

func firstCertificate(file []byte) (*pkix.Certificate, error) {
	list := pkix.ReadKeys(nil, file, "", nil).Certificates
	if len(list) == 0 {
		return nil, errors.New("there is no certificate in this file")
	}
	return list[0], nil
}

// Matches reports whether the key belongs to the certificate.
func (i *Issuer) Matches() bool {
	spki, err := i.Key.PublicKey()
	return err == nil && i.certificate != nil && i.certificate.PublicKey != nil && string(spki) == string(i.certificate.PublicKey.SPKI)
}

// Issue makes a certificate for a SubjectPublicKeyInfo, in DER.
func (i *Issuer) Issue(c Certificate, publicKey []byte) ([]byte, error) {
	subject, err := name(c.Subject)
	if err != nil {
		return nil, fmt.Errorf("the subject: %w", err)
	}
	issuer := i.subject
	if c.Issuer != nil {
		if issuer, err = name(c.Issuer); err != nil {
			return nil, fmt.Errorf("the issuer: %w", err)
		}
	}
	serial, err := serialNumber(c.Serial)
	if err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Second)
	notBefore, err := moment(c.NotBefore, now)
	if err != nil {
		return nil, err
	}
	// The scripts' 36500 days.
	notAfter, err := moment(c.NotAfter, notBefore.AddDate(0, 0, 36500))
	if err != nil {
		return nil, err
	}
	d, err := digestNamed(c.Digest)
	if err != nil {
		return nil, err
	}
	algorithm, err := signatureAlgorithm(i.Key, d, c.PSS)
	if err != nil {
		return nil, err
	}
	exts, err := extensions(c.Extensions, extensionContext{publicKey, i})
	if err != nil {
		return nil, err
	}
	var parts [][]byte
	if c.Version != 1 {
		parts = append(parts, explicit(0, smallInteger(int64(max(c.Version, 3)-1))))
	}
	parts = append(parts, integer(serial), algorithm, issuer, sequence(timeValue(notBefore), timeValue(notAfter)), subject, publicKey)
	if exts != nil {
		parts = append(parts, explicit(3, exts))
	}
	return i.signed(sequence(parts...), algorithm, d, c.PSS, c.BadSignature)
}

// signed puts the signature to what is to be signed: the form that certificates, CRLs
// and requests share.
func (i *Issuer) signed(tbs, algorithm []byte, d digest, pss, bad bool) ([]byte, error) {
	signature, err := sign(i.Key, d, pss, tbs)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if bad {
		signature[len(signature)-1] ^= 1
	}
	return sequence(tbs, algorithm, bitString(signature)), nil
}

// SelfSign makes a certificate for key signed with key itself: a CA's.
func SelfSign(c Certificate, key *Key) ([]byte, error) {
	spki, err := key.PublicKey()
	if err != nil {
		return nil, err
	}
	subject, err := name(c.Subject)
	if err != nil {
		return nil, fmt.Errorf("the subject: %w", err)
	}
	return (&Issuer{Key: key, subject: subject, keyID: keyID(spki)}).Issue(c, spki)
}

// serialNumber reads hex; "" gives 8 random octets, positive.
func serialNumber(s string) (*big.Int, error) {
	if s == "" {
		b := random(8)
		b[0] = b[0]&0x7f | 0x40
		return new(big.Int).SetBytes(b), nil
	}
	n, ok := new(big.Int).SetString(strings.NewReplacer(":", "", " ", "", "0x", "").Replace(s), 16)
	if !ok {
		return nil, fmt.Errorf("the serial number %.40q is not hex", s)
	}
	return n, nil
}

// moment reads a time in ISO 8601, UTC where it has no zone.
func moment(s string, otherwise time.Time) (time.Time, error) {
	if s == "" {
		return otherwise, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%.40q is not a time like 2026-01-31 or 2026-01-31T12:00:00Z", s)
}

// CertificatePEM writes a certificate in PEM.
func CertificatePEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
