package identity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/algo"
	"github.com/sipseal/sipseal/internal/limit"
	ourpkix "github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
	"github.com/sipseal/sipseal/internal/sip"
)

func TestLimitIdentities(t *testing.T) {
	for _, n := range []int{limit.Identities, limit.Identities + 1} {
		b := []byte("INVITE sip:b@example.net SIP/2.0\r\n" + strings.Repeat("Identity: e30.e30.AAAA;info=<https://a.example>\r\n", n) + "\r\n")
		m := sip.Parse(b)
		c := &Context{Message: m, Root: m.Entity(), End: len(b), At: testTime,
			Judge:    func(*report.Identity, *ourpkix.Certificate) {},
			Reported: func(int) *ourpkix.Certificate { return nil }, Index: func(*ourpkix.Certificate) *int { return nil },
			Trusted: func(*ourpkix.Certificate) bool { return false },
		}
		if got := len(Examine(c)); got != limit.Identities {
			t.Errorf("of %d, %d are read", n, got)
		}
	}
}

// TestLimitIdentityChecks: the last signature that may be computed, and the one after;
// the same of bytes.
func TestLimitIdentityChecks(t *testing.T) {
	for _, c := range []Context{{checks: limit.IdentityChecks - 1}, {hashed: limit.IdentityHashed - 10}} {
		s := &signature{}
		key := &algo.PublicKey{}
		c.holds(s, key, "0123456789")
		if c.exhausted() {
			t.Errorf("%d checks and %d bytes are too much", c.checks, c.hashed)
		}
		c.holds(s, key, "0")
		if !c.exhausted() {
			t.Errorf("%d checks and %d bytes are not too much", c.checks, c.hashed)
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
