package algo

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/oid"
)

func TestUnwrapVectors(t *testing.T) {
	for _, c := range []struct {
		name               string
		id                 Identifier
		kek, wrapped, want string
	}{
		// RFC 3394 section 4.
		{"4.1", identifier(t, oid.AES128Wrap), "000102030405060708090A0B0C0D0E0F", "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", "00112233445566778899AABBCCDDEEFF"},
		{"4.2", identifier(t, oid.AES192Wrap), "000102030405060708090A0B0C0D0E0F1011121314151617", "96778B25AE6CA435F92B5B97C050AED2468AB8A17AD84E5D", "00112233445566778899AABBCCDDEEFF"},
		{"4.3", identifier(t, oid.AES256Wrap), "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "64E8C3F9CE0F5BA263E9777905818A2A93C8191E7D6E8AE7", "00112233445566778899AABBCCDDEEFF"},
		{"4.6", identifier(t, oid.AES256Wrap), "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21", "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F"},
		// RFC 5649 section 6.
		{"20 bytes", identifier(t, oid.AES192WrapPad), "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a", "c37b7e6492584340bed12207808941155068f738"},
		{"7 bytes", identifier(t, oid.AES192WrapPad), "5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8", "afbeb0f07dfbf5419200f2ccb50bb24f", "466f7250617369"},
		// RFC 3217 section 3.4 (without the parity that the key already has).
		{"3DES", identifier(t, oid.CMS3DESWrap, null), "255e0d1c07b646dfb3134cc843ba8aa71f025b7c0838251f", "690107618ef092b3b48ca1796b234ae9fa33ebb4159604037db5d6a84eb3aac2768c632775a467d4", "2923bf85e06dd6ae529149f1f1bae9eab3a7da3d860d3e98"},
	} {
		kek, wrapped, want := hexBytes(t, c.kek), hexBytes(t, c.wrapped), hexBytes(t, c.want)
		got, err := UnwrapKey(c.id, kek, wrapped)
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, %v", c.name, got, err)
		}
		for i := range wrapped {
			bad := slices.Clone(wrapped)
			bad[i] ^= 0x10
			if _, err := UnwrapKey(c.id, kek, bad); !errors.Is(err, ErrWrap) {
				t.Errorf("%s, byte %d changed: %v", c.name, i, err)
			}
		}
		for _, n := range []int{0, 7, 8, len(wrapped) - 1, len(wrapped) - 8} {
			if _, err := UnwrapKey(c.id, kek, wrapped[:n]); !errors.Is(err, ErrWrap) {
				t.Errorf("%s, %d bytes of it: %v", c.name, n, err)
			}
		}
		if _, err := UnwrapKey(c.id, kek[1:], wrapped); !errors.Is(err, ErrKeySize) {
			t.Errorf("%s, a short key: %v", c.name, err)
		}
		if n, err := KEKSize(c.id); err != nil || n != len(kek) {
			t.Errorf("%s: the wrap takes %d bytes: %v", c.name, n, err)
		}
	}
}

// RFC 3211 section 3: a key from "password", and one from a longer phrase.
func TestUnwrapPasswordVectors(t *testing.T) {
	for _, c := range []struct {
		password   string
		iterations int64
		alg        oid.OID
		iv         string
		kek        string
		wrapped    string
		want       string
	}{
		{"password", 5, oid.DESCBC, "EFE598EF21B33D6D", "D1DAA78615F287E6", "B81B2565EE373CA6DEDCA26A178B0C10", "8C627C897323A2F8"},
		{"All n-entities must communicate with other n-entities via n-1 entiteeheehees", 500, oid.DESEDE3CBC, "BAF1CA7931213C4E", "6A8970BF68C92CAEA84A8DF28510858607126380CC47AB2D", "C03C514ABDB9E2C5AAC038572B5E24553876B377AAFB82ECA5A9D73F8AB143D9EC74E6CAD7DB260C", "8C637D887223A2F965B566EB014B0FA5D52300A3F7EA40FFFC577203C71BAF3B"},
	} {
		kdf := identifier(t, oid.PBKDF2, sequence(t, octets(t, hexBytes(t, "1234567878563412")), integer(t, c.iterations)))
		id := identifier(t, oid.PWRIKEK, identifierDER(t, c.alg, octets(t, hexBytes(t, c.iv))))
		size, err := KEKSize(id)
		if err != nil {
			t.Fatal(err)
		}
		kek, err := DeriveKey(nil, kdf, c.password, size, 0)
		if err != nil || !bytes.Equal(kek, hexBytes(t, c.kek)) {
			t.Errorf("derived %x, %v", kek, err)
		}
		wrapped := hexBytes(t, c.wrapped)
		got, err := UnwrapKey(id, kek, wrapped)
		if err != nil || !bytes.Equal(got, hexBytes(t, c.want)) {
			t.Errorf("%s: %x, %v", c.alg.Name(), got, err)
		}
		for _, n := range []int{0, 8, len(wrapped) - 1} {
			if _, err := UnwrapKey(id, kek, wrapped[:n]); !errors.Is(err, ErrWrap) {
				t.Errorf("%d bytes of it: %v", n, err)
			}
		}
		if _, err := UnwrapKey(id, make([]byte, size), wrapped); !errors.Is(err, ErrWrap) {
			t.Errorf("another key: %v", err)
		}
	}
	// AES inside, wrapped here as RFC 3211 section 2.3.1 says.
	for range 20 {
		kek, iv, key := make([]byte, 16), make([]byte, 16), make([]byte, 24)
		rand.Read(kek)
		rand.Read(iv)
		rand.Read(key)
		b := append([]byte{24, ^key[0], ^key[1], ^key[2]}, key...)
		b = append(b, make([]byte, 4)...)
		block, _ := aes.NewCipher(kek)
		enc := cipher.NewCBCEncrypter(block, iv)
		enc.CryptBlocks(b, b)
		enc.CryptBlocks(b, b)
		got, err := UnwrapKey(identifier(t, oid.PWRIKEK, identifierDER(t, oid.AES128CBC, octets(t, iv))), kek, b)
		if err != nil || !bytes.Equal(got, key) {
			t.Errorf("%x, %v; want %x", got, err, key)
		}
	}
	if _, err := UnwrapKey(identifier(t, oid.PWRIKEK), nil, nil); err == nil {
		t.Error("a wrap without its cipher is accepted")
	}
}

func TestX963KDFAgainstOpenSSL(t *testing.T) {
	for _, c := range []struct{ name, hash string }{{"SHA-1", "SHA1"}, {"SHA-224", "SHA224"}, {"SHA-256", "SHA256"}, {"SHA-384", "SHA384"}, {"SHA-512", "SHA512"}} {
		h := hashes[slices.IndexFunc(hashes, func(h Hash) bool { return h.Name == c.name })]
		z, info := make([]byte, 32), make([]byte, 40)
		rand.Read(z)
		rand.Read(info)
		want := openssl(t, t.TempDir(), nil, "kdf", "-keylen", "100", "-binary", "-kdfopt", "digest:"+c.hash, "-kdfopt", "hexkey:"+hex.EncodeToString(z), "-kdfopt", "hexinfo:"+hex.EncodeToString(info), "X963KDF")
		if got := x963KDF(h, z, info, 100); !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x", c.name, got, want)
		}
	}
}
