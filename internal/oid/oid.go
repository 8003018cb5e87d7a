// Package oid knows object identifiers: their numbers, and their names as
// OpenSSL and as dumpasn1 print them.
package oid

import (
	"math/big"
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
		arc, wide := readArc(octets)
		switch {
		case i == 0 && wide == nil:
			top := min(arc/40, 2)
			b = strconv.AppendUint(b, top, 10)
			b = append(b, sep...)
			b = strconv.AppendUint(b, arc-top*40, 10)
		case i == 0:
			b = append(append(b, '2'), sep...)
			b = wide.Sub(wide, big.NewInt(80)).Append(b, 10)
		case wide == nil:
			b = strconv.AppendUint(append(b, sep...), arc, 10)
		default:
			b = wide.Append(append(b, sep...), 10)
		}
		i = end + 1
	}
	if len(o) == 0 {
		return "?"
	}
	return string(b)
}

// readArc gives the number that base-128 octets write; those over 63 bits come
// as a big one. It reads past octets 80 in front, which X.690 section 8.19.2
// forbids.
func readArc(octets OID) (uint64, *big.Int) {
	for octets[0] == 0x80 {
		octets = octets[1:]
	}
	if len(octets) <= 9 {
		var n uint64
		for _, c := range []byte(octets) {
			n = n<<7 | uint64(c&0x7f)
		}
		return n, nil
	}
	wide := new(big.Int)
	low := new(big.Int)
	for _, c := range []byte(octets) {
		wide.Lsh(wide, 7)
		wide.Or(wide, low.SetUint64(uint64(c&0x7f)))
	}
	return 0, wide
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
			wide, _ := new(big.Int).SetString(text, 10)
			if arc == 1 {
				wide.Add(wide, big.NewInt(80))
			}
			if wide.BitLen() > limit.OIDArc*7 {
				return "", false
			}
			b = appendWideArc(b, wide)
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

func appendWideArc(b []byte, n *big.Int) []byte {
	part, low := new(big.Int), big.NewInt(0x7f)
	for shift := (n.BitLen() - 1) / 7 * 7; shift > 0; shift -= 7 {
		part.And(part.Rsh(n, uint(shift)), low)
		b = append(b, byte(part.Uint64())|0x80)
	}
	return append(b, byte(part.And(n, low).Uint64()))
}
