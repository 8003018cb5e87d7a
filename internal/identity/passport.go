// Identity with a PASSporT (RFC 8224, RFC 8225; SHAKEN is RFC 8588): a JSON Web Token
// over who calls whom and when, in full or as a signature alone over what the
// recipient rebuilds from the message.

package identity

import (
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/mime"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
	"github.com/sipseal/sipseal/internal/sorting"
)

// passportWindow is how old a PASSporT may be, in seconds (RFC 8224 section 6.2).
const passportWindow = 60

// passportToken is a PASSporT as it is being judged, and what the field that carries it says.
type passportToken struct {
	info, alg, ppt string // parameters of the header field
	full           bool   // the claims are in it, and not rebuilt
	header, claims value
	over           []string // what may have been signed
	index          int      // of its report.Identity, in the list of Examine
}

// extension is the extension that the token is of, "" for none (RFC 8225 section 8).
func (t *passportToken) extension() string {
	if inside := t.header.get("ppt").text; inside != "" {
		return inside
	}
	return t.ppt
}

// speaker is the claim that the signer must have authority over: who calls, or for a
// diversion who passed the call on (RFC 8946 section 4.1).
func (t *passportToken) speaker() value {
	if diverts(t.extension()) {
		return t.claims.get("div")
	}
	return t.claims.get("orig")
}

func diverts(extension string) bool { return extension == "div" || extension == "div-o" }

// passport verifies one Identity field.
func (c *Context) passport(v *sip.Identity, h *sip.Header) (report.Identity, *passportToken) {
	id := report.Identity{
		Mechanism: report.IdentityPASSporT, Title: "PASSporT",
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
	}
	param := func(name string) string {
		p, _ := sip.FindParam(v.Params, name)
		return p.Value
	}
	t := &passportToken{info: strings.Trim(param("info"), "<>"), alg: param("alg"), ppt: strings.Trim(param("ppt"), `"`)}
	parts := strings.Split(v.Signature, ".")
	if len(parts) != 3 {
		check(&id, CheckForm, false, true, "a PASSporT has three parts with two dots between, and this has "+strconv.Itoa(len(parts)), "RFC 8224 section 4.1")
		Settle(&id)
		return id, nil
	}
	if t.full = parts[0] != "" || parts[1] != ""; t.full {
		t.read(&id, parts)
	} else {
		id.Title += ", compact"
		c.rebuildToken(&id, t)
	}
	t.known(&id)
	for _, name := range []string{"From", "To", "Date"} {
		c.once(&id, name, "RFC 3261 section 7.3.1")
	}
	raw := t.signatureBytes(&id, parts[2])
	id.Algorithm = "ES256"
	if alg := t.header.get("alg"); alg.kind != 0 {
		id.Algorithm = alg.text
	}
	var cert *pkix.Certificate
	if len(t.over) > 0 {
		id.SignedString = shown(t.over[0])
	}
	if raw != nil && len(t.over) > 0 {
		var which int
		which, cert = c.tokenSignature(&id, raw, t)
		if !t.full {
			t.claims, _ = decodeJSON(strings.Split(t.over[which], ".")[1])
		}
		id.SignedString = shown(t.over[which])
	}
	id.Claimed = spoken(t.speaker())
	showToken(&id, "header", t.header)
	showToken(&id, "claims", t.claims)
	c.authority(&id, cert, t.speaker())
	constrain(&id, cert, t.claims, t.full || t.extension() == "")
	if t.full {
		c.compareToken(&id, t)
	} else {
		id.Covers = []string{"From", "To", "Date"}
		if t.info == "" {
			badInfo(&id)
		}
	}
	c.times(&id, t, cert)
	Settle(&id)
	return id, t
}

