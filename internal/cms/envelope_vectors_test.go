package cms

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// keyring gives the keys and certificates of a file of RFC 6216's appendix.
func rfcKeyring(t testing.TB, key, cert string) Keyring {
	t.Helper()
	k := pkix.ReadKeys(nil, vectors.RFC6216(t, "certs/"+key), key, nil)
	if len(k.Private) != 1 {
		t.Fatalf("%s: %d keys", key, len(k.Private))
	}
	ring := Keyring{Private: k.Private}
	if cert != "" {
		ring.Certificates = pkix.NewPool(pemCertificate(t, vectors.RFC6216(t, "certs/"+cert)))
	}
	return ring
}

func TestEnvelopesOfRFC6216(t *testing.T) {
	const key, cert = "eku_user_key_kumiko@example.net.pem", "eku_user_cert_kumiko@example.net.pem"
	object := func(t *testing.T, name string, encrypted bool) []byte {
		msg := vectors.RFC6216(t, "repaired/"+name)
		if encrypted {
			_, body, _ := bytes.Cut(msg, []byte("\r\n\r\n"))
			return body
		}
		signed, _ := split(t, msg)
		_, body, _ := bytes.Cut(signed, []byte("\r\n\r\n"))
		return body
	}
	for _, test := range []struct {
		name      string
		encrypted bool
	}{{"smime-encrypted.sip", true}, {"smime-sign-encrypt.sip", false}, {"noeku-smime-sign-encrypt.sip", false}} {
		t.Run(test.name, func(t *testing.T) {
			m, err := Parse(object(t, test.name, test.encrypted))
			if err != nil || m.Enveloped == nil || len(m.Enveloped.Recipients) != 1 {
				t.Fatal(err)
			}
			e := m.Enveloped
			for _, ring := range []Keyring{rfcKeyring(t, key, cert), rfcKeyring(t, key, "")} {
				d := e.Decrypt(ring)
				if d.Verdict != Decrypted || !bytes.HasSuffix(d.Content, []byte("\r\n\r\nHello!")) || d.Recipient != 0 || d.KeyName == "" {
					t.Errorf("%s: %s %q", d.Verdict, d.Reason, d.Content)
				}
			}
			other := rfcKeyring(t, "eku_user_key_fluffy@example.com.pem", "eku_user_cert_fluffy@example.com.pem")
			if d := e.Decrypt(other); d.Verdict != NoKey || d.Content != nil {
				t.Errorf("another key: %s %s", d.Verdict, d.Reason)
			}
			if d := e.Decrypt(Keyring{}); d.Verdict != NoKey || d.Reason != "no key was given" {
				t.Errorf("no key: %s %s", d.Verdict, d.Reason)
			}
		})
	}
}
