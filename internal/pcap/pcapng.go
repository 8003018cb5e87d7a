package pcap

// pcapng (draft-ietf-opsawg-pcapng): blocks, of which those of interfaces and
// packets are read.

import (
	"errors"
	"strconv"
)

const (
	blockSection  = 0x0a0d0d0a
	blockIface    = 1
	blockOld      = 2 // Packet Block, obsolete
	blockSimple   = 3
	blockEnhanced = 6
)

func isNG(b []byte) bool {
	if little.u32(b) != blockSection {
		return false
	}
	m := uint32(little.u32(b[8:]))
	return m == 0x1a2b3c4d || m == 0x4d3c2b1a
}

// iface is an interface on which packets were captured.
type iface struct {
	link   int
	units  int64 // of its time stamps in a second
	offset int64 // seconds to add
}

// microseconds converts a time stamp.
func (i iface) microseconds(stamp uint64) int64 {
	units := uint64(max(i.units, 1))
	whole, part := stamp/units, stamp%units
	if units > 1<<40 {
		part, units = part>>24, units>>24
	}
	return (int64(whole)+i.offset)*1_000_000 + int64(part*1_000_000/units)
}

func packetsNG(b []byte, f func(Packet) bool) error {
	var o order
	var ifaces []iface
	number := 0
	for at := 0; at < len(b); {
		if len(b)-at < 12 {
			return &Error{"reading a block of pcapng", at, errTruncated}
		}
		kind := o.u32(b[at:])
		if little.u32(b[at:]) == blockSection {
			kind = blockSection
			o = little
			if little.u32(b[at+8:]) != 0x1a2b3c4d {
				o = big
			}
			ifaces = nil
		}
		size := o.u32(b[at+4:])
		if size < 12 || size%4 != 0 {
			return &Error{"reading a block of pcapng", at + 4, errors.New("its length of " + strconv.Itoa(size) + " cannot be")}
		}
		if size > len(b)-at {
			return &Error{"reading a block of pcapng", at, errTruncated}
		}
		body := b[at+8 : at+size-4]
		p := Packet{Number: number + 1}
		var data, id int
		var stamp uint64
		packet := false
		switch {
		case kind == blockIface && len(body) >= 8:
			ifaces = append(ifaces, readIface(o, body))
		case kind == blockEnhanced && len(body) >= 20:
			id, data, packet = o.u32(body), 20, true
			stamp = uint64(o.u32(body[4:]))<<32 | uint64(o.u32(body[8:]))
			p.Data, p.Length = body[20:20+min(o.u32(body[12:]), len(body)-20)], o.u32(body[16:])
		case kind == blockOld && len(body) >= 20:
			id, data, packet = o.u16(body), 20, true
			stamp = uint64(o.u32(body[4:]))<<32 | uint64(o.u32(body[8:]))
			p.Data, p.Length = body[20:20+min(o.u32(body[12:]), len(body)-20)], o.u32(body[16:])
		case kind == blockSimple && len(body) >= 4:
			data, packet = 4, true
			p.Length = o.u32(body)
			p.Data = body[4 : 4+min(p.Length, len(body)-4)]
		}
		if packet {
			if id >= len(ifaces) {
				return &Error{"reading packet " + strconv.Itoa(number+1), at, errors.New("its interface is not described")}
			}
			p.Link = ifaces[id].link
			if kind != blockSimple {
				p.Time = ifaces[id].microseconds(stamp)
			}
			p.Offset = at + 8 + data
			number++
			if !f(p) {
				return nil
			}
		}
		at += size
	}
	return nil
}

func readIface(o order, body []byte) iface {
	const endOfOptions, resolution, offset = 0, 9, 14
	i := iface{link: o.u16(body), units: 1_000_000}
	for at := 8; at+4 <= len(body); {
		code, size := o.u16(body[at:]), o.u16(body[at+2:])
		at += 4
		if code == endOfOptions || size > len(body)-at {
			break
		}
		switch {
		case code == resolution && size >= 1:
			i.units = 1
			base, exponent := int64(10), int(body[at]&0x7f)
			if body[at]&0x80 != 0 {
				base = 2
			}
			for range exponent {
				if i.units > 1<<58/base {
					break
				}
				i.units *= base
			}
		case code == offset && size >= 8:
			high, low := o.u32(body[at:]), o.u32(body[at+4:])
			if o == little {
				high, low = low, high
			}
			i.offset = int64(uint64(high)<<32 | uint64(low))
			if i.offset < -1<<40 || i.offset > 1<<40 {
				i.offset = 0
			}
		}
		at += (size + 3) / 4 * 4
	}
	return i
}