// read reads the header and claims of the full form, and holds them to the rules of
// JSON Web Tokens.
func (t *passportToken) read(id *report.Identity, parts []string) {
	for i, part := range []struct {
		name, reference string
		v               *value
	}{{"header", "RFC 8225 section 4", &t.header}, {"claims", "RFC 8225 section 5", &t.claims}} {
		var err error
		if *part.v, err = decodeJSON(parts[i]); err != nil {
			check(id, CheckForm, false, true, "the "+part.name+" of the PASSporT cannot be read: "+err.Error(), part.reference)
		}
		if name, twice := part.v.repeated(); twice {
			check(id, CheckForm, false, true, strconv.Quote(shown(name))+" stands more than once in the "+part.name+" of the PASSporT, and readers may take either", "RFC 7519 section 4")
		}
	}
	t.over = []string{parts[0] + "." + parts[1]}
	for _, rule := range [][2]string{{"alg", "ES256"}, {"typ", "passport"}, {"x5u", ""}} {
		name, want := rule[0], rule[1]
		switch got := t.header.get(name); {
		case got.kind == 0:
			check(id, CheckForm, false, true, "the header of the PASSporT has no "+name, "RFC 8225 section 4")
		case got.kind != 's' || got.text == "":
			check(id, CheckForm, false, true, name+" in the header of the PASSporT is "+shown(got.raw)+" and no text", "RFC 8225 section 4")
		case want != "" && got.text != want:
			detail := name + " in the header of the PASSporT is " + strconv.Quote(shown(got.text)) + " and not " + want
			if name == "alg" {
				detail += "; a recipient answers 437 (Unsupported Credential)"
			}
			check(id, CheckForm, false, true, detail, "RFC 8225 section 4")
		}
	}
	if ppt := t.header.get("ppt"); ppt.kind != 0 && (ppt.kind != 's' || ppt.text == "") {
		check(id, CheckForm, false, true, "ppt in the header of the PASSporT is "+shown(ppt.raw)+" and no text", "RFC 8225 section 8.1")
	}
	if crit := t.header.get("crit"); crit.kind != 0 {
		check(id, CheckForm, false, true, "crit in the header of the PASSporT demands what is not understood here: "+shown(crit.raw), "RFC 7515 section 4.1.11")
	}
	if b64 := t.header.get("b64"); b64.kind != 0 {
		check(id, CheckForm, false, true, "b64 in the header of the PASSporT says that the claims are written in another way, which a PASSporT cannot be", "RFC 7797 section 3")
	}
}

// rebuildToken makes the claims of the compact form from the message.
func (c *Context) rebuildToken(id *report.Identity, t *passportToken) {
	texts, header, claims := c.rebuild(t.info, t.alg, t.ppt)
	t.header, t.claims = header, claims
	if len(texts) == 0 {
		open(id, CheckForm, true, "the claims cannot be rebuilt from the message: it needs From, To and Date", "RFC 8224 section 4.1")
	}
	for _, text := range texts {
		t.over = append(t.over, base64.RawURLEncoding.EncodeToString([]byte(text[0]))+"."+base64.RawURLEncoding.EncodeToString([]byte(text[1])))
	}
	if t.alg != "" && t.alg != "ES256" {
		check(id, CheckForm, false, true, "the parameter alg is "+strconv.Quote(shown(t.alg))+" and not ES256; a recipient answers 437 (Unsupported Credential)", "RFC 8224 section 4.1")
	}
	if t.ppt != "" {
		open(id, CheckForm, true, "the extension "+strconv.Quote(shown(t.ppt))+" has claims that the message does not carry, so the compact form cannot be rebuilt", "RFC 8225 section 8")
	}
}

// known names the token by its extension, and says where that is not known.
func (t *passportToken) known(id *report.Identity) {
	switch extension := t.extension(); extension {
	case "":
	case "shaken":
		id.Title = "SHAKEN " + id.Title
	case "div", "div-o":
		id.Title = "Diversion " + id.Title
	case "rph":
		id.Title = "Priority " + id.Title
	case "rcd":
		open(id, CheckForm, false, "the name and card of the caller in rcd are not checked here", "RFC 9795 section 5")
	default:
		open(id, CheckForm, true, "the extension "+strconv.Quote(shown(extension))+" is not known here, and who does not know it has to pass over the field", "RFC 8224 section 6.2")
	}
}

