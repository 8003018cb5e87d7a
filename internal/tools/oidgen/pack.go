package main

// This file packs the names. The layout is described in package oid, names.go,
// whose reader and flags are the other half of this.

import (
	"bytes"
	"fmt"
	"go/format"
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

const blockRows = 32

const (
	opensslOne    = 0x01
	opensslTwo    = 0x02
	dumpasn1Own   = 0x04
	dumpasn1Short = 0x08
	dumpasn1Long  = 0x0c
	dumpasn1Bare  = 0x10
	moduleOwn     = 0x20
	moduleLong    = 0x40
	moduleOther   = 0x60
)

// Table gives table.go: the rows, packed into three constants.
func Table(rows []Row) ([]byte, error) {
	rows = slices.Clone(rows)
	slices.SortFunc(rows, func(a, b Row) int { return strings.Compare(string(a.OID), string(b.OID)) })
	var index, numbers, texts []byte
	last, longest := "", 0
	for i, r := range rows {
		if i%blockRows == 0 {
			last = ""
			index = append(index, byte(len(numbers)>>8), byte(len(numbers)),
				byte(len(texts)>>16), byte(len(texts)>>8), byte(len(texts)))
		}
		numbers = appendNumber(numbers, last, string(r.OID))
		texts = appendNames(texts, r)
		last = string(r.OID)
		longest = max(longest, len(last))
	}
	if len(numbers) > 1<<16-1 || len(texts) > 1<<24-1 || longest > 255 {
		return nil, fmt.Errorf("pack the names: %d octets of numbers, %d of names, %d of the longest: over the room in the index",
			len(numbers), len(texts), longest)
	}
	var b bytes.Buffer
	b.WriteString(header)
	fmt.Fprintf(&b, "const (\n\tblockRows = %d\n\tmaxOctets = %d // of the longest number\n)\n\n", blockRows, longest)
	for _, part := range []struct {
		name string
		text []byte
	}{{"index", index}, {"numbers", numbers}, {"texts", texts}} {
		fmt.Fprintf(&b, "const %s = \"\" +\n", part.name)
		lines := slices.Collect(slices.Chunk(part.text, 60))
		for i, line := range lines {
			plus := " +"
			if i == len(lines)-1 {
				plus = "\n"
			}
			fmt.Fprintf(&b, "\t%s%s\n", strconv.QuoteToASCII(string(line)), plus)
		}
	}
	return format.Source(b.Bytes())
}

func appendNumber(b []byte, last, number string) []byte {
	shared := 0
	for shared < min(len(last), len(number)) && last[shared] == number[shared] {
		shared++
	}
	own := len(number) - shared
	if shared < 15 && own < 15 {
		b = append(b, byte(shared<<4|own))
	} else {
		b = append(b, 0xff, byte(shared), byte(own))
	}
	return append(b, number[shared:]...)
}

func appendNames(b []byte, r Row) []byte {
	at, flags := len(b), byte(0)
	b = append(b, 0)
	literal := func(name string) {
		b = append(append(b, name...), '\n')
	}
	switch {
	case r.Long == "":
	case r.Short == r.Long:
		flags |= opensslOne
		literal(r.Long)
	default:
		flags |= opensslTwo
		literal(r.Short)
		literal(r.Long)
	}
	ownModule := r.Name != "" && r.Name != r.Long && r.Name != r.Dumpasn1
	switch r.Dumpasn1 {
	case "":
	case r.Long:
		flags |= dumpasn1Long
	case r.Short:
		flags |= dumpasn1Short
	default:
		if ownModule && oid.Bare(r.Name) == r.Dumpasn1 {
			flags |= dumpasn1Bare
			break
		}
		flags |= dumpasn1Own
		literal(r.Dumpasn1)
	}
	switch {
	case r.Name == "":
	case ownModule:
		flags |= moduleOwn
		literal(r.Name)
	case r.Name == r.Long:
		flags |= moduleLong
	default:
		flags |= moduleOther
	}
	b[at] = flags
	return b
}
