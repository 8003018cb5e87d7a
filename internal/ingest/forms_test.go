package ingest

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand"
	"mime/quotedprintable"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/sipseal/sipseal/internal/vectors"
)

// lines puts a prefix before each line and lets it end in LF, as text does.
func lines(b []byte, prefix func(i int) string) string {
	var out strings.Builder
	for i, l := range strings.Split(strings.TrimSuffix(strings.ReplaceAll(string(b), "\r\n", "\n"), "\n"), "\n") {
		out.WriteString(strings.TrimRight(prefix(i)+l, " ") + "\n")
	}
	return out.String()
}

// TestForms gives messages in the forms that people have: each must come out byte
// for byte, with a step that says what was done.
func TestForms(t *testing.T) {
	binary := vectors.Seed(t, "draft01_signed.sip")
	plain := []byte("MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.2:15001;branch=z9hG4bK1\r\nTo: <sip:kumiko@example.net>\r\n" +
		"Subject: long\r\n  and folded\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\nHello!\r\n\r\nSecond line.\r\n\x21")
	plain = bytes.TrimSuffix(plain, []byte("\x21"))
	plain = bytes.Replace(plain, []byte("Content-Length: 23"), []byte("Content-Length: 24"), 1)
	if n := len(plain) - bytes.Index(plain, []byte("\r\n\r\n")) - 4; n != 24 {
		t.Fatalf("the body has %d bytes", n)
	}
	response := []byte("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nl: 0\r\n\r\n")
	inJSON, err := json.Marshal(string(plain))
	if err != nil {
		t.Fatal(err)
	}
	var zipped, gzipped, tarred, qp bytes.Buffer
	z := zip.NewWriter(&zipped)
	f, _ := z.Create("message.sip")
	_, _ = f.Write(binary)
	_ = z.Close()
	tw := tar.NewWriter(&tarred)
	_ = tw.WriteHeader(&tar.Header{Name: "message.sip", Size: int64(len(binary)), Mode: 0o600})
	_, _ = tw.Write(binary)
	_ = tw.Close()
	g := gzip.NewWriter(&gzipped)
	_, _ = g.Write(tarred.Bytes())
	_ = g.Close()
	q := quotedprintable.NewWriter(&qp)
	q.Binary = true
	_, _ = q.Write(plain)
	_ = q.Close()
	wide := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(string(plain))) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	hexLine := func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
	cases := []struct {
		name  string
		given string
		want  []byte
		steps string // of which the codes are these, in order
	}{
		{"as it is", string(binary), binary, ""},
		{"xxd", tool(t, binary, "xxd"), binary, "hexdump"},
		{"xxd -p", tool(t, binary, "xxd", "-p"), binary, "hex"},
		{"hexdump -C", tool(t, binary, "hexdump", "-C"), binary, "hexdump"},
		{"od", tool(t, binary, "od", "-A", "x", "-t", "x1z"), binary, "hexdump"},
		{"hex stream", hex.EncodeToString(binary), binary, "hex"},
		{"c array", "unsigned char m[] = {" + strings.TrimSuffix(strings.Repeat("0x%02x, ", 0), ", ") + cArray(binary) + "};", binary, "hex"},
		{"base64", base64.StdEncoding.EncodeToString(binary), binary, "base64"},
		{"base64, lines", tool(t, binary, "base64"), binary, "base64"},
		{"base64url", base64.RawURLEncoding.EncodeToString(binary), binary, "base64url"},
		{"base64 of base64", base64.StdEncoding.EncodeToString([]byte(base64.StdEncoding.EncodeToString(binary))), binary, "base64 base64"},
		{"json", string(inJSON), plain, "string-escapes"},
		{"go", strconv.Quote(string(binary)), binary, "string-escapes"},
		{"log line", strings.Trim(strconv.Quote(string(plain)), `"`), plain, "string-escapes"},
		{"percent", url.PathEscape(string(plain)), plain, "percent"},
		{"form", url.QueryEscape(string(plain)), plain, "percent"},
		{"quoted-printable", qp.String(), plain, "quoted-printable"},
		{"utf-16", string(wide), plain, "utf-16"},
		{"utf-8 with mark", "\xef\xbb\xbf" + string(plain), plain, "byte-order-mark"},
		{"zip", zipped.String(), binary, "unzip"},
		{"tar", tarred.String(), binary, "untar"},
		{"tar.gz", gzipped.String(), binary, "gunzip untar"},
		{"tar.gz in base64", base64.StdEncoding.EncodeToString(gzipped.Bytes()), binary, "base64 gunzip untar"},
		{"leading lines", "\r\n\r\n" + string(plain), plain, ""},
		{"quoted", lines(plain, func(int) string { return "> " }), plain, "quoting crlf-restored"},
		{"quoted twice", lines(plain, func(int) string { return ">> " }), plain, "quoting crlf-restored"},
		{"indented", lines(plain, func(int) string { return "      " }), plain, "indent crlf-restored"},
		{"syslog", lines(plain, func(i int) string { return fmt.Sprintf("Nov  1 12:00:%02d proxy-1 sipd[4711]: ", i) }), plain, "log-prefix crlf-restored"},
		{"timestamps", lines(plain, func(i int) string { return fmt.Sprintf("2026-11-01T12:00:00.%03dZ DEBUG | ", 998+i) }), plain, "log-prefix crlf-restored"},
		{"text before", "Received from 192.0.2.1:5060 at 12:00:\n\n" + string(plain), plain, "text-before"},
		{"first line only", "12:00:01.123 [udp] recv 310 bytes: " + string(plain), plain, "log-prefix"},
		{"all on one line", "<allOneLine>\nMESSAGE sip:kumiko@example.net\n SIP/2.0\n</allOneLine>\r\n" + string(plain[bytes.IndexByte(plain, '\n')+1:]), plain, "all-one-line"},
		{"hex markup", strings.Replace(string(plain), "Hello!", "<hex>48 65 6C</hex>lo<hex>21</hex>", 1), plain, "hex-markup"},
		{"repeat markup", strings.Replace(string(plain), "Hello!", "He<repeat count=2>l</repeat>o!", 1), plain, "repeat-markup"},
		{"backslash lines", strings.Replace(string(plain), "192.0.2.2:15001;branch", "192.0.2.2:15001;\\\r\n    branch", 1), plain, "backslash-lines"},
		{"textarea", strings.ReplaceAll(string(plain), "\r\n", "\n"), plain, "crlf-restored"},
		{"textarea, trimmed", strings.TrimSpace(strings.ReplaceAll(string(plain), "\r\n", "\n")), plain, "crlf-restored"},
		{"html", strings.ReplaceAll(strings.ReplaceAll(string(plain), "<", "&lt;"), ">", "&gt;"), plain, "html-entities"},
		{"colours", "\x1b[32m12:00 recv\x1b[0m\n" + strings.Replace(string(plain), "Via", "\x1b[1mVia\x1b[0m", 1), plain, "terminal-escapes text-before"},
		{"cat -A", strings.ReplaceAll(string(plain), "\r\n", "^M$\n"), plain, "caret-m"},
		{"vi", strings.ReplaceAll(string(plain), "\r\n", "^M\n"), plain, "caret-m"},
		{"tcpdump", tcpdump(response), response, "hexdump capture"},
		{"hex in base64", base64.StdEncoding.EncodeToString([]byte(hexLine(response))), response, "base64 hex"},
	}
	// Repairs are the steps that undo what a received message could hold, and mean; the
	// others take out what could not be a message itself.
	repairs := map[string]bool{
		"all-one-line": true, "hex-markup": true, "repeat-markup": true, "backslash-lines": true,
		"html-entities": true, "terminal-escapes": true, "caret-m": true, "crlf-restored": true,
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := Read([]byte(c.given), "", Options{})
			var codes []string
			repaired := false
			for _, s := range r.Steps {
				codes = append(codes, s.Code)
				repaired = repaired || s.Repair
				// The digits of these timestamps get more on the way: what is taken off is a guess.
				if want := repairs[s.Code] || s.Code == "log-prefix" && c.name == "timestamps"; s.Repair != want {
					t.Errorf("step %s: repair %v, want %v", s.Code, s.Repair, want)
				}
				if s.Detail == "" || s.Source == nil {
					t.Errorf("step %+v", s)
				}
			}
			if got := strings.Join(codes, " "); got != c.steps {
				t.Errorf("steps %q, want %q", got, c.steps)
			}
			if got := itemBytes(r, single(t, r)); !bytes.Equal(got, c.want) || r.Items[0].Repaired != repaired {
				t.Errorf("repaired %v, got %q\nwant %q", r.Items[0].Repaired, got, c.want)
			}
		})
	}
}

