package pcap

import (
	"encoding/binary"
	"errors"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
)

// says reports whether a result names a limit, at an offset, when there is more, and no
// limit when there is not.
func says(r *Result, most, n int) bool {
	if n <= most {
		return len(r.Bounds) == 0
	}
	return len(r.Bounds) == 1 && r.Bounds[0].Limit == most && r.Bounds[0].Offset > 0
}

func TestLimitCapturePackets(t *testing.T) {
	header := classic(binary.LittleEndian, false, linkRaw)
	for _, n := range []int{limit.CapturePackets, limit.CapturePackets + 1} {
		r, err := Read(append(header[:len(header):len(header)], make([]byte, 16*n)...))
		var bound *limit.Error
		if errors.As(err, &bound) != (n > limit.CapturePackets) || r.Packets != limit.CapturePackets {
			t.Errorf("%d packets: %d, %v", n, r.Packets, err)
		}
	}
}

// TestLimitCaptureFragments: the rest of a datagram comes when so many others wait.
func TestLimitCaptureFragments(t *testing.T) {
	m := text(1, 3000)
	whole := udp(alice, bob, m)
	fragment := func(id, at, end int) bytesOf {
		more := 0x2000
		if end == len(whole) {
			more = 0
		}
		return ethernet(ipv4(alice, bob, protoUDP, id, more|at/8, nil, whole[at:end]))
	}
	for _, waiting := range []int{limit.CaptureFragments, limit.CaptureFragments + 1} {
		frames := []bytesOf{fragment(0, 0, 800)}
		for id := 1; id < waiting; id++ {
			frames = append(frames, fragment(id, 0, 8))
		}
		frames = append(frames, fragment(0, 800, len(whole)))
		r, err := Read(classic(binary.LittleEndian, false, linkEthernet, frames...))
		if err != nil || len(r.Messages) != 1 || r.Messages[0].Cut == (waiting == limit.CaptureFragments) || !says(r, limit.CaptureFragments, waiting) {
			t.Errorf("with %d waiting: %d messages, %v, %v", waiting, len(r.Messages), r.Bounds, err)
		}
	}
}

func TestLimitFragmentsOfOne(t *testing.T) {
	for _, n := range []int{limit.FragmentsOfOne, limit.FragmentsOfOne + 1} {
		m := text(1, 8*n) // longer than that, and cut to the byte
		whole := udp(alice, bob, m[:8*n-8])
		var frames []bytesOf
		for at := 0; at < len(whole); at += 8 {
			more := 0x2000
			if at+8 >= len(whole) {
				more = 0
			}
			frames = append(frames, ethernet(ipv4(alice, bob, protoUDP, 7, more|at/8, nil, whole[at:min(at+8, len(whole))])))
		}
		r, err := Read(classic(binary.LittleEndian, false, linkEthernet, frames...))
		if err != nil || len(frames) != n || len(r.Messages) != 1 || r.Messages[0].Cut == (n == limit.FragmentsOfOne) || !says(r, limit.FragmentsOfOne, n) {
			t.Errorf("in %d fragments: %d messages, %v, %v", len(frames), len(r.Messages), r.Bounds, err)
		}
	}
}

// TestLimitCaptureHeld: a segment comes when so much after it is there already.
func TestLimitCaptureHeld(t *testing.T) {
	for _, test := range []struct {
		name             string
		size, most, says int
	}{{"segments", 20, limit.CaptureHeldSegments, limit.CaptureHeldSegments}, {"bytes", 16 << 10, limit.CaptureHeld / (16 << 10), limit.CaptureHeld}} {
		for _, n := range []int{test.most, test.most + 1} {
			m := text(1, test.size*n)
			head := len(m) - test.size*n
			frames := []bytesOf{ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 999, flagSYN, nil)))}
			for i := range n {
				at := head + i*test.size
				frames = append(frames, ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 1000+at, 0x18, m[at:at+test.size]))))
			}
			frames = append(frames, ethernet(ip(alice, bob, protoTCP, tcp(alice, bob, 1000, 0x18, m[:head]))))
			r, err := Read(classic(binary.LittleEndian, false, linkEthernet, frames...))
			if err != nil || (r.Gaps == 0) != (n == test.most) || !says(r, test.says, test.says+n-test.most) {
				t.Errorf("%d %s: %d gaps, %v, %v", n, test.name, r.Gaps, r.Bounds, err)
			}
		}
	}
}
