package pkix

// What a CRL is about (RFC 5280 sections 5.2.5 and 6.3.3 (b) and (d)): whose
// certificates, which of them, and which reasons of revocation.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// reasons is a set of the reasons of revocation of RFC 5280 section 4.2.1.13: bit n of
// ReasonFlags is 1<<n here, and its number is that of CRLReason for the first seven.
type reasons uint16

const allReasons reasons = 0x1fe

const certificateHold = 6 // as reason and as CRLReason

// readReasons reads the octets of a ReasonFlags, of which nil is all.
func readReasons(b []byte) reasons {
	if b == nil {
		return allReasons
	}
	var r reasons
	for i := range min(8*max(len(b)-1, 0), 9) {
		if b[1+i/8]&(0x80>>(i%8)) != 0 {
			r |= 1 << i
		}
	}
	return r & allReasons
}

func (l *CRL) onlyAttributes() bool { return l.Scope != nil && l.Scope.OnlyAttributes }

// scopeValue is the issuing distribution point as received.
func (l *CRL) scopeValue() []byte {
	if x := findExtension(l.Extensions, oid.IssuingDistributionPoint); x != nil {
		return x.Value
	}
	return nil
}

// namesCRLIssuer reports whether a certificate says that it is on the CRLs of somebody
// else than its issuer.
func (c *Certificate) namesCRLIssuer(n Name) bool {
	for i := range min(len(c.CRLDistributionPoints), limit.PointNames) {
		if c.CRLDistributionPoints[i].issuedBy(n) {
			return true
		}
	}
	return false
}

// issuedBy reports whether a name is among the issuers of the point's CRLs.
func (d *DistributionPoint) issuedBy(n Name) bool {
	for i := range min(len(d.CRLIssuer), limit.PointNames) {
		if g := &d.CRLIssuer[i]; g.Type == NameDir && g.Name.Equal(n) {
			return true
		}
	}
	return false
}

// covers gives the reasons for which a certificate would be on the list, or why there
// are none.
func (l *CRL) covers(cert *Certificate) (reasons, string) {
	s := l.Scope
	if s == nil {
		s = &CRLScope{}
	}
	switch {
	case s.OnlyAttributes:
		return 0, "it is only about attribute certificates"
	case s.OnlyUsers && cert.IsCA():
		return 0, "it is only about certificates of users"
	case s.OnlyCAs && !cert.IsCA():
		return 0, "it is only about certificates of CAs"
	}
	about := readReasons(s.OnlySomeReasons)
	if about == 0 {
		return 0, "it is about no reason of revocation"
	}
	own := l.Issuer.Equal(cert.Issuer)
	// Beside the points that the certificate names there is that of its issuer.
	const most = limit.PointNames
	all := len(cert.CRLDistributionPoints) <= most
	var covered reasons
	if own {
		implicit := DistributionPoint{FullName: []GeneralName{{Type: NameDir, Name: cert.Issuer}}}
		if ok, _ := s.Point.serves(&implicit, l.Issuer); ok || !s.hasPoint {
			return about, ""
		}
	}
	for i := range min(len(cert.CRLDistributionPoints), most) {
		d := &cert.CRLDistributionPoints[i]
		if d.CRLIssuer == nil && !own || d.CRLIssuer != nil && (!s.Indirect || !d.issuedBy(l.Issuer)) {
			continue
		}
		if s.hasPoint {
			ok, each := s.Point.serves(d, l.Issuer)
			all = all && each
			if !ok {
				continue
			}
		}
		covered |= about & readReasons(d.Reasons)
	}
	switch {
	case covered != 0:
		return covered, ""
	case !all:
		return 0, "it may be from another distribution point than the certificate names: " + limit.More("names to compare", limit.PointNames, -1)
	case !own && !s.Indirect:
		return 0, "it is not an indirect CRL, and not of the certificate's issuer"
	}
	return 0, "it is from another distribution point than the certificate names"
}

// serves reports whether one of the names of the point of a CRL by issuer is among those
// of a certificate's distribution point (section 6.3.3 (b)(2)(i)); all is false when there
// are so many that not all were compared.
func (p *DistributionPoint) serves(d *DistributionPoint, issuer Name) (ok, all bool) {
	theirs := d.names(issuer)
	if len(theirs) == 0 {
		theirs = d.CRLIssuer
	}
	ours := p.names(issuer)
	const most = limit.PointNames
	all = len(ours) <= most && len(theirs) <= most
	for i := range min(len(theirs), most) {
		for j := range min(len(ours), most) {
			a, b := &theirs[i], &ours[j]
			if a.Type == b.Type && (a.Type == NameDir && a.Name.Equal(b.Name) || a.Type != NameDir && string(a.Bytes) == string(b.Bytes)) {
				return true, all
			}
		}
	}
	return false, all
}

// names are the names of a point. One that is relative stands below the name of the
// CRL's issuer (section 4.2.1.13).
func (d *DistributionPoint) names(issuer Name) []GeneralName {
	if d.Relative == nil {
		return d.FullName
	}
	whole := Name{RDNs: append(append([][]Attribute(nil), issuer.RDNs...), d.Relative)}
	whole.key = whole.comparisonKey()
	return []GeneralName{{Type: NameDir, Name: whole}}
}

// compareCounts compares two INTEGERs that are not negative.
func compareCounts(a, b []byte) int {
	a, b = bytes.TrimLeft(a, "\x00"), bytes.TrimLeft(b, "\x00")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return bytes.Compare(a, b)
}
