package craft

// The scripts of RFC 6216 appendix A as the judge of what is made here in their place.

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// pageBreak is what stands between two pages of an RFC.
var pageBreak = regexp.MustCompile(`\n+Jennings, et al\.[^\n]*\n\f?\n?RFC 6216[^\n]*\n`)

// script gives a script of the appendix: what stands between two headings, without page
// breaks and indent.
func script(t *testing.T, from, to string) string {
	t.Helper()
	_, text, _ := strings.Cut(string(vectors.RFC6216(t, "rfc6216.txt")), "\n"+from+"\n")
	text, _, ok := strings.Cut(text, "\n"+to+"\n")
	if !ok {
		t.Fatalf("there is no %s", from)
	}
	text = strings.TrimLeft(pageBreak.ReplaceAllString(text, "\n"), "\n")
	indent := "\n" + text[:len(text)-len(strings.TrimLeft(text, " "))]
	return strings.ReplaceAll("\n"+text, indent, "\n")[1:]
}

// TestScripts runs makeCA and makeCert, and makes the same certificates and requests with
// the same keys: they are the same byte for byte.
func TestScripts(t *testing.T) {
	makeCA := script(t, "A.1.  makeCA script", "A.2.  makeCert script")
	makeCert := script(t, "A.2.  makeCert script", "Appendix B.  Certificates for Testing")
	for _, program := range []string{"bash", "perl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	dir := t.TempDir()
	configuration, err := os.ReadFile(strings.Split(accepts(t, dir, "version", "-d"), `"`)[1] + "/openssl.cnf")
	if err != nil {
		t.Skip(err)
	}
	// The scripts answer one question less than openssl asks today, and give the request a
	// number of days, which is ignored and may not be zero.
	put(t, dir, "conf/openssl.cnf", regexp.MustCompile(`(?m)^unstructuredName.*$`).ReplaceAll(configuration, nil))
	makeCert = strings.Replace(makeCert, "-days ${DAYS} <<EOF", "<<EOF", 1)
	run := func(script string, args ...string) {
		t.Helper()
		cmd := exec.Command("bash", append([]string{"-c", script, "script"}, args...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "OPENSSLDIR="+filepath.Join(dir, "conf"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	run(makeCA)
	caKey := must(ReadKey(readFile(t, dir, "demoCA/private/cakey.pem"), "password"))(t)
	issuer := must(NewIssuer(readFile(t, dir, "demoCA/cacert.pem"), caKey))(t)
	for _, test := range []struct {
		address, kind, eku string
		days               int
	}{
		{"fluffy@example.com", KindUser, "eku", 36500}, {"kumiko@example.net", KindUser, "noeku", 10},
		{"example.com", KindDomain, "eku", 365}, {"example.net", KindDomain, "noeku", 0}, {"sips:joe@example.com", KindUser, "eku", 1},
	} {
		args := []string{test.address, test.kind, test.eku, strconv.Itoa(test.days)}
		run(makeCert, args...)
		stem := test.kind + "_cert_" + test.address + ".pem"
		theirs := must(DER(readFile(t, dir, stem)))(t)
		cert := must(pkix.ParseCertificate(theirs))(t)
		c := must(MakeCert(test.address, test.kind, test.eku == "eku", test.days, time.Unix(cert.NotBefore, 0)))(t)
		c.Digest = "SHA-1"
		c.Serial = strings.TrimSpace(strings.TrimPrefix(accepts(t, dir, "x509", "-in", stem, "-noout", "-serial"), "serial="))
		ours := must(issuer.Issue(c, cert.PublicKey.SPKI))(t)
		if string(ours) != string(theirs) {
			put(t, dir, "ours.pem", CertificatePEM(ours))
			t.Errorf("%v: made here it is\n%s\nand by the script\n%s", args, accepts(t, dir, "x509", "-in", "ours.pem", "-noout", "-text"), accepts(t, dir, "x509", "-in", stem, "-noout", "-text"))
		}
		key := must(ReadKey(readFile(t, dir, test.kind+"_key_"+test.address+".pem"), ""))(t)
		block, _ := pem.Decode(readFile(t, dir, test.address+".csr"))
		request := must(Request(c, key))(t)
		if string(request) != string(block.Bytes) {
			put(t, dir, "ours.csr", RequestPEM(request))
			t.Errorf("%v: made here the request is\n%s\nand by the script\n%s", args, accepts(t, dir, "req", "-in", "ours.csr", "-noout", "-text"), accepts(t, dir, "req", "-in", test.address+".csr", "-noout", "-text"))
		}
		// Every file that the script leaves has its name here too.
		named := map[string]bool{}
		for _, f := range must(Bundle{Address: test.address, Certificate: ours, Key: key, CA: issuer.certificate.Raw, Request: RequestPEM(request)}.Files())(t) {
			named[f.Name] = true
		}
		for _, name := range []string{stem, test.kind + "_key_" + test.address + ".pem", test.address + ".p12", test.address + ".csr", "root_cert_fluffyCA.pem", "demoCA/cacert.pem", "demoCA/cacert.p7c"} {
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Errorf("the script left no %s", name)
			}
			// A colon is in no file name of Windows.
			if !named[FileName(name)] && !named[name] {
				t.Errorf("%v: there is no %s among %v", args, name, named)
			}
		}
	}
}

// TestAddressParts holds the parts of an address to the expressions of the script.
func TestAddressParts(t *testing.T) {
	domain, user := regexp.MustCompile(`(\w+\..*)$`), regexp.MustCompile(`(\w+)\@(\w+\..*)$`)
	for _, address := range []string{
		"", "nobody", "a@b", "alice@example.org", "example.org", "sips:joe@example.com", "alice.smith@example.org", "alice@[192.0.2.1]",
		"alice@host@example.org", "@example.org", "alice@.org", "alice@example.", ".a.b", "a-b.example", "jörg@müller.example", "alice@a-b.example", "x@y@z.example",
	} {
		wantUser, wantDomain := "", domain.FindString(address)
		if m := user.FindStringSubmatch(address); m != nil {
			wantUser = m[1]
		}
		if gotUser, gotDomain := parts(address); gotUser != wantUser || gotDomain != wantDomain {
			t.Errorf("%s: %q at %q, want %q at %q", address, gotUser, gotDomain, wantUser, wantDomain)
		}
	}
}
