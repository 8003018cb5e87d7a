package lineend

import (
	"bytes"
	"encoding/pem"
	"math/rand"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/limit"
)

// damage does to b what the program that Damage describes does.
func damage(b []byte, d Damage) []byte {
	switch d {
	case Added:
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		return bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
	case Removed:
		return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	}
	b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
	return bytes.ReplaceAll(b, []byte("\r"), []byte("\n"))
}

// TestSearch damages certificates and keys in each way and expects the original
// among the solutions: found by nothing but the lengths and the names of objects.
func TestSearch(t *testing.T) {
	var objects [][]byte
	for _, name := range []string{"rfc6216_ca.pem", "rfc6216_domain_example.com.pem", "rfc6216_user_fluffy.pem", "draft01_ca.pem", "draft01_user_fluffy.pem"} {
		text := vectors.Seed(t, name)
		if i := bytes.Index(text, []byte("-----BEGIN")); i >= 0 {
			text = text[i:]
		}
		block, _ := pem.Decode(text)
		objects = append(objects, block.Bytes)
	}
	for i, object := range objects {
		for _, d := range []Damage{Added, Removed, Folded} {
			given := damage(object, d)
			for _, exact := range []bool{true, false} {
				end := len(given)
				buffer := given
				if !exact {
					buffer = append(append([]byte(nil), given...), "\r\n"...)
					end += 2
				}
				r := Search(buffer, 0, end, exact, d)
				if !found(r, buffer, object, d) {
					t.Errorf("object %d, damage %d, exact %v: not among %d solutions (work %d)", i, d, exact, len(r.Solutions), r.Work)
				}
			}
		}
	}
}

func found(r Result, given, original []byte, d Damage) bool {
	for _, s := range r.Solutions {
		hit := false
		s.Each(d, func(edits []Edit) bool {
			got := Apply(given[:s.End], 0, edits)
			hit = bytes.Equal(got, original)
			return !hit
		})
		if hit {
			return true
		}
	}
	return false
}

// TestMixed has CR LF that was there before among those that were made.
func TestMixed(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for round := range 200 {
		content := make([]byte, 300)
		rng.Read(content)
		for range rng.Intn(4) {
			copy(content[rng.Intn(290):], "\r\n")
		}
		for range rng.Intn(4) {
			content[rng.Intn(300)] = '\n'
		}
		original := append([]byte{0x30, 0x82, 0x01, 0x34, 0x30, 0x03, 0x02, 0x01, 0x0a, 0x04, 0x82, 0x01, 0x2b}, content[:299]...)
		// The SEQUENCE holds 5 + 4 + 299 octets.
		for _, d := range []Damage{Added, Removed} {
			given := original
			if d == Added {
				given = addOnly(original)
			} else {
				given = damage(original, d)
			}
			r := Search(given, 0, len(given), true, d)
			if !found(r, given, original, d) {
				t.Fatalf("round %d, damage %d: not among %d solutions", round, d, len(r.Solutions))
			}
		}
	}
}

// addOnly makes LF CR LF where it was not already, as unix2dos does.
func addOnly(b []byte) []byte {
	var out []byte
	for i, c := range b {
		if c == '\n' && (i == 0 || b[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	return out
}

func TestIntact(t *testing.T) {
	object := []byte{0x30, 0x06, 0x02, 0x01, 0x0d, 0x02, 0x01, 0x05}
	r := Search(object, 0, len(object), true, Added)
	if len(r.Solutions) != 1 || r.Solutions[0].Changes() != 0 {
		t.Errorf("an object without line ends: %+v", r.Solutions)
	}
	if r := Search([]byte("not an object\r\n"), 0, 15, true, Added); len(r.Solutions) != 0 {
		t.Errorf("text was read as an object: %+v", r.Solutions)
	}
}

func FuzzSearch(f *testing.F) {
	f.Add([]byte("0\x82\r\n\x04\x03\n\r\n"), 0)
	f.Add([]byte("0\x80\x04\x02\r\n\x00\x00"), 1)
	for d := Added; d <= Folded; d++ {
		for _, original := range []string{"0\x0b\x04\x09a\r\nb\nc\rde", "0\x06\x04\x04\r\n\r\n", "0\x0a\x02\x01\r\x04\x05\n\r\r\n\n"} {
			f.Add(damage([]byte(original), d), int(d))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte, d int) {
		way := Damage(uint(d) % 3)
		for _, exact := range []bool{true, false} {
			var r Result
			// Up to so many values are read in search of the original, however small it is.
			cost.Bound{PerByte: 1_000, Base: 400 * limit.LineEndWork}.Hold(t, len(b), func() { r = Search(b, 0, len(b), exact, way) })
			for _, s := range r.Solutions {
				tried := 0
				s.Each(way, func(edits []Edit) bool {
					got := Apply(b[:s.End], 0, edits)
					if len(got) != s.Size {
						t.Fatalf("the solution has %d bytes and says %d: %+v", len(got), s.Size, s)
					}
					tried++
					return tried < 20
				})
			}
		}
	})
}
