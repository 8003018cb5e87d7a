// Package identity reads what a SIP message says of who sent it by other means than
// S/MIME over its body: signed header fields (RFC 4474), PASSporTs (RFC 8224 and
// 8225), Authenticated Identity Bodies (RFC 3893), the response identity and
// end-to-middle drafts of 2005, and the event packages that carry certificates (RFC
// 6072).
//
// Every mechanism gives a report.Identity: what is claimed, the string that was
// signed as it was rebuilt from the message, and check by check whether it holds.
// Nothing is ever fetched: a signature is verified by the certificates at hand.
package identity

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// Codes of the checks that are not a Signer's.
const (
	CheckForm    = "form"    // what is there can be read
	CheckDate    = "date"    // made when the message says, and not long ago
	CheckFrom    = "from"    // says the From of the message
	CheckTo      = "to"      // says the To of the message
	CheckMatch   = "match"   // agrees with the rest of the message
	CheckContent = "content" // the body holds what it should
)

// Certificate is a certificate at hand.
type Certificate struct {
	*pkix.Certificate
	Name string // file name or caption
	// Bundled is true for what ships with the program, and was not given for this
	// message.
	Bundled bool
}

// Context is what a message is examined with.
type Context struct {
	Message *sip.Message
	Root    *mime.Entity // the message's body
	Source  int          // what the message's ranges count in
	// End is where the bytes end that came with the message: behind its body, when
	// Content-Length counts less than there is.
	End int

	Certificates []Certificate
	Public       []*algo.PublicKey // keys without a certificate
	At           int64             // the time to judge at, Unix seconds
	Modern       bool              // refuse SHA-1
	// Judge adds the checks of a certificate that are the same for every mechanism
	// (found, chain, validity, revocation) and where it stands in the report.
	Judge func(*report.Identity, *pkix.Certificate)
	// Reported gives the certificate at an index of Report.Certificates, or nil.
	Reported func(int) *pkix.Certificate
	// Index gives where a certificate stands in the report, and Trusted whether its chain
	// holds.
	Index   func(*pkix.Certificate) *int
	Trusted func(*pkix.Certificate) bool
	// Carried gives the public key of a private key in the body, or nil for one that is
	// locked or cannot be read.
	Carried func([]byte) *algo.PublicKey

	Work *limit.Work // what verifying signatures takes it out of

	read           []*passportToken // the PASSporTs that were read
	checks, hashed int              // how many signatures were computed, over how many bytes
	late           bool             // a signature was not verified for want of work
	media          string
	mediaKnown     bool
}

// Wants reports whether a message has header fields that Examine or Middle read.
func Wants(m *sip.Message) bool {
	for i := range m.Headers {
		switch m.Headers[i].Canonical {
		case "Identity", "Response-Authorization", "Event", "Proxy-Required-Body":
			return true
		}
	}
	return false
}

// holds reports whether a key made a signature over a text; false also when the
// bounds of one message are used up.
func (c *Context) holds(s *signature, key *algo.PublicKey, text string) bool {
	c.checks++
	c.hashed += len(text)
	if c.Work.Take(key.VerifyWork()) != nil {
		c.late = true
		return false
	}
	return c.checks <= limit.IdentityChecks && c.hashed <= limit.IdentityHashed &&
		algo.VerifySignature(s.algorithm, algo.Hash{}, key, []byte(text), s.bytes) == nil
}

// exhausted reports whether the bounds are used up.
func (c *Context) exhausted() bool {
	return c.late || c.checks > limit.IdentityChecks || c.hashed > limit.IdentityHashed
}

// spent says which bound is used up.
func (c *Context) spent() string {
	if c.late {
		return limit.ErrWork.Error()
	}
	if c.checks > limit.IdentityChecks {
		return limit.More("signatures to compute for one message", limit.IdentityChecks, -1)
	}
	return limit.More("bytes to hash for the signatures of one message", limit.IdentityHashed, -1)
}

// more is what stands for one that is too many, in h, and for those after it.
func (c *Context) more(h *sip.Header, mechanism string) report.Identity {
	id := report.Identity{Mechanism: mechanism, Title: h.Canonical, Checks: []report.Check{}, Source: c.Source, Range: h.Range}
	open(&id, CheckForm, true, limit.More("identities", limit.Identities, h.Range[0])+": the rest is not read", "")
	Settle(&id)
	return id
}

