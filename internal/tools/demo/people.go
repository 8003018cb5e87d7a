package main

// The demo CA and its users, with certificates of the kind that RFC 6216
// section 2.3 shows: the address as sip:, im: and pres: URIs.

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"time"
)

// person is somebody with a key and a certificate.
type person struct {
	address string // user@host
	key     *rsa.PrivateKey
	cert    *x509.Certificate
}

type people struct {
	ca, alice, bob, expired person
}

var (
	born = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	dies = time.Date(2076, 1, 1, 0, 0, 0, 0, time.UTC)
)

func makePeople(files map[string][]byte) (*people, error) {
	var p people
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{Organization: []string{"Sipseal demo"}, CommonName: "Sipseal Demo CA"},
		NotBefore:             born,
		NotAfter:              dies,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		SignatureAlgorithm:    x509.SHA256WithRSA,
	}
	if p.ca, err = certify(template, key, person{cert: template, key: key}); err != nil {
		return nil, err
	}
	files["ca.pem"] = certificatePEM(p.ca)
	for _, u := range []struct {
		to       *person
		name     string
		address  string
		serial   int64
		notAfter time.Time
	}{
		{&p.alice, "alice", "alice@atlanta.example", 2, dies},
		{&p.bob, "bob", "bob@biloxi.example", 3, dies},
		{&p.expired, "alice_expired", "alice@atlanta.example", 4, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)},
	} {
		if *u.to, err = makeUser(u.address, u.serial, u.notAfter, p.ca); err != nil {
			return nil, err
		}
		files[u.name+".pem"] = certificatePEM(*u.to)
		der, err := x509.MarshalPKCS8PrivateKey(u.to.key)
		if err != nil {
			return nil, err
		}
		files[u.name+"_key.pem"] = pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	}
	return &p, nil
}

func makeUser(address string, serial int64, notAfter time.Time, ca person) (person, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return person{}, err
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(serial),
		Subject:               pkix.Name{Organization: []string{"Sipseal demo"}, CommonName: address},
		NotBefore:             born,
		NotAfter:              notAfter,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment | x509.KeyUsageKeyEncipherment,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageEmailProtection},
		SignatureAlgorithm:    x509.SHA256WithRSA,
	}
	for _, scheme := range []string{"sip", "im", "pres"} {
		template.URIs = append(template.URIs, &url.URL{Scheme: scheme, Opaque: address})
	}
	p, err := certify(template, key, ca)
	p.address = address
	return p, err
}

// certify has the issuer sign a certificate for key.
func certify(template *x509.Certificate, key *rsa.PrivateKey, issuer person) (person, error) {
	der, err := x509.CreateCertificate(rand.Reader, template, issuer.cert, &key.PublicKey, issuer.key)
	if err != nil {
		return person{}, err
	}
	cert, err := x509.ParseCertificate(der)
	return person{key: key, cert: cert}, err
}

func certificatePEM(p person) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: p.cert.Raw})
}
