package sorting

import (
	"math/rand/v2"
	"slices"
	"testing"
)

type item struct {
	key  int
	text string
}

// The judge is slices.SortStableFunc: keys come several times, so that the order of
// what is equal shows.
func TestBy(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 70 {
		list := make([]item, n)
		for i := range list {
			list[i] = item{r.IntN(1 + n/3), string(rune('a' + i))}
		}
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b item) int { return a.key - b.key })
		By(list, func(a, b *item) bool { return a.key < b.key })
		if !slices.Equal(list, want) {
			t.Errorf("%d items: %v, want %v", n, list, want)
		}
	}
}

func TestStrings(t *testing.T) {
	list := []string{"b", "", "a", "B", "ab", "\xff", "a"}
	want := slices.Clone(list)
	slices.Sort(want)
	Strings(list)
	if !slices.Equal(list, want) {
		t.Errorf("%q, want %q", list, want)
	}
}
