package asn1text

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

func TestUndumpOfRFC6216(t *testing.T) {
	for _, g := range golden {
		got, err := Undump(vectors.RFC6216(t, g.text))
		if err != nil || !bytes.Equal(got, vectors.RFC6216(t, g.der)) {
			t.Errorf("%s: %v, equal: %v", g.text, err, bytes.Equal(got, vectors.RFC6216(t, g.der)))
		}
	}
}

// The dumps as they stand in the RFC: between prose, with page ends, indents that
// change and a wrapped line.
func TestUndumpFromTheTextOfRFC6216(t *testing.T) {
	text := vectors.RFC6216(t, "rfc6216.txt")
	dumps, _ := FindDumps(text)
	if len(dumps) != len(golden) {
		t.Fatalf("%d dumps, want %d", len(dumps), len(golden))
	}
	found := map[string]bool{}
	for _, d := range dumps {
		got, err := d.Undump(text)
		if err != nil {
			t.Errorf("the dump at line %d: %v", d.Line, err)
		}
		found[string(got)] = true
	}
	for _, g := range golden {
		if !found[string(vectors.RFC6216(t, g.der))] {
			t.Errorf("%s is not among them", g.der)
		}
	}
}

// A page may end anywhere: in a wrapped string, behind an object identifier, in hex.
func TestUndumpOverPageEnds(t *testing.T) {
	pageEnd := "\n\n\nRoach                        Informational                    [Page 16]\n\f\nRFC 9999                  Some Long Name of a Text           April 2011\n\n\n"
	text := "      0   60: SEQUENCE {\n" +
		"      2    3:   OBJECT IDENTIFIER" + pageEnd +
		"            :     commonName (2 5 4 3)" + pageEnd +
		"      7   13:   UTF8String 'Sipit" + pageEnd +
		"                            Test CA'\n" +
		"     22   38:   OCTET STRING\n" +
		"            :     00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F" + pageEnd +
		"            :     10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F\n" +
		"            :     20 21 22 23 24 25\n" + pageEnd +
		"            :   }\n"
	want := append([]byte("\x30\x3c\x06\x03\x55\x04\x03\x0c\x0dSipit Test CA\x04\x26"), make([]byte, 38)...)
	for i := range 38 {
		want[len(want)-38+i] = byte(i)
	}
	got, err := Undump([]byte(text))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%v\n got %x\nwant %x", err, got, want)
	}
}

// As mail and editors leave text: other line ends, indented, without blanks at the
// ends of lines, with prose around it.
func TestUndumpOfHandledText(t *testing.T) {
	for _, g := range golden {
		want := vectors.RFC6216(t, g.der)
		for name, o := range map[string]Options{"asn1parse": {}, "dumpasn1": {Style: Dumpasn1}, "narrow": {Style: Dumpasn1, Narrow: true, Width: 60}} {
			text := Dump(want, o)
			for change, handled := range map[string][]byte{
				"CRLF":     bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
				"indented": append([]byte("   "), bytes.ReplaceAll(text, []byte("\n"), []byte("\n   "))...),
				"tabs":     append([]byte("\t"), bytes.ReplaceAll(text, []byte("\n"), []byte("\n\t"))...),
				"prose":    append(append([]byte("This is the dump.\nIt has 472 bytes: see below.\n\n"), text...), "\nThat was it.\n"...),
				"quoted":   append([]byte("> "), bytes.ReplaceAll(text, []byte("\n"), []byte("\n> "))...),
				"spaced":   bytes.ReplaceAll(text, []byte("\n"), []byte("\n\n")),
			} {
				if got, err := Undump(handled); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s, %s, %s: %v", g.der, name, change, err)
				}
			}
		}
	}
}

// What dumpasn1 writes with -d is read, and what it writes with -x is refused: read as
// decimal it would be other bytes.
func TestUndumpOfDotsAndHex(t *testing.T) {
	der := append([]byte{0x30, 24, 5, 0, 4, 20}, bytes.Repeat([]byte{0xaa}, 20)...)
	const lines = "AA AA AA AA AA AA AA AA AA AA AA AA AA AA AA AA"
	dots := "  0  24: SEQUENCE {\n  2   0: . NULL\n  4  20: . OCTET STRING\n       : . . " + lines + "\n       : . . AA AA AA AA\n       : . }\n"
	if got, err := Undump([]byte(dots)); err != nil || !bytes.Equal(got, der) {
		t.Errorf("with dots: %x, %v", got, err)
	}
	for _, hex := range []string{
		"000  18: SEQUENCE {\n002   0:   NULL\n004  14:   OCTET STRING\n       :     " + lines + "\n       :     AA AA AA AA\n       :   }\n",
		"000  1F: OCTET STRING\n       :   " + lines + "\n       :   AA AA AA AA AA AA AA AA AA AA AA AA AA AA AA\n",
		"000  0C: SEQUENCE {\n002   8:   OCTET STRING AA AA AA AA AA AA AA AA\n00C   0:   NULL\n       :   }\n",
	} {
		if got, err := Undump([]byte(hex)); err == nil {
			t.Errorf("hexadecimal lengths gave %x", got)
		}
	}
}
