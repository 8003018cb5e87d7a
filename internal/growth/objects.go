package growth

// Objects: CMS, certificates, CRLs, keys, and what objects come in.

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"fmt"

	"archive/zip"
)

// tlv writes one value with a length in four octets: sizes do not jump as it grows.
func tlv(tag byte, parts ...[]byte) []byte {
	content := bytes.Join(parts, nil)
	return append(binary.BigEndian.AppendUint32([]byte{tag, 0x84}, uint32(len(content))), content...)
}

// many are n of what make gives, one after the other.
func many(n int, make func(i int) []byte) []byte {
	var b []byte
	for i := range n {
		b = append(b, make(i)...)
	}
	return b
}

func always(b []byte) func(int) []byte { return func(int) []byte { return b } }

func sequence(parts ...[]byte) []byte { return tlv(0x30, parts...) }
func set(parts ...[]byte) []byte      { return tlv(0x31, parts...) }
func octets(b []byte) []byte          { return tlv(4, b) }
func bits(b []byte) []byte            { return tlv(3, []byte{0}, b) }
func number(i int) []byte             { return []byte{2, 4, 1, byte(i >> 16), byte(i >> 8), byte(i)} }
func word(i int) []byte               { return fmt.Appendf(nil, "name%08d", i) }

// Object identifiers with their tags.
var (
	signedData    = []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02")
	envelopedData = []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03")
	data          = []byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01")
	sha1          = sequence([]byte("\x06\x05\x2b\x0e\x03\x02\x1a"))
	rsa           = sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"), []byte{5, 0})
	sha1RSA       = sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05"), []byte{5, 0})
	aes128        = sequence([]byte("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x02"), []byte{4, 16}, make([]byte, 16))
	aes128Wrap    = sequence([]byte("\x06\x09\x60\x86\x48\x01\x65\x03\x04\x01\x05"))
	commonName    = []byte{6, 3, 0x55, 4, 3}
)

func attribute(kind, value []byte) []byte { return sequence(kind, tlv(12, value)) }
func name(s []byte) []byte                { return sequence(set(attribute(commonName, s))) }

func extension(oid string, value []byte) []byte {
	return sequence([]byte(oid), octets(value))
}

// publicKey is an RSA key that nobody has the private half of.
var publicKey = sequence(rsa, bits(sequence(tlv(2, bytes.Repeat([]byte{0x55}, 128)), []byte{2, 3, 1, 0, 1})))

// certificate has whatever names and extensions; its signature is none.
func certificate(serial int, issuer, subject, extensions []byte) []byte {
	validity := sequence([]byte("\x17\x0d200101000000Z"), []byte("\x17\x0d400101000000Z"))
	return sequence(sequence(tlv(0xa0, []byte{2, 1, 2}), number(serial), sha1RSA, issuer, validity, subject, publicKey, tlv(0xa3, sequence(extensions))), sha1RSA, bits(make([]byte, 128)))
}

// subjectAltName with these names.
func altName(names []byte) []byte { return extension("\x06\x03\x55\x1d\x11", sequence(names)) }

// privateKey is one for Ed25519.
func privateKey(i int) []byte {
	return sequence([]byte{2, 1, 0}, sequence([]byte("\x06\x03\x2b\x65\x70")), octets(octets(binary.BigEndian.AppendUint64(make([]byte, 24), uint64(i+1)))))
}

func crl(entries []byte) []byte {
	return sequence(sequence([]byte{2, 1, 1}, sha1RSA, name([]byte("issuer")), []byte("\x17\x0d200101000000Z"), []byte("\x17\x0d400101000000Z"), sequence(entries)), sha1RSA, bits(make([]byte, 128)))
}

func revoked(i int) []byte { return sequence(number(i), []byte("\x17\x0d200101000000Z")) }

// signed is a SignedData with all that may be there many times.
func signed(digests, content, certificates, crls, signers []byte) []byte {
	return sequence(signedData, tlv(0xa0, sequence([]byte{2, 1, 3}, set(digests), sequence(data, content), tlv(0xa0, certificates), tlv(0xa1, crls), set(signers))))
}

// signer names a certificate by its key identifier; its signature is none.
func signer(id, signedAttributes, unsigned []byte) []byte {
	return sequence([]byte{2, 1, 3}, tlv(0x80, id), sha1, tlv(0xa0, signedAttributes), rsa, octets(make([]byte, 128)), tlv(0xa1, unsigned))
}

