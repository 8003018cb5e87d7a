package inspect

// What the messages of one input have for one another. A message is read with what was
// given beside the input and what lies in it in the open. The certificates, CRLs and
// keys that came sealed in a message are laid aside when it is done; and where they are
// what another lacks, all messages are read once more, with them at hand. So no report
// depends on the order of the messages, and several workers can read them (slice.go).

import (
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// Kinds of what a message brings.
const (
	broughtCertificate = 'c' // DER
	broughtCRL         = 'l' // DER
	broughtKeys        = 'k' // a file that holds keys
	broughtCredential  = 'p' // a file of type application/pkcs8
	broughtSecret      = 's' // a content-encryption key, by name (RFC 3185)
)

// brought is what one message brought and another may need.
type brought struct {
	kind byte
	name []byte // of a file or secret
	data []byte
}

// mark is how much of the ring is there for every message.
type mark struct{ certificates, private, public, crls, ocsp, secrets, carried int }

func (x *inspection) mark() mark {
	r := &x.ring
	return mark{len(r.certificates), len(r.private), len(r.public), len(r.crls), len(r.ocsp), len(r.secrets), len(r.carried)}
}

// layAside takes out of the ring what a message brought.
func (x *inspection) layAside(m mark) {
	r, all := &x.ring, x.shared.brought
	for _, c := range r.certificates[:m.certificates] {
		if c.carried {
			c.carried = false
			if c.index < 0 {
				c.name, c.source, c.offset = "", -1, 0
			}
		}
	}
	for _, c := range r.certificates[m.certificates:] {
		c.here = false
		if !c.brought {
			c.brought = true
			all = append(all, brought{broughtCertificate, nil, c.cert.Raw})
		}
	}
	for _, l := range r.crls[m.crls:] {
		all = append(all, brought{broughtCRL, nil, l.Raw})
	}
	for _, s := range r.secrets[m.secrets:] {
		all = append(all, brought{broughtSecret, s.ID, s.Key})
	}
	x.shared.brought = all
	r.pool.Truncate(m.certificates)
	for _, k := range r.private[m.private:] {
		delete(r.owned, k.Public.Identity())
	}
	for _, l := range r.crls[m.crls:] {
		delete(r.lists, string(l.Raw))
	}
	r.certificates, r.private, r.public = r.certificates[:m.certificates], r.private[:m.private], r.public[:m.public]
	r.crls, r.ocsp, r.secrets, r.carried = r.crls[:m.crls], r.ocsp[:m.ocsp], r.secrets[:m.secrets], r.carried[:m.carried]
}

// carry notes the keys in a file that is part of a message.
func (x *inspection) carry(mediaType string, file NamedBytes, keys *pkix.Keys) {
	kind := byte(broughtKeys)
	if mediaType == "application/pkcs8" && len(keys.Private) > 0 {
		kind = broughtCredential
		x.ring.carried = append(x.ring.carried, carriedKey{file.Data, keys.Private[0].Public})
	}
	if x.inMessage && len(keys.Private)+len(keys.Public) > 0 {
		x.shared.brought = append(x.shared.brought, brought{kind, []byte(file.Name), file.Data})
	}
}

// loadShared puts what other messages brought into the ring. What there is to say of it
// is said where it stands.
func (x *inspection) loadShared(list []brought) {
	for _, b := range list {
		switch b.kind {
		case broughtCertificate:
			if c, _ := pkix.ParseCertificate(b.data); c != nil {
				x.addCertificate(c, report.OriginInput, "", -1, 0)
			}
		case broughtCRL:
			if l, _ := pkix.ParseCRL(b.data); l != nil {
				x.addCRL(l)
			}
		case broughtSecret:
			x.ring.secrets = append(x.ring.secrets, cms.EarlierSecret(b.name, b.data))
		case broughtKeys, broughtCredential:
			keys := pkix.ReadKeys(x.anew(), b.data, string(b.name), x.options.Passwords)
			for _, k := range keys.Private {
				x.addPrivate(k, report.OriginInput)
			}
			x.ring.public = append(x.ring.public, keys.Public...)
			if b.kind == broughtCredential && len(keys.Private) > 0 {
				x.ring.carried = append(x.ring.carried, carriedKey{b.data, keys.Private[0].Public})
			}
		}
	}
}

// shared is what came of the messages for one another: what they brought, in their
// order, and what they want.
type shared struct {
	brought []brought
	wants   map[string]bool
}

// What can be wanted: a certificate by one of its names, a secret by its name, any
// certificate at all; and what is of use wherever it comes from.
const (
	anyCertificate = "certificate"
	anything       = "anything"
)

func subjectNamed(n pkix.Name) string { return "subject " + n.Key() }
func secretNamed(id []byte) string    { return "secret " + string(id) }

// certificateOf is a certificate as a signer or recipient names it.
func certificateOf(issuer pkix.Name, serial, keyID []byte) string {
	switch {
	case keyID != nil:
		return "key " + string(keyID)
	case serial != nil:
		return "serial " + string(pkix.TrimInteger(serial)) + " of " + issuer.Key()
	}
	return ""
}

// want notes what a message lacks.
func (s *shared) want(what string) {
	if what == "" {
		return
	}
	if s.wants == nil {
		s.wants = map[string]bool{}
	}
	s.wants[what] = true
}

// helpful picks what is of use to another message and was not given before: what is
// wanted, the issuers of that, and where there are several messages all CRLs and keys.
func (s *shared) helpful(given []brought, several bool) []brought {
	known := map[string]bool{}
	for _, b := range given {
		known[b.key()] = true
	}
	var fresh []brought
	for _, b := range s.brought {
		if k := b.key(); !known[k] {
			known[k] = true
			fresh = append(fresh, b)
		}
	}
	wants := make(map[string]bool, len(s.wants))
	for w := range s.wants {
		wants[w] = true
	}
	chosen := make([]bool, len(fresh))
	// An issuer may stand before or behind what it issued.
	for more, pass := true, 0; more && pass < limit.ChainLength; pass++ {
		more = false
		for i, b := range fresh {
			if !chosen[i] && b.answers(wants, several) {
				chosen[i], more = true, true
			}
		}
	}
	var list []brought
	for i, b := range fresh {
		if chosen[i] {
			list = append(list, b)
		}
	}
	return list
}

// key tells one thing from another.
func (b brought) key() string { return string(b.kind) + string(b.name) + "\x00" + string(b.data) }

// answers reports whether a thing is wanted. With a certificate, its issuer's is.
func (b brought) answers(wants map[string]bool, several bool) bool {
	switch b.kind {
	case broughtSecret:
		return wants[secretNamed(b.name)]
	case broughtCertificate:
		if len(wants) == 0 {
			return false
		}
		c, _ := pkix.ParseCertificate(b.data)
		if c == nil || !wants[anyCertificate] && !wants[subjectNamed(c.Subject)] &&
			!wants[certificateOf(c.Issuer, c.Serial, nil)] && !wants[certificateOf(c.Issuer, nil, c.KeyID())] {
			return false
		}
		wants[subjectNamed(c.Issuer)] = true
		return true
	}
	return several
}
