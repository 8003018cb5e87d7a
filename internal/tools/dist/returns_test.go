package dist

import (
	"bytes"
	"testing"
)

// Functions by hand with return addresses, and what they become: the numbers are
// LEB128 (WebAssembly Core Specification, section 5.2.2), 0x1005<<16 = 80 80 94 80 01.
func TestShareReturns(t *testing.T) {
	const (
		sp   = "2300 2101"
		base = "42 8080948001 2102"
		r3   = "42 8380948001" // 0x1005<<16 + 3
		r65  = "42 c180948001" // 0x1005<<16 + 65
	)
	for _, c := range []struct{ name, code, want string }{
		{"two addresses",
			"01 017f" + sp + "2001" + r3 + "370300 2001" + r65 + "370300 0b",
			"02 017f 017e" + sp + base + "2001 2002 4203 84 370300 2001 2002 42c100 84 370300 0b"},
		{"other locals move up",
			"03 017f 027e 017d" + sp + "2001" + r3 + "370300" + r3 + "2103 2002 2204 1a 0b",
			"03 017f 037e 017d" + sp + base + "2001 2002 4203 84 370300 2002 4203 84 2104 2003 2205 1a 0b"},
		{"locals of another type only",
			"02 017f 017d" + sp + r3 + "1a" + r3 + "1a 2002 1a 0b",
			"03 017f 017e 017d" + sp + base + "2002 4203 84 1a 2002 4203 84 1a 2003 1a 0b"},
		{"$pc and the stack pointer stay",
			"01 017f" + sp + r3 + "1a" + r3 + "2100 2001 2201 1a 0b",
			"02 017f 017e" + sp + base + "2002 4203 84 1a 2002 4203 84 2100 2001 2201 1a 0b"},
		{"one address alone stays", "01 017f" + sp + r3 + "1a 0b", "01 017f" + sp + r3 + "1a 0b"},
		{"addresses of another function stay", // 0x1006<<16 + 1
			"01 017f" + sp + "42 8180988001 1a 42 8180988001 1a 0b",
			"01 017f" + sp + "42 8180988001 1a 42 8180988001 1a 0b"},
		{"no stack pointer: left as it is", "00" + r3 + "1a" + r3 + "1a 0b", "00" + r3 + "1a" + r3 + "1a 0b"},
		{"other locals first: left as it is", "01 017e" + sp + r3 + "1a" + r3 + "1a 0b", "01 017e" + sp + r3 + "1a" + r3 + "1a 0b"},
		{"two i32: left as it is", "01 027f" + sp + r3 + "1a" + r3 + "1a 0b", "01 027f" + sp + r3 + "1a" + r3 + "1a 0b"},
	} {
		got := shareReturns(5, fromHex(t, c.code))
		if want := fromHex(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", c.name, got, want)
		}
		if again := shareReturns(5, got); !bytes.Equal(again, got) {
			t.Errorf("%s: done twice, it is not the same", c.name)
		}
	}
}
