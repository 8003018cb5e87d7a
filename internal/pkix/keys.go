package pkix

// Files of keys: whatever mixture of keys, certificates and CRLs somebody has, in
// PEM or DER, is read into its kinds.

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// Keys is what one file holds.
type Keys struct {
	Private      []*PrivateKey
	Certificates []*Certificate
	// CertificateRanges says for each of Certificates where it lies in the file: its
	// DER, or the PEM block around it, or what it is encrypted in.
	CertificateRanges [][2]int
	CRLs              []*CRL
	// Public are bare public keys.
	Public []*algo.PublicKey
	// Locked are the parts that no given password opened.
	Locked []Locked
	// Problems are what cannot be read, with offsets in the file.
	Problems []Problem
}

// PrivateKey is a private key with where it came from.
type PrivateKey struct {
	*algo.PrivateKey
	// Name is a caption: the file's name, and which key in it when there are more;
	// or the friendly name that PKCS #12 gives.
	Name string
	// Range is where the key lies in the file, or the PEM block around it.
	Range [2]int
	// Encrypted is true when a password opened it.
	Encrypted bool
	// LocalKeyID ties it to its certificate in PKCS #12.
	LocalKeyID []byte
}

// Locked is something encrypted that stayed closed.
type Locked struct {
	Name  string
	Kind  string // "encrypted PKCS #8", "encrypted PEM", "PKCS #12"
	Range [2]int
	// NoPassword is true when none was given at all, so that one is to be asked for;
	// otherwise those given are wrong, as Reason says.
	NoPassword bool
	Reason     string
}

// Empty reports whether nothing at all was found.
func (k *Keys) Empty() bool {
	return len(k.Private)+len(k.Certificates)+len(k.CRLs)+len(k.Public)+len(k.Locked) == 0
}

// keyReader reads one file.
type keyReader struct {
	Keys
	name      string
	passwords []string
	work      *limit.Work
	trials    int    // of passwords so far
	at        [2]int // where the object at hand lies in the file
	encrypted bool   // a password opened the object at hand
}

// ReadKeys reads a file in PEM, with any number of blocks, or in DER: private keys
// as PKCS #1, PKCS #8 and SEC 1, encrypted or not, PKCS #12, certificates, CRLs and
// certs-only PKCS #7. The passwords are tried in turn on what is encrypted; an empty
// one is always tried on PKCS #12. name is for captions. What deriving keys takes comes
// out of w.
func ReadKeys(w *limit.Work, data []byte, name string, passwords []string) Keys {
	return readKeys(w, data, nil, name, passwords)
}

// ReadKeysTree is ReadKeys for a file that was read by ber.Parse already.
func ReadKeysTree(w *limit.Work, tree *ber.Tree, name string, passwords []string) Keys {
	return readKeys(w, tree.Src, tree, name, passwords)
}

func readKeys(w *limit.Work, data []byte, tree *ber.Tree, name string, passwords []string) Keys {
	k := keyReader{work: w, name: name, passwords: passwords}
	blocks, more := FindPEM(data)
	if more >= 0 {
		k.at = [2]int{more, len(data)}
		k.problem("limit", limit.More("PEM blocks", limit.PEMBlocks, -1)+": the rest is not read", "")
	}
	for i := range blocks {
		k.at = blocks[i].Range
		k.block(&blocks[i])
	}
	if len(blocks) == 0 {
		if tree == nil {
			tree = ber.Parse(data)
		}
		k.der(tree)
	}
	if len(k.Private) > 1 {
		for i, p := range k.Private {
			if p.Name == name {
				p.Name = strings.TrimSpace(name + " (" + strconv.Itoa(i+1) + ")")
			}
		}
	}
	return k.Keys
}

func (k *keyReader) problem(code, detail, ref string) {
	k.Problems = keep(k.Problems, Problem{code, k.at[0], detail, ref})
}

// der reads one DER object after another, out of one tree: reading them one by one
// would make room for the whole rest each time.
func (k *keyReader) der(tree *ber.Tree) {
	k.at = [2]int{0, len(tree.Src)}
	v := tree.Root()
	if !v.Is(ber.TagSequence) {
		k.problem("structure", "neither PEM nor DER", "")
		return
	}
	for ; v.Is(ber.TagSequence); v = v.Next() {
		k.at = v.Range()
		k.object("", v)
	}
	if rest := v.Raw(); len(bytes.TrimSpace(rest)) > 0 {
		k.at = v.Range()
		k.problem("structure", "something that is neither PEM nor DER follows", "")
	}
	if err := tree.Err(); err != nil {
		k.at = [2]int{tree.Faults[0].Offset, len(tree.Src)}
		k.problem("ber", err.Error(), "X.690 section 8.1")
	}
}

// block reads one PEM block. What it says it is is a hint; its content decides.
func (k *keyReader) block(b *PEMBlock) {
	if b.Error != "" {
		k.problem("pem", "the PEM block "+quote(b.Type)+": "+b.Error, "RFC 7468 section 2")
	}
	if len(b.Bytes) == 0 {
		return
	}
	if why := otherBlock(b.Type); why != "" {
		k.problem("pem", "the PEM block "+quote(b.Type)+" holds "+why, "")
		return
	}
	der := b.Bytes
	k.encrypted = false
	if info := b.Header("DEK-Info"); info != "" {
		var ok bool
		if der, ok = k.unlockPEM(info, der); !ok {
			return
		}
		k.encrypted = true
	}
	tree := ber.ParseOne(der)
	k.object(b.Type, tree.Root())
	if err := tree.Err(); err != nil {
		k.problem("ber", err.Error(), "X.690 section 8.1")
	}
	k.encrypted = false
}

