package cms

// Envelopes and what they share, read field by field: EnvelopedData (RFC 5652
// section 6), AuthEnvelopedData (RFC 5083), EncryptedData (section 8) and
// AuthenticatedData (section 9).

import (
	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Types of a Recipient, as the report names them.
const (
	KeyTransport = "ktri"
	KeyAgreement = "kari"
	KeyWrap      = "kekri"
	Password     = "pwri"
	Other        = "ori"
)

// EnvelopedData is an EnvelopedData, AuthEnvelopedData, EncryptedData or
// AuthenticatedData: Kind says which. The last is not encrypted: its Content is
// there to read, and a recipient's key verifies its MAC.
type EnvelopedData struct {
	Value   ber.Value
	Kind    string
	Version int // -1 when unreadable
	// OriginatorCertificates and OriginatorCRLs are those of OriginatorInfo.
	OriginatorCertificates []ber.Value
	OriginatorCRLs         []ber.Value
	// Recipients are the RecipientInfos in order. A KeyAgreeRecipientInfo gives one
	// for each of its RecipientEncryptedKeys.
	Recipients []*Recipient
	// ContentType is the type of what is sealed inside.
	ContentType oid.OID
	// Algorithm encrypts the content; in AuthenticatedData it makes the MAC.
	Algorithm algo.Identifier
	// Encrypted is the encrypted content in one piece, nil when it is not here, and
	// EncryptedRange its extent: where Chunked is true, it holds identifier and length
	// octets between the pieces, too.
	Encrypted      []byte
	EncryptedRange [2]int
	Chunked        bool
	// Content is AuthenticatedData's; DigestAlgorithm is there with authenticated
	// attributes.
	Content         EncapContent
	DigestAlgorithm algo.Identifier
	// AuthAttrs are authenticated attributes as received, Authenticated the same read.
	AuthAttrs     ber.Value
	Authenticated []Attribute
	MAC           ber.Value
	// UnprotectedAttrs are attributes that nothing protects.
	UnprotectedAttrs ber.Value
	Unprotected      []Attribute
}

// Recipient is a RecipientInfo (RFC 5652 section 6.2), or one
// RecipientEncryptedKey of a KeyAgreeRecipientInfo.
type Recipient struct {
	Type    string // one of KeyTransport, KeyAgreement, KeyWrap, Password, Other
	Index   int
	Value   ber.Value // the RecipientInfo, or the RecipientEncryptedKey
	Version int       // -1 when unreadable, or when there is none
	// A key pair is named by Issuer and Serial or by SubjectKeyID, a key-encryption
	// key by KeyID.
	Issuer       pkix.Name
	Serial       []byte
	SubjectKeyID []byte
	KeyID        []byte
	// Algorithm encrypts the content-encryption key. Of key agreement it is the
	// scheme, and the key wrap is its parameter.
	Algorithm    algo.Identifier
	EncryptedKey []byte
	KeyValue     ber.Value // EncryptedKey's OCTET STRING
	// Derivation is the key derivation algorithm of a password; absent when the
	// password's key is known otherwise.
	Derivation algo.Identifier
	// Originator is the sender's public key in key agreement.
	Originator Originator
	UKM        []byte // user keying material; nil when absent
	// OtherType is the type of another RecipientInfo (OtherRecipientInfo).
	OtherType oid.OID
}

// Originator is OriginatorIdentifierOrKey (RFC 5652 section 6.2.2): a public key,
// or the name of a certificate that holds one.
type Originator struct {
	Value        ber.Value
	Issuer       pkix.Name
	Serial       []byte
	SubjectKeyID []byte
	// PublicKey is the OriginatorPublicKey: its algorithm and the key's bits.
	Algorithm algo.Identifier
	PublicKey []byte
}

const (
	envelopedRef = "RFC 5652 section 6.1"
	recipientRef = "RFC 5652 section 6.2"
)

func envelopeRef(kind string) string {
	switch kind {
	case KindAuthEnvelopedData:
		return "RFC 5083 section 2.1"
	case KindEncryptedData:
		return "RFC 5652 section 8"
	case KindAuthenticatedData:
		return "RFC 5652 section 9.1"
	}
	return envelopedRef
}

func (m *Message) readEnvelopedData(kind string, v ber.Value) *EnvelopedData {
	ref := envelopeRef(kind)
	e := &EnvelopedData{Value: v, Kind: kind, Version: -1}
	if !v.Is(ber.TagSequence) {
		m.missing("the "+kind, v, m.Value, ref)
		return e
	}
	f := m.version(v, &e.Version, ref)
	if kind != KindEncryptedData {
		if f.IsContext(0) {
			m.readOriginatorInfo(e, f)
			f = f.Next()
		}
		if f.Is(ber.TagSet) {
			for r := range f.Children() {
				m.readRecipient(e, r)
			}
			if len(e.Recipients) == 0 {
				m.problem("recipients-missing", SeverityError, f.Range(), "there are no recipients", ref)
			}
			f = f.Next()
		} else {
			m.missing("the SET of recipients", f, v, ref)
		}
	}
	switch kind {
	case KindAuthenticatedData:
		f = m.readAuthenticated(e, f, ref)
	default:
		if f.Is(ber.TagSequence) {
			m.readEncryptedContent(e, f)
			f = f.Next()
		} else {
			m.missing("the encrypted content", f, v, ref)
		}
	}
	if kind == KindAuthEnvelopedData {
		if f.IsContext(1) {
			e.AuthAttrs = f
			e.Authenticated = m.readAttributes(f)
			f = f.Next()
		}
		f = m.readMAC(e, f, ref)
	}
	unprotected := uint32(1)
	if kind == KindAuthEnvelopedData {
		unprotected = 2
	} else if kind == KindAuthenticatedData {
		unprotected = 3
	}
	if f.IsContext(unprotected) {
		e.UnprotectedAttrs = f
		e.Unprotected = m.readAttributes(f)
		f = f.Next()
	}
	if f.Ok() {
		m.problem("structure", SeverityWarning, f.Range(), "a value follows the last field of the "+kind, ref)
	}
	return e
}

// readAuthenticated reads the fields of AuthenticatedData from macAlgorithm to mac,
// and gives the one after them.
func (m *Message) readAuthenticated(e *EnvelopedData, f ber.Value, ref string) ber.Value {
	if f.Is(ber.TagSequence) {
		e.Algorithm = m.identifier(f, "the MAC algorithm", ref)
		f = f.Next()
	} else {
		m.missing("the MAC algorithm", f, e.Value, ref)
	}
	if f.IsContext(1) {
		e.DigestAlgorithm = m.identifier(f, "the digest algorithm", ref)
		f = f.Next()
	}
	if f.Is(ber.TagSequence) {
		e.Content = m.readEncapContent(f)
		e.ContentType = e.Content.Type
		f = f.Next()
	} else {
		m.missing("the encapsulated content", f, e.Value, ref)
		e.Content.Detached = true
	}
	if f.IsContext(2) {
		e.AuthAttrs = f
		e.Authenticated = m.readAttributes(f)
		f = f.Next()
	}
	return m.readMAC(e, f, ref)
}

func (m *Message) readMAC(e *EnvelopedData, f ber.Value, ref string) ber.Value {
	if !f.Is(ber.TagOctetString) {
		m.missing("the message authentication code", f, e.Value, ref)
		return f
	}
	e.MAC = f
	return f.Next()
}

// readOriginatorInfo reads RFC 5652 section 6.1's OriginatorInfo.
func (m *Message) readOriginatorInfo(e *EnvelopedData, v ber.Value) {
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			for c := range f.Children() {
				e.OriginatorCertificates = append(e.OriginatorCertificates, c)
			}
		case f.IsContext(1):
			for c := range f.Children() {
				e.OriginatorCRLs = append(e.OriginatorCRLs, c)
			}
		default:
			m.problem("structure", SeverityWarning, f.Range(), "certificates or CRLs of the originator were expected", envelopedRef)
		}
	}
}

