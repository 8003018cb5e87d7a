package oid

import (
	"encoding/asn1"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/limit"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ octets, dotted string }{
		{"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "1.2.840.113549.1.1.1"},
		{"\x88\x37\x03", "2.999.3"}, // X.690 section 8.19.5
		{"\x00", "0.0"},
		{"\x27", "0.39"},
		{"\x28", "1.0"},
		{"\x4f", "1.39"},
		{"\x50", "2.0"},
		{"\x78", "2.40"},
		// X.667 section 8, the UUID f81d4fae-7dec-11d0-a765-00a0c91e6bf6
		{"\x69\x83\xf0\x9d\xa7\xeb\xcf\xde\xe0\xc7\xa1\xa7\xb2\xc0\x94\x8c\xc8\xf9\xd7\x76",
			"2.25.329800735698586629295641978511506172918"},
	} {
		if got := OID(c.octets).String(); got != c.dotted {
			t.Errorf("String of %x: %s, want %s", c.octets, got, c.dotted)
		}
		if got := OID(c.octets).Spaced(); got != strings.ReplaceAll(c.dotted, ".", " ") {
			t.Errorf("Spaced of %x: %s", c.octets, got)
		}
		if got, ok := Parse(c.dotted); !ok || string(got) != c.octets {
			t.Errorf("Parse(%s): %x %v, want %x", c.dotted, string(got), ok, c.octets)
		}
	}
}

func TestUnreadable(t *testing.T) {
	long := strings.Repeat("\xff", limit.OIDArc) + "\x7f"
	for _, c := range []struct{ octets, dotted string }{
		{"", "?"},
		{"\x80", "?"},
		{"\x2a\x86", "1.2.?"},
		{"\x2a" + long, "1.2.?"},
		{"\x2a" + long + "\x01", "1.2.?"},
		{long, "?"},
		{strings.Repeat("\x80", 9) + "\x2a\x80\x03", "1.2.3"}, // padded
	} {
		if got := OID(c.octets).String(); got != c.dotted {
			t.Errorf("String of %x: %s, want %s", c.octets, got, c.dotted)
		}
	}
}

func TestNotObjectIdentifiers(t *testing.T) {
	for _, s := range []string{
		"", ".", "1", "1.", ".1", "1..2", "3.1", "0.40", "1.40", "1.2.", "1.-2", "+1.2", "1.2.+3", "1.2 ", "a.b", "1.2.x",
		"1.99999999999999999999", "99999999999999999999.1", "1.2." + strings.Repeat("9", 1000),
	} {
		if got, ok := Parse(s); ok {
			t.Errorf("Parse(%q) reads %x", s, string(got))
		}
	}
}

// TestWideArcs judges the arcs around the widths where the arithmetic changes by
// math/big.
func TestWideArcs(t *testing.T) {
	one := big.NewInt(1)
	for bits := 55; bits < limit.OIDArc*7; bits++ {
		for d := int64(-1); d <= 1; d++ {
			n := new(big.Int).Lsh(one, uint(bits))
			n.Add(n, big.NewInt(d))
			for _, prefix := range []string{"1.3.", "2."} {
				dotted := prefix + n.String()
				o, ok := Parse(dotted)
				if !ok || o.String() != dotted {
					t.Fatalf("%s becomes %x (%v), which is %s", dotted, string(o), ok, o)
				}
			}
		}
	}
}

func FuzzString(f *testing.F) {
	f.Add([]byte(RSAEncryption))
	f.Add([]byte("\x88\x37\x03"))
	f.Add([]byte("\x2a\x86"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x80"))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, octets []byte) {
		o := OID(octets)
		dotted := o.String()
		if o.Name() == "" {
			t.Fatalf("%x has no name to show", octets)
		}
		var std asn1.ObjectIdentifier
		if len(octets) < 100 {
			der := append([]byte{6, byte(len(octets))}, octets...)
			if _, err := asn1.Unmarshal(der, &std); err == nil && std.String() != dotted {
				t.Fatalf("%x is %s, and to encoding/asn1 %s", octets, dotted, std)
			}
		}
		if strings.Contains(dotted, "?") {
			return
		}
		back, ok := Parse(dotted)
		if !ok || back.String() != dotted {
			t.Fatalf("%x is %s, which reads as %x", octets, dotted, string(back))
		}
	}))
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.2.840.113549.1.1.1", "2.999.3", "2.25.329800735698586629295641978511506172918", "1..2", "0.40"} {
		f.Add(s)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, s string) {
		o, ok := Parse(s)
		if !ok {
			return
		}
		// Zeros before a number are all that may get lost.
		arcs := strings.Split(s, ".")
		for i, arc := range arcs {
			arcs[i] = strings.TrimLeft(arc[:len(arc)-1], "0") + arc[len(arc)-1:]
		}
		if o.String() != strings.Join(arcs, ".") {
			t.Fatalf("%q reads as %x, which is %s", s, string(o), o)
		}
		std, err := asn1.Marshal(standard(o.String()))
		if err == nil && len(o) < 100 && len(std) > 2 && string(std[2:]) != string(o) {
			t.Fatalf("%q reads as %x, by encoding/asn1 as %x", s, string(o), std[2:])
		}
	}))
}

// standard gives the arcs as encoding/asn1 has them, or none where one does not
// fit an int32.
func standard(dotted string) asn1.ObjectIdentifier {
	var out asn1.ObjectIdentifier
	for _, s := range strings.Split(dotted, ".") {
		n, err := strconv.ParseInt(s, 10, 31)
		if err != nil {
			return nil
		}
		out = append(out, int(n))
	}
	return out
}
