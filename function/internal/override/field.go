package override

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/kasha-platform/kasha/function/internal/kinds"
	"github.com/kasha-platform/kasha/function/internal/near"
)

// A field is one that an override names.
type field struct {
	// argument is the dotted name of Terraform's argument, without list indexes.
	argument string
	// reference tells whether it refers to another object, which Terraform does not know.
	reference bool
	typ       reflect.Type
}

// find follows a path below spec.forProvider through the provider's Go types. The error says
// why there is no such field, and what to do.
func find(r *kinds.Record, path []string) (field, error) {
	f := field{typ: parameters(r)}
	var arguments []string
	for i, name := range path {
		t := f.typ
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		switch t.Kind() {
		case reflect.Struct:
			fields := fieldsOf(t)
			sf, ok := fields[name]
			if !ok {
				return field{}, noField(r, path[:i], name, fields)
			}
			argument, _, _ := strings.Cut(sf.Tag.Get("tf"), ",")
			arguments, f.typ, f.reference = append(arguments, argument), sf.Type, f.reference || isReference(sf)
		case reflect.Slice:
			if _, err := strconv.ParseUint(name, 10, 16); err != nil {
				return field{}, fmt.Errorf("%s is a list; write the number of its element, from 0, or override "+
					"the whole list", join(path[:i]))
			}
			f.typ = t.Elem()
		case reflect.Map:
			f.typ = t.Elem()
		default:
			return field{}, fmt.Errorf("%s has no fields; end the path there", join(path[:i]))
		}
	}
	f.argument = strings.Join(arguments, ".")
	return f, nil
}

// parameters is the type of a kind's spec.forProvider.
func parameters(r *kinds.Record) reflect.Type {
	spec, _ := reflect.TypeOf(r.Object).Elem().FieldByName("Spec")
	forProvider, _ := spec.Type.FieldByName("ForProvider")
	return forProvider.Type
}

// fieldsOf are the fields of a struct by their names in JSON.
func fieldsOf(t reflect.Type) map[string]reflect.StructField {
	out := map[string]reflect.StructField{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		out[name] = t.Field(i)
	}
	return out
}

func noField(r *kinds.Record, at []string, name string, fields map[string]reflect.StructField) error {
	of := r.GVK.Kind
	if len(at) > 0 {
		of = join(at)
	}
	names := slices.Sorted(maps.Keys(fields))
	if n := near.Nearest(name, names); n != "" {
		return fmt.Errorf("%s has no field %s; write %s", of, name, n)
	}
	return fmt.Errorf("%s has no field %s; write one of %s", of, name, strings.Join(names, ", "))
}

// fits returns why a field cannot have a value in JSON.
func (f field) fits(value []byte) error {
	d := json.NewDecoder(bytes.NewReader(value))
	d.DisallowUnknownFields()
	var v any
	if d.Decode(reflect.New(f.typ).Interface()) != nil || json.Unmarshal(value, &v) != nil ||
		!isKnown(f.typ, v) {
		return fmt.Errorf("it is %s; write such a value", describe(f.typ))
	}
	if name := refers(f.typ, v); name != "" {
		return fmt.Errorf("%s refers to another object; write what it stands for", name)
	}
	return nil
}

// refers is a reference in a value of a type, if it has one.
func refers(t reflect.Type, v any) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if name := refers(t.Elem(), e); name != "" {
				return name
			}
		}
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return ""
		}
		fields := fieldsOf(t)
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if isReference(fields[name]) {
				return name
			}
			if inner := refers(fields[name].Type, v[name]); inner != "" {
				return inner
			}
		}
	}
	return ""
}

// isReference tells whether a field is not one of Terraform's.
func isReference(f reflect.StructField) bool {
	argument, _, _ := strings.Cut(f.Tag.Get("tf"), ",")
	return argument == "" || argument == "-"
}

// isKnown is for values whose names of fields Go would take in another case of letters.
func isKnown(t reflect.Type, v any) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !isKnown(t.Elem(), e) })
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return true
		}
		fields := fieldsOf(t)
		for name, e := range v {
			if f, ok := fields[name]; !ok || !isKnown(f.Type, e) {
				return false
			}
		}
	}
	return true
}

// describe says in words what a type is.
func describe(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Pointer:
		return describe(t.Elem())
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list, of which each element is " + describe(t.Elem())
	case reflect.Struct:
		names := slices.Sorted(maps.Keys(fieldsOf(t)))
		return "an object with fields of " + strings.Join(names, ", ")
	case reflect.Map:
		return "an object whose values are each " + describe(t.Elem())
	default:
		return "a number"
	}
}

func join(path []string) string { return strings.Join(path, ".") }
