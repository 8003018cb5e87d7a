package mime

import (
	"slices"
	"testing"
)

func TestStructure(t *testing.T) {
	src := crlf("Content-Type: multipart/related; type=\"text/xml\"; start=\"<root@x>\"; boundary=b\n\n--b\nContent-Type: image/png\nContent-ID: <a%b@x>\n\n1\n--b\nContent-Type: text/xml\nContent-ID: <root@x>\n\n2\n--b--")
	e := Parse(src, [2]int{0, len(src)})
	if got := codes(e); len(got) > 0 {
		t.Error(got)
	}
	if r := e.Root(); r == nil || r.Type != "text/xml" {
		t.Errorf("root %+v", r)
	}
	for url, want := range map[string]string{"cid:a%25b@x": "image/png", "CID:root@x": "text/xml", "root@x": "text/xml"} {
		if p := e.ByContentID(url); p == nil || p.Type != want {
			t.Errorf("%s: %+v", url, p)
		}
	}
	for _, url := range []string{"cid:", "", "cid:nobody@x"} {
		if p := e.ByContentID(url); p != nil {
			t.Errorf("%s: %+v", url, p)
		}
	}
	if p := e.Choose(func(e *Entity) bool { return e.Type == "image/png" }); p != e.Children[0] {
		t.Errorf("%+v", p)
	}
	if p := e.Choose(func(e *Entity) bool { return true }); p != e.Children[1] {
		t.Errorf("%+v", p)
	}
	if p := e.Children[0].Root(); p != nil {
		t.Errorf("root of a leaf: %+v", p)
	}
}

func TestStructureProblems(t *testing.T) {
	for in, want := range map[string][]string{
		"Content-Type: multipart/related; boundary=b\n\n--b\n\n1\n--b--":                                                                {"related-type"},
		"Content-Type: multipart/related; type=a/b; boundary=b\n\n--b\n\n1\n--b--":                                                      {"related-type"},
		"Content-Type: multipart/related; type=\"text/plain\"; start=\"<x@y>\"; boundary=b\n\n--b\n\n1\n--b--":                          {"related-start"},
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-ID: <1@x>\n\n1\n--b\nContent-ID: <1@x>\n\n1\n--b--":                  {"content-id"},
		"Content-Type: text/plain\nContent-Disposition: render; handling=maybe\n\n":                                                     {"handling"},
		"Content-Type: text/plain\nContent-Disposition: session; handling=OPTIONAL\n\n":                                                 nil,
		"Content-Type: text/plain\nContent-Encoding: GZIP , x\n\n":                                                                      {"content-encoding"},
		"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n1\n--b--\n--b--\n": {"no-delimiter", "same-boundary"},
	} {
		src := crlf(in)
		if got := codes(Parse(src, [2]int{0, len(src)})); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
	src := crlf("Content-Type: text/plain\nContent-Encoding: GZIP , x\n\n")
	if e := Parse(src, [2]int{0, len(src)}); !slices.Equal(e.Codings, []string{"gzip", "x"}) {
		t.Errorf("%q", e.Codings)
	}
}
