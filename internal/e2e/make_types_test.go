// The declarations of the maker's module: they are written by hand, and held to the Go
// types, to the calls and to the module here.

package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sipseal/sipseal/internal/craft"
	"github.com/sipseal/sipseal/internal/craft/calls"
)

// declared gives what the interfaces of a file of declarations have, by name.
func declared(t *testing.T, text string) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	property := regexp.MustCompile(`(?m)^  (\w+)\??:`)
	for _, m := range regexp.MustCompile(`(?s)export interface (\w+)[^{]*\{\n(.*?)\n\}`).FindAllStringSubmatch(text, -1) {
		for _, p := range property.FindAllStringSubmatch(m[2], -1) {
			out[m[1]] = append(out[m[1]], p[1])
		}
	}
	if len(out) < 15 {
		t.Fatalf("only %d interfaces", len(out))
	}
	return out
}

// fields are those of a struct as they are in JSON, in lower case where nothing says how.
func fields(v any) []string {
	var out []string
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported():
		case name != "":
			out = append(out, name)
		default:
			out = append(out, f.Name)
		}
	}
	return out
}

func TestMakerDeclarations(t *testing.T) {
	t.Parallel()
	text := string(read(t, "js/sipseal-make.d.ts"))
	types := declared(t, text)
	for name, of := range map[string][]string{
		"CertificateDescription": fields(craft.Certificate{}),
		"CRLDescription":         fields(craft.CRL{}),
		"SignerDescription":      fields(craft.Signer{}),
		"RecipientDescription":   fields(craft.Recipient{}),
		"LayerDescription":       fields(craft.Layer{}),
		"MessageDescription":     append(fields(craft.Message{}), "damages", "form"),
		"Scenario":               fields(craft.Scenario{}),
		"Fault":                  fields(craft.Fault{}),
		"Damage":                 fields(craft.Damage{}),
		"NamedFile":              fields(craft.File{}),
	} {
		lower := func(names []string) []string {
			var out []string
			for _, n := range names {
				out = append(out, strings.ToLower(n))
			}
			slices.Sort(out)
			return out
		}
		if got, want := lower(types[name]), lower(of); !slices.Equal(got, want) {
			t.Errorf("%s has %q, and the Go type %q", name, got, want)
		}
	}
	answer, err := calls.Call("choices", []byte("{}"))
	if err != nil {
		t.Fatal(err)
	}
	var choices map[string]json.RawMessage
	if err := json.Unmarshal(answer, &choices); err != nil {
		t.Fatal(err)
	}
	if got, want := slices.Sorted(slices.Values(types["Choices"])), slices.Sorted(maps.Keys(choices)); !slices.Equal(got, want) {
		t.Errorf("Choices has %q, and the call gives %q", got, want)
	}
	// What a call is asked with, it knows.
	for name, call := range map[string]string{
		"ProfileRequest": "profile", "AuthorityRequest": "authority", "CertificateRequest": "certificate", "FilesRequest": "files",
	} {
		request := map[string]any{}
		for _, p := range types[name] {
			request[p] = nil
		}
		data, err := json.Marshal(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := calls.Call(call, data); err != nil && strings.Contains(err.Error(), "unknown field") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// The class has the same methods, with as many parameters.
	methods := func(text string, pattern string) map[string]int {
		out := map[string]int{}
		_, class, _ := strings.Cut(text, "export class Maker {")
		class, _, _ = strings.Cut(class, "\n}\n")
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(class, -1) {
			depth, parameters := 0, 0
			for i, c := range strings.TrimRight(m[2], ", \n") {
				if i == 0 {
					parameters = 1
				}
				depth += strings.Count("{([<", string(c)) - strings.Count("})]>", string(c))
				if c == ',' && depth == 0 {
					parameters++
				}
			}
			out[m[1]] = parameters
		}
		delete(out, "constructor")
		return out
	}
	want := methods(string(read(t, "js/sipseal-make.js")), `(?ms)^  (?:async )?(\w+)\((.*?)\) \{$`)
	if got := methods(text, `(?ms)^  (\w+)\((.*?)\): `); !maps.Equal(got, want) {
		t.Errorf("the methods are declared as %v, and are %v", got, want)
	}
}

// TestPackageExports: what the packages' manifests point to is there.
func TestPackageExports(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{".", "npm"} {
		dir := filepath.Join(distDir(t), folder)
		data, err := os.ReadFile(filepath.Join(dir, "package.json"))
		if err != nil {
			t.Fatal(err)
		}
		var manifest struct {
			Main, Types string
			Files       []string
			Exports     map[string]any
		}
		if err := json.Unmarshal(data, &manifest); err != nil {
			t.Fatal(err)
		}
		files := append(manifest.Files, manifest.Main, manifest.Types)
		for name, target := range manifest.Exports {
			if m, ok := target.(map[string]any); ok {
				if m["types"] == nil {
					t.Errorf("%s: %s has no types", folder, name)
				}
				for _, file := range m {
					files = append(files, file.(string))
				}
			} else {
				files = append(files, target.(string))
			}
		}
		for _, file := range files {
			if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
				t.Errorf("%s: %v", folder, err)
			}
		}
		if m, ok := manifest.Exports["./make"].(map[string]any); !ok || m["types"] != "./sipseal-make.d.ts" {
			t.Errorf("%s: ./make is %v", folder, manifest.Exports["./make"])
		}
	}
}
