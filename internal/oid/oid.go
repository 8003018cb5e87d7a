// Package oid knows object identifiers: their numbers, and their names as
// OpenSSL and as dumpasn1 print them.
package oid

import "strconv"

// OID is an object identifier as the content octets of its BER encoding
// (X.690 section 8.19), which makes it comparable, cheap to slice out of a
// message and usable as a constant.
type OID string

// String gives the dotted form, "1.2.840.113549.1.1.1". An encoding that cannot
// be read gives what could be read, followed by "?".
func (o OID) String() string { return o.join(".") }

// Spaced gives the form that dumpasn1 prints, "1 2 840 113549 1 1 1".
func (o OID) Spaced() string { return o.join(" ") }

func (o OID) join(sep string) string {
	b := make([]byte, 0, 32)
	var arc uint64
	first, open := true, false
	for i := 0; i < len(o); i++ {
		if arc>>57 != 0 {
			return string(b) + sep + "?"
		}
		open = true
		arc = arc<<7 | uint64(o[i]&0x7f)
		if o[i]&0x80 != 0 {
			continue
		}
		if first {
			top := min(arc/40, 2)
			b = strconv.AppendUint(b, top, 10)
			arc -= top * 40
			first = false
		}
		b = append(b, sep...)
		b = strconv.AppendUint(b, arc, 10)
		arc, open = 0, false
	}
	if open || first {
		b = append(b, '?')
	}
	return string(b)
}

// Parse reads the dotted form. It answers false when s is not an object
// identifier.
func Parse(s string) (OID, bool) {
	var arcs []uint64
	for start := 0; start <= len(s); {
		end := start
		for end < len(s) && s[end] != '.' {
			end++
		}
		n, err := strconv.ParseUint(s[start:end], 10, 57)
		if err != nil || s[start] == '+' {
			return "", false
		}
		arcs = append(arcs, n)
		start = end + 1
	}
	if len(arcs) < 2 || arcs[0] > 2 || arcs[0] < 2 && arcs[1] > 39 {
		return "", false
	}
	b := appendArc(nil, arcs[0]*40+arcs[1])
	for _, n := range arcs[2:] {
		b = appendArc(b, n)
	}
	return OID(b), true
}

func appendArc(b []byte, n uint64) []byte {
	shift := 0
	for n>>(shift+7) != 0 {
		shift += 7
	}
	for ; shift > 0; shift -= 7 {
		b = append(b, byte(n>>shift)|0x80)
	}
	return append(b, byte(n)&0x7f)
}
