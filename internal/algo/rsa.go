package algo

// RSA (RFC 8017): the public operation for every size of key, the PKCS #1 v1.5
// and PSS checks over it, and decryption.

import (
	"bytes"
	"crypto"
	"crypto/subtle"
	"errors"
	"strconv"
	"sync/atomic"

	"filippo.io/bigmod"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/oid"
)

// RSAPublicKey is a modulus and an exponent. It is not the standard library's type
// because that brings math/big and 50 KB along.
type RSAPublicKey struct {
	N []byte // big-endian, without leading zeros
	E uint   // 0 where it has more than 31 bits
	// Exponent is E, big-endian and without leading zeros, whatever its length.
	Exponent []byte

	modulus atomic.Pointer[bigmod.Modulus] // of N, once it was needed
}

// Bits is the length of the modulus in bits.
func (k *RSAPublicKey) Bits() int { return bitLen(k.N) }

// mod is the modulus to compute with.
func (k *RSAPublicKey) mod() (*bigmod.Modulus, error) {
	if m := k.modulus.Load(); m != nil {
		return m, nil
	}
	m, err := bigmod.NewModulus(k.N)
	if err != nil || m.Nat().IsOdd() == 0 {
		return nil, &unusableKey{errors.New("its modulus")}
	}
	k.modulus.Store(m)
	return m, nil
}

// Size is the length of the modulus, and so of a signature, in bytes.
func (k *RSAPublicKey) Size() int { return len(k.N) }

// RSAPrivateKey is the numbers of a private key, big-endian and without leading zeros.
type RSAPrivateKey struct {
	RSAPublicKey
	D      []byte
	Primes [][]byte // two or more; none when they were not given

	inverse *bigmod.Nat // of the second of two primes modulo the first, or nil
}

// rsaPublic is the public operation: the message representative that a signature
// holds, as long as the modulus.
func rsaPublic(pub *RSAPublicKey, signature []byte) ([]byte, error) {
	if len(signature) != pub.Size() {
		return nil, errors.New("the signature has " + strconv.Itoa(len(signature)) +
			" bytes, the key's modulus " + strconv.Itoa(pub.Size()))
	}
	m, err := pub.mod()
	if err != nil {
		return nil, err
	}
	s, err := new(bigmod.Nat).SetBytes(signature, m)
	if err != nil {
		return nil, errors.New("the signature is not less than the key's modulus")
	}
	return pub.power(s, m).Bytes(m), nil
}

// power is the public operation itself.
func (k *RSAPublicKey) power(x *bigmod.Nat, m *bigmod.Modulus) *bigmod.Nat {
	if k.E != 0 {
		return new(bigmod.Nat).ExpShortVarTime(x, k.E, m)
	}
	return new(bigmod.Nat).Exp(x, k.Exponent, m)
}

// OpenedRSA is what an RSA signature holds, whatever algorithm is named for it. That tells
// whether it is the content or the signature that was damaged, and what was signed
// instead. nil holds nothing.
type OpenedRSA struct {
	em  []byte
	key *RSAPublicKey
}

// OpenRSA opens a signature with a public key, or gives nil where that cannot be.
func OpenRSA(pub *PublicKey, signature []byte) *OpenedRSA {
	key, isRSA := publicRSA(pub)
	if !isRSA {
		return nil
	}
	em, err := rsaPublic(key, signature)
	if err != nil {
		return nil
	}
	return &OpenedRSA{em, key}
}

// RecoverDigest opens a signature and gives its DigestInfo. nullParams reports whether
// the hash's parameters are NULL and not absent. ok is false when the signature does not
// hold a well-formed digest for this key.
func RecoverDigest(pub *PublicKey, signature []byte) (h Hash, digest []byte, nullParams bool, ok bool) {
	h, digest, nullParams = OpenRSA(pub, signature).digestInfo()
	return h, digest, nullParams, digest != nil
}