func cArray(b []byte) string {
	var out strings.Builder
	for i, c := range b {
		fmt.Fprintf(&out, "0x%02x, ", c)
		if i%12 == 11 {
			out.WriteString("\n  ")
		}
	}
	return out.String()
}

func tool(t *testing.T, b []byte, name string, args ...string) string {
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
	return string(out)
}

// tcpdump prints a packet with a UDP datagram as tcpdump -X does.
func tcpdump(message []byte) string {
	size := 28 + len(message)
	p := append([]byte{0x45, 0, byte(size >> 8), byte(size), 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
		0x13, 0xc4, 0x13, 0xc4, byte((size - 20) >> 8), byte(size - 20), 0, 0}, message...)
	var out strings.Builder
	out.WriteString("12:00:00.000001 IP 192.0.2.1.5060 > 192.0.2.2.5060: SIP: SIP/2.0 200 OK\n")
	for at := 0; at < len(p); at += 16 {
		row := p[at:min(at+16, len(p))]
		words, chars := "", ""
		for i, c := range row {
			if i%2 == 0 {
				words += " "
			}
			words += fmt.Sprintf("%02x", c)
			if c < ' ' || c > '~' {
				c = '.'
			}
			chars += string(rune(c))
		}
		fmt.Fprintf(&out, "\t0x%04x: %-40s  %s\n", at, words, chars)
	}
	return out.String()
}