// readEncryptedContent reads EncryptedContentInfo (RFC 5652 section 6.1).
func (m *Message) readEncryptedContent(e *EnvelopedData, v ber.Value) {
	f := v.First()
	if f.Is(ber.TagOID) {
		e.ContentType = f.OID()
		f = f.Next()
	} else {
		m.missing("the type of the encrypted content", f, v, envelopedRef)
	}
	if f.Is(ber.TagSequence) {
		e.Algorithm = m.identifier(f, "the content encryption algorithm", envelopedRef)
		f = f.Next()
	} else {
		m.missing("the content encryption algorithm", f, v, envelopedRef)
	}
	switch {
	case f.IsContext(0):
		e.Encrypted = f.Octets()
		e.EncryptedRange = f.ContentRange()
		e.Chunked = f.Constructed()
		if e.Encrypted == nil {
			e.Encrypted = []byte{}
		}
	case f.Ok():
		m.missing("the encrypted content tagged [0]", f, v, envelopedRef)
	default:
		m.problem("content-missing", SeverityWarning, v.Range(), "the encrypted content is not here", envelopedRef)
	}
}

func (m *Message) readRecipient(e *EnvelopedData, v ber.Value) {
	r := &Recipient{Value: v, Index: len(e.Recipients), Version: -1}
	switch {
	case v.Is(ber.TagSequence):
		r.Type = KeyTransport
		m.readKeyTransport(r)
	case v.IsContext(1):
		m.readKeyAgreement(e, v)
		return
	case v.IsContext(2):
		r.Type = KeyWrap
		m.readKeyWrap(r)
	case v.IsContext(3):
		r.Type = Password
		m.readPassword(r)
	case v.IsContext(4):
		r.Type = Other
		r.OtherType = v.First().OID()
	default:
		r.Type = Other
		m.missing("a RecipientInfo", v, v, recipientRef)
	}
	e.Recipients = append(e.Recipients, r)
}

