package cms

// Why a signature does not hold, as far as it can be found out. Nothing here makes one
// hold: what would is named, and the verdict stays as it is.

import (
	"bytes"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
)

// variant is content as it may have been before or after transport, and how to get there.
type variant struct {
	content []byte
	how     string
}

// variants are what transports and senders make of content, or what it was before.
func variants(content []byte) []variant {
	crlf, lf, doubled := []byte("\r\n"), []byte("\n"), []byte("\r\r\n")
	var all []variant
	add := func(b []byte, how string) {
		if !bytes.Equal(b, content) {
			all = append(all, variant{b, how})
		}
	}
	add(append(bytes.Clone(content), crlf...), "the content had one line end more at its end")
	add(bytes.TrimSuffix(content, crlf), "the content had one line end less at its end")
	add(bytes.ReplaceAll(content, doubled, crlf), "the content had CR LF wherever it has CR CR LF")
	add(bytes.ReplaceAll(content, crlf, lf), "the lines of the content ended in LF and not in CR LF")
	if unix := bytes.ReplaceAll(content, crlf, lf); len(unix) < 2*len(content) {
		add(bytes.ReplaceAll(unix, lf, crlf), "the lines of the content ended in CR LF and not in LF")
	}
	add(bytes.ReplaceAll(bytes.ReplaceAll(content, doubled, crlf), crlf, doubled), "the content had CR CR LF wherever it has CR LF")
	return all
}

// wouldHold says what would make a digest that of the content: another hash, or another
// form of the content; or gives "".
func (s *SignerInfo) wouldHold(hash algo.Hash, content, digest []byte) string {
	if s.data != nil && s.data.Unexplained {
		return ""
	}
	for _, h := range algo.Hashes() {
		if h != hash && h.Size == len(digest) && bytes.Equal(s.data.digest(h, content), digest) {
			return "it is the " + h.Name + " digest of the content, where " + hash.Name + " is announced"
		}
	}
	if len(digest) != hash.Size {
		return ""
	}
	for _, v := range variants(content) {
		if s.data != nil {
			if s.data.explained += len(v.content); s.data.explained > limit.Explained {
				return ""
			}
		}
		if bytes.Equal(hash.Sum(v.content), digest) {
			return "it would hold if " + v.how
		}
	}
	return ""
}

// other is a message over which a signature may have been made by mistake.
type other struct {
	message []byte
	what    string
}

// others are what signers sign in place of the signed attributes as a SET OF, or nothing
// where there are none.
func (s *SignerInfo) others(content []byte) []other {
	if !s.SignedAttrs.Ok() {
		return nil
	}
	list := []other{{s.SignedAttrs.Raw(), "the signed attributes with the tag [0] that they are sent with, where they must be signed as a SET OF (RFC 5652 section 5.4)"}}
	if content != nil {
		list = append(list, other{content, "the content, where it must be over the signed attributes (RFC 5652 section 5.4)"})
	}
	return list
}

// mismatch says what can be said of a signature that does not hold over a message, which
// is the content or the signed attributes.
func (s *SignerInfo) mismatch(hash algo.Hash, pub *algo.PublicKey, message, content []byte, over string) string {
	if s.data != nil && s.data.Unexplained {
		return "the signature does not hold"
	}
	if !isRSA(pub) {
		for _, o := range s.others(content) {
			if s.checkSignature(&Verification{}, hash, pub, o.message, nil) == nil {
				return "the key of the certificate made this signature over " + o.what
			}
		}
		return "the key of the certificate did not make this signature over " + over + ": the signature, " + over + " or the key is another"
	}
	opened := algo.OpenRSA(pub, s.Signature)
	pss := s.SignatureAlgorithm.OID == oid.RSASSAPSS
	used, digest := opened.DigestInfo()
	const opens = "the signature opens with the key of the certificate, and "
	if digest == nil {
		if bare := opened.Bare(); !pss {
			for _, h := range algo.Hashes() {
				if len(bare) == h.Size && bytes.Equal(s.data.digest(h, message), bare) {
					return opens + "is the bare " + h.Name + " digest of " + over + ", without the DigestInfo around it that PKCS #1 v1.5 has (RFC 8017 section 9.2)"
				}
			}
		}
		for _, o := range append([]other{{message, over}}, s.others(content)...) {
			if hash.Ok() && opened.IsPSS(hash, s.data.digest(hash, o.message)) {
				why := opens + "is one by RSASSA-PSS over " + o.what
				if !pss {
					why += ", where PKCS #1 v1.5 is announced"
				}
				return why
			}
		}
		if pss {
			return "the key of the certificate did not make this signature over " + over + ": the signature, " + over + " or the key is another"
		}
		return "the signature does not open with the key of the certificate: it is damaged, or another key made it"
	}
	label := ""
	if used != hash {
		label = ", where " + hash.Name + " is announced"
	}
	if pss {
		label += ", by PKCS #1 v1.5, where RSASSA-PSS is announced"
	}
	is := func(b []byte) bool { return bytes.Equal(s.data.digest(used, b), digest) }
	switch {
	case is(message) && label == "":
		return opens + "is not made up as it should be"
	case is(message):
		return opens + "is over the " + used.Name + " digest of " + over + label
	}
	for _, o := range s.others(content) {
		if is(o.message) {
			return opens + "is over the " + used.Name + " digest of " + o.what + label
		}
	}
	if label != "" {
		return opens + "is over a " + used.Name + " digest, which is not that of " + over + label
	}
	return "the key of the certificate made this signature over something else: " + over + " changed after signing"
}
