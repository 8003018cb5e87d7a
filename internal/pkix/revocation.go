package pkix

// Whether the certificates of a chain are revoked (RFC 5280 section 6.3.3, without
// fetching anything: only what was supplied is looked at). A list that says that a
// certificate is revoked is always heard; that one is not revoked is believed only when
// lists that are whole, current and signed by whom they must be speak of every reason.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
)

const revocationRef = "RFC 5280 section 6.3.3"

// crlSigner is a CRL and a key that may have signed it.
type crlSigner struct {
	crl *CRL
	key *algo.PublicKey
}

// revocation looks every certificate below the anchor up in the CRLs.
func (b *builder) revocation(c *candidate) {
	last := len(c.path) - 1
	switch {
	case len(b.in.CRLs)+len(b.in.OCSP) == 0:
		c.revocation = open(nil, "no CRL was given", revocationRef)
		return
	case last == 0 && c.end == endAnchor:
		c.revocation = open(nil, "a trust anchor is not looked up in CRLs", revocationRef)
		return
	}
	covered := 0
	for i := last; i >= 0; i-- {
		if c.links[i].Anchor {
			continue
		}
		o := b.lookUp(c, i)
		switch {
		case o.OK == nil:
			if c.revocation.OK == nil && (o.Contradicted || !c.revocation.Contradicted) {
				c.revocation = o // the certificate nearest the leaf is told of
			}
			if i < last || c.end == endSelfSigned {
				c.mark(i, true, o.Detail)
			}
		case *o.OK:
			covered++
		default:
			c.mark(i, false, o.Detail)
			if c.revocation.OK == nil || *c.revocation.OK {
				c.revocation = o
			}
		}
	}
	if c.revocation.OK == nil && c.revocation.Certificate == nil {
		detail := "none of the certificates is on the CRL of its issuer"
		if covered == 1 {
			detail = "the certificate is not on the CRL of its issuer"
		}
		c.revocation = yes(detail, revocationRef)
	}
	if b.unread != "" && (c.revocation.OK == nil || *c.revocation.OK) {
		// One of those that were not verified may say otherwise.
		c.revocation = open(nil, "not every CRL that was given could be used: "+b.unread, revocationRef)
		c.revocation.Contradicted = true
	}
}

// lookup is what came of looking one certificate up.
type lookup struct {
	cert   *Certificate
	called string
	// doubt is why nothing is known, contradiction why it is not known whether the
	// certificate is revoked though something says so.
	doubt, contradiction string
	silent               *CRL // the list that doubt is about, nil where it is about none
	revoked              *RevokedCertificate
	// listed is when the list was issued that revoked is on. lifted is when the newest
	// list was issued by which the certificate is not on hold, any more.
	listed, lifted int64
	reasons        reasons // that lists speak of on which the certificate is not
}

// lookUp looks the certificate at a place of the path up.
func (b *builder) lookUp(c *candidate, i int) Outcome {
	cert := c.path[i]
	look := &lookup{cert: cert, called: c.called(i), doubt: "no CRL of " + quote(cert.Issuer.String()) + " was given"}
	var issuer *Certificate
	var key *algo.PublicKey
	switch {
	case i+1 < len(c.path):
		issuer, key = c.path[i+1], c.keys[i+1]
	case c.end == endSelfSigned:
		issuer, key = cert, cert.PublicKey
	}
	var anchor *Certificate
	if c.end == endAnchor {
		anchor = c.path[len(c.path)-1]
	}
	var complete, deltas []*CRL // that are good for what they say
	for _, l := range b.in.CRLs {
		if !l.Issuer.Equal(cert.Issuer) && !cert.namesCRLIssuer(l.Issuer) {
			if l.find(cert) != nil {
				look.distrust(l, "the certificate does not name it as an issuer of CRLs")
			}
			continue
		}
		if why := b.trustworthy(l, issuer, key, anchor); why != "" {
			look.distrust(l, why)
			continue
		}
		if l.Delta {
			deltas = append(deltas, l)
		} else {
			complete = append(complete, l)
		}
	}
	for _, l := range deltas {
		look.read(l, b.in.At, true)
	}
	for _, l := range complete {
		current := l.currentAt(b.in.At) == ""
		for _, d := range deltas {
			current = current || d.updates(l) && d.currentAt(b.in.At) == ""
		}
		look.read(l, b.in.At, current)
	}
	for _, r := range b.in.OCSP {
		if r.speaksOf(cert) && r.Status == OCSPRevoked {
			look.contradict("an OCSP response that was given says that " + look.called + " was revoked on " + FormatTime(r.RevokedAt) + ", and who signed the response was not verified")
		}
	}
	switch {
	case look.revoked != nil:
		detail := look.called + " was revoked on " + FormatTime(look.revoked.Time)
		if name := look.revoked.ReasonName(); name != "" {
			detail += " (" + name + ")"
		}
		return no(cert, detail, revocationRef)
	case look.contradiction != "":
		o := open(cert, look.contradiction, revocationRef)
		o.Contradicted = true
		return o
	case look.reasons == allReasons:
		return yes(look.called+" is not on the CRL of its issuer", revocationRef)
	case look.reasons != 0:
		look.doubt = "the CRLs of " + quote(cert.Issuer.String()) + " that were given are only about some reasons of revocation"
	case look.silent != nil:
		// Of thousands of lists only the last is named.
		look.doubt = "the CRL of " + quote(look.silent.Issuer.String()) + " says nothing: " + look.doubt
	}
	return open(cert, look.doubt, revocationRef)
}

