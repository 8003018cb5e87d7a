package inspect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/sipseal/sipseal/internal/vectors"
)

// TestUnderCollection: with the garbage collector running all the time, and on stacks
// that grow on the way, every message of testdata gives the same report. What is shipped
// has the tables by which the collector reads the stack written anew, so that this is
// a test of those.
func TestUnderCollection(t *testing.T) {
	var messages []string
	for _, folder := range []string{"demo", "identity", "scenarios", "seeds"} {
		names, err := filepath.Glob(filepath.Join(vectors.Root(), "testdata", folder, "*.sip"))
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, names...)
	}
	if len(messages) < 30 {
		t.Fatalf("only %d messages", len(messages))
	}
	key, err := os.ReadFile(filepath.Join(vectors.Root(), "testdata", "demo", "bob_key.pem"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range messages {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		// Each call on a stack of its own, which is small at first.
		inspect := func() string {
			out := make(chan string)
			go func() {
				b, err := json.Marshal(Inspect(data, Options{Keys: []NamedBytes{{Name: "bob", Data: key}}, At: at(t, "2026-11-01")}).Report)
				if err != nil {
					t.Error(err)
				}
				out <- string(b)
			}()
			return <-out
		}
		want := inspect()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		percent, limit := debug.SetGCPercent(1), debug.SetMemoryLimit(1)
		got := inspect()
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
		runtime.ReadMemStats(&after)
		if got != want {
			t.Errorf("%s: another report while the collector runs", filepath.Base(name))
		}
		if after.NumGC == before.NumGC {
			t.Errorf("%s: the collector did not run", filepath.Base(name))
		}
	}
}

// TestRecovered: what goes wrong in a call can be recovered from, by the function that
// defers and by none else, as in any Go program.
func TestRecovered(t *testing.T) {
	var (
		none  *Options
		table map[string]int
		list  []int
		thing any = "text"
	)
	for name, wrong := range map[string]func(){
		"nil pointer":  func() { _ = none.Name },
		"nil map":      func() { table["a"] = 1 },
		"index":        func() { _ = list[len(name(t))] },
		"type":         func() { _ = thing.(int) },
		"own":          func() { panic("own") },
		"nil method":   func() { _ = error(none2).Error() },
		"deep":         func() { deep(3000, list) },
		"in a defer":   func() { defer func() { panic("second") }(); panic("first") },
		"not directly": func() { defer func() { notDirectly() }(); panic("kept") },
	} {
		got := func() (caught any) {
			defer func() { caught = recover() }()
			wrong()
			return nil
		}()
		if got == nil {
			t.Errorf("%s: nothing was recovered", name)
		}
	}
}

type broken struct{ text string }

func (b broken) Error() string { return b.text }

// none2 is nil: its method is called through a wrapper, which panics.
var none2 *broken

func name(t *testing.T) string { return t.Name() }

func deep(n int, list []int) int {
	if n == 0 {
		return list[n]
	}
	return deep(n-1, list) + 1
}

// notDirectly is not the deferred function itself, so that it recovers nothing.
func notDirectly() { recover() }
