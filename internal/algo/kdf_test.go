package algo

import (
	"bytes"
	stdhkdf "crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

func TestPBKDF2(t *testing.T) {
	// RFC 6070.
	for _, c := range []struct {
		password, salt string
		iterations     int64
		want           string
	}{
		{"password", "salt", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
		{"password", "salt", 2, "ea6c014dc72d6f8ccd1ed92ace1d41f0d8de8957"},
		{"password", "salt", 4096, "4b007901b765489abead49d926f721d065a429c1"},
		{"passwordPASSWORDpassword", "saltSALTsaltSALTsaltSALTsaltSALTsalt", 4096, "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038"},
		{"pass\x00word", "sa\x00lt", 4096, "56fa6aa75548099dcc37d7f03425e0c3"},
	} {
		want := hexBytes(t, c.want)
		id := identifier(t, oid.PBKDF2, sequence(t, octets(t, []byte(c.salt)), integer(t, c.iterations)))
		got, err := DeriveKey(nil, id, c.password, len(want), 0)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%q %d: %x, %v", c.password, c.iterations, got, err)
		}
	}
	salt := octets(t, []byte("salt"))
	for _, c := range []struct {
		name   string
		params []byte
		is     error
	}{
		{"no SEQUENCE", salt, nil},
		{"no salt", sequence(t, integer(t, 1)), nil},
		{"no iterations", sequence(t, salt), nil},
		{"0 iterations", sequence(t, salt, integer(t, 0)), nil},
		{"negative iterations", sequence(t, salt, integer(t, -1)), nil},
		{"another key length", sequence(t, salt, integer(t, 1), integer(t, 15)), ErrKeySize},
		{"negative key length", sequence(t, salt, integer(t, 1), integer(t, -1)), nil},
		{"unknown PRF", sequence(t, salt, integer(t, 1), identifierDER(t, oid.MD5)), nil},
	} {
		if _, err := DeriveKey(nil, identifier(t, oid.PBKDF2, c.params), "x", 16, 0); err == nil || c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	var l *limit.Error
	if _, err := DeriveKey(nil, identifier(t, oid.PBKDF2, sequence(t, salt, integer(t, limit.KDFIterations+1))), "x", 16, 0); !errors.As(err, &l) {
		t.Errorf("one iteration too many: %v", err)
	}
}

func TestScrypt(t *testing.T) {
	// RFC 7914 section 12.
	params := func(salt string, n, r, p int64) []byte {
		return sequence(t, octets(t, []byte(salt)), integer(t, n), integer(t, r), integer(t, p))
	}
	want := hexBytes(t, "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887")
	got, err := DeriveKey(nil, identifier(t, oid.Scrypt, params("SodiumChloride", 16384, 8, 1)), "pleaseletmein", 64, 0)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%x, %v", got, err)
	}
	var l *limit.Error
	for _, c := range [][3]int64{{1 << 21, 8, 1}, {1 << 40, 1, 1}, {2, 1 << 40, 1}, {2, 1, 1 << 40}, {1 << 14, 8, 1 << 10}} {
		if _, err := DeriveKey(nil, identifier(t, oid.Scrypt, params("salt", c[0], c[1], c[2])), "x", 16, 0); !errors.As(err, &l) {
			t.Errorf("%v: %v", c, err)
		}
	}
	for _, c := range [][3]int64{{0, 1, 1}, {1, 1, 1}, {3, 1, 1}, {2, 0, 1}, {2, 1, 0}, {-2, 1, 1}, {2, -1, 1}} {
		if _, err := DeriveKey(nil, identifier(t, oid.Scrypt, params("salt", c[0], c[1], c[2])), "x", 16, 0); err == nil || errors.As(err, &l) {
			t.Errorf("%v: %v", c, err)
		}
	}
}

func TestHKDFAgainstStandardLibrary(t *testing.T) {
	h, _ := HashFor(oid.SHA256)
	for _, n := range []int{16, 32, 33, 100} {
		for _, saltSize := range []int{0, 20} {
			z, salt, info := make([]byte, 32), make([]byte, saltSize), make([]byte, 50)
			rand.Read(z)
			rand.Read(salt)
			rand.Read(info)
			want, err := stdhkdf.Key(sha256.New, z, salt, string(info), n)
			if got := hkdf(h, z, salt, info, n); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d: %x, want %x", n, got, want)
			}
		}
	}
}

// Keys encrypted by openssl in every way it has.
func TestDecryptPBEAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	openssl(t, dir, nil, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "key")
	want := pemBody(t, openssl(t, dir, nil, "pkcs8", "-topk8", "-nocrypt", "-in", "key"))
	for _, args := range []string{
		"-v2 aes-128-cbc", "-v2 aes-192-cbc", "-v2 aes-256-cbc -v2prf hmacWithSHA512", "-v2 des3", "-v2 aes-256-cbc -v2prf hmacWithSHA1", "-v2 aes-256-cbc -v2prf hmacWithSHA224",
		"-v2 aes-256-cbc -v2prf hmacWithSHA384", "-v2 rc2-cbc", "-v2 des-cbc", "-scrypt", "-scrypt -scrypt_N 1024 -scrypt_r 4 -scrypt_p 2",
		"-v1 PBE-SHA1-3DES", "-v1 PBE-SHA1-2DES", "-v1 PBE-SHA1-RC2-128", "-v1 PBE-SHA1-RC2-40", "-v1 PBE-MD5-DES", "-v1 PBE-SHA1-DES", "-v1 PBE-MD5-RC2-64", "-v1 PBE-SHA1-RC2-64",
	} {
		for _, password := range []string{"password", "pässwörd 😀"} {
			if strings.Contains(args, "-v1 PBE-SHA1-3") && strings.Contains(password, "😀") {
				password = "pässwörd €"
			}
			all := append([]string{"pkcs8", "-topk8", "-in", "key", "-passout", "pass:" + password, "-provider", "legacy", "-provider", "default"}, strings.Fields(args)...)
			encrypted := ber.ParseOne(pemBody(t, openssl(t, dir, nil, all...))).Root()
			id, err := ReadIdentifier(encrypted.First())
			if err != nil {
				t.Fatal(err)
			}
			ciphertext := encrypted.First().Next().Octets()
			got, err := DecryptPBE(nil, id, password, ciphertext)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s %q (%s): %v", args, password, id.Name(), err)
			}
			got, err = DecryptPBE(nil, id, "wrong", ciphertext)
			if err == nil && bytes.Equal(got, want) {
				t.Errorf("%s: a wrong password decrypts", args)
			}
			if _, err := DecryptPBE(nil, id, password, ciphertext[1:]); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s, truncated: %v", args, err)
			}
		}
	}
}

func TestLegacyPEMAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	openssl(t, dir, nil, "genrsa", "-traditional", "-out", "key", "1024")
	want := pemBody(t, openssl(t, dir, nil, "rsa", "-in", "key", "-traditional"))
	for _, name := range []string{"aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des-ede3-cbc", "des-cbc", "rc2-cbc", "rc2-40-cbc", "rc2-64-cbc"} {
		out := string(openssl(t, dir, nil, "rsa", "-in", "key", "-traditional", "-"+name, "-passout", "pass:password", "-provider", "legacy", "-provider", "default"))
		_, info, _ := strings.Cut(out, "DEK-Info: ")
		info, _, _ = strings.Cut(info, "\n")
		algorithm, iv, _ := strings.Cut(strings.TrimSpace(info), ",")
		got, err := DecryptLegacyPEM(algorithm, hexBytes(t, iv), "password", pemBody(t, []byte(out)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %v", algorithm, err)
		}
		if _, err := DecryptLegacyPEM(algorithm, hexBytes(t, iv)[1:], "password", pemBody(t, []byte(out))); err == nil {
			t.Errorf("%s: a short IV is accepted", algorithm)
		}
	}
	if _, err := DecryptLegacyPEM("ROT13", nil, "", nil); !errors.As(err, new(*UnsupportedError)) {
		t.Errorf("got %v", err)
	}
}

func TestPKCS12MACAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	openssl(t, dir, nil, "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", "key", "-out", "cert", "-subj", "/CN=test")
	for _, password := range []string{"password", "", "pässwörd"} {
		for _, digest := range []string{"sha1", "sha256", "sha512", "sha384", "md5"} {
			openssl(t, dir, nil, "pkcs12", "-export", "-in", "cert", "-inkey", "key", "-out", "p12", "-passout", "pass:"+password, "-macalg", digest)
			der, err := os.ReadFile(filepath.Join(dir, "p12"))
			if err != nil {
				t.Fatal(err)
			}
			content := ber.ParseOne(der).Root().First().Next() // authSafe
			data := content.First().Next().First().Octets()
			mac := content.Next()
			id, err := ReadIdentifier(mac.First().First())
			if err != nil {
				t.Fatal(err)
			}
			salt := mac.First().Next()
			iterations, _ := salt.Next().Int()
			sum := mac.First().First().Next().Octets()
			if err := VerifyPKCS12MAC(nil, id, password, salt.Octets(), iterations, data, sum); err != nil {
				t.Errorf("%s %q: %v", digest, password, err)
			}
			if err := VerifyPKCS12MAC(nil, id, password+"x", salt.Octets(), iterations, data, sum); !errors.Is(err, ErrMismatch) {
				t.Errorf("%s %q, another password: %v", digest, password, err)
			}
		}
	}
}

func TestVerifyMAC(t *testing.T) {
	// RFC 2202 section 3, case 2, and RFC 4231 section 4.3.
	key, data := []byte("Jefe"), []byte("what do ya want for nothing?")
	for o, want := range map[oid.OID]string{
		oid.HMACWithSHA1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", oid.HMACSHA1: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", oid.HMACMD5: "750c783e6ab0b503eaa86e310a5db738",
		oid.HMACWithSHA224: "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
		oid.HMACWithSHA256: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	} {
		mac := hexBytes(t, want)
		if err := VerifyMAC(identifier(t, o), key, data, mac); err != nil {
			t.Errorf("%s: %v", o.Name(), err)
		}
		mac[0] ^= 1
		if err := VerifyMAC(identifier(t, o), key, data, mac); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s: %v", o.Name(), err)
		}
		if err := VerifyMAC(identifier(t, o), key, data, mac[:10]); !errors.Is(err, ErrMismatch) {
			t.Errorf("%s, cut off: %v", o.Name(), err)
		}
	}
	if err := VerifyMAC(identifier(t, oid.SHA256), key, data, nil); !errors.As(err, new(*UnsupportedError)) {
		t.Errorf("a hash as a MAC: %v", err)
	}
}

func BenchmarkScrypt(b *testing.B) {
	id := identifier(b, oid.Scrypt, sequence(b, octets(b, nil), integer(b, 1<<14), integer(b, 8), integer(b, 1)))
	for b.Loop() {
		if _, err := DeriveKey(nil, id, "x", 16, 0); err != nil {
			b.Fatal(err)
		}
	}
}
