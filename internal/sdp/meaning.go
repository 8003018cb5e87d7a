// What a line says, in words.

package sdp

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/table"
)

// ntpEpoch is 1 January 1900 in Unix seconds: times of SDP count from there.
const ntpEpoch = -2208988800

func meaning(kind byte, value string) string {
	f := strings.Fields(value)
	at := func(i int) string {
		if i < len(f) {
			return f[i]
		}
		return "?"
	}
	switch kind {
	case 'v':
		return "version " + value + " of SDP"
	case 'o':
		return "made by " + named(at(0)) + " on " + at(5) + ", session " + at(1) + ", version " + at(2)
	case 's':
		if v := strings.TrimSpace(value); v == "" || v == "-" {
			return "the session has no name"
		}
		return "the session's name"
	case 'i':
		if value == "" {
			return "no information"
		}
		return "information for people"
	case 'u':
		return "more about the session is at this address"
	case 'e':
		return "an e-mail address to ask at"
	case 'p':
		return "a telephone number to ask at"
	case 'c':
		address, ttl, _ := strings.Cut(at(2), "/")
		s := "media go to " + address + " (" + strings.ReplaceAll(at(1), "IP", "IPv") + ")"
		if ttl != "" {
			s += ", multicast, " + ttl
		}
		if address == "0.0.0.0" {
			s += ": on hold, in the old way"
		}
		return s
	case 'b':
		which, rate, _ := strings.Cut(value, ":")
		return "bandwidth " + rate + bandwidth(which)
	case 't':
		if at(0) == "0" && at(1) == "0" {
			return "a session without set times"
		}
		return "from " + ntp(at(0)) + " until " + ntp(at(1))
	case 'r':
		return "repeated every " + at(0) + " for " + at(1)
	case 'z':
		return "changes of the clocks, for repeated sessions"
	case 'k':
		return "an encryption key in the open: obsolete, and to be ignored"
	case 'm':
		port, count, _ := strings.Cut(at(1), "/")
		s := at(0) + " on port " + port
		if port == "0" {
			s = at(0) + ", refused or ended (port 0)"
		}
		if count != "" {
			s += " and on, " + count + " in all"
		}
		s += " over " + at(2)
		if len(f) > 3 && strings.Contains(at(2), "RTP/") {
			var names []string
			for _, n := range f[3:min(len(f), 43)] {
				names = append(names, payload(n))
			}
			s += ", formats " + strings.Join(names, ", ")
		} else if len(f) > 3 {
			s += ", " + strings.Join(f[3:min(len(f), 43)], " ")
		}
		return s
	case 'a':
		return attribute(value)
	}
	return "a type that is not known"
}

func named(user string) string {
	if user == "-" {
		return "a user without a name"
	}
	return user
}

func bandwidth(which string) string {
	switch which {
	case "CT":
		return " kbit/s for the whole conference"
	case "AS":
		return " kbit/s as the application counts"
	case "TIAS":
		return " bit/s without the transport's share"
	case "RS":
		return " bit/s of RTCP for senders"
	case "RR":
		return " bit/s of RTCP for receivers"
	}
	return " by the measure " + which
}

// ntp writes an NTP time as a date and time in UTC.
func ntp(s string) string {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > 1<<36 {
		return s
	}
	if n == 0 {
		return "no set time"
	}
	n += ntpEpoch
	days := n / 86400
	if n%86400 < 0 {
		days--
	}
	seconds := n - days*86400
	// Days to a civil date, counted in eras of 400 years from 1 March.
	z := days + 719468
	era := z / 146097
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day, month, year := doy-(153*mp+2)/5+1, mp+3, yoe+era*400
	if month > 12 {
		month -= 12
		year++
	}
	two := func(n int64) string {
		t := strconv.FormatInt(n, 10)
		if n < 10 {
			t = "0" + t
		}
		return t
	}
	return strconv.FormatInt(year, 10) + "-" + two(month) + "-" + two(day) + "T" + two(seconds/3600) + ":" + two(seconds/60%60) + ":" + two(seconds%60) + "Z"
}

