package main

// The demo messages: each seal that RFC 6216 section 4 shows, and what can be wrong
// with one.

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"fmt"

	"github.com/smallstep/pkcs7"
)

const (
	text     = "Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nWatson, come here.\r\n"
	boundary = "sipseal-demo-7f3a"
)

func makeMessages(files map[string][]byte, p *people) ([]example, error) {
	signed, err := multipartSigned([]byte(text), p.alice)
	if err != nil {
		return nil, err
	}
	encrypted, err := enveloped([]byte(text), p.alice, p.bob)
	if err != nil {
		return nil, err
	}
	encryptedSigned, err := multipartSigned(encrypted.bytes(), p.alice)
	if err != nil {
		return nil, err
	}
	signedEncrypted, err := enveloped(signed.bytes(), p.bob)
	if err != nil {
		return nil, err
	}
	opaque, err := opaqueSigned([]byte(text), p.alice)
	if err != nil {
		return nil, err
	}
	expired, err := multipartSigned([]byte(text), p.expired)
	if err != nil {
		return nil, err
	}

	var index []example
	add := func(e example, body entity, from string) {
		e.Message = e.ID + ".sip"
		e.Trust = []string{"ca.pem"}
		if e.Keys == nil {
			e.Keys = []string{}
		}
		if e.Certificates == nil {
			e.Certificates = []string{}
		}
		files[e.Message] = message(from, body)
		index = append(index, e)
	}
	bob := []string{"bob_key.pem", "bob.pem"}
	add(example{ID: "signed", Title: "Signed", Expect: "valid",
		Description: "A MESSAGE whose text alice signed: multipart/signed, SHA-256, her certificate attached."}, signed, p.alice.address)
	add(example{ID: "opaque", Title: "Signed, opaque and in base64", Expect: "valid",
		Description: "The same text inside a SignedData, in base64: nothing can be read without CMS."}, opaque, p.alice.address)
	add(example{ID: "encrypted", Title: "Encrypted", Expect: "opened", Keys: bob,
		Description: "An EnvelopedData for alice and bob, AES-128-CBC; bob's key is at hand."}, encrypted, p.alice.address)
	add(example{ID: "encrypted_signed", Title: "Encrypted, then signed", Expect: "valid", Keys: bob,
		Description: "multipart/signed over an EnvelopedData, as in RFC 6216 section 4.3."}, encryptedSigned, p.alice.address)
	add(example{ID: "signed_encrypted", Title: "Signed, then encrypted", Expect: "valid", Keys: bob,
		Description: "An EnvelopedData with a multipart/signed inside: who signed is hidden as well."}, signedEncrypted, p.alice.address)
	add(example{ID: "sealed", Title: "Encrypted, without the key", Expect: "sealed",
		Description: "The same encryption with no key given: who could open it, and nothing more."}, encrypted, p.alice.address)
	add(example{ID: "tampered", Title: "Changed on the way", Expect: "invalid",
		Description: "One word of the signed text is another."}, tampered(signed), p.alice.address)
	add(example{ID: "impostor", Title: "Signed by somebody else", Expect: "invalid",
		Description: "alice's signature holds, but the From header field names mallory."}, signed, "mallory@atlanta.example")
	add(example{ID: "expired", Title: "Signed with an expired certificate", Expect: "invalid",
		Description: "The signature is intact; the certificate ended on 2026-02-01."}, expired, p.alice.address)
	return index, nil
}

// entity is a MIME entity: header fields, each with its CRLF, and a body.
type entity struct {
	fields string
	body   []byte
}

func (e entity) bytes() []byte {
	return append([]byte(e.fields+"\r\n"), e.body...)
}

// message puts a body into a MESSAGE request (RFC 3428) to bob.
func message(from string, body entity) []byte {
	var b bytes.Buffer
	b.WriteString("MESSAGE sip:bob@biloxi.example SIP/2.0\r\n" +
		"Via: SIP/2.0/TCP client.atlanta.example:5060;branch=z9hG4bK74bf9\r\n" +
		"Max-Forwards: 70\r\n" +
		"From: <sip:" + from + ">;tag=9fxced76sl\r\n" +
		"To: <sip:bob@biloxi.example>\r\n" +
		"Call-ID: 3848276298220188511@atlanta.example\r\n" +
		"CSeq: 1 MESSAGE\r\n")
	b.WriteString(body.fields)
	fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n", len(body.body))
	b.Write(body.body)
	return b.Bytes()
}

func signature(content []byte, signer person, detached bool) ([]byte, error) {
	sd, err := pkcs7.NewSignedData(content)
	if err != nil {
		return nil, err
	}
	sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	if err := sd.AddSigner(signer.cert, signer.key, pkcs7.SignerInfoConfig{}); err != nil {
		return nil, err
	}
	if detached {
		sd.Detach()
	}
	return sd.Finish()
}

func multipartSigned(content []byte, signer person) (entity, error) {
	der, err := signature(content, signer, true)
	if err != nil {
		return entity{}, err
	}
	var b bytes.Buffer
	b.WriteString("--" + boundary + "\r\n")
	b.Write(content)
	b.WriteString("\r\n--" + boundary + "\r\n" +
		"Content-Type: application/pkcs7-signature;name=smime.p7s\r\n" +
		"Content-Disposition: attachment;handling=required;filename=smime.p7s\r\n" +
		"Content-Transfer-Encoding: binary\r\n\r\n")
	b.Write(der)
	b.WriteString("\r\n--" + boundary + "--\r\n")
	return entity{
		fields: "Content-Type: multipart/signed;boundary=" + boundary +
			";micalg=sha-256;protocol=\"application/pkcs7-signature\"\r\n",
		body: b.Bytes(),
	}, nil
}

func opaqueSigned(content []byte, signer person) (entity, error) {
	der, err := signature(content, signer, false)
	if err != nil {
		return entity{}, err
	}
	var b bytes.Buffer
	for text := base64.StdEncoding.EncodeToString(der); text != ""; {
		n := min(len(text), 76)
		b.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
	return entity{
		fields: "Content-Type: application/pkcs7-mime;smime-type=signed-data;name=smime.p7m\r\n" +
			"Content-Disposition: attachment;handling=required;filename=smime.p7m\r\n" +
			"Content-Transfer-Encoding: base64\r\n",
		body: b.Bytes(),
	}, nil
}

func enveloped(content []byte, to ...person) (entity, error) {
	pkcs7.ContentEncryptionAlgorithm = pkcs7.EncryptionAlgorithmAES128CBC

	b, err := pkcs7.Encrypt(content, certificates(to))
	if err != nil {
		return entity{}, err
	}
	return entity{
		fields: "Content-Type: application/pkcs7-mime;smime-type=enveloped-data;name=smime.p7m\r\n" +
			"Content-Disposition: attachment;handling=required;filename=smime.p7m\r\n" +
			"Content-Transfer-Encoding: binary\r\n",
		body: b,
	}, nil
}

// tampered changes a word of the signed text.
func tampered(e entity) entity {
	e.body = bytes.Replace(e.body, []byte("come here"), []byte("stay away"), 1)
	return e
}

func certificates(of []person) []*x509.Certificate {
	var certs []*x509.Certificate
	for _, p := range of {
		certs = append(certs, p.cert)
	}
	return certs
}
