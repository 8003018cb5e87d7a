package asn1text

// The dumps compared with those of the real tools.

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/ber"
)

// differences are all the places where a dump is not what the tool prints, each
// with its reason. A difference that none of them explains fails the test.
var differences = []struct {
	name, reason string
	// explains reports whether this is why two values are shown differently. ours and
	// theirs are their lines, from the first that differs up to the next value that
	// both show; before is the line above theirs.
	explains func(ours, theirs []string, before string) bool
	// last: from here on the tool counts wrong, and nothing can be compared.
	last bool
}{
	{"characters beyond ASCII",
		"dumpasn1 drops them from a UTF8String, shows them as dots in a BMPString and as Latin-1 octets in a TeletexString, for want of a locale; here they are shown as they are, in UTF-8",
		func(ours, _ []string, _ string) bool {
			for _, line := range ours {
				if len(line) != utf8.RuneCountInString(line) {
					return true
				}
			}
			return false
		}, false},
	{"line ends in text",
		"dumpasn1 calls CR, LF and TAB illegal characters of an IA5String, also in an OCTET STRING that it took for text by itself; they are legal (X.680 section 41)",
		func(ours, theirs []string, _ string) bool {
			return len(theirs) == len(ours)+1 && strings.Contains(theirs[0], "Error: IA5String contains illegal character(s).")
		}, false},
	{"object identifiers under 2.25",
		"dumpasn1 expects a UUID of 128 bits there and shows no number otherwise, and shows a UUID in its own form; here they are numbers like all others",
		func(ours, _ []string, _ string) bool { return strings.Contains(ours[0], "OBJECT IDENTIFIER '2 25 ") }, false},
	{"second numbers over 50",
		"dumpasn1 takes an object identifier 2.51 and up for an encoding error, but for 2.100; they may be any number (X.660)",
		func(ours, _ []string, _ string) bool { return strings.Contains(ours[0], "OBJECT IDENTIFIER '2 ") }, false},
	{"short object identifiers",
		"dumpasn1 calls one of less than three octets an error; they have names here",
		func(_, theirs []string, _ string) bool { return strings.Contains(theirs[0], "OBJECT IDENTIFIER.") }, false},
	{"strings that only begin like values",
		"dumpasn1 opens a string on the strength of its first octets and then complains about the rest; here all of it must be BER",
		func(ours, theirs []string, _ string) bool {
			return strings.HasSuffix(theirs[0], ", encapsulates {") && !strings.HasSuffix(ours[0], ", encapsulates {")
		}, false},
	{"empty BIT STRINGs with unused bits",
		"dumpasn1 complains on the same line, and counts one octet less from there on",
		func(_, theirs []string, _ string) bool {
			return strings.Contains(theirs[0], "Error: Empty BIT STRING has non-zero unused-bits value")
		}, true},
	{"odd octets taken for little-endian text",
		"dumpasn1 reads one octet too many after them and loses its place",
		func(_, _ []string, before string) bool {
			return strings.HasSuffix(before, "Error: BMPString has missing final byte/half character.")
		}, true},
	{"further values",
		"dumpasn1 shows the first value of its input and warns about the rest; here all are shown",
		func(_, theirs []string, _ string) bool {
			return strings.HasPrefix(theirs[0], "Warning: Further data follows ASN.1 data")
		}, false},
}

// opensslStops says where OpenSSL 3.0 gives up with "header too long" though nothing is
// wrong: at a length of zero in more octets than one, where the value around it ends.
// It answers the offset, or -1.
func opensslStops(der []byte) int {
	t := ber.Parse(der)
	for i := range t.Nodes {
		n := &t.Nodes[i]
		end := len(der)
		if n.Parent >= 0 {
			end = int(t.Nodes[n.Parent].End)
		}
		if n.End == n.Content && int(n.End) == end && n.Flags&ber.Indefinite == 0 && n.Content-n.Offset > 2 {
			return int(n.Offset)
		}
	}
	return -1
}

