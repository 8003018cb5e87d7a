package cases

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/inspect"
)

// Just below a limit nothing is said of it; just over it is, and the rest is still
// shown.
func TestCases(t *testing.T) {
	for _, c := range All {
		t.Run(c.Limit, func(t *testing.T) {
			for _, over := range []bool{false, true} {
				n := c.Most
				if over {
					n++
				}
				if testing.Short() && c.Large {
					t.Skip("it is large")
				}
				r := inspect.Inspect(c.Make(n).Bytes(), inspect.Options{Passwords: []string{c.Password}}).Report
				b, err := json.Marshal(r)
				if err != nil {
					t.Fatal(err)
				}
				if got := strings.Contains(strings.ToLower(string(b)), strings.ToLower(c.Says)); got != over {
					t.Errorf("with %d, that there is %q: %v. The report: %.3000s", n, c.Says, got, b)
				}
				if !strings.Contains(string(b), c.Still) || r.Summary.Text == "" {
					t.Errorf("with %d, the rest is not shown: %.300s", n, b)
				}
			}
		})
	}
}
