// Package pkix reads what the Internet X.509 infrastructure is made of (RFC 5280):
// certificates, names, revocation lists and private keys. It builds chains, says for
// whom a certificate speaks by the rules of SIP, and prints certificates as text.
//
// Everything is read leniently. A certificate that departs from the standards is
// still a Certificate, and its Problems say how it departs, at which byte, and from
// what. Deciding whether to trust one is another matter: BuildChain is strict.
//
// Times are Unix seconds in UTC. Ranges and offsets count in the bytes that were
// given to the function that read them.
package pkix

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
)

// Problem is a way in which something departs from its standard.
type Problem struct {
	// Code groups problems: "ber", "structure", "version", "serial", "time", "name",
	// "algorithm", "key", "extension", "pem", "password", "limit".
	Code      string
	Offset    int // in the bytes that were read, or -1
	Detail    string
	Reference string // where the rule is, such as "RFC 5280 section 4.1.2.2"
}

func (p Problem) Error() string {
	if p.Offset < 0 {
		return p.Detail
	}
	return p.Detail + " at byte " + strconv.Itoa(p.Offset)
}

// keep adds a problem. After limit.ObjectProblems more of them tell nothing new but that
// there are more.
func keep(list []Problem, p Problem) []Problem {
	switch n := len(list); {
	case n < limit.ObjectProblems:
		return append(list, p)
	case n == limit.ObjectProblems:
		return append(list, Problem{Code: "limit", Offset: p.Offset, Detail: limit.More("problems", n, -1) + ": the rest is not listed"})
	}
	return list
}

// reader collects problems while something is read. base is where the bytes being
// read begin in the bytes that offsets are to count in, which differ inside the
// OCTET STRING of an extension.
type reader struct {
	problems []Problem
	base     int
}

func (r *reader) problem(code string, offset int, detail, reference string) {
	r.problems = keep(r.problems, Problem{code, offset, detail, reference})
}

// at records a problem with a value.
func (r *reader) at(v ber.Value, code, detail, reference string) {
	offset := -1
	if v.Ok() && r.base >= 0 {
		offset = r.base + v.Offset()
	}
	r.problem(code, offset, detail, reference)
}

// faults records what is not BER in a tree.
func (r *reader) faults(t *ber.Tree) {
	for _, f := range t.Faults {
		offset := -1
		if r.base >= 0 {
			offset = r.base + f.Offset
		}
		r.problem("ber", offset, f.Reason, "X.690 section 8.1")
	}
}