// signatureBytes reads the signature, nil when that cannot be.
func (t *passportToken) signatureBytes(id *report.Identity, text string) []byte {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err == nil && len(raw) > 0 {
		return raw
	}
	check(id, CheckForm, false, true, "the signature is not in base64url, which has neither padding nor + and /", "RFC 7515 section 2")
	if raw, err = decodeBase64(text); err != nil || len(raw) == 0 {
		check(id, report.CheckSignature, false, true, "the signature cannot be read", "RFC 8225 section 6")
		return nil
	}
	return raw
}

// times checks iat, exp and nbf, all in seconds, against the time of the inspection and
// the certificate.
func (c *Context) times(id *report.Identity, t *passportToken, cert *pkix.Certificate) {
	what := "iat"
	if !t.full {
		what = "Date"
	}
	if when, ok := t.claims.get("iat").date(); ok {
		signedWhile(id, cert, what, when, true, "RFC 8224 section 6.2")
		c.fresh(id, what, when, passportWindow, ", with 403 (Stale Date)", "RFC 8224 section 6.2")
	}
	for _, name := range []string{"exp", "nbf"} {
		claim := t.claims.get(name)
		if claim.kind == 0 {
			continue
		}
		when, ok := claim.date()
		switch {
		case !ok:
			check(id, CheckForm, false, true, name+" is "+shown(claim.raw)+" and no number of seconds", "RFC 7519 section 4.1")
		case name == "exp":
			check(id, CheckDate, c.At < when, true, "the token is good until "+pkix.FormatTime(when)+" (exp)", "RFC 7519 section 4.1.4")
		default:
			check(id, CheckDate, c.At >= when, true, "the token is good from "+pkix.FormatTime(when)+" on (nbf)", "RFC 7519 section 4.1.5")
		}
	}
}

// once checks that a header field that a signature covers is there no more than once:
// otherwise which of them is meant is not known.
func (c *Context) once(id *report.Identity, name, reference string) {
	count := 0
	for i := range c.Message.Headers {
		h := &c.Message.Headers[i]
		if h.Canonical == name {
			count += len(sip.SplitList(h.Value))
			if name == "Date" || name == "CSeq" || name == "Call-ID" {
				count += 1 - len(sip.SplitList(h.Value)) // a comma separates nothing there
			}
		}
	}
	if count > 1 {
		check(id, CheckForm, false, true, "there are "+strconv.Itoa(count)+" values of "+name+", and which of them was signed for is not known", reference)
	}
}

func badInfo(id *report.Identity) {
	check(id, CheckForm, false, true, "the field has no parameter info that says where the certificate is; a recipient answers 436 (Bad Identity Info)", "RFC 8224 section 6.2.2")
}

// party checks that a claim names one identity: a number or a URI, as a text (RFC 8225
// section 5.2.1).
func party(id *report.Identity, claim string, v value) {
	if v.kind == 'o' && len(v.members) == 1 {
		if m := v.members[0]; (m.name == "tn" || m.name == "uri") && m.kind == 's' && m.text != "" {
			return
		}
	}
	check(id, CheckForm, false, true, claim+" has to name one identity, a tn or a uri as a text, and it is "+shown(v.written()), "RFC 8225 section 5.2.1")
}

// spoken is the one identity of a claim, as a person would write it.
func spoken(claim value) string {
	if tn := claim.get("tn").list(); len(tn) > 0 {
		return "tel:" + tn[0]
	}
	if uri := claim.get("uri").list(); len(uri) > 0 {
		return uri[0]
	}
	return ""
}

// decodeJSON reads a part of a token. Base64url has neither padding nor bits left over,
// so that a token is written in one way only (RFC 7515 section 2).
func decodeJSON(s string) (value, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return value{}, errors.New("it is not in base64url: " + err.Error())
	}
	return parseJSON(string(raw))
}

