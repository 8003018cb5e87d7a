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

func TestDecryptContentAgainstOpenSSL(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		name  string
		oid   oid.OID
		key   int
		block int
		args  []string
		rc2   int64 // version
	}{
		{"aes-128-cbc", oid.AES128CBC, 16, 16, nil, 0},
		{"aes-192-cbc", oid.AES192CBC, 24, 16, nil, 0},
		{"aes-256-cbc", oid.AES256CBC, 32, 16, nil, 0},
		{"des-ede3-cbc", oid.DESEDE3CBC, 24, 8, nil, 0},
		{"des-cbc", oid.DESCBC, 8, 8, []string{"-provider", "legacy", "-provider", "default"}, 0},
		{"rc2-cbc", oid.RC2CBC, 16, 8, []string{"-provider", "legacy", "-provider", "default"}, 58},
		{"rc2-64-cbc", oid.RC2CBC, 8, 8, []string{"-provider", "legacy", "-provider", "default"}, 120},
		{"rc2-40-cbc", oid.RC2CBC, 5, 8, []string{"-provider", "legacy", "-provider", "default"}, 160},
	} {
		for _, size := range []int{0, 1, 7, 8, 15, 16, 17, 1000} {
			key, iv, plaintext := make([]byte, c.key), make([]byte, c.block), make([]byte, size)
			rand.Read(key)
			rand.Read(iv)
			rand.Read(plaintext)
			args := append([]string{"enc", "-" + c.name, "-K", hex.EncodeToString(key), "-iv", hex.EncodeToString(iv)}, c.args...)
			ciphertext := openssl(t, dir, plaintext, args...)
			params := octets(t, iv)
			if c.rc2 != 0 {
				params = sequence(t, integer(t, c.rc2), octets(t, iv))
			}
			id := identifier(t, c.oid, params)
			got, err := DecryptContent(id, key, ciphertext)
			if err != nil || !bytes.Equal(got, plaintext) {
				t.Errorf("%s, %d bytes: %x, %v", c.name, size, got, err)
			}
			if _, err := DecryptContent(id, key, ciphertext[:len(ciphertext)-1]); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s, cut off: %v", c.name, err)
			}
			if _, err := DecryptContent(id, key, nil); !errors.Is(err, ErrTruncated) {
				t.Errorf("%s, nothing: %v", c.name, err)
			}
			if c.rc2 == 0 {
				if _, err := DecryptContent(id, append(key, 0), ciphertext); !errors.Is(err, ErrKeySize) {
					t.Errorf("%s, long key: %v", c.name, err)
				}
			}
		}
		for name, params := range map[string][]byte{"no IV": nil, "NULL": null, "short IV": octets(t, []byte{1, 2, 3})} {
			if _, err := DecryptContent(identifier(t, c.oid, params), make([]byte, c.key), make([]byte, 16)); err == nil || errors.Is(err, ErrPadding) {
				t.Errorf("%s %s: %v", c.name, name, err)
			}
		}
	}
}

func TestPadding(t *testing.T) {
	key, iv := make([]byte, 16), make([]byte, 16)
	block, _ := aes.NewCipher(key)
	for _, c := range []struct {
		last string
		want int // bytes left, -1: wrong
	}{
		{"00000000000000000000000000000001", 15}, {"10101010101010101010101010101010", 0}, {"00000000000000000000000000000202", 14},
		{"00000000000000000000000000000000", -1}, {"11111111111111111111111111111111", -1}, {"00000000000000000000000000000302", -1},
		{"00000000000000000000000000030203", -1}, {"0f101010101010101010101010101010", -1}, {"000000000000000000000000000000ff", -1},
	} {
		b := hexBytes(t, c.last)
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(b, b)
		got, err := DecryptContent(identifier(t, oid.AES128CBC, octets(t, iv)), key, b)
		if c.want < 0 && !errors.Is(err, ErrPadding) || c.want >= 0 && (err != nil || len(got) != c.want) {
			t.Errorf("%s: %d bytes, %v", c.last, len(got), err)
		}
	}
}