// DigestInfo is the digest of a signature by PKCS #1 v1.5 (RFC 8017 section 9.2), or nil
// where it is not well-formed.
func (o *OpenedRSA) DigestInfo() (Hash, []byte) {
	h, digest, _ := o.digestInfo()
	return h, digest
}

func (o *OpenedRSA) digestInfo() (h Hash, digest []byte, nullParams bool) {
	if o == nil {
		return Hash{}, nil, false
	}
	for _, h := range hashes {
		if len(o.em) < h.Size {
			continue
		}
		digest := o.em[len(o.em)-h.Size:]
		for _, null := range [2]bool{true, false} {
			if bytes.Equal(o.em, encodePKCS1v15(h, digest, null, len(o.em))) {
				return h, digest, null
			}
		}
	}
	return Hash{}, nil, false
}

// Bare is what stands after the padding of PKCS #1 v1.5 for signatures, or nil without
// that.
func (o *OpenedRSA) Bare() []byte {
	if o == nil || len(o.em) < 11 || o.em[0] != 0 || o.em[1] != 1 {
		return nil
	}
	rest := bytes.TrimLeft(o.em[2:], "\xff")
	if len(rest) == 0 || rest[0] != 0 || len(o.em)-len(rest) < 10 {
		return nil
	}
	return rest[1:]
}

// IsPSS reports whether it is a signature by RSASSA-PSS over a digest, with the same hash
// for the mask, and salt of any length.
func (o *OpenedRSA) IsPSS(h Hash, digest []byte) bool {
	return o != nil && checkPSS(bytes.Clone(o.em), o.key.Bits()-1, PSSParams{Hash: h, MGFHash: h, SaltLength: anySalt}, digest) == nil
}

func publicRSA(pub *PublicKey) (*RSAPublicKey, bool) {
	if pub == nil {
		return nil, false
	}
	key, ok := pub.Key.(*RSAPublicKey)
	return key, ok
}

// encodePKCS1v15 is EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) with the hash's
// parameters NULL or absent; nil when it does not fit. To compare with the whole
// encoding, and not to parse it, leaves no room for forgeries in the padding.
func encodePKCS1v15(h Hash, digest []byte, nullParams bool, size int) []byte {
	alg := append([]byte{ber.TagOID, byte(len(h.OID))}, h.OID...)
	if nullParams {
		alg = append(alg, ber.TagNull, 0)
	}
	info := []byte{0x30, byte(2 + len(alg) + 2 + len(digest)), 0x30, byte(len(alg))}
	info = append(info, alg...)
	info = append(info, ber.TagOctetString, byte(len(digest)))
	info = append(info, digest...)
	if size < len(info)+11 {
		return nil
	}
	em := make([]byte, size)
	em[1] = 1
	pad := size - len(info) - 1
	for i := 2; i < pad; i++ {
		em[i] = 0xff
	}
	copy(em[pad+1:], info)
	return em
}

// verifyPKCS1v15 checks RSASSA-PKCS1-v1_5. The hash's parameters may be NULL, as
// RFC 8017 has it, or absent, which RFC 3370 section 2.1 and RFC 5754 section 2
// ask verifiers to accept. For MD5 they must be NULL (RFC 3370 section 2.2).
func verifyPKCS1v15(pub *RSAPublicKey, h Hash, digest, signature []byte) error {
	em, err := rsaPublic(pub, signature)
	if err != nil {
		return err
	}
	if encodePKCS1v15(h, digest, true, len(em)) == nil {
		return errors.New("the key is too short for a " + h.Name + " signature")
	}
	if bytes.Equal(em, encodePKCS1v15(h, digest, true, len(em))) ||
		h.Crypto != crypto.MD5 && bytes.Equal(em, encodePKCS1v15(h, digest, false, len(em))) {
		return nil
	}
	return ErrMismatch
}

// PSSParams are RSASSA-PSS-params (RFC 8017 appendix A.2.3), defaults filled in.
type PSSParams struct {
	Hash, MGFHash Hash
	SaltLength    int
}

