package main

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/sipseal/sipseal/internal/inspect"
	"github.com/sipseal/sipseal/internal/tools/exampleset"
)

// TestSet makes a fresh set and holds each message to what its index says of it.
func TestSet(t *testing.T) {
	set, err := makeSet()
	if err != nil {
		t.Fatal(err)
	}
	files := set.Files
	var index []exampleset.Example
	if err := json.Unmarshal(files["index.json"], &index); err != nil {
		t.Fatal(err)
	}
	if len(index) != 9 {
		t.Fatalf("%d examples", len(index))
	}
	load := func(names []string) (out []inspect.NamedBytes) {
		for _, n := range names {
			if files[n] == nil {
				t.Errorf("there is no %s", n)
			}
			out = append(out, inspect.NamedBytes{Name: n, Data: files[n]})
		}
		return out
	}
	for _, e := range index {
		s := inspect.Inspect(files[e.Message], inspect.Options{
			Keys: load(e.Keys), Certificates: load(e.Certificates), Trust: load(e.Trust),
			At: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC).Unix(),
		}).Report.Summary
		if s.State != e.Expect {
			t.Errorf("%s: %s (%s), want %s", e.ID, s.State, s.Text, e.Expect)
		}
	}
}
