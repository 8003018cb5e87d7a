package dist

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What a machine is set to, in its environment or in the file of "go env -w", is not what
// a program is built with.
func TestProgramEnv(t *testing.T) {
	file := filepath.Join(t.TempDir(), "env")
	settings := []string{"GOEXPERIMENT=nogreenteagc", "GOFLAGS=-tags=other", "GOFIPS140=latest", "CGO_ENABLED=1"}
	want := ",\n-trimpath\noff\noff\n0\njs\nwasm\n"
	for name, env := range map[string][]string{
		"in the environment": append([]string{"GOENV=off", "GOWORK=/elsewhere/go.work"}, settings...),
		"in the file":        {"GOENV=" + file, "GOEXPERIMENT=", "GOFLAGS=", "GOFIPS140=", "GOWORK=", "CGO_ENABLED="},
	} {
		if err := os.WriteFile(file, []byte(strings.Join(settings, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
		ask := func(more ...string) string {
			cmd := exec.Command("go", "env", "GOEXPERIMENT", "GOFLAGS", "GOFIPS140", "GOWORK", "CGO_ENABLED", "GOOS", "GOARCH")
			cmd.Env = append(append(os.Environ(), env...), more...)
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v: %s", name, err, out)
			}
			return string(out)
		}
		if got := ask("GOWORK=off"); got == want {
			t.Errorf("%s: the settings change nothing", name)
		}
		if got := ask(programEnv...); got != want {
			t.Errorf("%s: %q, not %q", name, got, want)
		}
	}
}
