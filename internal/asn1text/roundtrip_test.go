package asn1text

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	made "github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/vectors"
)

// whole are the forms of dump that tell every octet.
var whole = []Options{{Style: ASN1Parse}, {Style: Dumpasn1}, {Style: Dumpasn1, Narrow: true, Width: 100}}

// There and back: what was dumped is what comes back.
func thereAndBack(t *testing.T, name string, src []byte) {
	t.Helper()
	for _, o := range whole {
		text := Dump(src, o)
		got, err := Undump(text)
		if err != nil || !bytes.Equal(got, src) {
			t.Errorf("%s, %s: %v\n got %x\nwant %x\n%s", name, o.Style, err, got[:min(len(got), 200)], src[:min(len(src), 200)], text[:min(len(text), 3000)])
			continue
		}
		if again := Dump(got, o); !bytes.Equal(again, text) {
			t.Errorf("%s, %s: the second dump differs", name, o.Style)
		}
	}
}

func TestDumpUndumpDump(t *testing.T) {
	for seed := range uint64(200) {
		r := newRandomBER(seed, seed%3 == 0)
		src := append(r.value(4), r.value(5)...)
		thereAndBack(t, fmt.Sprint("random ", seed), src)
		thereAndBack(t, fmt.Sprint("odd ", seed), r.odd())
		// And damaged: cut off, and with an octet changed.
		thereAndBack(t, fmt.Sprint("cut ", seed), src[:r.IntN(len(src))+1])
		src[r.IntN(len(src))] ^= byte(1 + r.IntN(255))
		thereAndBack(t, fmt.Sprint("changed ", seed), src)
	}
}

// Values that the tools' text would not tell.
func TestValuesThatNeedCommentLines(t *testing.T) {
	for name, src := range map[string]string{
		"control characters":    "\x16\x05a\r\nb\x00",
		"text in OCTET STRING":  "\x04\x14Content-Type:\r\n\r\nHi\x07",
		"little-endian":         "\x04\x08a\x00b\x00c\x00d\x00",
		"Latin-1":               "\x14\x03a\xe9\x81",
		"not UTF-8":             "\x0c\x04a\xff\xc3b",
		"invisible in UTF-8":    "\x0c\x06a\xe2\x80\xa8b\x01",
		"odd BMPString":         "\x1e\x05\x00a\xd8\x00b",
		"long length":           "\x30\x84\x00\x00\x00\x03\x02\x01\x05",
		"long tag":              "\x1f\x02\x01\x05",
		"longer tag":            "\x9f\x80\x45\x01\x05",
		"BOOLEAN":               "\x01\x01\x07",
		"two BOOLEANs in one":   "\x01\x02\x07\x00",
		"NULL with content":     "\x05\x02ab",
		"INTEGER":               "\x02\x03\x00\x00\x05",
		"negative":              "\x02\x05\xff\x7f\x00\x00\x00",
		"no content":            "\x02\x00",
		"OID":                   "\x06\x04\x2a\x80\x80\x01",
		"half an OID":           "\x06\x02\x2a\x86",
		"unused bits":           "\x03\x02\x03\x0f",
		"too many unused bits":  "\x03\x03\x09\x0f\x00",
		"empty BIT STRING":      "\x03\x01\x05",
		"time without Z":        "\x17\x0d1101271836051",
		"time with letters":     "\x18\x0f2011012718360ZZ",
		"reserved type":         "\x0d\x02ab",
		"empty context":         "\xa0\x00\x80\x00",
		"primitive SEQUENCE":    "\x10\x02\x05\x00",
		"no end":                "\x30\x80\x05\x00",
		"two without end":       "\x30\x80\x31\x80\x05\x00",
		"stray end":             "\x30\x04\x00\x00\x05\x00",
		"several values":        "\x05\x00\x02\x01\x05\x30\x00",
		"octets that end it":    "\x30\x02\x05\x00\x04",
		"quotes":                "\x13\x08a'b' {'B",
		"string like a comment": "\x16\x0b-- 0: 05 00",
		"braces":                "\x04\x06a {\x20{}",
		"blanks at the end":     "\x13\x04a   ",
		"only a blank":          "\x13\x01 ",
		"high bits in text":     "\x04\x12abcdefghijklmnopqr\xff"[:20],
	} {
		thereAndBack(t, name, []byte(src))
	}
}

// Lines that lack data are named.
func TestUndumpNamesTheLine(t *testing.T) {
	for _, test := range []struct {
		text, reason string
		line         int
	}{
		{"   0  200: OCTET STRING\n         :   00 01 02 03\n         :           [ Another 196 bytes skipped ]\n", "Another 196 bytes skipped", 3},
		{"   0   20: OCTET STRING\n         :   00 01 02 03\n", "20 bytes", 1},
		{"   0   10: SEQUENCE {\n   2    1:   INTEGER 5\n         :   }\n", "10 bytes", 1},
		{"   0    3: SEQUENCE {\n   3    1:   INTEGER 5\n         :   }\n", "", 0}, // a longer length
		{"   0    3: SEQUENCE {\n   7    1:   INTEGER 5\n         :   }\n", "", 0},
		{"  0:l=   3 cons: SEQUENCE\n  2:l=   1 prim:  INTEGER           :05\n  9:l=   0 prim: NULL\n", "3 bytes", 1},
		{"    0:d=0  hl=2 l=   2 prim: cont [ 0 ]        \n", "lacks the 2 bytes", 1},
		{"    0:d=0  hl=2 l=   3 prim: OBJECT            :no such name\n", "no such name", 1},
		{"    0:d=0  hl=2 l=   6 prim: OCTET STRING      \n      0000 - 00 01                                             ..\n", "6 bytes", 0},
		{"    0:d=0  hl=2 l=  18 prim: OCTET STRING      \n      0000 - 41 01 41 41 41 41 41 41-41 41 41 41 41 41 41 41   A\n      0010 - <SPACES/NULS>\n", "blanks", 3},
		{"   0    5: IA5String 'a...b'\n         :   Error: IA5String contains illegal character(s).\n", "dots", 1},
		{"nothing of the kind", "no line", 0},
	} {
		_, err := Undump([]byte(test.text))
		var line *LineError
		switch {
		case test.line == 0 && test.reason == "":
			continue
		case err == nil || !strings.Contains(err.Error(), test.reason) && test.line != 0:
			t.Errorf("%q: %v, want %q", test.text, err, test.reason)
		case test.line > 0 && (!errors.As(err, &line) || line.Line != test.line):
			t.Errorf("%q: %v, want line %d", test.text, err, test.line)
		}
	}
}

