package pcap

// SIP in WebSocket (RFC 7118): the messages in the frames that follow the HTTP
// upgrade (RFC 6455 section 5).

import (
	"bytes"
	"compress/flate"
	"io"

	"github.com/sipseal/sipseal/internal/limit"
)

// webSocket finds the messages of a flow that began with an upgrade.
func (a *Assembler) webSocket(f *flow) {
	b := f.bytes
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		return
	}
	var message []byte // the fragments so far
	start := 0         // of the first of them
	open, packed, found := false, false, false
	var window []byte // what was decompressed last
	for at := end + 4; at+2 <= len(b); {
		const fin, compressed, masked = 0x80, 0x40, 0x80
		begin := at
		head, second := b[at], b[at+1]
		size, body := int(second&0x7f), at+2
		switch {
		case size == 126 && body+2 <= len(b):
			size, body = big.u16(b[body:]), body+2
		case size == 127 && body+8 <= len(b):
			if big.u32(b[body:]) != 0 {
				return
			}
			size, body = big.u32(b[body+4:]), body+8
		case size > 125:
			return
		}
		var key []byte
		if second&masked != 0 {
			if body+4 > len(b) {
				return
			}
			key = b[body : body+4]
			body += 4
		}
		opcode := head & 15
		cut := size > len(b)-body || f.breakAfter(at) < body+size
		payload := b[body:min(body+size, len(b))]
		at = body + size
		if opcode <= 2 {
			if opcode != 0 || !open {
				message, start, open, packed = nil, begin, true, head&compressed != 0
			}
			message = appendUnmasked(message, payload, key)
			if head&fin != 0 || cut {
				open = false
				if packed {
					var ok bool
					if message, ok = a.inflate(message, window); !ok {
						a.result.Compressed++
						continue
					}
					window = append(window, message...)
					window = window[max(0, len(window)-1<<15):]
				}
				if looksLikeSIP(message) {
					m := a.message(f.key.from, f.key.to, "WS", f.packetAt(start))
					m.Stream, m.Range, m.Cut = a.stream("WS "+m.Source+" to "+m.Destination, message), [2]int{0, len(message)}, cut
					a.result.Messages = append(a.result.Messages, m)
					found = true
				}
			}
		}
		if cut {
			break // frames cannot be told apart behind a gap
		}
	}
	if found {
		a.result.Connections++
	}
}

// inflate undoes permessage-deflate (RFC 7692 section 7.2.2): a message is DEFLATE
// without its last four bytes, and may refer to what came before it.
func (a *Assembler) inflate(message, window []byte) ([]byte, bool) {
	most := int64(min(limit.Decompressed-a.inflated, limit.CompressionRatio*max(len(message), limit.CompressionFloor)))
	in := bytes.NewReader(append(message[:len(message):len(message)], 0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff))
	out, err := io.ReadAll(io.LimitReader(flate.NewReaderDict(in, window), most+1))
	a.inflated += len(out)
	if int64(len(out)) > most {
		a.bound("bytes out of one compressed message", int(max(most, 0)), -1)
	}
	return out, err == nil && int64(len(out)) <= most
}

// appendUnmasked appends what a frame carries (RFC 6455 section 5.3).
func appendUnmasked(out, payload, key []byte) []byte {
	if key == nil {
		return append(out, payload...)
	}
	for i, c := range payload {
		out = append(out, c^key[i&3])
	}
	return out
}
