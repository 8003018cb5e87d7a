package inspect

import (
	"bytes"
	"slices"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/oid"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/report"
)

// person is somebody with a key and a certificate.
type person struct {
	uri  string
	key  *craft.Key
	cert []byte
}

// people makes a CA and certificates by it, on curves: they are made at once.
func people(t testing.TB, names ...string) (ca *craft.Issuer, anchor []byte, list map[string]person) {
	t.Helper()
	key := func() *craft.Key {
		k, err := craft.GenerateKey("ECDSA P-256")
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	root := key()
	description := craft.DefaultCA()
	description.NotBefore = "2026-01-01"
	anchor, err := craft.SelfSign(description, root)
	if err == nil {
		ca, err = craft.NewIssuer(anchor, root)
	}
	if err != nil {
		t.Fatal(err)
	}
	list = map[string]person{}
	for _, name := range names {
		p := person{uri: "sip:" + name + "@example.org", key: key()}
		spki, err := p.key.PublicKey()
		if err == nil {
			p.cert, err = ca.Issue(craft.Certificate{
				Subject: []string{"CN=" + name}, NotBefore: "2026-01-01",
				Extensions: []string{"subjectAltName = URI:" + p.uri, "subjectKeyIdentifier = hash"},
			}, spki)
		}
		if err != nil {
			t.Fatal(err)
		}
		list[name] = p
	}
	return ca, anchor, list
}

func (p person) signs(attached ...person) craft.Layer {
	l := craft.Layer{Kind: craft.LayerSign, Signers: []craft.Signer{{Certificate: p.cert, Key: p.key}}}
	for _, a := range attached {
		l.Attach = append(l.Attach, a.cert)
	}
	return l
}

func sealedFor(p person) craft.Layer {
	return craft.Layer{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{{Certificate: p.cert}}}
}

func (p person) keyFile(t testing.TB) []byte {
	t.Helper()
	der, err := p.key.PKCS8()
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// sends makes a message with these seals.
func (p person) sends(t testing.TB, contentType, body string, seals ...craft.Layer) []byte {
	t.Helper()
	b, err := craft.Message{
		From: p.uri, To: "sip:bob@example.org", ContentType: contentType, Body: body,
		Binary: contentType != "", Layers: seals,
	}.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// states are the verdicts of the messages in an input, in their order.
func states(r *report.Report) []string {
	var list []string
	for i := range r.Messages {
		list = append(list, r.Messages[i].Summary.State)
	}
	return list
}

// TestOrderOfMessages: what a message brings helps every other one of the same input,
// whichever of them stands first.
func TestOrderOfMessages(t *testing.T) {
	ca, anchor, list := people(t, "alice", "bob", "carol")
	alice, bob, carol := list["alice"], list["bob"], list["carol"]
	bare := alice.sends(t, "", "Hello!", alice.signs())
	serial := func() string {
		c, err := pkix.ParseCertificate(alice.cert)
		if err != nil {
			t.Fatal(err)
		}
		return c.SerialHex()
	}()
	crl, err := ca.Revoke(craft.CRL{Revoked: []string{serial}, ThisUpdate: "2026-02-01", NextUpdate: "2027-01-01"})
	if err != nil {
		t.Fatal(err)
	}
	withCRL, err := craft.Sign([]byte("Content-Type: text/plain\r\n\r\nGone.\r\n"), []craft.Signer{{Certificate: carol.cert, Key: carol.key}},
		craft.SignOptions{Certificates: [][]byte{carol.cert}, CRLs: [][]byte{crl}, ContentType: oid.Data})
	if err != nil {
		t.Fatal(err)
	}
	forCarol := alice.sends(t, "", "For you alone.", sealedFor(carol))
	o := Options{Trust: []NamedBytes{{"ca", anchor}}, Keys: []NamedBytes{{"bob", bob.keyFile(t)}}, Certificates: []NamedBytes{{"bob", bob.cert}}, At: at(t, "2026-06-01")}
	for _, c := range []struct {
		name         string
		first, other []byte
		want         []string
		alone        string // the first without the other
	}{
		{"the signer's certificate is attached to another", bare, carol.sends(t, "", "Hi!", carol.signs(carol, alice)), []string{report.Valid, report.Valid}, report.Unverifiable},
		{"it is sealed in another", bare, carol.sends(t, "", "Hi!", carol.signs(carol, alice), sealedFor(bob)), []string{report.Valid, report.Valid}, report.Unverifiable},
		{"it is in none", bare, carol.sends(t, "", "Hi!", carol.signs(carol)), []string{report.Unverifiable, report.Valid}, report.Unverifiable},
		{"the other brings a CRL", alice.sends(t, "", "Hello!", alice.signs(alice)), carol.sends(t, "application/pkcs7-mime;smime-type=signed-data", string(withCRL)), []string{report.Invalid, report.Valid}, report.Valid},
		{"the other brings a key", forCarol, alice.sends(t, "application/pkcs8", string(carol.keyFile(t)), sealedFor(bob)), []string{report.StateOpened, report.StateOpened}, report.StateSealed},
		{"the other brings a key that is not for it", forCarol, alice.sends(t, "application/pkcs8", string(alice.keyFile(t)), sealedFor(bob)), []string{report.StateSealed, report.StateOpened}, report.StateSealed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := states(Inspect(slices.Concat(c.first, c.other), o).Report); !slices.Equal(got, c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
			slices.Reverse(c.want)
			if got := states(Inspect(slices.Concat(c.other, c.first), o).Report); !slices.Equal(got, c.want) {
				t.Errorf("the other way about %v, want %v", got, c.want)
			}
			if got := states(Inspect(c.first, o).Report); got[0] != c.alone {
				t.Errorf("alone it is %v, want %s", got, c.alone)
			}
		})
	}
}

// TestLimitRounds: of messages that each hold the key of the one before, so many are
// opened as rounds are allowed, and the last stays closed.
func TestLimitRounds(t *testing.T) {
	names := []string{"0", "1", "2", "3", "4", "5", "6"}
	_, _, list := people(t, names...)
	for _, n := range []int{limit.Rounds + 1, limit.Rounds + 2} {
		var input []byte
		for i := range n {
			owner, next := list[names[i]], list[names[i+1]]
			m := owner.sends(t, "application/pkcs8", string(next.keyFile(t)), sealedFor(owner))
			input = append(bytes.Clone(m), input...) // the one to open first stands last
		}
		r := Inspect(input, Options{Keys: []NamedBytes{{"first", list["0"].keyFile(t)}}, At: at(t, "2026-06-01")}).Report
		got := states(r)
		opened := 0
		for _, s := range got {
			if s == report.StateOpened {
				opened++
			}
		}
		if len(got) != n || opened != limit.Rounds+1 || (got[0] == report.StateOpened) != (n == limit.Rounds+1) {
			t.Errorf("of %d messages: %v", n, got)
		}
	}
}
