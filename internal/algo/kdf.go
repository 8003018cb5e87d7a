package algo

// Keys derived from other keys and from passwords: HMAC, HKDF (RFC 5869), PBKDF2 and
// PBKDF1 (RFC 8018), scrypt (RFC 7914), PKCS #12 (RFC 7292 appendix B) and OpenSSL's
// EVP_BytesToKey.

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"unicode/utf16"

	"golang.org/x/crypto/scrypt"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// HMAC is the keyed digest of data.
func HMAC(h Hash, key, data []byte) []byte {
	m := hmac.New(h.New, key)
	m.Write(data)
	return m.Sum(nil)
}

// VerifyMAC checks a message authentication code by an HMAC algorithm: ErrMismatch when
// it is another.
func VerifyMAC(alg Identifier, key, data, mac []byte) error {
	h, ok := hmacHash(alg.OID)
	if !ok {
		return unsupported(alg.OID, "message authentication algorithm")
	}
	if subtle.ConstantTimeCompare(HMAC(h, key, data), mac) != 1 {
		return ErrMismatch
	}
	return nil
}

func hmacHash(o oid.OID) (Hash, bool) {
	switch o {
	case oid.HMACMD5, oid.HMACSHA1, oid.HMACWithMD5, oid.HMACWithSHA1, oid.HMACWithSHA224, oid.HMACWithSHA256,
		oid.HMACWithSHA384, oid.HMACWithSHA512, oid.HMACWithSHA512224, oid.HMACWithSHA512256:
		return HashFor(o)
	}
	return Hash{}, false
}

// hkdf is HKDF (RFC 5869): extract with the salt, expand with the info.
func hkdf(h Hash, secret, salt, info []byte, size int) []byte {
	if len(salt) == 0 {
		salt = make([]byte, h.Size)
	}
	prk := HMAC(h, salt, secret)
	var out, t []byte
	for i := byte(1); len(out) < size; i++ {
		m := hmac.New(h.New, prk)
		m.Write(t)
		m.Write(info)
		m.Write([]byte{i})
		t = m.Sum(nil)
		out = append(out, t...)
	}
	return out[:size]
}

// pbkdf2 is PBKDF2 (RFC 8018 section 5.2). Fifteen lines instead of crypto/pbkdf2,
// which brings its self-tests along.
func pbkdf2(h Hash, password, salt []byte, iterations, size int) []byte {
	m := hmac.New(h.New, password)
	var out []byte
	for block := uint32(1); len(out) < size; block++ {
		m.Reset()
		m.Write(salt)
		m.Write(binary.BigEndian.AppendUint32(nil, block))
		u := m.Sum(nil)
		t := append([]byte(nil), u...)
		for range iterations - 1 {
			m.Reset()
			m.Write(u)
			u = m.Sum(u[:0])
			subtle.XORBytes(t, t, u)
		}
		out = append(out, t...)
	}
	return out[:size]
}

// pbkdf1 is PBKDF1 (RFC 8018 section 5.1); size is at most the hash's.
func pbkdf1(h Hash, password, salt []byte, iterations, size int) []byte {
	t := h.Sum(append(append([]byte(nil), password...), salt...))
	for range iterations - 1 {
		t = h.Sum(t)
	}
	return t[:size]
}

// The purposes of a PKCS #12 derivation (RFC 7292 appendix B.3).
const (
	PKCS12Key = 1
	PKCS12IV  = 2
	PKCS12MAC = 3
)

