// Package errorf makes errors as fmt.Errorf does, for texts and numbers only. What is
// compiled to WASM uses it instead: fmt and the reflection that it needs are a
// twentieth of the program.
package errorf

import (
	"errors"
	"strconv"
	"strings"
)

// New returns an error whose text is the format with its verbs replaced: %s by a
// string or an error, %d by an int, and %w by an error, which the new one then wraps.
// There is no other verb, and no flag.
func New(format string, args ...any) error {
	var b strings.Builder
	var wrapped error
	for _, arg := range args {
		before, after, _ := strings.Cut(format, "%")
		b.WriteString(before)
		switch v := arg.(type) {
		case string:
			b.WriteString(v)
		case int:
			b.WriteString(strconv.Itoa(v))
		case error:
			b.WriteString(v.Error())
			if strings.HasPrefix(after, "w") {
				wrapped = v
			}
		}
		format = after[min(1, len(after)):]
	}
	b.WriteString(format)
	if wrapped == nil {
		return errors.New(b.String())
	}
	return &wrapper{b.String(), wrapped}
}

// wrapper is an error with another one in it.
type wrapper struct {
	text string
	err  error
}

func (w *wrapper) Error() string { return w.text }
func (w *wrapper) Unwrap() error { return w.err }
