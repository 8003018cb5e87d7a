package identity

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/report"
)

// constraints are JWTClaimConstraints (RFC 8226 appendix A), or with mustExclude
// EnhancedJWTClaimConstraints (RFC 9118 appendix A), as the standard library encodes
// them.
type constraints struct {
	mustInclude, mustExclude []string
	permitted                map[string][]string
}

func (c constraints) der(t *testing.T) []byte {
	t.Helper()
	texts := func(tag int, list []string) (all []asn1.RawValue) {
		for _, s := range list {
			all = append(all, asn1.RawValue{Tag: tag, Bytes: []byte(s)})
		}
		return all
	}
	type permitted struct {
		Claim  string `asn1:"ia5"`
		Values []asn1.RawValue
	}
	var parts []asn1.RawValue
	if c.mustInclude != nil {
		parts = append(parts, explicit(0, texts(asn1.TagIA5String, c.mustInclude), ""))
	}
	if c.permitted != nil {
		var list []permitted
		for claim, values := range c.permitted {
			list = append(list, permitted{claim, texts(asn1.TagUTF8String, values)})
		}
		parts = append(parts, explicit(1, list, ""))
	}
	if c.mustExclude != nil {
		parts = append(parts, explicit(2, texts(asn1.TagIA5String, c.mustExclude), ""))
	}
	der, err := asn1.Marshal(parts)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// rfc9118Example is the extension of the certificate in RFC 9118 section 5: confidence
// must be there, and high or medium, and priority must not.
const rfc9118Example = "3040a00e300c160a636f6e666964656e6365a120301e301c160a636f6e666964656e6365300e0c04686967680c066d656469756da20c300a16087072696f72697479"

func TestConstraintsAsInRFC9118(t *testing.T) {
	want, err := hex.DecodeString(rfc9118Example)
	if err != nil {
		t.Fatal(err)
	}
	c := constraints{[]string{"confidence"}, []string{"priority"}, map[string][]string{"confidence": {"high", "medium"}}}
	if got := c.der(t); !bytes.Equal(got, want) {
		t.Errorf("%x", got)
	}
}

func TestClaimConstraints(t *testing.T) {
	plain := func(more object) object {
		claims := object{"dest": object{"uri": []string{"sip:bob@b.example.com"}}, "iat": testTime, "orig": object{"uri": "sip:alice@a.example.com"}}
		for name, v := range more {
			claims[name] = v
		}
		return claims
	}
	attest := constraints{mustInclude: []string{"attest"}, permitted: map[string][]string{"attest": {"A", "B"}}}
	permitted := constraints{permitted: map[string][]string{"level": {"A", "5", "true", `{"A":"A"}`}}}
	for _, test := range []struct {
		name       string
		enhanced   bool
		c          constraints
		claims     object
		compact    bool
		extension  string
		verdict    string
		says       string
		references string
	}{
		{"present and permitted", false, attest, object{"attest": "A"}, false, "", report.Valid, "as the certificate wants", "RFC 8226 section 8"},
		{"missing", false, attest, nil, false, "", report.Invalid, `"attest" is missing`, "RFC 8226 section 8"},
		{"not permitted", false, attest, object{"attest": "C"}, false, "", report.Invalid, `"attest" is "C"`, "RFC 8226 section 8"},
		{"absent, where only values are constrained", false, permitted, nil, false, "", report.Valid, "", "RFC 8226 section 8"},
		{"a number", false, permitted, object{"level": 5}, false, "", report.Valid, "", "RFC 8226 section 8"},
		{"another number", false, permitted, object{"level": 6}, false, "", report.Invalid, `"level" is 6`, "RFC 8226 section 8"},
		{"true", false, permitted, object{"level": true}, false, "", report.Valid, "", "RFC 8226 section 8"},
		{"one in a list", false, permitted, object{"level": []string{"C", "A"}}, false, "", report.Valid, "", "RFC 8226 section 8"},
		{"none in a list", false, permitted, object{"level": []string{"C", "a"}}, false, "", report.Invalid, `"level" is ["C","a"]`, "RFC 8226 section 8"},
		{"an object", false, permitted, object{"level": object{"A": "A"}}, false, "", report.Valid, "", "RFC 8226 section 8"},
		{"another object", false, permitted, object{"level": object{"A": "B"}}, false, "", report.Invalid, `"level" is {"A":"B"}`, "RFC 8226 section 8"},
		{"the compact form has no more", false, attest, nil, true, "", report.Invalid, `"attest" is missing`, "RFC 8226 section 8"},
		{"the compact form needs no more", false, permitted, nil, true, "", report.Valid, "", "RFC 8226 section 8"},
		{"the compact form of an extension", false, attest, nil, true, "shaken", report.Unverifiable, "not all of them are in the message", "RFC 8226 section 8"},
		{"excluded", true, constraints{mustExclude: []string{"rcd", "priority"}}, object{"rcd": object{"nam": "Alice"}}, false, "", report.Invalid, `"rcd" must not be there`, "RFC 9118 section 3"},
		{"not there to be excluded", true, constraints{mustExclude: []string{"rcd", "priority"}}, object{"attest": "A"}, false, "", report.Valid, "", "RFC 9118 section 3"},
		{"all three", true, constraints{[]string{"level", "x"}, []string{"y"}, permitted.permitted}, object{"y": "1", "level": "B"}, false, "", report.Invalid,
			`"x" is missing; "level" is "B", which is not permitted; "y" must not be there`, "RFC 9118 section 3"},
		{"nothing that is constrained", true, constraints{}, nil, false, "", report.Unverifiable, "cannot be read", "RFC 9118 section 3"},
		{"more than is read", false, constraints{mustInclude: []string{strings.Repeat("x", limit.JSONSize)}}, nil, false, "", report.Unverifiable, "cannot be read", "RFC 8226 section 8"},
	} {
		id := asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 27}
		if test.enhanced {
			id[8] = 33
		}
		s := signerWith(t, []pkix.Extension{{Id: id, Value: test.c.der(t)}}, "a.example.com")
		header, info := object{"alg": "ES256", "typ": "passport", "x5u": x5u}, testInfo
		if test.extension != "" {
			header["ppt"], info = test.extension, info+";ppt="+test.extension
		}
		identity := s.sign(t, token{header, plain(test.claims)})
		if test.compact {
			identity = compact(identity)
		}
		got := examine(request("<sip:alice@a.example.com>;tag=1", "<sip:bob@b.example.com>", testDate, identity+info, noBody), testTime, nil, s.cert)[0]
		if got.Verdict != test.verdict || test.verdict == report.Invalid && got.Reason != report.CheckIdentity {
			t.Errorf("%s: %s (%s): %s", test.name, got.Verdict, got.Reason, explain(got))
		}
		found := false
		for _, c := range got.Checks {
			found = found || c.Code == report.CheckIdentity && c.Reference == test.references && strings.Contains(c.Detail, test.says)
		}
		if !found {
			t.Errorf("%s: nothing says %q: %s", test.name, test.says, explain(got))
		}
	}
}

