package asn1text

// Random BER, the same for the same seed.

import (
	"math/rand/v2"

	"github.com/sipseal/sipseal/internal/ber"
)

// randomBER makes values that are well-formed: any type, length form and nesting.
type randomBER struct {
	*rand.Rand
	der bool // only what DER allows
}

func newRandomBER(seed uint64, der bool) *randomBER {
	return &randomBER{rand.New(rand.NewPCG(seed, 6216)), der}
}

// wrap puts an identifier and a length around content.
func (r *randomBER) wrap(class ber.Class, tag uint32, constructed bool, content []byte) []byte {
	out := appendIdentifier(nil, class, tag, constructed)
	if constructed && !r.der && r.IntN(4) == 0 {
		return append(append(append(out, 0x80), content...), 0, 0)
	}
	length := len(content)
	size := 0
	if length >= 0x80 {
		for n := length; n > 0; n >>= 8 {
			size++
		}
	}
	if !r.der && r.IntN(20) == 0 {
		size += 1 + r.IntN(2)
	}
	if size == 0 {
		return append(append(out, byte(length)), content...)
	}
	out = append(out, 0x80|byte(size))
	for i := size - 1; i >= 0; i-- {
		out = append(out, byte(length>>(8*i)))
	}
	return append(out, content...)
}

func (r *randomBER) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func (r *randomBER) text(n int, alphabet string) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return b
}

const (
	printableAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?"
	asciiAlphabet     = printableAlphabet + "!\"#$%&*;<>@[\\]^_`{|}~"
)

// size is a length of content: mostly short, sometimes over the bounds at which
// the styles break lines.
func (r *randomBER) size() int {
	switch r.IntN(8) {
	case 0:
		return 1 + r.IntN(300)
	case 1:
		return 36 + r.IntN(20)
	}
	return 1 + r.IntN(20)
}

// value is a value with at most depth levels in it.
func (r *randomBER) value(depth int) []byte {
	if depth > 0 && r.IntN(3) > 0 {
		var content []byte
		for range r.IntN(6) {
			content = append(content, r.value(depth-1)...)
		}
		switch r.IntN(8) {
		case 0, 1:
			if len(content) == 0 {
				content = r.value(0)
			}
			return r.wrap(ber.Class(1+r.IntN(3)), r.tag(), true, content)
		case 2:
			return r.wrap(ber.Universal, ber.TagSet, true, content)
		case 3:
			// One value that a string holds.
			inner := r.wrap(ber.Universal, ber.TagSequence, true, append(content, r.value(0)...))
			if r.IntN(2) == 0 {
				return r.wrap(ber.Universal, ber.TagBitString, false, append([]byte{0}, inner...))
			}
			return r.wrap(ber.Universal, ber.TagOctetString, false, inner)
		case 4:
			if r.der {
				break
			}
			var segments []byte
			for range 1 + r.IntN(4) {
				segments = append(segments, r.wrap(ber.Universal, ber.TagOctetString, false, r.bytes(r.size()))...)
			}
			return r.wrap(ber.Universal, ber.TagOctetString, true, segments)
		}
		return r.wrap(ber.Universal, ber.TagSequence, true, content)
	}
	return r.primitive()
}

func (r *randomBER) tag() uint32 {
	switch r.IntN(10) {
	case 0:
		return 31 + uint32(r.IntN(1000))
	case 1:
		return 1000 + uint32(r.IntN(1<<20))
	}
	return uint32(r.IntN(12))
}

var someOIDs = []string{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "\x55\x04\x03", "\x55\x1d\x0f", "\x60\x86\x48\x01\x65\x03\x04\x02\x01",
	"\x2a\x86\x48\xce\x3d\x04\x03\x02", "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0f", "\x2b\x06\x01\x05\x05\x07\x03\x14", "\x2b\x0e\x03\x02\x1a"}

