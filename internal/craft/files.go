package craft

// The files that certificates and keys are saved as, under the names that the scripts
// of RFC 6216 appendix A give them.

import (
	"archive/zip"
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sipseal/sipseal/internal/oid"
)

// File is a file to save.
type File struct {
	Name string `json:"name"`
	Data []byte `json:"data"`
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
	CA          []byte // DER of the trust anchor's certificate
	// Between are the CAs between, in DER, the lowest first.
	Between [][]byte
	Request []byte // PEM, or nil
	// Legacy writes the PKCS #12 file for old programs.
	Legacy bool
}

// scriptsPassword is what the scripts protect everything with, and what stands in
// where PKCS #12 needs a password and none is given.
const scriptsPassword = "password"

// Files are the files that the scripts leave behind, under the same names: the
// certificate, the key, the PKCS #12 file, the request, and the CA's certificate in PEM
// and as .p7c. Beside them are those that the text of the appendix converts to: the
// certificate in DER, the key as PKCS #8 in DER, and the certificates as .p7c.
func (b Bundle) Files() ([]File, error) {
	kind := "domain"
	if strings.Contains(b.Address, "@") {
		kind = "user"
	}
	stem := FileName(b.Address)
	above := append(slices.Clone(b.Between), b.CA)
	files := []File{
		{kind + "_cert_" + stem + ".pem", CertificatePEM(b.Certificate)},
		{kind + "_cert_" + stem + ".der", b.Certificate},
		{kind + "_cert_" + stem + ".p7c", CertificatesOnly(append([][]byte{b.Certificate}, above...)...)},
	}
	if b.Key != nil {
		der, err := b.Key.SealedPKCS8(b.Password)
		if err != nil {
			return nil, err
		}
		p12, err := PKCS12{
			Key: b.Key, Certificate: b.Certificate, Certificates: above,
			FriendlyName: b.Address, Password: cmp.Or(b.Password, scriptsPassword), Legacy: b.Legacy,
		}.DER()
		if err != nil {
			return nil, fmt.Errorf("writing PKCS #12: %w", err)
		}
		files = append(files, File{kind + "_key_" + stem + ".pem", keyPEM(der, b.Password)}, File{kind + "_key_" + stem + ".p8c", der}, File{stem + ".p12", p12})
	}
	if b.Request != nil {
		files = append(files, File{stem + ".csr", b.Request})
	}
	for i, c := range b.Between {
		files = append(files, File{fmt.Sprintf("intermediate_cert_%d.pem", i+1), CertificatePEM(c)})
	}
	return append(files, authorityFiles(b.CA)...), nil
}

// authorityFiles are those of the CA's certificate.
func authorityFiles(certificate []byte) []File {
	return []File{
		{"root_cert_fluffyCA.pem", CertificatePEM(certificate)},
		{"demoCA/cacert.pem", CertificatePEM(certificate)},
		{"demoCA/cacert.p7c", CertificatesOnly(certificate)},
	}
}

// AuthorityFiles are the files that makeCA leaves behind: the CA's certificate, and its
// private key under a password; "" leaves it open.
func AuthorityFiles(certificate []byte, key *Key, password string) ([]File, error) {
	pem, err := key.PEM(password)
	if err != nil {
		return nil, err
	}
	return append(authorityFiles(certificate), File{"demoCA/private/cakey.pem", pem}), nil
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
