//lint:file-ignore SA1019 what is deprecated for use is still the judge of what is read here

package algo

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"filippo.io/bigmod"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

func rsaKey(t testing.TB, bits int) (*rsa.PrivateKey, *PrivateKey) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	ours, err := ReadRSAPrivateKey(ber.ParseOne(x509.MarshalPKCS1PrivateKey(key)).Root())
	if err != nil {
		t.Fatal(err)
	}
	return key, ours
}

// rawSign signs an encoded message with nothing but arithmetic.
func rawSign(key *rsa.PrivateKey, em []byte) []byte {
	m := new(big.Int).SetBytes(em)
	return m.Exp(m, key.D, key.N).FillBytes(make([]byte, key.Size()))
}

var withRSA = map[crypto.Hash]oid.OID{
	crypto.MD5: oid.MD5WithRSAEncryption, crypto.SHA1: oid.SHA1WithRSAEncryption, crypto.SHA224: oid.SHA224WithRSAEncryption,
	crypto.SHA256: oid.SHA256WithRSAEncryption, crypto.SHA384: oid.SHA384WithRSAEncryption, crypto.SHA512: oid.SHA512WithRSAEncryption,
	crypto.SHA512_224: oid.SHA512224WithRSAEncryption, crypto.SHA512_256: oid.SHA512256WithRSAEncryption,
}

func TestPKCS1v15AgainstStandardLibrary(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	message := []byte("sealed")
	for _, bits := range []int{1024, 1031, 2048, 800} {
		key, ours := rsaKey(t, bits)
		other, _ := rsaKey(t, bits)
		for _, h := range hashes {
			sig, err := rsa.SignPKCS1v15(nil, key, h.Crypto, h.Sum(message))
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range []Identifier{identifier(t, withRSA[h.Crypto], null), identifier(t, oid.RSAEncryption, null), identifier(t, oid.RSAEncryption)} {
				if err := VerifySignature(id, h, ours.Public, message, sig); err != nil {
					t.Errorf("%d %s %s: %v", bits, id.Name(), h.Name, err)
				}
				if err := VerifySignature(id, h, ours.Public, []byte("opened"), sig); !errors.Is(err, ErrMismatch) {
					t.Errorf("%d %s, another message: %v", bits, id.Name(), err)
				}
			}
			got, digest, nullParams, ok := RecoverDigest(ours.Public, sig)
			if !ok || got != h || !bytes.Equal(digest, h.Sum(message)) || !nullParams {
				t.Errorf("%d %s: recovered %v %x %v %v", bits, h.Name, got, digest, nullParams, ok)
			}
			if err := VerifySignature(identifier(t, withRSA[h.Crypto]), hashes[(indexOf(h)+1)%len(hashes)], ours.Public, message, sig); !errors.As(err, new(*DigestError)) {
				t.Errorf("two digests: %v", err)
			}
			wrong, _ := rsa.SignPKCS1v15(nil, other, h.Crypto, h.Sum(message))
			if VerifySignature(identifier(t, oid.RSAEncryption), h, ours.Public, message, wrong) == nil {
				t.Error("another key's signature is accepted")
			}
			if _, _, _, ok := RecoverDigest(ours.Public, wrong); ok {
				t.Error("a digest is recovered from another key's signature")
			}
			for i := range sig {
				bad := slices.Clone(sig)
				bad[i] ^= 1 << (i % 8)
				if VerifyDigest(identifier(t, oid.RSAEncryption), h, ours.Public, h.Sum(message), bad) == nil {
					t.Fatalf("%s: byte %d changed, and still valid", h.Name, i)
				}
				if bits != 1024 || h.Crypto != crypto.SHA1 {
					break
				}
			}
			for name, bad := range map[string][]byte{"short": sig[1:], "long": append([]byte{0}, sig...), "empty": nil, "all ones": bytes.Repeat([]byte{0xff}, len(sig)),
				"zero": make([]byte, len(sig)), "plus the modulus": new(big.Int).Add(key.N, new(big.Int).SetBytes(sig)).Bytes()} {
				if VerifySignature(identifier(t, oid.RSAEncryption), h, ours.Public, message, bad) == nil {
					t.Errorf("%s: %s signature is accepted", h.Name, name)
				}
			}
		}
	}
}

