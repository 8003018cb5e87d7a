package inspect

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/vectors"
)

// TestManyMessages: of more messages than are reported in full, those that are not
// sealed come in brief, and the sealed ones all the same.
func TestManyMessages(t *testing.T) {
	plain := []byte("OPTIONS sip:bob@biloxi.example SIP/2.0\r\nVia: SIP/2.0/TCP a.example;branch=z9hG4bK1\r\n" +
		"Max-Forwards: 70\r\nFrom: <sip:alice@atlanta.example>;tag=1\r\nTo: <sip:bob@biloxi.example>\r\nCall-ID: one@a.example\r\n" +
		"CSeq: 7 OPTIONS\r\nContent-Length: 0\r\n\r\n")
	signed := vectors.Seed(t, "draft01_signed.sip")
	for _, count := range []int{limit.FullMessages - 1, limit.FullMessages} {
		input := append(bytes.Repeat(plain, count), signed...)
		r := Inspect(input, Options{}).Report
		if len(r.Messages) != count+1 {
			t.Fatalf("%d messages of %d", len(r.Messages), count+1)
		}
		first, last := r.Messages[0], r.Messages[count]
		brief := count == limit.FullMessages
		if first.Brief != brief || (first.Body == nil) != brief || first.From != "sip:alice@atlanta.example" {
			t.Errorf("of %d messages, the first is %+v", count+1, first)
		}
		if last.Brief || last.Body.Signature == nil {
			t.Errorf("of %d messages, the signed one is %+v", count+1, last)
		}
	}
}
