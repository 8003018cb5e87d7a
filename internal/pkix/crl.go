package pkix

// Certificate revocation lists (RFC 5280 section 5).

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// CRL is a certificate revocation list, or what could be read of one.
type CRL struct {
	Raw  []byte
	Tree *ber.Tree
	TBS  []byte // what is signed

	Version    int // 1 or 2; 0 when it cannot be read
	Issuer     Name
	ThisUpdate int64 // Unix seconds
	NextUpdate int64
	// HasThisUpdate and HasNextUpdate are false where the time is absent or cannot
	// be read.
	HasThisUpdate, HasNextUpdate bool
	Revoked                      []RevokedCertificate
	Extensions                   []Extension
	AuthorityKeyID               []byte
	Number                       []byte // content octets of the CRL number, nil without
	// Delta is true for a delta CRL (section 5.2.4), and Base the content octets of the
	// number of the CRL that it begins from.
	Delta bool
	Base  []byte
	// Scope is the issuing distribution point (section 5.2.5), nil without.
	Scope              *CRLScope
	SignatureAlgorithm algo.Identifier
	Signature          []byte
	Problems           []Problem

	unusable string           // why nothing may be concluded from the list
	bySerial map[string]int   // index into Revoked, of the first
	more     map[string][]int // of the others, which an indirect CRL may have
	tbs      ber.Value
}

// RevokedCertificate is one entry of a CRL.
type RevokedCertificate struct {
	Serial []byte // content octets
	Time   int64  // when it was revoked
	// Reason is the CRLReason (section 5.3.1), -1 without one.
	Reason int
	// Invalidity is when the key is thought to have been compromised; HasInvalidity
	// says whether that is told.
	Invalidity    int64
	HasInvalidity bool
	// Issuer is who issued the certificate, in an indirect CRL where it says so.
	Issuer     []GeneralName
	Extensions []Extension
	Range      [2]int
}

// CRLScope is an issuing distribution point: which certificates a CRL is about.
type CRLScope struct {
	Point                              DistributionPoint
	OnlyUsers, OnlyCAs, OnlyAttributes bool
	Indirect                           bool
	OnlySomeReasons                    []byte
	hasPoint                           bool
}

// Reasons of a revocation, by number (RFC 5280 section 5.3.1).
var reasonNames = [...]string{
	"unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded",
	"cessationOfOperation", "certificateHold", "", "removeFromCRL", "privilegeWithdrawn", "aACompromise",
}

const removeFromCRL = 8

// ReasonName names a CRLReason; "" where there is none.
func (e *RevokedCertificate) ReasonName() string {
	if e.Reason < 0 {
		return ""
	}
	if e.Reason < len(reasonNames) && reasonNames[e.Reason] != "" {
		return reasonNames[e.Reason]
	}
	return "reason " + strconv.Itoa(e.Reason)
}

// ParseCRL reads a certificate revocation list in BER or DER, as leniently as
// ParseCertificate.
func ParseCRL(der []byte) (*CRL, error) { return readCRL(ber.ParseOne(der)) }

func readCRL(tree *ber.Tree) (*CRL, error) {
	c := &CRL{Tree: tree}
	r := &reader{}
	r.faults(tree)
	root := tree.Root()
	c.tbs = root.First()
	if !root.Is(ber.TagSequence) || !c.tbs.Is(ber.TagSequence) {
		return nil, errors.New("reading a CRL: it is not a SEQUENCE with a tbsCertList")
	}
	c.Raw, c.TBS = root.Raw(), c.tbs.Raw()
	if rest := len(tree.Src) - tree.End; rest > 0 {
		r.problem("structure", tree.End, strconv.Itoa(rest)+" bytes follow the CRL", "RFC 5280 section 5.1")
	}
	if !c.readTBS(r) {
		return nil, errors.New("reading a CRL: it has no signature algorithm and issuer at its beginning")
	}
	var err error
	f := c.tbs.Next()
	if c.SignatureAlgorithm, err = algo.ReadIdentifier(f); err != nil {
		r.at(f, "algorithm", err.Error(), "RFC 5280 section 5.1.1.2")
		c.malformed("its signature algorithm cannot be read")
	}
	if inner := c.innerAlgorithm(); !bytes.Equal(inner.Raw(), f.Raw()) {
		r.at(f, "algorithm", "the signature algorithm inside and outside of the signed part differ", "RFC 5280 section 5.1.1.2")
		c.malformed("its two signature algorithms differ")
	}
	if sig := f.Next(); sig.Is(ber.TagBitString) && len(sig.Octets()) > 0 {
		c.Signature = sig.Octets()[1:]
	} else {
		r.at(c.tbs, "structure", "the signature is missing after this", "RFC 5280 section 5.1.1.3")
		c.malformed("it has no signature")
	}
	c.Problems = r.problems
	if err := tree.Err(); err != nil {
		c.malformed("it is not whole: " + err.Error())
	}
	if c.unusable != "" {
		return c, errors.New("reading a CRL: " + c.unusable)
	}
	return c, nil
}

