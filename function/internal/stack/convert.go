package stack

import (
	"fmt"
	"maps"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime"
)

// toUnstructured converts a typed managed resource to the object that Crossplane applies:
// the parts of its spec that are set, without nulls, which server-side apply would own.
// It skips the metadata, which the stack sets, and the status, which the provider sets:
// converting their empty fields would take most of the time.
func toUnstructured(o runtime.Object) (map[string]any, error) {
	typed := reflect.Indirect(reflect.ValueOf(o)).FieldByName("Spec")
	if !typed.IsValid() || !typed.CanAddr() {
		return nil, fmt.Errorf("cannot convert %T: it has no spec", o)
	}
	spec := map[string]any{}
	for name, field := range map[string]reflect.Value{
		"forProvider":  typed.FieldByName("ForProvider"),
		"initProvider": typed.FieldByName("InitProvider"),
		"":             typed.FieldByName("ManagedResourceSpec"),
	} {
		if !field.IsValid() || field.IsZero() {
			continue
		}
		part, err := runtime.DefaultUnstructuredConverter.ToUnstructured(field.Addr().Interface())
		if err != nil {
			return nil, fmt.Errorf("cannot convert %T: %w", o, err)
		}
		prune(part)
		if name == "" {
			maps.Copy(spec, part)
		} else {
			spec[name] = part
		}
	}
	return map[string]any{"spec": spec}, nil
}

// prune removes nulls. It keeps empty objects, which have a meaning: {allow: {}}.
func prune(m map[string]any) {
	for k, v := range m {
		switch v := v.(type) {
		case nil:
			delete(m, k)
		case map[string]any:
			prune(v)
		case []any:
			for _, e := range v {
				if e, ok := e.(map[string]any); ok {
					prune(e)
				}
			}
		}
	}
}
