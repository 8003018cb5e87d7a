package ingest

// Captures of network traffic, and single packets.

import (
	"strings"

	"github.com/sipseal/sipseal/internal/ingest/radix"
	"github.com/sipseal/sipseal/internal/pcap"
)

// CaptureInfo says where a message was captured.
type CaptureInfo struct {
	Time        int64 // Unix time in microseconds, 0 when it is not known
	Source      string
	Destination string
	Transport   string // "UDP", "TCP", "WS"
	Packet      int    // counted from 1
	Cut         bool   // not all of it was captured
}

// capture knows the files of libpcap and pcapng.
func capture(r *reader, source int, b []byte) bool {
	if !pcap.IsCapture(b) {
		return false
	}
	result, err := pcap.Read(b)
	if err != nil {
		r.step(source, "capture-damaged", err.Error(), 0, result.Packets)
	}
	if result.Packets == 0 {
		return false
	}
	r.captured(source, result)
	return true
}

// isPacket reports whether b is a packet of a network.
func isPacket(b []byte) bool {
	_, ok := pcap.IsPacket(b)
	return ok
}

// packet knows a single packet.
func packet(r *reader, source int, b []byte) bool {
	link, ok := pcap.IsPacket(b)
	if !ok {
		return false
	}
	a := pcap.NewAssembler()
	a.Add(pcap.Packet{Number: 1, Link: link, Data: b, Length: len(b)})
	result := a.Finish()
	if len(result.Messages) == 0 {
		return false
	}
	r.captured(source, result)
	return true
}

// packets reads dumps that are packets all of them, as tcpdump prints them, together:
// what they carry may be in pieces.
func (r *reader) packets(source int, runs []radix.Run) bool {
	// All of them in one source: messages are ranges of it.
	var all []byte
	for _, run := range runs {
		if !isPacket(run.Bytes) {
			return false
		}
		all = append(all, run.Bytes...)
	}
	a := pcap.NewAssembler()
	offset := 0
	for i, run := range runs {
		link, _ := pcap.IsPacket(run.Bytes)
		a.Add(pcap.Packet{Number: i + 1, Link: link, Data: run.Bytes, Offset: offset, Length: len(run.Bytes)})
		offset += len(run.Bytes)
	}
	result := a.Finish()
	if len(result.Messages) == 0 {
		return false
	}
	at, ok := r.add(source, all, r.result.Sources[source].Name)
	if !ok {
		return false
	}
	r.taken(at)
	r.step(source, runs[0].Code, "read "+count(len(runs), "packet", "packets")+" from hex dumps", runs[0].Range[0], len(all))
	r.captured(at, result)
	return true
}

// captured adds the messages of a capture as items. They are as they were on the
// wire: nothing is repaired.
func (r *reader) captured(source int, result *pcap.Result) {
	r.capture = true
	detail := "found " + count(len(result.Messages), "SIP message", "SIP messages") + " in " + count(result.Packets, "packet", "packets")
	var also []string
	for _, n := range []struct {
		n         int
		one, many string
	}{
		{result.Connections, "TCP connection was put together", "TCP connections were put together"},
		{result.Retransmitted, "segment had come before", "segments had come before"},
		{result.Gaps, "place misses segments", "places miss segments"},
		{result.Fragments, "datagram misses fragments", "datagrams miss fragments"},
		{result.Cut, "message was not captured whole", "messages were not captured whole"},
		{result.Sealed, "TCP stream is TLS, which hides what it carries", "TCP streams are TLS, which hides what they carry"},
		{result.Compressed, "WebSocket message is compressed (permessage-deflate) and cannot be decompressed: what it refers to was not captured", "WebSocket messages are compressed (permessage-deflate) and cannot be decompressed: what they refer to was not captured"},
		{result.Unknown, "packet is of a link type that is not known", "packets are of link types that are not known"},
	} {
		if n.n > 0 {
			also = append(also, count(n.n, n.one, n.many))
		}
	}
	if len(also) > 0 {
		detail += ": " + strings.Join(also, "; ")
	}
	r.step(source, "capture", detail, 0, len(result.Messages))
	for _, b := range result.Bounds {
		r.step(source, "too-many", b.Error()+": the rest is passed over", max(b.Offset, 0), b.Limit)
	}
	streams := make([]int, len(result.Streams))
	for i, s := range result.Streams {
		at, ok := r.add(source, s.Bytes, s.Name)
		if !ok {
			at = -1
		} else {
			r.taken(at)
		}
		streams[i] = at
	}
	for _, m := range result.Messages {
		item := Item{Kind: KindSIP, Source: source, Range: m.Range, Capture: &CaptureInfo{
			Time: m.Time, Source: m.Source, Destination: m.Destination, Transport: m.Transport, Packet: m.Packet, Cut: m.Cut,
		}}
		if m.Stream >= 0 {
			if item.Source = streams[m.Stream]; item.Source < 0 {
				continue
			}
		}
		r.item(item)
	}
	if len(result.Messages) == 0 {
		r.item(Item{Kind: KindUnknown, Name: r.result.Sources[source].Name, Source: source, Range: [2]int{0, len(r.result.Sources[source].Bytes)}})
	}
}