// says records why a list says nothing.
func (k *lookup) says(l *CRL, why string) {
	k.silent, k.doubt = l, why
}

func (k *lookup) contradict(why string) {
	if k.contradiction == "" {
		k.contradiction = why
	}
}

// distrust passes a list over that is not to be relied upon, but not what it says.
func (k *lookup) distrust(l *CRL, why string) {
	if l.find(k.cert) != nil && !l.onlyAttributes() {
		k.contradict("a CRL of " + quote(l.Issuer.String()) + " says that " + k.called + " is revoked, and cannot be relied upon: " + why)
		return
	}
	k.says(l, why)
}

// read takes in what a list says that is signed by whom it must be. current is whether
// it, or it with a delta CRL that updates it, tells of the time.
func (k *lookup) read(l *CRL, at int64, current bool) {
	if l.onlyAttributes() {
		k.says(l, "it is only about attribute certificates")
		return
	}
	early := !l.HasThisUpdate || at < l.ThisUpdate
	entry := l.find(k.cert)
	if entry != nil && entry.Reason == removeFromCRL {
		if l.Delta && l.currentAt(at) == "" {
			k.lift(l.ThisUpdate)
		}
		entry = nil
	}
	if entry != nil && entry.Reason == certificateHold && k.lifted > l.ThisUpdate {
		entry = nil
	}
	// A later list tells of the time before, when it says that it was too late then.
	// Serial numbers are unique to an issuer: what it revoked is revoked, whatever else
	// the list is about.
	if entry != nil && (!early || entry.Time <= at) {
		if k.revoked == nil || k.revoked.Reason == certificateHold && (entry.Reason != certificateHold || l.ThisUpdate > k.listed) {
			k.revoked, k.listed = entry, l.ThisUpdate
		}
		return
	}
	if l.Delta {
		k.says(l, "it is a delta CRL, and no CRL was given that it updates")
		return
	}
	covers, why := l.covers(k.cert)
	switch {
	case early, !current:
		k.says(l, l.currentAt(at))
	case covers == 0:
		k.says(l, why)
	default:
		k.reasons |= covers
		if covers&(1<<certificateHold) != 0 && l.currentAt(at) == "" {
			k.lift(l.ThisUpdate)
		}
	}
}

// lift takes in that by a list of that time the certificate is not on hold, or no more.
// No other revocation ends.
func (k *lookup) lift(issued int64) {
	k.lifted = max(k.lifted, issued)
	if k.revoked != nil && k.revoked.Reason == certificateHold && k.lifted > k.listed {
		k.revoked = nil
	}
}

// currentAt says why a list is not about a time, or "".
func (l *CRL) currentAt(at int64) string {
	switch {
	case !l.HasThisUpdate:
		return "it does not say when it was issued"
	case at < l.ThisUpdate:
		return "it was issued only on " + FormatTime(l.ThisUpdate)
	case l.HasNextUpdate && at > l.NextUpdate:
		return "it ended on " + FormatTime(l.NextUpdate)
	}
	return ""
}

// updates reports whether a delta CRL goes with a complete one (section 5.2.4), so that
// the two together are as one of the delta's time.
func (l *CRL) updates(complete *CRL) bool {
	return l.Issuer.Equal(complete.Issuer) && l.sameScope(complete) &&
		l.Base != nil && complete.Number != nil && l.Number != nil &&
		compareCounts(complete.Number, l.Base) >= 0 && compareCounts(complete.Number, l.Number) <= 0
}