// ReadPSSParams reads the parameters of id-RSASSA-PSS. Absent parameters, which
// only a key may have (RFC 4055 section 3.1), give the defaults.
func ReadPSSParams(v ber.Value) (PSSParams, error) {
	p := PSSParams{SaltLength: 20}
	err := readRSAParams(v, "RSASSA-PSS", &p.Hash, &p.MGFHash, func(f ber.Value) error {
		switch n, ok := f.First().Int(); {
		case f.IsContext(2):
			if !ok || n < 0 || n > 1<<20 {
				return at(f, "an RSASSA-PSS salt length that makes no sense")
			}
			p.SaltLength = int(n)
		case !f.IsContext(3):
			return at(f, "an unknown field in RSASSA-PSS parameters")
		case !ok || n != 1:
			return at(f, "an RSASSA-PSS trailer field that is not 1")
		}
		return nil
	})
	return p, err
}

// readRSAParams reads what the parameters of RSASSA-PSS and RSAES-OAEP have in common, a
// hash and that of a mask generation function, which are SHA-1 where they are absent.
// more reads the other fields.
func readRSAParams(v ber.Value, name string, hash, mgf *Hash, more func(ber.Value) error) error {
	sha1, _ := HashFor(oid.SHA1)
	*hash, *mgf = sha1, sha1
	if !v.Ok() {
		return nil
	}
	if !v.Is(ber.TagSequence) {
		return at(v, name+" parameters that are not a SEQUENCE")
	}
	for f := v.First(); f.Ok(); f = f.Next() {
		var err error
		switch {
		case f.IsContext(0):
			*hash, err = readHash(f.First())
		case f.IsContext(1):
			*mgf, err = readMGF(f.First())
		default:
			err = more(f)
		}
		if err != nil {
			return errorf.New("reading "+name+" parameters: %w", err)
		}
	}
	return nil
}

func readHash(v ber.Value) (Hash, error) {
	if !v.Is(ber.TagSequence) {
		return Hash{}, at(v, "a hash algorithm that is not a SEQUENCE")
	}
	id, err := ReadIdentifier(v)
	if err != nil {
		return Hash{}, err
	}
	for _, h := range hashes {
		if h.OID == id.OID {
			return h, nil
		}
	}
	return Hash{}, unsupported(id.OID, "hash")
}

func readMGF(v ber.Value) (Hash, error) {
	if !v.Is(ber.TagSequence) {
		return Hash{}, at(v, "a mask generation function that is not a SEQUENCE")
	}
	id, err := ReadIdentifier(v)
	if err != nil {
		return Hash{}, err
	}
	if id.OID != oid.MGF1 {
		return Hash{}, unsupported(id.OID, "mask generation function")
	}
	return readHash(id.Params)
}

// verifyPSS is RSASSA-PSS-VERIFY (RFC 8017 section 8.1.2).
func verifyPSS(pub *RSAPublicKey, p PSSParams, digest, signature []byte) error {
	em, err := rsaPublic(pub, signature)
	if err != nil {
		return err
	}
	return checkPSS(em, pub.Bits()-1, p, digest)
}

const anySalt = -1

// checkPSS is EMSA-PSS-VERIFY (RFC 8017 section 9.1.2) over an encoded message of so many
// bits, which it overwrites. The salt may have any length where that is anySalt.
func checkPSS(em []byte, bits int, p PSSParams, digest []byte) error {
	if size := (bits + 7) / 8; size < len(em) {
		if em[0] != 0 {
			return ErrMismatch
		}
		em = em[1:]
	}
	hLen := p.Hash.Size
	if len(em) < hLen+max(p.SaltLength, 0)+2 {
		return errors.New("the key is too short for this hash and salt length")
	}
	if em[len(em)-1] != 0xbc {
		return ErrMismatch
	}
	db := em[:len(em)-hLen-1]
	hash := em[len(db) : len(em)-1]
	unused := 8*len(em) - bits
	if db[0]>>(8-unused) != 0 && unused > 0 {
		return ErrMismatch
	}
	mgf1(db, hash, p.MGFHash)
	db[0] &= 0xff >> unused
	zeros := len(db) - p.SaltLength - 1
	if p.SaltLength == anySalt {
		zeros = min(len(db)-len(bytes.TrimLeft(db, "\x00")), len(db)-1)
	}
	for _, b := range db[:zeros] {
		if b != 0 {
			return ErrMismatch
		}
	}
	if db[zeros] != 1 {
		return ErrMismatch
	}
	h := p.Hash.New()
	h.Write(make([]byte, 8))
	h.Write(digest)
	h.Write(db[zeros+1:])
	if !bytes.Equal(h.Sum(nil), hash) {
		return ErrMismatch
	}
	return nil
}