// TestSeveral gives several messages in one input.
func TestSeveral(t *testing.T) {
	one := "OPTIONS sip:a@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Length: 3\r\n\r\nabc"
	two := "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\nContent-Length: 0\r\n\r\n"
	long := "MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Length: 9\r\n\r\nline\r\nend"
	for name, c := range map[string]struct {
		given string
		want  []string
	}{
		"one after the other":    {one + two + long, []string{one, two, long}},
		"with empty lines":       {one + "\r\n\r\n" + two + "\r\n" + long, []string{one, two, long}},
		"from a text field":      {strings.ReplaceAll(long+"\r\n\r\n"+two+"\r\n"+long, "\r\n", "\n"), []string{long, two, long}},
		"in a log":               {"12:00 recv\n" + strings.ReplaceAll(one, "\r\n", "\n") + "\n12:01 sent\n" + strings.ReplaceAll(two, "\r\n", "\n") + "12:02 end\n", []string{one, two}},
		"in a log with prefixes": {lines([]byte(long), func(i int) string { return fmt.Sprintf("12:00:%02d a: ", i) }) + lines([]byte(two), func(i int) string { return fmt.Sprintf("12:01:%02d b: ", i) }), []string{long, two}},
	} {
		r := Read([]byte(c.given), "", Options{})
		var got []string
		for _, i := range r.Items {
			if i.Kind == KindSIP {
				got = append(got, string(itemBytes(r, i)))
			}
		}
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%s:\ngot  %q\nwant %q", name, got, c.want)
			for _, s := range r.Steps {
				t.Logf("%s: %s", s.Code, s.Detail)
			}
		}
	}
}

// TestTogether gives a message with keys behind it, as somebody pastes them.
func TestTogether(t *testing.T) {
	key := string(vectors.Seed(t, "rfc6216_ca.pem"))
	key = key[strings.Index(key, "-----BEGIN"):]
	message := "MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Length: 9\r\n\r\nline\r\nend"
	for name, given := range map[string]string{
		"file":       message + "\r\n" + key,
		"text field": strings.ReplaceAll(message, "\r\n", "\n") + "\n\n" + key + "\n" + key,
		"key first":  key + "\n" + strings.ReplaceAll(message, "\r\n", "\n") + "\n",
	} {
		r := Read([]byte(given), "", Options{})
		messages, keys := 0, 0
		for _, i := range r.Items {
			switch i.Kind {
			case KindSIP:
				messages++
				if got := string(itemBytes(r, i)); got != message {
					t.Errorf("%s: %q", name, got)
				}
			case KindPEM:
				keys++
			}
		}
		if messages != 1 || keys != strings.Count(given, "-----BEGIN") {
			t.Errorf("%s: %d messages, %d keys", name, messages, keys)
		}
	}
}

