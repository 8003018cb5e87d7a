package radix

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/vectors"
)

// tool runs a program over b, or skips without it.
func tool(t *testing.T, b []byte, name string, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	c := exec.Command(path, args...)
	c.Stdin = bytes.NewReader(b)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// samples are bytes that dumps are made of.
func samples(t *testing.T) map[string][]byte {
	zeros := append(bytes.Repeat([]byte{0}, 200), "tail"...)
	message := vectors.Seed(t, "draft01_signed.sip")
	return map[string][]byte{
		"message": message,
		"odd":     message[:777],
		"17":      message[:17],
		"5":       message[:5],
		"repeats": zeros,
		"hexlike": []byte("de ad be ef 00 11 22 33 44 beef cafe  abcd  ef"),
	}
}

// TestDumps reads what the programs themselves write.
func TestDumps(t *testing.T) {
	programs := [][]string{
		{"xxd"}, {"xxd", "-u"}, {"xxd", "-g1"}, {"xxd", "-g4"}, {"xxd", "-c", "32"}, {"xxd", "-e"},
		{"hexdump", "-C"}, {"hexdump"}, {"hexdump", "-x"},
		{"od", "-A", "x", "-t", "x1z"}, {"od", "-t", "x1"}, {"od", "-A", "d", "-t", "x1"}, {"od", "-x"}, {"od", "-A", "x", "-t", "x1"},
	}
	for _, p := range programs {
		t.Run(strings.Join(p, " "), func(t *testing.T) {
			for name, want := range samples(t) {
				if len(p) == 2 && p[1] == "-e" && len(want)%4 != 0 {
					continue // xxd pads the last group on the left
				}
				text := tool(t, want, p[0], p[1:]...)
				runs := HexDumps(text)
				if len(runs) != 1 || !bytes.Equal(runs[0].Bytes, want) {
					t.Errorf("%s: %d runs\n%s", name, len(runs), clip(text))
					if len(runs) > 0 {
						t.Logf("got %d, want %d", len(runs[0].Bytes), len(want))
					}
				}
				// Quoted in a mail, indented in a document, with CR LF.
				for _, prefix := range []string{"> ", "    "} {
					changed := prefix + strings.ReplaceAll(strings.TrimRight(string(text), "\n"), "\n", "\r\n"+prefix)
					if runs := HexDumps([]byte(changed)); len(runs) != 1 || !bytes.Equal(runs[0].Bytes, want) {
						t.Errorf("%s behind %q: %d runs", name, prefix, len(runs))
					}
				}
			}
		})
	}
}

func clip(b []byte) []byte { return b[:min(len(b), 400)] }

func printable(b []byte) string {
	out := []byte{}
	for _, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		out = append(out, c)
	}
	return string(out)
}

// wireshark writes "Copy as Hex + ASCII Dump"; tcpdump -X.
func wireshark(b []byte) string {
	var s strings.Builder
	for i := 0; i < len(b); i += 16 {
		row := b[i:min(i+16, len(b))]
		fmt.Fprintf(&s, "%04x   %-47s   %s\n", i, strings.TrimSpace(fmt.Sprintf("% x", row)), printable(row))
	}
	return s.String()
}

func tcpdump(b []byte) string {
	var s strings.Builder
	s.WriteString("12:13:14.567890 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: MESSAGE sip:kumiko@example.net SIP/2.0\n")
	for i := 0; i < len(b); i += 16 {
		row := b[i:min(i+16, len(b))]
		words := ""
		for j := 0; j < len(row); j += 2 {
			words += " " + hex.EncodeToString(row[j:min(j+2, len(row))])
		}
		fmt.Fprintf(&s, "\t0x%04x: %-40s  %s\n", i, words, printable(row))
	}
	return s.String()
}

func TestDumpsOfCaptures(t *testing.T) {
	for name, want := range samples(t) {
		for form, text := range map[string]string{"wireshark": wireshark(want), "tcpdump": tcpdump(want)} {
			runs := HexDumps([]byte(text + text))
			if len(runs) != 2 || !bytes.Equal(runs[0].Bytes, want) || !bytes.Equal(runs[1].Bytes, want) {
				t.Errorf("%s, %s: %d runs\n%s", form, name, len(runs), text[:min(len(text), 500)])
			}
		}
	}
}