// Where the text of this package has more than the tools' is not in the table: the
// comment lines, which hold the octets that the tools leave out. And the layout of
// values of less than 1000 bytes is compared with Options.Narrow: without it the
// layout is that of RFC 6216.

func need(t *testing.T, program string) {
	t.Helper()
	if runtime.GOOS == "js" {
		t.Skip("no programs can be run here")
	}
	if testing.Short() {
		t.Skip("in short what other programs say is not asked")
	}
	if _, err := exec.LookPath(program); err != nil {
		const why = " is not installed: the dumps cannot be compared with it"
		if os.Getenv("CI") == "true" {
			t.Fatal(program + why)
		}
		t.Skip(program + why)
	}
}

func TestAgainstTheTools(t *testing.T) {
	need(t, "openssl")
	need(t, "dumpasn1")
	objects := corpus(t)
	if len(objects) < 300 {
		t.Errorf("%d objects", len(objects))
	}
	path := filepath.Join(t.TempDir(), "object")
	used := map[string]int{}
	exact, back, stopped := 0, 0, 0
	for _, o := range objects {
		if err := os.WriteFile(path, o.der, 0o600); err != nil {
			t.Fatal(err)
		}
		theirs, _ := exec.Command("dumpasn1", "-a", "-w72", path).Output()
		compareDumpasn1(t, o, string(Dump(o.der, Options{Style: Dumpasn1, Narrow: true})), string(theirs), used)

		parsed, err := exec.Command("openssl", "asn1parse", "-i", "-inform", "DER", "-in", path).Output()
		if err != nil {
			if at := opensslStops(o.der); at >= 0 {
				stopped++
				compareBefore(t, o, at, parsed)
			} else {
				t.Errorf("%s: openssl asn1parse: %v", o.name, err)
			}
			continue
		}
		if line, a, b := firstDifference(Dump(o.der, Options{Style: OpenSSL3}), parsed); line > 0 {
			t.Errorf("%s: openssl3: line %d is %q, want %q", o.name, line, a, b)
		}
		compareASN1Parse(t, o, Dump(o.der, Options{}), parsed)

		dumped, _ := exec.Command("openssl", "asn1parse", "-i", "-dump", "-inform", "DER", "-in", path).Output()
		if line, a, b := firstDifference(Dump(o.der, Options{Style: OpenSSL3, Data: true}), dumped); line > 0 {
			t.Errorf("%s: openssl3 with data: line %d is %q, want %q", o.name, line, a, b)
		}
		for _, text := range [][]byte{theirs, dumped} {
			// What the tools print is read back, or the line is named that lacks data.
			got, err := Undump(text)
			var lacking *LineError
			switch {
			case err == nil && bytes.Equal(got, o.der):
				back++
			case err == nil:
				t.Errorf("%s: undump of %.20q…: other bytes", o.name, text)
			case !errors.As(err, &lacking):
				t.Errorf("%s: undump of %.20q…: %v", o.name, text, err)
			}
		}
		exact++
	}
	t.Logf("%d objects; %d of %d dumps of the tools were read back, the others lack data; differences: %v; OpenSSL stopped at %d", exact, back, 2*exact, used, stopped)
}

// compareBefore compares the lines up to the value at which OpenSSL stopped.
func compareBefore(t *testing.T, o sample, at int, parsed []byte) {
	ours := Dump(o.der, Options{Style: OpenSSL3})
	lines := opensslLine.FindAllIndex(ours, -1)
	for _, l := range lines {
		if m := opensslLine.FindSubmatch(ours[l[0]:l[1]]); m != nil && string(m[1]) == strconv.Itoa(at) {
			if !bytes.HasPrefix(parsed, ours[:l[0]]) {
				t.Errorf("%s: openssl3: the lines before byte %d are others", o.name, at)
			}
			return
		}
	}
	t.Errorf("%s: OpenSSL stopped, and not at byte %d", o.name, at)
}

