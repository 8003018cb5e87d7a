package report

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
)

// encoding/json is the judge: for values without nil slices and maps (the one
// difference that is meant) both write the same bytes.
func TestAppendJSONEqualsEncodingJSON(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var r Report
		fill(rnd, reflect.ValueOf(&r).Elem(), 0)
		want, err := json.Marshal(&r)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.AppendJSON(nil); string(got) != string(want) {
			t.Fatalf("got\n%s\nwant\n%s", got, want)
		}
	}
}

// A report with nothing in it has empty lists, never null, where lists belong.
func TestEmptyReport(t *testing.T) {
	got := string(new(Report).AppendJSON(nil))
	want := `{"schema":0,"summary":{"state":"","text":"","clauses":[]},"input":{"kind":"","size":0,"steps":[]},` +
		`"messages":[],"certificates":[],"keys":[],"findings":[],"sources":[],"judged":{"version":"","at":"","policy":"","anchors":[],"repair":false}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = string(appendPart(nil, &Part{}))
	want = `{"path":"","type":"","params":{},"encoding":"","headers":[],"source":0,"range":[0,0],"bodyRange":[0,0],"children":[]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := string(appendCheck(nil, &Check{})), `{"code":"","ok":null,"detail":"","reference":""}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAppendString(t *testing.T) {
	for _, s := range []string{
		"", "plain", "\x00\x01\x1f\x7f", "\"\\/\b\f\n\r\t", "<script>&", "é€😀", "\xff\xc3", "\xed\xa0\x80",
		"a\u2028b\u2029c", "\ufffd", "\u202e\u0000end",
	} {
		checkString(t, s)
	}
	// Every octet, at every place among eight.
	for c := range 256 {
		for at := range 8 {
			b := []byte("plain text, 19 long")
			b[at] = byte(c)
			checkString(t, string(b))
			b[at+1] = '!'
			checkString(t, string(b))
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("a\"\\\u2028\xff<")
	f.Fuzz(checkString)
}

func checkString(t *testing.T, s string) {
	want, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := appendString(nil, s); string(got) != string(want) {
		t.Errorf("%q: got %s, want %s", s, got, want)
	}
}

// fill sets v to something random: every field non-empty about half of the time,
// slices and maps never nil.
func fill(rnd *rand.Rand, v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(rnd, v.Field(i), depth+1)
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(rnd, v.Index(i), depth)
		}
	case reflect.Slice:
		n := rnd.IntN(3)
		if depth > 5 {
			n = 0
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(rnd, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rnd.IntN(4) {
			v.SetMapIndex(reflect.ValueOf(randomString(rnd)), reflect.ValueOf(randomString(rnd)))
		}
	case reflect.Pointer:
		if depth < 6 && rnd.IntN(2) == 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(rnd, v.Elem(), depth+1)
		}
	case reflect.String:
		v.SetString(randomString(rnd))
	case reflect.Int:
		v.SetInt(int64(rnd.IntN(2)) * (rnd.Int64() - rnd.Int64()))
	case reflect.Bool:
		v.SetBool(rnd.IntN(2) == 0)
	}
}

func randomString(rnd *rand.Rand) string {
	b := make([]byte, rnd.IntN(6))
	for i := range b {
		b[i] = byte(rnd.UintN(256))
	}
	return string(b)
}
