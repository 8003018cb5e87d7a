package craft

// Certificate revocation lists (RFC 5280 section 5).

import (
	"encoding/pem"
	"errors"
	"time"

	"github.com/sipseal/sipseal/internal/oid"
)

// CRL describes a revocation list.
type CRL struct {
	// Revoked are serial numbers in hex.
	Revoked []string `json:"revoked"`
	// RevokedAt is when, ThisUpdate and NextUpdate are the list's own times, in ISO 8601.
	// "" is now, now, and thirty days later.
	RevokedAt  string `json:"revokedAt,omitempty"`
	ThisUpdate string `json:"thisUpdate,omitempty"`
	NextUpdate string `json:"nextUpdate,omitempty"`
	Number     int64  `json:"number,omitempty"`
	Digest     string `json:"digest,omitempty"`
	// BadSignature flips a bit of the signature.
	BadSignature bool `json:"badSignature,omitempty"`
}

// Revoke makes a CRL, in DER.
func (i *Issuer) Revoke(c CRL) ([]byte, error) {
	now := time.Now().UTC().Truncate(time.Second)
	thisUpdate, err := moment(c.ThisUpdate, now)
	if err != nil {
		return nil, err
	}
	nextUpdate, err := moment(c.NextUpdate, thisUpdate.AddDate(0, 0, 30))
	if err != nil {
		return nil, err
	}
	when, err := moment(c.RevokedAt, thisUpdate)
	if err != nil {
		return nil, err
	}
	d, err := digestNamed(c.Digest)
	if err != nil {
		return nil, err
	}
	algorithm, err := signatureAlgorithm(i.Key, d, false)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for _, s := range c.Revoked {
		if s == "" {
			return nil, errors.New("a serial number to revoke is empty")
		}
		n, err := serialNumber(s)
		if err != nil {
			return nil, err
		}
		entries = append(entries, sequence(integer(n), timeValue(when)))
	}
	parts := [][]byte{smallInteger(1), algorithm, i.subject, timeValue(thisUpdate), timeValue(nextUpdate)}
	if entries != nil { // an empty list is left out
		parts = append(parts, sequence(entries...))
	}
	exts := [][]byte{}
	if i.keyID != nil {
		exts = append(exts, sequence(oidValue(oid.AuthorityKeyIdentifier), octets(sequence(tlv(0x80, i.keyID)))))
	}
	exts = append(exts, sequence(oidValue(oid.CRLNumber), octets(smallInteger(max(c.Number, 1)))))
	parts = append(parts, explicit(0, sequence(exts...)))
	return i.signed(sequence(parts...), algorithm, d, false, c.BadSignature)
}

// CRLPEM writes a CRL in PEM.
func CRLPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der})
}
