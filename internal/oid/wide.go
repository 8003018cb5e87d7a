package oid

// Numbers over 63 bits, which occur as arcs that are UUIDs (X.667). They are kept
// as their octets in base 128, and turned to and from decimal digit by digit:
// arithmetic of any size would cost more of the program than all the names do.

// AppendArc writes in decimal the number that the octets of one arc hold, seven
// bits each and the most significant first, less an amount that is no larger.
func AppendArc(b []byte, octets OID, less int) []byte {
	digits := []byte{0} // least significant first
	for i := range len(octets) {
		carry := int(octets[i] & 0x7f)
		for d := range digits {
			carry += int(digits[d]) * 128
			digits[d] = byte(carry % 10)
			carry /= 10
		}
		for ; carry > 0; carry /= 10 {
			digits = append(digits, byte(carry%10))
		}
	}
	for d := 0; less > 0 && d < len(digits); d++ {
		n := int(digits[d]) - less%10
		less /= 10
		if n < 0 {
			n += 10
			less++
		}
		digits[d] = byte(n)
	}
	for len(digits) > 1 && digits[len(digits)-1] == 0 {
		digits = digits[:len(digits)-1]
	}
	for i := len(digits) - 1; i >= 0; i-- {
		b = append(b, '0'+digits[i])
	}
	return b
}

// decimalArc gives the base-128 octets of a decimal number plus an amount.
func decimalArc(digits string, plus int) []byte {
	octets := []byte{0} // least significant first
	for i := range len(digits) {
		carry := int(digits[i] - '0')
		for k := range octets {
			carry += int(octets[k]) * 10
			octets[k] = byte(carry & 0x7f)
			carry >>= 7
		}
		for ; carry > 0; carry >>= 7 {
			octets = append(octets, byte(carry&0x7f))
		}
	}
	for k := 0; plus > 0; k++ {
		if k == len(octets) {
			octets = append(octets, 0)
		}
		plus += int(octets[k])
		octets[k] = byte(plus & 0x7f)
		plus >>= 7
	}
	for len(octets) > 1 && octets[len(octets)-1] == 0 {
		octets = octets[:len(octets)-1]
	}
	for i, j := 0, len(octets)-1; i < j; i, j = i+1, j-1 {
		octets[i], octets[j] = octets[j], octets[i]
	}
	for k := range len(octets) - 1 {
		octets[k] |= 0x80
	}
	return octets
}
