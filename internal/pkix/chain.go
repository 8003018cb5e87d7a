package pkix

// Building chains: from a certificate to a trust anchor, over all the candidates
// there are, within bounds. Which of the paths is good is decided in validate.go.

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/sorting"
)

// Policy chooses which algorithms a chain may rest on.
type Policy int

const (
	// PolicyRFC6216 accepts SHA-1, MD5 and short RSA keys: the RFC's own material.
	PolicyRFC6216 Policy = iota
	// PolicyModern refuses signatures over MD5 and SHA-1 and RSA keys under 2048 bits.
	// How a trust anchor was signed is of no consequence.
	PolicyModern
)

// ChainInput is what a chain is built from and judged by.
type ChainInput struct {
	Known   *Pool // certificates that may be of use, trusted or not; nil for none
	Anchors []*Certificate
	CRLs    []*CRL
	OCSP    []*OCSPAnswer // that came unasked, and that nobody has verified
	At      int64         // the time to judge at, Unix seconds
	Policy  Policy
	Work    *limit.Work // what verifying signatures takes it out of
}

// ChainResult is the best chain that was found and what came of judging it.
type ChainResult struct {
	// Links are the certificates of the chain, the given one first.
	Links []ChainLink
	// Chain is whether each certificate was signed by, and may be signed by, the next,
	// up to a trust anchor. Validity is whether all are in their period of validity.
	// Revocation is false when one is revoked, true when CRLs say that none is, and
	// nil when CRLs do not say.
	Chain, Validity, Revocation Outcome
	// Anchor is the trust anchor at which the chain ends, or nil.
	Anchor *Certificate
	// Missing is the name of the issuer that is not at hand, when that is why the
	// chain is incomplete.
	Missing Name
	// Paths is how many complete chains were found.
	Paths int
	// OutOfWork is true when something was not tried for want of work.
	OutOfWork bool
}

// Outcome is what came of one check.
type Outcome struct {
	OK        *bool // nil when it cannot be said
	Detail    string
	Reference string
	// Certificate is the one that the outcome is about, when it is about one.
	Certificate *Certificate
	// Contradicted is true where OK is nil though something was given by which it would be
	// false, and which cannot be relied upon.
	Contradicted bool
}

// ChainLink is one certificate of a chain and what there is to say about it.
type ChainLink struct {
	Certificate *Certificate
	Anchor      bool
	// OK is false when something is wrong at this certificate, nil when something
	// about it is open, and Detail says what.
	OK     *bool
	Detail string
}

func truth(b bool) *bool { return &b }

func yes(detail, ref string) Outcome { return Outcome{OK: truth(true), Detail: detail, Reference: ref} }

func no(c *Certificate, detail, ref string) Outcome {
	return Outcome{OK: truth(false), Detail: detail, Reference: ref, Certificate: c}
}

func holds(o Outcome) bool { return o.OK != nil && *o.OK }

func open(c *Certificate, detail, ref string) Outcome {
	return Outcome{Detail: detail, Reference: ref, Certificate: c}
}

const chainRef = "RFC 5280 section 6.1"

// builder is one search.
type builder struct {
	in      ChainInput
	anchors *Pool
	pool    *Pool // those that are known, anchors among them or not
	// signed remembers what came of verifying a certificate with an issuer's key.
	signed map[[2]*Certificate]error
	steps  int
	// checkedCRLs remembers the same of CRLs.
	checkedCRLs map[crlSigner]error
	// signers is why the signer of a CRL is not certified under an anchor, or "".
	signers map[[2]*Certificate]string
	depth   int // of asking for one
	path    []*Certificate
	best    *candidate
	paths   int
	full    string // the limit that was reached, if one was
	unread  string // why a CRL was not verified, if one was not
	late    bool   // it was for want of work
	done    bool   // a chain was found that is good in every respect
}

