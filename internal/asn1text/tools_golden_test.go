package asn1text

import (
	"encoding/pem"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

var update = flag.Bool("update", false, "have the tools themselves write the golden files")

// What the tools print of two certificates, for where they are not installed.
func TestToolsGolden(t *testing.T) {
	for _, seed := range []string{"rfc6216_user_fluffy", "draft01_user_fluffy"} {
		block, _ := pem.Decode(vectors.Seed(t, seed+".pem"))
		for _, g := range []struct {
			kind    string
			o       Options
			command []string
		}{
			{"dumpasn1", Options{Style: Dumpasn1, Narrow: true}, []string{"dumpasn1", "-a", "-w72"}},
			{"openssl3", Options{Style: OpenSSL3}, []string{"openssl", "asn1parse", "-i", "-inform", "DER", "-in"}},
			{"openssl3-dump", Options{Style: OpenSSL3, Data: true}, []string{"openssl", "asn1parse", "-i", "-dump", "-inform", "DER", "-in"}},
		} {
			golden := filepath.Join("testdata", seed+"."+g.kind+".txt")
			if *update {
				der := filepath.Join(t.TempDir(), "der")
				if err := os.WriteFile(der, block.Bytes, 0o600); err != nil {
					t.Fatal(err)
				}
				text, _ := exec.Command(g.command[0], append(g.command[1:], der)...).Output()
				if err := os.WriteFile(golden, text, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if line, a, b := firstDifference(Dump(block.Bytes, g.o), want); line > 0 {
				t.Errorf("%s: line %d is %q, want %q", golden, line, a, b)
			}
		}
	}
}
