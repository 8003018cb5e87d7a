// The inspector as WebAssembly: what JavaScript can call, and how values cross.
//
// This package and its sibling under wasm/ are the only ones that know there is a
// JavaScript on the other side. The module's loader (js/engine.js) gives the
// program a host object in place of the global one; main puts its functions into
// host.exports and then waits for calls for ever.
//
// How things cross is decided by what it costs: a call is 13 us, a megabyte into a
// buffer that is kept 37 us instead of 300, and a report as one JSON string a
// twentieth of the time of the same report set property by property. So input
// is copied into a kept buffer, options are read from one object, and a report
// comes back as a string with the sources' bytes beside it.
//
// Every function takes a function as its last argument and calls it with an object:
// {…result} or {error: {code, message}}. None throws, and a panic in the core ends as
// an error with the code "internal".

//go:build js && wasm

package main

import (
	"github.com/hack-pad/safejs"

	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/inspect"
)

func main() {
	exports, err := safejs.Global().Get("exports")
	if err != nil {
		return
	}
	for name, fn := range map[string]func([]safejs.Value) (map[string]any, error){
		"inspect": inspectCall,
		"dump":    dumpCall,
		"undump":  undumpCall,
		"asn1":    asn1Call,
		"answer":  answerCall,
	} {
		f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
			// In a goroutine of its own: the one that JavaScript calls must not wait, and
			// what asks the platform does.
			if last := len(args) - 1; last >= 0 {
				go func() { args[last].Invoke(guard(fn, args[:last])) }()
			}
			return nil
		})
		if err != nil {
			return
		}
		if err := exports.Set(name, f); err != nil {
			return
		}
	}
	usePlatform()
	select {}
}

// Codes of an error that crosses the border.
const (
	// codeArgument: an argument was not of the form that the loader passes.
	codeArgument = "argument"
	// codeInput: the input could not be read; the message says where.
	codeInput = "input"
	// codeInternal: a fault of the program.
	codeInternal = "internal"
)

// failure is an error with its code.
type failure struct {
	code string
	err  error
}

func (f *failure) Error() string { return f.err.Error() }

// guard runs one call and turns whatever happens into a value.
func guard(fn func([]safejs.Value) (map[string]any, error), args []safejs.Value) (result any) {
	defer func() {
		if r := recover(); r != nil {
			result = errorValue(codeInternal, panicText(r))
		}
	}()
	v, err := fn(args)
	if err != nil {
		if f, ok := err.(*failure); ok {
			return errorValue(f.code, f.Error())
		}
		return errorValue(codeArgument, err.Error())
	}
	return v
}

// panicText is what a panic tells: mostly an error, of the runtime.
func panicText(r any) string {
	switch v := r.(type) {
	case error:
		return v.Error()
	case string:
		return v
	}
	return "a panic"
}

func errorValue(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": message}}
}

// inspectCall is inspect(input: Uint8Array, options: object) →
// {json: string, sources: (Uint8Array|null)[], slice: object|null}. A null source is the
// input itself, or one that the first slice gives. slice is described at sliceValue.
func inspectCall(args []safejs.Value) (map[string]any, error) {
	if len(args) != 2 {
		return nil, errorf.New("inspect takes 2 arguments, not %d", len(args))
	}
	input, err := inputBuffer.read(args[0])
	if err != nil {
		return nil, errorf.New("input: %w", err)
	}
	options, err := readOptions(args[1])
	if err != nil {
		return nil, err
	}
	json, sources, slice := inspectBytes(input, options)
	value, err := sliceValue(slice)
	if err != nil {
		return nil, err
	}
	out := make([]any, len(sources))
	for i, s := range sources {
		if sameBytes(s, input) || options.Slice.Index > 0 && i < slice.Read.Sources {
			out[i] = nil
			continue
		}
		if out[i], err = toJS(s); err != nil {
			return nil, errorf.New("source %d: %w", i, err)
		}
	}
	return map[string]any{"json": json, "sources": out, "slice": value}, nil
}

// sliceValue is null, or {unhelped: boolean, first: number, read: number[], inspected:
// number[], brought: Uint8Array, wants: Uint8Array}: an inspect.SliceResult.
func sliceValue(s *inspect.SliceResult) (any, error) {
	if s == nil {
		return nil, nil
	}
	brought, err := toJS(s.Brought)
	if err != nil {
		return nil, err
	}
	wants, err := toJS(s.Wants)
	if err != nil {
		return nil, err
	}
	counts := func(c inspect.Counts) []any { return []any{c.Sources, c.Certificates, c.Keys, c.Findings} }
	return map[string]any{
		"unhelped": s.Unhelped, "first": s.First, "read": counts(s.Read), "inspected": counts(s.Inspected),
		"brought": brought, "wants": wants,
	}, nil
}

// answerCall is answer(states: string[]) → {json: string}, a summary.
func answerCall(args []safejs.Value) (map[string]any, error) {
	if len(args) != 1 {
		return nil, errorf.New("answer takes 1 argument, not %d", len(args))
	}
	states, err := texts(args[0])
	return map[string]any{"json": answerTo(states)}, err
}

// dumpCall is dump(der: Uint8Array, style: string, width: number) → {bytes: Uint8Array},
// the text in UTF-8: as bytes it is handed on from the worker without a copy.
func dumpCall(args []safejs.Value) (map[string]any, error) {
	if len(args) != 3 {
		return nil, errorf.New("dump takes 3 arguments, not %d", len(args))
	}
	der, err := inputBuffer.read(args[0])
	if err != nil {
		return nil, errorf.New("input: %w", err)
	}
	style, err := args[1].String()
	if err != nil {
		return nil, errorf.New("style: %w", err)
	}
	width, err := args[2].Int()
	if err != nil {
		return nil, errorf.New("width: %w", err)
	}
	text, err := toJS(dumpText(der, style, width))
	return map[string]any{"bytes": text}, err
}

// undumpCall is undump(text: string) → {bytes: Uint8Array}.
func undumpCall(args []safejs.Value) (map[string]any, error) {
	if len(args) != 1 {
		return nil, errorf.New("undump takes 1 argument, not %d", len(args))
	}
	text, err := args[0].String()
	if err != nil {
		return nil, errorf.New("text: %w", err)
	}
	b, err := undumpText(text)
	if err != nil {
		return nil, &failure{codeInput, err}
	}
	v, err := toJS(b)
	if err != nil {
		return nil, err
	}
	return map[string]any{"bytes": v}, nil
}
