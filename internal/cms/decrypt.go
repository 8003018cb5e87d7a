package cms

// Opening an envelope: which of the given keys is for which recipient, what the
// content-encryption key is, and whether the content opens with it.
//
// The rule throughout is that a wrong key never looks like damaged data. A
// recipient is known to be ours when a certificate or an identifier says so, or
// when its encrypted key opens to a key of the right size: the paddings and
// integrity checks that are involved do not come out well by chance. Only then is
// a later failure "failed"; before that, it is "no-key".

import (
	"bytes"
	"errors"
	"strconv"
	"unicode/utf8"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Keyring is what was given to open envelopes with.
type Keyring struct {
	Private []*pkix.PrivateKey
	// Certificates tell which issuer, serial number or key identifier belongs to
	// which public key, and so to which private key.
	Certificates []*pkix.Certificate
	Passwords    []string
	Secrets      []Secret
}

// Secret is a symmetric key: a key-encryption key, or the content-encryption key
// of EncryptedData. Without an ID it is tried wherever it fits.
type Secret struct {
	ID, Key []byte
	Name    string
}

// Verdicts of a Decryption, as the report names them.
const (
	Decrypted   = "decrypted"
	NoKey       = "no-key"
	Failed      = "failed"
	Unsupported = "unsupported"
)

// Decryption is what came of opening an envelope.
type Decryption struct {
	Verdict string
	Reason  string // why not; empty when decrypted
	// Content is what was inside. AuthenticatedData's is there whatever the verdict,
	// which then says whether its MAC could be verified.
	Content []byte
	// Recipient is the index of the recipient that opened, or that should have; -1
	// when there is none. KeyName is the label of the key that fits it.
	Recipient int
	KeyName   string
	// CEK is the content-encryption key. It must not leave the program; later
	// messages may refer to it (RFC 3185).
	CEK []byte
	// Recipients say for each recipient which key fits and what went wrong.
	Recipients []RecipientOutcome
	// Unsupported is the algorithm that is not known, when one is in the way.
	Unsupported oid.OID
	// Unauthenticated is true for content that nothing protects against changes.
	Unauthenticated bool
	Problems        []Problem

	reference []byte // the CEK's name for later messages
	derived   []Secret
}

// RecipientOutcome is what came of one recipient.
type RecipientOutcome struct {
	// Key labels the given key that fits; empty when none does.
	Key string
	// Identified says that the recipient is known to be the key's.
	Identified bool
	// Error says what went wrong with a key that fits.
	Error string
}

// Secrets gives the content-encryption key as key-encryption key for later
// messages, when this message gives it a name (RFC 3185).
func (d *Decryption) Secrets() []Secret {
	if d.CEK == nil || d.reference == nil {
		return nil
	}
	return append([]Secret{{ID: d.reference, Key: d.CEK, Name: earlierCEK}}, d.derived...)
}

const earlierCEK = "the content-encryption key of an earlier message"

// FindCertificate gives the first certificate of the pool that the recipient
// names, or nil.
func (r *Recipient) FindCertificate(pool []*pkix.Certificate) *pkix.Certificate {
	for _, c := range pool {
		if r.names(c) {
			return c
		}
	}
	return nil
}

func (r *Recipient) names(c *pkix.Certificate) bool {
	switch {
	case r.Type != KeyTransport && r.Type != KeyAgreement:
		return false
	case r.SubjectKeyID != nil:
		return hasKeyID(c, r.SubjectKeyID)
	}
	return r.Serial != nil && hasIssuerSerial(c, r.Issuer, r.Serial)
}

// opener is one Decrypt.
type opener struct {
	e      *EnvelopedData
	keys   Keyring
	owners []owner
	d      *Decryption
	trials int
	// iterations is what is left for password-based key derivation, for all
	// passwords and recipients together.
	iterations int64
	attached   []*pkix.Certificate // the originator's, nil until they are read
	bound      error               // a limit that kept a key from being tried
	failed     int                 // the recipient that should have opened, or -1
	failure    string
	unknown    error // the first algorithm in the way that is not known
	unknownAt  int   // its recipient
}

// owner is a private key with what recipients may name it by.
type owner struct {
	key   *pkix.PrivateKey
	certs []*pkix.Certificate // of the same public key
	ski   []byte              // SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2)
}

// names reports whether the recipient is known to be the key's.
func (k *owner) names(r *Recipient) bool {
	for _, c := range k.certs {
		if r.names(c) {
			return true
		}
	}
	return len(r.SubjectKeyID) > 0 && string(r.SubjectKeyID) == string(k.ski)
}

// fits reports whether the key is of a kind that the recipient's type needs.
func (k *owner) fits(r *Recipient) bool {
	return isRSA(k.key.Public) == (r.Type == KeyTransport)
}

func newOwners(keys Keyring) []owner {
	sha1, _ := algo.HashFor(oid.SHA1)
	var owners []owner
	for _, k := range keys.Private {
		if k == nil || k.PrivateKey == nil || k.Public == nil {
			continue
		}
		o := owner{key: k}
		if len(k.Public.Raw) > 0 {
			o.ski = sha1.Sum(k.Public.Raw)
		}
		for _, c := range keys.Certificates {
			if c != nil && c.PublicKey != nil && c.PublicKey.Equal(k.Public) {
				o.certs = append(o.certs, c)
			}
		}
		owners = append(owners, o)
	}
	return owners
}

// Decrypt opens the envelope with whichever of the keys fits.
func (e *EnvelopedData) Decrypt(keys Keyring) Decryption {
	d := Decryption{
		Recipient:       -1,
		Recipients:      make([]RecipientOutcome, len(e.Recipients)),
		Unauthenticated: e.Kind == KindEnvelopedData || e.Kind == KindEncryptedData,
	}
	o := &opener{e: e, keys: keys, owners: newOwners(keys), d: &d, iterations: limit.KDFIterations, failed: -1, unknownAt: -1}
	if e.Kind == KindAuthenticatedData {
		d.Content = e.Content.Content
	}
	if err := e.supported(); err != nil {
		d.refuse(Unsupported, err)
		return d
	}
	if e.Kind == KindEncryptedData {
		o.encryptedData()
	} else {
		o.recipients()
	}
	switch {
	case d.Verdict == Decrypted:
		d.reference = e.CEKReference()
		d.derived = o.derive(e, d.reference, d.CEK)
	case o.failure != "":
		d.Verdict, d.Reason, d.Recipient = Failed, o.failure, o.failed
		if o.failed >= 0 {
			d.KeyName = d.Recipients[o.failed].Key
		}
	case o.unknown != nil && o.hopeless():
		d.refuse(Unsupported, o.unknown)
		d.Recipient = o.unknownAt
	default:
		d.Verdict, d.Reason = NoKey, o.noKey()
	}
	return d
}

func (d *Decryption) refuse(verdict string, err error) {
	d.Verdict, d.Reason = verdict, err.Error()
	var u *algo.UnsupportedError
	if errors.As(err, &u) {
		d.Unsupported = u.OID
	}
}

// recipients tries the keys on the recipients that are known to be theirs, and only
// then on the others.
func (o *opener) recipients() {
	for _, identified := range []bool{true, false} {
		for _, r := range o.e.Recipients {
			if o.recipient(r, identified) {
				return
			}
		}
	}
}

// hopeless reports that the recipient with the unknown algorithm is ours, or that
// no recipient could be opened with any key.
func (o *opener) hopeless() bool {
	if o.unknownAt >= 0 && o.d.Recipients[o.unknownAt].Identified {
		return true
	}
	for _, r := range o.d.Recipients {
		if r.Error == "" {
			return false
		}
	}
	return true
}

func (o *opener) noKey() string {
	switch {
	case o.trials > limit.KeyTrials:
		return (&limit.Error{What: "attempts to open a recipient's key", Limit: limit.KeyTrials, Offset: -1}).Error()
	case o.bound != nil:
		return o.bound.Error()
	case len(o.keys.Private)+len(o.keys.Passwords)+len(o.keys.Secrets) == 0:
		return "no key was given"
	case o.e.Kind == KindEncryptedData:
		return "none of the given passwords and secret keys opens it"
	case len(o.e.Recipients) == 1:
		return "none of the given keys is the recipient's"
	}
	return "none of the given keys is one of the " + strconv.Itoa(len(o.e.Recipients)) + " recipients'"
}

// fail notes that a recipient which is ours did not open.
func (o *opener) fail(r *Recipient, key, why string) {
	out := &o.d.Recipients[r.Index]
	out.Key, out.Identified, out.Error = key, true, why
	if o.failure == "" {
		o.failed, o.failure = r.Index, why
	}
}

// unsupported notes that a recipient's algorithm is not known.
func (o *opener) unsupported(r *Recipient, err error) {
	out := &o.d.Recipients[r.Index]
	if out.Error == "" {
		out.Error = err.Error()
	}
	if o.unknown == nil || out.Identified && !o.d.Recipients[o.unknownAt].Identified {
		o.unknown, o.unknownAt = err, r.Index
	}
}

// try opens a recipient with one key: unwrap gives the content-encryption key. It
// reports whether the content is open.
func (o *opener) try(r *Recipient, name string, identified bool, unwrap func() ([]byte, error)) bool {
	if o.trials++; o.trials > limit.KeyTrials {
		return false
	}
	out := &o.d.Recipients[r.Index]
	cek, err := unwrap()
	var unsupported *algo.UnsupportedError
	var bound *limit.Error
	switch {
	case errors.As(err, &bound):
		o.bound, out.Error = err, err.Error()
		return false
	case errors.As(err, &unsupported):
		o.unsupported(r, err)
		return false
	case err != nil:
		if identified {
			o.fail(r, name, "opening the encrypted key: "+err.Error())
		}
		return false
	}
	size := algo.CipherKeySize(o.e.Algorithm.OID)
	if size > 0 && len(cek) != size || len(cek) == 0 {
		if identified {
			o.fail(r, name, "the encrypted key opens to "+strconv.Itoa(len(cek))+" bytes, and "+o.e.Algorithm.Name()+" takes "+strconv.Itoa(size))
		}
		return false
	}
	content, err := o.e.open(cek, o.d)
	if errors.As(err, &unsupported) {
		out.Key, out.Identified = name, true
		o.unsupported(r, err)
		return false
	}
	if err != nil {
		// The padding of PKCS #1 v1.5 comes out well for one wrong key in many thousands:
		// alone, without a size to go by, it does not say that the key is the right one.
		if identified || size > 0 || r.Algorithm.OID != oid.RSAEncryption {
			o.fail(r, name, err.Error())
		}
		return false
	}
	*out = RecipientOutcome{Key: name, Identified: true}
	o.d.Verdict, o.d.Recipient, o.d.KeyName = Decrypted, r.Index, name
	o.d.CEK, o.d.Content = cek, content
	return true
}

// recipient tries the keys that are known to be a recipient's, or else those that
// are not, and reports whether the content is open.
func (o *opener) recipient(r *Recipient, identified bool) bool {
	unknown := r.supported()
	switch r.Type {
	case KeyTransport, KeyAgreement:
		for i := range o.owners {
			k := &o.owners[i]
			if k.names(r) != identified {
				continue
			}
			if identified {
				o.d.Recipients[r.Index].Identified, o.d.Recipients[r.Index].Key = true, k.key.Name
			}
			if unknown == nil && (identified || k.fits(r)) &&
				o.try(r, k.key.Name, identified, func() ([]byte, error) { return o.unwrapPrivate(r, k.key.PrivateKey) }) {
				return true
			}
		}
	case KeyWrap:
		for _, s := range append(o.derived(r), o.keys.Secrets...) {
			if (len(s.ID) > 0 && string(s.ID) == string(r.KeyID)) != identified {
				continue
			}
			if identified {
				o.d.Recipients[r.Index].Identified, o.d.Recipients[r.Index].Key = true, s.Name
			}
			if unknown == nil && o.try(r, s.Name, identified, func() ([]byte, error) { return algo.UnwrapKey(r.Algorithm, s.Key, r.EncryptedKey) }) {
				return true
			}
		}
	case Password:
		if !identified && unknown == nil && o.passwords(r) {
			return true
		}
	}
	if unknown != nil {
		o.unsupported(r, unknown)
	}
	return false
}

// supported says whether the recipient's algorithms are known, without any key: an
// *algo.UnsupportedError or nil.
func (r *Recipient) supported() error {
	var err error
	switch r.Type {
	case KeyTransport:
		_, err = algo.DecryptKeyTransport(r.Algorithm, nil, nil)
	case KeyAgreement:
		_, _, err = algo.AgreeKey(r.Algorithm, nil, nil, nil)
	case KeyWrap:
		_, err = algo.UnwrapKey(r.Algorithm, nil, nil)
	case Password:
		if d := r.Derivation.OID; d != "" && d != oid.PBKDF2 && d != oid.Scrypt {
			return &algo.UnsupportedError{OID: d, What: "key derivation function"}
		}
		_, err = algo.UnwrapKey(r.Algorithm, nil, nil)
	default:
		return &algo.UnsupportedError{OID: r.OtherType, What: "type of recipient"}
	}
	var unsupported *algo.UnsupportedError
	if errors.As(err, &unsupported) {
		return err
	}
	return nil
}

func (o *opener) unwrapPrivate(r *Recipient, key *algo.PrivateKey) ([]byte, error) {
	if r.Type == KeyTransport {
		cek, err := algo.DecryptKeyTransport(r.Algorithm, key, r.EncryptedKey)
		if other, ok := otherMask(r.Algorithm); ok && errors.Is(err, algo.ErrPadding) {
			// OAEP is sure of itself: another mask does not fit by chance.
			if cek, err := algo.DecryptKeyTransport(other, key, r.EncryptedKey); err == nil {
				o.d.Problems = append(o.d.Problems, Problem{
					Code: "oaep-mask", Severity: SeverityError, Range: r.Algorithm.Value.Range(),
					Detail:    "the parameters of OAEP leave MGF1 to its default, SHA-1, and the key is encrypted with the hash that they state for OAEP itself: other readers will not open it",
					Reference: "RFC 4055 section 4.1",
				})
				return cek, nil
			}
		}
		return cek, err
	}
	originator, err := o.originator(r, key)
	if err != nil {
		return nil, err
	}
	kek, wrap, err := algo.AgreeKey(r.Algorithm, key, originator, r.UKM)
	if err != nil {
		return nil, err
	}
	return algo.UnwrapKey(wrap, kek, r.EncryptedKey)
}

// otherMask gives OAEP with MGF1 over the hash that is stated for OAEP itself, where
// the parameters leave MGF1's to the default: some writers forget it.
func otherMask(alg algo.Identifier) (algo.Identifier, bool) {
	hash := alg.Params.First()
	if alg.OID != oid.RSAESOAEP || !hash.IsContext(0) || hash.Next().Ok() && hash.Next().IsContext(1) {
		return alg, false
	}
	mask := appendValue(nil, []byte{ber.TagOID}, []byte(oid.MGF1))
	mask = appendValue(nil, []byte{0x30}, append(mask, hash.Bytes()...))
	content := appendValue(bytes.Clone(hash.Raw()), []byte{0xa1}, mask)
	for f := hash.Next(); f.Ok(); f = f.Next() {
		content = append(content, f.Raw()...)
	}
	alg.Params = ber.ParseOne(appendValue(nil, []byte{0x30}, content)).Root()
	return alg, true
}

// originator is the sender's public key: in the recipient itself, or in a
// certificate that it names.
func (o *opener) originator(r *Recipient, key *algo.PrivateKey) (*algo.PublicKey, error) {
	if r.Originator.PublicKey != nil {
		return algo.ReadOriginatorKey(r.Originator.Value, key)
	}
	sender := Recipient{Type: KeyAgreement, Issuer: r.Originator.Issuer, Serial: r.Originator.Serial, SubjectKeyID: r.Originator.SubjectKeyID}
	if c := sender.FindCertificate(o.keys.Certificates); c != nil && c.PublicKey != nil {
		return c.PublicKey, nil
	}
	if o.attached == nil {
		o.attached = []*pkix.Certificate{}
		for _, v := range o.e.OriginatorCertificates {
			if c, _ := pkix.ParseCertificate(v.Raw()); c != nil {
				o.attached = append(o.attached, c)
			}
		}
	}
	if c := sender.FindCertificate(o.attached); c != nil && c.PublicKey != nil {
		return c.PublicKey, nil
	}
	return nil, errors.New("the originator's certificate is not known")
}

// passwords tries the passwords on a PasswordRecipientInfo. One without a key
// derivation algorithm takes a key as it is (RFC 5652 section 6.2.4).
func (o *opener) passwords(r *Recipient) bool {
	if r.Derivation.IsZero() {
		for _, s := range o.keys.Secrets {
			if o.try(r, s.Name, false, func() ([]byte, error) { return algo.UnwrapKey(r.Algorithm, s.Key, r.EncryptedKey) }) {
				return true
			}
		}
		return false
	}
	size, err := algo.KEKSize(r.Algorithm)
	if err != nil {
		return false
	}
	for i, p := range o.keys.Passwords {
		if !o.spend(r.Derivation) {
			return false
		}
		if o.try(r, passwordName(i), false, func() ([]byte, error) {
			kek, err := algo.DeriveKey(r.Derivation, p, size, size)
			if err != nil {
				return nil, err
			}
			return algo.UnwrapKey(r.Algorithm, kek, r.EncryptedKey)
		}) {
			return true
		}
	}
	return false
}

func passwordName(i int) string { return "password " + strconv.Itoa(i+1) }

// spend takes the cost of a key derivation from what is left, and reports whether
// there was enough.
func (o *opener) spend(kdf algo.Identifier) bool {
	cost := kdf.Params.First().Next() // after the salt
	n, ok := cost.Int()
	if !ok || n < 0 {
		return true // refused without being computed
	}
	if kdf.OID == oid.Scrypt {
		r, _ := cost.Next().Int()
		p, _ := cost.Next().Next().Int()
		if n > limit.ScryptWork || r > limit.ScryptWork || p > limit.ScryptWork || n*r > limit.ScryptWork {
			return true
		}
		n = n * r * p / 8
	}
	if n > limit.KDFIterations {
		return true
	}
	if o.iterations -= n; o.iterations < 0 {
		o.bound = &limit.Error{What: "iterations of key derivation in all", Limit: limit.KDFIterations, Offset: -1}
	}
	return o.bound == nil
}

// derived gives the key-encryption keys that this message derives from an earlier
// message's content-encryption key (RFC 3185 section 4).
func (o *opener) derived(r *Recipient) []Secret {
	var out []Secret
	if len(r.KeyID) == 0 {
		return nil
	}
	for _, s := range o.keys.Secrets {
		if string(s.ID) == string(r.KeyID) {
			out = append(out, o.derive(o.e, s.ID, s.Key)...)
		}
	}
	return out
}

// derive derives a key-encryption key from a content-encryption key, as an
// envelope's kekDerivationAlg attribute says.
func (o *opener) derive(e *EnvelopedData, id, cek []byte) []Secret {
	v, count := single(e.Unprotected, oid.KEKDerivationAlg)
	if count != 1 || len(id) == 0 || len(cek) == 0 {
		return nil
	}
	alg, err := algo.ReadIdentifier(v.First())
	if err != nil {
		return nil
	}
	size, err := algo.KEKSize(alg)
	if err != nil {
		return nil
	}
	kdf := algo.Identifier{OID: oid.PBKDF2, Params: v.First().Next(), Value: v}
	if !o.spend(kdf) {
		return nil
	}
	key, err := algo.DeriveKey(kdf, string(cek), size, size)
	if err != nil {
		return nil
	}
	return []Secret{{ID: id, Key: key, Name: earlierCEK}}
}

// encryptedData opens EncryptedData, whose key is a password's or known to both
// sides (RFC 5652 section 8). Nothing but padding tells the right key from a wrong
// one, and one wrong key in 256 passes; so where several keys fit, content that looks
// like something is preferred.
func (o *opener) encryptedData() {
	alg := o.e.Algorithm
	var err error
	// keep takes the outcome of one key, and reports whether to look no further.
	keep := func(name string, key, content []byte, openErr error) bool {
		if openErr != nil {
			err = openErr
			return false
		}
		if o.d.Verdict != Decrypted || plausible(content) {
			o.d.Verdict, o.d.KeyName, o.d.CEK, o.d.Content = Decrypted, name, key, content
		}
		return plausible(content)
	}
	if isPBE(alg.OID) {
		kdf := algo.Identifier{OID: alg.OID, Params: alg.Params}
		if alg.OID == oid.PBES2 {
			kdf, _ = algo.ReadIdentifier(alg.Params.First())
		}
		for i, p := range o.keys.Passwords {
			if !o.spend(kdf) {
				return
			}
			content, err := algo.DecryptPBE(alg, p, o.e.Encrypted)
			if keep(passwordName(i), nil, content, err) {
				return
			}
		}
	} else {
		for _, s := range o.keys.Secrets {
			if o.trials++; o.trials > limit.KeyTrials {
				return
			}
			content, err := o.e.open(s.Key, o.d)
			if keep(s.Name, s.Key, content, err) {
				return
			}
		}
	}
	if o.d.Verdict == Decrypted {
		return
	}
	var unsupported *algo.UnsupportedError
	var bound *limit.Error
	switch {
	case errors.As(err, &unsupported):
		o.unknown = err
	case errors.As(err, &bound):
		o.bound = err
	case errors.Is(err, algo.ErrTruncated), o.e.Encrypted == nil && err != nil:
		// No key can be right.
		o.failure = err.Error()
	}
}

// plausible reports whether content looks like what people encrypt: text, or one
// value of BER.
func plausible(content []byte) bool {
	if utf8.Valid(content) {
		return true
	}
	tree := ber.ParseOne(content)
	return tree.Err() == nil && tree.End == len(content)
}