func TestHex(t *testing.T) {
	want := vectors.Seed(t, "draft01_signed.sip")[:200]
	array := ""
	for i, c := range want {
		array += fmt.Sprintf("0x%02x, ", c)
		if i%8 == 7 {
			array += " /* " + strings.ReplaceAll(printable(want[i-7:i+1]), "/", ".") + " */\n"
		}
	}
	forms := map[string]string{
		"stream":    hex.EncodeToString(want),
		"upper":     strings.ToUpper(hex.EncodeToString(want)),
		"spaced":    fmt.Sprintf("% x", want),
		"colons":    strings.ReplaceAll(fmt.Sprintf("% x", want), " ", ":"),
		"c array":   "/* Frame (200 bytes) */\nstatic const unsigned char pkt1[200] = {\n" + array + "};\n",
		"wireshark": "char peer0_0[] = { /* Packet 3 */\n" + array + "};\n",
		"0x list":   strings.TrimRight(array[:strings.Index(array, "/*")], ", ") + "," + hexList(want[8:]),
		"xxd -p":    string(tool(t, want, "xxd", "-p")),
		"xxd -i":    string(tool(t, want, "xxd", "-i")),
	}
	for name, text := range forms {
		run, ok := Hex([]byte(text))
		if !ok || !bytes.Equal(run.Bytes, want) {
			t.Errorf("%s: %v, %d bytes\n%s", name, ok, len(run.Bytes), clip([]byte(text)))
		}
	}
}

func hexList(b []byte) string {
	s := make([]string, len(b))
	for i, c := range b {
		s[i] = fmt.Sprintf("0x%x", c)
	}
	return strings.Join(s, ",")
}

func TestLiteral(t *testing.T) {
	want := vectors.Seed(t, "draft01_signed.sip")[:650]
	escaped := ""
	lines := ""
	for _, l := range strings.SplitAfter(string(want), "\n") {
		lines += strconv.Quote(l) + "\n"
	}
	for _, c := range want {
		escaped += fmt.Sprintf(`\x%02x`, c)
	}
	inJSON, err := json.Marshal(string(want))
	if err != nil {
		t.Fatal(err)
	}
	forms := map[string]string{
		"go":          strconv.Quote(string(want)),
		"json":        string(inJSON),
		"c, by lines": "const char *message =\n" + lines + ";",
		"escapes":     escaped,
		"wireshark":   "\"" + escaped[:40] + "\" \\\n\"" + escaped[40:] + "\"",
		"python":      "data = b'" + strings.ReplaceAll(strings.Trim(strconv.Quote(string(want)), `"`), `\"`, `"`) + "'",
		"log":         strings.Trim(strconv.Quote(string(want)), `"`),
	}
	for name, text := range forms {
		run, ok := Literal([]byte(text))
		if !ok || !bytes.Equal(run.Bytes, want) {
			t.Errorf("%s: %v\n%q\n%s", name, ok, run.Bytes, clip([]byte(text)))
		}
	}
}

func TestOthers(t *testing.T) {
	want := vectors.Seed(t, "draft01_signed.sip")
	wrapped := base64.StdEncoding.EncodeToString(want)
	for name, c := range map[string]struct {
		read func([]byte) (Run, bool)
		text string
		code string
	}{
		"base64":       {Base64, wrapped, "base64"},
		"base64 lines": {Base64, string(tool(t, want, "base64")), "base64"},
		"base64url":    {Base64, base64.RawURLEncoding.EncodeToString(want), "base64url"},
		"path escape":  {Percent, url.PathEscape(string(want)), "percent"},
		"query escape": {Percent, url.QueryEscape(string(want)), "percent"},
	} {
		run, ok := c.read([]byte(c.text))
		if !ok || !bytes.Equal(run.Bytes, want) || run.Code != c.code {
			t.Errorf("%s: %v %s", name, ok, run.Code)
		}
	}
}

// TestNot has text that is no dump.
func TestNot(t *testing.T) {
	for _, text := range []string{
		"", "Hello, world", "2024 11 22 33 44", "0000", "* ",
		"1000 10 20 30\n2000 40 50 60\n",
		"Call 5551 22 33 for more\n",
		"10:20:30 abc\n",
		"deadbeefcafe and more",
	} {
		if runs := HexDumps([]byte(text)); len(runs) != 0 {
			t.Errorf("%q was read as a dump: %x", text, runs[0].Bytes)
		}
	}
}

func FuzzRadix(f *testing.F) {
	f.Add([]byte("00000000: 4d45 5353 4147 4520  MESSAGE \n"))
	f.Add([]byte("0000   4d 45 53\n*\n0030   01\n0031\n"))
	f.Add([]byte(`"\x4d\u00e9\101" "b"`))
	f.Add([]byte("a%20b%0D%0A"))
	f.Add([]byte("0x1, 0x22 /* a */"))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		for _, r := range HexDumps(b) {
			if r.Range[0] < 0 || r.Range[1] > len(b) || r.Range[0] > r.Range[1] {
				t.Fatalf("range %v of %d bytes", r.Range, len(b))
			}
		}
		for _, read := range []func([]byte) (Run, bool){Hex, Base64, Percent, QuotedPrintable, Literal} {
			if r, ok := read(b); ok && len(r.Bytes) > 2*len(b) {
				t.Fatalf("%s: %d bytes of %d", r.Code, len(r.Bytes), len(b))
			}
		}
	}))
}