// mgf1 masks out with MGF1 (RFC 8017 appendix B.2.1).
func mgf1(out, seed []byte, h Hash) {
	var counter [4]byte
	d := h.New()
	for len(out) > 0 {
		d.Reset()
		d.Write(seed)
		d.Write(counter[:])
		n := subtle.XORBytes(out, out, d.Sum(nil))
		out = out[n:]
		for i := 3; i >= 0; i-- {
			if counter[i]++; counter[i] != 0 {
				break
			}
		}
	}
}

// check reports whether the parts of a private key belong together: with two primes
// by arithmetic that costs next to nothing, otherwise by a private operation.
func (key *RSAPrivateKey) check() error {
	wrong := errors.New("the RSA key's private and public parts do not belong together")
	if len(key.Primes) != 2 {
		probe := make([]byte, key.Size())
		probe[len(probe)-1] = 2
		_, err := rsaDecryptRaw(key, probe)
		return err
	}
	n, err := key.mod()
	if err != nil {
		return err
	}
	d, err := new(bigmod.Nat).SetBytes(key.D, n)
	if err != nil {
		return errors.New("the RSA private exponent is not less than the modulus")
	}
	primes, err := key.primes(d, n)
	if err != nil {
		return err
	}
	// d·e must be 1 modulo each prime less one (RFC 8017 section 3.2).
	for _, p := range primes {
		// e·d = Σ over the bits of e, because the modulus is even and multiplication
		// needs an odd one.
		sum := new(bigmod.Nat).ExpandFor(p.minusOne)
		for _, b := range key.Exponent {
			for bit := 7; bit >= 0; bit-- {
				sum.Add(sum, p.minusOne)
				if b>>bit&1 == 1 {
					sum.Add(p.d, p.minusOne)
				}
			}
		}
		if sum.IsOne() != 1 {
			return wrong
		}
	}
	return nil
}

// rsaPrime is a prime of a key, and the private exponent modulo the prime less one.
type rsaPrime struct {
	p, minusOne *bigmod.Modulus
	d           *bigmod.Nat
}

// primes prepares the two primes of a key, whose product must be its modulus n.
func (key *RSAPrivateKey) primes(d *bigmod.Nat, n *bigmod.Modulus) (out [2]rsaPrime, err error) {
	product, err := bigmod.NewModulusProduct(key.Primes[0], key.Primes[1])
	if err != nil || product.BitLen() != n.BitLen() || product.Nat().Equal(n.Nat()) != 1 {
		return out, errors.New("the RSA key's primes do not multiply to its modulus")
	}
	for i, prime := range key.Primes {
		p, err := bigmod.NewModulus(prime)
		if err != nil {
			return out, err
		}
		// Both are odd and neither is 1 or n, because their product is odd and
		// NewModulus refuses 1.
		minusOne, err := bigmod.NewModulus(p.Nat().SubOne(p).Bytes(p))
		if err != nil {
			return out, err
		}
		out[i] = rsaPrime{p, minusOne, new(bigmod.Nat).Mod(d, minusOne)}
	}
	return out, nil
}

