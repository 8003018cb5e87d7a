package pcap

// From a frame to what UDP and TCP carry.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/sorting"
)

// address is an IP address and a port.
type address struct {
	ip   [16]byte // an IPv4 address in the first four
	v6   bool
	port uint16
}

// String writes the address as Wireshark and URIs do: brackets around IPv6 (RFC 3986
// section 3.2.2), whose text is that of RFC 5952.
func (a address) String() string {
	var b []byte
	if !a.v6 {
		for i, c := range a.ip[:4] {
			if i > 0 {
				b = append(b, '.')
			}
			b = strconv.AppendUint(b, uint64(c), 10)
		}
	} else {
		b = append(b, '[')
		b = appendIPv6(b, a.ip)
		b = append(b, ']')
	}
	b = append(b, ':')
	return string(strconv.AppendUint(b, uint64(a.port), 10))
}

// appendIPv6 writes an IPv6 address as RFC 5952 section 4 says.
func appendIPv6(b []byte, ip [16]byte) []byte {
	group := func(i int) uint64 { return uint64(ip[2*i])<<8 | uint64(ip[2*i+1]) }
	best, length := -1, 1
	for i := 0; i < 8; i++ {
		n := 0
		for i+n < 8 && group(i+n) == 0 {
			n++
		}
		if n > length {
			best, length = i, n
		}
		i += n
	}
	for i := 0; i < 8; i++ {
		if i == best {
			b = append(b, "::"...)
			i += length - 1
			continue
		}
		if i > 0 && i != best+length {
			b = append(b, ':')
		}
		b = strconv.AppendUint(b, group(i), 16)
	}
	return b
}

// Ethernet types.
const (
	etherIPv4  = 0x0800
	etherIPv6  = 0x86dd
	etherPPPoE = 0x8864
)

// network finds the IP packet in a frame: its offset in the frame, or false.
func network(link int, b []byte) (at int, ok bool) {
	kind := 0
	switch link {
	case linkEthernet:
		if len(b) < 14 {
			return 0, false
		}
		at, kind = 14, big.u16(b[12:])
	case linkSLL:
		if len(b) < 16 {
			return 0, false
		}
		at, kind = 16, big.u16(b[14:])
	case linkSLL2:
		if len(b) < 20 {
			return 0, false
		}
		at, kind = 20, big.u16(b)
	case linkNull, linkLoop:
		return 4, len(b) > 4 // the family is told by the packet itself
	case linkRaw, 12, 14, linkIPv4, linkIPv6:
		return 0, len(b) > 0
	default:
		return 0, false
	}
	for range 4 { // VLAN tags in VLAN tags
		switch kind {
		case etherIPv4, etherIPv6:
			return at, at < len(b)
		case 0x8100, 0x88a8, 0x9100:
			if len(b) < at+4 {
				return 0, false
			}
			kind = big.u16(b[at+2:])
			at += 4
		case etherPPPoE:
			return at + 8, at+8 < len(b)
		default:
			return 0, false
		}
	}
	return 0, false
}

// IP protocol numbers.
const (
	protoTCP = 6
	protoUDP = 17
)

// datagram is what an IP packet carries.
type datagram struct {
	packet   *Packet
	proto    byte
	from, to address
	data     []byte
	offset   int // of data in the file, or -1 when it was put together
	whole    bool
}

// ip reads an IPv4 or IPv6 packet. A fragment is kept until all are there.
func (a *Assembler) ip(p *Packet, b []byte, offset int) {
	if len(b) < 20 {
		return
	}
	d := datagram{packet: p, offset: offset, whole: true}
	switch b[0] >> 4 {
	case 4:
		header, total := int(b[0]&15)*4, big.u16(b[2:])
		if total == 0 {
			total = len(b) // the network card was to cut it into segments
		}
		if header < 20 || header > len(b) || total < header {
			return
		}
		d.proto = b[9]
		copy(d.from.ip[:4], b[12:16])
		copy(d.to.ip[:4], b[16:20])
		d.whole = total <= len(b)
		d.data = b[header:min(total, len(b))]
		d.add(header)
		if flags := big.u16(b[6:]); flags&0x3fff != 0 {
			a.fragment(d, uint32(big.u16(b[4:])), flags&0x1fff*8, flags&0x2000 != 0)
			return
		}
	case 6:
		if len(b) < 40 {
			return
		}
		total := 40 + big.u16(b[4:])
		if total == 40 {
			total = len(b)
		}
		d.from.v6, d.to.v6 = true, true
		copy(d.from.ip[:], b[8:24])
		copy(d.to.ip[:], b[24:40])
		d.whole = total <= len(b)
		d.proto, d.data = b[6], b[40:min(total, len(b))]
		d.add(40)
		if !a.extensions(&d) {
			return
		}
	default:
		return
	}
	a.transport(d)
}

// add moves the datagram's place in the file on.
func (d *datagram) add(n int) {
	if d.offset >= 0 {
		d.offset += n
	}
}

// extensions passes over the extension headers of IPv6 (RFC 8200 section 4). It says
// no to a fragment, which is kept.
func (a *Assembler) extensions(d *datagram) bool {
	for range 10 {
		n := 0
		switch d.proto {
		case 0, 43, 60, 135: // hop-by-hop, routing, destination, mobility
			if len(d.data) < 8 {
				return false
			}
			n = 8 + 8*int(d.data[1])
		case 51: // authentication
			if len(d.data) < 8 {
				return false
			}
			n = 8 + 4*int(d.data[1])
		case 44: // fragment
			if len(d.data) < 8 {
				return false
			}
			f := *d
			f.proto, f.data = d.data[0], d.data[8:]
			f.add(8)
			place := big.u16(d.data[2:])
			if place&^6 == 0 {
				*d = f // the only fragment there is
				continue
			}
			a.fragment(f, uint32(big.u32(d.data[4:])), place&^7, place&1 != 0)
			return false
		default:
			return true
		}
		if n > len(d.data) {
			return false
		}
		d.proto, d.data = d.data[0], d.data[n:]
		d.add(n)
	}
	return false
}

