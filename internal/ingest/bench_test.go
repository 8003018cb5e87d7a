package ingest

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// captureFile is a capture of 100,000 UDP packets, each with a SIP message.
func captureFile(packets int) []byte {
	out := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	out = append(out, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 101, 0, 0, 0)
	for i := range packets {
		m := fmt.Sprintf("OPTIONS sip:b@example.com SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK%d\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n", i, i)
		size := 28 + len(m)
		p := append([]byte{0x45, 0, byte(size >> 8), byte(size), 0, 0, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
			0x13, 0xc4, 0x13, 0xc4, byte((size - 20) >> 8), byte(size - 20), 0, 0}, m...)
		for _, n := range []int{1_700_000_000 + i/1000, i % 1000, len(p), len(p)} {
			out = binary.LittleEndian.AppendUint32(out, uint32(n))
		}
		out = append(out, p...)
	}
	return out
}

func BenchmarkCapture(b *testing.B) {
	file := captureFile(100_000)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if r := Read(file, "x.pcap", Options{}); len(r.Items) != 100_000 {
			b.Fatal(len(r.Items))
		}
	}
}

// BenchmarkMessages reads 1,000 sealed messages, damaged as RFC 6216's archive is.
func BenchmarkMessages(b *testing.B) {
	one, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "seeds", "draft01_signed.sip"))
	if err != nil {
		b.Fatal(err)
	}
	file := bytes.Repeat(damages["unix2dos"](one), 1000)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if r := Read(file, "", Options{}); len(r.Items) != 1000 || !r.Items[999].Repaired {
			b.Fatal(len(r.Items))
		}
	}
}
