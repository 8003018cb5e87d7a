package algo

// Verifying a signature by the identifiers that came with it.

import (
	"crypto"
	"errors"

	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
)

// DigestError says that a signature algorithm includes one hash and the digest
// algorithm beside it is another.
type DigestError struct {
	Signature oid.OID
	Included  Hash // by the signature algorithm
	Given     Hash // by the digest algorithm
}

func (e *DigestError) Error() string {
	return "the signature algorithm " + e.Signature.Name() + " uses " + e.Included.Name +
		", and the digest algorithm is " + e.Given.Name
}

// SignatureHash is the hash that a signature is over: the one that the signature
// algorithm includes, which must be digest when that is given, or digest where the
// signature algorithm includes none (rsaEncryption, id-ecPublicKey). For Ed25519,
// which signs the message itself, it is SHA-512, the digest that RFC 8419 section
// 2.3 prescribes beside it.
func SignatureHash(sig Identifier, digest Hash) (Hash, error) {
	var h Hash
	switch sig.OID {
	case oid.RSASSAPSS:
		p, err := ReadPSSParams(sig.Params)
		if err != nil {
			return Hash{}, err
		}
		h = p.Hash
	case oid.RSAEncryption, oid.ECPublicKey, oid.ECDSAWithRecommended, oid.DSA:
		if !digest.Ok() {
			return Hash{}, errors.New("no digest algorithm is given for a signature by " + sig.Name())
		}
		return digest, nil
	case oid.ECDSAWithSpecified:
		var err error
		if h, err = readHash(sig.Params); err != nil {
			return Hash{}, err
		}
	case oid.Ed25519:
		h = hashOf(crypto.SHA512)
		return h, nil
	default:
		var ok bool
		if h, ok = signatureHash(sig.OID); !ok {
			return Hash{}, unsupported(sig.OID, "signature algorithm")
		}
	}
	if digest.Ok() && digest != h {
		return Hash{}, &DigestError{sig.OID, h, digest}
	}
	return h, nil
}

// VerifySignature checks a signature over a message, which is hashed here with
// SignatureHash. nil means that it holds. ErrMismatch means that it does not belong
// to this message and key; *UnsupportedError that it cannot be told; *DigestError
// that the two algorithms contradict each other; ErrKeyType that the key is of
// another kind; anything else that the signature or key is malformed.
func VerifySignature(sig Identifier, digest Hash, pub *PublicKey, message, signature []byte) error {
	if sig.OID == oid.Ed25519 {
		key, err := verifier[Ed25519PublicKey](sig, pub)
		if err != nil {
			return err
		}
		return verifyEd25519(key, message, signature)
	}
	h, err := SignatureHash(sig, digest)
	if err != nil {
		return err
	}
	if pub != nil && family(sig.OID) == familyECDSA && platformVerifies(h, pub.Key, message, signature) {
		return nil
	}
	return VerifyDigest(sig, h, pub, h.Sum(message), signature)
}

// VerifyDigest checks a signature over a digest that was computed already. Its
// errors are those of VerifySignature. Ed25519 has no such thing: it signs the
// message itself.
func VerifyDigest(sig Identifier, h Hash, pub *PublicKey, digest, signature []byte) error {
	if sig.OID == oid.Ed25519 {
		return errors.New("Ed25519 signs the message and not a digest of it")
	}
	h, err := SignatureHash(sig, h)
	if err != nil {
		return err
	}
	if len(digest) != h.Size {
		return errors.New("the digest has the wrong length for " + h.Name)
	}
	switch family(sig.OID) {
	case familyPKCS1:
		key, err := verifier[*RSAPublicKey](sig, pub)
		if err != nil {
			return err
		}
		if pub.Algorithm.OID == oid.RSASSAPSS || pub.Algorithm.OID == oid.RSAESOAEP {
			return errorf.New("%w: the RSA key is for %s only", ErrKeyType, pub.Algorithm.Name())
		}
		return verifyPKCS1v15(key, h, digest, signature)
	case familyPSS:
		key, err := verifier[*RSAPublicKey](sig, pub)
		if err != nil {
			return err
		}
		params, err := ReadPSSParams(sig.Params)
		if err != nil {
			return err
		}
		if err := allowedByKey(pub.Algorithm, params); err != nil {
			return err
		}
		return verifyPSS(key, params, digest, signature)
	case familyECDSA:
		key, err := verifier[*ECPublicKey](sig, pub)
		if err != nil {
			return err
		}
		return verifyECDSA(key, digest, signature)
	case familyDSA:
		key, err := verifier[*DSAPublicKey](sig, pub)
		if err != nil {
			return err
		}
		return verifyDSA(key, digest, signature)
	}
	return unsupported(sig.OID, "signature algorithm")
}

