package main

import (
	"strings"
	"testing"
)

// section writes one section; all lengths here are under 128.
func section(id byte, content string) string {
	return string([]byte{id, byte(len(content))}) + content
}

// small is a module after the specification: one import, two functions with names,
// four bytes of data.
var small = "\x00asm\x01\x00\x00\x00" +
	section(1, "\x01\x60\x00\x00") +
	section(sectionImport, "\x01\x02go\x01x\x00\x00") +
	section(3, "\x02\x00\x00") +
	section(sectionCode, "\x02\x02\x00\x0b\x03\x00\x01\x0b") + // bodies of 2 and 3 bytes
	section(sectionData, "abcd") +
	section(sectionCustom, "\x04name"+section(1, "\x02\x01\x07a_b.C.d\x02\x06main.f"))

func TestReadWASM(t *testing.T) {
	m, err := readWASM([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	if m.imports != 1 || m.data != 4 {
		t.Errorf("imports %d, data %d", m.imports, m.data)
	}
	got := m.byPackage([]string{"a/b"})
	if len(got) != 2 || got[0] != (size{"a/b", 2}) || got[1] != (size{"main", 3}) {
		t.Errorf("got %v", got)
	}
	last := strings.LastIndex(small, "\x04name")
	for i := last; i < len(small); i++ {
		if _, err := readWASM([]byte(small[:i])); err == nil {
			t.Errorf("cut at %d: no error", i)
		}
	}
	if _, err := readWASM([]byte("\x7fELF")); err == nil {
		t.Error("an ELF file: no error")
	}
}
