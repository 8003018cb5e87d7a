package vectors

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// The version of project Wycheproof that judges, and the hash of its module as go.sum
// would have it. It is 110 MB and no code, so it is no requirement of this module:
// the go command fetches it when the tests run, as the tests of Go itself do.
const (
	wycheproofModule  = "github.com/c2sp/wycheproof"
	wycheproofVersion = "v0.0.0-20260902155932-3fa63dd0344a"
	wycheproofSum     = "h1:pNbL2nztRsWfW/ispAwsvcDFxs9Id38uIsR2/Up5G2c="
)

// Hex is bytes that JSON has in hexadecimal.
type Hex []byte

// UnmarshalText reads the digits.
func (h *Hex) UnmarshalText(text []byte) (err error) {
	*h, err = hex.DecodeString(string(text))
	return err
}

// WycheproofGroup is vectors that have a key, or parameters, in common. Members that
// are not the group's kind's are zero.
type WycheproofGroup struct {
	Type, Curve, Encoding string
	SHA, MGFSHA           string // "SHA-256"
	SaltLength            int    `json:"sLen"`
	KeySize, TagSize      int    // bits
	PublicKey             Hex    `json:"publicKeyDer"`
	SignerKey             Hex    `json:"keyDer"`
	PrivateKey            Hex    `json:"privateKeyPkcs8"`
	Tests                 []WycheproofVector
}

// WycheproofVector is one vector.
type WycheproofVector struct {
	ID      int `json:"tcId"`
	Comment string
	Flags   []string
	// Result is "valid", "invalid" or "acceptable", which a correct program may take or
	// refuse.
	Result string

	Msg, Sig, CT, Key, IV, AAD, Tag, Label Hex
	Password, Salt, IKM, Info, OKM, DK     Hex
	Size, DKLen, IterationCount            int

	// Public and Private are keys, in the form that the file's name says.
	Public, Private string
	Shared          Hex

	Name, OID          string // of a curve, with its parameters:
	P, N, A, B, GX, GY string
}

// WycheproofFiles gives the names of the suite's files, without "_test.json". Where the
// suite cannot be fetched it skips the test, or fails it with CI=true.
func WycheproofFiles(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(wycheproof(t), "*_test.json"))
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(filepath.Base(path), "_test.json")
	}
	return paths
}

// Wycheproof reads a file of the suite.
func Wycheproof(t testing.TB, name string) []WycheproofGroup {
	t.Helper()
	var file struct{ TestGroups []WycheproofGroup }
	if err := json.Unmarshal(read(t, filepath.Join(wycheproof(t), name+"_test.json")), &file); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return file.TestGroups
}

// fetched is where the go command has put the suite, or why it has not.
var fetched = sync.OnceValues(func() (dir, why string) {
	if runtime.GOARCH == "wasm" {
		return "", "it is read natively only"
	}
	cmd := exec.Command("go", "mod", "download", "-json", wycheproofModule+"@"+wycheproofVersion)
	cmd.Dir = Root()
	var errors strings.Builder
	cmd.Stderr = &errors
	out, err := cmd.Output()
	var module struct{ Dir, Sum, Error string }
	if err := json.Unmarshal(out, &module); err == nil && module.Error != "" {
		return "", module.Error
	}
	if err != nil {
		return "", err.Error() + ": " + errors.String()
	}
	if module.Sum != wycheproofSum {
		return "", "its hash is " + module.Sum + " and not " + wycheproofSum
	}
	return filepath.Join(module.Dir, "testvectors_v1"), ""
})

func wycheproof(t testing.TB) string {
	t.Helper()
	dir, why := fetched()
	if why == "" {
		return dir
	}
	why = "the module " + wycheproofModule + " of test vectors is not at hand: " + why
	if os.Getenv("CI") == "true" && runtime.GOARCH != "wasm" {
		t.Fatal(why)
	}
	t.Skip(why)
	return ""
}
