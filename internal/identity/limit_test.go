package identity

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	ourpkix "github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

// TestLimitIdentities: in fields of their own, and in a list in one field.
func TestLimitIdentities(t *testing.T) {
	const one = "e30.e30.AAAA;info=<https://a.example>"
	for _, n := range []int{limit.Identities, limit.Identities + 1, 3 * limit.Identities} {
		for _, fields := range []string{strings.Repeat("Identity: "+one+"\r\n", n), "Identity: " + one + strings.Repeat(","+one, n-1) + "\r\n"} {
			b := []byte("INVITE sip:b@example.net SIP/2.0\r\n" + fields + "\r\n")
			m := sip.Parse(b)
			c := &Context{Message: m, Root: m.Entity(), End: len(b), At: testTime,
				Judge:    func(*report.Identity, *ourpkix.Certificate) {},
				Reported: func(int) *ourpkix.Certificate { return nil }, Index: func(*ourpkix.Certificate) *int { return nil },
				Trusted: func(*ourpkix.Certificate) bool { return false },
			}
			got := Examine(c)
			if len(got) != min(n, limit.Identities+1) {
				t.Fatalf("of %d, %d are read", n, len(got))
			}
			last := got[len(got)-1]
			said := strings.HasPrefix(last.Checks[0].Detail, "more than 20 identities at byte ")
			if said != (n > limit.Identities) || said && last.Verdict != report.Unverifiable {
				t.Errorf("of %d, the last: %+v", n, last)
			}
		}
	}
}

// TestLimitIdentityChecks: the last signature that may be computed, and the one after;
// the same of bytes.
func TestLimitIdentityChecks(t *testing.T) {
	for _, test := range []struct {
		Context
		says string
	}{
		{Context{checks: limit.IdentityChecks - 1}, limit.More("signatures to compute for one message", limit.IdentityChecks, -1)},
		{Context{hashed: limit.IdentityHashed - 10}, limit.More("bytes to hash for the signatures of one message", limit.IdentityHashed, -1)},
	} {
		c := test.Context
		s := &signature{}
		key := &algo.PublicKey{}
		c.holds(s, key, "0123456789")
		if c.exhausted() {
			t.Errorf("%d checks and %d bytes are too much", c.checks, c.hashed)
		}
		c.holds(s, key, "0")
		if !c.exhausted() || c.spent() != test.says {
			t.Errorf("%d checks and %d bytes: %q", c.checks, c.hashed, c.spent())
		}
	}
}

func TestLimitIdentityText(t *testing.T) {
	for _, n := range []int{limit.IdentityText, limit.IdentityText + 1} {
		got := shown(strings.Repeat("x", n))
		if cut := strings.HasSuffix(got, "…"); cut != (n > limit.IdentityText) || len(strings.TrimSuffix(got, "…")) != limit.IdentityText {
			t.Errorf("%s: cut %v", fmt.Sprint(n), cut)
		}
	}
}

// TestLimitTelephoneNumbers: the number is the last that is read, and one more.
func TestLimitTelephoneNumbers(t *testing.T) {
	for _, n := range []int{limit.TelephoneNumbers, limit.TelephoneNumbers + 1} {
		entry := func(number string) []byte {
			return append([]byte{0xa2, byte(len(number) + 2), 0x16, byte(len(number))}, number...)
		}
		entries := append(bytes.Repeat(entry("12155551212"), n-1), entry("12025551000")...)
		list := append([]byte{0x30, 0x83, byte(len(entries) >> 16), byte(len(entries) >> 8), byte(len(entries))}, entries...)
		cert := &ourpkix.Certificate{Extensions: []ourpkix.Extension{{OID: oid.TNAuthorizationList, Value: list}}}
		origin, err := parseJSON(`{"tn":"12025551000"}`)
		if err != nil {
			t.Fatal(err)
		}
		ok, _, detail := covers(cert, origin)
		if over := n > limit.TelephoneNumbers; (ok != nil && *ok) == over || over != strings.Contains(detail, limit.More("entries", limit.TelephoneNumbers, -1)) {
			t.Errorf("as number %d: %v %s", n, ok, detail)
		}
	}
}
