package pcap

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/vectors"
)

// text is a message with a body of that size.
func text(n, body int) bytesOf {
	name := "Content-Length"
	if n%2 == 1 {
		name = "l"
	}
	return bytesOf(fmt.Sprintf("MESSAGE sip:kumiko@example.net SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK%d\r\nCall-ID: %d\r\n%s: %d\r\n\r\n%s",
		n, n, name, body, strings.Repeat("x", body)))
}

// want are messages as "transport source > destination", and what they say.
type want struct {
	path    string
	message bytesOf
}

func check(t *testing.T, file bytesOf, wants ...want) *Result {
	t.Helper()
	if !IsCapture(file) {
		t.Error("it is not known as a capture")
	}
	r, err := Read(file)
	if err != nil {
		t.Error(err)
	}
	if len(r.Messages) != len(wants) {
		t.Fatalf("%d messages, want %d: %+v", len(r.Messages), len(wants), r.Messages)
	}
	for i, m := range r.Messages {
		src := file
		if m.Stream >= 0 {
			src = r.Streams[m.Stream].Bytes
		}
		got := src[m.Range[0]:m.Range[1]]
		path := m.Transport + " " + m.Source + " > " + m.Destination
		if path != wants[i].path || !bytes.Equal(got, wants[i].message) {
			t.Errorf("message %d: %s, want %s\n%q\n%q", i, path, wants[i].path, got, wants[i].message)
		}
	}
	return r
}

const udp4 = "UDP 192.0.2.1:5060 > 192.0.2.2:5062"
const tcp4 = "TCP 192.0.2.1:5060 > 192.0.2.2:5062"

