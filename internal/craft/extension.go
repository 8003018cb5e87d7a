package craft

// Extensions of certificates, from lines as they stand in openssl's configuration
// (and so in the scripts of RFC 6216 appendix A): "keyUsage = digitalSignature".

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// extensionContext is what extensions are made from besides their lines.
type extensionContext struct {
	subjectKey []byte // SubjectPublicKeyInfo
	issuer     *Issuer
}

// extensionTypes are the extensions by the names that openssl's configuration has.
var extensionTypes = map[string]struct {
	oid  oid.OID
	make func(value string, x extensionContext) ([]byte, error)
}{
	"subjectAltName":         {oid.SubjectAltName, func(v string, _ extensionContext) ([]byte, error) { return altNames(v) }},
	"issuerAltName":          {oid.IssuerAltName, func(v string, _ extensionContext) ([]byte, error) { return altNames(v) }},
	"basicConstraints":       {oid.BasicConstraints, func(v string, _ extensionContext) ([]byte, error) { return basicConstraints(v) }},
	"keyUsage":               {oid.KeyUsage, func(v string, _ extensionContext) ([]byte, error) { return keyUsage(v) }},
	"extendedKeyUsage":       {oid.ExtKeyUsage, func(v string, _ extensionContext) ([]byte, error) { return extKeyUsage(v) }},
	"subjectKeyIdentifier":   {oid.SubjectKeyIdentifier, subjectKeyIdentifier},
	"authorityKeyIdentifier": {oid.AuthorityKeyIdentifier, authorityKeyIdentifier},
	"crlDistributionPoints":  {oid.CRLDistributionPoints, func(v string, _ extensionContext) ([]byte, error) { return distributionPoints(v) }},
	"nameConstraints":        {oid.NameConstraints, func(v string, _ extensionContext) ([]byte, error) { return nameConstraints(v) }},
}

// extensions writes Extensions (RFC 5280 section 4.2) from lines "name = value", in
// their order. A value that begins with "critical," makes the extension critical; the
// value "DER:" with hex is any value, and the name may be in dots. A key identifier
// that is "none" is left out.
func extensions(lines []string, x extensionContext) ([]byte, error) {
	var all [][]byte
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%.40q is not of the form extension=value", line)
		}
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		critical := false
		if rest, is := strings.CutPrefix(value, "critical"); is && (rest == "" || strings.HasPrefix(strings.TrimSpace(rest), ",")) {
			critical, value = true, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(rest), ","))
		}
		kind, known := extensionTypes[key]
		o := kind.oid
		if !known {
			if o, ok = oid.Parse(key); !ok {
				return nil, fmt.Errorf("there is no extension %.40q: write it in dots", key)
			}
		}
		var content []byte
		var err error
		switch digits, isDER := strings.CutPrefix(value, "DER:"); {
		case isDER:
			content, err = unhex(digits)
		case known:
			content, err = kind.make(value, x)
		default:
			err = fmt.Errorf("its value must be DER: and hex")
		}
		if err != nil {
			return nil, fmt.Errorf("the extension %s: %w", key, err)
		}
		if content == nil {
			continue
		}
		parts := [][]byte{oidValue(o)}
		if critical {
			parts = append(parts, boolean(true))
		}
		all = append(all, sequence(append(parts, octets(content))...))
	}
	if all == nil {
		return nil, nil
	}
	return sequence(all...), nil
}

func unhex(s string) ([]byte, error) {
	b, err := hex.DecodeString(strings.NewReplacer(" ", "", ":", "", "\n", "").Replace(s))
	if err != nil {
		return nil, fmt.Errorf("%.40q is not hex", s) // no more of it: a key may have been pasted
	}
	return b, nil
}

// items splits at commas.
func items(s string) []string {
	var out []string
	for _, v := range strings.Split(s, ",") {
		if v = strings.TrimSpace(v); v != "" {
			out = append(out, v)
		}
	}
	return out
}

// altNames writes GeneralNames from "URI:sip:a@b.example, DNS:b.example, IP:192.0.2.1,
// email:a@b.example, RID:1.2.3".
func altNames(s string) ([]byte, error) {
	var names [][]byte
	for _, item := range items(s) {
		n, err := generalName(item)
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	return sequence(names...), nil
}

// generalName writes one GeneralName (RFC 5280 section 4.2.1.6).
func generalName(s string) ([]byte, error) {
	kind, value, ok := strings.Cut(s, ":")
	if !ok {
		return nil, fmt.Errorf("%.40q is not of the form type:value", s)
	}
	switch kind {
	case "email":
		return tlv(0x81, []byte(value)), nil
	case "DNS":
		return tlv(0x82, []byte(value)), nil
	case "URI":
		return tlv(0x86, []byte(value)), nil
	case "IP":
		a, err := netip.ParseAddr(value)
		if err != nil {
			return nil, fmt.Errorf("%.40q is not an IP address", value)
		}
		return tlv(0x87, a.AsSlice()), nil
	case "dirName":
		n, err := name(strings.Split(value, "/"))
		return explicit(4, n), err
	case "RID":
		o, ok := oid.Parse(value)
		if !ok {
			return nil, fmt.Errorf("%.40q is not an object identifier", value)
		}
		return tlv(0x88, []byte(o)), nil
	}
	return nil, fmt.Errorf("there is no kind of name %.40q: there are URI, DNS, IP, email, dirName and RID", kind)
}

// basicConstraints: "CA:TRUE, pathlen:0".
func basicConstraints(s string) ([]byte, error) {
	var parts [][]byte
	for _, item := range items(s) {
		key, value, _ := strings.Cut(item, ":")
		switch strings.ToLower(key) {
		case "ca":
			switch strings.ToUpper(value) {
			case "TRUE":
				parts = append(parts, boolean(true))
			case "FALSE": // the default, which DER leaves out
			default:
				return nil, fmt.Errorf("CA is TRUE or FALSE, not %.40q", value)
			}
		case "pathlen":
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return nil, fmt.Errorf("pathlen is a number, not %.40q", value)
			}
			parts = append(parts, smallInteger(n))
		default:
			return nil, fmt.Errorf("there are CA and pathlen, not %.40q", item)
		}
	}
	return sequence(parts...), nil
}

