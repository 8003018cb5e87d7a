package pkix

import (
	"encoding/asn1"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"
)

// tlv makes a value of BER with a short length or one of two octets.
func tlv(tag byte, content ...[]byte) []byte {
	var all []byte
	for _, c := range content {
		all = append(all, c...)
	}
	if len(all) < 128 {
		return append([]byte{tag, byte(len(all))}, all...)
	}
	return append([]byte{tag, 0x82, byte(len(all) >> 8), byte(len(all))}, all...)
}

// rdn makes a relative distinguished name out of pairs of a type (CN, O, or the last
// arc under 2.5.4) and a tagged value.
func rdn(attributes ...[]byte) []byte { return tlv(0x31, attributes...) }

func attribute(arc byte, tag byte, value string) []byte {
	return tlv(0x30, []byte{6, 3, 0x55, 4, arc}, tlv(tag, []byte(value)))
}

const (
	cn, org, country         = 3, 10, 6
	utf8Tag, printable, ia5  = 12, 19, 22
	teletex, bmp, universal_ = 20, 30, 28
)

func nameOf(rdns ...[]byte) Name { return ReadName(ber.ParseOne(tlv(0x30, rdns...)).Root()) }

// TestNameEqual: RFC 5280 section 7.1.
func TestNameEqual(t *testing.T) {
	alice := nameOf(rdn(attribute(org, printable, "Example Inc")), rdn(attribute(cn, utf8Tag, "Alice")))
	tests := []struct {
		why   string
		other Name
		same  bool
	}{
		{"itself", alice, true},
		{"another kind of string", nameOf(rdn(attribute(org, utf8Tag, "Example Inc")), rdn(attribute(cn, printable, "Alice"))), true},
		{"another case", nameOf(rdn(attribute(org, printable, "EXAMPLE inc")), rdn(attribute(cn, utf8Tag, "aLICE"))), true},
		{"other white space", nameOf(rdn(attribute(org, printable, "  Example   Inc ")), rdn(attribute(cn, utf8Tag, "Alice"))), true},
		{"no space", nameOf(rdn(attribute(org, printable, "ExampleInc")), rdn(attribute(cn, utf8Tag, "Alice"))), false},
		{"the other order", nameOf(rdn(attribute(cn, utf8Tag, "Alice")), rdn(attribute(org, printable, "Example Inc"))), false},
		{"one less", nameOf(rdn(attribute(org, printable, "Example Inc"))), false},
		{"in one set", nameOf(rdn(attribute(org, printable, "Example Inc"), attribute(cn, utf8Tag, "Alice"))), false},
		{"another attribute", nameOf(rdn(attribute(country, printable, "Example Inc")), rdn(attribute(cn, utf8Tag, "Alice"))), false},
		{"not text", nameOf(rdn(attribute(org, 4, "Example Inc")), rdn(attribute(cn, utf8Tag, "Alice"))), false},
		{"no name", Name{}, false},
	}
	for _, test := range tests {
		if got := alice.Equal(test.other); got != test.same {
			t.Errorf("%s: %v", test.why, got)
		}
		if got := test.other.Equal(alice); got != test.same {
			t.Errorf("%s, turned round: %v", test.why, got)
		}
	}
	if !nameOf().Equal(Name{}) {
		t.Error("two empty names differ")
	}
	a := nameOf(rdn(attribute(cn, utf8Tag, "a"), attribute(org, utf8Tag, "b")))
	b := nameOf(rdn(attribute(org, utf8Tag, "B"), attribute(cn, utf8Tag, "A")))
	if !a.Equal(b) {
		t.Error("the order inside a set makes a difference")
	}
	umlaut := nameOf(rdn(attribute(cn, utf8Tag, "ÄRGER")))
	for _, other := range []Name{
		nameOf(rdn(attribute(cn, teletex, "\xe4rger"))),
		nameOf(rdn(attribute(cn, bmp, "\x00\xe4\x00r\x00g\x00e\x00r"))),
		nameOf(rdn(attribute(cn, universal_, "\x00\x00\x00\xe4\x00\x00\x00r\x00\x00\x00g\x00\x00\x00e\x00\x00\x00r"))),
	} {
		if !umlaut.Equal(other) {
			t.Errorf("%s and %s differ", umlaut, other)
		}
	}
}

