package pcap

// Captures that tcpdump and dumpcap wrote, of what the kernel sent, judged by what
// tcpdump and tshark say is in them. (go run ./internal/tools/captures makes them.)

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/vectors"
)

// told is what another program says of a packet.
type told struct {
	time      int64 // Unix time in microseconds
	from, to  string
	seq, size int // of TCP: the first byte's number, counted from 1
}

// tcpdumpLine is a packet as tcpdump says it: number, time, link, addresses, rest.
var tcpdumpLine = regexp.MustCompile(`^ *(\d+)  (\S+ \S+) (?:\S+ +(?:In|Out) +)?IP6? (\S+) > (\S+): (.*)$`)
var tcpdumpSegment = regexp.MustCompile(`seq (\d+):(\d+),`)
var tcpdumpFragment = regexp.MustCompile(`^frag \(0\|\d+\) (\d+) > (\d+): `)

// readGolden reads what tcpdump or tshark said of a file, by the packet's number.
func readGolden(t *testing.T, path string) map[int]told {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	packets := map[int]told{}
	number := func(s string) int {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if f := strings.Split(line, "\t"); len(f) == 12 { // tshark
			host := func(f []string) string { // ip, ipv6, udp, tcp
				if f[1] != "" {
					return "[" + f[1] + "]:" + f[2] + f[3]
				}
				return f[0] + ":" + f[2] + f[3]
			}
			seconds, fraction, _ := strings.Cut(f[1], ".")
			p := told{int64(number(seconds))*1_000_000 + int64(number(fraction)/1000), host(f[2:]), host(f[6:]), 0, 0}
			if f[11] != "" {
				p.seq, p.size = number(f[10]), number(f[11])
			}
			packets[number(f[0])] = p
			continue
		}
		m := tcpdumpLine.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("%s: what is %q?", path, line)
		}
		at, err := time.Parse("2006-01-02 15:04:05.999999999", m[2])
		if err != nil {
			t.Fatal(err)
		}
		host := func(s, port string) string {
			dot := len(s)
			if port == "" && (strings.Contains(s, ":") || strings.Count(s, ".") == 4) {
				dot = max(strings.LastIndex(s, "."), 0)
				port = s[dot:]
			}
			port = strings.TrimPrefix(port, ".")
			if strings.Contains(s, ":") {
				return "[" + s[:dot] + "]:" + port
			}
			return s[:dot] + ":" + port
		}
		p := told{time: at.UnixMicro()}
		if ports := tcpdumpFragment.FindStringSubmatch(m[5]); ports != nil {
			p.from, p.to = host(m[3], ports[1]), host(m[4], ports[2])
		} else {
			p.from, p.to = host(m[3], ""), host(m[4], "")
		}
		if s := tcpdumpSegment.FindStringSubmatch(m[5]); s != nil {
			p.seq, p.size = number(s[1]), number(s[2])-number(s[1])
		}
		packets[number(m[1])] = p
	}
	return packets
}

// segmentWith is the first packet that brought the byte at a place of a stream.
func segmentWith(packets map[int]told, from, to string, at int) int {
	for n := 1; n <= len(packets); n++ {
		if p := packets[n]; p.from == from && p.to == to && p.seq <= at+1 && at+1 < p.seq+p.size {
			return n
		}
	}
	return 0
}

// repeated is how many segments bring nothing that was not there before.
func repeated(packets map[int]told) (count int) {
	type place struct {
		from, to string
		at       int
	}
	seen := map[place]bool{}
	for n := 1; n <= len(packets); n++ {
		p, fresh := packets[n], false
		for i := range p.size {
			at := place{p.from, p.to, p.seq + i}
			fresh = fresh || !seen[at]
			seen[at] = true
		}
		if p.size > 0 && !fresh {
			count++
		}
	}
	return count
}

