package pkix

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/vectors"
)

// pkitsOpen lists the tests of NIST's PKITS of which the answer is that it is not decided,
// under the reason; all others must be answered as NIST has it. In all of these the path
// itself holds and the revocation is not known, which a relying party of PKITS refuses
// (RFC 5280 section 6.3.3: "UNDETERMINED") and an inspector says.
var pkitsOpen = map[string]string{
	"no CRL of the issuer is there": `
		InvalidMissingCRLTest1EE InvalidBadCRLIssuerNameTest5EE InvalidWrongCRLTest6EE
		InvalidIDPwithindirectCRLTest26EE InvalidcRLIssuerTest27EE InvaliddeltaCRLIndicatorNoBaseTest1EE`,
	"the CRL ended before the time that is judged at": `
		InvalidOldCRLnextUpdateTest11EE Invalidpre2000CRLnextUpdateTest12EE InvaliddeltaCRLTest10EE`,
	"the CRL is not signed by a key that may": `
		InvalidBadCRLSignatureTest4EE InvalidSeparateCertificateandCRLKeysTest21EE
		InvalidkeyUsageCriticalcRLSignFalseTest4EE InvalidkeyUsageNotCriticalcRLSignFalseTest5EE`,
	"the CRL has a critical extension that is not known": `
		InvalidUnknownCRLEntryExtensionTest8EE InvalidUnknownCRLExtensionTest9EE InvalidUnknownCRLExtensionTest10EE`,
	"the CRL is about other certificates": `
		InvalidcRLIssuerTest35EE InvaliddistributionPointTest3EE InvaliddistributionPointTest8EE
		InvaliddistributionPointTest9EE InvalidonlyContainsAttributeCertsTest14EE
		InvalidonlyContainsCACertsTest12EE InvalidonlyContainsUserCertsTest11EE`,
	"the CRLs are about other reasons": `InvalidonlySomeReasonsTest17EE`,
}

// TestPKITS judges every certificate of NIST's Public Key Interoperability Test Suite
// by all of its certificates and CRLs.
func TestPKITS(t *testing.T) {
	var index []struct{ Certificate, Want string }
	if err := json.Unmarshal(vectors.PKITS(t, "index.json"), &index); err != nil {
		t.Fatal(err)
	}
	if len(index) != 223 {
		t.Fatalf("%d certificates are to be judged, not 223", len(index))
	}
	files := func(pattern string) []string {
		paths, err := filepath.Glob(filepath.Join(vectors.Shared(), "pkits", pattern))
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s: %v", pattern, err)
		}
		return paths
	}
	certificates := map[string]*Certificate{}
	var all []*Certificate
	for _, path := range files("certs/*.crt") {
		der, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c, err := ParseCertificate(der)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		certificates["certs/"+filepath.Base(path)] = c
		all = append(all, c)
	}
	in := ChainInput{
		Known:   NewPool(all...),
		Anchors: []*Certificate{certificates["certs/TrustAnchorRootCertificate.crt"]},
		At:      time.Date(2015, 6, 1, 0, 0, 0, 0, time.UTC).Unix(),
	}
	for _, path := range files("crls/*.crl") {
		der, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		l, err := ParseCRL(der) // with an error: of a CRL that cannot be relied upon
		if l == nil {
			t.Fatalf("%s: %v", path, err)
		}
		in.CRLs = append(in.CRLs, l)
	}
	open := map[string]bool{}
	for _, names := range pkitsOpen {
		for _, name := range strings.Fields(names) {
			open[name] = true
		}
	}
	for _, test := range index {
		name := strings.TrimSuffix(filepath.Base(test.Certificate), ".crt")
		r := BuildChain(certificates[test.Certificate], in)
		got := "valid"
		details := ""
		for _, o := range []Outcome{r.Chain, r.Validity, r.Revocation} {
			switch {
			case o.OK == nil && got == "valid":
				got = "open"
			case o.OK != nil && !*o.OK:
				got = "invalid"
			}
			if o.OK == nil || !*o.OK {
				details += "; " + o.Detail
			}
		}
		want := test.Want
		if open[name] {
			if want != "invalid" {
				t.Errorf("%s is %s, and must not be open", name, want)
			}
			want = "open"
			delete(open, name)
		}
		if got != want {
			t.Errorf("%s is %s and not %s%s", name, got, want, details)
		}
	}
	for name := range open {
		t.Errorf("%s is listed and is no test", name)
	}
}
