package main

// This file reads the table of names and checks that it is sound.

import (
	"fmt"
	"go/token"
	"os"
	"slices"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// Row is one object identifier of the table; an absent name is "".
type Row struct {
	OID      oid.OID
	Short    string // OpenSSL's short name
	Long     string // OpenSSL's long name
	Dumpasn1 string // dumpasn1's description
	Name     string // the name in the defining ASN.1 module
	Const    string // the Go constant
}

// ReadTable reads the rows of a names.txt file, which are tab-separated and in
// the order of their numbers. It answers an error that names the line for a row
// that is malformed, out of order, or a second one for its number or constant.
func ReadTable(file string) ([]Row, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var rows []Row
	constants := map[string]bool{}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		fail := func(format string, args ...any) ([]Row, error) {
			return nil, fmt.Errorf("%s:%d: %s", file, i+1, fmt.Sprintf(format, args...))
		}
		f := strings.Split(line, "\t")
		if len(f) != 6 {
			return fail("%d columns, want 6", len(f))
		}
		id, ok := oid.Parse(f[0])
		if !ok || id.String() != f[0] {
			return fail("%q is not an object identifier", f[0])
		}
		for n := range f {
			if f[n] == "" || strings.TrimSpace(f[n]) != f[n] {
				return fail("column %d is empty or has space around it", n+1)
			}
			if f[n] == "-" {
				f[n] = ""
			}
		}
		r := Row{OID: id, Short: f[1], Long: f[2], Dumpasn1: f[3], Name: f[4], Const: f[5]}
		if (r.Short == "") != (r.Long == "") {
			return fail("OpenSSL's two names are both there or both absent")
		}
		if r.Long == "" && r.Dumpasn1 == "" && r.Name == "" {
			return fail("no name at all")
		}
		if len(rows) > 0 && slices.Compare(arcs(rows[len(rows)-1].OID), arcs(id)) >= 0 {
			return fail("out of order: %s after %s", id, rows[len(rows)-1].OID)
		}
		if r.Const != "" {
			if !token.IsIdentifier(r.Const) || !token.IsExported(r.Const) || constants[r.Const] {
				return fail("constant %q is unusable or taken", r.Const)
			}
			constants[r.Const] = true
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// arcs gives the numbers of an object identifier, to compare by.
func arcs(id oid.OID) []uint64 {
	var out []uint64
	for _, s := range strings.Split(id.String(), ".") {
		var n uint64
		fmt.Sscan(s, &n)
		out = append(out, n)
	}
	return out
}
