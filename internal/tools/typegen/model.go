// The model: what is taken from the Go source before anything is written. Only
// the shapes that the report uses are known; any other is an error, so that a
// new kind of field cannot pass through half handled.

package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

type model struct {
	types  []*typeDecl
	byName map[string]*typeDecl
	// blocks holds the string constants of each const declaration; block finds
	// a constant's declaration by its name.
	blocks []constBlock
	block  map[string]int
	schema string
}

type constBlock struct {
	doc    string
	values []string
}

// typeDecl is a struct, or (array true) a fixed array of int.
type typeDecl struct {
	name   string
	doc    string
	fields []field
	array  bool
}

type field struct {
	goName    string
	json      string
	omitEmpty bool
	doc       string
	typ       ast.Expr
}

func readModel(src []byte) (*model, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "report.go", src, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	m := &model{byName: map[string]*typeDecl{}, block: map[string]int{}}
	for _, d := range file.Decls {
		gen, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		switch gen.Tok {
		case token.CONST:
			m.readConsts(gen)
		case token.TYPE:
			for _, s := range gen.Specs {
				spec := s.(*ast.TypeSpec)
				t, err := readType(spec, gen.Doc)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", fset.Position(spec.Pos()), err)
				}
				m.types = append(m.types, t)
				m.byName[t.name] = t
			}
		}
	}
	if m.byName["Report"] == nil {
		return nil, fmt.Errorf("no type Report")
	}
	return m, nil
}

func (m *model) readConsts(gen *ast.GenDecl) {
	b := constBlock{doc: gen.Doc.Text()}
	for _, s := range gen.Specs {
		spec := s.(*ast.ValueSpec)
		for i, n := range spec.Names {
			if i >= len(spec.Values) {
				continue
			}
			lit, ok := spec.Values[i].(*ast.BasicLit)
			if !ok {
				continue
			}
			if n.Name == "Schema" {
				m.schema = lit.Value
			}
			if v, err := strconv.Unquote(lit.Value); err == nil && lit.Kind == token.STRING {
				b.values = append(b.values, v)
				m.block[n.Name] = len(m.blocks)
			}
		}
	}
	m.blocks = append(m.blocks, b)
}

func readType(spec *ast.TypeSpec, doc *ast.CommentGroup) (*typeDecl, error) {
	if spec.Doc != nil {
		doc = spec.Doc
	}
	t := &typeDecl{name: spec.Name.Name, doc: doc.Text()}
	switch x := spec.Type.(type) {
	case *ast.ArrayType:
		if elem, ok := x.Elt.(*ast.Ident); !ok || elem.Name != "int" || x.Len == nil {
			return nil, fmt.Errorf("type %s: only arrays of int are known", t.name)
		}
		t.array = true
	case *ast.StructType:
		for _, f := range x.Fields.List {
			if f.Tag == nil || len(f.Names) != 1 {
				return nil, fmt.Errorf("type %s: every field needs one name and a json tag", t.name)
			}
			raw, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				return nil, err
			}
			name, opts, _ := strings.Cut(reflect.StructTag(raw).Get("json"), ",")
			if name == "" || (opts != "" && opts != "omitempty") {
				return nil, fmt.Errorf("field %s.%s: its json tag is not name or name,omitempty", t.name, f.Names[0])
			}
			doc := f.Doc.Text()
			if c := f.Comment.Text(); c != "" {
				doc += c
			}
			t.fields = append(t.fields, field{f.Names[0].Name, name, opts == "omitempty", doc, f.Type})
		}
	default:
		return nil, fmt.Errorf("type %s is neither a struct nor an array", t.name)
	}
	return t, nil
}
