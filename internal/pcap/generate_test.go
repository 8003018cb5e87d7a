package pcap

// Making captures: packets of all kinds, and the files they are in.

import (
	"encoding/binary"
)

type bytesOf = []byte

func u16be(n int) bytesOf { return binary.BigEndian.AppendUint16(nil, uint16(n)) }
func u32be(n int) bytesOf { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

func join(parts ...bytesOf) bytesOf {
	var out bytesOf
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// host is an end of a conversation.
type host struct {
	ip   bytesOf
	port int
}

var (
	alice  = host{bytesOf{192, 0, 2, 1}, 5060}
	bob    = host{bytesOf{192, 0, 2, 2}, 5062}
	alice6 = host{bytesOf{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 5060}
	bob6   = host{bytesOf{0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 2}, 5062}
)

func udp(from, to host, data bytesOf) bytesOf {
	return join(u16be(from.port), u16be(to.port), u16be(8+len(data)), u16be(0), data)
}

func tcp(from, to host, seq int, flags byte, data bytesOf) bytesOf {
	return join(u16be(from.port), u16be(to.port), u32be(seq), u32be(1), bytesOf{0x80, flags}, u16be(65535), u32be(0),
		bytesOf{1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2}, data)
}

// ipv4 has room for a fragment's place and for a header with options.
func ipv4(from, to host, proto byte, id, fragment int, options bytesOf, data bytesOf) bytesOf {
	size := 20 + len(options)
	h := join(bytesOf{byte(0x40 | size/4), 0}, u16be(size+len(data)), u16be(id), u16be(fragment), bytesOf{64, proto, 0, 0}, from.ip, to.ip, options)
	sum := 0
	for i := 0; i < len(h); i += 2 {
		sum += int(h[i])<<8 | int(h[i+1])
	}
	for sum > 0xffff {
		sum = sum&0xffff + sum>>16
	}
	binary.BigEndian.PutUint16(h[10:], ^uint16(sum))
	return append(h, data...)
}

func ipv6(from, to host, next byte, data bytesOf) bytesOf {
	return join(bytesOf{0x60, 0, 0, 0}, u16be(len(data)), bytesOf{next, 64}, from.ip, to.ip, data)
}

// ip wraps what a transport carries by the kind of the addresses.
func ip(from, to host, proto byte, data bytesOf) bytesOf {
	if len(from.ip) == 16 {
		return ipv6(from, to, proto, data)
	}
	return ipv4(from, to, proto, 7, 0x4000, nil, data)
}

func etherType(packet bytesOf) bytesOf {
	if packet[0]>>4 == 6 {
		return u16be(etherIPv6)
	}
	return u16be(etherIPv4)
}

func ethernet(packet bytesOf) bytesOf {
	frame := join(bytesOf("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x02"), etherType(packet), packet)
	for len(frame) < 60 {
		frame = append(frame, 0xee) // padding
	}
	return frame
}

// classic writes a file of libpcap's format.
func classic(o binary.AppendByteOrder, nano bool, link int, frames ...bytesOf) bytesOf {
	magic := uint32(0xa1b2c3d4)
	unit := 1000
	if nano {
		magic, unit = 0xa1b23c4d, 1
	}
	out := o.AppendUint32(nil, magic)
	out = o.AppendUint16(out, 2)
	out = o.AppendUint16(out, 4)
	out = append(out, make(bytesOf, 8)...)
	out = o.AppendUint32(out, 65535)
	out = o.AppendUint32(out, uint32(link))
	for i, f := range frames {
		out = o.AppendUint32(out, uint32(1_300_000_000+i))
		out = o.AppendUint32(out, uint32(250_000_000/unit))
		out = o.AppendUint32(out, uint32(len(f)))
		out = o.AppendUint32(out, uint32(len(f)))
		out = append(out, f...)
	}
	return out
}

// nextGeneration writes a pcapng, with options, a block of a kind that nobody knows,
// and enhanced, simple and obsolete packet blocks in turn.
func nextGeneration(o binary.AppendByteOrder, link int, frames ...bytesOf) bytesOf {
	block := func(kind uint32, body bytesOf) bytesOf {
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
		out := o.AppendUint32(nil, kind)
		out = o.AppendUint32(out, uint32(len(body)+12))
		out = append(out, body...)
		return o.AppendUint32(out, uint32(len(body)+12))
	}
	section := o.AppendUint32(nil, 0x1a2b3c4d)
	section = append(o.AppendUint16(o.AppendUint16(section, 1), 0), "\xff\xff\xff\xff\xff\xff\xff\xff"...)
	out := block(blockSection, section)
	description := o.AppendUint16(nil, uint16(link))
	description = append(description, make(bytesOf, 6)...)
	description = append(o.AppendUint16(o.AppendUint16(description, 9), 1), 9, 0, 0, 0) // nanoseconds
	description = append(description, 0, 0, 0, 0)
	out = append(out, block(blockIface, description)...)
	out = append(out, block(0x0bad, bytesOf("skip me"))...)
	for i, f := range frames {
		stamp := uint64(1_300_000_000+i)*1_000_000_000 + 250_000_000
		var body bytesOf
		kind := uint32(blockEnhanced)
		switch i % 3 {
		case 0, 1:
			body = o.AppendUint32(nil, 0)
			if i%3 == 1 {
				kind = blockOld
				body = o.AppendUint16(o.AppendUint16(nil, 0), 0)
			}
			body = o.AppendUint32(body, uint32(stamp>>32))
			body = o.AppendUint32(body, uint32(stamp))
			body = o.AppendUint32(body, uint32(len(f)))
		default:
			kind = blockSimple
		}
		body = o.AppendUint32(body, uint32(len(f)))
		out = append(out, block(kind, append(body, f...))...)
	}
	return out
}
