package inspect

// What costs more than a call may take is not decided, is said, and keeps nothing else from
// being shown. The budgets here are small, so that it is soon reached; what is counted is
// the same in every environment.

import (
	"encoding/asn1"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/report"
)

// lockedKey is an encrypted private key, with so many rounds of derivation, that no
// password opens.
func lockedKey(t *testing.T, rounds int) []byte {
	t.Helper()
	type algorithm struct {
		OID    asn1.ObjectIdentifier
		Params any `asn1:"optional"`
	}
	type derivation struct {
		Salt   []byte
		Rounds int
	}
	der, err := asn1.Marshal(struct {
		Algorithm struct {
			OID    asn1.ObjectIdentifier
			Params struct{ KDF, Cipher algorithm }
		}
		Data []byte
	}{Algorithm: struct {
		OID    asn1.ObjectIdentifier
		Params struct{ KDF, Cipher algorithm }
	}{
		asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13},
		struct{ KDF, Cipher algorithm }{
			algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, derivation{make([]byte, 8), rounds}},
			algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}, make([]byte, 16)},
		},
	}, Data: make([]byte, 64)})
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func saysTooMuch(r *report.Report) bool {
	return slices.ContainsFunc(r.Findings, func(f report.Finding) bool { return f.Code == reached && strings.Contains(f.Detail, "work") })
}

func TestWorkOfPasswords(t *testing.T) {
	c, o := newCast(t)
	message := []byte(sent(c.signed(c.alice, text("hello"))))
	for _, rounds := range []int{1000, 9_900_000} {
		o.Keys = []NamedBytes{{"locked", lockedKey(t, rounds)}}
		o.Passwords = []string{"a", "b", "c"}
		r := Inspect(message, o).Report
		if saysTooMuch(r) != (rounds > 1000) {
			t.Errorf("%d rounds: too much is %v", rounds, saysTooMuch(r))
		}
		// The message is judged all the same, out of its own part of the budget.
		if r.Summary.State != report.StateValid {
			t.Errorf("%d rounds: %s", rounds, r.Summary.Text)
		}
	}
}

func TestWorkOfSigners(t *testing.T) {
	c, o := newCast(t)
	part := text("hello")
	signers := slices.Repeat([]craft.Signer{{Certificate: c.alice.cert, Key: c.alice.key, SigningTime: "2026-05-01T00:00:00Z"}}, 40)
	der, err := craft.Sign([]byte(part), signers, craft.SignOptions{Detached: true, Certificates: [][]byte{c.alice.cert}})
	if err != nil {
		t.Fatal(err)
	}
	message := []byte(sent(c.multipart(signedHeader, part, p7s(string(der)))))
	if r := Inspect(message, o).Report; r.Summary.State != report.StateValid || saysTooMuch(r) {
		t.Fatalf("within the budget: %s", r.Summary.Text)
	}
	o.Work = 0.5 // of which one message may take a tenth
	r := Inspect(message, o).Report
	list := r.Messages[0].Body.Signature.Signers
	if r.Summary.State != report.StateUnverifiable || !saysTooMuch(r) || !strings.Contains(r.Summary.Text, "too much work") {
		t.Errorf("beyond the budget: %s: %s", r.Summary.State, r.Summary.Text)
	}
	if len(list) != 40 || list[0].Verdict != report.Valid || list[39].Verdict != report.Unverifiable {
		t.Errorf("%d signers: %s, and at last %s", len(list), list[0].Verdict, list[39].Verdict)
	}
	if got := *r.Messages[0].Body.Children[0].Text; got != "hello\r\n" {
		t.Errorf("the text is %q", got)
	}
}

// TestWorkOfChains: certificates of one name, each of which may have issued each other.
func TestWorkOfChains(t *testing.T) {
	c, o := newCast(t)
	description := craft.DefaultCA()
	description.NotBefore = "2026-01-01"
	description.Extensions = []string{"basicConstraints = critical,CA:true"}
	for range 12 {
		key, err := craft.GenerateKey("ECDSA P-256")
		if err != nil {
			t.Fatal(err)
		}
		der, err := craft.SelfSign(description, key)
		if err != nil {
			t.Fatal(err)
		}
		o.Certificates = append(o.Certificates, NamedBytes{"ca", der})
	}
	o.Trust = nil // alice's CA has the same name, and is none of them
	message := []byte(sent(c.signed(c.alice, text("hello"))))
	o.Work = 0.3
	r := Inspect(message, o).Report
	if r.Summary.State != report.StateUnverifiable || !saysTooMuch(r) {
		t.Errorf("%s: %s", r.Summary.State, r.Summary.Text)
	}
	o.Work = 0
	if r := Inspect(message, o).Report; r.Summary.State == report.StateValid || saysTooMuch(r) {
		t.Errorf("with more work: %s: %s", r.Summary.State, r.Summary.Text)
	}
}