// tokenSignature verifies the signature of a JSON Web Signature (RFC 7518 section 3.4).
// Where another algorithm is named, that is said already, and there is nothing to compute.
func (c *Context) tokenSignature(id *report.Identity, raw []byte, t *passportToken) (int, *pkix.Certificate) {
	const reference = "RFC 8225 section 6"
	if id.Algorithm != "ES256" {
		open(id, report.CheckSignature, true, "a signature by another algorithm than ES256 is not verified", reference)
		return 0, nil
	}
	if len(raw) != 64 {
		check(id, report.CheckSignature, false, true, "a signature with ES256 has 64 bytes, and this has "+strconv.Itoa(len(raw)), "RFC 7518 section 3.4")
		return 0, nil
	}
	return c.verify(id, signature{
		algorithm: algo.Identifier{OID: oid.ECDSAWithSHA256}, bytes: ecdsaDER(raw), strings: t.over,
		reference: reference, about: "The header, a claim, or what they are rebuilt from,", answer: invalidIdentity,
		fits: func(k *algo.PublicKey) bool {
			ec, ok := k.Key.(*algo.ECPublicKey)
			return ok && ec.Curve.OID == oid.P256
		},
		mine: func(k Certificate) bool {
			if named(k, t.info) {
				return true
			}
			ok, _, _ := covers(k.Certificate, t.speaker())
			numbers, _ := telephoneNumbers(k.Certificate)
			return ok != nil && *ok || len(numbers) > 0
		},
	})
}

// ecdsaDER writes r and s, of 32 bytes each, as an Ecdsa-Sig-Value (RFC 3279 section
// 2.2.3).
func ecdsaDER(raw []byte) []byte {
	out := []byte{0x30, 0}
	for _, n := range [][]byte{raw[:32], raw[32:]} {
		for len(n) > 1 && n[0] == 0 {
			n = n[1:]
		}
		if n[0] >= 0x80 {
			n = append([]byte{0}, n...)
		}
		out = append(append(out, 2, byte(len(n))), n...)
	}
	out[1] = byte(len(out) - 2)
	return out
}

// showToken adds the members of a header or of claims to the fields.
func showToken(id *report.Identity, prefix string, v value) {
	for _, m := range v.members {
		text := m.text
		if m.kind == 'o' || m.kind == 'a' {
			text = m.raw
		}
		about := meaning("claim", m.name)
		switch {
		case m.name == "attest":
			about = meaning("attest", m.text)
		case m.name == "iat" || m.name == "exp" || m.name == "nbf":
			if t, ok := m.date(); ok {
				about = pkix.FormatTime(t)
			}
		}
		field(id, prefix+" "+m.name, shown(text), about)
	}
}

// rebuild makes the header and claims of a compact PASSporT (RFC 8224 section 4.1,
// RFC 8225 section 7). Where the message can be read as a telephone number or as a
// URI, or does and does not bind media keys, there are several.
func (c *Context) rebuild(info, alg, ppt string) (texts [][2]string, header, claims value) {
	if alg == "" {
		alg = "ES256"
	}
	head := `{"alg":` + strconv.Quote(alg)
	if ppt != "" {
		head += `,"ppt":` + strconv.Quote(ppt)
	}
	head += `,"typ":"passport","x5u":` + strconv.Quote(info) + `}`
	date, ok := c.Message.Date()
	from, to := claimed(c.Message, "From"), claimed(c.Message, "To")
	if !ok || len(from) == 0 || len(to) == 0 {
		return nil, value{}, value{}
	}
	keys := c.mediaKeys()
	for _, withKeys := range []bool{true, false} {
		if withKeys && keys == "" {
			continue
		}
		for _, d := range to {
			for _, o := range from {
				text := `{"dest":{"` + d.name + `":[` + strconv.Quote(d.text) + `]},"iat":` + strconv.FormatInt(date, 10)
				if withKeys {
					text += `,"mky":` + keys
				}
				text += `,"orig":{"` + o.name + `":` + strconv.Quote(o.text) + `}}`
				texts = append(texts, [2]string{head, text})
			}
		}
	}
	header, _ = parseJSON(head)
	claims, _ = parseJSON(texts[0][1])
	return texts, header, claims
}

