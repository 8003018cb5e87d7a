package inspect

import (
	"strconv"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
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
		if len(parts) != n || compared != limit.Comparisons {
			t.Errorf("of %d parts, %d are compared", len(parts), compared)
		}
	}
}

func compares(p *report.Part) bool { return p.Message != nil && len(p.Message.Comparison) > 0 }
