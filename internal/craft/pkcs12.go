package craft

// PKCS #12 (RFC 7292): a key, its certificate and those above it in one file, under
// one password.

import (
	"crypto/des"
	"crypto/sha1"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/oid"
)

// PKCS12 describes a file of this kind.
type PKCS12 struct {
	Key          *Key
	Certificate  []byte   // DER, of the key
	Certificates [][]byte // DER of those above it
	// FriendlyName is what programs list key and certificate under; the scripts of RFC
	// 6216 appendix A put the address there.
	FriendlyName string
	Password     string
	// Legacy takes what programs from before 2016 read, SHA-1 and triple DES, instead of
	// PBES2 with AES-256 and SHA-256.
	Legacy bool
}

// DER writes the file as openssl pkcs12 -export does: the certificates encrypted, the
// key in a shrouded bag, and one MAC over all; the key and its certificate have the
// name, and the SHA-1 of the certificate as localKeyID.
func (p PKCS12) DER() ([]byte, error) {
	id := sha1.Sum(p.Certificate)
	attributes := [][]byte{sequence(oidValue(oid.LocalKeyID), tlv(tagSet, octets(id[:])))}
	if p.FriendlyName != "" {
		// A password of PKCS #12 is a BMPString as well, but ends with a zero.
		name := algo.BMPPassword(p.FriendlyName)
		attributes = append(attributes, sequence(oidValue(oid.FriendlyName), tlv(tagSet, tlv(tagBMP, name[:len(name)-2]))))
	}
	mine := setOf(attributes...)
	bag := func(kind oid.OID, value []byte, attributes ...[]byte) []byte {
		return sequence(append([][]byte{oidValue(kind), explicit(0, value)}, attributes...)...)
	}
	certificate := func(der []byte, attributes ...[]byte) []byte {
		return bag(oid.CertBag, sequence(oidValue(oid.X509Certificate), explicit(0, octets(der))), attributes...)
	}
	certificates := [][]byte{certificate(p.Certificate, mine)}
	for _, above := range p.Certificates {
		certificates = append(certificates, certificate(above))
	}
	algorithm, sealed, err := p.encrypt(sequence(certificates...))
	if err != nil {
		return nil, err
	}
	first := contentInfo(oid.EncryptedData, sequence(smallInteger(0), sequence(oidValue(oid.Data), algorithm, tlv(0x80, sealed))))
	key, err := p.Key.PKCS8()
	if err != nil {
		return nil, err
	}
	if algorithm, sealed, err = p.encrypt(key); err != nil {
		return nil, err
	}
	shrouded := bag(oid.PKCS8ShroudedKeyBag, sequence(algorithm, octets(sealed)), mine)
	second := contentInfo(oid.Data, octets(sequence(shrouded)))
	safe := sequence(first, second)
	mac, err := p.mac(safe)
	if err != nil {
		return nil, err
	}
	return sequence(smallInteger(3), contentInfo(oid.Data, octets(safe)), mac), nil
}

// encrypt encrypts under the password, and gives the algorithm's identifier.
func (p PKCS12) encrypt(plain []byte) (algorithm, sealed []byte, err error) {
	if !p.Legacy {
		return encryptPBES2(plain, p.Password)
	}
	h, _ := algo.HashFor(oid.SHA1)
	salt, password := random(8), algo.BMPPassword(p.Password)
	block, err := des.NewTripleDESCipher(algo.PKCS12KDF(h, password, salt, legacyIterations, algo.PKCS12Key, 24))
	if err != nil {
		return nil, nil, err
	}
	iv := algo.PKCS12KDF(h, password, salt, legacyIterations, algo.PKCS12IV, des.BlockSize)
	return sequence(oidValue(oid.PBEWithSHAAnd3KeyTripleDESCBC), sequence(octets(salt), smallInteger(legacyIterations))),
		encryptCBC(block, iv, plain), nil
}

// legacyIterations is what OpenSSL took.
const legacyIterations = 2048

// mac is the MacData over the authenticated safe (RFC 7292 section 4 and appendix B).
func (p PKCS12) mac(safe []byte) ([]byte, error) {
	name := "SHA-256"
	if p.Legacy {
		name = "SHA-1"
	}
	d, err := digestNamed(name)
	if err != nil {
		return nil, err
	}
	h, _ := algo.HashFor(d.oid)
	salt := random(16)
	key := algo.PKCS12KDF(h, algo.BMPPassword(p.Password), salt, legacyIterations, algo.PKCS12MAC, h.Size)
	return sequence(sequence(d.identifier(true), octets(algo.HMAC(h, key, safe))), octets(salt), smallInteger(legacyIterations)), nil
}
