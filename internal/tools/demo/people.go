package main

// The demo CA and its users, with certificates of the kind that RFC 6216
// section 2.3 shows: the address as sip:, im: and pres: URIs.

import (
	"fmt"

	"github.com/sipseal/sipseal/internal/craft"
)

// person is somebody with a key and a certificate.
type person struct {
	address     string // user@host
	key         *craft.Key
	certificate []byte // DER
}

type people struct {
	ca, alice, bob, expired person
}

const (
	born = "2026-01-01"
	dies = "2076-01-01"
)

func makePeople(files map[string][]byte) (*people, error) {
	var p people
	key, err := craft.GenerateKey("RSA 2048")
	if err != nil {
		return nil, err
	}
	der, err := craft.SelfSign(craft.Certificate{
		Subject: []string{"O=Sipseal demo", "CN=Sipseal Demo CA"}, Serial: "1", NotBefore: born, NotAfter: dies,
		Extensions: []string{"keyUsage = critical, keyCertSign, cRLSign", "basicConstraints = critical, CA:TRUE", "subjectKeyIdentifier = hash"},
	}, key)
	if err != nil {
		return nil, err
	}
	p.ca = person{key: key, certificate: der}
	files["ca.pem"] = craft.CertificatePEM(der)
	issuer, err := craft.NewIssuer(der, key)
	if err != nil {
		return nil, err
	}
	for i, u := range []struct {
		to                      *person
		name, address, notAfter string
	}{
		{&p.alice, "alice", "alice@atlanta.example", dies},
		{&p.bob, "bob", "bob@biloxi.example", dies},
		{&p.expired, "alice_expired", "alice@atlanta.example", "2026-02-01"},
	} {
		if *u.to, err = makeUser(u.address, fmt.Sprint(i+2), u.notAfter, issuer); err != nil {
			return nil, err
		}
		files[u.name+".pem"] = craft.CertificatePEM(u.to.certificate)
		if files[u.name+"_key.pem"], err = u.to.key.PEM(""); err != nil {
			return nil, err
		}
	}
	return &p, nil
}

func makeUser(address, serial, notAfter string, issuer *craft.Issuer) (person, error) {
	key, err := craft.GenerateKey("RSA 2048")
	if err != nil {
		return person{}, err
	}
	public, err := key.PublicKey()
	if err != nil {
		return person{}, err
	}
	der, err := issuer.Issue(craft.Certificate{
		Subject: []string{"O=Sipseal demo", "CN=" + address}, Serial: serial, NotBefore: born, NotAfter: notAfter,
		Extensions: []string{
			"keyUsage = critical, digitalSignature, nonRepudiation, keyEncipherment", "extendedKeyUsage = emailProtection",
			"basicConstraints = critical, CA:FALSE", "authorityKeyIdentifier = keyid",
			"subjectAltName = URI:sip:" + address + ", URI:im:" + address + ", URI:pres:" + address,
		},
	}, public)
	return person{address, key, der}, err
}
