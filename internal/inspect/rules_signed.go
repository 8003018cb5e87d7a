package inspect

// Rules about signatures: what MIME says of them, their algorithms, their times.

import (
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/say"
)

// signedRules look at a multipart/signed as a whole.
var signedRules = []rule[signedSubject]{
	{"protocol-missing", report.SeverityWarning, "RFC 1847 section 2.1", func(_ *inspection, s signedSubject) finding {
		if s.entity.Params["protocol"] != "" {
			return none
		}
		return found("the multipart/signed has no protocol parameter, by which a reader knows how it is signed")
	}},
	{"protocol-mismatch", report.SeverityWarning, "RFC 1847 section 2.1", func(_ *inspection, s signedSubject) finding {
		protocol, second := strings.ToLower(s.entity.Params["protocol"]), s.entity.Children[1].Type
		if protocol == "" || protocol == second {
			return none
		}
		return found("the protocol parameter says " + say.Quoted(protocol) + ", and the second part is " + say.Quoted(second))
	}},
	{"signature-type", report.SeverityWarning, "RFC 8551 section 3.5.3.2", func(_ *inspection, s signedSubject) finding {
		second := s.entity.Children[1]
		switch second.Type {
		case "application/pkcs7-signature", "application/x-pkcs7-signature":
			return none
		case "application/pkcs7-mime":
			return foundAt("the signature is labelled application/pkcs7-mime, as drafts of 2005 had it; application/pkcs7-signature is right", second.Range)
		}
		return foundAt("the signature is labelled "+say.Quoted(second.Type)+" and not application/pkcs7-signature", second.Range)
	}},
	{"signature-parts", report.SeverityWarning, "RFC 1847 section 2.1", func(_ *inspection, s signedSubject) finding {
		if n := len(s.entity.Children); n > 2 {
			return foundAt("a multipart/signed has two parts, and this one has "+strconv.Itoa(n), s.entity.Children[2].Range)
		}
		return none
	}},
	{"micalg-missing", report.SeverityWarning, "RFC 8551 section 3.5.3.2", func(_ *inspection, s signedSubject) finding {
		if s.entity.Params["micalg"] != "" {
			return none
		}
		return found("the multipart/signed has no micalg parameter")
	}},
	{"micalg-mismatch", report.SeverityWarning, "RFC 8551 section 3.5.3.2", func(_ *inspection, s signedSubject) finding {
		micalg := s.entity.Params["micalg"]
		if micalg == "" {
			return none
		}
		for _, si := range s.message.Signed.Signers {
			h, known := algo.HashFor(si.DigestAlgorithm.OID)
			if known && !namesHash(micalg, h) {
				return found("the micalg parameter says " + say.Quoted(micalg) + ", and the signer used " + h.Name)
			}
		}
		return none
	}},
	{"encoding-base64", report.SeverityNote, "RFC 5621 section 3.2", func(_ *inspection, s signedSubject) finding {
		for _, e := range s.entity.Children {
			if e.Encoding == "base64" {
				return foundAt("a part is in base64, which SIP has no need of: binary is shorter, and what most others send", e.Range)
			}
		}
		return none
	}},
}

// namesHash reports whether a micalg parameter names a hash, among others perhaps,
// in the old or the new spelling.
func namesHash(micalg string, h algo.Hash) bool {
	plain := strings.ReplaceAll(strings.ReplaceAll(strings.ToLower(micalg), "rsa", ""), "-", "")
	want := strings.ToLower(strings.ReplaceAll(h.Name, "-", ""))
	for _, one := range strings.Split(plain, ",") {
		if strings.TrimSpace(one) == want {
			return true
		}
	}
	return false
}

// sealedRules compare what a part says of its CMS object with what it is.
var sealedRules = []rule[sealedSubject]{
	{"smime-type-mismatch", report.SeverityWarning, "RFC 8551 section 3.2.2", func(_ *inspection, s sealedSubject) finding {
		if s.entity == nil || s.entity.Type != "application/pkcs7-mime" && s.entity.Type != "application/x-pkcs7-mime" {
			return none
		}
		says := strings.ToLower(s.entity.Params["smime-type"])
		is := smimeType(s)
		if says == "" || is == "" || says == is {
			return none
		}
		return found("the smime-type parameter says " + say.Quoted(says) + ", and the content is " + is)
	}},
	{"smime-type-missing", report.SeverityNote, "RFC 8551 section 3.2.2", func(_ *inspection, s sealedSubject) finding {
		if s.entity == nil || s.entity.Type != "application/pkcs7-mime" || s.entity.Params["smime-type"] != "" {
			return none
		}
		return found("there is no smime-type parameter to say what kind of CMS object this is")
	}},
	{"encoding-base64", report.SeverityNote, "RFC 5621 section 3.2", func(_ *inspection, s sealedSubject) finding {
		if s.entity == nil || s.entity.Encoding != "base64" {
			return none
		}
		return found("the CMS object is in base64, which SIP has no need of: binary is shorter, and what most others send")
	}},
	{"certificates-attached", report.SeverityNote, "RFC 6216 section 5", func(x *inspection, s sealedSubject) finding {
		if s.message.Signed == nil || len(s.message.Signed.Certificates) == 0 || len(s.message.Signed.Signers) == 0 {
			return none
		}
		size, first, last := 0, s.at.span[1], s.at.span[0]
		for _, c := range s.message.Signed.Certificates {
			r := s.at.at(c.Range())
			size += r[1] - r[0]
			first, last = min(first, r[0]), max(last, r[1])
		}
		whole := len(x.sources[0])
		text := plural(len(s.message.Signed.Certificates), "certificate is", "certificates are") + " attached: " + strconv.Itoa(size) + " bytes"
		if whole > size {
			text += ", " + strconv.Itoa(size*100/whole) + "% of the input"
		}
		text += ". Interoperability was better without, and a receiver cannot count on them"
		if whole-size <= udpLimit && whole > udpLimit {
			text += "; without them the message would keep below the " + strconv.Itoa(udpLimit) + " bytes up to which UDP may be used (RFC 3261 section 18.1.1)"
		}
		return foundAt(text, report.Range{first, last})
	}},
}