// otherBlock says what a block holds that is neither key nor certificate nor CRL,
// though its content may look like one, or "".
func otherBlock(label string) string {
	switch {
	case strings.HasSuffix(label, "CERTIFICATE REQUEST"):
		return "a request for a certificate, which is not one"
	case strings.HasPrefix(label, "ATTRIBUTE CERTIFICATE"):
		return "an attribute certificate, which is not supported"
	case strings.HasPrefix(label, "OPENSSH "):
		return "a key in OpenSSH's own format, which is not supported"
	}
	return ""
}

// object recognises a DER object by its shape and reads it.
func (k *keyReader) object(label string, v ber.Value) {
	first := v.First()
	second := first.Next()
	third := second.Next()
	switch {
	case strings.HasSuffix(label, " PARAMETERS"):
		// EC PARAMETERS comes before the key, which says them again.
	case !v.Is(ber.TagSequence):
		k.problem("structure", k.called(label, "an object")+" that is not a SEQUENCE", "")
	case first.Is(ber.TagInteger) && second.Is(ber.TagSequence) && second.First().Is(ber.TagOID) && third.Is(ber.TagOctetString):
		k.private(algo.ReadPrivateKeyInfo(v))
	case first.Is(ber.TagInteger) && second.Is(ber.TagInteger) && third.Is(ber.TagInteger):
		k.private(algo.ReadRSAPrivateKey(v))
	case first.Is(ber.TagInteger) && second.Is(ber.TagOctetString):
		k.private(algo.ReadECPrivateKey(v, ber.Value{}))
	case first.Is(ber.TagInteger) && second.Is(ber.TagSequence) && second.First().Is(ber.TagOID):
		k.pkcs12(v)
	case first.Is(ber.TagSequence) && first.First().Is(ber.TagOID) && second.Is(ber.TagOctetString):
		k.encryptedPrivateKey(v)
	case first.Is(ber.TagSequence) && first.First().Is(ber.TagOID) && second.Is(ber.TagBitString) && !third.Ok():
		key, err := algo.ReadPublicKey(v)
		if err != nil {
			k.problem("key", "a public key: "+err.Error(), "RFC 5280 section 4.1.2.7")
			return
		}
		k.Public = append(k.Public, key)
	case first.Is(ber.TagSequence):
		k.certificateOrCRL(label, v.Alone())
	case first.Is(ber.TagOID) && first.OID() == oid.SignedData:
		k.signedData(second.First())
	default:
		k.problem("structure", k.called(label, "an object")+" of an unknown kind", "")
	}
}

// called says what an object is called in a sentence.
func (k *keyReader) called(label, otherwise string) string {
	if label != "" {
		return "the PEM block " + quote(label) + " holds an object"
	}
	return otherwise
}

func (k *keyReader) private(key *algo.PrivateKey, err error) {
	if err != nil {
		k.problem("key", "a private key: "+err.Error(), "RFC 5958 section 2")
	}
	if key != nil {
		k.Private = append(k.Private, &PrivateKey{PrivateKey: key, Name: k.name, Range: k.at, Encrypted: k.encrypted})
	}
}

func (k *keyReader) certificateOrCRL(label string, tree *ber.Tree) {
	if !strings.Contains(label, "CRL") {
		c, err := readCertificate(tree)
		if c != nil && (err == nil || c.complete() || label != "") {
			k.addCertificate(c)
			return
		}
		if err != nil && strings.Contains(label, "CERTIFICATE") {
			k.problem("structure", err.Error(), "RFC 5280 section 4.1")
			return
		}
	}
	l, err := readCRL(tree)
	if l == nil {
		what := "neither a certificate nor a CRL"
		if label != "" {
			what = k.called(label, "") + " that is not one: " + err.Error()
		}
		k.problem("structure", what, "")
		return
	}
	k.CRLs = append(k.CRLs, l)
}

func (k *keyReader) addCertificate(c *Certificate) {
	k.Certificates = append(k.Certificates, c)
	k.CertificateRanges = append(k.CertificateRanges, k.at)
}

// signedData takes certificates and CRLs out of a PKCS #7 file (RFC 5652 section
// 5.1). The signers, if there are any, are not looked at.
func (k *keyReader) signedData(v ber.Value) {
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			for c := range f.Children() {
				if cert, err := ParseCertificate(c.Raw()); cert != nil {
					k.addCertificate(cert)
				} else {
					k.problem("structure", err.Error(), "RFC 5280 section 4.1")
				}
			}
		case f.IsContext(1):
			for c := range f.Children() {
				if l, err := ParseCRL(c.Raw()); l != nil {
					k.CRLs = append(k.CRLs, l)
				} else {
					k.problem("structure", err.Error(), "RFC 5280 section 5.1")
				}
			}
		}
	}
}
