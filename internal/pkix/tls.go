package pkix

// For whom a certificate speaks as a SIP server or client over TLS: RFC 5922 section
// 7, RFC 5924, and RFC 6216 section 6, which adds what older certificates need.

import (
	"bytes"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// TLSOptions are the choices of CheckTLS.
type TLSOptions struct {
	// Client is true when the certificate is that of the peer that made the connection:
	// clientAuth is then asked for instead of serverAuth.
	Client bool
	// Chain is the certificate's chain, whose outcomes come first among the checks when
	// it is given.
	Chain *ChainResult
}

// TLSResult is whether a certificate is good for a host.
type TLSResult struct {
	OK bool
	// Reason is the code of the first check that fails, or "".
	Reason string
	// Open is true where it cannot be said, for that reason.
	Open bool
	// Identities are the SIP domain identities of the certificate (RFC 5922 section
	// 7.1): host names and addresses.
	Identities []string
	Checks     []TLSCheck
}

// TLSCheck is one check. Its code is "chain", "validity", "revocation", "key-usage",
// "extended-key-usage" or "identity".
type TLSCheck struct {
	Code string
	Outcome
}

// CheckTLS checks whether a certificate is good for a TLS connection to host, the
// name that the location of the server began with, or an address.
func CheckTLS(cert *Certificate, host string, o TLSOptions) TLSResult {
	var r TLSResult
	add := func(code string, out Outcome) {
		fails := out.OK != nil && !*out.OK
		if open := out.OK == nil && (code == "chain" || out.Contradicted); fails && (r.Reason == "" || r.Open) || open && r.Reason == "" {
			r.Reason, r.Open = code, open
		}
		r.Checks = append(r.Checks, TLSCheck{code, out})
	}
	if c := o.Chain; c != nil {
		add("chain", c.Chain)
		add("validity", c.Validity)
		add("revocation", c.Revocation)
	}
	add("key-usage", tlsKeyUsage(cert))
	add("extended-key-usage", tlsPurpose(cert, o.Client))
	var identity Outcome
	identity, r.Identities = tlsIdentity(cert, host)
	add("identity", identity)
	r.OK = r.Reason == ""
	return r
}

func tlsKeyUsage(cert *Certificate) Outcome {
	const ref = "RFC 5280 section 4.2.1.3"
	switch {
	case !cert.HasKeyUsage:
		return yes("the certificate does not restrict the use of its key", ref)
	case cert.Allows(DigitalSignature | KeyEncipherment | KeyAgreement):
		return yes("the key may be used for "+strings.Join(cert.KeyUsageNames(), ", "), ref)
	}
	return no(cert, "the key may be used for "+strings.Join(cert.KeyUsageNames(), ", ")+" only, which TLS has no use for", ref)
}

// tlsPurpose: without the extension anything goes; with it, it must have the purpose
// of TLS (RFC 5280 section 4.2.1.12) and that of SIP (RFC 5924 section 4), or any.
func tlsPurpose(cert *Certificate, client bool) Outcome {
	const ref = "RFC 5924 section 4"
	names := strings.Join(cert.ExtKeyUsageNames(), ", ")
	want, wantName := oid.ServerAuth, "serverAuth"
	if client {
		want, wantName = oid.ClientAuth, "clientAuth"
	}
	switch {
	case !cert.HasExtKeyUsage:
		return yes("the certificate has no extended key usage, so it is good for any purpose", ref)
	case cert.HasPurpose(oid.AnyExtendedKeyUsage):
		return yes("the certificate is good for any purpose", ref)
	case !cert.HasPurpose(want):
		return no(cert, "the certificate is good for "+names+", and "+wantName+" is not among them", "RFC 6216 section 6 scenario 16")
	case !cert.HasPurpose(oid.SIPDomain):
		return no(cert, "the certificate is good for "+names+", and sipDomain is not among them", ref)
	}
	return yes("the certificate is good for "+names, ref)
}

// tlsIdentity finds the certificate's SIP domain identities and compares them.
func tlsIdentity(cert *Certificate, host string) (Outcome, []string) {
	const ref = "RFC 5922 section 7"
	wanted := normalHost(host)
	address := parseIP(wanted)
	var identities []string
	var matched string
	var why []string
	hasDNS := false
	for _, n := range cert.AltNames {
		switch n.Type {
		case NameDNS:
			hasDNS = true
			identities = append(identities, n.Value)
			if address == nil && wanted != "" && normalHost(n.Value) == wanted {
				matched = "the dNSName " + quote(n.Value)
			} else if strings.IndexByte(n.Value, '*') >= 0 && address == nil && wildcardMatches(n.Value, wanted) {
				why = append(why, "a wildcard in a dNSName matches nothing")
			}
		case NameIP:
			identities = append(identities, n.Value)
			if address != nil && bytes.Equal(n.Bytes, address) {
				matched = "the iPAddress " + n.Value
			}
		case NameURI:
			u, ok := parseSIPURI(n.Value)
			switch {
			case !ok || !isSIP(u.scheme):
			case u.hasUser:
				if u.host == wanted {
					why = append(why, "the URI "+quote(n.Value)+" is a user's and not a domain's")
				}
			case u.scheme != "sip":
				if u.host == wanted {
					why = append(why, "the URI "+quote(n.Value)+" is not a sip: URI")
				}
			default:
				identities = append(identities, strings.Trim(u.host, "[]"))
				uriAddress := parseIP(u.host)
				if address == nil && u.host == wanted || address != nil && bytes.Equal(uriAddress, address) {
					matched = "the URI " + quote(n.Value)
				}
			}
		}
	}
	reference := "RFC 5922 section 7.2"
	commonName := cert.Subject.CommonName()
	switch {
	case hasDNS:
		if commonName != "" && matched == "" && normalHost(commonName) == wanted {
			why = append(why, "the common name does not count beside a dNSName")
		}
	case commonName != "" && parseIP(commonName) == nil && looksLikeHost(strings.Replace(commonName, "*", "x", 1)):
		identities = append(identities, commonName)
		if matched == "" && address == nil && (normalHost(commonName) == wanted || wildcardMatches(commonName, wanted)) {
			matched = "the common name " + quote(commonName)
			if len(cert.AltNames) > 0 {
				matched += ", as there is no dNSName (RFC 5922 looks at the common name only when there is no subjectAltName)"
			}
			reference = "RFC 6216 section 6"
		}
	}
	switch {
	case wanted == "":
		return no(cert, "no host was given to compare with", ref), identities
	case matched != "":
		return yes(matched+" is "+quote(host), reference), identities
	}
	detail := "the certificate " + cert.label() + " names no host"
	if len(identities) > 0 {
		detail = "the certificate is for " + quote(strings.Join(identities, ", ")) + " and not for " + quote(host)
	}
	if len(why) > 0 {
		detail += ": " + why[0]
	}
	return no(cert, detail, "RFC 5922 section 7.2"), identities
}

// normalHost is a host name in lower case without the dot of the root, and an address
// without brackets.
func normalHost(host string) string {
	host = lowerASCII(strings.TrimSpace(host))
	if ip := parseIP(host); ip != nil {
		return formatIP(ip)
	}
	return strings.TrimSuffix(host, ".")
}

// wildcardMatches compares a host with a pattern that has one "*" in its first label,
// which stands for a part of that label or all of it (RFC 2818 section 3.1). Two
// labels at least must follow, so that no certificate is for all of a top-level
// domain.
func wildcardMatches(pattern, host string) bool {
	first, rest, ok := strings.Cut(normalHost(pattern), ".")
	label, domain, ok2 := strings.Cut(host, ".")
	if !ok || !ok2 || rest != domain || strings.IndexByte(rest, '.') < 0 || strings.Count(first, "*") != 1 || strings.IndexByte(rest, '*') >= 0 {
		return false
	}
	before, after, _ := strings.Cut(first, "*")
	return len(label) > len(before)+len(after) && strings.HasPrefix(label, before) && strings.HasSuffix(label, after)
}