// claimed gives the forms that the address in a field may have in a claim, the more
// likely first: a telephone number without its "+" and separators, or a URI (RFC 8224
// sections 8.3 and 8.5).
func claimed(m *sip.Message, name string) (list []member) {
	if name == "Request-URI" {
		return forms(m.RequestURI)
	}
	for i := range m.Headers {
		h := &m.Headers[i]
		switch {
		case h.Canonical != name:
		case name == "P-Asserted-Identity": // a SIP URI and a number, say
			for _, r := range sip.SplitList(h.Value) {
				list = append(list, forms(h.Value[r[0]:r[1]])...)
			}
		case list == nil:
			list = forms(h.Value)
		}
	}
	return list
}

func forms(address string) (list []member) {
	u := sip.ParseAddress(address).URI
	user := u.User
	if u.Scheme == "tel" {
		user = u.Opaque
	}
	if tn := number(sip.Unescape(user)); tn != "" {
		list = append(list, member{"tn", value{text: tn}})
	}
	if u.Scheme != "tel" && u.Text != "" {
		list = append(list, member{"uri", value{text: canonicalURI(u)}})
	}
	return list
}

// canonicalURI is a SIP URI as it stands in a claim: without password, port and all
// that comes after the host, in lower case, and with nothing escaped that need not be
// (RFC 8224 section 8.5). Others stay as they are.
func canonicalURI(u *sip.URI) string {
	if !u.IsSIP() {
		return u.Text
	}
	s := strings.ToLower(u.Scheme) + ":"
	if u.HasUser {
		user := u.User
		for at := 0; at+2 < len(user); at++ {
			if plain := sip.Unescape(user[at : at+3]); len(plain) == 1 && (plain[0]|0x20 >= 'a' && plain[0]|0x20 <= 'z' || plain[0] >= '0' && plain[0] <= '9' || strings.Contains("-._~", plain)) {
				user = user[:at] + plain + user[at+3:]
			}
		}
		s += strings.ToLower(user) + "@"
	}
	return s + strings.ToLower(u.Host)
}

// number writes a telephone number without its "+" and visual separators, or gives ""
// for what is none.
func number(s string) string {
	s, _, _ = strings.Cut(s, ";")
	var b []byte
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9', c == '*', c == '#':
			b = append(b, c)
		case c == '+' && i == 0, c == '-', c == '.', c == '(', c == ')':
		default:
			return ""
		}
	}
	return string(b)
}

// mediaKeys writes the mky claim for the fingerprints in the session description (RFC
// 8225 section 5.2.2), or gives "" when there are none.
func (c *Context) mediaKeys() string {
	if !c.mediaKnown && c.Root != nil {
		c.media = mediaKeys(c.Root, c.Message.Source)
	}
	c.mediaKnown = true
	return c.media
}

func mediaKeys(root *mime.Entity, src []byte) string {
	var list []string
	root.Walk(func(e *mime.Entity) {
		if e.Type != "application/sdp" {
			return
		}
		for _, line := range strings.Split(string(e.Decode(src).Bytes), "\n") {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "a=fingerprint:"); ok {
				if alg, digest, ok := strings.Cut(rest, " "); ok {
					list = append(list, fingerprint(alg, digest))
				}
			}
		}
	})
	return ordered(list)
}

// fingerprint writes one of the members of mky.
func fingerprint(alg, digest string) string {
	return `{"alg":` + strconv.Quote(strings.ToLower(alg)) + `,"dig":` + strconv.Quote(strings.ToUpper(strings.ReplaceAll(strings.TrimSpace(digest), ":", ""))) + `}`
}

// ordered writes the array of mky: sorted, and each fingerprint once.
func ordered(list []string) string {
	if len(list) == 0 {
		return ""
	}
	sorting.Strings(list)
	return "[" + strings.Join(slices.Compact(list), ",") + "]"
}

