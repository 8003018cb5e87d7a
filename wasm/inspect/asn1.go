// ASN.1 documents that a page has open: a tree is read once and then asked about,
// row by row.

//go:build js && wasm

package main

import (
	"errors"
	"strconv"
	"unsafe"

	"github.com/hack-pad/safejs"

	"github.com/sipseal/sipseal/internal/asn1view"
	"github.com/sipseal/sipseal/internal/errorf"
	"github.com/sipseal/sipseal/internal/limit"
	"github.com/sipseal/sipseal/internal/report"
)

const (
	// keptViews is how many documents are kept; the one that was asked about the
	// longest ago goes first, and is read again when it is asked about again.
	keptViews = 4
	// keptNodes is how many nodes may be kept in documents besides the last.
	keptNodes = 2_000_000
)

// document is an open document; its id is the page's.
type document struct {
	id   int64
	view *asn1view.View
}

var documents []document // the one asked about last is last

// documentOf finds a document.
func documentOf(id int64) *asn1view.View {
	for i, d := range documents {
		if d.id == id {
			documents = append(append(documents[:i:i], documents[i+1:]...), d)
			return d.view
		}
	}
	return nil
}

// keep adds a document in place of one of the same id.
func keep(id int64, v *asn1view.View) {
	if documentOf(id) != nil {
		documents = documents[:len(documents)-1]
	}
	if len(documents) >= keptViews {
		documents = append([]document(nil), documents[1:]...)
	}
	nodes := 0
	for i := len(documents) - 1; i >= 0; i-- {
		if nodes += len(documents[i].view.Tree().Nodes); nodes > keptNodes {
			documents = append([]document(nil), documents[i+1:]...)
			break
		}
	}
	documents = append(documents, document{id, v})
}

// asn1Call is asn1(request: {id: number, source: Uint8Array|null, open: number[],
// closed: number[], act: "open"|"rows"|"search"|"close", nodes: number[], query: string}).
//
// With a source the document is read anew, whatever the act. Without one, and
// unknown here, the result is {missing: true}. open gives {bytes, json}: the
// structure as little-endian int32 and the notes; rows {json}; search {bytes}:
// indices as int32.
func asn1Call(args []safejs.Value) (map[string]any, error) {
	if len(args) != 1 {
		return nil, errorf.New("asn1 takes 1 argument, not %d", len(args))
	}
	r := reader{from: args[0]}
	id, act := r.number("id"), r.text("act")
	source := r.get("source")
	if r.err != nil {
		return nil, r.err
	}
	if act == "close" {
		if documentOf(id) != nil {
			documents = documents[:len(documents)-1]
		}
		return map[string]any{}, nil
	}
	if !source.IsNull() {
		src, err := fromJS(source)
		if err != nil {
			return nil, errorf.New("source: %w", err)
		}
		o := asn1view.Options{Open: r.numbers("open"), Closed: r.numbers("closed")}
		if r.err != nil {
			return nil, r.err
		}
		keep(id, asn1view.New(src, o))
	}
	v := documentOf(id)
	if v == nil {
		return map[string]any{"missing": true}, nil
	}
	switch act {
	case "open":
		structure, err := structureOf(v)
		if err != nil {
			return nil, err
		}
		notes := v.Notes()
		return map[string]any{"bytes": structure, "json": string(appendNotes(nil, notes))}, nil
	case "rows":
		nodes := r.numbers("nodes")
		if r.err != nil {
			return nil, r.err
		}
		return map[string]any{"json": string(appendRows(nil, v.Describe(nodes)))}, nil
	case "search":
		query := r.text("query")
		if r.err != nil {
			return nil, r.err
		}
		var found []int32
		// One more than the page lists tells it that there are more.
		for _, n := range v.Search(query, limit.Found+1) {
			found = append(found, int32(n))
		}
		b, err := toJS(octets(found))
		return map[string]any{"bytes": b}, err
	}
	return nil, errors.New("there is no act " + act)
}

// numbers reads an array of whole numbers.
func (r *reader) numbers(name string) []int {
	var out []int
	r.list(name, func(v safejs.Value) error {
		n, err := v.Int()
		out = append(out, n)
		return err
	})
	return out
}

// octets are the octets of numbers, little-endian as the WASM's memory is.
func octets(list []int32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(list))), 4*len(list))
}

// structureOf copies the structure into a Uint8Array, a piece at a time: of millions
// of nodes it is larger than the document.
func structureOf(v *asn1view.View) (safejs.Value, error) {
	const piece = 1 << 13 * asn1view.Stride
	count := len(v.Tree().Nodes)
	all, err := uint8Array.New(4 * asn1view.Stride * count)
	if err != nil {
		return all, err
	}
	numbers := make([]int32, min(piece, asn1view.Stride*count))
	for at := 0; at < count; {
		n := v.Structure(numbers, at)
		from := 4 * asn1view.Stride * at
		part, err := all.Call("subarray", from, from+4*n)
		if err == nil {
			_, err = safejs.CopyBytesToJS(part, octets(numbers[:n]))
		}
		if err != nil {
			return all, err
		}
		at += n / asn1view.Stride
	}
	return all, nil
}

func appendRows(b []byte, rows []asn1view.Row) []byte {
	b = append(b, '[')
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"node":`...)
		b = strconv.AppendInt(b, int64(row.Node), 10)
		b = append(b, `,"place":`...)
		b = strconv.AppendInt(b, int64(row.Place), 10)
		for _, f := range [...]struct{ name, value string }{
			{"label", row.Label}, {"value", row.Value}, {"field", row.Field}, {"path", row.Path}, {"type", row.Type},
		} {
			b = append(b, `,"`...)
			b = append(b, f.name...)
			b = append(b, `":`...)
			b = report.AppendString(b, f.value)
		}
		b = append(b, `,"notes":`...)
		b = appendNotes(b, row.Notes)
		b = append(b, '}')
	}
	return append(b, ']')
}

func appendNotes(b []byte, notes []asn1view.Note) []byte {
	b = append(b, '[')
	for i, n := range notes {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"node":`...)
		b = strconv.AppendInt(b, int64(n.Node), 10)
		b = append(b, `,"offset":`...)
		b = strconv.AppendInt(b, int64(n.Offset), 10)
		b = append(b, `,"rule":`...)
		b = report.AppendString(b, n.Rule)
		b = append(b, `,"detail":`...)
		b = report.AppendString(b, n.Detail)
		b = append(b, '}')
	}
	return append(b, ']')
}
