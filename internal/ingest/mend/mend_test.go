package mend

import (
	"bytes"
	"encoding/base64"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

func demo(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "demo", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// message has a body of that type, with its Content-Length.
func message(contentType, body string) []byte {
	return []byte("MESSAGE sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h\r\nFrom: \"A\" <sip:a@example.com>\r\nSubject: “Tea”\r\nContent-Type: " + contentType +
		"\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
}

func latin1(b []byte) []byte {
	var out []rune
	for _, c := range b {
		out = append(out, rune(c))
	}
	return []byte(string(out))
}

func cp1252(b []byte) []byte {
	var out []rune
	for _, c := range b {
		r := rune(c)
		if c >= 0x80 && c < 0xa0 {
			r = windows1252[c-0x80]
		}
		out = append(out, r)
	}
	return []byte(string(out))
}

func replace(s string, pairs ...string) []byte {
	return []byte(strings.NewReplacer(pairs...).Replace(s))
}

// base64Signed gives a message whose signature is in base64.
func base64Signed(t testing.TB, signed []byte) []byte {
	t.Helper()
	head, body, _ := bytes.Cut(signed, []byte("\r\n\r\n"))
	at := bytes.Index(body, []byte("0\x82"))
	end := bytes.LastIndex(body, []byte("\r\n--"))
	text := ""
	for b := base64.StdEncoding.EncodeToString(body[at:end]); len(b) > 0; {
		n := min(len(b), 64)
		text += b[:n] + "\r\n"
		b = b[n:]
	}
	front := string(body[:at])
	last := strings.LastIndex(front, "Transfer-Encoding: binary")
	front = front[:last] + "Transfer-Encoding: base64" + front[last+len("Transfer-Encoding: binary"):]
	whole := front + text + string(body[end:])
	out := string(head)
	out = out[:strings.Index(out, "Content-Length")] + "Content-Length: " + strconv.Itoa(len(whole))
	return []byte(out + "\r\n\r\n" + whole)
}

func withoutLength(b []byte) []byte {
	i := bytes.Index(b, []byte("Content-Length"))
	return append(append([]byte(nil), b[:i-2]...), b[i+bytes.IndexByte(b[i:], '\r'):]...)
}

// TestDamages undoes each damage, and says so in a step of that code.
func TestDamages(t *testing.T) {
	signed, sealed := demo(t, "signed.sip"), demo(t, "sealed.sip")
	text := message("text/plain", "Hello,\r\nworld — it’s “fine”.\r\n")
	ascii := message("text/plain", "It's \"fine\".\r\nReally - yes.\r\n")
	mixed := message(`multipart/mixed;boundary="b-1"`, "--b-1\r\n\r\none\r\n--b-1\r\nContent-Type: text/plain;charset=\"utf-8\"\r\n\r\ntwo\r\n--b-1--\r\n")
	long := message("text/plain", "one\r\ntwo\r\nthree, four")
	lf := message(`multipart/mixed;boundary="b-1"`, "--b-1\r\n\r\none\ntwo\r\n--b-1\r\nContent-Type: application/sdp\r\n\r\nv=0\ns=-\n\r\n--b-1--\r\n")
	inBase64 := base64Signed(t, signed)
	damaged := bytes.ReplaceAll(signed, []byte("\n"), []byte("\r\n"))
	damaged = bytes.ReplaceAll(damaged, []byte("\r\r\n"), []byte("\r\n"))
	head, body, _ := bytes.Cut(damaged, []byte("\r\n\r\n"))
	counted := append(append(bytes.Replace(head, []byte("Content-Length: 1760"), []byte("Content-Length: "+strconv.Itoa(len(body))), 1), "\r\n\r\n"...), body...)
	signature := message("text/plain", "Hello\r\n-- \r\nAlice\r\n")
	for name, c := range map[string]struct {
		given, want []byte
		code        string
	}{
		"latin-1":                      {latin1(sealed), sealed, "latin1-restored"},
		"windows-1252":                 {cp1252(sealed), sealed, "latin1-restored"},
		"latin-1, signed":              {latin1(signed), signed, "latin1-restored"},
		"latin-1, text":                {latin1(text), text, "latin1-restored"},
		"cr cr lf":                     {bytes.ReplaceAll(signed, []byte("\n"), []byte("\r\n")), signed, "cr-doubled"},
		"empty line doubled":           {bytes.Replace(ascii, []byte("\r\n\r\n"), []byte("\r\n\r\n\r\n"), 1), ascii, "blank-line-removed"},
		"empty line missing":           {bytes.Replace(ascii, []byte("\r\n\r\n"), []byte("\r\n"), 1), ascii, "blank-line-restored"},
		"empty line missing, parts":    {bytes.Replace(mixed, []byte("\r\n\r\n"), []byte("\r\n"), 1), mixed, "blank-line-restored"},
		"empty line missing, binary":   {bytes.Replace(sealed, []byte("\r\n\r\n"), []byte("\r\n"), 1), sealed, "blank-line-restored"},
		"empty lines everywhere":       {bytes.ReplaceAll(ascii, []byte("\r\n"), []byte("\r\n\r\n")), ascii, "blank-lines-removed"},
		"closing delimiter lost":       {bytes.TrimSuffix(mixed, []byte("--b-1--\r\n")), mixed, "boundary-restored"},
		"closing delimiter cut":        {bytes.TrimSuffix(mixed, []byte("1--\r\n")), mixed, "boundary-restored"},
		"closing delimiter all lost":   {bytes.TrimSuffix(mixed, []byte("\r\n--b-1--\r\n")), mixed, "boundary-restored"},
		"last line end lost":           {bytes.TrimSuffix(ascii, []byte("\r\n")), ascii, "line-end-restored"},
		"length counts lf":             {replace(string(long), "Content-Length: 21", "Content-Length: 19"), long, "content-length-corrected"},
		"lf in text":                   {bytes.ReplaceAll(bytes.ReplaceAll(lf, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")), lf, "lf-restored"},
		"length counts damage":         {counted, signed, "content-length-corrected"},
		"base64 from a text field":     {bytes.ReplaceAll(inBase64, []byte("\r\n"), []byte("\n")), inBase64, "crlf-restored"},
		"base64 without length":        {bytes.ReplaceAll(withoutLength(inBase64), []byte("\r\n"), []byte("\n")), withoutLength(inBase64), "crlf-restored"},
		"trailing blank":               {bytes.Replace(signature, []byte("-- \r\n"), []byte("--\r\n"), 1), signature, "trailing-space-restored"},
		"no-break spaces":              {replace(string(ascii), "SIP/2.0/UDP h", "SIP/2.0/UDP\u00a0h"), ascii, "typography-undone"},
		"typography":                   {replace(string(ascii), `"A" <`, "“A” <", `"fine"`, "“fine”", "It's", "It’s", " - ", " – "), ascii, "typography-undone"},
		"typography in a content type": {replace(string(mixed), `="b-1"`, "=“b-1”"), mixed, "typography-undone"},
		"typography of delimiters":     {replace(string(mixed), "--b-1--", "—b-1—", "--b-1", "—b-1"), mixed, "typography-undone"},
	} {
		t.Run(name, func(t *testing.T) {
			if bytes.Equal(c.given, c.want) {
				t.Fatal("nothing is damaged")
			}
			got := (&Mender{}).SIP(c.given, 1000)
			found := false
			for _, s := range got.Steps {
				if s.Code == c.code {
					found = true
					if !s.Repair || *s.Offset < 1000 || *s.Offset > 1000+len(c.given) || *s.Count < 1 {
						t.Errorf("step %+v", s)
					}
				}
				t.Logf("%s at %d, %d: %s", s.Code, *s.Offset, *s.Count, s.Detail)
			}
			if !found || !got.Changed {
				t.Errorf("no step %s", c.code)
			}
			if !bytes.Equal(got.Bytes, c.want) {
				t.Errorf("got  %q\nwant %q", got.Bytes, c.want)
			}
		})
	}
}

// sign makes a multipart/signed of a part with openssl.
func sign(t *testing.T, part string) []byte {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skip("openssl is not installed")
	}
	folder := filepath.Join(vectors.Root(), "testdata", "demo")
	c := exec.Command(path, "cms", "-sign", "-binary", "-outform", "DER", "-signer", filepath.Join(folder, "alice.pem"), "-inkey", filepath.Join(folder, "alice_key.pem"))
	c.Stdin = strings.NewReader(part)
	der, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return message(`multipart/signed;boundary=b1;protocol="application/pkcs7-signature"`, "--b1\r\n"+part+
		"\r\n--b1\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: binary\r\n\r\n"+string(der)+"\r\n--b1--\r\n")
}

// TestSigned damages signed messages in ways that only their signatures can tell.
func TestSigned(t *testing.T) {
	want := sign(t, "Content-Type: text/plain;\r\n\tcharset=us-ascii\r\n\r\nOne, \r\ntwo,\r\nthree.\r\n")
	for name, c := range map[string]struct {
		given []byte
		code  string
	}{
		"tab made blank":           {bytes.Replace(want, []byte("\r\n\tcharset"), []byte("\r\n charset"), 1), "folds-restored"},
		"tab made blanks":          {bytes.Replace(want, []byte("\r\n\tcharset"), []byte("\r\n        charset"), 1), "folds-restored"},
		"blank at the end of line": {bytes.Replace(want, []byte("One, \r\n"), []byte("One,\r\n"), 1), "trailing-space-restored"},
	} {
		got := (&Mender{}).SIP(c.given, 0)
		if !bytes.Equal(got.Bytes, want) || len(got.Steps) != 1 || got.Steps[0].Code != c.code || !strings.Contains(got.Steps[0].Detail, "the signature then verifies") {
			t.Errorf("%s: %+v\n%.300q", name, got.Steps, got.Bytes[150:])
		}
	}
}

// TestWhole: messages without damage stay as they are, also those that have what
// repairs look for.
func TestWhole(t *testing.T) {
	for _, m := range [][]byte{
		message("text/plain", "Hello,\r\nworld — it’s “fine”.\r\n"),
		message("text/plain", "line\nend\n"),
		message("text/plain", "Grüße"),
		message("text/plain", "\r\n\r\nempty lines first"),
		message("text/plain", "a\r\n\r\nb\r\n\r\n"),
		message("text/plain", "U+FFFD: \ufffd"),
		message("multipart/mixed;boundary=b", "--b\r\n\r\nno closing delimiter\r\n"),
		message("application/octet-stream", "0\x82\x00\x04\r\n\r\n"),
		message("application/octet-stream", "\x00\x01\n\x02\r\n\x03"),
		message("text/plain", ""),
	} {
		got := (&Mender{}).SIP(m, 0)
		if got.Changed || len(got.Steps) > 0 || !bytes.Equal(got.Bytes, m) || got.End != len(m) {
			t.Errorf("%q was repaired: %+v", m, got.Steps)
		}
	}
}

// TestLost: bytes that became U+FFFD are said to be lost, and nothing is invented.
func TestLost(t *testing.T) {
	given := bytes.ToValidUTF8(demo(t, "sealed.sip"), []byte("\ufffd"))
	got := (&Mender{}).SIP(given, 0)
	if len(got.Steps) != 1 || got.Steps[0].Code != "replacement-characters" || got.Steps[0].Repair || got.Changed {
		t.Errorf("%+v", got.Steps)
	}
}

func FuzzMend(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	f.Add(message("text/plain", "a\nb"))
	f.Add(message("multipart/mixed;boundary=b", "--b\n\na\n--b--\n"))
	// Repairs are sought within bounds of their own.
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: limit.RepairBytes + 16<<20}, func(t *testing.T, b []byte) {
		got := (&Mender{}).SIP(b, 7)
		if got.End < 0 || got.End > len(b) || !got.Changed && !bytes.HasPrefix(b, got.Bytes) {
			t.Fatalf("end %d of %d, changed %v", got.End, len(b), got.Changed)
		}
		if len(got.Bytes) > 2*len(b)+200 {
			t.Fatalf("%d bytes of %d", len(got.Bytes), len(b))
		}
		repaired := false
		for _, s := range got.Steps {
			repaired = repaired || s.Repair
			if *s.Offset < 7 || *s.Offset > 7+len(b) {
				t.Fatalf("offset %d of %d bytes", *s.Offset, len(b))
			}
		}
		if repaired != got.Changed {
			t.Fatalf("changed %v, said %v", got.Changed, repaired)
		}
	}))
}

// FuzzIntact: a message that is not looked at any further is one in which no pass finds
// anything.
func FuzzIntact(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	for _, name := range []string{"signed.sip", "sealed.sip", "encrypted_signed.sip"} {
		f.Add(demo(f, name))
	}
	f.Add(message("multipart/mixed;boundary=b", "--b\r\n\r\na\r\n--b--\r\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := &Mender{}
		d := newDocument(b, 0)
		j := &job{mender: m, isSIP: true, first: d}
		if !j.intact(d) {
			return
		}
		for i, pass := range passes {
			if next := pass(j, d); next != d || len(j.steps) > 0 {
				t.Fatalf("pass %d: %+v", i, j.steps)
			}
		}
	})
}

func BenchmarkMend(b *testing.B) {
	signed := demo(b, "signed.sip")
	b.SetBytes(int64(len(signed)))
	for b.Loop() {
		(&Mender{}).SIP(signed, 0)
	}
}

// TestNoFalseRepair makes messages at random, of all that repairs look at, and with a
// right Content-Length: nothing may be changed.
func TestNoFalseRepair(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	pieces := []string{"a", "Hello", " ", "\r\n", "\n", "\r\n\r\n", "--", "-- \r\n", "é", "ü", "€", "“x”", "\u00a0", "\ufffd", "\t", "0\x82\x01", "--b\r\n", "--b--\r\n",
		"SIP/2.0 200 OK", "Content-Type: text/plain\r\n", "=3D", "\\r\\n", "%0D%0A", "-----BEGIN X-----\r\n", "\x00", "\xff", "\r\r\n", "—"}
	types := []string{"text/plain", "application/sdp", "application/octet-stream", "multipart/mixed;boundary=b", "application/pkcs7-mime", "message/sipfrag", "multipart/signed;boundary=b"}
	for i := range 5000 {
		body := ""
		for range rng.Intn(12) {
			body += pieces[rng.Intn(len(pieces))]
		}
		kind := types[rng.Intn(len(types))]
		if strings.HasPrefix(kind, "multipart") {
			body = "--b\r\n\r\n" + body + "\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + pieces[rng.Intn(len(pieces))] + "\r\n--b--\r\n"
		}
		given := message(kind, body)
		got := (&Mender{}).SIP(given, 0)
		if got.Changed || !bytes.Equal(got.Bytes, given) {
			t.Errorf("message %d was repaired:\n%q\n%q", i, given, got.Bytes)
			for _, s := range got.Steps {
				t.Logf("%s: %s", s.Code, s.Detail)
			}
			if t.Failed() && i > 200 {
				return
			}
		}
	}
}
