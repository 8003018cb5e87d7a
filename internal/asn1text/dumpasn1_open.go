package asn1text

// Which strings dumpasn1 opens.

import "github.com/sipseal/sipseal/internal/ber"

// dumpasn1Opens reports whether dumpasn1 would try to read a string's content as
// a value: from its first identifier and length octets.
func dumpasn1Opens(n *ber.Node, content []byte) bool {
	if len(content) < 2 || n.Tag == ber.TagBitString && len(content) <= 4 {
		return false
	}
	h, ok := dumpasn1Header(content)
	if !ok || h.class != ber.Universal && h.class != ber.ContextSpecific {
		return false
	}
	if h.tag == ber.TagSequence && h.length < 0 {
		// What is inside must look like a value.
		inner, ok := dumpasn1Header(content[h.size:])
		return ok && inner.tag > 0 && inner.tag <= 0x31 && inner.length < len(content)
	}
	return h.tag > 0 && h.tag <= 0x31 && h.size+h.length == len(content) &&
		(!h.constructed || h.tag == ber.TagSequence || h.tag == ber.TagSet)
}

type dumpasn1HeaderOf struct {
	class       ber.Class
	constructed bool
	tag         int
	length      int // -1 for an indefinite one
	size        int // of the identifier and length octets
}

// dumpasn1Header reads identifier and length octets as far as dumpasn1 can: tags of
// up to three octets and lengths of up to four.
func dumpasn1Header(b []byte) (h dumpasn1HeaderOf, ok bool) {
	if len(b) < 2 {
		return h, false
	}
	h.class, h.constructed, h.tag = ber.Class(b[0]>>6), b[0]&0x20 != 0, int(b[0]&0x1f)
	pos := 1
	if h.tag == 0x1f {
		h.tag = 0
		for more := true; more; pos++ {
			if pos >= len(b) || pos >= 4 {
				return h, false
			}
			h.tag = h.tag<<7 | int(b[pos]&0x7f)
			more = b[pos]&0x80 != 0
		}
	}
	if pos >= len(b) {
		return h, false
	}
	h.length = int(b[pos])
	pos++
	if h.length > 0x80 {
		count := h.length & 0x7f
		if count > 4 || pos+count > len(b) {
			return h, false
		}
		h.length = 0
		for _, c := range b[pos : pos+count] {
			h.length = h.length<<8 | int(c)
		}
		pos += count
	} else if h.length == 0x80 {
		h.length = -1
	}
	h.size = pos
	return h, true
}