// Examine reads what the header fields of a message and its event package say. What
// lies in its parts is read by Body and Middle.
func Examine(c *Context) []report.Identity {
	var list []report.Identity
	for i := range c.Message.Headers {
		h := &c.Message.Headers[i]
		if h.Canonical != "Identity" {
			continue
		}
		if len(list) >= limit.Identities {
			if len(list) == limit.Identities {
				list = append(list, c.more(h, list[0].Mechanism))
			}
			break
		}
		if c.Message.Kind == sip.Response {
			list = append(list, c.response(h))
			continue
		}
		value := h.Value
		ranges := [][2]int{{0, len(value)}}
		if !strings.HasPrefix(strings.TrimSpace(value), `"`) {
			ranges = sip.SplitList(value)
		}
		for _, r := range ranges {
			if len(list) >= limit.Identities {
				list = append(list, c.more(h, list[0].Mechanism))
				break
			}
			v := sip.ParseIdentity(value[r[0]:r[1]])
			if _, info := sip.FindParam(v.Params, "info"); !v.Quoted && (info || strings.IndexByte(v.Signature, '.') >= 0) {
				list = c.tokens(list, v, h)
			} else {
				list = append(list, c.rfc4474(v, h))
			}
		}
	}
	c.diversions(list)
	list = append(list, c.authorization()...)
	if id, ok := c.event(list); ok {
		list = append(list, id)
	}
	return list
}

// Settle gives the verdict of the checks: what is required and fails makes it
// invalid, what is required and open leaves it open, by its cause when that is the
// missing certificate. Where nothing that is required was looked at, nothing is shown.
func Settle(id *report.Identity) {
	id.Verdict, id.Reason = report.Valid, ""
	held := false
	for _, c := range id.Checks {
		switch {
		case !c.Required:
		case c.OK == nil:
			if id.Verdict == report.Valid || c.Code == report.CheckCertificate {
				id.Verdict, id.Reason = report.Unverifiable, c.Code
			}
		case !*c.OK:
			id.Verdict, id.Reason = report.Invalid, c.Code
			return
		default:
			held = true
		}
	}
	if !held && id.Verdict == report.Valid {
		id.Verdict = report.Unverifiable
		if len(id.Checks) > 0 {
			id.Reason = id.Checks[0].Code
		}
	}
	if id.Verdict != report.Valid {
		id.PublicTestChain = false
	}
}

// check adds a check that was made. It is required when it fails to be so only if
// required is true.
//
//go:noinline
func check(id *report.Identity, code string, ok, required bool, detail, reference string) {
	id.Checks = append(id.Checks, report.Check{Code: code, OK: &ok, Detail: detail, Reference: reference, Required: required})
}

// open adds a check that could not be made. (These three are called so often that
// copies of them in every place would be a good part of the WASM.)
//
//go:noinline
func open(id *report.Identity, code string, required bool, detail, reference string) {
	id.Checks = append(id.Checks, report.Check{Code: code, Detail: detail, Reference: reference, Required: required})
}

//go:noinline
func field(id *report.Identity, name, value, about string) {
	id.Fields = append(id.Fields, report.Field{Name: name, Value: value, About: about})
}

// signature is a signature to be verified over one of several strings: where a
// message does not say which one was signed, each that it may be.
type signature struct {
	algorithm algo.Identifier
	bytes     []byte
	strings   []string
	// fits reports whether a key is of the kind that the algorithm takes.
	fits func(*algo.PublicKey) bool
	// mine reports whether a certificate is the one that the message means, by its
	// name or by whom it speaks for: when it does not verify, the signature is wrong.
	mine      func(Certificate) bool
	reference string
	about     string // what one changed character is in, for the detail
	answer    string // what a recipient answers when it does not hold
}

// verify finds the certificate or key that made a signature, and adds the checks of
// both. It gives which of the strings was signed, or 0, and the certificate or nil.
func (c *Context) verify(id *report.Identity, s signature) (which int, cert *pkix.Certificate) {
	var suspect *pkix.Certificate
	tried := 0
	candidates := c.Certificates[:len(c.Certificates):len(c.Certificates)]
	for _, key := range c.Public {
		candidates = append(candidates, Certificate{Certificate: &pkix.Certificate{PublicKey: key}, Bundled: true})
	}
	for i, candidate := range candidates {
		key := candidate.PublicKey
		if key == nil || key.Key == nil || !s.fits(key) || c.exhausted() {
			continue
		}
		tried++
		bare := i >= len(c.Certificates)
		for n, text := range s.strings {
			switch {
			case !c.holds(&s, key, text):
			case bare:
				check(id, report.CheckSignature, true, true, "the signature is over this string, by a key that was given", s.reference)
				open(id, report.CheckCertificate, true, "the key came without a certificate, so whose it is cannot be said", s.reference)
				return n, nil
			default:
				check(id, report.CheckSignature, true, true, "the signature is over this string, by the key of the certificate of "+label(candidate.Certificate), s.reference)
				c.Judge(id, candidate.Certificate)
				return n, candidate.Certificate
			}
		}
		if bare {
			continue
		}
		if h, digest, _, ok := algo.RecoverDigest(key, s.bytes); ok && !c.exhausted() {
			for n, text := range s.strings {
				if c.hashed += len(text); c.exhausted() {
					break
				}
				if bytes.Equal(h.Sum([]byte(text)), digest) {
					check(id, report.CheckSignature, false, true, "the key of the certificate of "+label(candidate.Certificate)+" signed this very string, over its "+h.Name+" digest, and another one is announced; a recipient answers "+s.answer, s.reference)
					c.Judge(id, candidate.Certificate)
					return n, candidate.Certificate
				}
			}
			check(id, report.CheckSignature, false, true, "the key of the certificate of "+label(candidate.Certificate)+" signed another string: a digest with "+h.Name+" is in the signature, and it is not of this one. "+s.about+" was changed; a recipient answers "+s.answer, s.reference)
			c.Judge(id, candidate.Certificate)
			return 0, candidate.Certificate
		}
		if !candidate.Bundled && s.mine(candidate) {
			suspect = candidate.Certificate
		}
	}
	if c.exhausted() {
		open(id, report.CheckSignature, true, c.spent(), s.reference)
		return 0, nil
	}
	if suspect != nil {
		check(id, report.CheckSignature, false, true, "the signature is not by the key of the certificate of "+label(suspect)+" over this string: "+lower(s.about)+" or the signature was changed, or another key made it; a recipient answers "+s.answer, s.reference)
		c.Judge(id, suspect)
		return 0, suspect
	}
	detail := "there is no certificate to verify it with: give the one that the message points to"
	if tried > 0 {
		detail = "none of the keys at hand (" + strconv.Itoa(tried) + ") made this signature over this string: give the certificate that the message points to"
	}
	open(id, report.CheckSignature, true, "it cannot be verified without the signer's certificate", s.reference)
	open(id, report.CheckCertificate, true, detail, s.reference)
	return 0, nil
}

