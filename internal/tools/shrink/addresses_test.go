package shrink

import (
	"bytes"
	"testing"
)

// Instructions by hand and what they are with the sum in the load or store: the same
// address (WebAssembly Core Specification, sections 4.4.7 and 5.4.5).
func TestFoldAddresses(t *testing.T) {
	for _, c := range []struct{ name, code, want string }{
		{"a store to a slot of the stack", "2001 ad 4208 7c a7 2002 370300", "2001 2002 370308"},
		{"a store of what is loaded", "2001 ad 4210 7c a7 2001 290330 370300", "2001 2001 290330 370310"},
		{"a store of a sum", "2001 ad 4210 7c a7 2002 4201 7c 370300", "2001 2002 4201 7c 370310"},
		{"a store of what is made of another load", "2001 ad 4210 7c a7 2002 a7 290308 a7 ad 370300", "2001 2002 a7 290308 a7 ad 370310"},
		{"one inside the other", "2001 ad 4208 7c a7 2001 ad 4210 7c a7 290300 370300", "2001 2001 290310 370308"},
		{"a load", "2001 ad 42e400 7c a7 290308 1a", "2001 29036c 1a"},
		{"a load of an address of 64 bits", "2004 4218 7c a7 290300 1a", "2004 a7 290318 1a"},
		{"another store between", "2001 ad 4208 7c a7 2001 2002 370300 2002 370300", "2001 2001 2002 370300 2002 370308"},
		{"nothing below 0", "2004 4278 7c a7 290300 1a", "2004 4278 7c a7 290300 1a"},
		{"of the stack, nothing below 0", "2001 ad 4278 7c a7 290300 1a", "2001 4178 6a 290300 1a"},
		{"nothing far away", "2004 4280808001 7c a7 290300 1a", "2004 4280808001 7c a7 290300 1a"},
		{"an address that is calculated with", "2004 4208 7c a7 4108 6a 290300 1a", "2004 4208 7c a7 4108 6a 290300 1a"},
		{"an address that is kept", "2004 4208 7c a7 2105", "2004 4208 7c a7 2105"},
		{"an address that is kept and used", "2004 4208 7c a7 2205 290300 1a", "2004 4208 7c a7 2205 290300 1a"},
		{"an address behind a call", "2004 4208 7c a7 4100 1007 370300", "2004 4208 7c a7 4100 1007 370300"},
		{"an address that is stored", "2001 2004 4208 7c a7 360200", "2001 2004 4208 7c a7 360200"},
		{"a copy of memory", "2004 4208 7c a7 2005 a7 4110 fc0a0000", "2004 4208 7c a7 2005 a7 4110 fc0a0000"},
		{"a constant of 64 bits, cut down", "42ffffffff0f a7 1a", "417f 1a"},
		{"what does nothing", "01 2001 01 1a", "2001 1a"},
	} {
		var got []byte
		for _, in := range foldAddresses(instructions(t, fromHex(t, c.code))) {
			got = append(got, in.b...)
		}
		if want := fromHex(t, c.want); !bytes.Equal(got, want) {
			t.Errorf("%s:\n got %x\nwant %x", c.name, got, want)
		}
	}
}