// rsaDecryptRaw is the private operation, by the Chinese remainder theorem where the
// primes are known, in constant time but for the sizes. The result is checked by
// the public operation, so that a key whose parts do not belong together cannot
// give a wrong answer.
func rsaDecryptRaw(key *RSAPrivateKey, ciphertext []byte) ([]byte, error) {
	n, err := key.mod()
	if err != nil {
		return nil, err
	}
	c, err := new(bigmod.Nat).SetBytes(ciphertext, n)
	if err != nil {
		return nil, errors.New("the encrypted key is not less than the RSA key's modulus")
	}
	d, err := new(bigmod.Nat).SetBytes(key.D, n)
	if err != nil {
		return nil, errors.New("the RSA private exponent is not less than the modulus")
	}
	var m *bigmod.Nat
	if len(key.Primes) == 2 {
		m, err = rsaCRT(key, c, d, n)
	} else {
		m = new(bigmod.Nat).Exp(c, d.Bytes(n), n)
	}
	if err != nil || key.power(m, n).Equal(c) != 1 {
		return nil, errors.New("the RSA key's private and public parts do not belong together")
	}
	return m.Bytes(n), nil
}

// rsaCRT computes c^d mod n by way of the two primes.
func rsaCRT(key *RSAPrivateKey, c, d *bigmod.Nat, n *bigmod.Modulus) (*bigmod.Nat, error) {
	primes, err := key.primes(d, n)
	if err != nil {
		return nil, err
	}
	var powers [2]*bigmod.Nat
	for i, p := range primes {
		powers[i] = new(bigmod.Nat).Exp(new(bigmod.Nat).Mod(c, p.p), p.d.Bytes(p.minusOne), p.p)
	}
	// m = mq + q·((mp - mq)/q mod p).
	p, q := primes[0].p, primes[1].p
	inverse := key.inverse
	if inverse == nil {
		inverse = rsaInverse(p, q)
	}
	h := powers[0].Sub(new(bigmod.Nat).Mod(powers[1], p), p).Mul(inverse, p)
	return h.ExpandFor(n).Mul(q.Nat().ExpandFor(n), n).Add(powers[1].ExpandFor(n), n), nil
}

// rsaInverse is 1/q modulo p, as q^(p-2).
func rsaInverse(p, q *bigmod.Modulus) *bigmod.Nat {
	pMinus2 := p.Nat().SubOne(p).SubOne(p).Bytes(p)
	return new(bigmod.Nat).Exp(new(bigmod.Nat).Mod(q.Nat(), p), pMinus2, p)
}

// precompute saves a third of every private operation, and is done when a key is
// read. The key's own coefficient is taken if it is right, which costs next to nothing
// to see; otherwise it is computed.
func (k *RSAPrivateKey) precompute(coefficient []byte) {
	if len(k.Primes) != 2 || len(k.Primes[0])+len(k.Primes[1]) > len(k.N)+1 || k.Primes[0][len(k.Primes[0])-1]&1 == 0 {
		return // rsaCRT says what is wrong
	}
	p, errP := bigmod.NewModulus(k.Primes[0])
	q, errQ := bigmod.NewModulus(k.Primes[1])
	if errP != nil || errQ != nil {
		return
	}
	given, err := new(bigmod.Nat).SetBytes(coefficient, p)
	if err == nil && new(bigmod.Nat).Mod(q.Nat(), p).Mul(given, p).IsOne() == 1 {
		k.inverse = given
		return
	}
	k.inverse = rsaInverse(p, q)
}

// OAEPParams are RSAES-OAEP-params (RFC 8017 appendix A.2.1), defaults filled in.
type OAEPParams struct {
	Hash, MGFHash Hash
	Label         []byte
}

// ReadOAEPParams reads the parameters of id-RSAES-OAEP.
func ReadOAEPParams(v ber.Value) (OAEPParams, error) {
	var p OAEPParams
	if v.Is(ber.TagNull) {
		v = ber.Value{}
	}
	err := readRSAParams(v, "RSAES-OAEP", &p.Hash, &p.MGFHash, func(f ber.Value) error {
		if !f.IsContext(2) {
			return at(f, "an unknown field in RSAES-OAEP parameters")
		}
		id, err := ReadIdentifier(f.First())
		if err == nil && (id.OID != oid.PSpecified || !id.Params.Is(ber.TagOctetString)) {
			err = unsupported(id.OID, "source of the OAEP label")
		}
		p.Label = id.Params.Octets()
		return err
	})
	return p, err
}

