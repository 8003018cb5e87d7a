package inspect

import (
	"bytes"
	"compress/zlib"
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/report"
)

// TestLimitComparisons: so many messages inside a message are set against it.
func TestLimitComparisons(t *testing.T) {
	for _, n := range []int{limit.Comparisons, limit.Comparisons + 1} {
		body := strings.Repeat("--b\r\nContent-Type: message/sip\r\nContent-Disposition: aib\r\n\r\nMESSAGE sip:b@example.net SIP/2.0\r\nFrom: <sip:a@example.com>\r\nTo: <sip:c@example.net>\r\n\r\n\r\n", n) + "--b--\r\n"
		r := Inspect([]byte("MESSAGE sip:b@example.net SIP/2.0\r\nFrom: <sip:a@example.com>\r\nTo: <sip:b@example.net>\r\nContent-Type: multipart/mixed;boundary=b\r\nContent-Length: "+
			strconv.Itoa(len(body))+"\r\n\r\n"+body), Options{}).Report
		compared, parts := 0, r.Messages[0].Body.Children
		for i := range parts {
			if compares(&parts[i]) {
				compared++
			}
		}
		said := ""
		for _, f := range r.Findings {
			if f.Code == reached {
				said += f.Part + ": " + f.Detail
			}
		}
		if over := n > limit.Comparisons; len(parts) != n || compared != limit.Comparisons || over != strings.HasPrefix(said, "1.21: More than 20 messages inside one message at byte ") {
			t.Errorf("of %d parts, %d are compared: %s", len(parts), compared, said)
		}
	}
}

func compares(p *report.Part) bool { return p.Message != nil && len(p.Message.Comparison) > 0 }

// TestLimitFindings: so many are listed, and that there are more is one of them.
func TestLimitFindings(t *testing.T) {
	for _, n := range []int{limit.Findings, limit.Findings + 1, 3 * limit.Findings} {
		x := &inspection{report: &report.Report{}}
		for i := range n {
			x.find(where{message: -1, source: 0, span: report.Range{i, i + 1}}, "weak-digest", report.SeverityNote, "x", "")
		}
		all := x.report.Findings
		last := all[len(all)-1]
		if over := n > limit.Findings; len(all) != min(n, limit.Findings+1) || (last.Code == reached) != over || over && (last.Title != "A limit was reached" || last.Detail != "More than 500 findings: the rest is not listed.") {
			t.Errorf("of %d findings %d, the last %+v", n, len(all), last)
		}
	}
}

// TestLimitDecompressedTotal: the last byte that compressed objects may become, and one
// more, after which no other is tried.
func TestLimitDecompressedTotal(t *testing.T) {
	tlv := func(tag byte, parts ...string) string {
		content := strings.Join(parts, "")
		return string([]byte{tag, byte(len(content))}) + content
	}
	const size = 100
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	_, _ = w.Write(make([]byte, size))
	_ = w.Close()
	m, err := cms.Parse([]byte(tlv(0x30, tlv(6, string(oid.CompressedData)), tlv(0xa0, tlv(0x30, "\x02\x01\x00", tlv(0x30, tlv(6, string(oid.ZlibCompress))),
		tlv(0x30, tlv(6, string(oid.Data)), tlv(0xa0, tlv(4, packed.String()))))))))
	if err != nil || m.Compressed == nil {
		t.Fatalf("%v %+v", err, m)
	}
	for _, over := range []int{0, 1} {
		x := &inspection{decompressed: limit.DecompressedTotal - size + over}
		got, err := x.decompress(m.Compressed)
		if limit.Reached(err) != (over == 1) || len(got) != size*(1-over) {
			t.Errorf("%d over: %d bytes, %v", over, len(got), err)
		}
		before := x.decompressed
		if _, err := x.decompress(m.Compressed); !limit.Reached(err) || over == 1 && x.decompressed != before {
			t.Errorf("%d over, the next: %v", over, err)
		}
	}
}
