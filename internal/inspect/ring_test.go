package inspect

import (
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
)

// TestKeysOfOneFile: of several keys of one kind in one file, each is shown with its
// own certificate.
func TestKeysOfOneFile(t *testing.T) {
	var keys, certificates, subjects []byte
	for _, name := range []string{"CN=alice", "CN=bob", "CN=carol"} {
		key, err := craft.GenerateKey("ECDSA P-256")
		if err != nil {
			t.Fatal(err)
		}
		der, err := craft.SelfSign(craft.Certificate{Subject: []string{name}}, key)
		if err != nil {
			t.Fatal(err)
		}
		pem, err := key.PEM("")
		if err != nil {
			t.Fatal(err)
		}
		keys, certificates = append(keys, pem...), append(certificates, craft.CertificatePEM(der)...)
		subjects = append(subjects, name[3])
	}
	r := Inspect([]byte("OPTIONS sip:a@example.org SIP/2.0\r\n\r\n"), Options{
		Keys: []NamedBytes{{"keys.pem", keys}}, Certificates: []NamedBytes{{"certificates.pem", certificates}},
	}).Report
	if len(r.Keys) != 3 {
		t.Fatalf("%d keys", len(r.Keys))
	}
	for i, k := range r.Keys {
		if k.Certificate == nil || r.Certificates[*k.Certificate].Subject[3] != subjects[i] {
			t.Errorf("key %d has the certificate %v", i, k.Certificate)
		}
	}
}