// allowedByKey holds PSS parameters against those of the key, which restrict them
// when the key has any (RFC 4055 section 3.3).
func allowedByKey(key Identifier, params PSSParams) error {
	if key.OID == oid.RSAESOAEP {
		return errorf.New("%w: the RSA key is for %s only", ErrKeyType, key.Name())
	}
	if key.OID != oid.RSASSAPSS || !key.Params.Ok() {
		return nil
	}
	allowed, err := ReadPSSParams(key.Params)
	if err != nil {
		return errorf.New("the public key: %w", err)
	}
	if params.Hash != allowed.Hash || params.MGFHash != allowed.MGFHash || params.SaltLength < allowed.SaltLength {
		return errorf.New("%w: the key is for PSS with %s, MGF1 with %s and %d bytes of salt or more, and the signature has %s, %s and %d",
			ErrKeyType, allowed.Hash.Name, allowed.MGFHash.Name, allowed.SaltLength, params.Hash.Name, params.MGFHash.Name, params.SaltLength)
	}
	return nil
}

type signatureFamily int

const (
	familyUnknown signatureFamily = iota
	familyPKCS1
	familyPSS
	familyECDSA
	familyDSA
)

func family(o oid.OID) signatureFamily {
	switch o {
	case oid.RSAEncryption, oid.MD5WithRSAEncryption, oid.MD5WithRSA, oid.SHA1WithRSAEncryption, oid.SHA1WithRSA,
		oid.SHA224WithRSAEncryption, oid.SHA256WithRSAEncryption, oid.SHA384WithRSAEncryption,
		oid.SHA512WithRSAEncryption, oid.SHA512224WithRSAEncryption, oid.SHA512256WithRSAEncryption:
		return familyPKCS1
	case oid.RSASSAPSS:
		return familyPSS
	case oid.ECPublicKey, oid.ECDSAWithRecommended, oid.ECDSAWithSpecified, oid.ECDSAWithSHA1, oid.ECDSAWithSHA224,
		oid.ECDSAWithSHA256, oid.ECDSAWithSHA384, oid.ECDSAWithSHA512:
		return familyECDSA
	case oid.DSA, oid.DSAWithSHA1, oid.DSAWithSHA1Old, oid.DSAWithSHA224, oid.DSAWithSHA256:
		return familyDSA
	}
	return familyUnknown
}

// verifier is the public key as the kind that a signature algorithm needs.
func verifier[K any](sig Identifier, pub *PublicKey) (key K, err error) {
	if pub == nil {
		return key, errors.New("there is no public key")
	}
	if pub.Key == nil && pub.Err != nil {
		return key, &unusableKey{pub.Err}
	}
	key, ok := pub.Key.(K)
	if !ok {
		return key, errorf.New("%w: a %s signature and the key %s", ErrKeyType, sig.Name(), pub.Describe())
	}
	return key, nil
}

func signatureHash(o oid.OID) (Hash, bool) {
	if family(o) == familyUnknown {
		return Hash{}, false
	}
	return HashFor(o)
}