// TestNameString: the examples of RFC 4514 section 4, as far as they have types of
// 2.5.4.
func TestNameString(t *testing.T) {
	tests := []struct {
		name Name
		want string
	}{
		{nameOf(), ""},
		{nameOf(rdn(attribute(org, utf8Tag, "Widget")), rdn(attribute(11, utf8Tag, "Sales"), attribute(cn, utf8Tag, "J.  Smith"))), "OU=Sales+CN=J.  Smith,O=Widget"},
		{nameOf(rdn(attribute(cn, utf8Tag, `James "Jim" Smith, III`))), `CN=James \"Jim\" Smith\, III`},
		{nameOf(rdn(attribute(cn, utf8Tag, "Before\rAfter"))), `CN=Before\0dAfter`},
		{nameOf(rdn(attribute(cn, utf8Tag, "Lučić"))), "CN=Lučić"},
		{nameOf(rdn(attribute(cn, utf8Tag, " #x "))), `CN=\ #x\ `},
		{nameOf(rdn(attribute(cn, utf8Tag, "#x"))), `CN=\#x`},
		{nameOf(rdn(attribute(cn, utf8Tag, "a\x00b"))), `CN=a\00b`},
		{nameOf(rdn(attribute(99, utf8Tag, "x"))), "2.5.4.99=#0c0178"},
		{nameOf(rdn(attribute(cn, 4, "x"))), "CN=#040178"},
	}
	for _, test := range tests {
		if got := test.name.String(); got != test.want {
			t.Errorf("%s, not %s", got, test.want)
		}
	}
}