// DecryptKeyTransport decrypts a key that was encrypted to an RSA key: PKCS #1
// v1.5 (rsaEncryption) or OAEP. Wrong padding is ErrPadding, which means that the
// key is not the one it was encrypted to or that the encrypted key is damaged; about
// one wrong key in 2¹⁶ passes the v1.5 padding and yields a key of some other length.
func DecryptKeyTransport(alg Identifier, key *PrivateKey, encrypted []byte) ([]byte, error) {
	var oaep OAEPParams
	switch alg.OID {
	case oid.RSAEncryption:
	case oid.RSAESOAEP:
		var err error
		if oaep, err = ReadOAEPParams(alg.Params); err != nil {
			return nil, err
		}
	default:
		return nil, unsupported(alg.OID, "key transport algorithm")
	}
	if key == nil {
		return nil, ErrKeyType
	}
	priv, ok := key.Key.(*RSAPrivateKey)
	if !ok {
		return nil, errorf.New("%w: %s with %s", ErrKeyType, alg.Name(), key.Public.Describe())
	}
	// Some writers leave out leading zeros, and OpenSSL takes it.
	if len(encrypted) > priv.Size() || len(encrypted) == 0 {
		return nil, errors.New("the encrypted key has " + strconv.Itoa(len(encrypted)) +
			" bytes, the RSA key's modulus " + strconv.Itoa(priv.Size()))
	}
	em, err := rsaDecryptRaw(priv, encrypted)
	if err != nil {
		return nil, err
	}
	if alg.OID == oid.RSAEncryption {
		return unpadPKCS1v15(em)
	}
	return unpadOAEP(em, oaep)
}

// unpadPKCS1v15 is EME-PKCS1-v1_5 decoding (RFC 8017 section 7.2.2).
func unpadPKCS1v15(em []byte) ([]byte, error) {
	if len(em) < 11 {
		return nil, ErrPadding
	}
	good := subtle.ConstantTimeByteEq(em[0], 0) & subtle.ConstantTimeByteEq(em[1], 2)
	looking, index := 1, 0
	for i := 2; i < len(em); i++ {
		zero := subtle.ConstantTimeByteEq(em[i], 0)
		index = subtle.ConstantTimeSelect(looking&zero, i, index)
		looking = subtle.ConstantTimeSelect(zero, 0, looking)
	}
	good &= 1 ^ looking
	good &= subtle.ConstantTimeLessOrEq(10, index)
	if good != 1 {
		return nil, ErrPadding
	}
	return em[index+1:], nil
}

// unpadOAEP is EME-OAEP decoding (RFC 8017 section 7.1.2).
func unpadOAEP(em []byte, p OAEPParams) ([]byte, error) {
	hLen := p.Hash.Size
	if len(em) < 2*hLen+2 {
		return nil, errors.New("the RSA key is too short for OAEP with " + p.Hash.Name)
	}
	good := subtle.ConstantTimeByteEq(em[0], 0)
	seed, db := em[1:1+hLen], em[1+hLen:]
	mgf1(seed, db, p.MGFHash)
	mgf1(db, seed, p.MGFHash)
	good &= subtle.ConstantTimeCompare(db[:hLen], p.Hash.Sum(p.Label))
	looking, index := 1, 0
	for i, b := range db[hLen:] {
		one := subtle.ConstantTimeByteEq(b, 1)
		zero := subtle.ConstantTimeByteEq(b, 0)
		index = subtle.ConstantTimeSelect(looking&one, hLen+i, index)
		good &= subtle.ConstantTimeSelect(looking, zero|one, 1)
		looking = subtle.ConstantTimeSelect(one, 0, looking)
	}
	if good&(1^looking) != 1 {
		return nil, ErrPadding
	}
	return db[index+1:], nil
}
