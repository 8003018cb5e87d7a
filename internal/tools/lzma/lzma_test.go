package lzma

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// decode unpacks a .lzma file in the words of the specification: slow, and written to
// be compared with it.
func decode(packed []byte) (out []byte, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("at byte %d: %v", len(out), r)
		}
	}()
	d := int(packed[0])
	lc, lp, pb := d%9, d/9%5, d/9/5
	size := binary.LittleEndian.Uint64(packed[5:])
	in := packed[HeaderSize+1:]
	code, span := binary.BigEndian.Uint32(in), uint32(0xffffffff)
	in = in[4:]
	normalise := func() {
		if span < 1<<24 {
			span, code = span<<8, code<<8|uint32(in[0])
			in = in[1:]
		}
	}
	list := func(n int) []uint16 {
		l := make([]uint16, n)
		for i := range l {
			l[i] = 1024
		}
		return l
	}
	bit := func(p *uint16) int {
		bound := span >> 11 * uint32(*p)
		b := 0
		if code < bound {
			*p += (2048 - *p) >> 5
			span = bound
		} else {
			*p -= *p >> 5
			code, span, b = code-bound, span-bound, 1
		}
		normalise()
		return b
	}
	tree := func(p []uint16, bits int) int {
		m := 1
		for range bits {
			m = m<<1 + bit(&p[m])
		}
		return m - 1<<bits
	}
	reverse := func(p []uint16, bits int) int {
		m, v := 1, 0
		for i := range bits {
			b := bit(&p[m])
			m = m<<1 + b
			v |= b << i
		}
		return v
	}
	literals := list(0x300 << (lc + lp))
	isMatch, isRep, isRep0, isRep1, isRep2, isRep0Long := list(192), list(12), list(12), list(12), list(12), list(192)
	slots, special, align := [4][]uint16{list(64), list(64), list(64), list(64)}, list(115), list(16)
	type lengths struct{ choices, low, mid, high []uint16 }
	matchLen, repLen := lengths{list(2), list(128), list(128), list(256)}, lengths{list(2), list(128), list(128), list(256)}
	length := func(l lengths, position int) int {
		if bit(&l.choices[0]) == 0 {
			return 2 + tree(l.low[position*8:], 3)
		}
		if bit(&l.choices[1]) == 0 {
			return 10 + tree(l.mid[position*8:], 3)
		}
		return 18 + tree(l.high, 8)
	}
	state := 0
	var reps [4]int
	for uint64(len(out)) < size {
		position := len(out) & (1<<pb - 1)
		if bit(&isMatch[state<<4+position]) == 0 {
			before := 0
			if len(out) > 0 {
				before = int(out[len(out)-1])
			}
			p := literals[0x300*((len(out)&(1<<lp-1))<<lc+before>>(8-lc)):]
			symbol := 1
			if state >= 7 {
				hint := int(out[len(out)-reps[0]-1])
				for symbol < 0x100 {
					hintBit := hint >> 7 & 1
					hint <<= 1
					b := bit(&p[(1+hintBit)<<8+symbol])
					symbol = symbol<<1 | b
					if hintBit != b {
						break
					}
				}
			}
			for symbol < 0x100 {
				symbol = symbol<<1 | bit(&p[symbol])
			}
			out = append(out, byte(symbol))
			state = [12]int{0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 4, 5}[state]
			continue
		}
		after := func(literal, copied int) int {
			if state < 7 {
				return literal
			}
			return copied
		}
		n := 1
		if bit(&isRep[state]) == 1 {
			if bit(&isRep0[state]) == 0 {
				if bit(&isRep0Long[state<<4+position]) == 0 {
					state = after(9, 11)
					out = append(out, out[len(out)-reps[0]-1])
					continue
				}
			} else if bit(&isRep1[state]) == 0 {
				reps[0], reps[1] = reps[1], reps[0]
			} else if bit(&isRep2[state]) == 0 {
				reps[0], reps[1], reps[2] = reps[2], reps[0], reps[1]
			} else {
				reps = [4]int{reps[3], reps[0], reps[1], reps[2]}
			}
			n = length(repLen, position)
			state = after(8, 11)
		} else {
			n = length(matchLen, position)
			state = after(7, 10)
			slot := tree(slots[min(n-2, 3)], 6)
			distance := slot
			if slot >= 4 {
				bits := slot>>1 - 1
				distance = (2 | slot&1) << bits
				if slot < 14 {
					distance += reverse(special[distance-slot:], bits)
				} else {
					v := 0
					for range bits - 4 {
						span >>= 1
						v <<= 1
						if code >= span {
							code -= span
							v++
						}
						normalise()
					}
					distance += v<<4 + reverse(align, 4)
				}
			}
			reps = [4]int{distance, reps[0], reps[1], reps[2]}
		}
		for range n {
			out = append(out, out[len(out)-reps[0]-1])
		}
	}
	if code != 0 || len(in) != 0 {
		return out, fmt.Errorf("it ends with code %x and %d bytes left", code, len(in))
	}
	return out, nil
}

