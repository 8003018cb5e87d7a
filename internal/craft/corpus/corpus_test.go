package corpus

import (
	"testing"

	"github.com/sipseal/sipseal/internal/inspect"
	"github.com/sipseal/sipseal/internal/report"
)

// What is made is what it says, by what the inspector makes of it.
func TestMade(t *testing.T) {
	made := Made(t)
	if len(made) < 100 {
		t.Errorf("only %d things", len(made))
	}
	states := map[string]int{}
	for name, b := range made {
		r := inspect.Inspect(b, inspect.Options{Passwords: []string{"password"}}).Report
		states[r.Summary.State]++
		if len(r.Messages)+len(r.Certificates)+len(r.Keys)+len(r.Objects) == 0 {
			t.Errorf("%s: nothing is found in it: %s", name, r.Summary.Text)
		}
	}
	for _, state := range []string{report.Invalid, report.StateOpened, report.StateSealed, report.StatePlain} {
		if states[state] == 0 {
			t.Errorf("nothing of them is %s: %v", state, states)
		}
	}
}
