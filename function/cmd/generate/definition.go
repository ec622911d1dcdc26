package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	extv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// typesDir has the Go types that the definition is made of.
const typesDir = "apis/v1alpha1"

// A definition is one of our kinds: its schema, and the order in which the Go
// types list the fields, which the schema does not keep.
type definition struct {
	columns []extv1.CustomResourceColumnDefinition
	schema  *extv1.JSONSchemaProps
	types   map[string][]structField
}

// A structField is a field of a Go struct. Without a JSON name it stands for the
// fields of its type.
type structField struct{ json, typ string }

func readDefinition(path string) (*definition, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read the XRD: %w", err)
	}
	var xrd struct {
		Spec struct {
			Versions []struct {
				AdditionalPrinterColumns []extv1.CustomResourceColumnDefinition `json:"additionalPrinterColumns"`
				Schema                   extv1.CustomResourceValidation         `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal(b, &xrd); err != nil {
		return nil, fmt.Errorf("cannot read the XRD: %w", err)
	}
	if len(xrd.Spec.Versions) != 1 {
		return nil, errors.New("cannot read the XRD: it must have exactly one version")
	}
	types, err := readTypes(typesDir)
	if err != nil {
		return nil, err
	}
	v := xrd.Spec.Versions[0]
	return &definition{columns: v.AdditionalPrinterColumns, schema: v.Schema.OpenAPIV3Schema, types: types}, nil
}

// readTypes reads the structs of a package: the fields that have a JSON name, in
// their order.
func readTypes(dir string) (map[string][]structField, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	out := map[string][]structField{}
	for _, f := range files {
		file, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("cannot read the API types: %w", err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			t, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if s, ok := t.Type.(*ast.StructType); ok {
				out[t.Name.Name] = structFields(s)
			}
			return false
		})
	}
	return out, nil
}

func structFields(s *ast.StructType) []structField {
	var out []structField
	for _, f := range s.Fields.List {
		if f.Tag == nil {
			continue
		}
		name, _, _ := strings.Cut(reflect.StructTag(strings.Trim(f.Tag.Value, "`")).Get("json"), ",")
		if name != "-" {
			out = append(out, structField{name, element(f.Type)})
		}
	}
	return out
}

// element is the name of a type, or of what a pointer, list or map holds.
func element(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return element(e.X)
	case *ast.ArrayType:
		return element(e.Elt)
	case *ast.MapType:
		return element(e.Value)
	}
	return ""
}

// fields of an object of the schema whose Go type is named, in the type's order. Fields
// that the type does not have come last, by name.
func (d *definition) fields(typ string, s *extv1.JSONSchemaProps) []structField {
	left := maps.Clone(s.Properties)
	var out []structField
	for _, f := range d.flat(typ) {
		if _, ok := left[f.json]; ok {
			out = append(out, f)
			delete(left, f.json)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		out = append(out, structField{json: name})
	}
	return out
}

// flat are the fields of a type with those of the types that are inlined into it.
func (d *definition) flat(typ string) []structField {
	var out []structField
	for _, f := range d.types[typ] {
		if f.json == "" {
			out = append(out, d.flat(f.typ)...)
			continue
		}
		out = append(out, f)
	}
	return out
}
