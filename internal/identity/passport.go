// Identity with a PASSporT (RFC 8224, RFC 8225; SHAKEN is RFC 8588): a JSON Web Token
// over who calls whom and when, in full or as a signature alone over what the
// recipient rebuilds from the message.

package identity

import (
	"encoding/base64"
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

// passport verifies one Identity field.
func (c *Context) passport(v *sip.Identity, h *sip.Header) report.Identity {
	id := report.Identity{
		Mechanism: report.IdentityPASSporT, Title: "PASSporT",
		Checks: []report.Check{}, Source: c.Source, Range: h.Range,
		Covers: []string{"From", "To", "Date"},
	}
	info, _ := sip.FindParam(v.Params, "info")
	alg, _ := sip.FindParam(v.Params, "alg")
	ppt, _ := sip.FindParam(v.Params, "ppt")
	info.Value = strings.Trim(info.Value, "<>")
	ppt.Value = strings.Trim(ppt.Value, `"`)
	parts := strings.Split(v.Signature, ".")
	if len(parts) != 3 {
		check(&id, CheckForm, false, true, "a PASSporT has three parts with two dots between, and this has "+strconv.Itoa(len(parts)), "RFC 8224 section 4.1")
		Settle(&id)
		return id
	}
	var header, claims value
	var over []string
	full := parts[0] != "" || parts[1] != ""
	if full {
		var err error
		if header, err = decodeJSON(parts[0]); err != nil {
			check(&id, CheckForm, false, true, "the header of the PASSporT cannot be read: "+err.Error(), "RFC 8225 section 4")
		}
		if claims, err = decodeJSON(parts[1]); err != nil {
			check(&id, CheckForm, false, true, "the claims of the PASSporT cannot be read: "+err.Error(), "RFC 8225 section 5")
		}
		over = []string{parts[0] + "." + parts[1]}
	} else {
		id.Title += ", compact"
		var texts [][2]string
		texts, header, claims = c.rebuild(info.Value, alg.Value, ppt.Value)
		if len(texts) == 0 {
			open(&id, CheckForm, true, "the claims cannot be rebuilt from the message: it needs From, To and Date", "RFC 8224 section 4.1")
		}
		for _, t := range texts {
			over = append(over, base64.RawURLEncoding.EncodeToString([]byte(t[0]))+"."+base64.RawURLEncoding.EncodeToString([]byte(t[1])))
		}
		if ppt.Value != "" {
			open(&id, CheckForm, false, "the extension "+ppt.Value+" has claims that the message does not carry, so the compact form cannot be rebuilt for certain", "RFC 8225 section 8")
		}
	}
	extension := header.get("ppt").text
	if extension == "" {
		extension = ppt.Value
	}
	switch extension {
	case "":
	case "shaken":
		id.Title = "SHAKEN " + id.Title
	case "div", "rcd", "rph":
		open(&id, CheckForm, false, "what the extension "+extension+" asks beyond the claims that every PASSporT has is not checked here", "RFC 8225 section 8")
	default:
		open(&id, CheckForm, true, "the extension "+strconv.Quote(extension)+" is not known here, and who does not know it has to pass over the field", "RFC 8224 section 6.2")
	}
	raw, err := decodeBase64(parts[2])
	if err != nil || len(raw) == 0 {
		check(&id, report.CheckSignature, false, true, "the signature is not in base64url", "RFC 8225 section 6")
		raw = nil
	}
	if alg.Value == "" {
		alg.Value = header.get("alg").text
	}
	if alg.Value == "" {
		alg.Value = "ES256"
	}
	id.Algorithm = alg.Value
	var which int
	var cert *pkix.Certificate
	origin := claims.get("orig")
	if len(over) > 0 && raw != nil {
		which, cert = c.tokenSignature(&id, alg.Value, header.get("alg").text, raw, over, info.Value, origin)
		if parts[0] == "" && which > 0 {
			signed, _ := decodeJSON(strings.Split(over[which], ".")[1])
			claims, origin = signed, signed.get("orig")
		}
		id.SignedString = shown(over[which])
	}
	id.Claimed = one2(origin)
	showToken(&id, "header", header)
	showToken(&id, "claims", claims)
	c.authority(&id, cert, origin)
	constrain(&id, cert, claims, full || extension == "")
	if full {
		c.compareToken(&id, header, claims, info.Value, alg, ppt)
	}
	when, what := claims.get("iat"), "iat"
	if parts[0] == "" {
		what = "Date"
	}
	if t, ok := when.number(); ok {
		signedWhile(&id, cert, what, t, true, "RFC 8224 section 6.2")
		c.fresh(&id, what, t, passportWindow, ", with 403 (Stale Date)", "RFC 8224 section 6.2")
	}
	Settle(&id)
	return id
}

// one2 is the one identity of an orig claim, as a person would write it.
func one2(origin value) string {
	if tn := origin.get("tn").list(); len(tn) > 0 {
		return "tel:" + tn[0]
	}
	if uri := origin.get("uri").list(); len(uri) > 0 {
		return uri[0]
	}
	return ""
}

func decodeJSON(s string) (value, error) {
	raw, err := decodeBase64(s)
	if err != nil {
		return value{}, err
	}
	return parseJSON(string(raw))
}

// tokenSignature verifies the signature of a JSON Web Signature (RFC 7518 section 3.4).
func (c *Context) tokenSignature(id *report.Identity, alg, inside string, raw []byte, over []string, info string, origin value) (int, *pkix.Certificate) {
	s := signature{
		bytes: raw, strings: over, reference: "RFC 8225 section 6", about: "The header, a claim, or what they are rebuilt from,", answer: invalidIdentity,
		mine: func(k Certificate) bool {
			if named(k, info) {
				return true
			}
			ok, _, _ := covers(k.Certificate, origin)
			numbers, _ := telephoneNumbers(k.Certificate)
			return ok != nil && *ok || len(numbers) > 0
		},
	}
	if inside != "" {
		alg = inside
	}
	switch alg {
	case "ES256":
		s.algorithm.OID = oid.ECDSAWithSHA256
		s.fits = func(k *algo.PublicKey) bool {
			ec, ok := k.Key.(*algo.ECPublicKey)
			return ok && ec.Curve.OID == oid.P256
		}
		if len(raw) != 64 {
			check(id, report.CheckSignature, false, true, "a signature with ES256 has 64 bytes, and this has "+strconv.Itoa(len(raw)), "RFC 7518 section 3.4")
			return 0, nil
		}
		s.bytes = ecdsaDER(raw)
	case "RS256":
		s.algorithm.OID = oid.SHA256WithRSAEncryption
		s.fits = func(k *algo.PublicKey) bool { _, ok := k.Key.(*algo.RSAPublicKey); return ok }
		check(id, CheckForm, false, false, "RS256 is not for PASSporTs: ES256 is", "RFC 8225 section 6")
	default:
		open(id, report.CheckSignature, true, "the algorithm "+strconv.Quote(alg)+" is not known here; PASSporTs use ES256, and a recipient answers 437 (Unsupported Credential)", "RFC 8225 section 6")
		return 0, nil
	}
	return c.verify(id, s)
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
		case m.name == "iat" || m.name == "exp":
			if t, ok := m.number(); ok {
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
func (c *Context) compareToken(id *report.Identity, header, claims value, info string, alg, ppt sip.Param) {
	m := c.Message
	if t := header.get("typ").text; t != "passport" {
		check(id, CheckForm, false, true, "the type of the token is "+strconv.Quote(t)+" and not passport", "RFC 8225 section 4.1")
	}
	extension := header.get("ppt").text
	for _, p := range [][3]string{{"info", "x5u", info}, {"ppt", "ppt", ppt.Value}, {"alg", "alg", alg.Value}} {
		if inside := header.get(p[1]).text; p[2] != "" && p[2] != inside {
			// RFC 8224's own example has another URL in info; SHAKEN does not let it pass.
			check(id, CheckMatch, false, p[0] != "info" || extension == "shaken", "the parameter "+p[0]+" is "+strconv.Quote(p[2])+", and "+p[1]+" in the token "+strconv.Quote(inside), "RFC 8224 section 4.1")
		}
	}
	if info == "" && m.Kind != sip.Fragment {
		check(id, CheckForm, false, true, "the field has no parameter info that says where the certificate is; a recipient answers 436 (Bad Identity Info)", "RFC 8224 section 6.2.2")
	}
	if ppt.Value == "" && extension != "" && m.Kind != sip.Fragment {
		check(id, CheckForm, false, false, "the token is of the extension "+extension+", and the field does not say so in its parameter ppt", "RFC 8224 section 4.1")
	}
	from, to := []string{"From"}, []string{"To"}
	switch extension {
	case "shaken":
		if _, ok := m.Value("P-Asserted-Identity"); ok {
			from = []string{"P-Asserted-Identity", "From"} // ATIS-1000074 section 5.2.1
		}
	case "div":
		to = []string{"Request-URI", "To"} // where the call was diverted to (RFC 8946 section 3)
	}
	c.sameParty(id, CheckFrom, "orig", claims.get("orig"), from)
	c.sameParty(id, CheckTo, "dest", claims.get("dest"), to)
	for _, kind := range []string{"tn", "uri"} {
		if k := claims.get("orig").get(kind).kind; k != 0 && k != 's' {
			check(id, CheckForm, false, false, "orig names one caller, as a string", "RFC 8225 section 5.2.1")
		}
		if k := claims.get("dest").get(kind).kind; k != 0 && k != 'a' {
			check(id, CheckForm, false, false, "dest is a list, also of one: "+kind+" in it has to be an array", "RFC 8225 section 5.2.1")
		}
	}
	iat, ok := claims.get("iat").number()
	if !ok {
		check(id, CheckForm, false, true, "there is no iat, the time at which the token was made, or it is no number", "RFC 8225 section 5.1.1")
	} else {
		if claims.get("iat").kind == 's' {
			check(id, CheckForm, false, false, "iat is a string and not a number", "RFC 8225 section 5.1.1")
		}
		if date, ok := m.Date(); ok {
			d := date - iat
			same := d <= passportWindow && d >= -passportWindow
			detail := "iat is the Date of the message"
			if d != 0 {
				detail = "iat, " + pkix.FormatTime(iat) + ", and Date are " + near(d) + " apart"
			}
			check(id, CheckDate, same, true, detail, "RFC 8224 section 6.2")
		} else {
			open(id, CheckDate, false, "there is no Date to compare iat with", "RFC 8224 section 6.2")
		}
	}
	if extension == "shaken" {
		if !oneOf(" A B C ", claims.get("attest").text) {
			check(id, CheckForm, false, true, "a SHAKEN token says how far the call is attested, and this does not", "RFC 8588 section 4")
		}
		if claims.get("origid").text == "" {
			check(id, CheckForm, false, true, "a SHAKEN token has an origid, and this has none", "RFC 8588 section 5")
		}
	}
	if mky := claims.get("mky"); mky.kind != 0 && m.Kind != sip.Fragment {
		var list []string
		for _, one := range mky.members {
			list = append(list, fingerprint(one.get("alg").text, one.get("dig").text))
		}
		keys, claim := c.mediaKeys(), ordered(list)
		ok := keys == claim
		detail := "the fingerprints in the body are those of mky"
		if !ok {
			detail = "mky is " + shown(mky.raw) + ", and the fingerprints in the body are " + keys
		}
		check(id, CheckMatch, ok, true, detail, "RFC 8225 section 5.2.2")
	} else if mky.kind == 0 && c.mediaKeys() != "" {
		check(id, CheckForm, false, false, "the body has fingerprints of media keys, and the token has no mky that vouches for them: who changes the body can put in others", "RFC 8224 section 6.1")
	}
}

// sameParty checks that one of the identities of a claim is the address in one of
// the fields.
func (c *Context) sameParty(id *report.Identity, code, claim string, v value, fields []string) {
	const reference = "RFC 8224 section 6.2"
	var says []string
	any := false
	for _, kind := range []string{"tn", "uri"} {
		for _, text := range v.get(kind).list() {
			says = append(says, text)
			if kind == "tn" && text != number(text) {
				check(id, CheckForm, false, false, "the number "+text+" in "+claim+" is not in its canonical form, "+number(text), "RFC 8224 section 8.3")
			}
			for _, name := range fields {
				for _, form := range claimed(c.Message, name) {
					any = true
					if form.name == kind && (form.text == text || kind == "uri" && form.text == canonicalURI(sip.ParseURI(text)) || kind == "tn" && form.text == number(text)) {
						check(id, code, true, true, claim+" is the "+name+" of the message", reference)
						return
					}
				}
			}
		}
	}
	if len(says) > 0 && !any && c.Message.Kind == sip.Fragment {
		open(id, code, false, "there is no "+fields[0]+" to compare "+claim+", "+strings.Join(says, ", ")+", with", reference)
		return
	}
	value, _ := c.Message.Value(fields[0])
	if len(says) == 0 {
		check(id, code, false, true, "the token has no "+claim, "RFC 8225 section 5.2.1")
		return
	}
	check(id, code, false, true, claim+" is "+strings.Join(says, ", ")+", and "+fields[0]+" is "+value, reference)
}
