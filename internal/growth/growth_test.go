package growth

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/asn1text"
	"github.com/sipseal/sipseal/internal/asn1view"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/inspect"
)

// inspected is all that is done with input when it is looked at.
func inspected(b []byte) int {
	return cost.Allocated(func() {
		inspect.Inspect(b, inspect.Options{TrustBundled: true, At: 1795219200, CertificateText: inspect.TextOpenSSL})
	})
}

// viewed is all that is done with an object when it is looked at: the tree, the first
// rows of it, a search through it, and its dumps.
func viewed(b []byte) int {
	return cost.Allocated(func() {
		v := asn1view.New(b, asn1view.Options{})
		v.Structure(make([]int32, 100*asn1view.Stride), 0)
		rows := make([]int, 100)
		for i := range rows {
			rows[i] = i
		}
		v.Describe(rows)
		v.Search("nothing of the kind", 10)
		for _, style := range []asn1text.Style{asn1text.ASN1Parse, asn1text.Dumpasn1, asn1text.OpenSSL3} {
			if text := asn1text.Dump(b, asn1text.Options{Style: style}); style != asn1text.OpenSSL3 {
				_, _ = asn1text.Undump(text)
			}
		}
	})
}

// TestLinear: whatever there is more and more of, a byte more costs no more. Once with
// little input, where no limit of how many there may be is reached, and with much. What
// is remembered from one message to the next is there in masses: each costs little, and
// only a square of many shows.
func TestLinear(t *testing.T) {
	for _, c := range Cases {
		t.Run(c.Name, func(t *testing.T) {
			cost.Linear(t, 1<<10, c.Sized, inspected)
			if !c.Costly {
				cost.Linear(t, 6<<10, c.Sized, inspected)
			}
			if c.Remembered {
				cost.Linear(t, 32<<10, c.Sized, inspected)
			}
		})
	}
}

// TestLinearView is the same of the views of an object.
func TestLinearView(t *testing.T) {
	for _, c := range objects {
		object := func(n int) []byte {
			_, body, _ := bytes.Cut(c.Sized(n), []byte("\r\n\r\n"))
			return body
		}
		if b := c.Sized(1); b[0] == 0x30 || b[0] == 0x31 {
			object = c.Sized
		} else if b := object(1); len(b) == 0 || b[0] != 0x30 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) { cost.Linear(t, 4<<10, object, viewed) })
	}
}
