// Package oid knows object identifiers: their numbers, and their names as
// OpenSSL and as dumpasn1 print them.
package oid

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/limit"
)

// OID is an object identifier as the content octets of its BER encoding
// (X.690 section 8.19), which makes it comparable, cheap to slice out of a
// message and usable as a constant.
type OID string

// String gives the dotted form, "1.2.840.113549.1.1.1". An encoding that cannot
// be read gives what could be read, followed by "?".
func (o OID) String() string { return o.join(".") }

// Spaced gives the form that dumpasn1 prints, "1 2 840 113549 1 1 1".
func (o OID) Spaced() string { return o.join(" ") }

// join writes the arcs. It reads an arc of up to limit.OIDArc octets: UUIDs are
// registered as arcs of 128 bits under 2.25 (X.667).
func (o OID) join(sep string) string {
	b := make([]byte, 0, 48)
	for i := 0; i < len(o); {
		end := i
		for end < len(o) && o[end]&0x80 != 0 {
			end++
		}
		if end == len(o) || end-i >= limit.OIDArc {
			if i > 0 {
				b = append(b, sep...)
			}
			return string(append(b, '?'))
		}
		octets := o[i : end+1]
		arc, ok := readArc(octets)
		switch {
		case i == 0 && ok:
			top := min(arc/40, 2)
			b = strconv.AppendUint(b, top, 10)
			b = append(b, sep...)
			b = strconv.AppendUint(b, arc-top*40, 10)
		case i == 0:
			b = AppendArc(append(append(b, '2'), sep...), octets, 80)
		case ok:
			b = strconv.AppendUint(append(b, sep...), arc, 10)
		default:
			b = AppendArc(append(b, sep...), octets, 0)
		}
		i = end + 1
	}
	if len(o) == 0 {
		return "?"
	}
	return string(b)
}

// readArc gives the number that base-128 octets write, and false when it has more
// than 63 bits. It reads past octets 80 in front, which X.690 section 8.19.2
// forbids.
func readArc(octets OID) (uint64, bool) {
	for octets[0] == 0x80 {
		octets = octets[1:]
	}
	if len(octets) > 9 {
		return 0, false
	}
	var n uint64
	for _, c := range []byte(octets) {
		n = n<<7 | uint64(c&0x7f)
	}
	return n, true
}

// Parse reads the dotted form. It answers false when s is not an object
// identifier, or has an arc over limit.OIDArc octets.
func Parse(s string) (OID, bool) {
	var b []byte
	var top uint64
	arc := 0
	for {
		text, rest, more := strings.Cut(s, ".")
		if text == "" || strings.Trim(text, "0123456789") != "" || len(text) > limit.OIDArc*3 {
			return "", false
		}
		n, err := strconv.ParseUint(text, 10, 62)
		switch {
		case arc == 0:
			if err != nil || n > 2 {
				return "", false
			}
			top = n
		case arc == 1 && top < 2 && (err != nil || n > 39):
			return "", false
		case err == nil:
			if arc == 1 {
				n += top * 40
			}
			b = appendArc(b, n)
		default:
			plus := 0
			if arc == 1 {
				plus = 80
			}
			octets := decimalArc(text, plus)
			if len(octets) > limit.OIDArc {
				return "", false
			}
			b = append(b, octets...)
		}
		arc++
		if !more {
			return OID(b), arc > 1
		}
		s = rest
	}
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