// PKCS12KDF derives key material as PKCS #12 does (RFC 7292 appendix B.2). password is
// in the form of BMPPassword. The caller has checked the iterations.
func PKCS12KDF(h Hash, password, salt []byte, iterations, purpose, size int) []byte {
	v := h.New().BlockSize()
	fill := func(b []byte) []byte {
		if len(b) == 0 {
			return nil
		}
		out := make([]byte, (len(b)+v-1)/v*v)
		for i := range out {
			out[i] = b[i%len(b)]
		}
		return out
	}
	d := make([]byte, v)
	for i := range d {
		d[i] = byte(purpose)
	}
	in := append(fill(salt), fill(password)...)
	var out []byte
	for {
		a := h.Sum(append(append([]byte(nil), d...), in...))
		for range iterations - 1 {
			a = h.Sum(a)
		}
		if out = append(out, a...); len(out) >= size {
			return out[:size]
		}
		// Each block of in becomes itself plus B plus one, modulo 2^(8v).
		b := make([]byte, v)
		for i := range b {
			b[i] = a[i%len(a)]
		}
		for start := 0; start < len(in); start += v {
			carry := 1
			for i := v - 1; i >= 0; i-- {
				carry += int(in[start+i]) + int(b[i])
				in[start+i] = byte(carry)
				carry >>= 8
			}
		}
	}
}

// BMPPassword is a password as PKCS #12 takes it: UTF-16, big-endian, with a
// terminating zero (RFC 7292 appendix B.1).
func BMPPassword(password string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(password)) {
		out = binary.BigEndian.AppendUint16(out, u)
	}
	return append(out, 0, 0)
}

// VerifyPKCS12MAC checks the MacData of a PFX (RFC 7292 section 4, appendix B; RFC 9579
// for PBMAC1). digest is the algorithm of the DigestInfo. The empty password is tried in
// both forms that exist in the wild.
func VerifyPKCS12MAC(w *limit.Work, digest Identifier, password string, salt []byte, iterations int64, data, mac []byte) error {
	if digest.OID == oid.PBMAC1 {
		return verifyPBMAC1(w, digest, password, data, mac)
	}
	h, ok := HashFor(digest.OID)
	if !ok {
		return unsupported(digest.OID, "digest algorithm")
	}
	if err := checkIterations(w, iterations, 2); err != nil {
		return err
	}
	for _, p := range pkcs12Passwords(password) {
		key := PKCS12KDF(h, p, salt, int(iterations), PKCS12MAC, h.Size)
		if subtle.ConstantTimeCompare(HMAC(h, key, data), mac) == 1 {
			return nil
		}
	}
	return ErrMismatch
}

// pkcs12Passwords is the forms to try: an empty password is written as a terminator
// alone by some and as nothing at all by others.
func pkcs12Passwords(password string) [][]byte {
	if password == "" {
		return [][]byte{BMPPassword(""), nil}
	}
	return [][]byte{BMPPassword(password)}
}

func verifyPBMAC1(w *limit.Work, alg Identifier, password string, data, mac []byte) error {
	kdf, err := ReadIdentifier(alg.Params.First())
	if err != nil {
		return errorf.New("reading the key derivation of PBMAC1: %w", err)
	}
	scheme, err := ReadIdentifier(alg.Params.First().Next())
	if err != nil {
		return errorf.New("reading the MAC of PBMAC1: %w", err)
	}
	h, ok := hmacHash(scheme.OID)
	if !ok {
		return unsupported(scheme.OID, "message authentication algorithm")
	}
	key, err := DeriveKey(w, kdf, password, 0, h.Size)
	if err != nil {
		return err
	}
	return VerifyMAC(scheme, key, data, mac)
}

// checkIterations takes the work of deriving so many blocks of a hash.
func checkIterations(w *limit.Work, n int64, blocks int) error {
	if n < 1 {
		return errors.New("an iteration count of less than 1")
	}
	if n > limit.KDFIterations {
		return limit.Over("iterations of a key derivation", limit.KDFIterations, -1)
	}
	return w.Take(n * int64(blocks) * limit.WorkOfKDF)
}

// checkScrypt bounds the work and the memory of scrypt, in an order in which nothing can
// overflow. A block has 128·r bytes (RFC 7914 section 5): n of them, and p more.
func checkScrypt(n, r, p int64) error {
	if n > limit.ScryptWork || r > limit.ScryptWork/n || p > limit.ScryptWork/(n*r) {
		return limit.Over("steps of scrypt", limit.ScryptWork, -1)
	}
	if 128*r*(n+p) > limit.ScryptMemory {
		return limit.Over("bytes of memory for scrypt", limit.ScryptMemory, -1)
	}
	return nil
}