func TestDamagedValuesKeepTheirSiblings(t *testing.T) {
	src := []byte{0x30, 10, 0x30, 3, 2, 9, 1, 0x13, 3, 'a', 'b', 'c'}
	for style, want := range map[Style]string{ASN1Parse: "PRINTABLESTRING   :abc", Dumpasn1: "PrintableString 'abc'", OpenSSL3: "PRINTABLESTRING   :abc"} {
		text := string(Dump(src, Options{Style: style}))
		if !strings.Contains(text, want) || !strings.Contains(text, "claims 9 bytes") {
			t.Errorf("%s:\n%s", style, text)
		}
	}
}

// A dump grows with its input and not with the square of its depth.
func TestDeepDump(t *testing.T) {
	const depth = 20_000
	src := append(bytes.Repeat([]byte{0x30, 0x80}, depth), make([]byte, 2*depth)...)
	for _, o := range whole {
		text := Dump(src, o)
		if len(text) > depth*700 {
			t.Errorf("%s: %d bytes of text", o.Style, len(text))
		}
		if got, err := Undump(text); err != nil || !bytes.Equal(got, src) {
			t.Errorf("%s: %v", o.Style, err)
		}
	}
}

func TestFindDumps(t *testing.T) {
	src := []byte{0x30, 3, 2, 1, 5}
	text := []byte("See below.\n\n")
	text = append(text, Dump(src, Options{Style: Dumpasn1})...)
	text = append(text, "\nAnd another:\n"...)
	text = append(text, Dump(src, Options{Style: OpenSSL3})...)
	dumps, _ := FindDumps(text)
	if len(dumps) != 2 || dumps[0].Style != Dumpasn1 || dumps[1].Style != ASN1Parse || dumps[0].Line != 3 || dumps[1].Values != 2 {
		t.Fatalf("%+v", dumps)
	}
	for _, d := range dumps {
		if got, err := d.Undump(text); err != nil || !bytes.Equal(got, src) {
			t.Errorf("%+v: %x, %v", d, got, err)
		}
	}
	if got, _ := FindDumps([]byte("12:30 lunch\nv=0\no=- 0 0 IN IP4 192.0.2.1\nm=audio 49170: RTP/AVP 0\n10 20: thirty\n")); len(got) != 0 {
		t.Errorf("in prose: %+v", got)
	}
}

func FuzzDump(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(newRandomBER(seed, false).value(3))
	}
	for _, object := range made.Objects(f) {
		if len(object) < 500 { // some of everything: a dump is many times as long
			f.Add(object)
		}
	}
	f.Add([]byte{0x30, 0x80, 0x24, 0x80, 4, 1, 'a', 0, 0})
	// A value of two bytes may stand limit.DumpIndent levels deep, on a line of its own in each style, and is read back.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 20_000, Base: 1 << 20}, func(t *testing.T, src []byte) {
		if len(src) > 0 {
			thereAndBack(t, "", src)
		}
		Dump(src, Options{Style: OpenSSL3, Data: true})
	}))
}

func FuzzUndump(f *testing.F) {
	for seed := range uint64(8) {
		src := newRandomBER(seed, false).value(3)
		for _, o := range append(whole, Options{Style: OpenSSL3, Data: true}) {
			f.Add(Dump(src, o))
		}
	}
	f.Add([]byte("  0 NDEF: SEQUENCE {\n  2  3: BIT STRING 3 unused bits\n   : '101'B\n   : }\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var got []byte
		var err error
		var dumps []DumpSpan
		cost.Bound{PerByte: 3_000, Base: 1 << 20}.Hold(t, len(text), func() {
			got, err = Undump(text)
			dumps, _ = FindDumps(text)
		})
		if err == nil && len(got) > len(text)*8 {
			t.Errorf("%d bytes out of %d of text", len(got), len(text))
		}
		if err == nil && len(got) > 0 {
			thereAndBack(t, "", got) // whatever the text was read as
		}
		for _, d := range dumps {
			if d.Start < 0 || d.End > len(text) || d.Start >= d.End {
				t.Errorf("%+v", d)
			}
		}
	})
}

func BenchmarkDump(b *testing.B) {
	src := certificates(b)
	for _, o := range append(whole[:2:2], Options{Style: OpenSSL3}) {
		b.Run(string(o.Style), func(b *testing.B) {
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				Dump(src, o)
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	src := certificates(b)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		ber.Parse(src)
	}
}

// certificates is 1 MB of DER with about 74,000 nodes.
func certificates(b testing.TB) []byte {
	block, _ := pem.Decode(vectors.Seed(b, "rfc6216_user_fluffy.pem"))
	one := block.Bytes
	var content []byte
	for len(content) < 1<<20 {
		content = append(content, one...)
	}
	n := len(content)
	return append([]byte{0x30, 0x84, byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)}, content...)
}
