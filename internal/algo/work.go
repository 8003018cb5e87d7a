package algo

import "math/bits"

// overhead is what an operation in a field of a curve costs beside its multiplications:
// calls, reductions and additions, in units of limit.Work.
const overhead = 300

// VerifyWork is what verifying one signature with a key takes, in units of limit.Work.
// The time measured is in proportion to it, within a factor of two, for RSA, DSA and the
// curves.
func (p *PublicKey) VerifyWork() int64 {
	if p == nil {
		return 0
	}
	switch k := p.Key.(type) {
	case *RSAPublicKey:
		// A squaring a bit of the exponent, and a multiplication for each that is set.
		steps := bitLen(k.Exponent)
		for _, b := range k.Exponent {
			steps += bits.OnesCount8(b)
		}
		return int64(steps) * square(len(k.N))
	case *DSAPublicKey:
		// Two exponents of the size of q.
		return 2 * 12 * int64(len(k.Q)) * square(len(k.P))
	case *ECPublicKey:
		n := (k.Curve.Bits + 7) / 8
		return int64(8*n) * 20 * (overhead + square(n))
	}
	return 0
}

// PrivateWork is what decrypting or agreeing on one key with a private key takes.
func (p *PublicKey) PrivateWork() int64 {
	if p == nil {
		return 0
	}
	switch k := p.Key.(type) {
	case *RSAPublicKey:
		// By the primes, each of half the size: the exponents have as many bits together.
		return 12 * int64(len(k.N)) * square((len(k.N)+1)/2)
	case *ECPublicKey:
		return p.VerifyWork()
	}
	return 0
}

// square is the multiplications of words in one of numbers of so many octets, modular.
func square(octets int) int64 {
	words := int64(octets+7) / 8
	return 2 * words * words
}
