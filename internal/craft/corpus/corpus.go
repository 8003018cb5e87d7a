// Package corpus makes one of everything that craft can make, right and wrong, for
// tests that read messages: the seeds of fuzzing.
package corpus

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/vectors"
)

// kinds of keys that everything is made with.
var kinds = []string{"RSA 2048", "ECDSA P-256", "Ed25519"}

// Made gives, by what it is, one of everything: messages with every kind of seal,
// damaged in every way and in every form, certificates with every fault, files of
// keys. Made anew for each test, but from the same descriptions.
func Made(t testing.TB) map[string][]byte {
	t.Helper()
	now := time.Now()
	made := map[string][]byte{}
	add := func(name string, b []byte, err error) {
		if err != nil {
			t.Fatalf("making %s: %v", name, err)
		}
		made[name] = b
	}
	messages := map[string][]byte{}
	message := func(name string, m craft.Message) {
		m.From, m.To = "sip:alice@example.org", "sip:bob@example.net"
		if m.Body == "" {
			m.Body = "Watson, come here.\r\n"
		}
		b, err := m.Bytes()
		add(name, b, err)
		messages[name] = b
	}
	for _, kind := range kinds {
		key, err := craft.GenerateKey(kind)
		if err != nil {
			t.Fatal(err)
		}
		description, err := craft.MakeCert("alice@example.org", "user", true, 30, now)
		if err != nil {
			t.Fatal(err)
		}
		cert, err := craft.SelfSign(description, key)
		add(kind+" certificate", cert, err)
		for _, fault := range craft.Faults {
			c, err := craft.WithFault(description, fault.ID, now)
			if err != nil {
				t.Fatal(err)
			}
			der, err := craft.SelfSign(c, key)
			add(kind+" certificate, "+fault.ID, der, err)
		}
		request, err := craft.Request(description, key)
		add(kind+" request", craft.RequestPEM(request), err)
		issuer, err := craft.NewIssuer(cert, key)
		if err != nil {
			t.Fatal(err)
		}
		crl, err := issuer.Revoke(craft.CRL{})
		add(kind+" CRL", crl, err)
		for _, password := range []string{"", "password"} {
			pem, err := key.PEM(password)
			add(kind+" key "+password, pem, err)
		}
		p12, err := craft.PKCS12{Key: key, Certificate: cert, Password: "password"}.DER()
		add(kind+" PKCS 12", p12, err)

		signer := craft.Signer{Certificate: cert, Key: key}
		bare, byID := signer, signer
		bare.NoAttributes = true
		byID.ByKeyID, byID.Capabilities = true, true
		sign := func(s craft.Signer) craft.Layer {
			return craft.Layer{Kind: craft.LayerSign, Signers: []craft.Signer{s}, Attach: []craft.Cert{cert}}
		}
		opaque := sign(byID)
		opaque.Opaque, opaque.Base64 = true, true
		layers := map[string][]craft.Layer{
			"signed": {sign(signer)}, "signed without attributes": {sign(bare)}, "opaque": {opaque}, "signed twice": {sign(signer), opaque},
		}
		if kind != "Ed25519" {
			for _, cipher := range craft.Ciphers() {
				layers["encrypted by "+cipher] = []craft.Layer{{Kind: craft.LayerEncrypt, Cipher: cipher, Recipients: []craft.Recipient{{Certificate: cert}}}}
			}
			layers["encrypted and signed"] = []craft.Layer{{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{{Certificate: cert, ByKeyID: true}}}, sign(signer)}
			layers["signed and encrypted"] = []craft.Layer{sign(signer), {Kind: craft.LayerEncrypt, Base64: true, Recipients: []craft.Recipient{{Certificate: cert}}}}
		}
		if kind == kinds[0] {
			pss := signer
			pss.PSS = true
			layers["signed by PSS"] = []craft.Layer{sign(pss)}
			layers["for many"] = []craft.Layer{{Kind: craft.LayerEncrypt, Recipients: []craft.Recipient{
				{Certificate: cert, OAEP: true}, {Password: "password"}, {SecretKey: &craft.SecretKey{ID: "0102", Key: "000102030405060708090a0b0c0d0e0f"}},
			}}}
		}
		for _, name := range slices.Sorted(maps.Keys(layers)) {
			message(kind+" "+name, craft.Message{Layers: layers[name]})
		}
		message(kind+" AIB", craft.Message{Method: "INVITE", ContentType: "application/sdp", Body: craft.SDP, AIB: true, Layers: []craft.Layer{sign(signer)}})
		message(kind+" response", craft.Message{Status: 200, Reason: "OK", ContentType: "application/sdp", Body: craft.SDP, Layers: []craft.Layer{sign(signer)}})
	}
	message("plain", craft.Message{})
	for _, name := range []string{"RSA 2048 signed", "ECDSA P-256 opaque", "ECDSA P-256 encrypted and signed"} {
		for _, d := range craft.Damages {
			if b, err := d.Do(messages[name], -1); err == nil { // not everything can be damaged in every way
				made[name+", "+d.ID] = b
			}
		}
		for _, f := range craft.Forms {
			b, err := craft.InForm(messages[name], f.Name, now)
			add(name+" as "+f.Name, b, err)
		}
	}
	return made
}

// Everything is what is made, and every file that there is to read.
func Everything(t testing.TB) map[string][]byte {
	t.Helper()
	all := vectors.All(t)
	maps.Copy(all, Made(t))
	return all
}

// Objects is the BER that is in all of these.
func Objects(t testing.TB) (all [][]byte) {
	t.Helper()
	for _, file := range Everything(t) {
		all = append(all, vectors.Objects(file)...)
	}
	return all
}
