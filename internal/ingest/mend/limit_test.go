package mend

import (
	"bytes"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

// TestLimitRepairSize: a message that lost its CRs, of the largest size and one larger.
func TestLimitRepairSize(t *testing.T) {
	lost := func(n int) []byte {
		return bytes.ReplaceAll(message("text/plain", strings.Repeat("x", n)), []byte("\r\n"), []byte("\n"))
	}
	around := len(lost(limit.RepairSize)) - limit.RepairSize
	for _, n := range []int{limit.RepairSize, limit.RepairSize + 1} {
		b := lost(n - around)
		if len(b) != n {
			t.Fatalf("%d bytes, not %d", len(b), n)
		}
		if got := (&Mender{}).SIP(b, 0); got.Changed != (n == limit.RepairSize) {
			t.Errorf("%d bytes: repaired %v", n, got.Changed)
		}
	}
}

// TestLimitRepairProofs: the last signature that is verified for a proof, and no more;
// the same of searches.
func TestLimitRepairProofs(t *testing.T) {
	signed := demo(t, "signed.sip")
	object := vectors.Objects(signed)[0]
	_, rest, _ := bytes.Cut(signed, []byte("\r\n--"))
	_, content, _ := bytes.Cut(rest, []byte("\r\n"))
	content, _, _ = bytes.Cut(content, []byte("\r\n--"))
	if got := (&Mender{proof: limit.RepairProofs - 1}).prove(object, content); got == unknown {
		t.Error("the last is not verified")
	}
	if got := (&Mender{proof: limit.RepairProofs}).prove(object, content); got != unknown {
		t.Errorf("one more is verified: %v", got)
	}
	if (&Mender{work: limit.LineEndWorkTotal}).spent() || !(&Mender{work: limit.LineEndWorkTotal + 1}).spent() {
		t.Error("the searches end elsewhere")
	}
}

// TestLimitRepairBytes: once so many bytes were put together, one more object of a
// message is tried in one way only.
func TestLimitRepairBytes(t *testing.T) {
	damaged := bytes.ReplaceAll(demo(t, "sealed.sip"), []byte("\n"), []byte("\r\n"))
	free := &Mender{}
	free.SIP(damaged, 0)
	spent := &Mender{tried: limit.RepairBytes}
	spent.SIP(damaged, 0)
	if grown := spent.tried - limit.RepairBytes; grown > free.tried || grown > 4*len(damaged) {
		t.Errorf("%d bytes were tried, and without a bound before it %d", grown, free.tried)
	}
}
