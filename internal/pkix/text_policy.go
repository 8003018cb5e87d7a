package pkix

// Extensions about policies, as OpenSSL prints them.

import (
	"strings"

	"github.com/sipseal/sipseal/internal/ber"
	"github.com/sipseal/sipseal/internal/oid"
)

func textPolicies(t *textWriter, n int, v ber.Value) bool {
	first := true
	for p := range v.Children() {
		if !first {
			t.b.WriteByte('\n')
		}
		first = false
		t.indent(n)
		t.b.WriteString("Policy: " + longName(p.First().OID()))
		for q := range p.First().Next().Children() {
			t.b.WriteByte('\n')
			t.qualifier(n+2, q)
		}
	}
	return v.Is(ber.TagSequence)
}

func (t *textWriter) qualifier(n int, q ber.Value) {
	value := q.First().Next()
	switch q.First().OID() {
	case oid.CPSQualifier:
		t.indent(n)
		t.b.WriteString("CPS: " + string(value.Octets()))
	case oid.UserNoticeQualifier:
		t.indent(n)
		t.b.WriteString("User Notice:")
		for f := range value.Children() {
			t.b.WriteByte('\n')
			if !f.Is(ber.TagSequence) {
				t.indent(n + 2)
				t.b.WriteString("Explicit Text: " + string(f.Octets()))
				continue
			}
			t.line(n+2, "Organization: "+string(f.First().Octets()))
			var numbers []string
			for number := range f.First().Next().Children() {
				numbers = append(numbers, integerText(number.Bytes()))
			}
			t.indent(n + 2)
			heading := "Number: "
			if len(numbers) > 1 {
				heading = "Numbers: "
			}
			t.b.WriteString(heading + strings.Join(numbers, ", "))
		}
	default:
		t.indent(n)
		t.b.WriteString("Unknown Qualifier: " + longName(q.First().OID()))
	}
}

func textPolicyMappings(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for m := range v.Children() {
		list = append(list, longName(m.First().OID())+":"+longName(m.First().Next().OID()))
	}
	t.values(n, list)
	return v.Is(ber.TagSequence)
}

func textPolicyConstraints(t *textWriter, n int, v ber.Value) bool {
	var list []string
	for f := range v.Children() {
		switch {
		case f.IsContext(0):
			list = append(list, "Require Explicit Policy:"+integerText(f.Bytes()))
		case f.IsContext(1):
			list = append(list, "Inhibit Policy Mapping:"+integerText(f.Bytes()))
		}
	}
	t.values(n, list)
	return v.Is(ber.TagSequence)
}