// compareToken sets what a full PASSporT claims against the message that carries it.
func (c *Context) compareToken(id *report.Identity, t *passportToken) {
	m, extension := c.Message, t.extension()
	t.compareParameters(id, m.Kind == sip.Fragment)
	from, to := []string{"From"}, []string{"To"}
	if _, ok := m.Value("P-Asserted-Identity"); ok {
		from = []string{"P-Asserted-Identity", "From"} // RFC 8224 section 6.2, step 2; ATIS-1000074 section 5.2.1
	}
	orig, dest := t.claims.get("orig"), t.claims.get("dest")
	party(id, "orig", orig)
	if by := c.sameParty(id, CheckFrom, "orig", orig, from); by != "" && !diverts(extension) {
		id.Covers = append(id.Covers, by)
		if by != "From" {
			c.otherFrom(id, orig)
		}
	}
	destination(id, dest)
	if diverts(extension) {
		party(id, "div", t.claims.get("div")) // dest is the next link's: see diversions
	} else if by := c.sameParty(id, CheckTo, "dest", dest, to); by != "" {
		id.Covers = append(id.Covers, by)
	}
	c.compareDate(id, t.claims.get("iat"))
	if extension == "shaken" {
		if a := t.claims.get("attest"); a.kind != 's' || !oneOf(" A B C ", a.text) {
			check(id, CheckForm, false, true, "a SHAKEN token says how far the call is attested, and this does not", "RFC 8588 section 4")
		}
		if o := t.claims.get("origid"); o.kind != 's' || o.text == "" {
			check(id, CheckForm, false, true, "a SHAKEN token has an origid, and this has none", "RFC 8588 section 5")
		}
	}
	if extension == "rph" || t.claims.get("rph").kind != 0 || t.claims.get("sph").kind != 0 {
		c.priority(id, t.claims)
	}
	c.compareKeys(id, t.claims.get("mky"))
}

// compareParameters sets the parameters of the field against the header of the token.
func (t *passportToken) compareParameters(id *report.Identity, bare bool) {
	extension := t.header.get("ppt").text
	for _, p := range [][3]string{{"info", "x5u", t.info}, {"ppt", "ppt", t.ppt}, {"alg", "alg", t.alg}} {
		inside := t.header.get(p[1]).text
		if p[2] == "" || p[2] == inside {
			continue
		}
		detail := "the parameter " + p[0] + " is " + strconv.Quote(shown(p[2])) + ", and " + p[1] + " in the token " + strconv.Quote(shown(inside))
		if p[0] == "info" && extension != "shaken" {
			// RFC 8224's own example has another URL in info; SHAKEN does not let it pass.
			open(id, CheckMatch, true, detail+": which certificate is meant is not certain", "RFC 8224 section 4.1")
			continue
		}
		check(id, CheckMatch, false, true, detail, "RFC 8224 section 4.1")
	}
	if t.info == "" && !bare {
		badInfo(id)
	}
	if t.ppt == "" && extension != "" && !bare {
		check(id, CheckForm, false, true, "the token is of the extension "+strconv.Quote(shown(extension))+", and the field does not say so in its parameter ppt", "RFC 8224 section 4.1")
	}
}

// otherFrom says that another one is shown as the caller than the one who is asserted,
// unless From hides who calls.
func (c *Context) otherFrom(id *report.Identity, orig value) {
	value, _ := c.Message.Value("From")
	if anonymous(value) == "" && c.matching(orig, []string{"From"}) == "" {
		open(id, CheckFrom, true, "orig is P-Asserted-Identity, and From, "+shown(value)+", is somebody else that nothing vouches for", "RFC 8224 section 6.2")
	}
}

// destination checks that dest has lists of texts, and something in them.
func destination(id *report.Identity, dest value) {
	ok := dest.kind == 'o' && len(dest.members) > 0
	for _, m := range dest.members {
		ok = ok && m.kind == 'a' && len(m.members) > 0 && len(m.list()) == len(m.members)
	}
	if !ok {
		check(id, CheckForm, false, true, "dest has to hold arrays of texts, also for one who is called, and it is "+shown(dest.written()), "RFC 8225 section 5.2.1")
	}
}

