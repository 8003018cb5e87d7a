package craft

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/inspect"
	"github.com/sipseal/sipseal/internal/report"
)

// TestDamages: each damage to a signed and to an encrypted message, and what the
// inspector must say of it: without repair, and with it where it can be repaired.
func TestDamages(t *testing.T) {
	ca, alice, bob := cast(t, usualKey())
	message := func(l ...Layer) []byte {
		m := Message{From: "sip:alice@example.org", To: "sip:bob@example.net", Body: "Watson, come here.\nI want to see you.\n", Layers: l}
		return must(m.Bytes())(t)
	}
	sign := Layer{Kind: LayerSign, Signers: []Signer{{Certificate: alice.cert, Key: alice.key}}, Attach: []Cert{alice.cert}}
	opaque := sign
	opaque.Opaque, opaque.Base64 = true, true
	signed := message(sign)
	// The middle of the signed text, and the last byte of the signature's value.
	inText := bytes.Index(signed, []byte("Watson"))
	inSignature := bytes.LastIndex(signed, []byte("\r\n--")) - 1
	encrypted := message(Layer{Kind: LayerEncrypt, Recipients: []Recipient{{Certificate: bob.cert}}})
	for _, test := range []struct {
		id      string
		message []byte
		at      int
		seals   string // without repair
		finding string // a code without repair
		mended  string // with repair, where that differs
	}{
		{"flip", signed, inText, "invalid (digest)", "", ""},
		{"flip", signed, inSignature, "invalid (signature)", "", ""},
		{"flip", encrypted, len(encrypted) - 1, "failed", "", ""},
		{"lf-crlf", signed, -1, "", "", "valid"},
		{"crlf-lf", signed, -1, "", "", "valid"},
		{"truncated", signed, -1, "", "sip-content-length", ""},
		{"truncated", signed, inText, "", "sip-content-length", ""},
		{"length-short", signed, -1, "valid", "sip-trailing-bytes", ""},
		{"length-long", signed, -1, "valid", "sip-content-length", ""},
		{"text", signed, -1, "invalid (digest)", "", ""},
		{"from", signed, -1, "invalid (identity)", "identity-mismatch", ""},
		{"micalg", signed, -1, "valid", "micalg-mismatch", ""},
		{"protocol", signed, -1, "valid", "protocol-missing", ""},
		{"signature-type", signed, -1, "valid", "signature-type", ""},
		{"smime-type", message(opaque), -1, "valid", "smime-type-mismatch", ""},
		{"boundary", signed, -1, "", "mime-no-delimiter", ""},
		{"no-close", signed, -1, "valid", "mime-no-close-delimiter", ""},
		{"not-utf8", signed, -1, "", "", ""},
	} {
		d := must(DamageNamed(test.id))(t)
		damaged, err := d.Do(test.message, test.at)
		if err != nil {
			t.Errorf("%s: %v", test.id, err)
			continue
		}
		look := func(noRepair bool) (string, *report.Report) {
			r := inspect.Inspect(damaged, inspect.Options{
				Keys:  []inspect.NamedBytes{{Name: "bob", Data: must(bob.key.PEM(""))(t)}},
				Trust: []inspect.NamedBytes{{Name: "ca", Data: ca.der}}, At: time.Now().Unix(), NoRepair: noRepair,
			}).Report
			if len(r.Messages) == 0 {
				return "no message", r
			}
			return seals(r.Messages[0].Body), r
		}
		got, r := look(true)
		if test.seals != "" && got != test.seals {
			t.Errorf("%s: %q, want %q", test.id, got, test.seals)
		}
		if test.seals == "" && got == "valid" {
			t.Errorf("%s: valid in spite of the damage", test.id)
		}
		if test.finding != "" && !hasFinding(r, test.finding) {
			var codes []string
			for _, f := range r.Findings {
				codes = append(codes, f.Code)
			}
			t.Errorf("%s: no finding %s among %s", test.id, test.finding, strings.Join(codes, ", "))
		}
		if test.mended != "" {
			if got, _ := look(false); got != test.mended {
				t.Errorf("%s, mended: %q, want %q", test.id, got, test.mended)
			}
		}
	}
	for _, d := range Damages {
		if _, err := d.Do([]byte("MESSAGE sip:bob@example.net SIP/2.0\r\n"), -1); err == nil && d.ID != "crlf-lf" {
			t.Errorf("%s found something to damage in a start line", d.ID)
		}
	}
}

// TestDamagesOfOddForms: short names of header fields, in any case, and values that are
// quoted or not; what is in a body is not taken for a header field.
func TestDamagesOfOddForms(t *testing.T) {
	const message = "MESSAGE sip:bob@example.net SIP/2.0\r\nF : \"A\" <SIPS:alice@example.org>\r\nl:  29\r\nc: multipart/signed; boundary=\"a b\"; micalg=\"sha-1,md5\";\r\n protocol=x\r\n\r\n" +
		"content-type: Text/Plain\r\n\r\n-Az"
	for id, want := range map[string][2]string{
		"from":         {"SIPS:alice@", "SIPS:mallory@"},
		"length-short": {"l:  29", "l:  19"},
		"length-long":  {"l:  29", "l:  39"},
		"micalg":       {`micalg="sha-1,md5"`, "micalg=md5"},
		"boundary":     {`boundary="a b"`, "boundary=none-of-these"},
		"protocol":     {";\r\n protocol=x", ""},
		"text":         {"-Az", "-Bz"},
	} {
		got, err := must(DamageNamed(id))(t).Do([]byte(message), -1)
		if w := strings.Replace(message, want[0], want[1], 1); err != nil || string(got) != w {
			t.Errorf("%s: %q, want %q (%v)", id, got, w, err)
		}
	}
	for id, m := range map[string]string{
		"length-short": "BYE sip:a@b SIP/2.0\r\n\r\nContent-Length: 5\r\n\r\n", "from": "BYE sip:a@b SIP/2.0\r\nFrom: <tel:+1>\r\n\r\nFrom: <sip:a@b>\r\n",
		"smime-type": message, "signature-type": message,
	} {
		if got, err := must(DamageNamed(id))(t).Do([]byte(m), -1); err == nil {
			t.Errorf("%s was done: %q", id, got)
		}
	}
}

func hasFinding(r *report.Report, code string) bool {
	for _, f := range r.Findings {
		if f.Code == code {
			return true
		}
	}
	return false
}

// TestFaults: each fault of a certificate, and the check that fails for a message
// signed with it.
func TestFaults(t *testing.T) {
	ca, _, bob := cast(t, "ECDSA P-256")
	want := map[string]string{
		"expired": "validity", "not-yet-valid": "validity", "wrong-san": "identity", "no-san": "identity",
		"key-usage": "key-usage", "eku": "extended-key-usage", "bad-signature": "chain", "critical": "chain",
	}
	for _, f := range Faults {
		born := time.Now()
		c := must(WithFault(must(MakeCert("alice@example.org", KindUser, true, 365, born))(t), f.ID, born))(t)
		key, cert := ca.issue(t, c, "ECDSA P-256")
		m := Message{From: "sip:alice@example.org", To: "sip:bob@example.net", Body: "Hello!", Layers: []Layer{{Kind: LayerSign,
			Signers: []Signer{{Certificate: cert, Key: key}}, Attach: []Cert{cert}}}}
		if got := seals(inspected(t, must(m.Bytes())(t), ca, bob).Messages[0].Body); got != "invalid ("+want[f.ID]+")" {
			t.Errorf("%s: %s, want %s", f.ID, got, want[f.ID])
		}
	}
}
