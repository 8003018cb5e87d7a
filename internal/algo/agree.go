package algo

// Key agreement: elliptic curve Diffie-Hellman and what is derived from it for CMS
// (RFC 5753, RFC 8418).

import (
	"encoding/binary"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

type agreement struct {
	hash oid.OID
	hkdf bool
}

// The curves here all have cofactor 1, so that the standard and the cofactor
// scheme are the same.
var agreements = table.Of[oid.OID, agreement]{
	{oid.DHSinglePassStdDHSHA1KDF, agreement{oid.SHA1, false}},
	{oid.DHSinglePassStdDHSHA224KDF, agreement{oid.SHA224, false}},
	{oid.DHSinglePassStdDHSHA256KDF, agreement{oid.SHA256, false}},
	{oid.DHSinglePassStdDHSHA384KDF, agreement{oid.SHA384, false}},
	{oid.DHSinglePassStdDHSHA512KDF, agreement{oid.SHA512, false}},
	{oid.DHSinglePassCofactorDHSHA1KDF, agreement{oid.SHA1, false}},
	{oid.DHSinglePassCofactorDHSHA224KDF, agreement{oid.SHA224, false}},
	{oid.DHSinglePassCofactorDHSHA256KDF, agreement{oid.SHA256, false}},
	{oid.DHSinglePassCofactorDHSHA384KDF, agreement{oid.SHA384, false}},
	{oid.DHSinglePassCofactorDHSHA512KDF, agreement{oid.SHA512, false}},
	{oid.DHSinglePassStdDHHKDFSHA256, agreement{oid.SHA256, true}},
	{oid.DHSinglePassStdDHHKDFSHA384, agreement{oid.SHA384, true}},
	{oid.DHSinglePassStdDHHKDFSHA512, agreement{oid.SHA512, true}},
}

// AgreeKey derives the key-encryption key of a KeyAgreeRecipientInfo. scheme is its
// keyEncryptionAlgorithm, whose parameters are the key wrap algorithm; originator is
// the originator's public key, whose curve may be left out (RFC 5753 section 3.1.1: see
// ReadOriginatorKey); ukm is the user keying material or nil. It gives also the wrap
// algorithm, for UnwrapKey.
func AgreeKey(scheme Identifier, priv *PrivateKey, originator *PublicKey, ukm []byte) (kek []byte, wrap Identifier, err error) {
	a, ok := agreements.Find(scheme.OID)
	if !ok {
		return nil, wrap, unsupported(scheme.OID, "key agreement scheme")
	}
	if wrap, err = ReadIdentifier(scheme.Params); err != nil {
		return nil, wrap, errorf.New("reading the key wrap algorithm: %w", err)
	}
	size, err := KEKSize(wrap)
	if err != nil {
		return nil, wrap, err
	}
	if priv == nil || originator == nil {
		return nil, wrap, ErrKeyType
	}
	z, err := agree(priv, originator)
	if err != nil {
		return nil, wrap, err
	}
	hash, _ := HashFor(a.hash)
	info := sharedInfo(wrap.Value.Raw(), ukm, size)
	if a.hkdf {
		// RFC 8418 section 2.2: the salt is the user keying material.
		return hkdf(hash, z, ukm, info, size), wrap, nil
	}
	return x963KDF(hash, z, info, size), wrap, nil
}

func agree(priv *PrivateKey, pub *PublicKey) ([]byte, error) {
	switch k := priv.Key.(type) {
	case *ECPrivateKey:
		p, ok := pub.Key.(*ECPublicKey)
		if !ok {
			return nil, errorf.New("%w: the recipient's key is %s and the originator's %s", ErrKeyType, priv.Public.Describe(), pub.Describe())
		}
		return agreeEC(k, p)
	case X25519PrivateKey:
		p, ok := pub.Key.(X25519PublicKey)
		if !ok {
			return nil, errorf.New("%w: the recipient's key is X25519 and the originator's %s", ErrKeyType, pub.Describe())
		}
		return agreeX25519(k, p)
	}
	return nil, errorf.New("%w: %s cannot agree on a key", ErrKeyType, priv.Public.Describe())
}

// ReadOriginatorKey reads an OriginatorPublicKey (RFC 5652 section 6.2.2), whose
// algorithm may leave the curve to the recipient's key.
func ReadOriginatorKey(v ber.Value, recipient *PrivateKey) (*PublicKey, error) {
	pub, err := ReadPublicKey(v)
	if err != nil || pub.Key != nil || recipient == nil {
		return pub, err
	}
	if pub.Algorithm.OID != oid.ECPublicKey || pub.Algorithm.Params.Ok() && !pub.Algorithm.NullParams() {
		return pub, nil
	}
	if k, ok := recipient.Key.(*ECPrivateKey); ok {
		pub.Key, pub.Err = orNil(k.Curve.ReadPoint(pub.Raw))
	}
	return pub, nil
}

// sharedInfo is the DER of an ECC-CMS-SharedInfo (RFC 5753 section 7.2). The wrap
// algorithm goes in as it was received.
func sharedInfo(wrap, ukm []byte, size int) []byte {
	content := append([]byte(nil), wrap...)
	if ukm != nil {
		content = append(content, derValue(0xa0, derValue(ber.TagOctetString, ukm))...)
	}
	bits := binary.BigEndian.AppendUint32(nil, uint32(size)*8)
	content = append(content, derValue(0xa2, derValue(ber.TagOctetString, bits))...)
	return derValue(0x30, content)
}

// x963KDF is the key derivation of ANSI X9.63 (SEC 1 section 3.6.1).
func x963KDF(hash Hash, z, info []byte, size int) []byte {
	var out []byte
	h := hash.New()
	for counter := uint32(1); len(out) < size; counter++ {
		h.Reset()
		h.Write(z)
		h.Write(binary.BigEndian.AppendUint32(nil, counter))
		h.Write(info)
		out = h.Sum(out)
	}
	return out[:size]
}