// DeriveKey derives a key of size bytes from a password by PBKDF2 (RFC 8018 appendix
// A.2) or scrypt (RFC 7914 section 7.1), as PBES2, PBMAC1 and PasswordRecipientInfo name
// them. A size of 0 means the parameters' own keyLength, or fallback when they have none; a
// keyLength that is not size is an error. What it takes comes out of w.
func DeriveKey(w *limit.Work, kdf Identifier, password string, size, fallback int) ([]byte, error) {
	if !kdf.Params.Is(ber.TagSequence) {
		if kdf.OID == oid.PBKDF2 || kdf.OID == oid.Scrypt {
			return nil, at(kdf.Params, "the parameters of "+kdf.Name()+" are not a SEQUENCE")
		}
		return nil, unsupported(kdf.OID, "key derivation function")
	}
	salt := kdf.Params.First()
	next := salt.Next()
	if (kdf.OID == oid.PBKDF2 || kdf.OID == oid.Scrypt) && !salt.Is(ber.TagOctetString) {
		return nil, at(salt, "a key derivation without a salt in an OCTET STRING")
	}
	length := func(v ber.Value) error {
		stated := 0
		if v.Is(ber.TagInteger) {
			n, ok := v.Int()
			if !ok || n < 1 {
				return at(v, "a derived key's length that makes no sense")
			}
			if n > limit.DerivedKey {
				return limit.Over("bytes of a derived key", limit.DerivedKey, v.Offset())
			}
			stated = int(n)
		}
		switch {
		case size == 0 && stated == 0:
			size = fallback
		case size == 0:
			size = stated
		case stated != 0 && stated != size:
			return errorf.New("%w: %d bytes are derived, and the cipher takes %d", ErrKeySize, stated, size)
		}
		if size < 1 || size > limit.DerivedKey {
			return errors.New("the length of the derived key is not known")
		}
		return nil
	}
	switch kdf.OID {
	case oid.PBKDF2:
		iterations, ok := next.Int()
		if !next.Is(ber.TagInteger) || !ok {
			return nil, at(next, "an iteration count that makes no sense")
		}
		rest := next.Next()
		if err := length(rest); err != nil {
			return nil, err
		}
		if rest.Is(ber.TagInteger) {
			rest = rest.Next()
		}
		prf, _ := HashFor(oid.SHA1)
		if rest.Ok() {
			id, err := ReadIdentifier(rest)
			if err != nil {
				return nil, errorf.New("reading the pseudorandom function: %w", err)
			}
			if prf, ok = hmacHash(id.OID); !ok {
				return nil, unsupported(id.OID, "pseudorandom function")
			}
		}
		if err := checkIterations(w, iterations, (size+prf.Size-1)/prf.Size); err != nil {
			return nil, err
		}
		return pbkdf2(prf, []byte(password), salt.Octets(), int(iterations), size), nil
	case oid.Scrypt:
		n, ok1 := next.Int()
		r, ok2 := next.Next().Int()
		p, ok3 := next.Next().Next().Int()
		if !ok1 || !ok2 || !ok3 || n < 2 || n&(n-1) != 0 || r < 1 || p < 1 {
			return nil, at(kdf.Params, "scrypt parameters that make no sense")
		}
		if err := checkScrypt(n, r, p); err != nil {
			return nil, err
		}
		if err := w.Take(n * r * p * limit.WorkOfScrypt); err != nil {
			return nil, err
		}
		if err := length(next.Next().Next().Next()); err != nil {
			return nil, err
		}
		return scrypt.Key([]byte(password), salt.Octets(), int(n), int(r), int(p), size)
	}
	return nil, unsupported(kdf.OID, "key derivation function")
}

// BytesToKey is OpenSSL's EVP_BytesToKey with MD5 and one iteration, which legacy PEM
// encryption derives its key with. The salt is the first 8 bytes of the initialization
// vector in DEK-Info.
func BytesToKey(password string, salt []byte, size int) []byte {
	var out, d []byte
	for len(out) < size {
		h := md5.New()
		h.Write(d)
		h.Write([]byte(password))
		h.Write(salt)
		d = h.Sum(nil)
		out = append(out, d...)
	}
	return out[:size]
}
