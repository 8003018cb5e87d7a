package ber

import (
	"bytes"
	"math/big"
	"math/rand"
	"testing"
)

// TestAppendDecimal has math/big for its judge.
func TestAppendDecimal(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	cases := [][]byte{{0}, {0x7f}, {0x80}, {0xff}, {0, 0x80}, {0xff, 0x7f}, {0x80, 0}, {0, 0, 0},
		bytes.Repeat([]byte{0xff}, 30), append([]byte{0x80}, make([]byte, 30)...)}
	for range 500 {
		octets := make([]byte, 1+random.Intn(40))
		random.Read(octets)
		cases = append(cases, octets)
	}
	for _, octets := range cases {
		want := new(big.Int).SetBytes(octets)
		if octets[0] >= 0x80 {
			want.Sub(want, new(big.Int).Lsh(big.NewInt(1), uint(8*len(octets))))
		}
		if got := string(AppendDecimal(nil, octets)); got != want.String() {
			t.Errorf("%x: %s, want %s", octets, got, want)
		}
	}
}
