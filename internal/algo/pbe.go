package algo

// Password-based encryption: PBES2 and PBES1 (RFC 8018), the schemes of PKCS #12 (RFC
// 7292 appendix C), and the encryption of legacy PEM (RFC 1421 section 4.6.1.3 as
// OpenSSL does it).

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/table"
)

// DecryptPBE decrypts with a password: PBES2 with PBKDF2 or scrypt, PBES1 with DES or
// RC2, and the PKCS #12 schemes with triple DES or RC2. ErrPadding almost always means a
// wrong password. What it takes comes out of w.
func DecryptPBE(w *limit.Work, alg Identifier, password string, ciphertext []byte) ([]byte, error) {
	if alg.OID == oid.PBES2 {
		return decryptPBES2(w, alg, password, ciphertext)
	}
	s, ok := pbeSchemes.Find(alg.OID)
	if !ok {
		return nil, unsupported(alg.OID, "password-based encryption")
	}
	salt := alg.Params.First()
	iterations, ok := salt.Next().Int()
	if !salt.Is(ber.TagOctetString) || !salt.Next().Is(ber.TagInteger) || !ok {
		return nil, at(alg.Params, "the parameters of "+alg.Name()+" are not a salt and an iteration count")
	}
	h, _ := HashFor(s.hash)
	// A key and an initialization vector, of one or two blocks of the hash each, and an
	// empty password in two forms.
	if err := checkIterations(w, iterations, 4); err != nil {
		return nil, err
	}
	if !s.pkcs12 {
		dk := pbkdf1(h, []byte(password), salt.Octets(), int(iterations), 16)
		block, err := s.block(dk[:8])
		if err != nil {
			return nil, err
		}
		return decryptCBC(block, dk[8:], ciphertext)
	}
	var err error
	for _, p := range pkcs12Passwords(password) {
		key := PKCS12KDF(h, p, salt.Octets(), int(iterations), PKCS12Key, s.keySize)
		iv := PKCS12KDF(h, p, salt.Octets(), int(iterations), PKCS12IV, 8)
		var block cipher.Block
		if block, err = s.block(key); err != nil {
			return nil, err
		}
		var out []byte
		if out, err = decryptCBC(block, iv, ciphertext); err == nil {
			return out, nil
		}
	}
	return nil, err
}

type pbeScheme struct {
	hash    oid.OID
	pkcs12  bool
	keySize int
	block   func(key []byte) (cipher.Block, error)
}

var pbeSchemes = table.Of[oid.OID, pbeScheme]{
	{oid.PBEWithMD5AndDESCBC, pbeScheme{oid.MD5, false, 8, des.NewCipher}},
	{oid.PBEWithSHA1AndDESCBC, pbeScheme{oid.SHA1, false, 8, des.NewCipher}},
	{oid.PBEWithMD5AndRC2CBC, pbeScheme{oid.MD5, false, 8, rc2With(64)}},
	{oid.PBEWithSHA1AndRC2CBC, pbeScheme{oid.SHA1, false, 8, rc2With(64)}},
	{oid.PBEWithSHAAnd3KeyTripleDESCBC, pbeScheme{oid.SHA1, true, 24, des.NewTripleDESCipher}},
	{oid.PBEWithSHAAnd2KeyTripleDESCBC, pbeScheme{oid.SHA1, true, 16, func(key []byte) (cipher.Block, error) {
		return des.NewTripleDESCipher(append(key[:16:16], key[:8]...))
	}}},
	{oid.PBEWithSHAAnd128BitRC2CBC, pbeScheme{oid.SHA1, true, 16, rc2With(128)}},
	{oid.PBEWithSHAAnd40BitRC2CBC, pbeScheme{oid.SHA1, true, 5, rc2With(40)}},
}

func rc2With(bits int) func([]byte) (cipher.Block, error) {
	return func(key []byte) (cipher.Block, error) { return newRC2(key, bits) }
}

// decryptPBES2 is PBES2 (RFC 8018 section 6.2).
func decryptPBES2(w *limit.Work, alg Identifier, password string, ciphertext []byte) ([]byte, error) {
	kdf, err := ReadIdentifier(alg.Params.First())
	if err != nil {
		return nil, errorf.New("reading the key derivation of PBES2: %w", err)
	}
	scheme, err := ReadIdentifier(alg.Params.First().Next())
	if err != nil {
		return nil, errorf.New("reading the cipher of PBES2: %w", err)
	}
	fallback := 0
	size := CipherKeySize(scheme.OID)
	if scheme.OID == oid.RC2CBC {
		fallback = rc2KeySize(scheme.Params)
	} else if size == 0 {
		return nil, unsupported(scheme.OID, "content encryption algorithm")
	}
	key, err := DeriveKey(w, kdf, password, size, fallback)
	if err != nil {
		return nil, err
	}
	return DecryptContent(scheme, key, ciphertext)
}

// DecryptLegacyPEM decrypts the body of a PEM block with the headers Proc-Type:
// 4,ENCRYPTED and DEK-Info: name is the algorithm there, iv the bytes after the comma.
func DecryptLegacyPEM(name string, iv []byte, password string, ciphertext []byte) ([]byte, error) {
	var size int
	var make func([]byte) (cipher.Block, error)
	switch name {
	case "DES-CBC":
		size, make = 8, des.NewCipher
	case "DES-EDE3-CBC":
		size, make = 24, des.NewTripleDESCipher
	case "AES-128-CBC":
		size, make = 16, aes.NewCipher
	case "AES-192-CBC":
		size, make = 24, aes.NewCipher
	case "AES-256-CBC":
		size, make = 32, aes.NewCipher
	case "RC2-CBC":
		size, make = 16, rc2With(128)
	case "RC2-64-CBC":
		size, make = 8, rc2With(64)
	case "RC2-40-CBC":
		size, make = 5, rc2With(40)
	default:
		return nil, &UnsupportedError{What: "PEM encryption " + strconv.Quote(name)}
	}
	if len(iv) < 8 {
		return nil, errors.New("the initialization vector in DEK-Info is too short")
	}
	block, err := make(BytesToKey(password, iv[:8], size))
	if err != nil {
		return nil, err
	}
	if len(iv) != block.BlockSize() {
		return nil, errors.New("the initialization vector in DEK-Info has " + strconv.Itoa(len(iv)) +
			" bytes, and " + name + " takes " + strconv.Itoa(block.BlockSize()))
	}
	return decryptCBC(block, iv, ciphertext)
}
