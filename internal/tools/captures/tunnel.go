//go:build linux

package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"syscall"
	"unsafe"
)

// tunnel is a network (LINKTYPE_RAW) that sends back what it is given, with source and
// destination exchanged: who talks to 10.9.0.2 talks to themselves. (No checksum
// changes by that.) On the way back it is a bad network: fragments come in the
// opposite order, a segment of TCP comes late, and another has to be sent again.
type tunnel struct {
	file     *os.File
	segments int      // of data that came so far
	late     []byte   // the segment that waits
	pieces   [][]byte // the fragments of a datagram so far
}

func openTunnel() (*tunnel, error) {
	fd, err := syscall.Open("/dev/net/tun", syscall.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("opening /dev/net/tun: %w", err)
	}
	var request [40]byte // struct ifreq
	copy(request[:], "tun0")
	binary.NativeEndian.PutUint16(request[16:], syscall.IFF_TUN|syscall.IFF_NO_PI)
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.TUNSETIFF, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return nil, fmt.Errorf("making the tunnel: %w", errno)
	}
	return &tunnel{file: os.NewFile(uintptr(fd), "tun0")}, nil
}

// reflect sends back all packets of IPv4.
func (t *tunnel) reflect() {
	buffer := make([]byte, 2048)
	for {
		n, err := t.file.Read(buffer)
		if err != nil {
			fmt.Fprintln(os.Stderr, "captures: reading from the tunnel:", err)
			return
		}
		p := append([]byte(nil), buffer[:n]...)
		if n < 20 || p[0]>>4 != 4 {
			continue
		}
		for i := 12; i < 16; i++ {
			p[i], p[i+4] = p[i+4], p[i]
		}
		for _, p := range t.disorder(p) {
			if _, err := t.file.Write(p); err != nil {
				fmt.Fprintln(os.Stderr, "captures: writing to the tunnel:", err)
			}
		}
	}
}

// disorder says what arrives when p was sent.
func (t *tunnel) disorder(p []byte) [][]byte {
	const more, place, tcp, sip = 0x2000, 0x1fff, 6, 5060
	header := int(p[0]&15) * 4
	if fragment := binary.BigEndian.Uint16(p[6:]); fragment&(more|place) != 0 {
		t.pieces = append([][]byte{p}, t.pieces...)
		if fragment&more != 0 {
			return nil
		}
		all := t.pieces
		t.pieces = nil
		return all
	}
	if p[9] != tcp || binary.BigEndian.Uint16(p[header+2:]) != sip || len(p) == header+int(p[header+12]>>4)*4 {
		return [][]byte{p}
	}
	switch t.segments++; t.segments {
	case 2:
		t.late = p
		return nil
	case 3:
		return nil
	case 4:
		return [][]byte{p, t.late}
	}
	return [][]byte{p}
}
