package algo

import "testing"

// TestVerifyWork: the steps of square and multiply, counted by hand, times the
// multiplications of words in each.
func TestVerifyWork(t *testing.T) {
	rsa := func(exponent ...byte) *PublicKey {
		k := &RSAPublicKey{N: make([]byte, 256), Exponent: exponent}
		if len(exponent) < 4 {
			for _, b := range exponent {
				k.E = k.E<<8 | uint(b)
			}
		}
		return &PublicKey{Key: k}
	}
	const product = 2 * 32 * 32 // of 2048 bits are 32 words
	for _, c := range []struct {
		name string
		key  *PublicKey
		want int64
	}{
		{"no key", nil, 0},
		{"3", rsa(3), (2 + 2) * product},
		{"65537", rsa(1, 0, 1), (17 + 2) * product},
		// One of more than 31 bits, which has no E, is not free.
		{"64 bits", rsa(0x80, 0, 0, 0, 0, 0, 0, 1), (64 + 2) * product},
	} {
		if got := c.key.VerifyWork(); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}