var valueLineOf = regexp.MustCompile(`^ *(\d+) +(?:\d+|N?DE?F|INDEF) *: (.*)$`)

// compareDumpasn1 compares value by value, by their offsets.
func compareDumpasn1(t *testing.T, o sample, ours, theirs string, used map[string]int) {
	a, b := withoutComments(ours), strings.Split(strings.TrimSuffix(theirs, "\n"), "\n")
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i++
			j++
			continue
		}
		endA, endB := resync(a, b, i, j)
		explained := false
		for _, d := range differences {
			x, y := append(a[i:endA:endA], ""), append(b[j:endB:endB], "")
			if d.explains(x, y, b[max(j-1, 0)]) {
				used[d.name]++
				if d.last {
					return
				}
				explained = true
				break
			}
		}
		if !explained {
			t.Errorf("%s: dumpasn1: line %d is %q, want %q", o.name, i+1, a[i:min(endA, i+2)], b[j:min(endB, j+2)])
			return
		}
		i, j = endA, endB
	}
}

// resync is where both texts next show the same value.
func resync(a, b []string, i, j int) (int, int) {
	at := map[string]int{}
	for k := j; k < len(b); k++ {
		if m := valueLineOf.FindStringSubmatch(b[k]); m != nil && k > j {
			at[m[1]] = k
		}
	}
	// A line that is only in theirs.
	if i < len(a) && j+1 < len(b) && a[i] == b[j+1] {
		return i, j + 1
	}
	for k := i + 1; k < len(a); k++ {
		if m := valueLineOf.FindStringSubmatch(a[k]); m != nil {
			if there, ok := at[m[1]]; ok {
				return k, there
			}
		}
	}
	return len(a), len(b)
}

func withoutComments(text string) []string {
	var lines []string
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		if !strings.HasPrefix(strings.TrimLeft(line, " :"), "-- ") {
			lines = append(lines, line)
		}
	}
	return lines
}

var (
	opensslLine = regexp.MustCompile(`(?m)^ *(\d+):d=\d+ +hl=(\d+) +l= *(\d+|inf) +(cons|prim): ( *)([^:\n]*?) *(:.*)?$`)
	ourLine     = regexp.MustCompile(`(?m)^ *(\d+):l= *(\d+|inf) +(cons|prim): ( *)([^:\n]*?) *(:.*)?$`)
)

// compareASN1Parse compares the structure lines, and the values of those that have
// them on the line in both: the RFC's style has some as hex.
func compareASN1Parse(t *testing.T, o sample, ours, theirs []byte) {
	theirs = bytes.ReplaceAll(theirs, []byte("[HEX DUMP]:"), []byte(":"))
	a, b := ourLine.FindAllSubmatch(ours, -1), opensslLine.FindAllSubmatch(theirs, -1)
	if len(a) != len(b) {
		t.Errorf("%s: asn1parse: %d lines, want %d", o.name, len(a), len(b))
		return
	}
	for i := range a {
		x, y := a[i], b[i]
		for at, want := range map[int]int{1: 1, 2: 3, 3: 4, 4: 5, 5: 6} {
			got, want := x[at], y[want]
			if !bytes.Equal(got, want) {
				t.Errorf("%s: asn1parse: %q, want %q", o.name, x[0], y[0])
				return
			}
		}
		if len(x[6]) > 0 && !bytes.Equal(x[6], bytes.TrimRight(y[7], "\r")) {
			t.Errorf("%s: asn1parse: the value is %q, want %q", o.name, x[6], y[7])
		}
		// The header length follows from the offsets.
		if i+1 < len(a) && string(x[3]) == "cons" && string(y[3]) != "0" {
			here, _ := strconv.Atoi(string(x[1]))
			next, _ := strconv.Atoi(string(a[i+1][1]))
			if header, _ := strconv.Atoi(string(y[2])); next-here != header {
				t.Errorf("%s: asn1parse: the header at %d has %d bytes, want %d", o.name, here, next-here, header)
			}
		}
	}
}