// candidate is a path and its evaluation.
type candidate struct {
	path  []*Certificate
	end   pathEnd
	links []ChainLink
	keys  []*algo.PublicKey // with the parameters that they inherit

	chain, validity, revocation Outcome
	missing                     Name
}

// pathEnd says why a path goes no further.
type pathEnd int

const (
	endAnchor pathEnd = iota
	endSelfSigned
	endMissing   // no certificate has the issuer's name
	endSignature // one has, and did not sign
	endUnknown   // one has, and whether it signed cannot be told
	endLoop
	endLimit
)

// BuildChain builds the best chain from leaf to a trust anchor by RFC 5280 section 6
// and says what is right and wrong with it. It always gives at least leaf as a link.
func BuildChain(leaf *Certificate, in ChainInput) ChainResult {
	b := &builder{in: in, anchors: NewPool(in.Anchors...), pool: in.Known, signed: map[[2]*Certificate]error{}, checkedCRLs: map[crlSigner]error{},
		signers: map[[2]*Certificate]string{}}
	if b.pool == nil {
		b.pool = &Pool{}
	}
	// The very certificate that is known already stands for leaf, so that it is met once.
	for _, p := range []*Pool{b.pool, b.anchors} {
		if known := p.byRaw[string(leaf.Raw)]; known != nil {
			leaf = known
		}
	}
	b.extend(leaf)
	return b.result()
}

// extend adds a certificate to the path and goes on to its issuers. Its depth is at
// most limit.ChainLength.
func (b *builder) extend(c *Certificate) {
	b.path = append(b.path, c)
	defer func() { b.path = b.path[:len(b.path)-1] }()
	anchored := b.anchors.Contains(c)
	if anchored {
		b.paths++
		b.judge(endAnchor)
		// An anchor that is no good may itself be issued by another one.
		if b.done || c.SelfIssued() {
			return
		}
	}
	if len(b.path) >= limit.ChainLength {
		b.full = limit.More("certificates in a chain", limit.ChainLength, -1)
		b.judge(endLimit)
		return
	}
	end := endMissing
	for _, issuer := range b.issuers(c) {
		if b.done {
			return
		}
		if b.visited(issuer) {
			if end == endMissing {
				end = endLoop
			}
			continue
		}
		if b.steps >= limit.ChainSteps {
			b.full = limit.More("issuers to try", limit.ChainSteps, -1)
			end = endLimit
			break
		}
		b.steps++
		// Whether a key signed that inherits its parameters is seen once the path is whole.
		if err := b.verify(c, issuer); err != nil && !algo.Inherits(issuer.PublicKey) {
			switch {
			case end == endAnchor:
			case limit.Reached(err):
				b.full, end = err.Error(), endLimit
			case end == endLimit:
			case algo.Undecided(err):
				end = endUnknown
			case end != endUnknown:
				end = endSignature
			}
			continue
		}
		end = endAnchor // something went on from here
		b.extend(issuer)
	}
	if end == endAnchor || anchored {
		return
	}
	if end != endLimit && c.SelfIssued() && b.verify(c, c) == nil {
		end = endSelfSigned
	}
	b.judge(end)
}

// visited reports whether a certificate, or another for the same subject and key, is
// on the path: going through it twice leads nowhere.
func (b *builder) visited(c *Certificate) bool {
	for _, p := range b.path {
		if p == c || p.Subject.Equal(c.Subject) && p.PublicKey.Equal(c.PublicKey) {
			return true
		}
	}
	return false
}

// verify checks a signature, once.
func (b *builder) verify(c, issuer *Certificate) error {
	pair := [2]*Certificate{c, issuer}
	err, known := b.signed[pair]
	if !known {
		if err = b.in.Work.Take(issuer.PublicKey.VerifyWork()); err == nil {
			err = c.CheckSignature(issuer)
		}
		b.signed[pair] = err
	}
	return err
}

