package archive

import (
	"bytes"
	"compress/gzip"
	"errors"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// TestLimitDecompressed: content that is hardly compressed at all, and content that is
// nothing but.
func TestLimitDecompressed(t *testing.T) {
	for _, test := range []struct{ level, most int }{
		{gzip.NoCompression, limit.Decompressed},
		{gzip.BestCompression, limit.CompressionRatio * limit.CompressionFloor},
	} {
		for _, n := range []int{test.most, test.most + 1} {
			var b bytes.Buffer
			w, err := gzip.NewWriterLevel(&b, test.level)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = w.Write(make([]byte, n))
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			out, _, err := Gunzip(b.Bytes())
			var bound *limit.Error
			if errors.As(err, &bound) != (n > test.most) || len(out) != test.most {
				t.Errorf("%d bytes out of %d: %d, %v", n, b.Len(), len(out), err)
			}
		}
	}
}
