package pkix

// For whom a certificate speaks in SIP: as a user in S/MIME (RFC 3261 section 23.3,
// RFC 6216 section 6).

import "strings"

// SpeaksForURI reports whether a certificate speaks for an address-of-record: one of
// the uniformResourceIdentifiers of its subjectAltName is the same SIP or SIPS URI
// (RFC 3261 section 19.1.4). identities are all the URIs it has (a name with other
// characters than a URI is not one), and detail says in a sentence without a full stop
// what was found.
func SpeaksForURI(cert *Certificate, aor string) (ok bool, identities []string, detail string) {
	want, readable := parseSIPURI(aor)
	match, near := "", ""
	for _, n := range cert.AltNames {
		if n.Type != NameURI {
			continue
		}
		if !isURIText(n.Value) {
			continue
		}
		identities = append(identities, n.Value)
		have, parsed := parseSIPURI(n.Value)
		if !parsed || !readable || match != "" {
			continue
		}
		if sameAddress(have, want) {
			match = n.Value
		} else if near == "" {
			near = difference(have, want, n.Value)
		}
	}
	who := "the certificate " + cert.label()
	switch {
	case !readable:
		return false, identities, quote(aor) + " is not a SIP URI, so no certificate can speak for it"
	case match != "":
		return true, identities, who + " is for " + quote(match)
	case len(identities) == 0 && len(cert.AltNames) == 0:
		return false, nil, who + " has no subjectAltName, so it speaks for no SIP address"
	case len(identities) == 0:
		return false, nil, who + " has no URI in its subjectAltName, so it speaks for no SIP address"
	case near != "":
		return false, identities, who + " is for " + quote(strings.Join(identities, ", ")) + " and not for " + quote(aor) + ": " + near
	}
	return false, identities, who + " is for " + quote(strings.Join(identities, ", ")) + " and not for " + quote(aor)
}

// difference says in what a URI differs from the one that is wanted, when it differs
// in one respect that is easily overlooked, or "".
func difference(have, want sipURI, text string) string {
	same := func(a, b sipURI) bool { return sameAddress(a, b) }
	probe := have
	probe.scheme = want.scheme
	if isSIP(have.scheme) && isSIP(want.scheme) && same(probe, want) {
		return "sip: and sips: are not the same"
	}
	probe = have
	probe.port = want.port
	if same(probe, want) {
		return "the ports differ, and a port that is given is not the same as none"
	}
	probe = have
	probe.user = want.user
	if lowerASCII(have.user) == lowerASCII(want.user) && same(probe, want) {
		return "the user of " + quote(text) + " is written in another case, which matters"
	}
	return ""
}

// isURIText reports whether a text has only characters that a URI may have (RFC 3986
// section 2), so that no sentence can pass for one.
func isURIText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			return false
		}
	}
	return s != ""
}

func isSIP(scheme string) bool { return scheme == "sip" || scheme == "sips" }

// SameURI reports whether two URIs name the same address-of-record.
func SameURI(a, b string) bool {
	x, ok1 := parseSIPURI(a)
	y, ok2 := parseSIPURI(b)
	return ok1 && ok2 && sameAddress(x, y)
}