// readKeyTransport reads RFC 5652 section 6.2.1.
func (m *Message) readKeyTransport(r *Recipient) {
	const ref = "RFC 5652 section 6.2.1"
	f := m.version(r.Value, &r.Version, ref)
	switch {
	case f.Is(ber.TagSequence):
		r.Issuer, r.Serial = m.readIssuerAndSerial(f)
		f = f.Next()
	case f.IsContext(0):
		r.SubjectKeyID = f.Octets()
		f = f.Next()
	default:
		m.missing("the recipient's identifier", f, r.Value, ref)
	}
	m.readEncryptedKey(r, f, ref)
}

// readEncryptedKey reads the two fields that end most RecipientInfos.
func (m *Message) readEncryptedKey(r *Recipient, f ber.Value, ref string) {
	if f.Is(ber.TagSequence) {
		r.Algorithm = m.identifier(f, "the key encryption algorithm", ref)
		f = f.Next()
	} else {
		m.missing("the key encryption algorithm", f, r.Value, ref)
	}
	m.readKeyOctets(r, f, ref)
}

func (m *Message) readKeyOctets(r *Recipient, f ber.Value, ref string) {
	if !f.Is(ber.TagOctetString) {
		m.missing("the encrypted key", f, r.Value, ref)
		return
	}
	r.KeyValue = f
	r.EncryptedKey = f.Octets()
}

// readKeyAgreement reads RFC 5652 section 6.2.2 into one Recipient for each
// encrypted key.
func (m *Message) readKeyAgreement(e *EnvelopedData, v ber.Value) {
	const ref = "RFC 5652 section 6.2.2"
	shared := Recipient{Type: KeyAgreement, Value: v}
	f := m.version(v, &shared.Version, ref)
	if f.IsContext(0) {
		shared.Originator = m.readOriginator(f.First(), f)
		f = f.Next()
	} else {
		m.missing("the originator", f, v, ref)
	}
	if f.IsContext(1) {
		shared.UKM = f.First().Octets()
		if shared.UKM == nil {
			shared.UKM = []byte{}
		}
		f = f.Next()
	}
	if f.Is(ber.TagSequence) && f.First().Is(ber.TagOID) {
		shared.Algorithm = m.identifier(f, "the key agreement algorithm", ref)
		f = f.Next()
	} else {
		m.missing("the key agreement algorithm", f, v, ref)
	}
	start := len(e.Recipients)
	if f.Is(ber.TagSequence) {
		for k := range f.Children() {
			r := shared
			r.Value = k
			r.Index = len(e.Recipients)
			id := k.First()
			switch {
			case id.Is(ber.TagSequence):
				r.Issuer, r.Serial = m.readIssuerAndSerial(id)
			case id.IsContext(0): // RecipientKeyIdentifier
				r.SubjectKeyID = id.First().Octets()
			default:
				m.missing("the recipient's identifier", id, k, ref)
			}
			m.readKeyOctets(&r, id.Next(), ref)
			e.Recipients = append(e.Recipients, &r)
		}
	} else {
		m.missing("the encrypted keys", f, v, ref)
	}
	if len(e.Recipients) == start {
		shared.Index = start
		e.Recipients = append(e.Recipients, &shared)
	}
}

func (m *Message) readOriginator(v, parent ber.Value) Originator {
	const ref = "RFC 5652 section 6.2.2"
	o := Originator{Value: v}
	switch {
	case v.Is(ber.TagSequence):
		o.Issuer, o.Serial = m.readIssuerAndSerial(v)
	case v.IsContext(0):
		o.SubjectKeyID = v.Octets()
	case v.IsContext(1):
		o.Algorithm = m.identifier(v.First(), "the originator's key algorithm", ref)
		bits, unused, ok := v.First().Next().Bits()
		if !ok || unused != 0 {
			m.missing("the originator's public key", v.First().Next(), v, ref)
			break
		}
		o.PublicKey = bits
	default:
		m.missing("the originator's identifier or key", v, parent, ref)
	}
	return o
}

// readKeyWrap reads RFC 5652 section 6.2.3.
func (m *Message) readKeyWrap(r *Recipient) {
	const ref = "RFC 5652 section 6.2.3"
	f := m.version(r.Value, &r.Version, ref)
	if f.Is(ber.TagSequence) && f.First().Is(ber.TagOctetString) {
		r.KeyID = f.First().Octets()
		f = f.Next()
	} else {
		m.missing("the identifier of the key-encryption key", f, r.Value, ref)
		if f.Is(ber.TagSequence) && !f.First().Is(ber.TagOID) {
			f = f.Next()
		}
	}
	m.readEncryptedKey(r, f, ref)
}

// readPassword reads RFC 5652 section 6.2.4.
func (m *Message) readPassword(r *Recipient) {
	const ref = "RFC 5652 section 6.2.4"
	f := m.version(r.Value, &r.Version, ref)
	if f.IsContext(0) {
		r.Derivation = m.identifier(f, "the key derivation algorithm", ref)
		f = f.Next()
	}
	m.readEncryptedKey(r, f, ref)
}

// CEKReference gives the identifier under which a later message may use this one's
// content-encryption key as its key-encryption key (RFC 3185 section 3), or nil.
func (e *EnvelopedData) CEKReference() []byte {
	v, count := single(e.Unprotected, oid.CEKReference)
	if count != 1 {
		return nil
	}
	return v.Octets()
}
