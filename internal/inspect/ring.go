package inspect

// The key ring of one inspection: every certificate, key and CRL at hand, where
// each came from, and its place in the report. What a message brings is in the ring
// while that message is read (shared.go).

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
)

// ring is what is at hand to verify and to open with.
type ring struct {
	certificates []*ringCertificate          // those at hand now
	met          []*ringCertificate          // all that ever were, in the order in which they were met
	byRaw        map[string]*ringCertificate // the same by the certificate's bytes
	pool         pkix.Pool                   // those at hand, in their order
	private      []*pkix.PrivateKey
	owned        map[string]int    // of each of these, by the identity of its public key, the place in Report.Keys
	public       []*algo.PublicKey // bare ones, without a certificate
	crls         []*pkix.CRL
	ocsp         []*pkix.OCSPAnswer
	lists        map[string]bool // their bytes
	secrets      []cms.Secret
	carried      []carriedKey
	chains       map[*pkix.Certificate]*keptChain
}

// ringCertificate is a certificate with where it came from. Its index in the
// report is given when something first speaks of it: of the bundled ones, only
// those that are used are reported.
type ringCertificate struct {
	cert    *pkix.Certificate
	origin  string
	name    string
	source  int // where its bytes lie; -1 until it needs a source of its own
	offset  int
	trusted bool
	here    bool  // in the ring now
	carried bool  // a bundled one that came with the message at hand
	brought bool  // noted as what a message brought
	testCA  bool  // the bundled test CA, or issued by it
	err     error // why it is not a whole certificate
	read    bool  // err is known
	index   int   // in Report.Certificates, -1 until reported
}

// carriedKey is a private key that came in a body of type application/pkcs8, by its
// public key.
type carriedKey struct {
	file   []byte
	public *algo.PublicKey
}

// loadRing fills the ring with what was given beside the input and with what is
// bundled.
func (x *inspection) loadRing() {
	o := &x.options
	for _, f := range o.Trust {
		for _, c := range x.addFile(f, report.OriginSupplied, "trust anchor") {
			c.trusted = true
		}
	}
	for i, f := range o.Keys {
		if f.Name == "" {
			f.Name = "key " + strconv.Itoa(i+1) // which of them opened something must have a name
		}
		x.addFile(f, report.OriginSupplied, "key")
	}
	for _, f := range o.Certificates {
		x.addFile(f, report.OriginSupplied, "certificate")
	}
	for _, f := range o.CRLs {
		x.addFile(f, report.OriginSupplied, "CRL")
	}
	for _, s := range o.SecretKeys {
		x.ring.secrets = append(x.ring.secrets, cms.Secret{ID: s.ID, Key: s.Key, Name: "the secret key given"})
		x.report.Keys = append(x.report.Keys, report.Key{
			Type: "secret " + strconv.Itoa(8*len(s.Key)), Name: hexBytes(s.ID), Origin: report.OriginSupplied,
		})
	}
	// The bundled certificates come last, so that the same certificate given by the
	// user counts as the user's; but whatever the test CA vouches for is marked.
	for i, c := range pkix.Bundled() {
		r := x.addCertificate(c, report.OriginBundled, "", -1, 0)
		r.testCA = true
		if i == 0 && o.TrustBundled {
			r.trusted = true
		}
	}
	x.loadShared(o.shared)
}

// addFile puts all that a file of keys holds into the ring and gives its
// certificates. wanted is what the file was given as: not to find any is a finding.
func (x *inspection) addFile(f NamedBytes, origin, wanted string) []*ringCertificate {
	return x.addKeys(pkix.ReadKeys(x.anew(), f.Data, f.Name, x.options.Passwords), f, origin, wanted)
}

// addKeys is addFile for a file that was read already.
func (x *inspection) addKeys(keys pkix.Keys, f NamedBytes, origin, wanted string) []*ringCertificate {
	var certs []*ringCertificate
	for _, c := range keys.Certificates {
		certs = append(certs, x.addCertificate(c, origin, f.Name, -1, 0))
	}
	for _, l := range keys.CRLs {
		x.addCRL(l)
	}
	for _, k := range keys.Private {
		x.addPrivate(k, origin)
	}
	x.ring.public = append(x.ring.public, keys.Public...)
	if origin == report.OriginInput {
		x.inputKeys += len(keys.Private) + len(keys.Locked)
		x.inputLocked += len(keys.Locked)
	}
	at := where{message: -1, source: -1, span: report.Range{0, len(f.Data)}}
	for _, l := range keys.Locked {
		at.span = l.Range
		x.report.Keys = append(x.report.Keys, report.Key{Type: l.Kind, Name: l.Name, Origin: origin, Locked: true, Error: l.Reason})
		x.find(at, "key-locked", report.SeverityWarning, named(f.Name, l.Kind)+" is locked: "+l.Reason+".", "RFC 5958 section 3")
	}
	for _, p := range keys.Problems {
		start := max(p.Offset, 0)
		at.span = report.Range{start, min(start+1, len(f.Data))}
		x.find(at, "file-"+p.Code, report.SeverityWarning, named(f.Name, "What was given")+": "+p.Detail+".", p.Reference)
	}
	at.span = report.Range{0, len(f.Data)}
	found := map[string]int{
		"key": len(keys.Private) + len(keys.Locked), "certificate": len(certs) + len(keys.Public), "trust anchor": len(certs), "CRL": len(keys.CRLs),
	}
	if count, ok := found[wanted]; ok && count == 0 {
		x.find(at, "not-a-"+hyphens(wanted), report.SeverityError, notWanted(f.Name, wanted, &keys), "")
	}
	return certs
}

