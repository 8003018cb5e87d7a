package main

// The CA and those who sign: a domain, a user, a proxy, and a telephone provider.

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"net/url"
	"time"
)

// person is somebody with a key and a certificate.
type person struct {
	key  crypto.Signer
	cert *x509.Certificate
}

type people struct {
	ca, domain, alice, bob, proxy, provider person
}

var (
	born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	dies = time.Date(2076, 1, 1, 0, 0, 0, 0, time.UTC)
)

func makePeople(files map[string][]byte) (*people, error) {
	var p people
	// A TNAuthList (RFC 8226 section 9): a provider's code, and a hundred numbers.
	numbers, err := asn1.Marshal([]asn1.RawValue{
		wrap(0, "709J", "ia5"),
		wrap(1, struct {
			Start string `asn1:"ia5"`
			Count int
		}{"12155551200", 100}, ""),
	})
	if err != nil {
		return nil, err
	}
	for i, u := range []struct {
		to       *person
		file     string
		ec       bool
		template x509.Certificate
	}{
		{&p.ca, "ca", false, x509.Certificate{IsCA: true, Subject: pkix.Name{CommonName: "Sipseal Identity CA"}, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign}},
		{&p.domain, "atlanta", false, x509.Certificate{Subject: pkix.Name{CommonName: "atlanta.example"}, DNSNames: []string{"atlanta.example"}, KeyUsage: x509.KeyUsageDigitalSignature}},
		{&p.alice, "alice", false, user("alice@atlanta.example")},
		{&p.bob, "bob", false, user("bob@biloxi.example")},
		{&p.proxy, "proxy", false, x509.Certificate{Subject: pkix.Name{CommonName: "ssl.atlanta.example"}, DNSNames: []string{"ssl.atlanta.example"}, KeyUsage: x509.KeyUsageKeyEncipherment}},
		{&p.provider, "provider", true, x509.Certificate{Subject: pkix.Name{CommonName: "SHAKEN 709J"}, DNSNames: []string{"atlanta.example"}, KeyUsage: x509.KeyUsageDigitalSignature,
			ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 26}, Value: numbers}}}},
	} {
		if u.ec {
			u.to.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		} else {
			u.to.key, err = rsa.GenerateKey(rand.Reader, 2048)
		}
		if err != nil {
			return nil, err
		}
		u.template.SerialNumber = big.NewInt(int64(i + 1))
		u.template.Subject.Organization = []string{"Sipseal examples"}
		u.template.NotBefore, u.template.NotAfter = born, dies
		u.template.BasicConstraintsValid = true
		issuer := p.ca
		if i == 0 {
			issuer = person{u.to.key, &u.template}
		}
		der, err := x509.CreateCertificate(rand.Reader, &u.template, issuer.cert, u.to.key.Public(), issuer.key)
		if err != nil {
			return nil, err
		}
		if u.to.cert, err = x509.ParseCertificate(der); err != nil {
			return nil, err
		}
		files[u.file+".pem"] = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
		if u.to == &p.bob || u.to == &p.proxy {
			key, err := x509.MarshalPKCS8PrivateKey(u.to.key)
			if err != nil {
				return nil, err
			}
			files[u.file+"_key.pem"] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})
		}
	}
	return &p, nil
}

func user(address string) x509.Certificate {
	return x509.Certificate{
		Subject:     pkix.Name{CommonName: address},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		URIs:        []*url.URL{{Scheme: "sip", Opaque: address}},
	}
}

// wrap tags a value explicitly.
func wrap(tag int, v any, params string) asn1.RawValue {
	b, err := asn1.MarshalWithParams(v, params)
	if err != nil {
		panic(err)
	}
	return asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: tag, IsCompound: true, Bytes: b}
}
