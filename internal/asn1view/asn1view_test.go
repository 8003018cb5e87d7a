package asn1view

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

func certificate(t testing.TB) []byte {
	block, _ := pem.Decode(vectors.Seed(t, "rfc6216_user_fluffy.pem"))
	return block.Bytes
}

// structure is all of it.
func structure(v *View) []int32 {
	out := make([]int32, len(v.Tree().Nodes)*Stride)
	return out[:v.Structure(out, 0)]
}

func TestStructure(t *testing.T) {
	src := certificate(t)
	v := New(src, Options{})
	s := structure(v)
	if len(s) != len(v.Tree().Nodes)*Stride {
		t.Fatalf("%d numbers for %d nodes", len(s), len(v.Tree().Nodes))
	}
	// Piece by piece it is the same.
	var pieces []int32
	for piece := make([]int32, 3*Stride+1); ; {
		n := v.Structure(piece, len(pieces)/Stride)
		if n == 0 {
			break
		}
		pieces = append(pieces, piece[:n]...)
	}
	if !slices.Equal(s, pieces) {
		t.Error("in pieces it is another")
	}
	if s[Offset] != 0 || s[Content] != 4 || s[End] != int32(len(src)) || s[Parent] != -1 || s[Tag] != ber.TagSequence || s[Flags] != Constructed {
		t.Errorf("the first node: %v", s[:Stride])
	}
	if child := s[Stride:]; child[Parent] != 0 || child[Depth] != 1 {
		t.Errorf("the second node: %v", child[:Stride])
	}
}

func TestRows(t *testing.T) {
	v := New(certificate(t), Options{})
	byPath := map[string]Row{}
	for i := range v.Tree().Nodes {
		r := v.Describe([]int{i})[0]
		byPath[r.Path] = r
	}
	for path, want := range map[string]Row{
		"tbsCertificate.serialNumber":                                         {Label: "INTEGER", Value: "10854664762536462925", Type: "CertificateSerialNumber", Field: "serialNumber", Place: -1},
		"tbsCertificate.signature.algorithm":                                  {Label: "OBJECT IDENTIFIER", Value: "sha1WithRSAEncryption (1.2.840.113549.1.1.5)", Type: "OBJECT IDENTIFIER", Field: "algorithm", Place: -1},
		"tbsCertificate.issuer.rdnSequence[0][0].value":                       {Label: "PrintableString", Value: `"US"`, Type: "AttributeValue", Field: "value", Place: -1},
		"tbsCertificate.validity.notBefore.utcTime":                           {Label: "UTCTime", Value: "2011-02-07T19:32:17Z", Type: "UTCTime", Field: "notBefore.utcTime", Place: -1},
		"tbsCertificate.validity.notAfter.generalTime":                        {Label: "GeneralizedTime", Value: "2111-01-14T19:32:17Z", Type: "GeneralizedTime", Field: "notAfter.generalTime", Place: -1},
		"tbsCertificate.extensions[0].extnValue[0].uniformResourceIdentifier": {Label: "[6]", Value: `"sip:fluffy@example.com"`, Type: "IA5String", Field: "uniformResourceIdentifier", Place: 0},
	} {
		got := byPath[path]
		if got.Label != want.Label || got.Value != want.Value || got.Type != want.Type || got.Field != want.Field || got.Place != want.Place {
			t.Errorf("%s: %+v, want %+v", path, got, want)
		}
	}
}

func TestAtAndSearch(t *testing.T) {
	src := certificate(t)
	v := New(src, Options{})
	at := bytes.Index(src, []byte("fluffy@example.com"))
	node := v.At(at)
	if got := v.Describe([]int{node})[0].Value; got != `"sip:fluffy@example.com"` {
		t.Errorf("at byte %d: %s", at, got)
	}
	if v.At(len(src)) != -1 || v.At(-1) != -1 || v.At(0) != 0 {
		t.Errorf("outside: %d, %d; at the start %d", v.At(len(src)), v.At(-1), v.At(0))
	}
	for _, query := range []string{"SIP:FLUFFY", "@" + fmt.Sprint(at), "73 69 70 3a 66 6c", "7369703a666c"} {
		if found := v.Search(query, 10); len(found) == 0 || found[0] != node {
			t.Errorf("%s: %v, want %d", query, found, node)
		}
	}
	for _, query := range []string{"1.2.840.113549.1.1.5", "sha1WithRSA"} {
		if found := v.Search(query, 10); len(found) != 2 {
			t.Errorf("%s: %v, want two nodes", query, found)
		}
	}
}

