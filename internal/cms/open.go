package cms

// Opening content with its content-encryption key: CBC with padding, authenticated
// encryption with attributes beside it, and the MAC of AuthenticatedData.

import (
	"bytes"
	"errors"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// supported says whether the content's algorithm is known: an *algo.UnsupportedError
// or nil.
func (e *EnvelopedData) supported() error {
	o := e.Algorithm.OID
	switch e.Kind {
	case KindAuthenticatedData:
		if err := algo.VerifyMAC(e.Algorithm, nil, nil, nil); algo.AsUnsupported(err) != nil {
			return err
		}
		return nil
	case KindAuthEnvelopedData:
		if isAEAD(o) {
			return nil
		}
		return &algo.UnsupportedError{OID: o, What: "authenticated encryption algorithm"}
	case KindEncryptedData:
		if isPBE(o) {
			return nil
		}
	}
	switch o {
	case oid.AES128CBC, oid.AES192CBC, oid.AES256CBC, oid.DESEDE3CBC, oid.DESCBC, oid.RC2CBC:
		return nil
	}
	if isAEAD(o) {
		return nil
	}
	return &algo.UnsupportedError{OID: o, What: "content encryption algorithm"}
}

func isAEAD(o oid.OID) bool {
	switch o {
	case oid.AES128GCM, oid.AES192GCM, oid.AES256GCM, oid.AES128CCM, oid.AES192CCM, oid.AES256CCM:
		return true
	}
	return false
}

// isPBE reports a password-based encryption scheme (RFC 8018 section 6, RFC 7292
// appendix C).
func isPBE(o oid.OID) bool {
	switch o {
	case oid.PBES2, oid.PBEWithMD5AndDESCBC, oid.PBEWithSHA1AndDESCBC, oid.PBEWithMD5AndRC2CBC, oid.PBEWithSHA1AndRC2CBC,
		oid.PBEWithSHAAnd3KeyTripleDESCBC, oid.PBEWithSHAAnd2KeyTripleDESCBC,
		oid.PBEWithSHAAnd128BitRC2CBC, oid.PBEWithSHAAnd40BitRC2CBC:
		return true
	}
	return false
}

// open opens the content with its key.
func (e *EnvelopedData) open(cek []byte, d *Decryption) ([]byte, error) {
	switch {
	case e.Kind == KindAuthenticatedData:
		return e.authenticate(cek, d)
	case e.Encrypted == nil:
		return nil, errNoEncrypted
	case e.Kind == KindAuthEnvelopedData:
		return e.openAEAD(cek, d)
	case isAEAD(e.Algorithm.OID):
		return e.openAppended(cek, d)
	}
	content, err := algo.DecryptContent(e.Algorithm, cek, e.Encrypted)
	if err != nil {
		return nil, errorf.New("decrypting the content: %w", err)
	}
	return content, nil
}

var errNoEncrypted = errors.New("the encrypted content is not here")

// openAEAD opens AuthEnvelopedData. What is authenticated beside the content is
// the DER encoding of the attributes (RFC 5083 section 2.2).
func (e *EnvelopedData) openAEAD(cek []byte, d *Decryption) ([]byte, error) {
	if !e.MAC.Ok() {
		return nil, errors.New("decrypting the content: its authentication tag is missing")
	}
	var content []byte
	err := e.overAttributes(d, algo.ErrTag, func(attrs []byte) (err error) {
		content, err = algo.OpenAEAD(e.Algorithm, cek, e.Encrypted, e.MAC.Octets(), attrs)
		return err
	})
	if err != nil {
		return nil, errorf.New("decrypting the content: %w", err)
	}
	return content, nil
}

// overAttributes tries the authenticated attributes as received, and then as DER
// writes them, until check gives something else than mismatch.
func (e *EnvelopedData) overAttributes(d *Decryption, mismatch error, check func(attrs []byte) error) error {
	if !e.AuthAttrs.Ok() {
		return check(nil)
	}
	received := asSet(e.AuthAttrs)
	err := check(received)
	if !errors.Is(err, mismatch) {
		return err
	}
	for _, sorted := range []bool{true, false} {
		encoded, bad := encodeSet(e.AuthAttrs, sorted)
		if limit.Reached(bad) {
			d.Problems = append(d.Problems, Problem{Code: "limit", Severity: SeverityWarning, Range: e.AuthAttrs.Range(), Detail: bad.Error(), Reference: "RFC 5083 section 2.2"})
			break
		}
		if bad != nil || bytes.Equal(encoded, received) {
			continue
		}
		if check(encoded) == nil {
			d.Problems = append(d.Problems, Problem{
				Code: "attributes-reencoded", Severity: SeverityWarning, Range: e.AuthAttrs.Range(),
				Detail:    "the authenticated attributes hold not as they were sent, but as they are encoded again",
				Reference: "RFC 5083 section 2.2",
			})
			return nil
		}
	}
	return err
}

// openAppended opens what some programs write: authenticated encryption in an
// EnvelopedData or EncryptedData, where the tag has no field of its own and
// follows the ciphertext.
func (e *EnvelopedData) openAppended(cek []byte, d *Decryption) ([]byte, error) {
	alg := repairedAEAD(e.Algorithm)
	params, err := algo.ReadAEADParams(alg)
	if err != nil {
		return nil, errorf.New("decrypting the content: %w", err)
	}
	at := len(e.Encrypted) - params.TagSize
	if at < 0 {
		return nil, errorf.New("decrypting the content: %w: there is no room for a tag", algo.ErrTruncated)
	}
	content, err := algo.OpenAEAD(alg, cek, e.Encrypted[:at:at], e.Encrypted[at:], nil)
	if err != nil {
		return nil, errorf.New("decrypting the content: %w", err)
	}
	d.Unauthenticated = false
	d.Problems = append(d.Problems, Problem{
		Code: "aead-in-enveloped", Severity: SeverityWarning, Range: e.EncryptedRange,
		Detail:    "authenticated encryption belongs in an AuthEnvelopedData; here the tag is appended to the ciphertext",
		Reference: "RFC 5084 section 1.1",
	})
	return content, nil
}

// repairedAEAD undoes what one known writer of such messages does to the parameters:
// they lie in another SEQUENCE, which is marked as primitive, and the nonce is tagged
// [4] in place of OCTET STRING.
func repairedAEAD(alg algo.Identifier) algo.Identifier {
	if !alg.Params.Is(ber.TagSequence) || alg.Params.Constructed() {
		return alg
	}
	inner := ber.ParseOne(bytes.Clone(alg.Params.Bytes())).Root()
	if nonce := inner.First(); inner.Is(ber.TagSequence) && nonce.IsContext(4) {
		inner.Tree().Src[nonce.Offset()] = ber.TagOctetString
		alg.Params = ber.ParseOne(inner.Raw()).Root()
	}
	return alg
}

// authenticate verifies the MAC of AuthenticatedData, over the content or over
// attributes that hold the content's digest (RFC 5652 section 9.2).
func (e *EnvelopedData) authenticate(key []byte, d *Decryption) ([]byte, error) {
	content := e.Content.Content
	if e.Content.Detached {
		return nil, errors.New("the authenticated content is not here")
	}
	if !e.MAC.Ok() {
		return nil, errors.New("the message authentication code is missing")
	}
	if !e.AuthAttrs.Ok() {
		if err := algo.VerifyMAC(e.Algorithm, key, content, e.MAC.Octets()); err != nil {
			return nil, errorf.New("verifying the message authentication code: %w: the content or the code changed", err)
		}
		return content, nil
	}
	err := e.overAttributes(d, algo.ErrMismatch, func(attrs []byte) error {
		return algo.VerifyMAC(e.Algorithm, key, attrs, e.MAC.Octets())
	})
	if err != nil {
		return nil, errorf.New("verifying the message authentication code: %w: the attributes or the code changed", err)
	}
	digest, count := single(e.Authenticated, oid.MessageDigest)
	hash, known := algo.HashFor(e.DigestAlgorithm.OID)
	contentType, types := single(e.Authenticated, oid.ContentType)
	switch {
	case !known:
		return nil, &algo.UnsupportedError{OID: e.DigestAlgorithm.OID, What: "digest algorithm"}
	case count != 1:
		return nil, errors.New("the authenticated attributes do not hold one messageDigest")
	case !bytes.Equal(hash.Sum(content), digest.Octets()):
		return nil, errors.New("the content changed: its digest is not the one in the messageDigest attribute")
	case types != 1 || !contentType.Is(ber.TagOID) || contentType.OID() != e.Content.Type:
		return nil, errors.New("the authenticated attributes do not hold the content's type")
	}
	return content, nil
}
