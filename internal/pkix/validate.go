package pkix

// Judging one path from a certificate to a trust anchor (RFC 5280 section 6.1).

import (
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// fail records what is wrong with the chain at a certificate of the path. The first
// failure is the chain's.
func (c *candidate) fail(i int, detail, ref string) {
	c.mark(i, false, detail)
	if c.chain.OK == nil || *c.chain.OK {
		c.chain = no(c.path[i], c.called(i)+" "+detail, ref)
	}
}

// mark adds a remark to a link. A failure is not taken back by a later doubt.
func (c *candidate) mark(i int, ok bool, detail string) {
	l := &c.links[i]
	if !ok {
		if l.OK == nil || *l.OK {
			l.Detail = ""
		}
		l.OK = truth(false)
	} else if l.OK != nil && !*l.OK {
		return
	}
	if l.Detail != "" {
		l.Detail += "; "
	}
	l.Detail += detail
}

// called names a certificate of the path in a sentence.
func (c *candidate) called(i int) string { return "the certificate " + c.path[i].label() }

// evaluate judges a path.
func (b *builder) evaluate(path []*Certificate, end pathEnd) *candidate {
	c := &candidate{path: path, end: end, links: make([]ChainLink, len(path))}
	last := len(path) - 1
	for i, cert := range path {
		c.links[i] = ChainLink{Certificate: cert, OK: truth(true)}
	}
	c.chain = yes("", chainRef)
	b.ending(c)
	c.inheritKeys()
	for i := last; i >= 0; i-- {
		b.certificate(c, i)
	}
	c.pathLengths()
	c.constraints()
	c.policies()
	b.validity(c)
	b.revocation(c)
	if c.chain.OK != nil && *c.chain.OK {
		anchor := path[last]
		if last == 0 {
			c.chain.Detail = c.called(0) + " is itself a trust anchor"
		} else {
			c.chain.Detail = strconv.Itoa(len(path)) + " certificates lead to the trust anchor " + anchor.label()
		}
	}
	return c
}

// inheritKeys gives the DSA keys of the path that have no parameters those of the key
// above (RFC 5280 section 6.1.4 (d) to (f)), and verifies what they signed.
func (c *candidate) inheritKeys() {
	c.keys = make([]*algo.PublicKey, len(c.path))
	for i := len(c.path) - 1; i >= 0; i-- {
		c.keys[i] = c.path[i].PublicKey
		if !algo.Inherits(c.keys[i]) {
			continue
		}
		if i+1 < len(c.path) {
			c.keys[i] = algo.Inherit(c.keys[i], c.keys[i+1])
		}
		if i == 0 {
			continue
		}
		cert := c.path[i-1]
		err := algo.VerifySignature(cert.SignatureAlgorithm, algo.Hash{}, c.keys[i], cert.TBS, cert.Signature)
		switch {
		case err == nil:
		case !algo.Undecided(err):
			c.fail(i-1, "is not signed by the key of "+c.path[i].label()+": "+err.Error(), "RFC 5280 section 6.1.3 (a)(1)")
		case c.chain.OK != nil && *c.chain.OK:
			detail := "may or may not be signed by the key of " + c.path[i].label() + ": " + err.Error()
			c.links[i-1].OK, c.links[i-1].Detail = nil, detail
			c.chain = open(cert, c.called(i-1)+" "+detail, "RFC 5280 section 6.1.3 (a)(1)")
		}
	}
}

// ending says what the path ends with.
func (b *builder) ending(c *candidate) {
	last := len(c.path) - 1
	cert := c.path[last]
	switch c.end {
	case endAnchor:
		c.links[last].Anchor = true
		c.links[last].Detail = "a trust anchor"
	case endSelfSigned:
		if len(b.in.Anchors) == 0 {
			c.fail(last, "is signed by its own key, and there are no trust anchors", chainRef)
		} else {
			c.fail(last, "is signed by its own key and is not a trust anchor", chainRef)
		}
	case endMissing, endLoop:
		c.missing = cert.Issuer
		issuer := quote(cert.Issuer.String())
		if cert.Issuer.Empty() {
			issuer = "an issuer without a name"
		}
		why := "was issued by " + issuer + ", whose certificate is not at hand"
		if len(b.in.Anchors) == 0 {
			why += ", and there are no trust anchors"
		}
		if c.end == endLoop {
			c.missing = Name{}
			why = "was issued by " + issuer + ", which leads back to a certificate that is in the chain already"
		}
		c.fail(last, why, chainRef)
	case endSignature:
		// Every certificate of that name was tried; the error of the likeliest is told.
		why := "no key that is at hand for " + quote(cert.Issuer.String()) + " made its signature"
		for _, issuer := range b.issuers(cert) {
			if err := b.signed[[2]*Certificate{cert, issuer}]; err != nil {
				why = "is not signed by the key of " + issuer.label() + ": " + err.Error()
				break
			}
		}
		c.fail(last, why, "RFC 5280 section 6.1.3 (a)(1)")
	case endUnknown:
		for _, issuer := range b.issuers(cert) {
			if err := b.signed[[2]*Certificate{cert, issuer}]; algo.Undecided(err) {
				detail := "may or may not be signed by the key of " + issuer.label() + ": " + err.Error()
				c.links[last].OK, c.links[last].Detail = nil, detail
				c.chain = open(cert, c.called(last)+" "+detail, "RFC 5280 section 6.1.3 (a)(1)")
				break
			}
		}
	case endLimit:
		c.fail(last, "stands where the search for a chain was given up", chainRef)
	}
}

// certificate makes the checks of one certificate that do not depend on the others.
func (b *builder) certificate(c *candidate, i int) {
	cert := c.path[i]
	if cert.unusable != "" {
		c.fail(i, "cannot be relied upon: "+cert.unusable, "RFC 5280 section 4.1")
	}
	for j := range cert.Extensions {
		x := &cert.Extensions[j]
		switch {
		case !x.Critical || slices.Contains(processedCritical, x.OID):
		case slices.Contains(neverCritical, x.OID):
			c.fail(i, "has the extension "+x.OID.Name()+" marked critical, which it must not be", "RFC 5280 section 4.2")
		default:
			c.fail(i, "has the critical extension "+x.OID.Name()+", which is not known", "RFC 5280 section 6.1.4 (o)")
		}
	}
	if b.in.Policy == PolicyModern {
		if why := weak(cert, c.links[i].Anchor); why != "" {
			c.fail(i, why, "policy modern")
		}
	}
	if i == 0 {
		return
	}
	// What follows is asked of issuers only.
	issued := c.path[i-1].label()
	switch {
	case cert.BasicConstraints.Present && !cert.BasicConstraints.CA:
		c.fail(i, "is not a CA's, and yet it issued "+issued, "RFC 5280 section 6.1.4 (k)")
	case !cert.BasicConstraints.Present && !(c.links[i].Anchor && cert.oldCA()):
		c.fail(i, "is not a CA's, as it has no basic constraints, and yet it issued "+issued, "RFC 5280 section 6.1.4 (k)")
	}
	if !cert.Allows(KeyCertSign) {
		c.fail(i, "may not sign certificates by its key usage, and yet it issued "+issued, "RFC 5280 section 6.1.4 (n)")
	}
}

// oldCA reports whether a trust anchor without basic constraints may be a CA all the
// same, as OpenSSL has it: one of version 1 that is self-signed, or one whose key
// usage says so. RFC 5280 asks nothing of a trust anchor but its name and key.
func (c *Certificate) oldCA() bool {
	return c.Version == 1 && c.SelfIssued() || c.HasKeyUsage && c.KeyUsage&KeyCertSign != 0
}

// weak says which algorithm of a certificate policy modern refuses, or "".
func weak(cert *Certificate, anchor bool) string {
	if cert.PublicKey != nil {
		if key, ok := cert.PublicKey.Key.(*algo.RSAPublicKey); ok && key.Bits() < 2048 {
			return "has an RSA key of " + strconv.Itoa(key.Bits()) + " bits"
		}
	}
	if anchor {
		return ""
	}
	return weakSignature(cert.SignatureAlgorithm)
}

// weakSignature says which digest of a signature policy modern refuses, or "".
func weakSignature(id algo.Identifier) string {
	hash, err := algo.SignatureHash(id, algo.Hash{})
	if err == nil && (hash.OID == oid.SHA1 || hash.OID == oid.MD5) {
		return "is signed over " + hash.Name
	}
	return ""
}

// pathLengths checks pathLenConstraint (RFC 5280 sections 4.2.1.9, 6.1.4 (l) and
// (m)): how many issuers that are not self-issued stand between a CA and the
// certificate at the end.
func (c *candidate) pathLengths() {
	below := 0
	for i := 1; i < len(c.path); i++ {
		if most := c.path[i].BasicConstraints.PathLen; most >= 0 && below > most {
			c.fail(i, "allows "+strconv.Itoa(most)+" CAs below it, and there are "+strconv.Itoa(below), "RFC 5280 section 4.2.1.9")
		}
		if !c.path[i].SelfIssued() {
			below++
		}
	}
}

const validityRef = "RFC 5280 section 6.1.3 (a)(2)"

// validity checks the period of every certificate, the anchor's too.
func (b *builder) validity(c *candidate) {
	for i := len(c.path) - 1; i >= 0; i-- {
		cert := c.path[i]
		var detail string
		switch {
		case !cert.HasValidity:
			detail = "has no period of validity that can be read"
		case cert.validAt(b.in.At) < 0:
			detail = "is not valid before " + FormatTime(cert.NotBefore)
		case cert.validAt(b.in.At) > 0:
			detail = "expired on " + FormatTime(cert.NotAfter)
		default:
			continue
		}
		c.mark(i, false, detail)
		// The certificate at the end is the one to name when several are out of date.
		c.validity = no(cert, c.called(i)+" "+detail, validityRef)
	}
	if c.validity.OK == nil {
		c.validity = yes("all "+strconv.Itoa(len(c.path))+" certificates are within their period of validity at "+FormatTime(b.in.At), validityRef)
		if len(c.path) == 1 {
			c.validity.Detail = "the certificate is within its period of validity at " + FormatTime(b.in.At)
		}
	}
}

// policies follows the certificate policies down the chain (RFC 5280 sections 6.1.3
// (d) to (f), 6.1.4 (a) to (j) and 6.1.5 (a), (b) and (g)) with any policy acceptable.
// Then the tree of that algorithm matters only in whether it is empty, and its deepest
// leaves tell that: so only the policies expected of the next certificate are kept, as
// in the graph of RFC 9618.
func (c *candidate) policies() {
	n := len(c.path) - 1
	explicit, inhibitAny, mapping := n+1, n+1, n+1
	expected := map[oid.OID]bool{oid.AnyPolicy: true}
	for i := n - 1; i >= 0; i-- {
		cert := c.path[i]
		selfIssued := cert.SelfIssued()
		anyAllowed := inhibitAny > 0 || i > 0 && selfIssued
		next := map[oid.OID]bool{}
		for _, p := range cert.Policies {
			switch {
			case p == oid.AnyPolicy:
				if anyAllowed {
					for e := range expected {
						next[e] = true
					}
				}
			case expected[p], expected[oid.AnyPolicy]:
				next[p] = true
			}
			if len(next) > limit.PolicyNodes {
				c.fail(i, "takes more than "+strconv.Itoa(limit.PolicyNodes)+" policies to follow", "RFC 5280 section 6.1")
				return
			}
		}
		expected = next
		if explicit <= 0 && len(expected) == 0 {
			c.fail(i, "has no policy that its issuers allow, and one is required", "RFC 5280 section 6.1.3 (f)")
			return
		}
		if i == 0 {
			explicit--
			if p := cert.PolicyConstraints; p != nil && p.RequireExplicit == 0 {
				explicit = 0
			}
			if explicit <= 0 && len(expected) == 0 {
				c.fail(i, "has no policy that its issuers allow, and one is required at the end of the chain", "RFC 5280 section 6.1.5 (g)")
			}
			return
		}
		// Prepare for the next certificate.
		replaced := map[oid.OID]bool{}
		added := map[oid.OID]bool{}
		for _, m := range cert.PolicyMappings {
			if m[0] == oid.AnyPolicy || m[1] == oid.AnyPolicy {
				c.fail(i, "maps anyPolicy", "RFC 5280 section 6.1.4 (a)")
				continue
			}
			if expected[m[0]] || expected[oid.AnyPolicy] {
				replaced[m[0]] = true
				if mapping > 0 {
					added[m[1]] = true
				}
			}
		}
		for p := range replaced {
			delete(expected, p)
		}
		for p := range added {
			expected[p] = true
		}
		if !selfIssued {
			explicit, mapping, inhibitAny = explicit-1, mapping-1, inhibitAny-1
		}
		if p := cert.PolicyConstraints; p != nil {
			if p.RequireExplicit >= 0 {
				explicit = min(explicit, p.RequireExplicit)
			}
			if p.InhibitMapping >= 0 {
				mapping = min(mapping, p.InhibitMapping)
			}
		}
		if cert.InhibitAnyPolicy >= 0 {
			inhibitAny = min(inhibitAny, cert.InhibitAnyPolicy)
		}
	}
}