func TestForcedViews(t *testing.T) {
	src := []byte{0x30, 8, 4, 4, 0x30, 2, 5, 0, 5, 0}
	count := func(o Options) int { return len(New(src, o).Tree().Nodes) }
	if got := count(Options{}); got != 5 {
		t.Errorf("by content: %d nodes", got)
	}
	if got := count(Options{Closed: []int{2}}); got != 3 {
		t.Errorf("closed: %d nodes", got)
	}
	src = []byte{0x30, 4, 0x80, 2, 5, 9}
	if got := count(Options{Open: []int{2}}); got != 3 {
		t.Errorf("a damaged value opened: %d nodes", got)
	}
}

// A point on a curve that looks like an OCTET STRING is none: the schema knows.
func TestPointThatLooksLikeAString(t *testing.T) {
	point := append([]byte{0x04, 0x3f}, bytes.Repeat([]byte{0x11}, 63)...)
	algorithm := []byte{0x30, 19, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7}
	bits := append([]byte{3, 66, 0}, point...)
	public := append([]byte{0x30, byte(len(algorithm) + len(bits))}, append(algorithm, bits...)...)
	private := append([]byte{0x30, 107, 2, 1, 1, 4, 32}, bytes.Repeat([]byte{0x22}, 32)...)
	private = append(append(private, 0xa1, byte(len(bits))), bits...)
	private[1] = byte(len(private) - 2)
	for name, der := range map[string][]byte{"SubjectPublicKeyInfo": public, "ECPrivateKey": private} {
		v := New(der, Options{})
		last := v.Describe([]int{len(v.Tree().Nodes) - 1})[0]
		if root := v.Describe([]int{0})[0]; root.Type != name || last.Label != "BIT STRING" {
			t.Errorf("%s: the last of %s is %+v", name, root.Type, last)
		}
	}
}

func TestNotes(t *testing.T) {
	v := New([]byte{0x30, 7, 1, 1, 1, 0x30, 2, 2, 9}, Options{})
	if n := v.Notes(); len(n) != 2 || n[0].Rule != "X.690 11.1" || n[0].Offset != 4 || n[1].Rule != "" {
		t.Errorf("%+v", n)
	}
	if s := structure(v); s[Stride+Flags]&Noted == 0 || s[3*Stride+Flags]&Damaged == 0 {
		t.Errorf("%v", s)
	}
}

func FuzzView(f *testing.F) {
	for _, object := range corpus.Objects(f) {
		f.Add(object)
	}
	f.Add([]byte{0x24, 0x80, 4, 2, 5, 0, 0, 0})
	// The names of object identifiers are searched for once and not each time.
	hex, text := prepare("05 05"), prepare("a")
	// A value of two bytes is a row with its path, its label and what it says.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 2_000, Base: 1 << 20}, func(t *testing.T, src []byte) {
		v := New(src, Options{Open: []int{0, 2}, Closed: []int{4}})
		all := make([]int, len(v.Tree().Nodes))
		for i := range all {
			all[i] = i
		}
		for _, r := range v.Describe(all) {
			if len(r.Value) > 8*previewOctets {
				t.Errorf("a value of %d bytes on a row", len(r.Value))
			}
			v.matches(r.Node, hex)
			v.matches(r.Node, text)
			if at := int(v.Tree().Nodes[r.Node].Offset); v.At(at) != r.Node {
				t.Errorf("at byte %d is node %d, want %d", at, v.At(at), r.Node)
			}
		}
		structure(v)
	}))
}

// large is about 1 MB with about 74,000 nodes: a SEQUENCE OF certificates.
func large(t testing.TB) []byte {
	one := certificate(t)
	var content []byte
	for len(content) < 1<<20 {
		content = append(content, one...)
	}
	n := len(content)
	return append([]byte{0x30, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}

func BenchmarkFirstView(b *testing.B) {
	src := large(b)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		v := New(src, Options{})
		structure(v)
		rows := make([]int, 60)
		for i := range rows {
			rows[i] = i
		}
		v.Describe(rows)
	}
}

// TestLimitFound: as many values of which all are found, and one more.
func TestLimitFound(t *testing.T) {
	for _, n := range []int{limit.Found, limit.Found + 1} {
		v := New(bytes.Repeat([]byte("\x0c\x01x"), n), Options{})
		if got := len(v.Search("x", limit.Found)); got != limit.Found {
			t.Errorf("%d of %d", got, n)
		}
		if got := len(v.Search("x", limit.Found+1)); got != n {
			t.Errorf("%d of %d, so that one more tells", got, n)
		}
	}
}