// issuers gives the certificates that may have issued c, the likeliest first: those
// whose key identifier is the one that c names, trust anchors, those that are valid
// at the time and allowed to sign certificates.
func (b *builder) issuers(c *Certificate) []*Certificate {
	found := slices.Clone(b.anchors.BySubject(c.Issuer))
	for _, i := range b.pool.BySubject(c.Issuer) {
		if b.anchors.Contains(i) {
			continue
		}
		if len(found) >= limit.ChainCandidates {
			b.full = limit.More("certificates with the name of an issuer", limit.ChainCandidates, -1)
			break
		}
		found = append(found, i)
	}
	rank := func(i *Certificate) int {
		n := 0
		if len(c.AuthorityKeyID) > 0 && len(i.SubjectKeyID) > 0 && !bytes.Equal(c.AuthorityKeyID, i.SubjectKeyID) {
			n += 8
		}
		if c.AuthoritySerial != nil && !SameInteger(c.AuthoritySerial, i.Serial) {
			n += 4
		}
		if !b.anchors.Contains(i) {
			n += 2
		}
		if i.validAt(b.in.At) != 0 || !i.Allows(KeyCertSign) {
			n++
		}
		return n
	}
	sorting.By(found, func(x, y **Certificate) bool { return rank(*x) < rank(*y) })
	return found
}

// validAt compares a time with the period of validity: -1 before, 1 after, 0 inside.
func (c *Certificate) validAt(at int64) int {
	switch {
	case at < c.NotBefore:
		return -1
	case at > c.NotAfter:
		return 1
	}
	return 0
}

// judge evaluates the path and keeps it when it is the best so far.
func (b *builder) judge(end pathEnd) {
	c := b.evaluate(append([]*Certificate(nil), b.path...), end)
	if b.best == nil || c.score() > b.best.score() {
		b.best = c
	}
	if c.score() == bestScore {
		b.done = true
	}
}

const bestScore = 1000

// score orders candidates: first those that hold, then those that at least reach an
// anchor, then the longer of those that do not.
func (c *candidate) score() int {
	fails := func(o Outcome) bool { return o.OK != nil && !*o.OK }
	switch {
	case c.end == endAnchor && !fails(c.chain) && !fails(c.validity) && !fails(c.revocation):
		if c.chain.OK == nil {
			return bestScore - 10
		}
		if c.revocation.Contradicted {
			return bestScore - 2
		}
		if c.revocation.OK == nil && c.revocation.Certificate != nil {
			return bestScore - 1
		}
		return bestScore
	case c.end == endAnchor:
		n := 500
		if !fails(c.chain) {
			n += 100
		}
		if !fails(c.validity) {
			n += 20
		}
		if !fails(c.revocation) {
			n += 10
		}
		return n
	}
	n := 10 * len(c.path)
	if c.end == endSelfSigned || c.end == endUnknown {
		n += 5
	}
	return n
}

func (b *builder) result() ChainResult {
	c := b.best
	r := ChainResult{
		Links: c.links, Chain: c.chain, Validity: c.validity, Revocation: c.revocation,
		Missing: c.missing, Paths: b.paths,
	}
	if c.end == endAnchor {
		r.Anchor = c.path[len(c.path)-1]
	}
	r.OutOfWork = b.full == limit.ErrWork.Error() || b.late
	switch {
	case b.full == "" || b.done:
	case c.end != endLimit:
		r.Chain.Detail += "; not every way was tried: " + b.full
		if r.Chain.OK != nil && !*r.Chain.OK {
			r.Chain.OK = nil
		}
	case b.full == limit.ErrWork.Error():
		r.Chain.OK = nil
		r.Chain.Detail = "it is not decided whether there is a chain to a trust anchor: " + b.full
	default:
		r.Chain.Detail = "no chain to a trust anchor was found within " + strconv.Itoa(limit.ChainLength) +
			" certificates and " + strconv.Itoa(limit.ChainSteps) + " attempts"
	}
	return r
}
