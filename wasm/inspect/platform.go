// Work by the platform: WebCrypto hashes, decrypts and verifies in promises, for which
// the goroutine of the call waits.

//go:build js && wasm

package main

import (
	"runtime"
	"unsafe"

	"github.com/hack-pad/safejs"

	"github.com/sipseal/sipseal/internal/algo"
)

// webCrypto is host.bulk, which js/engine.js makes.
type webCrypto struct{ bulk safejs.Value }

// usePlatform gives work to WebCrypto, where there is one: in Node and in pages
// that were fetched safely.
func usePlatform() {
	if bulk, err := safejs.Global().Get("bulk"); err == nil && !bulk.IsNull() && !bulk.IsUndefined() {
		algo.SetPlatform(webCrypto{bulk})
	}
}

func (w webCrypto) Digest(name string, data []byte) ([]byte, bool) {
	switch name {
	case "SHA-1", "SHA-256", "SHA-384", "SHA-512":
		return w.ask("digest", data, name)
	}
	return nil, false
}

func (w webCrypto) VerifiesECDSA(curve, hash string, point, signature, message []byte) bool {
	p, err := toJS(point)
	if err != nil {
		return false
	}
	s, err := toJS(signature)
	if err != nil {
		return false
	}
	_, ok := w.ask("verify", message, curve, hash, p, s)
	return ok
}

func (w webCrypto) DecryptCBC(key, iv, ciphertext []byte) ([]byte, bool) {
	k, err := toJS(key)
	if err != nil {
		return nil, false
	}
	v, err := toJS(iv)
	if err != nil {
		return nil, false
	}
	return w.ask("decrypt", ciphertext, k, v)
}

// ask calls a method with the place of data in memory and more, and waits for its
// answer. It is read there before this program goes on.
func (w webCrypto) ask(method string, data []byte, more ...any) ([]byte, bool) {
	answer := make(chan safejs.Value, 1)
	done, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		answer <- args[0]
		return nil
	})
	if err != nil {
		return nil, false
	}
	defer done.Release()
	place := uintptr(unsafe.Pointer(unsafe.SliceData(data)))
	if _, err := w.bulk.Call(method, append([]any{done, place, len(data)}, more...)...); err != nil {
		return nil, false
	}
	v := <-answer
	runtime.KeepAlive(data)
	if v.IsNull() {
		return nil, false
	}
	b, err := fromJS(v)
	return b, err == nil
}