func (r *randomBER) primitive() []byte {
	u := func(tag uint32, content []byte) []byte { return r.wrap(ber.Universal, tag, false, content) }
	switch r.IntN(16) {
	case 0:
		return u(ber.TagBoolean, []byte{byte(-r.IntN(2))})
	case 1:
		n := r.bytes(r.size())
		if len(n) > 1 && (n[0] == 0 || n[0] == 0xff) {
			n[0] = 0x11
		}
		return u(ber.TagInteger, n)
	case 2:
		unused := r.IntN(8)
		b := r.bytes(r.size())
		b[len(b)-1] = b[len(b)-1]>>unused<<unused | 1<<unused
		return u(ber.TagBitString, append([]byte{byte(unused)}, b...))
	case 3, 4:
		return u(ber.TagOctetString, r.bytes(r.size()))
	case 5:
		return u(ber.TagOctetString, r.text(r.size(), printableAlphabet))
	case 6:
		return u(ber.TagNull, nil)
	case 7:
		return u(ber.TagOID, []byte(someOIDs[r.IntN(len(someOIDs))]))
	case 8:
		o := []byte{byte(r.IntN(120)), byte(1 + r.IntN(127))}
		for range 1 + r.IntN(8) {
			o = append(o, 0x81+byte(r.IntN(100)), byte(r.IntN(128)))
		}
		return u(ber.TagOID, o)
	case 9:
		return u(ber.TagPrintableString, r.text(r.size(), printableAlphabet))
	case 10:
		return u([...]uint32{ber.TagUTF8String, ber.TagIA5String, ber.TagVisibleString, ber.TagTeletexString, ber.TagGeneralString}[r.IntN(5)], r.text(r.size(), asciiAlphabet))
	case 11:
		return u(ber.TagUTCTime, append(r.text(12, "0123456789"), 'Z'))
	case 12:
		return u(ber.TagGeneralizedTime, append(r.text(14, "0123456789"), 'Z'))
	case 13:
		b := make([]byte, 0, 80)
		for range 1 + r.IntN(40) {
			b = append(b, 0, asciiAlphabet[r.IntN(len(asciiAlphabet))])
		}
		return u(ber.TagBMPString, b)
	case 14:
		return r.wrap(ber.ContextSpecific, r.tag(), false, r.bytes(r.size()))
	}
	return u([...]uint32{ber.TagEnumerated, ber.TagReal, ber.TagRelativeOID, ber.TagUniversalString}[r.IntN(4)], r.text(r.size(), printableAlphabet))
}

// odd is a SEQUENCE of values that are not as they should be, but that are values.
func (r *randomBER) odd() []byte {
	var content []byte
	u := func(tag uint32, b []byte) { content = append(content, r.wrap(ber.Universal, tag, false, b)...) }
	for range 12 {
		switch r.IntN(12) {
		case 0:
			u(ber.TagInteger, r.bytes(r.IntN(7)))
		case 1:
			u(ber.TagBoolean, r.bytes(1))
		case 2:
			b := append([]byte{byte(r.IntN(8))}, r.bytes(r.IntN(7))...)
			if len(b) > 1 {
				b[len(b)-1] = b[len(b)-1] >> b[0] << b[0]
			}
			u(ber.TagBitString, b)
		case 3:
			u(ber.TagBitString, append([]byte{byte(r.IntN(8))}, r.text(5+r.IntN(60), asciiAlphabet)...))
		case 4:
			u(ber.TagUTCTime, append(r.text(10, "0123456789"), 'Z'))
		case 5:
			u(ber.TagGeneralizedTime, append(r.text(14, "0123456789"), ".5Z"...))
		case 6:
			u([...]uint32{ber.TagUTF8String, ber.TagPrintableString, ber.TagOctetString, ber.TagNumericString, ber.TagBMPString}[r.IntN(5)], nil)
		case 7:
			u([...]uint32{ber.TagPrintableString, ber.TagNumericString, ber.TagVisibleString}[r.IntN(3)], r.text(1+r.IntN(90), asciiAlphabet))
		case 8:
			content = append(content, r.wrap(ber.Class(1+r.IntN(3)), r.tag(), false, r.text(r.IntN(50), printableAlphabet+"\r\n"))...)
		case 9:
			content = append(content, r.wrap(ber.Class(1+r.IntN(3)), r.tag(), true, nil)...)
		case 10:
			u(ber.TagOctetString, r.text(1+r.IntN(20), "ab \x00"))
		case 11:
			u(ber.TagEnumerated, []byte{0, byte(r.Uint32())})
		}
	}
	return r.wrap(ber.Universal, ber.TagSequence, true, content)
}
