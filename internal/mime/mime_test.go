package mime

import (
	"bytes"
	"fmt"
	"io"
	stdmime "mime"
	"mime/multipart"
	"mime/quotedprintable"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

func crlf(s string) []byte { return []byte(strings.ReplaceAll(s, "\n", "\r\n")) }

func codes(e *Entity) []string {
	var list []string
	e.Walk(func(e *Entity) {
		for _, p := range e.Problems {
			list = append(list, p.Code)
		}
	})
	slices.Sort(list)
	return slices.Compact(list)
}

// bodies are the bodies of the parts, one level deep.
func bodies(src []byte, e *Entity) []string {
	var list []string
	for _, c := range e.Children {
		list = append(list, string(src[c.BodyRange[0]:c.BodyRange[1]]))
	}
	return list
}

// Where parts begin and end, by the corner cases of boundaries. The expectations are
// RFC 2046 section 5.1.1's.
func TestMultipart(t *testing.T) {
	for _, test := range []struct {
		name, in           string
		bodies             []string
		preamble, epilogue string
		codes              []string
	}{
		{"plain", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n\r\n--b--", []string{"one", "two\r\n"}, "", "", nil},
		{"preamble and epilogue", "Content-Type: multipart/mixed; boundary=b\r\n\r\nbefore\r\n--b\r\n\r\none\r\n--b--\r\nafter\r\n--b\r\n\r\nno part\r\n", []string{"one"}, "before", "after\r\n--b\r\n\r\nno part\r\n", nil},
		{"quoted with spaces", "Content-Type: multipart/mixed; boundary=\"gc0p 4Jq0M:2Yt08jU534c0p\"\r\n\r\n--gc0p 4Jq0M:2Yt08jU534c0p  \t\r\n\r\none\r\n--gc0p 4Jq0M:2Yt08jU534c0p-- \r\n", []string{"one"}, "", "", nil},
		{"escaped", "Content-Type: multipart/mixed; boundary=\"a\\b\"\r\n\r\n--ab\r\n\r\none\r\n--ab--\r\n", []string{"one"}, "", "", nil},
		{"prefix of a line", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n--bc\r\none\r\n--b-\r\n--b--", []string{"--bc\r\none\r\n--b-"}, "", "", []string{"near-delimiter"}},
		{"not at the line's start", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx--b\r\n --b\r\n--b--", []string{"x--b\r\n --b"}, "", "", nil},
		{"line feeds", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n", []string{"one", "two"}, "", "", []string{"bare-lf"}},
		{"no end", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n", []string{"one", "two\r\n"}, "", "", []string{"no-close-delimiter"}},
		{"no boundary parameter", "Content-Type: multipart/mixed\r\n\r\nx\r\n--b x\r\n\r\none\r\n--b x--\r\n", []string{"one"}, "x", "", []string{"no-boundary"}},
		{"no boundary at all", "Content-Type: multipart/mixed\r\n\r\nx\r\n", nil, "", "", []string{"no-boundary"}},
		{"no parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b--\r\n", nil, "", "", []string{"no-parts"}},
		{"no delimiter", "Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n--c--\r\n", nil, "x\r\n--c--\r\n", "", []string{"no-delimiter"}},
		{"empty part", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\none\r\n--b--", []string{"", "one"}, "", "", []string{"empty-part"}},
		{"no empty line", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\njust text\r\n--b--", []string{"just text"}, "", "", []string{"no-blank-line"}},
		{"header alone", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n--b--", []string{""}, "", "", []string{"no-blank-line"}},
		{"header and empty line alone", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n--b\r\n\r\n--b--", []string{"", ""}, "", "", nil},
		{"CR LF is the whole body", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n\r\n--b--", []string{""}, "", "", nil},
		{"bad boundary", "Content-Type: multipart/mixed; boundary=\"b*\"\r\n\r\n--b*\r\n\r\none\r\n--b*--", []string{"one"}, "", "", []string{"boundary"}},
		{"cut in the delimiter", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r", []string{"one"}, "", "", nil},
		{"cut before the hyphens", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b", []string{"one"}, "", "", []string{"no-close-delimiter"}},
		{"cut between the hyphens", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b-", []string{"one"}, "", "", []string{"close-delimiter"}},
		{"one hyphen", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b-\r\n\r\n", []string{"one"}, "", "\r\n", []string{"close-delimiter"}},
		{"cut in the boundary", "Content-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\n\r\none\r\n--ab", []string{"one"}, "", "", []string{"no-close-delimiter"}},
		{"cut before the boundary", "Content-Type: multipart/mixed; boundary=abc\r\n\r\n--abc\r\n\r\none\r\n--", []string{"one\r\n--"}, "", "", []string{"no-close-delimiter"}},
		{"composite in base64", "Content-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: base64\r\n\r\n--b\r\n\r\none\r\n--b--", []string{"one"}, "", "", []string{"composite-encoding"}},
	} {
		src := []byte(test.in)
		e := Parse(src, [2]int{0, len(src)})
		if got := bodies(src, e); !slices.Equal(got, test.bodies) {
			t.Errorf("%s: bodies %q, want %q", test.name, got, test.bodies)
		}
		if got := string(src[e.Preamble[0]:e.Preamble[1]]); got != test.preamble {
			t.Errorf("%s: preamble %q", test.name, got)
		}
		if got := string(src[e.Epilogue[0]:e.Epilogue[1]]); got != test.epilogue {
			t.Errorf("%s: epilogue %q", test.name, got)
		}
		if got := codes(e); !slices.Equal(got, test.codes) {
			t.Errorf("%s: problems %v, want %v", test.name, got, test.codes)
		}
		for _, d := range e.Delimiters {
			text := strings.Trim(string(src[d[0]:d[1]]), "\r\n \t")
			if !strings.HasPrefix(text, "--"+e.Boundary) && !strings.HasPrefix("--"+e.Boundary, text) || strings.Contains(text, "\n") {
				t.Errorf("%s: delimiter %q", test.name, src[d[0]:d[1]])
			}
		}
	}
}

// Delimiters and parts lie side by side and leave no byte out.
func TestRangesAreSeamless(t *testing.T) {
	src := crlf("Content-Type: multipart/mixed; boundary=outer\n\npre\n--outer\nContent-Type: multipart/alternative; boundary=outer2\n\n--outer2\n\na\n--outer2\n\nb\n--outer2--\n--outer\nContent-Type: text/plain\n\nc\n--outer--\npost")
	root := Parse(src, [2]int{0, len(src)})
	root.Walk(func(e *Entity) {
		if !e.IsMultipart() {
			return
		}
		at := e.Preamble[1]
		for i, d := range e.Delimiters {
			if d[0] != at {
				t.Errorf("%s: delimiter %d begins at %d, want %d", e.Boundary, i, d[0], at)
			}
			at = d[1]
			if i < len(e.Children) {
				if e.Children[i].Range[0] != at {
					t.Errorf("%s: part %d begins at %d, want %d", e.Boundary, i, e.Children[i].Range[0], at)
				}
				at = e.Children[i].Range[1]
			}
		}
		if e.Epilogue != [2]int{at, e.BodyRange[1]} || e.Preamble[0] != e.BodyRange[0] {
			t.Errorf("%s: preamble %v, epilogue %v in %v", e.Boundary, e.Preamble, e.Epilogue, e.BodyRange)
		}
	})
	// One boundary begins with the other: read as it was meant, and said.
	if !slices.Equal(codes(root), []string{"near-delimiter"}) || len(root.Children) != 2 || len(root.Children[0].Children) != 2 {
		t.Errorf("%v", codes(root))
	}
	if got := string(src[root.Children[1].Range[0]:root.Children[1].Range[1]]); got != "Content-Type: text/plain\r\n\r\nc" {
		t.Errorf("signed bytes %q", got)
	}
}

// What the standard library writes is read back part by part.
func TestAgainstStandardWriter(t *testing.T) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	var want []string
	for i := range 20 {
		p, err := w.CreatePart(map[string][]string{"Content-Type": {"application/octet-stream"}, "X-Number": {fmt.Sprint(i)}})
		if err != nil {
			t.Fatal(err)
		}
		body := bytes.Repeat([]byte{byte(i), '\r', '\n', '-', '-'}, i)
		p.Write(body)
		want = append(want, string(body))
	}
	w.Close()
	header := []byte("Content-Type: " + w.FormDataContentType() + "\r\n\r\n")
	src := append(header, b.Bytes()...)
	e := Parse(src, [2]int{0, len(src)})
	if got := bodies(src, e); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if len(codes(e)) != 0 {
		t.Errorf("%v", codes(e))
	}
}

func TestDefaultsOfParts(t *testing.T) {
	src := crlf("Content-Type: multipart/digest; boundary=b\n\n--b\n\nFrom: a\n\nx\n--b\nContent-Type: image/PNG; name*=UTF-8''%E2%82%AC.png\nContent-Disposition: Attachment; handling=Optional; filename=\"a\\\"b\"\nContent-ID: <one@example.com>\nContent-Transfer-Encoding: BASE64\n\nx\n--b--")
	e := Parse(src, [2]int{0, len(src)})
	if len(e.Children) != 2 {
		t.Fatal(codes(e))
	}
	a, b := e.Children[0], e.Children[1]
	if a.Type != "message/rfc822" || a.TypeGiven || a.Required() == false {
		t.Errorf("%q %v", a.Type, a.TypeGiven)
	}
	if b.Type != "image/png" || b.Params["name"] != "€.png" || b.Disposition != "attachment" || b.DispParams["filename"] != `a"b` || b.Required() || b.ContentID != "one@example.com" || b.Encoding != "base64" {
		t.Errorf("%+v", b)
	}
	body := []byte("hello")
	if root := ParseBody(body, nil, [2]int{0, 5}); root.Type != "text/plain" || root.TypeGiven {
		t.Errorf("%q", root.Type)
	}
	if root := ParseBody([]byte{0x30, 0x80, 0}, nil, [2]int{0, 3}); root.Type != "application/octet-stream" {
		t.Errorf("%q", root.Type)
	}
}

// Depth, count and header sizes are bounded, each with a problem that names it.
func TestLimits(t *testing.T) {
	var b strings.Builder
	b.WriteString("Content-Type: multipart/mixed; boundary=b0\r\n\r\n")
	for i := 1; i <= limit.MIMEDepth+10; i++ {
		fmt.Fprintf(&b, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n", i-1, i)
	}
	src := []byte(b.String())
	deepest := 0
	root := Parse(src, [2]int{0, len(src)})
	root.Walk(func(e *Entity) { deepest = max(deepest, e.Depth) })
	if deepest != limit.MIMEDepth || !slices.Contains(codes(root), "mime-depth") {
		t.Errorf("depth %d, %v", deepest, codes(root))
	}
	src = []byte("Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\n\r\nx\r\n", limit.MIMEParts+5) + "--b--")
	root = Parse(src, [2]int{0, len(src)})
	if len(root.Children) != limit.MIMEParts-1 || !slices.Contains(codes(root), "mime-parts") {
		t.Errorf("%d parts, %v", len(root.Children), codes(root))
	}
	src = []byte(strings.Repeat("A: b\r\n", limit.Headers+5) + "\r\nbody")
	root = Parse(src, [2]int{0, len(src)})
	if len(root.Headers) != limit.Headers || string(src[root.BodyRange[0]:]) != "body" || !slices.Contains(codes(root), "too-many-headers") {
		t.Errorf("%d headers, %v", len(root.Headers), codes(root))
	}
	src = []byte("A: " + strings.Repeat("b", limit.HeaderSize+5) + "\r\n\r\nbody")
	root = Parse(src, [2]int{0, len(src)})
	if len(root.Headers[0].Value) != limit.HeaderSize || !slices.Contains(codes(root), "header-field-length") {
		t.Errorf("%d bytes, %v", len(root.Headers[0].Value), codes(root))
	}
}

// Parameters as the standard library reads them, and what it refuses.
func TestParseValue(t *testing.T) {
	for _, s := range []string{
		"text/plain", "Text/Plain; Charset=utf-8", `a/b; x="y;z"; w="\"q\""`, "a/b;x=1;y=2;", "attachment; filename*=UTF-8''%c2%a3%20rates",
		"a/b; title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"",
		"message/external-body; access-type=URL; URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub\"",
		"multipart/signed;boundary=3b515e121b43a911;micalg=sha1;protocol=\"application/pkcs7-signature\"",
	} {
		main, params, err := stdmime.ParseMediaType(s)
		if err != nil {
			t.Fatal(err)
		}
		v := ParseValue(s)
		if v.Main != main || fmt.Sprint(v.Params) != fmt.Sprint(params) || len(v.Faults) > 0 {
			t.Errorf("%s: %q %v, want %q %v; %v", s, v.Main, v.Params, main, params, v.Faults)
		}
	}
	for s, want := range map[string]struct {
		params string
		faults int
	}{
		"a/b; x=1; x=2":                      {"map[x:1]", 1},
		"a/b; x=\"un\\ended":                 {"map[x:unended]", 1},
		"a/b; charset=us-ascii (plain text)": {"map[charset:us-ascii]", 0},
		"a/b (comment; x=2); x=1":            {"map[x:1]", 0},
		"a/b; x=a b":                         {"map[x:a b]", 1},
		"a/b; =1":                            {"map[]", 1},
		"a/b; x=":                            {"map[x:]", 1},
		"a/b c; x=1":                         {"map[x:1]", 1},
		"a/b;; x=1":                          {"map[x:1]", 1},
		"a/b; x*1=b; x*0=a":                  {"map[x:ab]", 0},
		"a/b; x*0=a; x*2=c":                  {"map[x:a]", 1},
		"a/b; x*=iso-8859-1''%e4":            {"map[x:ä]", 0},
		"a/b; x*=koi8-r''%c1":                {"map[x:\ufffd]", 1},
		"a/b; x*=utf-8''%4":                  {"map[x:%4]", 1},
	} {
		v := ParseValue(s)
		if fmt.Sprint(v.Params) != want.params || len(v.Faults) != want.faults {
			t.Errorf("%s: %v %v", s, v.Params, v.Faults)
		}
	}
}

func TestDecode(t *testing.T) {
	for _, test := range []struct {
		encoding, in, out string
		codes             []string
	}{
		{"base64", "SGVsbG8h", "Hello!", nil},
		{"base64", "SGVs\r\nbG8h\r\n", "Hello!", nil},
		{"base64", "SGVsbG8", "Hello", []string{"base64-padding"}},
		{"base64", "SGVsbG8=", "Hello", nil},
		{"base64", "SGVsbG8=SGVsbG8=", "HelloHello", []string{"base64-after-padding"}},
		{"base64", "SGVs*bG8h", "Hello!", []string{"base64-junk"}},
		{"base64", "-_-_", "\xfb\xff\xbf", []string{"base64url"}},
		{"base64", "SGVsb", "Hel", []string{"base64-length"}},
		{"base64", "SGVsbG9=", "Hello", []string{"base64-bits"}},
		{"base64", "====", "", []string{"base64-padding"}},
		{"base64", "", "", nil},
		{"base64", strings.Repeat("A", 80), strings.Repeat("\x00", 60), []string{"base64-line"}},
		{"quoted-printable", "a=3Db =\r\nc\r\n", "a=b c\r\n", nil},
		{"quoted-printable", "a \t\r\nb", "a\r\nb", []string{"qp-space"}},
		{"quoted-printable", "=3d=zz=", "==zz", []string{"qp-escape", "qp-lower-case"}},
		{"quoted-printable", "\xe4", "\xe4", []string{"qp-8bit"}},
		{"quoted-printable", "soft=  \r\nbreak", "softbreak", nil},
		{"quoted-printable", strings.Repeat("x", 80) + "\r\n", strings.Repeat("x", 80) + "\r\n", []string{"qp-line"}},
		{"7bit", "a\xe4", "a\xe4", []string{"not-7bit"}},
		{"", "\x00\xff", "\x00\xff", nil},
		{"binary", "\x00\xff", "\x00\xff", nil},
		{"x-uuencode", "abc", "abc", []string{"transfer-encoding"}},
	} {
		d := Decode([]byte(test.in), [2]int{0, len(test.in)}, test.encoding)
		if string(d.Bytes) != test.out {
			t.Errorf("%s of %q: %q, want %q", test.encoding, test.in, d.Bytes, test.out)
		}
		var got []string
		for _, p := range d.Problems {
			got = append(got, p.Code)
		}
		slices.Sort(got)
		if !slices.Equal(got, test.codes) {
			t.Errorf("%s of %q: %v, want %v", test.encoding, test.in, got, test.codes)
		}
	}
}

// What the standard library encodes is decoded, and each byte of quoted-printable is
// traced to where it stands.
func TestDecodeAgainstStandardWriter(t *testing.T) {
	var text []byte
	for i := range 5000 {
		text = append(text, byte(i*7), " \tabc=\r\n"[i%8])
	}
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	w.Binary = true
	w.Write(text)
	w.Close()
	src := b.Bytes()
	d := Decode(src, [2]int{0, len(src)}, "quoted-printable")
	if !bytes.Equal(d.Bytes, text) {
		t.Fatal("quoted-printable is not what was encoded")
	}
	for i, c := range d.Bytes {
		at := d.Offset(i)
		if got := src[at]; got != c && got != '=' || got == '=' && fmt.Sprintf("=%02X", c) != string(src[at:at+3]) {
			t.Fatalf("byte %d, %q, is said to stand at %d, %q", i, c, at, src[at:min(at+3, len(src))])
		}
	}
	if back, _ := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(src))); !bytes.Equal(back, text) {
		t.Fatal("the standard library disagrees with itself")
	}
}

// The bits of decoded byte i begin in base64 digit i*8/6.
func TestBase64Offset(t *testing.T) {
	var src []byte
	var digits []int
	for i := range 3000 {
		if i%61 == 60 {
			src = append(src, '\r', '\n')
		}
		digits = append(digits, len(src))
		src = append(src, "ABCDwxyz0189+/"[i%14])
	}
	d := Decode(src, [2]int{0, len(src)}, "base64")
	if len(d.Bytes) != 2250 {
		t.Fatalf("%d bytes", len(d.Bytes))
	}
	for i := range d.Bytes {
		if got, want := d.Offset(i), digits[i*8/6]; got != want {
			t.Fatalf("byte %d is said to stand at %d, not %d", i, got, want)
		}
	}
	if d.Offset(len(d.Bytes)) != len(src) {
		t.Errorf("the end is at %d", d.Offset(len(d.Bytes)))
	}
}

func TestDecodeCharset(t *testing.T) {
	for _, test := range []struct {
		in, charset, out string
		known            bool
	}{
		{"ä", "", "ä", true}, {"ä", "UTF-8", "ä", true}, {"\xe4", "utf-8", "\ufffd", false},
		{"\xe4\x80", "ISO-8859-1", "ä\u0080", true}, {"\x80\x9f\x81", "windows-1252", "€Ÿ\u0081", true},
		{"\xa4\xbe", "iso-8859-15", "€Ÿ", true}, {"a", "us-ascii", "a", true}, {"\xe4", "us-ascii", "\ufffd", false},
		{"\x20\xac", "utf-16be", "€", true}, {"\xac\x20", "utf-16le", "€", true}, {"\xff\xfe\xac\x20", "utf-16", "€", true},
		{"\xfe\xff\xd8\x3d\xde\x00", "utf-16", "😀", true}, {"\x20", "utf-16", "", false}, {"x", "koi8-r", "x", false},
	} {
		if got, known := DecodeCharset([]byte(test.in), test.charset); got != test.out || known != test.known {
			t.Errorf("%q in %s: %q, %v", test.in, test.charset, got, known)
		}
	}
}