// samples are inputs of every kind: short, empty, all the same, noise, text, and what
// has copies at every distance.
func samples() map[string][]byte {
	r := rand.New(rand.NewPCG(6216, 3261))
	noise := make([]byte, 100_000)
	for i := range noise {
		noise[i] = byte(r.Uint32())
	}
	var far []byte
	for i := 0; i < 400; i++ {
		at, n := r.IntN(len(noise)-300), 1+r.IntN(299)
		far = append(far, noise[at:at+n]...)
		far = append(far, byte(i)) // a literal between two copies from one distance
	}
	var text strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&text, "Via: SIP/2.0/TCP host%d.example:5060;branch=z9hG4bK%x\r\n", i%7, i*i)
	}
	return map[string][]byte{
		"empty": nil, "a byte": {0}, "two": []byte("aa"), "three": []byte("aba"), "the same": make([]byte, 70_000),
		"noise": noise, "copies": append(bytes.Clone(noise), far...), "text": []byte(text.String()),
	}
}

func TestEncode(t *testing.T) {
	for name, data := range samples() {
		packed := Encode(data)
		got, err := decode(packed)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: it is not what it was, %d bytes of %d: %v", name, len(got), len(data), err)
		}
		if !bytes.Equal(packed, Encode(data)) {
			t.Errorf("%s: compressed again, it is not the same", name)
		}
	}
}

// What another program packed (github.com/ulikunitz/xz) is unpacked by the decoder of
// these tests.
func TestDecodeOfTheTests(t *testing.T) {
	for _, name := range []string{"text.lzma", "text_lc0_lp2_pb0.lzma"} {
		packed, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decode(packed)
		if err != nil || !bytes.Equal(got, samples()["text"]) {
			t.Errorf("%s: %d bytes: %v", name, len(got), err)
		}
	}
}

// Where there is xz, it unpacks what is packed here, and does not pack it much smaller.
func TestAgainstXZ(t *testing.T) {
	xz, err := exec.LookPath("xz")
	if err != nil {
		t.Skip("there is no xz here")
	}
	for name, data := range samples() {
		packed := Encode(data)
		cmd := exec.Command(xz, "--format=lzma", "-dc")
		cmd.Stdin = bytes.NewReader(packed)
		got, err := cmd.Output()
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%s: xz unpacks %d bytes of %d: %v", name, len(got), len(data), err)
		}
		cmd = exec.Command(xz, "--format=lzma", "-c", "--lzma1=preset=9e,lc=3,lp=0,pb=2")
		cmd.Stdin = bytes.NewReader(data)
		theirs, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes, by xz %d", name, len(packed), len(theirs))
		if len(packed) > len(theirs)+len(theirs)/20 {
			t.Errorf("%s: %d bytes, and xz makes it %d", name, len(packed), len(theirs))
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("abcabcabdabcabc"), uint16(300))
	f.Fuzz(func(t *testing.T, data []byte, times uint16) {
		all := bytes.Repeat(data, 1+int(times)%600)
		if len(all) > 1<<18 {
			return
		}
		got, err := decode(Encode(all))
		if err != nil || !bytes.Equal(got, all) {
			t.Errorf("%d bytes of %d: %v", len(got), len(all), err)
		}
	})
}
