package craft

// Distinguished names, from lines such as "CN=fluffy".

import (
	"fmt"
	"strings"

	"github.com/sipseal/sipseal/internal/oid"
)

// attributeTypes are the names that attribute types have in openssl's configuration.
var attributeTypes = map[string]oid.OID{
	"C": oid.CountryName, "ST": oid.StateOrProvinceName, "L": oid.LocalityName,
	"O": oid.OrganizationName, "OU": oid.OrganizationalUnitName, "CN": oid.CommonName,
	"EMAILADDRESS": oid.EmailAddress, "DC": oid.DomainComponent, "SERIALNUMBER": oid.SerialNumber,
	"SN": oid.Surname, "GN": oid.GivenName, "UID": oid.UserID,
}

// name writes a Name (RFC 5280 section 4.1.2.4) from lines "type=value", the type by
// its short name or in dots. Strings are UTF8String, but a country is
// PrintableString, as openssl writes them.
func name(lines []string) ([]byte, error) {
	var rdns [][]byte
	for _, line := range lines {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		kind, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, fmt.Errorf("%.40q is not of the form type=value", line)
		}
		kind, value = strings.TrimSpace(kind), strings.TrimSpace(value)
		o, known := attributeTypes[strings.ToUpper(kind)]
		if !known {
			if o, known = oid.Parse(kind); !known {
				return nil, fmt.Errorf("there is no attribute type %.40q: write it in dots", kind)
			}
		}
		var v []byte
		switch o {
		case oid.EmailAddress, oid.DomainComponent:
			v = tlv(tagIA5, []byte(value))
		default:
			v = text(value, o == oid.CountryName || o == oid.SerialNumber)
		}
		rdns = append(rdns, tlv(tagSet, sequence(oidValue(o), v)))
	}
	return sequence(rdns...), nil
}
