package pkix

// Looking certificates up: by issuer and serial number, by subject key identifier,
// by public key, by subject.

import "strconv"

// Pool is a set of certificates in the order in which they were added, each once.
// The zero Pool is empty. What it gives is not to be written to.
type Pool struct {
	all       []*Certificate
	byRaw     map[string]*Certificate
	bySubject map[string][]*Certificate
	// The others are made when they are first asked for, and then hold the first so
	// many of all: an input may have as many certificates as it asks for.
	byIssuerAndSerial, byKeyID, byKey index
}

// index is certificates by something that they have.
type index struct {
	of    func(*Certificate) string
	certs map[string][]*Certificate
	count int // of those that were looked at
}

// get gives the certificates that have this, by of.
func (x *index) get(p *Pool, key string, of func(*Certificate) string) []*Certificate {
	if x.certs == nil {
		x.of, x.certs = of, map[string][]*Certificate{}
	}
	for _, c := range p.all[x.count:] {
		k := of(c)
		x.certs[k] = append(x.certs[k], c)
	}
	x.count = len(p.all)
	return clipped(x.certs[key])
}

// dropLast forgets a certificate, the last that was looked at.
func (x *index) dropLast(c *Certificate) {
	dropLast(x.certs, x.of(c))
	x.count--
}

func dropLast(certs map[string][]*Certificate, key string) {
	list := certs[key]
	if len(list) == 1 {
		delete(certs, key)
	} else {
		certs[key] = clipped(list[:len(list)-1])
	}
}

// clipped is a list to which nothing can be added in its place.
func clipped(list []*Certificate) []*Certificate { return list[:len(list):len(list)] }

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

// Truncate takes out all but the first n certificates.
func (p *Pool) Truncate(n int) {
	for len(p.all) > n {
		last := len(p.all) - 1
		c := p.all[last]
		for _, x := range []*index{&p.byIssuerAndSerial, &p.byKeyID, &p.byKey} {
			if x.count > last {
				x.dropLast(c)
			}
		}
		dropLast(p.bySubject, c.Subject.key)
		delete(p.byRaw, string(c.Raw))
		p.all = clipped(p.all[:last])
	}
}

// All gives the certificates in the order in which they were added. It stays as it is
// when others are added or taken out.
func (p *Pool) All() []*Certificate { return p.all }

// Contains reports whether the very same certificate is in the pool.
func (p *Pool) Contains(c *Certificate) bool { return p.byRaw[string(c.Raw)] != nil }

// BySubject gives the certificates with that subject.
func (p *Pool) BySubject(n Name) []*Certificate {
	return clipped(p.bySubject[n.key])
}

// ByIssuerAndSerial gives the certificates that issuer issued under that serial
// number (the content octets of the INTEGER). There should be one at most.
func (p *Pool) ByIssuerAndSerial(issuer Name, serial []byte) []*Certificate {
	key := func(issuer *Name, serial []byte) string {
		return strconv.Itoa(len(issuer.key)) + issuer.key + string(TrimInteger(serial))
	}
	return p.byIssuerAndSerial.get(p, key(&issuer, serial), func(c *Certificate) string { return key(&c.Issuer, c.Serial) })
}

// BySubjectKeyID gives the certificates whose key identifier is id: the one they
// state, or where they state none the SHA-1 of the key.
func (p *Pool) BySubjectKeyID(id []byte) []*Certificate {
	if len(id) == 0 {
		return nil
	}
	return p.byKeyID.get(p, string(id), func(c *Certificate) string { return string(c.KeyID()) })
}

// ByPublicKey gives the certificates of the key that a private key has.
func (p *Pool) ByPublicKey(key *PrivateKey) []*Certificate {
	if key == nil || key.PrivateKey == nil || key.Public == nil {
		return nil
	}
	return p.byKey.get(p, key.Public.Identity(), func(c *Certificate) string { return c.PublicKey.Identity() })
}