// keyUsageBits are the names of KeyUsage by bit (RFC 5280 section 4.2.1.3).
var keyUsageBits = []string{"digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement",
	"keyCertSign", "cRLSign", "encipherOnly", "decipherOnly"}

func keyUsage(s string) ([]byte, error) {
	var bits [2]byte
	last := -1
	for _, item := range items(s) {
		if item == "contentCommitment" {
			item = "nonRepudiation"
		}
		i := slices.Index(keyUsageBits, item)
		if i < 0 {
			return nil, fmt.Errorf("there is no key usage %.40q: there are %s", item, strings.Join(keyUsageBits, ", "))
		}
		bits[i/8] |= 0x80 >> (i % 8)
		last = max(last, i)
	}
	if last < 0 {
		return tlv(tagBitString, []byte{0}), nil
	}
	return tlv(tagBitString, []byte{byte(7 - last%8)}, bits[:last/8+1]), nil
}

// purposes are those of an extended key usage by name (RFC 5280 section 4.2.1.12, RFC
// 5924 section 4).
var purposes = map[string]oid.OID{
	"serverAuth": oid.ServerAuth, "clientAuth": oid.ClientAuth, "codeSigning": oid.CodeSigning,
	"emailProtection": oid.EmailProtection, "timeStamping": oid.TimeStamping, "OCSPSigning": oid.OCSPSigning,
	"sipDomain": oid.SIPDomain, "anyExtendedKeyUsage": oid.AnyExtendedKeyUsage,
}

func extKeyUsage(s string) ([]byte, error) {
	var all [][]byte
	for _, item := range items(s) {
		o, ok := purposes[item]
		if !ok {
			if o, ok = oid.Parse(item); !ok {
				return nil, fmt.Errorf("there is no purpose %.40q: write it in dots", item)
			}
		}
		all = append(all, oidValue(o))
	}
	return sequence(all...), nil
}

// subjectKeyIdentifier: "hash", "none", or hex.
func subjectKeyIdentifier(s string, x extensionContext) ([]byte, error) {
	switch s {
	case "none":
		return nil, nil
	case "hash":
		return octets(keyID(x.subjectKey)), nil
	}
	b, err := unhex(s)
	return octets(b), err
}

// authorityKeyIdentifier: "keyid" or "keyid,issuer" (which openssl takes to mean the
// issuer's name only where it has no key identifier), "none", or hex.
func authorityKeyIdentifier(s string, x extensionContext) ([]byte, error) {
	switch {
	case s == "none":
		return nil, nil
	case strings.HasPrefix(s, "keyid"):
		if x.issuer.keyID != nil {
			return sequence(tlv(0x80, x.issuer.keyID)), nil
		}
		if !strings.Contains(s, "issuer") || x.issuer.certificate == nil {
			return nil, nil
		}
		c := x.issuer.certificate
		return sequence(explicit(1, explicit(4, c.Issuer.Raw)), tlv(0x82, c.Serial)), nil
	}
	b, err := unhex(s)
	return sequence(tlv(0x80, b)), err
}

// distributionPoints: "URI:http://ca.example/crl".
func distributionPoints(s string) ([]byte, error) {
	var all [][]byte
	for _, item := range items(s) {
		n, err := generalName(item)
		if err != nil {
			return nil, err
		}
		all = append(all, sequence(explicit(0, explicit(0, n))))
	}
	return sequence(all...), nil
}

// nameConstraints: "permitted;DNS:example.com, excluded;URI:.example.net".
func nameConstraints(s string) ([]byte, error) {
	var permitted, excluded [][]byte
	for _, item := range items(s) {
		kind, base, ok := strings.Cut(item, ";")
		n, err := generalName(base)
		switch {
		case !ok || kind != "permitted" && kind != "excluded":
			return nil, fmt.Errorf("%.40q begins with neither permitted; nor excluded;", item)
		case err != nil:
			return nil, err
		case kind == "permitted":
			permitted = append(permitted, sequence(n))
		default:
			excluded = append(excluded, sequence(n))
		}
	}
	var parts [][]byte
	if permitted != nil {
		parts = append(parts, explicit(0, permitted...))
	}
	if excluded != nil {
		parts = append(parts, explicit(1, excluded...))
	}
	return sequence(parts...), nil
}
