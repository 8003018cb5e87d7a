package pkix

// What an OCSP response says (RFC 6960 section 4.2.1). It is read and not verified: one
// that came with a message, where nobody asked for it, is heard as a doubt (RFC 5940).

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// Statuses of an OCSPAnswer.
const (
	OCSPGood = iota
	OCSPRevoked
	OCSPUnknown
)

// OCSPAnswer is what a response says of one certificate.
type OCSPAnswer struct {
	Hash       algo.Hash // of NameHash; none where it is not known
	NameHash   []byte    // of the issuer's name
	Serial     []byte    // content octets
	Status     int       // one of the OCSP constants
	RevokedAt  int64     // Unix seconds, 0 where it cannot be read
	ThisUpdate int64
}

// ReadOCSP reads the answers of an OCSPResponse. What cannot be read holds none.
func ReadOCSP(v ber.Value) []*OCSPAnswer {
	status := v.First()
	body := status.Next().First()
	if !status.Is(ber.TagEnumerated) || body.First().OID() != oid.OCSPBasic {
		return nil
	}
	data := ber.ParseOne(body.First().Next().Octets()).Root().First()
	f := data.First()
	if f.IsContext(0) {
		f = f.Next() // the version
	}
	responses := f.Next().Next() // after the responder and the time
	var all []*OCSPAnswer
	for r := range responses.Children() {
		if len(all) >= limit.OCSPAnswers {
			break
		}
		id := r.First()
		hash, _ := algo.ReadIdentifier(id.First())
		a := &OCSPAnswer{NameHash: id.First().Next().Octets(), Serial: id.First().Next().Next().Next().Bytes(), Status: OCSPUnknown}
		a.Hash, _ = algo.HashFor(hash.OID)
		switch s := id.Next(); {
		case s.IsContext(0):
			a.Status = OCSPGood
		case s.IsContext(1):
			a.Status = OCSPRevoked
			a.RevokedAt, _ = ReadTime(s.First())
		}
		a.ThisUpdate, _ = ReadTime(id.Next().Next())
		all = append(all, a)
	}
	return all
}

// speaksOf reports whether an answer is, or may be, about a certificate.
func (a *OCSPAnswer) speaksOf(c *Certificate) bool {
	return SameInteger(a.Serial, c.Serial) && (!a.Hash.Ok() || bytes.Equal(a.Hash.Sum(c.Issuer.Raw), a.NameHash))
}
