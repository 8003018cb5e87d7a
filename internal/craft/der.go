// Package craft makes certificates and SIP messages for testing: what RFC 6216
// appendix A's scripts make, the scenarios of its section 6, sealed messages of every
// form, and their damages.
//
// It is the other side of the inspector. Nothing here judges, and everything may be
// wrong on purpose: serial numbers, names, extensions and dates are written as they
// are asked for, with a DER writer that checks nothing. It is a program of its own in
// the browser (wasm/craft), which only those load who make something.
//
// This file is the DER writer.
package craft

import (
	"bytes"
	"math/big"
	"slices"
	"strings"
	"time"

	"github.com/sipseal/sipseal/internal/oid"
)

// Identifier octets that are written here (X.690 section 8.1.2).
const (
	tagBoolean     = 0x01
	tagInteger     = 0x02
	tagBitString   = 0x03
	tagOctetString = 0x04
	tagNull        = 0x05
	tagOID         = 0x06
	tagUTF8        = 0x0c
	tagPrintable   = 0x13
	tagIA5         = 0x16
	tagUTCTime     = 0x17
	tagGeneralized = 0x18
	tagBMP         = 0x1e
	tagSequence    = 0x30
	tagSet         = 0x31
)

// tlv writes one value: identifier octet, definite length, the contents after one
// another.
func tlv(tag byte, contents ...[]byte) []byte {
	n := 0
	for _, c := range contents {
		n += len(c)
	}
	out := append(make([]byte, 0, n+6), tag)
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	case n < 0x10000:
		out = append(out, 0x82, byte(n>>8), byte(n))
	default:
		out = append(out, 0x84, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	for _, c := range contents {
		out = append(out, c...)
	}
	return out
}

func sequence(contents ...[]byte) []byte { return tlv(tagSequence, contents...) }

// setOf writes a SET OF in the order of DER (X.690 section 11.6).
func setOf(elements ...[]byte) []byte {
	sorted := slices.Clone(elements)
	slices.SortFunc(sorted, bytes.Compare)
	return tlv(tagSet, sorted...)
}

func oidValue(o oid.OID) []byte          { return tlv(tagOID, []byte(o)) }
func octets(b []byte) []byte             { return tlv(tagOctetString, b) }
func bitString(b []byte) []byte          { return tlv(tagBitString, []byte{0}, b) }
func null() []byte                       { return tlv(tagNull) }
func explicit(n int, v ...[]byte) []byte { return tlv(byte(0xa0+n), v...) }
func smallInteger(n int64) []byte        { return integer(big.NewInt(n)) }

func boolean(b bool) []byte {
	if b {
		return tlv(tagBoolean, []byte{0xff})
	}
	return tlv(tagBoolean, []byte{0})
}

// integer writes a number in two's complement.
func integer(n *big.Int) []byte {
	if n.Sign() >= 0 {
		b := n.Bytes()
		if len(b) == 0 || b[0]&0x80 != 0 {
			b = append([]byte{0}, b...)
		}
		return tlv(tagInteger, b)
	}
	size := len(n.Bytes()) + 1
	b := new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*size))).Bytes()
	for len(b) > 1 && b[0] == 0xff && b[1]&0x80 != 0 {
		b = b[1:]
	}
	return tlv(tagInteger, b)
}

// timeValue writes a time as RFC 5280 section 4.1.2.5 wants it: UTCTime through 2049,
// GeneralizedTime after and before 1950.
func timeValue(t time.Time) []byte {
	t = t.UTC()
	if y := t.Year(); y >= 1950 && y < 2050 {
		return tlv(tagUTCTime, []byte(t.Format("060102150405Z")))
	}
	return tlv(tagGeneralized, []byte(t.Format("20060102150405Z")))
}

// text writes a string as PrintableString when printable, otherwise as UTF8String.
func text(s string, printable bool) []byte {
	if printable && isPrintable(s) {
		return tlv(tagPrintable, []byte(s))
	}
	return tlv(tagUTF8, []byte(s))
}

func isPrintable(s string) bool {
	return strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?") == "" &&
		!strings.ContainsAny(s, "*@&_")
}
