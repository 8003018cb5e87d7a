package craft

// MIME entities: what is signed and encrypted, and how the result is wrapped again
// (RFC 8551 section 3, RFC 6216 section 4).

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// entity is a MIME entity: header fields, each with its CR LF, and a body.
type entity struct {
	fields string
	body   []byte
}

func (e entity) bytes() []byte {
	return append([]byte(e.fields+"\r\n"), e.body...)
}

// Kinds of a Layer.
const (
	LayerSign    = "sign"
	LayerEncrypt = "encrypt"
)

// Layer is one seal around a body.
type Layer struct {
	Kind string // LayerSign or LayerEncrypt
	// Opaque puts the content inside the SignedData; otherwise it is a
	// multipart/signed.
	Opaque bool
	// Base64 is the transfer encoding of the CMS object; otherwise binary.
	Base64  bool
	Signers []Signer
	// Attach are the certificates that go along, in PEM or DER.
	Attach     []Cert
	Recipients []Recipient
	Cipher     string
	// Micalg and Boundary replace what is right; Protocol does too.
	Micalg, Boundary, Protocol string
}

// seal puts the layer around an entity.
func (l Layer) seal(e entity) (entity, error) {
	switch {
	case l.Kind == LayerEncrypt:
		der, err := Encrypt(e.bytes(), l.Recipients, l.Cipher)
		if err != nil {
			return entity{}, fmt.Errorf("encrypting: %w", err)
		}
		kind := "enveloped-data"
		if strings.HasSuffix(strings.ToUpper(l.Cipher), "GCM") {
			kind = "authEnveloped-data"
		}
		return l.object("application/pkcs7-mime;smime-type="+kind+";name=smime.p7m", "smime.p7m", der), nil
	case l.Kind != LayerSign:
		return entity{}, fmt.Errorf("a layer signs or encrypts, and does not %q", l.Kind)
	case len(l.Signers) == 0:
		return entity{}, errors.New("there is nobody to sign")
	}
	o := SignOptions{Detached: !l.Opaque, ContentType: oid.Data}
	for _, file := range l.Attach {
		c, err := firstCertificate(file)
		if err != nil {
			return entity{}, fmt.Errorf("a certificate to attach: %w", err)
		}
		o.Certificates = append(o.Certificates, c.Raw)
	}
	content := e.bytes()
	der, err := Sign(content, l.Signers, o)
	if err != nil {
		return entity{}, err
	}
	if l.Opaque {
		return l.object("application/pkcs7-mime;smime-type=signed-data;name=smime.p7m", "smime.p7m", der), nil
	}
	micalg, err := l.micalg()
	if err != nil {
		return entity{}, err
	}
	boundary := l.Boundary
	if boundary == "" {
		if boundary, err = freeBoundary(content, der); err != nil {
			return entity{}, err
		}
	}
	protocol := l.Protocol
	if protocol == "" {
		protocol = "application/pkcs7-signature"
	}
	signature := l.object("application/pkcs7-signature;name=smime.p7s", "smime.p7s", der)
	return entity{
		fields: "Content-Type: multipart/signed;boundary=" + boundary + ";micalg=" + micalg + `;protocol="` + protocol + "\"\r\n",
		body:   multipart(boundary, content, signature.bytes()),
	}, nil
}

// object is the entity of a CMS object.
func (l Layer) object(contentType, file string, der []byte) entity {
	encoding := "binary"
	if l.Base64 {
		encoding, der = "base64", base64Lines(der)
	}
	return entity{
		fields: "Content-Type: " + contentType + "\r\n" +
			"Content-Disposition: attachment;handling=required;filename=" + file + "\r\n" +
			"Content-Transfer-Encoding: " + encoding + "\r\n",
		body: der,
	}
}

func (l Layer) micalg() (string, error) {
	if l.Micalg != "" {
		return l.Micalg, nil
	}
	var names []string
	for _, s := range l.Signers {
		d, err := s.digest()
		if err != nil {
			return "", err
		}
		if !strings.Contains(","+strings.Join(names, ",")+",", ","+d.micalg+",") {
			names = append(names, d.micalg)
		}
	}
	if len(names) > 1 {
		return `"` + strings.Join(names, ",") + `"`, nil
	}
	return strings.Join(names, ""), nil
}

// base64Lines is base64 in lines of 76 characters (RFC 2045 section 6.8).
func base64Lines(b []byte) []byte {
	var out bytes.Buffer
	for text := base64.StdEncoding.EncodeToString(b); text != ""; {
		n := min(len(text), 76)
		out.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return out.Bytes()
}

// freeBoundary is a boundary that occurs in none of the parts.
func freeBoundary(parts ...[]byte) (string, error) {
	for range 10 {
		b := hex.EncodeToString(random(8))
		free := true
		for _, p := range parts {
			free = free && !bytes.Contains(p, []byte("--"+b))
		}
		if free {
			return b, nil
		}
	}
	return "", errors.New("no boundary was found that does not occur in the parts")
}

// multipart joins parts (RFC 2046 section 5.1.1).
func multipart(boundary string, parts ...[]byte) []byte {
	var b bytes.Buffer
	for i, p := range parts {
		if i > 0 {
			b.WriteString("\r\n")
		}
		b.WriteString("--" + boundary + "\r\n")
		b.Write(p)
	}
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return b.Bytes()
}
