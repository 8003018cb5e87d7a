package main

// The demo messages: each seal that RFC 6216 section 4 shows, and what can be wrong
// with one.

import (
	"bytes"
	"fmt"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

const text = "Watson, come here.\r\n"

func makeMessages(files map[string][]byte, p *people) ([]exampleset.Example, error) {
	sign := func(by person) craft.Layer {
		return craft.Layer{Kind: craft.LayerSign, Attach: []craft.Cert{by.certificate},
			Signers: []craft.Signer{{Certificate: by.certificate, Key: by.key, NullParams: true}}}
	}
	opaque := sign(p.alice)
	opaque.Opaque, opaque.Base64 = true, true
	encrypt := func(to ...person) craft.Layer {
		l := craft.Layer{Kind: craft.LayerEncrypt}
		for _, r := range to {
			l.Recipients = append(l.Recipients, craft.Recipient{Certificate: r.certificate})
		}
		return l
	}
	both := encrypt(p.alice, p.bob)

	var index []exampleset.Example
	var failed error
	add := func(e exampleset.Example, from string, layers ...craft.Layer) {
		e.Message = e.ID + ".sip"
		e.Trust = []string{"ca.pem"}
		if e.Keys == nil {
			e.Keys = []string{}
		}
		if e.Certificates == nil {
			e.Certificates = []string{}
		}
		message, err := message(from, layers)
		if err != nil && failed == nil {
			failed = fmt.Errorf("%s: %w", e.ID, err)
		}
		files[e.Message] = message
		index = append(index, e)
	}
	bob := []string{"bob_key.pem", "bob.pem"}
	add(exampleset.Example{ID: "signed", Title: "Signed", Expect: "valid",
		Description: "A MESSAGE whose text alice signed: multipart/signed, SHA-256, her certificate attached."}, p.alice.address, sign(p.alice))
	add(exampleset.Example{ID: "opaque", Title: "Signed, opaque and in base64", Expect: "valid",
		Description: "The same text inside a SignedData, in base64: nothing can be read without CMS."}, p.alice.address, opaque)
	add(exampleset.Example{ID: "encrypted", Title: "Encrypted", Expect: "opened", Keys: bob,
		Description: "An EnvelopedData for alice and bob, AES-128-CBC; bob's key is at hand."}, p.alice.address, both)
	add(exampleset.Example{ID: "encrypted_signed", Title: "Encrypted, then signed", Expect: "valid", Keys: bob,
		Description: "multipart/signed over an EnvelopedData, as in RFC 6216 section 4.3."}, p.alice.address, both, sign(p.alice))
	add(exampleset.Example{ID: "signed_encrypted", Title: "Signed, then encrypted", Expect: "valid", Keys: bob,
		Description: "An EnvelopedData with a multipart/signed inside: who signed is hidden as well."}, p.alice.address, sign(p.alice), encrypt(p.bob))
	add(exampleset.Example{ID: "sealed", Title: "Encrypted, without the key", Expect: "sealed",
		Description: "The same encryption with no key given: who could open it, and nothing more."}, p.alice.address, both)
	add(exampleset.Example{ID: "tampered", Title: "Changed on the way", Expect: "invalid",
		Description: "One word of the signed text is another."}, p.alice.address, sign(p.alice))
	files["tampered.sip"] = bytes.Replace(files["tampered.sip"], []byte("come here"), []byte("stay away"), 1)
	add(exampleset.Example{ID: "impostor", Title: "Signed by somebody else", Expect: "invalid",
		Description: "alice's signature holds, but the From header field names mallory."}, "mallory@atlanta.example", sign(p.alice))
	add(exampleset.Example{ID: "expired", Title: "Signed with an expired certificate", Expect: "invalid",
		Description: "The signature is intact; the certificate ended on 2026-02-01."}, p.alice.address, sign(p.expired))
	return index, failed
}

// message makes a MESSAGE request (RFC 3428) to bob.
func message(from string, layers []craft.Layer) ([]byte, error) {
	return craft.Message{
		From: "sip:" + from, To: "sip:bob@biloxi.example", Body: text, Layers: layers,
		Headers: []string{
			"Via: SIP/2.0/TCP client.atlanta.example:5060;branch=z9hG4bK74bf9",
			"From: <sip:" + from + ">;tag=9fxced76sl",
			"Call-ID: 3848276298220188511@atlanta.example",
		},
	}.Bytes()
}