// TestMail gives a mail as a mailbox has it.
func TestMail(t *testing.T) {
	signed, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "demo", "signed.sip"))
	if err != nil {
		t.Fatal(err)
	}
	want := signed[bytes.Index(signed, []byte("Content-Type:")):]
	want = append([]byte("From: a@example.com\r\n"), bytes.Replace(want, []byte("Content-Length: 1760\r\n"), nil, 1)...)
	r := Read(append([]byte("From a@example.com Sat Nov 21 12:00:00 2026\n"), bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))...), "", Options{})
	i := single(t, r)
	if i.Kind != KindMIME || !i.Repaired || !bytes.Equal(itemBytes(r, i), want) {
		t.Errorf("%+v\n%q\n%q", i, itemBytes(r, i), want)
	}
	last := r.Steps[len(r.Steps)-1]
	if !strings.Contains(r.Steps[0].Detail+last.Detail, "the signature then verifies") {
		t.Errorf("%+v", r.Steps)
	}
}

// TestNothing gives what is none of the forms: it must stay as it is.
func TestNothing(t *testing.T) {
	for _, given := range []string{
		"", "Hello, world!", "Registration", "deadbeef", "12345678", "1234567890123456", "2026-11-21 06:38:00",
		"The quick brown fox jumps over the lazy dog.", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnop",
		"INVITE is a method of SIP/2.0", "See RFC 3261: SIP/2.0 200 means OK?", "{\"a\": 1, \"b\": \"c\\nd\"}",
		"0010 20 30 40\n0020 11 22 33\n", "a%20b%20c", "C:\\new\\reports\\x41", "x=0D=0A", "\x00\x01\x02\x03 binary \xff\xfe",
		"00000000-0000-4000-8000-000000000000", "192.0.2.1:5060", "<hex>nothing</hex>", "PK\x03\x04", "\x1f\x8b\x08",
		"-----BEGIN of the story", "0\x82\x10\x00 is no object",
	} {
		r := Read([]byte(given), "", Options{})
		if len(r.Items) != 1 || len(r.Sources) != 1 || r.Items[0].Kind != KindUnknown && given != "" {
			t.Errorf("%q: %+v, %d sources", given, r.Items, len(r.Sources))
			for _, s := range r.Steps {
				t.Logf("%s: %s", s.Code, s.Detail)
			}
		}
	}
}

// TestOddStartLines: liberal in what is taken for a message, and nothing of it is
// repaired.
func TestOddStartLines(t *testing.T) {
	for _, line := range []string{
		"INVITE  sip:a@example.com  SIP/2.0", "INVITE sip:a@example.com SIP/2.0  ", "INVITE <sip:a@example.com> SIP/2.0",
		"INVITE sip:a@example.com; lr SIP/2.0", "OPTIONS sip:a@example.com SIP/7.0", "REGISTER nobody-knows:this SIP/2.0",
		"%odd'Method~ sip:a@example.com SIP/2.0", "invite SIPS:a@example.com sip/2.0", "INVITE a@example.com SIP/2.0",
		"SIP/2.0 4294967301 too large", "SIP/2.0 200 = 2**3 * 5**2 \u0441\u0442\u043e", "SIP/2.0 100",
	} {
		for _, rest := range []string{"Via: SIP/2.0/UDP h;branch=1\r\nContent-Length: 0\r\n\r\n", "To: a\r\nl: 9999\r\n\r\nshort", "v: h\r\nContent-Length: -999\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n"} {
			given := line + "\r\n" + rest
			r := Read([]byte(given), "", Options{})
			if i := single(t, r); i.Kind != KindSIP || i.Repaired || string(itemBytes(r, i)) != given {
				t.Errorf("%q: %+v", given, i)
				for _, s := range r.Steps {
					t.Logf("%s: %s", s.Code, s.Detail)
				}
			}
		}
	}
}

