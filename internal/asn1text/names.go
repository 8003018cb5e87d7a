package asn1text

// Names of object identifiers, and the numbers of those that have none.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// appendArcs writes an object identifier's numbers with sep between them. It
// answers false when the encoding is wrong (X.690 section 8.19), and has then
// written what could be read. A number that is too long to be one counts as wrong.
func appendArcs(out []byte, o oid.OID, sep byte) ([]byte, bool) {
	if len(o) == 0 {
		return out, false
	}
	ok := true
	start := 0
	for i := 0; i < len(o); i++ {
		if i == start && o[i] == 0x80 {
			ok = false
		}
		if o[i]&0x80 != 0 {
			continue
		}
		if i-start >= limit.OIDArc {
			return append(out, sep, '?'), false
		}
		out = appendArc(out, o[start:i+1], start == 0, sep)
		start = i + 1
	}
	return out, ok && start == len(o)
}

// appendArc writes one subidentifier, and for the first the two numbers it stands
// for.
func appendArc(out []byte, b oid.OID, first bool, sep byte) []byte {
	if len(b) > 8 {
		less := 0
		if first {
			out, less = append(out, '2'), 80
		}
		return oid.AppendArc(append(out, sep), b, less)
	}
	var n uint64
	for i := range len(b) {
		n = n<<7 | uint64(b[i]&0x7f)
	}
	if first {
		top := min(n/40, 2)
		out = append(out, byte('0'+top))
		n -= top * 40
	}
	return strconv.AppendUint(append(out, sep), n, 10)
}

// opensslNumber finds the object identifier that OpenSSL prints by this name, its
// long one as a rule.
func opensslNumber(name string) (oid.OID, bool) {
	found := oid.Search(name)
	for _, o := range found {
		if o.OpenSSL() == name {
			return o, true
		}
	}
	for _, o := range found {
		if o.Short() == name {
			return o, true
		}
	}
	return "", false
}