// sameScope reports whether two lists have the same issuing distribution point, or none.
func (l *CRL) sameScope(other *CRL) bool {
	return string(l.scopeValue()) == string(other.scopeValue())
}

// trustworthy says why nothing may be concluded from a list, or "". issuer is the
// certificate above the one that is looked up, nil when it is unknown, and key its key;
// anchor is where the chain ends, nil when it leads to none.
func (b *builder) trustworthy(l *CRL, issuer *Certificate, key *algo.PublicKey, anchor *Certificate) string {
	if l.unusable != "" {
		return l.unusable
	}
	why := "the certificate to verify it with is not at hand"
	if issuer != nil && issuer.Subject.Equal(l.Issuer) {
		if why = b.verifyCRL(l, issuer, key); why == "" {
			return ""
		}
	}
	if anchor == nil {
		return why
	}
	// Another key of the CA may have signed it, or the CRL issuer's whom the certificate
	// names: by a certificate that leads to the same trust anchor (section 6.3.3 (f)).
	tried := 0
	for _, pool := range []*Pool{b.anchors, b.pool} {
		for _, s := range pool.BySubject(l.Issuer) {
			if s == issuer {
				continue
			}
			if tried++; tried > limit.CRLSigners {
				return why + "; " + limit.More("certificates that may have signed it", limit.CRLSigners, -1)
			}
			if bad := b.verifyCRL(l, s, s.PublicKey); bad != "" {
				if issuer == nil || !issuer.Subject.Equal(l.Issuer) {
					why = bad
				}
				continue
			}
			if bad := b.certified(s, anchor); bad != "" {
				why = bad
				continue
			}
			return ""
		}
	}
	return why
}

// certified says why the signer of a CRL is not certified under a trust anchor, or "".
func (b *builder) certified(s, anchor *Certificate) string {
	if s == anchor || string(s.Raw) == string(anchor.Raw) {
		return ""
	}
	key := [2]*Certificate{s, anchor}
	if why, known := b.signers[key]; known {
		return why
	}
	if b.depth >= limit.CRLSignerDepth {
		return "its signer's own certificate would have to be looked up in too many others"
	}
	// While it is asked, its word is taken: a list that its key signed may say that it is
	// revoked itself.
	b.signers[key] = ""
	in := b.in
	in.Anchors = []*Certificate{anchor}
	sub := &builder{in: in, anchors: NewPool(anchor), pool: b.pool, signed: b.signed, checkedCRLs: b.checkedCRLs, signers: b.signers,
		steps: b.steps, depth: b.depth + 1}
	sub.extend(s)
	b.steps = sub.steps
	r := sub.result()
	why := ""
	switch {
	case !holds(r.Chain):
		why = r.Chain.Detail
	case !holds(r.Validity):
		why = r.Validity.Detail
	case r.Revocation.OK != nil && !*r.Revocation.OK || r.Revocation.Contradicted:
		why = r.Revocation.Detail
	}
	if why != "" {
		why = "its signer " + s.label() + " is not certified: " + why
	}
	b.signers[key] = why
	return why
}

// verifyCRL says why the key of a certificate did not sign a CRL, or must not have, or
// "". The signature is computed once.
func (b *builder) verifyCRL(l *CRL, signer *Certificate, key *algo.PublicKey) string {
	if !signer.Allows(CRLSign) {
		return "its issuer " + signer.label() + " may not sign CRLs by its key usage"
	}
	if b.in.Policy == PolicyModern {
		if why := weakSignature(l.SignatureAlgorithm); why != "" {
			return "it " + why
		}
	}
	pair := crlSigner{l, key}
	err, known := b.checkedCRLs[pair]
	if !known {
		if len(b.checkedCRLs) >= limit.ChainCRLChecks {
			b.unread = "more than " + strconv.Itoa(limit.ChainCRLChecks) + " CRLs are to be verified"
			return b.unread
		}
		if err := b.in.Work.Take(key.VerifyWork()); err != nil {
			b.unread, b.late = "it was not verified: "+err.Error(), true
			return b.unread
		}
		err = l.checkSignature(key)
		b.checkedCRLs[pair] = err
	}
	if err != nil {
		return "its signature is not good: " + err.Error()
	}
	return ""
}
