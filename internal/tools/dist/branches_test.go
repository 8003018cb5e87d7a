package dist

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func fromHex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Functions by hand, in the form in which Go compiles them, and what the same jumps
// are when they leave blocks (WebAssembly Core Specification, sections 4.4.8 and 5.4).
func TestStraighten(t *testing.T) {
	const (
		head = "00 2300 2101 0240 0340 0240 0240 0240 2000 0e02 00 01 02 0b"
		tail = "0b 00 0b 4101 0b"
	)
	for _, c := range []struct{ name, code, want string }{
		{"a jump forwards, under a condition", // to label 2, from behind label 0, where four blocks are open
			head + "2001 0440 4102 2100 0c03 0b 01 0b 0b" + tail,
			head + "2001 0d01 01 0b 0b" + tail},
		{"a jump forwards",
			head + "4101 2100 0c02 0b 0b" + tail,
			head + "0c00 0b 0b" + tail},
		{"a jump forwards from within a block of the code",
			head + "2001 0440 01 4101 2100 0c03 0b 0b 0b" + tail,
			head + "2001 0440 01 0c01 0b 0b 0b" + tail},
		{"a $pc beyond the table is the default",
			head + "4109 2100 0c02 0b 0b" + tail,
			head + "0c01 0b 0b" + tail},
		{"a jump backwards stays",
			head + "0b 4101 2100 0c01 0b" + tail,
			head + "0b 4101 2100 0c01 0b" + tail},
		{"a jump backwards under a condition stays",
			head + "0b 0b 2001 0440 4100 2100 0c01 0b" + tail,
			head + "0b 0b 2001 0440 4100 2100 0c01 0b" + tail},
		{"leaving to unwind, behind every call",
			head + "1005 0d03 0b 1006 0d02 0b" + tail,
			head + "1005 0440 4101 0f 0b 0b 1006 0440 4101 0f 0b 0b" + tail},
		{"a branch that leaves another block stays",
			head + "2001 0d01 0b 0b" + tail,
			head + "2001 0d01 0b 0b" + tail},
		{"$pc as scratch of an indirect call",
			head + "2100 4100 2000 110000 0d03 0b 0b" + tail,
			head + "2100 4100 2000 110000 0440 4101 0f 0b 0b 0b" + tail},
		{"$pc read otherwise: left as it is",
			head + "2000 1a 4101 2100 0c02 0b 0b" + tail,
			head + "2000 1a 4101 2100 0c02 0b 0b" + tail},
		{"no dispatcher: left as it is", "00 4101 0b", "00 4101 0b"},
		{"an unknown instruction: left as it is",
			head + "fd00 4101 2100 0c02 0b 0b" + tail,
			head + "fd00 4101 2100 0c02 0b 0b" + tail},
		{"another end: left as it is",
			head + "1005 0d03 0b 0b 0b 00 0b 4102 0b",
			head + "1005 0d03 0b 0b 0b 00 0b 4102 0b"},
	} {
		got := straighten(fromHex(t, c.code))
		if want := fromHex(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", c.name, got, want)
		}
		if again := straighten(got); !bytes.Equal(again, got) {
			t.Errorf("%s: straightened twice, it is not the same", c.name)
		}
	}
}

// Code that is cut off anywhere is left as it is, without a panic.
func FuzzStraighten(f *testing.F) {
	f.Add([]byte("\x00\x23\x00\x21\x01\x02\x40\x03\x40\x02\x40\x02\x40\x20\x00\x0e\x01\x00\x01\x0b\x41\x01\x21\x00\x0c\x01\x0b\x0b\x00\x0b\x41\x01\x0b"))
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := straighten(body); len(body) > 0 && len(got) == 0 {
			t.Error("nothing is left")
		}
		list, ok := readInstructions(body)
		var joined []byte
		for _, i := range list {
			joined = append(joined, i.b...)
		}
		if ok && !bytes.Equal(joined, body) {
			t.Error("the instructions are not the code")
		}
	})
}
