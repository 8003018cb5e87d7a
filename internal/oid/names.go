package oid

// This file answers the names of object identifiers out of the packed table in
// table.go. The names are slices of that constant: there is nothing to build at
// start-up, and a lookup allocates nothing.

import "strings"

// The packed table. Its rows are in the order of their content octets, in
// blocks of blockRows (the last may be shorter). It has three parts:
//
// index has, for each block, where its rows begin in numbers (2 octets, most
// significant first) and in texts (3 octets).
//
// numbers has for each row how many octets it shares with the row before, how
// many of its own follow, and these. Both counts are in one octet when neither
// is over 14 (shared in the upper half), else in two after an octet 0xff. The
// first row of a block shares none.
//
// texts has for each row an octet of flags, and then the names that the flags
// call literal, each ended by a line feed, in the order short, long, dumpasn1,
// module.
const (
	opensslMask   = 0x03 // OpenSSL's names
	opensslNone   = 0x00
	opensslOne    = 0x01 // short and long are the same literal
	opensslTwo    = 0x02 // two literals
	dumpasn1Mask  = 0x1c // dumpasn1's name
	dumpasn1None  = 0x00
	dumpasn1Own   = 0x04 // a literal
	dumpasn1Short = 0x08 // OpenSSL's short name
	dumpasn1Long  = 0x0c // OpenSSL's long name
	dumpasn1Bare  = 0x10 // the module's name without its "id-…-"
	moduleMask    = 0x60 // the name in the ASN.1 module
	moduleNone    = 0x00
	moduleOwn     = 0x20 // a literal
	moduleLong    = 0x40 // OpenSSL's long name
	moduleOther   = 0x60 // dumpasn1's
)

// names are the names of one object identifier; "" for those it has not.
type names struct {
	short, long, dumpasn1, module string
}

// OpenSSL gives the name that "openssl asn1parse" prints, its long name, or ""
// where OpenSSL has none (it prints the dotted form then).
func (o OID) OpenSSL() string { return o.names().long }

// Short gives OpenSSL's short name ("CN", "SHA256"), or "" where it has none.
func (o OID) Short() string { return o.names().short }

// Dumpasn1 gives the description that dumpasn1 prints, by the configuration
// file that comes with it, or "" where that has none.
func (o OID) Dumpasn1() string { return o.names().dumpasn1 }

// Module gives the name in the ASN.1 module that defines the object identifier
// ("id-kp-sipDomain", RFC 5924 section 4), or "" where it is not recorded.
func (o OID) Module() string { return o.names().module }

// Name gives the name to show to people: the standard's own without the "id-…-"
// before it ("sipDomain", "RSASSA-PSS"), else one of the tools' that is a single
// word, else what there is. An object identifier without a name gives its dotted
// form.
func (o OID) Name() string {
	n := o.names()
	switch {
	case n.module != "":
		return Bare(n.module)
	case isWord(n.long):
		return Bare(n.long)
	case n.dumpasn1 != "":
		return n.dumpasn1
	case isWord(n.short):
		return Bare(n.short)
	case n.long != "":
		return n.long
	}
	return o.String()
}

// Known says whether the object identifier has any name here.
func (o OID) Known() bool {
	_, _, ok := find(o)
	return ok
}

func (o OID) names() names {
	text, skip, ok := find(o)
	if !ok {
		return names{}
	}
	for ; skip > 0; skip-- {
		text = skipNames(text)
	}
	n, _ := readNames(text)
	return n
}

// Search gives the object identifiers of the table that text finds, in the order
// of their octets, first those of which it is the number or a whole name, then
// those of which it begins the number or is part of a name. Case counts for
// nothing. An empty text finds nothing.
func Search(text string) []OID {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "" {
		return nil
	}
	var whole, part []OID
	each(func(o OID, n names) {
		dotted := o.String()
		rank := 0
		if dotted == text {
			rank = 2
		} else if strings.HasPrefix(dotted, text) {
			rank = 1
		}
		for _, name := range [...]string{n.short, n.long, n.dumpasn1, n.module, Bare(n.module)} {
			if rank == 2 {
				break
			}
			name = strings.ToLower(name)
			if name == text {
				rank = 2
			} else if strings.Contains(name, text) {
				rank = 1
			}
		}
		switch rank {
		case 2:
			whole = append(whole, o)
		case 1:
			part = append(part, o)
		}
	})
	return append(whole, part...)
}