func indexOf(h Hash) int { return slices.Index(hashes, h) }

// The encodings that forgers and lax verifiers know.
func TestPKCS1v15Strict(t *testing.T) {
	key, ours := rsaKey(t, 1024)
	h, _ := HashFor(oid.SHA1)
	message := []byte("sealed")
	digest := h.Sum(message)
	info := func(params []byte) []byte {
		return sequence(t, sequence(t, oidTLV(t, h.OID), params), octets(t, digest))
	}
	encode := func(padding int, fill byte, kind byte, info, rest []byte) []byte {
		em := append([]byte{0, kind}, bytes.Repeat([]byte{fill}, padding)...)
		em = append(append(append(em, 0), info...), rest...)
		return append(em, make([]byte, max(0, key.Size()-len(em)))...)[:key.Size()]
	}
	full := func(info []byte) int { return key.Size() - 3 - len(info) }
	withNull, absent := info(null), info(nil)
	longForm := append([]byte{0x30, 0x81, withNull[1]}, withNull[2:]...)
	for _, c := range []struct {
		name string
		em   []byte
		ok   bool
	}{
		{"NULL", encode(full(withNull), 0xff, 1, withNull, nil), true},
		{"absent", encode(full(absent), 0xff, 1, absent, nil), true},
		{"short padding, garbage behind", encode(8, 0xff, 1, withNull, bytes.Repeat([]byte{7}, 90)), false},
		{"short padding, zeros behind", encode(8, 0xff, 1, withNull, nil), false},
		{"padding of 00", encode(full(withNull), 0, 1, withNull, nil), false},
		{"block type 2", encode(full(withNull), 0xff, 2, withNull, nil), false},
		{"block type 0", encode(full(withNull), 0xff, 0, withNull, nil), false},
		{"other parameters", encode(full(info([]byte{4, 0})), 0xff, 1, info([]byte{4, 0}), nil), false},
		{"garbage in the parameters", encode(full(info(octets(t, make([]byte, 20)))), 0xff, 1, info(octets(t, make([]byte, 20))), nil), false},
		{"long form", encode(full(longForm), 0xff, 1, longForm, nil), false},
		{"no DigestInfo", encode(full(digest), 0xff, 1, digest, nil), false},
	} {
		err := VerifySignature(identifier(t, oid.SHA1WithRSAEncryption, null), Hash{}, ours.Public, message, rawSign(key, c.em))
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
		_, _, _, ok := RecoverDigest(ours.Public, rawSign(key, c.em))
		if ok != c.ok {
			t.Errorf("%s: recovered: %v", c.name, ok)
		}
	}
	if _, _, nullParams, ok := RecoverDigest(ours.Public, rawSign(key, encode(full(absent), 0xff, 1, absent, nil))); !ok || nullParams {
		t.Error("absent parameters are taken for NULL")
	}
	// For MD5 the parameters must be NULL.
	md5, _ := HashFor(oid.MD5)
	em := encodePKCS1v15(md5, md5.Sum(message), false, key.Size())
	if err := VerifySignature(identifier(t, oid.MD5WithRSAEncryption, null), Hash{}, ours.Public, message, rawSign(key, em)); !errors.Is(err, ErrMismatch) {
		t.Errorf("MD5 with absent parameters: %v", err)
	}
}

func pssParams(t testing.TB, hash, mgf oid.OID, salt int) []byte {
	field := func(n int, b []byte) []byte { return tlv(t, 2, n, true, b) }
	return sequence(t, field(0, identifierDER(t, hash)), field(1, identifierDER(t, oid.MGF1, identifierDER(t, mgf))), field(2, integer(t, int64(salt))))
}