// TestFrames has one message in every kind of frame and file.
func TestFrames(t *testing.T) {
	m := vectors.Seed(t, "draft01_signed.sip")
	v4, v6 := ip(alice, bob, protoUDP, udp(alice, bob, m)), ip(alice6, bob6, protoUDP, udp(alice6, bob6, m))
	e4 := ethernet(v4)
	other := ethernet(ip(bob, alice, protoUDP, udp(bob, alice, bytesOf("not a message, that is"))))
	six := "UDP [2001:db8::1]:5060 > [2001:db8::1:0:0:2]:5062"
	extended := ipv6(alice6, bob6, 0, join(bytesOf{60, 0, 1, 4, 0, 0, 0, 0}, bytesOf{protoUDP, 0, 1, 4, 0, 0, 0, 0}, udp(alice6, bob6, m)))
	for name, c := range map[string]struct {
		file bytesOf
		path string
	}{
		"ethernet":       {classic(binary.LittleEndian, false, linkEthernet, e4), udp4},
		"big endian":     {classic(binary.BigEndian, false, linkEthernet, other, e4), udp4},
		"nanoseconds":    {classic(binary.LittleEndian, true, linkEthernet, e4, other), udp4},
		"pcapng":         {nextGeneration(binary.LittleEndian, linkEthernet, e4, other, other), udp4},
		"pcapng, big":    {nextGeneration(binary.BigEndian, linkEthernet, other, e4), udp4},
		"pcapng, simple": {nextGeneration(binary.LittleEndian, linkEthernet, other, other, e4), udp4},
		"ipv6":           {classic(binary.LittleEndian, false, linkEthernet, ethernet(v6)), six},
		"ipv6 options":   {classic(binary.LittleEndian, false, linkEthernet, ethernet(extended)), six},
		"ipv4 options":   {classic(binary.LittleEndian, false, linkRaw, ipv4(alice, bob, protoUDP, 1, 0, bytesOf{1, 1, 1, 0}, udp(alice, bob, m))), udp4},
		"raw":            {classic(binary.LittleEndian, false, linkRaw, v4), udp4},
		"raw 6":          {classic(binary.LittleEndian, false, linkIPv6, v6), six},
		"null":           {classic(binary.LittleEndian, false, linkNull, join(bytesOf{2, 0, 0, 0}, v4)), udp4},
		"loop":           {classic(binary.BigEndian, false, linkLoop, join(bytesOf{0, 0, 0, 24}, v6)), six},
		"cooked":         {classic(binary.LittleEndian, false, linkSLL, join(make(bytesOf, 14), u16be(etherIPv4), v4)), udp4},
		"cooked 2":       {classic(binary.LittleEndian, false, linkSLL2, join(u16be(etherIPv6), make(bytesOf, 18), v6)), six},
		"vlan":           {classic(binary.LittleEndian, false, linkEthernet, join(e4[:12], u16be(0x8100), u16be(7), e4[12:])), udp4},
		"vlan in vlan":   {classic(binary.LittleEndian, false, linkEthernet, join(e4[:12], u16be(0x88a8), u16be(7), u16be(0x8100), u16be(7), e4[12:])), udp4},
		"pppoe":          {classic(binary.LittleEndian, false, linkEthernet, join(e4[:12], u16be(etherPPPoE), make(bytesOf, 8), v4)), udp4},
	} {
		t.Run(name, func(t *testing.T) {
			r := check(t, c.file, want{c.path, m})
			got := r.Messages[0]
			if name != "pcapng, simple" && got.Time != int64(1_300_000_000+got.Packet-1)*1_000_000+250_000 {
				t.Errorf("time %d of packet %d", got.Time, got.Packet)
			}
			if got.Stream != -1 || got.Cut {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestFragments(t *testing.T) {
	m := text(1, 3000)
	whole := udp(alice, bob, m)
	var frames, frames6 []bytesOf
	for at := 0; at < len(whole); at += 1400 {
		end, more := min(at+1400, len(whole)), 0x2000
		if end == len(whole) {
			more = 0
		}
		frames = append(frames, ethernet(ipv4(alice, bob, protoUDP, 99, more|at/8, nil, whole[at:end])))
		frames6 = append(frames6, ethernet(ipv6(alice6, bob6, 44, join(bytesOf{protoUDP, 0}, u16be(at|more>>13), u32be(5), whole[at:end]))))
	}
	frames[0], frames[2] = frames[2], frames[0]
	frames = append(frames[:2:2], append([]bytesOf{frames[1]}, frames[2:]...)...) // one twice
	r := check(t, classic(binary.LittleEndian, false, linkEthernet, frames...), want{udp4, m})
	if r.Messages[0].Packet != 4 {
		t.Errorf("the message begins in packet %d", r.Messages[0].Packet)
	}
	check(t, classic(binary.LittleEndian, false, linkEthernet, frames6...), want{"UDP [2001:db8::1]:5060 > [2001:db8::1:0:0:2]:5062", m})
	// Without the last, what comes before it; without the first, nothing.
	r = check(t, classic(binary.LittleEndian, false, linkEthernet, frames[1:]...), want{udp4, m[:2*1400-8]})
	if r.Fragments != 1 || r.Cut != 1 || !r.Messages[0].Cut {
		t.Errorf("%d datagrams are said to miss fragments, %d messages to be cut", r.Fragments, r.Cut)
	}
	r = check(t, classic(binary.LittleEndian, false, linkEthernet, frames[:3]...))
	if r.Fragments != 1 {
		t.Errorf("%d datagrams are said to miss fragments", r.Fragments)
	}
}

// cutUp makes TCP segments of random sizes.
func cutUp(rng *rand.Rand, from, to host, seq int, data bytesOf) []bytesOf {
	frames := []bytesOf{ethernet(ip(from, to, protoTCP, tcp(from, to, seq-1, flagSYN, nil)))}
	for at := 0; at < len(data); {
		end := min(at+1+rng.Intn(700), len(data))
		frames = append(frames, ethernet(ip(from, to, protoTCP, tcp(from, to, seq+at, 0x18, data[at:end]))))
		at = end
	}
	return frames
}

func TestTCP(t *testing.T) {
	for seed := range int64(50) {
		rng := rand.New(rand.NewSource(seed))
		var data bytesOf
		var wants []want
		for i := range 12 {
			m := text(i, rng.Intn(900))
			data = append(data, m...)
			if rng.Intn(3) == 0 {
				data = append(data, "\r\n\r\n"...) // keep-alive
			}
			wants = append(wants, want{tcp4, m})
		}
		seq := int(rng.Uint32()) // may wrap around
		if seed%2 == 0 {
			seq = 1<<32 - 2000
		}
		frames := cutUp(rng, alice, bob, seq, data)
		for range len(frames) / 3 { // out of order, and again
			i := 1 + rng.Intn(len(frames)-2)
			frames[i], frames[i+1] = frames[i+1], frames[i]
			frames = append(frames, frames[1+rng.Intn(len(frames)-1)])
		}
		check(t, classic(binary.LittleEndian, false, linkEthernet, frames...), wants...)
	}
}

// TestTCPGap misses a segment: the messages that lie in it are cut or lost, the
// others are there.
func TestTCPGap(t *testing.T) {
	var frames []bytesOf
	seq := 1000
	for i := range 5 {
		m := text(i, 10)
		half := len(m) / 2
		for _, part := range []bytesOf{m[:half], m[half:]} {
			frames = append(frames, ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, seq, 0x18, part))))
			seq += len(part)
		}
	}
	frames = append(frames[:5], frames[6:]...) // the second half of the third
	m := text(2, 10)
	r := check(t, classic(binary.LittleEndian, false, linkEthernet, frames...),
		want{tcp4, text(0, 10)}, want{tcp4, text(1, 10)}, want{tcp4, m[:len(m)/2]}, want{tcp4, text(3, 10)}, want{tcp4, text(4, 10)})
	if r.Gaps != 1 || r.Cut != 1 || !r.Messages[2].Cut {
		t.Errorf("%d gaps, %d cut", r.Gaps, r.Cut)
	}
}

// TestTCPMiddle begins in the middle of a message, as captures do.
func TestTCPMiddle(t *testing.T) {
	first, second := text(0, 300), text(1, 5)
	frames := []bytesOf{
		ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 500, 0x18, first[100:]))),
		ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 500+len(first)-100, 0x18, second))),
	}
	check(t, classic(binary.LittleEndian, false, linkEthernet, frames...), want{tcp4, second})
}

