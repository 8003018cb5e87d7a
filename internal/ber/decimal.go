package ber

// AppendDecimal writes the content octets of an INTEGER (X.690 section 8.3), of any
// size, in decimal. The digits are worked out one by one, which costs the square of
// the size: math/big would be faster, and a large part of a small program.
func AppendDecimal(b, octets []byte) []byte {
	if len(octets) == 0 {
		return b
	}
	negative := octets[0] >= 0x80
	digits := []byte{0} // least significant first
	for _, c := range octets {
		if negative {
			c = ^c // the magnitude less one
		}
		carry := int(c)
		for i := range digits {
			carry += int(digits[i]) * 256
			digits[i] = byte(carry % 10)
			carry /= 10
		}
		for ; carry > 0; carry /= 10 {
			digits = append(digits, byte(carry%10))
		}
	}
	if negative {
		b = append(b, '-')
		for i := 0; ; i++ {
			if i == len(digits) {
				digits = append(digits, 0)
			}
			if digits[i]++; digits[i] < 10 {
				break
			}
			digits[i] = 0
		}
	}
	for len(digits) > 1 && digits[len(digits)-1] == 0 {
		digits = digits[:len(digits)-1]
	}
	for i := len(digits) - 1; i >= 0; i-- {
		b = append(b, '0'+digits[i])
	}
	return b
}