func TestPSSAgainstStandardLibrary(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	message := []byte("sealed")
	for _, bits := range []int{1024, 1025, 1026, 1031, 1032, 1033, 2048} {
		key, ours := rsaKey(t, bits)
		for _, h := range hashes {
			for _, salt := range []int{0, 20, h.Size} {
				if bits < 8*(h.Size+salt+2)+8 {
					continue
				}
				sig, err := rsa.SignPSS(rand.Reader, key, h.Crypto, h.Sum(message), &rsa.PSSOptions{SaltLength: saltOption(salt)})
				if err != nil {
					t.Fatalf("%d %s %d: %v", bits, h.Name, salt, err)
				}
				if salt == 0 { // 0 means the longest possible to the library
					salt = (bits-1+7)/8 - h.Size - 2
				}
				id := identifier(t, oid.RSASSAPSS, pssParams(t, h.OID, h.OID, salt))
				if err := VerifySignature(id, Hash{}, ours.Public, message, sig); err != nil {
					t.Errorf("%d %s salt %d: %v", bits, h.Name, salt, err)
				}
				if err := VerifySignature(id, h, ours.Public, []byte("opened"), sig); !errors.Is(err, ErrMismatch) {
					t.Errorf("%d %s, another message: %v", bits, h.Name, err)
				}
				for _, wrong := range []int{salt - 1, salt + 1} {
					if wrong >= 0 && VerifySignature(identifier(t, oid.RSASSAPSS, pssParams(t, h.OID, h.OID, wrong)), h, ours.Public, message, sig) == nil {
						t.Errorf("%d %s: a salt of %d bytes passes for %d", bits, h.Name, salt, wrong)
					}
				}
				if other := hashes[(indexOf(h)+1)%len(hashes)]; VerifySignature(identifier(t, oid.RSASSAPSS, pssParams(t, h.OID, other.OID, salt)), h, ours.Public, message, sig) == nil {
					t.Errorf("%s: MGF1 with another hash passes", h.Name)
				}
				for _, i := range []int{0, 1, len(sig) / 2, len(sig) - 1} {
					bad := slices.Clone(sig)
					bad[i] ^= 1
					if VerifySignature(id, h, ours.Public, message, bad) == nil {
						t.Errorf("%d %s: byte %d changed, and still valid", bits, h.Name, i)
					}
				}
			}
		}
	}
}

func saltOption(n int) int {
	if n == 0 {
		return rsa.PSSSaltLengthAuto
	}
	return n
}