// compareDate holds iat to the Date of the message.
func (c *Context) compareDate(id *report.Identity, claim value) {
	iat, ok := claim.date()
	if !ok {
		detail := "there is no iat, the time at which the token was made"
		if claim.kind != 0 {
			detail = "iat, the time at which the token was made, is " + shown(claim.raw) + " and no number of seconds"
		}
		check(id, CheckForm, false, true, detail, "RFC 8225 section 5.1.1")
		return
	}
	date, ok := c.Message.Date()
	if !ok {
		open(id, CheckDate, false, "there is no Date to compare iat with", "RFC 8224 section 6.2")
		return
	}
	id.Covers = append(id.Covers, "Date")
	d := date - iat
	detail := "iat is the Date of the message"
	if d != 0 {
		detail = "iat, " + pkix.FormatTime(iat) + ", and Date are " + near(d) + " apart"
	}
	check(id, CheckDate, d <= passportWindow && d >= -passportWindow, true, detail, "RFC 8224 section 6.2")
}

// compareKeys holds mky to the fingerprints in the body. It covers nothing else there.
func (c *Context) compareKeys(id *report.Identity, mky value) {
	if mky.kind == 0 {
		if c.mediaKeys() != "" {
			check(id, CheckForm, false, false, "the body has fingerprints of media keys, and the token has no mky that vouches for them: who changes the body can put in others", "RFC 8224 section 6.1")
		}
		return
	}
	if c.Message.Kind == sip.Fragment {
		return
	}
	var list []string
	for _, one := range mky.members {
		list = append(list, fingerprint(one.get("alg").text, one.get("dig").text))
	}
	keys, claim := c.mediaKeys(), ordered(list)
	ok := keys == claim
	detail := "the fingerprints in the body are those of mky, which speaks of nothing else in the body"
	if !ok {
		detail = "mky is " + shown(mky.raw) + ", and the fingerprints in the body are " + keys
	}
	check(id, CheckMatch, ok, true, detail, "RFC 8225 section 5.2.2")
}

// matching gives the first of the fields that has one of the identities of a claim, or "".
func (c *Context) matching(v value, fields []string) string {
	for _, kind := range []string{"tn", "uri"} {
		for _, text := range v.get(kind).list() {
			for _, name := range fields {
				for _, form := range claimed(c.Message, name) {
					if form.name == kind && same(kind, form.text, text) {
						return name
					}
				}
			}
		}
	}
	return ""
}

// same reports whether a text of a claim is an identity that is in its canonical form.
func same(kind, canonical, text string) bool {
	return canonical == text || kind == "uri" && canonical == canonicalURI(sip.ParseURI(text)) || kind == "tn" && canonical == number(text)
}

// sameParty checks that one of the identities of a claim is the address in one of
// the fields, and gives which, or "".
func (c *Context) sameParty(id *report.Identity, code, claim string, v value, fields []string) string {
	const reference = "RFC 8224 section 6.2"
	for _, text := range v.get("tn").list() {
		if text != number(text) {
			check(id, CheckForm, false, false, "the number "+shown(text)+" in "+claim+" is not in its canonical form, "+number(text), "RFC 8224 section 8.3")
		}
	}
	says := strings.Join(append(v.get("tn").list(), v.get("uri").list()...), ", ")
	if says == "" {
		check(id, code, false, true, "the token has no "+claim, "RFC 8225 section 5.2.1")
		return ""
	}
	if name := c.matching(v, fields); name != "" {
		check(id, code, true, true, claim+" is the "+name+" of the message", reference)
		return name
	}
	value, _ := c.Message.Value(fields[0])
	if value == "" && c.Message.Kind == sip.Fragment {
		open(id, code, false, "there is no "+fields[0]+" to compare "+claim+", "+shown(says)+", with", reference)
		return ""
	}
	check(id, code, false, true, claim+" is "+shown(says)+", and "+fields[0]+" is "+value, reference)
	return ""
}
