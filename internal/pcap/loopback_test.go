//go:build linux

package pcap

// A capture of what the kernel itself sends over loopback: frames that this project
// did not make.

import (
	"bytes"
	"encoding/binary"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/vectors"
)

// sniff captures on loopback until stop is called, which gives the frames.
func sniff(t *testing.T) (stop func() []bytesOf) {
	t.Helper()
	const all = 0x0003 // ETH_P_ALL
	lo, err := net.InterfaceByName("lo")
	if err != nil {
		t.Skip("there is no loopback interface: ", err)
	}
	fd, err := syscall.Socket(syscall.AF_PACKET, syscall.SOCK_RAW, int(binary.BigEndian.Uint16([]byte{all, 0}))|all<<8)
	if err != nil {
		t.Skip("capturing is not allowed here: ", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrLinklayer{Protocol: all << 8, Ifindex: lo.Index}); err != nil {
		t.Skip("capturing is not possible here: ", err)
	}
	if err := syscall.SetsockoptTimeval(fd, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &syscall.Timeval{Usec: 300_000}); err != nil {
		t.Fatal(err)
	}
	_ = syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_RCVBUF, 8<<20)
	return func() []bytesOf {
		defer func() { _ = syscall.Close(fd) }()
		var frames []bytesOf
		buffer := make(bytesOf, 1<<17)
		for {
			n, from, err := syscall.Recvfrom(fd, buffer, 0)
			if err == syscall.EINTR {
				continue
			}
			if err != nil {
				return frames
			}
			const outgoing = 4 // each frame is seen leaving and arriving
			if l, ok := from.(*syscall.SockaddrLinklayer); ok && l.Pkttype != outgoing {
				frames = append(frames, append(bytesOf(nil), buffer[:n]...))
			}
		}
	}
}

func TestLoopback(t *testing.T) {
	stop := sniff(t)
	var sent []bytesOf
	for i := range 4 {
		sent = append(sent, text(i, 100+i*20_000)) // the last need fragments
	}
	sent = append(sent, vectors.Seed(t, "draft01_signed.sip"))
	for _, host := range []string{"127.0.0.1", "::1"} {
		server, err := net.ListenPacket("udp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Skip(err)
		}
		defer server.Close()
		client, err := net.Dial("udp", server.LocalAddr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		stream, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer stream.Close()
		for _, m := range sent {
			for _, c := range []net.Conn{client, stream} {
				if _, err := c.Write(m); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	time.Sleep(100 * time.Millisecond)
	frames := stop()
	r, err := Read(classic(binary.LittleEndian, false, linkEthernet, frames...))
	if err != nil {
		t.Fatal(err)
	}
	file := classic(binary.LittleEndian, false, linkEthernet, frames...)
	found := map[string]int{}
	for _, m := range r.Messages {
		src := file
		if m.Stream >= 0 {
			src = r.Streams[m.Stream].Bytes
		}
		for _, s := range sent {
			if bytes.Equal(src[m.Range[0]:m.Range[1]], s) {
				found[m.Transport]++
			}
		}
	}
	if found["UDP"] != 10 || found["TCP"] != 10 {
		t.Errorf("found %v of 10 each in %d frames: %d messages, %d gaps, %d datagrams miss fragments", found, len(frames), len(r.Messages), r.Gaps, r.Fragments)
	}
}