func (c *CRL) malformed(why string) {
	if c.unusable == "" {
		c.unusable = why
	}
}

func (c *CRL) innerAlgorithm() ber.Value {
	f := c.tbs.First()
	if f.Is(ber.TagInteger) {
		f = f.Next()
	}
	return f
}

func (c *CRL) readTBS(r *reader) bool {
	f := c.tbs.First()
	c.Version = 1
	if f.Is(ber.TagInteger) {
		n, ok := f.Int()
		c.Version = int(n) + 1
		if !ok || n != 1 {
			c.Version = 0
			r.at(f, "version", "a version that does not exist", "RFC 5280 section 5.1.2.1")
		}
		f = f.Next()
	}
	algorithm := f
	f = f.Next()
	if !algorithm.Is(ber.TagSequence) || !algorithm.First().Is(ber.TagOID) || !f.Is(ber.TagSequence) {
		return false
	}
	c.Issuer = r.name(f)
	f = f.Next()
	isTime := func(v ber.Value) bool { return v.Is(ber.TagUTCTime) || v.Is(ber.TagGeneralizedTime) }
	// A certificate is told from a CRL by what comes here.
	if !isTime(f) {
		return false
	}
	c.ThisUpdate, c.HasThisUpdate = r.time(f, "thisUpdate", "RFC 5280 section 5.1.2.4")
	f = f.Next()
	if isTime(f) {
		c.NextUpdate, c.HasNextUpdate = r.time(f, "nextUpdate", "RFC 5280 section 5.1.2.5")
		if !c.HasNextUpdate {
			c.malformed("its nextUpdate cannot be read")
		}
		f = f.Next()
	} else {
		r.at(c.tbs, "time", "nextUpdate is missing", "RFC 5280 section 5.1.2.5")
	}
	if f.Is(ber.TagSequence) {
		c.readRevoked(r, f)
		f = f.Next()
	}
	if f.IsContext(0) {
		c.Extensions = r.readExtensions(f.First())
		c.decodeExtensions(r)
		f = f.Next()
	}
	if f.Ok() {
		r.at(f, "structure", "a field that does not belong in a CRL", "RFC 5280 section 5.1")
		c.malformed("it has a field that does not belong there")
	}
	return true
}

// time reads a time and records what is odd about it.
func (r *reader) time(v ber.Value, name, ref string) (int64, bool) {
	t, odd, err := readTime(v)
	switch {
	case err != nil:
		r.at(v, "time", name+" cannot be read: "+err.Error(), ref)
		return 0, false
	case odd != "":
		r.at(v, "time", name+" is "+odd, ref)
	}
	return t, true
}

func (c *CRL) readRevoked(r *reader, v ber.Value) {
	c.bySerial = map[string]int{}
	var issuer []GeneralName // of an indirect CRL, until an entry changes it
	for e := range v.Children() {
		serial, when := e.First(), e.First().Next()
		if !e.Is(ber.TagSequence) || !serial.Is(ber.TagInteger) || len(serial.Bytes()) == 0 {
			r.at(e, "structure", "an entry without a serial number", "RFC 5280 section 5.1.2.6")
			c.malformed("an entry has no serial number")
			continue
		}
		x := RevokedCertificate{Serial: serial.Bytes(), Reason: -1, Range: r.rangeOf(e)}
		x.Time, _ = r.time(when, "the time of a revocation", "RFC 5280 section 5.1.2.6")
		if ext := when.Next(); ext.Ok() {
			x.Extensions = r.readExtensions(ext)
			c.decodeEntry(r, &x)
		}
		if x.Issuer != nil {
			issuer = x.Issuer
		}
		x.Issuer = issuer
		number := string(TrimInteger(x.Serial))
		if _, twice := c.bySerial[number]; !twice {
			c.bySerial[number] = len(c.Revoked)
		} else {
			if c.more == nil {
				c.more = map[string][]int{}
			}
			c.more[number] = append(c.more[number], len(c.Revoked))
		}
		c.Revoked = append(c.Revoked, x)
	}
}