var payloads = table.Of[string, string]{
	{"0", "PCMU"},
	{"3", "GSM"},
	{"4", "G723"},
	{"5", "DVI4/8000"},
	{"6", "DVI4/16000"},
	{"7", "LPC"},
	{"8", "PCMA"},
	{"9", "G722"},
	{"10", "L16 stereo"},
	{"11", "L16"},
	{"12", "QCELP"},
	{"13", "CN"},
	{"14", "MPA"},
	{"15", "G728"},
	{"18", "G729"},
	{"25", "CelB"},
	{"26", "JPEG"},
	{"28", "nv"},
	{"31", "H261"},
	{"32", "MPV"},
	{"33", "MP2T"},
	{"34", "H263"},
}

// payload names the static payload types of RFC 3551 section 6.
func payload(n string) string {
	name := payloads.Get(n)
	if name == "" {
		return n
	}
	return n + " (" + name + ")"
}

func attribute(value string) string {
	name, rest, _ := strings.Cut(value, ":")
	about := attributes.Get(name)
	if about == "" {
		about = "an attribute that is not known here"
	}
	if rest == "" {
		return about
	}
	switch name {
	case "crypto":
		if f := strings.Fields(rest); len(f) > 1 {
			return about + "; suite " + f[1]
		}
	case "rtpmap":
		if number, codec, ok := strings.Cut(rest, " "); ok {
			return "payload type " + number + " is " + codec
		}
	}
	return about
}

// attributes are those of RFC 8866 section 6 and what is met beside them in SIP.
var attributes = table.Of[string, string]{
	{"rtpmap", "what a payload type stands for: codec, clock rate, channels"},
	{"fmtp", "parameters of a format"},
	{"ptime", "milliseconds of media in a packet"},
	{"maxptime", "the most milliseconds of media in a packet"},
	{"sendrecv", "media flow both ways"},
	{"sendonly", "the sender of this description sends media and wants none"},
	{"recvonly", "the sender of this description wants media and sends none"},
	{"inactive", "no media flow"},
	{"rtcp", "where RTCP goes"},
	{"rtcp-mux", "RTP and RTCP share a port"},
	{"rtcp-fb", "feedback that is wanted by RTCP"},
	{"crypto", "the keys of SRTP, in the open: whoever reads this can decrypt the media"},
	{"fingerprint", "the hash of the certificate that DTLS will use: media are as safe as this line"},
	{"setup", "who opens the connection"},
	{"connection", "whether a connection is kept"},
	{"candidate", "an address that can be tried (ICE)"},
	{"ice-ufrag", "the user name of ICE's checks"},
	{"ice-pwd", "the password of ICE's checks"},
	{"ice-lite", "the sender answers ICE's checks and makes none"},
	{"ice-options", "options of ICE"},
	{"group", "media that belong together"},
	{"mid", "the name of this medium"},
	{"msid", "the stream and track of this medium"},
	{"ssrc", "a source of RTP and its attributes"},
	{"extmap", "a header extension of RTP"},
	{"identity", "who made the fingerprints, by an identity provider"},
	{"key-mgmt", "a message of a key management protocol"},
	{"zrtp-hash", "the hash of ZRTP's first message"},
	{"label", "a label that other documents refer to"},
	{"framerate", "frames per second"},
	{"quality", "quality of the encoding"},
	{"charset", "the charset of the session's texts"},
	{"sdplang", "the language of the description"},
	{"lang", "the language of the media"},
	{"tool", "the program that made the description"},
	{"cat", "the session's category"},
	{"keywds", "key words"},
	{"type", "the kind of conference"},
	{"orient", "how a whiteboard is turned"},
	{"path", "the address for MSRP messages"},
	{"accept-types", "media types accepted in messages"},
	{"sctp-port", "the port of SCTP over DTLS"},
	{"max-message-size", "the largest message accepted"},
}