// fragmentKey is what the fragments of one datagram have in common.
type fragmentKey struct {
	from, to [16]byte
	id       uint32
	proto    byte
}

// fragments are those of one datagram so far.
type fragments struct {
	first  datagram
	pieces []piece
	filled []uint64 // which blocks of 8 bytes are there
	blocks int      // how many are
	end    int      // of the datagram, or -1 until it is known
}

type piece struct {
	at   int
	data []byte
}

// fragment keeps a fragment, and passes the datagram on once it is whole (RFC 791
// section 3.2, RFC 8200 section 4.5).
func (a *Assembler) fragment(d datagram, id uint32, at int, more bool) {
	key := fragmentKey{d.from.ip, d.to.ip, id, d.proto}
	f := a.fragments[key]
	if f == nil {
		if len(a.fragments) >= limit.CaptureFragments {
			a.bound("datagrams that wait for fragments", limit.CaptureFragments, d.offset)
			a.unfinished()
		}
		f = &fragments{first: d, end: -1}
		a.fragments[key] = f
	}
	if len(f.pieces) >= limit.FragmentsOfOne {
		a.bound("fragments of one datagram", limit.FragmentsOfOne, d.offset)
		return
	}
	if !d.whole && at > 0 {
		return
	}
	if at == 0 {
		f.first.packet, f.first.from, f.first.to = d.packet, d.from, d.to
	}
	f.pieces = append(f.pieces, piece{at, d.data})
	if !d.whole {
		return // its rest is missing, though no fragment is
	}
	for block := at / 8; block < (at+len(d.data)+7)/8; block++ {
		for block/64 >= len(f.filled) {
			f.filled = append(f.filled, 0)
		}
		if bit := uint64(1) << (block % 64); f.filled[block/64]&bit == 0 {
			f.filled[block/64] |= bit
			f.blocks++
		}
	}
	if !more {
		f.end = at + len(d.data)
	}
	if f.end < 0 || f.end > 1<<16 || f.blocks != (f.end+7)/8 {
		return
	}
	whole := make([]byte, f.end)
	for _, p := range f.pieces {
		if p.at < f.end {
			copy(whole[p.at:], p.data)
		}
	}
	delete(a.fragments, key)
	d = f.first
	d.data, d.offset, d.whole = whole, -1, true
	a.transport(d)
}

// unfinished passes on the beginnings of the datagrams whose fragments are not all
// there.
func (a *Assembler) unfinished() {
	a.result.Fragments += len(a.fragments)
	var begun []datagram
	for _, f := range a.fragments {
		sorting.By(f.pieces, func(x, y *piece) bool { return x.at < y.at })
		d := f.first
		d.data, d.offset, d.whole = nil, -1, false
		for _, p := range f.pieces {
			if known := len(d.data) - p.at; known >= 0 && known < len(p.data) {
				d.data = append(d.data, p.data[known:]...)
			}
		}
		begun = append(begun, d)
	}
	clear(a.fragments)
	sorting.By(begun, func(x, y *datagram) bool { return x.packet.Number < y.packet.Number })
	for _, d := range begun {
		a.transport(d)
	}
}

// transport reads UDP and TCP.
func (a *Assembler) transport(d datagram) {
	b := d.data
	switch {
	case d.proto == protoUDP && len(b) >= 8:
		d.from.port, d.to.port = uint16(big.u16(b)), uint16(big.u16(b[2:]))
		size := big.u16(b[4:])
		if size < 8 || size > len(b) {
			size = len(b)
		}
		d.data = b[8:size]
		d.add(8)
		a.udp(d)
	case d.proto == protoTCP && len(b) >= 20:
		d.from.port, d.to.port = uint16(big.u16(b)), uint16(big.u16(b[2:]))
		header := int(b[12]>>4) * 4
		if header < 20 || header > len(b) {
			return
		}
		d.data = b[header:]
		d.add(header)
		a.tcp(d, uint32(big.u32(b[4:])), b[13])
	}
}

// IsPacket reports whether b is one packet, of which link type: an IPv4 packet whose
// header's checksum fits, an IPv6 packet of the right length, or either in an
// Ethernet frame.
func IsPacket(b []byte) (link int, ok bool) {
	if isIP(b) {
		return RawIP, true
	}
	if len(b) > 34 {
		if at, ok := network(linkEthernet, b); ok && isIP(b[at:]) {
			return Ethernet, true
		}
	}
	return 0, false
}

func isIP(b []byte) bool {
	if len(b) < 28 {
		return false
	}
	switch b[0] >> 4 {
	case 4:
		header := int(b[0]&15) * 4
		if header < 20 || len(b) < header || big.u16(b[2:]) < header {
			return false
		}
		sum := 0
		for i := 0; i < header; i += 2 {
			sum += big.u16(b[i:])
		}
		for sum > 0xffff {
			sum = sum&0xffff + sum>>16
		}
		// A checksum of nothing was left to the network card.
		return (sum == 0xffff || b[10] == 0 && b[11] == 0) && (b[9] == protoUDP || b[9] == protoTCP)
	case 6:
		return len(b) >= 48 && 40+big.u16(b[4:]) == len(b) && (b[6] == protoUDP || b[6] == protoTCP)
	}
	return false
}
