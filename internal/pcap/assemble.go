package pcap

// Putting together what TCP and WebSocket carry, and finding the messages in it.

import (
	"bytes"
	"sort"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/sip"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Message is a SIP message in a capture.
type Message struct {
	// Stream is the index in Result.Streams of what Range counts in, or -1 when it
	// counts in the capture itself.
	Stream int
	Range  [2]int

	Time        int64 // of its first byte, Unix time in microseconds
	Source      string
	Destination string
	Transport   string // "UDP", "TCP", "WS"
	Packet      int    // the number of the packet it begins in
	// Cut is true when not all of it was captured.
	Cut bool

	order int // Packet, but not before that of the message before it in its stream
}

// Stream is what was put together: one direction of a TCP connection, one message of
// WebSocket, one datagram of fragments.
type Stream struct {
	Name  string
	Bytes []byte
}

// Result is what a capture holds.
type Result struct {
	Packets  int
	Messages []Message // in the order of their packets
	Streams  []Stream
	// Connections is how many TCP connections, each direction counted, carried SIP;
	// Sealed how many looked like TLS, which hides what they carry.
	Connections, Sealed int
	Retransmitted       int // segments that were seen before
	Gaps                int // places where segments were not captured
	Fragments           int // datagrams whose fragments are not all there
	Cut                 int // messages of which not all was captured
	Compressed          int // messages of WebSocket that could not be decompressed (RFC 7692)
	Unknown             int // packets of link types that are not known
	// Bounds are the limits that were reached, each once, where it was first.
	Bounds []*limit.Error
}

// bound notes that a limit was reached at an offset of the capture.
func (a *Assembler) bound(what string, most, offset int) {
	for _, b := range a.result.Bounds {
		if b.What == what {
			return
		}
	}
	a.result.Bounds = append(a.result.Bounds, limit.Over(what, most, offset))
}

// Assembler finds the messages of a capture, packet by packet.
type Assembler struct {
	result    Result
	fragments map[fragmentKey]*fragments
	inflated  int // bytes that were compressed
	flows     map[flowKey]*flow
	order     []*flow
}

// NewAssembler makes an Assembler.
func NewAssembler() *Assembler {
	return &Assembler{fragments: map[fragmentKey]*fragments{}, flows: map[flowKey]*flow{}}
}

// Read finds the messages of a capture file. The error says why reading stopped
// early; the result has what was found until then.
func Read(b []byte) (*Result, error) {
	a := NewAssembler()
	full := false
	err := Packets(b, func(p Packet) bool {
		if full = a.result.Packets >= limit.CapturePackets; !full {
			a.Add(p)
		}
		return !full
	})
	if err == nil && full {
		err = limit.Over("packets", limit.CapturePackets, -1)
	}
	return a.Finish(), err
}

// Add takes the next packet. Its Data must not change until Finish.
func (a *Assembler) Add(p Packet) {
	a.result.Packets++
	at, ok := network(p.Link, p.Data)
	if !ok {
		switch p.Link {
		case linkNull, linkEthernet, linkRaw, 12, 14, linkLoop, linkSLL, linkIPv4, linkIPv6, linkSLL2:
		default:
			a.result.Unknown++
		}
		return
	}
	offset := -1
	if p.Offset >= 0 {
		offset = p.Offset + at
	}
	a.ip(&p, p.Data[at:], offset)
}

// Finish gives what was found.
func (a *Assembler) Finish() *Result {
	a.unfinished()
	for _, f := range a.order {
		a.close(f)
	}
	sorting.By(a.result.Messages, func(x, y *Message) bool { return x.order < y.order })
	for _, m := range a.result.Messages {
		if m.Cut {
			a.result.Cut++
		}
	}
	return &a.result
}

// looksLikeSIP is sip.LooksLikeSIP with a quick answer to most of what is not.
func looksLikeSIP(b []byte) bool {
	if len(b) < 12 || b[0] < '\n' || b[0] > 'z' {
		return false
	}
	end := bytes.IndexByte(b[:min(len(b), limit.HeaderSize)], '\n')
	if end < 2 { // an empty line
		return bytes.HasPrefix(b, []byte("\r\n")) && sip.LooksLikeSIP(b)
	}
	return bytes.Contains(b[:end], []byte("SIP/2.0")) && sip.LooksLikeSIP(b[:end])
}

func (a *Assembler) udp(d datagram) {
	if !looksLikeSIP(d.data) {
		return
	}
	m := a.message(d.from, d.to, "UDP", d.packet)
	m.Stream, m.Range = -1, [2]int{d.offset, d.offset + len(d.data)}
	m.Cut = !d.whole
	if d.offset < 0 {
		m.Stream, m.Range = a.stream("UDP "+m.Source+" to "+m.Destination, d.data), [2]int{0, len(d.data)}
	}
	a.result.Messages = append(a.result.Messages, m)
}

func (a *Assembler) message(from, to address, transport string, p *Packet) Message {
	return Message{Source: from.String(), Destination: to.String(), Transport: transport, Time: p.Time, Packet: p.Number, order: p.Number}
}

func (a *Assembler) stream(name string, b []byte) int {
	a.result.Streams = append(a.result.Streams, Stream{name, b})
	return len(a.result.Streams) - 1
}

type flowKey struct{ from, to address }

// flow is one direction of a TCP connection.
type flow struct {
	key     flowKey
	started bool
	fresh   bool   // its SYN was seen, and no data yet
	next    uint32 // the sequence number that comes next
	pending []segment
	held    int // bytes in pending

	kind   int
	bytes  []byte
	marks  []mark
	breaks []int // places in bytes before which something is missing
}

// What a flow carries.
const (
	flowUnknown = iota
	flowSIP
	flowWeb // HTTP that becomes WebSocket
	flowSealed
)

// segment is one that came before its turn.
type segment struct {
	seq  uint32
	data []byte
	mark mark
}

// mark says in which packet the bytes from a place on came.
type mark struct {
	at     int
	packet *Packet
}

const (
	flagSYN = 2
	flagRST = 4
)

// tcp takes a segment (RFC 9293 section 3.4).
func (a *Assembler) tcp(d datagram, seq uint32, flags byte) {
	if len(d.data) == 0 && flags&flagSYN == 0 {
		return
	}
	key := flowKey{d.from, d.to}
	f := a.flows[key]
	if flags&flagSYN != 0 {
		if f == nil || f.started && f.next != seq+1 && (len(f.bytes) > 0 || f.kind != flowUnknown) {
			f = a.open(key)
		}
		f.started, f.fresh, f.next = true, true, seq+1
		seq++
	}
	if f == nil {
		f = a.open(key)
	}
	if len(d.data) == 0 || flags&flagRST != 0 {
		return
	}
	if !f.started {
		f.started, f.next = true, seq
	}
	s := segment{seq, d.data, mark{0, d.packet}}
	switch ahead := int32(seq - f.next); {
	case ahead > 0:
		if f.kind == flowUnknown && !f.fresh && !begins(d.data) || f.kind == flowSealed {
			// Nobody waits for what is missing.
			f.next = seq + uint32(len(d.data))
			a.classify(f, d.data)
			return
		}
		f.hold(s)
		switch {
		case f.held > limit.CaptureHeld:
			a.bound("bytes that wait for a segment before them", limit.CaptureHeld, d.offset)
			a.skip(f)
		case len(f.pending) > limit.CaptureHeldSegments:
			a.bound("segments that wait for one before them", limit.CaptureHeldSegments, d.offset)
			a.skip(f)
		}
		return
	case int(ahead)+len(d.data) <= 0:
		a.result.Retransmitted++
		return
	default:
		a.deliver(f, s)
	}
	a.drain(f)
}

func (a *Assembler) open(key flowKey) *flow {
	f := &flow{key: key}
	a.flows[key] = f
	a.order = append(a.order, f)
	return f
}

// hold keeps a segment until its turn, in order.
func (f *flow) hold(s segment) {
	i := len(f.pending)
	for i > 0 && int32(f.pending[i-1].seq-s.seq) > 0 {
		i--
	}
	if i > 0 && f.pending[i-1].seq == s.seq && len(f.pending[i-1].data) >= len(s.data) {
		return
	}
	f.pending = append(f.pending, segment{})
	copy(f.pending[i+1:], f.pending[i:])
	f.pending[i] = s
	f.held += len(s.data)
}

// drain delivers the segments whose turn has come.
func (a *Assembler) drain(f *flow) {
	n := 0
	for n < len(f.pending) && int32(f.pending[n].seq-f.next) <= 0 {
		s := f.pending[n]
		n++
		f.held -= len(s.data)
		if int32(s.seq-f.next)+int32(len(s.data)) > 0 {
			a.deliver(f, s)
		}
	}
	f.pending = append(f.pending[:0], f.pending[n:]...)
}

// skip gives up on what is missing before the first segment that is held.
func (a *Assembler) skip(f *flow) {
	if len(f.pending) == 0 {
		return
	}
	a.result.Gaps++
	f.breaks = append(f.breaks, len(f.bytes))
	f.next = f.pending[0].seq
	a.drain(f)
}

// deliver takes a segment whose turn it is, of which the beginning may be known.
func (a *Assembler) deliver(f *flow, s segment) {
	data := s.data[int(f.next-s.seq):]
	f.next += uint32(len(data))
	f.fresh = false
	if f.kind == flowSealed {
		return
	}
	f.marks = append(f.marks, mark{len(f.bytes), s.mark.packet})
	f.bytes = append(f.bytes, data...)
	a.classify(f, f.bytes)
	if f.kind == flowUnknown && (len(f.bytes) > probe || bytes.IndexByte(f.bytes, '\n') > 1) || f.kind == flowSealed {
		// It begins as nothing that is read: the next segment may.
		f.bytes, f.marks, f.breaks = f.bytes[:0], f.marks[:0], nil
	}
}

// probe is how much of a flow is kept to see what it is.
const probe = 4096

// begins reports whether data begins as something that is read.
func begins(b []byte) bool { return looksLikeSIP(b) || isUpgrade(b) }

// isUpgrade reports whether b begins with the request or response that opens a
// WebSocket (RFC 6455 section 4).
func isUpgrade(b []byte) bool {
	if !bytes.HasPrefix(b, []byte("GET ")) && !bytes.HasPrefix(b, []byte("HTTP/1.1 101")) {
		return false
	}
	return bytes.Contains(bytes.ToLower(b[:min(len(b), 8192)]), []byte("websocket"))
}

// classify says what an unknown flow carries, by what a segment begins with.
func (a *Assembler) classify(f *flow, data []byte) {
	if f.kind != flowUnknown {
		return
	}
	switch {
	case looksLikeSIP(data):
		f.kind = flowSIP
	case isUpgrade(data):
		f.kind = flowWeb
	case len(data) > 5 && (data[0] == 22 || data[0] == 23) && data[1] == 3 && data[2] <= 4:
		f.kind = flowSealed
		a.result.Sealed++
	}
}

// close finds the messages of a flow.
func (a *Assembler) close(f *flow) {
	for len(f.pending) > 0 {
		a.skip(f)
	}
	switch f.kind {
	case flowSIP:
		a.split(f)
	case flowWeb:
		a.webSocket(f)
	}
}

// packetAt is the packet that brought the byte at a place.
func (f *flow) packetAt(at int) *Packet {
	i := sort.Search(len(f.marks), func(i int) bool { return f.marks[i].at > at }) - 1
	return f.marks[max(i, 0)].packet
}

// breakAfter is the first gap behind a place, or the end.
func (f *flow) breakAfter(at int) int {
	i := sort.SearchInts(f.breaks, at+1)
	if i < len(f.breaks) {
		return f.breaks[i]
	}
	return len(f.bytes)
}

// split finds the messages in the bytes of a flow by their Content-Length (RFC 3261
// section 18.3). Where that leads to no message, the next start line at the beginning
// of a segment is the next.
func (a *Assembler) split(f *flow) {
	b := f.bytes
	index, order := -1, 0
	for at := 0; at < len(b); {
		for at < len(b) && (b[at] == '\r' || b[at] == '\n') {
			at++ // keep-alives (RFC 5626 section 3.5.1)
		}
		if at == len(b) {
			break
		}
		if !looksLikeSIP(b[at:]) {
			at = f.nextStart(at + 1)
			continue
		}
		size, cut := messageSize(b[at:f.breakAfter(at)])
		if index < 0 {
			index = a.stream("TCP "+f.key.from.String()+" to "+f.key.to.String(), b)
			a.result.Connections++
		}
		m := a.message(f.key.from, f.key.to, "TCP", f.packetAt(at))
		m.Stream, m.Range, m.Cut = index, [2]int{at, at + size}, cut
		order = max(order, m.order)
		m.order = order
		a.result.Messages = append(a.result.Messages, m)
		at += size
	}
}

// nextStart is the next place from at on where a segment begins with a start line.
func (f *flow) nextStart(at int) int {
	for i := sort.Search(len(f.marks), func(i int) bool { return f.marks[i].at >= at }); i < len(f.marks); i++ {
		if looksLikeSIP(f.bytes[f.marks[i].at:]) {
			return f.marks[i].at
		}
	}
	return len(f.bytes)
}

// messageSize is how long the message that begins with b is. cut is true when b ends
// before the message does.
func messageSize(b []byte) (size int, cut bool) {
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		return len(b), true
	}
	body := end + 4
	length := contentLength(b[:body])
	if length > len(b)-body {
		return len(b), true
	}
	return body + length, false
}

// contentLength reads Content-Length out of a header, 0 without one.
func contentLength(b []byte) int {
	for len(b) > 0 {
		line, rest, _ := bytes.Cut(b, []byte{'\n'})
		b = rest
		colon := bytes.IndexByte(line, ':')
		if colon < 0 {
			continue
		}
		name := bytes.TrimRight(line[:colon], " \t")
		if !bytes.EqualFold(name, []byte("Content-Length")) && !bytes.EqualFold(name, []byte("l")) {
			continue
		}
		n := 0
		for _, c := range bytes.TrimSpace(line[colon+1:]) {
			if c < '0' || c > '9' || n > 1<<30 {
				return 0
			}
			n = n*10 + int(c-'0')
		}
		return n
	}
	return 0
}
