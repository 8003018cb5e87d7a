// Which claims a certificate lets its owner sign (RFC 8226 section 8, RFC 9118).

package identity

import (
	"slices"
	"strconv"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// constrain adds the check whether the claims are those that the certificate permits,
// where it says which. known is false when not all claims are.
func constrain(id *report.Identity, cert *pkix.Certificate, claims value, known bool) {
	if cert == nil {
		return
	}
	for _, x := range []struct {
		extension oid.OID
		reference string
	}{{oid.JWTClaimConstraints, "RFC 8226 section 8"}, {oid.EnhancedJWTClaimConstraints, "RFC 9118 section 3"}} {
		extension := cert.Extension(x.extension)
		if extension == nil {
			continue
		}
		var wrong string
		readable := known && len(extension.Value) <= limit.JSONSize // as much as claims may be
		if readable {
			wrong, readable = departures(extension.Root(), claims)
		}
		switch {
		case wrong != "":
			check(id, report.CheckIdentity, false, true, "the certificate is not for such claims: "+shown(wrong[2:]), x.reference)
		case readable:
			check(id, report.CheckIdentity, true, true, "the claims are as the certificate wants them", x.reference)
		default:
			open(id, report.CheckIdentity, true, "the certificate says what claims it is for, and whether it is for these cannot be said: not all of them are in the message, or the extension cannot be read", x.reference)
		}
	}
}

// departures says where claims depart from JWTClaimConstraints or
// EnhancedJWTClaimConstraints, with "; " before each, and whether all of that could be
// read.
func departures(v ber.Value, claims value) (wrong string, readable bool) {
	rule := v.First()
	readable = v.Is(ber.TagSequence) && rule.Ok()
	for ; readable && rule.Ok(); rule = rule.Next() {
		const mustInclude, permittedValues, mustExclude = 0, 1, 2
		kind, list := rule.Node().Tag, rule.First()
		readable = kind <= mustExclude && rule.IsContext(kind) && list.Is(ber.TagSequence)
		for entry := list.First(); readable && entry.Ok(); entry = entry.Next() {
			name := entry
			if kind == permittedValues {
				name = entry.First()
			}
			readable = name.Is(ber.TagIA5String)
			claim := string(name.Bytes())
			present := false
			for i := range claims.members { // there may be two of one name: readers take either
				if m := &claims.members[i]; m.name == claim {
					present = true
					if kind == permittedValues && !m.among(name.Next()) {
						wrong += "; " + strconv.Quote(claim) + " is " + m.raw + ", which is not permitted"
					}
				}
			}
			if kind == mustInclude && !present {
				wrong += "; " + strconv.Quote(claim) + " is missing"
			} else if kind == mustExclude && present {
				wrong += "; " + strconv.Quote(claim) + " must not be there"
			}
		}
	}
	return wrong, readable
}

// among reports whether a value is in a list of texts, or for an array one of its own:
// what is no string is there as the token writes it.
func (v *value) among(list ber.Value) bool {
	texts := v.list()
	if v.kind != 's' {
		texts = append(texts, v.raw)
	}
	for t := list.First(); t.Ok(); t = t.Next() {
		if slices.Contains(texts, string(t.Bytes())) {
			return true
		}
	}
	return false
}
