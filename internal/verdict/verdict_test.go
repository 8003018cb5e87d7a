package verdict

import (
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
)

func TestOfAll(t *testing.T) {
	for _, c := range []struct{ states, want string }{
		{"", report.StatePlain},
		{"plain opened", report.StateOpened},
		{"valid valid", report.StateValid},
		{"valid plain", report.StatePartly},
		{"opened valid", report.StatePartly},
		{"partly valid", report.StatePartly},
		{"valid sealed", report.StateSealed},
		{"plain valid sealed", report.StateSealed},
		{"sealed unverifiable partly", report.StateUnverifiable},
		{"unverifiable error", report.StateError},
		{"error invalid valid", report.StateInvalid},
	} {
		if got := OfAll(strings.Fields(c.states)); got != c.want {
			t.Errorf("of %q: %s, want %s", c.states, got, c.want)
		}
	}
}

func leaf(path string) report.Part {
	return report.Part{Path: path, Type: "text/plain", Range: report.Range{1, 9}, BodyRange: report.Range{3, 9}}
}

// signed is a multipart/signed with these parts, whose signature has this verdict.
func signed(path, verdict string, parts ...report.Part) report.Part {
	return report.Part{
		Path: path, Type: "multipart/signed", Children: parts,
		Signature: &report.Signature{Detached: true, Verdict: verdict, Sender: "sip:alice@example.com", Signers: []report.Signer{{}}},
	}
}

func p7s(path string) report.Part {
	p := leaf(path)
	p.Type, p.CMS = "application/pkcs7-signature", &report.Object{Kind: "signedData"}
	return p
}

func mixed(path string, parts ...report.Part) report.Part {
	return report.Part{Path: path, Type: "multipart/mixed", Children: parts}
}

// opaque is a SignedData with its content.
func opaque(path, verdict string, content report.Part) report.Part {
	return report.Part{Path: path, Content: &content, Signature: &report.Signature{Verdict: verdict, Sender: "sip:alice@example.com"}}
}

func opened(path string, content report.Part) report.Part {
	return report.Part{Path: path, Content: &content, Envelope: &report.Envelope{Verdict: report.Decrypted}}
}

func inside(path string, differs string, body report.Part) report.Part {
	c := []report.Comparison{{Header: "From", OK: differs != "From"}, {Header: "Subject", OK: differs != "Subject"}}
	return report.Part{Path: path, Type: "message/sip", BodyRange: report.Range{0, 5}, Message: &report.Message{Kind: report.KindRequest, Body: &body, Comparison: c}}
}

func identity(verdict string, covers ...string) report.Identity {
	return report.Identity{Mechanism: report.IdentityPASSporT, Verdict: verdict, Covers: covers}
}