func lower(s string) string {
	if s == "" {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func label(c *pkix.Certificate) string {
	if cn := c.Subject.CommonName(); cn != "" {
		return strconv.Quote(cn)
	}
	if s := c.Subject.String(); s != "" {
		return strconv.Quote(s)
	}
	for _, n := range c.AltNames {
		return strconv.Quote(n.Value)
	}
	return "no name"
}

// SpeaksForHost says whether a certificate is one of a domain.
func SpeaksForHost(cert *pkix.Certificate, host string) (ok bool, identities []string, detail string) {
	r := pkix.CheckTLS(cert, host, pkix.TLSOptions{})
	for _, c := range r.Checks {
		if c.Code == report.CheckIdentity {
			return c.OK != nil && *c.OK, r.Identities, c.Detail
		}
	}
	return false, r.Identities, "the certificate names no host"
}

// named reports whether a certificate has the file name that a URL ends in.
func named(c Certificate, url string) bool {
	url, _, _ = strings.Cut(url, "?")
	file := url[strings.LastIndexByte(url, '/')+1:]
	return file != "" && strings.EqualFold(c.Name[strings.LastIndexAny(c.Name, `/\`)+1:], file)
}

// invalidIdentity is how a recipient refuses a signature that does not hold (RFC 4474
// section 6, RFC 8224 section 6.2.2).
const invalidIdentity = "438 (Invalid Identity Header)"

// near writes how far two times are apart.
func near(seconds int64) string {
	if seconds < 0 {
		seconds = -seconds
	}
	n, unit := seconds, "second"
	switch {
	case seconds >= 2*86400:
		n, unit = seconds/86400, "day"
	case seconds >= 2*3600:
		n, unit = seconds/3600, "hour"
	case seconds >= 120:
		n, unit = seconds/60, "minute"
	}
	if n != 1 {
		unit += "s"
	}
	return strconv.FormatInt(n, 10) + " " + unit
}

// fresh adds the check of a time against now: an old message that turns up again may
// be a replay. It does not bear on the verdict, since who looks into a message looks
// mostly at an old one.
func (c *Context) fresh(id *report.Identity, what string, t, window int64, answer, reference string) {
	switch d := c.At - t; {
	case d > window:
		check(id, CheckDate, false, false, what+" is "+near(d)+" before the time of this inspection: a recipient refuses it as a replay"+answer, reference)
	case d < -window:
		check(id, CheckDate, false, false, what+" is "+near(d)+" after the time of this inspection", reference)
	default:
		check(id, CheckDate, true, false, what+" is within "+near(window)+" of the time of this inspection", reference)
	}
}

// addrSpec is the URI of a From, To or Contact as it is written, without display
// name and without the parameters of the field.
func addrSpec(m *sip.Message, name string) string {
	value, ok := m.Value(name)
	if !ok {
		return ""
	}
	if list := sip.SplitList(value); len(list) > 0 {
		first := list[0]
		if a := sip.ParseAddress(value[first[0]:first[1]]); !a.Wildcard {
			return a.URI.Text
		}
	}
	return ""
}

// one writes a value with single spaces.
func one(m *sip.Message, name string) string {
	value, _ := m.Value(name)
	return strings.Join(strings.Fields(value), " ")
}

func shown(s string) string {
	if len(s) > limit.IdentityText {
		return s[:limit.IdentityText] + "…"
	}
	return s
}
