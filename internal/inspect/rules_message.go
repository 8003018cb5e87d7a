package inspect

// Rules about SIP messages as a whole, beyond what the reader of SIP notes itself.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

var messageRules = []rule[*sip.Message]{
	{"too-large-for-udp", report.SeverityWarning, "RFC 3261 section 18.1.1", func(_ *inspection, m *sip.Message) finding {
		via, _ := m.Value("Via")
		size := m.Range[1] - m.Range[0]
		if m.Kind != sip.Request || size <= udpLimit || !strings.Contains(strings.ToUpper(via), "/UDP") {
			return none
		}
		return found("the request has " + strconv.Itoa(size) + " bytes and came over UDP; above " + strconv.Itoa(udpLimit) + " bytes a transport with congestion control must be used")
	}},
}

// cutOff says how a message ends too early, or gives "".
func cutOff(m *sip.Message) string {
	if m == nil {
		return ""
	}
	have := m.Body[1] - m.Body[0]
	for _, v := range m.Violations {
		switch {
		case v.Code == "no-blank-line":
			return "it ends within its header, at byte " + strconv.Itoa(m.Range[1])
		case v.Code == "content-length" && m.ContentLength > have:
			return "its Content-Length is " + strconv.Itoa(m.ContentLength) + ", and " + strconv.Itoa(have) + " bytes are there"
		}
	}
	return ""
}