// RFC 2268 section 5.
func TestRC2(t *testing.T) {
	for _, c := range []struct {
		key         string
		bits        int
		plain, want string
	}{
		{"0000000000000000", 63, "0000000000000000", "ebb773f993278eff"},
		{"ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"},
		{"3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"},
		{"88", 64, "0000000000000000", "61a8a244adacccf0"},
		{"88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"},
		{"88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"},
		{"88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"},
		{"88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "0000000000000000", "5b78d3a43dfff1f1"},
	} {
		block, err := newRC2(hexBytes(t, c.key), c.bits)
		if err != nil {
			t.Fatal(err)
		}
		got := make([]byte, 8)
		block.Decrypt(got, hexBytes(t, c.want))
		if !bytes.Equal(got, hexBytes(t, c.plain)) {
			t.Errorf("%s, %d bits: %x", c.key, c.bits, got)
		}
	}
	for _, n := range []int{0, 129} {
		if _, err := newRC2(make([]byte, n), 64); !errors.Is(err, ErrKeySize) {
			t.Errorf("a key of %d bytes: %v", n, err)
		}
	}
	for _, version := range []int64{-1, 1025, 57, 0} {
		params := sequence(t, integer(t, version), octets(t, make([]byte, 8)))
		if _, err := DecryptContent(identifier(t, oid.RC2CBC, params), make([]byte, 16), make([]byte, 8)); err == nil || errors.Is(err, ErrPadding) {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

func aeadParams(t testing.TB, nonce []byte, tag int) []byte {
	if tag == 12 {
		return sequence(t, octets(t, nonce))
	}
	return sequence(t, octets(t, nonce), integer(t, int64(tag)))
}

func TestGCMAgainstStandardLibrary(t *testing.T) {
	for keySize, o := range map[int]oid.OID{16: oid.AES128GCM, 24: oid.AES192GCM, 32: oid.AES256GCM} {
		for _, nonceSize := range []int{1, 8, 12, 16, 60} {
			for tagSize := 12; tagSize <= 16; tagSize++ {
				for _, size := range []int{0, 1, 16, 33} {
					key, nonce, text, aad := make([]byte, keySize), make([]byte, nonceSize), make([]byte, size), make([]byte, size)
					for _, b := range [][]byte{key, nonce, text, aad} {
						rand.Read(b)
					}
					block, _ := aes.NewCipher(key)
					gcm, err := cipher.NewGCMWithNonceSize(block, nonceSize)
					if err != nil {
						t.Fatal(err)
					}
					sealed := gcm.Seal(nil, nonce, text, aad)
					checkAEAD(t, identifier(t, o, aeadParams(t, nonce, tagSize)), key, text, sealed[:size], sealed[size:size+tagSize], aad)
				}
			}
		}
	}
	for _, tag := range []int{0, 4, 11, 17} {
		if _, err := OpenAEAD(identifier(t, oid.AES128GCM, aeadParams(t, make([]byte, 12), tag)), make([]byte, 16), nil, make([]byte, tag), nil); err == nil || errors.Is(err, ErrTag) {
			t.Errorf("a tag of %d bytes: %v", tag, err)
		}
	}
	if _, err := OpenAEAD(identifier(t, oid.AES128GCM, aeadParams(t, nil, 16)), make([]byte, 16), nil, make([]byte, 16), nil); err == nil {
		t.Error("an empty nonce is accepted")
	}
}

func checkAEAD(t *testing.T, id Identifier, key, text, ciphertext, tag, aad []byte) {
	t.Helper()
	before := slices.Clone(ciphertext)
	got, err := OpenAEAD(id, key, ciphertext, tag, aad)
	if err != nil || !bytes.Equal(got, text) {
		t.Fatalf("%s: %x, %v", id.Name(), got, err)
	}
	flip := func(b []byte) []byte {
		b = slices.Clone(b)
		if len(b) > 0 {
			b[len(b)-1] ^= 1
		}
		return b
	}
	if len(ciphertext) > 0 {
		if _, err := OpenAEAD(id, key, flip(ciphertext), tag, aad); !errors.Is(err, ErrTag) {
			t.Fatalf("ciphertext: %v", err)
		}
	}
	if len(aad) > 0 {
		if _, err := OpenAEAD(id, key, ciphertext, tag, flip(aad)); !errors.Is(err, ErrTag) {
			t.Fatalf("associated data: %v", err)
		}
	}
	if _, err := OpenAEAD(id, key, ciphertext, flip(tag), aad); !errors.Is(err, ErrTag) {
		t.Fatalf("tag: %v", err)
	}
	if _, err := OpenAEAD(id, flip(key), ciphertext, tag, aad); !errors.Is(err, ErrTag) {
		t.Fatalf("key: %v", err)
	}
	if _, err := OpenAEAD(id, key[1:], ciphertext, tag, aad); !errors.Is(err, ErrKeySize) {
		t.Fatalf("short key: %v", err)
	}
	if _, err := OpenAEAD(id, key, ciphertext, tag[1:], aad); err == nil || errors.Is(err, ErrTag) {
		t.Fatalf("short tag: %v", err)
	}
	if !bytes.Equal(ciphertext, before) {
		t.Fatal("the ciphertext was written to")
	}
}

func TestCCM(t *testing.T) {
	// SP 800-38C appendix C, examples 1 to 4, and RFC 3610 section 8, packet vectors 1, 2
	// and 19.
	aad4 := make([]byte, 524288/8)
	for i := range aad4 {
		aad4[i] = byte(i)
	}
	for _, c := range []struct {
		key, nonce string
		aad        []byte
		text, want string
		tag        int
	}{
		{"404142434445464748494a4b4c4d4e4f", "10111213141516", hexBytes(t, "0001020304050607"), "20212223", "7162015b4dac255d", 4},
		{"404142434445464748494a4b4c4d4e4f", "1011121314151617", hexBytes(t, "000102030405060708090a0b0c0d0e0f"), "202122232425262728292a2b2c2d2e2f", "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd", 6},
		{"404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b", hexBytes(t, "000102030405060708090a0b0c0d0e0f10111213"), "202122232425262728292a2b2c2d2e2f3031323334353637", "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951", 8},
		{"404142434445464748494a4b4c4d4e4f", "101112131415161718191a1b1c", aad4, "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", "69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72b4ac6bec93e8598e7f0dadbcea5b", 14},
		{"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000003020100a0a1a2a3a4a5", hexBytes(t, "0001020304050607"), "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e", "588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0", 8},
		{"c0c1c2c3c4c5c6c7c8c9cacbcccdcecf", "00000004030201a0a1a2a3a4a5", hexBytes(t, "0001020304050607"), "08090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "72c91a36e135f8cf291ca894085c87e3cc15c439c9e43a3ba091d56e10400916", 8},
	} {
		want := hexBytes(t, c.want)
		id := identifier(t, oid.AES128CCM, aeadParams(t, hexBytes(t, c.nonce), c.tag))
		checkAEAD(t, id, hexBytes(t, c.key), hexBytes(t, c.text), want[:len(want)-c.tag], want[len(want)-c.tag:], c.aad)
	}
	for _, c := range []struct{ nonce, tag int }{{6, 8}, {14, 8}, {12, 2}, {12, 5}} {
		if _, err := OpenAEAD(identifier(t, oid.AES128CCM, aeadParams(t, make([]byte, c.nonce), c.tag)), make([]byte, 16), nil, make([]byte, c.tag), nil); err == nil || errors.Is(err, ErrTag) {
			t.Errorf("a nonce of %d and a tag of %d bytes: %v", c.nonce, c.tag, err)
		}
	}
	if _, err := OpenAEAD(identifier(t, oid.AES128CCM, aeadParams(t, make([]byte, 13), 8)), make([]byte, 16), make([]byte, 65536), make([]byte, 8), nil); err == nil || errors.Is(err, ErrTag) {
		t.Errorf("more text than the nonce allows: %v", err)
	}
}
