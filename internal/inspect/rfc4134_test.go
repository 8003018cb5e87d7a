package inspect

// The examples of RFC 4134: CMS that others made, with DSA, RC2 and a countersignature.
// That they are copied exactly, OpenSSL has said: openssl cms -verify, -decrypt,
// -EncryptedData_decrypt and -digest_verify accept all of them but 4.6, where it does
// not know of inherited parameters either.

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/report"
)

// rfc4134 takes the examples out of their text, as its appendix A says.
func rfc4134(t *testing.T) map[string][]byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "rfc4134.txt"))
	if err != nil {
		t.Fatal(err)
	}
	files, current := map[string][]byte{}, ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "|>"):
			current = ""
		case strings.HasPrefix(line, "|<"):
			if files[line[2:]], err = base64.StdEncoding.DecodeString(current); err != nil {
				t.Fatal(line, err)
			}
		case strings.HasPrefix(line, "|"):
			current += line[1:]
		}
	}
	return files
}

func TestRFC4134(t *testing.T) {
	const content = "This is some sample content." // section 2.1
	files := rfc4134(t)
	key, err := hex.DecodeString("737c791f25ead0e04629254352f7dc6291e5cb26917ada32") // section 7.1
	if err != nil {
		t.Fatal(err)
	}
	inspect := func(b []byte) *report.Report {
		return Inspect(b, Options{
			Trust:      []NamedBytes{{Name: "CarlDSS", Data: files["CarlDSSSelf.cer"]}, {Name: "CarlRSA", Data: files["CarlRSASelf.cer"]}},
			Keys:       []NamedBytes{{Name: "Bob", Data: files["BobPrivRSAEncrypt.pri"]}},
			SecretKeys: []SecretKey{{Key: key}},
			At:         at(t, "2003-05-15"), // a day after 4.4 was signed
		}).Report
	}
	signers := func(list []report.Signer) string {
		var all []string
		for _, s := range list {
			v := s.Verdict
			if s.Reason != "" {
				v += " (" + s.Reason + ")"
			}
			all = append(all, v)
		}
		return strings.Join(all, ", ")
	}
	for name, want := range map[string]struct {
		signers, counter string
		attributes       int
	}{
		"4.1.bin": {signers: "valid"},
		"4.2.bin": {signers: "valid"},
		// It brings a CRL by which serial number 200 is revoked since 1999, which is the signer's.
		"4.4.bin": {signers: "invalid (revocation)", counter: "valid", attributes: 3},
		// The second key inherits its parameters from its issuer's.
		"4.6.bin":  {signers: "valid, unverifiable (digest)"},
		"4.7.bin":  {signers: "valid"}, // named by its subject key identifier
		"4.10.bin": {signers: "valid", attributes: 10},
	} {
		t.Run(name, func(t *testing.T) {
			body := inspect(files[name]).Messages[0].Body
			s := body.Signature
			if s == nil || signers(s.Signers) != want.signers || texts(body) != content {
				t.Fatalf("%+v %q", s, texts(body))
			}
			first := s.Signers[0]
			if got := signers(first.Countersigners); got != want.counter || len(first.SignedAttrs) != want.attributes {
				t.Errorf("countersigned: %q; %d signed attributes", got, len(first.SignedAttrs))
			}
			if named := first.SubjectKeyID == "be6ca1b3e3c1f7ed4370a4ce1301e2fde397fecd"; named != (name == "4.7.bin") {
				t.Errorf("named by %q", first.SubjectKeyID)
			}
			changed := bytes.Replace(files[name], []byte(content), []byte("This is some simple content."), 1)
			got := signers(inspect(changed).Messages[0].Body.Signature.Signers)
			if strings.HasPrefix(got, "valid") || strings.Contains(got, "revocation") {
				t.Errorf("with other content: %s", got)
			}
		})
	}
	for name, cipher := range map[string]string{"5.1.bin": "3DES-CBC", "5.2.bin": "RC2-CBC", "7.1.bin": "3DES-CBC", "7.2.bin": "3DES-CBC"} {
		body := inspect(files[name]).Messages[0].Body
		if e := body.Envelope; e == nil || e.Verdict != "decrypted" || e.Algorithm != cipher || texts(body) != content {
			t.Errorf("%s: %+v %q", name, e, texts(body))
		}
	}
	for _, changed := range []bool{false, true} {
		b := bytes.Clone(files["6.0.bin"])
		if changed {
			b[len(b)-1] ^= 1
		}
		if body := inspect(b).Messages[0].Body; (body.Error != "") != changed || texts(body) != content {
			t.Errorf("6.0, changed %v: %q", changed, body.Error)
		}
	}
}