func (c *CRL) decodeEntry(r *reader, e *RevokedCertificate) {
	for i := range e.Extensions {
		x := &e.Extensions[i]
		v := x.Root()
		switch x.OID {
		case oid.ReasonCode:
			n, ok := v.Int()
			if !v.Is(ber.TagEnumerated) || !ok || n < 0 || n > 1000 {
				x.Error = "it is not an ENUMERATED reason"
				break
			}
			e.Reason = int(n)
		case oid.InvalidityDate:
			e.Invalidity, e.HasInvalidity = r.inside(x).time(v, "the invalidity date", "RFC 5280 section 5.3.2")
		case oid.CertificateIssuer:
			e.Issuer = r.inside(x).generalNames(v)
		default:
			if x.Critical {
				c.malformed("an entry has the critical extension " + x.OID.Name() + ", which is not known")
			}
		}
		if x.Error != "" {
			r.problem("extension", x.Range[0], "the entry extension "+x.OID.Name()+" cannot be read: "+x.Error, "RFC 5280 section 5.3")
		}
	}
}

func (c *CRL) decodeExtensions(r *reader) {
	seen := map[oid.OID]bool{}
	for i := range c.Extensions {
		x := &c.Extensions[i]
		if seen[x.OID] {
			r.problem("extension", x.Range[0], "the extension "+x.OID.Name()+" appears more than once", "RFC 5280 section 5.2")
			c.malformed("the extension " + x.OID.Name() + " appears more than once")
			continue
		}
		seen[x.OID] = true
		v := x.Root()
		switch x.OID {
		case oid.CRLNumber:
			if v.Is(ber.TagInteger) {
				c.Number = v.Bytes()
			} else {
				x.Error = "it is not an INTEGER"
			}
		case oid.DeltaCRLIndicator:
			c.Delta = true
			if v.Is(ber.TagInteger) {
				c.Base = v.Bytes()
			} else {
				x.Error = "it is not an INTEGER"
				c.malformed("its delta CRL indicator cannot be read")
			}
		case oid.AuthorityKeyIdentifier:
			for f := range v.Children() {
				if f.IsContext(0) {
					c.AuthorityKeyID = f.Octets()
				}
			}
		case oid.IssuingDistributionPoint:
			if !v.Is(ber.TagSequence) {
				x.Error = "it is not a SEQUENCE"
				c.malformed("its issuing distribution point cannot be read")
				break
			}
			c.Scope = r.inside(x).scope(v)
		case oid.IssuerAltName, oid.FreshestCRL, oid.AuthorityInfoAccess:
		default:
			if x.Critical {
				c.malformed("it has the critical extension " + x.OID.Name() + ", which is not known")
			}
		}
		if x.Error != "" {
			r.problem("extension", x.Range[0], "the extension "+x.OID.Name()+" cannot be read: "+x.Error, "RFC 5280 section 5.2")
		}
	}
}

func (r *reader) scope(v ber.Value) *CRLScope {
	s := &CRLScope{}
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			s.hasPoint = true
			r.distributionPointName(&s.Point, f)
		case f.IsContext(1):
			s.OnlyUsers = f.Bool()
		case f.IsContext(2):
			s.OnlyCAs = f.Bool()
		case f.IsContext(3):
			s.OnlySomeReasons = append([]byte{}, f.Bytes()...)
		case f.IsContext(4):
			s.Indirect = f.Bool()
		case f.IsContext(5):
			s.OnlyAttributes = f.Bool()
		}
	}
	return s
}

// Find gives the entry for a serial number (the content octets of the INTEGER), or
// nil.
func (c *CRL) Find(serial []byte) *RevokedCertificate {
	if i, ok := c.bySerial[string(TrimInteger(serial))]; ok {
		return &c.Revoked[i]
	}
	return nil
}

// checkSignature verifies that a key signed the list.
func (c *CRL) checkSignature(key *algo.PublicKey) error {
	if key == nil {
		return errors.New("the issuer has no public key that can be read")
	}
	return algo.VerifySignature(c.SignatureAlgorithm, algo.Hash{}, key, c.TBS, c.Signature)
}

// find gives the entry of a certificate, or nil: that by which it is revoked, where
// there are several.
func (c *CRL) find(cert *Certificate) *RevokedCertificate {
	number := TrimInteger(cert.Serial)
	first, listed := c.bySerial[string(number)]
	if !listed {
		return nil
	}
	var found *RevokedCertificate
	more := c.more[string(number)]
	for i := -1; i < len(more) && (found == nil || found.Reason == removeFromCRL); i++ {
		e := &c.Revoked[first]
		if i >= 0 {
			e = &c.Revoked[more[i]]
		}
		if c.isBy(e, cert.Issuer) {
			found = e
		}
	}
	return found
}

// isBy reports whether an entry is of a certificate of that issuer: the CRL's own, where
// neither the entry nor one before it says otherwise (section 5.3.3).
func (c *CRL) isBy(e *RevokedCertificate, issuer Name) bool {
	if e.Issuer == nil {
		return c.Issuer.Equal(issuer)
	}
	for i := range min(len(e.Issuer), limit.PointNames) {
		if g := &e.Issuer[i]; g.Type == NameDir && g.Name.Equal(issuer) {
			return true
		}
	}
	return false
}
