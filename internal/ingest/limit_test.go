package ingest

import (
	"bytes"
	"encoding/hex"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitTextSize: hex of that size is read, and longer is not looked at as text.
func TestLimitTextSize(t *testing.T) {
	for _, n := range []int{limit.TextSize, limit.TextSize + 2} {
		message := []byte("MESSAGE sip:a SIP/2.0\r\nVia: x\r\n\r\n")
		message = append(message, bytes.Repeat([]byte("x"), n/2-len(message))...)
		r := Read([]byte(hex.EncodeToString(message)), "", Options{NoRepair: true})
		if read := len(r.Sources) > 1 && len(r.Sources[1].Bytes) == n/2; read != (n == limit.TextSize) {
			t.Errorf("%d bytes of hex: read %v", n, read)
		}
	}
}

// TestLimitUnpacked: the last byte, and the last piece, that may be taken out of an
// input, and the one after.
func TestLimitUnpacked(t *testing.T) {
	r := &reader{result: &Result{Sources: []Source{{Parent: -1}}}, size: limit.Unpacked - 10}
	if _, ok := r.add(0, make([]byte, 10), ""); !ok {
		t.Error("the last bytes are not unpacked")
	}
	if _, ok := r.add(0, make([]byte, 1), ""); ok || !r.full {
		t.Error("more is unpacked")
	}
	pieces := make([]Source, limit.Sources)
	pieces[0].Parent = -1
	r = &reader{result: &Result{Sources: pieces}}
	if _, ok := r.add(0, nil, ""); !ok {
		t.Error("the last piece is not taken out")
	}
	if _, ok := r.add(0, nil, ""); ok || !r.full {
		t.Error("one more is taken out")
	}
}
