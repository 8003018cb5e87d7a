// Names of header fields: canonical and compact forms.

package sip

import "strings"

// CanonicalName writes a header field's name as its standard does: compact forms in
// full, capitals in their places. A name that is not known gets capitals after its
// hyphens.
func CanonicalName(name string) string {
	if len(name) == 1 {
		if full, ok := compact[name[0]|0x20]; ok {
			return full
		}
	}
	if full, ok := canonicalNames[strings.ToLower(name)]; ok {
		return full
	}
	b := []byte(strings.ToLower(name))
	for i := range b {
		if (i == 0 || b[i-1] == '-') && 'a' <= b[i] && b[i] <= 'z' {
			b[i] -= 'a' - 'A'
		}
	}
	return string(b)
}

// compact are the one-letter forms (RFC 3261 section 7.3.3 and extensions).
var compact = map[byte]string{
	'a': "Accept-Contact", 'b': "Referred-By", 'c': "Content-Type", 'd': "Request-Disposition",
	'e': "Content-Encoding", 'f': "From", 'i': "Call-ID", 'j': "Reject-Contact",
	'k': "Supported", 'l': "Content-Length", 'm': "Contact", 'n': "Identity-Info",
	'o': "Event", 'r': "Refer-To", 's': "Subject", 't': "To", 'u': "Allow-Events",
	'v': "Via", 'x': "Session-Expires", 'y': "Identity",
}

var canonicalNames = map[string]string{
	"call-id": "Call-ID", "cseq": "CSeq", "www-authenticate": "WWW-Authenticate",
	"mime-version": "MIME-Version", "content-id": "Content-ID",
}