// Two different hashes, and the defaults, are judged by openssl.
func TestPSSAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	openssl(t, dir, nil, "genrsa", "-out", "key", "2048")
	pub := publicKey(t, pemBody(t, openssl(t, dir, nil, "rsa", "-in", "key", "-pubout")))
	message := []byte("sealed")
	sign := func(hash, mgf string, salt int) []byte {
		return openssl(t, dir, message, "dgst", "-"+hash, "-sign", "key", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_mgf1_md:"+mgf, "-sigopt", "rsa_pss_saltlen:"+strconv.Itoa(salt))
	}
	if err := VerifySignature(identifier(t, oid.RSASSAPSS, pssParams(t, oid.SHA256, oid.SHA1, 11)), Hash{}, pub, message, sign("sha256", "sha1", 11)); err != nil {
		t.Error(err)
	}
	if err := VerifySignature(identifier(t, oid.RSASSAPSS, pssParams(t, oid.SHA384, oid.SHA512, 0)), Hash{}, pub, message, sign("sha384", "sha512", 0)); err != nil {
		t.Error(err)
	}
	if err := VerifySignature(identifier(t, oid.RSASSAPSS, sequence(t)), Hash{}, pub, message, sign("sha1", "sha1", 20)); err != nil {
		t.Error(err)
	}
	// A key that is restricted to PSS with certain parameters.
	openssl(t, dir, nil, "genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_pss_keygen_md:sha256",
		"-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256", "-pkeyopt", "rsa_pss_keygen_saltlen:20", "-out", "key")
	restricted := publicKey(t, pemBody(t, openssl(t, dir, nil, "pkey", "-in", "key", "-pubout")))
	sig := sign("sha256", "sha256", 32)
	if err := VerifySignature(identifier(t, oid.RSASSAPSS, pssParams(t, oid.SHA256, oid.SHA256, 32)), Hash{}, restricted, message, sig); err != nil {
		t.Error(err)
	}
	for _, params := range [][]byte{pssParams(t, oid.SHA256, oid.SHA256, 19), pssParams(t, oid.SHA1, oid.SHA256, 32), pssParams(t, oid.SHA256, oid.SHA1, 32)} {
		if err := VerifySignature(identifier(t, oid.RSASSAPSS, params), Hash{}, restricted, message, sig); !errors.Is(err, ErrKeyType) {
			t.Errorf("parameters that the key does not allow: %v", err)
		}
	}
	if err := VerifySignature(identifier(t, oid.SHA256WithRSAEncryption, null), Hash{}, restricted, message, sig); !errors.Is(err, ErrKeyType) {
		t.Errorf("PKCS #1 v1.5 with a key for PSS: %v", err)
	}
	for name, params := range map[string][]byte{
		"not a SEQUENCE":     null,
		"negative salt":      sequence(t, tlv(t, 2, 2, true, integer(t, -1))),
		"trailer field 2":    sequence(t, tlv(t, 2, 3, true, integer(t, 2))),
		"unknown hash":       sequence(t, tlv(t, 2, 0, true, identifierDER(t, oid.MD2))),
		"unknown MGF":        sequence(t, tlv(t, 2, 1, true, identifierDER(t, oid.MD5))),
		"unknown field":      sequence(t, tlv(t, 2, 9, true)),
		"enormous salt":      sequence(t, tlv(t, 2, 2, true, integer(t, 1<<40))),
		"salt over the size": sequence(t, tlv(t, 2, 2, true, integer(t, 1<<19))),
	} {
		if VerifySignature(identifier(t, oid.RSASSAPSS, params), Hash{}, pub, message, make([]byte, 256)) == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A key's coefficient is taken when it is right, and computed when it is not: what is
// decrypted is the same.
func TestCoefficient(t *testing.T) {
	key, _ := rsaKey(t, 1024)
	der := x509.MarshalPKCS1PrivateKey(key)
	encrypted, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	want := new(big.Int).ModInverse(key.Primes[1], key.Primes[0])
	wrong := bytes.Clone(der)
	wrong[len(wrong)-1] ^= 2 // the coefficient stands last
	for name, der := range map[string][]byte{"right": der, "wrong": wrong} {
		ours, err := ReadRSAPrivateKey(ber.ParseOne(der).Root())
		if err != nil {
			t.Fatal(err)
		}
		p, err := bigmod.NewModulus(key.Primes[0].Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if got := new(big.Int).SetBytes(ours.Key.(*RSAPrivateKey).inverse.Bytes(p)); got.Cmp(want) != 0 {
			t.Errorf("%s: 1/q is %x, not %x", name, got, want)
		}
		if got, err := DecryptKeyTransport(identifier(t, oid.RSAEncryption, null), ours, encrypted); err != nil || string(got) != "secret" {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestKeyTransportAgainstStandardLibrary(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	secret := []byte("0123456789abcdef")
	for _, bits := range []int{512, 1024, 1031, 2048} {
		key, ours := rsaKey(t, bits)
		_, other := rsaKey(t, bits)
		whole := ours.Key.(*RSAPrivateKey)
		withoutPrimes := &PrivateKey{&RSAPrivateKey{RSAPublicKey: RSAPublicKey{N: whole.N, E: whole.E, Exponent: whole.Exponent}, D: whole.D}, ours.Public}
		encrypted, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, secret)
		if err != nil {
			t.Fatal(err)
		}
		id := identifier(t, oid.RSAEncryption, null)
		for _, k := range []*PrivateKey{ours, withoutPrimes} {
			if got, err := DecryptKeyTransport(id, k, encrypted); err != nil || !bytes.Equal(got, secret) {
				t.Errorf("%d: %x, %v", bits, got, err)
			}
		}
		if got, err := DecryptKeyTransport(id, other, encrypted); err == nil && bytes.Equal(got, secret) {
			t.Errorf("%d: another key decrypts", bits)
		}
		for name, bad := range map[string][]byte{"long": append([]byte{0}, encrypted...), "empty": nil} {
			if _, err := DecryptKeyTransport(id, ours, bad); err == nil || errors.Is(err, ErrPadding) {
				t.Errorf("%d: %s: %v", bits, name, err)
			}
		}
		for bits == 512 && encrypted[0] != 0 {
			if encrypted, err = rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, secret); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := DecryptKeyTransport(id, ours, bytes.TrimLeft(encrypted, "\x00")); err != nil || !bytes.Equal(got, secret) {
			t.Errorf("%d, without its leading zeros: %x, %v", bits, got, err)
		}
		if _, err := DecryptKeyTransport(id, ours, bytes.Repeat([]byte{0xff}, len(encrypted))); err == nil {
			t.Errorf("%d: over the modulus: %v", bits, err)
		}
		for _, h := range hashes {
			for _, mgf := range []Hash{h, hashes[1]} {
				if bits < 8*(2*h.Size+2+len(secret)) {
					continue
				}
				for _, label := range []string{"", "a label"} {
					encrypted, err := rsa.EncryptOAEPWithOptions(rand.Reader, &key.PublicKey, secret, &rsa.OAEPOptions{Hash: h.Crypto, MGFHash: mgf.Crypto, Label: []byte(label)})
					if err != nil {
						t.Fatal(err)
					}
					field := func(n int, b []byte) []byte { return tlv(t, 2, n, true, b) }
					params := func(label string) []byte {
						return sequence(t, field(0, identifierDER(t, h.OID, null)), field(1, identifierDER(t, oid.MGF1, identifierDER(t, mgf.OID, null))),
							field(2, identifierDER(t, oid.PSpecified, octets(t, []byte(label)))))
					}
					if got, err := DecryptKeyTransport(identifier(t, oid.RSAESOAEP, params(label)), ours, encrypted); err != nil || !bytes.Equal(got, secret) {
						t.Errorf("%d %s %s %q: %x, %v", bits, h.Name, mgf.Name, label, got, err)
					}
					if _, err := DecryptKeyTransport(identifier(t, oid.RSAESOAEP, params("another")), ours, encrypted); !errors.Is(err, ErrPadding) {
						t.Errorf("another label: %v", err)
					}
					encrypted[len(encrypted)-1] ^= 1
					if _, err := DecryptKeyTransport(identifier(t, oid.RSAESOAEP, params(label)), ours, encrypted); !errors.Is(err, ErrPadding) {
						t.Errorf("damaged: %v", err)
					}
				}
			}
		}
	}
	if _, err := DecryptKeyTransport(identifier(t, oid.SHA1), nil, nil); !errors.As(err, new(*UnsupportedError)) {
		t.Errorf("got %v", err)
	}
}

func TestUnpadPKCS1v15(t *testing.T) {
	pad := func(n int) []byte { return bytes.Repeat([]byte{9}, n) }
	for _, c := range []struct {
		em   []byte
		want []byte
		ok   bool
	}{
		{append(append([]byte{0, 2}, pad(8)...), 0, 5, 6), []byte{5, 6}, true},
		{append(append([]byte{0, 2}, pad(8)...), 0), []byte{}, true},
		{append(append([]byte{0, 2}, pad(8)...), 0, 0, 1), []byte{0, 1}, true},
		{append(append([]byte{0, 2}, pad(7)...), 0, 5, 6), nil, false},
		{append([]byte{0, 2}, pad(20)...), nil, false},
		{append(append([]byte{1, 2}, pad(8)...), 0, 5), nil, false},
		{append(append([]byte{0, 1}, pad(8)...), 0, 5), nil, false},
		{[]byte{0, 2, 0}, nil, false},
	} {
		got, err := unpadPKCS1v15(c.em)
		if (err == nil) != c.ok || !bytes.Equal(got, c.want) {
			t.Errorf("%x: %x, %v", c.em, got, err)
		}
	}
}

func TestRSAPrivateKeys(t *testing.T) {
	key, _ := rsaKey(t, 1024)
	type pkcs1 struct{ V, N, E, D, P, Q, DP, DQ, QI *big.Int }
	read := func(change func(*pkcs1)) error {
		p := pkcs1{new(big.Int), key.N, big.NewInt(int64(key.E)), key.D, key.Primes[0], key.Primes[1], key.Precomputed.Dp, key.Precomputed.Dq, key.Precomputed.Qinv}
		change(&p)
		der, err := asn1.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		_, err = ReadRSAPrivateKey(ber.ParseOne(der).Root())
		return err
	}
	one, two := big.NewInt(1), big.NewInt(2)
	for _, c := range []struct {
		name   string
		ok     bool
		change func(*pkcs1)
	}{
		{"as it is", true, func(*pkcs1) {}},
		{"no primes", true, func(p *pkcs1) {
			p.P, p.Q, p.DP, p.DQ, p.QI = new(big.Int), new(big.Int), new(big.Int), new(big.Int), new(big.Int)
		}},
		{"wrong CRT values", true, func(p *pkcs1) { p.DP, p.DQ, p.QI = one, one, one }},
		{"primes swapped", true, func(p *pkcs1) { p.P, p.Q = p.Q, p.P }},
		{"another prime", false, func(p *pkcs1) { p.P = new(big.Int).Add(p.P, two) }},
		{"primes 1 and n", false, func(p *pkcs1) { p.P, p.Q = one, p.N }},
		{"the prime twice", false, func(p *pkcs1) { p.Q = p.P }},
		{"another exponent", false, func(p *pkcs1) { p.E = big.NewInt(3) }},
		{"another d", false, func(p *pkcs1) { p.D = new(big.Int).Sub(p.D, two) }},
		{"d = 0", false, func(p *pkcs1) { p.D = new(big.Int) }},
		{"d > n", false, func(p *pkcs1) { p.D = new(big.Int).Add(p.N, one) }},
		{"even modulus", false, func(p *pkcs1) { p.N = new(big.Int).Add(p.N, one) }},
		{"negative modulus", false, func(p *pkcs1) { p.N = new(big.Int).Neg(p.N) }},
		{"even exponent", false, func(p *pkcs1) { p.E = two }},
		{"enormous exponent", false, func(p *pkcs1) { p.E = p.D }},
		{"enormous modulus", false, func(p *pkcs1) { p.N = new(big.Int).Lsh(one, 17000); p.N.Add(p.N, one) }},
		{"version 7", false, func(p *pkcs1) { p.V = big.NewInt(7) }},
	} {
		if err := read(c.change); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// Three primes, made by openssl.
	dir := t.TempDir()
	openssl(t, dir, nil, "genrsa", "-primes", "3", "-out", "key", "1024")
	multi, err := ReadPrivateKeyInfo(ber.ParseOne(pemBody(t, openssl(t, dir, nil, "pkey", "-in", "key"))).Root())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(multi.Key.(*RSAPrivateKey).Primes); n != 3 {
		t.Errorf("%d primes", n)
	}
	openssl(t, dir, nil, "pkey", "-in", "key", "-pubout", "-out", "pub")
	got, err := DecryptKeyTransport(identifier(t, oid.RSAEncryption), multi, openssl(t, dir, []byte("secret"), "pkeyutl", "-encrypt", "-pubin", "-inkey", "pub"))
	if err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestPublicKeys(t *testing.T) {
	key, ours := rsaKey(t, 1024)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	pub := publicKey(t, der)
	if !pub.Equal(ours.Public) || pub.Describe() != "RSA 1024" || pub.Bits() != 1024 || !bytes.Equal(pub.SPKI, der) ||
		!bytes.Equal(pub.Raw, x509.MarshalPKCS1PublicKey(&key.PublicKey)) || !bytes.Equal(ours.Public.Raw, pub.Raw) {
		t.Errorf("%s, %d", pub.Describe(), pub.Bits())
	}
	o, _ := oid.Parse("1.2.3.4")
	unknown := publicKey(t, sequence(t, identifierDER(t, o), tlv(t, 0, 3, false, []byte{0, 1, 2})))
	if unknown.Key != nil || !errors.As(unknown.Err, new(*UnsupportedError)) || unknown.Bits() != 0 || !unknown.Equal(unknown) || unknown.Equal(pub) || pub.Equal(unknown) {
		t.Errorf("unknown: %v, %v", unknown.Key, unknown.Err)
	}
	if err := VerifySignature(identifier(t, oid.RSAEncryption), hashes[1], unknown, nil, nil); !errors.As(err, new(*UnsupportedError)) {
		t.Errorf("verifying with an unknown key: %v", err)
	}
	if err := VerifySignature(identifier(t, oid.ECDSAWithSHA256), Hash{}, pub, nil, nil); !errors.Is(err, ErrKeyType) {
		t.Errorf("ECDSA with an RSA key: %v", err)
	}
	if err := VerifySignature(identifier(t, oid.RSAEncryption), hashes[1], nil, nil, nil); err == nil {
		t.Error("no key, no error")
	}
	if err := VerifySignature(identifier(t, oid.MD2WithRSAEncryption), Hash{}, pub, nil, nil); !errors.As(err, new(*UnsupportedError)) {
		t.Errorf("md2WithRSAEncryption: %v", err)
	}
	for name, bad := range map[string][]byte{
		"RSA key that is no SEQUENCE": sequence(t, identifierDER(t, oid.RSAEncryption, null), tlv(t, 0, 3, false, []byte{0, 1, 2})),
		"unused bits":                 sequence(t, identifierDER(t, oid.RSAEncryption, null), tlv(t, 0, 3, false, []byte{3, 8})),
		"no curve":                    sequence(t, identifierDER(t, oid.ECPublicKey), tlv(t, 0, 3, false, []byte{0, 4})),
		"explicit curve":              sequence(t, identifierDER(t, oid.ECPublicKey, sequence(t)), tlv(t, 0, 3, false, []byte{0, 4})),
		"short Ed25519":               sequence(t, identifierDER(t, oid.Ed25519), tlv(t, 0, 3, false, []byte{0, 4})),
		"short X25519":                sequence(t, identifierDER(t, oid.X25519), tlv(t, 0, 3, false, []byte{0, 4})),
	} {
		p := publicKey(t, bad)
		if p.Key != nil || p.Err == nil {
			t.Errorf("%s: %v, %v", name, p.Key, p.Err)
		}
	}
	for name, bad := range map[string][]byte{"nothing": nil, "no algorithm": sequence(t), "no key": sequence(t, identifierDER(t, oid.RSAEncryption)), "primitive": integer(t, 3)} {
		if _, err := ReadPublicKey(ber.ParseOne(bad).Root()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func BenchmarkRSAVerify2048(b *testing.B) {
	key, ours := rsaKey(b, 2048)
	h := hashes[3]
	sig, err := rsa.SignPKCS1v15(nil, key, h.Crypto, h.Sum(nil))
	if err != nil {
		b.Fatal(err)
	}
	id := Identifier{OID: oid.RSAEncryption}
	for b.Loop() {
		if err := VerifySignature(id, h, ours.Public, nil, sig); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRSADecrypt2048(b *testing.B) {
	key, ours := rsaKey(b, 2048)
	encrypted, err := rsa.EncryptPKCS1v15(rand.Reader, &key.PublicKey, []byte("secret"))
	if err != nil {
		b.Fatal(err)
	}
	id := Identifier{OID: oid.RSAEncryption}
	for b.Loop() {
		if _, err := DecryptKeyTransport(id, ours, encrypted); err != nil {
			b.Fatal(err)
		}
	}
}

// TestLongExponents: openssl makes keys and signatures with exponents of more than 31
// bits.
func TestLongExponents(t *testing.T) {
	message := []byte("sealed")
	h, _ := HashFor(oid.SHA256)
	for _, test := range []struct{ bits, exponent string }{
		{"1024", "4294967297"}, {"2048", "18446744073709551557"}, {"2048", "0x1000000000000000000000000000000000000000000000000000000000000001f"}, {"4096", "4294967297"},
	} {
		dir := t.TempDir()
		openssl(t, dir, nil, "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:"+test.bits, "-pkeyopt", "rsa_keygen_pubexp:"+test.exponent, "-out", "key")
		spki := openssl(t, dir, nil, "pkey", "-in", "key", "-pubout", "-outform", "DER")
		signature := openssl(t, dir, message, "dgst", "-sha256", "-sign", "key")
		pub, err := ReadPublicKey(ber.ParseOne(spki).Root())
		if err != nil || pub.Err != nil {
			t.Fatal(test, err, pub.Err)
		}
		for _, m := range []string{"sealed", "opened"} {
			if err := VerifySignature(identifier(t, oid.RSAEncryption, null), h, pub, []byte(m), signature); (err == nil) != (m == "sealed") || err != nil && !errors.Is(err, ErrMismatch) {
				t.Errorf("%v, %s: %v", test, m, err)
			}
		}
	}
}

// TestUnusableKeys: what cannot be used leaves it open whether a signature holds.
func TestUnusableKeys(t *testing.T) {
	h, _ := HashFor(oid.SHA256)
	number := func(b ...byte) []byte { return append([]byte{2, 0x82, byte(len(b) >> 8), byte(len(b))}, b...) }
	modulus := append([]byte{0, 0xc0}, make([]byte, 510)...)
	modulus = append(modulus, 1)
	for name, key := range map[string][]byte{
		"an exponent of 72 bits and 4088 of modulus": append(number(modulus...), number(1, 0, 0, 0, 0, 0, 0, 0, 0, 1)...),
		"an exponent of 1":                           append(number(modulus...), number(1)...),
		"an even exponent":                           append(number(modulus...), number(4)...),
		"a modulus that is even":                     append(number(append(slices.Clone(modulus), 2)...), number(3)...),
	} {
		bits := append([]byte{0}, append([]byte{0x30, 0x82, byte(len(key) >> 8), byte(len(key))}, key...)...)
		spki := sequence(t, sequence(t, oidTLV(t, oid.RSAEncryption), null), append([]byte{3, 0x82, byte(len(bits) >> 8), byte(len(bits))}, bits...))
		pub, err := ReadPublicKey(ber.ParseOne(spki).Root())
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifySignature(identifier(t, oid.RSAEncryption, null), h, pub, nil, make([]byte, 512)); pub.Key != nil || !Undecided(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if Undecided(nil) || Undecided(ErrMismatch) || Undecided(ErrKeyType) {
		t.Error("what is decided is taken for open")
	}
}
