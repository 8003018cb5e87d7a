package craft

// Certification requests (PKCS #10, RFC 2986).

import (
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

// Request makes a CSR for key, in DER: the subject of c, and its extensions, without
// those that only an issuer can write, as an extension request.
func Request(c Certificate, key *Key) ([]byte, error) {
	subject, err := name(c.Subject)
	if err != nil {
		return nil, fmt.Errorf("the subject: %w", err)
	}
	spki, err := key.PublicKey()
	if err != nil {
		return nil, err
	}
	d, err := digestNamed(c.Digest)
	if err != nil {
		return nil, err
	}
	algorithm, err := signatureAlgorithm(key, d, c.PSS)
	if err != nil {
		return nil, err
	}
	// The scripts ask for the others, for basicConstraints first.
	asked := c.with("authorityKeyIdentifier =", "keyUsage =", "extendedKeyUsage =")
	first := func(line string) int {
		if strings.HasPrefix(strings.TrimSpace(line), "basicConstraints") {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(asked.Extensions, func(a, b string) int { return first(a) - first(b) })
	exts, err := extensions(asked.Extensions, extensionContext{spki, &Issuer{}})
	if err != nil {
		return nil, err
	}
	var attributes []byte
	if exts != nil {
		attributes = sequence(oidValue(oid.ExtensionRequest), tlv(tagSet, exts))
	}
	info := sequence(smallInteger(0), subject, spki, tlv(0xa0, attributes))
	return (&Issuer{Key: key}).signed(info, algorithm, d, c.PSS, c.BadSignature)
}

// RequestPEM writes a CSR in PEM.
func RequestPEM(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE REQUEST", Bytes: der})
}

// ReadRequest reads a CSR in PEM or DER, checks its signature, and gives a
// description of the certificate that it asks for, with its public key. Extensions
// come as DER, to be kept, changed or left out.
func ReadRequest(file []byte) (Certificate, []byte, error) {
	der := file
	if block, _ := pem.Decode(file); block != nil {
		der = block.Bytes
	}
	var c Certificate
	tree := ber.ParseOne(der)
	root := tree.Root()
	info := root.First()
	subject := info.First().Next()
	spki := subject.Next()
	if err := tree.Err(); err != nil {
		return c, nil, fmt.Errorf("reading the request: %w", err)
	}
	if !info.First().Is(ber.TagInteger) || !subject.Is(ber.TagSequence) || !spki.Is(ber.TagSequence) {
		return c, nil, errors.New("this is not a certification request")
	}
	public, err := algo.ReadPublicKey(spki)
	if err != nil {
		return c, nil, fmt.Errorf("reading the request's public key: %w", err)
	}
	algorithm, err := algo.ReadIdentifier(info.Next())
	if err != nil {
		return c, nil, fmt.Errorf("reading the request's signature algorithm: %w", err)
	}
	signature, _, _ := info.Next().Next().Bits()
	if err := algo.VerifySignature(algorithm, algo.Hash{}, public, info.Raw(), signature); err != nil {
		return c, nil, fmt.Errorf("the request is not signed with its own key: %w", err)
	}
	for rdn := range subject.Children() {
		for attribute := range rdn.Children() {
			c.Subject = append(c.Subject, shortName(attribute.First().OID())+"="+string(attribute.First().Next().Bytes()))
		}
	}
	for attribute := range spki.Next().Children() {
		if attribute.First().OID() != oid.ExtensionRequest {
			continue
		}
		for e := range attribute.First().Next().First().Children() {
			c.Extensions = append(c.Extensions, extensionLine(e))
		}
	}
	return c, spki.Raw(), nil
}

// extensionLine writes an extension as a line that extensions reads.
func extensionLine(e ber.Value) string {
	o := e.First().OID()
	key := o.String()
	for n, kind := range extensionTypes {
		if kind.oid == o {
			key = n
		}
	}
	critical := ""
	v := e.First().Next()
	if v.Is(ber.TagBoolean) {
		if v.Bool() {
			critical = "critical, "
		}
		v = v.Next()
	}
	return fmt.Sprintf("%s = %sDER:%x", key, critical, v.Octets())
}

func shortName(o oid.OID) string {
	for n, known := range attributeTypes {
		if known == o {
			return n
		}
	}
	return o.String()
}
