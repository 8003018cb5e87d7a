// Reading the binary format of WebAssembly, as far as sizes and names go
// (WebAssembly Core Specification, section 5 and appendix A.7).

package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"sort"
	"strings"
)

// module is what is known of a WASM file.
type module struct {
	imports int            // functions that are imported: they come first in the index
	bodies  []int          // size of each function's body
	names   map[int]string // by index, imports included
	data    int            // bytes of data
}

var errTruncated = errors.New("the WASM ends early")

// cursor reads from the front of b.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) uint() int {
	v, n := binary.Uvarint(c.b)
	if n <= 0 || v > 1<<32 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return int(v)
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.b) {
		c.fail()
		return nil
	}
	out := c.b[:n]
	c.b = c.b[n:]
	return out
}

func (c *cursor) text() string { return string(c.take(c.uint())) }

func (c *cursor) fail() {
	if c.err == nil {
		c.err = errTruncated
	}
	c.b = nil
}

// Sections by their number.
const (
	sectionCustom = 0
	sectionImport = 2
	sectionCode   = 10
	sectionData   = 11
)

func readWASM(wasm []byte) (*module, error) {
	c := &cursor{b: wasm}
	if string(c.take(8)) != "\x00asm\x01\x00\x00\x00" {
		return nil, errors.New("not a WASM file")
	}
	m := &module{names: map[int]string{}}
	for len(c.b) > 0 {
		id := c.take(1)
		s := &cursor{b: c.take(c.uint())}
		if c.err != nil {
			return nil, c.err
		}
		switch id[0] {
		case sectionImport:
			m.readImports(s)
		case sectionCode:
			for n := s.uint(); n > 0 && s.err == nil; n-- {
				size := s.uint()
				s.take(size)
				m.bodies = append(m.bodies, size)
			}
		case sectionData:
			m.data = len(s.b)
		case sectionCustom:
			if s.text() == "name" {
				m.readNames(s)
			}
		}
		if s.err != nil {
			return nil, fmt.Errorf("section %d: %w", id[0], s.err)
		}
	}
	return m, nil
}

// readImports counts the functions: a Go program imports nothing else.
func (m *module) readImports(s *cursor) {
	for n := s.uint(); n > 0 && s.err == nil; n-- {
		s.text()
		s.text()
		if kind := s.take(1); s.err == nil && kind[0] != 0 {
			s.err = errors.New("an import that is no function")
		}
		s.uint()
		m.imports++
	}
}

func (m *module) readNames(s *cursor) {
	const functionNames = 1
	for len(s.b) > 0 && s.err == nil {
		id := s.take(1)
		sub := &cursor{b: s.take(s.uint())}
		if s.err != nil || id[0] != functionNames {
			continue
		}
		for n := sub.uint(); n > 0 && sub.err == nil; n-- {
			i := sub.uint()
			m.names[i] = sub.text()
		}
		s.err = sub.err
	}
}

type size struct {
	name string
	size int
}

// byFunction lists the functions, the largest first.
func (m *module) byFunction() []size {
	out := make([]size, len(m.bodies))
	for i, n := range m.bodies {
		out[i] = size{m.names[m.imports+i], n}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].size > out[j].size })
	return out
}

// notInName is what Go's linker replaces in a function's name.
var notInName = regexp.MustCompile(`[^\w.]`)

// byPackage adds up the functions of each package. What the compiler makes for no
// package in particular comes under names in parentheses.
func (m *module) byPackage(packages []string) []size {
	path := map[string]string{} // as in names → import path
	for _, p := range packages {
		path[notInName.ReplaceAllString(p, "_")] = p
	}
	sums := map[string]int{}
	for i, n := range m.bodies {
		sums[packageOf(m.names[m.imports+i], path)] += n
	}
	var out []size
	for name, n := range sums {
		out = append(out, size{name, n})
	}
	sort.Slice(out, func(i, j int) bool { return out[i].name < out[j].name })
	return out
}

// packageOf finds the package by the longest part of the name, before a dot, that
// is one.
func packageOf(name string, path map[string]string) string {
	if strings.HasPrefix(name, "type_") || strings.HasPrefix(name, "go_") {
		return "(made by the compiler)"
	}
	for i := len(name); ; {
		i = strings.LastIndexByte(name[:i], '.')
		if i < 0 {
			break
		}
		if p, ok := path[name[:i]]; ok {
			return p
		}
	}
	if strings.HasPrefix(name, "main.") {
		return "main"
	}
	return "(the runtime's own)"
}
