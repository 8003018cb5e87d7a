package cms

// Opening a recipient's encrypted key with a private key: key transport and key
// agreement.

import (
	"bytes"
	"errors"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// supported says whether the recipient's algorithms are known, without any key: an
// *algo.UnsupportedError or nil.
func (r *Recipient) supported() error {
	var err error
	switch r.Type {
	case KeyTransport:
		_, err = algo.DecryptKeyTransport(r.Algorithm, nil, nil)
	case KeyAgreement:
		_, _, err = algo.AgreeKey(r.Algorithm, nil, nil, nil)
	case KeyWrap:
		_, err = algo.UnwrapKey(r.Algorithm, nil, nil)
	case Password:
		if d := r.Derivation.OID; d != "" && d != oid.PBKDF2 && d != oid.Scrypt {
			return &algo.UnsupportedError{OID: d, What: "key derivation function"}
		}
		_, err = algo.UnwrapKey(r.Algorithm, nil, nil)
	default:
		return &algo.UnsupportedError{OID: r.OtherType, What: "type of recipient"}
	}
	if algo.AsUnsupported(err) != nil {
		return err
	}
	return nil
}

func (o *opener) unwrapPrivate(r *Recipient, key *algo.PrivateKey) ([]byte, error) {
	if err := o.keys.Work.Take(key.Public.PrivateWork()); err != nil {
		return nil, err
	}
	if r.Type == KeyTransport {
		cek, err := algo.DecryptKeyTransport(r.Algorithm, key, r.EncryptedKey)
		if other, ok := otherMask(r.Algorithm); ok && errors.Is(err, algo.ErrPadding) {
			// OAEP is sure of itself: another mask does not fit by chance.
			if cek, err := algo.DecryptKeyTransport(other, key, r.EncryptedKey); err == nil {
				o.d.Problems = append(o.d.Problems, Problem{
					Code: "oaep-mask", Severity: SeverityError, Range: r.Algorithm.Value.Range(),
					Detail:    "the parameters of OAEP leave MGF1 to its default, SHA-1, and the key is encrypted with the hash that they state for OAEP itself: other readers will not open it",
					Reference: "RFC 4055 section 4.1",
				})
				return cek, nil
			}
		}
		return cek, err
	}
	originator, err := o.originator(r, key)
	if err != nil {
		return nil, err
	}
	kek, wrap, err := algo.AgreeKey(r.Algorithm, key, originator, r.UKM)
	if err != nil {
		return nil, err
	}
	return algo.UnwrapKey(wrap, kek, r.EncryptedKey)
}

// otherMask gives OAEP with MGF1 over the hash that is stated for OAEP itself, where
// the parameters leave MGF1's to the default: some writers forget it.
func otherMask(alg algo.Identifier) (algo.Identifier, bool) {
	hash := alg.Params.First()
	if alg.OID != oid.RSAESOAEP || !hash.IsContext(0) || hash.Next().Ok() && hash.Next().IsContext(1) {
		return alg, false
	}
	mask := appendValue(nil, []byte{ber.TagOID}, []byte(oid.MGF1))
	mask = appendValue(nil, []byte{0x30}, append(mask, hash.Bytes()...))
	content := appendValue(bytes.Clone(hash.Raw()), []byte{0xa1}, mask)
	for f := hash.Next(); f.Ok(); f = f.Next() {
		content = append(content, f.Raw()...)
	}
	alg.Params = ber.ParseOne(appendValue(nil, []byte{0x30}, content)).Root()
	return alg, true
}

// originator is the sender's public key: in the recipient itself, or in a
// certificate that it names.
func (o *opener) originator(r *Recipient, key *algo.PrivateKey) (*algo.PublicKey, error) {
	if r.Originator.PublicKey != nil {
		return algo.ReadOriginatorKey(r.Originator.Value, key)
	}
	sender := Recipient{Type: KeyAgreement, Issuer: r.Originator.Issuer, Serial: r.Originator.Serial, SubjectKeyID: r.Originator.SubjectKeyID}
	if c := sender.FindCertificate(o.keys.Certificates); c != nil && c.PublicKey != nil {
		return c.PublicKey, nil
	}
	if o.attached == nil {
		o.attached = &pkix.Pool{}
		for _, v := range o.e.OriginatorCertificates {
			if c, _ := pkix.ParseCertificate(v.Raw()); c != nil {
				o.attached.Add(c)
			}
		}
	}
	if c := sender.FindCertificate(o.attached); c != nil && c.PublicKey != nil {
		return c.PublicKey, nil
	}
	return nil, errors.New("the originator's certificate is not known")
}
