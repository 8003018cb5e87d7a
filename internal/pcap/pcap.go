// Package pcap finds SIP messages in captures of network traffic: files of libpcap
// and pcapng, Ethernet and its relatives, IPv4 and IPv6 with their fragments, UDP,
// TCP put together again, and WebSocket.
//
// A capture is read once, packet by packet. What a UDP datagram carries stays where
// it is in the file; what comes in pieces is put together in a Stream. Nothing is
// decided by port numbers: a SIP message is known by its start line.
package pcap

import (
	"errors"
	"strconv"
)

// Link types (https://www.tcpdump.org/linktypes.html).
const (
	linkNull     = 0
	linkEthernet = 1
	linkRaw      = 101
	linkLoop     = 108
	linkSLL      = 113
	linkIPv4     = 228
	linkIPv6     = 229
	linkSLL2     = 276
)

// Link types for packets that do not come out of a file.
const (
	Ethernet = linkEthernet
	RawIP    = linkRaw
)

// Packet is a captured packet.
type Packet struct {
	Number int    // counted from 1, as Wireshark does
	Time   int64  // Unix time in microseconds
	Link   int    // link type
	Data   []byte // as captured
	Offset int    // of Data in the file, or -1
	// Length is how long the packet was on the wire: more than Data where the capture
	// cut it off.
	Length int
}

// IsCapture reports whether b begins as a capture does.
func IsCapture(b []byte) bool {
	if len(b) < 24 {
		return false
	}
	_, _, classic := classicOrder(b)
	return classic || isNG(b)
}

// order reads numbers in one byte order.
type order bool

const (
	little order = false
	big    order = true
)

func (o order) u16(b []byte) int {
	if o == big {
		return int(b[0])<<8 | int(b[1])
	}
	return int(b[1])<<8 | int(b[0])
}

func (o order) u32(b []byte) int {
	if o == big {
		return int(uint32(o.u16(b))<<16 | uint32(o.u16(b[2:])))
	}
	return int(uint32(o.u16(b[2:]))<<16 | uint32(o.u16(b)))
}

// classicOrder reads the magic number of libpcap's format: its byte order, and how
// many nanoseconds a unit of its fraction of a second has.
func classicOrder(b []byte) (o order, unit int64, ok bool) {
	for _, o := range []order{little, big} {
		switch uint32(o.u32(b)) {
		case 0xa1b2c3d4:
			return o, 1000, true
		case 0xa1b23c4d:
			return o, 1, true
		}
	}
	return little, 0, false
}

// Error is what is wrong with a capture, at its place.
type Error struct {
	Doing  string
	Offset int
	Err    error
}

func (e *Error) Error() string {
	return e.Doing + " at byte " + strconv.Itoa(e.Offset) + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

var errTruncated = errors.New("the file ends too early")

// Packets calls f with each packet of a capture, until f returns false. The error
// says why there are no more than f was called with.
func Packets(b []byte, f func(Packet) bool) error {
	if len(b) < 24 {
		return &Error{"reading the header of the capture", 0, errTruncated}
	}
	if isNG(b) {
		return packetsNG(b, f)
	}
	o, unit, ok := classicOrder(b)
	if !ok {
		return &Error{"reading the header of the capture", 0, errors.New("it is neither pcap nor pcapng")}
	}
	link := o.u32(b[20:]) & 0xffff // above: about frame check sequences
	number := 0
	for at := 24; at < len(b); {
		if len(b)-at < 16 {
			return &Error{"reading the header of packet " + strconv.Itoa(number+1), at, errTruncated}
		}
		size, length := o.u32(b[at+8:]), o.u32(b[at+12:])
		p := Packet{Number: number + 1, Link: link, Offset: at + 16, Length: length}
		p.Time = int64(o.u32(b[at:]))*1_000_000 + int64(o.u32(b[at+4:]))*unit/1000
		if size > len(b)-at-16 {
			return &Error{"reading packet " + strconv.Itoa(number+1), at + 16, errTruncated}
		}
		p.Data = b[at+16 : at+16+size : at+16+size]
		number++
		if !f(p) {
			return nil
		}
		at += 16 + size
	}
	return nil
}
