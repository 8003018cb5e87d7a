package main

// The CA and those who sign: a domain, users, a proxy, and a telephone provider.

import (
	"fmt"

	"github.com/sipseal/sipseal/internal/craft"
)

// person is somebody with a key and a certificate.
type person struct {
	key  *craft.Key
	cert craft.Cert
}

func (p person) signs() craft.Layer {
	return craft.Layer{Kind: craft.LayerSign, Signers: []craft.Signer{{Certificate: p.cert, Key: p.key, SigningTime: signed}}, Attach: []craft.Cert{p.cert}}
}

func recipients(people ...person) []craft.Recipient {
	var list []craft.Recipient
	for _, p := range people {
		list = append(list, craft.Recipient{Certificate: p.cert})
	}
	return list
}

func encryptedFor(people ...person) craft.Layer {
	return craft.Layer{Kind: craft.LayerEncrypt, Recipients: recipients(people...)}
}

type people struct {
	ca, domain, alice, bob, proxy, provider person
}

const (
	born   = "2026-01-01T00:00:00Z"
	dies   = "2076-01-01T00:00:00Z"
	signed = "2026-06-01T12:00:00Z"
)

func makePeople(files map[string][]byte) (*people, error) {
	var p people
	domain := func(name, usage string, more ...string) []string {
		return append([]string{"subjectAltName = DNS:" + name, "keyUsage = " + usage}, more...)
	}
	user := func(address string) []string {
		return []string{"subjectAltName = URI:sip:" + address, "keyUsage = digitalSignature,keyEncipherment", "extendedKeyUsage = emailProtection"}
	}
	var issuer *craft.Issuer
	for i, u := range []struct {
		to         *person
		file, name string
		key        string
		extensions []string
	}{
		{&p.ca, "ca", "Sipseal Identity CA", "", []string{"basicConstraints = critical, CA:TRUE", "keyUsage = keyCertSign,cRLSign"}},
		{&p.domain, "atlanta", "atlanta.example", "", domain("atlanta.example", "digitalSignature")},
		{&p.alice, "alice", "alice@atlanta.example", "", user("alice@atlanta.example")},
		{&p.bob, "bob", "bob@biloxi.example", "", user("bob@biloxi.example")},
		{&p.proxy, "proxy", "ssl.atlanta.example", "", domain("ssl.atlanta.example", "digitalSignature,keyEncipherment")},
		{&p.provider, "provider", "SHAKEN 709J", "ECDSA P-256", domain("atlanta.example", "digitalSignature", craft.TNAuthList("709J", "12155551200", 100))},
	} {
		var err error
		if u.to.key, err = craft.GenerateKey(u.key); err != nil {
			return nil, err
		}
		c := craft.Certificate{
			Subject: []string{"O=Sipseal examples", "CN=" + u.name}, Serial: fmt.Sprint(i + 1), NotBefore: born, NotAfter: dies, Digest: "SHA-256",
			Extensions: append([]string{"subjectKeyIdentifier = hash", "authorityKeyIdentifier = keyid"}, u.extensions...),
		}
		if issuer == nil {
			if u.to.cert, err = craft.SelfSign(c, u.to.key); err == nil {
				issuer, err = craft.NewIssuer(u.to.cert, u.to.key)
			}
		} else {
			var spki []byte
			if spki, err = u.to.key.PublicKey(); err == nil {
				u.to.cert, err = issuer.Issue(c, spki)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", u.file, err)
		}
		files[u.file+".pem"] = craft.CertificatePEM(u.to.cert)
		if u.to == &p.bob || u.to == &p.proxy {
			if files[u.file+"_key.pem"], err = u.to.key.PEM(""); err != nil {
				return nil, err
			}
		}
	}
	return &p, nil
}
