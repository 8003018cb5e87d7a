package radix

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitRepeatedLines: as many repeated lines as the text may become, and one more.
func TestLimitRepeatedLines(t *testing.T) {
	text := func(total int) string {
		return "00000000  30 31 32 33 34 35 36 37  38 39 3a 3b 3c 3d 3e 3f\n*\n" + fmt.Sprintf("%08x", total) + "\n"
	}
	most := (limit.CompressionFloor + limit.CompressionRatio*(len(text(0))-1)) &^ 15 // the last line end does not count
	for _, n := range []int{most, most + 16} {
		runs := HexDumps([]byte(text(n)))
		if len(runs) != 1 {
			t.Fatalf("%d runs", len(runs))
		}
		said := strings.Contains(runs[0].Detail, "bytes out of repeated lines")
		if over := n > most; said != over || over != (len(runs[0].Bytes) == 16) || !over && len(runs[0].Bytes) != n {
			t.Errorf("%d bytes: %d, %s", n, len(runs[0].Bytes), runs[0].Detail)
		}
	}
}
