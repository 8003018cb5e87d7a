// What telephone numbers a certificate is for (RFC 8226 section 9).

package identity

import (
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// tnEntry is a TNEntry: a service provider code, or numbers from the one on.
type tnEntry struct {
	provider string
	number   string
	count    int64
}

func (e tnEntry) String() string {
	switch {
	case e.provider != "":
		return "service provider " + e.provider
	case e.count > 1:
		return e.number + " and the " + strconv.FormatInt(e.count-1, 10) + " numbers after it"
	}
	return e.number
}

// covers reports whether a number is among the entry's.
func (e tnEntry) covers(tn string) bool {
	if e.number == "" || len(tn) != len(e.number) {
		return false
	}
	if e.count <= 1 {
		return tn == e.number
	}
	first, err := strconv.ParseInt(e.number, 10, 64)
	n, err2 := strconv.ParseInt(tn, 10, 64)
	return err == nil && err2 == nil && n >= first && n-first < e.count
}

// telephoneNumbers reads the TNAuthorizationList of a certificate; all is false when there
// are more than are read.
func telephoneNumbers(cert *pkix.Certificate) (list []tnEntry, all bool) {
	ext := cert.Extension(oid.TNAuthorizationList)
	if ext == nil {
		return nil, true
	}
	for v := range ext.Root().Children() {
		if len(list) >= limit.TelephoneNumbers {
			return list, false
		}
		inner := v // implicitly tagged, as some write it
		if v.Constructed() && !v.IsContext(1) {
			inner = v.First()
		}
		switch {
		case v.IsContext(0):
			list = append(list, tnEntry{provider: string(inner.Bytes())})
		case v.IsContext(1):
			first := v.First()
			if first.Is(ber.TagSequence) {
				first = first.First()
			}
			count, _ := first.Next().Int()
			list = append(list, tnEntry{number: string(first.Bytes()), count: count})
		case v.IsContext(2):
			list = append(list, tnEntry{number: string(inner.Bytes()), count: 1})
		}
	}
	return list, true
}

// covers says whether a certificate is for who is said to call: by the numbers in it,
// or by the domain of a URI. That cannot be said of a service provider code, whose
// numbers are kept elsewhere: then provider is true.
func covers(cert *pkix.Certificate, claim value) (ok *bool, provider bool, detail string) {
	yes, no := true, false
	if uri := claim.get("uri").list(); len(uri) > 0 && claim.get("tn").kind == 0 {
		held, _, detail := SpeaksForHost(cert, sip.ParseURI(uri[0]).Host)
		return &held, false, detail
	}
	tn := claim.get("tn").list()
	if len(tn) == 0 {
		return nil, false, "the token does not say for whom it speaks"
	}
	numbers, all := telephoneNumbers(cert)
	if len(numbers) == 0 {
		return nil, false, "the certificate has no list of telephone numbers (TNAuthList), and so speaks for no number, only for its domain"
	}
	for _, e := range numbers {
		if e.covers(number(tn[0])) {
			return &yes, false, "the number " + shown(tn[0]) + " is among those of the certificate: " + e.String()
		}
		provider = provider || e.provider != ""
	}
	said := strings.Join(entries(numbers), ", ")
	switch {
	case provider:
		return nil, true, "the certificate is for " + said + ": it says which provider signed, and not which numbers that has, so the number " + shown(tn[0]) + " is on the word of the provider"
	case !all:
		return nil, false, "the number " + shown(tn[0]) + " is not among the first of the certificate: " + limit.More("entries", limit.TelephoneNumbers, -1)
	}
	return &no, false, "the number " + shown(tn[0]) + " is not among those of the certificate: " + said
}

func entries(list []tnEntry) (texts []string) {
	for _, e := range list {
		texts = append(texts, e.String())
	}
	return texts
}

// authority adds the check whether the signer may speak for a claim. A provider's code
// leaves that open and does not bear on the verdict: it is what SHAKEN certificates have
// (RFC 8588 section 4). No list at all, or one that is not read whole, does.
func (c *Context) authority(id *report.Identity, cert *pkix.Certificate, claim value) {
	if cert == nil {
		return
	}
	numbers, _ := telephoneNumbers(cert)
	id.Identities = entries(numbers)
	if claim.get("uri").kind != 0 {
		_, names, _ := SpeaksForHost(cert, sip.ParseURI(claim.get("uri").text).Host)
		id.Identities = append(id.Identities, names...)
	}
	if len(id.Identities) > 0 {
		field(id, "certificate for", strings.Join(id.Identities, ", "), "TNAuthList and host names")
	}
	ok, provider, detail := covers(cert, claim)
	id.Checks = append(id.Checks, report.Check{Code: report.CheckIdentity, OK: ok, Required: !provider, Detail: detail, Reference: "RFC 8226 section 9"})
	c.delegated(id, cert, numbers)
}

// delegated checks that the numbers of each certificate of the chain lie within those of
// the one above it, where that has a list (RFC 9060 section 4).
func (c *Context) delegated(id *report.Identity, cert *pkix.Certificate, numbers []tnEntry) {
	const reference = "RFC 9060 section 4"
	for _, link := range id.Chain {
		above := c.Reported(link.Certificate)
		if above == nil || string(above.Raw) == string(cert.Raw) {
			continue
		}
		list, all := telephoneNumbers(above)
		if len(list) == 0 {
			continue // the CA of a whole country has none
		}
		provider, outside := false, ""
		for _, e := range list {
			provider = provider || e.provider != ""
		}
		for _, e := range numbers {
			if !e.within(list) {
				outside += ", " + e.String()
			}
		}
		switch {
		case outside == "":
			check(id, report.CheckIdentity, true, true, "the numbers of the certificate lie within those of the one above it, "+label(above), reference)
		case provider:
			open(id, report.CheckIdentity, false, "whether "+shown(outside[2:])+" is of "+strings.Join(entries(list), ", ")+", who the certificate above is for, is not in the certificates", reference)
		case !all:
			open(id, report.CheckIdentity, true, "the list of the certificate above, "+label(above)+", is not read whole: "+limit.More("entries", limit.TelephoneNumbers, -1), reference)
		default:
			check(id, report.CheckIdentity, false, true, "the certificate is for "+shown(outside[2:])+", and the one above it, "+label(above)+", only for "+shown(strings.Join(entries(list), ", ")), reference)
		}
		numbers = list
	}
}

// within reports whether all that an entry is for is in a list, in one entry or in
// several that follow each other.
func (e tnEntry) within(list []tnEntry) bool {
	if e.provider != "" {
		return slices.ContainsFunc(list, func(o tnEntry) bool { return o.provider == e.provider })
	}
	at, err := strconv.ParseInt(e.number, 10, 64)
	if err != nil {
		return slices.ContainsFunc(list, func(o tnEntry) bool { return o.number == e.number && o.count >= e.count })
	}
	left := max(e.count, 1)
	for range list { // each takes one entry more
		for _, o := range list {
			first, err := strconv.ParseInt(o.number, 10, 64)
			if n := max(o.count, 1); err == nil && len(o.number) == len(e.number) && at >= first && at-first < n {
				taken := min(left, n-(at-first))
				if left -= taken; left == 0 {
					return true
				}
				at += taken
			}
		}
	}
	return false
}
