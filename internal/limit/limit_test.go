package limit_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/limit/cases"
	"github.com/sipseal/sipseal/internal/tools/checkout"
)

// elsewhere are the tests of the limits that no input in package cases reaches: they
// bound work, or what is kept of many things, or take more than a message.
var elsewhere = map[string]string{
	"BERNotes": "ber TestLimitBERNotes", "DumpIndent": "asn1text TestLimitDumpIndent", "DumpText": "asn1text TestLimitDumpText",
	"OIDArc": "oid TestUnreadable", "StreamMessages": "sip TestLimitStreamMessages",
	"IdentityChecks": "identity TestLimitIdentityChecks", "IdentityHashed": "identity TestLimitIdentityChecks",
	"IdentityText": "identity TestLimitIdentityText", "Found": "asn1view TestLimitFound", "FullMessages": "inspect TestManyMessages", "Rounds": "inspect TestLimitRounds",
	"LineEndWork": "ingest/lineend TestLimitLineEndWork", "LineEndSolutions": "ingest/lineend TestLimitLineEndWork", "LineEndChoices": "ingest/lineend TestLimitLineEndChoices",
	"LineEndWorkTotal": "ingest/mend TestLimitRepairBytes", "RepairSize": "ingest/mend TestLimitRepairSize", "RepairBytes": "ingest/mend TestLimitRepairBytes", "RepairProofs": "ingest/mend TestLimitRepairProofs",
	"CapturePackets": "pcap TestLimitCapturePackets", "CaptureFragments": "pcap TestLimitCaptureFragments", "FragmentsOfOne": "pcap TestLimitFragmentsOfOne",
	"CaptureHeld": "pcap TestLimitCaptureHeld", "CaptureHeldSegments": "pcap TestLimitCaptureHeld",
	"ObjectProblems": "pkix TestLimitObjectProblems", "PointNames": "pkix TestLimitPointNames", "TelephoneNumbers": "identity TestLimitTelephoneNumbers",
	"Findings": "inspect TestLimitFindings", "TextSize": "ingest TestLimitTextSize", "EndSearch": "ingest TestLimitEndSearch", "Unended": "ingest TestLimitUnended", "Unpacked": "ingest TestLimitUnpacked", "Sources": "ingest TestLimitUnpacked",
	"CompressionFloor": "archive TestLimitDecompressed", "Decompressed": "archive TestLimitDecompressed", "DecompressedTotal": "inspect TestLimitDecompressedTotal",
	"CMSProblems": "cms TestLimitCMSProblems", "SignatureChecks": "cms TestLimitSignatureChecks", "Hashed": "cms TestLimitSignatureChecks", "Explained": "cms TestLimitExplained", "SignerCandidates": "cms TestLimitSignerCandidates",
	"Countersignatures": "cms TestLimitCountersignatures", "AttributeDepth": "cms TestLimitAttributeDepth", "AttributeText": "cms TestLimitAttributeText", "KeyTrials": "cms TestLimitKeyTrials",
	"ChainLength": "pkix TestLimitChainLength", "ChainSteps": "pkix TestLimitChainSteps", "ChainCandidates": "pkix TestLimitChainSteps",
	"ChainNameChecks": "pkix TestLimitChainNameChecks", "ChainCRLChecks": "pkix TestLimitChainCRLChecks", "PolicyNodes": "pkix TestLimitPolicyNodes",
	"CRLSigners": "pkix TestLimitCRLSigners", "CRLSignerDepth": "pkix TestLimitCRLSignerDepth", "OCSPAnswers": "pkix TestLimitOCSPAnswers",
	"PasswordTrials": "pkix TestLimitPasswordTrials", "SafeBags": "pkix TestLimitSafeBags", "DerivedKey": "algo TestLimitDerivedKey", "RSABits": "algo TestLimitRSABits",
}

// Every limit has a test that goes up to it and over it: a case, or a test in the package
// that keeps it, which names it.
func TestEveryLimitHasATest(t *testing.T) {
	root, err := checkout.Root()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "internal", "limit", "limit.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	tested := map[string]bool{}
	for _, c := range cases.All {
		tested[c.Limit] = true
	}
	names := map[string]bool{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			for _, n := range s.(*ast.ValueSpec).Names {
				names[n.Name] = true
				if where, ok := elsewhere[n.Name]; ok {
					checkTest(t, root, n.Name, where)
				} else if !tested[n.Name] {
					t.Errorf("limit.%s has no test", n.Name)
				}
			}
		}
	}
	if len(names) < 50 {
		t.Errorf("only %d limits were found", len(names))
	}
	for name := range elsewhere {
		if !names[name] {
			t.Errorf("there is no limit.%s any more", name)
		}
	}
	for name := range tested {
		if !names[name] {
			t.Errorf("there is no limit.%s any more, and a case for it", name)
		}
	}
}

// checkTest looks for the function of a test, and for the limit in it.
func checkTest(t *testing.T, root, name, where string) {
	t.Helper()
	folder, function, _ := strings.Cut(where, " ")
	files, _ := filepath.Glob(filepath.Join(root, "internal", filepath.FromSlash(folder), "*_test.go"))
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		_, body, found := strings.Cut(string(text), "\nfunc "+function)
		if !found {
			continue
		}
		body, _, _ = strings.Cut(body, "\n}\n")
		if regexp.MustCompile(`\blimit\.` + name + `\b`).MatchString(body) {
			return
		}
		t.Errorf("%s in %s does not name limit.%s", function, filepath.Base(f), name)
		return
	}
	t.Errorf("limit.%s: there is no %s", name, where)
}

func TestError(t *testing.T) {
	for want, e := range map[string]*limit.Error{
		"more than 3 parts at byte 7": {What: "parts", Limit: 3, Offset: 7}, "more than 3 parts": {What: "parts", Limit: 3, Offset: -1},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}
