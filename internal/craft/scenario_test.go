package craft

import (
	"encoding/json"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/inspect"
	"github.com/sipseal/sipseal/internal/pkix"
	"github.com/sipseal/sipseal/internal/vectors"
)

// judgeScenario says what the inspector makes of a scenario: "valid" or "invalid",
// and the code of the check that fails.
func judgeScenario(t *testing.T, s Scenario, file func(string) []byte, at int64) (verdict, reason string) {
	t.Helper()
	load := func(names []string) (out []inspect.NamedBytes) {
		for _, n := range names {
			out = append(out, inspect.NamedBytes{Name: n, Data: file(n)})
		}
		return out
	}
	if s.Kind == ScenarioSMIME {
		r := inspect.Inspect(file(s.Message), inspect.Options{
			Certificates: load(s.Certificates), CRLs: load(s.CRLs), Trust: load(s.Trust), At: at,
		}).Report
		if len(r.Messages) != 1 || r.Messages[0].Body == nil || r.Messages[0].Body.Signature == nil {
			t.Fatalf("%s: no signature in %+v", s.ID, r.Messages)
		}
		return r.Messages[0].Body.Signature.Verdict, r.Messages[0].Body.Signature.Reason
	}
	in := pkix.ChainInput{At: at, Known: &pkix.Pool{}}
	for _, c := range s.Certificates {
		for _, known := range pkix.ReadKeys(nil, file(c), c, nil).Certificates {
			in.Known.Add(known)
		}
	}
	for _, c := range s.CRLs {
		in.CRLs = append(in.CRLs, pkix.ReadKeys(nil, file(c), c, nil).CRLs...)
	}
	for _, c := range s.Trust {
		in.Anchors = append(in.Anchors, pkix.ReadKeys(nil, file(c), c, nil).Certificates...)
	}
	cert := pkix.ReadKeys(nil, file(s.Message), s.Message, nil).Certificates[0]
	chain := pkix.BuildChain(cert, in)
	r := pkix.CheckTLS(cert, s.Host, pkix.TLSOptions{Chain: &chain})
	if r.OK {
		return "valid", ""
	}
	return "invalid", r.Reason
}

// TestScenarios holds pkix and inspect to the manifest, and openssl to the part of
// it that it knows: chain, time, revocation and host.
func TestScenarios(t *testing.T) {
	born := time.Now().Add(-time.Hour)
	all, files, err := MakeKit(KitOptions{Born: born, KeyType: "ECDSA P-256"})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 25 {
		t.Fatalf("%d scenarios", len(all))
	}
	dir := t.TempDir()
	byName := map[string][]byte{}
	for _, f := range files {
		if byName[f.Name] != nil {
			t.Errorf("two files %s", f.Name)
		}
		byName[f.Name] = f.Data
		put(t, dir, f.Name, f.Data)
	}
	file := func(name string) []byte {
		if byName[name] == nil {
			t.Errorf("there is no %s", name)
		}
		return byName[name]
	}
	for _, s := range all {
		verdict, reason := judgeScenario(t, s, file, time.Now().Unix())
		if verdict != s.Expect || reason != s.Reason {
			t.Errorf("%s %s: got %s (%s), want %s (%s)", s.ID, s.Title, verdict, reason, s.Expect, s.Reason)
		}
		args, why := opensslScenario(s)
		out, err := openssl(t, dir, args...)
		if good := err == nil; good != (why == "") || !strings.Contains(out, why) {
			t.Errorf("%s: openssl %s: %v, want %q\n%s", s.ID, strings.Join(args, " "), err, why, out)
		}
	}
}

// opensslScenario is the call of openssl that judges a scenario, and what it must say
// when that is in its power.
func opensslScenario(s Scenario) (args []string, why string) {
	args = []string{"verify", "-CAfile", "ca.pem", "-x509_strict"}
	for _, c := range s.Certificates {
		args = append(args, "-untrusted", c)
	}
	if s.CRLs != nil {
		args = append(args, "-crl_check_all")
	}
	for _, c := range s.CRLs {
		args = append(args, "-CRLfile", c)
	}
	if s.CRLs != nil && s.Kind == ScenarioSMIME {
		args = append(args, "-crl_check")
	}
	why = map[string]string{"chain": "unable to get", "validity": "has expired", "revocation": "certificate revoked", "identity": "mismatch"}[s.Reason]
	if s.ID == "rfc6216_03" || s.ID == "rfc6216_12" || s.ID == "tls_a_2_5" {
		why = "self-signed certificate in certificate chain"
	}
	if s.Kind == ScenarioTLS {
		args = append(args, "-purpose", "sslserver")
		if s.Host == scenarioAddr {
			args = append(args, "-verify_ip", s.Host)
		} else {
			args = append(args, "-verify_hostname", s.Host)
		}
		switch s.ID {
		case "rfc6216_16":
			why = "unsuitable certificate purpose"
		}
		// It does not know of purposes for SIP: scenario 17 is good to it.
		return append(args, s.Message), why
	}
	// The sender's address and Digital Signature are beyond it, the latter unless it
	// is asked for the purpose of signing.
	switch s.Reason {
	case "identity":
		why = ""
	case "key-usage":
		why = "unsuitable certificate purpose"
	}
	return append(args, "-purpose", "smimesign", s.ID+"_cert.pem"), why
}

// TestKitForRSA: the same with RSA keys that are given, as a page that makes keys
// elsewhere gives them.
func TestKitForRSA(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("RSA keys take long to make here")
	}
	key := must(GenerateKey("RSA 2048"))(t)
	keys := []*Key{key}
	for range KitKeys {
		keys = append(keys, must(GenerateKey("RSA 1024"))(t))
	}
	_, files, err := MakeKit(KitOptions{Born: time.Now(), Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, f := range files {
		if strings.HasSuffix(f.Name, "_key.pem") {
			n++
			if k, err := ReadKey(f.Data, ""); err != nil || !strings.HasPrefix(k.Type(), "RSA") {
				t.Errorf("%s: %v %v", f.Name, k, err)
			}
		}
	}
	if n != KitKeys {
		t.Errorf("%d keys were used, not KitKeys", n)
	}
}

// TestCommittedScenarios holds the set that ships to its manifest, on a day within
// its fifty years.
func TestCommittedScenarios(t *testing.T) {
	folder := filepath.Join(vectors.Root(), "testdata", "scenarios")
	file := func(name string) []byte { return readFile(t, folder, name) }
	var all []Scenario
	if err := json.Unmarshal(file("index.json"), &all); err != nil {
		t.Fatal(err)
	}
	if len(all) != len(Scenarios) {
		t.Fatalf("%d scenarios in index.json, %d in the table", len(all), len(Scenarios))
	}
	at := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).Unix()
	for i, s := range all {
		verdict, reason := judgeScenario(t, s, file, at)
		if verdict != s.Expect || reason != s.Reason || s.ID != Scenarios[i].ID || s.Title != Scenarios[i].Title {
			t.Errorf("%s %s: got %s (%s), want %s (%s)", s.ID, s.Title, verdict, reason, s.Expect, s.Reason)
		}
	}
}
