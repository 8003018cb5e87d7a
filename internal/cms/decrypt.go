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
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
)

// Keyring is what was given to open envelopes with.
type Keyring struct {
	Private []*pkix.PrivateKey
	// Certificates tell which issuer, serial number or key identifier belongs to
	// which public key, and so to which private key.
	Certificates *pkix.Pool
	Passwords    []string
	Secrets      []Secret
	// Work is what the operations with keys take it out of.
	Work *limit.Work
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

// EarlierSecret is such a key again, of a message that was opened before.
func EarlierSecret(id, key []byte) Secret { return Secret{ID: id, Key: key, Name: earlierCEK} }

const earlierCEK = "the content-encryption key of an earlier message"

// opener is one Decrypt.
type opener struct {
	e         *EnvelopedData
	keys      Keyring
	owners    []owner
	d         *Decryption
	trials    int
	attached  *pkix.Pool // the originator's, nil until they are read
	bound     error      // a limit that kept a key from being tried
	failed    int        // the recipient that should have opened, or -1
	failure   string
	unknown   error // the first algorithm in the way that is not known
	unknownAt int   // its recipient
}

// owner is a private key with what recipients may name it by.
type owner struct {
	key      *pkix.PrivateKey
	identity string // of its public key
	ski      string // SHA-1 of the public key's bits (RFC 5280 section 4.2.1.2), or ""
}

// names reports whether the recipient is known to be the key's. keys are those of the
// certificates that the recipient names.
func (k *owner) names(r *Recipient, keys []string) bool {
	return slices.Contains(keys, k.identity) || k.ski != "" && string(r.SubjectKeyID) == k.ski
}

// keysOf are the identities of the keys of the certificates that a recipient names.
func (o *opener) keysOf(r *Recipient) (keys []string) {
	for _, c := range r.findCertificates(o.keys.Certificates) {
		if id := c.PublicKey.Identity(); id != "" && !slices.Contains(keys, id) {
			keys = append(keys, id)
		}
	}
	return keys
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
		o := owner{key: k, identity: k.Public.Identity()}
		if len(k.Public.Raw) > 0 {
			o.ski = string(sha1.Sum(k.Public.Raw))
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
	o := &opener{e: e, keys: keys, owners: newOwners(keys), d: &d, failed: -1, unknownAt: -1}
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
	if u := algo.AsUnsupported(err); u != nil {
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
	missing := ""
	for _, r := range o.e.Recipients {
		if r.Type == KeyWrap && missing == "" {
			missing = ": the key-encryption key " + hex(r.KeyID) + " is missing, which was agreed on or is that of an earlier message (RFC 3185), to be given together with this one"
		}
	}
	switch {
	case o.trials > limit.KeyTrials:
		return limit.More("attempts to open a recipient's key", limit.KeyTrials, -1)
	case o.bound != nil:
		return o.bound.Error()
	case len(o.keys.Private)+len(o.keys.Passwords)+len(o.keys.Secrets) == 0:
		return "no key was given" + missing
	case o.e.Kind == KindEncryptedData:
		return "none of the given passwords and secret keys opens it"
	case len(o.e.Recipients) == 1:
		return "none of the given keys is the recipient's" + missing
	}
	return "none of the given keys is one of the " + strconv.Itoa(len(o.e.Recipients)) + " recipients'" + missing
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
	switch {
	case limit.Reached(err):
		o.bound, out.Error = err, err.Error()
		return false
	case algo.AsUnsupported(err) != nil:
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
	if algo.AsUnsupported(err) != nil {
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
		keys := o.keysOf(r)
		for i := range o.owners {
			k := &o.owners[i]
			if k.names(r, keys) != identified {
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