func TestDecide(t *testing.T) {
	external := leaf("1")
	external.Type, external.BodyRange = "message/external-body", report.Range{9, 9}
	nobody := leaf("1")
	nobody.BodyRange = report.Range{9, 9}
	broken := leaf("1.2")
	broken.Error = "decompressing: it is cut off"
	digested := leaf("1.2")
	digested.Digest = &report.Check{OK: new(bool)}
	sealed := report.Part{Path: "1.2", Envelope: &report.Envelope{Verdict: report.NoKey}}
	token := signed("1.2", report.Valid, leaf("1.2.1"), p7s("1.2.2"))
	token.Signature.Sender = ""
	for _, c := range []struct {
		name      string
		body      report.Part
		identity  []report.Identity
		doubts    []Doubt
		state     string
		uncovered string // paths
	}{
		{"plain", leaf("1"), nil, nil, report.StatePlain, "1"},
		{"signed", signed("1", report.Valid, leaf("1.1"), p7s("1.2")), nil, nil, report.StateValid, ""},
		{"a third part", signed("1", report.Valid, leaf("1.1"), p7s("1.2"), leaf("1.3")), nil, nil, report.StatePartly, "1.3"},
		{"a third part that calls itself a signature", signed("1", report.Valid, leaf("1.1"), p7s("1.2"), p7s("1.3")), nil, nil, report.StatePartly, "1.3"},
		{"unsigned before", mixed("1", leaf("1.1"), signed("1.2", report.Valid, leaf("1.2.1"), p7s("1.2.2"))), nil, nil, report.StatePartly, "1.1"},
		{"all parts signed", mixed("1", signed("1.1", report.Valid, leaf("1.1.1"), p7s("1.1.2")), opaque("1.2", report.Valid, leaf("1.2.1"))), nil, nil, report.StateValid, ""},
		{"one signature does not hold", mixed("1", signed("1.1", report.Invalid, leaf("1.1.1"), p7s("1.1.2")), opaque("1.2", report.Valid, leaf("1.2.1"))), nil, nil, report.StateInvalid, "1.1.1"},
		{"signed, then encrypted", opened("1", signed("1.1", report.Valid, leaf("1.1.1"), p7s("1.1.2"))), nil, nil, report.StateValid, ""},
		{"unsigned beside signed, encrypted", opened("1", mixed("1.1", leaf("1.1.1"), opaque("1.1.2", report.Valid, leaf("1.1.2.1")))), nil, nil, report.StatePartly, "1.1.1"},
		{"encrypted, then signed", signed("1", report.Valid, opened("1.1", leaf("1.1.1")), p7s("1.2")), nil, nil, report.StateValid, ""},
		{"sealed beside signed", mixed("1", opaque("1.1", report.Valid, leaf("1.1.1")), sealed), nil, nil, report.StateSealed, ""},
		{"an error beside signed", mixed("1", opaque("1.1", report.Valid, leaf("1.1.1")), broken), nil, nil, report.StateError, "1.2"},
		{"a wrong digest beside signed", mixed("1", opaque("1.1", report.Valid, leaf("1.1.1")), digested), nil, nil, report.StateInvalid, "1.2"},
		{"a referral's token", mixed("1", leaf("1.1"), token), nil, nil, report.StatePartly, "1.1 1.2.1"},
		{"a signature with something else in its part", signed("1", report.Valid, leaf("1.1"), mixed("1.2", leaf("1.2.1"))), nil, nil, report.StatePartly, "1.2.1"},
		{"doubt about what is not covered", signed("1", report.Valid, leaf("1.1"), p7s("1.2")), nil, []Doubt{{Path: ""}}, report.StateUnverifiable, ""},
		{"doubt about what is covered", signed("1", report.Valid, leaf("1.1"), p7s("1.2")), nil, []Doubt{{Path: "1.1"}}, report.StateValid, ""},
		{"doubt, and nothing signed", leaf("1"), nil, []Doubt{{Path: ""}}, report.StatePlain, "1"},
		{"a message inside that is signed", signed("1", report.Valid, inside("1.1", "", leaf("1.1.1")), p7s("1.2")), nil, nil, report.StateValid, ""},
		{"another From inside", signed("1", report.Valid, inside("1.1", "From", leaf("1.1.1")), p7s("1.2")), nil, nil, report.StateInvalid, ""},
		{"another Subject inside", signed("1", report.Valid, inside("1.1", "Subject", leaf("1.1.1")), p7s("1.2")), nil, nil, report.StateValid, ""},
		{"a message inside that nobody signed", inside("1", "", signed("1.1", report.Valid, leaf("1.1.1"), p7s("1.1.2"))), nil, nil, report.StatePartly, "1"},
		{"somebody else's message inside", inside("1", "From", signed("1.1", report.Valid, leaf("1.1.1"), p7s("1.1.2"))), nil, nil, report.StatePartly, "1 1.1.1"},
		{"an identity, no body", nobody, []report.Identity{identity(report.Valid, "From")}, nil, report.StateValid, ""},
		{"an identity, and a body elsewhere", external, []report.Identity{identity(report.Valid, "From")}, nil, report.StatePartly, "1"},
		{"an identity, and a body", leaf("1"), []report.Identity{identity(report.Valid, "From")}, nil, report.StatePartly, "1"},
		{"an identity that covers the body", leaf("1"), []report.Identity{identity(report.Valid, "From", report.CoversBody)}, nil, report.StateValid, ""},
		{"an identity that would cover the body", leaf("1"), []report.Identity{identity(report.Unverifiable, "From", report.CoversBody)}, nil, report.StateUnverifiable, "1"},
		{"an identity that does not hold", opaque("1", report.Valid, leaf("1.1")), []report.Identity{identity(report.Invalid, "From")}, nil, report.StateInvalid, ""},
	} {
		m := &report.Message{Kind: report.KindRequest, Body: &c.body, Identity: c.identity, Headers: []report.Header{{Name: "f", Canonical: "From", Range: report.Range{4, 8}}}}
		d := Decide(m, c.doubts)
		var paths []string
		for _, p := range d.Uncovered {
			paths = append(paths, p.Path)
		}
		if got := strings.Join(paths, " "); d.State != c.state || got != c.uncovered {
			t.Errorf("%s: %s, uncovered %q; want %s, %q", c.name, d.State, got, c.state, c.uncovered)
		}
		wantField := len(c.identity) > 0 && c.identity[0].Verdict == report.Valid
		if got := len(m.Headers[0].Covered) > 0; got != wantField {
			t.Errorf("%s: From covered %v", c.name, m.Headers[0].Covered)
		}
	}
}

// TestCovered: what lies inside several seals is covered by each, in its own bytes.
func TestCovered(t *testing.T) {
	body := signed("1", report.Valid, mixed("1.1", leaf("1.1.1"), opaque("1.1.2", report.Invalid, leaf("1.1.2.1"))), p7s("1.2"))
	m := &report.Message{Kind: report.KindRequest, Body: &body}
	Decide(m, nil)
	by := func(p *report.Part) (list []string) {
		for _, c := range p.Covered {
			if c.Range != p.Range || c.Source != p.Source {
				t.Errorf("part %s is covered in %v", p.Path, c)
			}
			list = append(list, c.By)
		}
		return list
	}
	first := &body.Children[0]
	for _, c := range []struct {
		part *report.Part
		want string
	}{
		{&body, ""}, {first, "1"}, {&first.Children[0], "1"}, {&first.Children[1], "1"}, {first.Children[1].Content, "1 1.1.2"}, {&body.Children[1], ""},
	} {
		if got := by(c.part); !slices.Equal(got, strings.Fields(c.want)) {
			t.Errorf("part %s is covered by %v, want %q", c.part.Path, got, c.want)
		}
	}
}

// TestCarriers: what only carries a certificate makes nothing signed.
func TestCarriers(t *testing.T) {
	for _, mechanism := range []string{report.IdentityCertificate, report.IdentityCredential, report.IdentityMiddle, report.IdentityChallenge} {
		body := leaf("1")
		m := &report.Message{Kind: report.KindRequest, Body: &body, Identity: []report.Identity{{Mechanism: mechanism, Verdict: report.Valid, Covers: []string{report.CoversBody}}}}
		if d := Decide(m, nil); d.State != report.StatePlain || len(d.Vouched) > 0 {
			t.Errorf("%s: %s", mechanism, d.State)
		}
		m.Identity[0].Verdict = report.Invalid
		if d := Decide(m, nil); d.State != report.StateInvalid {
			t.Errorf("%s that does not hold: %s", mechanism, d.State)
		}
	}
}
