package mend

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

// says is what the step says of a bound that was reached, or "".
func says(m *Mended) string {
	for _, s := range m.Steps {
		if s.Code == "not-repaired" {
			return s.Detail
		}
	}
	return ""
}

// TestLimitRepairSize: a message that lost its CRs, of the largest size and one larger,
// and a whole one that is larger.
func TestLimitRepairSize(t *testing.T) {
	whole := func(n int) []byte {
		return bytes.Replace(message("text/plain", strings.Repeat("x", n)), []byte("“Tea”"), []byte("Tea"), 1)
	}
	lost := func(n int) []byte { return bytes.ReplaceAll(whole(n), []byte("\r\n"), []byte("\n")) }
	around := len(lost(limit.RepairSize)) - limit.RepairSize
	for _, n := range []int{limit.RepairSize, limit.RepairSize + 1} {
		b := lost(n - around)
		if len(b) != n {
			t.Fatalf("%d bytes, not %d", len(b), n)
		}
		got := (&Mender{}).SIP(b, 0)
		over := n > limit.RepairSize
		if got.Changed == over || strings.HasPrefix(says(got), "more than 8388608 bytes in one message") != over || len(got.Bytes) < n {
			t.Errorf("%d bytes: repaired %v, %+v", n, got.Changed, got.Steps)
		}
	}
	if got := (&Mender{}).SIP(whole(limit.RepairSize), 0); len(got.Steps) != 0 {
		t.Errorf("of a message that is whole: %+v", got.Steps)
	}
}

// TestLimitRepairProofs: the last signature that is verified for a proof, and no more,
// which is said.
func TestLimitRepairProofs(t *testing.T) {
	signed := demo(t, "signed.sip")
	object := vectors.Objects(signed)[0]
	_, rest, _ := bytes.Cut(signed, []byte("\r\n--"))
	_, content, _ := bytes.Cut(rest, []byte("\r\n"))
	content, _, _ = bytes.Cut(content, []byte("\r\n--"))
	free := &Mender{}
	if got := free.prove(object, content, nil); got != proven || free.proof < 1 {
		t.Fatalf("%v after %d signatures", got, free.proof)
	}
	for _, over := range []int{0, 1} {
		m := &Mender{proof: limit.RepairProofs - free.proof + over}
		if got := m.prove(object, content, nil); (got == proven) != (over == 0) || (m.stopped != nil) != (over == 1) || m.proof > limit.RepairProofs {
			t.Errorf("%d over: %v, after %d signatures, %v", over, got, m.proof, m.stopped)
		}
	}
}

// TestLimitRepairBytes: once so many bytes were put together, one more object of a
// message is tried in one way only; and no object any more after so much searching. The
// message says so, once.
func TestLimitRepairBytes(t *testing.T) {
	// One of the two was LF.
	damaged := message("application/pkix-cert", "\x30\x81\x08\x04\x03\r\n\r\n\x02\x01\x05")
	free := &Mender{}
	if !(&Mender{tried: limit.RepairBytes - 1}).mayTry() || (&Mender{tried: limit.RepairBytes}).mayTry() {
		t.Error("the bytes end elsewhere")
	}
	if !(&Mender{work: limit.LineEndWorkTotal}).maySearch() || (&Mender{work: limit.LineEndWorkTotal + 1}).maySearch() {
		t.Error("the searches end elsewhere")
	}
	if got := free.SIP(damaged, 0); !got.Changed || says(got) != "" || free.tried == 0 || free.work == 0 {
		t.Fatalf("%+v, %d bytes and %d values", got.Steps, free.tried, free.work)
	}
	for _, test := range []struct {
		name string
		m    *Mender
		says string
	}{
		{"bytes, the last", &Mender{tried: limit.RepairBytes - free.tried}, ""},
		{"bytes, no more", &Mender{tried: limit.RepairBytes}, "more than 67108864 bytes to put together in search of repairs"},
		{"values, the last", &Mender{work: limit.LineEndWorkTotal - free.work}, ""},
		{"values, no more", &Mender{work: limit.LineEndWorkTotal + 1}, "more than 3000000 values to read in search of repairs"},
	} {
		got := test.m.SIP(damaged, 0)
		if said := says(got); !strings.HasPrefix(said, test.says) || (said == "") != (test.says == "") {
			t.Errorf("%s: %q", test.name, said)
		}
		if again := test.m.SIP(damaged, 0); test.says != "" && says(again) != "" {
			t.Errorf("%s: it is said again", test.name)
		}
	}
}

// damagedParts is a message of so many parts in which an object's LFs became CR LF.
func damagedParts(n int) []byte {
	content := bytes.Repeat([]byte("abc\x00\n"), 20)
	object := append([]byte{0x30, 0x81, byte(len(content) + 2), 4, byte(len(content))}, content...)
	part := "--b\r\nContent-Type: application/pkix-cert\r\nContent-Transfer-Encoding: binary\r\n\r\n" +
		string(bytes.ReplaceAll(object, []byte("\n"), []byte("\r\n"))) + "\r\n"
	return message("multipart/mixed;boundary=b", strings.Repeat(part, n)+"--b--\r\n")
}

// What is read of a message does not grow with the number of its damaged parts.
func TestReadingInProportion(t *testing.T) {
	for _, n := range []int{1, 30, 900} {
		m := &Mender{}
		b := damagedParts(n)
		got := m.SIP(b, 0)
		restored := 0
		for _, s := range got.Steps {
			if s.Code == "lf-restored" {
				restored++
			}
		}
		// Each pass may read it once or twice.
		if restored != n || m.read > 2*len(passes)*len(b) {
			t.Errorf("%d parts: %d restored, and %d times the message read", n, restored, m.read/len(b))
		}
	}
}

// Nor does what is hashed grow with the ways that are tried to repair a signature.
func TestContentHashedOnce(t *testing.T) {
	signed := demo(t, "signed.sip")
	object := vectors.Objects(signed)[0]
	content, digests := make([]byte, 1<<16), cms.Digests{}
	m := &Mender{}
	for range 3 {
		m.prove(object, content, digests)
	}
	if len(digests) != 1 || m.tried > len(content) {
		t.Errorf("%d digests, and %d bytes beside them", len(digests), m.tried)
	}
}

// A large message whose Content-Length is one more than it has is not written and read
// again for each of its lines.
func TestTrailingBlanksInProportion(t *testing.T) {
	b := message("multipart/mixed;boundary=b", "--b\r\n\r\n"+strings.Repeat("x\r\n", 150)+"y \r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n"+
		strings.Repeat("\x00", 2<<20)+"\r\n--b--\r\n")
	b = bytes.Replace(b, []byte("y \r\n"), []byte("y\r\n"), 1)
	m := &Mender{}
	got := m.SIP(b, 0)
	if most := limit.RepairBytes + 2*len(passes)*len(b); m.read > most || !strings.Contains(says(got), "bytes to put together") {
		t.Errorf("%d MB of 2 are read: %+v", m.read>>20, got.Steps)
	}
}