func enveloped(recipients []byte) []byte {
	return sequence(envelopedData, tlv(0xa0, sequence([]byte{2, 1, 2}, set(recipients), sequence(data, aes128, tlv(0x80, make([]byte, 32))))))
}

var eContent = tlv(0xa0, octets([]byte("Content-Type: text/plain\r\n\r\nx")))

// usual are the signed attributes that every signer has.
var usual = append(sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03"), set(data)),
	sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x04"), set(octets(make([]byte, 20))))...)

// sealed is a message whose body is an object.
func sealed(object []byte) []byte {
	return fmt.Appendf(nil, "%sContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\nContent-Length: %d\r\n\r\n%s", head, len(object), object)
}

// pem is objects in PEM.
func pem(label string, n int, make func(i int) []byte) []byte {
	return many(n, func(i int) []byte {
		return fmt.Appendf(nil, "-----BEGIN %s-----\n%s\n-----END %[1]s-----\n", label, base64.StdEncoding.EncodeToString(make(i)))
	})
}

var objects = []Case{
	// BER.
	{Name: "values", Make: func(n int) []byte { return sequence(many(n, number)) }},
	{Name: "nested values", Make: func(n int) []byte {
		return append(bytes.Repeat([]byte{0x30, 0x80}, n), make([]byte, 2*n)...)
	}},
	{Name: "nested values without an end", Make: func(n int) []byte { return bytes.Repeat([]byte{0x30, 0x80}, n) }},
	{Name: "nested strings", Make: func(n int) []byte {
		return append(bytes.Repeat([]byte{0x24, 0x80}, n), make([]byte, 2*n)...)
	}},
	{Name: "segments of a string", Make: func(n int) []byte {
		return append(append([]byte{0x30, 0x80, 0x24, 0x80}, many(n, always([]byte("\x04\x01x")))...), 0, 0, 0, 0)
	}},
	{Name: "strings that hold values", Make: func(n int) []byte { return sequence(many(n, always(octets([]byte{0x30, 3, 2, 1, 5})))) }},
	{Name: "strings within strings", Make: func(n int) []byte {
		b := []byte{5, 0}
		for range min(n, 3000) {
			b = octets(b)
		}
		return append(b, make([]byte, 6*max(n-3000, 0))...)
	}},
	{Name: "damaged values", Make: func(n int) []byte { return sequence(many(n, always([]byte{0x30, 3, 2, 9, 0}))) }},
	{Name: "members of a SET, in the wrong order", Make: func(n int) []byte { return set(many(n, func(i int) []byte { return number(1<<23 - i) })) }},
	{Name: "what begins like values", Make: func(n int) []byte { return bytes.Repeat([]byte{0x30, 0x82, 1, 0}, n) }},
	{Name: "what begins like values, in a message", Make: func(n int) []byte { return sealed(bytes.Repeat([]byte{0x30, 0x82, 1, 0}, n)) }},
	{Name: "what begins like values of indefinite length, in a message", Make: func(n int) []byte { return sealed(bytes.Repeat([]byte{0x30, 0x80}, n)) }},
	{Name: "objects after one another", Make: func(n int) []byte {
		return many(n, func(i int) []byte { return certificate(i, name(word(1)), name(word(2)), nil) })
	}},

	// Certificates and CRLs.
	{Name: "certificates", Remembered: true, Make: func(n int) []byte {
		return pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(i+1)), name(word(i)), nil) })
	}},
	{Name: "the same certificate", Make: func(n int) []byte {
		return pem("CERTIFICATE", n, func(i int) []byte { return certificate(1, name(word(2)), name(word(1)), nil) })
	}},
	{Name: "certificates of one name", Remembered: true, Make: func(n int) []byte {
		return pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(1)), name(word(1)), nil) })
	}},
	{Name: "relative names", Make: func(n int) []byte {
		return certificate(1, name(word(1)), sequence(many(n, func(i int) []byte { return set(attribute(commonName, word(i))) })), nil)
	}},
	{Name: "attributes of one relative name", Make: func(n int) []byte {
		return certificate(1, name(word(1)), sequence(set(many(n, func(i int) []byte { return attribute(commonName, word(i)) }))), nil)
	}},
	{Name: "attributes of one relative name, issued by itself", Make: func(n int) []byte {
		forth := sequence(set(many(n, func(i int) []byte { return attribute(commonName, word(i)) })))
		back := sequence(set(many(n, func(i int) []byte { return attribute(commonName, word(n-1-i)) })))
		return certificate(1, back, forth, nil)
	}},
	{Name: "a long name", Make: func(n int) []byte { return certificate(1, name(word(1)), name(bytes.Repeat([]byte("é "), n)), nil) }},
	{Name: "extensions", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), many(n, func(i int) []byte {
			return extension("\x06\x05\x2a\x03"+string([]byte{byte(i>>14&0x7f) | 0x80, byte(i>>7) | 0x80, byte(i & 0x7f)}), []byte{5, 0})
		}))
	}},
	{Name: "equal extensions", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), many(n, always(altName(tlv(0x86, []byte("sip:a@example.com"))))))
	}},
	{Name: "names of a certificate", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), altName(many(n, func(i int) []byte { return tlv(0x86, fmt.Appendf(nil, "sip:a%d@example.com", i)) })))
	}},
	{Name: "hosts of a certificate", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), altName(many(n, func(i int) []byte { return tlv(0x82, fmt.Appendf(nil, "*.h%d.example.com", i)) })))
	}},
	{Name: "name constraints", Make: func(n int) []byte {
		limits := extension("\x06\x03\x55\x1d\x1e", sequence(tlv(0xa1, many(n, func(i int) []byte { return sequence(tlv(0x82, fmt.Appendf(nil, "x%d.example.com", i))) }))))
		names := altName(many(n, func(i int) []byte { return tlv(0x82, fmt.Appendf(nil, "h%d.example.com", i)) }))
		return certificate(1, name(word(1)), name(word(1)), append(limits, names...))
	}},
	{Name: "policies", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), extension("\x06\x03\x55\x1d\x20", sequence(many(n, func(i int) []byte {
			return sequence([]byte{6, 5, 0x2a, 3, byte(i>>14) | 0x80, byte(i>>7) | 0x80, byte(i & 0x7f)})
		}))))
	}},
	{Name: "extended key usages", Make: func(n int) []byte {
		return certificate(1, name(word(1)), name(word(1)), extension("\x06\x03\x55\x1d\x25", sequence(many(n, func(i int) []byte {
			return []byte{6, 5, 0x2a, 3, byte(i>>14) | 0x80, byte(i>>7) | 0x80, byte(i & 0x7f)}
		}))))
	}},
	{Name: "octets of a serial number", Make: func(n int) []byte {
		c := certificate(1, name(word(1)), name(word(1)), nil)
		return bytes.Replace(c, number(1), tlv(2, bytes.Repeat([]byte{0x55}, n)), 1)
	}},
	{Name: "octets of an object identifier", Make: func(n int) []byte {
		return sequence(tlv(6, bytes.Repeat([]byte{0x88}, n), []byte{1}))
	}},
	{Name: "octets of an INTEGER", Make: func(n int) []byte { return sequence(tlv(2, bytes.Repeat([]byte{0x55}, n))) }},
	{Name: "entries of a CRL", Make: func(n int) []byte { return pem("X509 CRL", 1, func(int) []byte { return crl(many(n, revoked)) }) }},
	{Name: "CRLs", Remembered: true, Make: func(n int) []byte { return pem("X509 CRL", n, func(i int) []byte { return crl(revoked(i)) }) }},
	{Name: "certificates and CRLs", Remembered: true, Make: func(n int) []byte {
		return append(pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name([]byte("issuer")), name(word(i)), nil) }),
			pem("X509 CRL", n, func(i int) []byte { return crl(revoked(i)) })...)
	}},
	{Name: "private keys", Costly: true, Make: func(n int) []byte { return pem("PRIVATE KEY", n, privateKey) }},
	{Name: "private keys and certificates", Costly: true, Make: func(n int) []byte {
		return append(pem("PRIVATE KEY", n, privateKey), pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(i)), name(word(i)), nil) })...)
	}},
	{Name: "public keys", Remembered: true, Make: func(n int) []byte {
		return pem("PUBLIC KEY", n, func(i int) []byte {
			return sequence(rsa, bits(sequence(tlv(2, bytes.Repeat([]byte{0x55}, 124), number(i)[2:]), []byte{2, 3, 1, 0, 1})))
		})
	}},
	{Name: "locked keys", Make: func(n int) []byte {
		return pem("ENCRYPTED PRIVATE KEY", n, func(i int) []byte {
			return sequence(sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x03"), sequence(octets(word(i)), []byte{2, 1, 1})), octets(make([]byte, 32)))
		})
	}},

	// CMS.
	{Name: "digest algorithms", Make: func(n int) []byte { return sealed(signed(many(n, always(sha1)), eContent, nil, nil, nil)) }},
	{Name: "certificates of a message", Remembered: true, Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, many(n, func(i int) []byte { return certificate(i, name(word(i+1)), name(word(i)), nil) }), nil, signer([]byte("x"), usual, nil)))
	}},
	{Name: "certificates of one name in a message", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, many(n, func(i int) []byte { return certificate(i, name(word(1)), name(word(1)), nil) }), nil, signer([]byte("x"), usual, nil)))
	}},
	{Name: "CRLs of a message", Remembered: true, Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, many(n, func(i int) []byte { return crl(revoked(i)) }), nil))
	}},
	{Name: "signers", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, nil, many(n, func(i int) []byte { return signer(word(i), usual, nil) })))
	}},
	{Name: "signers with a certificate", Make: func(n int) []byte {
		c := certificate(1, name(word(1)), name(word(1)), extension("\x06\x03\x55\x1d\x0e", octets([]byte("id"))))
		return sealed(signed(sha1, eContent, c, nil, many(n, func(i int) []byte { return signer([]byte("id"), usual, nil) })))
	}},
	{Name: "candidates of a chain", Make: func(n int) []byte {
		c := certificate(1, name(word(2)), name(word(1)), extension("\x06\x03\x55\x1d\x0e", octets([]byte("id"))))
		above := many(n, func(i int) []byte { return certificate(i, name(word(2)), name(word(2)), nil) })
		return sealed(signed(sha1, eContent, append(c, above...), nil, signer([]byte("id"), usual, nil)))
	}},
	{Name: "CRLs of a signer", Make: func(n int) []byte {
		c := certificate(1, name([]byte("issuer")), name(word(1)), extension("\x06\x03\x55\x1d\x0e", octets([]byte("id"))))
		return sealed(signed(sha1, eContent, c, many(n, func(i int) []byte { return crl(revoked(i)) }), signer([]byte("id"), usual, nil)))
	}},
	{Name: "signed attributes", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, nil, signer([]byte("x"), append(bytes.Clone(usual), many(n, func(i int) []byte {
			return sequence([]byte{6, 5, 0x2a, 3, byte(i>>14) | 0x80, byte(i>>7) | 0x80, byte(i & 0x7f)}, set([]byte{5, 0}))
		})...), nil)))
	}},
	{Name: "equal signed attributes", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, nil, signer([]byte("x"), many(n, always(usual)), nil)))
	}},
	{Name: "values of a signed attribute", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, nil, signer([]byte("x"), append(bytes.Clone(usual), sequence([]byte{6, 2, 0x2a, 3}, set(many(n, func(i int) []byte { return number(1<<23 - i) })))...), nil)))
	}},
	{Name: "countersignatures", Make: func(n int) []byte {
		return sealed(signed(sha1, eContent, nil, nil, signer([]byte("x"), usual, sequence([]byte("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x06"), set(many(n, func(i int) []byte { return signer(word(i), usual, nil) }))))))
	}},
	{Name: "segments of content", Make: func(n int) []byte {
		return sealed(signed(sha1, tlv(0xa0, tlv(0x24, many(n, always([]byte("\x04\x01x"))))), nil, nil, signer([]byte("x"), usual, nil)))
	}},
	{Name: "recipients", Make: func(n int) []byte {
		return sealed(enveloped(many(n, func(i int) []byte {
			return sequence([]byte{2, 1, 0}, sequence(name(word(i)), number(i)), rsa, octets(make([]byte, 128)))
		})))
	}},
	{Name: "recipients by key identifier", Make: func(n int) []byte {
		return sealed(enveloped(many(n, func(i int) []byte {
			return sequence([]byte{2, 1, 2}, tlv(0x80, word(i)), rsa, octets(make([]byte, 128)))
		})))
	}},
	{Name: "recipients by a key of their own", Make: func(n int) []byte {
		return sealed(enveloped(many(n, func(i int) []byte {
			return tlv(0xa2, []byte{2, 1, 4}, sequence(octets(word(i))), aes128Wrap, octets(make([]byte, 24)))
		})))
	}},
	{Name: "recipients and certificates", Remembered: true, Make: func(n int) []byte {
		return append(pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(i)), name(word(i)), nil) }),
			sealed(enveloped(many(n, func(i int) []byte {
				return sequence([]byte{2, 1, 2}, tlv(0x80, word(i)), rsa, octets(make([]byte, 128)))
			})))...)
	}},
	{Name: "keys of one agreement", Make: func(n int) []byte {
		agreement := sequence([]byte("\x06\x06\x2b\x81\x04\x01\x0b\x01"), aes128Wrap)
		point := tlv(0xa1, sequence([]byte("\x06\x07\x2a\x86\x48\xce\x3d\x02\x01")), bits(make([]byte, 65)))
		return sealed(enveloped(tlv(0xa1, []byte{2, 1, 3}, tlv(0xa0, point), agreement, sequence(many(n, func(i int) []byte { return sequence(sequence(name(word(i)), number(i)), octets(make([]byte, 24))) })))))
	}},
	{Name: "sealed parts", Make: func(n int) []byte {
		object := signed(sha1, eContent, nil, nil, signer([]byte("x"), usual, nil))
		return body("multipart/mixed;boundary=b", "", "--b\r\nContent-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: base64\r\n\r\n"+base64.StdEncoding.EncodeToString(object)+"\r\n", "--b--\r\n")(n)
	}},
	{Name: "signed messages", Remembered: true, Make: func(n int) []byte {
		return many(n, func(i int) []byte {
			return sealed(signed(sha1, eContent, certificate(i, name(word(i)), name(word(i)), nil), nil, signer(word(i), usual, nil)))
		})
	}},
	{Name: "signed messages of one signer", Remembered: true, Make: func(n int) []byte {
		c := certificate(1, name(word(1)), name(word(1)), extension("\x06\x03\x55\x1d\x0e", octets([]byte("id"))))
		return many(n, always(sealed(signed(sha1, eContent, c, nil, signer([]byte("id"), usual, nil)))))
	}},
	{Name: "signed messages and CRLs", Remembered: true, Make: func(n int) []byte {
		return append(pem("X509 CRL", n, func(i int) []byte { return crl(revoked(i)) }), many(n, func(i int) []byte {
			return sealed(signed(sha1, eContent, certificate(i, name([]byte("issuer")), name(word(i)), nil), nil, sequence([]byte{2, 1, 1}, sequence(name([]byte("issuer")), number(i)), sha1, tlv(0xa0, usual), rsa, octets(make([]byte, 128)))))
		})...)
	}},
	{Name: "encrypted messages and certificates", Remembered: true, Make: func(n int) []byte {
		return append(pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(i)), name(word(i)), nil) }), many(n, func(i int) []byte {
			return sealed(enveloped(sequence([]byte{2, 1, 0}, sequence(name(word(i)), number(i)), rsa, octets(make([]byte, 128)))))
		})...)
	}},
	{Name: "messages with an Identity, and certificates", Remembered: true, Make: func(n int) []byte {
		return append(pem("CERTIFICATE", n, func(i int) []byte { return certificate(i, name(word(i)), name(word(i)), nil) }),
			times("", "INVITE sip:b@example.net SIP/2.0\r\nFrom: <sip:a@example.com>\r\nDate: Thu, 21 Feb 2002 13:02:03 GMT\r\nCall-ID: %d\r\n"+
				"Identity: eyJhbGciOiJFUzI1NiJ9.e30.AAAA;info=<https://a/c>\r\nContent-Length: 0\r\n\r\n", "")(n)...)
	}},
	{Name: "a signed text", Make: func(n int) []byte {
		return sealed(signed(sha1, tlv(0xa0, octets(append([]byte("Content-Type: text/plain\r\n\r\n"), bytes.Repeat([]byte("line\r\n"), n)...))), nil, nil, signer([]byte("x"), usual, nil)))
	}},
	{Name: "an encrypted text", Make: func(n int) []byte {
		return sealed(sequence(envelopedData, tlv(0xa0, sequence([]byte{2, 1, 2}, set(), sequence(data, aes128, tlv(0x80, make([]byte, 16*n)))))))
	}},

	// What objects come in.
	{Name: "base64", Make: func(n int) []byte { return []byte(base64.StdEncoding.EncodeToString(sequence(many(n, number)))) }},
	{Name: "gzip", Make: func(n int) []byte { return many(n, always(zipped([]byte("OPTIONS sip:a SIP/2.0\r\n\r\n")))) }},
	{Name: "gzip of different bytes", Make: func(n int) []byte {
		b := make([]byte, 0, 4*n)
		for i := range n {
			b = binary.BigEndian.AppendUint32(b, uint32(i)*2654435761)
		}
		return zipped(b)
	}},
	{Name: "files of a zip", Make: func(n int) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for i := range n {
			f, _ := w.CreateHeader(&zip.FileHeader{Name: string(word(i)) + ".sip"})
			fmt.Fprintf(f, "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n", i)
		}
		_ = w.Close()
		return b.Bytes()
	}},
	{Name: "files of a tar", Make: func(n int) []byte {
		return append(many(n, func(i int) []byte {
			text := fmt.Appendf(nil, "OPTIONS sip:a SIP/2.0\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n", i)
			h := make([]byte, 1024)
			copy(h, word(i))
			copy(h[100:], "0000644\x000000000\x000000000\x00"+fmt.Sprintf("%011o", len(text))+"\x0000000000000\x00        0")
			copy(h[257:], "ustar\x0000")
			sum := 0
			for _, c := range h[:512] {
				sum += int(c)
			}
			copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
			copy(h[512:], text)
			return h
		}), make([]byte, 1024)...)
	}},
	{Name: "packets", Make: func(n int) []byte { return capture(n, func(i int) []byte { return udp(i, 0, false, message(i)) }) }},
	{Name: "packets of other traffic", Make: func(n int) []byte {
		return capture(n, func(i int) []byte { return udp(i, 0, false, make([]byte, 60)) })
	}},
	{Name: "fragments that lead nowhere", Make: func(n int) []byte { return capture(n, func(i int) []byte { return udp(i, 1, true, make([]byte, 64)) }) }},
	{Name: "fragments of one datagram", Make: func(n int) []byte {
		return capture(n, func(i int) []byte { return udp(7, (n-i)%8000, true, make([]byte, 8)) })
	}},
	{Name: "segments", Make: func(n int) []byte {
		at := 0
		return capture(n, func(i int) []byte { m := message(i); at += len(m); return tcp(1, at-len(m), m) })
	}},
	{Name: "segments that wait", Make: func(n int) []byte {
		return capture(n, func(i int) []byte { return tcp(1, 100+50*(n-i), message(i)[:50]) })
	}},
	{Name: "segments again", Make: func(n int) []byte { return capture(n, func(i int) []byte { return tcp(1, 0, message(0)) }) }},
	{Name: "small segments", Make: func(n int) []byte { return capture(n, func(i int) []byte { return tcp(1, i, []byte("x")) }) }},
	{Name: "connections", Make: func(n int) []byte { return capture(n, func(i int) []byte { return tcp(i, 0, message(i)) }) }},
}

func zipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// message is a message of the same size for all but huge numbers.
func message(i int) []byte {
	return fmt.Appendf(nil, "OPTIONS sip:a SIP/2.0\r\nCall-ID: %08d\r\nContent-Length: 0\r\n\r\n", i)
}

// capture is a pcap file of raw IPv4.
func capture(n int, packet func(i int) []byte) []byte {
	b := []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x65\x00\x00\x00")
	for i := range n {
		p := packet(i)
		b = append(b, make([]byte, 8)...)
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = binary.LittleEndian.AppendUint32(b, uint32(len(p)))
		b = append(b, p...)
	}
	return b
}

// ip is an IPv4 packet; at is where a fragment lies, in units of eight.
func ip(protocol byte, id, at int, more bool, payload []byte) []byte {
	h := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, protocol, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2}
	binary.BigEndian.PutUint16(h[2:], uint16(len(h)+len(payload)))
	binary.BigEndian.PutUint16(h[4:], uint16(id))
	if more {
		at |= 0x2000
	}
	binary.BigEndian.PutUint16(h[6:], uint16(at))
	return append(h, payload...)
}

func udp(id, at int, more bool, payload []byte) []byte {
	h := []byte{0x13, 0xc4, 0x13, 0xc6, 0, 0, 0, 0}
	binary.BigEndian.PutUint16(h[4:], uint16(len(h)+len(payload)))
	return ip(17, id, at, more, append(h, payload...))
}

func tcp(connection, seq int, payload []byte) []byte {
	h := make([]byte, 20)
	binary.BigEndian.PutUint16(h, uint16(1024+connection%60000))
	binary.BigEndian.PutUint16(h[2:], 5060)
	binary.BigEndian.PutUint32(h[4:], uint32(seq))
	h[12], h[13] = 0x50, 0x18
	return ip(6, 1, 0, false, append(h, payload...))
}
