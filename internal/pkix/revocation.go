package pkix

// Whether the certificates of a chain are on a CRL (RFC 5280 section 6.3.3, without
// fetching anything: only CRLs that were supplied are looked at).

import (
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/limit"
)

const revocationRef = "RFC 5280 section 6.3.3"

// crlSigner is a CRL and a certificate whose key may have signed it.
type crlSigner struct {
	crl    *CRL
	signer *Certificate
}

// revocation looks every certificate below the anchor up in the CRLs.
func (b *builder) revocation(c *candidate) {
	last := len(c.path) - 1
	switch {
	case len(b.in.CRLs) == 0:
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
		var issuer *Certificate
		if i < last {
			issuer = c.path[i+1]
		} else if c.end == endSelfSigned {
			issuer = c.path[i]
		}
		o := b.lookUp(c, i, issuer)
		switch {
		case o.OK == nil:
			if c.revocation.OK == nil {
				c.revocation = o // the certificate nearest the leaf is told of
			}
			if issuer != nil {
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
}

// lookUp looks one certificate up. issuer is nil when its certificate is unknown.
func (b *builder) lookUp(c *candidate, i int, issuer *Certificate) Outcome {
	cert := c.path[i]
	called := c.called(i)
	o := open(cert, "no CRL of "+quote(cert.Issuer.String())+" was given", revocationRef)
	for _, l := range b.in.CRLs {
		// A CRL that lists certificates of several issuers is not followed.
		indirect := l.Scope != nil && l.Scope.Indirect
		if !l.Issuer.Equal(cert.Issuer) {
			continue
		}
		doubt := func(why string) {
			if o.OK == nil {
				o.Detail = "the CRL of " + quote(l.Issuer.String()) + " says nothing: " + why
			}
		}
		if issuer == nil {
			doubt("the certificate to verify it with is not at hand")
			continue
		}
		if l.unusable != "" {
			doubt(l.unusable)
			continue
		}
		if err := b.verifyCRL(l, issuer); err != nil {
			doubt(err.Error())
			continue
		}
		if l.Delta {
			doubt("it is a delta CRL, which is not supported")
			continue
		}
		if indirect {
			doubt("it is an indirect CRL, which is not supported")
			continue
		}
		if why := l.outOfScope(cert); why != "" {
			doubt(why)
			continue
		}
		early := !l.HasThisUpdate || b.in.At < l.ThisUpdate
		// A later list tells of the time before, when it says that it was too late then.
		if e := l.Find(cert.Serial); e != nil && e.Reason != removeFromCRL && (!early || e.Time <= b.in.At) {
			detail := called + " was revoked on " + FormatTime(e.Time)
			if name := e.ReasonName(); name != "" {
				detail += " (" + name + ")"
			}
			return no(cert, detail, revocationRef)
		}
		switch {
		case early:
			doubt("it was issued only on " + FormatTime(l.ThisUpdate))
		case l.HasNextUpdate && b.in.At > l.NextUpdate:
			doubt("it ended on " + FormatTime(l.NextUpdate))
		case l.Scope != nil && l.Scope.OnlySomeReasons != nil:
			doubt("it is only about some reasons of revocation")
		default:
			o = yes(called+" is not on the CRL of its issuer", revocationRef)
		}
	}
	return o
}

// verifyCRL checks who signed a CRL, once.
func (b *builder) verifyCRL(l *CRL, issuer *Certificate) error {
	key := crlSigner{l, issuer}
	err, known := b.checkedCRLs[key]
	if known {
		return err
	}
	switch {
	case len(b.checkedCRLs) >= limit.ChainCRLChecks:
		return errors.New("more than " + strconv.Itoa(limit.ChainCRLChecks) + " CRLs are to be verified")
	case !issuer.Allows(CRLSign):
		err = errors.New("its issuer " + issuer.label() + " may not sign CRLs by its key usage")
	default:
		if err = l.CheckSignature(issuer); err != nil {
			err = errors.New("its signature is not good: " + err.Error())
		} else if b.in.Policy == PolicyModern {
			if why := weakSignature(l.SignatureAlgorithm); why != "" {
				err = errors.New("it " + why)
			}
		}
	}
	b.checkedCRLs[key] = err
	return err
}

// outOfScope says why a CRL is not about a certificate, or "".
func (l *CRL) outOfScope(cert *Certificate) string {
	s := l.Scope
	switch {
	case s == nil:
	case s.OnlyAttributes:
		return "it is only about attribute certificates"
	case s.OnlyUsers && cert.IsCA():
		return "it is only about certificates of users"
	case s.OnlyCAs && !cert.IsCA():
		return "it is only about certificates of CAs"
	case s.hasPoint:
		switch ok, all := s.Point.serves(cert); {
		case ok:
		case all:
			return "it is from another distribution point than the certificate names"
		default:
			return "it may be from another distribution point than the certificate names: " + limit.More("names to compare", limit.PointNames, -1)
		}
	}
	return ""
}

// serves reports whether one of the names of the point is among the certificate's
// distribution points (section 6.3.3 (b)(2)(i)); all is false when there are so many that
// not all were compared.
func (p *DistributionPoint) serves(cert *Certificate) (ok, all bool) {
	const most = limit.PointNames
	names := p.FullName[:min(len(p.FullName), most)]
	all = len(p.FullName) <= most && len(cert.CRLDistributionPoints) <= most
	for i := range min(len(cert.CRLDistributionPoints), most) {
		d := &cert.CRLDistributionPoints[i]
		if p.Relative != nil && d.Relative != nil && rdnKey(p.Relative) == rdnKey(d.Relative) {
			return true, all
		}
		all = all && len(d.FullName) <= most
		for _, a := range d.FullName[:min(len(d.FullName), most)] {
			for _, b := range names {
				if a.Type == b.Type && (a.Type == NameDir && a.Name.Equal(b.Name) || a.Type != NameDir && string(a.Bytes) == string(b.Bytes)) {
					return true, all
				}
			}
		}
	}
	return false, all
}