func TestCaptures(t *testing.T) {
	type sent struct {
		transport, from, name string
		kept                  int // bytes, of a capture that was cut off
	}
	const four, six, near, far = "127.0.0.1:", "[::1]:", "10.9.0.1:", "10.9.0.2:"
	// A packet of 200 bytes has a header of Ethernet (14), of IPv4 (20) or IPv6 (40,
	// 8 more in a fragment), and of UDP (8) or TCP (32 with a time stamp) in it.
	loopback := []sent{
		{"UDP", four, "seeds/draft01_signed.sip", 200 - 14 - 20 - 8},
		{"UDP", four, "demo/encrypted_signed.sip", 200 - 14 - 20 - 8},
		{"UDP", six, "seeds/draft01_encrypted.sip", 200 - 14 - 40 - 8},
		{"UDP", six, "demo/encrypted_signed.sip", 200 - 14 - 40 - 8 - 8},
		{"TCP", four, "seeds/draft01_signed_encrypted.sip", 200 - 14 - 20 - 32},
		{"TCP", six, "seeds/draft01_signed_no_null.sip", 200 - 14 - 40 - 32},
		{"TCP", six, "demo/signed.sip", 0},
	}
	tunnel := []sent{ // there, and back again
		{"UDP", near, "demo/opaque.sip", 0},
		{"UDP", far, "demo/opaque.sip", 0},
		{"TCP", near, "seeds/draft01_signed.sip", 0},
		{"TCP", near, "seeds/draft01_encrypted.sip", 0},
		{"TCP", far, "seeds/draft01_signed.sip", 0},
		{"TCP", far, "seeds/draft01_encrypted.sip", 0},
	}
	all := append(loopback[:len(loopback):len(loopback)], tunnel...)
	for name, wants := range map[string][]sent{
		"loopback.pcap":    loopback,
		"nanoseconds.pcap": loopback,
		"cut.pcap":         loopback[:6],
		"any.pcap":         all,
		"cooked.pcap":      append(loopback[:4:4], tunnel[:2]...),
		"tunnel.pcap":      tunnel,
		"dumpcap.pcapng":   all,
	} {
		t.Run(name, func(t *testing.T) {
			file, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			packets := readGolden(t, filepath.Join("testdata", name+".txt"))
			r, err := Read(file)
			if err != nil {
				t.Fatal(err)
			}
			cut := name == "cut.pcap"
			if r.Packets != len(packets) || r.Unknown != 0 || r.Retransmitted != repeated(packets) && !cut || len(r.Messages) != len(wants) {
				t.Fatalf("%d packets of %d, %d unknown, %d segments again of %d, %d messages of %d", r.Packets, len(packets),
					r.Unknown, r.Retransmitted, repeated(packets), len(r.Messages), len(wants))
			}
			if !cut && (r.Gaps != 0 || r.Fragments != 0 || r.Cut != 0) {
				t.Errorf("%d gaps, %d datagrams miss fragments, %d messages are cut", r.Gaps, r.Fragments, r.Cut)
			}
			for i, m := range r.Messages {
				want := wants[i]
				message, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", want.name))
				if err != nil {
					t.Fatal(err)
				}
				if cut {
					message = message[:want.kept]
				}
				src := file
				if m.Stream >= 0 {
					src = r.Streams[m.Stream].Bytes
				}
				if got := src[m.Range[0]:m.Range[1]]; !bytes.Equal(got, message) || m.Cut != cut {
					t.Errorf("message %d is %d bytes (cut: %v), want the %d of %s", i, len(got), m.Cut, len(message), want.name)
				}
				p := packets[m.Packet]
				if m.Transport != want.transport || m.Time != p.time || m.Source != p.from || m.Destination != p.to || !strings.HasPrefix(m.Source, want.from) || !strings.HasSuffix(m.Destination, ":5060") {
					t.Errorf("message %d: %+v, packet %d is %+v", i, m, m.Packet, p)
				}
				if n := segmentWith(packets, m.Source, m.Destination, m.Range[0]); m.Transport == "TCP" && n != m.Packet {
					t.Errorf("message %d begins in packet %d, not %d", i, n, m.Packet)
				}
			}
		})
	}
}
