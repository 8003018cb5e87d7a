package pkix

// PKCS #12 (RFC 7292): keys and certificates in bags, the bags in safes, the safes
// under a password, and a MAC over all. Old files encrypt with 40-bit RC2 and triple
// DES, new ones with AES.

import (
	"errors"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

const pkcs12Ref = "RFC 7292 section 4"

// pkcs12 reads a PFX. Its password is found by the MAC, so that a wrong one is told
// from damage; a file without a MAC is opened by trying.
func (k *keyReader) pkcs12(v ber.Value) {
	const kind = "PKCS #12"
	info := v.First().Next()
	content := info.First().Next().First()
	if info.First().OID() != oid.Data || !content.Is(ber.TagOctetString) {
		k.problem("structure", kind+": the contents are not in a data object, but in "+info.First().OID().Name()+", which is not supported", pkcs12Ref)
		return
	}
	safes := content.Octets()
	// The empty password is what files have that ask for none.
	passwords := append(append([]string(nil), k.passwords...), "")
	if mac := info.Next(); mac.Is(ber.TagSequence) {
		right := ""
		err := k.try(passwords, func(password string) error {
			right = password
			return checkMAC(k.work, mac, password, safes)
		})
		if err != nil {
			k.lock(kind, err)
			return
		}
		passwords = []string{right}
	}
	p := &pfxReader{k: k, passwords: passwords}
	p.authenticatedSafe(safes)
	if p.locked != nil {
		k.lock(kind, p.locked)
	}
	k.Private = append(k.Private, p.named...)
}

// checkMAC verifies a MacData (RFC 7292 section 4) over the contents.
func checkMAC(w *limit.Work, mac ber.Value, password string, contents []byte) error {
	digest := mac.First()
	id, err := algo.ReadIdentifier(digest.First())
	if err != nil {
		return errors.New("the MAC: " + err.Error())
	}
	salt := digest.Next()
	iterations := int64(1)
	if n := salt.Next(); n.Ok() {
		var ok bool
		if iterations, ok = n.Int(); !ok {
			return errors.New("the iteration count of the MAC cannot be read")
		}
	}
	return algo.VerifyPKCS12MAC(w, id, password, salt.Octets(), iterations, contents, digest.First().Next().Octets())
}

// pfxReader reads what is in the safes.
type pfxReader struct {
	k         *keyReader
	passwords []string
	locked    error // why a safe or a key stayed closed
	bags      int
	named     []*PrivateKey
}

// authenticatedSafe reads a SEQUENCE OF ContentInfo.
func (p *pfxReader) authenticatedSafe(der []byte) {
	root := ber.ParseOne(der).Root()
	if !root.Is(ber.TagSequence) {
		p.k.problem("structure", "PKCS #12: the authenticated safe is not a SEQUENCE", pkcs12Ref)
		return
	}
	for safe := range root.Children() {
		inner := safe.First().Next().First()
		switch t := safe.First().OID(); t {
		case oid.Data:
			p.safeContents(inner.Octets())
		case oid.EncryptedData:
			p.encryptedSafe(inner)
		default:
			p.k.problem("structure", "PKCS #12: a safe of type "+t.Name()+" is not supported", "RFC 7292 section 4.1")
		}
	}
}

// encryptedSafe opens an EncryptedData (RFC 5652 section 8).
func (p *pfxReader) encryptedSafe(v ber.Value) {
	content := v.First().Next()
	id, err := algo.ReadIdentifier(content.First().Next())
	if err != nil {
		p.k.problem("algorithm", "PKCS #12: "+err.Error(), pkcs12Ref)
		return
	}
	ciphertext := content.First().Next().Next().Octets()
	var der []byte
	err = p.k.try(p.passwords, func(password string) error {
		var err error
		if der, err = algo.DecryptPBE(p.k.work, id, password, ciphertext); err != nil {
			return err
		}
		if !ber.ParseOne(der).Root().Is(ber.TagSequence) {
			return algo.ErrPadding
		}
		p.passwords = []string{password}
		return nil
	})
	if err != nil {
		p.locked = err
		return
	}
	p.k.encrypted = true
	p.safeContents(der)
	p.k.encrypted = false
}

// safeContents reads the bags of a safe, and of the safes that are bags in it.
func (p *pfxReader) safeContents(der []byte) {
	pending := []ber.Value{ber.ParseOne(der).Root()}
	for len(pending) > 0 {
		safe := pending[len(pending)-1]
		pending = pending[:len(pending)-1]
		for bag := range safe.Children() {
			if p.bags++; p.bags > limit.SafeBags {
				p.k.problem("structure", limit.More("bags", limit.SafeBags, -1), pkcs12Ref)
				return
			}
			t := bag.First().OID()
			value := bag.First().Next().First()
			if t == oid.SafeContentsBag {
				pending = append(pending, value)
				continue
			}
			p.bag(t, value, bag.First().Next().Next())
		}
	}
}

// bag reads one SafeBag (RFC 7292 section 4.2).
func (p *pfxReader) bag(t oid.OID, v, attributes ber.Value) {
	k := p.k
	before := len(k.Private)
	switch t {
	case oid.KeyBag:
		k.private(algo.ReadPrivateKeyInfo(v))
	case oid.PKCS8ShroudedKeyBag:
		saved, locked := k.passwords, len(k.Locked)
		k.passwords = p.passwords
		k.encryptedPrivateKey(v)
		k.passwords = saved
		if len(k.Locked) > locked {
			// One closed file is told of, not every key in it.
			k.Locked = k.Locked[:locked]
			p.locked = algo.ErrPadding
		}
	case oid.CertBag:
		if v.First().OID() != oid.X509Certificate {
			k.problem("structure", "PKCS #12: a certificate of type "+v.First().OID().Name()+" is not supported", "RFC 7292 section 4.2.3")
			return
		}
		c, err := ParseCertificate(v.First().Next().First().Octets())
		if c == nil {
			k.problem("structure", "PKCS #12: "+err.Error(), "RFC 5280 section 4.1")
			return
		}
		k.addCertificate(c)
	case oid.CRLBag:
		l, err := ParseCRL(v.First().Next().First().Octets())
		if l == nil {
			k.problem("structure", "PKCS #12: "+err.Error(), "RFC 5280 section 5.1")
			return
		}
		k.CRLs = append(k.CRLs, l)
	}
	for _, key := range k.Private[before:] {
		readBagAttributes(key, attributes)
		p.named = append(p.named, key)
	}
	k.Private = k.Private[:before]
}

// readBagAttributes takes the friendly name and the local key identifier.
func readBagAttributes(key *PrivateKey, attributes ber.Value) {
	for a := range attributes.Children() {
		value := a.First().Next().First()
		switch a.First().OID() {
		case oid.FriendlyName:
			if text, _ := decodeString(ber.TagBMPString, value.Octets()); text != "" {
				key.Name = text
			}
		case oid.LocalKeyID:
			key.LocalKeyID = value.Octets()
		}
	}
}