func frame(opcode byte, key bytesOf, data bytesOf) bytesOf {
	out := bytesOf{opcode, 0}
	switch {
	case len(data) > 65535:
		out[1] = 127
		out = append(out, join(u32be(0), u32be(len(data)))...)
	case len(data) > 125:
		out[1] = 126
		out = append(out, u16be(len(data))...)
	default:
		out[1] = byte(len(data))
	}
	if key != nil {
		out[1] |= 0x80
		out = append(out, key...)
	}
	return appendUnmasked(out, data, key)
}

func TestWebSocket(t *testing.T) {
	key := bytesOf{1, 2, 3, 4}
	m0, m1, m2 := text(0, 5), text(1, 70000), text(2, 200)
	up := join(bytesOf("GET /sip HTTP/1.1\r\nUpgrade: WebSocket\r\nSec-WebSocket-Protocol: sip\r\n\r\n"),
		frame(0x81, key, m0), frame(0x89, key, bytesOf("ping")), frame(0x01, key, m1[:1000]), frame(0x80, key, m1[1000:]), frame(0xc1, key, m2))
	down := join(bytesOf("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"), frame(0x82, nil, m2))
	rng := rand.New(rand.NewSource(3))
	frames := append(cutUp(rng, alice, bob, 100, up), cutUp(rng, bob, alice, 9000, down)...)
	r := check(t, classic(binary.LittleEndian, false, linkEthernet, frames...),
		want{"WS 192.0.2.1:5060 > 192.0.2.2:5062", m0}, want{"WS 192.0.2.1:5060 > 192.0.2.2:5062", m1}, want{"WS 192.0.2.2:5062 > 192.0.2.1:5060", m2})
	if r.Compressed != 1 {
		t.Errorf("%d compressed", r.Compressed)
	}
}

