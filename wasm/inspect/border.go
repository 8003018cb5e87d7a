// Crossing the border: bytes in and out, and the options object.

//go:build js && wasm

package main

import (
	"strconv"

	"github.com/hack-pad/safejs"

	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/inspect"
)

// keptSize is the largest buffer that is kept from one call to the next. A larger
// one is given back, so that one big input does not hold memory for ever.
const keptSize = 16 << 20

// buffer is memory that is filled anew by each call: what a call returns must not
// alias it.
type buffer struct{ mem []byte }

var inputBuffer buffer

// read copies a Uint8Array in.
func (b *buffer) read(v safejs.Value) ([]byte, error) {
	n, err := v.Length()
	if err != nil {
		return nil, errorf.New("not a Uint8Array: %w", err)
	}
	mem := b.mem
	if n > cap(mem) {
		mem = make([]byte, n)
		if n <= keptSize {
			b.mem = mem
		}
	}
	mem = mem[:n:n]
	if n == 0 {
		return mem, nil
	}
	if _, err := safejs.CopyBytesToGo(mem, v); err != nil {
		return nil, err
	}
	return mem, nil
}

// fromJS copies a Uint8Array into memory of its own.
func fromJS(v safejs.Value) ([]byte, error) { return new(buffer).read(v) }

var uint8Array = func() safejs.Value {
	v, _ := safejs.Global().Get("Uint8Array")
	return v
}()

// toJS copies b into a new Uint8Array.
func toJS(b []byte) (safejs.Value, error) {
	v, err := uint8Array.New(len(b))
	if err != nil || len(b) == 0 {
		return v, err
	}
	_, err = safejs.CopyBytesToJS(v, b)
	return v, err
}

// sameBytes says whether a and b are the same memory.
func sameBytes(a, b []byte) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// reader reads the properties of an object; the first error sticks.
type reader struct {
	from safejs.Value
	err  error
}

func (r *reader) get(name string) safejs.Value {
	v, err := r.from.Get(name)
	r.fail(name, err)
	return v
}

func (r *reader) fail(name string, err error) {
	if err != nil && r.err == nil {
		r.err = errorf.New("%s: %w", name, err)
	}
}

func (r *reader) text(name string) string {
	s, err := r.get(name).String()
	r.fail(name, err)
	return s
}

func (r *reader) flag(name string) bool {
	b, err := r.get(name).Bool()
	r.fail(name, err)
	return b
}

func (r *reader) number(name string) int64 {
	f, err := r.get(name).Float()
	r.fail(name, err)
	return int64(f)
}

func (r *reader) bytes(name string) []byte {
	b, err := fromJS(r.get(name))
	r.fail(name, err)
	return b
}

// list calls each for every item of an array.
func (r *reader) list(name string, each func(safejs.Value) error) {
	v := r.get(name)
	if r.err != nil {
		return
	}
	n, err := v.Length()
	r.fail(name, err)
	for i := 0; i < n && r.err == nil; i++ {
		item, err := v.Index(i)
		if err == nil {
			err = each(item)
		}
		r.fail(name+"["+strconv.Itoa(i)+"]", err)
	}
}

func (r *reader) files(name string) []inspect.NamedBytes {
	var out []inspect.NamedBytes
	r.list(name, func(v safejs.Value) error {
		item := reader{from: v}
		out = append(out, inspect.NamedBytes{Name: item.text("name"), Data: item.bytes("data")})
		return item.err
	})
	return out
}

// readOptions reads what js/options.js makes of the caller's options: every
// property is there and of its type.
func readOptions(v safejs.Value) (inspect.Options, error) {
	r := reader{from: v}
	o := inspect.Options{
		Name:         r.text("name"),
		Keys:         r.files("keys"),
		Certificates: r.files("certificates"),
		CRLs:         r.files("crls"),
		Trust:        r.files("trust"),
		TrustBundled: r.flag("trustBundled"),
		At:           r.number("at"),
		Policy:       r.text("policy"),
		NoRepair:     r.flag("noRepair"),
		Work:         float64(r.number("work")),

		TLSHost:         r.text("tlsHost"),
		TLSClient:       r.flag("tlsClient"),
		CertificateText: r.text("certificateText"),
	}
	var err error
	o.Passwords, err = texts(r.get("passwords"))
	r.fail("passwords", err)
	r.list("secretKeys", func(v safejs.Value) error {
		item := reader{from: v}
		o.SecretKeys = append(o.SecretKeys, inspect.SecretKey{ID: item.bytes("id"), Key: item.bytes("key")})
		return item.err
	})
	r.readSlice(&o)
	return o, r.err
}

// readSlice reads how an inspection is shared: {workers: number, share: function(number),
// slice: number, of: number, rounds: Uint8Array[]}; of is 0 before it is.
func (r *reader) readSlice(o *inspect.Options) {
	o.Workers = int(r.number("workers"))
	if o.Workers > 1 {
		share := r.get("share")
		o.Share = func(slices int) { share.Invoke(slices) }
	}
	o.Slice.Of = int(r.number("of"))
	if o.Slice.Of == 0 {
		return
	}
	o.Slice.Index = int(r.number("slice"))
	r.list("rounds", func(v safejs.Value) error {
		b, err := fromJS(v)
		o.Slice.Rounds = append(o.Slice.Rounds, b)
		return err
	})
}

// texts reads an array of strings.
func texts(v safejs.Value) ([]string, error) {
	n, err := v.Length()
	var out []string
	for i := 0; i < n && err == nil; i++ {
		var item safejs.Value
		var s string
		if item, err = v.Index(i); err == nil {
			s, err = item.String()
			out = append(out, s)
		}
	}
	return out, err
}
