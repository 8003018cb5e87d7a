// The maker of test certificates and messages as WebAssembly. It is a program of its
// own, larger than the inspector, and loaded when somebody wants to make something.
//
// There is one function, make(name, request, done), which calls done with {json} or
// {error: {code, message}},
// and the calls are those of internal/craft/calls: a request is small, and making
// keys takes longer than reading JSON.

//go:build js && wasm

package main

import (
	"fmt"

	"github.com/hack-pad/safejs"

	"github.com/sipseal/sipseal/internal/craft/calls"
)

func main() {
	exports, err := safejs.Global().Get("exports")
	if err != nil {
		return
	}
	f, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		if last := len(args) - 1; last >= 0 {
			args[last].Invoke(makeCall(args[:last]))
		}
		return nil
	})
	if err != nil {
		return
	}
	if err := exports.Set("make", f); err != nil {
		return
	}
	select {}
}

// makeCall runs one call and turns whatever happens into a value.
func makeCall(args []safejs.Value) (result any) {
	defer func() {
		if r := recover(); r != nil {
			result = failure("internal", fmt.Sprint(r))
		}
	}()
	if len(args) != 2 {
		return failure("argument", fmt.Sprintf("make takes 2 arguments, not %d", len(args)))
	}
	name, err := args[0].String()
	if err != nil {
		return failure("argument", "name: "+err.Error())
	}
	request, err := args[1].String()
	if err != nil {
		return failure("argument", "request: "+err.Error())
	}
	answer, err := calls.Call(name, []byte(request))
	if err != nil {
		return failure("input", err.Error())
	}
	return map[string]any{"json": string(answer)}
}

func failure(code, message string) map[string]any {
	return map[string]any{"error": map[string]any{"code": code, "message": message}}
}