// TestDeflate has messages in permessage-deflate, the second of which refers to the
// first.
func TestDeflate(t *testing.T) {
	m0, m1 := text(0, 50), text(2, 60)
	var out bytes.Buffer
	w, _ := flate.NewWriter(&out, 9)
	var packed []bytesOf
	for _, m := range []bytesOf{m0, m1} {
		_, _ = w.Write(m)
		_ = w.Flush()
		packed = append(packed, bytes.TrimSuffix(append(bytesOf(nil), out.Bytes()...), bytesOf{0, 0, 0xff, 0xff}))
		out.Reset()
	}
	if len(packed[1]) >= len(m1)/2 {
		t.Fatalf("%d bytes of %d: no reference to the first", len(packed[1]), len(m1))
	}
	up := join(bytesOf("GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
		frame(0xc1, bytesOf{9, 8, 7, 6}, packed[0]), frame(0x41, nil, packed[1][:5]), frame(0x80, nil, packed[1][5:]))
	frames := cutUp(rand.New(rand.NewSource(1)), alice, bob, 1, up)
	const path = "WS 192.0.2.1:5060 > 192.0.2.2:5062"
	if r := check(t, classic(binary.LittleEndian, false, linkEthernet, frames...), want{path, m0}, want{path, m1}); r.Compressed != 0 {
		t.Errorf("%d could not be decompressed", r.Compressed)
	}
}

func TestDamagedFiles(t *testing.T) {
	e := ethernet(ip(alice, bob, protoUDP, udp(alice, bob, text(1, 10))))
	for _, file := range []bytesOf{classic(binary.LittleEndian, false, linkEthernet, e, e), nextGeneration(binary.LittleEndian, linkEthernet, e, e)} {
		for n := 24; n < len(file); n++ {
			r, err := Read(file[:n])
			if err == nil && len(r.Messages) == 1 && n > len(file)-len(e) {
				t.Errorf("cut at %d of %d: no error", n, len(file))
			}
			if err != nil && !strings.Contains(err.Error(), "at byte") {
				t.Error(err)
			}
		}
	}
}

func FuzzCapture(f *testing.F) {
	for name, b := range corpus.Made(f) {
		if strings.HasSuffix(name, "pcap") {
			f.Add(b)
		}
	}
	for _, name := range []string{"cut.pcap", "tunnel.pcap", "dumpcap.pcapng"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	m := text(1, 30)
	e := ethernet(ip(alice, bob, protoUDP, udp(alice, bob, m)))
	s := ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 5, 0x18, m)))
	f.Add(classic(binary.LittleEndian, false, linkEthernet, e, s))
	f.Add(nextGeneration(binary.BigEndian, linkEthernet, s, e, s))
	f.Add(classic(binary.LittleEndian, false, linkRaw, ipv4(alice, bob, protoUDP, 3, 0x2000, nil, udp(alice, bob, m)[:16])))
	w := join(bytesOf("GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"), frame(0x81, bytesOf{1, 2, 3, 4}, m))
	f.Add(classic(binary.LittleEndian, false, linkRaw, ip(alice, bob, protoTCP, tcp(alice, bob, 5, 0x18, w))))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 2 << 20}, func(t *testing.T, b []byte) {
		r, _ := Read(b)
		size := 0
		for _, s := range r.Streams {
			size += len(s.Bytes)
		}
		if size > 2*len(b)+1<<20*len(r.Messages) {
			t.Fatalf("streams of %d bytes out of %d", size, len(b))
		}
		for _, m := range r.Messages {
			src := b
			if m.Stream >= 0 {
				src = r.Streams[m.Stream].Bytes
			}
			if m.Range[0] < 0 || m.Range[0] > m.Range[1] || m.Range[1] > len(src) {
				t.Fatalf("range %v of %d bytes", m.Range, len(src))
			}
		}
	}))
}

// BenchmarkRead reads a capture of 10 MB: UDP and TCP, half of it SIP.
func BenchmarkRead(b *testing.B) {
	rng := rand.New(rand.NewSource(1))
	var frames []bytesOf
	size := 0
	seq := 1
	for n := 0; size < 10<<20; n++ {
		m := text(n, rng.Intn(700))
		other := make(bytesOf, 172)
		frames = append(frames, ethernet(ip(alice, bob, protoUDP, udp(alice, bob, m))),
			ethernet(ip(bob, alice, protoTCP, tcp(bob, alice, seq, 0x18, m))))
		for range 5 {
			frames = append(frames, ethernet(ip(bob, alice, protoUDP, udp(bob, alice, other))))
		}
		seq += len(m)
		size += 2*len(m) + 5*230
	}
	file := classic(binary.LittleEndian, false, linkEthernet, frames...)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(file); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(frames)), "packets")
}
