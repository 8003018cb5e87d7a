package craft

// The files that certificates and keys are saved as, under the names that the scripts
// of RFC 6216 appendix A give them.

import (
	"archive/zip"
	"bytes"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/sipseal/sipseal/internal/oid"
)

// File is a file to save.
type File struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
}

// PKCS12 writes a key, its certificate and its issuers' under a password (RFC 7292,
// with PBES2 and AES-256). legacy uses the algorithms of old programs instead:
// SHA-1 and 3DES.
func PKCS12(key *Key, certificate []byte, issuers [][]byte, password string, legacy bool) ([]byte, error) {
	// The encoder needs no more of a certificate than its bytes: one that crypto/x509
	// refuses can be saved too.
	cert := &x509.Certificate{Raw: certificate}
	var above []*x509.Certificate
	for _, c := range issuers {
		above = append(above, &x509.Certificate{Raw: c})
	}
	encoder := pkcs12.Modern2023
	if legacy {
		encoder = pkcs12.LegacyDES
	}
	out, err := encoder.Encode(key.signer, cert, above, password)
	if err != nil {
		return nil, fmt.Errorf("writing PKCS #12: %w", err)
	}
	return out, nil
}

// CertificatesOnly writes certificates as a SignedData without signers (RFC 5652
// section 5): a .p7c file.
func CertificatesOnly(certificates ...[]byte) []byte {
	return contentInfo(oid.SignedData, sequence(smallInteger(1), tlv(tagSet), sequence(oidValue(oid.Data)),
		tlv(0xa0, certificates...), tlv(tagSet)))
}

func contentInfo(kind oid.OID, content []byte) []byte {
	return sequence(oidValue(kind), explicit(0, content))
}

// Bundle is what a key and certificate are saved from.
type Bundle struct {
	Address     string // as given to makeCert
	Certificate []byte // DER
	Key         *Key   // nil when it is not at hand
	Password    string // of the key and the PKCS #12 file; "" leaves the key open
	CA          []byte // DER of the CA's certificate
	Request     []byte // PEM, or nil
}

// Files are the files that the scripts leave behind, under the same names: the CA's
// certificate in PEM and as .p7c, the certificate, the key, the PKCS #12 file and the
// request.
func (b Bundle) Files() ([]File, error) {
	kind := "domain"
	if strings.Contains(b.Address, "@") {
		kind = "user"
	}
	stem := FileName(b.Address)
	files := []File{
		{kind + "_cert_" + stem + ".pem", CertificatePEM(b.Certificate)},
		{kind + "_cert_" + stem + ".der", b.Certificate},
	}
	if b.Key != nil {
		key, err := b.Key.PEM(b.Password)
		if err != nil {
			return nil, err
		}
		password := b.Password
		if password == "" {
			password = "password" // the scripts'
		}
		p12, err := PKCS12(b.Key, b.Certificate, [][]byte{b.CA}, password, false)
		if err != nil {
			return nil, err
		}
		files = append(files, File{kind + "_key_" + stem + ".pem", key}, File{stem + ".p12", p12})
	}
	if b.Request != nil {
		files = append(files, File{stem + ".csr", b.Request})
	}
	files = append(files,
		File{"root_cert_fluffyCA.pem", CertificatePEM(b.CA)},
		File{"demoCA/cacert.pem", CertificatePEM(b.CA)},
		File{"demoCA/cacert.p7c", CertificatesOnly(b.CA)})
	return files, nil
}

// FileName makes of an address what can be part of a file's name anywhere.
func FileName(address string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`/\:*?"<>|`, r) || r == 0x7f {
			return '_'
		}
		return r
	}, address)
}

// Zip packs files into one archive. when is the time that all of them get.
func Zip(files []File, when time.Time) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		e, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: when})
		if err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.Name, err)
		}
		if _, err := e.Write(f.Data); err != nil {
			return nil, fmt.Errorf("packing %s: %w", f.Name, err)
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
