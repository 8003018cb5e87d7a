package ingest

import (
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/limit"
)

func FuzzRead(f *testing.F) {
	for _, b := range corpus.Everything(f) {
		f.Add(b)
	}
	for _, s := range []string{
		"> MESSAGE sip:a@b SIP/2.0\n> Via: x\n>\n> body\n", "0000  30 82 00 04 02 01 05\n", "<allOneLine>\nOPTIONS sip:a SIP/2.0\n</allOneLine>\nl: 0\n\n<hex>00</hex>",
		"\"OPTIONS sip:a@b SIP/2.0\\r\\nl: 0\\r\\n\\r\\n\"", "-- BEGIN MESSAGE ARCHIVE --\nH4sI\n-- END MESSAGE ARCHIVE --\n", "MIAGCSqGSIb3DQEHAqCAMIACAQExCTAHBgUrDgMCGjCABgkqhkiG9w0BBwEAAA==",
		"   0 10: SEQUENCE {\n   2  1:   INTEGER 5\n   5  1:   INTEGER 5\n   8  2:   OCTET STRING 01 02\n       :   }\n",
	} {
		f.Add([]byte(s))
	}
	// Repairs are sought within bounds of their own.
	bound := cost.Bound{PerByte: 1_000, Base: limit.RepairBytes + 16<<20}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, o := range []Options{{}, {NoRepair: true}} {
			given := string(b)
			var r *Result
			bound.HoldUnpacked(t, func() int {
				r = Read(b, "name", o)
				size := 0
				for _, s := range r.Sources {
					size += len(s.Bytes)
				}
				return size
			})
			if string(b) != given {
				t.Fatal("the input was altered")
			}
			if len(r.Sources) == 0 || len(r.Sources[0].Bytes) != len(b) {
				t.Fatal("the first source is not the input")
			}
			size := 0
			for i, s := range r.Sources[1:] {
				size += len(s.Bytes)
				if s.Parent < 0 || s.Parent > i {
					t.Fatalf("the parent of source %d is %d", i+1, s.Parent)
				}
			}
			if size > limit.Unpacked || size > (limit.CompressionRatio+2)*(len(b)+limit.CompressionFloor)*limit.Wrappings {
				t.Fatalf("%d bytes out of %d", size, len(b))
			}
			for _, i := range r.Items {
				if i.Source < 0 || i.Source >= len(r.Sources) || i.Range[0] < 0 || i.Range[0] > i.Range[1] || i.Range[1] > len(r.Sources[i.Source].Bytes) {
					t.Fatalf("item %+v", i)
				}
				if i.Repaired && o.NoRepair {
					t.Fatal("repaired in spite of NoRepair")
				}
			}
			for _, s := range r.Steps {
				if s.Repair && o.NoRepair {
					t.Fatalf("step %+v", s)
				}
				if *s.Source < 0 || *s.Source >= len(r.Sources) || *s.Offset < 0 || *s.Offset > len(r.Sources[*s.Source].Bytes) {
					t.Fatalf("step %s at %d of source %d", s.Code, *s.Offset, *s.Source)
				}
			}
		}
	})
}
