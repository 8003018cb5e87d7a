package errorf

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// fmt is the judge: the same text, and the same errors inside.
func TestNew(t *testing.T) {
	inner := fmt.Errorf("inner: %w", io.ErrUnexpectedEOF)
	for _, c := range []struct {
		format string
		args   []any
	}{
		{"plain", nil},
		{"%d bytes", []any{-12}},
		{"%w", []any{inner}},
		{"%s", []any{inner}},
		{"reading %s: %w: %d of %d bytes", []any{"it", inner, 1, 20}},
		{"%w: said twice: %d%d", []any{inner, 3, 4}},
		{"a percent in an argument: %s %s", []any{"100%s", "%d"}},
		{"%s", []any{""}},
	} {
		got, want := New(c.format, c.args...), fmt.Errorf(c.format, c.args...)
		if got.Error() != want.Error() {
			t.Errorf("%q gives %q; fmt gives %q", c.format, got, want)
		}
		for _, is := range []error{inner, io.ErrUnexpectedEOF} {
			if errors.Is(got, is) != errors.Is(want, is) {
				t.Errorf("%q: errors.Is with %v is %v; with fmt it is %v", c.format, is, errors.Is(got, is), errors.Is(want, is))
			}
		}
		if got, want := errors.Unwrap(got), errors.Unwrap(want); got != want {
			t.Errorf("%q wraps %v; with fmt it wraps %v", c.format, got, want)
		}
	}
}
