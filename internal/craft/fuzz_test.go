package craft

import (
	"bytes"
	"testing"

	"github.com/sipseal/sipseal/internal/cost"
	"github.com/sipseal/sipseal/internal/ingest"
	"github.com/sipseal/sipseal/internal/vectors"
)

// fuzzKey is made once: fuzzing is not about making keys.
func fuzzKey(f *testing.F) *Key {
	f.Helper()
	key, err := GenerateKey("ECDSA P-256")
	if err != nil {
		f.Fatal(err)
	}
	return key
}

// FuzzReadRequest: whatever is read from a request can be issued.
func FuzzReadRequest(f *testing.F) {
	key := fuzzKey(f)
	for _, exts := range [][]string{nil, {"subjectAltName = critical, URI:sip:a@example.org", "1.2.3 = DER:0500"}} {
		der, err := Request(Certificate{Subject: []string{"C=US", "CN=a"}, Extensions: exts}, key)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(der)
		f.Add(RequestPEM(der))
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 5_000, Base: 8 << 20}, func(t *testing.T, file []byte) {
		c, spki, err := ReadRequest(file)
		if err != nil {
			return
		}
		issuer := &Issuer{Key: key, subject: sequence()}
		// Types of attributes and extensions may be such as cannot be written in dots.
		if der, err := issuer.Issue(c, spki); err == nil && len(der) < len(spki) {
			t.Errorf("%d bytes", len(der))
		}
	}))
}

// FuzzReadKey: a key that is read can be written, and read again.
func FuzzReadKey(f *testing.F) {
	key := fuzzKey(f)
	for _, password := range []string{"", "secret"} {
		pem, err := key.PEM(password)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(pem, password)
	}
	der, err := key.PKCS8()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(der, "")
	f.Fuzz(func(t *testing.T, file []byte, password string) {
		k, err := ReadKey(file, password)
		if err != nil {
			return
		}
		pem, err := k.PEM("")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(pem, ""); err != nil {
			t.Error(err)
		}
	})
}

// FuzzExtensions: lines become extensions or an error.
func FuzzExtensions(f *testing.F) {
	issuer := &Issuer{Key: fuzzKey(f), keyID: []byte{1}}
	for _, l := range []string{"keyUsage = critical, digitalSignature", "subjectAltName = IP:::1, dirName:CN=x/O=y", "1.2.3 = DER:00",
		"nameConstraints = permitted;DNS:x", "basicConstraints = CA:TRUE, pathlen:-1", "authorityKeyIdentifier = keyid,issuer"} {
		f.Add(l)
	}
	f.Fuzz(cost.Held(cost.Bound{PerByte: 500, Base: 1 << 20}, func(t *testing.T, line string) {
		if b, err := extensions([]string{line}, extensionContext{nil, issuer}); err == nil && b != nil && b[0] != tagSequence {
			t.Errorf("%x", b)
		}
	}))
}

// FuzzDamages: a damage is done or refused, and leaves the message as it was.
func FuzzDamages(f *testing.F) {
	m, err := Message{From: "sip:a@example.org", To: "sip:b@example.org", Body: "x"}.Bytes()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m, -1)
	f.Add([]byte("INVITE sip:a SIP/2.0\r\nl: 99999999999999999999\r\nContent-Type: text/plain;boundary=\r\n\r\n--x--"), 3)
	f.Fuzz(func(t *testing.T, message []byte, at int) {
		before := bytes.Clone(message)
		for _, d := range Damages {
			if out, err := d.Do(message, at); err == nil && bytes.Equal(out, message) {
				t.Errorf("%s did nothing", d.ID)
			}
			if !bytes.Equal(before, message) {
				t.Fatalf("%s changed what it was given", d.ID)
			}
		}
	})
}

// FuzzRFCText: what is printed as RFCs do is read back into the same bytes.
func FuzzRFCText(f *testing.F) {
	f.Add([]byte("short line\r\n\r\nbody \r\n"))
	f.Add([]byte("<hex>00</hex> <allOneLine> <repeat count=3>\x00\x01\xff\n\r\r\nabcdefghijklmnopqrstuvwxyz"))
	f.Add(bytes.Repeat([]byte("a b "), 100))
	f.Fuzz(cost.Held(cost.Bound{PerByte: 1_000, Base: 1 << 20}, func(t *testing.T, body []byte) {
		const head = "MESSAGE sip:b@example.org SIP/2.0\r\nX: <hex>00</hex>\r\n\r\n"
		message := append([]byte(head), body...)
		text := RFCText(message)
		for _, line := range bytes.Split(text, []byte("\r\n")) {
			if len(line) > textWidth {
				t.Errorf("a line of %d: %q", len(line), line)
			}
		}
		r := ingest.Read(text, "", ingest.Options{})
		for _, s := range r.Sources {
			if bytes.Equal(s.Bytes, message) {
				return
			}
		}
		t.Errorf("%q was printed as\n%s\nand not read back", message, text)
	}))
}

// TestSeedText: the same of real messages.
func TestSeedText(t *testing.T) {
	for _, name := range []string{"draft01_signed.sip", "draft01_encrypted.sip", "draft01_signed_encrypted.sip"} {
		message := vectors.Seed(t, name)
		found := false
		for _, s := range ingest.Read(RFCText(message), "", ingest.Options{}).Sources {
			found = found || bytes.Equal(s.Bytes, message)
		}
		if !found {
			t.Errorf("%s is not read back", name)
		}
	}
}
