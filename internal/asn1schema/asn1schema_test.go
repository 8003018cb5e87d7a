package asn1schema

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/craft/corpus"
	"github.com/sipseal/sipseal/internal/vectors"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// What is known of a tree by the path of each node.
func paths(src []byte) (*Names, map[string]string) {
	n := Name(ber.ParseEncapsulated(src, ber.Opening{}))
	found := map[string]string{}
	for i := range n.types {
		if path := n.Path(i); path != "" {
			// A tag or string and what it holds have the same path: the inner one counts.
			found[path] = n.Type(i)
		}
	}
	return n, found
}

func TestCertificate(t *testing.T) {
	block, _ := pem.Decode(vectors.Seed(t, "rfc6216_user_fluffy.pem"))
	n, found := paths(block.Bytes)
	if n.Type(0) != "Certificate" {
		t.Fatalf("the root is a %q", n.Type(0))
	}
	for path, want := range map[string]string{
		"tbsCertificate":                                                      "TBSCertificate",
		"tbsCertificate.version":                                              "Version",
		"tbsCertificate.serialNumber":                                         "CertificateSerialNumber",
		"tbsCertificate.issuer.rdnSequence":                                   "RDNSequence",
		"tbsCertificate.issuer.rdnSequence[0][0].type":                        "OBJECT IDENTIFIER",
		"tbsCertificate.validity.notBefore.utcTime":                           "UTCTime",
		"tbsCertificate.validity.notAfter.generalTime":                        "GeneralizedTime",
		"tbsCertificate.subjectPublicKeyInfo":                                 "SubjectPublicKeyInfo",
		"tbsCertificate.extensions[0]":                                        "Extension",
		"tbsCertificate.extensions[0].extnValue[0].uniformResourceIdentifier": "IA5String",
		"signatureValue":                                                      "BIT STRING",
		"tbsCertificate.subjectPublicKeyInfo.subjectPublicKey.modulus":        "INTEGER",
	} {
		if found[path] != want {
			t.Errorf("%s is a %q, want %q", path, found[path], want)
		}
	}
}

func TestSignedAndEnvelopedData(t *testing.T) {
	for _, test := range []struct {
		file string
		want map[string]string
	}{
		{"dumps/blob1.der", map[string]string{
			"content": "SignedData",
			"content.signerInfos[0].sid.issuerAndSerialNumber": "IssuerAndSerialNumber",
			"content.signerInfos[0].digestAlgorithm.algorithm": "OBJECT IDENTIFIER",
			"content.signerInfos[0].signature":                 "SignatureValue",
			"content.encapContentInfo.eContentType":            "ContentType",
		}},
		{"dumps/blob2.der", map[string]string{
			"content":                        "EnvelopedData",
			"content.recipientInfos[0].ktri": "KeyTransRecipientInfo",
			"content.recipientInfos[0].ktri.rid.issuerAndSerialNumber":           "IssuerAndSerialNumber",
			"content.encryptedContentInfo.contentEncryptionAlgorithm":            "ContentEncryptionAlgorithmIdentifier",
			"content.encryptedContentInfo.contentEncryptionAlgorithm.parameters": "IV",
			"content.encryptedContentInfo.encryptedContent":                      "EncryptedContent",
		}},
	} {
		_, found := paths(vectors.RFC6216(t, test.file))
		for path, want := range test.want {
			if found[path] != want {
				t.Errorf("%s: %s is a %q, want %q", test.file, path, found[path], want)
			}
		}
	}
}

// Every structure that Go's standard library can make is recognised whole.
func TestRoots(t *testing.T) {
	rsaKey := must(rsa.GenerateKey(rand.Reader, 1024))
	ecKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "a"}, NotAfter: time.Now(),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCRLSign, SubjectKeyId: []byte{1, 2, 3}}
	issuer := must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, template, template, ecKey.Public(), ecKey))))
	for _, test := range []struct {
		want string
		der  []byte
	}{
		{"RSAPrivateKey", x509.MarshalPKCS1PrivateKey(rsaKey)},
		{"RSAPublicKey", x509.MarshalPKCS1PublicKey(&rsaKey.PublicKey)},
		{"PrivateKeyInfo", must(x509.MarshalPKCS8PrivateKey(rsaKey))},
		{"PrivateKeyInfo", must(x509.MarshalPKCS8PrivateKey(ecKey))},
		{"PrivateKeyInfo", must(x509.MarshalPKCS8PrivateKey(edKey))},
		{"ECPrivateKey", must(x509.MarshalECPrivateKey(ecKey))},
		{"SubjectPublicKeyInfo", must(x509.MarshalPKIXPublicKey(&ecKey.PublicKey))},
		{"Certificate", issuer.Raw},
		{"TBSCertificate", issuer.RawTBSCertificate},
		{"CertificationRequest", must(x509.CreateCertificateRequest(rand.Reader, &x509.CertificateRequest{DNSNames: []string{"a"}}, ecKey))},
		{"CertificateList", must(x509.CreateRevocationList(rand.Reader, &x509.RevocationList{Number: big.NewInt(1),
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: big.NewInt(5), RevocationTime: time.Now(), ReasonCode: 1}}}, issuer, ecKey))},
		{"ECDSA-Sig-Value", must(ecdsa.SignASN1(rand.Reader, ecKey, make([]byte, 32)))},
		{"", must(asn1.Marshal([]string{"nothing", "known"}))},
	} {
		n, _ := paths(test.der)
		if n.Type(0) != test.want {
			t.Errorf("got %q, want %q", n.Type(0), test.want)
		}
		for i := range n.types {
			if test.want != "" && n.Type(i) == "" {
				t.Errorf("%s: node %d has no type", test.want, i)
			}
		}
	}
}

