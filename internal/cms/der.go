package cms

// The bytes of attributes that were signed, when they are not exactly those that
// were received: RFC 5652 section 5.4 signs the DER encoding of a SET OF, whatever
// the message carries.

import (
	"bytes"
	"errors"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/sorting"
)

// asSet gives the attributes as received, with the identifier octet of the SET OF
// that is signed in place of the implicit tag.
func asSet(attrs ber.Value) []byte {
	b := bytes.Clone(attrs.Raw())
	if len(b) > 0 {
		b[0] = 0x31
	}
	return b
}

// encodeSet gives the attributes as a SET OF with definite lengths, in the order
// received or in that of DER. It fails when the attributes are nested too deeply or
// cannot be written again.
func encodeSet(attrs ber.Value, sorted bool) ([]byte, error) {
	content, err := encodeContent(attrs, true, sorted, 0)
	if err != nil {
		return nil, err
	}
	return appendValue(nil, []byte{0x31}, content), nil
}

var errNotAgain = errors.New("it cannot be written again")

// sortedSet reports whether the children are in the order of DER (X.690 section
// 11.6).
func sortedSet(set ber.Value) bool {
	var last []byte
	for c := range set.Children() {
		raw := c.Raw()
		if last != nil && compareSet(last, raw) > 0 {
			return false
		}
		last = raw
	}
	return true
}

// compareSet compares encodings as X.690 section 11.6 does: the shorter one is
// padded with zero octets.
func compareSet(a, b []byte) int {
	n := min(len(a), len(b))
	if c := bytes.Compare(a[:n], b[:n]); c != 0 {
		return c
	}
	for _, c := range a[n:] {
		if c != 0 {
			return 1
		}
	}
	for _, c := range b[n:] {
		if c != 0 {
			return -1
		}
	}
	return 0
}

// encodeContent writes a constructed value's children again. The recursion is
// bounded by limit.AttributeDepth.
func encodeContent(v ber.Value, set, sorted bool, depth int) ([]byte, error) {
	switch {
	case depth > limit.AttributeDepth:
		return nil, limit.Over("nested values in an attribute", limit.AttributeDepth, v.Offset())
	case v.Damaged() && depth == 0:
		return nil, errNotAgain
	}
	var parts [][]byte
	for c := range v.Children() {
		p, err := encodeValue(c, sorted, depth+1)
		if err != nil {
			return nil, err
		}
		parts = append(parts, p)
	}
	if set && sorted {
		sorting.By(parts, func(a, b *[]byte) bool { return compareSet(*a, *b) < 0 })
	}
	return bytes.Join(parts, nil), nil
}

func encodeValue(v ber.Value, sorted bool, depth int) ([]byte, error) {
	n := v.Node()
	src := v.Tree().Src
	// The identifier octets are those received; only their constructed bit changes.
	identifier := bytes.Clone(src[n.Offset:identifierEnd(src, int(n.Offset), int(n.Content))])
	if !v.Constructed() {
		return appendValue(nil, identifier, v.Bytes()), nil
	}
	if n.Class == ber.Universal && n.Tag != ber.TagSequence && n.Tag != ber.TagSet && n.Tag != ber.TagExternal && n.Tag != ber.TagEmbeddedPDV {
		if n.Tag == ber.TagBitString {
			return nil, errNotAgain
		}
		identifier[0] &^= 0x20
		return appendValue(nil, identifier, v.Octets()), nil
	}
	content, err := encodeContent(v, n.Class == ber.Universal && n.Tag == ber.TagSet, sorted, depth)
	if err != nil {
		return nil, err
	}
	return appendValue(nil, identifier, content), nil
}

// identifierEnd is where the identifier octets end (X.690 section 8.1.2.4).
func identifierEnd(src []byte, start, bound int) int {
	end := start + 1
	if src[start]&0x1f == 0x1f {
		for end < bound && src[end]&0x80 != 0 {
			end++
		}
		end++
	}
	return min(end, bound)
}

// appendValue writes a value with the shortest definite length.
func appendValue(dst, identifier, content []byte) []byte {
	dst = append(dst, identifier...)
	n := len(content)
	switch {
	case n < 0x80:
		dst = append(dst, byte(n))
	case n < 1<<8:
		dst = append(dst, 0x81, byte(n))
	case n < 1<<16:
		dst = append(dst, 0x82, byte(n>>8), byte(n))
	case n < 1<<24:
		dst = append(dst, 0x83, byte(n>>16), byte(n>>8), byte(n))
	default:
		dst = append(dst, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(dst, content...)
}
