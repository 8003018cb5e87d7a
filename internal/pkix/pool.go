package pkix

// Looking certificates up: by issuer and serial number, by subject key identifier,
// by public key, by subject.

import "bytes"

// Pool is a set of certificates in the order in which they were added, each once.
// The zero Pool is empty.
type Pool struct {
	all       []*Certificate
	byRaw     map[string]*Certificate
	bySubject map[string][]*Certificate
}

// NewPool makes a pool of certificates.
func NewPool(certs ...*Certificate) *Pool {
	p := &Pool{}
	for _, c := range certs {
		p.Add(c)
	}
	return p
}

// Add adds a certificate and reports whether it was new.
func (p *Pool) Add(c *Certificate) bool {
	if c == nil || p.byRaw[string(c.Raw)] != nil {
		return false
	}
	if p.byRaw == nil {
		p.byRaw = map[string]*Certificate{}
		p.bySubject = map[string][]*Certificate{}
	}
	p.byRaw[string(c.Raw)] = c
	p.all = append(p.all, c)
	p.bySubject[c.Subject.key] = append(p.bySubject[c.Subject.key], c)
	return true
}

// All gives the certificates in the order in which they were added.
func (p *Pool) All() []*Certificate { return p.all }

// Contains reports whether the very same certificate is in the pool.
func (p *Pool) Contains(c *Certificate) bool { return p.byRaw[string(c.Raw)] != nil }

// BySubject gives the certificates with that subject.
func (p *Pool) BySubject(n Name) []*Certificate {
	var found []*Certificate
	for _, c := range p.bySubject[n.key] {
		if c.Subject.Equal(n) {
			found = append(found, c)
		}
	}
	return found
}

// ByIssuerAndSerial gives the certificates that issuer issued under that serial
// number (the content octets of the INTEGER). There should be one at most.
func (p *Pool) ByIssuerAndSerial(issuer Name, serial []byte) []*Certificate {
	var found []*Certificate
	for _, c := range p.all {
		if SameInteger(c.Serial, serial) && c.Issuer.Equal(issuer) {
			found = append(found, c)
		}
	}
	return found
}

// BySubjectKeyID gives the certificates whose key identifier is id: the one they
// state, or where they state none the SHA-1 of the key.
func (p *Pool) BySubjectKeyID(id []byte) []*Certificate {
	var found []*Certificate
	for _, c := range p.all {
		if len(id) > 0 && bytes.Equal(c.KeyID(), id) {
			found = append(found, c)
		}
	}
	return found
}

// ByPublicKey gives the certificates of the key that a private key has.
func (p *Pool) ByPublicKey(key *PrivateKey) []*Certificate {
	var found []*Certificate
	if key == nil || key.PrivateKey == nil {
		return nil
	}
	for _, c := range p.all {
		if c.PublicKey.Equal(key.Public) {
			found = append(found, c)
		}
	}
	return found
}
