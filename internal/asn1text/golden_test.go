package asn1text

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// golden are the six dumps that RFC 6216 prints, and what each is a dump of.
var golden = []struct {
	text, der string
	style     Style
}{
	{"dumps/ca_cert.asn1parse.txt", "dumps/ca_cert.der", ASN1Parse},
	{"dumps/blob1.dumpasn1.txt", "dumps/blob1.der", Dumpasn1},
	{"dumps/blob1_no_null.dumpasn1.txt", "dumps/blob1_no_null.der", Dumpasn1},
	{"dumps/blob2.dumpasn1.txt", "dumps/blob2.der", Dumpasn1},
	{"dumps/blob3.dumpasn1.txt", "dumps/blob3.der", Dumpasn1},
	{"dumps/blob4.dumpasn1.txt", "dumps/blob4.der", Dumpasn1},
}

func TestDumpsOfRFC6216(t *testing.T) {
	for _, g := range golden {
		got := Dump(vectors.RFC6216(t, g.der), Options{Style: g.style})
		if line, a, b := firstDifference(got, vectors.RFC6216(t, g.text)); line > 0 {
			t.Errorf("%s: line %d is %q, want %q", g.text, line, a, b)
		}
	}
}

// firstDifference is the first line, counted from 1, where two texts differ, or 0.
func firstDifference(a, b []byte) (int, []byte, []byte) {
	la, lb := bytes.Split(a, []byte("\n")), bytes.Split(b, []byte("\n"))
	for i := range max(len(la), len(lb)) {
		var x, y []byte
		if i < len(la) {
			x = la[i]
		}
		if i < len(lb) {
			y = lb[i]
		}
		if !bytes.Equal(x, y) || i >= len(la) || i >= len(lb) {
			return i + 1, x, y
		}
	}
	return 0, nil, nil
}
