package ingest

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

var sealed = []string{
	"cms-smime-msg", "message-tls-resp", "message-tls", "noeku-cms-smime-msg", "noeku-smime-encrypted",
	"noeku-smime-msg", "noeku-smime-sign-encrypt", "smime-encrypted", "smime-msg", "smime-sign-encrypt",
}

// TestPublished takes the messages of RFC 6216's archive as published, in which LF
// was made CR LF inside the CMS objects.
func TestPublished(t *testing.T) {
	for _, name := range sealed {
		t.Run(name, func(t *testing.T) {
			given := vectors.RFC6216(t, "messages/"+name+".dat")
			want := vectors.RFC6216(t, "repaired/"+name+".sip")
			r := Read(given, name+".dat", Options{})
			one := single(t, r)
			for _, s := range r.Steps {
				t.Logf("%s at %d, %d: %s", s.Code, *s.Offset, *s.Count, s.Detail)
			}
			got := itemBytes(r, one)
			if !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d:\n%q\n%q", len(got), len(want), got, want)
			}
			if plain := strings.HasPrefix(name, "message-tls"); one.Repaired == plain {
				t.Errorf("repaired: %v", one.Repaired)
			}
			// Without repairs it stays as it is, but for the line ends behind it.
			r = Read(given, "", Options{NoRepair: true})
			for _, i := range r.Items {
				if i.Repaired || i.Source != 0 {
					t.Errorf("repaired in spite of NoRepair: %+v", i)
				}
			}
		})
	}
}

func single(t *testing.T, r *Result) Item {
	t.Helper()
	if len(r.Items) != 1 {
		t.Fatalf("%d items: %+v", len(r.Items), r.Items)
	}
	return r.Items[0]
}

func itemBytes(r *Result, i Item) []byte {
	return r.Sources[i.Source].Bytes[i.Range[0]:i.Range[1]]
}

// intact gives all the messages there are without damage.
func intact(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	for _, name := range sealed {
		out[name] = vectors.RFC6216(t, "repaired/"+name+".sip")
	}
	for _, pattern := range []string{"testdata/seeds/*.sip", "testdata/demo/*.sip"} {
		files, _ := filepath.Glob(filepath.Join(vectors.Root(), pattern))
		if len(files) == 0 {
			t.Fatalf("no files %s", pattern)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(f)] = b
		}
	}
	return out
}

// TestIntact: what is not damaged is not repaired.
func TestIntact(t *testing.T) {
	for name, given := range intact(t) {
		r := Read(given, name, Options{})
		if len(r.Steps) != 0 {
			t.Errorf("%s: steps %+v", name, r.Steps)
		}
		if got := itemBytes(r, single(t, r)); !bytes.Equal(got, given) || len(r.Sources) != 1 {
			t.Errorf("%s: was changed", name)
		}
	}
}

// damages are the ways of programs with line ends.
var damages = map[string]func(b []byte) []byte{
	"unix2dos": func(b []byte) []byte {
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
	},
	"crlf for each lf": func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n")) },
	"dos2unix":         func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) },
	"textarea": func(b []byte) []byte {
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		return bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
	},
}

// TestLineEnds damages each message in each way. What lengths and signatures can
// decide comes back byte for byte; what they cannot, the steps say.
func TestLineEnds(t *testing.T) {
	var certificates []*pkix.Certificate
	blocks, _ := pkix.FindPEM(vectors.Seed(t, "draft01_user_fluffy.pem"))
	for _, b := range blocks {
		c, err := pkix.ParseCertificate(b.Bytes)
		if err != nil {
			t.Fatal(err)
		}
		certificates = append(certificates, c)
	}
	decided := 0
	for name, want := range intact(t) {
		for way, damage := range damages {
			given := damage(want)
			if bytes.Equal(given, want) {
				continue
			}
			r := Read(given, name, Options{Certificates: certificates})
			one := single(t, r)
			repair, open := false, false
			for _, s := range r.Steps {
				repair = repair || s.Repair
				open = open || strings.Contains(s.Detail, "nothing proves which is right") || strings.Contains(s.Detail, "may be wrong still")
			}
			switch got := itemBytes(r, one); {
			case bytes.Equal(got, want):
				decided++
			case way == "textarea" && open:
				// CR and LF became one: inside a cipher text nothing tells them apart.
			default:
				t.Errorf("%s, %s: not restored (%d bytes, want %d)", name, way, len(got), len(want))
				for _, s := range r.Steps {
					t.Logf("   %s at %d, %d: %s", s.Code, *s.Offset, *s.Count, s.Detail)
				}
			}
			if !one.Repaired || !repair {
				t.Errorf("%s, %s: repaired in silence", name, way)
			}
		}
	}
	t.Logf("%d restored", decided)
}

// TestDamagedStream takes several damaged messages in one file: no Content-Length
// leads to the next.
func TestDamagedStream(t *testing.T) {
	var given, want []byte
	var sizes []int
	for _, name := range sealed {
		given = append(given, vectors.RFC6216(t, "messages/"+name+".dat")...)
		one := vectors.RFC6216(t, "repaired/"+name+".sip")
		want = append(want, one...)
		sizes = append(sizes, len(one))
	}
	r := Read(given, "", Options{})
	var got []byte
	for i, item := range r.Items {
		b := itemBytes(r, item)
		got = append(got, b...)
		if i < len(sizes) && len(b) != sizes[i] {
			t.Errorf("message %d has %d bytes, want %d", i, len(b), sizes[i])
		}
	}
	if len(r.Items) != len(sealed) || !bytes.Equal(got, want) {
		t.Errorf("%d messages of %d bytes in all, want %d of %d", len(r.Items), len(got), len(sealed), len(want))
	}
}

// TestPastedBinary: a binary message that an editor showed as Latin-1 is pasted into
// a text field. Its signature says which LF was CR, which was CR LF, and which LF.
func TestPastedBinary(t *testing.T) {
	for _, name := range []string{"smime-msg", "cms-smime-msg"} {
		want := vectors.RFC6216(t, "repaired/"+name+".sip")
		var shown []rune
		for _, c := range damages["textarea"](want) {
			shown = append(shown, rune(c))
		}
		r := Read([]byte(string(shown)), "", Options{})
		if got := itemBytes(r, single(t, r)); !bytes.Equal(got, want) {
			t.Errorf("%s: not restored", name)
		}
		proven := false
		for _, s := range r.Steps {
			proven = proven || strings.Contains(s.Detail, "the signature then verifies")
			t.Logf("%s at %d, %d: %s", s.Code, *s.Offset, *s.Count, s.Detail)
		}
		if !proven {
			t.Errorf("%s: the signature proved nothing", name)
		}
	}
}