// udpLimit is the size from which a request goes by a transport with congestion
// control (RFC 3261 section 18.1.1).
const udpLimit = 1300

func smimeType(s sealedSubject) string {
	switch m := s.message; {
	case m.Signed != nil && len(m.Signed.Signers) == 0:
		return "certs-only"
	case m.Signed != nil:
		return "signed-data"
	case m.Compressed != nil:
		return "compressed-data"
	case m.Enveloped != nil && m.Kind == "envelopedData":
		return "enveloped-data"
	case m.Enveloped != nil && m.Kind == "authEnvelopedData":
		return "authEnveloped-data"
	}
	return ""
}

// signerRules look at one signer.
var signerRules = []rule[signerSubject]{
	{"digest-parameters-null", report.SeverityNote, "RFC 3370 section 2.1", func(_ *inspection, s signerSubject) finding {
		if s.info.DigestAlgorithm.OID != oid.SHA1 || !s.info.DigestAlgorithm.NullParams() {
			return none
		}
		return foundAt("the SHA-1 identifier has NULL parameters; absent ones are preferred, and readers must take both (RFC 6216 section 5)", s.at.at(s.info.DigestAlgorithm.Value.Range()))
	}},
	{"digest-parameters-absent", report.SeverityNote, "RFC 3370 section 2.1", func(_ *inspection, s signerSubject) finding {
		if s.info.DigestAlgorithm.OID != oid.SHA1 || s.info.DigestAlgorithm.Params.Ok() {
			return none
		}
		return foundAt("the SHA-1 identifier has no parameters, which is the preferred form; some readers know only the one with NULL", s.at.at(s.info.DigestAlgorithm.Value.Range()))
	}},
	{"md5-parameters-absent", report.SeverityError, "RFC 3370 section 2.2", func(_ *inspection, s signerSubject) finding {
		if s.info.DigestAlgorithm.OID != oid.MD5 || s.info.DigestAlgorithm.Params.Ok() {
			return none
		}
		return foundAt("the MD5 identifier has no parameters, and it must have NULL", s.at.at(s.info.DigestAlgorithm.Value.Range()))
	}},
	{"weak-digest", report.SeverityWarning, "RFC 8551 section 2.1", func(_ *inspection, s signerSubject) finding {
		switch s.info.DigestAlgorithm.OID {
		case oid.SHA1:
			return foundAt("SHA-1 no longer resists collisions: somebody who writes the text can have another ready with the same digest", s.at.at(s.info.DigestAlgorithm.Value.Range()))
		case oid.MD5, oid.MD2, oid.MD4:
			return foundAt(s.info.DigestAlgorithm.Name()+" is broken: texts with the same digest are made in seconds", s.at.at(s.info.DigestAlgorithm.Value.Range()))
		}
		return none
	}},
	{"signing-time-outside-validity", report.SeverityWarning, "RFC 8551 section 2.5.1", func(_ *inspection, s signerSubject) finding {
		t, ok := s.info.SigningTime()
		if !ok || s.cert == nil || !s.cert.HasValidity || t >= s.cert.NotBefore && t <= s.cert.NotAfter {
			return none
		}
		return found("the signing time, " + isoTime(t) + ", is not within the validity of the signer's certificate, " + isoDate(s.cert.NotBefore) + " to " + isoDate(s.cert.NotAfter))
	}},
	{"signing-time-far-from-date", report.SeverityWarning, "RFC 3261 section 20.17", func(_ *inspection, s signerSubject) finding {
		t, ok := s.info.SigningTime()
		if !ok || s.claim.date == 0 {
			return none
		}
		if d := t - s.claim.date; d > 600 || d < -600 {
			return found("the signing time, " + isoTime(t) + ", and the Date header field, " + isoTime(s.claim.date) + ", are " + duration(d) + " apart")
		}
		return none
	}},
	{"expired-accepted", report.SeverityNote, "RFC 6216 section 5", func(_ *inspection, s signerSubject) finding {
		if s.signer.Verdict != report.Invalid || s.signer.Reason != report.CheckValidity {
			return none
		}
		return found("many SIP clients were seen to accept an expired certificate without a word; this one would pass there")
	}},
	{"identity-mismatch", report.SeverityError, "RFC 6216 section 6", func(_ *inspection, s signerSubject) finding {
		for _, c := range s.signer.Checks {
			if c.Code == report.CheckIdentity && c.OK != nil && !*c.OK {
				return found(c.Detail)
			}
		}
		return none
	}},
	{"public-test-ca", report.SeverityWarning, "RFC 6216 appendix A", func(_ *inspection, s signerSubject) finding {
		if !s.signer.PublicTestChain {
			return none
		}
		return found("the chain ends at the test CA of RFC 6216, whose private key is published: anybody can make such a certificate")
	}},
}

// duration says a number of seconds in the largest fitting unit.
func duration(seconds int64) string {
	if seconds < 0 {
		seconds = -seconds
	}
	switch {
	case seconds < 7200:
		return plural(int(seconds/60), "minute", "minutes")
	case seconds < 2*86400:
		return plural(int(seconds/3600), "hour", "hours")
	case seconds < 2*365*86400:
		return plural(int(seconds/86400), "day", "days")
	}
	return plural(int(seconds/(365*86400)), "year", "years")
}