// A wrong structure ends the names and nothing else.
func TestWrongStructure(t *testing.T) {
	block, _ := pem.Decode(vectors.Seed(t, "rfc6216_user_fluffy.pem"))
	for cut := range block.Bytes {
		Name(ber.Parse(block.Bytes[:cut]))
		Name(ber.Parse(block.Bytes[cut:]))
	}
	// A SET where the first digest algorithm should be.
	n, found := paths([]byte{0x30, 0x1a, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 7, 2, 0xa0, 13, 0x30, 11, 2, 1, 1, 0x31, 4, 0x31, 0, 5, 0, 0x30, 0})
	if n.Type(0) != "" || len(found) != 0 {
		t.Logf("recognised as %q: %v", n.Type(0), found)
	}
}

// Strings are opened and closed as their types say.
func TestHints(t *testing.T) {
	// An AlgorithmIdentifier of PBES2's own kind: the salt looks like a NULL.
	pbe := []byte{0x30, 0x19, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 12, 0x30, 12, 4, 2, 5, 0, 2, 2, 8, 0, 2, 2, 0, 0x80}
	n, found := paths(pbe)
	if found["parameters.salt.specified"] != "OCTET STRING" || !n.Closed[15] {
		t.Errorf("the salt: %v, to be closed: %v", found, n.Closed)
	}
}

// The extensions of certificates for telephone numbers: those of the certificate in RFC
// 9118 section 5, and a range of numbers (RFC 8226 section 9).
func TestTelephoneCertificates(t *testing.T) {
	extension := func(number byte, value string) []byte {
		b := append([]byte{0x30, byte(12 + len(value)), 6, 8, 0x2b, 6, 1, 5, 5, 7, 1, number, 4, byte(len(value))}, value...)
		return append([]byte{0x30, byte(len(b))}, b...)
	}
	for _, test := range []struct {
		der  []byte
		want map[string]string
	}{
		{extension(33, "\x30\x40\xa0\x0e\x30\x0c\x16\x0aconfidence\xa1\x20\x30\x1e\x30\x1c\x16\x0aconfidence\x30\x0e\x0c\x04high\x0c\x06medium\xa2\x0c\x30\x0a\x16\x08priority"), map[string]string{
			"[0].extnValue":                              "EnhancedJWTClaimConstraints",
			"[0].extnValue.mustInclude[0]":               "IA5String",
			"[0].extnValue.permittedValues[0]":           "JWTClaimValues",
			"[0].extnValue.permittedValues[0].values[1]": "UTF8String",
			"[0].extnValue.mustExclude[0]":               "IA5String",
		}},
		{extension(27, "\x30\x0e\xa1\x0c\x30\x0a\x30\x08\x16\x01x\x30\x03\x0c\x01y"), map[string]string{
			"[0].extnValue": "JWTClaimConstraints",
			"[0].extnValue.permittedValues[0].permitted[0]": "UTF8String",
		}},
		{extension(26, "\x30\x1b\xa0\x06\x16\x04\x31234\xa1\x11\x30\x0f\x16\x0a5551234567\x02\x01\x64"), map[string]string{
			"[0].extnValue[0].spc":         "IA5String",
			"[0].extnValue[1].range.start": "IA5String",
			"[0].extnValue[1].range.count": "INTEGER",
		}},
	} {
		_, found := paths(test.der)
		for path, want := range test.want {
			if found[path] != want {
				t.Errorf("%s is a %q, want %q: %v", path, found[path], want, found)
			}
		}
	}
}

// Defaults that are written, and named bits that end in zeros.
func TestNotes(t *testing.T) {
	extensions := []byte{0x30, 0x1e,
		0x30, 12, 6, 3, 0x55, 0x1d, 19, 1, 1, 0, 4, 2, 0x30, 0,
		0x30, 14, 6, 3, 0x55, 0x1d, 15, 1, 1, 0xff, 4, 4, 3, 2, 0, 0x80}
	extensions[1] = byte(len(extensions) - 2)
	n, _ := paths(extensions)
	if n.Type(0) != "Extensions" {
		t.Fatalf("the root is a %q", n.Type(0))
	}
	notes := n.Notes()
	if len(notes) != 2 || notes[0].Rule != "X.690 11.5" || notes[0].Offset != 9 || notes[1].Rule != "X.690 11.2.2" || notes[1].Offset != 28 {
		t.Errorf("%+v", notes)
	}
}

func FuzzName(f *testing.F) {
	for _, object := range corpus.Objects(f) {
		f.Add(object)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 1 << 20}, func(t *testing.T, src []byte) {
		tree := ber.ParseEncapsulated(src, ber.Opening{})
		n := Name(tree)
		n.Notes()
		for i := range tree.Nodes {
			if n.Path(i) != "" && n.Type(i) == "" || n.Place(i) >= len(tree.Nodes) {
				t.Errorf("node %d has a path and no type", i)
			}
		}
	}))
}
