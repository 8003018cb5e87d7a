package craft

// The forms that a message is saved in besides its bytes: as RFCs print it, as a hex
// dump, and as a capture of one packet.

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
)

// textWidth is how wide the text of an RFC is (RFC 7994 section 4.3).
const textWidth = 72

// RFCText writes a message as RFCs print it, with the marks of RFC 4475 section 2.1:
// a line that is too long in <allOneLine>, bytes that are not printable in <hex>.
func RFCText(message []byte) []byte {
	var out bytes.Buffer
	for len(message) > 0 {
		line, rest, ended := bytes.Cut(message, []byte("\r\n"))
		message = rest
		if isPlain(line) {
			out.Write(line)
		} else {
			out.WriteString("<allOneLine>\r\n")
			markedLine(&out, line)
			out.WriteString("</allOneLine>")
		}
		if ended {
			out.WriteString("\r\n")
		}
	}
	return out.Bytes()
}

// isPlain reports whether a line needs no marks.
func isPlain(line []byte) bool {
	if len(line) > textWidth || bytes.HasSuffix(line, []byte(" ")) {
		return false
	}
	for i, c := range line {
		if !isText(line, i, c) {
			return false
		}
	}
	return true
}

// isText reports whether a byte can stand for itself: it is printable, and does not
// begin what would be read as a mark.
func isText(line []byte, i int, c byte) bool {
	if c < ' ' || c > '~' {
		return false
	}
	if c != '<' {
		return true
	}
	for _, mark := range []string{"<allOneLine>", "</allOneLine>", "<hex>", "</hex>", "<repeat"} {
		if bytes.HasPrefix(line[i:], []byte(mark)) {
			return false
		}
	}
	return true
}

// Runs of hex: so many bytes a line, so many in one mark.
const (
	hexPerLine = 32
	hexPerMark = 8192
)

// markedLine writes one line of a message as several.
func markedLine(out *bytes.Buffer, line []byte) {
	for i := 0; i < len(line); {
		start := i
		if isText(line, i, line[i]) && line[i] != ' ' {
			for i < len(line) && i-start < textWidth && isText(line, i, line[i]) {
				i++
			}
			// A space at the end of a printed line would be lost.
			for line[i-1] == ' ' {
				i--
			}
			out.Write(line[start:i])
			out.WriteString("\r\n")
			continue
		}
		// Text is worth leaving hex for when there is enough of it.
		for i < len(line) && i-start < hexPerMark && !longText(line, i) {
			i++
		}
		out.WriteString("<hex>\r\n")
		for b := line[start:i]; len(b) > 0; {
			n := min(len(b), hexPerLine)
			out.WriteString(hex.EncodeToString(b[:n]) + "\r\n")
			b = b[n:]
		}
		out.WriteString("</hex>\r\n")
	}
}

// longText reports whether at least 12 characters of text begin here, not with a
// space.
func longText(line []byte, at int) bool {
	if line[at] == ' ' {
		return false
	}
	for i := at; i < at+12; i++ {
		if i >= len(line) || !isText(line, i, line[i]) {
			return false
		}
	}
	return true
}

// HexDump writes bytes as "hexdump -C" does.
func HexDump(b []byte) string {
	return hex.Dump(b)
}

// longestDatagram is the most that a UDP datagram over IPv4 carries.
const longestDatagram = 65535 - 20 - 8

// Capture writes a message as a pcap file with one packet: a UDP datagram to port
// 5060 of 192.0.2.2, on Ethernet.
func Capture(message []byte, when time.Time) ([]byte, error) {
	if len(message) > longestDatagram {
		return nil, fmt.Errorf("the message has %d bytes, and a datagram no more than %d", len(message), longestDatagram)
	}
	udp := binary.BigEndian.AppendUint16(nil, 5060)
	udp = binary.BigEndian.AppendUint16(udp, 5060)
	udp = binary.BigEndian.AppendUint16(udp, uint16(8+len(message)))
	udp = append(udp, 0, 0) // no checksum, which IPv4 allows
	ip := []byte{0x45, 0, 0, 0, 0, 1, 0, 0, 64, 17, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	binary.BigEndian.PutUint16(ip[2:], uint16(20+len(udp)+len(message)))
	sum := uint32(0)
	for i := 0; i < len(ip); i += 2 {
		sum += uint32(ip[i])<<8 | uint32(ip[i+1])
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(ip[10:], ^uint16(sum))
	ethernet := []byte{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0}
	packet := bytes.Join([][]byte{ethernet, ip, udp, message}, nil)
	var out []byte
	for _, n := range []uint32{0xa1b2c3d4, 2 | 4<<16, 0, 0, 1 << 18, 1,
		uint32(when.Unix()), uint32(when.Nanosecond() / 1000), uint32(len(packet)), uint32(len(packet))} {
		out = binary.LittleEndian.AppendUint32(out, n)
	}
	return append(out, packet...), nil
}

// Forms are the forms of a message by name, with the ends of their file names.
var Forms = []struct{ Name, Suffix string }{{"bytes", ".sip"}, {"text", ".txt"}, {"hex", ".hex"}, {"pcap", ".pcap"}}

// InForm writes a message in one of Forms.
func InForm(message []byte, form string, when time.Time) ([]byte, error) {
	switch form {
	case "", "bytes":
		return message, nil
	case "text":
		return RFCText(message), nil
	case "hex":
		return []byte(HexDump(message)), nil
	case "pcap":
		return Capture(message, when)
	}
	var names []string
	for _, f := range Forms {
		names = append(names, f.Name)
	}
	return nil, fmt.Errorf("there is no form %q: there are %s", form, strings.Join(names, ", "))
}
