package ingest

import (
	"bytes"
	"encoding/pem"
	"sort"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// TestRFC6216 drops the text of the RFC: all that is in it comes out, byte for byte.
func TestRFC6216(t *testing.T) {
	text := vectors.RFC6216(t, "rfc6216.txt")
	r := Read(text, "rfc6216.txt", Options{})
	certs := map[string]string{} // DER by file name
	for _, name := range []string{
		"ca_cert", "ca_key_encrypted", "eku_domain_cert_example.com", "eku_domain_cert_example.net", "eku_domain_key_example.com",
		"eku_domain_key_example.net", "eku_user_cert_fluffy@example.com", "eku_user_cert_kumiko@example.net", "eku_user_key_fluffy@example.com",
		"eku_user_key_kumiko@example.net", "noeku_domain_cert_example.com", "noeku_domain_cert_example.net", "noeku_domain_key_example.com",
		"noeku_domain_key_example.net", "noeku_user_cert_fluffy@example.com", "noeku_user_cert_kumiko@example.net", "noeku_user_key_fluffy@example.com",
		"noeku_user_key_kumiko@example.net", "robert_cert", "robert_key", "subca_cert_example.net", "subca_key_example.net",
	} {
		block, _ := pem.Decode(vectors.RFC6216(t, "certs/"+name+".pem"))
		certs[string(block.Bytes)] = name
	}
	messages := map[string]string{}
	for _, name := range sealed {
		messages[string(vectors.RFC6216(t, "repaired/"+name+".sip"))] = name
	}
	dumps := map[string]string{}
	for _, name := range []string{"blob1", "blob1_no_null", "blob2", "blob3", "blob4", "ca_cert"} {
		dumps[string(vectors.RFC6216(t, "dumps/"+name+".der"))] = name
	}
	var found []string
	blocks, sips, objects := 0, 0, 0
	for _, i := range r.Items {
		b := itemBytes(r, i)
		what := "other " + i.Kind
		switch i.Kind {
		case KindPEM:
			p, _ := pkix.FindPEM(b)
			if len(p) != 1 {
				t.Fatalf("%d blocks in one item", len(p))
			}
			blocks++
			what = "PEM " + certs[string(p[0].Bytes)]
			delete(certs, string(p[0].Bytes))
			if i.Name == "" || i.Name == "rfc6216.txt" {
				t.Errorf("%s has no caption", what)
			}
		case KindSIP:
			sips++
			what = "message " + messages[string(b)]
			delete(messages, string(b))
		case KindASN1:
			objects++
			what = "dump " + dumps[string(b)]
			delete(dumps, string(b))
		}
		found = append(found, what+": "+i.Name)
	}
	sort.Strings(found)
	t.Log("\n" + strings.Join(found, "\n"))
	for _, s := range r.Steps {
		t.Logf("%s at %d, %d: %s", s.Code, *s.Offset, *s.Count, s.Detail)
	}
	if blocks != 22 || sips != 10 || objects != 6 || len(certs)+len(messages)+len(dumps) != 0 {
		t.Errorf("%d PEM blocks, %d messages, %d dumps; missing: %d, %d, %d", blocks, sips, objects, len(certs), len(messages), len(dumps))
	}
}

// TestCaptions reads PEM with text around it.
func TestCaptions(t *testing.T) {
	ca := vectors.Seed(t, "rfc6216_ca.pem")
	ca = ca[bytes.Index(ca, []byte("-----BEGIN")):]
	text := "The certificate\nof the authority:\n\n" + string(ca) + "\n> The second:\n> " + strings.ReplaceAll(strings.TrimSpace(string(ca)), "\n", "\n> ") + "\n\nMESSAGE sip:a@example.com SIP/2.0\nVia: SIP/2.0/UDP h\nContent-Length: 0\n\n"
	r := Read([]byte(text), "x.txt", Options{})
	var names []string
	for _, i := range r.Items {
		names = append(names, i.Kind+" "+i.Name)
	}
	if got := strings.Join(names, "; "); got != "pem The certificate of the authority; pem The second; sip x.txt" {
		t.Error(got)
	}
}
