package inspect

// Rules about certificates, whoever they belong to.

import (
	"strconv"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// certificateSubject is a certificate and where it lies.
type certificateSubject struct {
	*pkix.Certificate
	at place
}

var certificateRules = []rule[certificateSubject]{
	{"certificate-weak-signature", report.SeverityWarning, "RFC 8551 section 4.2", func(_ *inspection, c certificateSubject) finding {
		h, known := algo.HashFor(c.SignatureAlgorithm.OID)
		if !known || h.Size > 20 || c.SelfIssued() {
			return none
		}
		return foundAt("the certificate is signed over "+h.Name+", which no longer resists collisions", c.at.at(c.SignatureAlgorithm.Value.Range()))
	}},
	{"certificate-weak-key", report.SeverityWarning, "RFC 8551 section 4.3", func(_ *inspection, c certificateSubject) finding {
		if c.PublicKey == nil {
			return none
		}
		if _, isRSA := c.PublicKey.Key.(*algo.RSAPublicKey); !isRSA || c.PublicKey.Bits() >= 2048 {
			return none
		}
		return found("the certificate's RSA key has " + strconv.Itoa(c.PublicKey.Bits()) + " bits, less than the 2048 of today")
	}},
	{"certificate-not-der", report.SeverityWarning, "RFC 5280 section 4.1", func(_ *inspection, c certificateSubject) finding {
		notes := c.Tree.DERNotes()
		if len(notes) == 0 {
			return none
		}
		text := "the certificate is not in DER, which others may refuse: " + notes[0].Detail + " (" + notes[0].Rule + ")"
		if len(notes) > 1 {
			text += ", and " + plural(len(notes)-1, "departure", "departures") + " more"
		}
		// What is missing is missing after the last octet.
		at := notes[0].Offset
		return foundAt(text, c.at.at([2]int{at, min(at+1, len(c.Tree.Src))}))
	}},
	{"certificate-critical-unknown", report.SeverityError, "RFC 5280 section 4.2", func(_ *inspection, c certificateSubject) finding {
		for _, e := range c.Extensions {
			if e.Critical && !e.OID.Known() {
				return foundAt("the critical extension "+e.OID.String()+" is not known, so the certificate must not be relied upon", c.at.at(e.Range))
			}
		}
		return none
	}},
	{"certificate-critical-unreadable", report.SeverityNote, "RFC 5280 section 4.2", func(_ *inspection, c certificateSubject) finding {
		for _, e := range c.Extensions {
			if e.Critical && e.Error != "" {
				return foundAt("the critical extension "+e.OID.Name()+" cannot be read: "+e.Error, c.at.at(e.Range))
			}
		}
		return none
	}},
	{"certificate-no-sip-name", report.SeverityNote, "RFC 6216 section 2.3", func(_ *inspection, c certificateSubject) finding {
		if c.IsCA() {
			return none
		}
		for _, n := range c.AltNames {
			if n.Type == pkix.NameURI || n.Type == pkix.NameDNS || n.Type == pkix.NameIP {
				return none
			}
		}
		return found("no URI, host name or address is in the subjectAltName: the certificate speaks for nobody in SIP")
	}},
}
