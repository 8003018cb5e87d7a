package inspect

// Rules about envelopes: how strong, for whom, and what they leave unprotected.

import (
	"github.com/sipseal/sipseal/internal/cms"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/report"
)

var envelopeRules = []rule[envelopeSubject]{
	{"aes-preferred", report.SeverityWarning, "RFC 3853 section 2", func(_ *inspection, s envelopeSubject) finding {
		if s.data.Algorithm.OID != oid.DESEDE3CBC {
			return none
		}
		return foundAt("the content is encrypted with 3DES; S/MIME in SIP asks for AES, and 3DES is on its way out", s.at.at(s.data.Algorithm.Value.Range()))
	}},
	{"weak-cipher", report.SeverityError, "RFC 8551 section 2.7", func(_ *inspection, s envelopeSubject) finding {
		switch s.data.Algorithm.OID {
		case oid.DESCBC, oid.RC2CBC, oid.RC4:
			return foundAt(s.data.Algorithm.Name()+" can be broken: whoever recorded the message can read it", s.at.at(s.data.Algorithm.Value.Range()))
		}
		return none
	}},
	{"cipher-refused", report.SeverityError, "RFC 8551 section 2.7", func(x *inspection, s envelopeSubject) finding {
		if x.options.Policy != PolicyModern {
			return none
		}
		switch s.data.Algorithm.OID {
		case oid.DESEDE3CBC, oid.RC2CBC, oid.DESCBC:
			return foundAt(s.data.Algorithm.Name()+" is refused by the policy "+PolicyModern, s.at.at(s.data.Algorithm.Value.Range()))
		}
		return none
	}},
	{"not-authenticated", report.SeverityNote, "RFC 5652 section 14", func(_ *inspection, s envelopeSubject) finding {
		if s.data.Kind != cms.KindEnvelopedData {
			return none
		}
		return found("encryption alone does not show who sent a message, nor that it was not changed: bits of CBC ciphertext can be flipped on the way, so look for a signature")
	}},
}
