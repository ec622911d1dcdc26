package stack

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/runtime"
)

// toUnstructured converts a typed managed resource to the object that Crossplane applies:
// the parts of its spec that are set, without nulls, which server-side apply would own.
// It skips the metadata, which the stack sets, and the status, which the provider sets.
//
// It gives what runtime.DefaultUnstructuredConverter gives; a test compares them for every
// kind. That one makes maps for all fields of a type, of which most are never set, and was
// a fifth of a pass, with the time to walk through these maps.
func toUnstructured(o runtime.Object) (map[string]any, marks, error) {
	var c converter
	typed := reflect.Indirect(reflect.ValueOf(o)).FieldByName("Spec")
	if !typed.IsValid() {
		return nil, c.marks, fmt.Errorf("cannot convert %T: it has no spec", o)
	}
	spec := map[string]any{}
	for _, f := range specFields {
		field := typed.FieldByName(f.of)
		if !field.IsValid() || field.IsZero() {
			continue
		}
		if f.name == "" {
			c.fill(spec, field)
		} else {
			spec[f.name] = c.object(field)
		}
	}
	if c.err != nil {
		return nil, c.marks, fmt.Errorf("cannot convert %T: %w", o, c.err)
	}
	return map[string]any{"spec": spec}, c.marks, nil
}

// specFields are the fields of a typed spec, and their names in YAML. The last one is embedded.
var specFields = []struct{ of, name string }{
	{"ForProvider", "forProvider"}, {"InitProvider", "initProvider"}, {"ManagedResourceSpec", ""},
}

// marks tell what a resource has that a pass changes at its end. Most resources have neither,
// and are not searched for it.
type marks struct {
	// tokens stand for values that only AWS knows, and refs are lists of references.
	tokens, refs bool
}

func (m *marks) text(s string) { m.tokens = m.tokens || strings.Contains(s, tokenOpen) }

// A converter converts the values of one object.
type converter struct {
	marks

	err error
}

// value converts a value. What is not set is nil.
func (c *converter) value(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return c.value(v.Elem())
	case reflect.String:
		c.text(v.String())
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Float64:
		return v.Float()
	case reflect.Struct:
		return c.object(v)
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = c.value(v.Index(i))
		}
		return list
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		object := make(map[string]any, v.Len())
		for i := v.MapRange(); i.Next(); {
			if e := c.value(i.Value()); e != nil {
				object[i.Key().String()] = e
			}
		}
		return object
	default:
		c.err = fmt.Errorf("a %s has no form in a manifest", v.Type())
		return nil
	}
}

// object converts a struct. Its map has the size that it needs.
func (c *converter) object(v reflect.Value) map[string]any {
	n := 0
	for _, f := range c.fields(v.Type()) {
		if !f.isUnset(v.Field(f.index)) {
			n++
		}
	}
	object := make(map[string]any, n)
	c.fill(object, v)
	return object
}

func (c *converter) fill(object map[string]any, v reflect.Value) {
	for _, f := range c.fields(v.Type()) {
		field := v.Field(f.index)
		switch {
		case f.isUnset(field):
		case f.name == "":
			c.fill(object, field)
		default:
			if e := c.value(field); e != nil {
				object[f.name] = e
			}
			c.refs = c.refs || field.Kind() == reflect.Slice && isRefs(f.name)
		}
	}
}

// A structField is one field of a struct, with its name in JSON. An embedded struct has none.
type structField struct {
	index     int
	name      string
	omitEmpty bool
}

// isUnset tells whether a field is left out without a look at what it holds.
func (f structField) isUnset(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.IsNil() || f.omitEmpty && v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return f.omitEmpty && v.IsZero()
	}
}

// fieldsOf has the fields of each type that was converted.
var fieldsOf sync.Map

func (c *converter) fields(t reflect.Type) []structField {
	if fs, ok := fieldsOf.Load(t); ok {
		return fs.([]structField) //nolint:forcetypeassert // Nothing else is stored.
	}
	marshaler := reflect.TypeFor[json.Marshaler]()
	if t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler) {
		c.err = fmt.Errorf("%s has a form of its own in JSON", t)
		return nil
	}
	var out []structField
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" && (!f.Anonymous || f.Type.Kind() != reflect.Struct) {
			c.err = fmt.Errorf("%s.%s has no name in JSON", t, f.Name)
			return nil
		}
		if name != "-" {
			out = append(out, structField{index: i, name: name, omitEmpty: strings.Contains(options, "omitempty")})
		}
	}
	fieldsOf.Store(t, out)
	return out
}