// notWanted says what a file holds that was given as something else.
func notWanted(name, wanted string, keys *pkix.Keys) string {
	text := named(name, "What was given as a "+wanted)
	if name != "" {
		text += ", given as a " + wanted + ","
	}
	switch {
	case len(keys.Certificates) > 0:
		text += " is a certificate, which holds a public key only"
	case len(keys.Private) > 0:
		text += " is a private key"
	case len(keys.Public) > 0:
		text += " is a public key"
	case len(keys.CRLs) > 0:
		text += " is a certificate revocation list"
	case len(keys.Locked) > 0:
		text += " is locked by a password"
	default:
		text += " is none"
	}
	return text + "."
}

func named(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return "The file " + say.Quoted(name)
}

// addCertificate puts a certificate into the ring and gives its entry. One that was
// met before stays as it was, but one that is bundled is told to be from where it was
// met.
func (x *inspection) addCertificate(c *pkix.Certificate, origin, name string, source, offset int) *ringCertificate {
	if known, ok := x.ring.byRaw[string(c.Raw)]; ok {
		if known.origin == report.OriginBundled && origin != report.OriginBundled {
			known.carried = known.carried || x.inMessage
			if !x.inMessage {
				known.origin = origin
			}
			if known.index < 0 {
				known.cert, known.name, known.source, known.offset = c, name, source, offset
			}
		}
		x.ring.take(known)
		return known
	}
	if x.ring.byRaw == nil {
		x.ring.byRaw = map[string]*ringCertificate{}
	}
	r := &ringCertificate{cert: c, origin: origin, name: name, source: source, offset: offset, index: -1}
	x.ring.byRaw[string(c.Raw)] = r
	x.ring.met = append(x.ring.met, r)
	x.ring.take(r)
	return r
}

// from is where a certificate is at hand from.
func (c *ringCertificate) from() string {
	if c.carried {
		return report.OriginInput
	}
	return c.origin
}

// take puts a certificate that was met before into the ring.
func (r *ring) take(c *ringCertificate) {
	if !c.here {
		c.here = true
		r.certificates = append(r.certificates, c)
		r.pool.Add(c.cert)
	}
}

func (x *inspection) addPrivate(k *pkix.PrivateKey, origin string) {
	id := k.Public.Identity()
	if _, known := x.ring.owned[id]; known {
		return
	}
	if x.ring.owned == nil {
		x.ring.owned = map[string]int{}
	}
	x.ring.owned[id] = len(x.report.Keys)
	x.ring.private = append(x.ring.private, k)
	x.report.Keys = append(x.report.Keys, report.Key{Type: k.Public.Describe(), Name: k.Name, Origin: origin})
}

// attachedTo puts the certificates and CRLs that a SignedData carries into the ring
// and gives the certificates' indices in the report.
func (x *inspection) attachedTo(sd *cms.SignedData, p place) []int {
	var indices []int
	for _, v := range sd.Certificates {
		if i := x.attached(v, p); i >= 0 {
			indices = append(indices, i)
		}
	}
	for _, v := range sd.CRLs {
		x.attachedCRL(v)
	}
	for _, v := range sd.OtherCRLs {
		if v.First().OID() == oid.RIOCSPResponse {
			x.ring.ocsp = append(x.ring.ocsp, pkix.ReadOCSP(v.First().Next())...)
		}
	}
	return indices
}

// attached puts a certificate that a CMS object carries into the ring and the
// report, and gives its index there, or -1 when it cannot be read at all.
func (x *inspection) attached(v ber.Value, p place) int {
	at := p.at(v.Range())
	r := x.readCertificate(v.Raw(), report.OriginInput, "", p.source, at[0])
	if r == nil {
		return -1
	}
	return x.reportCertificate(r)
}

func (x *inspection) attachedCRL(v ber.Value) {
	if l, _ := pkix.ParseCRL(v.Raw()); l != nil {
		x.addCRL(l)
	}
}

func (x *inspection) addCRL(l *pkix.CRL) {
	if x.ring.lists[string(l.Raw)] {
		return
	}
	if x.ring.lists == nil {
		x.ring.lists = map[string]bool{}
	}
	x.ring.lists[string(l.Raw)] = true
	x.ring.crls = append(x.ring.crls, l)
}

// anchors are the trusted certificates of the ring.
func (r *ring) anchors() []*pkix.Certificate {
	var certs []*pkix.Certificate
	for _, c := range r.certificates {
		if c.trusted {
			certs = append(certs, c.cert)
		}
	}
	return certs
}

// finishRing reports the certificates that nothing spoke of, but for the bundled
// ones, and says which certificate belongs to which key.
func (x *inspection) finishRing() {
	for _, c := range x.ring.met {
		if c.from() != report.OriginBundled {
			x.reportCertificate(c)
		}
	}
	if len(x.ring.private) == 0 {
		return
	}
	met := map[string]*ringCertificate{}
	for _, c := range x.ring.met {
		if id := c.cert.PublicKey.Identity(); met[id] == nil {
			met[id] = c
		}
	}
	for _, k := range x.ring.private {
		id := k.Public.Identity()
		if c := met[id]; c != nil && id != "" {
			x.report.Keys[x.ring.owned[id]].Certificate = ptr(x.reportCertificate(c))
		}
	}
}
