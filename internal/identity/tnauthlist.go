// What telephone numbers a certificate is for (RFC 8226 section 9).

package identity

import (
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
// or by the domain of a URI. It cannot be said of a service provider code, whose
// numbers are kept elsewhere.
func covers(cert *pkix.Certificate, origin value) (ok *bool, identities []string, detail string) {
	yes, no := true, false
	numbers, all := telephoneNumbers(cert)
	for _, e := range numbers {
		identities = append(identities, e.String())
	}
	if uri := origin.get("uri").list(); len(uri) > 0 {
		u := sip.ParseURI(uri[0])
		ok, names, detail := SpeaksForHost(cert, u.Host)
		return &ok, append(identities, names...), detail
	}
	tn := origin.get("tn").list()
	if len(tn) == 0 {
		return nil, identities, "the token does not say who calls"
	}
	if len(numbers) == 0 {
		return nil, identities, "the certificate has no list of telephone numbers (TNAuthList): by its domain it may sign for numbers only where that is agreed"
	}
	provider := false
	for _, e := range numbers {
		if e.covers(number(tn[0])) {
			return &yes, identities, "the number " + tn[0] + " is among those of the certificate: " + e.String()
		}
		provider = provider || e.provider != ""
	}
	if provider {
		return nil, identities, "the certificate is for " + strings.Join(identities, ", ") + ": which numbers that has is not in the certificate"
	}
	if !all {
		return nil, identities, "the number " + tn[0] + " is not among the first of the certificate: " + limit.More("entries", limit.TelephoneNumbers, -1)
	}
	return &no, identities, "the number " + tn[0] + " is not among those of the certificate: " + strings.Join(identities, ", ")
}

// authority adds the check whether the signer may speak for who calls.
func (c *Context) authority(id *report.Identity, cert *pkix.Certificate, origin value) {
	if cert == nil {
		return
	}
	ok, identities, detail := covers(cert, origin)
	id.Identities = identities
	if len(identities) > 0 {
		field(id, "certificate for", strings.Join(identities, ", "), "TNAuthList and host names")
	}
	id.Checks = append(id.Checks, report.Check{Code: report.CheckIdentity, OK: ok, Required: ok != nil, Detail: detail, Reference: "RFC 8226 section 9"})
}