// TestReadTime compares with the standard library where that reads the form, and
// with what X.680 sections 46 and 47 say where not.
func TestReadTime(t *testing.T) {
	for _, when := range []time.Time{
		time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(1999, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2000, 2, 29, 12, 30, 0, 0, time.UTC),
		time.Date(2049, 12, 31, 23, 59, 59, 0, time.UTC), time.Date(2100, 3, 1, 0, 0, 0, 0, time.UTC),
		time.Date(2111, 1, 3, 18, 36, 5, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
		time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		der, err := asn1.Marshal(when)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ReadTime(ber.ParseOne(der).Root())
		if err != nil || got != when.Unix() {
			t.Errorf("%s: %d, %v", when, got, err)
		}
		if text := FormatTime(got); text != when.Format(time.RFC3339) {
			t.Errorf("%s is written %s", when, text)
		}
	}
	base := time.Date(2026, 6, 1, 12, 30, 0, 0, time.UTC).Unix()
	tests := []struct {
		tag  byte
		text string
		want int64 // from base
		odd  bool
		bad  bool
	}{
		{23, "260601123000Z", 0, false, false},
		{23, "2606011230Z", 0, true, false},
		{23, "260601143000+0200", 0, true, false},
		{23, "260601103000-0200", 0, true, false},
		{24, "20260601123000Z", 0, true, false},
		{24, "20260601123000.5Z", 0, true, false},
		{24, "20260601123000", 0, true, false},
		{24, "2026060112Z", -1800, true, false},
		{23, "260631123000Z", 0, false, true},
		{23, "261301123000Z", 0, false, true},
		{23, "260229123000Z", 0, false, true},
		{23, "260601243000Z", 0, false, true},
		{23, "260601123000Z ", 0, false, true},
		{23, "26060112300Z", 0, false, true},
		{23, "", 0, false, true},
		{23, "26060112Z", 0, false, true},
		{24, "２0260601123000Z", 0, false, true},
		{12, "260601123000Z", 0, false, true},
	}
	for _, test := range tests {
		got, odd, err := readTime(ber.ParseOne(tlv(test.tag, []byte(test.text))).Root())
		if (err != nil) != test.bad || err == nil && (got-base != test.want || (odd != "") != test.odd) {
			t.Errorf("%d %s: %d, %q, %v", test.tag, test.text, got-base, odd, err)
		}
	}
}

func TestIPText(t *testing.T) {
	for _, s := range []string{"0.0.0.0", "192.0.2.255", "::", "::1", "1::", "2001:db8::1", "2001:db8:0:1:1:1:1:1", "2001:0:0:1::1", "2001:db8::1:0:0:1", "fe80::1:2:3:4"} {
		addr := netip.MustParseAddr(s)
		if got := formatIP(addr.AsSlice()); got != addr.String() {
			t.Errorf("%s is written %s", s, got)
		}
		if got := parseIP(s); string(got) != string(addr.AsSlice()) {
			t.Errorf("%s is read %x", s, got)
		}
	}
	for _, s := range []string{"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::1.2.3", "[1.2.3.4]", "example.com", "+1::", "1.2.3.+4"} {
		if got := parseIP(s); got != nil {
			t.Errorf("%q is read as %x", s, got)
		}
	}
	if got := parseIP("[::ffff:1.2.3.4]"); formatIP(got) != "::ffff:102:304" {
		t.Errorf("an IPv4 address inside is read %s", formatIP(got))
	}
}

func TestPEMForms(t *testing.T) {
	body := "MAMCAQU="
	want := "\x30\x03\x02\x01\x05"
	forms := []string{
		"-----BEGIN X-----\n" + body + "\n-----END X-----\n",
		"-----BEGIN X-----\r\nMAMC\r\nAQU=\r\n-----END X-----\r\n",
		"    -----BEGIN X-----\n    MAMC\n    AQU=\n    -----END X-----",
		"> -----BEGIN X-----\n> MAMC\n> AQU=\n> -----END X-----",
		"text -----BEGIN X----- MAMC AQU= -----END X----- text",
		"-----BEGIN X-----MAMCAQU=-----END X-----",
		`"-----BEGIN X-----\nMAMC\nAQU=\n-----END X-----\n"`,
		"-----BEGIN X-----\nMAMC\n\nJennings, et al.   Informational   [Page 33]\n\f\nRFC 6216   Call Flows   April 2011\n\nAQU=\n-----END X-----",
		"-----BEGIN X-----\nMAMCAQU\n-----END X-----",
		"-----BEGIN X-----\nName: value\nOther: a,\n b\n\nMAMCAQU=\n-----END X-----",
		"  * -----BEGIN X-----\n  * MAMC\n  * AQU=\n  * -----END X-----",
		"-----BEGIN X-----\rMAMC\rAQU=\r-----END X-----",
	}
	for _, form := range forms {
		blocks, _ := FindPEM([]byte(form))
		if len(blocks) != 1 || string(blocks[0].Bytes) != want || blocks[0].Type != "X" || blocks[0].Error != "" {
			t.Errorf("%q is read %+v", form, blocks)
			continue
		}
		r := blocks[0].Range
		if text := form[r[0]:r[1]]; !strings.HasPrefix(text, "-----BEGIN") || !strings.HasSuffix(text, "END X-----") {
			t.Errorf("%q lies at %v", form, r)
		}
	}
	damaged := map[string]string{
		"-----BEGIN X-----\nMAMCAQU=\n":                                  "END line is missing",
		"-----BEGIN X-----\nMAMCAQU=\n-----BEGIN Y-----":                 "before the next block",
		"-----BEGIN X-----\nMAMCAQU=\n-----END Y-----":                   "END line says",
		"-----BEGIN X-----\nMAMCA\n-----END X-----":                      "cut off",
		"-----BEGIN X-----\n-----END X-----":                             "no base64",
		"-----BEGIN X-----\n(nothing but prose here)\n-----END X-----\n": "no base64",
	}
	for text, why := range damaged {
		blocks, _ := FindPEM([]byte(text))
		if len(blocks) == 0 || !strings.Contains(blocks[0].Error, why) {
			t.Errorf("%q is read %+v", text, blocks)
		}
	}
	if blocks, _ := FindPEM([]byte("-----BEGIN \n-----\n-----END X-----\n--- no block here ---")); len(blocks) != 0 {
		t.Errorf("no block is read %+v", blocks)
	}
}