// find gives where the names of the block of o begin, and how many rows of it
// come before that of o.
func find(o OID) (text string, skip int, ok bool) {
	lo, hi := 0, len(index)/indexEntry // the block is in [lo, hi)
	for hi-lo > 1 {
		mid := int(uint(lo+hi) / 2)
		if firstOf(mid) <= string(o) {
			lo = mid
		} else {
			hi = mid
		}
	}
	rest := numbersOf(lo)
	var room [maxOctets]byte
	number := room[:0]
	for i := 0; i < blockRows && rest != ""; i++ {
		number, rest = readNumber(rest, number)
		if string(number) == string(o) {
			return textsOf(lo), i, true
		}
		if string(number) > string(o) {
			break
		}
	}
	return "", 0, false
}

// each calls f for every row of the table, in its order.
func each(f func(OID, names)) {
	number, numbers, texts := []byte(nil), numbers, texts
	for numbers != "" {
		var n names
		number, numbers = readNumber(numbers, number)
		n, texts = readNames(texts)
		f(OID(number), n)
	}
}

const indexEntry = 5

func numbersOf(block int) string {
	e := index[block*indexEntry:]
	return numbers[int(e[0])<<8|int(e[1]):]
}

// firstOf gives the first number of a block, which stands there whole.
func firstOf(block int) string {
	s := numbersOf(block)
	own, at := int(s[0]), 1
	if own == 0xff {
		own, at = int(s[2]), 3
	}
	return s[at : at+own]
}

func textsOf(block int) string {
	e := index[block*indexEntry:]
	return texts[int(e[2])<<16|int(e[3])<<8|int(e[4]):]
}

// readNumber gives the number that s begins with, when the one before was last,
// in whose room it is written, and the rest of s.
func readNumber(s string, last []byte) (number []byte, rest string) {
	shared, own := int(s[0]>>4), int(s[0]&15)
	s = s[1:]
	if shared == 15 {
		shared, own, s = int(s[0]), int(s[1]), s[2:]
	}
	return append(last[:shared], s[:own]...), s[own:]
}

func readNames(s string) (n names, rest string) {
	flags := s[0]
	rest = s[1:]
	next := func() string {
		end := strings.IndexByte(rest, '\n')
		name := rest[:end]
		rest = rest[end+1:]
		return name
	}
	switch flags & opensslMask {
	case opensslOne:
		n.short = next()
		n.long = n.short
	case opensslTwo:
		n.short = next()
		n.long = next()
	}
	switch flags & dumpasn1Mask {
	case dumpasn1Own:
		n.dumpasn1 = next()
	case dumpasn1Short:
		n.dumpasn1 = n.short
	case dumpasn1Long:
		n.dumpasn1 = n.long
	}
	switch flags & moduleMask {
	case moduleOwn:
		n.module = next()
	case moduleLong:
		n.module = n.long
	case moduleOther:
		n.module = n.dumpasn1
	}
	if flags&dumpasn1Mask == dumpasn1Bare {
		n.dumpasn1 = Bare(n.module)
	}
	return n, rest
}

// skipNames gives what follows the names that s begins with.
func skipNames(s string) string {
	flags := s[0]
	literals := int(flags & opensslMask)
	if flags&dumpasn1Mask == dumpasn1Own {
		literals++
	}
	if flags&moduleMask == moduleOwn {
		literals++
	}
	s = s[1:]
	for ; literals > 0; literals-- {
		s = s[strings.IndexByte(s, '\n')+1:]
	}
	return s
}

// Bare takes from the name of an ASN.1 module the "id-" before it, and the abbreviation of the arc
// that follows that in the modules of PKIX and S/MIME.
func Bare(name string) string {
	rest, ok := strings.CutPrefix(name, "id-")
	if !ok {
		return name
	}
	rest = strings.TrimPrefix(rest, "smime-")
	arc, after, ok := strings.Cut(rest, "-")
	if !ok {
		return rest
	}
	switch arc {
	case "aa", "aca", "ad", "alg", "at", "cap", "cct", "ce", "cmc", "ct", "it", "kp", "on", "ori",
		"pda", "pe", "pkix", "ppl", "qcs", "qt", "regCtrl", "regInfo", "ri":
		return after
	}
	return rest
}

func isWord(name string) bool {
	return name != "" && !strings.ContainsRune(name, ' ')
}