// BER on its own, whatever it is.
func TestBER(t *testing.T) {
	for _, test := range []struct {
		in string // hex
		is bool
	}{
		{"30030c0141", true},
		{"0404deadbeef", true},         // a primitive value
		{"0603550403", true},           //
		{"04050102030405", true},       //
		{"30030c014130030c0142", true}, // two values
		{"30030c014104030102ff", true}, //
		{"30800c01410000020105", true}, //
		{"30030c0141deadbe", false},    // octets behind a value
		{"0404deadbeef0000", false},    //
		{"0404deadbe", false},          // cut off
		{"8004deadbeef", false},        // an RTP packet begins so
		{"2404deadbeef00", false},      //
	} {
		b, err := hex.DecodeString(test.in)
		if err != nil {
			t.Fatal(err)
		}
		r := Read(b, "", Options{})
		if is := len(r.Items) == 1 && r.Items[0].Kind == KindASN1 && r.Items[0].Range == [2]int{0, len(b)}; is != test.is {
			t.Errorf("%s: %+v", test.in, r.Items)
		}
	}
}

// TestNoFalseForm makes messages at random, of all that recognisers look for, and with
// a right Content-Length: each must come through as the one message that it is.
func TestNoFalseForm(t *testing.T) {
	rng := rand.New(rand.NewSource(11))
	pieces := []string{"a", "Hello ", "\r\n", "\n", "\r\n\r\n", "SIP/2.0 200 OK\r\nVia: x\r\n\r\n", "OPTIONS sip:a@b SIP/2.0\r\n", "Content-Type: text/plain\r\n", "=0D=0A", "\\r\\n", "%0D%0A",
		"-----BEGIN X-----\r\n", "-----END X-----\r\n", "<hex>30</hex>", "^M\r\n", "&lt;sip:", "\x1b[0m", "0000  30 82\r\n", "> ", "\x00", "\xff", "é", "\x1f\x8b\x08", "PK\x03\x04", "-- BEGIN A --\r\n"}
	for i := range 3000 {
		body := ""
		for range rng.Intn(10) {
			body += pieces[rng.Intn(len(pieces))]
		}
		given := fmt.Sprintf("MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		r := Read([]byte(given), "", Options{})
		if len(r.Items) != 1 || string(itemBytes(r, r.Items[0])) != given || len(r.Steps) > 0 {
			t.Fatalf("message %d: %q\n%+v\n%+v", i, given, r.Items, r.Steps)
		}
	}
}

// TestZeroPadding: an object with room left behind it, as in a PDF document, ends where
// it ends; other bytes behind one are no padding.
func TestZeroPadding(t *testing.T) {
	object := []byte{0x30, 0x07, 0x02, 0x01, 0x05, 0x04, 0x02, 0xca, 0xfe}
	for _, n := range []int{1, 3, 8183} {
		for name, given := range map[string][]byte{
			"bytes": append(bytes.Clone(object), make([]byte, n)...),
			"hex":   []byte(hex.EncodeToString(append(bytes.Clone(object), make([]byte, n)...))),
		} {
			r := Read(given, "", Options{})
			if len(r.Items) != 1 || r.Items[0].Kind != KindASN1 || !bytes.Equal(itemBytes(r, r.Items[0]), object) {
				t.Errorf("%s with %d zeros: %+v", name, n, r.Items)
				continue
			}
			last := r.Steps[len(r.Steps)-1]
			if last.Code != "zero-padding" || *last.Offset != len(object) || *last.Count != n || last.Repair {
				t.Errorf("%s with %d zeros: %+v", name, n, last)
			}
		}
	}
	r := Read(append(bytes.Clone(object), 0, 0, 7), "", Options{})
	for _, s := range r.Steps {
		if s.Code == "zero-padding" {
			t.Errorf("%+v", s)
		}
	}
	if r := Read(make([]byte, 100), "", Options{}); r.Items[0].Kind == KindASN1 {
		t.Errorf("zeros alone: %+v", r.Items)
	}
}