// TestConstraintsOddly: a claim that is there twice, and extensions that are not of the
// form they should have.
func TestConstraintsOddly(t *testing.T) {
	example, err := hex.DecodeString(rfc9118Example)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		der      []byte
		claims   string
		wrong    int
		readable bool
	}{
		{example, `{"confidence":"high"}`, 0, true},
		{example, `{"confidence":"high","confidence":"low"}`, 1, true},
		{example, `{"confidence":"low","confidence":"high"}`, 1, true},
		{example, `{"priority":1}`, 2, true},
		{example[:20], `{}`, 1, false},
		{bytes.Replace(example, []byte{0xa0}, []byte{0xa3}, 1), `{"confidence":"high"}`, 0, false},
		{bytes.Replace(example, []byte{0x16, 8}, []byte{4, 8}, 1), `{"confidence":"high"}`, 0, false},
		{[]byte{0x30, 7, 0xa0, 5, 0x16, 3, 'a', 'b', 'c'}, `{}`, 0, false}, // not in a SEQUENCE
		{[]byte{4, 0}, `{}`, 0, false},
		{nil, `{}`, 0, false},
	} {
		claims, err := parseJSON(test.claims)
		if err != nil {
			t.Fatal(err)
		}
		wrong, readable := departures(ber.ParseOne(test.der).Root(), claims)
		if strings.Count(wrong, "; ") != test.wrong || readable != test.readable {
			t.Errorf("%x, %s: %q, readable %v", test.der, test.claims, wrong, readable)
		}
	}
}
